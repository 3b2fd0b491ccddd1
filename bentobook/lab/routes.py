"""The REST interface: routes, and what each verb does.

Everything that reads the store runs in a thread; everything that imports, packs or reads whole models is a job.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.lab import bentos, rows
from bentobook.lab.handler import Handler, exact_tag, texts, verb
from bentobook.lab.wanted import wanted_import
from bentobook.lab.worker import QUESTIONS
from bentobook.store import removal

_BASE = r"/bentobook/api"
_TAG = r"([^/]+)"


class PlaceHandler(Handler):
    """Which store, which tracking server."""

    @verb
    async def get(self) -> dict[str, Any]:
        """Tell them."""
        return await asyncio.to_thread(self.state.place.describe)

    @verb
    async def put(self) -> dict[str, Any]:
        """Choose others."""
        values = self.body("home", "tracking_uri")
        home, tracking = texts(values, "home", "tracking_uri")
        place = self.state.place
        await asyncio.to_thread(
            place.choose,
            home=home if "home" in values else None,
            tracking=tracking if "tracking_uri" in values else None,
        )
        return await asyncio.to_thread(place.describe)


class ModelsHandler(Handler):
    """All models."""

    @verb
    async def get(self) -> dict[str, Any]:
        """List them."""
        return await asyncio.to_thread(lambda: rows.list_rows(self.state.place.store.list()))


class ModelHandler(Handler):
    """One version."""

    @verb
    async def get(self, tag: str) -> dict[str, Any]:
        """Tell what is recorded of it."""
        exact, store = exact_tag(tag), self.state.place.store
        return await asyncio.to_thread(lambda: rows.details(store, store.get(exact)))

    @verb
    async def delete(self, tag: str) -> None:
        """Delete it, unless a Bento uses it or an administrator forbids it."""
        exact, store = exact_tag(tag), self.state.place.store
        await asyncio.to_thread(removal.check_allowed)
        await asyncio.to_thread(store.delete, exact)


class DiffHandler(Handler):
    """Two versions side by side."""

    @verb
    async def get(self) -> dict[str, Any]:
        """Compare ``left`` and ``right``."""
        left, right = exact_tag(self.get_argument("left", "")), exact_tag(self.get_argument("right", ""))
        store = self.state.place.store
        return await asyncio.to_thread(lambda: store.get(left).diff(store.get(right)).to_dict())


class BentosHandler(Handler):
    """All Bentos."""

    @verb
    async def get(self) -> dict[str, Any]:
        """List them with the models that they use."""
        return await asyncio.to_thread(bentos.bento_rows, self.state.place.store.layout)


class JobsHandler(Handler):
    """What is under way."""

    @verb
    async def get(self) -> dict[str, Any]:
        """List all jobs that are remembered."""
        return {"jobs": [job.to_dict() for job in self.state.jobs.list()]}

    @verb
    async def post(self) -> dict[str, Any]:
        """Begin an import, an export or a verification."""
        values = self.body("kind", "tag", "name", "uri", "labels", "methods", "batchable")
        (kind,) = texts(values, "kind")
        if kind == "import":
            label, arguments = await asyncio.to_thread(wanted_import, values)
        elif kind in ("export", "verify"):
            tag = exact_tag(*texts(values, "tag"))
            await asyncio.to_thread(self.state.place.store.get, tag)
            label, arguments = str(tag), {"tag": str(tag)}
            if kind == "export":
                arguments["folder"] = self.state.exports()
        else:
            raise InvalidArgument("kind", kind, "import, export or verify")
        job = await asyncio.to_thread(lambda: self.state.jobs.start(kind, label, **arguments))
        self.set_status(HTTPStatus.ACCEPTED)
        return job.to_dict()


class JobHandler(Handler):
    """One job."""

    @verb
    async def get(self, job_id: str) -> dict[str, Any]:
        """Tell how far it is."""
        return self.state.jobs.get(job_id).to_dict()

    @verb
    async def delete(self, job_id: str) -> dict[str, Any]:
        """Cancel it, and tell how it ended."""
        job = await asyncio.to_thread(self.state.jobs.cancel, job_id)
        return job.to_dict()


class BrowseHandler(Handler):
    """What the tracking server has."""

    @verb
    async def get(self, what: str) -> dict[str, Any]:
        """Return one page; the arguments are those of the question, and others (a time against caches) mean nothing."""
        known = ("search", "token", "name", "experiment", "run")
        arguments = {name: self.get_argument(name) for name in known if self.get_argument(name, "")}
        return await self.state.browser.ask(what, **arguments)


ROUTES = [
    (f"{_BASE}/place", PlaceHandler),
    (f"{_BASE}/models", ModelsHandler),
    (f"{_BASE}/models/{_TAG}", ModelHandler),
    (f"{_BASE}/diff", DiffHandler),
    (f"{_BASE}/bentos", BentosHandler),
    (f"{_BASE}/jobs", JobsHandler),
    (f"{_BASE}/jobs/{_TAG}", JobHandler),
    (f"{_BASE}/mlflow/({'|'.join(QUESTIONS)})", BrowseHandler),
]
