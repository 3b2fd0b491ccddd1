"""``bentobook serve`` through real processes and signals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
SERVICE = """
import gc, os, pathlib, time
import bentobook
from beside import ANSWER

svc = bentobook.Service("on_the_line")
gate = pathlib.Path(os.environ["GATE"])

@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())
def answer(value):
    return ANSWER

@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())
def slow(value):
    gate.with_suffix(".inside").touch()
    while not gate.exists():
        time.sleep(0.01)
    return "slow"

@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())
def process(value):
    return os.getpid()

@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())
def frozen(value):
    return gc.get_freeze_count()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "service.py").write_text(SERVICE)
    (tmp_path / "beside.py").write_text("ANSWER = 42")
    return tmp_path


@contextmanager
def serving(folder: Path, *options: str, **more: str) -> Iterator[tuple[subprocess.Popen, str]]:
    line = [sys.executable, "-m", "bentobook", "serve", "service.py:svc", "--port", "0", *options]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "GATE": str(folder / "gate"), **more}
    process = subprocess.Popen(line, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        said = process.stderr.readline()
        url = re.search(r"http://\S+/", said)
        assert url, said + process.stderr.read()
        wait_until_ready(url.group())
        yield process, url.group()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until_ready(url: str) -> None:
    transport = httpx.HTTPTransport(retries=10)
    with httpx.Client(transport=transport, timeout=60) as client:
        client.post(f"{url}answer", json=1)
        assert client.get(f"{url}readyz").status_code in {200, 401}


def answered(url: str, count: int) -> bool:
    """Whether all workers together tell of so many answers; each does so once a second."""
    for _ in range(100):
        lines = [line for line in httpx.get(f"{url}metrics").text.splitlines() if "request_total{" in line]
        if any('"/answer"' in line and line.endswith(f" {count}.0") for line in lines):
            return True
        threading.Event().wait(0.1)
    return False


def test_it_serves_logs_and_ends_well(folder: Path) -> None:
    with serving(folder) as (process, url):
        asked = httpx.post(f"{url}answer", json=1, headers={"x-request-id": "mine"})
        while not httpx.post(f"{url}frozen", json=1).json():
            pass  # what is loaded is taken out of garbage collection, soon after the models are there
        process.send_signal(signal.SIGTERM)
        log, _ = process.communicate(timeout=20)

    assert asked.json() == 42
    assert process.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert [(line["path"], line["status"]) for line in lines if line["request_id"] == "mine"] == [("/answer", 200)]


def test_what_is_in_flight_is_answered_after_sigterm(folder: Path) -> None:
    with serving(folder) as (process, url):
        answers: list[httpx.Response] = []
        with httpx.Client(base_url=url) as probe:
            assert probe.get("readyz").status_code == 200
            asking = threading.Thread(target=lambda: answers.append(httpx.post(f"{url}slow", json=1, timeout=30)))
            asking.start()
            while not (folder / "gate.inside").exists():
                asking.join(0.01)
            process.send_signal(signal.SIGTERM)
            while probe.get("readyz").status_code != 503:
                asking.join(0.01)
            refused = probe.post("answer", json=1)
            (folder / "gate").touch()
        asking.join(20)
        process.wait(20)

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert answers[0].json() == "slow"
    assert process.returncode == 0


def test_several_workers_share_a_port_and_a_dead_one_is_replaced(folder: Path) -> None:
    with serving(folder, BENTOBOOK_WORKERS="2") as (process, url):
        first = httpx.post(f"{url}process", json=1).json()
        assert first != process.pid
        assert answered(url, 1)
        os.kill(first, signal.SIGKILL)
        wait_until_ready(url)
        assert httpx.post(f"{url}process", json=1).json() != first
        for _ in range(8):  # each on a connection of its own, so that any worker may take it
            httpx.post(f"{url}answer", json=1)
        assert answered(url, 10)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert process.returncode == 0


def test_a_token_comes_from_the_environment_and_is_not_shown(folder: Path) -> None:
    with serving(folder, "--token-env", "SECRET", SECRET="hush-hush") as (process, url):
        assert httpx.post(f"{url}answer", json=1).status_code == 401
        assert httpx.post(f"{url}answer", json=1, headers={"authorization": "Bearer hush-hush"}).json() == 42
        process.send_signal(signal.SIGTERM)
        said = "".join(process.communicate(timeout=20))

    assert "hush" not in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["serve", "nothing.py:svc"], "a file that is there"),
        (["serve", "service.py:other"], "It has svc"),
        (["serve", "service.py", "--token-env", "NOT_SET"], "holds no token"),
    ],
)
def test_a_mistake_is_one_sentence(folder: Path, line: list[str], said: str) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "GATE": "gate"}
    command = [sys.executable, "-m", "bentobook", *line, *(["--port", "0"] if len(line) == 2 else [])]
    done = subprocess.run(command, check=False, cwd=folder, env=env, capture_output=True, text=True, timeout=60)

    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert "Traceback" not in done.stderr
