"""Where the time of a call went, and the batch in which it rode."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long the parts of a call took, in milliseconds.

    Attributes
    ----------
    validate : float
        To read and check the value.
    queue : float
        To wait for a batch.
    model : float
        To run the batch, merge and split included.
    code : float
        In the function of the API itself.
    encode : float
        To write the answer.
    """

    validate: float = 0.0
    queue: float = 0.0
    model: float = 0.0
    code: float = 0.0
    encode: float = 0.0

    def __str__(self) -> str:
        parts = ((name, getattr(self, name)) for name in ("validate", "queue", "model", "code", "encode"))
        return " · ".join(f"{name} {ms:.2f}" for name, ms in parts) + " ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The batch in which a request rode.

    Attributes
    ----------
    method : str
        The runner's method.
    rows, requests : int
        What it held.
    reason : str
        Why it left.
    ms : float
        How long it took, in milliseconds.
    """

    method: str
    rows: int
    requests: int
    reason: str
    ms: float

    def __str__(self) -> str:
        rows, requests = _counted(self.rows, "row"), _counted(self.requests, "request")
        return f"{rows} of {requests}, {self.reason}, {self.ms:.2f} ms in {self.method}"


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
