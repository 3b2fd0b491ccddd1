"""The two kinds of items that a store holds; everything else about storing them is the same."""

from __future__ import annotations

from dataclasses import dataclass

MODEL_YAML = "model.yaml"
BENTO_YAML = "bento.yaml"


@dataclass(frozen=True)
class Kind:
    """A kind of items.

    Attributes
    ----------
    folder : str
        Where they lie in the store.
    record : str
        The file that makes a folder a complete item.
    max_bytes : int
        The largest record that is read.
    noun : str
        What an error calls one of them at the beginning of a sentence.
    word : str
        The same inside a sentence.
    verb : str
        The beginning of the commands that deal with them.
    """

    folder: str
    record: str
    max_bytes: int
    noun: str
    word: str
    verb: str


MODELS = Kind("models", MODEL_YAML, 1 << 20, "Model", "model", "bentobook models")
# The schema of every route stands in the record of a Bento.
BENTOS = Kind("bentos", BENTO_YAML, 16 << 20, "Bento", "Bento", "bentobook")
