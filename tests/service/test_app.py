from __future__ import annotations

import threading
from collections.abc import AsyncIterator

import httpx
import pytest
from asgi_client import Client
from plain_io import Plain
from starlette.applications import Starlette
from starlette.routing import Mount

import bentobook
from bentobook import Runnable, Runner, Service
from bentobook.service.app import App
from bentobook.service.body import Limits
from bentobook.service.failures import KEPT
from bentobook.service.guard import Guard


@pytest.fixture
def client(svc: Service) -> Client:
    return Client(svc.asgi_app)


@pytest.mark.parametrize("route", ["/double", "/v1/slow"])
def test_an_api_answers_posts(client: Client, route: str) -> None:
    answer = client.post(route, json=[1, 2.5])

    assert (answer.status_code, answer.json()) == (200, [2, 5.0])
    assert answer.headers["x-request-id"]


def test_an_id_that_the_caller_chose_is_kept(client: Client) -> None:
    assert client.post("/double", json=[], headers={"x-request-id": "mine-1"}).headers["x-request-id"] == "mine-1"


def test_an_id_that_could_harm_a_log_is_replaced(client: Client) -> None:
    assert client.get("/livez", headers={"x-request-id": "a b{"}).headers["x-request-id"] != "a b{"


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("line", "body", "headers", "status"),
    [
        ("POST /double", b"[1", JSON, 400),
        ("POST /double", b"[1]", {"content-type": "text/plain"}, 415),
        ("POST /double", b"[1]", {}, 415),
        ("GET /double", b"", {}, 405),
        ("POST /livez", b"", {}, 405),
        ("POST /nope", b"[1]", JSON, 404),
        ("POST /fail", b"[1]", JSON, 500),
    ],
)
def test_every_error_has_one_shape(client: Client, line: str, body: bytes, headers: dict, status: int) -> None:
    answer = client.request(*line.split(), content=body, headers=headers)

    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}
    assert answer.headers["x-request-id"]
    assert "secret" not in answer.text


def test_the_details_of_a_failure_are_kept_under_its_request_id(svc: Service, client: Client) -> None:
    answer = client.post("/fail", json=[1])

    failure = svc.errors[answer.headers["x-request-id"]]
    assert answer.headers["x-request-id"] in answer.json()["error"]
    assert failure.error == "ValueError: a secret of [1]"


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        ("POST /double", JSON | {"host": "evil.example"}, 421),
        ("POST /double", JSON | {"origin": "https://evil.example"}, 403),
        ("POST /double", JSON | {"authorization": ""}, 401),
        ("POST /double", {"content-type": "text/plain"}, 415),
        ("POST /double", JSON | {"content-length": "999"}, 413),
        ("GET /double", {}, 405),
    ],
)
def test_requests_that_were_turned_away_push_no_failure_out(
    svc: Service, line: str, headers: dict, status: int
) -> None:
    client = Client(App(svc, admission=Guard(["service"], token="hush"), limits=Limits(body=100)))
    bearer = {"authorization": "Bearer hush"}
    client.post("/fail", json=[1], headers=bearer)

    answers = [client.request(*line.split(), content=b"[1]", headers=bearer | headers) for _ in range(KEPT)]

    assert {answer.status_code for answer in answers} == {status}
    assert [(each.api, each.status) for each in svc.errors.values()] == [("fail", 500)]
    counted = [each for each in svc.metrics.text().decode().splitlines() if f'http_response_code="{status}"' in each]
    assert [each.rsplit(" ", 1)[1] for each in counted if "_request_total" in each] == [f"{KEPT}.0"]


def test_a_value_that_does_not_fit_is_kept(svc: Service, client: Client) -> None:
    answer = client.post("/double", content=b"[1", headers=JSON)

    assert svc.errors[answer.headers["x-request-id"]].status == answer.status_code == 400


def test_an_error_of_the_store_in_a_function_keeps_the_users_traceback(svc: Service, client: Client) -> None:
    @svc.api(input=Plain(), output=Plain())
    def look(name: str) -> str:
        return str(bentobook.models.get(name))

    answer = client.post("/look", json="nothing_there")

    assert answer.status_code == 500
    assert "nothing_there" not in answer.text
    assert "in look" in svc.errors[answer.headers["x-request-id"]].traceback


@pytest.mark.parametrize("path", ["/livez", "/healthz", "/readyz"])
def test_probes_answer(client: Client, svc: Service, path: str) -> None:
    svc.load()

    assert client.get(path).status_code == 200


def test_a_service_is_not_ready_before_its_models_are_loaded(svc: Service) -> None:
    answer = Client(svc.asgi_app).get("/readyz")

    assert (answer.status_code, answer.text) == (503, "Runners are not ready.\n")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(svc: Service) -> None:
    client = Client(App(svc, limits=Limits(body=10)))

    assert client.post("/double", content=b"[" * 11, headers=JSON).status_code == 413


