"""A service described as OpenAPI 3.1: its APIs with their schemas and examples, and what else it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bentobook.io.answer import Answer as Anything
from bentobook.schema import json_schema
from bentobook.service.invocations import KEYS, ROUTE, api_for

if TYPE_CHECKING:
    from bentobook.schema.spec import ParamSpec
    from bentobook.service.api import Api
    from bentobook.service.served import Served

VERSION = "3.1.0"
_PROBLEM = {
    "type": "object",
    "required": ["error", "detail"],
    "properties": {
        "error": {"type": "string"},
        "detail": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "loc": {"type": "array", "items": {"type": ["string", "integer"]}},
                    "msg": {"type": "string"},
                    "got": {"type": "string"},
                    "want": {"type": "string"},
                },
            },
        },
    },
}
_REFUSALS = {
    "400": "The body is not what its content type says.",
    "401": "The server asks for a token: `Authorization: Bearer …`.",
    "403": "The page that asks belongs to another site.",
    "408": "The body did not arrive in time.",
    "413": "The body is too large.",
    "415": "The API takes no bodies of this content type.",
    "421": "The `Host` header names another server.",
    "422": "The value does not fit; `detail` has everything that is wrong.",
    "500": "The function failed; the details stay on the server's side.",
    "503": "Too much waits already; `Retry-After` says when to ask again.",
    "504": "There was no answer in time.",
}
_SCORED = {
    "oneOf": [
        {"type": "object", "required": [key], "properties": {key: {}, "params": {"type": "object"}}} for key in KEYS
    ]
}
_UNCHECKED = "There is no signature and no type: values are handed on unchecked."
_PLAIN = {"text/plain": {"schema": {"type": "string"}}}


def describe(service: Served) -> dict[str, Any]:
    """Describe a service."""
    return {
        "openapi": VERSION,
        "info": {"title": service.name, "version": "0", "description": _summary(service)},
        "servers": [{"url": "."}],
        "paths": {**{api.route: {"post": _operation(api)} for api in service.apis.values()}, **_common(service)},
        "components": {"schemas": {"Problem": _PROBLEM}, "responses": _responses()},
    }


def _summary(service: Served) -> str:
    tags = [str(getattr(model, "tag", model)) for runner in service.runners for model in runner.models]
    return f"Models: {', '.join(dict.fromkeys(tags))}." if tags else ""


def _operation(api: Api) -> dict[str, Any]:
    lines = api.doc.splitlines()
    unchecked = (_UNCHECKED,) if type(api.input) is Anything else ()
    return {
        "operationId": api.name,
        "summary": lines[0] if lines else api.name,
        "description": "\n\n".join([*filter(None, [api.doc]), *unchecked]),
        "tags": ["APIs"],
        **({"parameters": [_param(each) for each in api.params]} if api.params else {}),
        "requestBody": api.input.openapi_request(),
        "responses": {"200": api.output.openapi_response(), **{code: _reference(code) for code in _REFUSALS}},
    }


def _param(spec: ParamSpec) -> dict[str, Any]:
    described = json_schema.of_param(spec)
    how = {"content": {"application/json": {"schema": described}}} if spec.type == "object" else {"schema": described}
    return {"name": spec.name, "in": "query", "required": False, **how}


def _reference(code: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/Problem{code}"}


def _responses() -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {f"Problem{code}": {"description": said, "content": content} for code, said in _REFUSALS.items()}


def _common(service: Served) -> dict[str, Any]:
    scored = api_for(service.apis)
    return {
        **({ROUTE: {"post": _invocations(scored)}} if scored is not None else {}),
        "/livez": _read("Whether the process is alive."),
        "/readyz": _read("Whether the models are loaded.", "Not yet, or not any more."),
        "/healthz": _read("Whether the process is alive."),
        "/metrics": _read("Numbers for Prometheus."),
    }


def _invocations(api: Api) -> dict[str, Any]:
    content = {"application/json": {"schema": _SCORED}, "text/csv": {"schema": {"type": "string"}}}
    answer = {"description": "The answer.", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "operationId": "invocations",
        "summary": f"{api.route} for clients of MLflow.",
        "tags": ["MLflow"],
        "requestBody": {"required": True, "content": content},
        "responses": {"200": answer, **{code: _reference(code) for code in _REFUSALS}},
    }


def _read(summary: str, unready: str = "") -> dict[str, Any]:
    responses: dict[str, Any] = {"200": {"description": "Yes.", "content": _PLAIN}}
    if unready:
        responses["503"] = {"description": unready, "content": _PLAIN}
    return {"get": {"summary": summary, "tags": ["Operations"], "responses": responses}}
