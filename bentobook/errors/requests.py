"""Errors of bodies: what a caller sent, and what a function answered, on the way between bytes and values."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from bentobook.errors.base import BentobookError


class BadRequestBody(BentobookError, ValueError):
    """A body that is not what its content type says.

    Parameters
    ----------
    what : str
        What was expected, with its article: ``"JSON"``, ``"a CSV table"``.
    reason : str
        What is wrong with it.
    hint : str
        What to do about it.
    """

    http_status = HTTPStatus.BAD_REQUEST

    def __init__(self, what: str, reason: str, *, hint: str = "") -> None:
        self.what, self.reason, self.hint = what, reason, hint
        super().__init__(f"The body is not {what}: {reason}.{' ' + hint if hint else ''}")


class BodyTooLarge(BentobookError, ValueError):
    """A body, or what it would become when it is unpacked, is larger than is allowed."""

    http_status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, what: str, got: str, limit: str) -> None:
        self.what, self.got, self.limit = what, got, limit
        super().__init__(f"{what} is too large: {got}, at most {limit} allowed. Send it in smaller parts.")


class UnsupportedContentType(BentobookError, ValueError):
    """A body of a type that the API does not take."""

    http_status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def __init__(self, got: str, accepted: Sequence[str]) -> None:
        self.got, self.accepted = got, tuple(accepted)
        came = f"The content type {got!r} is not taken here" if got else "The body has no content type"
        super().__init__(f"{came}. Send one of: {', '.join(self.accepted)}.")


class AnswerUnfit(BentobookError, TypeError):
    """A function returned what its output descriptor cannot write.

    Parameters
    ----------
    descriptor : str
        What the API declares as its output.
    reason : str
        What came instead, or what is wrong with it.
    """

    def __init__(self, descriptor: str, reason: str) -> None:
        self.descriptor, self.reason = descriptor, reason
        super().__init__(
            f"The answer does not fit {descriptor}: {reason}. Return what it takes, or declare another output."
        )
