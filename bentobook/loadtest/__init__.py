"""A load test: requests at given rates, from a process of its own, and how long callers waited for their answers.

Requests leave at their times whether or not earlier ones have been answered (an open loop), and each is timed from the
moment at which it was due: a service that falls behind cannot slow down those who ask, which would flatter it.
"""

from __future__ import annotations

from bentobook.loadtest.records import Rate
from bentobook.loadtest.result import LoadTest
from bentobook.loadtest.run import loadtest

__all__ = ["LoadTest", "Rate", "loadtest"]
