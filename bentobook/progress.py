"""The line that an import shows while it runs: bytes, rate, time left, time passed.

Where it is drawn is the business of a :class:`Screen`: a cell's output, a terminal, or nowhere.

A thread of its own draws it, so that it appears in time also while the main thread still imports MLflow. What is over
before the first drawing shows nothing. When the work is done the line goes away: the result stands for it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from bentobook.text import size

FIRST_AFTER = 0.25  # seconds; a person starts to wonder after half a second
THEN_EVERY = 0.25
_WINDOW = 5.0  # seconds over which the rate is measured


class Screen(Protocol):
    """A place for one line that changes."""

    def draw(self, line: str) -> None:
        """Show a line in place of the one before."""

    def clear(self, *, something_follows: bool) -> None:
        """Take the line away."""


class Progress:
    """A line that follows an import; a context manager and the ``progress(done, total)`` that the import calls.

    Parameters
    ----------
    label : str
        What is under way; it stands first.
    screen : Screen or None
        Where to draw; ``None`` draws nothing.
    clock : callable
        Gives the time in seconds.
    """

    def __init__(self, label: str, screen: Screen | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.label, self.screen, self._clock = label, screen, clock
        self.something_follows = True
        self._started = clock()
        self._done, self._total = 0, 0
        self._samples: deque[tuple[float, int]] = deque([(self._started, 0)], maxlen=200)
        self._over = threading.Event()
        self._drawn = False
        self._thread = threading.Thread(target=self._draw_until_over, name="bentobook-progress", daemon=True)

    def __call__(self, done: int, total: int) -> None:
        """Take note of bytes; cheap enough to be called for each block."""
        self._done, self._total = done, total
        now = self._clock()
        if now - self._samples[-1][0] >= _WINDOW / 100:
            self._samples.append((now, done))

    def line(self) -> str:
        """Return the line of this moment."""
        now = self._clock()
        passed = f"{now - self._started:.0f} s"
        if not self._total:
            return f"{self.label}   starting · {passed}"
        share = min(self._done / self._total, 1.0)
        parts = [f"{_bar(share)} {int(share * 100):3d} %", f"{size(self._done)} of {size(self._total)}"]
        rate = self._rate(now)
        if rate > 0 and self._done < self._total:
            parts += [f"{size(int(rate))}/s", f"{_duration((self._total - self._done) / rate)} left"]
        return f"{self.label}   {' · '.join([*parts, passed])}"

    def _rate(self, now: float) -> float:
        """Return bytes per second over the last seconds."""
        oldest = next((sample for sample in self._samples if now - sample[0] <= _WINDOW), self._samples[-1])
        passed = now - oldest[0]
        return (self._done - oldest[1]) / passed if passed > 0 else 0.0

    def _draw_until_over(self) -> None:
        wait, last = FIRST_AFTER, ""
        while self.screen is not None and not self._over.wait(wait):
            line = self.line()
            if line != last:
                self.screen.draw(line)
                self._drawn, last = True, line
            wait = THEN_EVERY

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        if not self._drawn or self.screen is None:
            return
        if kind is None and self._total:
            self._done = self._total
            self.screen.draw(self.line())
        self.screen.clear(something_follows=self.something_follows or kind is not None)


def _bar(share: float, width: int = 16) -> str:
    full = int(share * width)
    return "█" * full + "░" * (width - full)


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
