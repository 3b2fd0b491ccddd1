"""Runners of imported models: the schema, the methods, params, and answers that are MLflow's own."""

from __future__ import annotations

import asyncio
import threading

import mlflow
import numpy as np
import pandas as pd
import pytest
from small_models import FRAME, QUICK

import bentobook
from bentobook.errors import InvalidArgument, SchemaMismatch

ROWS = pd.DataFrame(np.random.default_rng(0).random((64, 2)) * 3, columns=["a", "b"])


class Noting(mlflow.pyfunc.PythonModel):
    """Remembers the sizes of its batches; adds its param to the first column; refuses rows below zero."""

    def __init__(self):
        self.sizes = []

    def predict(self, context, model_input, params=None):
        self.sizes.append(len(model_input))
        if (model_input["a"] < 0).any():
            raise ValueError(f"{model_input['a'].min():g} is below zero")
        return model_input["a"] + (params or {}).get("more", 0.0)

    def explain(self, model_input):
        return ["because"] * len(model_input)


@pytest.fixture
def iris(saved):
    return bentobook.mlflow.import_model("iris", saved, methods=["predict", "predict_proba"])


@pytest.fixture(scope="module")
def noting_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("noting") / "m"
    signature = mlflow.models.infer_signature(FRAME, FRAME["a"], {"more": 0.0})
    mlflow.pyfunc.save_model(folder, python_model=Noting(), signature=signature, **QUICK)
    return folder


@pytest.fixture
def noting(noting_folder):
    return bentobook.mlflow.import_model("noting", noting_folder, signatures={"predict": {"batchable": True}})


def live(runner):
    """Give the model that a runner holds."""
    return runner._core.instance.model


def test_methods_know_their_schema_before_anything_is_loaded(iris):
    runner = iris.to_runner()
    assert runner.models == [iris]
    assert list(runner.methods) == ["predict", "predict_proba"]
    assert runner.predict.schema.inputs.names == ("a", "b")
    assert runner.predict.schema.outputs.describe() == "long"
    assert runner.predict_proba.schema.outputs is None
    assert runner.predict.example == [{"a": 0.0, "b": 1.0}, {"a": 1.0, "b": 0.0}]
    assert (runner.predict.flavor, runner.predict_proba.flavor) == ("pyfunc", "sklearn")
    assert runner.device is None


def test_it_is_loaded_once_for_both_kinds_of_methods(iris, classifier):
    with iris.to_runner() as runner:
        np.testing.assert_array_equal(runner.predict.run(ROWS), classifier.predict(ROWS), strict=True)
        np.testing.assert_array_equal(runner.predict_proba.run(ROWS), classifier.predict_proba(ROWS), strict=True)
        assert type(live(runner)).__name__ == "PyFuncModel"
        assert runner.device == "cpu"


def test_a_method_that_is_not_recorded_is_offered_when_it_is_asked_for(iris, classifier):
    with iris.to_runner(methods=["decision_function"]) as runner:
        np.testing.assert_array_equal(runner.run(ROWS), classifier.decision_function(ROWS))


def test_a_method_that_the_model_has_not_is_refused_with_those_that_it_has(iris):
    with pytest.raises(InvalidArgument, match=r"one of .*LogisticRegression \(it has predict, predict_proba"):
        iris.to_runner(methods=["transform"]).init_local()


def test_pyfunc_has_predict_alone(iris):
    with pytest.raises(InvalidArgument, match=r"Leave flavor= out"):
        iris.to_runner(methods=["predict_proba"], flavor="pyfunc")


@pytest.mark.parametrize("flavor", ["native", "sklearn"])
def test_the_native_flavor_is_asked_for_predict_too(iris, classifier, flavor):
    with iris.to_runner(flavor=flavor, methods=["predict"]) as runner:
        assert runner.predict.flavor == "sklearn"
        assert live(runner) is not None
        np.testing.assert_array_equal(runner.run(ROWS), classifier.predict(ROWS))


