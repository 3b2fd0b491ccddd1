"""What a function of a Bento imports when it is called comes from the Bento, whatever the notebook has of that name."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

import bentobook
from bentobook.bundle import loading

SERVICE = """\
import bentobook

svc = bentobook.Service("late_svc")


@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())
def early_and_late(name):
    from late_parts import words
    from late_parts.words import said

    import late_single

    return [said(name), words.NAME, late_single.said()]
"""
FILES = {
    "service.py": SERVICE,
    "late_single.py": "def said():\n    import late_deeper\n\n    return late_deeper.SAID\n",
    "late_deeper.py": "SAID = 'deep'\n",
    "late_parts/__init__.py": "",
    "late_parts/words.py": (
        "NAME = 'words'\n\n\ndef said(name):\n    from . import hello\n\n    return hello.WORD + name\n"
    ),
    "late_parts/hello.py": "WORD = 'hello '\n",
}
ANSWER = ["hello ada", "words", "deep"]


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Build a Bento of a service whose functions import when they are called, and leave its project."""
    for name, text in FILES.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path / "project")
    tag = str(bentobook.build("service.py:svc").tag)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in sys.modules if name.startswith("late_")]:
        monkeypatch.delitem(sys.modules, name)
    return tag


def test_a_function_finds_the_modules_of_its_bento_when_it_is_called(built: str) -> None:
    bento = bentobook.bentos.get(built)
    service = bentobook.load(built)

    assert [service.call("early_and_late", "ada").value for _ in range(2)] == [ANSWER] * 2
    assert bento.verify().ok
    service.close()


def test_modules_of_the_notebook_and_of_other_bentos_are_not_mixed_up(
    built: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "late_single.py").write_text("def said():\n    return 'of the notebook'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    one = bentobook.load(built)
    mine = __import__("late_single")
    (tmp_path / "project" / "late_deeper.py").write_text("SAID = 'deeper'\n")
    monkeypatch.chdir(tmp_path / "project")
    other = bentobook.load(bentobook.build("service.py:svc").tag)

    assert mine.said() == "of the notebook"
    assert one.call("early_and_late", "ada").value == ANSWER
    assert other.call("early_and_late", "ada").value == ["hello ada", "words", "deeper"]
    assert one.call("early_and_late", "ada").value == ANSWER
    assert sys.modules["late_single"] is mine
    one.close()
    other.close()


def test_a_process_that_serves_a_bento_finds_its_modules_by_name(built: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))

    service = loading.load(bentobook.bentos.get(built), for_process=True)

    assert importlib.import_module("late_deeper").SAID == "deep"
    assert bentobook.bentos.get(built).verify().ok
    service.close()
