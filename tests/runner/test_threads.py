"""Plain threads: alone in their own thread, together in one batch, and never kept longer than they want."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bentobook.errors import DeadlineExceeded, ServiceBusy
from bentobook.runner import dispatcher, threads
from bentobook.runner.runner import Runner

from .conftest import Call, Gated, row, until

Make = Callable[..., Runner]


def waiting(runner: Runner, n: int) -> None:
    until(lambda: runner.stats().waiting == n)


def test_a_lone_caller_runs_the_model_in_its_own_thread(make: Make) -> None:
    threads = []
    runner = make(lambda x: threads.append(threading.get_ident()) or x[:, 0])

    runner.predict.run(row(1))

    assert threads == [threading.get_ident()]
    assert runner.stats().methods["predict"].reasons == {"idle": 1}


def test_who_comes_while_the_model_is_busy_leaves_in_one_batch(make: Make, gated: Gated) -> None:
    runner = make(gated)
    first = Call(runner.run, row(0))
    gated.entered()
    others = [Call(runner.run, row(i)) for i in range(1, 9)]
    waiting(runner, 8)

    gated.go(2)

    assert [call.result().tolist() for call in [first, *others]] == [[2.0 * i] for i in range(9)]
    assert gated.sizes == [1, 8]


def test_a_lone_caller_waits_for_nobody_who_does_not_come_back(make: Make, gated: Gated) -> None:
    runner = make(lambda x: gated(x) if x[0, 0] else x[:, 0])
    calls = [Call(runner.run, row(1))]
    gated.entered()
    calls += [Call(runner.run, row(i)) for i in range(2, 6)]
    waiting(runner, 4)
    gated.go(2)
    for call in calls:
        call.result()

    for _ in range(5):
        assert runner.run(row(0)).tolist() == [0.0]

    reasons = runner.stats().methods["predict"].reasons
    assert reasons["idle"] >= 5


def test_the_next_leader_is_one_of_those_who_wait(make: Make, gated: Gated) -> None:
    runner = make(gated)
    first = Call(runner.run, row(0))
    gated.entered()
    second = Call(runner.run, row(1))
    waiting(runner, 1)

    gated.go(2)
    first.result()
    second.result()

    assert len(set(gated.threads)) == 2
    assert not [thread for thread in threading.enumerate() if thread.name == "bentobook iris"]


class SlowToLetGo:
    """A lock whose release takes a while after the one who waits is awake."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.acquire, self.locked = self._lock.acquire, self._lock.locked

    def release(self) -> None:
        self._lock.release()
        threading.Event().wait(0.05)


