"""The user's own modules are followed from import to import; what is installed is a requirement."""

from __future__ import annotations

from pathlib import Path

import pytest

from bentobook.bundle import modules
from bentobook.bundle.imports import imports_of
from bentobook.bundle.modules import Code
from bentobook.bundle.project import Choice, files
from bentobook.errors import BuildFailed


def _write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _follow(root: Path, start: str = "service.py") -> Code:
    code = Code()
    modules.follow(code, root, {start: root / start})
    return code


def test_imports_are_read_from_the_text_with_their_lines() -> None:
    source = (
        "import os, pandas.io\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n"
        "else:\n    import numpy\ntry:\n    import optional\nexcept ImportError:\n    pass\n"
        "def f():\n    from .near import a\n    from .. import b\n"
    )

    found = [(each.module, each.line, each.optional) for each in imports_of(source, package="pkg.sub")]

    assert ("torch", 4, False) not in found
    assert found[0] == ("os", 1, False)
    assert {("pandas.io", 1, False), ("numpy", 6, False), ("optional", 8, True)} <= set(found)
    assert {("pkg.sub.near", 12, False), ("pkg", 13, False)} <= set(found)


def test_modules_are_followed_through_packages_and_relative_imports(tmp_path: Path) -> None:
    _write(tmp_path, service="from pkg.sub import deep\nimport flat\n", flat="import json\n", unused="import nothing\n")
    _write(tmp_path, pkg____init__="", pkg__sub____init__="from . import deep\n", pkg__sub__deep="import scipy.stats\n")
    (tmp_path / "pkg" / "__init__.py").touch()

    code = _follow(tmp_path)

    assert {"flat.py", "pkg/sub/deep.py"} <= set(code.files)
    assert "unused.py" not in code.files
    assert code.reasons["flat.py"] == "service.py:2"
    assert [each.module for each in code.foreign] == ["scipy.stats"]


def test_a_module_beside_the_notebook_goes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    _write(tmp_path / "elsewhere", beside_of_mine="x = 1\n")
    _write(tmp_path, service="import beside_of_mine\n")
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))

    assert set(_follow(tmp_path).files) == {"beside_of_mine.py"}


def test_a_file_that_is_not_python_is_said_with_its_line(tmp_path: Path) -> None:
    _write(tmp_path, service="import broken\n", broken="def f(:\n")

    with pytest.raises(BuildFailed, match=r"broken\.py: line 1 is not Python"):
        _follow(tmp_path)


def test_patterns_choose_files_and_an_ignore_file_counts_for_its_folder(tmp_path: Path) -> None:
    for name in ("a.py", "data/b.csv", "data/c.bin", ".git/x", "__pycache__/a.pyc", "store/models/m", "venv/y", ".env"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("x")
    (tmp_path / "data" / ".bentoignore").write_text("*.bin\n")

    assert files(tmp_path, Choice(), outside=[tmp_path / "store"]) == [".env", "a.py", "data/b.csv"]
    assert files(tmp_path, Choice(("*.py",)), outside=[tmp_path / "store"]) == ["a.py"]
    assert files(tmp_path, Choice(None, ("data/",)), outside=[tmp_path / "store"]) == [".env", "a.py"]


def test_a_link_that_leads_out_of_the_project_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "passwords").symlink_to("/etc/passwd")

    with pytest.raises(BuildFailed, match="a link that leads out of the project"):
        files(project, Choice())
