"""``bentobook mlflow import``: for pipelines and for people without a notebook."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bentobook.cli.output import output_option, print_values, record
from bentobook.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bentobook.store.model import Model


def labels_of(_: click.Context, __: click.Parameter, pairs: Sequence[str]) -> dict[str, str]:
    """Read KEY=VALUE pairs."""
    labels = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise click.BadParameter(f"{pair!r} is not KEY=VALUE")
        labels[key] = value
    return labels


def names_of(_: click.Context, __: click.Parameter, text: str | None) -> list[str]:
    """Read names with commas between them."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


@click.command("import")
@click.argument("name")
@click.argument("uri")
@click.option("--label", "labels", multiple=True, callback=labels_of, metavar="KEY=VALUE", help="A label; repeatable.")
@click.option("--methods", callback=names_of, metavar="A,B", help="The methods that a runner offers.")
@click.option("--batchable", is_flag=True, help="The methods take the rows of many callers at once.")
@click.option("--reuse", is_flag=True, help="Take a version that is there when content, labels and methods are equal.")
@click.option("--run-facts", is_flag=True, help="Add the run's tags to the labels, its metrics and params to metadata.")
@click.option("--no-lineage", is_flag=True, help="Do not ask the tracking server about the model's run.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@output_option("text", "tag", "json", "path", "card", default="text")
def import_model(name: str, uri: str, output: str, **options: Any) -> None:
    """Import the MLflow model at URI into the store as NAME, or as NAME:VERSION.

    URI is a local folder or what MLflow can fetch: runs:/ID/path, models:/name@alias, s3://… The result is one line on
    stdout (`-o tag`: name:version), so that a pipeline can read it.
    """
    from bentobook.mlflow.uri import without_credentials

    started = datetime.now(UTC)
    with progress(f"{name} ← {without_credentials(uri)}", quiet=options["quiet"]) as line:
        model = _import(name, uri, line, options)
    _print(model, output, is_new=model.info.creation_time >= started)


def _import(name: str, uri: str, line: Any, options: dict[str, Any]) -> Model:
    from bentobook import mlflow

    batchable = {"batchable": True}
    methods: Any = options["methods"] or None
    if options["batchable"]:
        methods = dict.fromkeys(options["methods"] or ["predict"], batchable)
    return mlflow.import_model(
        name,
        uri,
        labels=options["labels"],
        methods=methods,
        lineage=not options["no_lineage"],
        run_facts=options["run_facts"],
        reuse=options["reuse"],
        progress=line,
    )


def _print(model: Model, output: str, *, is_new: bool) -> None:
    if output == "text":
        click.echo(f"{model!r} {'imported' if is_new else 'is in the store already'}.")
    elif output == "tag":
        click.echo(model.tag)
    elif output == "path":
        click.echo(model.path)
    elif output == "card":
        from bentobook.store.card import of_model

        happened = "" if is_new else "was in the store already"
        click.echo(of_model(model, happened=happened).to_text(following=False))
    else:
        print_values(record(model), output)
