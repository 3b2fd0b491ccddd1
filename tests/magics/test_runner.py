"""``%bento_runner`` gives a started runner of a stored model."""

from __future__ import annotations

import numpy as np
import pytest
from framework_models import X, Y
from IPython.core.error import UsageError
from IPython.lib.pretty import pretty

from bentobook.errors import NotFound
from bentobook.runner.runner import Runner


@pytest.fixture
def clf(shell):
    """Store a fitted classifier, and leave its record in the user's namespace."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression().fit(X, Y)
    shell.names.update(clf=fitted, X=X)
    shell("model = %bento_save iris:v1 clf --methods predict,predict_proba")
    return fitted


@pytest.fixture
def started(shell, clf):
    """Give a function that types the magic, and close what it started."""
    made = []

    def start(line: str) -> Runner:
        runner = shell(f"runner = %bento_runner {line}\nrunner")
        made.append(runner)
        return runner

    yield start
    for runner in made:
        runner.close()


def test_the_runner_answers_at_once(started, clf):
    runner = started("iris")
    np.testing.assert_array_equal(runner.run(X), clf.predict(X))
    assert (runner.name, runner.state) == ("iris", "ready")
    assert list(runner.methods) == ["predict", "predict_proba"]


def test_limits_have_units(started):
    runner = started("--max-batch-size 64 --max-wait 2ms --max-latency 5s --name flowers iris:v1")
    config = runner.methods["predict"].config
    assert (config.max_batch_size, config.max_wait_ms, config.max_latency_ms) == (64, 2.0, 5000.0)
    assert runner.name == "flowers"


def test_what_is_not_said_is_left_to_the_function(started):
    runner = started("iris")
    config = runner.methods["predict"].config
    assert (config.max_batch_size, config.max_wait_ms, config.max_latency_ms) == (None, 0.0, 60_000.0)
    assert not runner.methods["predict"].batchable


def test_batchable_methods_and_device_are_chosen_on_the_line(started, clf):
    runner = started("iris --batchable --methods predict_proba --device cpu")
    assert list(runner.methods) == ["predict_proba"]
    assert runner.methods["predict_proba"].batchable
    np.testing.assert_allclose(runner.run(X[:2]), clf.predict_proba(X[:2]))
    assert runner.device == "cpu"


def test_a_variable_wins_over_a_tag(shell, started):
    shell("iris = %bento_save other:v1 clf")
    assert started("iris").owner == "other:v1"


def test_the_card_says_what_runs_and_how_to_batch_it(started):
    shown = pretty(started("iris"))
    assert "runner of iris:v1" in shown
    assert "[not batched]" in shown
    assert "to_runner(batchable=True)" in shown


def test_an_mlflow_model_takes_what_its_signature_says(shell, tmp_path):
    import mlflow
    import pandas as pd
    from sklearn.linear_model import LinearRegression

    rows = pd.DataFrame({"width": [1.0, 2.0, 4.0]})
    fitted = LinearRegression().fit(rows, [2.0, 4.0, 8.0])
    mlflow.sklearn.save_model(fitted, tmp_path / "line", input_example=rows, pip_requirements=["scikit-learn"])
    shell(f"%bento_import -q line {tmp_path / 'line'} --batchable")
    runner = shell("%bento_runner line")
    assert "'width' (double)" in pretty(runner)
    assert runner.run({"width": [3.0]}) == pytest.approx([6.0])
    runner.close()


@pytest.mark.parametrize(
    ("line", "kind", "says"),
    [
        (
            "iris --max-batch-size 0",
            UsageError,
            "expected a whole number that is at least 1, got '0'",
        ),
        ("iris --max-wait 2", UsageError, "expected a time with its unit, such as 50ms or 5s, got '2'"),
        ("iris --max-bach-size 2", UsageError, "Did you mean --max-batch-size?"),
        ("nobody", NotFound, "'nobody' is not found"),
        ("", UsageError, "TAG is missing"),
    ],
)
@pytest.mark.usefixtures("clf")
def test_mistakes(shell, line, kind, says):
    error = shell.error(f"%bento_runner {line}")
    assert isinstance(error, kind)
    assert says in str(error)


def test_tab_proposes_options_tags_and_variables(shell, clf):
    assert shell.complete("%bento_runner --max-") == ["--max-batch-size", "--max-latency", "--max-wait"]
    assert sorted(shell.complete("%bento_runner --device ")) == ["auto", "cpu", "cuda", "mps"]
    assert shell.complete("%bento_runner --batchable iri") == ["iris"]
    assert shell.complete("%bento_runner mod") == ["model"]
