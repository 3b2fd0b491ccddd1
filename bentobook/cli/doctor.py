"""``bentobook doctor``."""

from __future__ import annotations

import click

from bentobook.cli.output import output_option, print_values
from bentobook.doctor import report


@click.command()
@output_option("text", "json", "yaml", default="text")
def doctor(output: str) -> int:
    """Check this installation and the store; the exit code is 1 when something is bad."""
    found = report()
    if output == "text":
        click.echo(str(found))
    else:
        print_values(found.to_dict(), output)
    return int(found.state == "bad")
