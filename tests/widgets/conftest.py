"""Services whose forms are tested: of columns, of nested arrays, of a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from bentobook import Service, io
from bentobook.schema.spec import ColumnSpec, Schema

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = Schema(columns=(ColumnSpec("a", "double", required=True), ColumnSpec("b", "string", required=False)))


@pytest.fixture
def svc() -> Iterator[Service]:
    service = Service("forms")
    taken, given = io.infer(inputs=COLUMNS, label="score", form="frame", sample=[{"a": 1.5, "b": "x"}])

    @service.api(input=taken, output=given)
    def score(frame: pd.DataFrame) -> list[float]:
        if (frame["a"] < 0).any():
            raise RuntimeError("no roots of negative numbers")
        return [0.25, 0.75] if len(frame) == 1 else frame["a"].tolist()

    @service.api(input=io.NumpyNdarray(dtype="float64", shape=(-1, 2), enforce_shape=True), output=io.NumpyNdarray())
    def add(rows):
        return rows.sum(axis=1)

    @service.api(input=io.Text(), output=io.Text())
    def shout(said: str) -> str:
        return said.upper()

    yield service
    service.close()
