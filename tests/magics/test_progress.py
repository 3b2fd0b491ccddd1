"""The progress line says what has come, how fast, how long it takes; it appears in time and goes away."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest

from bentobook.magics.progress import KernelScreen, TerminalScreen, screen_of
from bentobook.progress import FIRST_AFTER, Progress


class Screen:
    """Remembers what was drawn, and when."""

    def __init__(self):
        self.lines, self.times, self.cleared = [], [], []
        self.drawn = threading.Event()

    def draw(self, line):
        self.lines.append(line)
        self.times.append(time.monotonic())
        self.drawn.set()

    def clear(self, *, something_follows):
        self.cleared.append(something_follows)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_line_shows_bytes_rate_time_left_and_time_passed():
    clock = Clock()
    progress = Progress("iris ← runs:/f70af3b8/model", None, clock)
    for second in range(1, 4):
        clock.now = float(second)
        progress(second * 100 * 2**20, 500 * 2**20)
    assert progress.line() == (
        "iris ← runs:/f70af3b8/model   █████████░░░░░░░  60 % · 300.0 MB of 500.0 MB · 100.0 MB/s · 2 s left · 3 s"
    )


def test_before_the_first_byte_the_line_says_that_it_starts():
    clock = Clock()
    progress = Progress("iris ← models:/iris/1", None, clock)
    clock.now = 2.0
    assert progress.line() == "iris ← models:/iris/1   starting · 2 s"


def test_the_line_ends_at_100_percent_and_shows_no_rate_then():
    clock = Clock()
    progress = Progress("x", None, clock)
    clock.now = 4.0
    progress(10, 10)
    assert progress.line() == "x   ████████████████ 100 % · 10 B of 10 B · 4 s"


@pytest.mark.parametrize(("seconds", "left"), [(1, "1 s left"), (59, "59 s left"), (125, "2 min 5 s left")])
def test_time_left_is_written_for_people(seconds, left):
    clock = Clock()
    progress = Progress("x", None, clock)
    clock.now = 1.0
    progress(100, 100 + 100 * seconds)
    assert left in progress.line()


def test_more_bytes_than_listed_are_100_percent():
    progress = Progress("x", None, Clock())
    progress(11, 10)
    assert "100 %" in progress.line()


def test_the_line_appears_within_half_a_second_while_the_main_thread_is_busy():
    screen = Screen()
    started = time.monotonic()
    with Progress("x", screen):
        assert screen.drawn.wait(5)
    assert FIRST_AFTER <= screen.times[0] - started < 0.5


def test_what_is_over_at_once_draws_nothing():
    screen = Screen()
    with Progress("x", screen) as progress:
        progress(10, 10)
    assert (screen.lines, screen.cleared) == ([], [])


def test_the_last_drawing_is_100_percent_and_then_the_line_goes_away():
    screen = Screen()
    with Progress("x", screen) as progress:
        progress(1, 10)
        assert screen.drawn.wait(5)
        progress(10, 10)
    assert "100 %" in screen.lines[-1]
    assert screen.cleared == [True]


def test_after_a_failure_the_line_goes_away_too_without_100_percent():
    screen = Screen()

    def stopped():
        with Progress("x", screen) as progress:
            progress(1, 10)
            assert screen.drawn.wait(5)
            raise KeyboardInterrupt("stop")

    with pytest.raises(KeyboardInterrupt, match="stop"):
        stopped()
    assert "100 %" not in screen.lines[-1]
    assert screen.cleared == [True]


def test_a_terminal_line_is_written_over_and_removed(capsys):
    screen = TerminalScreen()
    screen.draw("one")
    screen.draw("two")
    screen.clear(something_follows=True)
    assert capsys.readouterr().out == "\r\x1b[2Kone\r\x1b[2Ktwo\r\x1b[2K"


class Publisher:
    def __init__(self):
        self.calls = []

    def publish(self, data, transient, update):
        self.calls.append((data["text/plain"], update))
        self.ids = {*getattr(self, "ids", ()), transient["display_id"]}

    def clear_output(self, wait):
        self.calls.append(("clear", wait))


def test_in_a_kernel_the_line_is_one_output_that_is_updated_and_cleared():
    publisher = Publisher()
    screen = KernelScreen(publisher, alone=True)
    screen.draw("one")
    screen.draw("two")
    screen.clear(something_follows=True)
    assert publisher.calls == [("one", False), ("two", True), ("clear", True)]
    assert len(publisher.ids) == 1


def test_in_a_kernel_other_outputs_of_the_cell_are_never_cleared():
    publisher = Publisher()
    screen = KernelScreen(publisher, alone=False)
    screen.draw("one")
    screen.clear(something_follows=True)
    assert publisher.calls == [("one", False), ("", True)]


@pytest.mark.parametrize(("wanted", "screen"), [("1", KernelScreen), ("0", type(None))], ids=["as usual", "turned off"])
def test_runs_that_are_compared_can_do_without_the_line(wanted, screen, monkeypatch):
    monkeypatch.setenv("BENTOBOOK_PROGRESS", wanted)
    kernel = SimpleNamespace(display_pub=SimpleNamespace(pub_socket=object()))

    assert type(screen_of(kernel, alone=True)) is screen
