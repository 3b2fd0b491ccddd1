"""A service behind a real Jupyter server with jupyter-server-proxy, below a prefix, as on a hub."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from plain_io import doubling

from bentobook import serve
from bentobook.service.server import Server

TOKEN = "jupyter-token"


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Jupyter server below a prefix; give its address."""
    folder = tmp_path_factory.mktemp("jupyter")
    line = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--port=0", "--allow-root"),
        *("--ServerApp.base_url=/user/ada/", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"),
        "--ServerApp.jpserver_extensions={'jupyter_server_proxy': True}",
    ]
    env = {**os.environ, "JUPYTER_RUNTIME_DIR": str(folder), "JUPYTER_CONFIG_DIR": str(folder), "HOME": str(folder)}
    process = subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _address(folder, process)
    finally:
        process.terminate()
        process.wait(20)


def _address(folder: Path, process: subprocess.Popen) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        for file in folder.glob("jpserver-*.json"):
            try:
                address = json.loads(file.read_text())["url"]
                httpx.get(f"{address}api")
            except (ValueError, httpx.TransportError):
                continue
            return address
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    pytest.fail("the Jupyter server did not start")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    svc = doubling("behind_a_proxy")
    with serve(svc, port=0) as server:
        yield server
    svc.close()


@pytest.fixture
def client(jupyter: str, server: Server) -> Iterator[httpx.Client]:
    headers = {"authorization": f"token {TOKEN}"}
    with httpx.Client(base_url=f"{jupyter}proxy/{server.port}/", headers=headers, timeout=30) as client:
        yield client


def test_the_page_and_what_it_needs_load_below_the_prefix(client: httpx.Client) -> None:
    page = client.get("")

    assert page.status_code == 200
    links = [link for link in re.findall(r'(?:href|src)="([^"]+)"', page.text) if not link.startswith("data:")]
    assert {client.get(link).status_code for link in links} == {200}


def test_an_api_answers_through_the_proxy(client: httpx.Client) -> None:
    assert client.post("double", json=[1, 2]).json() == [2, 4]


def test_the_page_of_the_proxy_s_origin_may_ask(client: httpx.Client, jupyter: str) -> None:
    origin = "/".join(jupyter.split("/")[:3])

    assert client.post("double", json=[1], headers={"origin": origin}).json() == [2]


def test_a_foreign_origin_is_still_forbidden(client: httpx.Client) -> None:
    assert client.post("double", json=[1], headers={"origin": "https://evil.example"}).status_code == 403


def test_the_address_under_a_hub_goes_through_the_proxy(
    server: Server, jupyter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setenv("JUPYTERHUB_HOST", "/".join(jupyter.split("/")[:3]))

    answer = httpx.post(f"{server.url}double", json=[3], headers={"authorization": f"token {TOKEN}"}, timeout=30)

    assert answer.json() == [6]
