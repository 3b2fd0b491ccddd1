"""Values for a model that takes tensors: arrays, nested lists, torch tensors, DataFrames, and dicts of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bentobook.schema import arrays
from bentobook.schema.accepts import refusal
from bentobook.schema.arrays import Tensor
from bentobook.schema.cells import from_frame, from_series
from bentobook.schema.loaded import is_a, is_sparse
from bentobook.schema.prepared import Prepared
from bentobook.schema.problems import Findings, missing
from bentobook.schema.spec import Schema, TensorSpec

MAX_KEPT = 256


class Tensors:
    """Read values for one schema of tensors.

    Parameters
    ----------
    schema : Schema
        What the model takes.
    where : str
        The method and model that are asked.
    torch : bool
        Whether the model takes torch tensors.
    """

    def __init__(self, schema: Schema, where: str, *, torch: bool) -> None:
        self._schema = schema
        self._where = where
        self._torch = torch
        self._specs = schema.tensors
        self._plans: dict[Any, Tensor] = {}

    def prepare(self, value: Any) -> Prepared:
        """Check a value and bring it into the form in which it is merged; see :meth:`Tables.prepare`."""
        spec = self._specs[0]
        if spec.name is not None:
            return self._named(value)
        array = value if is_a(value, "numpy", "ndarray") and not value.dtype.hasobject else self._array(spec, value)
        if array is None:
            raise refusal(self._where, value, self._schema)
        return self._one(spec, array)

    def _one(self, spec: TensorSpec, array: Any) -> Prepared:
        plan, array = self._plan(spec, array)
        if spec.shape[:1] != (-1,) or not array.shape or is_sparse(array):
            return Prepared(array, plan, None, 1, 0)
        size = array.numel() * array.element_size() if is_a(array, "torch", "Tensor") else array.nbytes
        return Prepared(array, plan, self._layout(plan, array), int(array.shape[0]), size)

    def _layout(self, plan: Tensor, array: Any) -> Any:
        """Tell what must be equal; a plan stands for dtype and shape."""
        return (plan, str(array.device), array.requires_grad) if is_a(array, "torch", "Tensor") else plan

    def _plan(self, spec: TensorSpec, array: Any) -> tuple[Tensor, Any]:
        """Find or make the verdict on an array, and give it the axis of rows if it is one row."""
        shape = tuple(array.shape)
        key = (spec.name, array.dtype, shape[1:] if spec.shape[:1] == (-1,) and shape else shape, len(shape))
        plan = self._plans.get(key)
        if plan is not None:
            return plan, array
        shaped = arrays.shape_like(spec, array)
        if shaped is not array:
            return self._plan(spec, shaped)
        findings = Findings(self._where, ())
        step = arrays.judge(spec, self._dtype(array), shape, findings, name=self._dtype_name(array))
        findings.check()
        if len(self._plans) >= MAX_KEPT:
            self._plans = {}
        plan = self._plans[key] = Tensor(spec, step, self._where, torch=self._torch)
        return plan, array

    @staticmethod
    def _dtype(array: Any) -> Any:
        if not is_a(array, "torch", "Tensor"):
            return array.dtype
        import numpy as np

        name = str(array.dtype).removeprefix("torch.")
        try:
            return np.dtype(name)
        except TypeError:  # numpy has no bfloat16
            return np.dtype(f"V{array.element_size()}")

    @staticmethod
    def _dtype_name(array: Any) -> str:
        """Name the dtype for people: numpy writes ``<U7`` for texts."""
        kind = getattr(array.dtype, "kind", "")
        return {"U": "texts", "S": "bytes"}.get(kind) or str(array.dtype).removeprefix("torch.")

    def _array(self, spec: TensorSpec, value: Any) -> Any:
        """Bring a value into the form of an array; None where it is of a kind that no model takes."""
        if is_a(value, "numpy", "ndarray"):
            return (
                value if value.dtype.kind != "O" or arrays.target_of(spec).kind == "O" else self._objects(spec, value)
            )
        if is_a(value, "torch", "Tensor") or is_sparse(value):
            return value
        if is_a(value, "pandas", "Series"):
            return from_series(spec, value, self._where)
        if is_a(value, "pandas", "DataFrame"):
            return from_frame(spec, value, self._where)
        if not isinstance(value, (list, tuple, int, float, str)):
            return None
        findings = Findings(self._where, (len(value) if isinstance(value, (list, tuple)) else 1,))
        made = arrays.from_list(spec, value, findings)
        findings.check()
        return made

    def _objects(self, spec: TensorSpec, value: Any) -> Any:
        """Read an array of objects as a list, unless its rows are ragged and may be."""
        if value.ndim == 1 and -1 in spec.shape[1:]:
            return value
        return self._array(spec, value.tolist())

    def _named(self, value: Any) -> Prepared:
        names = [str(spec.name) for spec in self._specs]
        if is_a(value, "pandas", "DataFrame"):
            given: Any = {str(label): value.iloc[:, place] for place, label in enumerate(value.columns)}
        elif isinstance(value, Mapping):
            given = {str(name): each for name, each in value.items()}
        elif isinstance(value, (list, tuple)) and value and all(isinstance(each, Mapping) for each in value):
            given = {name: [each.get(name) for each in value] for name in names if any(name in each for each in value)}
        elif len(names) == 1:
            given = {names[0]: value}
        else:
            raise refusal(self._where, value, self._schema)
        findings = Findings(self._where, ())
        missing(names, names, given, findings.note)
        findings.check()
        return self._dict({spec: self._array(spec, given[str(spec.name)]) for spec in self._specs}, value)

    def _dict(self, given: dict[TensorSpec, Any], value: Any) -> Prepared:
        if any(array is None for array in given.values()):
            raise refusal(self._where, value, self._schema)
        plans, values = {}, {}
        for spec, array in given.items():
            plans[str(spec.name)], values[str(spec.name)] = self._plan(spec, array)
        plan = arrays.NamedArrays(plans)
        rows = {tuple(array.shape[:1]) for array in values.values()}
        alone = len(rows) != 1 or () in rows or any(spec.shape[:1] != (-1,) for spec in given)
        if alone or any(is_sparse(array) for array in values.values()):
            return Prepared(values, plan, None, 1, 0)
        layout = tuple(self._layout(plans[name], array) for name, array in values.items())
        size = sum(getattr(array, "nbytes", 0) for array in values.values())
        return Prepared(values, plan, layout, int(rows.pop()[0]), size)

    def one_row(self, prepared: Prepared) -> Prepared | None:
        """Make a row of zeros."""
        if prepared.layout is None:
            return None
        several = isinstance(prepared.value, dict)
        values = prepared.value.values() if several else (prepared.value,)
        rows = [_zeros(array) for array in values]
        return self.prepare(dict(zip(prepared.value, rows, strict=True)) if several else rows[0])


def _zeros(array: Any) -> Any:
    if is_a(array, "torch", "Tensor"):
        return array.new_zeros((1, *array.shape[1:]))
    import numpy as np

    return np.zeros((1, *array.shape[1:]), array.dtype)
