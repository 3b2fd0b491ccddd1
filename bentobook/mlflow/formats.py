"""Formats of files, told from their first bytes, whatever they are called.

Nothing is loaded or unpickled. The magic numbers are those of the formats' own writers (pickle, zip, NumPy, HDF5,
Parquet, XGBoost, LightGBM, CatBoost).
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_PICKLE = re.compile(rb"\x80[\x00-\x05]")
# A protobuf message whose first field is its version and whose next are texts or the graph.
_ONNX = re.compile(rb"\x08[\x01-\x1f][\x12\x1a\x22\x3a]")
_HEAD = 4096
_TEXTS = {".csv": "csv", ".txt": "text", ".md": "text", ".yaml": "text", ".yml": "text"}
_SAFETENSORS_HEADER = 100 << 20


def format_of(file: Path) -> str:
    """Name the format of a file from its content; ``"unknown"`` where it is not recognised."""
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return "unreadable"
    if head.startswith(b"PK\x03\x04"):
        return _zip_format(file)
    return next((form for magic, form in _MAGIC if head.startswith(magic)), None) or _by_shape(head, file)


_MAGIC = (
    (b"\x93NUMPY", "npy"),
    (b"\x89HDF\r\n", "hdf5"),
    (b"\x89PNG", "png"),
    (b"PAR1", "parquet"),
    (b"CBM1", "catboost"),
    (b"tree\n", "lightgbm text"),
    (b"{L", "ubj"),
    (b"\x1f\x8b", "compressed"),
    (b"BZh", "compressed"),
    (b"\xfd7zXZ", "compressed"),
    (b"x\x9c", "compressed"),
    (b"x\x01", "compressed"),
    (b"x\xda", "compressed"),
    (b"ZF", "joblib"),
)


def _by_shape(head: bytes, file: Path) -> str:
    if not head:
        return "empty"
    if _PICKLE.match(head):
        return "joblib" if b"joblib" in head else "cloudpickle" if b"cloudpickle" in head else "pickle"
    if head[8:9] == b"{" and 0 < int.from_bytes(head[:8], "little") < _SAFETENSORS_HEADER:
        return "safetensors"
    if _ONNX.match(head):
        return "onnx"
    return _text_format(head, file)


def _text_format(head: bytes, file: Path) -> str:
    """Tell texts apart by their names, once it is sure that no unpickler takes them (the oldest pickles are texts)."""
    try:
        text = head[: _HEAD - 4].decode("utf-8")
    except UnicodeDecodeError:
        return "unknown"
    if text.lstrip()[:1] in ("{", "["):
        return "json"  # no pickle begins with a bracket
    if file.suffix == ".py":
        return "code"
    return "unknown" if _ends_like_a_pickle(file) else _TEXTS.get(file.suffix, "unknown")


def _ends_like_a_pickle(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            stream.seek(-1, 2)
            return stream.read() == b"."
    except OSError:
        return True  # what cannot be read may be one


def _zip_format(file: Path) -> str:
    """Tell the formats that are zip archives apart by the names in them."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return "unknown"
    last = {name.rpartition("/")[2] for name in names}
    if "data.pkl" in last:  # first: with it inside, torch.load unpickles, whatever else is there
        return "torchscript" if any("/code/" in name for name in names) else "torch pickle"
    if "schema.json" in names:
        return "skops"
    if "archive_format" in last or "serialized_exported_program.json" in last:
        return "pt2"
    if "config.json" in last and any(name.endswith(".h5") for name in last):
        return "keras"
    return "npz" if names and all(name.endswith(".npy") for name in names) else "unknown"
