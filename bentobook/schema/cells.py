"""DataFrames for a model that takes tensors: columns of numbers side by side, or one column whose cells are arrays."""

from __future__ import annotations

from typing import Any

from bentobook.errors import Problem, SchemaMismatch
from bentobook.schema import arrays
from bentobook.schema.loaded import is_a
from bentobook.schema.problems import Findings
from bentobook.schema.spec import TensorSpec


def from_frame(spec: TensorSpec, frame: Any, where: str) -> Any:
    """Make an array of a DataFrame.

    Parameters
    ----------
    spec : TensorSpec
        What the model takes.
    frame : DataFrame
        Several columns are the last axis; a single one holds scalars, lists or arrays.
    where : str
        The method and model that are asked.

    Raises
    ------
    SchemaMismatch
        When the columns do not make up the shape, or values do not fit.
    """
    columns = frame.shape[1]
    if columns != 1:
        if spec.shape != (-1, columns):
            wanted = f"the shape {list(spec.shape)}"
            raise SchemaMismatch(where, [Problem(wanted=wanted, got=f"a DataFrame with {columns} columns")])
        array = frame.to_numpy()
        return array if array.dtype.kind != "O" else _judged(spec, array.tolist(), where)
    return from_series(spec, frame.iloc[:, 0], where)


def from_series(spec: TensorSpec, series: Any, where: str) -> Any:
    """Make an array of a column; see :func:`from_frame`."""
    if spec.shape[:1] != (-1,) or -1 in spec.shape[1:]:
        wanted = f"the shape {list(spec.shape)}"
        raise SchemaMismatch(where, [Problem(loc=_place(spec), wanted=wanted, got="a column of a DataFrame")])
    shape = (len(series), *spec.shape[1:])
    cells = series.tolist()
    if cells and is_a(cells[0], "numpy", "ndarray"):
        return _reshaped(spec, cells, shape, where)
    if series.dtype.kind == "f" and arrays.target_of(spec).kind in "iu" and (series == series.round()).all():
        cells = [int(each) for each in cells]
    flat = [each for cell in cells for each in cell] if cells and isinstance(cells[0], list) else cells
    one_axis = TensorSpec(spec.name, spec.dtype, (-1,))
    array = _judged(one_axis, flat, where)
    return _reshaped(spec, [array], shape, where)


def _judged(spec: TensorSpec, values: list[Any], where: str) -> Any:
    findings = Findings(where, (len(values),))
    array = arrays.from_list(spec, values, findings)
    findings.check()
    return array


def _reshaped(spec: TensorSpec, parts: list[Any], shape: tuple[int, ...], where: str) -> Any:
    import numpy as np

    try:
        return np.concatenate([np.ravel(part) for part in parts]).reshape(shape)
    except ValueError:
        wanted = f"cells of the shape {list(spec.shape[1:])}"
        raise SchemaMismatch(where, [Problem(loc=_place(spec), wanted=wanted, got="others")]) from None


def _place(spec: TensorSpec) -> tuple[str, ...]:
    return () if spec.name is None else (spec.name,)
