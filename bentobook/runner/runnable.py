"""A user's own runner class, written as in BentoML 1.x: methods that take a whole batch.

::

    class Tagger(bentobook.Runnable):
        @bentobook.Runnable.method(batchable=True)
        def tag(self, texts: list[str]) -> list[str]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, overload

from bentobook.errors import InvalidArgument
from bentobook.runner.about import About

if TYPE_CHECKING:
    from bentobook.runner.batch import Batching

F = TypeVar("F", bound=Callable[..., Any])
_SPEC = "__bentobook_method__"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodSpec:
    """What is declared with a method.

    Parameters
    ----------
    batchable : bool
        Whether the method takes many requests merged and returns a row for each row.
    batch_dim : int or (int, int)
        The dimension along which rows are counted, of input and output.
    idempotent : bool
        Whether it may be run again for a request: after a failure in a batch, or an interrupt.
    check : callable, optional
        Runs in the caller for each value before it is queued, and returns the value that is queued.
    accept : callable, optional
        Runs in the caller once for each new layout (columns, dtypes, shape), with the first such value; it raises
        SchemaMismatch where the method takes no such values.
    check_params : callable, optional
        Runs in the caller for each request that has params, and returns those that the method gets.
    batching : Batching, optional
        Another way to measure, merge and split than the usual one.
    input_spec, output_spec : object, optional
        BentoML's arguments of these names; kept, not used.
    about : About
        What is known of the method beside that.
    """

    batchable: bool = False
    batch_dim: int | tuple[int, int] = 0
    idempotent: bool = True
    check: Callable[[Any], Any] | None = None
    accept: Callable[[Any], None] | None = None
    check_params: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    batching: Batching | None = None
    input_spec: Any = None
    output_spec: Any = None
    about: About = field(default_factory=About)


class Runnable:
    """Base of classes whose methods a :class:`~bentobook.runner.runner.Runner` calls.

    Attributes
    ----------
    SUPPORTED_RESOURCES : tuple of str
        BentoML's attribute: what the class can run on, ``"cpu"`` or ``"nvidia.com/gpu"``.
    SUPPORTS_CPU_MULTI_THREADING : bool
        BentoML's attribute: whether one call uses several cores by itself.
    """

    SUPPORTED_RESOURCES: ClassVar[tuple[str, ...]] = ()
    SUPPORTS_CPU_MULTI_THREADING: ClassVar[bool] = False

    @overload
    @staticmethod
    def method(function: F) -> F: ...
    @overload
    @staticmethod
    def method(
        function: None = None,
        *,
        batchable: bool = False,
        batch_dim: int | tuple[int, int] = 0,
        input_spec: Any = None,
        output_spec: Any = None,
        idempotent: bool = True,
    ) -> Callable[[F], F]: ...
    @staticmethod
    def method(function: Callable[..., Any] | None = None, **declared: Any) -> Any:
        """Declare a method that a runner may call.

        Parameters
        ----------
        function : callable, optional
            The method, where the decorator is written without parentheses.
        **declared
            Fields of :class:`MethodSpec`.
        """
        spec = MethodSpec(**declared)

        def declare(function: F) -> F:
            setattr(function, _SPEC, spec)
            return function

        return declare if function is None else declare(function)

    @classmethod
    def add_method(cls, function: Callable[..., Any], name: str, **declared: Any) -> None:
        """Add a method to the class, as :meth:`method` does in its body."""
        setattr(function, _SPEC, MethodSpec(**declared))
        setattr(cls, name, function)


def methods_of(runnable: type | object) -> dict[str, MethodSpec]:
    """List the methods that a class or object declares, in the order of their declaration.

    Raises
    ------
    InvalidArgument
        When there are none.
    """
    owner = runnable if isinstance(runnable, type) else type(runnable)
    found: dict[str, MethodSpec] = {}
    for base in reversed(owner.__mro__):
        for name, member in vars(base).items():
            spec = getattr(member, _SPEC, None)
            if isinstance(spec, MethodSpec):
                found[name] = spec
            else:
                found.pop(name, None)
    if not found:
        raise InvalidArgument(
            "runnable", owner.__name__, "a class with methods", hint="Mark them with @bentobook.Runnable.method(...)."
        )
    return found
