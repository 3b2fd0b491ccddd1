"""``%bento_save`` takes an expression, finds the framework, records methods, and loads again."""

from __future__ import annotations

import numpy as np
import pytest
from framework_models import X, Y
from IPython.core.error import UsageError

import bentobook
from bentobook.errors import AlreadyExists
from bentobook.store.model_yaml import ModelSignature

BATCHED = ModelSignature(batchable=True)


@pytest.fixture
def clf(shell):
    """Leave a fitted classifier in the user's namespace."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression().fit(X, Y)
    shell.names.update(clf=fitted, models={"the best": fitted}, X=X, Y=Y)
    return fitted


def test_the_object_is_saved_with_its_framework_and_loads_again(shell, clf):
    model = shell("%bento_save iris clf")
    assert (model.tag.name, model.info.module) == ("iris", "bentoml.sklearn")
    np.testing.assert_array_equal(shell("%bento_load iris").predict(X), clf.predict(X))


def test_methods_and_labels_are_recorded(shell, clf):
    model = shell("%bento_save iris:v1 clf --methods predict,predict_proba --batchable --label team=red -l stage=dev")
    assert str(model.tag) == "iris:v1"
    assert dict(model.info.signatures) == {"predict": BATCHED, "predict_proba": BATCHED}
    assert dict(model.info.labels) == {"team": "red", "stage": "dev"}


def test_batchable_alone_is_the_usual_method(shell, clf):
    assert dict(shell("%bento_save iris clf --batchable").info.signatures) == {"predict": BATCHED}


@pytest.mark.parametrize(
    "expression", ["models['the best']", "type(clf)(C=0.5).fit(X[:, 1:], Y)", "[m for m in models.values()][0]"]
)
def test_the_object_is_any_expression(shell, clf, expression):
    model = shell(f"%bento_save iris {expression} --batchable")
    assert type(model.load_model()) is type(clf)


def test_the_variables_of_a_function_are_known(shell, clf):
    shell("def keep(inner):\n    return get_ipython().run_line_magic('bento_save', 'iris inner')")
    assert shell("keep(clf)").tag.name == "iris"


def test_the_result_is_assigned_and_quiet_shows_nothing(shell, clf):
    shell("m = %bento_save iris clf")
    assert shell.names["m"].tag.name == "iris"
    assert shell("%bento_save -q iris clf") is None
    assert len(bentobook.models.list("iris")) == 2


def test_the_card_is_what_it_shows(shell, clf):
    card = shell("%bento_save iris:v1 clf --batchable")._repr_html_()
    for part in ("iris:v1", "predict · batched", "saved_model.pkl", "runs code on load"):
        assert part in card


def test_what_was_just_saved_needs_no_notice(shell, clf, capsys):
    shell("%bento_save iris clf\nx = %bento_load iris")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("iris", "OBJ is missing"),
        ("iris clff", r"there is no variable clff\. Did you mean clf\?"),
        ("iris clff.fit(X, Y)", r"there is no variable clff\. Did you mean clf\?"),
        ("iris clf.", r"OBJ is one Python expression, and 'clf\.' is none"),
        ("iris x = clf", r"OBJ is one Python expression, and 'x = clf' is none"),
        ("iris clf --methds predict", "unknown option --methds. Did you mean --methods"),
    ],
)
def test_mistakes_are_one_line(shell, clf, line, problem):
    error = shell.error(f"%bento_save {line}")
    assert type(error) is UsageError
    with pytest.raises(UsageError, match=problem):
        raise error


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("iris 3", "InvalidArgument: obj: expected a model of"),
        ("iris clf -m nope", "InvalidArgument: method: expected one of"),
        ("Iris! clf", "InvalidTag: tag: expected"),
    ],
)
def test_what_cannot_be_saved_is_one_line_too(shell, clf, capsys, line, problem):
    shell.error(f"%bento_save {line}")
    shown = capsys.readouterr()
    assert problem in shown.err + shown.out
    assert "Traceback" not in shown.err + shown.out


def test_a_tag_is_never_overwritten(shell, clf):
    shell("%bento_save iris:v1 clf")
    assert isinstance(shell.error("%bento_save iris:v1 clf"), AlreadyExists)


def test_an_error_of_the_user_s_own_code_keeps_its_traceback(shell, clf):
    shell("def broken():\n    return missing_name")
    assert type(shell.error("%bento_save iris broken()")) is NameError
    assert type(shell.error("%bento_save iris models['no']")) is KeyError


def test_a_model_of_mlflow_s_own_kind_goes_through_mlflow(shell):
    shell(
        "import mlflow\n"
        "class Twice(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n"
        "        return model_input * 2\n"
    )
    model = shell("%bento_save twice Twice() --batchable")
    assert (model.info.module, model.methods) == ("bentoml.mlflow", {"predict": BATCHED})
    assert shell("%bento_load twice").predict(np.ones((1, 1))).tolist() == [[2.0]]


def test_tab_proposes_options_and_leaves_objects_to_ipython(shell, clf):
    assert {"--batchable", "--methods", "--label"} <= set(shell.complete("%bento_save iris clf --"))
    assert "clf" in shell.complete("%bento_save iris cl")
