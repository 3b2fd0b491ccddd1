"""The monitor without a front end: it follows a real runner, and ends by itself."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import nbformat
import pytest
from nbconvert import HTMLExporter

from bentobook import Runnable, Runner, Service, io
from bentobook.errors import InvalidArgument
from bentobook.widgets import BatchMonitor, monitor

PATIENCE = 10


class Echo(Runnable):
    @Runnable.method(batchable=True)
    def same(self, rows: list[int]) -> list[int]:
        return rows


@pytest.fixture
def runner() -> Iterator[Runner]:
    with Runner(Echo, name="echo") as runner:
        yield runner


@pytest.fixture
def svc(runner: Runner) -> Iterator[Service]:
    service = Service("echoes", runners=[runner])

    @service.api(input=io.JSON(), output=io.JSON())
    def same(rows):
        return runner.same.run(rows)

    service.start()
    yield service
    service.close()


class Frames:
    """The frames that reach the page."""

    def __init__(self, shown: BatchMonitor) -> None:
        self.seen: list[dict] = []
        self._came = threading.Condition()
        shown.view.observe(self._take, "frame")

    def _take(self, change) -> None:
        with self._came:
            self.seen.append(change["new"])
            self._came.notify_all()

    def wait(self, fits) -> dict:
        with self._came:
            assert self._came.wait_for(lambda: any(map(fits, self.seen)), PATIENCE)
            return next(filter(fits, self.seen))


def thread_of(shown: BatchMonitor) -> threading.Thread:
    assert shown._thread is not None
    return shown._thread


def test_batches_reach_the_page_from_a_thread_while_this_one_does_not_let_go(runner):
    shown = monitor(runner)
    frames = Frames(shown)
    shown.start()
    runner.same.run([1, 2, 3])
    frame = frames.wait(lambda frame: frame["methods"][0]["batches"])
    assert frame["methods"][0]["name"] == "echo.same"
    assert frame["methods"][0]["batches"][0][0] == 3
    shown.stop()
    thread_of(shown).join(PATIENCE)
    assert not thread_of(shown).is_alive()


def test_nothing_is_sent_while_nothing_happens_and_then_it_stops_by_itself(runner):
    shown = BatchMonitor(runner, idle_s=0.3)
    frames = Frames(shown)
    shown.start()
    thread_of(shown).join(PATIENCE)
    assert not shown.running
    assert [frame["over"] for frame in frames.seen] == ["nothing has happened for 0 s"]


def test_it_ends_with_what_it_watches(runner):
    shown = monitor(runner)
    frames = Frames(shown)
    shown.start()
    runner.close()
    assert frames.wait(lambda frame: frame["over"])["over"] == "echo is closed"


def test_it_keeps_neither_the_runner_nor_itself_alive():
    runner = Runner(Echo, name="short")
    runner.init_local(quiet=True)
    shown = monitor(runner)
    shown.start()
    thread, seen = thread_of(shown), weakref.ref(runner)
    runner.close()
    del runner, shown
    gc.collect()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    gc.collect()
    assert seen() is None


def test_the_button_stops_it_in_whichever_thread_it_is_handled(runner):
    shown = monitor(runner)
    shown.start()
    click = threading.Thread(target=shown.view.set_trait, args=("asked_to_stop", True))
    click.start()
    click.join(PATIENCE)
    assert not shown.running
    assert shown.frame["over"] == "stopped"


def test_it_can_be_shown_and_started_again(runner, capsys):
    shown = monitor(runner)
    for _ in range(2):
        shown._ipython_display_()
        assert shown.running
        shown.stop()
    assert "echo" in capsys.readouterr().out


def test_a_service_that_is_made_anew_is_followed(svc, runner):
    shown = monitor(svc)
    with Runner(Echo, name="other") as other:
        again = Service("echoes", runners=[other])
        again.start()
        shown.start()
        shown.tick()
        assert shown.frame["methods"][0]["name"] == "other.same"
        again.close()


def test_a_service_without_runners_has_no_batches():
    with pytest.raises(InvalidArgument, match="a service with runners"):
        monitor(Service("empty"))


def test_the_still_picture_and_the_text_stand_beside_the_live_one(runner):
    runner.same.run([1, 2])
    shown = monitor(runner)
    still = shown._still()
    assert still["text/html"].count("<img") == 1
    assert "echo.same" in still["text/plain"]


def test_an_exported_notebook_shows_the_still_picture(runner, monkeypatch):
    runner.same.run([1, 2])
    shown, sent = monitor(runner), []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **_: sent.append(bundle))
    shown._ipython_display_()
    shown.stop()
    cell = nbformat.v4.new_code_cell("%bento_monitor echo")
    cell.outputs = [nbformat.v4.new_output("display_data", sent[0])]
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert sent[0]["application/vnd.jupyter.widget-view+json"]["model_id"] == shown.view.model_id
    assert "data:image/svg+xml;base64" in page
    assert "Rows of the last 1 batches of echo.same" in page


def test_reading_takes_a_small_share_of_the_time(runner):
    shown = BatchMonitor(runner)
    shown.start()
    assert 0.2 <= shown.tick() < 5
    shown.stop()
