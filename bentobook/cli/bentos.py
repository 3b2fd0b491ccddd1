"""``bentobook list | get | delete | export | import``: the Bentos of the store, as with BentoML's commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bentobook import bentos
from bentobook.cli.models import agreed, split
from bentobook.cli.output import output_option, print_values
from bentobook.cli.progress import progress
from bentobook.errors import BentobookError, StoreUnreadable
from bentobook.store.tag import Tag
from bentobook.text import local_time, one_line, size, table

if TYPE_CHECKING:
    from bentobook.bundle.bento import Bento

HEADER = ("Tag", "Size", "Model Size", "Creation Time")


@click.command("list")
@click.argument("name", required=False)
@output_option("json", "yaml", "table", default="table")
def list_bentos(name: str | None, output: str) -> None:
    """List the Bentos of the store, or the versions of NAME, newest first."""
    found = bentos.list(name)
    for problem in found.problems:
        click.echo(f"Warning: {one_line(problem)}", err=True)
    if output != "table":
        print_values([_summary(bento) for bento in found], output)
        return
    rows = (
        (bento.tag, size(bento.size), size(bento.model_size), local_time(bento.summary.creation_time))
        for bento in found
    )
    click.echo(table(HEADER, rows, right=(1, 2)))


def _summary(bento: Bento) -> dict[str, Any]:
    return {
        "tag": str(bento.tag),
        "service": bento.summary.module,
        "size": bento.size,
        "model_size": bento.model_size,
        "creation_time": bento.summary.creation_time.isoformat(),
        "labels": dict(bento.summary.labels),
        "models": [str(model.tag) for model in bento.models],
    }


@click.command()
@click.argument("tag")
@output_option("json", "yaml", "path", "card", default="yaml")
def get(tag: str, output: str) -> None:
    """Print the record of the Bento TAG, or with `-o path` the folder that holds it."""
    bento = bentos.get(tag)
    if output == "path":
        click.echo(bento.path)
    elif output == "card":
        from bentobook.bundle.card import of_bento

        click.echo(of_bento(bento).to_text(following=False))
    else:
        print_values(bento.info.to_dict(), output)


@click.command()
@click.argument("tags", nargs=-1, required=True, metavar="TAG...")
@click.option("-y", "--yes", "--assume-yes", is_flag=True, help="Do not ask.")
def delete(tags: tuple[str, ...], yes: bool) -> int:
    """Delete Bentos; several are separated by blanks or commas, a name stands for all its versions. Models stay."""
    chosen = [tag for text in split(tags) for tag in _meant(text)]
    failures = 0
    for tag in agreed(chosen, yes=yes, word="Bento"):
        try:
            bentos.delete(tag)
        except BentobookError as error:
            click.echo(f"Error: {one_line(error)}", err=True)
            failures += 1
        else:
            click.echo(f'Bento(tag="{tag}") deleted.')
    return int(failures > 0)


def _meant(text: str) -> list[Tag]:
    if ":" not in text:
        return [bento.tag for bento in bentos.list(text)]
    try:
        return [bentos.get(text).tag]
    except StoreUnreadable:  # an incomplete version can be deleted too
        return [Tag.parse(text)]


@click.command()
@click.argument("tag")
@click.argument("out", required=False, default="")
def export(tag: str, out: str) -> None:
    """Write the Bento TAG with its models to an archive at OUT: a file, or a folder (the current one when left out)."""
    bento = bentos.get(tag)
    click.echo(f"{bento!r} exported to {bento.export(out or '.')}.")


@click.command("import")
@click.argument("path")
def import_archive(path: str) -> None:
    """Read a Bento with its models from the archive at PATH into the store."""
    with progress(path) as line:
        bento = bentos.import_bento(path, progress=line)
    click.echo(f"{bento!r} imported.")
