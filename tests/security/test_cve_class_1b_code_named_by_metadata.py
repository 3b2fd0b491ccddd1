"""Code that a record or an ``MLmodel`` names is not run before a load, and a record's module never.

BentoML imports whatever ``module:`` says; MLflow runs ``loader_module`` and ``code/`` on load. CVE-2022-39286 is of the
same class: code that is found where the data lies.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bentobook
from bentobook.errors import BentobookError


def test_cve_class_1b_the_module_of_a_record_is_never_imported(
    plant: Callable[..., Path], tmp_path: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hostile_module.py").write_text(f"import pathlib\npathlib.Path({str(canary)!r}).touch()\n")
    monkeypatch.syspath_prepend(tmp_path)
    plant("hostile", module="hostile_module")
    model = bentobook.models.get("hostile")

    with pytest.raises(BentobookError, match="hostile_module"):
        model.load_model()

    assert not canary.exists()
    assert "hostile_module" not in sys.modules


def test_cve_class_1b_import_list_show_export_verify_run_no_code_of_the_model(
    trap: Path, canary: Path, tmp_path: Path
) -> None:
    model = bentobook.mlflow.import_model("trap:v1", str(trap), custom_objects={"a": 1})
    listed = bentobook.models.list()
    shown = repr(listed), listed._repr_html_(), model._repr_html_(), repr(model.info), model.lineage, model.methods
    archive = bentobook.models.export_model("trap:v1", str(tmp_path / "trap.bentomodel"))
    found = model.verify(deep=True).problems
    bentobook.models.delete("trap:v1")
    bentobook.models.import_model(str(archive))

    assert shown
    assert not found
    assert not canary.exists()
    assert "trap_loader" not in sys.modules


def test_cve_class_1b_the_trap_works_when_it_is_loaded(trap: Path, canary: Path) -> None:
    model = bentobook.mlflow.import_model("trap:v1", str(trap))

    with contextlib.suppress(Exception):
        model.load_model(flavor="pyfunc")

    assert canary.exists()


def test_cve_class_1b_custom_objects_are_not_unpickled_by_get_or_list(plant: Callable[..., Path], canary: Path) -> None:
    import pickle

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (canary,))

    (plant("hostile") / "custom_objects.pkl").write_bytes(pickle.dumps(Trap()))

    model = bentobook.models.get("hostile")
    assert model._repr_html_()
    assert len(bentobook.models.list()) == 1

    assert not canary.exists()
