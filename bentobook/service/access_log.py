"""The access log: one line of JSON for each request, written by a thread of its own.

A request leaves a tuple in a queue and goes on. Whoever reads the log too slowly loses lines, and is told how many; the
requests do not wait.
"""

from __future__ import annotations

import threading
import time
from queue import SimpleQueue
from typing import BinaryIO

import orjson

MAX_WAITING = 10_000
Line = tuple[float, str, str, str, int, float]


class AccessLog:
    """Writes lines to a stream.

    Parameters
    ----------
    stream : binary file
        Where they go.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines: SimpleQueue[Line | None] = SimpleQueue()
        self._lost = 0
        self._thread = threading.Thread(target=self._write, name="bentobook access log", daemon=True)
        self._thread.start()

    def __call__(self, method: str, path: str, request_id: str, status: int, seconds: float) -> None:
        """Take note of a request."""
        if self._lines.qsize() < MAX_WAITING:
            self._lines.put((time.time(), method, path, request_id, status, seconds))
        else:
            self._lost += 1

    def _write(self) -> None:
        ended = False
        while not ended:
            lines = [self._lines.get()]
            while not self._lines.empty():
                lines.append(self._lines.get())
            ended = None in lines
            lost, self._lost = self._lost, 0
            text = b"".join(_json(line) for line in lines if line is not None) + (_lost(lost) if lost else b"")
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):
                return  # nobody reads any more

    def close(self) -> None:
        """Write what waits, and end."""
        self._lines.put(None)
        self._thread.join(5)


def _json(line: Line) -> bytes:
    when, method, path, request_id, status, seconds = line
    said = {
        "time": round(when, 3),
        "method": method,
        "path": path[:500],
        "status": status,
        "ms": round(seconds * 1e3, 3),
        "request_id": request_id,
    }
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)


def _lost(count: int) -> bytes:
    return orjson.dumps({"time": round(time.time(), 3), "lost_lines": count}, option=orjson.OPT_APPEND_NEWLINE)
