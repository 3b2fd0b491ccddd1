"""A real Jupyter server with the extension, and a store with two versions."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

# Fixtures and hooks for this folder only: as a plugin they would work on all tests.
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPClientError

Ask = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"bentobook": True}, "allow_unauthenticated_access": False}}


@pytest.fixture
def two_versions(store_home: Path) -> Path:
    """A store with ``iris:v1`` and ``iris:v2``."""
    from bentobook import models

    for version in ("v1", "v2"):
        with models.create(f"iris:{version}", labels={"team": version}) as draft:
            Path(draft.path_of("weights.bin")).write_bytes(version.encode())
    return store_home


@pytest.fixture
def ask(jp_fetch: Any) -> Ask:
    """Ask the REST interface with the user's token; gives status and JSON, also of errors."""

    async def ask_it(*parts: str, body: object = None, **options: Any) -> tuple[int, Any]:
        if body is not None:
            options["body"] = json.dumps(body)
        try:
            answer = await jp_fetch("bentobook", "api", *parts, **options)
        except HTTPClientError as error:
            return error.code, json.loads(error.response.body)
        return answer.code, json.loads(answer.body) if answer.body else None

    return ask_it
