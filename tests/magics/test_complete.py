"""TAB proposes options, tags, variables and URIs, on our lines only, quickly, and never asks MLflow."""

from __future__ import annotations

import sys
import time

import pytest


@pytest.fixture
def stored(store_home):
    """Lay out folders as the store does; completion reads nothing but their names."""
    for tag in ("iris/v1", "iris/v2", "iris_svc/a1", "taxi/x"):
        (store_home / "models" / tag).mkdir(parents=True)
    (store_home / "models" / "iris" / "latest").write_text("v2")
    return store_home


@pytest.mark.parametrize(
    ("line", "proposals"),
    [
        pytest.param("%bento_import --ba", ["--batchable"], id="an option"),
        pytest.param("%bento_import iris runs:/a/m --no", ["--no-lineage"], id="an option behind arguments"),
        pytest.param("x = %bento_import --n", ["--new", "--no-lineage"], id="behind an assignment"),
        pytest.param("%bento_import --new --n", ["--no-lineage"], id="an option only once"),
        pytest.param("%bento_load --flavor ", ["native", "pyfunc"], id="values of an option"),
        pytest.param("%bento_load --flavor=na", ["native"], id="a value behind an equal sign"),
        pytest.param("%bento_show ir", ["iris", "iris_svc"], id="names"),
        pytest.param("%bento_show iris:", ["iris:latest", "iris:v1", "iris:v2"], id="versions"),
        pytest.param("%bento_load --device cpu iris:v", ["iris:v1", "iris:v2"], id="a tag behind options"),
        pytest.param("%bento_delete taxi:x ta", ["taxi"], id="a second tag"),
        pytest.param("print(1)\n%bento_show tax", ["taxi"], id="second line of a cell"),
        pytest.param("%%bento_show tax", ["taxi"], id="a cell magic"),
    ],
)
def test_tab_proposes(shell, stored, line, proposals):
    assert sorted(shell.complete(line)) == proposals


def test_tab_in_the_middle_of_a_line_looks_left_only(shell, stored):
    assert shell.complete("%bento_show ta --quiet", at=len("%bento_show ta")) == ["taxi"]


def test_tab_proposes_variables_for_the_example(shell):
    shell("X_train = [1]; X_test = [2]; _X = 3")
    assert sorted(shell.complete("%bento_import iris runs:/a --example X_t")) == ["X_test", "X_train"]


def test_tab_proposes_uris_that_this_kernel_has_seen(shell):
    shell("uri = 'runs:/abc/model'\nother = 'no uri'")
    shell("x = 'look at models:/iris@champion and models:/iris/3'")
    assert shell.complete("%bento_import iris runs:") == ["runs:/abc/model"]
    assert sorted(shell.complete("%bento_import iris models:/ir")) == ["models:/iris/3", "models:/iris@champion"]
    assert shell.complete("%bento_import ur") == ["uri"]


def test_tab_leaves_paths_to_ipython(shell, tmp_path):
    (tmp_path / "my_model").mkdir()
    assert any("my_model" in text for text in shell.complete("%bento_import iris ./my_"))


def test_tab_elsewhere_is_not_ours(shell, stored):
    shell("tables = 1")
    assert shell.complete("tab") == ["tables"]
    assert "taxi" not in shell.complete("x = '%bento_show' + ta")


def test_tab_behind_a_comment_proposes_nothing(shell, stored):
    assert "taxi" not in shell.complete("%bento_show iris # ta")


def test_tab_answers_within_50_ms_in_a_large_store_and_leaves_mlflow_alone(shell, store_home):
    for n in range(300):
        (store_home / "models" / f"model_{n}" / "v1").mkdir(parents=True)
    shell.complete("%bento_show model_1")
    loaded = set(sys.modules)
    started = time.perf_counter()
    assert len(shell.complete("%bento_show model_1")) == 111
    assert time.perf_counter() - started < 0.05
    assert set(sys.modules) == loaded
