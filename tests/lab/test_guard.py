"""Every verb of every route asks who it is, whether they may, and for the XSRF token; none takes a path for a tag."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from jupyter_server.auth.authorizer import Authorizer
from tornado.httpclient import HTTPClientError

from bentobook.lab.routes import ROUTES

WITH_BODY = ("POST", "PUT", "PATCH")
BAD_TAGS = ["..%2F..%2Fetc", "iris", "iris:latest", "iris:v1%0A", "%2Fetc%2Fpasswd", "iris:v1:x", "%3Cb%3E:v1"]


def _example(route: str) -> str:
    path = route.replace("models/([^/]+)", "models/iris:v1").replace("jobs/([^/]+)", "jobs/0123456789abcdef")
    return path.partition("(")[0] + "runs" if "(" in path else path


EVERY = [
    (verb.upper(), _example(route))
    for route, handler in ROUTES
    for verb in ("get", "post", "put", "patch", "delete")
    if verb in vars(handler)
]
CHANGING = [(method, path) for method, path in EVERY if method != "GET"]

Raw = Callable[..., Awaitable[tuple[int, Any]]]


class DenyAll(Authorizer):
    """Nobody may do anything."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        assert resource == "bentobook"
        return False


@pytest.fixture
def raw(jp_serverapp: Any, http_server_client: Any, jp_base_url: str) -> Raw:
    """Ask without the token that ``jp_fetch`` adds."""

    async def raw_fetch(method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        body = {"body": "{}"} if method in WITH_BODY else {}
        try:
            answer = await http_server_client.fetch(
                jp_base_url + path.lstrip("/"), method=method, headers=headers or {}, follow_redirects=False, **body
            )
        except HTTPClientError as error:
            return error.code, json.loads(error.response.body or b"null")
        return answer.code, answer

    return raw_fetch


async def _cookies(raw: Raw, header: dict[str, str]) -> dict[str, str]:
    """Log in as a browser does, so that only cookies say who it is."""
    status, answer = await raw("GET", f"/api/status?token={header['Authorization'].split()[-1]}")
    assert status == 200
    found = [line.partition(";")[0] for line in answer.headers.get_list("Set-Cookie")]
    return {"Cookie": "; ".join(found)}


def test_there_are_verbs_to_guard() -> None:
    assert len(EVERY) >= 11
    assert {"POST", "PUT", "DELETE"} == {method for method, _ in CHANGING}


async def test_without_a_token_nothing_is_answered(raw: Raw) -> None:
    for method, path in EVERY:
        status, body = await raw(method, path)

        assert (method, path, status) == (method, path, 403)
        assert set(body) == {"error", "message", "detail"}


async def test_a_browser_without_the_xsrf_token_changes_nothing(raw: Raw, jp_auth_header: dict[str, str]) -> None:
    cookies = await _cookies(raw, jp_auth_header)
    status, _ = await raw("GET", "/bentobook/api/models", cookies)
    assert status == 200

    for method, path in CHANGING:
        status, body = await raw(method, path, cookies)

        assert (method, path, status) == (method, path, 403)
        assert "_xsrf" in body["error"]


async def test_a_user_who_may_nothing_gets_nothing(jp_serverapp: Any, ask: Any, two_versions: Any) -> None:
    jp_serverapp.web_app.settings["authorizer"] = DenyAll(parent=jp_serverapp)

    for method, path in EVERY:
        status, answer = await ask(*path.split("/")[3:], method=method, body={} if method in WITH_BODY else None)

        assert (method, path, status) == (method, path, 403)
        assert "not authorized" in answer["error"]

    assert (two_versions / "models" / "iris" / "v1").is_dir()


async def test_what_is_no_exact_tag_is_refused(ask: Any, two_versions: Any) -> None:
    for tag in BAD_TAGS:
        for method in ("GET", "DELETE"):
            status, answer = await ask("models", tag, method=method)

            assert (tag, method, status) == (tag, method, 400)
            assert answer["error"].startswith("tag: expected")
        status, _ = await ask("jobs", method="POST", body={"kind": "export", "tag": tag.replace("%2F", "/")})
        assert status == 400


async def test_a_body_that_is_not_understood_is_refused(ask: Any) -> None:
    for body in ([], {"path": "/tmp"}, {"kind": 3}, {"kind": "delete"}):
        status, answer = await ask("jobs", method="POST", body=body)

        assert status == 400
        assert "expected" in answer["error"]
