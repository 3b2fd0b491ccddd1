"""The doors for the same rows: the object in memory, MLflow's pyfunc, the stored model, its runner, HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bentobook.bundle.cases import Body
from bentobook.bundle.cases_record import asking, rows_of
from bentobook.bundle.replay_http import Answer, Target
from bentobook.runner.runner import Runner
from bentobook.service.api import Api
from bentobook.service.guard import Guard
from bentobook.service.listen import listen
from bentobook.service.server import HOST, Server
from bentobook.service.service import Service
from bentobook.store.model import Model

MLFLOW = "bentoml.mlflow"
PREDICT = "predict"
HTTP = "HTTP/JSON"
MAX_PIECES = 64
OK = 200


@dataclass(frozen=True)
class Door:
    """One way to an answer.

    Attributes
    ----------
    name : str
    ask : callable
        Gives the answer to all rows.
    """

    name: str
    ask: Callable[[], Any]


def doors(service: Service, api: Api, data: Any, against: Any, target: Target) -> Iterator[Door]:
    """Give every door that an API has.

    Parameters
    ----------
    service : Service
        Its runners are started.
    api : Api
    data : object
        The rows as the user has them.
    against : object or None
        The object in memory.
    target : Target
        A server of the same service.
    """
    taken = api.input.check(data)
    rows = taken if isinstance(data, list | tuple) else data
    if against is not None:
        yield Door("object in memory", lambda: asking(against, api.name)(rows))
    runner = service.runners[0] if len(service.runners) == 1 else None
    model = runner.models[0] if runner is not None and len(runner.models) == 1 else None
    if runner is not None and isinstance(model, Model):
        yield from _of_model(model, runner, _method(runner, api.name), rows)
    yield Door(HTTP, lambda: over_http(target, api, taken))


def _of_model(model: Model, runner: Runner, method: str, rows: Any) -> Iterator[Door]:
    if model.info.module == MLFLOW and method == PREDICT:
        yield Door("pyfunc", lambda: model.load_model().predict(rows))
    yield Door("stored model", lambda: _stored(model, method, rows))
    yield Door("runner, batched", lambda: batched(runner, method, rows))


def _method(runner: Runner, name: str) -> str:
    """Choose the method that an API asks: its own name, else predict, else the only one or the first."""
    return next((each for each in (name, PREDICT) if each in runner.methods), next(iter(runner.methods)))


def _stored(model: Model, method: str, rows: Any) -> Any:
    """Ask the stored model itself: an imported one as the framework's own object, without MLflow around it."""
    flavor = "native" if model.info.module == MLFLOW else None
    runnable = model.to_runner(methods=[method], flavor=flavor, batchable=False)
    with runnable as runner:
        return runner.methods[method].run(rows)


def batched(runner: Runner, method: str, rows: Any) -> Any:
    """Let every row be a request of its own, many at once, so that they share batches; and put the answers together."""
    pieces = list(_pieces(rows))
    with ThreadPoolExecutor(len(pieces)) as pool:
        answers = list(pool.map(runner.methods[method].run, pieces))
    return joined(answers)


def _pieces(rows: Any) -> Iterator[Any]:
    if len(rows) <= MAX_PIECES:
        yield from rows_of(rows, len(rows))
        return
    source, step = rows.iloc if hasattr(rows, "iloc") else rows, -(-len(rows) // MAX_PIECES)
    for begin in range(0, len(rows), step):
        yield source[begin : begin + step]


def joined(answers: list[Any]) -> Any:
    """Put the answers to pieces together again."""
    import numpy as np
    import pandas as pd

    first = answers[0]
    if isinstance(first, pd.DataFrame | pd.Series):
        return pd.concat(answers, ignore_index=True)
    if hasattr(first, "detach"):
        answers = [answer.detach().cpu().numpy() for answer in answers]
        first = answers[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(answers)
    return [row for answer in answers for row in answer]


def over_http(target: Target, api: Api, value: Any) -> Any:
    """Send the rows as JSON through a socket, and read the answer as a client does."""
    encoded = api.input.encode(value)
    answer: Answer = target.ask(api.route, Body(encoded.content_type, encoded.body))
    if answer.status != OK:
        raise RuntimeError(f"{answer.status}: {answer.body.data[:500].decode('utf-8', 'replace')}")
    return answer.body.parsed()


@contextmanager
def served(service: Service) -> Iterator[Target]:
    """Serve a service on a free port of loopback while a block runs; its own server, if it has one, is left alone."""
    service.load()
    server = Server(service, listen(HOST, 0), HOST, Guard())
    server.start()
    try:
        yield Target(server.local_url)
    finally:
        server.stop()