def test_the_next_leader_may_wake_before_the_baton_is_in_its_name(
    make: Make, gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_Lock", SlowToLetGo)
    runner = make(gated)
    first = Call(runner.run, row(0))
    gated.entered()
    second = Call(runner.run, row(1))
    waiting(runner, 1)

    gated.go(2)

    assert [first.result().tolist(), second.result().tolist()] == [[0.0], [2.0]]


def test_a_batch_holds_no_more_rows_than_it_may(make: Make, gated: Gated) -> None:
    runner = make(gated, max_batch_size=3)
    calls = [Call(runner.run, row(0))]
    gated.entered()
    calls += [Call(runner.run, row(i)) for i in range(1, 8)]
    waiting(runner, 7)

    gated.go(4)

    assert sorted(call.result()[0] for call in calls) == [2.0 * i for i in range(8)]
    assert gated.sizes == [1, 3, 3, 1]
    assert runner.stats().methods["predict"].reasons["full"] == 2


def test_different_layouts_wait_for_different_batches_the_oldest_first(make: Make, gated: Gated) -> None:
    runner = make(gated)
    calls = [Call(runner.run, row(0))]
    gated.entered()
    for n, width in enumerate([3, 2, 3, 4], 1):
        calls.append(Call(runner.run, row(n, width)))
        waiting(runner, n)

    gated.go(4)

    assert [call.result()[0] for call in calls] == [0, 2, 4, 6, 8]
    assert [batch.shape for batch in gated.batches] == [(1, 2), (2, 3), (1, 2), (1, 4)]


def test_a_request_larger_than_a_batch_is_split_and_joined(make: Make) -> None:
    sizes = []
    runner = make(lambda x: sizes.append(len(x)) or x[:, 0] * 2, max_batch_size=4)

    answer = runner.run(np.arange(22.0).reshape(11, 2))

    assert sizes == [4, 4, 3]
    assert answer.tolist() == [4.0 * i for i in range(11)]


def test_an_empty_request_is_answered_like_others(make: Make) -> None:
    def refuses_nothing(x: np.ndarray) -> np.ndarray:
        if not len(x):
            raise ValueError("0 samples")
        return x.astype("f4") @ np.ones((2, 3), "f4")

    runner = make(refuses_nothing)

    before = runner.run(np.empty((0, 2)))
    runner.run(row(1))
    after = runner.run(np.empty((0, 2)))

    for answer in (before, after):
        assert (answer.shape, answer.dtype) == ((0, 3), np.dtype("f4"))


def test_an_empty_request_in_a_batch_harms_nobody(make: Make, gated: Gated) -> None:
    runner = make(gated)
    first = Call(runner.run, row(0))
    gated.entered()
    empty, other = Call(runner.run, np.empty((0, 2))), Call(runner.run, row(4))
    waiting(runner, 2)

    gated.go(2)

    assert (len(first.result()), len(empty.result()), other.result().tolist()) == (1, 0, [8.0])


def test_a_timeout_ends_the_wait_in_the_queue(make: Make, gated: Gated) -> None:
    runner = make(gated)
    first = Call(runner.run, row(0))
    gated.entered()

    with pytest.raises(
        DeadlineExceeded, match=r"predict of iris did not answer within 0\.01 s\. The call was not executed"
    ):
        runner.predict.run(row(1), timeout=0.01)

    gated.go()
    first.result()
    assert gated.sizes == [1]
    assert runner.stats().waiting == 0


def test_a_timeout_ends_the_wait_for_a_batch_that_runs(make: Make, gated: Gated) -> None:
    runner = make(gated)

    with pytest.raises(DeadlineExceeded, match="It runs still"):
        runner.predict.run(row(1), timeout=0.01)

    gated.go(2)
    assert runner.predict.run(row(3), timeout=20).tolist() == [6.0]


def test_who_waits_for_too_long_is_shed_and_told_what_hangs(
    make: Make, gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "UNUSUAL_S", 0.0)
    runner = make(gated, max_latency_ms=10)
    first = Call(runner.run, row(0))
    gated.entered()

    with pytest.raises(
        ServiceBusy, match=r"predict of iris has been running 1 rows .* interrupt or restart the kernel"
    ) as shed:
        runner.run(row(1))

    assert shed.value.retry_after >= 1
    assert runner.stats().stuck
    gated.go()
    first.result()
    assert not runner.stats().stuck


def test_the_queue_is_bounded_by_items(make: Make, gated: Gated) -> None:
    runner = make(gated, max_queue=2)
    calls = [Call(runner.run, row(0))]
    gated.entered()
    calls += [Call(runner.run, row(i)) for i in (1, 2)]
    waiting(runner, 2)

    with pytest.raises(ServiceBusy, match=r"2 requests wait already \(max_queue\)"):
        runner.run(row(3))

    gated.go(2)
    assert [call.result()[0] for call in calls] == [0, 2, 4]
    assert runner.stats().methods["predict"].refused == 1


def test_the_queue_is_bounded_by_bytes_but_takes_one_request_of_any_size(make: Make, gated: Gated) -> None:
    runner = make(gated, max_queue_bytes=100)
    calls = [Call(runner.run, row(0))]
    gated.entered()
    calls.append(Call(runner.run, np.ones((50, 2))))
    waiting(runner, 1)

    with pytest.raises(ServiceBusy, match=r"hold 800 bytes already \(max_queue_bytes\)"):
        runner.run(row(1))

    gated.go(2)
    assert [len(call.result()) for call in calls] == [1, 50]


def test_max_wait_keeps_the_first_request_back_until_the_batch_is_full(make: Make) -> None:
    sizes = []
    runner = make(lambda x: sizes.append(len(x)) or x[:, 0], max_wait_ms=20_000, max_batch_size=3)

    calls = [Call(runner.run, row(i)) for i in range(3)]

    assert [call.result()[0] for call in calls] == [0, 1, 2]
    assert sizes == [3]


def test_max_wait_is_over_at_some_time(make: Make) -> None:
    runner = make(lambda x: x[:, 0], max_wait_ms=5, max_batch_size=3)

    assert runner.run(row(1)).tolist() == [1.0]
    assert runner.stats().methods["predict"].reasons == {"waited": 1}


def test_a_model_may_ask_its_own_runner(make: Make) -> None:
    def model(x: np.ndarray) -> np.ndarray:
        return x[:, 0] if x[0, 0] <= 0 else runner.run(x - 1) + 1

    runner = make(model)

    assert runner.run(row(5)).tolist() == [5.0]


def test_callers_who_come_back_together_stay_together(make: Make) -> None:
    sizes: list[int] = []
    together = threading.Barrier(4)

    def model(x: np.ndarray) -> np.ndarray:
        sizes.append(len(x))
        threading.Event().wait(0.005)
        return x[:, 0]

    def caller(i: int) -> None:
        together.wait()
        for _ in range(50):
            assert runner.run(row(i))[0] == i

    runner = make(model)
    for call in [Call(caller, i) for i in range(4)]:
        call.result()

    assert sum(sizes) == 200
    assert len(sizes) < 100
    assert runner.stats().methods["predict"].reasons["settled"] > 0


def test_requests_with_different_params_never_share_a_batch(make: Make) -> None:
    seen: list[tuple[int, Any]] = []
    entered, go = threading.Semaphore(0), threading.Semaphore(0)

    def model(x: np.ndarray, params: Any = None) -> np.ndarray:
        entered.release()
        assert go.acquire(timeout=20)
        seen.append((len(x), params))
        return x[:, 0]

    runner = make(model)
    calls = [Call(runner.run, row(0))]
    assert entered.acquire(timeout=20)
    for n, params in enumerate([{"t": 1}, {"t": 1.0}, {"t": 1}, {"t": [1, 2]}, {"t": [1, 2]}, None, {"t": object}], 1):
        calls.append(Call(runner.predict.run, row(n), params=params))
        waiting(runner, n)

    go.release(10)

    assert [call.result()[0] for call in calls] == list(range(8))
    assert seen[1:] == [(2, {"t": 1}), (1, {"t": 1.0}), (2, {"t": [1, 2]}), (1, None), (1, {"t": object})]


def test_params_that_cannot_be_compared_are_not_shared(make: Make) -> None:
    runner = make(lambda x, params: x[:, 0] * params["factor"][0])

    assert runner.predict.run(row(2), params={"factor": [3], "set": {1}}).tolist() == [6.0]


def test_params_are_taken_as_they_were_when_asked(make: Make) -> None:
    runner = make(lambda x, params: x[:, 0] * params["factor"][0])
    params = {"factor": [2]}
    runner.predict.run(row(1), params=params)
    params["factor"][0] = 3

    assert runner.predict.run(row(1), params={"factor": [2]}).tolist() == [2.0]
    assert runner.predict.run(row(1), params=params).tolist() == [3.0]
