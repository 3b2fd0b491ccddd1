from __future__ import annotations

import re

import httpx
import pytest
from asgi_client import Client

from bentobook import Service, serve


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_and_all_that_it_needs_are_beside_it(svc: Service, path: str) -> None:
    client = Client(svc.asgi_app)
    page = client.get(path)
    needed = [link for link in re.findall(r'(?:href|src)="([^"]+)"', page.text) if not link.startswith("data:")]

    assert page.status_code == 200
    assert needed
    assert not [link for link in needed if link.startswith(("/", "http"))]
    assert {client.get(f"/{link}").status_code for link in needed} == {200}


def test_pages_forbid_what_comes_from_elsewhere(svc: Service) -> None:
    assert "default-src 'self'" in Client(svc.asgi_app).get("/").headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/static/../pages.py", "/static/nothing.js", "/static/"])
def test_no_other_file_is_served(svc: Service, path: str) -> None:
    assert Client(svc.asgi_app).get(path).status_code == 404


def test_the_token_form_gives_a_cookie_that_opens_the_rest(svc: Service) -> None:
    with serve(svc, port=0, token="hush") as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/").status_code == 200
        assert client.get("/docs.json").status_code == 401
        assert client.post("/", json={"token": "wrong"}).status_code == 401
        entered = client.post("/", json={"token": "hush"})
        assert entered.status_code == 204
        assert {"HttpOnly", "SameSite=Strict"} <= set(entered.headers["set-cookie"].split("; "))
        assert "hush" not in entered.headers["set-cookie"]
        assert client.get("/docs.json").status_code == 200
        assert client.post("/double", json=[2]).json() == [4]
        assert client.get("/docs.json", headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("body", [b"", b"[]", b'{"token": 1}', b"{"])
def test_a_form_that_is_none_is_refused(svc: Service, body: bytes) -> None:
    with serve(svc, port=0, token="hush") as server:
        assert httpx.post(server.url, content=body, headers={"content-type": "application/json"}).status_code == 400
        assert httpx.post(server.url, content=body, headers={"content-type": "text/plain"}).status_code == 415
