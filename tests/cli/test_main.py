from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bentobook import __version__

ROOT = Path(__file__).parents[2]


def test_the_version_loads_no_command(program) -> None:
    assert program("--version").out == f"bentobook, version {__version__}\n"


@pytest.mark.parametrize("line", [[], ["models"], ["mlflow"], ["models", "list"], ["mlflow", "import"]], ids=" ".join)
def test_every_level_has_help(cli, line: list[str]) -> None:
    outcome = cli(*line, "-h")

    assert outcome.code == 0
    assert outcome.out.startswith("Usage: bentobook")


def test_help_names_each_command_with_what_it_does(cli) -> None:
    out = cli("models", "--help").out

    for verb in ("list", "get", "delete", "export", "import", "verify", "gc", "prune"):
        assert f"\n  {verb} " in out


@pytest.mark.parametrize("line", [["models", "list"], ["--version"]], ids=" ".join)
def test_light_commands_load_nothing_heavy(line: list[str], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom bentobook.cli.main import run\n"
        f"run({line!r})\n"
        "print(*[name for name in ('numpy', 'pandas', 'mlflow', 'asyncio', 'importlib.metadata', 'yaml', 'blake3')"
        " if name in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stderr.split() == []


def test_a_reader_that_goes_away_is_no_error(save) -> None:
    for number in range(30):
        save(f"iris:v{number}")
    reader, writer = os.pipe()
    os.close(reader)

    line = [sys.executable, "-m", "bentobook", "models", "list"]
    done = subprocess.run(line, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, "")


def test_a_hostile_name_cannot_command_the_terminal(cli) -> None:
    outcome = cli("models", "get", "\x1b[2Jiris\n")

    assert outcome.code == 1
    assert "\x1b" not in outcome.err
    assert outcome.err.count("\n") == 1
