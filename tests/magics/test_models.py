"""``%bento_models``, ``%bento_show``, ``%bento_export``, ``%bento_delete``, ``%bento_load``: variables win."""

from __future__ import annotations

from pathlib import Path

import pytest
from IPython.core.error import UsageError

from bentobook.errors import NotFound


@pytest.fixture
def stored(shell, dummy_folder):
    """Import a model as two versions."""
    shell.names["dummy"] = dummy_folder
    shell("v1 = %bento_import -q iris:v1 dummy\nv2 = %bento_import -q iris:v2 dummy --new")
    return shell


def test_the_list_is_a_table_of_all_or_of_one_name(stored):
    stored("%bento_import -q other:v1 dummy")
    assert {str(model.tag) for model in stored("%bento_models")} == {"iris:v1", "iris:v2", "other:v1"}
    assert {str(model.tag) for model in stored("%bento_models iris")} == {"iris:v1", "iris:v2"}


def test_a_variable_wins_over_a_tag(stored):
    assert str(stored("%bento_show iris").tag) == "iris:v2"
    stored("iris = v1")
    assert str(stored("%bento_show iris").tag) == "iris:v1"
    assert str(stored("%bento_show iris:latest").tag) == "iris:v2"


def test_a_variable_that_holds_something_else_is_not_in_the_way(stored):
    stored("iris = 5")
    assert str(stored("%bento_show iris").tag) == "iris:v2"


def test_a_missing_tag_says_what_is_close(stored):
    with pytest.raises(NotFound, match="Did you mean 'iris'"):
        stored("%bento_show irsi")


def test_export_writes_an_archive_and_returns_its_path(stored, tmp_path):
    (tmp_path / "a b").mkdir()
    path = stored("%bento_export v1 'a b/x.bentomodel'")
    assert Path(path) == Path("a b/x.bentomodel").absolute() or Path(path).exists()
    assert stored("%bento_export v1").name == "iris-v1.bentomodel"


def test_delete_takes_several_and_says_what_is_gone(stored):
    assert repr(stored("%bento_delete -y v1 iris:v2")) == "Deleted iris:v1, iris:v2."
    assert not list(stored("%bento_models"))


def test_delete_of_a_name_is_its_newest_version(stored):
    assert repr(stored("%bento_delete -y iris")) == "Deleted iris:v2."


def test_delete_deletes_nothing_when_one_is_missing(stored):
    with pytest.raises(NotFound, match="nobody"):
        stored("%bento_delete -y iris:v1 nobody")
    assert len(stored("%bento_models iris")) == 2


def test_delete_refuses_where_nobody_can_be_asked(stored):
    error = stored.error("%bento_delete iris:v1")
    assert isinstance(error, UsageError)
    assert "nobody can be asked here whether to delete iris:v1" in str(error)


def test_load_gives_the_live_object(stored):
    from sklearn.dummy import DummyRegressor

    assert isinstance(stored("%bento_load --flavor native iris:v1"), DummyRegressor)
    assert stored("%bento_load v1").predict([[1]]).tolist() == [0.5]


def test_doctor_reports(stored):
    assert str(stored("%bento_doctor"))
