"""What a runner says of itself, in a notebook and in a terminal."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pytest
from IPython.lib.pretty import pretty

from bentobook.runner.about import About
from bentobook.runner.runnable import Runnable
from bentobook.runner.runner import Runner
from bentobook.schema.accepts import accepts
from bentobook.schema.spec import ColumnSpec, ParamSpec, Schema, Signature, TensorSpec

SIGNATURE = Signature(
    Schema(columns=(ColumnSpec("width", "double"), ColumnSpec("height", "double"))),
    Schema(tensors=(TensorSpec(None, "int64", (-1,)),)),
    (ParamSpec("temperature", "double", 0.5), ParamSpec("stop", "string", ["."], (-1,))),
)
KNOWN = About(
    schema=SIGNATURE, flavor="sklearn", accepts=accepts(SIGNATURE.inputs), turn_on="to_runner(batchable=True)"
)


class Iris(Runnable):
    device = "cpu"


Iris.add_method(lambda _, x: x, "predict", batchable=True, about=KNOWN)
Iris.add_method(lambda _, x: x, "explain", about=KNOWN)


class Stored:
    tag = "iris:v1"


def text_of(markup: str) -> str:
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(markup.partition("</style>")[2])
    return "".join(parts)


@pytest.fixture
def runner() -> Runner:
    return Runner(
        Iris,
        name="iris",
        models=[Stored()],
        max_batch_size=64,
        max_wait_ms=2,
        method_configs={"explain": {"max_latency_ms": 500}},
    )


@pytest.mark.parametrize(
    "fact",
    [
        "runner of iris:v1",
        "not initialised",
        "sklearn",
        "'width' (double), 'height' (double)",
        "a list of records",
        "batches of at most 64 rows · kept back for 2 ms · refused after 60 s · 1,024 requests or 256.0 MB may wait",
        "refused after 500 ms",
        "explain runs each request alone; to_runner(batchable=True) lets them share a batch.",
        "temperature (double, 0.5) · stop (string [-1], ['.'])",
        "2 columns",
        "int64 [-1]",
        "runner.init_local()",
    ],
)
def test_the_card_tells(runner: Runner, fact: str) -> None:
    assert fact in pretty(runner)
    assert fact in text_of(runner._repr_html_())


def test_the_card_tells_the_device_once_the_model_is_there(runner: Runner) -> None:
    assert "cpu" not in pretty(runner)

    with runner:
        assert "cpu" in pretty(runner)
        assert "runner.predict.run(X)" in pretty(runner)

    assert "closed" in pretty(runner)
    assert repr(runner) == "Runner('iris', methods=['predict', 'explain'], closed)"


def test_a_method_that_the_model_may_have_and_the_runner_has_not_is_told_with_how_to_get_it(runner: Runner) -> None:
    with pytest.raises(AttributeError, match=r"it has predict, explain. More .* to_runner\(methods=\['predict_proba'"):
        _ = runner.predict_proba


def test_what_is_said_once_is_said_once(runner: Runner) -> None:
    assert pretty(runner).count("a list of records") == 1


def test_a_class_of_ones_own_takes_anything_and_is_named() -> None:
    class Tagger(Runnable):
        @Runnable.method(batchable=True, batch_dim=(1, 0))
        def tag(self, texts: list[str]) -> list[str]:
            return texts

    shown = pretty(Runner(Tagger))

    assert "tagger  runner of class Tagger  not initialised" in shown
    assert "anything" in shown
    assert "batched, rows along 1 and 0" in shown
    assert "batches of any size · sent at once" in shown


def test_a_hostile_name_stays_text() -> None:
    markup = Runner(Iris, name="<script>alert(1)</script>")._repr_html_()

    assert "<script>" not in markup
    assert "<script>alert(1)</script>" in text_of(markup)


def test_the_counts_are_a_table_in_both_forms(runner: Runner) -> None:
    with runner:
        for _ in range(3):
            runner.predict.run(np.ones((2, 2)))
        stats = runner.stats()

    for shown in (str(stats), text_of(stats._repr_html_())):
        assert "rows/batch" in shown
        assert "explain runs each request alone" in shown
    line = next(line for line in str(stats).splitlines() if line.split()[:1] == ["predict"])
    assert line.split()[:4] == ["predict", "3", "3", "2.0"]
