"""The command line in this process, and as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bentobook.cli.main import run
from bentobook.store.model import Model
from bentobook.store.model_yaml import new_info
from bentobook.store.store import Store

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run a command line in this process."""

    def run_line(*arguments: object) -> Outcome:
        capfd.readouterr()
        code = run([str(each) for each in arguments])
        return Outcome(code, *capfd.readouterr())

    return run_line


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Outcome]:
    """Run a command line as people do: another process, without a terminal."""

    def run_program(*arguments: object, **options: object) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "bentobook", *map(str, arguments)],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **options},
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run_program


@pytest.fixture
def save(store_home: Path) -> Callable[..., Model]:
    """Store a small model."""

    def store(tag: str, **fields: object) -> Model:
        with Store(store_home).draft(tag) as draft:
            draft.write("file.bin", b"12345")
            return draft.publish(new_info(draft.tag, module="bentoml.mlflow", **fields), origin={"kind": "save"})

    return store
