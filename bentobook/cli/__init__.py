"""The command line: ``bentobook models …``, ``bentobook mlflow import …``, ``bentobook doctor``.

The verbs and options are those of BentoML's command line, so that a script only changes the name of the program.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line with the arguments of the process, and exit."""
    from bentobook.cli.main import run

    raise SystemExit(run())
