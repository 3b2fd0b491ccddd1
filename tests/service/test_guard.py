"""Every route of a server, asked by those who may not."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from plain_io import doubling

from bentobook import serve
from bentobook.service.server import Server

TOKEN = "hush"
BEARER = {"authorization": f"Bearer {TOKEN}"}
ROUTES = [
    *("POST /double", "POST /v1/slow", "POST /fail", "GET /livez", "GET /readyz", "GET /healthz", "GET /metrics"),
    *("GET /docs.json", "GET /nothing", "DELETE /double", "OPTIONS /double", "HEAD /metrics"),
]
PROBES = ("/livez", "/readyz", "/healthz")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    svc = doubling("guarded")
    with serve(svc, port=0, token=TOKEN, allowed_origins=["https://lab.example.org"]) as server:
        yield server
    svc.close()


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        yield client


def ask(client: httpx.Client, line: str, **headers: str) -> httpx.Response:
    method, path = line.split()
    sent = {"content-type": "application/json", **BEARER, **headers}
    body = b"[1]" if method == "POST" else b""
    return client.request(method, path, content=body, headers=sent)


@pytest.mark.parametrize("line", ROUTES)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "10.0.0.1"])
def test_a_foreign_host_is_misdirected(client: httpx.Client, line: str, host: str) -> None:
    assert ask(client, line, host=host).status_code == 421


@pytest.mark.parametrize("line", ROUTES)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "https://lab.example.org.evil"]
)
def test_a_foreign_origin_is_forbidden(client: httpx.Client, line: str, origin: str) -> None:
    assert ask(client, line, origin=origin).status_code == 403


@pytest.mark.parametrize("line", [line for line in ROUTES if not line.endswith(PROBES)])
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "hush", "Basic hush"])
def test_without_the_token_nothing_but_probes_answers(client: httpx.Client, line: str, given: str) -> None:
    answer = ask(client, line, authorization=given)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("line", [line for line in ROUTES if line.startswith("POST")])
@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_content_type_is_not_read(client: httpx.Client, line: str, kind: str) -> None:
    answer = ask(client, line, **{"content-type": kind})

    assert answer.status_code == 415
    assert "application/json" in answer.json()["error"]


@pytest.mark.parametrize("line", [line for line in ROUTES if line.startswith("POST")])
def test_a_body_that_is_too_large_is_refused(client: httpx.Client, line: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(33):
            yield b" " * (1 << 20)

    sent = {"content-type": "application/json", **BEARER}
    try:
        status = client.post(line.split()[1], content=pieces(), headers=sent).status_code
    except httpx.WriteError:
        return  # the server has answered and hung up while the client was still sending
    assert status == 413


@pytest.mark.parametrize("line", ROUTES)
@pytest.mark.parametrize("origin", ["https://lab.example.org", "own"])
def test_the_own_pages_and_those_of_allowed_origins_may_ask(client: httpx.Client, line: str, origin: str) -> None:
    origin = str(client.base_url).rstrip("/") if origin == "own" else origin

    assert ask(client, line, origin=origin).status_code not in {401, 403, 421}


def test_a_body_nested_without_end_is_refused(client: httpx.Client) -> None:
    body = b"[" * 100_000
    answer = client.post("/double", content=body, headers={"content-type": "application/json", **BEARER})

    assert answer.status_code == 400
