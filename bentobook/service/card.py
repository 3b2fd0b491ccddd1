"""How a service shows itself in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bentobook import html
from bentobook.service import live

if TYPE_CHECKING:
    from bentobook.html import Markup
    from bentobook.service.served import Served


def html_of(service: Served) -> Markup:
    """Draw a service: its APIs, its runners, and where it answers."""
    server = live.door(service.name)
    apis = [
        (html.code(f"POST {api.route}"), type(api.input).__name__, type(api.output).__name__)
        for api in service.apis.values()
    ]
    facts = {
        "runners": html.join((html.chip(runner.name) for runner in service.runners), " "),
        "models": ", ".join(str(getattr(model, "tag", model)) for runner in service.runners for model in runner.models),
        "server": server.url if server is not None else "",
    }
    first = next(iter(service.apis), "predict")
    return html.card(
        service.name,
        subtitle="service",
        aside=service.state,
        body=[html.table(("route", "input", "output"), apis), html.rows(facts)],
        following=[f'{service.name}.call("{first}", …)', f"bentobook.serve({service.name})"],
    )


def server_html(name: str, url: str, state: str, *, token: bool) -> Markup:
    """Draw a server. A token is never written out: outputs are saved and shared."""
    facts = {
        "url": html.code(url),
        "token": html.join([html.span("wanted;", "muted"), html.code("server.token"), "tells it"]) if token else "",
        "lives": "as long as this kernel, or until server.stop()",
    }
    return html.card(name, subtitle="server", aside=state, body=[html.rows(facts)], following=[f"%bento_stop {name}"])
