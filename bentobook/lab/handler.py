"""What every verb of the REST interface has: a user, a permission, and one form of answers and errors.

``@verb`` is the only way to write one: the user is authenticated, the server's authorizer is asked about the resource
``bentobook``, and an error of the package becomes its status and its sentence, as the command line prints it.
"""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from bentobook.errors import BentobookError, InvalidArgument, InvalidTag
from bentobook.lab.browser import Browser
from bentobook.lab.jobs import Jobs
from bentobook.lab.place import Place
from bentobook.store.tag import Tag

STATE = "bentobook_state"
MAX_BODY = 64 << 10


@dataclass(frozen=True)
class State:
    """What the handlers of one server share.

    Attributes
    ----------
    place : Place
        Which store and which tracking server.
    jobs : Jobs
        Imports and exports.
    browser : Browser
        Asks the tracking server.
    exports : callable
        Gives the folder for exported archives.
    """

    place: Place
    jobs: Jobs
    browser: Browser
    exports: Callable[[], str]

    def close(self) -> None:
        """End all processes."""
        self.jobs.close()
        self.browser.close()


class Handler(APIHandler):
    """The base of all handlers."""

    auth_resource = "bentobook"

    @property
    def state(self) -> State:
        """What all handlers share."""
        found: State = self.settings[STATE]
        return found

    def body(self, *known: str) -> dict[str, Any]:
        """Return the fields of the request's JSON.

        Raises
        ------
        InvalidArgument
            When it is no JSON object, or holds something that is not known.
        """
        try:
            values = json.loads(self.request.body or b"{}") if len(self.request.body) <= MAX_BODY else None
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise InvalidArgument("body", _start(self.request.body), f"a JSON object of at most {MAX_BODY} bytes")
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise InvalidArgument("body", unknown[0], f"only {', '.join(known) or 'an empty object'}")
        return values

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer what the server itself refuses in the same form, without a traceback."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        sentence = error.log_message if isinstance(error, web.HTTPError) else None
        self.set_status(status_code)
        self.fail(status_code, sentence or HTTPStatus(status_code).phrase)

    def fail(self, status: int, sentence: str) -> None:
        """Answer with an error."""
        self.set_status(status)
        self.finish(json.dumps({"error": sentence, "message": sentence, "detail": []}))


def verb(method: Callable[..., Awaitable[Any]]) -> Any:
    """Make a verb of a coroutine that returns what stands in the answer; ``None`` is 204."""

    @functools.wraps(method)
    async def answer(self: Handler, *arguments: str) -> None:
        try:
            value = await method(self, *arguments)
        except BentobookError as error:
            self.fail(getattr(error, "status", error.http_status), str(error))
            return
        if value is None:
            self.set_status(HTTPStatus.NO_CONTENT)
            self.finish()
            return
        self.finish(await _dumped(value))

    return web.authenticated(authorized(answer))


async def _dumped(value: Any) -> bytes:
    # A list of ten thousand versions takes its time; nothing holds the server's loop up.
    return await asyncio.to_thread(orjson.dumps, value, default=str, option=orjson.OPT_NON_STR_KEYS)


def exact_tag(text: str) -> Tag:
    """Read ``name:version``; the sidebar always means one version, never the newest at the moment.

    Raises
    ------
    InvalidTag
        When it is anything else, such as a path.
    """
    tag = Tag.parse(text)
    if tag.version is None or tag.asks_for_latest:
        raise InvalidTag(text, "a name with its version, such as 'iris:v1'")
    return tag


def texts(values: Mapping[str, Any], *names: str) -> list[str]:
    """Return fields that must be texts; one that is missing is ``""``.

    Raises
    ------
    InvalidArgument
        When one is something else.
    """
    found = []
    for name in names:
        value = values.get(name, "")
        if not isinstance(value, str):
            raise InvalidArgument(name, value, "a text")
        found.append(value.strip())
    return found


def _start(body: bytes) -> str:
    return body[:40].decode("utf-8", "replace")
