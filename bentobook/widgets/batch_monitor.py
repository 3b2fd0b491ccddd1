"""The batch monitor: live batches of a runner or a service, drawn in the page.

A thread of its own reads the counts, at most five times a second and for at most a twentieth of its time, and sends
what has changed, also while a cell keeps the kernel busy. It ends with what it watches, with the monitor, when nothing
has happened for a while, and when it is told to; then the picture that stands in the notebook is a still one, which
exports show as well.
"""

from __future__ import annotations

import threading
import time
import uuid
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from bentobook.widgets import picture
from bentobook.widgets.batches import Reader
from bentobook.widgets.watching import Source

if TYPE_CHECKING:
    from bentobook.runner.runner import Runner
    from bentobook.service.service import Service

EVERY_S, SHARE, IDLE_S = 0.2, 20, 120.0
_LIVE = "application/vnd.jupyter.widget-view+json"
_STATIC = Path(__file__).parent / "static"


class Drawing(anywidget.AnyWidget):
    """The part in the page.

    Attributes
    ----------
    frame : dict
        What is drawn; a new one each time.
    asked_to_stop : bool
        Set in the page, by its button.
    """

    _esm = _STATIC / "monitor.js"
    _css = _STATIC / "monitor.css"
    title = traitlets.Unicode().tag(sync=True)
    frame = traitlets.Dict().tag(sync=True)
    asked_to_stop = traitlets.Bool(default_value=False).tag(sync=True)


class BatchMonitor:
    """Shows the batches of a runner while they run.

    Parameters
    ----------
    what : Runner or Service
        What is watched.
    idle_s : float
        After how many seconds without a change it stops by itself.

    Attributes
    ----------
    view : Widget
        What moves in the page.
    frame : dict
        What was read last.
    """

    def __init__(self, what: Runner | Service, *, idle_s: float = IDLE_S) -> None:
        self._source = Source(what)
        self._idle_s = idle_s
        self._reader = Reader()
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._over.set()
        self._thread: threading.Thread | None = None
        self._shown: list[str] = []
        self._changed = time.monotonic()
        self.frame: dict[str, Any] = self._reader.frame(self._source.stats() or (), self._changed)
        self.view = Drawing(title=self._source.name, frame=self.frame)
        myself = weakref.ref(self)
        self.view.observe(lambda _: _stop(myself), "asked_to_stop")

    @property
    def running(self) -> bool:
        """Whether it follows what happens."""
        return not self._over.is_set()

    def start(self) -> None:
        """Follow what happens from now on."""
        with self._lock:
            if self.running:
                return
            self._over = threading.Event()
            self._changed = time.monotonic()
            # A monitor that nobody holds any more, or the end of the kernel, ends the thread at once.
            weakref.finalize(self, self._over.set)
            arguments = (weakref.ref(self), self._over)
            self._thread = threading.Thread(target=_watch, args=arguments, name="bentobook monitor", daemon=True)
            self._thread.start()

    def stop(self, why: str = "stopped") -> None:
        """Stop, and leave the picture of the last moment in the notebook.

        Parameters
        ----------
        why : str
            What stands beside it.
        """
        with self._lock:
            if not self.running:
                return
            self._read()
            self._over.set()
            self.frame = {**self.frame, "over": why}
            self.view.frame = self.frame
            shown, self._shown = self._shown, []
        for display_id in shown:
            _replace(self._still(), display_id)

    def tick(self) -> float:
        """Read once, and send what has changed.

        Returns
        -------
        seconds : float
            How long to rest before the next time.
        """
        began = time.monotonic()
        with self._lock:
            if not self.running:
                return EVERY_S
            if not self._read():
                self.stop(f"{self._source.name} is closed")
            elif began - self._changed > self._idle_s:
                self.stop(f"nothing has happened for {self._idle_s:.0f} s")
        return max(EVERY_S, SHARE * (time.monotonic() - began))

    def _read(self) -> bool:
        """Take in the counts; tell whether there still are any."""
        now, stats = time.monotonic(), self._source.stats()
        if stats is None:
            return False
        frame = self._reader.frame(stats, now)
        if frame != self.frame:
            self._changed = now
            self.frame = frame
            self.view.frame = frame
        return True

    def _still(self) -> dict[str, str]:
        return {
            "text/html": str(picture.html_of(self._source.name, self.frame)),
            "text/plain": picture.text_of(self._source.name, self.frame),
        }

    def _ipython_display_(self) -> None:
        """Show it, and follow; what is shown is replaced by a still picture at the end."""
        from IPython.display import display

        self.view.asked_to_stop = False
        self.start()
        display_id = uuid.uuid4().hex
        with self._lock:
            self._shown.append(display_id)
        place = {"version_major": 2, "version_minor": 1, "model_id": self.view.model_id}
        display({_LIVE: place, **self._still()}, raw=True, display_id=display_id)

    def __repr__(self) -> str:
        return picture.text_of(self._source.name, self.frame)


def _watch(monitor: weakref.ref[BatchMonitor], over: threading.Event) -> None:
    """Let a monitor read until it is over or gone; what it watches may fail in any way, which it then says."""
    pause = EVERY_S
    while not over.wait(pause):
        alive = monitor()
        if alive is None:
            return
        try:
            pause = alive.tick()
        except Exception as error:  # noqa: BLE001  # a thread has nobody to raise to
            over.set()
            alive.view.frame = {**alive.frame, "over": f"stopped by {type(error).__name__}: {error}"}
        del alive


def _stop(monitor: weakref.ref[BatchMonitor]) -> None:
    """Obey the button in the page, in whichever thread the front end's message is handled."""
    alive = monitor()
    if alive is not None and alive.view.asked_to_stop:
        alive.stop()


def _replace(bundle: dict[str, str], display_id: str) -> None:
    from IPython.display import update_display

    update_display(bundle, raw=True, display_id=display_id)


def monitor(what: Runner | Service) -> BatchMonitor:
    """Watch the batches of a runner or a service: show the result in a cell.

    Parameters
    ----------
    what : Runner or Service
        What is watched.
    """
    return BatchMonitor(what)
