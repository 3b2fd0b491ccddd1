"""``%bento_import`` understands names, URIs, variables, archives and nothing at all, with real models of MLflow."""

from __future__ import annotations

import shutil

import pytest
from IPython.core.error import UsageError

from bentobook.errors import ImportFailed, InvalidArgument, InvalidTag


@pytest.fixture
def logged(tracking, shell):
    """Log a small model in a run, with everything that a run has."""
    import mlflow
    import numpy as np
    from sklearn.linear_model import LinearRegression

    rows = np.arange(12.0).reshape(6, 2)
    fitted = LinearRegression().fit(rows, rows[:, 0])
    with mlflow.start_run(run_name="first") as run:
        mlflow.log_param("alpha", 0.5)
        mlflow.log_metric("r2", 0.9)
        mlflow.set_tag("team", "red")
        info = mlflow.sklearn.log_model(
            fitted,
            name="line",
            input_example=rows[:1],
            pip_requirements=["scikit-learn"],
            registered_model_name="My Line",
        )
    shell.names.update(info=info, run=run, X=rows, fitted=fitted)
    return info


@pytest.fixture
def saved(dummy_folder, tmp_path):
    """Lay a saved model without a signature into the shell's folder."""
    return shutil.copytree(dummy_folder, tmp_path / "my_model")


def test_name_and_uri(shell, logged):
    model = shell(f"%bento_import iris {logged.model_uri}")
    assert model.tag.name == "iris"


def test_the_runs_tags_become_labels_and_its_metrics_and_params_metadata(shell, logged):
    model = shell("%bento_import iris info --label owner=ada --label team=blue")
    assert dict(model.info.labels) == {"team": "blue", "owner": "ada"}
    assert model.info.metadata == {"metrics": {"r2": 0.9}, "params": {"alpha": "0.5"}}


def test_without_lineage_nothing_of_the_run_is_asked_for(shell, logged):
    model = shell("%bento_import iris info --no-lineage")
    assert (dict(model.info.labels), dict(model.info.metadata)) == ({}, {})
    assert "metrics" not in model.lineage


@pytest.mark.parametrize(
    "words",
    ["info", "$uri", "{info.model_uri}", "uri", "runs:/{run.info.run_id}/line", "run", "folder", "'models:/My Line/1'"],
)
def test_a_uri_may_be_a_variable_an_object_of_mlflow_or_an_expression(shell, logged, words, tmp_path):
    import mlflow

    shell.names["uri"] = logged.model_uri
    shell.names["folder"] = mlflow.artifacts.download_artifacts(logged.model_uri, dst_path=str(tmp_path / "got"))
    assert shell(f"%bento_import iris {words}").tag.name == "iris"


@pytest.mark.parametrize(
    ("words", "name", "says"),
    [
        pytest.param("info", "line", "", id="the logged model's name"),
        pytest.param("{info.model_uri}", "line", "", id="a model id"),
        pytest.param("runs:/{run.info.run_id}/line", "line", "", id="the last part of the path"),
        pytest.param("run", "line", "", id="the run's model"),
        pytest.param(
            "'models:/My Line/1'", "my-line", "'My Line' is no tag: it is stored as my-line", id="a registered name"
        ),
        pytest.param("", "line", "", id="nothing at all: the last run's model"),
    ],
)
@pytest.mark.usefixtures("logged")
def test_a_lone_uri_derives_the_name(shell, capsys, words, name, says):
    assert shell(f"%bento_import {words}").tag.name == name
    assert says in capsys.readouterr().out


def test_a_lone_folder_gives_its_own_name(shell, saved):
    assert shell("%bento_import ./my_model").tag.name == "my_model"
    assert shell("%bento_import my_model").tag.name == "my_model"


def test_a_lone_name_takes_the_last_runs_model(shell, logged):
    model = shell("%bento_import anything:v1")
    assert str(model.tag) == "anything:v1"
    assert model.lineage["run"]["name"] == "first"


def test_a_lone_name_takes_the_active_runs_model(shell, logged):
    model = shell(
        "import mlflow\n"
        "with mlflow.start_run(run_name='second'):\n"
        "    _ = mlflow.sklearn.log_model(fitted, name='other', input_example=X[:1], pip_requirements=[])\n"
        "    model = get_ipython().run_line_magic('bento_import', 'active')\n"
        "model"
    )
    assert model.lineage["run"]["name"] == "second"


def test_of_several_models_each_is_listed_as_a_line_to_type(shell, logged):
    shell(
        "import mlflow\n"
        "with mlflow.start_run():\n"
        "    a = mlflow.sklearn.log_model(fitted, name='a', input_example=X[:1], pip_requirements=[])\n"
        "    b = mlflow.sklearn.log_model(fitted, name='b', input_example=X[:1], pip_requirements=[])"
    )
    error = shell.error("%bento_import mine")
    assert isinstance(error, UsageError)
    lines = [line for line in str(error).splitlines() if line.startswith("%bento_import mine ")]
    assert len(lines) == 2
    assert [str(shell(line).tag.name) for line in lines] == ["mine", "mine"]


