"""PyTorch: ``saved_model.pt``, the whole module as ``torch.save`` writes it with cloudpickle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from bentobook.errors import InvalidArgument
from bentobook.frameworks import loading, pickling, saving
from bentobook.frameworks.framework import Framework, Package
from bentobook.frameworks.loading import Opening
from bentobook.frameworks.saving import Written
from bentobook.store.model import Model
from bentobook.store.model_yaml import Signatures
from bentobook.store.tag import Tag

FRAMEWORK = Framework(
    name="pytorch",
    context_name="torch",
    packages=(Package("torch", ("torch",)),),
    files=("saved_model.pt",),
    takes="a torch.nn.Module",
    method="__call__",
)
_FORM = "torch pickle"
_SCRIPTED = "TorchScript has a format of its own: write it with torch.jit.save inside bentobook.models.create(NAME)."


def get(tag: str | Tag) -> Model:
    """Find a model that was saved with PyTorch.

    Raises
    ------
    NotFound
        When it is not there, or (WrongModule) was saved with another module.
    """
    return loading.get(FRAMEWORK, tag)


def load_model(
    tag_or_model: str | Tag | Model,
    device_id: str | None = None,
    *,
    flavor: str | None = None,
    device: str | None = None,
    **torch_load_args: Any,
) -> Any:
    """Load a module.

    Parameters
    ----------
    tag_or_model : str, Tag or Model
        Which one.
    device_id : str, optional
        BentoML's name of ``device``.
    flavor : str, optional
        ``"native"``: there is nothing else.
    device : str, optional
        ``"cpu"`` (also when it is left out, as in BentoML), ``"cuda"``, ``"cuda:1"``, ``"mps"`` or ``"auto"``.
    **torch_load_args
        Handed on to ``torch.load``, such as ``mmap=True``.

    Returns
    -------
    torch.nn.Module
        On the device, in the mode (training or not) in which it was saved.

    Raises
    ------
    InvalidArgument
        When ``device_id`` and ``device`` differ.
    WrongModule, MissingDependency, DeviceUnavailable
        It cannot be loaded like that.
    UntrustedModel
        When the trust policy wants consent first: the file is a pickle, which runs code.
    """
    if device_id is not None and device not in {None, device_id}:
        raise InvalidArgument("device", device, "the same as device_id", hint="They are two names of one thing.")

    def read(opening: Opening) -> Any:
        import torch

        # A whole module is no bare tensor, which is all that weights_only, the default since torch 2.6, lets through.
        arguments = {"map_location": opening.target, "weights_only": False, **torch_load_args}
        return torch.load(opening.file, **arguments)

    where = device or device_id or "cpu"
    return loading.load(FRAMEWORK, tag_or_model, read, form=_FORM, runs_code=True, flavor=flavor, wanted=where)


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
    """Save a module with its weights and, where it was defined in a notebook, its code.

    Parameters
    ----------
    name : str or Tag
        ``"mnist"`` for a new version, or ``"mnist:v1"``.
    model : torch.nn.Module
        The module.
    signatures : mapping, optional
        Method to ``{"batchable": …, "batch_dim": …}``; ``__call__``, not batched, when it is left out.
    labels : mapping of str to str, optional
    metadata : mapping, optional
        Plain values only.
    custom_objects : mapping, optional
        Objects that are pickled beside the model.
    external_modules : sequence of modules, optional
        Modules whose code is pickled with the module and the objects.

    Returns
    -------
    Model
        The new version.

    Raises
    ------
    InvalidArgument
        When it is no module, a module of TorchScript, or has no such method.
    """
    torch = FRAMEWORK.import_for_saving()
    if not isinstance(model, torch.nn.Module):
        raise FRAMEWORK.refuse(model)
    if isinstance(model, torch.jit.ScriptModule):
        raise FRAMEWORK.refuse(model, hint=_SCRIPTED)

    def write(path: Path) -> Written:
        import cloudpickle

        with pickling.refusing(model):
            torch.save(model, path, pickle_module=cloudpickle)
        return Written(_FORM, runs_code=True, needs=("cloudpickle",))

    given = saving.Given(signatures, labels, metadata, custom_objects, external_modules)
    return saving.save(FRAMEWORK, name, write, given, loaded=model, options={"partial_kwargs": {}})
