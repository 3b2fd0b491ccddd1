"""What it costs to make a value of a JSON body, and a body of an answer, beside the least that any code would do.

Run as ``python benchmarks/io_decode.py``. The first case of each table is orjson and numpy alone, without any check;
the ratios are medians over alternating rounds.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import orjson
import pandas as pd
import rounds

from bentobook import io
from bentobook.io.model import ModelInput, ModelOutput
from bentobook.schema.spec import ColumnSpec, Schema, TensorSpec

JSON = "application/json"
REPEATS = 3_000
NAMES = [f"feature {number}" for number in range(30)]
NUMBERS = Schema(columns=tuple(ColumnSpec(name, "double") for name in NAMES))
FOUR = Schema(columns=tuple(ColumnSpec(name, "double") for name in NAMES[:4]))
TENSOR = Schema(tensors=(TensorSpec(None, "float64", (-1, 4)),))
STRICT = {"dtype": "float64", "shape": [-1, 4], "enforce_dtype": True, "enforce_shape": True}


def repeated(function: Callable[[Any], Any], value: Any, repeats: int) -> Callable[[], float]:
    def job() -> float:
        begun = perf_counter()
        for _ in range(repeats):
            function(value)
        return perf_counter() - begun

    return job


def compare(title: str, cases: dict[str, Callable[[Any], Any]], value: Any, repeats: int, n_rounds: int) -> None:
    seconds = rounds.measure({name: repeated(each, value, repeats) for name, each in cases.items()}, n_rounds)
    notes = {name: f"{min(each) / repeats * 1e6:8.2f} µs each" for name, each in seconds.items()}
    rounds.show(title, seconds, notes)


def decoding(descriptor: io.IODescriptor) -> Callable[[bytes], Any]:
    return lambda body: descriptor.decode(body, JSON)


def one_row(n_rounds: int) -> None:
    body = b"[[5.1, 3.5, 1.4, 0.2]]"
    cases = {
        "orjson.loads + np.array": lambda body: np.array(orjson.loads(body)),
        "NumpyNdarray()": decoding(io.NumpyNdarray()),
        "NumpyNdarray, all enforced": decoding(io.NumpyNdarray(**STRICT)),
        "a model's tensor": decoding(ModelInput(TENSOR)),
        "a model's tensor, waiting for its batch": decoding(ModelInput(TENSOR, form="direct")),
        "a model's 4 columns, waiting": decoding(ModelInput(FOUR, form="direct")),
    }
    compare("one row of 4 numbers", cases, body, REPEATS, n_rounds)


def record(n_rounds: int) -> None:
    body = orjson.dumps([dict.fromkeys(NAMES, 1.5)])
    cases = {
        "orjson.loads + np.array of the values": lambda body: np.array(
            [list(each.values()) for each in orjson.loads(body)]
        ),
        "waiting for its batch": decoding(ModelInput(NUMBERS, form="direct")),
        "a DataFrame for the function": decoding(ModelInput(NUMBERS)),
        "PandasDataFrame(), no checks": decoding(io.PandasDataFrame()),
        "pd.DataFrame(orjson.loads)": lambda body: pd.DataFrame(orjson.loads(body)),
    }
    compare("one record of 30 named columns", cases, body, REPEATS // 3, n_rounds)


def records(n_rounds: int) -> None:
    body = orjson.dumps([dict.fromkeys(NAMES, 1.5)] * 1_000)
    cases = {
        "orjson.loads + np.array of the values": lambda body: np.array(
            [list(each.values()) for each in orjson.loads(body)]
        ),
        "waiting for its batch": decoding(ModelInput(NUMBERS, form="direct")),
        "a DataFrame for the function": decoding(ModelInput(NUMBERS)),
        "pd.DataFrame(orjson.loads)": lambda body: pd.DataFrame(orjson.loads(body)),
    }
    compare("1,000 records of 30 named columns", cases, body, 5, n_rounds)


def answers(n_rounds: int) -> None:
    output, array = ModelOutput(), np.array([1])
    cases = {
        "orjson.dumps(array.tolist())": lambda array: orjson.dumps(array.tolist()),
        "a model's answer": output.encode,
        "NumpyNdarray()": io.NumpyNdarray().encode,
    }
    compare("an answer of one number", cases, array, REPEATS, n_rounds)


def main() -> None:
    options = rounds.arguments(__doc__).parse_args()
    warnings.simplefilter("ignore")
    for job in (one_row, record, records, answers):
        job(options.rounds)


if __name__ == "__main__":
    main()