def test_a_listed_line_names_a_tag_where_the_models_name_is_none(shell, logged):
    shell(
        "import mlflow\n"
        "with mlflow.start_run():\n"
        "    a = mlflow.sklearn.log_model(fitted, name='My A', input_example=X[:1], pip_requirements=[])\n"
        "    b = mlflow.sklearn.log_model(fitted, name='b', input_example=X[:1], pip_requirements=[])"
    )
    lines = [line for line in str(shell.error("%bento_import")).splitlines() if line.startswith("%bento_import ")]
    assert sorted(str(shell(line).tag.name) for line in lines if "models:/" in line) == ["b", "my-a"]


def test_a_lone_name_without_any_run_is_an_error_that_says_so(shell, tracking):
    error = shell.error("%bento_import iris")
    assert isinstance(error, UsageError)
    assert "neither a URI was given nor has this kernel logged a model" in str(error)


def test_equal_content_is_reused_and_said_and_new_forces_one(shell, saved, capsys):
    first = shell("%bento_import iris ./my_model")
    again = shell("%bento_import iris ./my_model")
    assert again.tag == first.tag
    assert f"{first.tag} has the same content" in capsys.readouterr().out
    assert shell("%bento_import iris ./my_model --new").tag != first.tag
    assert shell("%bento_import iris ./my_model --label a=b").tag != first.tag


def test_quiet_says_nothing_and_still_assigns(shell, saved, capsys):
    shell("x = %bento_import -q iris ./my_model")
    assert shell("%bento_import -q iris ./my_model") is None
    assert shell.names["x"].tag.name == "iris"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("options", "methods"),
    [
        ("", {"predict": False}),
        ("--batchable", {"predict": True}),
        ("--methods predict,predict_proba", {"predict": False, "predict_proba": False}),
        ("--batchable -m predict,predict_proba", {"predict": True, "predict_proba": True}),
    ],
)
def test_methods_are_recorded(shell, saved, options, methods):
    model = shell(f"%bento_import iris ./my_model {options}")
    assert {name: each.batchable for name, each in model.methods.items()} == methods


def test_an_example_is_a_variable_and_gives_the_signature(shell, saved):
    shell("import pandas as pd\nrows = pd.DataFrame({'width': [1.5]})")
    model = shell("%bento_import iris ./my_model --example rows")
    assert "width" in model._repr_html_()


def test_an_example_that_is_not_there_is_a_mistake_with_a_hint(shell, saved):
    shell.names["rows"] = [[1]]
    error = shell.error("%bento_import iris ./my_model --example row")
    assert "there is no variable row. Did you mean rows?" in str(error)


def test_an_archive_is_imported_under_its_own_tag(shell, saved):
    shell("%bento_import iris:v1 ./my_model")
    shell("archive = %bento_export iris\n%bento_delete -y iris:v1")
    assert str(shell("%bento_import archive").tag) == "iris:v1"
    shell("short = %bento_export iris:v1 iris.tbz2\n%bento_delete -y iris:v1")
    assert str(shell("%bento_import {short}").tag) == "iris:v1"
    error = shell.error("%bento_import other {archive}")
    assert isinstance(error, UsageError)
    assert "an archive carries its own tag: %bento_import" in str(error)


@pytest.mark.parametrize(
    ("line", "kind", "says"),
    [
        ("'My Iris' ./my_model", InvalidTag, "my-iris"),
        ("iris ./my_modle", ImportFailed, "there is no folder"),
        ("iris numbers", UsageError, "numbers is a list, not a URI or an object that MLflow returned"),
        ("iris ./my_model --label __x", UsageError, "expected KEY=VALUE"),
        ("iris 'models:/nobody/1'", ImportFailed, "models:/nobody/1"),
        ("///", InvalidArgument, "Give one in front of the URI"),
    ],
)
@pytest.mark.usefixtures("saved", "tracking")
def test_mistakes(shell, line, kind, says):
    shell.names["numbers"] = [1]
    error = shell.error(f"%bento_import {line}")
    assert isinstance(error, kind)
    assert says in str(error)


def test_what_was_imported_is_proposed_next_time(shell, logged):
    shell("%bento_import iris 'models:/My Line/1'\ndel info")
    assert '"models:/My Line/1"' in shell.complete("%bento_import iris ")


def test_in_a_function_its_own_variables_are_found(shell, saved):
    shell("def imported(place):\n    x = %bento_import -q iris {place}\n    return x\nm = imported('./my_model')")
    assert shell.names["m"].tag.name == "iris"
