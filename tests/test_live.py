"""What lives in this process is listed, and nothing is kept alive for it."""

from __future__ import annotations

import gc
import os
import threading

import pytest

from bentobook import live
from bentobook.runner.runnable import Runnable
from bentobook.runner.runner import Runner


class Model(Runnable):
    device = "cpu"

    @Runnable.method
    def predict(self, value: int) -> int:
        return value + 1


class Service:
    """As a service lists itself."""

    def __init__(self, *, stopped: bool = False) -> None:
        self.stopped = stopped

    def entries(self) -> list[live.Entry]:
        where = "http://127.0.0.1:3000"
        return [] if self.stopped else [live.Entry(kind="service", name="iris_svc", state="live", where=where)]


def named(name: str) -> list[live.Entry]:
    return [entry for entry in live.report().entries if entry.name == name]


def test_a_runner_is_listed_from_its_start_to_its_end() -> None:
    runner = Runner(Model, name="listed")
    assert not named("listed")

    with runner:
        assert runner.run(1) == 2
        (entry,) = named("listed")
        assert entry == live.Entry(kind="runner", name="listed", state="idle", where="cpu", requests=1)

    assert not named("listed")


def test_a_runner_that_starts_again_is_listed_again() -> None:
    runner = Runner(Model, name="again")
    for _ in range(2):
        with runner:
            assert len(named("again")) == 1


def test_to_be_listed_keeps_nothing_alive() -> None:
    runner = Runner(Model, name="forgotten")
    runner.init_local()
    assert named("forgotten")

    del runner
    gc.collect()

    assert not named("forgotten")


def test_others_add_themselves() -> None:
    service, gone = Service(), Service(stopped=True)
    for thing in (service, service, gone):
        live.add(thing)

    (entry,) = named("iris_svc")

    assert entry.where == "http://127.0.0.1:3000"
    shown = repr(live.report())
    assert "1 service" in shown
    assert "http://127.0.0.1:3000" in shown
    assert "iris_svc" in live.report()._repr_html_()


def test_the_memory_of_this_process_is_told() -> None:
    psutil = pytest.importorskip("psutil")
    report = live.report()

    held = psutil.Process(os.getpid()).memory_info().rss

    assert held / 2 < report.memory <= report.peak
    assert report.threads == threading.active_count()


def test_where_nothing_lives_the_next_line_is_told() -> None:
    shown = live.Living((), 0, 0, 1)

    assert "nothing is running" in repr(shown)
    assert "unknown" in repr(shown)
    assert "%bento_runner" in shown._repr_html_()