def test_a_method_that_is_not_batched_says_how_to_turn_it_on(iris):
    runner = iris.to_runner()
    assert runner.predict.advice == (
        "predict runs each request alone; to_runner(batchable=True) lets them share a batch."
    )
    assert iris.to_runner(batchable=True).predict.advice == ""
    assert iris.to_runner(methods={"predict": {"batchable": True}}).predict.batchable
    assert iris.to_runner(method_configs={"predict": {"batchable": True}}).predict.batchable


def test_a_value_that_does_not_fit_is_refused_before_it_is_queued(iris):
    with iris.to_runner(batchable=True) as runner:
        with pytest.raises(SchemaMismatch, match=r"predict of iris:\w+: 1 problem.*did you mean 'b'"):
            runner.run(pd.DataFrame({"a": [1.0], "bb": [2.0]}))
        with pytest.raises(SchemaMismatch, match="one of: a DataFrame with the columns 'a'"):
            runner.run(object())
        assert runner.stats().methods["predict"].batches == 0


def test_whole_numbers_are_taken_for_doubles_which_mlflow_refuses(iris, classifier):
    with iris.to_runner() as runner:
        np.testing.assert_array_equal(runner.run({"a": 1, "b": 0}), classifier.predict(FRAME.iloc[1:2]))


def test_values_that_do_not_fit_are_taken_out_of_the_batch_without_asking_the_model_for_them(noting):
    async def ask(runner):
        values = [{"a": float(i), "b": 0.0 if i % 5 else "x"} for i in range(30)]
        return await asyncio.gather(*[runner.async_run(value) for value in values], return_exceptions=True)

    with noting.to_runner() as runner:
        answers = asyncio.run(ask(runner))
        sizes = live(runner).unwrap_python_model().sizes
    bad = [number for number, answer in enumerate(answers) if isinstance(answer, SchemaMismatch)]
    assert bad == list(range(0, 30, 5))
    assert all(answers[i].tolist() == [i] for i in range(30) if i % 5)
    assert sum(sizes) == 24
    assert max(sizes) > 1


def test_exactly_the_bad_rows_of_a_real_model_fail(iris, classifier):
    frame = ROWS.copy()
    frame.loc[frame.index % 7 == 3, "a"] = np.nan

    async def ask(runner):
        rows = [frame.iloc[i : i + 1] for i in range(len(frame))]
        return await asyncio.gather(*[runner.async_run(each) for each in rows], return_exceptions=True)

    with iris.to_runner(batchable=True) as runner:
        answers = asyncio.run(ask(runner))
    assert [i for i, a in enumerate(answers) if isinstance(a, ValueError)] == list(range(3, 64, 7))
    assert all("NaN" in str(a) for a in answers if isinstance(a, Exception))
    good = [i for i in range(64) if i % 7 != 3]
    np.testing.assert_array_equal(np.concatenate([answers[i] for i in good]), classifier.predict(ROWS.iloc[good]))


def test_threads_and_coroutines_get_their_own_answers(noting):
    wrong = []

    def check(runner, who):
        for number in range(40):
            value = who * 1000.0 + number
            answer = runner.run(pd.DataFrame({"a": [value], "b": [0.0]}, index=[who]))
            if answer.tolist() != [value] or answer.index.tolist() != [who]:
                wrong.append((who, answer))

    async def check_all(runner):
        async def one(who):
            for number in range(40):
                value = who * 1000.0 + number
                if (await runner.async_run([{"a": value, "b": 0}])).tolist() != [value]:
                    wrong.append(who)

        await asyncio.gather(*[one(who) for who in range(100, 116)])

    with noting.to_runner() as runner:
        threads = [threading.Thread(target=check, args=(runner, who)) for who in range(16)]
        for thread in threads:
            thread.start()
        asyncio.run(check_all(runner))
        for thread in threads:
            thread.join()
        stats = runner.stats().methods["predict"]
    assert wrong == []
    assert stats.requests == 32 * 40
    assert stats.batches < stats.requests


