"""The services of this process, in the list of all that lives in it."""

from __future__ import annotations

from bentobook.live import report
from bentobook.service.server import serve
from bentobook.service.service import Service


def services() -> list[tuple[str, str]]:
    return [(entry.name, entry.state) for entry in report().entries if entry.kind == "service"]


def test_a_service_is_listed_from_its_start_to_its_end(svc: Service) -> None:
    assert (svc.name, "ready") not in services()
    svc.start()
    assert (svc.name, "ready") in services()
    assert svc.name in repr(report())
    svc.close()
    assert (svc.name, "ready") not in services()


def test_the_list_says_where_a_service_is_served(svc: Service) -> None:
    with serve(svc, port=0) as server:
        (entry,) = [entry for entry in report().entries if entry.where == server.url]

    assert (entry.kind, entry.name) == ("service", svc.name)
    assert server.url not in repr(report())
