"""``bentobook models verify | gc | prune``: a store that stays sound and small."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bentobook import models
from bentobook.cli.output import output_option, print_values

if TYPE_CHECKING:
    from bentobook.store.tag import Tag
    from bentobook.store.verify import Report

WRONG, REPAIRED = 1, 2
MAX_NAMED = 10


@click.command()
@click.argument("tag", required=False)
@click.option("--deep", is_flag=True, help="Read all files, not only their names and sizes.")
@click.option("--repair", is_flag=True, help="Move what is wrong to the quarantine, so that nobody loads it.")
@output_option("text", "json", "yaml", default="text")
def verify(tag: str | None, deep: bool, repair: bool, output: str) -> int:
    """Compare the model TAG, all versions of a name, or the whole store, with what was recorded.

    The exit code is 0 when all is well, 1 when something is wrong, 2 when all that was wrong has been set aside.
    """
    report = models.verify(tag, deep=deep, repair=repair)
    if output == "text":
        click.echo(str(report))
    else:
        print_values(_plain(report), output)
    if report.ok:
        return 0
    return REPAIRED if len(report.set_aside) == len(report.wrong) else WRONG


def _plain(report: Report) -> list[dict[str, object]]:
    return [
        {
            "tag": str(result.tag),
            "state": result.state,
            "problems": list(result.problems),
            "files": result.n_files,
            "deep": result.deep,
            "set_aside": result.set_aside,
        }
        for result in report.results
    ]


@click.command()
def gc() -> None:
    """Remove what interrupted imports and deletions left, and old files of cells; models are never touched."""
    click.echo(str(models.gc()))


@click.command()
@click.argument("name", required=False)
@click.option("--keep", type=click.IntRange(min=1), required=True, help="How many versions of each name stay.")
@click.option("-y", "--yes", "--assume-yes", is_flag=True, help="Do not ask.")
def prune(name: str | None, keep: int, yes: bool) -> None:
    """Delete all but the newest versions of NAME, or of every name; what a Bento uses stays."""
    doomed = _old(keep, name)
    if doomed and not yes:
        if not sys.stdin.isatty():
            what = str(doomed[0]) if len(doomed) == 1 else f"{len(doomed)} versions"
            raise click.ClickException(
                f"to delete {what}, add -y: there is no terminal to ask at. Nothing was deleted."
            )
        named = ", ".join(map(str, doomed[:MAX_NAMED])) + (", …" if len(doomed) > MAX_NAMED else "")
        if not click.confirm(f"delete {named} ({len(doomed)} in all)?"):
            return
    click.echo(str(models.prune(keep, name)))


def _old(keep: int, name: str | None) -> list[Tag]:
    """Name the versions that are in question; the list has the newest of each name first."""
    by_name: dict[str, list[Tag]] = {}
    for model in models.list(name):
        by_name.setdefault(model.tag.name, []).append(model.tag)
    return [tag for tags in by_name.values() for tag in tags[keep:]]
