"""A process with warm imports that forks one child a job, so that a thousand processes may die in a few seconds.

The zygote itself never touches a store: a library that starts threads (a hash with a thread pool, say) starts them in
the child that uses them. Functions of jobs live in modules of this folder, since they travel by name.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE_S = 150
PATIENCE = "FAULTKIT_PATIENCE_S"
"""The variable by which a long job asks for more seconds."""


@dataclass(frozen=True)
class Outcome:
    """How a child ended: with a value, with an exception (its type's name, its bases, its text), or by a signal."""

    value: Any = None
    error: str = ""
    bases: tuple[str, ...] = ()
    text: str = ""
    signal: int = 0

    @property
    def killed(self) -> bool:
        """Whether the child died by SIGKILL, which is what the tests do to it."""
        return self.signal == signal.SIGKILL

    @property
    def ok(self) -> bool:
        """Whether the job came to its end."""
        return not self.error and not self.signal

    def unwrap(self) -> Any:
        """Return the value of a job that was to succeed."""
        assert self.ok, f"signal {self.signal}, {self.error}: {self.text}"
        return self.value


class Zygote:
    """The side of the tests: `run` sends a function to a fresh fork and waits for what became of it."""

    def __init__(self, preload: Sequence[str], *, python: str = sys.executable) -> None:
        self._pipe, theirs = Pipe()
        paths = [str(Path(__file__).parents[1]), str(Path.cwd())]
        # A thread pool would make the order of events differ from run to run.
        env = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "RAYON_NUM_THREADS": "1"}
        # Not `-m`: the classes of this module must have its name, on both sides.
        start = "from faultkit.zygote import main; main()"
        command = [python, "-c", start, str(theirs.fileno()), *preload]
        self._process = subprocess.Popen(command, env=env, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()

    def run(
        self, function: Callable[..., Any], *args: Any, env: dict[str, str] | None = None, **kwargs: Any
    ) -> Outcome:
        """Run ``function(*args, **kwargs)`` in a fresh fork with ``env`` set on top of the environment."""
        self.begin(function, *args, env=env, **kwargs)
        return self.end()

    def begin(self, function: Callable[..., Any], *args: Any, env: dict[str, str] | None = None, **kwargs: Any) -> None:
        """Start a job and go on."""
        self._pipe.send((env or {}, function, args, kwargs))

    def end(self) -> Outcome:
        """Wait for the job that runs."""
        return self._pipe.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipe.close()
        self._process.wait(PATIENCE_S)


def describe(error: BaseException) -> Outcome:
    """Turn an exception into what can be sent through a pipe."""
    bases = tuple(base.__name__ for base in type(error).__mro__)
    return Outcome(error=type(error).__name__, bases=bases, text=str(error))


def run_here(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Outcome:
    """Run a function in this process and tell how it ended."""
    try:
        return Outcome(value=function(*args, **kwargs))
    except BaseException as error:
        return describe(error)


def in_fork(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Outcome:
    """Run a function in a fork of this process and wait for its end."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        answer = pickle.dumps(run_here(function, *args, **kwargs))
        sys.setprofile(None)
        with contextlib.suppress(BaseException), open(writer, "wb") as pipe:  # noqa: PTH123 - a descriptor, not a path
            pipe.write(answer)
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:  # noqa: PTH123
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Outcome(signal=os.WTERMSIG(status))
    return pickle.loads(answer)


def _with_env(env: dict[str, str], function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    os.environ.update(env)
    # A job that hangs dies by itself, and the test that waits for it fails.
    signal.alarm(int(env.get(PATIENCE, PATIENCE_S)))
    return function(*args, **kwargs)


def serve(pipe: Connection) -> None:
    """Fork for each job until the other side hangs up."""
    with contextlib.suppress(EOFError):
        while True:
            env, function, args, kwargs = pipe.recv()
            pipe.send(in_fork(_with_env, env, function, args, kwargs))


def main() -> None:
    """Import what the jobs need and serve."""
    for module in sys.argv[2:]:
        importlib.import_module(module)
    serve(Connection(int(sys.argv[1])))
