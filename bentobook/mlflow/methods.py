"""The methods that the caller of an import declares, and what of them stands in which record.

BentoML lets a model of ``bentoml.mlflow`` have one signature, ``predict``; further methods are declared with
``methods=`` and are recorded under our own key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bentobook.errors import InvalidArgument, UnsupportedSignature
from bentobook.store.model_yaml import ModelSignature, Signatures

PREDICT = "predict"
Methods = Iterable[str] | Mapping[str, Any]


def declared(signatures: Signatures | None, methods: Methods | None) -> dict[str, ModelSignature]:
    """Read both ways of naming methods.

    Parameters
    ----------
    signatures : mapping, optional
        BentoML's argument: ``{"predict": {"batchable": True}}``.
    methods : iterable of str, or mapping, optional
        Names, or name to ``{"batchable": …, "batch_dim": …}``.

    Returns
    -------
    dict
        At least ``predict``, unless ``methods`` names others only. What ``signatures`` says of ``predict`` holds where
        ``methods`` does not say otherwise.

    Raises
    ------
    UnsupportedSignature
        When ``signatures`` names another method.
    InvalidArgument
        When a name is no method's, or a value says something else.
    """
    if signatures is not None and set(signatures) != {PREDICT}:
        raise UnsupportedSignature(signatures)
    given = {PREDICT: ModelSignature.from_dict(signatures[PREDICT])} if signatures else {}
    if methods is None:
        return given or {PREDICT: ModelSignature()}
    for name, value in _pairs(methods).items():
        if value is not None:
            given[name] = ModelSignature.from_dict(value, f"methods[{name!r}]")
        else:
            given.setdefault(name, ModelSignature())
    return given or {PREDICT: ModelSignature()}


def _pairs(methods: Methods) -> dict[str, Any]:
    if isinstance(methods, str):
        raise InvalidArgument("methods", methods, "a list of names", hint=f"Write methods=[{methods!r}].")
    pairs = dict(methods) if isinstance(methods, Mapping) else dict.fromkeys(methods)
    for name in pairs:
        if not (isinstance(name, str) and name.isidentifier()) or (name.startswith("_") and name != "__call__"):
            raise InvalidArgument("methods", name, "the name of a public method, such as 'predict_proba'")
    return pairs


def for_bentoml(methods: Mapping[str, ModelSignature]) -> dict[str, ModelSignature]:
    """Return what stands under ``signatures:`` for BentoML: ``predict`` alone."""
    return {PREDICT: methods.get(PREDICT, ModelSignature())}


def for_record(methods: Mapping[str, ModelSignature]) -> dict[str, dict[str, Any]]:
    """Return what stands under our own key."""
    return {name: {"batchable": each.batchable, "batch_dim": list(each.batch_dim)} for name, each in methods.items()}
