from pathlib import Path
from types import SimpleNamespace

import pytest

from bentobook.errors import InvalidArgument
from bentobook.mlflow.objects import to_source


def test_text_and_paths_are_taken_as_they_are(tmp_path):
    assert to_source(tmp_path).path == tmp_path
    assert to_source(str(tmp_path)).path == tmp_path
    assert to_source("runs:/abc/model").uri == "runs:/abc/model"


@pytest.mark.parametrize("thing", [None, 3, object(), ["a"], Path, SimpleNamespace(name="iris", version=None)])
def test_anything_else_is_refused(thing):
    with pytest.raises(InvalidArgument, match="ModelInfo, LoggedModel, ModelVersion or Run"):
        to_source(thing)


def test_an_object_with_an_uri_of_its_own_is_used():
    from mlflow.entities.model_registry import ModelVersion

    version = ModelVersion(name="iris", version="3", creation_timestamp=0)
    assert to_source(version).uri == "models:/iris/3"


def test_a_run_stands_for_what_it_logged():
    from mlflow.entities import Run, RunData, RunInfo

    info = RunInfo("abc", "0", "me", "FINISHED", 0, 1, "active")
    assert to_source(Run(info, RunData())).uri == "runs:/abc"
