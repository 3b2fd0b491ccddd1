"""Packages that a model needs and that are not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bentobook.errors import MissingDependency
from bentobook.mlflow import dependencies_check, import_model
from bentobook.mlflow.flavors import Choice


def choice(framework, **settings):
    return Choice(framework, native=True, framework=framework, settings=settings)


def test_a_missing_framework_is_said_with_its_version_and_the_pip_line():
    sentence = (
        r"^Loading m:v1 needs catboost \(recorded version 1\.2\.3\), .* not installed: pip install catboost==1\.2\.3$"
    )
    with pytest.raises(MissingDependency, match=sentence):
        dependencies_check.check(choice("catboost", catboost_version="1.2.3"), "m:v1", [])


def test_nothing_is_said_and_imported_where_all_is_there():
    code = (
        "import sys\n"
        "from bentobook.mlflow import dependencies_check as d; from bentobook.mlflow.flavors import Choice\n"
        "d.check(Choice('sklearn', True, 'sklearn', {'serialization_format': 'skops'}), 'iris:v1', [])\n"
        "assert not {'sklearn', 'skops', 'mlflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    dependencies_check.check(choice("something_new"), "iris:v1", [])


@pytest.mark.parametrize(
    ("name", "requirements", "sentence"),
    [
        ("fancy", ["mlflow", "fancy==2.1"], r"needs fancy \(recorded version 2\.1\).*pip install fancy==2\.1$"),
        ("Fancy_Thing", ["fancy.thing[extra] >= 2"], "needs Fancy_Thing, which.*: pip install Fancy_Thing$"),
        ("cv2.aruco", [], "needs opencv-python, which is not installed: pip install opencv-python$"),
        (
            "my_features",
            ["mlflow"],
            r"needs my_features, .* installed\. No requirement names it: .*code_paths",
        ),
        (
            "sklearn.linear_model.logistic",
            ["scikit-learn==0.20.3"],
            r"The installed scikit-learn is another version than .*: pip install scikit-learn==0\.20\.3$",
        ),
    ],
    ids=["pinned", "by another spelling", "by another name", "the user's own module", "a module that is gone"],
)
def test_an_import_that_fails_is_explained(name, requirements, sentence):
    original = ModuleNotFoundError(f"No module named {name!r}", name=name)
    with (
        pytest.raises(MissingDependency, match=sentence) as caught,
        dependencies_check.translated("m:v1", requirements),
    ):
        raise original
    assert caught.value.__cause__ is original


def test_an_import_that_failed_further_down_is_found():
    error = ValueError("wrapped")
    error.__cause__ = ModuleNotFoundError("No module named 'fancy'", name="fancy")
    with pytest.raises(MissingDependency, match="needs fancy"), dependencies_check.translated("m:v1", []):
        raise error


@pytest.mark.parametrize(
    "error", [ValueError("odd"), ImportError("cannot import name 'x'"), MissingDependency("x", feature="y")], ids=repr
)
def test_other_errors_pass_as_they_are(error):
    with pytest.raises(type(error), match=r"odd|cannot|needs") as caught, dependencies_check.translated("m:v1", []):
        raise error
    assert caught.value is error


def test_a_pickle_that_needs_a_missing_module(tmp_path):
    (tmp_path / "gone_module.py").write_text(
        "import mlflow\n"
        "class Model(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n"
        "        return model_input\n"
    )
    save = (
        "import mlflow.pyfunc, gone_module; "
        "mlflow.pyfunc.save_model('m', python_model=gone_module.Model(), pip_requirements=['mlflow'])"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", save], cwd=tmp_path, check=True)
    model = import_model("gone", tmp_path / "m")
    with pytest.raises(MissingDependency, match=rf"Loading {model.tag} needs gone_module, which is not installed"):
        model.load_model()
