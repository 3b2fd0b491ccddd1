from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from plain_io import Plain

import bentobook
from bentobook import Service, serve
from bentobook.errors import InvalidArgument, PortTaken, Refused
from bentobook.service import live
from bentobook.service.server import Server


@pytest.fixture
def server(svc: Service) -> Iterator[Server]:
    with serve(svc, port=0) as server:
        yield server


def constant(name: str, answer: str) -> Service:
    svc = Service(name)

    @svc.api(input=Plain(), output=Plain())
    async def predict(value: object) -> str:
        return answer

    return svc


def ask(server: Server, route: str = "predict") -> object:
    return httpx.post(f"{server.url}{route}", json=[1]).json()


def test_a_service_answers_on_its_port(server: Server) -> None:
    assert ask(server, "double") == [2]
    assert ask(server, "v1/slow") == [2]
    assert httpx.get(f"{server.url}readyz").status_code == 200


def test_one_connection_carries_many_requests(server: Server) -> None:
    with httpx.Client(base_url=server.url) as client:
        assert [client.post("double", json=[n]).json() for n in range(20)] == [[2 * n] for n in range(20)]


def test_the_port_is_free_after_stop(server: Server) -> None:
    server.stop()

    with socket.create_server(("127.0.0.1", server.port)):
        assert not server.running


def test_a_port_that_is_taken_is_refused_with_who_has_it(server: Server) -> None:
    with pytest.raises(PortTaken, match="service 'doubling' of this process"):
        serve(constant("other", "x"), port=server.port)


def test_a_port_of_another_program_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortTaken, match="by another program"):
        serve(constant("other", "x"), port=other.getsockname()[1])


def test_a_host_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="an address of this machine"):
        serve(constant("other", "x"), port=0, host="not a host")


def test_two_services_of_one_process_answer_for_themselves() -> None:
    with serve(constant("a", "A"), port=0) as a, serve(constant("b", "B"), port=0) as b:
        assert (ask(a), ask(b)) == ("A", "B")


def test_a_service_defined_again_keeps_its_port() -> None:
    with serve(constant("again", "old"), port=0) as server:
        assert serve(constant("again", "new"), port=0) is server
        assert ask(server) == "new"
        constant("again", "newer").start()
        assert ask(server) == "newer"


def test_a_service_served_on_another_port_leaves_the_first() -> None:
    with serve(constant("again", "old"), port=0) as first:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with serve(constant("again", "new"), port=port) as second:
            assert (second.port, ask(second), first.running) == (port, "new", False)


def test_defining_a_service_twenty_times_grows_nothing() -> None:
    def files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    with serve(constant("again", "0"), port=0) as server, httpx.Client(base_url=server.url) as client:
        assert client.post("predict", json=[1]).json() == "0"
        before = threading.active_count(), files()
        for n in range(1, 21):
            serve(constant("again", str(n)), port=0)
            assert client.post("predict", json=[1]).json() == str(n)
        for thread in threading.enumerate():
            if thread.name == "bentobook close":
                thread.join()
        assert threading.active_count() <= before[0]
        assert files() <= before[1]


def test_requests_of_the_old_service_are_answered_before_it_closes() -> None:
    inside, go_on = threading.Event(), threading.Event()
    old = Service("swap")

    @old.api(input=Plain(), output=Plain())
    def predict(value: object) -> str:
        inside.set()
        assert go_on.wait(10)
        return "old"

    answers: list[object] = []
    with serve(old, port=0) as server:
        waiting = threading.Thread(target=lambda: answers.append(ask(server)))
        waiting.start()
        assert inside.wait(10)
        serve(constant("swap", "new"), port=0)
        assert ask(server) == "new"
        assert not old.closed
        go_on.set()
        waiting.join(10)
    assert answers == ["old"]


def test_stop_answers_what_is_in_flight() -> None:
    inside, go_on = threading.Event(), threading.Event()
    svc = Service("stopping")

    @svc.api(input=Plain(), output=Plain())
    def predict(value: object) -> str:
        inside.set()
        assert go_on.wait(10)
        return "answered"

    server = serve(svc, port=0)
    answers: list[object] = []
    waiting = threading.Thread(target=lambda: answers.append(ask(server)))
    waiting.start()
    assert inside.wait(10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    go_on.set()
    waiting.join(10)
    stopping.join(10)
    assert answers == ["answered"]


def test_closing_the_service_stops_its_server(svc: Service) -> None:
    server = serve(svc, port=0)
    svc.close()

    assert not server.running
    assert svc.name not in live.services()


def test_a_server_shows_where_it_is_and_never_its_token(svc: Service) -> None:
    with serve(svc, port=0, token="hush-hush") as server:
        shown = repr(server) + server._repr_html_() + repr(svc) + svc._repr_html_()
        result = svc.call("double", [1])

    assert server.url in shown
    assert "hush" not in shown + result.curl() + result.python() + repr(result)
    assert "Bearer $TOKEN" in result.curl()


def test_a_token_is_made_up_for_other_addresses_than_loopback(svc: Service) -> None:
    with serve(svc, port=0, host="0.0.0.0") as server:
        assert server.token
        assert httpx.get(f"{server.local_url}docs.json").status_code == 401
        allowed = httpx.get(f"{server.local_url}docs.json", headers={"authorization": f"Bearer {server.token}"})
        assert allowed.status_code == 200


def test_a_token_is_made_up_under_jupyterhub(svc: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setenv("JUPYTERHUB_PUBLIC_URL", "https://hub.example.org/user/ada/")
    with serve(svc, port=0) as server:
        assert server.token
        assert server.url == f"https://hub.example.org/user/ada/proxy/{server.port}/"
        headers = {"authorization": f"Bearer {server.token}", "host": "hub.example.org"}
        assert httpx.get(f"{server.local_url}docs.json", headers=headers).status_code == 200


def test_an_administrator_may_keep_servers_on_loopback(
    svc: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    file = tmp_path / "bentobook.toml"
    file.write_text("allow_remote_serving = false\n")
    monkeypatch.setattr(bentobook.settings, "ADMIN_FILE", file)

    with pytest.raises(Refused, match=r"Serving on 0\.0\.0\.0 is not allowed here"):
        serve(svc, port=0, host="0.0.0.0")
