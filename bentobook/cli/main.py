"""The root of the command line: its groups, and what an error looks like.

A mistake or a failure is one line on stderr. Exit codes: 0, 1 for an error, 2 for a line that cannot be understood,
130 after Ctrl-C, 141 when the reader of a pipe went away; ``models verify`` has codes of its own.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

import click

from bentobook._version import __version__
from bentobook.cli.lazy import LazyGroup
from bentobook.errors import BentobookError
from bentobook.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

ERROR, USAGE, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141
MAX_ERROR = 4000

models = LazyGroup(
    name="models",
    help="What is in the store.",
    lazy={
        "list": ("bentobook.cli.models:list_models", "List models."),
        "get": ("bentobook.cli.models:get", "Print the record of a model."),
        "delete": ("bentobook.cli.models:delete", "Delete models."),
        "export": ("bentobook.cli.archives:export", "Write a model to an archive."),
        "import": ("bentobook.cli.archives:import_archive", "Read a model from an archive."),
        "verify": ("bentobook.cli.upkeep:verify", "Compare models with their digests."),
        "gc": ("bentobook.cli.upkeep:gc", "Remove what interrupted commands left behind."),
        "prune": ("bentobook.cli.upkeep:prune", "Delete all but the newest versions."),
    },
)

mlflow = LazyGroup(
    name="mlflow",
    help="Models that MLflow logged.",
    lazy={"import": ("bentobook.cli.mlflow:import_model", "Import an MLflow model into the store.")},
)

root = LazyGroup(
    name="bentobook",
    help="From a model that MLflow logged to a tested prediction service.",
    lazy={
        "mlflow": ("bentobook.cli.main:mlflow", "Import models that MLflow logged."),
        "models": ("bentobook.cli.main:models", "List, show, delete, export, import and verify models."),
        "build": ("bentobook.cli.build:build", "Build a Bento of a service."),
        "test": ("bentobook.cli.test:test", "Replay the cases of a Bento, here or against a server."),
        "list": ("bentobook.cli.bentos:list_bentos", "List Bentos."),
        "get": ("bentobook.cli.bentos:get", "Print the record of a Bento."),
        "delete": ("bentobook.cli.bentos:delete", "Delete Bentos."),
        "export": ("bentobook.cli.bentos:export", "Write a Bento, with its models, to an archive."),
        "import": ("bentobook.cli.bentos:import_archive", "Read a Bento, with its models, from an archive."),
        "serve": ("bentobook.cli.serve:serve", "Serve a service."),
        "doctor": ("bentobook.cli.doctor:doctor", "Check this installation and the store."),
    },
)
root = click.version_option(__version__, "-v", "--version", prog_name="bentobook")(root)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process when left out.

    Returns
    -------
    int
        The exit code.
    """
    warnings.showwarning = _show_warning
    try:
        code = _invoke(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more; the interpreter must not complain about it when it closes the file.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        _say("Cancelled.")
        return INTERRUPTED
    return code


def _invoke(arguments: list[str]) -> int:
    try:
        with root.make_context("bentobook", arguments) as context:
            return root.invoke(context) or 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort:
        _say("Cancelled.")
        return INTERRUPTED
    except click.UsageError as error:
        error.show()
        return USAGE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BentobookError as error:
        _say(f"Error: {one_line(error, MAX_ERROR)}")
        return ERROR


def _say(line: str) -> None:
    click.echo(line, err=True)


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    _say(f"Warning: {one_line(message, MAX_ERROR)}")