def test_params_are_checked_and_never_share_a_batch(noting):
    async def ask(runner):
        row = pd.DataFrame({"a": [1.0], "b": [0.0]})
        given = [{"more": i % 3} if i % 4 else None for i in range(40)]
        return given, await asyncio.gather(*[runner.async_run(row, params=each) for each in given])

    with noting.to_runner() as runner:
        given, answers = asyncio.run(ask(runner))
        assert [a.tolist() for a in answers] == [[1.0 + (each or {}).get("more", 0)] for each in given]
        with pytest.raises(SchemaMismatch, match=r"'more': unknown param|did you mean 'more'"):
            runner.run(ROWS, params={"mor": 1.0})
        with pytest.raises(SchemaMismatch, match=r"expected double, got 'x' \(str\)"):
            runner.run(ROWS, params={"more": "x"})


def test_a_model_without_params_takes_none(iris):
    with iris.to_runner() as runner, pytest.raises(SchemaMismatch, match="the model has no params"):
        runner.run(ROWS, params={"k": 1})


def test_a_user_s_own_model_is_asked_for_its_other_methods(noting):
    with noting.to_runner(methods=["predict", "explain"]) as runner:
        assert runner.explain.run(ROWS) == ["because"] * 64
        assert runner.predict.run(ROWS).tolist() == ROWS["a"].tolist()
        assert runner.explain.flavor == "native"
        assert runner.explain.schema is None


def test_a_large_request_is_cut_and_an_empty_one_answered(iris, classifier):
    with iris.to_runner(batchable=True, max_batch_size=10) as runner:
        np.testing.assert_array_equal(runner.run(ROWS), classifier.predict(ROWS))
        assert runner.stats().methods["predict"].batches == 7
        empty = runner.run(ROWS.iloc[:0])
    assert (empty.shape, empty.dtype) == ((0,), classifier.classes_.dtype)


def test_the_runnable_can_be_given_to_a_runner_by_hand(iris, classifier):
    with bentobook.Runner(iris.to_runnable(), name="by_hand", models=[iris]) as runner:
        np.testing.assert_array_equal(runner.predict_proba.run(ROWS), classifier.predict_proba(ROWS))


def test_one_argument_may_be_named_and_several_are_refused(iris, classifier):
    with iris.to_runner() as runner:
        np.testing.assert_array_equal(runner.run(input_data=ROWS), classifier.predict(ROWS))
        with pytest.raises(InvalidArgument, match=r"params=\{...\}"):
            runner.run(ROWS, ROWS)


class Hinted(mlflow.pyfunc.PythonModel):
    """Reads its values itself, by the types of its author."""

    def predict(self, model_input: list[dict[str, float]]) -> list[float]:
        return [sum(row.values()) for row in model_input]


def ask_all(runner, values):
    async def main():
        return await asyncio.gather(*[runner.async_run(value) for value in values], return_exceptions=True)

    return asyncio.run(main())


def test_a_model_that_reads_its_values_by_type_hints_gets_them_as_they_are(tmp_path):
    mlflow.pyfunc.save_model(tmp_path / "m", python_model=Hinted(), **QUICK)
    model = bentobook.mlflow.import_model("hinted", tmp_path / "m", signatures={"predict": {"batchable": True}})
    with model.to_runner() as runner:
        values = [[{"x": float(i), "y": 1.0}] for i in range(12)]
        assert ask_all(runner, values) == [[i + 1.0] for i in range(12)]
        assert runner.stats().methods["predict"].batches < 12


