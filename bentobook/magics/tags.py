"""What a TAG on a magic's line means: a variable that holds a Model, else a tag of the store.

``latest`` is resolved here, once: what a magic returns carries the full tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bentobook.bundle.bento import Bento
    from bentobook.store.model import Model


def is_model(value: object) -> bool:
    """Tell whether a variable holds a :class:`~bentobook.store.model.Model`."""
    from bentobook.store.model import Model

    return isinstance(value, Model)


def find(text: str, names: Mapping[str, object]) -> Model:
    """Return the model that a TAG means.

    Parameters
    ----------
    text : str
        The name of a variable, ``name``, ``name:version`` or ``name:prefix-of-a-version``.
    names : mapping of str to object
        The user's namespace.

    Returns
    -------
    Model
        The record, with its full tag.

    Raises
    ------
    NotFound
        When neither a variable nor the store has it; the sentence says what is close.
    """
    from bentobook import models
    from bentobook.store.model import Model

    value = names.get(text)
    return value if isinstance(value, Model) else models.get(text)


def find_bento(text: str, names: Mapping[str, object]) -> Bento:
    """Return the Bento that a TAG means: a variable that holds one, else a tag of the store.

    Raises
    ------
    NotFound
        When neither has it.
    """
    from bentobook import bentos
    from bentobook.bundle.bento import Bento

    value = names.get(text)
    return value if isinstance(value, Bento) else bentos.get(text)
