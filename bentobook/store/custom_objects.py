"""``custom_objects.pkl``: one dict of the user's objects, pickled by cloudpickle, as BentoML writes it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from bentobook.errors import InvalidArgument, StoreUnreadable


def dump(objects: Mapping[str, Any], external_modules: Sequence[ModuleType] | None = None) -> bytes:
    """Pickle objects; code of ``external_modules`` is pickled with them, not imported again at the load.

    Raises
    ------
    InvalidArgument
        When something cannot be pickled.
    """
    import cloudpickle

    with by_value(external_modules or ()):
        try:
            data: bytes = cloudpickle.dumps(dict(objects))
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise InvalidArgument(
                "custom_objects", list(objects), "objects that can be pickled", hint=str(error)
            ) from error
    return data


@contextmanager
def by_value(modules: Sequence[ModuleType]) -> Iterator[None]:
    """Let cloudpickle write the code of some modules instead of their names, as long as the block runs."""
    import cloudpickle

    before = cloudpickle.list_registry_pickle_by_value()
    added = [module for module in modules if module.__name__ not in before]
    for module in added:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in added:
            cloudpickle.unregister_pickle_by_value(module)


def load(path: Path) -> dict[str, Any]:
    """Read the objects back; this runs code, and whoever calls has asked for consent."""
    import cloudpickle

    try:
        with path.open("rb") as file:
            objects = cloudpickle.load(file)
    except FileNotFoundError:
        return {}
    if not isinstance(objects, dict):
        raise StoreUnreadable(path, "it holds no dict")
    return objects
