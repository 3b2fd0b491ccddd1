"""What a build was asked for: the fields of a bentofile, and above them those of the call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bentobook.bundle import bentofile as reading
from bentobook.bundle.bentofile import Bentofile
from bentobook.errors import BentofileRefused

_CALL = "the build"


@dataclass(frozen=True)
class Wishes:
    """What a build was asked for.

    Attributes
    ----------
    bentofile : Bentofile
        The fields of the file and of the call, merged.
    where : str
        What an error calls them.
    project : Path
        The folder that paths count from.
    from_file : bool
        Whether there is a bentofile: then its patterns choose the files, as in BentoML.
    version : str or None
    keep : collection of str
        Packages for development that are wanted all the same.
    lock : bool or None
        Whether exact pins are compiled; what the bentofile says when left out.
    """

    bentofile: Bentofile
    where: str
    project: Path
    from_file: bool = False
    version: str | None = None
    keep: Collection[str] = field(default_factory=tuple)
    lock: bool | None = None


def merged(
    given: Mapping[str, Any],
    *,
    bentofile: Path | None,
    project: Path | None,
    is_needed: bool,
    version: str | None = None,
    keep: Collection[str] = (),
    lock: bool | None = None,
) -> Wishes:
    """Read the bentofile, if there is one, and put what a call says above it.

    Parameters
    ----------
    given : mapping
        Fields of a bentofile; None where nothing was said.
    bentofile, project : Path or None
        As for ``bentobook.build``.
    is_needed : bool
        Whether the bentofile must name the service.

    Raises
    ------
    BentofileRefused
        When a field cannot be used, or there is no file where one is needed.
    """
    folder = (project or (bentofile.parent if bentofile is not None else Path())).absolute()
    path = bentofile if bentofile is not None else folder / reading.NAME
    from_file = bentofile is not None or (is_needed and path.is_file())
    if is_needed and not from_file:
        problem = "there is no such file; give a service, or write a file with 'service: file.py:svc'"
        raise BentofileRefused(path, [problem])
    said = {key: _as_lists(value) for key, value in given.items() if value is not None}
    fields = reading.check(said, _CALL)
    where = _CALL
    if from_file:
        of_file = reading.read(path)
        fields, where = of_file.model_copy(update={key: getattr(fields, key) for key in said}), str(path)
    return Wishes(fields, where, folder, from_file, version, tuple(keep), lock)


def _as_lists(value: Any) -> Any:
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
