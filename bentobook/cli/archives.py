"""``bentobook models export | import``: archives, as BentoML writes and reads them."""

from __future__ import annotations

import click

from bentobook import models
from bentobook.cli.progress import progress


@click.command()
@click.argument("tag")
@click.argument("out", required=False, default="")
def export(tag: str, out: str) -> None:
    """Write the model TAG to an archive at OUT: a file, or a folder (the current one when left out)."""
    model = models.get(tag)
    path = models.export_model(model.tag, out or ".")
    click.echo(f"{model!r} exported to {path}.")


@click.command("import")
@click.argument("path")
def import_archive(path: str) -> None:
    """Read a model from the archive at PATH into the store."""
    with progress(path) as line:
        model = models.import_model(path, progress=line)
    click.echo(f"{model!r} imported.")
