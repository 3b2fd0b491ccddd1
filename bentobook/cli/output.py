"""What commands print: JSON and YAML for programs, tables for people.

The forms are BentoML's with three differences that programs need: sizes are whole bytes, times are in ISO form, labels
and metadata are there.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from bentobook.errors import StoreUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bentobook.store.model import Model


def output_option(*choices: str, default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the option ``-o/--output``."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(choices),
        default=default,
        show_default=True,
        help="The form of what is printed.",
    )


def summary(model: Model) -> dict[str, Any]:
    """Return what a list says about a model."""
    return {
        "tag": str(model.tag),
        "module": model.info.module,
        "size": model.size,
        "creation_time": model.info.creation_time.isoformat(),
        "labels": dict(model.info.labels),
        "metadata": dict(model.info.metadata),
    }


def summaries(models: Iterable[Model]) -> list[dict[str, Any]]:
    """Return what a list says about each model; one whose record cannot be read any more was deleted meanwhile."""
    found = []
    for model in models:
        with suppress(StoreUnreadable):
            found.append(summary(model))
    return found


def record(model: Model) -> dict[str, Any]:
    """Return everything that is recorded about a model."""
    return {"tag": str(model.tag), "size": model.size, **model.info.to_dict()}


def print_values(values: Any, form: str) -> None:
    """Print plain values as ``json`` or ``yaml``."""
    if form == "json":
        import json

        click.echo(json.dumps(values, indent=2, ensure_ascii=False, default=_plain))
    else:
        import yaml

        click.echo(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), nl=False)


def _plain(value: object) -> object:
    """Turn what YAML knows and JSON does not into text."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
