"""scikit-learn: ``saved_model.pkl``, written and read by joblib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from bentobook.frameworks import loading, pickling, saving
from bentobook.frameworks.framework import Framework, Package
from bentobook.frameworks.loading import Opening
from bentobook.store.model import Model
from bentobook.store.model_yaml import Signatures
from bentobook.store.tag import Tag

FRAMEWORK = Framework(
    name="sklearn",
    context_name="sklearn",
    packages=(Package("sklearn", ("scikit-learn",)),),
    files=("saved_model.pkl",),
    takes="an estimator of scikit-learn (a BaseEstimator), such as a Pipeline",
)


def get(tag: str | Tag) -> Model:
    """Find a model that was saved with scikit-learn.

    Raises
    ------
    NotFound
        When it is not there, or (WrongModule) was saved with another module.
    """
    return loading.get(FRAMEWORK, tag)


def load_model(tag_or_model: str | Tag | Model, *, flavor: str | None = None, device: str | None = None) -> Any:
    """Load an estimator.

    Parameters
    ----------
    tag_or_model : str, Tag or Model
        Which one.
    flavor : str, optional
        ``"native"``: there is nothing else.
    device : str, optional
        ``"cpu"`` or ``"auto"``: estimators compute on the CPU.

    Returns
    -------
    sklearn.base.BaseEstimator
        The estimator as it was saved.

    Raises
    ------
    WrongModule, MissingDependency, DeviceUnavailable
        It cannot be loaded like that.
    UntrustedModel
        When the trust policy wants consent first: the file is a pickle, which runs code.
    """
    return loading.load(FRAMEWORK, tag_or_model, _read, form="joblib", runs_code=True, flavor=flavor, wanted=device)


def save_model(
    name: str | Tag,
    model: Any,
    *,
    signatures: Signatures | None = None,
    labels: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    external_modules: Sequence[ModuleType] | None = None,
) -> Model:
    """Save an estimator, a pipeline, or anything else that is a ``BaseEstimator``.

    Classes and functions that were defined in a notebook are saved with their code.

    Parameters
    ----------
    name : str or Tag
        ``"iris"`` for a new version, or ``"iris:v1"``.
    model : sklearn.base.BaseEstimator
        The estimator.
    signatures : mapping, optional
        Method to ``{"batchable": …, "batch_dim": …}``; ``predict``, not batched, when it is left out.
    labels : mapping of str to str, optional
    metadata : mapping, optional
        Plain values only.
    custom_objects : mapping, optional
        Objects that are pickled beside the model.
    external_modules : sequence of modules, optional
        Modules whose code is pickled with the estimator and the objects.

    Returns
    -------
    Model
        The new version.

    Raises
    ------
    InvalidArgument
        When it is no estimator, or has no such method.
    """
    FRAMEWORK.import_for_saving()
    from sklearn.base import BaseEstimator

    if not isinstance(model, BaseEstimator):
        raise FRAMEWORK.refuse(model)
    return saving.save(
        FRAMEWORK,
        name,
        lambda path: pickling.dump(model, path, external_modules),
        saving.Given(signatures, labels, metadata, custom_objects, external_modules),
        loaded=model,
    )


def _read(opening: Opening) -> Any:
    import joblib

    return joblib.load(opening.file)
