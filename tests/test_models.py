from __future__ import annotations

import errno
import os

import pytest

from bentobook import models
from bentobook.errors import AlreadyExists, DiskFull, InvalidArgument, NotFound


def test_files_that_are_written_in_the_block_are_a_model_after_it():
    with models.create("vectors:v1", labels={"n": 3}, metadata={"dims": (1, 2)}) as model:
        path = model.path_of("deep/table.bin")
        os.makedirs(os.path.dirname(path))  # noqa: PTH103, PTH120 (as a user writes it)
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(b"12345")

    stored = models.get("vectors")
    assert stored.tag == model.tag
    assert stored.info.labels == {"n": "3"}
    assert stored.info.metadata == {"dims": [1, 2]}
    assert stored.path.joinpath("deep/table.bin").read_bytes() == b"12345"


def test_a_model_gets_the_fields_that_are_given():
    context = models.ModelContext("mine", {"mine": "1.0"})
    with models.create(
        "m", module="bentoml.mlflow", signatures={"predict": {"batchable": True}}, options={"a": 1}, context=context
    ):
        pass
    info = models.get("m").info

    assert (info.module, info.options, info.context) == ("bentoml.mlflow", {"a": 1}, context)
    assert info.signatures["predict"].batchable


def test_custom_objects_are_stored_beside_the_files():
    with models.create("m:v1", custom_objects={"scale": 2}):
        pass

    assert models.get("m:v1").custom_objects == {"scale": 2}


def test_an_exception_in_the_block_leaves_nothing(store_home):
    with pytest.raises(RuntimeError, match="broken"), models.create("m:v1"):
        raise RuntimeError("broken")

    assert models.list() == []
    assert not list((store_home / ".bentobook/staging").iterdir())


def test_a_metadata_entry_that_cannot_be_kept_is_refused_before_the_block_runs():
    with pytest.raises(InvalidArgument, match="metadata"), models.create("m:v1", metadata={"a": None}):
        pytest.fail("the block ran")


def test_a_disk_that_fills_up_in_the_block_is_said_so():
    with pytest.raises(DiskFull, match="Disk full"), models.create("m:v1"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_error_of_the_callers_own_stays_what_it_is():
    with pytest.raises(FileNotFoundError, match="elsewhere"), models.create("m:v1"):
        open("/nowhere/elsewhere")  # noqa: PTH123, SIM115


def test_a_tag_that_is_taken_is_refused():
    with models.create("m:v1"):
        pass
    with pytest.raises(AlreadyExists, match="m:v1"), models.create("m:v1"):
        pytest.fail("the block ran")


def test_a_deleted_model_is_not_found():
    with models.create("m:v1"):
        pass

    assert str(models.delete("m:v1")) == "m:v1"
    with pytest.raises(NotFound, match="m:v1"):
        models.get("m:v1")


def test_the_store_is_that_of_the_time_of_the_call(tmp_path, monkeypatch):
    with models.create("m:v1"):
        pass
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "other"))

    assert models.list() == []


def test_a_record_and_a_manifest_that_the_caller_writes_are_replaced():
    with models.create("m:v1") as model:
        for name in ("model.yaml", ".bentobook-manifest.json"):
            (model.path / name).write_text("mine")

    assert models.get("m:v1").info.tag == model.tag
    assert models.verify("m:v1", deep=True).ok
