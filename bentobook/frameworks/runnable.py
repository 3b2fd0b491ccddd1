"""Models that were saved with a framework, as runnables: their own objects are asked, values are not checked.

BentoML records no schema with them, so what a caller gives is merged with values of an equal layout only, and the model
itself says what it does not take.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from bentobook.frameworks.calls import TABULAR, Call, as_table, call_of
from bentobook.frameworks.model_runnable import Asked, make
from bentobook.runner.runnable import Runnable
from bentobook.store import registry
from bentobook.store.model import Model
from bentobook.store.model_yaml import ModelSignature


def to_runnable(
    model: Model, methods: Mapping[str, ModelSignature], *, flavor: str | None = None, device: str | None = None
) -> type[Runnable]:
    """Make a runnable of a saved model; it is loaded when the class is called.

    Parameters
    ----------
    model : Model
        The record.
    methods : mapping of str to ModelSignature
        What the runner offers.
    flavor : str, optional
        ``"native"``: there is nothing else.
    device : str, optional
        As ``load_model`` takes it.

    Returns
    -------
    type
        A class for :class:`~bentobook.runner.runner.Runner`.
    """
    name = model.info.module.rpartition(".")[2]
    loader = registry.loader_of(model.tag, model.info.module)
    asked = [
        Asked(
            name=method,
            declared=declared,
            flavor=name,
            where=f"{method} of {model.tag}",
            find=partial(_find, method),
            example=model.info.private.get("example"),
            read=as_table if name in TABULAR else None,
        )
        for method, declared in methods.items()
    ]
    return make(f"{name.capitalize()}Runnable", partial(loader.load_model, model, flavor=flavor, device=device), asked)


def _find(method: str, loaded: Any) -> Call:
    return call_of(loaded, method)
