"""What an import from the panel may ask for: a tag, an address that is no path, labels, methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.lab.handler import texts
from bentobook.mlflow import uri as addresses
from bentobook.mlflow.find import check_allowed
from bentobook.store.plain_values import check_labels
from bentobook.store.tag import Tag


def wanted_import(values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Check what was asked for before a process is started.

    Parameters
    ----------
    values : mapping
        ``name`` and ``uri``; ``labels`` (text to text), ``methods`` (names) and ``batchable`` may be missing.

    Returns
    -------
    label : str
        For people; without credentials.
    arguments : dict
        For the worker.

    Raises
    ------
    InvalidArgument, InvalidTag
        When a field cannot be used, or the address is a folder of the server's machine.
    Refused
        When the administrator does not allow such an address.
    """
    name, uri = texts(values, "name", "uri")
    tag = Tag.parse(name)
    tag.check_for_saving()
    source = addresses.read(uri)
    if source.path is not None:
        hint = "A local folder is imported in a notebook: %bento_import NAME PATH."
        raise InvalidArgument("uri", source.shown, "runs:/…, models:/… or a storage's URI", hint=hint)
    check_allowed(source)
    arguments = {
        "name": str(tag),
        "uri": uri,
        "labels": check_labels(_mapping(values.get("labels", {}))),
        "methods": _names(values.get("methods", [])),
        "batchable": _switch(values.get("batchable", False)),
    }
    return f"{tag} ← {source.shown}", arguments


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidArgument("labels", value, "a mapping of text to text")
    return value


def _names(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name.isidentifier() for name in value):
        raise InvalidArgument("methods", value, "a list of names of methods")
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidArgument("batchable", value, "true or false")
    return value
