"""``bentobook build``: a Bento of what a bentofile says, or of one service in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bentobook import bentos
from bentobook.cli.mlflow import labels_of, names_of
from bentobook.cli.output import output_option, print_values

if TYPE_CHECKING:
    from bentobook.bundle.bento import Bento


@click.command()
@click.argument("what", required=False, metavar="[FOLDER|FILE.py:SVC]")
@click.option("-f", "--bentofile", help="The bentofile; that of the project when left out.")
@click.option("--name", help="The name of the Bento; the service's when left out.")
@click.option("--version", help="Its version; a new one when left out.")
@click.option("--label", "labels", multiple=True, callback=labels_of, metavar="KEY=VALUE", help="A label; repeatable.")
@click.option("--keep", callback=names_of, metavar="A,B", help="Packages for development that models ask for and stay.")
@click.option("--lock/--no-lock", default=None, help="Compile exact pins with hashes, or do not.")
@click.option("--verify/--no-verify", default=True, help="Replay the cases first; without, the Bento says so.")
@click.option("--require-parity", is_flag=True, help="Refuse when model, runner and HTTP give different answers.")
@output_option("text", "tag", "json", "path", "card", default="text")
def build(what: str | None, output: str, **options: Any) -> None:
    """Build a Bento in the store.

    Of the bentofile of FOLDER (the current one when left out), or of the service FILE.py:SVC.
    """
    is_service = what is not None and ":" in what
    labels = options.pop("labels")
    bento = bentos.build(
        what if is_service else None,
        build_ctx=None if is_service else what,
        labels=labels or None,
        **options,
    )
    _print(bento, output)


def _print(bento: Bento, output: str) -> None:
    if output == "json":
        print_values(bento.info.to_dict(), output)
        return
    lines = {"tag": f"__tag__:{bento.tag}", "path": str(bento.path)}
    if output == "card":
        from bentobook.bundle.card import of_bento

        lines["card"] = of_bento(bento).to_text(following=False)
    for warning in bento.info.private.get("warnings", ()):
        click.echo(f"Warning: {warning}", err=True)
    click.echo(lines.get(output, f"{bento!r} built."))
