"""Which methods a runner of a stored model offers: those that are recorded, or those that the caller names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.runner.config import MethodConfig
from bentobook.store.model_yaml import ModelSignature


def methods_for(
    recorded: Mapping[str, ModelSignature],
    methods: Iterable[str] | Mapping[str, Any] | None,
    batchable: bool | None,
    configs: Mapping[str, Any],
) -> dict[str, ModelSignature]:
    """Bring together what is recorded of each method and what the caller says.

    Parameters
    ----------
    recorded : mapping
        The methods of the model's record.
    methods : iterable of str, or mapping, optional
        Names, or name to ``{"batchable": …, "batch_dim": …}``; the recorded ones when it is left out.
    batchable : bool, optional
        Holds for all of them, where the mapping does not say otherwise.
    configs : mapping
        ``method_configs``; its ``batchable`` and ``batch_dim`` hold before all others.

    Returns
    -------
    dict
        At least one method.

    Raises
    ------
    InvalidArgument
        When a value is none of these, or there is no method.

    Examples
    --------
    >>> methods_for({}, ["predict_proba"], True, {})
    {'predict_proba': ModelSignature(batchable=True, batch_dim=(0, 0))}
    """
    if batchable is not None and not isinstance(batchable, bool):
        hint = "For single methods write method_configs={'predict': {'batchable': True}}."
        raise InvalidArgument("batchable", batchable, "True or False", hint=hint)
    found = {}
    for name, said in _pairs(recorded if methods is None else methods).items():
        signature = recorded.get(name, ModelSignature())
        if batchable is not None:
            signature = replace(signature, batchable=batchable)
        for more in (said if methods is not None else None, configs.get(name)):
            signature = _updated(name, signature, more)
        found[name] = signature
    if not found:
        raise InvalidArgument("methods", methods, "at least one method", hint="Name them: methods=['predict'].")
    return found


def _pairs(methods: object) -> Mapping[Any, Any]:
    if isinstance(methods, str) or not isinstance(methods, Iterable):
        raise InvalidArgument("methods", methods, "a list of names", hint=f"Write methods=[{str(methods)!r}].")
    pairs = methods if isinstance(methods, Mapping) else dict.fromkeys(methods)
    for name in pairs:
        if not (isinstance(name, str) and name.isidentifier()) or (name.startswith("_") and name != "__call__"):
            raise InvalidArgument("methods", name, "the name of a public method, such as 'predict_proba'")
    return pairs


def _updated(name: str, signature: ModelSignature, said: Any) -> ModelSignature:
    """Replace what is said, and keep the rest."""
    if said is None or isinstance(said, ModelSignature):
        return said or signature
    if isinstance(said, MethodConfig):
        said = {"batchable": said.batchable, "batch_dim": said.batch_dim}
    if not isinstance(said, Mapping):
        raise InvalidArgument(f"methods[{name!r}]", said, "a dict such as {'batchable': True}")
    new = {key: said[key] for key in ("batchable", "batch_dim") if said.get(key) is not None}
    return ModelSignature.from_dict({"batchable": signature.batchable, "batch_dim": signature.batch_dim, **new}, name)
