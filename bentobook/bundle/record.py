"""What cards, checks and archives need to know of a Bento."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.layout import Layout
from bentobook.store.model import Model
from bentobook.store.problems import Problem
from bentobook.store.scan import Entry
from bentobook.store.tag import Tag


class BentoRecord(Protocol):
    """A :class:`~bentobook.bundle.bento.Bento`."""

    @property
    def tag(self) -> Tag:
        """Its name and version."""

    @property
    def path(self) -> Path:
        """Its folder."""

    @property
    def layout(self) -> Layout:
        """The store that it is of."""

    @property
    def info(self) -> BentoInfo:
        """Its record."""

    @property
    def summary(self) -> Entry:
        """What is known without reading its record."""

    @property
    def size(self) -> int:
        """The bytes of its own files."""

    @property
    def model_size(self) -> int:
        """The bytes of its models."""

    @property
    def models(self) -> tuple[Model, ...]:
        """The models that it is bound to."""


class BentoListRecord(Protocol):
    """A list of Bentos."""

    def __iter__(self) -> Iterator[BentoRecord]:
        """Give each Bento."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What could not be read."""