def test_without_a_signature_only_equal_layouts_share_a_batch(classifier, tmp_path):
    mlflow.sklearn.save_model(classifier, tmp_path / "m", **QUICK)
    model = bentobook.mlflow.import_model("bare", tmp_path / "m", signatures={"predict": {"batchable": True}})
    wider = ROWS.assign(more=0.0)
    values = [(wider if i % 3 == 0 else ROWS).iloc[i : i + 1] for i in range(30)]
    with model.to_runner() as runner:
        assert runner.predict.schema is None
        assert runner.predict.accepts == ("anything: the model has no signature",)
        answers = ask_all(runner, values)
        assert runner.run({"a": [3.0, 0.0], "b": [0.0, 1.0]}).tolist() == [1, 0]
    assert [i for i, answer in enumerate(answers) if isinstance(answer, ValueError)] == list(range(0, 30, 3))
    good = [i for i in range(30) if i % 3]
    np.testing.assert_array_equal(np.concatenate([answers[i] for i in good]), classifier.predict(ROWS.iloc[good]))


def test_an_example_given_at_the_import_is_the_schema_of_a_model_that_has_none(classifier, tmp_path):
    mlflow.sklearn.save_model(classifier, tmp_path / "m", **QUICK)
    model = bentobook.mlflow.import_model("m", tmp_path / "m", example=FRAME)
    with model.to_runner() as runner:
        np.testing.assert_array_equal(runner.run([[1, 0], [3, 0]]), classifier.predict(FRAME.iloc[[1, 3]]))
        with pytest.raises(SchemaMismatch, match="'b': required but missing"):
            runner.run([{"a": 1.0}])


def test_a_schema_and_rows_along_another_dimension(tmp_path):
    class Turned(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            return model_input.sum(axis=0)

    signature = mlflow.models.infer_signature(np.zeros((3, 4)))
    signature.inputs.inputs[0]._tensorInfo._shape = (3, -1)
    mlflow.pyfunc.save_model(tmp_path / "m", python_model=Turned(), signature=signature, **QUICK)
    model = bentobook.mlflow.import_model("m", tmp_path / "m")
    with model.to_runner(methods={"predict": {"batchable": True, "batch_dim": (1, 0)}}) as runner:
        answers = ask_all(runner, [np.full((3, i % 3 + 1), float(i)) for i in range(12)])
        assert [answer.tolist() for answer in answers] == [[3.0 * i] * (i % 3 + 1) for i in range(12)]
        assert runner.stats().methods["predict"].batches < 12
        with pytest.raises(SchemaMismatch, match=r"expected the shape \[3, -1\]"):
            runner.run(np.zeros((2, 1)))


def test_a_model_that_bentoml_imported_has_its_schema_from_its_own_file(iris, classifier):
    record = iris.path / "model.yaml"
    record.chmod(0o644)
    record.write_text(record.read_text().partition("bentobook:")[0])
    with bentobook.mlflow.get(iris.tag).to_runner(methods=["predict", "predict_proba"]) as runner:
        assert runner.predict.schema.inputs.names == ("a", "b")
        np.testing.assert_array_equal(runner.predict_proba.run(ROWS), classifier.predict_proba(ROWS))


def test_a_torch_module_is_asked_through_pyfunc_and_by_itself(tmp_path):
    import torch

    net = torch.nn.Linear(2, 1)
    signature = mlflow.models.infer_signature(np.zeros((1, 2), "float32"))
    mlflow.pytorch.save_model(net, tmp_path / "m", serialization_format="pickle", signature=signature, **QUICK)
    model = bentobook.mlflow.import_model("net", tmp_path / "m", methods=["predict", "__call__"])
    rows = ROWS.to_numpy("float32")
    with model.to_runner(batchable=True) as runner:
        assert (runner.predict.flavor, runner.methods["__call__"].flavor) == ("pyfunc", "pytorch")
        call = runner.methods["__call__"]
        np.testing.assert_allclose(call.run(rows), runner.predict.run(rows), rtol=1e-5)
        tensor = call.run(torch.from_numpy(rows))
        assert isinstance(tensor, torch.Tensor)
        assert not tensor.requires_grad
        assert isinstance(runner.predict.run(torch.from_numpy(rows)), np.ndarray)
    with model.to_runner(methods=["predict"], flavor="native") as runner:
        wanted = net(torch.from_numpy(rows)).detach().numpy()
        np.testing.assert_allclose(runner.run(rows.tolist()), wanted, rtol=1e-5)
