"""``bentobook test``: replay the cases of a Bento, also against a server that runs already."""

from __future__ import annotations

import os

import click

from bentobook import bentos
from bentobook.cli.output import output_option, print_values

DIFFERENT, NO_CASES = 1, 3


@click.command("test")
@click.argument("bento")
@click.option("--clean-env", is_flag=True, help="Install its requirements into a new environment, and serve it there.")
@click.option("--url", help="A server that runs already, such as https://iris.example.org.")
@click.option("--token-env", metavar="NAME", help="The environment variable that holds the token for --url.")
@output_option("text", "json", default="text")
def test(bento: str, clean_env: bool, url: str | None, token_env: str | None, output: str) -> int:
    """Replay the cases of BENTO: a tag, a folder, or an archive.

    It is served in a fresh process, unless --url names a server. Exit codes: 0 all match, 1 some differ, 3 there are
    none.
    """
    if clean_env and url:
        raise click.UsageError("--clean-env makes an environment here, and --url asks a server: choose one.")
    report = bentos.replay(bento, clean_env=clean_env, url=url, token=_token(token_env), progress=_say)
    if output == "json":
        print_values(report.to_dict(), output)
    else:
        click.echo(repr(report))
    if not report.outcomes:
        _say(f"{report.what} has no cases.")
        return NO_CASES
    return 0 if report.ok else DIFFERENT


def _token(variable: str | None) -> str | None:
    if variable is None:
        return None
    token = os.environ.get(variable)
    if not token:
        raise click.UsageError(f"The environment variable {variable} holds no token.")
    return token


def _say(line: str) -> None:
    click.echo(line, err=True)
