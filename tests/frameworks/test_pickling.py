"""Which objects are written by name, and which with their code."""

from __future__ import annotations

import importlib
import io
import subprocess
import sys
import threading

import framework_models
import joblib
import numpy as np
import pytest
import small_models
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import FunctionTransformer

import bentobook
from bentobook.errors import InvalidArgument
from bentobook.frameworks import pickling


def local():
    class Inner(LinearRegression):
        pass

    return Inner()


@pytest.mark.parametrize(
    ("obj", "own"),
    [
        (LinearRegression(), False),
        (FunctionTransformer(np.log1p), False),
        (FunctionTransformer(io.StringIO), False),
        (FunctionTransformer(lambda x: x), True),
        (local(), True),
        ({"deep": [FunctionTransformer(lambda x: x)]}, True),
    ],
    ids=["estimator", "numpy's function", "a class of Python", "lambda", "class in a function", "deep inside"],
)
def test_code_that_no_import_finds_is_the_user_s_own(obj, own):
    assert pickling.has_own_code(obj) is own


def test_what_main_defines_is_the_user_s_own():
    code = (
        "from bentobook.frameworks.pickling import has_own_code\n"
        "class Mine: pass\n"
        "def scale(x): return x\n"
        "print(has_own_code(Mine()), has_own_code([scale]), has_own_code([len]))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "True", "False"]


def test_a_module_that_is_listed_counts_as_own():
    assert not pickling.has_own_code(framework_models.Fitted)
    assert pickling.has_own_code(framework_models.Fitted, ["framework_models"])
    assert pickling.has_own_code(LinearRegression(), ["sklearn"])
    assert not pickling.has_own_code(LinearRegression(), ["skl"])


def test_large_arrays_are_not_copied_by_the_look():
    import tracemalloc

    array = np.zeros(4_000_000)
    tracemalloc.start()
    try:
        assert not pickling.has_own_code({"weights": array})
        assert tracemalloc.get_traced_memory()[1] < array.nbytes / 10
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("obj", [{"rows": small_models.FRAME}, lambda: 3], ids=["by joblib", "by cloudpickle"])
def test_joblib_reads_both(obj, tmp_path):
    written = pickling.dump(obj, tmp_path / "m.pkl")
    back = joblib.load(tmp_path / "m.pkl")
    assert written.runs_code
    assert back() == 3 if callable(obj) else back["rows"].equals(obj["rows"])


class Locked(LinearRegression):
    """An estimator that holds what no pickle can."""

    def __init__(self):
        self.lock = threading.Lock()


def locked_net():
    torch = pytest.importorskip("torch")
    net = torch.nn.Linear(1, 1)
    net.lock = threading.Lock()
    return net


@pytest.mark.parametrize(("name", "make"), [("sklearn", Locked), ("pytorch", locked_net)], ids=["sklearn", "pytorch"])
def test_what_cannot_be_pickled_is_one_sentence_and_leaves_nothing(name, make, store_home):
    with pytest.raises(InvalidArgument, match=r"a model that can be pickled, got .*cannot pickle '_thread\.lock'"):
        importlib.import_module(f"bentobook.{name}").save_model("locked", make())
    assert not bentobook.models.list()
    assert not list((store_home / ".bentobook" / "staging").iterdir())
