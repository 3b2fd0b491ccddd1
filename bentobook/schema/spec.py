"""What the values of a model look like: columns, tensors and params.

The records follow MLflow's model signature (columns have a type and may be optional, tensors have a dtype and a shape,
params have a default), without MLflow: they are read from JSON or YAML, written back, and described in few words.
Types are MLflow's names: ``boolean integer long float double string binary datetime any``, and the nested ``array``,
``object`` and ``map``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.schema.plain import read_each, read_mapping, read_name, read_shape, read_text

MAX_DEPTH = 32


@dataclass(frozen=True)
class ColumnSpec:
    """One column of a table, or the one unnamed value of a row.

    Attributes
    ----------
    name : str or None
        ``None`` for a value without a name.
    type : str
        MLflow's name of the type.
    required : bool
        Whether every row must hold it.
    items : ColumnSpec or None
        What an ``array`` holds.
    properties : tuple of ColumnSpec
        What an ``object`` holds.
    values : ColumnSpec or None
        What a ``map`` holds under each of its keys.
    """

    name: str | None
    type: str
    required: bool = True
    items: ColumnSpec | None = None
    properties: tuple[ColumnSpec, ...] = ()
    values: ColumnSpec | None = None

    def describe(self) -> str:
        """Name the type in a few words.

        >>> ColumnSpec("a", "array", items=ColumnSpec(None, "double")).describe()
        'array of double'
        """
        if self.type == "array" and self.items:
            return f"array of {self.items.describe()}"
        if self.type == "map" and self.values:
            return f"map to {self.values.describe()}"
        if self.type == "object" and self.properties:
            inner = (f"{each.name}{'' if each.required else '?'}: {each.describe()}" for each in self.properties)
            return f"object {{{', '.join(inner)}}}"
        return self.type

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; what says nothing is left out."""
        plain: dict[str, Any] = {"type": self.type, "required": self.required}
        if self.name is not None:
            plain = {"name": self.name, **plain}
        if self.items:
            plain["items"] = self.items.to_dict()
        if self.properties:
            plain["properties"] = [each.to_dict() for each in self.properties]
        if self.values:
            plain["values"] = self.values.to_dict()
        return plain

    @classmethod
    def from_dict(cls, plain: object, *, depth: int = 0) -> ColumnSpec:
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        InvalidArgument
            When it is something else, or is nested more than 32 deep.
        """
        values = read_mapping(plain, "a column")
        if depth > MAX_DEPTH:
            raise InvalidArgument("signature", "a deeper one", f"types nested at most {MAX_DEPTH} deep")

        def inner(field: str) -> ColumnSpec | None:
            return cls.from_dict(values[field], depth=depth + 1) if values.get(field) is not None else None

        return cls(
            name=read_name(values),
            type=read_text(values, "type"),
            required=bool(values.get("required", True)),
            items=inner("items"),
            properties=read_each(values.get("properties"), lambda each: cls.from_dict(each, depth=depth + 1)),
            values=inner("values"),
        )


@dataclass(frozen=True)
class TensorSpec:
    """One array; ``-1`` in the shape is any length.

    Attributes
    ----------
    name : str or None
        ``None`` for the only array.
    dtype : str
        NumPy's name of the type.
    shape : tuple of int
        The length of each axis.
    """

    name: str | None
    dtype: str
    shape: tuple[int, ...]

    def describe(self) -> str:
        """Name dtype and shape.

        >>> TensorSpec(None, "float64", (-1, 4)).describe()
        'float64 [-1, 4]'
        """
        return f"{self.dtype} {list(self.shape)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; a missing name is left out."""
        named = {} if self.name is None else {"name": self.name}
        return {**named, "dtype": self.dtype, "shape": list(self.shape)}

    @classmethod
    def from_dict(cls, plain: object) -> TensorSpec:
        """Read what :meth:`to_dict` wrote, or raise InvalidArgument."""
        values = read_mapping(plain, "a tensor")
        return cls(
            name=read_name(values), dtype=read_text(values, "dtype"), shape=read_shape(values.get("shape")) or ()
        )


