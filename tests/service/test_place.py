from __future__ import annotations

import pytest

from bentobook.service import place


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_loopback_is_what_no_other_machine_reaches(host: str, loopback: bool) -> None:
    assert place.is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:80/"), ("::1", "http://[::1]:80/"), ("localhost", "http://localhost:80/")],
)
def test_programs_of_this_machine_ask_on_loopback(host: str, url: str) -> None:
    assert place.local_url(host, 80) == url


def test_without_a_public_address_the_url_is_a_path_of_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_PUBLIC_URL", raising=False)
    monkeypatch.delenv("JUPYTERHUB_HOST", raising=False)
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")

    assert place.url("127.0.0.1", 3000) == "/user/ada/proxy/3000/"
    assert place.under_hub()
