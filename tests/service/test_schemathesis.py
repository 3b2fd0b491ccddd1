"""Whatever a generator makes of the description, no answer is a failure of the server, and each keeps its shape."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error

import bentobook
from bentobook import Runner, Service


class Adder(bentobook.Runnable):
    @bentobook.Runnable.method(batchable=True)
    def add(self, rows):
        return rows.sum(axis=1)


def service() -> Service:
    runner = Runner(Adder, name="adder")
    svc = Service("generated", runners=[runner])
    array = bentobook.io.NumpyNdarray(dtype="float64", shape=(-1, 3), enforce_dtype=True, enforce_shape=True)
    frame = bentobook.io.PandasDataFrame(columns=["a", "b"], dtype={"a": "float64", "b": "int64"}, enforce_dtype=True)

    @svc.api(input=array, output=bentobook.io.NumpyNdarray())
    async def add(rows):
        return await runner.add.async_run(rows)

    @svc.api(input=frame, output=bentobook.io.JSON())
    def count(frame):
        return {"rows": len(frame)}

    @svc.api(input=bentobook.io.Text(), output=bentobook.io.Text())
    def shout(text):
        return text.upper()

    return svc


schema = schemathesis.openapi.from_asgi("/docs.json", service().asgi_app)


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_generated_request_makes_the_server_fail(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=[not_a_server_error])
