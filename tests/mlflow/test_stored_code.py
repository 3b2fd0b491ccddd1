"""Modules that a model brings along: imported without a trace, and not mixed up with another model's."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mlflow
import pytest

import bentobook
from bentobook.mlflow import get, import_model, stored_code

BARE = {"pip_requirements": ["mlflow"]}


@pytest.fixture(autouse=True)
def fresh_imports(monkeypatch):
    """Give each test Python's import state as it was."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "path_hooks", list(sys.path_hooks))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(stored_code, "_roots", {})
    yield
    forget()


def forget():
    for name in [name for name in sys.modules if name.startswith(("featurize", "mine"))]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.fixture
def with_code(tmp_path, monkeypatch):
    """Import a model with a package of its own: ``eager`` is imported by the load, ``lazy`` by a prediction."""

    def make(name, *, answer=1, package="featurize"):
        sources = tmp_path / name / package
        sources.mkdir(parents=True)
        (sources / "__init__.py").write_text("")
        (sources / "lazy.py").write_text(f"ANSWER = {answer}\n")
        (sources / "eager.py").write_text(
            textwrap.dedent(f"""
            import mlflow

            class Model(mlflow.pyfunc.PythonModel):
                answer = {answer}

                def predict(self, context, model_input, params=None):
                    from {package}.lazy import ANSWER
                    return [ANSWER, self.answer]
            """)
        )
        saved = tmp_path / name / "saved"
        with monkeypatch.context() as patch:
            patch.syspath_prepend(tmp_path / name)
            python_model = importlib.import_module(f"{package}.eager").Model()
            mlflow.pyfunc.save_model(saved, python_model=python_model, code_paths=[str(sources)], **BARE)
        forget()
        return import_model(name, saved)

    return make


def files(model):
    return sorted(str(path.relative_to(model.path)) for path in model.path.rglob("*"))


def test_neither_a_load_nor_a_later_import_writes_into_the_version(with_code):
    model = with_code("iris")
    before = files(model)
    assert any(path.endswith("lazy.py") for path in before)
    assert model.load_model().predict(["x"]) == [1, 1]
    assert files(model) == before
    assert not any("__pycache__" in path for path in before)


def test_nothing_is_written_in_a_fresh_process_either(with_code, tmp_path):
    model = with_code("iris")
    before = files(model)
    code = "import bentobook; assert bentobook.models.get('iris:latest').load_model().predict(['x']) == [1, 1]"
    environment = {**os.environ, "PYTHONPATH": str(Path(bentobook.__file__).parents[1])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert files(model) == before


def test_mlflow_s_own_load_of_the_path_leaves_nothing(with_code):
    with_code("iris")
    model = get("iris:latest")
    before = files(model)
    assert mlflow.pyfunc.load_model(model.path_of("mlflow_model")).predict(["x"]) == [1, 1]
    assert files(model) == before


def test_a_model_from_code_leaves_nothing(tmp_path):
    (tmp_path / "script.py").write_text(
        "import mlflow\n"
        "class Model(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n"
        "        return model_input\n"
        "mlflow.models.set_model(Model())\n"
    )
    mlflow.pyfunc.save_model(tmp_path / "m", python_model=str(tmp_path / "script.py"), **BARE)
    model = import_model("script", tmp_path / "m")
    before = files(model)
    assert model.load_model().predict(["x"]) == ["x"]
    assert files(model) == before
    assert sys.dont_write_bytecode is False


def test_two_versions_with_modules_of_one_name_run_each_its_own(with_code):
    first, second = with_code("one", answer=1), with_code("two", answer=2)
    one = first.load_model()
    assert one.predict(["x"]) == [1, 1]
    assert second.load_model().predict(["x"]) == [2, 2]
    assert one.unwrap_python_model().answer == 1


def test_loads_at_the_same_time_do_not_disturb_each_other(with_code):
    models = [with_code(f"m{n}", answer=n, package=f"featurize{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda model: model.load_model(), models))
    assert [model.unwrap_python_model().answer for model in loaded] == [0, 1, 2, 3]


def test_equal_modules_are_shared(with_code):
    first, second = with_code("one"), with_code("two")
    one, two = first.load_model(), second.load_model()
    assert type(one.unwrap_python_model()) is type(two.unwrap_python_model())


def test_the_user_s_own_module_stays(with_code, tmp_path):
    model = with_code("iris", package="mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").write_text("")
    sys.path.insert(0, str(tmp_path))
    import mine

    stored_code._make_room(model.path / "mlflow_model" / "code", str(model.tag))
    assert sys.modules["mine"] is mine


def test_other_folders_are_left_to_python(tmp_path):
    stored_code.register(tmp_path / "m", "iris:v1")
    with pytest.raises(ImportError, match=r"^$"):
        stored_code._finder(str(tmp_path / "model"))
    assert stored_code._finder(str(tmp_path / "m" / "code"))


def test_registering_again_adds_no_second_hook(tmp_path):
    stored_code.register(tmp_path / "a", "a:v1")
    stored_code.register(tmp_path / "a", "a:v1")
    stored_code.register(tmp_path / "b", "b:v1")
    assert sys.path_hooks.count(stored_code._finder) == 1
