"""``%%bento_service`` and ``%bento_call`` in a real shell: live at once, pinned, swapped, never leaking."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from IPython.core.error import UsageError

import bentobook
from bentobook.errors import CellRefused, InvalidArgument, NotFound
from bentobook.service import live

PLAIN = """%%bento_service sums
from bentobook.io import JSON

@api(input=JSON(), output=JSON())
def total(rows):
    return sum(rows) * FACTOR
"""
MODEL = """%%bento_service iris-svc --model iris
@api
def predict(df):
    return model.predict(df)

@api
async def later(df):
    return await model.predict.async_run(df)
"""


@pytest.fixture(autouse=True)
def nothing_stays_live():
    yield
    for service in list(live.services().values()):
        service.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("bentobook") and not t.daemon]


@pytest.fixture(scope="session")
def iris_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a small classifier with named columns."""
    import mlflow
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    table, y = load_iris(return_X_y=True, as_frame=True)
    folder = tmp_path_factory.mktemp("saved") / "iris"
    model = LogisticRegression(max_iter=300).fit(table, y)
    mlflow.sklearn.save_model(model, folder, input_example=table.head(2), pip_requirements=["scikit-learn"])
    return folder


@pytest.fixture
def iris(shell, iris_folder):
    """Put the classifier into the store, and its rows into the notebook."""
    from sklearn.datasets import load_iris

    model = bentobook.mlflow.import_model("iris", str(iris_folder), signatures={"predict": {"batchable": True}})
    shell.names["X"] = load_iris(as_frame=True).data
    return model


def test_a_cell_is_a_live_service_whose_names_do_not_leak(shell):
    shell("FACTOR = 2")
    service = shell(PLAIN.replace("sums", "sums --capture FACTOR"))
    assert service is shell.names["sums"] is live.services()["sums"]
    assert service.call("total", [1, 2]).value == 6
    assert not {"api", "svc", "total", "JSON"} & shell.names.keys()


def test_a_value_of_the_notebook_is_one_sentence_and_nothing_is_bound(shell, capsys):
    shell("FACTOR = 2")
    error = shell.error(PLAIN)
    assert isinstance(error, CellRefused)
    assert "sums" not in shell.names
    shown = capsys.readouterr()
    assert "FACTOR (a value of type int)" in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err


def test_functions_of_other_cells_come_along_and_are_named(shell, capsys):
    shell("import math\ndef rooted(x): return math.sqrt(x)")
    shell("FACTOR = 3\n\nclass Odd: pass")
    service = shell(PLAIN.replace("sum(rows) * FACTOR", "[rooted(x) for x in rows] + [Odd.__name__]"))
    assert service.call("total", [4]).value == [2.0, "Odd"]
    assert "brought along from other cells: Odd, rooted" in capsys.readouterr().out


def test_the_model_goes_through_the_runner_and_its_version_is_settled_and_shown(shell, iris, capsys):
    service = shell(MODEL)
    assert f"iris is {iris.tag}" in capsys.readouterr().out
    assert service is shell.names["iris_svc"]
    (runner,) = service.runners
    assert runner.models == [iris]
    rows = shell.names["X"]
    expected = iris.load_model().predict(rows.head(5))
    for api in ("predict", "later"):
        np.testing.assert_array_equal(service.call(api, rows.head(5)).value, expected)
    assert runner.stats().methods["predict"].requests == 2
    bentobook.mlflow.import_model("iris", iris.path_of("mlflow_model"), labels={"a": "b"})
    assert service.runners[0].models == [iris]


def test_the_handle_has_the_record_and_the_custom_objects(shell, iris_folder):
    bentobook.mlflow.import_model("iris:v1", str(iris_folder), custom_objects={"limit": 3})
    body = "from bentobook.io import JSON\n@api(input=JSON(), output=JSON())\ndef about(_):\n    return "
    values = "[str(model.record.tag), model.custom_objects['limit'], sorted(m for m in dir(model) if m == 'predict')]"
    service = shell(f"%%bento_service about -m iris:v1\n{body}{values}")
    assert service.call("about", {}).value == ["iris:v1", 3, ["predict"]]
    service = shell(f"%%bento_service about -m iris:v1\n{body}model.predcit([])")
    assert "Did you mean predict?" in str(service.call("about", {}).error)


