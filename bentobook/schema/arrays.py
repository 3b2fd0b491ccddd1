"""Arrays against a tensor spec: the verdict of dtype and shape, and what is cast once per batch.

As MLflow, a spec of objects takes anything, and a spec with free inner axes takes ragged arrays. Beyond MLflow, numbers
are cast where none of them changes: ``float32`` into ``float64``, whole numbers into floats that represent them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bentobook.schema.dtypes import Step, cast_of, holds
from bentobook.schema.loaded import is_a, to_array
from bentobook.schema.prepared import Plan
from bentobook.schema.problems import Findings, told
from bentobook.schema.scalars import EXACT, Unfit, fit
from bentobook.schema.spec import TensorSpec


class Tensor(Plan):
    """Arrays or torch tensors of one dtype and shape.

    Parameters
    ----------
    spec : TensorSpec
        What the model takes.
    step : Step
        Whether they are cast.
    where : str
        The method and model that are asked.
    torch : bool
        Whether the model takes torch tensors.
    """

    def __init__(self, spec: TensorSpec, step: Step, where: str, *, torch: bool) -> None:
        self.spec = spec
        self._step = step
        self._where = where
        self._torch = torch

    def finish(self, value: Any, sizes: Sequence[int], *, fresh: bool) -> Any:
        """Cast, and make an array of a tensor where the model takes no tensors."""
        del fresh
        if is_a(value, "torch", "Tensor"):
            if self._torch:
                return self._cast_tensor(value, sizes)
            value = to_array(value)
        return value if self._step is Step.KEEP else self._cast(value, sizes)

    def _cast(self, array: Any, sizes: Sequence[int]) -> Any:
        target = target_of(self.spec)
        if self._step is Step.EXACT and not holds(array, target):
            findings = Findings(self._where, sizes)
            _note_unfit(self.spec, array, findings)
            findings.check()
        return array.astype(target)

    def _cast_tensor(self, tensor: Any, sizes: Sequence[int]) -> Any:
        if self._step is Step.KEEP:
            return tensor
        import torch

        return torch.from_numpy(self._cast(to_array(tensor), sizes)).to(tensor.device)


class NamedArrays(Plan):
    """Dicts of arrays, one for each tensor of the model.

    Parameters
    ----------
    plans : mapping of str to Tensor
        What becomes of each.
    """

    def __init__(self, plans: dict[str, Tensor]) -> None:
        self._plans = plans

    def cut(self, value: Any, start: int, stop: int) -> Any:
        """Take rows of each array."""
        return {name: array[start:stop] for name, array in value.items()}

    def finish(self, value: Any, sizes: Sequence[int], *, fresh: bool) -> Any:
        """Finish each array."""
        return {name: plan.finish(value[name], sizes, fresh=fresh) for name, plan in self._plans.items()}


def target_of(spec: TensorSpec) -> Any:
    """Tell the dtype that the model takes."""
    import numpy as np

    return np.dtype(spec.dtype)


def judge(spec: TensorSpec, dtype: Any, shape: Sequence[int], findings: Findings, *, name: str = "") -> Step:
    """Tell what becomes of an array; what does not fit is noted.

    Parameters
    ----------
    spec : TensorSpec
        What the model takes.
    dtype : numpy.dtype
        What the array has.
    shape : sequence of int
        The length of each axis.
    findings : Findings
        Takes the problems.
    name : str
        What the dtype is called in a problem; its own name where this is empty.
    """
    target, place = target_of(spec), _place(spec)
    if target.kind == "O" and spec.shape == (-1,):
        return Step.KEEP
    if dtype.kind == "O" and len(shape) == 1 and -1 in spec.shape[1:]:
        return Step.KEEP
    fits = len(shape) == len(spec.shape) and all(
        wanted in {-1, got} for wanted, got in zip(spec.shape, shape, strict=False)
    )
    if not fits:
        findings.note(loc=place, wanted=f"the shape {list(spec.shape)}", got=str(list(shape)))
    step: Step | None = Step.KEEP
    if dtype != target and not (dtype.kind == target.kind and dtype.kind in "US"):
        step = cast_of(target, dtype)
    if step is None:
        near = f", cast it with .astype({spec.dtype!r}) if that is meant" if dtype.kind == target.kind else ""
        findings.note(loc=place, wanted=spec.dtype, got=f"{name or dtype}{near}")
    return step or Step.KEEP


def from_list(spec: TensorSpec, value: Any, findings: Findings) -> Any:
    """Make an array of a nested list; values that do not fit are noted.

    Parameters
    ----------
    spec : TensorSpec
        What the model takes.
    value : list
        Rows, or the values of one row.
    findings : Findings
        Takes the problems.

    Returns
    -------
    ndarray
        Of the dtype of the spec; a single row has its axis of rows.
    """
    import numpy as np

    target = target_of(spec)
    try:
        if target.kind in "OUS":
            return _objects(spec, value, findings)
        array = np.asarray(value)
        shaped = shape_like(spec, array)
        if (array.dtype.kind == target.kind and target.kind not in "iuf") or _is_safe(array, target):
            return shaped.astype(target)
        exact = array if array.dtype.kind == "O" else np.array(value, object)
    except (ValueError, TypeError):
        findings.note(loc=_place(spec), msg="the rows differ in length, or are nested unevenly", wanted=spec.describe())
        return np.zeros([max(length, 0) for length in spec.shape], target)
    return shape_like(spec, _fitted(spec, exact, findings))


def _objects(spec: TensorSpec, value: Any, findings: Findings) -> Any:
    """Make an array of texts, or of anything: numpy would make texts of the numbers among texts."""
    import numpy as np

    target = target_of(spec)
    array = np.array(value, object)
    if target.kind == "O":
        return array
    for place, each in np.ndenumerate(array):
        if not isinstance(each, (str, bytes)):
            row, *inner = place or (None,)
            findings.note(row=row, loc=(*_place(spec), *inner), wanted=spec.dtype, got=told(each))
    return shape_like(spec, np.array(value)) if not findings else array


def _is_safe(array: Any, target: Any) -> bool:
    kind = array.dtype.kind
    if target.kind == "f" and kind == "f":
        import numpy as np

        limit = min(EXACT["float" if target.itemsize <= 4 else "double"], float(np.finfo(target).max))  # noqa: PLR2004
        return not (np.abs(array) >= limit).any()
    return kind in "iu" and target.kind in "iuf" and holds(array, target)


def shape_like(spec: TensorSpec, array: Any) -> Any:
    """Give one row, or no rows at all, the axes that they would have among others; objects may be ragged and stay."""
    if str(array.dtype) == "object" or target_of(spec).kind == "O":
        return array
    if not array.size and array.ndim <= 1 and len(spec.shape) > 1:
        return array.reshape(0, *[max(length, 0) for length in spec.shape[1:]])
    if spec.shape[:1] != (-1,) or array.ndim != len(spec.shape) - 1:
        return array
    fits = all(wanted in {-1, got} for wanted, got in zip(spec.shape[1:], array.shape, strict=True))
    return array[None] if fits else array


def _fitted(spec: TensorSpec, array: Any, findings: Findings) -> Any:
    """Judge the values of an array of objects one by one."""
    import numpy as np

    target = target_of(spec)
    out = np.zeros(array.shape, target)
    for place, value in np.ndenumerate(array):
        try:
            out[place] = _value(target, value)
        except (Unfit, OverflowError, ValueError, TypeError) as error:
            row, *inner = place or (None,)
            wanted = error.wanted if isinstance(error, Unfit) else spec.dtype
            findings.note(row=row, loc=(*_place(spec), *inner), wanted=_named(wanted, spec), got=told(value))
    return out


_TYPES = {"f": "double", "i": "long", "u": "long", "b": "boolean"}


def _value(target: Any, value: Any) -> Any:
    if target.kind not in _TYPES:
        import numpy as np

        return np.array(value, target)[()]
    if target == "uint64" and type(value) is int and 1 << 63 <= value < 1 << 64:
        return value  # MLflow's whole numbers end earlier; it has no name for these
    fitted = fit("float" if target == "float32" else _TYPES[target.kind], value)
    if fitted is None:
        raise TypeError
    if target.kind in "iuf" and abs(fitted) != float("inf"):
        import numpy as np

        ends: Any = np.iinfo(target) if target.kind in "iu" else np.finfo(target)
        number = type(fitted)
        if fitted > number(ends.max) or fitted < number(ends.min):
            raise OverflowError
    return fitted


def _named(wanted: str, spec: TensorSpec) -> str:
    """Use numpy's name where the rule is MLflow's."""
    head, comma, rest = wanted.partition(",")
    return f"{spec.dtype}{comma}{rest}" if head in {"double", "float", "long", "boolean"} else wanted


def _note_unfit(spec: TensorSpec, array: Any, findings: Findings) -> None:
    _fitted(spec, array.astype(object), findings)


def _place(spec: TensorSpec) -> tuple[str, ...]:
    return () if spec.name is None else (spec.name,)
