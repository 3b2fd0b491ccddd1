"""scikit-learn's estimators without their feature names, to be asked with the bare numbers of a checked frame.

An estimator that was fitted with a DataFrame compares the names of each frame that it gets and judges each of its
columns, which takes longer than many a prediction. Where a schema has made sure of names, order and dtypes already,
a shallow copy that knows no names gives the same answer for the frame's numbers: it is what the estimator itself makes
of the frame. That holds for classes that read their input in one place; they are listed here. Others get the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bentobook.schema.spec import Schema

METHODS = frozenset({"predict", "predict_proba", "predict_log_proba", "decision_function"})
_NUMBERS = frozenset({"integer", "long", "float", "double"})
_SIMPLE = {
    "linear_model": (
        "ElasticNet ElasticNetCV Lasso LassoCV LinearRegression LogisticRegression LogisticRegressionCV Perceptron "
        "Ridge RidgeClassifier RidgeClassifierCV RidgeCV SGDClassifier SGDRegressor"
    ),
    "svm": "LinearSVC LinearSVR NuSVC NuSVR SVC SVR",
    "tree": "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor",
    "ensemble": (
        "ExtraTreesClassifier ExtraTreesRegressor GradientBoostingClassifier GradientBoostingRegressor "
        "RandomForestClassifier RandomForestRegressor"
    ),
    "neighbors": "KNeighborsClassifier KNeighborsRegressor",
    "naive_bayes": "BernoulliNB GaussianNB MultinomialNB",
    "neural_network": "MLPClassifier MLPRegressor",
    "cluster": "KMeans",
    "preprocessing": "MaxAbsScaler MinMaxScaler Normalizer PolynomialFeatures RobustScaler StandardScaler",
    "decomposition": "PCA",
}
_SEARCHES = frozenset({"GridSearchCV", "RandomizedSearchCV"})


def quick(estimator: Any, method: str, inputs: Schema | None) -> Callable[[Any], Any] | None:
    """Find a quicker way to call a method with checked frames.

    Parameters
    ----------
    estimator : object
        A fitted estimator.
    method : str
        Its method.
    inputs : Schema or None
        What was checked.

    Returns
    -------
    callable or None
        Takes the frame. None where equal answers cannot be vouched for.
    """
    if inputs is None or method not in METHODS or not _all_alike(inputs):
        return None
    bare = _nameless(estimator, [str(column.name) for column in inputs.columns])
    if bare is None or not hasattr(bare, method):
        return None
    slow, fast = getattr(estimator, method), getattr(bare, method)

    def call(frame: Any) -> Any:
        array = frame.to_numpy()
        return fast(array) if array.dtype.kind in "fiu" else slow(frame)

    return call


def _all_alike(inputs: Schema) -> bool:
    types = {column.type for column in inputs.columns}
    return len(types) == 1 and types <= _NUMBERS and all(c.required and c.name is not None for c in inputs.columns)


def _nameless(estimator: Any, names: Sequence[str]) -> Any:
    """Copy an estimator without its names; None where they are others, or it may read its input in several places."""
    if _is(estimator, "model_selection", _SEARCHES):
        return _nameless(getattr(estimator, "best_estimator_", None), names)
    if _is(estimator, "pipeline", {"Pipeline"}):
        return _pipeline(estimator, names)
    if not _is_simple(estimator) or not _gives_arrays(estimator):
        return None
    known = getattr(estimator, "feature_names_in_", None)
    if known is not None and list(known) != list(names):
        return None
    return _copy(estimator, {key: value for key, value in vars(estimator).items() if key != "feature_names_in_"})


def _pipeline(pipeline: Any, names: Sequence[str]) -> Any:
    (label, first), *rest = pipeline.steps
    inner = [step for _, step in rest]
    if not all(_is_simple(step) and _gives_arrays(step) and not hasattr(step, "feature_names_in_") for step in inner):
        return None
    bare = _nameless(first, names)
    return None if bare is None else _copy(pipeline, {**vars(pipeline), "steps": [(label, bare), *rest]})


def _copy(estimator: Any, values: Mapping[str, Any]) -> Any:
    new = object.__new__(type(estimator))
    vars(new).update(values)
    return new


def _is(estimator: Any, module: str, names: frozenset[str] | set[str]) -> bool:
    """Tell whether it is of one of scikit-learn's classes; a user's subclass may do something else."""
    cls = type(estimator)
    return cls.__name__ in names and f"{cls.__module__}.".startswith(f"sklearn.{module}.")


def _is_simple(estimator: Any) -> bool:
    module = type(estimator).__module__.split(".")
    names = _SIMPLE.get(module[1], "") if module[0] == "sklearn" and len(module) > 1 else ""
    return type(estimator).__name__ in names.split()


def _gives_arrays(estimator: Any) -> bool:
    """Tell whether what it transforms is an array: ``set_output`` would make a frame of it."""
    from sklearn import get_config

    usual = get_config().get("transform_output", "default")
    own = getattr(estimator, "_sklearn_output_config", {}).get("transform", usual)
    return bool(own == "default")
