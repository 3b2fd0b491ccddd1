"""The options of a prediction: by name and type, with defaults, and a key to tell equal ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from bentobook.schema.problems import Findings, nearest, told
from bentobook.schema.scalars import Unfit, fit
from bentobook.schema.spec import ParamSpec


class Params(Mapping[str, Any]):
    """Params that were checked; equal and hashable by their values and types.

    Attributes
    ----------
    key : hashable
        Equal for equal params only: requests with different params never share a batch.
    """

    __slots__ = ("_values", "key")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)
        self.key = _frozen(self._values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Params) else NotImplemented

    def __repr__(self) -> str:
        return f"Params({self._values!r})"


def check_params(specs: Sequence[ParamSpec], params: Mapping[str, Any] | None, where: str = "params") -> Params:
    """Check the params of a request, and fill in the defaults.

    Parameters
    ----------
    specs : sequence of ParamSpec
        The params that the model has.
    params : mapping or None
        What was given.
    where : str
        The method and model that are asked.

    Returns
    -------
    Params
        All params of the model.

    Raises
    ------
    SchemaMismatch
        When a name is not known, or a value does not fit.
    """
    findings = Findings(where, ())
    given: Mapping[Any, Any] = {} if params is None else params
    if not isinstance(given, Mapping):
        findings.note(msg="params", wanted="a dict", got=told(given))
        findings.check()
    known = {spec.name: spec for spec in specs}
    for name in given:
        if name not in known:
            has = f"one of {', '.join(known)}" if known else "none: the model has no params"
            near = nearest(str(name), known)
            findings.note(loc=("params", str(name)), msg="unknown param", wanted="" if near else has, near=near)
    values = {
        name: _value(spec, given[name], findings) if name in given else spec.default for name, spec in known.items()
    }
    findings.check()
    return Params(values)


def _value(spec: ParamSpec, value: Any, findings: Findings) -> Any:
    place = ("params", spec.name)
    if spec.shape is None:
        return _scalar(spec, value, place, findings)
    values = value.tolist() if hasattr(value, "dtype") and getattr(value, "ndim", 0) == 1 else value
    if not isinstance(values, (list, tuple)):
        findings.note(loc=place, wanted=f"a list of {spec.type}", got=told(value))
        return None
    return [_scalar(spec, each, (*place, number), findings) for number, each in enumerate(values)]


def _scalar(spec: ParamSpec, value: Any, place: tuple[str | int, ...], findings: Findings) -> Any:
    if value is None:
        return None
    if spec.type == "object":
        if not isinstance(value, Mapping):
            findings.note(loc=place, wanted="a dict", got=told(value))
        return value
    try:
        fitted = fit(spec.type, value)
    except Unfit as error:
        findings.note(loc=place, wanted=error.wanted, got=told(value))
        return None
    return fitted.to_pydatetime() if hasattr(fitted, "to_pydatetime") else fitted


def _frozen(value: Any) -> Hashable:
    """Make something hashable that is equal for equal values of equal types."""
    if isinstance(value, Mapping):
        return tuple((str(name), _frozen(each)) for name, each in sorted(value.items(), key=lambda item: str(item[0])))
    if isinstance(value, (list, tuple)):
        return (list, *map(_frozen, value))
    if isinstance(value, float):
        return float, repr(value)
    return type(value), value if isinstance(value, Hashable) else repr(value)
