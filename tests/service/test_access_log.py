from __future__ import annotations

import io
import json
import threading

from bentobook.service import access_log
from bentobook.service.access_log import AccessLog


def test_each_request_is_a_line() -> None:
    stream = io.BytesIO()
    log = AccessLog(stream)
    log("POST", "/predict", "id-1", 200, 0.0015)
    log.close()

    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {name: line[name] for name in ("method", "path", "status", "ms", "request_id")} == {
        "method": "POST",
        "path": "/predict",
        "status": 200,
        "ms": 1.5,
        "request_id": "id-1",
    }


class _Stuck(io.BytesIO):
    def __init__(self) -> None:
        super().__init__()
        self.inside, self.go_on = threading.Event(), threading.Event()

    def write(self, text: bytes) -> int:
        self.inside.set()
        self.go_on.wait(10)
        return super().write(text)


def test_a_stream_that_nobody_reads_costs_lines_and_no_time(monkeypatch) -> None:
    monkeypatch.setattr(access_log, "MAX_WAITING", 3)
    stream = _Stuck()
    log = AccessLog(stream)
    log("GET", "/", "first", 200, 0.0)
    assert stream.inside.wait(10)
    for n in range(10):
        log("GET", "/", str(n), 200, 0.0)
    stream.go_on.set()
    log.close()

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line.get("request_id") for line in lines] == ["first", "0", "1", "2", None]
    assert lines[-1]["lost_lines"] == 7
