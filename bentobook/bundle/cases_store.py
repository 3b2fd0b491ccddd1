"""The cases of a service: ``$BENTOML_HOME/.bentobook/cases/<service>.jsonl``, replaced as a whole by one rename."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path

from bentobook import settings
from bentobook.bundle import cases
from bentobook.bundle.cases import Case
from bentobook.errors import NotFound
from bentobook.store import durable, locks
from bentobook.store.layout import Layout, make_folder
from bentobook.store.tag import Tag

_Change = Callable[[tuple[Case, ...]], Iterable[Case]]


def path_of(service: str) -> Path:
    """Return the file of a service's cases."""
    return Layout(settings.home()).private / "cases" / f"{Tag.parse(service).name}.jsonl"


def of_service(service: str) -> tuple[Case, ...]:
    """Return the cases of a service, in the order in which they were stored.

    Raises
    ------
    StoreUnreadable
        When a line of the file is no case.
    """
    return cases.read(path_of(service))


def add(service: str, new: Iterable[Case]) -> tuple[Case, ...]:
    """Store cases with a service; one of the same name takes the old one's place.

    Parameters
    ----------
    service : str
    new : iterable of Case

    Returns
    -------
    tuple of Case
        All that the service has now.

    Raises
    ------
    StoreNotWritable, DiskFull
        When the store cannot be written; the file is as it was then.
    """
    named = {case.name: case for case in new}

    def change(before: tuple[Case, ...]) -> Iterable[Case]:
        return {**{case.name: case for case in before}, **named}.values()

    return _rewrite(service, change)


def remove(service: str, name: str) -> tuple[Case, ...]:
    """Remove one case.

    Parameters
    ----------
    service, name : str

    Returns
    -------
    tuple of Case
        Those that are left.

    Raises
    ------
    NotFound
        When there is none of that name.
    """

    def change(before: tuple[Case, ...]) -> Iterable[Case]:
        names = [case.name for case in before]
        if name not in names:
            similar = difflib.get_close_matches(name, names)
            raise NotFound(name, str(path_of(service)), kind=f"Case of {service}", similar=similar)
        return (case for case in before if case.name != name)

    return _rewrite(service, change)


def _rewrite(service: str, change: _Change) -> tuple[Case, ...]:
    layout, path = Layout(settings.home()), path_of(service)
    with durable.writing(path, "keep the cases"):
        layout.make_private()
        make_folder(path.parent, like=layout.home)
        with locks.name_lock(layout, f"cases-{path.stem}"):
            after = tuple(change(of_service(service)))
            mode = layout.locks.stat().st_mode & 0o666
            durable.replace_file(path, cases.dump(after), via=layout.staging, mode=mode)
    return after
