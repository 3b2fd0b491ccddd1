"""What a load of a model opens or imports, and which of it runs code.

A format counts as data only for the loader that will read it: a file can be a valid pickle and look like something
else. What is not known to be data runs code.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from bentobook.mlflow.formats import format_of
from bentobook.mlflow.mlmodel import MLMODEL, PYFUNC, MLmodel

_FIELDS = ("pickled_model", "model_path", "model_data", "data", "python_model", "model_binary", "saved_model_dir")
# What each of MLflow's loaders reads without running what the file names.
_HUGGING_FACE = frozenset({"safetensors", "json", "text", "empty"})
_DATA = {
    "sklearn": frozenset({"skops"}),
    "lightgbm": frozenset({"skops", "lightgbm text"}),
    "xgboost": frozenset({"ubj", "json"}),
    "catboost": frozenset({"catboost", "json"}),
    "prophet": frozenset({"json"}),
    "onnx": frozenset({"onnx"}),
    "pytorch": frozenset({"pt2", "text", "empty"}),
    "transformers": _HUGGING_FACE,
    "sentence_transformers": _HUGGING_FACE,
}
# Files that a PythonModel opens itself; that it runs code is said where its pickle is listed.
_ARTIFACTS = frozenset(
    {"csv", "npy", "json", "lightgbm text", "onnx", "parquet", "png", "safetensors", "text", "ubj", "catboost", "empty"}
)
# The types that MLflow's own LightGBM flavor lets skops build; a longer list comes from whoever saved the model.
_PLAIN_TYPES = {
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
}
_OWN_PICKLE_MODULE = "mlflow.pytorch.pickle_module"
_MOST = 32
_MOST_LOOKED_AT = 128

Entry = tuple[str, str, bool]


def loads_with(mlmodel: MLmodel, folder: Path, prefix: str) -> list[dict[str, Any]]:
    """List what a load opens or imports.

    Parameters
    ----------
    mlmodel : MLmodel
        The checked ``MLmodel`` file.
    folder : pathlib.Path
        The model's folder.
    prefix : str
        The name of that folder in the store, put before each path.

    Returns
    -------
    list of dict
        ``path``, ``format`` and ``runs_code`` of each, at most 32; those that run code come first.
    """
    found: dict[tuple[str, str], bool] = {}
    for path, form, runs in (*_code(mlmodel), *_files(mlmodel, folder)):
        found[path, form] = found.get((path, form), False) or runs
    entries = [{"path": f"{prefix}/{path}", "format": form, "runs_code": runs} for (path, form), runs in found.items()]
    return sorted(entries, key=lambda entry: not entry["runs_code"])[:_MOST]


def _code(mlmodel: MLmodel) -> Iterator[Entry]:
    """Yield what Python imports because ``MLmodel`` says so."""
    for flavor, conf in mlmodel.flavors.items():
        if isinstance(conf.get("code"), str):
            yield conf["code"], "code", True
        if isinstance(conf.get("model_code_path"), str):
            yield PurePath(conf["model_code_path"].replace("\\", "/")).name, "models from code", True
        named = conf.get("model_class")
        if isinstance(named, str) and not named.startswith(f"{flavor}."):
            yield MLMODEL, f"model_class {named}", True
    loader = str(mlmodel.pyfunc.get("loader_module") or "")
    if not loader.startswith("mlflow."):
        yield MLMODEL, f"loader_module {loader or '(none)'}", True


def _files(mlmodel: MLmodel, folder: Path) -> Iterator[Entry]:
    for flavor, conf in mlmodel.flavors.items():
        loader = str(conf.get("loader_module") or "").removeprefix("mlflow.") if flavor == PYFUNC else flavor
        settings = {**mlmodel.flavors.get(loader, {}), **conf}
        for field in _FIELDS:
            if isinstance(conf.get(field), str):
                yield from _at(folder, conf[field], settings, _DATA.get(loader, frozenset()))
        artifacts = conf.get("artifacts")
        for entry in artifacts.values() if flavor == PYFUNC and isinstance(artifacts, Mapping) else ():
            if isinstance(entry, Mapping) and isinstance(entry.get("path"), str):
                yield from _at(folder, entry["path"], settings, _ARTIFACTS)


def _at(folder: Path, relative: str, settings: Mapping[str, Any], data: frozenset[str]) -> Iterator[Entry]:
    start = folder / relative
    files = [start] if start.is_file() else sorted(Path(at) / name for at, _, names in os.walk(start) for name in names)
    for file in files[:_MOST_LOOKED_AT]:
        path = file.relative_to(folder).as_posix()
        form = format_of(file)
        if file.name == "pickle_module_info.txt":
            if file.read_bytes()[:200].strip() != _OWN_PICKLE_MODULE.encode():
                yield path, "pickle module", True
            continue
        if form == "pickle" and _says_cloudpickle(settings, file):
            form = "cloudpickle"
        yield path, form, form not in data or (form == "skops" and _trusts_more(settings))
    if len(files) > _MOST_LOOKED_AT:
        yield relative, f"{len(files) - _MOST_LOOKED_AT} more files", True


def _trusts_more(settings: Mapping[str, Any]) -> bool:
    trusted = settings.get("skops_trusted_types") or []
    return not (isinstance(trusted, list) and {str(each) for each in trusted} <= _PLAIN_TYPES)


def _says_cloudpickle(settings: Mapping[str, Any], file: Path) -> bool:
    if settings.get("serialization_format") == "cloudpickle":
        return True
    return file.name == PurePath(str(settings.get("python_model"))).name
