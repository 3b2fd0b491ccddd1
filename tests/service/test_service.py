from __future__ import annotations

import pytest
from plain_io import Plain

from bentobook import Service
from bentobook.errors import InvalidArgument, InvalidTag, NoSuchRoute
from bentobook.service import live


def test_a_call_gives_the_value_the_status_and_where_the_time_went(svc: Service) -> None:
    result = svc.call("double", [1, 2])

    assert result.value == [2, 4]
    assert (result.status, result.ok, result.body) == (200, True, b"[2,4]")
    assert result.batch.rows == 2
    assert result.timing.model > 0
    assert result.ms >= result.timing.model


def test_an_api_written_as_def_is_called_too(svc: Service) -> None:
    result = svc.call("/v1/slow", [1.5])

    assert result.value == [3.0]
    assert result.batch.method == "double of doubler"


def test_a_function_stays_callable_as_it_was() -> None:
    svc = Service("plain")

    @svc.api(input=Plain(), output=Plain())
    def same(value: int) -> int:
        return value

    assert same(3) == 3


def test_what_fails_is_in_the_result_and_raised_by_its_value(svc: Service) -> None:
    result = svc.call("fail", [1])

    assert result.status == 500
    assert b"secret" not in result.body
    assert "ValueError: a secret of [1]" in repr(result)
    with pytest.raises(ValueError, match="a secret"):
        _ = result.value


def test_errors_keep_the_users_own_frames(svc: Service) -> None:
    result = svc.call("fail", [1])

    trace = svc.errors[result.request_id].traceback
    assert 'raise ValueError(f"a secret of {rows}")' in trace
    assert "bentobook/service" not in trace


def test_the_same_request_can_be_copied_for_the_shell(svc: Service) -> None:
    result = svc.call("double", [1])

    assert "http://127.0.0.1:3000/double" in result.curl()
    assert "'[1]'" in result.curl()
    compile(result.python(), "client", "exec")


def test_an_unknown_api_is_named_with_what_is_near(svc: Service) -> None:
    with pytest.raises(NoSuchRoute, match="Did you mean 'double'"):
        svc.call("doubel", [1])


@pytest.mark.parametrize("route", ["/metrics", "/", "a b", "/x?y", "../up/{id}"])
def test_a_route_that_cannot_be_is_refused(route: str) -> None:
    with pytest.raises(InvalidArgument, match="route: expected a path"):
        Service("plain").api(input=Plain(), output=Plain(), route=route)(lambda value: value)


def test_two_apis_never_share_a_route(svc: Service) -> None:
    def other(value: int) -> int:
        return value

    with pytest.raises(InvalidArgument, match="a path that double does not have already"):
        svc.api(input=Plain(), output=Plain(), route="double")(other)


def test_a_name_that_cannot_be_a_tag_is_refused() -> None:
    with pytest.raises(InvalidTag, match="Try 'my-svc'"):
        Service("my svc")


def test_a_new_service_of_the_same_name_closes_the_old_ones_runners(svc: Service) -> None:
    svc.start()
    other = Service(svc.name)
    other.start()

    assert live.services()[svc.name] is other
    assert svc.closed
    assert svc.runners[0].state == "closed"


def test_a_runner_that_the_user_started_is_left_running(svc: Service) -> None:
    svc.runners[0].init_local()
    svc.load()
    svc.close()

    assert svc.runners[0].state == "ready"


def test_a_service_shows_its_apis(svc: Service) -> None:
    assert repr(svc) == "Service('doubling', apis=['double', 'double_in_a_thread', 'fail'], not started)"
    assert "POST /v1/slow" in svc._repr_html_()
