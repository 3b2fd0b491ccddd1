"""A service that needs no model framework: it doubles numbers, in batches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plain_io import Plain

from bentobook import Runnable, Runner, Service
from bentobook.service import live


class Doubler(Runnable):
    @Runnable.method(batchable=True)
    def double(self, rows: list[float]) -> list[float]:
        return [2 * row for row in rows]


def doubling(name: str = "doubling") -> Service:
    runner = Runner(Doubler, name="doubler")
    svc = Service(name, runners=[runner])

    @svc.api(input=Plain(), output=Plain())
    async def double(rows: list[float]) -> list[float]:
        """Double each number."""
        return await runner.double.async_run(rows)

    @svc.api(input=Plain(), output=Plain(), route="/v1/slow")
    def double_in_a_thread(rows: list[float]) -> list[float]:
        return runner.double.run(rows)

    @svc.api(input=Plain(), output=Plain())
    def fail(rows: list[float]) -> list[float]:
        raise ValueError(f"a secret of {rows}")

    return svc


@pytest.fixture
def svc() -> Iterator[Service]:
    service = doubling()
    yield service
    service.close()


@pytest.fixture(autouse=True)
def nothing_stays_live() -> Iterator[None]:
    yield
    for service in live.services().values():
        service.close()
