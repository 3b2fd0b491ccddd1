"""Saving a live object whatever its framework.

An object of a framework that has a module here is saved by that module, in BentoML's files. Any other object that
MLflow has a flavor for is saved by that flavor, straight into the store: it is then as if it had been imported.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from bentobook import settings
from bentobook._optional import require
from bentobook.errors import InvalidArgument
from bentobook.frameworks import saving
from bentobook.frameworks.framework import Framework, class_name
from bentobook.frameworks.kinds import FLAVORS, is_pyfunc, is_python_model, kept_by
from bentobook.mlflow import mlmodel, record
from bentobook.mlflow.failures import first_sentence
from bentobook.mlflow.methods import PREDICT, Methods, declared
from bentobook.mlflow.record import MLFLOW_MODEL_FOLDER, Wanted
from bentobook.store import custom_objects as pickled
from bentobook.store import durable, manifest, registry, trust
from bentobook.store.model import Model
from bentobook.store.model_yaml import ModelSignature
from bentobook.store.plain_values import check_labels, check_metadata
from bentobook.store.store import Store
from bentobook.store.tag import Tag

_PYFUNC = "pyfunc"


def save_model(
    name: str | Tag,
    obj: object,
    *,
    methods: Methods | None = None,
    batchable: bool = False,
    labels: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    external_modules: Sequence[ModuleType] | None = None,
) -> Model:
    """Save a live object; see ``bentobook.models.save_model``."""
    way = way_of(obj)
    if not way.startswith("mlflow."):
        module = importlib.import_module(way)
        return module.save_model(  # type: ignore[no-any-return]
            name,
            obj,
            signatures=_signatures(module.FRAMEWORK, obj, methods, batchable=batchable),
            labels=labels,
            metadata=metadata,
            custom_objects=custom_objects,
            external_modules=external_modules,
        )
    signatures = _batched(declared(None, methods), methods, batchable=batchable)
    saving.check_methods(obj, [method for method in signatures if method != PREDICT])
    given = saving.Given(signatures, labels, metadata, custom_objects, external_modules)
    return _through_mlflow(name, obj, way, given)


def way_of(obj: object) -> str:
    """Name the module that saves an object: one of ours, or MLflow's for the flavor (``"mlflow.…"``).

    Raises
    ------
    InvalidArgument
        When nothing saves it; the sentence says what can be saved, and how to keep any other object.
    """
    if is_python_model(obj):
        return f"mlflow.{_PYFUNC}"
    if is_pyfunc(obj):
        hint = "It came from MLflow: import it from there with bentobook.mlflow.import_model(NAME, URI)."
        raise InvalidArgument("obj", class_name(obj), "the framework's own object, or a PythonModel", hint=hint)
    kind = kept_by(obj)
    if kind is None:
        raise InvalidArgument("obj", class_name(obj), f"a model of {', '.join(FLAVORS)}", hint=_OTHERWISE)
    return registry.LOADERS.get(f"bentoml.{kind}", f"mlflow.{kind}")


_OTHERWISE = (
    "Any other object is kept by: with bentobook.models.create(NAME) as new: "
    "pathlib.Path(new.path_of('model.pkl')).write_bytes(cloudpickle.dumps(obj))"
)


def _signatures(
    framework: Framework, obj: object, methods: Methods | None, *, batchable: bool
) -> dict[str, ModelSignature] | None:
    """Write methods as the signatures of a framework's module; nothing said leaves the choice to it."""
    if methods is None and not batchable:
        return None
    named = methods if methods is not None else list(saving.checked(framework, None, obj)) or [framework.method]
    return _batched(declared(None, named), methods, batchable=batchable)


def _batched(
    given: Mapping[str, ModelSignature], methods: Methods | None, *, batchable: bool
) -> dict[str, ModelSignature]:
    """Let every method be batchable of which the caller has not said otherwise."""
    said = {name for name, value in methods.items() if value is not None} if isinstance(methods, Mapping) else set()
    return {
        name: ModelSignature(batchable=True) if batchable and name not in said else each for name, each in given.items()
    }


def _through_mlflow(name: str | Tag, obj: object, way: str, given: saving.Given) -> Model:
    wanted = Wanted(declared(None, given.signatures), check_labels(given.labels), check_metadata(given.metadata))
    flavor = require(way, feature=f"Saving a {class_name(obj)}", package="mlflow-skinny")
    with Store().draft(name) as draft:
        folder = draft.path / MLFLOW_MODEL_FOLDER
        with durable.others_writing(folder), pickled.by_value(given.external_modules or ()), _explained(obj, way):
            _write(flavor, obj, folder)
        draft.adopt(MLFLOW_MODEL_FOLDER)
        draft.write_custom_objects(given.custom_objects, given.external_modules)
        described = mlmodel.read(folder, str(draft.tag))
        info = record.make(draft.tag, None, described, folder, wanted)
        model = draft.publish(info, origin={"kind": manifest.SAVED, "user": settings.user_name()})
    trust.mark_own(model.digest)
    return model


def _write(flavor: ModuleType, obj: object, folder: Path) -> None:
    if is_python_model(obj):
        flavor.save_model(str(folder), python_model=obj)
    else:
        # Told, not inferred: MLflow would load the model in another process and watch what it imports.
        flavor.save_model(obj, str(folder), **_requirements(flavor, obj))


def _requirements(flavor: ModuleType, obj: object) -> dict[str, Any]:
    make = getattr(flavor, "get_default_pip_requirements", None)
    if make is None:
        return {}
    return {"pip_requirements": make(obj) if "model" in inspect.signature(make).parameters else make()}


@contextmanager
def _explained(obj: object, way: str) -> Iterator[None]:
    """Turn what MLflow says about an object that its flavor does not take into one sentence."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        hint = f"MLflow says: {first_sentence(error)}"
        raise InvalidArgument("obj", class_name(obj), f"what {way}.save_model takes", hint=hint) from error
