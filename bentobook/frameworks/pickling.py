"""How an object that may hold code of the user's own is pickled.

``joblib`` writes classes and functions by name, and what was defined in a notebook has no name that another process
could import. Such an object is written by cloudpickle instead, which puts the code into the file; ``joblib.load`` reads
both.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.frameworks.framework import class_name
from bentobook.frameworks.saving import Written

_JOBLIB = Written("joblib", runs_code=True)
_CLOUDPICKLE = Written("cloudpickle", runs_code=True, needs=("cloudpickle",))


def dump(obj: object, path: Path, external_modules: Sequence[ModuleType] | None = None) -> Written:
    """Write an object so that ``joblib.load`` reads it back, in a process that has none of the user's own code.

    Parameters
    ----------
    obj : object
        What is written.
    path : Path
        The file.
    external_modules : sequence of modules, optional
        Modules whose code goes into the file, too.

    Returns
    -------
    Written
        By which of both it was written.

    Raises
    ------
    InvalidArgument
        When it cannot be pickled.
    """
    with refusing(obj):
        if has_own_code(obj, [module.__name__ for module in external_modules or ()]):
            import cloudpickle

            with path.open("wb") as file:
                cloudpickle.dump(obj, file)
            return _CLOUDPICKLE
        import joblib

        joblib.dump(obj, path)
        return _JOBLIB


@contextmanager
def refusing(obj: object) -> Iterator[None]:
    """Say in one sentence that an object holds something that cannot be pickled, such as a lock or an open file.

    Raises
    ------
    InvalidArgument
        With pickle's reason.
    """
    try:
        yield
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise InvalidArgument("model", class_name(obj), "a model that can be pickled", hint=f"{error}.") from error


def has_own_code(obj: object, modules: Sequence[str] = ()) -> bool:
    """Tell whether a pickle of an object would name code that lives in ``__main__``, in a function or in ``modules``.

    The object is pickled to nowhere for it; large arrays are passed over without a copy.
    """
    try:
        _Looker(modules).dump(obj)
    except _OwnCode:
        return True
    return False


class _OwnCode(Exception):
    """Found: the search may stop."""


class _Nowhere(io.RawIOBase):
    """Takes all that is written."""

    def write(self, data: Any, /) -> int:
        return len(data)


class _Looker(pickle.Pickler):
    """Looks at every class and function that a pickle names."""

    def __init__(self, modules: Sequence[str]) -> None:
        # A buffer callback that returns nothing keeps large arrays out of the stream.
        super().__init__(_Nowhere(), protocol=5, buffer_callback=lambda _: None)
        self._modules = modules

    def reducer_override(self, obj: Any) -> Any:
        """Stop at code that no import would find."""
        if isinstance(obj, (type, FunctionType)) and self._is_own(obj):
            raise _OwnCode
        return NotImplemented

    def _is_own(self, obj: type | FunctionType) -> bool:
        module = obj.__module__ or ""
        local = "<locals>" in obj.__qualname__ or "<lambda>" in obj.__qualname__
        listed = any(module == name or module.startswith(f"{name}.") for name in self._modules)
        return local or listed or module in {"", "__main__", "__mp_main__"}
