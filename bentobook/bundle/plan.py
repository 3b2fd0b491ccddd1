"""All that goes into a Bento, before any of it is written: each writer of a file takes a Plan and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bentobook.bundle.cases import Case
from bentobook.bundle.docker import Image
from bentobook.bundle.requirements import Needs
from bentobook.bundle.wheel import Wheel
from bentobook.store.model import Model


@dataclass(frozen=True)
class Source:
    """A file below ``src/``.

    Attributes
    ----------
    content : Path or bytes
        Where it is read from, or what it holds.
    reason : str
        Why it goes along.
    """

    content: Path | bytes
    reason: str = ""

    def read(self) -> bytes:
        """Return what it holds."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


@dataclass(frozen=True)
class Plan:
    """What a build will write.

    Attributes
    ----------
    name : str
        Of the Bento.
    version : str or None
        Made when it is left out.
    service : str
        ``module:variable`` below ``src/``.
    service_name : str
        As the service itself is called.
    apis : mapping of str to str
        Routes by the name of their API.
    openapi : mapping
        The description of the service.
    description : str
        The README; one is written when it is ``""``.
    labels : mapping of str to str
    sources : mapping of str to Source
        By the path below ``src/``.
    models : tuple of Model
    aliases : mapping of str to str
        BentoML's names for models, to their tags.
    needs : Needs
    pip_options : tuple of str
        Lines of options for the requirements file.
    lock : str
        Exact pins with hashes; ``""`` where none were asked for.
    wheel : Wheel
        Of this package.
    wheels : mapping of str to Path
        Further wheels, by file name.
    image : Image
    setup_script : Path or None
    conda : bytes
        ``environment.yml``; empty where conda is not used.
    envs : tuple of mapping
        As BentoML writes them into the record.
    bentofile : mapping
        The fields of the bentofile, as they were checked.
    warnings : tuple of str
        What the author should know.
    cases : tuple of Case
        Those that were stored with the service.
    """

    name: str
    service: str
    service_name: str
    apis: Mapping[str, str]
    openapi: Mapping[str, Any]
    sources: Mapping[str, Source]
    models: tuple[Model, ...]
    needs: Needs
    wheel: Wheel
    image: Image
    version: str | None = None
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    pip_options: tuple[str, ...] = ()
    lock: str = ""
    wheels: Mapping[str, Path] = field(default_factory=dict)
    setup_script: Path | None = None
    conda: bytes = b""
    envs: tuple[Mapping[str, str], ...] = ()
    bentofile: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
