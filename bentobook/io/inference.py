"""Descriptors from type hints, and from a model's signature where the hints leave it open."""

from __future__ import annotations

import dataclasses
import inspect
import io
import types
import typing
from collections.abc import Callable
from typing import Annotated, Any, Final, get_args, get_origin

from bentobook.errors import InvalidArgument
from bentobook.io.answer import Answer
from bentobook.io.base import IODescriptor
from bentobook.io.file import File
from bentobook.io.json import JSON
from bentobook.io.model import Form, ModelInput, ModelOutput
from bentobook.io.multipart import Multipart
from bentobook.io.numpy import NumpyNdarray
from bentobook.io.pandas import PandasDataFrame
from bentobook.io.series import PandasSeries
from bentobook.io.text import Text
from bentobook.schema.check import Checker
from bentobook.schema.spec import Schema

_CONTEXT: Final = frozenset({"ctx", "context", "self"})
_FILES: Final = (io.IOBase, typing.IO, typing.BinaryIO, bytes)


def infer(
    function: Callable[..., Any] | None = None,
    *,
    inputs: Schema | None = None,
    outputs: Schema | None = None,
    label: str = "",
    form: Form = "model",
    checker: Checker | None = None,
    sample: Any = None,
) -> tuple[IODescriptor, IODescriptor]:
    """Make both descriptors of an API.

    Parameters
    ----------
    function : callable, optional
        The API; what its hints say goes before the signature.
    inputs, outputs : Schema, optional
        What the model takes and gives; without a signature values are handed on unchecked.
    label : str
        The method and model, for the sentences of errors.
    form, checker, sample
        See :class:`bentobook.io.model.ModelInput`.

    Returns
    -------
    (IODescriptor, IODescriptor)
        For the request and for the answer. A function with several parameters takes a form.
    """
    hints, names = _hints_of(function)
    taken: IODescriptor
    if len(names) > 1:
        taken = Multipart(**{name: from_hint(hints.get(name)) or JSON() for name in names})
    else:
        taken = _input(hints.get(names[0]) if names else None, inputs, label, form, checker)
    if sample is not None and taken.sample is None:
        taken.sample = sample
    return taken, _output(hints.get("return"), outputs, label)


def from_schema(
    schema: Schema | None, label: str = "", *, form: Form = "model", checker: Checker | None = None, sample: Any = None
) -> IODescriptor:
    """Make the descriptor of what a model takes; without a schema anything is taken, unchecked."""
    taken, _ = infer(inputs=schema, label=label, form=form, checker=checker, sample=sample)
    return taken


def from_hint(hint: Any) -> IODescriptor | None:
    """Make the descriptor of a type.

    Parameters
    ----------
    hint : object
        An annotation. ``Annotated[…, descriptor]`` names the descriptor itself.

    Returns
    -------
    IODescriptor or None
        None for no hint, for ``Any``, and for a text that stands for a type that cannot be found.
    """
    if hint is None or hint is Any or hint is inspect.Parameter.empty or isinstance(hint, str):
        return None
    if isinstance(hint, IODescriptor):
        return hint
    if get_origin(hint) is Annotated:
        inner, *notes = get_args(hint)
        given = next((each for each in notes if isinstance(each, IODescriptor)), None)
        return given or from_hint(inner)
    if hint is str:
        return Text()
    if hint in _FILES or get_origin(hint) is typing.IO or (isinstance(hint, type) and issubclass(hint, io.IOBase)):
        return File()
    return _of_package(hint) or JSON(pydantic_model=hint)


def _of_package(hint: Any) -> IODescriptor | None:
    kind = get_origin(hint) or hint
    name = f"{getattr(kind, '__module__', '').partition('.')[0]}.{getattr(kind, '__name__', '')}"
    if name == "numpy.ndarray":
        return NumpyNdarray(**_dtype_of(hint))
    if name == "pandas.DataFrame":
        return PandasDataFrame()
    if name == "pandas.Series":
        return PandasSeries()
    if name == "PIL.Image":
        from bentobook.io.image import Image

        return Image()
    return None


def _dtype_of(hint: Any) -> dict[str, Any]:
    """Read the dtype of ``NDArray[np.float32]``, which is ``ndarray[Any, dtype[float32]]``."""
    import numpy as np

    for each in get_args(hint)[1:]:
        inner = get_args(each)
        if inner and isinstance(inner[0], type) and issubclass(inner[0], np.generic):
            try:
                return {"dtype": np.dtype(inner[0]), "enforce_dtype": True}
            except TypeError:  # an abstract kind, such as np.floating
                return {}
    return {}


def _input(hint: Any, schema: Schema | None, label: str, form: Form, checker: Checker | None) -> IODescriptor:
    wanted = from_hint(hint)
    if schema is None:
        return wanted or _named(Answer(), label)
    if type(wanted) is NumpyNdarray and wanted.dtype is None:
        return ModelInput(schema, label, form="array", checker=checker)
    if wanted is None or (type(wanted) is PandasDataFrame and schema.columns):
        return ModelInput(schema, label, form=form, checker=checker)
    return wanted


def _output(hint: Any, schema: Schema | None, label: str) -> IODescriptor:
    if hint is not None and not isinstance(hint, str) and not _is_record(hint):
        try:
            wanted = from_hint(hint)
        except InvalidArgument:  # a type that only the function knows: what it returns is written as it is
            wanted = None
        return ModelOutput(schema, label) if wanted is None else JSON() if isinstance(wanted, JSON) else wanted
    return from_hint(hint) or ModelOutput(schema, label)


def _is_record(hint: Any) -> bool:
    """Whether a type has fields of its own; a list or a number may as well be one of numpy."""
    return isinstance(hint, type) and (
        hasattr(hint, "model_fields") or dataclasses.is_dataclass(hint) or typing.is_typeddict(hint)
    )


def _named(descriptor: IODescriptor, label: str) -> IODescriptor:
    descriptor.label = label
    return descriptor


def _hints_of(function: Callable[..., Any] | None) -> tuple[dict[str, Any], list[str]]:
    """Read the hints of a function and the names of its parameters."""
    if function is None:
        return {}, []
    try:
        hints = inspect.get_annotations(function, eval_str=True)
    except (NameError, AttributeError, SyntaxError, TypeError):
        hints = dict(getattr(function, "__annotations__", {}))
    if "return" in hints and hints["return"] in {None, types.NoneType}:
        hints.pop("return")
    several = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    parameters = inspect.signature(function).parameters.values()
    return hints, [each.name for each in parameters if each.name not in _CONTEXT and each.kind not in several]
