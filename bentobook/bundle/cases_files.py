"""What a Bento has of its cases: the cases themselves, and a test that whoever receives it runs with pytest."""

from __future__ import annotations

from collections.abc import Iterator

from bentobook.bundle import cases
from bentobook.bundle.plan import Plan

CASES = "tests/cases.jsonl"
TESTS = "tests/test_cases.py"

_TEXT = '''\
"""Replays the cases of this Bento. `pytest tests` starts the service from this folder; with BENTO_URL set, the server
at that address is asked, with the token of BENTO_TOKEN where there is one. Neither needs the notebook."""

import os
from pathlib import Path

import pytest

from bentobook.bundle import cases, replay, replay_server
from bentobook.bundle.replay_http import Target
from bentobook.settings import home

BENTO = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def target():
    if url := os.environ.get("BENTO_URL"):
        yield Target(url, os.environ.get("BENTO_TOKEN"))
        return
    with replay_server.serving(BENTO, home()) as target:
        yield target


@pytest.mark.parametrize("case", cases.read(BENTO / "tests" / "cases.jsonl"), ids=lambda case: case.name)
def test_case(target, case):
    outcome = replay.outcome_of(case, replay.over_http(target))
    assert outcome.ok, outcome.said
'''


def tests(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Give the cases and their test, where there are any."""
    if plan.cases:
        yield CASES, cases.dump(plan.cases)
        yield TESTS, _TEXT.encode()
