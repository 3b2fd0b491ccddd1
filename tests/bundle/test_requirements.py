"""Requirements: each with its reason, junk left out, nothing lost, and nothing smuggled in by a model."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import pytest

from bentobook.bundle import requirements
from bentobook.bundle.modules import Foreign
from bentobook.store.model import Model
from bentobook.store.model_yaml import new_info
from bentobook.store.store import Store


@pytest.fixture
def asking() -> Callable[..., Model]:
    """Store a model that asks for packages."""

    def make(tag: str, *lines: str) -> Model:
        with Store().draft(tag) as draft:
            draft.write("a", b"1")
            return draft.publish(new_info(draft.tag, private={"requirements": list(lines)}))

    return make


def test_what_is_imported_is_pinned_to_what_is_installed() -> None:
    found = requirements.inferred([Foreign("sklearn.tree", "service.py:3", False)], [])

    (need,) = found.lines
    assert need.line == f"scikit-learn=={version('scikit-learn')}"
    assert (need.reasons, need.met) == (("imported by service.py:3",), True)


def test_what_models_ask_for_is_joined_with_its_reasons(asking) -> None:
    models = [asking("iris:v1", "numpy==1.0", "six"), asking("enc:v1", "numpy==1.0")]

    found = requirements.inferred([Foreign("numpy", "service.py:1", False)], models)

    numpy = next(need for need in found.lines if need.name == "numpy")
    assert numpy.line == "numpy==1.0"
    assert numpy.reasons == ("imported by service.py:1", "from the model iris:v1", "from the model enc:v1")
    assert any("numpy==1.0 is required" in said and "is installed here" in said for said in found.warnings)


def test_models_that_disagree_are_said(asking) -> None:
    found = requirements.inferred([], [asking("a:v1", "six==1.16"), asking("b:v1", "six==1.17")])

    assert [need.line for need in found.lines] == ["six==1.16"]
    assert any("six==1.17 (from the model b:v1) is not six==1.16 (from the model a:v1)" in s for s in found.warnings)


def test_tools_of_development_are_left_out_unless_kept_or_imported(asking) -> None:
    model = asking("iris:v1", "pytest==8.0", "ipykernel==6.0", "rich", "numpy")

    found = requirements.inferred([Foreign("rich", "service.py:1", False)], [model], keep=["Pytest"])

    assert {need.name for need in found.lines} == {"numpy", "pytest", "rich"}
    assert [need.name for need in found.left_out] == ["ipykernel"]


@pytest.mark.parametrize("line", ["x==1\n--index-url http://evil", "x #\n-r /etc/passwd", "-e .", "--pre", "a b c"])
def test_a_model_cannot_bring_an_option_into_the_file(asking, line: str) -> None:
    assert requirements.inferred([], [asking("iris:v1", line)]).lines == ()


def test_lines_of_a_bentofile_are_taken_as_they_are_and_gaps_are_said() -> None:
    lines = ["# comment", "", "pandas >= 2  # why", "--pre", "git+https://host/repo"]

    found = requirements.named(lines, "named by bentofile.yaml", [Foreign("numpy", "service.py:1", False)])

    assert [need.line for need in found.lines] == lines
    assert found.warnings == ("imported by service.py:1, and no requirement names numpy",)


def test_an_import_that_nothing_brings_is_said_once_it_is_needed() -> None:
    foreign = [Foreign("nowhere_to_be_found", "a.py:1", False), Foreign("not_there_either", "a.py:2", True)]

    assert len(requirements.inferred(foreign, []).warnings) == 1
