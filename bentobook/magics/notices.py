"""What the core tells through its logger while a magic runs, as lines of text."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_LOGGER = logging.getLogger("bentobook")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def collected() -> Iterator[list[str]]:
    """Collect the notices of the core; the logger is left as it was."""
    collector, level = _Collector(), _LOGGER.level
    _LOGGER.addHandler(collector)
    _LOGGER.setLevel(min(_LOGGER.getEffectiveLevel(), logging.INFO))
    try:
        yield collector.lines
    finally:
        _LOGGER.removeHandler(collector)
        _LOGGER.setLevel(level)


def show(lines: Iterable[str]) -> None:
    """Write each notice as one line, none twice."""
    for line in dict.fromkeys(lines):
        sys.stdout.write(f"{line}\n")
