"""The ``MLmodel`` file: read without MLflow, and never further than the folder that it describes.

The fields are those of MLflow 0.9 to 3 (``mlflow/models/model.py`` and the flavors' ``save_model``); unknown ones are
left alone. MLflow joins the paths in them with the model's folder and does not check where that leads, so a field that
leaves the folder is refused here, at import.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from bentobook.errors import ImportFailed, MissingPyfuncFlavor, NotAnMLflowModel
from bentobook.store import safe_yaml

MLMODEL = "MLmodel"
PYFUNC = "python_function"
# Fields whose text MLflow joins with the model's folder.
_PATHS = {
    "code",
    "data",
    "env",
    "model_binary",
    "model_data",
    "model_file",
    "model_path",
    "pickled_model",
    "python_model",
    "saved_model_dir",
    "state_dict",
}
_PATH_LISTS = {"extra_files", "requirements_file"}
# The absolute path on the machine that logged the model stands here; MLflow uses the last part of it only.
_BASENAME_ONLY = "model_code_path"
_FREE_TEXT = {"config", _BASENAME_ONLY, "skops_trusted_types", "uri"}


@dataclass(frozen=True)
class MLmodel:
    """What an ``MLmodel`` file says.

    Attributes
    ----------
    fields : mapping
        All of it, as read.
    flavors : mapping
        The flavors that can load the model, each with its settings.
    """

    fields: Mapping[str, Any]
    flavors: Mapping[str, Mapping[str, Any]]

    @property
    def pyfunc(self) -> Mapping[str, Any]:
        """The settings of the ``python_function`` flavor."""
        return self.flavors.get(PYFUNC, {})

    def text(self, field: str) -> str | None:
        """Return a top-level field where it is a text that is not empty."""
        value = self.fields.get(field)
        return str(value) if isinstance(value, (str, int, float)) and str(value) else None


def read(folder: Path, shown: str) -> MLmodel:
    """Read and check the ``MLmodel`` file of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        The model's folder.
    shown : str
        Where the model comes from, for errors.

    Returns
    -------
    MLmodel
        What it says; the ``python_function`` flavor is there, and no path in it leaves the folder.

    Raises
    ------
    NotAnMLflowModel, MissingPyfuncFlavor
        When it is no model that MLflow can load as a Python function.
    ImportFailed
        When it cannot be read, or a path in it leads out of the folder.
    """
    file = folder / MLMODEL
    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotAnMLflowModel(shown) from error
    except OSError as error:
        raise ImportFailed(shown, f"its MLmodel file cannot be read ({error.strerror})") from error
    mlmodel = parse(data, shown)
    if PYFUNC not in mlmodel.flavors:
        raise MissingPyfuncFlavor(shown, list(mlmodel.flavors))
    check_paths(mlmodel, folder, shown)
    return mlmodel


def parse(data: bytes, shown: str) -> MLmodel:
    """Parse the text of an ``MLmodel`` file, or raise ImportFailed."""
    try:
        fields = safe_yaml.load(data, MLMODEL)
    except Exception as error:
        reason = getattr(error, "reason", str(error))
        raise ImportFailed(shown, f"its MLmodel file is not valid ({reason})") from error
    flavors = fields.get("flavors") if isinstance(fields, Mapping) else None
    if not isinstance(fields, Mapping) or not isinstance(flavors, Mapping):
        raise NotAnMLflowModel(shown, hint="Its MLmodel file names no flavors.")
    return MLmodel(fields, {str(name): conf if isinstance(conf, Mapping) else {} for name, conf in flavors.items()})


def advice_for(names: set[str], inner: Sequence[str] = ()) -> str:
    """Say what to do with a folder that is no model.

    Parameters
    ----------
    names : set of str
        The names at its top.
    inner : sequence of str
        Those of them that are models.

    Returns
    -------
    str
        A sentence, or ``""``.
    """
    if "MLproject" in names:
        return (
            "It is an MLflow project. Run it first, run = mlflow.projects.run(…), "
            "then import the model that its run logged: f'runs:/{run.run_id}/model'."
        )
    return f"Its folder {inner[0]!r} is one." if inner else ""


def check_paths(mlmodel: MLmodel, folder: Path, shown: str) -> None:
    """Refuse a model one of whose paths leads out of its folder, also by a symbolic link."""
    root = os.path.realpath(folder)
    for field, text in _paths(mlmodel):
        inside = PurePosixPath(text.replace("\\", "/"))
        absolute = inside.is_absolute() or PureWindowsPath(text).drive
        outside = absolute or "\0" in text or not Path(os.path.realpath(Path(root, inside))).is_relative_to(root)
        if outside:
            raise ImportFailed(shown, f"its MLmodel file leads out of the model's folder: {field} is {text!r}")


def _paths(mlmodel: MLmodel) -> Iterator[tuple[str, str]]:
    """Yield every text that MLflow may take for a path, with the name of its field."""
    for flavor, conf in mlmodel.flavors.items():
        yield from _walk(f"flavors.{flavor}", conf)
    example = mlmodel.fields.get("saved_input_example_info")
    if isinstance(example, Mapping):
        for key in ("artifact_path", "serving_input_path"):
            if isinstance(example.get(key), str):
                yield f"saved_input_example_info.{key}", example[key]


def _walk(where: str, conf: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in conf.items():
        field = f"{where}.{key}"
        if key in _FREE_TEXT:
            continue
        if isinstance(value, Mapping):
            yield from _walk(field, value)
        elif isinstance(value, list):
            yield from _walk(field, {str(at): each for at, each in enumerate(value)})
        elif isinstance(value, str) and _may_be_path(where, str(key), value):
            yield field, value


def _may_be_path(where: str, key: str, value: str) -> bool:
    """Whether a field is known to hold a path, or its text climbs out of a folder whatever the field is."""
    known = key in _PATHS or key == "path" or where.endswith(".env") or where.rpartition(".")[2] in _PATH_LISTS
    return known or ".." in value.replace("\\", "/").split("/")
