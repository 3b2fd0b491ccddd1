"""Errors of runners and services: what a caller may meet between its call and its answer."""

from __future__ import annotations

from http import HTTPStatus

from bentobook.errors.base import BentobookError


class RunnerNotReady(BentobookError, RuntimeError):
    """The runner holds no model in this process."""

    def __init__(self, runner: str, why: str = "is not initialised") -> None:
        self.runner = runner
        super().__init__(
            f"Runner {runner} {why}. Call init_local() on it once, or use it as `with runner:`, before the first call."
        )


class RunnerClosed(BentobookError, RuntimeError):
    """The runner was closed before or while the call waited."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, runner: str) -> None:
        self.runner = runner
        super().__init__(f"Runner {runner} is closed. Make a new one, or call init_local() to start it again.")


class CallerLeft(BentobookError):
    """Whoever asked a service has hung up while the request waited: it is not run."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} was not asked: the caller hung up while the request waited. Nobody waits any more.")


class ServiceBusy(BentobookError):
    """Too much waits already, or this call has waited for as long as it may.

    Parameters
    ----------
    what : str
        The method and model that were asked.
    reason : str
        Which bound was reached.
    retry_after : int
        Seconds after which it may be worth to ask again: the ``Retry-After`` of an HTTP answer, at least 1.
    running : str
        What the model is doing, where it has been busy for unusually long.
    """

    http_status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, what: str, reason: str, *, retry_after: int = 1, running: str = "") -> None:
        self.what, self.reason, self.retry_after, self.running = what, reason, max(1, retry_after), running
        super().__init__(f"{what} is busy: {reason}. {running or f'Try again in {self.retry_after} s'}.")


class DeadlineExceeded(BentobookError, TimeoutError):
    """The caller's own time was over before there was an answer."""

    http_status = HTTPStatus.GATEWAY_TIMEOUT

    def __init__(self, what: str, timeout: float, *, running: str = "") -> None:
        self.what, self.timeout, self.running = what, timeout, running
        super().__init__(f"{what} did not answer within {timeout:g} s. {running or 'The call was not executed'}.")


class BatchContractBroken(BentobookError):
    """A batchable method that does not return one row for each row that it got."""

    def __init__(self, what: str, got: int, returned: object, first: str) -> None:
        self.what, self.got, self.returned = what, got, returned
        rows = f"{returned} rows" if isinstance(returned, int) else returned
        super().__init__(
            f"{what} got {got} rows and returned {rows}; the first input is {first}. A batchable method returns "
            "one row for each row: change it, or declare it with batchable=False."
        )
