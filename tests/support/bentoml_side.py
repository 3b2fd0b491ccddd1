"""What the tests ask a real BentoML to do; the functions run in its own environment, each in a fork of its own.

Only names travel from our side, so nothing here may import BentoML at the top.
"""

from __future__ import annotations

import importlib
import io
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

PRELOAD = (
    "bentoml", "bentoml.mlflow", "bentoml.sklearn", "bentoml_cli.cli", "click.testing", "pandas", "mlflow.sklearn",
    "mlflow.pyfunc", "sklearn.tree",
)  # fmt: skip


def version() -> str:
    import bentoml

    return bentoml.__version__


def cli(*arguments: str) -> tuple[int, str]:
    """Run ``bentoml ARGUMENTS`` and return its exit code and what it printed."""
    from bentoml_cli.cli import cli as command
    from click.testing import CliRunner

    result = CliRunner().invoke(command, list(arguments), env={"COLUMNS": "400", "TERM": "dumb"})
    failed = f"\n{result.exception!r}" if result.exception else ""
    return result.exit_code, result.output + failed


def tags(name: str | None = None) -> list[str]:
    import bentoml

    return sorted(str(model.tag) for model in bentoml.models.list(name))


def record(tag: str) -> dict[str, Any]:
    """Return everything that BentoML knows about a model, as plain values."""
    import bentoml

    model = bentoml.models.get(tag)
    info = model.info
    return {
        "tag": str(model.tag),
        "path": model.path,
        "module": info.module,
        "labels": dict(info.labels),
        "metadata": dict(info.metadata),
        "signatures": {name: (s.batchable, tuple(s.batch_dim)) for name, s in info.signatures.items()},
        "custom_objects": model.custom_objects,
        "creation_time": info.creation_time,
    }


def predict(tag: str, rows: list[list[float]]) -> list[Any]:
    """Load an MLflow model the way BentoML's users do and predict."""
    import bentoml

    return list(bentoml.mlflow.load_model(tag).predict(rows))


def import_mlflow(name: str, path: str, **options: Any) -> str:
    import bentoml

    return str(bentoml.mlflow.import_model(name, path, **options).tag)


def save_sklearn(name: str, **options: Any) -> str:
    """Save a tiny tree with BentoML's own ``save_model``."""
    import bentoml
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(random_state=0).fit([[0.0], [1.0]], [0, 1])
    return str(bentoml.sklearn.save_model(name, tree, **options).tag)


def borrow(folders: list[str]) -> None:
    """Let this process find frameworks that its environment lacks where the tests have them; its own come first."""
    sys.path.extend(folders)


def save_framework(folders: list[str], name: str, **options: Any) -> str:
    """Save a framework's fitted model with BentoML's own module for it."""
    borrow(folders)
    import framework_models

    module = importlib.import_module(f"bentoml.{name}")
    return str(module.save_model("theirs", framework_models.fitted(name).model, **options).tag)


def ask_framework(folders: list[str], name: str, tag: str, **options: Any) -> tuple[list[Any], dict[str, Any]]:
    """Load a model with BentoML's own module for its framework; give its answers and the options of its record."""
    borrow(folders)
    import bentoml
    import framework_models

    module = importlib.import_module(f"bentoml.{name}")
    loaded = module.load_model(tag, **options)
    return framework_models.answer(name, loaded).tolist(), bentoml.models.get(tag).info.options.to_dict()


def export(tag: str, path: str) -> str:
    import bentoml

    return str(bentoml.models.export_model(tag, path))


def import_archive(path: str) -> str:
    import bentoml

    return str(bentoml.models.import_model(path).tag)


def delete(tag: str) -> None:
    import bentoml

    bentoml.models.delete(tag)


def look_until(stop: str, name: str, folder: str) -> dict[str, Any]:
    """List, get and export the models of a store again and again until the file ``stop`` appears."""
    import bentoml

    seen: dict[str, Any] = {"lists": 0, "gets": 0, "exports": 0, "errors": []}
    while not Path(stop).exists():
        try:
            for model in bentoml.models.list():
                seen["lists"] += 1
                model.info.signatures  # noqa: B018 - reads model.yaml
            with redirect_stdout(io.StringIO()):
                model = bentoml.models.get(name)
            seen["gets"] += 1
            if seen["gets"] % 10 == 1:
                bentoml.models.export_model(model.tag, f"{folder}/{seen['gets']}.tar")
                seen["exports"] += 1
                Path(folder, "seen").touch()
        except BaseException as error:
            seen["errors"].append(f"{type(error).__name__}: {error}")
        time.sleep(0)
    return seen


def bento_record(tag: str) -> dict[str, Any]:
    """Return what BentoML knows about a Bento, as plain values."""
    import bentoml

    bento = bentoml.bentos.get(tag)
    info = bento.info
    return {
        "tag": str(bento.tag),
        "path": bento.path,
        "service": info.service,
        "labels": dict(info.labels),
        "models": [str(model.tag) for model in info.all_models],
        "creation_time": info.creation_time,
    }


def export_bento(tag: str, path: str) -> str:
    import bentoml

    return str(bentoml.bentos.export_bento(tag, path))


def import_bento(path: str) -> str:
    import bentoml

    return str(bentoml.bentos.import_bento(path).tag)


def build_legacy(project: str, **options: Any) -> str:
    """Build a Bento of a service that was written for BentoML 1.0."""
    import bentoml

    return str(bentoml.bentos.build("service.py:svc", build_ctx=project, **options).tag)


def dockerfile(tag: str) -> str:
    """Write the Dockerfile that ``bentoml containerize`` makes of a Bento."""
    import bentoml
    from bentoml._internal.container import construct_containerfile

    with construct_containerfile(bentoml.bentos.get(tag), enable_buildkit=True) as (folder, name):
        return Path(folder, name).read_text()
