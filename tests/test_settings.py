from __future__ import annotations

import pytest

from bentobook import Runnable, Runner, settings
from bentobook.errors import InvalidArgument


class Same(Runnable):
    @Runnable.method(batchable=True)
    def same(self, rows):
        return rows


def test_limits_of_the_environment_hold_where_the_code_names_none(monkeypatch):
    monkeypatch.setenv("BENTOBOOK_MAX_BATCH_SIZE", "16")
    monkeypatch.setenv("BENTOBOOK_MAX_LATENCY_MS", "500")

    assert Runner(Same).same.config.max_batch_size == 16
    assert Runner(Same).same.config.max_latency_ms == 500
    assert Runner(Same, max_batch_size=4).same.config.max_batch_size == 4


def test_a_number_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("BENTOBOOK_WORKERS", "many")

    with pytest.raises(InvalidArgument, match="BENTOBOOK_WORKERS: expected a whole number above 0"):
        settings.workers()


def test_names_are_read_with_commas_between_them(monkeypatch):
    monkeypatch.setenv("BENTOBOOK_ALLOWED_HOSTS", "a.example, b.example,")

    assert settings.allowed_hosts() == ("a.example", "b.example")
