"""Who runs the next batch: one baton, held by a thread that asks, by a loop for a fast model, or by the worker.

Whoever holds the baton cuts a batch, runs it, wakes its callers, and goes on until somebody else can: the oldest thread
that waits (it runs its own request then, without a change of threads), else the worker if only coroutines wait, else
nobody. A thread that finds the baton free takes it and starts at once. Nobody polls, and an idle runner wakes nothing.

The baton never waits for a loop that might be stopped or blocked: a loop holds it only inside of one callback.

An interrupt (Ctrl-C) may come between any two lines of the main thread. So each step here can be done twice: whoever
is interrupted repeats what it may have left half done (:meth:`Dispatcher.recover`), and then leaves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from time import monotonic

from bentobook.errors import RunnerClosed, ServiceBusy
from bentobook.runner import policy, tracing
from bentobook.runner.counting import Counting, Ran
from bentobook.runner.execute import execute
from bentobook.runner.patience import Patience
from bentobook.runner.request import GONE, RUNNING, WAITING, Request, has_not_returned
from bentobook.runner.waiting import WaitingRoom
from bentobook.runner.wakeups import Wakeups
from bentobook.runner.worker import Worker

UNUSUAL_S = 1.0
_get_ident = threading.get_ident


class Dispatcher:
    """The queue before one model, and the turns of those who run it.

    Parameters
    ----------
    name : str
        The runner, for errors.

    Attributes
    ----------
    lock : Lock
        Guards everything below; it is never held while a model runs.
    room : WaitingRoom
        The requests that wait.
    refusal : callable or None
        Makes the error for all who ask; None while the runner is open.
    holder : object or None
        Who holds the baton.
    running : sequence of Request
        The batch that runs now.
    thread : int
        The thread that runs it; 0 when none runs.
    at_rest : callable or None
        Called when the last batch of a closed runner was delivered.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.lock = threading.Lock()
        self.room = WaitingRoom()
        self.worker = Worker(self)
        self.refusal: Callable[[], Exception] | None = None
        self.holder: object = None
        self.running: Sequence[Request] = ()
        self.began = 0.0
        self.patience = Patience()
        self.thread = self._rows = self._reruns = 0
        self._idle = False
        self._unsent: list[Wakeups] = []
        self._counting = Counting()
        self._closing: threading.Condition | None = None
        self.at_rest: Callable[[], None] | None = None

    def refused(self, request: Request) -> Exception:
        """Say why a request cannot wait: too much waits, or the runner is closed. The lock is held."""
        request.state = GONE
        if self.refusal is not None:
            return self.refusal()
        method, room = request.group.method, self.room
        method.recorder.refused += 1
        if room.items >= method.max_queue:
            reason = f"{room.items:,} requests wait already (max_queue)"
        else:
            reason = f"the requests that wait hold {room.size:,} bytes already (max_queue_bytes)"
        return ServiceBusy(
            method.label, reason, retry_after=method.cost.drain(request.group.rows), running=self.state_of_model()
        )

    def state_of_model(self) -> str:
        """Say what the model does, where it has been doing so for unusually long. The lock is held."""
        seconds = monotonic() - self.began
        return has_not_returned(self.running, seconds) if self.running and seconds >= UNUSUAL_S else ""

    def take_baton(self, holder: object) -> None:
        """Give the free baton to somebody. The lock is held."""
        self._idle = True
        if holder is self.worker:
            self.worker.wake()
        self.holder = holder

    def take_alone(self, request: Request) -> bool:
        """Make a batch of one thread's request, if the baton is free and nobody waits or is waited for.

        The lock is held. The one who asks runs the batch at once, see :meth:`run_alone`: most calls of a notebook are
        such, and this takes half as long as to queue the request and cut a batch.
        """
        patience = self.patience
        if (
            self.holder is not None
            or self.room.items
            or self.refusal is not None
            or request.timeout is not None
            or patience.misses_others
            or request.group.method.max_wait
        ):
            return False
        self.holder = request  # first: whoever is interrupted from here on recovers as the holder
        request.state = RUNNING
        self.running = (request,)
        self.began, self.thread = request.asked, _get_ident()
        self._rows = request.rows
        patience.came_back(request)
        patience.cut("idle")
        return True

    def run_alone(self) -> None:
        """Run the batch that :meth:`take_alone` made."""
        most_rows = self.running[0].group.most_rows
        self._reruns = execute(self.running)
        self.deliver("idle" if most_rows is None or self._rows < most_rows else "full")

    def drop(self, request: Request) -> bool:
        """Take a request out whose caller leaves; tell whether it still mattered. The lock is held."""
        waits = request.state == WAITING and request in request.group.requests
        if waits:
            self.room.remove((request,))
        matters = waits or request.state == RUNNING
        if matters:
            request.state = GONE
        return matters

    def run_batch(self, *, patient: bool = True) -> None:
        """Cut a batch, run it, wake its callers, and give the baton to who is next. Only the holder calls this.

        Parameters
        ----------
        patient : bool
            Whether the holder may wait, for callers to come back or because somebody set ``max_wait_ms``.
        """
        patience = self.patience
        while True:
            if patience.asleep and patient:
                patience.sleep()
            with self.lock:
                now = monotonic()
                if patient and patience.lie_down(self.room.next_group(), now):
                    continue
                reason = self._cut(now)
                batch = self.running
                if not batch:
                    self._pass_baton()
                    return
            break
        self._reruns = execute(batch)
        self.deliver(reason)

    def _cut(self, now: float) -> policy.Reason:
        """Choose a batch and take it out of the room; tell why it leaves. Requests whose time is over are refused."""
        reason = self.patience.cut("idle" if self._idle else "busy")
        self._idle = False
        while (group := self.room.next_group()) is not None:
            late = self.room.late(group, now)
            if not late:
                full, self._rows = group.is_full, group.rows
                self.began, self.thread = now, _get_ident()
                self.running = self.room.choose(group)
                self.room.take(group, self.running)
                self._rows -= group.rows
                return "full" if full else reason
            self.refuse(late, [request.late(now, self.state_of_model()) for request in late])
        return reason

    def refuse(self, requests: Sequence[Request], errors: Iterable[Exception]) -> None:
        """Answer requests that wait with errors. The lock is held."""
        self.room.remove(requests)
        for request, error in zip(requests, errors, strict=True):
            request.fail(error)
            request.group.method.recorder.refused += 1
        Wakeups(requests).send()

    def deliver(self, reason: policy.Reason = "busy") -> None:
        """Give the baton to who is next, wake the callers of the batch that has run, and count it."""
        with self.lock:
            batch, holder = self.running, self.holder
            if batch:
                wakeups = Wakeups(batch, holder, self.patience.turn + 1)
                self._unsent.append(wakeups)
                method = batch[0].group.method
                self.patience.ran(method.cost, wakeups.threads, len(wakeups.loops) - (holder in wakeups.loops))
                self._counting.add(Ran(self._rows, batch, reason, self.began, self.patience.ended, self._reruns))
                if tracing.on:
                    tracing.ran(batch, self._rows, reason, self.began, self.patience.ended)
                self.running = ()
                self.thread = 0
            self._pass_baton()
        if batch:
            wakeups.send(holder)
            self._unsent.remove(wakeups)
            self._counting.finish()
        if self.at_rest is not None:
            self.at_rest()

    def recover(self, *, leads: bool) -> None:
        """Put right what an interrupt may have left half done, and give the baton away.

        Parameters
        ----------
        leads : bool
            Whether the interrupted one holds the baton: the batch that it ran is delivered as far as there are answers,
            and the rest of it waits again.
        """
        with self.lock:
            batch = self.running if leads else ()
            left = [request for request in batch if not request.answered and request.state in (WAITING, RUNNING)]
            if left and not left[0].group.method.spec.idempotent and left[0].state == RUNNING:
                for request in left:
                    request.fail(InterruptedError(f"{request.group.method.label} was interrupted while it ran."))
                left = []
            self.room.restore(left)
            if leads:
                self.patience.end()
                self.running = [request for request in batch if request.answered]
        for wakeups in list(self._unsent):
            wakeups.send()
        if leads:
            self.deliver()

    def _pass_baton(self) -> None:
        """Give the baton to the oldest thread that waits, else to the worker if anybody waits, else to nobody.

        Who leads and has no answer yet keeps it, and so does the worker while a loop gives its callers their turn.
        """
        holder, worker = self.holder, self.worker
        if not self.room.items:
            if holder is worker and self.patience.missing_loops and self.patience.model_is_slow:
                self.patience.lie_down(None, self.patience.ended)
                return
            self.holder = None
            if self._closing is not None:
                self._closing.notify_all()
        elif not (isinstance(holder, Request) and holder.state == WAITING):
            heir = self.room.next_leader()
            if heir is not None:
                if heir.lock.locked():
                    heir.lock.release()
                self.holder = heir
            elif holder is not worker:
                worker.wake()
                self.holder = worker

    def now(self) -> tuple[int, int, float, bool]:
        """Tell how many requests and bytes wait, for how long a batch runs already, and whether that is too long."""
        self._counting.finish()
        with self.lock:
            batch, seconds = self.running, monotonic() - self.began
            if not batch:
                return self.room.items, self.room.size, 0.0, False
            return self.room.items, self.room.size, seconds, seconds > batch[0].group.method.max_latency

    def close(self, drain: float = 0.0) -> None:
        """Refuse what waits and what comes; what runs gets its answer.

        Parameters
        ----------
        drain : float
            For how many seconds what waits may still be run.
        """
        with self.lock:
            self.refusal = self.refusal or (lambda: RunnerClosed(self.name))
            if drain:
                self._closing = threading.Condition(self.lock)
                self._closing.wait_for(lambda: self.holder is None and not self.room.items, drain)
            left = self.room.everyone()
            self.refuse(left, [self.refusal() for _ in left])
            self.patience.end()
            self.worker.end()

    def abandon(self) -> None:
        """Stop without the lock: the garbage collector may call this at any line, and nobody waits any more."""
        self.refusal = self.refusal or (lambda: RunnerClosed(self.name))
        with suppress(RuntimeError):
            self.worker.end()

    def forget(self, refusal: Callable[[], Exception]) -> None:
        """Leave everything behind, in a child process: its threads and locks belong to the parent."""
        self.lock, self._counting = threading.Lock(), Counting()
        self.refusal = refusal
