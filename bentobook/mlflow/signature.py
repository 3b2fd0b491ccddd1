"""MLflow's model signature as the records of :mod:`bentobook.schema.spec`.

In ``MLmodel`` each of ``inputs``, ``outputs`` and ``params`` is a JSON text (``mlflow/types/schema.py``): a list of
column specs, or of tensor specs (``{"type": "tensor", "tensor-spec": {...}}``), or of params. MLflow 1 had
no ``required``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.mlflow.mlmodel import MLmodel
from bentobook.schema.spec import ColumnSpec, ParamSpec, Schema, Signature, TensorSpec

_LARGEST = 384 << 10  # characters of one part: the record of a model stays below the limit of its file
_WANTED = "a DataFrame, array, list or dict of rows"
_ANYTHING = Schema(columns=(ColumnSpec(None, "any"),))  # what MLflow says when it cannot tell
_logger = logging.getLogger("bentobook")


def read(mlmodel: MLmodel) -> Signature | None:
    """Read the signature that a model brings.

    Parameters
    ----------
    mlmodel : MLmodel
        The ``MLmodel`` file.

    Returns
    -------
    Signature or None
        ``None`` where there is none, or none that can be understood (a logged line says so).
    """
    return from_mlflow(mlmodel.fields.get("signature"), source="model")


def from_mlflow(plain: object, *, source: str) -> Signature | None:
    """Read a signature as ``ModelSignature.to_dict()`` gives it; see :func:`read`."""
    if not isinstance(plain, Mapping):
        return None
    try:
        signature = Signature(
            inputs=_schema(plain.get("inputs")),
            outputs=_schema(plain.get("outputs")),
            params=tuple(map(_param, _entries(plain.get("params")))),
            source=source,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        _logger.info("The model's signature is not understood and left out: %s", error)
        return None
    return signature if signature.inputs or signature.outputs or signature.params else None


def of_example(example: object) -> Signature:
    """Infer what a model takes from an example of its input; no model is run.

    Parameters
    ----------
    example : DataFrame, Series, ndarray, list or dict
        One or more rows as they will be given to ``predict``.

    Returns
    -------
    Signature
        The inputs only.

    Raises
    ------
    InvalidArgument
        When MLflow cannot tell its types.
    """
    if not _has_rows(example):
        raise InvalidArgument("example", type(example).__name__, _WANTED)
    import warnings

    from mlflow.exceptions import MlflowException
    from mlflow.models import infer_signature

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that integers may hold no missing values
            plain = infer_signature(example).to_dict()
    except (MlflowException, TypeError, ValueError) as error:
        raise InvalidArgument("example", type(example).__name__, _WANTED) from error
    signature = from_mlflow(plain, source="example")
    if signature is None or signature.inputs == _ANYTHING:
        raise InvalidArgument("example", type(example).__name__, _WANTED)
    return signature


def _has_rows(example: object) -> bool:
    """Whether MLflow can tell anything from it; it takes what it does not know, and an empty list, for texts."""
    if isinstance(example, (list, dict)):
        return bool(example)
    shape = getattr(example, "shape", None)
    return isinstance(shape, tuple) and bool(shape) and 0 not in shape


def _entries(text: object) -> list[Any]:
    if text is None:
        return []
    if isinstance(text, str) and len(text) > _LARGEST:
        raise ValueError(f"it has {len(text):,} characters")
    entries = json.loads(text) if isinstance(text, str) else text
    if not isinstance(entries, list):
        raise TypeError("it is no list")
    return entries


def _schema(text: object) -> Schema | None:
    entries = _entries(text)
    if not entries:
        return None
    if entries[0].get("type") == "tensor":
        return Schema(tensors=tuple(map(_tensor, entries)))
    return Schema(columns=tuple(_column(entry.get("name"), entry) for entry in entries))


def _tensor(entry: Mapping[str, Any]) -> TensorSpec:
    spec = entry["tensor-spec"]
    name = entry.get("name")
    return TensorSpec(None if name is None else str(name), str(spec["dtype"]), tuple(int(n) for n in spec["shape"]))


def _column(name: object, entry: Mapping[str, Any]) -> ColumnSpec:
    """Read a column, or what an array or a map holds; the parts of an object are named by its keys."""
    optional = entry.get("optional", False)  # how MLflow 2.0 to 2.5 wrote it
    properties = entry.get("properties") or {}
    return ColumnSpec(
        name=None if name is None else str(name),
        type=str(entry["type"]),
        required=bool(entry.get("required", not optional)),
        items=_column(None, entry["items"]) if entry.get("items") else None,
        properties=tuple(_column(key, part) for key, part in properties.items()),
        values=_column(None, entry["values"]) if entry.get("values") else None,
    )


def _param(entry: Mapping[str, Any]) -> ParamSpec:
    shape = entry.get("shape")
    return ParamSpec(
        str(entry["name"]),
        str(entry.get("type") or entry.get("dtype") or "string"),
        entry.get("default"),
        None if shape is None else tuple(int(n) for n in shape),
    )