def test_several_models_are_named(shell, iris):
    shell("from bentobook import io")
    body = "@api(input=io.JSON(), output=io.JSON())\ndef both(_):\n    return [str(a.record.tag), runners['b'].name]"
    service = shell(f"%%bento_service two --model a=iris --model b=iris\n{body}")
    assert service.call("both", {}).value == [str(iris.tag), "b"]
    assert type(shell.error(f"%%bento_service two --model iris --model iris\n{body}")) is UsageError
    assert type(shell.error(f"%%bento_service two --model a=iris --model a=iris\n{body}")) is UsageError


def test_without_a_cell_the_whole_service_comes_from_the_signature(shell, iris):
    service = shell("%bento_service whole --model iris")
    assert list(service.apis) == ["predict"]
    assert len(service.call("predict", shell.names["X"].head(3)).value) == 3
    assert isinstance(shell.error("%bento_service whole"), InvalidArgument)


def test_rerunning_swaps_and_the_old_runner_is_closed(shell, iris):
    first = shell(MODEL)
    second = shell(MODEL.replace("def predict", "def guess"))
    assert shell.names["iris_svc"] is second is live.services()["iris-svc"]
    assert first.closed
    assert "closed" in repr(first.runners[0])
    assert list(second.apis) == ["guess", "later"]


def test_a_cell_that_fails_leaves_the_service_before_it_live(shell):
    shell("FACTOR = 2")
    shell(PLAIN.replace("FACTOR", "2"))
    shell.error(PLAIN.replace("return", "1/0 and").replace("@api", "1/0\n@api"))
    assert shell.names["sums"].call("total", [1]).value == 2
    assert not [name for name in sys.modules if name.startswith("sums_")][1:]


@pytest.mark.parametrize(
    ("cell", "where"),
    [
        ("%%bento_service bad\nx = 1\ny = x / 0\n", "This is line 3 of the cell of bad."),
        ("%%bento_service bad\n\ndef f():\n    return [][1]\n\nf()", "This is line 4 of the cell of bad."),
    ],
)
def test_the_traceback_of_a_mistake_in_the_cell_is_the_user_s_own(shell, capsys, cell, where):
    shell.error(cell)
    shown = capsys.readouterr().out
    assert where in shown
    assert "cell_file" not in shown
    assert "importlib" not in shown
    assert "interactiveshell" not in shown
    assert "bad_" in shown


def test_a_call_shows_the_traceback_of_a_bug_in_their_function_and_returns_the_answer(shell, capsys):
    shell(PLAIN.replace("FACTOR", "(1 / (len(rows) - 1))"))
    assert shell("%bento_call sums.total [1, 2]").value == 3
    result = shell("%bento_call sums.total [1]")
    assert result.status == 500
    shown = capsys.readouterr().err
    assert "ZeroDivisionError" in shown
    assert "This is line 6 of the cell of sums." in shown
    assert "bentobook/service" not in shown


