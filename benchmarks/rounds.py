"""Measuring one thing against another: alternating rounds, ratios inside each round, medians over the rounds.

A machine drifts; two things that are measured one right after the other drift together. So a figure here is always a
ratio to the first case of the same round, and the seconds are only printed for orientation.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with what every script takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--bentoml", metavar="PYTHON", help="an interpreter that has BentoML; without it there is no peer"
    )
    return parser


def measure(cases: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Run every case once a round, each round from another start; return seconds."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    names = list(cases)
    for nth in range(rounds):
        shift = nth % len(names)
        for name in (*names[shift:], *names[:shift]):
            seconds[name].append(cases[name]())
    return seconds


def show(title: str, seconds: Mapping[str, list[float]], notes: Mapping[str, str] | None = None) -> None:
    """Print medians of the ratios to the first case."""
    base = next(iter(seconds.values()))
    print(f"\n{title}")
    width = max(map(len, seconds))
    for name, each in seconds.items():
        ratio = statistics.median(mine / other for mine, other in zip(each, base, strict=True))
        note = (notes or {}).get(name, "")
        print(f"  {name:<{width}}  {ratio:9.3f}  {statistics.median(each) * 1000:10.1f} ms  {note}".rstrip())


def run(python: str, code: str, *args: str, **env: str) -> Any:
    """Run code in a fresh interpreter and return the JSON of its last line."""
    done = subprocess.run(
        [python, "-c", code, *args], env=environment(**env), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{python} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a measured process: quiet, with bytecode, and with this checkout."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "BENTOML_DO_NOT_TRACK": "True", "PYTHONPATH": str(ROOT)}
    return {**kept, **quiet, **more}
