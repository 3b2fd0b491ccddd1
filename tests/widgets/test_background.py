"""Steps in order, in a thread that ends when there are none."""

from __future__ import annotations

import threading

from bentobook.widgets.background import Worker


def test_steps_are_done_in_order_and_one_at_a_time_whoever_asks():
    done: list[int] = []
    running = threading.Semaphore(1)
    worker = Worker(failed=done.append)

    def step(at: int) -> None:
        assert running.acquire(blocking=False)
        done.append(at)
        running.release()

    def ask(at: int) -> None:
        for _ in range(50):
            worker.do(lambda: step(at))

    askers = [threading.Thread(target=ask, args=(at,)) for at in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert worker.wait(10)
    assert sorted(done) == sorted([0, 1, 2, 3] * 50)


def test_a_step_that_fails_is_told_and_the_next_is_done():
    told: list[object] = []
    worker = Worker(failed=lambda error: told.append(str(error)), busy=told.append)
    begin = threading.Event()
    worker.do(begin.wait)
    worker.do(lambda: {}["x"])
    worker.do(lambda: told.append("next"))
    begin.set()
    assert worker.wait(10)
    assert told == [True, "'x'", "next", False]
    assert not [thread for thread in threading.enumerate() if thread.name == "bentobook form" and not thread.daemon]
