"""MLflow's scoring route, so that clients of ``mlflow models serve`` need no change.

The body is CSV, or a JSON object with exactly one of ``dataframe_split``, ``dataframe_records``, ``instances`` and
``inputs``, and perhaps ``params`` (https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally). The answer is
``{"predictions": …}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bentobook.errors import BadRequestBody, UnsupportedContentType
from bentobook.io.json_text import loads
from bentobook.service.api import Api
from bentobook.service.endpoint import Endpoint
from bentobook.service.metrics import Traffic
from bentobook.service.problem import JSON, Answer
from bentobook.service.threads import pool

ROUTE = "/invocations"
KEYS = ("dataframe_split", "dataframe_records", "instances", "inputs")
_TYPES = ("application/json", "text/csv")
_WANTED = f"an object with one of {', '.join(KEYS)}"


def api_for(apis: Mapping[str, Api]) -> Api | None:
    """Find the API that stands for the model: ``predict``, or the only one."""
    return apis.get("predict") or (next(iter(apis.values())) if len(apis) == 1 else None)


class Invocations(Endpoint):
    """An API, asked as MLflow's server is.

    Parameters
    ----------
    api : Api
        The API.
    traffic : Traffic
        Where its requests are counted.
    """

    __slots__ = ()

    def __init__(self, api: Api, traffic: Traffic) -> None:
        super().__init__(api, traffic)

    async def answer(self, body: bytes, headers: dict[bytes, bytes], query: bytes = b"") -> Answer:
        """Read MLflow's body, ask the API, and write MLflow's answer. Params stand in the body."""
        del query
        value, params = self._read(body, headers.get(b"content-type", b"").decode("latin-1"))
        if params:
            answer = await self.api.ask(value, params)
        else:
            answer = await self.api.ask(value) if self.api.is_async else await pool().ask(self.api.ask, value)
        encoded = self.api.output.encode(answer)
        if not encoded.content_type.startswith("application/json"):
            return Answer(200, encoded.body, encoded.content_type.encode("latin-1"))
        return Answer(200, b'{"predictions": ' + encoded.body + b"}", JSON)

    def _read(self, body: bytes, content_type: str) -> tuple[Any, dict[str, Any]]:
        media = content_type.partition(";")[0].strip().lower()
        if media == "text/csv":
            return self.api.input.decode(body, content_type), {}
        if media != "application/json":
            raise UnsupportedContentType(content_type, _TYPES)
        value, params = _unwrapped(loads(body))
        return self.api.input.check(value), params


def _unwrapped(body: Any) -> tuple[Any, dict[str, Any]]:
    if not isinstance(body, dict):
        raise BadRequestBody(_WANTED, f"it is {'a list' if isinstance(body, list) else 'no object'}")
    given = [key for key in KEYS if key in body]
    unknown = body.keys() - {*KEYS, "params"}
    if len(given) != 1 or unknown:
        raise BadRequestBody(_WANTED, f"it has {', '.join(sorted(map(repr, body))) or 'nothing'}")
    params = body.get("params") or {}
    if not isinstance(params, dict):
        raise BadRequestBody("an object whose params are an object", "they are none")
    value = body[given[0]]
    return (_columns(value) if given[0] == "dataframe_split" else value), params


def _columns(split: Any) -> Any:
    """Turn ``{"columns": […], "data": [[…], …]}`` into columns, or into rows where there are no names."""
    if not isinstance(split, dict) or not isinstance(split.get("data"), list):
        raise BadRequestBody('{"columns": […], "data": [[…], …]}', "dataframe_split has no list of data")
    names, rows = split.get("columns"), split["data"]
    if names is None:
        return rows
    fitting = isinstance(names, list) and all(isinstance(row, list) and len(row) == len(names) for row in rows)
    if not fitting or len(set(map(str, names))) != len(names):
        raise BadRequestBody('{"columns": […], "data": [[…], …]}', "rows and columns of dataframe_split do not fit")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}
