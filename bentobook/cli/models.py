"""``bentobook models list | get | delete``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bentobook import models
from bentobook.cli.output import output_option, print_values, record, summaries
from bentobook.errors import BentobookError, StoreUnreadable
from bentobook.store.tag import Tag
from bentobook.text import local_time, one_line, size, table

if TYPE_CHECKING:
    from collections.abc import Sequence


HEADER = ("Tag", "Module", "Size", "Creation Time")


@click.command("list")
@click.argument("name", required=False)
@output_option("json", "yaml", "table", default="table")
def list_models(name: str | None, output: str) -> None:
    """List the models of the store, or the versions of NAME, newest first."""
    found = models.list(name)
    for problem in found.problems:
        click.echo(f"Warning: {one_line(problem)}", err=True)
    if output != "table":
        print_values(summaries(found), output)
        return
    rows = (
        (model.tag, one_line(model.summary.module), size(model.size), local_time(model.summary.creation_time))
        for model in found
    )
    click.echo(table(HEADER, rows, right=(2,)))


@click.command()
@click.argument("tag")
@output_option("json", "yaml", "path", "card", default="yaml")
def get(tag: str, output: str) -> None:
    """Print the record of the model TAG, or with `-o path` the folder that holds it."""
    model = models.get(tag)
    if output == "path":
        click.echo(model.path)
    elif output == "card":
        from bentobook.store.card import of_model

        click.echo(of_model(model).to_text(following=False))
    else:
        print_values(record(model) if output == "json" else model.info.to_dict(), output)


@click.command()
@click.argument("tags", nargs=-1, required=True, metavar="TAG...")
@click.option("-y", "--yes", "--assume-yes", is_flag=True, help="Do not ask.")
def delete(tags: tuple[str, ...], yes: bool) -> int:
    """Delete models; several are separated by blanks or commas, a name stands for all its versions."""
    chosen = [tag for text in split(tags) for tag in _meant(text)]
    failures = 0
    for tag in agreed(chosen, yes=yes):
        try:
            models.delete(tag)
        except BentobookError as error:
            click.echo(f"Error: {one_line(error)}", err=True)
            failures += 1
        else:
            click.echo(f'Model(tag="{tag}") deleted.')
    return int(failures > 0)


def agreed(chosen: Sequence[Tag], *, yes: bool, word: str = "model") -> list[Tag]:
    """Ask before each deletion; where nobody can answer, refuse all of them rather than wait for ever.

    Raises
    ------
    click.ClickException
        When there is no terminal and ``-y`` was not given.
    """
    if yes or not chosen:
        return list(chosen)
    if not sys.stdin.isatty():
        what = f"{word} {chosen[0]}" if len(chosen) == 1 else f"{len(chosen)} {word}s"
        raise click.ClickException(f"to delete {what}, add -y: there is no terminal to ask at. Nothing was deleted.")
    return [tag for tag in chosen if click.confirm(f"delete {word} {tag}?")]


def split(tags: Sequence[str]) -> list[str]:
    """Cut what was typed at commas; each tag once."""
    parts = (part.strip() for text in tags for part in text.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def _meant(text: str) -> list[Tag]:
    """Find what a tag stands for; a typing error is found before anything is deleted."""
    if ":" not in text:
        return [model.tag for model in models.list(text)]
    try:
        return [models.get(text).tag]
    except StoreUnreadable:  # an incomplete version can be deleted too
        return [Tag.parse(text)]
