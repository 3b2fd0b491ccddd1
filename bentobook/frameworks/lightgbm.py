"""LightGBM: ``saved_model.ubj``, which is LightGBM's text whatever its ending says; it holds a Booster and no more."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from bentobook.frameworks import drift, loading, saving
from bentobook.frameworks.framework import Framework, Package
from bentobook.frameworks.loading import Opening
from bentobook.frameworks.saving import Written
from bentobook.store.model import Model
from bentobook.store.model_yaml import Signatures
from bentobook.store.tag import Tag

FRAMEWORK = Framework(
    name="lightgbm",
    context_name="lightgbm",
    packages=(Package("lightgbm", ("lightgbm",)),),
    files=("saved_model.ubj", "saved_model.txt"),
    takes="a lightgbm.Booster, or a fitted lightgbm.LGBMModel such as LGBMClassifier",
)


class BoosterOnly(UserWarning):
    """What is stored of an estimator is its Booster, whose ``predict`` answers otherwise."""


def get(tag: str | Tag) -> Model:
    """Find a model that was saved with LightGBM.

    Raises
    ------
    NotFound
        When it is not there, or (WrongModule) was saved with another module.
    """
    return loading.get(FRAMEWORK, tag)


def load_model(tag_or_model: str | Tag | Model, *, flavor: str | None = None, device: str | None = None) -> Any:
    """Load a booster.

    Parameters
    ----------
    tag_or_model : str, Tag or Model
        Which one.
    flavor : str, optional
        ``"native"``: there is nothing else.
    device : str, optional
        ``"cpu"`` or ``"auto"``: LightGBM predicts on the CPU.

    Returns
    -------
    lightgbm.Booster
        The booster, also where an estimator was saved.

    Raises
    ------
    WrongModule, MissingDependency, DeviceUnavailable
        It cannot be loaded like that.
    """
    return loading.load(FRAMEWORK, tag_or_model, _read, form="lightgbm text", flavor=flavor, wanted=device)


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
    """Save a booster; of an estimator its booster is saved, as BentoML does.

    Parameters
    ----------
    name : str or Tag
        ``"iris"`` for a new version, or ``"iris:v1"``.
    model : lightgbm.Booster or lightgbm.LGBMModel
        Fitted. To get an ``LGBMClassifier`` back, with its classes and ``predict_proba``, save it with
        ``bentobook.sklearn.save_model``.
    signatures : mapping, optional
        Method to ``{"batchable": …, "batch_dim": …}``; ``predict``, not batched, when it is left out.
    labels : mapping of str to str, optional
    metadata : mapping, optional
        Plain values only.
    custom_objects : mapping, optional
        Objects that are pickled beside the model.
    external_modules : sequence of modules, optional
        Modules whose code is pickled with the objects.

    Returns
    -------
    Model
        The new version.

    Raises
    ------
    InvalidArgument
        When it is no fitted model of LightGBM, or a booster has no such method.

    Warns
    -----
    BoosterOnly
        When an estimator was given.
    """
    lightgbm = FRAMEWORK.import_for_saving()
    booster = model if isinstance(model, lightgbm.Booster) else _booster_of(lightgbm, model)

    def write(path: Path) -> Written:
        booster.save_model(path)
        return Written("lightgbm text")

    given = saving.Given(signatures, labels, metadata, custom_objects, external_modules)
    saved = saving.save(FRAMEWORK, name, write, given, loaded=booster)
    if booster is not model:
        _warn(type(model).__name__)
    return saved


def _booster_of(lightgbm: ModuleType, model: Any) -> Any:
    if not isinstance(model, lightgbm.LGBMModel):
        raise FRAMEWORK.refuse(model)
    if not model.__sklearn_is_fitted__():
        raise FRAMEWORK.refuse(model, hint="It is not fitted yet.")
    return model.booster_


def _warn(name: str) -> None:
    message = (
        f"Of the {name} its Booster is stored, as BentoML does; a Booster's predict gives raw numbers "
        f"(probabilities, not classes). To load a {name}, save it with bentobook.sklearn.save_model."
    )
    warnings.warn(BoosterOnly(message), stacklevel=drift.level_of_caller())


def _read(opening: Opening) -> Any:
    import lightgbm

    return lightgbm.Booster(model_file=str(opening.file))
