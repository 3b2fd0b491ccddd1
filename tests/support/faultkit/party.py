"""Processes that live long and act together: a barrier of pipes, and the answers of all for each round."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from typing import Any

from faultkit.zygote import PATIENCE_S, run_here


def _member(turn: Callable[[int, int], Any], me: int, rounds: int, gates: list[int], answers: Connection) -> None:
    for number in range(rounds):
        os.read(gates[number % 2], 1)
        answers.send(run_here(turn, me, number))


def together(
    members: int, rounds: int, turn: Callable[[int, int], Any], after: Callable[[int, list[Any]], None]
) -> None:
    """Let ``members`` forks call ``turn(member, round)`` at the same moment, round by round.

    All of them wait on one pipe, so one write lets all go. Two pipes take turns: whoever is quick cannot take a
    slower one's start. ``after(round, outcomes)`` is called in this process between two rounds.
    """
    pipes = [os.pipe(), os.pipe()]
    lines, children = [], []
    for me in range(members):
        ours, theirs = Pipe(duplex=False)
        child = os.fork()
        if child == 0:
            signal.alarm(PATIENCE_S * 10)
            with contextlib.suppress(BaseException):
                _member(turn, me, rounds, [reader for reader, _ in pipes], theirs)
            os._exit(0)
        theirs.close()
        lines.append(ours)
        children.append(child)
    try:
        for number in range(rounds):
            os.write(pipes[number % 2][1], b"x" * members)
            after(number, [line.recv() for line in lines])
    finally:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
