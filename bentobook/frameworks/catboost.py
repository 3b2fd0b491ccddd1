"""CatBoost: ``saved_model.cbm``, CatBoost's own format, and the name of the class in the record's options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from bentobook.errors import StoreUnreadable
from bentobook.frameworks import loading, saving
from bentobook.frameworks.framework import Framework, Package
from bentobook.frameworks.loading import Opening
from bentobook.frameworks.saving import Written
from bentobook.store.layout import MODEL_YAML
from bentobook.store.model import Model
from bentobook.store.model_yaml import Signatures
from bentobook.store.tag import Tag

FRAMEWORK = Framework(
    name="catboost",
    context_name="catboost",
    packages=(Package("catboost", ("catboost",)),),
    files=("saved_model.cbm",),
    takes="a fitted catboost.CatBoost, such as CatBoostClassifier",
)
_CLASS = "training_class_name"


def get(tag: str | Tag) -> Model:
    """Find a model that was saved with CatBoost.

    Raises
    ------
    NotFound
        When it is not there, or (WrongModule) was saved with another module.
    """
    return loading.get(FRAMEWORK, tag)


def load_model(tag_or_model: str | Tag | Model, *, flavor: str | None = None, device: str | None = None) -> Any:
    """Load a model of CatBoost.

    Parameters
    ----------
    tag_or_model : str, Tag or Model
        Which one.
    flavor : str, optional
        ``"native"``: there is nothing else.
    device : str, optional
        ``"cpu"`` or ``"auto"``: CatBoost is told at each prediction where to compute (``task_type=``).

    Returns
    -------
    catboost.CatBoost
        Of the class that was saved.

    Raises
    ------
    WrongModule, MissingDependency, DeviceUnavailable
        It cannot be loaded like that.
    StoreUnreadable
        When the record names no class of CatBoost.
    """
    return loading.load(FRAMEWORK, tag_or_model, _read, form="catboost", flavor=flavor, wanted=device)


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
    """Save a model of CatBoost.

    Parameters
    ----------
    name : str or Tag
        ``"iris"`` for a new version, or ``"iris:v1"``.
    model : catboost.CatBoost
        Fitted. An object of a subclass is loaded as CatBoost's own class.
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
        When it is no fitted model of CatBoost, or has no such method.
    """
    catboost = FRAMEWORK.import_for_saving()
    kind = next((cls for cls in type(model).__mro__ if _is_kind(catboost, cls.__name__, cls)), None)
    if kind is None:
        raise FRAMEWORK.refuse(model)
    if not model.is_fitted():
        raise FRAMEWORK.refuse(model, hint="It is not fitted yet.")

    def write(path: Path) -> Written:
        model.save_model(str(path), format="cbm")
        return Written("catboost")

    given = saving.Given(signatures, labels, metadata, custom_objects, external_modules)
    return saving.save(FRAMEWORK, name, write, given, loaded=model, options={_CLASS: kind.__name__})


def _is_kind(catboost: ModuleType, name: str, cls: type) -> bool:
    """Tell whether CatBoost offers a class of models under this name."""
    return getattr(catboost, name, None) is cls and issubclass(cls, catboost.CatBoost)


def _read(opening: Opening) -> Any:
    import catboost

    name = str(opening.model.info.options.get(_CLASS) or "")
    cls = getattr(catboost, name, None) if name.isidentifier() else None
    if not (isinstance(cls, type) and _is_kind(catboost, name, cls)):
        reason = f"its options name {name!r}, which is no class of models of CatBoost"
        raise StoreUnreadable(opening.model.path / MODEL_YAML, reason)
    return cls().load_model(str(opening.file), format="cbm")
