"""When a batch is cut, and where it runs: *batch while busy*, as pure functions and records without a clock.

An idle runner starts at once. While it is busy, requests pile up, and leave together when the model is free: this is
stable at every load below the model's own limit and has nothing to tune. Three things are added.

*Settle.* After a batch its callers come back together. To cut before they did would make two half batches that
alternate for ever, so the next cut waits for them: for coroutines until their loop has given each a turn; for threads,
which wake one by one, when that takes less time than one more batch would cost (the fixed part of the model's time).
Callers who do not come back are waited for less and less often.

*The deliberate delay* ``max_wait_ms`` is zero unless somebody asks for it.

*Inline.* A model that answers faster than a thread wakes up runs where it was called, also on a loop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Reason: TypeAlias = Literal["idle", "busy", "settled", "waited", "full"]
"""Why a batch left: the runner was idle; it was busy until now; the callers of the last batch are back;
``max_wait_ms`` is over; ``max_batch_size`` is reached."""

INLINE_S = 1e-3
MIN_LOOP_WAIT_S, MAX_LOOP_WAIT_S = 0.01, 1.0
_WEIGHT = 0.3
_FORGET = 0.97
_MAX_SKIPPED = 31


@dataclass(slots=True)
class Cost:
    """What batches of a method cost: the mean time per class of sizes (1, 2-3, 4-7, 8-15 …), newer ones count more."""

    rows: list[float] = field(default_factory=lambda: [0.0] * 64)
    times: list[float] = field(default_factory=lambda: [0.0] * 64)
    last: float = 0.0

    def observe(self, rows: int, seconds: float) -> None:
        """Take in one batch. A much faster one than before is believed at once: the first calls warm a model up."""
        at = min(rows.bit_length(), 63)
        weight = 1.0 if not self.times[at] or seconds < self.times[at] / 2 else _WEIGHT
        self.times[at] += weight * (seconds - self.times[at])
        self.rows[at] += weight * (rows - self.rows[at])
        self.last = seconds

    def expect(self, rows: int) -> float | None:
        """Tell how long a batch will take, rather too long than too short; None when there is nothing to go by."""
        at = min(rows.bit_length(), 63)
        for known in range(at, 0, -1):
            seconds = self.times[known]
            if seconds:
                return seconds * rows / self.rows[known] if rows > self.rows[known] else seconds
        return min((seconds for seconds in self.times[at:] if seconds), default=None)

    @property
    def fixed(self) -> float:
        """The part of a batch's time that does not depend on its size, by a line through two known sizes."""
        known = [at for at, seconds in enumerate(self.times) if seconds]
        if not known:
            return 0.0
        small, large = known[0], known[-1]
        if small == large:
            return min(self.times[small], self.last)
        slope = (self.times[large] - self.times[small]) / (self.rows[large] - self.rows[small])
        return max(0.0, min(self.times[small] - slope * self.rows[small], self.times[small], self.last))

    def known(self, rows: int) -> float:
        """Tell what batches of this class took; 0 when there were none."""
        return self.times[min(rows.bit_length(), 63)]

    def forget(self, rows: int) -> None:
        """Make what batches of this class took a little less, so that it is tried again at some time."""
        self.times[min(rows.bit_length(), 63)] *= _FORGET

    def runs_inline(self, rows: int) -> bool:
        """Whether a batch of this size is expected to be faster than a thread wakes up."""
        expected = self.expect(rows)
        return expected is not None and expected < INLINE_S

    def drain(self, rows: int) -> int:
        """Tell in how many whole seconds, at least 1, the rows that wait may be done."""
        return max(1, round(self.expect(rows) or 0.0))


@dataclass(slots=True)
class Settle:
    """Learns whether callers in threads come back after a batch, and how long that takes for how many.

    Attributes
    ----------
    expected : int
        For how many the next cut waits.
    times : Cost
        What it takes until they are back.
    """

    expected: int = 0
    times: Cost = field(default_factory=Cost)
    skipped: int = 0
    to_skip: int = 0

    def wait_for(self, callers: int, fixed: float) -> int:
        """Tell how many callers of the batch that has just ended are waited for: all, or none.

        None when it would take longer than one more batch costs (its ``fixed`` part), or when they seldom come back.
        """
        self.expected = 0
        if self.to_skip:
            self.to_skip -= 1
        elif self.times.known(callers) > fixed:
            self.times.forget(callers)
        else:
            self.expected = callers
        return self.expected

    def cut(self, missing: int, seconds: float, fixed: float) -> None:
        """Take in how many did not come back in the time before the next cut."""
        came = self.expected - missing
        if came * 4 < self.expected or seconds > fixed * 2:
            self.skipped = min(2 * self.skipped + 1, _MAX_SKIPPED)
            self.to_skip = self.skipped
        elif came:
            self.skipped = 0
            self.times.observe(self.expected, seconds * self.expected / came)
        self.expected = 0


def settle_until(ended: float, cost: Cost, missing_loops: int, missing_callers: int) -> float:
    """Tell until when the next cut waits for callers to come back.

    Parameters
    ----------
    ended : float
        When the last batch ended, in seconds.
    cost : Cost
        What the batches of the method cost.
    missing_loops : int
        Loops that have not yet given their callers a turn. They tell when they have, unless they are stopped or
        blocked; so this wait is long, and hardly ever full.
    missing_callers : int
        Threads that had an answer and have not asked again.
    """
    if missing_loops:
        return ended + min(MAX_LOOP_WAIT_S, max(MIN_LOOP_WAIT_S, cost.last))
    return ended + cost.fixed if missing_callers else ended
