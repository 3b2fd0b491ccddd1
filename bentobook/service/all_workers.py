"""The numbers of all workers of one service: whoever is asked for ``/metrics`` adds up what all of them have.

Each worker writes its numbers into a file of its own once a second, and whenever it is asked. What a dead worker had
counted stays, for a counter that falls reads as a restart; what it was doing when it died is over, so its gauges are
left out. What another worker did in the last second may be missing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from prometheus_client.core import Metric

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

_LIVE: Final = ".live"
_DEAD: Final = ".dead"


class AllWorkers:
    """The numbers of all processes that share a folder.

    Parameters
    ----------
    folder : Path
        Where their files are.
    own : Collector
        The numbers of this process.
    """

    def __init__(self, folder: Path, own: Collector) -> None:
        self._own = own
        self._path = folder / f"{os.getpid()}{_LIVE}"
        self._written = b""

    def write(self) -> None:
        """Let the others know; a file that is half written is never read."""
        text = orjson.dumps([_plain(metric) for metric in self._own.collect()])
        if text == self._written:
            return
        draft = self._path.with_suffix(".draft")
        draft.write_bytes(text)
        draft.replace(self._path)
        self._written = text

    def collect(self) -> Iterable[Metric]:
        """Add up the numbers of all; what is told here never shrinks, not even when this process is killed."""
        self.write()
        found: dict[str, Metric] = {}
        sums: dict[tuple[str, str, tuple[tuple[str, str], ...]], float] = {}
        for name, said, kind, samples in _families(self._path.parent):
            found.setdefault(name, Metric(name, said, kind))
            for sample, labels, value in samples:
                key = (name, sample, tuple(labels.items()))
                sums[key] = sums.get(key, 0.0) + value
        for (name, sample, at), value in sums.items():
            found[name].add_sample(sample, dict(at), value)
        return found.values()


def bury(folder: Path, process: int) -> None:
    """Note that a worker has ended."""
    with suppress(FileNotFoundError):  # it ended before it had counted anything
        (folder / f"{process}{_LIVE}").rename(folder / f"{process}{_DEAD}")


def _plain(metric: Metric) -> tuple[Any, ...]:
    samples = [(sample.name, sample.labels, sample.value) for sample in metric.samples]
    return metric.name, metric.documentation, metric.type, samples


def _families(folder: Path) -> Iterator[Any]:
    for path in sorted([*folder.glob(f"*{_LIVE}"), *folder.glob(f"*{_DEAD}")]):
        with suppress(FileNotFoundError):  # it is renamed in this moment, and counted the next time
            for family in orjson.loads(path.read_bytes()):
                if path.suffix == _LIVE or family[2] != "gauge":
                    yield family
