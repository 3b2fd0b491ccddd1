"""The module of a cell: a file of its own for each text, imported under a real name, never old bytecode."""

from __future__ import annotations

import inspect
import os
import pickle
import sys
import traceback
from pathlib import Path

import pytest

import bentobook
from bentobook.bundle import cell_file
from bentobook.bundle.cell import compose
from bentobook.errors import InvalidArgument, StoreNotWritable

BODY = "import math\n\nclass Row:\n    pass\n\ndef area(r):\n    return math.pi / r\n"


@pytest.fixture
def made(notebook):
    """Write and import a cell with something above its body; take it out again."""
    notebook("import json\nlimit = 3")
    loaded = []

    def make(body=BODY, name="svc1", **options):
        cell = compose(name, body, notebook.names, **options)
        path = cell_file.write(cell)
        module = cell_file.load(cell, path)
        loaded.append(module)
        return cell, path, module

    yield make
    for module in loaded:
        cell_file.forget(module)


def test_the_file_lies_in_the_store_under_a_name_of_its_own_for_the_user_alone(made, store_home):
    cell, path, module = made()
    assert path.is_relative_to(store_home / ".bentobook/cells")
    assert path.name == f"svc1_{cell.digest}.py"
    assert path.read_text("utf-8") == cell.text
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (module.__name__, module.__file__) == (cell.module_name, str(path))
    assert sys.modules[cell.module_name] is module


def test_source_pickles_and_tracebacks_work_and_point_to_the_line_of_the_cell(made):
    body = "json.loads('1')\n" + BODY
    cell, path, module = made(body)
    assert inspect.getsource(module.area) == "def area(r):\n    return math.pi / r\n"
    assert inspect.getsource(module.Row) == "class Row:\n    pass\n"
    assert type(pickle.loads(pickle.dumps(module.Row()))) is module.Row
    with pytest.raises(ZeroDivisionError, match="division") as raised:
        module.area(0)
    frame = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert (frame.filename, frame.line) == (str(path), "return math.pi / r")
    assert cell_file.line_of_cell(vars(module), frame.lineno) == ("svc1", 9)
    assert cell_file.line_of_cell(vars(module), cell.first_line - 1) is None
    assert cell_file.line_of_cell(globals(), 3) is None


def test_a_changed_cell_never_answers_with_old_code_with_bytecode_writing_on(made, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    folders = set()
    for n in range(20):
        _, path, module = made(f"def f(): return {n % 3}")
        os.utime(path, (1, 1))  # same time, same size: the two things by which Python believes in its bytecode
        assert module.f() == n % 3
        folders.add(path.parent)
    assert not [found for folder in folders for found in folder.rglob("*.pyc")]


def test_a_file_that_somebody_put_there_is_not_what_is_executed(made):
    _, path, _ = made("def f(): return 1")
    path.chmod(0o600)
    path.write_text("def f(): return 'foreign'")
    _, _, module = made("def f(): return 1")
    assert module.f() == 1
    assert inspect.getsource(module.f) == "def f(): return 1\n"


def test_a_cell_that_fails_leaves_no_module_and_the_one_before_stays(made):
    _, _, module = made("def f(): return 1\nimport sys\nif hasattr(sys, 'stop_now'): raise KeyError('stop')")
    sys.stop_now = True  # type: ignore[attr-defined]
    try:
        with pytest.raises(KeyError, match="stop"):
            made("def f(): return 1\nimport sys\nif hasattr(sys, 'stop_now'): raise KeyError('stop')")
    finally:
        del sys.stop_now  # type: ignore[attr-defined]
    assert sys.modules[module.__name__] is module


def test_a_forgotten_module_still_answers_those_who_hold_its_functions(made):
    _, _, module = made("k = 2\ndef f(): return k")
    function, name = module.f, module.__name__
    cell_file.forget(module)
    del module
    assert name not in sys.modules
    assert function() == 2


def test_a_cell_of_another_cell_s_module_is_not_imported_from_it(made, notebook):
    _, _, module = made("def f(): return 1")
    notebook.names.update(f=module.f, whole=module)
    assert compose("svc2", "x = f()", notebook.names).brought == ("f",)


def test_the_kept_file_is_the_same_text_and_an_edited_one_is_left_alone(made, tmp_path):
    cell, _, _ = made()
    target = tmp_path / "sub/service.py"
    cell_file.keep(cell, target)
    assert target.read_text("utf-8") == cell.text
    other, _, _ = made("x = 1")
    cell_file.keep(other, target)
    assert target.read_text("utf-8") == other.text
    target.write_text(other.text + "# mine\n")
    with pytest.raises(InvalidArgument, match="not changed since"):
        cell_file.keep(cell, target)


def test_a_store_that_cannot_be_written_is_one_sentence(made, store_home):
    (store_home / ".bentobook").mkdir(parents=True)
    (store_home / ".bentobook/cells").write_text("in the way")
    with pytest.raises(StoreNotWritable, match="keep the code of the cell"):
        made()


def test_a_place_that_cannot_be_written_is_one_sentence(made, tmp_path):
    cell, _, _ = made()
    with pytest.raises(InvalidArgument, match="a file that can be"):
        cell_file.keep(cell, Path(tmp_path))


def test_a_clean_up_removes_files_of_a_week_ago_that_this_process_does_not_use(made):
    _, used, _ = made("def f(): return 1")
    cell, old, module = made("def f(): return 2")
    _, young, other = made("def f(): return 3")
    for unused in (module, other):
        cell_file.forget(unused)
    for path in (used, old):
        os.utime(path, (1, 1))

    assert bentobook.models.gc().removed == 1
    assert (used.exists(), old.exists(), young.exists()) == (True, False, True)

    assert cell_file.write(cell) == old
    os.utime(old, (1, 1))
    cell_file.write(cell)
    assert bentobook.models.gc().removed == 0
