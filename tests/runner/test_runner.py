"""The public face: BentoML's names, checks before the queue, several methods and arguments."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bentobook.errors import InvalidArgument, SchemaMismatch
from bentobook.errors.values import Problem
from bentobook.runner.batch import Batching
from bentobook.runner.config import MethodConfig
from bentobook.runner.kinds import Measure
from bentobook.runner.runnable import Runnable, methods_of
from bentobook.runner.runner import Runner

from .conftest import row


class Classifier(Runnable):
    SUPPORTED_RESOURCES = ("cpu",)

    @Runnable.method(batchable=True, batch_dim=0)
    def predict(self, x: np.ndarray) -> np.ndarray:
        return x[:, 0] > 0.5

    @Runnable.method(batchable=True, batch_dim=(0, 1))
    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        return np.stack([1 - x[:, 0], x[:, 0]])

    @Runnable.method
    def about(self) -> str:
        return "a classifier"

    def helper(self) -> None: ...


def test_the_methods_are_those_that_are_declared() -> None:
    assert list(methods_of(Classifier)) == ["predict", "predict_proba", "about"]
    assert methods_of(Classifier)["predict_proba"].batch_dim == (0, 1)
    assert not methods_of(Classifier())["about"].batchable


def test_a_subclass_may_declare_a_method_anew_or_take_it_away() -> None:
    class Other(Classifier):
        about = None

        @Runnable.method(batchable=False)
        def predict(self, x: np.ndarray) -> np.ndarray:
            return x

    assert list(methods_of(Other)) == ["predict", "predict_proba"]
    assert not methods_of(Other)["predict"].batchable


def test_a_class_without_methods_is_no_runnable() -> None:
    with pytest.raises(InvalidArgument, match=r"Mark them with @bentobook\.Runnable\.method"):
        Runner(Runnable)


def test_each_method_is_called_by_its_name() -> None:
    with Runner(Classifier, name="clf") as runner:
        assert runner.predict.run(row(1)).tolist() == [True]
        assert runner.predict_proba.run(np.array([[0.25], [0.5]])).tolist() == [[0.75, 0.5], [0.25, 0.5]]
        assert runner.about.run() == "a classifier"
        assert asyncio.run(runner.predict_proba.async_run(np.array([[0.25]]))).tolist() == [[0.75], [0.25]]
        assert runner.run(row(0)).tolist() == [False]
        assert asyncio.run(runner.async_run(row(0))).tolist() == [False]

    assert repr(runner) == "Runner('clf', methods=['predict', 'predict_proba', 'about'], closed)"
    assert "predict_proba" in dir(runner)
    with pytest.raises(AttributeError, match="Runner 'clf' has no method 'predct'; it has predict, predict_proba"):
        _ = runner.predct


def test_run_is_the_only_method_where_there_is_no_predict() -> None:
    class Embedder(Runnable):
        @Runnable.method(batchable=True)
        def encode(self, texts: list[str]) -> list[int]:
            return [len(text) for text in texts]

    with Runner(Embedder) as runner:
        assert runner.run(["a", "bc"]) == [1, 2]


def test_a_method_with_a_name_of_the_runner_is_found_among_the_methods() -> None:
    class Clash(Runnable):
        @Runnable.method
        def stats(self) -> str:
            return "of the model"

    with Runner(Clash) as runner:
        assert runner.methods["stats"].run() == "of the model"
        assert runner.run() == "of the model"
        assert runner.stats().methods["stats"].requests == 2


def test_run_of_several_methods_says_how_to_call_one() -> None:
    class Two(Runnable):
        @Runnable.method
        def one(self) -> int:
            return 1

        @Runnable.method
        def two(self) -> int:
            return 2

    with Runner(Two) as runner, pytest.raises(InvalidArgument, match=r"runner\.one\.run\(\.\.\.\)"):
        runner.run()


def test_several_arguments_are_batched_each() -> None:
    seen = []

    class Sum(Runnable):
        @Runnable.method(batchable=True)
        def add(self, x: np.ndarray, y: np.ndarray, *, scale: list[int]) -> np.ndarray:
            seen.append(len(x))
            return (x + y)[:, 0] * np.array(scale)

    async def main(runner: Runner) -> list[Any]:
        return await asyncio.gather(*[runner.async_run(row(i), row(1), scale=[2]) for i in range(5)])

    with Runner(Sum) as runner:
        assert [answer.tolist() for answer in asyncio.run(main(runner))] == [[2.0 * (i + 1)] for i in range(5)]
    assert seen == [5]


def test_the_numbers_are_set_for_all_methods_or_for_one() -> None:
    runner = Runner(
        Classifier,
        max_batch_size=8,
        max_latency_ms=500,
        method_configs={"predict": {"max_batch_size": 2}, "about": MethodConfig(max_queue=1)},
    )

    assert runner.predict.config == MethodConfig(max_batch_size=2, max_latency_ms=500)
    assert runner.predict_proba.config.max_batch_size == 8
    assert runner.about.config == MethodConfig(max_queue=1)


def test_the_declaration_may_be_overruled() -> None:
    runner = Runner(Classifier, method_configs={"predict": {"batchable": False}})

    assert not runner.predict.batchable
    assert runner.predict_proba.batchable


def test_an_unknown_method_in_the_numbers_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="expected one of predict, predict_proba, about, got 'predictt'"):
        Runner(Classifier, method_configs={"predictt": {}})


def test_a_batch_dim_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="a number, or one for the input and one for the output"):
        Runner(Classifier, method_configs={"predict": {"batch_dim": (0, 0, 0)}})


def test_models_and_names_are_kept() -> None:
    runner = Runner(Classifier, models=["iris:v1"], embedded=True)

    assert (runner.name, runner.models, runner.embedded) == ("classifier", ["iris:v1"], True)


def test_methods_of_one_model_never_run_at_the_same_time() -> None:
    inside: list[str] = []

    class Both(Runnable):
        @Runnable.method(batchable=True)
        def one(self, x: list[int]) -> list[int]:
            return self._run("one", x)

        @Runnable.method(batchable=True)
        def two(self, x: list[int]) -> list[int]:
            return self._run("two", x)

        def _run(self, name: str, x: list[int]) -> list[int]:
            inside.append(name)
            assert len(inside) == 1
            threading.Event().wait(0.001)
            inside.remove(name)
            return x

    async def main(runner: Runner) -> None:
        await asyncio.gather(*[method.async_run([i]) for i in range(20) for method in (runner.one, runner.two)])

    with Runner(Both) as runner:
        asyncio.run(main(runner))


def checked(**hooks: Any) -> Runner:
    class Model(Runnable):
        pass

    Model.add_method(lambda self, x, params=None: x.sum(axis=1).to_numpy(), "predict", batchable=True, **hooks)
    return Runner(Model)


def test_a_check_runs_for_each_value_before_it_is_queued() -> None:
    with checked(check=pd.DataFrame) as runner:
        assert runner.run({"a": [1.0], "b": [2.0]}).tolist() == [3.0]
        assert asyncio.run(runner.async_run({"a": [1.0, 2.0]})).tolist() == [1.0, 2.0]


def test_a_layout_is_accepted_once_and_refused_each_time() -> None:
    asked = []

    def accept(value: pd.DataFrame) -> None:
        asked.append(list(value.columns))
        if "b" not in value:
            raise SchemaMismatch("predict of iris", [Problem(msg="missing column b", wanted="a, b", got="a")])

    with checked(accept=accept) as runner:
        for _ in range(3):
            runner.run(pd.DataFrame({"a": [1.0], "b": [2.0]}))
        for _ in range(2):
            with pytest.raises(SchemaMismatch, match="missing column b, expected a, b, got a"):
                runner.run(pd.DataFrame({"a": [1.0]}))

    assert asked == [["a", "b"], ["a"], ["a"]]


def test_params_are_checked_and_handed_on() -> None:
    seen = []

    class Model(Runnable):
        pass

    def check_params(params: Mapping[str, Any]) -> Mapping[str, Any]:
        if "temperature" not in params:
            raise InvalidArgument("params", list(params), "temperature")
        return {"temperature": float(params["temperature"])}

    Model.add_method(
        lambda self, x, params: seen.append(params) or x, "predict", batchable=True, check_params=check_params
    )
    with Runner(Model) as runner:
        runner.predict.run([1], params={"temperature": 1})
        with pytest.raises(InvalidArgument, match="params: expected temperature"):
            runner.predict.run([1], params={"temprature": 1})

    assert seen == [{"temperature": 1.0}]


class Sentences(Batching):
    """Texts joined by full stops."""

    def measure(self, value: str) -> Measure:
        return "text", value.count(".") + 1, len(value)

    def __init__(self) -> None:
        super().__init__()
        self.measures = {str: self.measure}

    def merge(self, values: Sequence[str]) -> str:
        return ".".join(values)

    def length(self, answer: str) -> int:
        return answer.count(".") + 1

    def split(self, answer: str, sizes: Sequence[int], values: Sequence[str] = (), merged: Any = None) -> list[str]:
        parts = iter(answer.split("."))
        return [".".join(next(parts) for _ in range(size)) for size in sizes]

    def empty(self, answer: str) -> str:
        return ""


def test_another_way_to_batch_can_be_given() -> None:
    seen = []

    class Upper(Runnable):
        pass

    Upper.add_method(
        lambda self, text: seen.append(text) or text.upper(), "run_all", batchable=True, batching=Sentences()
    )

    async def main(runner: Runner) -> list[str]:
        return await asyncio.gather(*[runner.async_run(text) for text in ("a", "b.c", "d")])

    with Runner(Upper) as runner:
        assert asyncio.run(main(runner)) == ["A", "B.C", "D"]
    assert seen == ["a.b.c.d"]
