"""A stored model as a class whose methods a runner calls: what is declared with each method, known before the load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bentobook.frameworks.calls import Call
from bentobook.frameworks.device import device_of
from bentobook.runner.about import About
from bentobook.runner.checked import Checked, check_with, only
from bentobook.runner.plain import Pack
from bentobook.runner.runnable import Runnable
from bentobook.schema.accepts import accepts
from bentobook.schema.check import Checker
from bentobook.schema.params import check_params
from bentobook.schema.prepared import Prepared
from bentobook.schema.spec import ParamSpec, Schema, Signature
from bentobook.store.model_yaml import ModelSignature

TURN_ON = "to_runner(batchable=True)"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One method of a model, as its runner offers it.

    Attributes
    ----------
    name : str
        The method.
    declared : ModelSignature
        Whether and along which dimensions its requests are merged.
    flavor : str
        What is asked: ``"pyfunc"`` or a framework.
    where : str
        Method and model, for errors.
    find : callable
        Gets the live model and returns what is called.
    signature : Signature or None
        What is recorded of this very method.
    example : object
        Rows of input, as JSON holds them, or None.
    params : sequence of ParamSpec or None
        The params that it has; None where whatever is given is handed on.
    torch : bool
        Whether it takes torch tensors.
    read : callable, optional
        Brings a value into the form in which it is merged where no schema says how.
    """

    name: str
    declared: ModelSignature
    flavor: str
    where: str
    find: Callable[[Any], Call]
    signature: Signature | None = None
    example: Any = None
    params: Sequence[ParamSpec] | None = None
    torch: bool = False
    read: Callable[[Any], Any] | None = None

    @property
    def inputs(self) -> Schema | None:
        """What goes in; None where nothing is recorded."""
        return self.signature.inputs if self.signature is not None else None


def make(name: str, load: Callable[[], Any], asked: Iterable[Asked]) -> type[Runnable]:
    """Make the class.

    Parameters
    ----------
    name : str
        Of the class.
    load : callable
        Loads the model; called when an object of the class is made.
    asked : iterable of Asked
        Its methods.

    Returns
    -------
    type
        A :class:`~bentobook.runner.runnable.Runnable`. Its objects have ``model`` and ``device``.
    """
    methods = tuple(asked)

    class ModelRunnable(Runnable):
        """A stored model."""

        SUPPORTED_RESOURCES = ("cpu", "nvidia.com/gpu")
        SUPPORTS_CPU_MULTI_THREADING = True

        def __init__(self) -> None:
            self.model = load()
            self.device = device_of(self.model)
            self.calls = {each.name: each.find(self.model) for each in methods}

    ModelRunnable.__name__ = ModelRunnable.__qualname__ = name
    for each in methods:
        checker = None if each.inputs is None else Checker(each.inputs, each.where, torch=each.torch)
        ModelRunnable.add_method(_method(each.name, checker), each.name, **_declaration(each, checker))
    return ModelRunnable


def _method(name: str, checker: Checker | None) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **named: Any) -> Any:
        return self.calls[name](*args, **named)

    def checked(self: Any, value: Any, **named: Any) -> Any:
        if type(value) is Prepared:  # a batch of one, which nobody merged
            value = checker.build_batch([value])  # type: ignore[union-attr]
        return self.calls[name](value, **named)

    return method if checker is None else checked


def _declaration(asked: Asked, checker: Checker | None) -> dict[str, Any]:
    """Write what is declared with a method: fields of MethodSpec."""
    signature, dims = asked.declared, asked.declared.batch_dim
    about = About(
        schema=asked.signature,
        example=asked.example,
        flavor=asked.flavor,
        accepts=accepts(asked.inputs),
        turn_on=TURN_ON,
    )
    declared: dict[str, Any] = {"batchable": signature.batchable, "batch_dim": dims, "about": about}
    if asked.params is not None:
        declared["check_params"] = partial(_checked_params, asked.params, asked.where)
    if checker is None:
        return {**declared, "check": asked.read and partial(_read, asked.read)}
    check = check_with(checker)
    if dims[0] == 0:
        return {**declared, "check": check, "batching": Checked(checker, dims[1])}
    # A schema counts rows along the first dimension; along another each value is finished alone.
    return {**declared, "check": lambda value: checker.build_batch([check(value)])}


def _checked_params(specs: Sequence[ParamSpec], where: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    return check_params(specs, params, where)


def _read(read: Callable[[Any], Any], value: Any) -> Any:
    if type(value) is not Pack:
        return read(value)
    return read(only(value)) if len(value) == 1 else value
