"""scikit-learn: several methods, the user's own code, and not a trace of MLflow."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pytest
from framework_models import X, Y, rewrite
from sklearn.cluster import DBSCAN
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import bentobook
from bentobook.errors import MissingDependency
from bentobook.frameworks.drift import VersionDrift


def run(code, *arguments):
    """Run a program of the user's in a process of its own."""
    command = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_saving_and_loading_import_no_mlflow():
    shown = run(
        """
        import sys, bentobook
        from sklearn.linear_model import LinearRegression
        model = bentobook.sklearn.save_model("line", LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]))
        print(round(bentobook.sklearn.load_model(model.tag).predict([[2.0]])[0], 6))
        print([name for name in sys.modules if name.partition(".")[0] in ("mlflow", "IPython", "torch")])
        """
    )
    assert shown == "2.0\n[]\n"


def test_several_methods_are_recorded_and_there():
    clf = LogisticRegression().fit(X, Y)
    both = {"predict": {"batchable": True}, "predict_proba": {"batchable": True, "batch_dim": 0}}
    model = bentobook.sklearn.save_model("iris", clf, signatures=both)
    assert list(model.methods) == ["predict", "predict_proba"]
    np.testing.assert_array_equal(model.load_model().predict_proba(X), clf.predict_proba(X))


@pytest.mark.parametrize(
    ("estimator", "methods"),
    [(StandardScaler().fit(X), ["transform"]), (DBSCAN().fit(X), [])],
    ids=["a transformer", "one that only fits"],
)
def test_an_estimator_without_predict_gets_what_it_has(estimator, methods):
    assert list(bentobook.sklearn.save_model("scale", estimator).info.signatures) == methods


def test_code_of_a_notebook_comes_along():
    run(
        """
        import bentobook
        from sklearn.base import BaseEstimator, TransformerMixin
        from sklearn.linear_model import LinearRegression
        from sklearn.pipeline import make_pipeline

        class Doubled(BaseEstimator, TransformerMixin):
            def fit(self, X, y=None):
                return self

            def transform(self, X):
                return 2 * X

        pipeline = make_pipeline(Doubled(), LinearRegression())
        import numpy
        bentobook.sklearn.save_model("own:v1", pipeline.fit(numpy.array([[0.0], [1.0]]), [0.0, 2.0]))
        """
    )
    model = bentobook.models.get("own:v1")
    assert model.info.private["loads_with"][0]["format"] == "cloudpickle"
    assert model.load_model().predict(np.array([[3.0]])) == pytest.approx([6.0])


@pytest.fixture
def own_module(tmp_path, monkeypatch):
    """Write a module of the user's that only this process can find."""
    (tmp_path / "own_scaling.py").write_text("def scale(rows):\n    return 3 * rows\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import own_scaling

    yield own_scaling
    sys.modules.pop("own_scaling", None)


LOAD = "import sys, bentobook; print(bentobook.sklearn.load_model(sys.argv[1]).transform(2))"


def test_external_modules_come_along(own_module):
    model = bentobook.sklearn.save_model("scale", FunctionTransformer(own_module.scale), external_modules=[own_module])
    assert run(LOAD, str(model.tag)) == "6\n"


def test_a_module_that_is_not_found_is_named_with_what_to_do(own_module, monkeypatch, tmp_path):
    model = bentobook.sklearn.save_model("scale:v1", FunctionTransformer(own_module.scale))
    assert model.load_model().transform(2) == 6
    sys.modules.pop("own_scaling")
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each != str(tmp_path)])
    with pytest.raises(MissingDependency, match=r"Loading scale:v1 needs own_scaling.*external_modules=\[…\]$"):
        model.load_model()


def test_a_version_that_has_moved_is_told_at_the_user_s_line():
    model = bentobook.sklearn.save_model("iris:v1", make_pipeline(StandardScaler()).fit(X))
    rewrite(model, ("scikit-learn: ", "scikit-learn: 0."))
    with pytest.warns(VersionDrift, match=r"iris:v1 was saved with scikit-learn 0\.") as told:
        bentobook.sklearn.load_model("iris:v1")
    assert told[0].filename == __file__


def test_nothing_is_told_where_nothing_has_moved():
    bentobook.sklearn.save_model("iris:v1", StandardScaler().fit(X))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bentobook.sklearn.load_model("iris:v1")
