"""From a stored MLflow model to the live object.

Everything is decided from files before any code of the model runs: the flavor, the device, missing packages, consent,
moved versions. Then MLflow loads from the local folder; no tracking server is asked (MLflow's own ``get_model_info``
would), and nothing is written into the store.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bentobook._optional import require
from bentobook.errors import ImportFailed, InvalidArgument, StoreUnreadable, WrongModule
from bentobook.frameworks import accelerators
from bentobook.frameworks.kinds import raw_of
from bentobook.mlflow import dependencies_check, drift, flavors, loads, mlmodel, placement, stored_code
from bentobook.mlflow.mlmodel import MLMODEL, PYFUNC, MLmodel
from bentobook.mlflow.record import MLFLOW_MODEL_FOLDER, MODULE
from bentobook.store import trust
from bentobook.store.model import Model
from bentobook.store.store import Store

if TYPE_CHECKING:
    from bentobook.store.tag import Tag

_logger = logging.getLogger("bentobook")


def get(tag: str | Tag) -> Model:
    """Find a stored model that was imported from MLflow.

    Parameters
    ----------
    tag : str or Tag
        ``"name"``, ``"name:latest"``, ``"name:version"`` or the beginning of a version.

    Returns
    -------
    Model
        Its record; nothing is loaded.

    Raises
    ------
    NotFound
        When it is not there, or (WrongModule) was saved with another module.
    """
    model = Store().get(tag)
    if model.info.module != MODULE:
        raise WrongModule(str(model.tag), model.info.module, "bentobook.mlflow")
    # Whoever gives the path to MLflow's own load_model leaves no bytecode there either.
    stored_code.register(model.path / MLFLOW_MODEL_FOLDER, str(model.tag))
    return model


def load_model(
    tag_or_model: str | Tag | Model,
    *,
    flavor: str | None = "pyfunc",
    device: str | None = None,
    model_config: Mapping[str, Any] | None = None,
) -> Any:
    """Load a stored MLflow model.

    Parameters
    ----------
    tag_or_model : str, Tag or Model
        Which one.
    flavor : str
        ``"pyfunc"`` gives MLflow's ``PyFuncModel``; ``"native"`` the framework's own object, or the user's
        ``PythonModel`` where there is none; a flavor's name (``"sklearn"``, …) the object of that flavor.
    device : str, optional
        ``"cpu"``, ``"cuda"``, ``"cuda:1"``, ``"mps"`` or ``"auto"``. It is checked before the load and verified after
        it; `bentobook.frameworks.device.device_of` tells it for any live model. Left out, the framework decides.
    model_config : mapping, optional
        Settings for a model that was logged with a ``model_config``; with ``flavor="pyfunc"`` only.

    Returns
    -------
    mlflow.pyfunc.PyFuncModel or object
        The live model.

    Raises
    ------
    InvalidArgument
        When the model has no such flavor; the sentence lists those that it has.
    DeviceUnavailable
        When the device is not there, or the model cannot move to it.
    MissingDependency
        When a package that the model needs is not installed.
    UntrustedModel
        When the trust policy wants consent first.

    Warns
    -----
    VersionDrift
        When the framework has moved on since the model was saved.
    """
    model = tag_or_model if isinstance(tag_or_model, Model) else get(tag_or_model)
    folder = Path(model.path_of(MLFLOW_MODEL_FOLDER))
    described = describe(folder)
    choice = flavors.choose(described, flavor)
    if model_config is not None and choice.native:
        raise InvalidArgument("model_config", dict(model_config), "nothing with a native flavor", hint=_PYFUNC_ONLY)
    target = _target(device, choice)
    tag, requirements = str(model.tag), model.info.private.get("requirements") or []
    dependencies_check.check(choice, tag, requirements)
    trust.check(model, look=lambda: loads.loads_with(described, folder, MLFLOW_MODEL_FOLDER))
    drift.warn(described, choice, tag)
    with dependencies_check.translated(tag, requirements), _prepared(described, choice, folder, tag):
        loaded = _load(described, choice, folder, target, model_config)
    if target is not None:
        _logger.info("%s is loaded on %s", tag, placement.settle(loaded, target, choice, folder))
    return loaded


_PYFUNC_ONLY = "Settings of this kind are read by flavor='pyfunc' alone."


def describe(folder: Path) -> MLmodel:
    """Read ``MLmodel`` of a stored model, which BentoML or an archive may have brought without our checks."""
    try:
        return mlmodel.read(folder, str(folder))
    except ImportFailed as error:
        raise StoreUnreadable(folder / MLMODEL, error.reason) from error


def _target(device: str | None, choice: flavors.Choice) -> str | None:
    wanted = accelerators.parse(device)
    if wanted is None or choice.framework != PYFUNC or "device" not in (choice.settings.get("config") or {}):
        return wanted and accelerators.choose(wanted, choice.framework)
    # The model's own code reads the device from its configuration; what is best only that code knows.
    return None if wanted == "auto" else accelerators.choose(wanted, accelerators.OWN_CODE)


def _prepared(described: MLmodel, choice: flavors.Choice, folder: Path, tag: str) -> Any:
    confs = (described.pyfunc, described.flavors.get(choice.flavor, {}))
    codes = tuple(dict.fromkeys(str(conf["code"]) for conf in confs if conf.get("code")))
    return stored_code.importing(folder, tag, codes, from_code=bool(described.pyfunc.get("model_code_path")))


def _load(
    described: MLmodel,
    choice: flavors.Choice,
    folder: Path,
    target: str | None,
    model_config: Mapping[str, Any] | None,
) -> Any:
    if choice.flavor == PYFUNC:
        loaded = _load_pyfunc(described, choice, folder, target, model_config)
        return raw_of(loaded) if choice.native else loaded
    require("mlflow", feature="Loading an MLflow model", package="mlflow-skinny")
    module = importlib.import_module(f"mlflow.{choice.flavor}")
    with placement.translated(target, choice, folder):
        return module.load_model(str(folder), **placement.native_arguments(target, choice, folder))


def _load_pyfunc(
    described: MLmodel,
    choice: flavors.Choice,
    folder: Path,
    target: str | None,
    model_config: Mapping[str, Any] | None,
) -> Any:
    pyfunc = require("mlflow.pyfunc", feature="Loading an MLflow model", package="mlflow-skinny")
    config = placement.config_with_device(described, target, model_config)
    with placement.default_device(target, choice), placement.translated(target, choice, folder):
        # Versions are compared before; MLflow's own look at requirements.txt would warn about each package again.
        return pyfunc.load_model(str(folder), suppress_warnings=True, **({"model_config": config} if config else {}))
