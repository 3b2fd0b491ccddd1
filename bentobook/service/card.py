"""How a service and its server show themselves: as HTML in a notebook, as plain text elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bentobook.card import Card, Grid, Line, Piece, Row
from bentobook.service import client, live
from bentobook.service.descriptors import method_for
from bentobook.text import one_line

if TYPE_CHECKING:
    from bentobook.io.base import IODescriptor
    from bentobook.service.api import Api
    from bentobook.service.served import Served


def of_service(service: Served) -> Card:
    """Make the card of a service: its APIs, its models, and where it answers."""
    name = service.name
    server = live.door(name)
    models = ", ".join(str(getattr(model, "tag", model)) for runner in service.runners for model in runner.models)
    header = ("route", "takes", "gives", "batched")
    first = next(iter(service.apis), "predict")
    rows = [Row("models", (Piece(models, kind="mono"),))] if models else []
    rows += [Row("server", (Piece(server.url, kind="code"),))] if server is not None else []
    serve = () if server is not None else (f"%bento_serve {name}",)
    return Card(
        title=name,
        subtitle="service",
        aside="live in this kernel" if live.services().get(name) is service else service.state,
        content=(*rows, Grid(header, tuple(_line(service, api) for api in service.apis.values()))),
        following=(f"%bento_call {name}.{first} DATA", *serve),
    )


def of_server(service: Served, url: str, state: str, *, token: bool) -> Card:
    """Make the card of a server. A token is never written out: outputs are saved and shared."""
    api = next(iter(service.apis.values()), None)
    rows = [Row("url", (Piece(url, kind="code"),))]
    rows += [Row("token", (Piece("wanted;", "muted"), Piece("server.token", kind="code"), "tells it"))] if token else []
    rows += [Row("curl", (Piece(_curl(api, url, token=token), kind="code"),))] if api is not None else []
    lives = ("as long as this kernel, or until", Piece(f"%bento_stop {service.name}", kind="code"))
    return Card(
        title=service.name,
        subtitle="server",
        aside=state,
        content=(*rows, Row("lives", lives)),
        following=(f"%bento_call {service.name}.{api.name if api else 'predict'} DATA", f"%bento_stop {service.name}"),
    )


def _line(service: Served, api: Api) -> Line:
    method = method_for(api.name, list(service.runners))
    batched = "" if method is None else "yes" if method.batchable else "no"
    return (Piece(f"POST {api.route}", kind="code"), _described(api.input), _described(api.output), batched)


def _described(descriptor: IODescriptor) -> str:
    """Describe what a descriptor knows: a model's schema, or else its kind."""
    if not hasattr(descriptor, "schema"):
        return type(descriptor).__name__
    return str(descriptor.schema.describe()) if descriptor.schema is not None else "any"


def _curl(api: Api, url: str, *, token: bool) -> str:
    """Write a request with the example that is known, on one line."""
    sent = client.Sent(b"", api.input.content_types[0], token)
    if api.input.sample is not None:
        encoded = api.input.encode(api.input.check(api.input.sample))
        sent = client.Sent(encoded.body, encoded.content_type, token)
    return one_line(client.curl(url.rstrip("/") + api.route, sent).replace("\\\n", ""), 1000)
