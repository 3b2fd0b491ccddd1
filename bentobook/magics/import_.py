"""``%bento_import``: from MLflow, or from an archive, into the store.

Two words are NAME and URI. One word is a variable, a URI, an archive or, when it is none of these, a NAME for the model
of the active or the last run. No word at all is that model under its own name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bentobook.magics import notices, preload, values
from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.magic import Call, Magic
from bentobook.magics.progress import screen_of
from bentobook.magics.seen import is_mlflow_object
from bentobook.magics.words import quote
from bentobook.progress import Progress

if TYPE_CHECKING:
    from bentobook.bundle.bento import Bento
    from bentobook.store.model import Model

_OF_BENTO = ".bento"
_ARCHIVES = (_OF_BENTO, ".bentomodel", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".zip")
_CANCELLED = "Import cancelled, nothing stored."

_GRAMMAR = Grammar(
    "%bento_import",
    (Positional("name", optional=True), Positional("uri", "uri", optional=True)),
    (
        Option("--batchable", "its methods take many callers' rows at once"),
        Option("--methods", "methods to record, such as predict,predict_proba", "A,B", short="-m", read=values.names),
        Option("--label", "a label; may be repeated", "KEY=VALUE", short="-l", many=True, read=values.pair),
        Option(
            "--example",
            "a variable with input rows: they tell the schema",
            "VAR",
            read=values.variable,
            kind="variable",
        ),
        Option("--new", "make a new version even when an equal one is there"),
        Option("--no-lineage", "do not ask the tracking server for run, params, metrics and tags"),
    ),
)


@dataclass(frozen=True)
class Wanted:
    """What the words of the line mean.

    Attributes
    ----------
    name : str or None
        The name in the store, where it was given.
    place : object
        A path, a URI or an object of MLflow; ``None`` means the model of the active or the last run.
    is_archive : bool
        Whether the place is an archive of a stored model, or of a Bento.
    """

    name: str | None
    place: Any
    is_archive: bool = False


def _import(call: Call) -> object:
    wanted = understand(call)
    screen = None if call.quiet else screen_of(call.shell, alone=call.place.nothing_before)
    progress = Progress(_label(wanted), screen)
    progress.something_follows = call.place.is_statement
    with notices.collected() as lines, _cancelled_in_one_line(), progress:
        made = _import_archive(wanted, progress) if wanted.is_archive else _import_model(call, wanted, progress)
    if not call.quiet:
        notices.show(lines)
    return made


def understand(call: Call) -> Wanted:
    """Find out what the words of the line mean."""
    first, second = call.given["name"], call.given["uri"]
    if second is not None:
        place = _place(call, second)
        if _is_archive(place):
            raise call.grammar.error(f"an archive carries its own tag: %bento_import {quote(second)}.")
        return Wanted(first, place)
    if first is None:
        return Wanted(None, None)
    place = _place(call, first)
    if _is_archive(place):
        return Wanted(None, place, is_archive=True)
    return Wanted(None, place) if place is not first or _looks_like_place(first) else Wanted(first, None)


def _place(call: Call, text: str) -> Any:
    """Return what a variable of that name holds, where it can be the place of a model; else the text."""
    value = call.names.get(text)
    if isinstance(value, (str, os.PathLike)) or is_mlflow_object(value):
        return value
    if value is not None and not _looks_like_place(text) and call.given["uri"] == text:
        raise call.grammar.error(f"{text} is a {type(value).__name__}, not a URI or an object that MLflow returned.")
    return text


def _is_archive(place: object) -> bool:
    return isinstance(place, (str, os.PathLike)) and os.fspath(place).lower().endswith(_ARCHIVES) and _file(place)


def _file(place: str | os.PathLike[str]) -> bool:
    return Path(place).expanduser().is_file()


def _looks_like_place(text: str) -> bool:
    return any(mark in text for mark in "/\\") or text.startswith((".", "~", "file:", "m-")) or Path(text).is_dir()


def _label(wanted: Wanted) -> str:
    from bentobook.mlflow.uri import without_credentials

    place = getattr(wanted.place, "model_uri", wanted.place)
    shown = without_credentials(str(place)) if isinstance(place, (str, os.PathLike)) else "MLflow"
    return f"{wanted.name} ← {shown}" if wanted.name else shown


def _import_archive(wanted: Wanted, progress: Progress) -> Model | Bento:
    from bentobook import bentos, models

    if os.fspath(wanted.place).lower().endswith(_OF_BENTO):
        return bentos.import_bento(wanted.place, progress=progress)
    return models.import_model(wanted.place, progress=progress)


def _import_model(call: Call, wanted: Wanted, progress: Progress) -> Model:
    from bentobook import mlflow

    preload.for_import(wanted.place, lineage=not call.given["no_lineage"])
    place = wanted.place if wanted.place is not None else _of_last_run(call, wanted)
    name = wanted.name or mlflow.name_of(place)
    model: Model = mlflow.import_model(name, place, progress=progress, **_arguments(call))
    call.seen.add(str(model.lineage.get("source_uri", "")))
    return model


def _of_last_run(call: Call, wanted: Wanted) -> str:
    """Return the only model that the active or the last run logged; several are listed, each as a line to type."""
    from bentobook import mlflow
    from bentobook.store.tag import suggest_name

    logged = mlflow.models_of_last_run()
    if not logged:
        raise call.grammar.error("neither a URI was given nor has this kernel logged a model in a run.")
    if len(logged) > 1:
        named = ((wanted.name or suggest_name(name) or "NAME", uri) for uri, name in logged.items())
        lines = "".join(f"\n%bento_import {name} {quote(uri)}" for name, uri in named)
        raise call.grammar.error(f"the last run logged {len(logged)} models; type one of these lines.{lines}\n")
    return next(iter(logged))


def _arguments(call: Call) -> Mapping[str, Any]:
    """Turn options into the arguments of the function."""
    given = call.given
    batchable = {"batchable": True}
    arguments: dict[str, Any] = {
        "labels": dict(given["label"]),
        "lineage": not given["no_lineage"],
        "reuse": not given["new"],
        "run_facts": True,
    }
    if given["methods"]:
        arguments["methods"] = dict.fromkeys(given["methods"], batchable) if given["batchable"] else given["methods"]
    elif given["batchable"]:
        arguments["signatures"] = {"predict": batchable}
    if given["example"]:
        arguments["example"] = _variable(call, given["example"])
    return arguments


def _variable(call: Call, name: str) -> object:
    try:
        return call.names[name]
    except KeyError:
        raise call.no_variable(name) from None


@contextmanager
def _cancelled_in_one_line() -> Iterator[None]:
    """Show an interrupt as one line; the cell still ends as interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        cancelled = KeyboardInterrupt(_CANCELLED)
        render: Callable[[], list[str]] = lambda: [_CANCELLED]  # noqa: E731 - IPython looks for this attribute
        cancelled._render_traceback_ = render  # type: ignore[attr-defined]
        raise cancelled from None


IMPORT = Magic(
    _GRAMMAR, "Import a model from MLflow or from an archive.", "bentobook.mlflow.import_model(NAME, URI, …)", _import
)
