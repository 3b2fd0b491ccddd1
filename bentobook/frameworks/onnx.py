"""ONNX: ``saved_model.onnx``, and the inputs and outputs of the graph in the record's options.

What is saved is a ``ModelProto``; what is loaded is a session of ONNX Runtime, whose one method is ``run``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from bentobook._optional import require
from bentobook.errors import InvalidArgument
from bentobook.frameworks import device as devices
from bentobook.frameworks import loading, saving
from bentobook.frameworks.framework import Framework, Package
from bentobook.frameworks.loading import Opening
from bentobook.frameworks.saving import Written
from bentobook.store.model import Model
from bentobook.store.model_yaml import Signatures
from bentobook.store.tag import Tag

FRAMEWORK = Framework(
    name="onnx",
    context_name="onnx",
    packages=(
        Package("onnx", ("onnx",)),
        Package("onnxruntime", ("onnxruntime", "onnxruntime-gpu", "onnxruntime-silicon")),
    ),
    files=("saved_model.onnx",),
    takes="an onnx.ModelProto, as onnx.load gives it",
    api_version="v2",
    method="run",
)


def get(tag: str | Tag) -> Model:
    """Find a model that was saved with ONNX.

    Raises
    ------
    NotFound
        When it is not there, or (WrongModule) was saved with another module.
    """
    return loading.get(FRAMEWORK, tag)


def load_model(
    tag_or_model: str | Tag | Model,
    *,
    providers: Sequence[str | tuple[str, Mapping[str, Any]]] | None = None,
    session_options: Any = None,
    flavor: str | None = None,
    device: str | None = None,
) -> Any:
    """Load a session of ONNX Runtime.

    Parameters
    ----------
    tag_or_model : str, Tag or Model
        Which one.
    providers : sequence, optional
        ONNX Runtime's names of what computes, each alone or with its options; the CPU's when it is left out.
    session_options : onnxruntime.SessionOptions, optional
        Handed on to the session.
    flavor : str, optional
        ``"native"``: there is nothing else.
    device : str, optional
        ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"auto"``, in place of ``providers``.

    Returns
    -------
    onnxruntime.InferenceSession
        ``session.run(None, {name: array})`` infers.

    Raises
    ------
    InvalidArgument
        When ONNX Runtime does not have a provider, or both ways of choosing one are used.
    WrongModule, MissingDependency, DeviceUnavailable
        It cannot be loaded like that.
    """
    if providers and device is not None:
        raise InvalidArgument("device", device, "nothing beside providers=", hint="Choose by one of them.")

    def read(opening: Opening) -> Any:
        import onnxruntime

        chosen = list(providers or devices.onnx_providers(opening.target or "cpu"))
        _check(onnxruntime, chosen)
        return onnxruntime.InferenceSession(str(opening.file), sess_options=session_options, providers=chosen)

    return loading.load(FRAMEWORK, tag_or_model, read, form="onnx", flavor=flavor, wanted=device)


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
    """Save a model in the ONNX format.

    Parameters
    ----------
    name : str or Tag
        ``"resnet"`` for a new version, or ``"resnet:v1"``.
    model : onnx.ModelProto
        The model.
    signatures : mapping, optional
        For ``run`` alone: ``{"run": {"batchable": True}}``; not batched when it is left out.
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
        When it is no ``ModelProto``, or another method than ``run`` is named.
    """
    onnx = FRAMEWORK.import_for_saving()
    session = require("onnxruntime", feature=FRAMEWORK.face).InferenceSession
    if not isinstance(model, onnx.ModelProto):
        raise FRAMEWORK.refuse(model)
    others = [name for name in signatures or () if name != FRAMEWORK.method]
    if others:
        raise InvalidArgument("signatures", others[0], "'run' alone: it is what a session of ONNX Runtime offers")

    def write(path: Path) -> Written:
        onnx.save(model, str(path))
        return Written("onnx")

    given = saving.Given(signatures, labels, metadata, custom_objects, external_modules)
    return saving.save(FRAMEWORK, name, write, given, loaded=session, options=_options(model))


def _options(model: Any) -> dict[str, Any]:
    """Describe what the graph takes and gives, as protobuf writes it in JSON."""
    from google.protobuf.json_format import MessageToDict

    return {
        "input_specs": {"run": [MessageToDict(value) for value in model.graph.input]},
        "output_specs": {"run": [MessageToDict(value) for value in model.graph.output]},
        "providers": None,
        "session_options": None,
    }


def _check(onnxruntime: Any, chosen: Sequence[Any]) -> None:
    """Refuse a provider that is not there; ONNX Runtime would go on without it."""
    there = onnxruntime.get_available_providers()
    for each in chosen:
        name = each if isinstance(each, str) else each[0]
        if name not in there:
            raise InvalidArgument("providers", name, f"one of {', '.join(there)}")
