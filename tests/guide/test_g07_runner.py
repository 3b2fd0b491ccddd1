"""Guide row G7: an imported model becomes a runner, which really batches in the process that holds it."""

from __future__ import annotations

import asyncio

import mlflow
import numpy as np
import pandas as pd
import pytest
import torch

import bentobook as bentoml

ROWS = np.random.default_rng(0).random((16, 4)).astype("float32")


@pytest.fixture
def net(tmp_path):
    torch.manual_seed(0)
    net = torch.nn.Linear(4, 2)
    signature = mlflow.models.infer_signature(ROWS)
    mlflow.pytorch.save_model(
        net, tmp_path / "m", serialization_format="pickle", signature=signature, pip_requirements=["mlflow"]
    )
    bentoml.mlflow.import_model("mlflow_pytorch_mnist", tmp_path / "m", signatures={"predict": {"batchable": True}})
    return net


def test_the_guide_s_own_lines(net):
    input_df = pd.DataFrame(ROWS)

    runner = bentoml.mlflow.get("mlflow_pytorch_mnist:latest").to_runner()
    runner.init_local()
    answer = runner.predict.run(input_df)

    expected = net(torch.from_numpy(ROWS)).detach().numpy()
    np.testing.assert_allclose(answer, expected, rtol=1e-5)
    np.testing.assert_array_equal(runner.run(input_df), answer)
    runner.init_local()
    np.testing.assert_array_equal(runner.predict.run(input_df), answer)
    runner.close()


def test_coroutines_share_batches(net):
    async def main(runner):
        one = await runner.predict.async_run(ROWS[:1])
        return one, await asyncio.gather(*[runner.predict.async_run(ROWS[i : i + 1]) for i in range(16)])

    with bentoml.mlflow.get("mlflow_pytorch_mnist:latest").to_runner() as runner:
        one, answers = asyncio.run(main(runner))
        stats = runner.stats().methods["predict"]

    np.testing.assert_allclose(np.concatenate(answers), net(torch.from_numpy(ROWS)).detach().numpy(), rtol=1e-5)
    np.testing.assert_array_equal(one, answers[0])
    assert stats.requests == 17
    assert stats.batches < 10


def test_a_runner_that_was_not_started_says_how(net):
    runner = bentoml.mlflow.get("mlflow_pytorch_mnist:latest").to_runner()
    with pytest.raises(bentoml.errors.RunnerNotReady, match=r"init_local\(\)"):
        runner.predict.run(ROWS)
