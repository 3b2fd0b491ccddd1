"""Fitted models of every framework that has a module of its own here, each with rows and what it says about them.

A framework that is not installed skips the test, with its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

X = np.random.default_rng(0).random((40, 3)).astype("float32")
Y = (X[:, 0] > 0.5).astype(int)
NAMES = ("sklearn", "xgboost", "lightgbm", "catboost", "pytorch", "onnx")
# What joblib, torch and the others write, by the name of the framework.
FILES = {
    "sklearn": "saved_model.pkl",
    "xgboost": "saved_model.ubj",
    "lightgbm": "saved_model.ubj",
    "catboost": "saved_model.cbm",
    "pytorch": "saved_model.pt",
    "onnx": "saved_model.onnx",
}
METHODS = dict.fromkeys(NAMES, "predict") | {"pytorch": "__call__", "onnx": "run"}


@dataclass(frozen=True)
class Fitted:
    """A model, and what its rows give when what was loaded is asked by `answer`."""

    name: str
    model: Any
    expected: np.ndarray


def fitted(name: str) -> Fitted:
    """Fit a model of a framework."""
    model = globals()[f"_{name}"]()
    # ONNX Runtime and a Booster are loaded where something else was saved, so what is expected is computed apart.
    return Fitted(name, model, np.maximum(X, 0.5) if name == "onnx" else answer(name, model))


def answer(name: str, loaded: Any) -> np.ndarray:
    """Ask a live model of a framework about the rows."""
    if name == "pytorch":
        import torch

        return loaded(torch.from_numpy(X)).detach().numpy()
    if name == "onnx":
        return loaded.run(None, {"x": X})[0]
    if name == "xgboost" and type(loaded).__name__ == "Booster":
        import xgboost

        return loaded.predict(xgboost.DMatrix(X))
    return np.asarray(loaded.predict(X))


def rewrite(model: Any, *changes: tuple[str, str]) -> None:
    """Change the record of a stored model, as whoever can write the store could."""
    record = model.path / "model.yaml"
    text = record.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    record.chmod(0o644)
    record.write_text(text)


def _sklearn() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression().fit(X, Y)


def _xgboost() -> Any:
    return pytest.importorskip("xgboost").XGBClassifier(n_estimators=2).fit(X, Y)


def _lightgbm() -> Any:
    lightgbm = pytest.importorskip("lightgbm")
    return lightgbm.train({"verbose": -1, "objective": "binary"}, lightgbm.Dataset(X, Y), 2)


def _catboost() -> Any:
    catboost = pytest.importorskip("catboost")
    return catboost.CatBoostClassifier(iterations=2, verbose=False, allow_writing_files=False).fit(X, Y)


def _pytorch() -> Any:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))


def _onnx() -> Any:
    pytest.importorskip("onnxruntime")
    onnx = pytest.importorskip("onnx")
    floats = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Clip", ["x", "least"], ["y"])],
        "clip",
        [onnx.helper.make_tensor_value_info("x", floats, [None, 3])],
        [onnx.helper.make_tensor_value_info("y", floats, [None, 3])],
        [onnx.helper.make_tensor("least", floats, [], [0.5])],
    )
    # An old format, so that an older ONNX Runtime reads what a newer onnx wrote.
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
