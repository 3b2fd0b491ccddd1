"""What a model takes, in words: for cards, and for whoever gives it something else."""

from __future__ import annotations

from bentobook.errors import Problem, SchemaMismatch
from bentobook.schema.problems import told
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec

_SHOWN = 3


def accepts(schema: Schema | None) -> tuple[str, ...]:
    """List what can be given to a model.

    Parameters
    ----------
    schema : Schema or None
        What the model takes; None where nothing is recorded.

    Returns
    -------
    tuple of str
        One entry for each kind of value.

    >>> accepts(Schema(tensors=(TensorSpec(None, "float64", (-1, 4)),)))[0]
    'an ndarray, float64 [-1, 4]'
    """
    if schema is None or not (schema.columns or schema.tensors):
        return ("anything: the model has no signature",)
    if schema.tensors:
        return _tensors(schema.tensors)
    return _unnamed(schema.columns) if schema.columns[0].name is None else _named(schema.columns)


def refusal(where: str, value: object, schema: Schema) -> SchemaMismatch:
    """Make the error for a value of a kind that the model does not take."""
    shape = getattr(value, "shape", None)
    if shape is not None:
        got = f"{type(value).__name__} of shape {list(shape)}"
    elif isinstance(value, (list, tuple, dict, set, frozenset)):
        got = f"a {type(value).__name__} with {len(value):,} item{'' if len(value) == 1 else 's'}"
    else:
        got = told(value)
    return SchemaMismatch(where, [Problem(wanted=f"one of: {'; '.join(accepts(schema))}", got=got)])


def _named(columns: tuple[ColumnSpec, ...]) -> tuple[str, ...]:
    n = len(columns)
    names = ", ".join(f"{column.name!r} ({column.describe()})" for column in columns[:_SHOWN])
    more = f" and {n - _SHOWN} more" if n > _SHOWN else ""
    row = f"{n} value{'' if n == 1 else 's'}"
    series = "a Series" if n == 1 else "a Series that is one row"
    return (
        f"a DataFrame with the column{'' if n == 1 else 's'} {names}{more}",
        "a list of records",
        "a dict of columns, or of one row",
        f"a list of rows of {row}",
        f"an ndarray of shape [-1, {n}]",
        series,
    )


def _unnamed(columns: tuple[ColumnSpec, ...]) -> tuple[str, ...]:
    types = ", ".join(column.describe() for column in columns[:_SHOWN])
    n = len(columns)
    if n == 1:
        return (f"a list of {types}", "a Series", "an ndarray with one value a row", "a DataFrame with one column")
    more = f" and {n - _SHOWN} more" if n > _SHOWN else ""
    return (
        f"a DataFrame with {n} columns: {types}{more}",
        f"a list of rows of {n} values",
        f"an ndarray of shape [-1, {n}]",
    )


def _tensors(tensors: tuple[TensorSpec, ...]) -> tuple[str, ...]:
    if tensors[0].name is not None:
        names = ", ".join(f"{tensor.name!r} ({tensor.describe()})" for tensor in tensors[:_SHOWN])
        more = f" and {len(tensors) - _SHOWN} more" if len(tensors) > _SHOWN else ""
        return (
            f"a dict of arrays {names}{more}",
            "a list of records, one array of each name a row",
            "a DataFrame with a column for each array",
        )
    what = tensors[0].describe()
    return (f"an ndarray, {what}", "a nested list of that shape", "a torch tensor", "a DataFrame of numbers")
