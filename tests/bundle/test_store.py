"""Bentos in the store: listed, found, deleted and verified as models are, and what they need is kept."""

from __future__ import annotations

import pytest

from bentobook import bentos, models
from bentobook.errors import AlreadyExists, InvalidArgument, ModelInUse, NotFound, UnknownName


def test_the_newest_version_is_what_a_name_means(make_bento) -> None:
    make_bento("svc:v1")
    make_bento("svc:v2")
    make_bento("other:v1")

    assert [str(bento.tag) for bento in bentos.list()] == ["other:v1", "svc:v2", "svc:v1"]
    assert [str(bentos.get(text).tag) for text in ("svc", "svc:latest", "svc:v1")] == ["svc:v2", "svc:v2", "svc:v1"]
    assert [str(bento.tag) for bento in bentos.list("svc:latest")] == ["svc:v2"]


def test_models_and_bentos_of_one_name_do_not_meet(make_bento, make_model) -> None:
    make_model("svc:v1")
    make_bento("svc:v2")

    assert (str(models.get("svc").tag), str(bentos.get("svc").tag)) == ("svc:v1", "svc:v2")


def test_a_version_is_never_overwritten(make_bento) -> None:
    make_bento("svc:v1")

    with pytest.raises(AlreadyExists, match="Bento svc:v1 already exists"):
        make_bento("svc:v1")


def test_what_is_not_there_is_said_with_what_is_close(make_bento) -> None:
    make_bento("svc:v1")

    with pytest.raises(NotFound, match=r"Bento 'svk' is not found .* Did you mean 'svc'"):
        bentos.get("svk")
    with pytest.raises(UnknownName, match=r"no Bentos with name 'nothing'.*bentobook list"):
        bentos.list("nothing")


def test_a_model_that_a_bento_uses_is_not_deleted(make_bento, make_model) -> None:
    make_bento("svc:v1", make_model("iris:v1"))

    with pytest.raises(ModelInUse, match="svc:v1"):
        models.delete("iris:v1")
    bentos.delete("svc:v1")
    models.delete("iris:v1")

    assert (list(models.list()), list(bentos.list())) == ([], [])


def test_a_bento_is_what_was_built_until_a_file_or_a_model_of_it_changes(make_bento, make_model) -> None:
    bento = make_bento("svc:v1", make_model("iris:v1"))
    assert bento.verify().state == "ok"

    readme, weights = bento.path / "README.md", models.get("iris").path / "saved_model.pkl"
    for path in (readme, weights):
        path.chmod(0o644)
        before = path.read_bytes()
        path.write_bytes(b"x" * len(before))
        assert path.name in " ".join(bento.verify().problems)
        path.write_bytes(before)
    assert bento.verify().ok


def test_a_missing_model_is_said(make_bento, make_model, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    bento = make_bento("svc:v1", make_model("iris:v1"))
    (bento.models[0].path / "model.yaml").unlink()

    assert "its model iris:v1 is missing" in bento.verify().problems
    assert "missing" in str(bentos.get("svc")._repr_html_())


def test_a_path_that_leads_out_of_the_bento_is_refused(make_bento) -> None:
    with pytest.raises(InvalidArgument, match="a path inside the Bento"):
        make_bento().path_of("../../models")


def test_cards_escape_what_people_wrote(make_bento, make_model) -> None:
    html = str(make_bento("svc:v1", make_model("iris:v1"))._repr_html_())
    listed = bentos.list()._repr_html_()

    assert "iris:v1" in html
    assert "/predict" in html
    assert "svc:v1" in listed
    assert "svc:v1" in repr(bentos.list())
