"""``client.py``: a typed client of a service, with real values as examples, for who receives the Bento."""

from __future__ import annotations

import json
import pprint
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bentobook.bundle.cases import BAD
from bentobook.bundle.client_types import Hints
from bentobook.bundle.plan import Plan
from bentobook.io.content import JSON

NAME = "client.py"
MAX_EXAMPLE = 8000
_TAKEN = frozenset({"close"})

_HEAD = '''\
"""A typed client of {service}, written when its Bento was built. It needs httpx.

    from client import {imported}

    with Client("http://127.0.0.1:3000") as client:
        client.{first}({argument})

`python client.py [URL]` sends each example to a server.
"""

from __future__ import annotations

import sys
from typing import {typing}

import httpx

__all__ = ["Client", "ServiceError"]
'''

_CLASS = '''\
class ServiceError(Exception):
    """The service refused a request, or failed.

    Attributes
    ----------
    status : int
    detail : list
        Everything that is wrong with the request.
    """

    def __init__(self, status: int, error: str, detail: list[Any]) -> None:
        self.status, self.detail = status, detail
        super().__init__(f"{status}: {error}")


class Client:
    """Asks the service.

    Parameters
    ----------
    url : str
        Where its routes begin.
    token : str, optional
        What the server wants to be told.
    timeout : float
        How long an answer may take, in seconds.
    """

    def __init__(self, url: str = "http://127.0.0.1:3000", *, token: str | None = None, timeout: float = 60.0) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, route: str, **body: Any) -> httpx.Response:
        response = self._http.post(route, **body)
        if response.is_error:
            try:
                problem = response.json()
                error, detail = str(problem["error"]), list(problem["detail"])
            except (ValueError, KeyError, TypeError):
                error, detail = response.text[:500], []
            raise ServiceError(response.status_code, error, detail)
        return response
'''

_MAIN = """\
if __name__ == "__main__":
    with Client(*sys.argv[1:2]) as client:
"""


@dataclass(frozen=True)
class _Api:
    """What the client has of one API."""

    name: str
    route: str
    takes: str
    gives: str
    is_json: bool
    answers_json: bool
    content_type: str
    example: Any

    @property
    def constant(self) -> str:
        return f"{self.name.upper()}_EXAMPLE"


def client(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Give the client module."""
    yield NAME, text(plan).encode()


def text(plan: Plan) -> str:
    """Write the module."""
    hints = Hints()
    apis = [_api(plan, name, route, hints) for name, route in plan.apis.items()]
    first = next((api for api in apis if api.example is not None), apis[0])
    argument = first.constant if first.example is not None else "…"
    rest = "\n".join([*hints.records.values(), *(api.takes + api.gives for api in apis)])
    wanted = [name for name, mark in (("NotRequired", "NotRequired["), ("TypedDict", "TypedDict(")) if mark in rest]
    typing = ", ".join(["Any", *wanted])
    imported = f"{first.constant}, Client" if first.example is not None else "Client"
    names = {"first": _method(first.name), "argument": argument, "imported": imported, "typing": typing}
    head = _HEAD.format(service=plan.service_name, **names)
    records = "\n".join(hints.records.values())
    examples = "\n".join(_example(api) for api in apis if api.example is not None)
    named = "\n".join([part for part in (head, records, examples) if part])
    return "\n\n".join([f"{named}\n", "\n".join([_CLASS, *map(_method_of, apis)]), _main(apis)])


def described(plan: Plan, route: str) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    """Return what the description of a service says of a route: a summary, and by content type what goes in and out."""
    operation = plan.openapi.get("paths", {}).get(route, {}).get("post", {})
    takes = operation.get("requestBody", {}).get("content", {})
    gives = operation.get("responses", {}).get("200", {}).get("content", {})
    return str(operation.get("summary") or ""), takes, gives


def _api(plan: Plan, name: str, route: str, hints: Hints) -> _Api:
    _, takes, gives = described(plan, route)
    camel = "".join(part[:1].upper() + part[1:] for part in name.split("_")) or "Api"
    is_json, answers_json = JSON in takes, JSON in gives
    return _Api(
        name=name,
        route=route,
        takes=hints.of(takes[JSON].get("schema"), f"{camel}Row") if is_json else "bytes",
        gives=hints.of(gives[JSON].get("schema"), f"{camel}Answer") if answers_json else "bytes",
        is_json=is_json,
        answers_json=answers_json,
        content_type=JSON if is_json else next(iter(takes), "application/octet-stream"),
        example=example_of(plan, name, takes) if is_json else None,
    )


def example_of(plan: Plan, api: str, takes: Mapping[str, Any]) -> Any:
    """Return an example of a request: that of a case, else the model's own; None where there is none that is short."""
    for case in plan.cases:
        if case.api == api and case.status < BAD and case.request.is_json and len(case.request.data) <= MAX_EXAMPLE:
            return case.request.parsed()
    found = takes[JSON].get("example")
    return found if found is not None and len(json.dumps(found, default=str)) <= MAX_EXAMPLE else None


def _method(name: str) -> str:
    return f"{name}_" if name in _TAKEN or name.startswith("_") else name


def _example(api: _Api) -> str:
    shown = pprint.pformat(json.loads(json.dumps(api.example, default=str)), width=100, sort_dicts=False)
    return f"{api.constant}: {api.takes} = {shown}"


def _method_of(api: _Api) -> str:
    answer = "response.json()" if api.answers_json else "response.content"
    if api.is_json:
        arguments, body = f"value: {api.takes}", "json=value"
    else:
        arguments = f"data: bytes, content_type: str = {api.content_type!r}"
        body = 'content=data, headers={"content-type": content_type}'
    return (
        f"    def {_method(api.name)}(self, {arguments}) -> {api.gives}:\n"
        f'        """POST {api.route}"""\n'
        f"        response = self._post({api.route!r}, {body})\n"
        f"        answer: {api.gives} = {answer}\n"
        "        return answer\n"
    )


def _main(apis: list[_Api]) -> str:
    lines = [
        f"        print({api.name!r}, client.{_method(api.name)}({api.constant}))"
        for api in apis
        if api.example is not None
    ]
    return "\n".join([_MAIN.rstrip(), *(lines or ["        print(client)"]), ""])