def test_a_body_without_a_length_is_refused_when_it_grows_too_large(svc: Service) -> None:
    client = Client(App(svc, limits=Limits(body=10)))

    answer = client.post("/double", content=_pieces(), headers=JSON)

    assert answer.status_code == 413


async def _pieces() -> AsyncIterator[bytes]:
    for _ in range(11):
        yield b"["


def test_metrics_count_by_route_and_status(client: Client) -> None:
    client.post("/double", json=[1])
    client.post("/double", content=b"", headers={"content-type": "text/plain"})

    lines = client.get("/metrics").text.splitlines()
    counted = {line for line in lines if line.startswith("bentoml_api_server_request_total{") and '"/double"' in line}
    assert {('code="200"' in line, line[-4:]) for line in counted} == {(True, " 1.0"), (False, " 1.0")}
    assert any(line.startswith('bentoml_runner_adaptive_batch_size_count{method_name="double"') for line in lines)


def test_two_services_in_one_process_have_their_own_numbers(svc: Service, client: Client) -> None:
    other = Service("other")
    client.post("/double", json=[1])

    text = Client(other.asgi_app).get("/metrics").text
    assert "doubling" not in text


def test_the_description_names_every_api(client: Client) -> None:
    described = client.get("/docs.json").json()

    assert {"/double", "/v1/slow", "/fail", "/readyz"} <= set(described["paths"])
    assert described["paths"]["/double"]["post"]["summary"] == "Double each number."


def test_the_description_of_every_api_has_all_refusals_in_the_one_shape(client: Client) -> None:
    described = client.get("/docs.json").json()
    components = described["components"]
    operations = [each["post"] for path, each in described["paths"].items() if "post" in each]

    assert len(operations) == 3
    for operation in operations:
        assert {"400", "401", "403", "413", "415", "421", "422", "500", "503"} < set(operation["responses"])
        for code in set(operation["responses"]) - {"200"}:
            place = operation["responses"][code]["$ref"].removeprefix("#/components/responses/")
            content = components["responses"][place]["content"]
            assert content == {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert components["schemas"]["Problem"]["required"] == ["error", "detail"]


def test_the_description_says_where_nothing_is_checked(client: Client, svc: Service) -> None:
    @svc.api
    def anything(value):
        """Take what comes."""
        return value

    paths = client.get("/docs.json").json()["paths"]
    assert paths["/anything"]["post"]["description"].endswith("values are handed on unchecked.")
    assert "unchecked" not in paths["/double"]["post"]["description"]


def test_it_can_be_mounted_below_a_path(svc: Service) -> None:
    client = Client(Starlette(routes=[Mount("/models/a", app=svc.asgi_app)]))

    assert client.post("/models/a/double", json=[1]).json() == [2]


def test_an_api_that_was_declared_again_answers_with_its_new_code(svc: Service, client: Client) -> None:
    api = svc.find("double")

    @svc.api(input=api.input, output=api.output)
    def double(rows: list[float]) -> str:
        return "new"

    assert client.post("/double", json=[1]).json() == "new"


async def _ask_many(svc: Service, route: str, n: int) -> list[httpx.Response]:
    import asyncio

    transport = httpx.ASGITransport(svc.asgi_app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return await asyncio.gather(*(client.post(route, json=[number]) for number in range(n)))


@pytest.mark.parametrize("route", ["/double", "/v1/slow"])
def test_answers_belong_to_those_who_asked(svc: Service, route: str) -> None:
    import asyncio

    answers = asyncio.run(_ask_many(svc, route, 100))

    assert [answer.json() for answer in answers] == [[2 * number] for number in range(100)]


def test_a_busy_runner_says_when_to_ask_again() -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Slow(Runnable):
        @Runnable.method(batchable=True)
        def wait(self, rows: list[int]) -> list[int]:
            inside.set()
            assert go_on.wait(10)
            return rows

    runner = Runner(Slow, method_configs={"wait": {"max_queue": 1}})
    svc = Service("busy", runners=[runner])

    @svc.api(input=Plain(), output=Plain())
    def wait(rows: list[int]) -> list[int]:
        return runner.wait.run(rows)

    svc.load()
    first = [threading.Thread(target=svc.call, args=("wait", [n])) for n in range(2)]
    first[0].start()
    assert inside.wait(10)
    first[1].start()
    while not runner.stats().waiting:
        first[1].join(0.001)
    answer = Client(svc.asgi_app).post("/wait", json=[3])
    go_on.set()
    for thread in first:
        thread.join(10)
    svc.close()

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
