"""Loading what was saved with a framework: consent, versions and devices are settled before its file is opened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bentobook.errors import InvalidArgument, MissingDependency, StoreUnreadable, WrongModule
from bentobook.frameworks import accelerators, device, drift
from bentobook.frameworks.framework import Framework
from bentobook.store import trust
from bentobook.store.model import Model
from bentobook.store.needs import installed_version
from bentobook.store.store import Store
from bentobook.store.tag import Tag

_logger = logging.getLogger("bentobook")


@dataclass(frozen=True)
class Opening:
    """A model that may be opened now.

    Attributes
    ----------
    model : Model
        Its record.
    file : Path
        Its file.
    target : str or None
        The device that it goes to, where one was asked for.
    """

    model: Model
    file: Path
    target: str | None


def get(framework: Framework, tag: str | Tag) -> Model:
    """Find a stored model that was saved with a framework.

    Raises
    ------
    NotFound
        When it is not there, or (WrongModule) was saved with another module.
    """
    return _own(framework, Store().get(tag))


def load(
    framework: Framework,
    tag_or_model: str | Tag | Model,
    read: Callable[[Opening], Any],
    *,
    form: str,
    runs_code: bool = False,
    flavor: str | None = None,
    wanted: str | None = None,
) -> Any:
    """Load a stored model.

    Parameters
    ----------
    framework : Framework
        What it was saved with.
    tag_or_model : str, Tag or Model
        Which one.
    read : callable
        Reads its file.
    form : str
        The format that ``read`` takes.
    runs_code : bool
        Whether reading it runs code; then consent is asked first.
    flavor : str, optional
        ``"native"`` or the framework's name: there is nothing else to choose.
    wanted : str, optional
        The device, as users write it.

    Returns
    -------
    object
        The live model, on its device.

    Raises
    ------
    InvalidArgument, DeviceUnavailable
        The flavor or the device cannot be had.
    MissingDependency
        A package that the model needs is not installed.
    UntrustedModel
        The trust policy wants consent first.
    WrongModule
        It was saved with another module.

    Warns
    -----
    VersionDrift
        When what its file depends on has moved on since it was saved.
    """
    opening = _prepare(framework, _found(framework, tag_or_model), flavor, wanted)
    tag = str(opening.model.tag)
    entry = {"path": opening.file.name, "format": form, "runs_code": runs_code}
    trust.check(opening.model, look=lambda: [entry])
    if runs_code:
        drift.warn(tag, _moved(opening.model))
    with _translated(tag):
        loaded = read(opening)
    return _settled(opening, loaded)


def _own(framework: Framework, model: Model) -> Model:
    if model.info.module != framework.module:
        raise WrongModule(str(model.tag), model.info.module, framework.face)
    return model


def _found(framework: Framework, tag_or_model: str | Tag | Model) -> Model:
    return _own(framework, tag_or_model) if isinstance(tag_or_model, Model) else get(framework, tag_or_model)


def _prepare(framework: Framework, model: Model, flavor: str | None, wanted: str | None) -> Opening:
    """Decide everything that can be decided without opening the file."""
    if flavor not in {None, "native", framework.name}:
        hint = f"{model.tag} was saved with {framework.face}, not imported from MLflow."
        raise InvalidArgument("flavor", flavor, f"'native' or {framework.name!r}", hint=hint)
    target = accelerators.parse(wanted)
    framework.check_for_loading(str(model.tag), model.info.context.framework_versions)
    return Opening(model, _file(framework, model), target and accelerators.choose(target, framework.name))


def _file(framework: Framework, model: Model) -> Path:
    for name in framework.files:
        path = model.path / name
        if path.is_file():
            return path
    raise StoreUnreadable(model.path / framework.files[0], "there is no such file")


def _moved(model: Model) -> Iterator[tuple[str, str, str]]:
    for name, recorded in model.info.context.framework_versions.items():
        installed = installed_version(name)
        if installed is not None:
            yield name, recorded, installed


@contextmanager
def _translated(tag: str) -> Iterator[None]:
    """Say what to do about a module of the user's own that a pickle needs and Python does not find."""
    try:
        yield
    except ModuleNotFoundError as error:
        if isinstance(error, MissingDependency) or error.name is None:
            raise
        top = error.name.partition(".")[0]
        hint = "Install it, put its folder on sys.path, or save the model again with external_modules=[…]"
        raise MissingDependency(top, feature=f"Loading {tag}", hint=hint) from error


def _settled(opening: Opening, loaded: Any) -> Any:
    """Move what the framework left elsewhere, and say where the model is."""
    if opening.target is not None:
        device.move(loaded, opening.target)
        _logger.info("%s is loaded on %s", opening.model.tag, device.verify(loaded, opening.target))
    return loaded
