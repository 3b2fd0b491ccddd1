"""The picture of a runner's counts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bentobook.errors import MissingDependency
from bentobook.runner.runner import Runner

Make = Callable[..., Runner]


@pytest.fixture
def used(make: Make) -> Runner:
    runner = make(lambda x: x[:, 0], max_batch_size=8)
    runner.run(np.ones((20, 2)))
    return runner


def heights(axes: Any) -> list[float]:
    return [bar.get_height() for bar in axes.patches]


def test_each_batch_is_a_bar_and_each_latency_too(used: Runner) -> None:
    batches, latencies = used.stats().plot().axes

    assert heights(batches) == [8, 8, 4]
    assert [label.get_text() for label in latencies.get_yticklabels()] == ["max", "p99", "p90", "p50"]
    assert len(latencies.patches) == 4
    assert batches.get_title(loc="left") == "iris.predict"


def test_several_runners_are_drawn_below_each_other_on_one_scale(used: Runner, make: Make) -> None:
    alone = make(lambda x: x[:, 0], batchable=False)
    alone.run(np.ones((1, 2)))

    figure = used.stats().plot(alone.stats())

    first, _, second, _ = figure.axes
    assert first.get_ylim() == second.get_ylim()
    assert "predict runs each request alone; " in second.get_title(loc="left")


def test_the_figure_shows_itself_as_a_picture_and_as_text(used: Runner) -> None:
    figure = used.stats().plot()

    assert figure._repr_png_().startswith(b"\x89PNG")
    assert len(figure._repr_png_()) < 60_000
    assert "rows/batch" in repr(figure)


def test_a_runner_that_did_nothing_can_be_drawn(make: Make) -> None:
    assert make(lambda x: x).stats().plot()._repr_png_()


def test_pyplot_is_left_alone(used: Runner) -> None:
    loaded = "matplotlib.pyplot" in sys.modules
    used.stats().plot()

    assert ("matplotlib.pyplot" in sys.modules) == loaded


def test_without_matplotlib_it_says_what_to_install(used: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_Hidden(), *sys.meta_path])

    with pytest.raises(MissingDependency, match=r"bentobook\[notebook\]"):
        used.stats().plot()


class _Hidden:
    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError(f"No module named {name!r}", name="matplotlib")
