"""Which of a model's flavors is loaded."""

from __future__ import annotations

import pytest

from bentobook.errors import InvalidArgument
from bentobook.mlflow.flavors import choose, native_flavors
from bentobook.mlflow.mlmodel import MLmodel


def mlmodel(*flavors, loader="mlflow.sklearn"):
    confs = {name: {"python_function": {"loader_module": loader}}.get(name, {"of": name}) for name in flavors}
    return MLmodel({}, confs)


@pytest.mark.parametrize("wanted", [None, "pyfunc", "python_function"])
def test_the_generic_flavor_knows_the_framework_behind_it(wanted):
    choice = choose(mlmodel("sklearn", "python_function"), wanted)
    assert (choice.flavor, choice.native, choice.framework) == ("python_function", False, "sklearn")
    assert choice.settings == {"of": "sklearn"}


def test_native_is_the_first_in_the_file():
    choice = choose(mlmodel("python_function", "xgboost", "sklearn"), "native")
    assert (choice.flavor, choice.native, choice.framework) == ("xgboost", True, "xgboost")


def test_the_user_s_own_code_is_native_where_there_is_no_framework():
    choice = choose(mlmodel("python_function", loader="mlflow.pyfunc.model"), "native")
    assert (choice.flavor, choice.native, choice.framework) == ("python_function", True, "python_function")


@pytest.mark.parametrize("wanted", ["crate", "xgboost", "", "Sklearn"])
def test_a_flavor_that_is_not_there_is_answered_with_those_that_are(wanted):
    with pytest.raises(InvalidArgument, match=r"one that the model has: 'pyfunc', 'native', 'sklearn', got"):
        choose(mlmodel("sklearn", "python_function", "crate"), wanted)


@pytest.mark.parametrize("name", ["mleap", "shap", "gluon", "../x", "a.b", "no_such_flavor"])
def test_a_flavor_that_mlflow_cannot_load_is_not_native(name):
    assert native_flavors(mlmodel(name, "spacy", "python_function")) == ("spacy",)
