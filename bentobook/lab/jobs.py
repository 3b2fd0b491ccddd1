"""Imports, exports and verifications: each in a process of its own, watched by a thread that only reads lines.

A job ends in one of three states that do not change any more: ``done`` with a result, ``failed`` with the sentence
that the command line would print, ``cancelled``. A worker that is cancelled takes away what it began.
"""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import threading
from dataclasses import dataclass, field
from typing import Any, Literal

from bentobook.errors import NotFound, ServiceBusy
from bentobook.lab import process
from bentobook.lab.place import Place

JobState = Literal["running", "done", "failed", "cancelled"]
MAX_RUNNING = 4
MAX_KEPT = 50
PATIENCE_S = 10.0
_logger = logging.getLogger("bentobook")


@dataclass
class Job:
    """One thing that a worker does.

    Attributes
    ----------
    id : str
    kind : str
        ``import``, ``export`` or ``verify``.
    label : str
        What it is about, for people.
    worker : subprocess.Popen
        The process that does it.
    state : {"running", "done", "failed", "cancelled"}
    cancelling : bool
        Whether somebody asked it to end; what was done before that stays done.
    done, total : int
        Bytes; a total of 0 is not known.
    result : dict
        What a job that is done found or made.
    error : str
        Why it failed.
    status : int
        The HTTP status that goes with the error.
    over : threading.Event
        Set when it is in its last state.
    """

    id: str
    kind: str
    label: str
    worker: subprocess.Popen[str] = field(repr=False)
    state: JobState = "running"
    cancelling: bool = False
    done: int = 0
    total: int = 0
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    status: int = 0
    over: threading.Event = field(default_factory=threading.Event, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        names = ("id", "kind", "label", "state", "done", "total", "result", "error", "status")
        return {name: getattr(self, name) for name in names}


class Jobs:
    """The jobs of one server, the newest last.

    Parameters
    ----------
    place : Place
        Which store and which tracking server they work with.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, kind: str, label: str, **arguments: Any) -> Job:
        """Begin a job.

        Raises
        ------
        ServiceBusy
            When too many are running.
        """
        with self._lock:
            running = sum(job.state == "running" for job in self._jobs.values())
            if running >= MAX_RUNNING:
                raise ServiceBusy("the server", f"{running} jobs are running")
            job = Job(secrets.token_hex(8), kind, label, process.start("job", self._place.environment()))
            self._jobs[job.id] = job
            self._forget_old()
        threading.Thread(target=_watch, args=(job, {"do": kind, **arguments}), daemon=True).start()
        return job

    def list(self) -> list[Job]:
        """Return all that are remembered."""
        with self._lock:
            return [*self._jobs.values()]

    def get(self, job_id: str) -> Job:
        """Return one job.

        Raises
        ------
        NotFound
            When there is none of that id.
        """
        with self._lock:
            job = self._jobs.get(job_id)
        if job is None:
            raise NotFound(job_id, "this server", kind="Job", hint="It may be over for long.")
        return job

    def cancel(self, job_id: str) -> Job:
        """End a job that is running, and wait until nothing of it is left; one that is over stays as it is."""
        job = self.get(job_id)
        if job.state == "running":
            job.cancelling = True
            process.end(job.worker, PATIENCE_S)
            job.over.wait(PATIENCE_S)
        return job

    def close(self) -> None:
        """Cancel everything."""
        for job in self.list():
            self.cancel(job.id)

    def _forget_old(self) -> None:
        for old in [job.id for job in self._jobs.values() if job.state != "running"][:-MAX_KEPT]:
            del self._jobs[old]


def _watch(job: Job, request: dict[str, Any]) -> None:
    """Follow a worker to its end."""
    try:
        for line in process.talk(job.worker, request):
            _take(job, json.loads(line))
    except (OSError, ValueError) as error:
        _logger.info("The worker of %s went away: %s", job.label, error)
    code = job.worker.wait()
    if job.state == "running" and job.cancelling:
        job.state = "cancelled"
    elif job.state == "running":
        job.error = f"The process of this {job.kind} ended with code {code}; the server's log says more."
        job.state, job.status = "failed", 500
    job.over.set()


def _take(job: Job, event: dict[str, Any]) -> None:
    if "result" in event:
        job.result, job.done = event["result"], job.total
        job.state = "done"
    elif "error" in event:
        job.error, job.status = event["error"], event["status"]
        job.state = "failed"
    else:
        job.done, job.total = event["done"], event["total"]
