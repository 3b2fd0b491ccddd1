"""The record of an imported model: BentoML's fields, and under our own key what its files and its server tell."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bentobook.mlflow import example as examples
from bentobook.mlflow import lineage, methods, requirements
from bentobook.mlflow import signature as signatures
from bentobook.mlflow.loads import loads_with
from bentobook.mlflow.mlmodel import MLmodel
from bentobook.mlflow.resolve import Resolved
from bentobook.store.model_yaml import ModelInfo, ModelSignature, new_info
from bentobook.store.tag import Tag

MODULE = "bentoml.mlflow"
MLFLOW_MODEL_FOLDER = "mlflow_model"


@dataclass(frozen=True)
class Wanted:
    """What the caller of an import said about the model.

    Attributes
    ----------
    methods : mapping
        The declared methods.
    labels, metadata : mapping
        Checked, otherwise as given.
    example : object
        Rows of input, or ``None``.
    run_facts : bool
        Whether the run's facts are added to labels and metadata.
    """

    methods: Mapping[str, ModelSignature]
    labels: Mapping[str, str]
    metadata: Mapping[Any, Any]
    example: object = None
    run_facts: bool = False


def make(
    tag: Tag, resolved: Resolved | None, described: MLmodel, folder: Path, wanted: Wanted, *, ask: bool = True
) -> ModelInfo:
    """Make the record of a model whose files have arrived.

    Parameters
    ----------
    tag : Tag
        With version.
    resolved : Resolved or None
        The way to the model; ``None`` for one that was made here.
    described : MLmodel
        Its ``MLmodel`` file.
    folder : pathlib.Path
        Its files.
    wanted : Wanted
        What the caller said.
    ask : bool, default True
        Whether the tracking server may be asked.

    Returns
    -------
    ModelInfo
        The record; digest and size are added when it is published.
    """
    found = lineage.offline(resolved, described) if resolved else lineage.of_file(described)
    found |= lineage.from_server(resolved, described) if resolved and ask else {}
    labels, metadata = lineage.run_facts(found) if wanted.run_facts else ({}, {})
    private: dict[str, Any] = {
        "methods": methods.for_record(wanted.methods),
        "lineage": found,
        "loads_with": loads_with(described, folder, MLFLOW_MODEL_FOLDER),
        "requirements": requirements.read(described, folder),
    }
    signature = signatures.read(described)
    if signature is None and wanted.example is not None:
        signature = signatures.of_example(wanted.example)
    if signature is not None:
        private["signature"] = signature.to_dict()
    given = examples.of_value(wanted.example) if wanted.example is not None else None
    example = given if given is not None else examples.read(described, folder)
    if example is not None:
        private["example"] = example
    return new_info(
        tag,
        module=MODULE,
        framework_name="mlflow",
        framework_versions={"mlflow": _installed()},
        signatures=methods.for_bentoml(wanted.methods),
        labels={**labels, **wanted.labels},
        metadata={**metadata, **wanted.metadata},
        private=private,
    )


def _installed() -> str:
    """Return the version of MLflow that is installed, as BentoML records it, without importing it."""
    for name in ("mlflow", "mlflow-skinny"):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return ""
