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
    cells = series.tolist()
    flat = _flat(cells)
    if not hasattr(flat, "dtype"):
        flat = _judged(TensorSpec(spec.name, spec.dtype, (-1,)), _whole(spec, flat), where)
    try:
        array = flat.reshape(len(series), *spec.shape[1:])
    except ValueError:
        wanted = f"cells of the shape {list(spec.shape[1:])}"
        raise SchemaMismatch(where, [Problem(loc=_place(spec), wanted=wanted, got=_shape_of(cells))]) from None
    return _narrowed(spec, array)


def _shape_of(cells: list[Any]) -> str:
    """Tell the shape of the cells, in a few words."""
    import numpy as np

    shapes = {np.shape(cell) for cell in cells}
    return "cells of several shapes" if len(shapes) > 1 else str(list(shapes.pop())).replace("[]", "single values")


def _flat(cells: list[Any]) -> Any:
    """Write the cells one after the other: as an array where they are arrays."""
    if cells and is_a(cells[0], "numpy", "ndarray"):
        import numpy as np

        return np.concatenate([np.ravel(cell) for cell in cells])
    return [each for cell in cells for each in cell] if cells and isinstance(cells[0], list) else cells


def _whole(spec: TensorSpec, numbers: list[Any]) -> list[Any]:
    """Make integers of floats without a fraction where the model takes integers: a frame had no better dtype."""
    if arrays.target_of(spec).kind not in "iu":
        return numbers
    return [int(each) if isinstance(each, float) and each.is_integer() else each for each in numbers]


def _narrowed(spec: TensorSpec, array: Any) -> Any:
    target = arrays.target_of(spec)
    if array.dtype.kind == "f" and (target.kind == "f" or (target.kind in "iu" and (array == array.round()).all())):
        return array.astype(target)
    return array


def _judged(spec: TensorSpec, values: list[Any], where: str) -> Any:
    findings = Findings(where, (len(values),))
    array = arrays.from_list(spec, values, findings)
    findings.check()
    return array


def _place(spec: TensorSpec) -> tuple[str, ...]:
    return () if spec.name is None else (spec.name,)
