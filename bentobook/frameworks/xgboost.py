"""XGBoost: ``saved_model.ubj``, XGBoost's own format, and the name of the class in the record's options."""

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
    name="xgboost",
    context_name="xgboost",
    packages=(Package("xgboost", ("xgboost", "xgboost-cpu")),),
    files=("saved_model.ubj",),
    takes="an xgboost.Booster, or an xgboost.XGBModel such as XGBClassifier",
    api_version="v2",
)
_CLASS = "model_class"


def get(tag: str | Tag) -> Model:
    """Find a model that was saved with XGBoost.

    Raises
    ------
    NotFound
        When it is not there, or (WrongModule) was saved with another module.
    """
    return loading.get(FRAMEWORK, tag)


def load_model(tag_or_model: str | Tag | Model, *, flavor: str | None = None, device: str | None = None) -> Any:
    """Load a booster or an estimator of XGBoost.

    Parameters
    ----------
    tag_or_model : str, Tag or Model
        Which one.
    flavor : str, optional
        ``"native"``: there is nothing else.
    device : str, optional
        ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"auto"``; left out, XGBoost decides.

    Returns
    -------
    xgboost.Booster or xgboost.XGBModel
        Of the class that was saved.

    Raises
    ------
    WrongModule, MissingDependency, DeviceUnavailable
        It cannot be loaded like that.
    StoreUnreadable
        When the record names no class of XGBoost.
    """
    return loading.load(FRAMEWORK, tag_or_model, _read, form="ubj", flavor=flavor, wanted=device)


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
    """Save a booster, or an estimator with scikit-learn's interface.

    Parameters
    ----------
    name : str or Tag
        ``"iris"`` for a new version, or ``"iris:v1"``.
    model : xgboost.Booster or xgboost.XGBModel
        Fitted. An object of a subclass is loaded as XGBoost's own class.
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
        When it is no model of XGBoost, or has no such method.
    """
    xgboost = FRAMEWORK.import_for_saving()
    kind = next((cls for cls in type(model).__mro__ if _is_kind(xgboost, cls.__name__, cls)), None)
    if kind is None:
        raise FRAMEWORK.refuse(model)

    def write(path: Path) -> Written:
        model.save_model(path)
        return Written("ubj")

    given = saving.Given(signatures, labels, metadata, custom_objects, external_modules)
    return saving.save(FRAMEWORK, name, write, given, loaded=model, options={_CLASS: kind.__name__})


def _is_kind(xgboost: ModuleType, name: str, cls: type) -> bool:
    """Tell whether XGBoost offers a class of models under this name."""
    bases = tuple(getattr(xgboost, base) for base in ("Booster", "XGBModel") if hasattr(xgboost, base))
    return getattr(xgboost, name, None) is cls and issubclass(cls, bases)


def _read(opening: Opening) -> Any:
    import xgboost

    info = opening.model.info
    # The first layout had no options: it held boosters only.
    name = "Booster" if info.api_version == "v1" else str(info.options.get(_CLASS) or "")
    cls = getattr(xgboost, name, None) if name.isidentifier() else None
    if not (isinstance(cls, type) and _is_kind(xgboost, name, cls)):
        reason = f"its options name {name!r}, which is no class of models of XGBoost"
        raise StoreUnreadable(opening.model.path / MODEL_YAML, reason)
    loaded = cls()
    loaded.load_model(opening.file)
    return loaded