def test_data_is_python_or_json_and_one_api_needs_no_name(shell, capsys):
    shell(PLAIN.replace("sum(rows) * FACTOR", "rows"))
    shell("few = [1, 2]\ndef keep(inner): return get_ipython().run_line_magic('bento_call', 'sums inner')")
    assert shell("%bento_call sums few[-1:] + [5]").value == [2, 5]
    assert shell('%bento_call sums.total {"a": null, "b": [true, "#"]}  # a comment').value == {
        "a": None,
        "b": [True, "#"],
    }
    assert shell("r = %bento_call -q sums 3\nr.value") == 3
    assert shell("keep(7)").value == 7


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("%bento_call sum.total 1", r"there is no service sum\. Did you mean sums\?"),
        ("%bento_call sums.totl 1", r"sums has no API totl\. Did you mean total\?"),
        ("%bento_call sums feww", r"there is no variable feww"),
        ("%bento_call sums 1 +", "DATA is one Python expression"),
        ("%bento_call few 1", "few holds a list, not a service"),
        ("%bento_stop nothing", "there is no service nothing"),
        ("%%bento_service few\nx = 1", "the variable few holds a list: choose another name, or del few"),
        ("%%bento_service sums --modle iris\nx = 1", "unknown option --modle. Did you mean --model"),
        ("%%bento_service sums --model 1=iris\nx = 1", "--model: expected TAG, or VAR=TAG"),
    ],
)
def test_mistakes_on_the_line_are_one_line(shell, line, problem):
    shell(PLAIN.replace("FACTOR", "2"))
    shell("few = [1, 2]")
    error = shell.error(line)
    assert type(error) is UsageError
    with pytest.raises(UsageError, match=problem):
        raise error


@pytest.mark.parametrize(
    ("cell", "kind", "problem"),
    [
        ("%%bento_service s -m nobody\nx = 1", NotFound, "nobody"),
        ("%%bento_service s\nx = 1", InvalidArgument, "no service"),
        ("%%bento_service s\nsvc", InvalidArgument, "without any"),
        ("%%bento_service s\n%time x = 1", CellRefused, "line 2 of the cell"),
        ("%%bento_service 9\nx = 1", InvalidArgument, "NAME"),
    ],
)
def test_mistakes_in_the_cell_are_one_line(shell, capsys, cell, kind, problem):
    error = shell.error(cell)
    assert isinstance(error, kind)
    shown = capsys.readouterr()
    assert problem in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err
    assert "s" not in live.services()


def test_the_cell_may_make_its_service_itself_as_in_the_guide(shell):
    shell("import bentobook as bentoml")
    service = shell(
        "%%bento_service guide\n"
        "svc = bentoml.Service('guide')\n\n"
        "@svc.api(input=bentoml.io.NumpyNdarray(), output=bentoml.io.NumpyNdarray())\n"
        "def predict(rows):\n    return rows * 2\n"
    )
    np.testing.assert_array_equal(service.call("predict", np.ones(2)).value, [2.0, 2.0])


def test_the_kept_file_gives_the_same_answers_in_a_fresh_process(shell, iris, tmp_path):
    service = shell(MODEL.replace("--model", "--file service.py --model"))
    rows = shell.names["X"]
    code = (
        "import sys, service\nfrom sklearn.datasets import load_iris\n"
        "X = load_iris(as_frame=True).data\n"
        "print(service.svc.name, list(service.svc.call('predict', X[::30]).value), flush=True)\nservice.svc.close()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split(" ", 1) == ["iris-svc", f"{list(service.call('predict', rows[::30]).value)}\n"]
    assert "-m" not in (tmp_path / "service.py").read_text().splitlines()[0]


def test_stop_closes_what_is_named_and_all_closes_the_rest(shell):
    for name in ("one", "two", "three"):
        shell(PLAIN.replace("sums", name).replace("FACTOR", "2"))
    assert repr(shell("%bento_stop two")) == "Stopped two."
    assert sorted(live.services()) == ["one", "three"]
    assert repr(shell("%bento_stop all")) == "Stopped one, three."
    assert repr(shell("%bento_stop all")) == "Nothing was live."
    assert not [name for name in sys.modules if name.startswith(("one_", "two_", "three_"))]


def test_tab_completes_options_tags_behind_a_variable_services_and_apis(shell, iris):
    shell(PLAIN.replace("FACTOR", "2"))
    assert {"--model", "--file", "--capture"} <= set(shell.complete("%%bento_service s --"))
    assert "iris" in shell.complete("%%bento_service s --model clf=ir")
    assert "sums.total" in shell.complete("%bento_call su")
    assert "sums.total" in shell.complete("%bento_call sums.t")
    assert "sums" in shell.complete("%bento_stop s")
    assert "sums" in shell.complete("%bento_serve su")
