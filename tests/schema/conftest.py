"""A model that takes named columns, one that takes an array, and what the runner does between prepare and batch."""

from __future__ import annotations

import pytest

from bentobook.schema.check import Checker
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec

IRIS = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")


@pytest.fixture
def iris() -> Checker:
    return Checker(Schema(columns=tuple(ColumnSpec(name, "double") for name in IRIS)), "predict")


@pytest.fixture
def people() -> Checker:
    """Take a name, an age, and perhaps a weight and a birthday."""
    return Checker(
        Schema(
            columns=(
                ColumnSpec("name", "string"),
                ColumnSpec("age", "long"),
                ColumnSpec("weight", "double", required=False),
                ColumnSpec("born", "datetime", required=False),
            )
        ),
        "predict",
    )


@pytest.fixture
def matrix() -> Checker:
    return Checker(Schema(tensors=(TensorSpec(None, "float64", (-1, 4)),)), "predict")