@dataclass(frozen=True)
class ParamSpec:
    """One option of a prediction that has a default.

    Attributes
    ----------
    name : str
        Its name in ``params=``.
    type : str
        MLflow's name of the type.
    default : Any
        A JSON value.
    shape : tuple of int or None
        ``(-1,)`` for a list, ``None`` for one value.
    """

    name: str
    type: str
    default: Any = None
    shape: tuple[int, ...] | None = None

    def describe(self) -> str:
        """Name type and, for a list, shape."""
        return self.type if self.shape is None else f"{self.type} {list(self.shape)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; the shape of a single value is left out."""
        shaped = {} if self.shape is None else {"shape": list(self.shape)}
        return {"name": self.name, "type": self.type, "default": self.default, **shaped}

    @classmethod
    def from_dict(cls, plain: object) -> ParamSpec:
        """Read what :meth:`to_dict` wrote, or raise InvalidArgument."""
        values = read_mapping(plain, "a param")
        return cls(
            read_text(values, "name"), read_text(values, "type"), values.get("default"), read_shape(values.get("shape"))
        )


@dataclass(frozen=True)
class Schema:
    """What goes in or comes out: columns or tensors, never both.

    Attributes
    ----------
    columns : tuple of ColumnSpec
        The columns of a table.
    tensors : tuple of TensorSpec
        One unnamed array, or several with names.
    """

    columns: tuple[ColumnSpec, ...] = ()
    tensors: tuple[TensorSpec, ...] = ()

    def __post_init__(self) -> None:
        if self.columns and self.tensors:
            raise InvalidArgument("signature", "both", "columns or tensors")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns or tensors, in order; those without a name are left out."""
        every: tuple[ColumnSpec | TensorSpec, ...] = (*self.columns, *self.tensors)
        return tuple(each.name for each in every if each.name is not None)

    def describe(self) -> str:
        """Say in a few words what it is.

        >>> Schema(columns=(ColumnSpec("a", "double"), ColumnSpec("b", "double"))).describe()
        '2 columns'
        """
        only: tuple[ColumnSpec | TensorSpec, ...] = (*self.columns, *self.tensors)
        if len(only) == 1:
            return only[0].describe()
        return f"{len(self.columns)} columns" if self.columns else f"{len(self.tensors)} tensors"

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"columns": […]}`` or ``{"tensors": […]}``."""
        if self.tensors:
            return {"tensors": [each.to_dict() for each in self.tensors]}
        return {"columns": [each.to_dict() for each in self.columns]}

    @classmethod
    def from_dict(cls, plain: object) -> Schema:
        """Read what :meth:`to_dict` wrote, or raise InvalidArgument."""
        values = read_mapping(plain, "a schema")
        return cls(
            read_each(values.get("columns"), ColumnSpec.from_dict),
            read_each(values.get("tensors"), TensorSpec.from_dict),
        )


@dataclass(frozen=True)
class Signature:
    """What a model takes and gives.

    Attributes
    ----------
    inputs, outputs : Schema or None
        ``None`` where nothing is recorded.
    params : tuple of ParamSpec
        The options of a prediction.
    source : {"model", "example"}
        Whether the model brought its signature, or an example given at import showed it.
    """

    inputs: Schema | None = None
    outputs: Schema | None = None
    params: tuple[ParamSpec, ...] = ()
    source: str = "model"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; what is not recorded is left out."""
        plain: dict[str, Any] = {}
        if self.inputs:
            plain["inputs"] = self.inputs.to_dict()
        if self.outputs:
            plain["outputs"] = self.outputs.to_dict()
        if self.params:
            plain["params"] = [each.to_dict() for each in self.params]
        return {**plain, "source": self.source}

    @classmethod
    def from_dict(cls, plain: object) -> Signature:
        """Read what :meth:`to_dict` wrote, or raise InvalidArgument."""
        values = read_mapping(plain, "a signature")
        inputs, outputs = values.get("inputs"), values.get("outputs")
        return cls(
            inputs=Schema.from_dict(inputs) if inputs is not None else None,
            outputs=Schema.from_dict(outputs) if outputs is not None else None,
            params=read_each(values.get("params"), ParamSpec.from_dict),
            source="example" if values.get("source") == "example" else "model",
        )
