"""``bentobook serve``: a service on a port, in processes of its own."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from typing import Any

import click


@click.command()
@click.argument("target")
@click.option("--port", type=int, default=3000, show_default=True, help="The port; 0 for any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--workers", type=click.IntRange(1), help="How many processes; BENTOBOOK_WORKERS, or 1; /metrics adds up."
)
@click.option("--token-env", metavar="NAME", help="The environment variable that holds the token callers must bring.")
@click.option("--allowed-host", "hosts", multiple=True, help="A further name of this server; repeatable.")
@click.option("--allowed-origin", "origins", multiple=True, help="An origin whose pages may ask; repeatable.")
@click.option("--root-path", default="", help="The path under which a proxy shows it, handing on the whole path.")
@click.option("--access-log/--no-access-log", default=True, help="One line of JSON on stdout for each request.")
def serve(target: str, **options: Any) -> int:
    """Serve TARGET: a Bento by its tag, folder or archive, service.py:svc, or package.module:svc.

    SIGTERM and Ctrl-C turn /readyz to 503, let what is asked already be answered, and end with exit code 0. On another
    address than loopback callers need a token; without --token-env one is made up and written to stderr.
    """
    from bentobook import settings
    from bentobook.bundle import loading
    from bentobook.service import place, worker
    from bentobook.service.listen import listen
    from bentobook.service.supervisor import Supervisor

    logging.basicConfig(format="%(message)s")
    exact = loading.exact(target)
    away = not place.is_loopback(options["host"])
    _check_host(options["host"], away=away)
    token = _token(options["token_env"], needed=away)
    listener = listen(options["host"], options["port"])
    own = (socket.gethostname(),) if away else ()
    plan = worker.Plan(
        exact,
        (*options["hosts"], *settings.allowed_hosts(), *own),
        (*options["origins"], *settings.allowed_origins()),
        token,
        away,
        options["root_path"],
        options["access_log"],
        "bentobook.bundle.loading:service_of",
    )
    count = options["workers"] or settings.workers()
    url = place.local_url(options["host"], listener.getsockname()[1])
    click.echo(f"Serving {target} at {url} with {count} worker{'' if count == 1 else 's'}.", err=True)
    return worker.run(plan, listener) if count == 1 else Supervisor(plan, listener, count).run()


def _check_host(host: str, *, away: bool) -> None:
    from bentobook import settings
    from bentobook.errors import Refused

    if away and not settings.admin().allow_remote_serving:
        raise Refused(f"Serving on {host}", "allow_remote_serving", str(settings.ADMIN_FILE))


def _token(variable: str | None, *, needed: bool) -> str | None:
    if variable is not None:
        token = os.environ.get(variable)
        if not token:
            raise click.UsageError(f"The environment variable {variable} holds no token.")
        return token
    if not needed:
        return None
    token = secrets.token_urlsafe(32)
    click.echo(f"Callers need this token: {token}", err=True)
    return token
