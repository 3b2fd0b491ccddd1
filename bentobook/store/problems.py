"""What is wrong with one entry of the store; a list shows it instead of failing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One entry that cannot be used.

    Attributes
    ----------
    tag_or_path : str
        The tag of the entry, or its path where it has none.
    reason : str
        Why it cannot be used, as the end of a sentence.
    """

    tag_or_path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.tag_or_path}: {self.reason}"
