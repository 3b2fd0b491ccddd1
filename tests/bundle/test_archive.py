"""Archives of Bentos: they carry their models, come back unchanged, and nothing is stored of a bad one."""

from __future__ import annotations

import tarfile

import pytest

from bentobook import bentos, models
from bentobook.bundle import archive_write
from bentobook.errors import AlreadyExists, ArchiveRefused, NotFound
from bentobook.store.draft import Draft


@pytest.fixture
def exported(make_bento, make_model, tmp_path):
    """Export a Bento with two versions of a model, and give the archive and the digest."""
    bento = make_bento("svc:v1", make_model("iris:v1"), make_model("iris:v2", "other weights"))
    return bento.export(tmp_path), bento.digest


def _empty_store(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "elsewhere"))


@pytest.mark.parametrize("ending", ["bento", "tar", "tar.gz", "tar.xz", "tar.bz2", "zip"])
def test_a_bento_comes_back_with_its_models(make_bento, make_model, monkeypatch, tmp_path, ending: str) -> None:
    bento = make_bento("svc:v1", make_model("iris:v1"))
    file = bento.export(tmp_path / f"svc.{ending}")
    _empty_store(monkeypatch, tmp_path)

    back = bentos.import_bento(file)

    assert (back.tag, back.digest, back.creation_time) == (bento.tag, bento.digest, bento.creation_time)
    assert back.verify(deep=True).state == "ok"
    assert [str(model.tag) for model in models.list()] == ["iris:v1"]
    assert not (back.path / "models").exists()


def test_the_same_bento_gives_the_same_archive(exported, tmp_path) -> None:
    file, _ = exported
    before = file.read_bytes()

    assert bentos.export_bento("svc", tmp_path / "again.bento").read_bytes() == before
    with tarfile.open(file) as opened:
        names = opened.getnames()
    assert names[1] == "./bento.yaml"
    assert {"./models/iris/latest", "./models/iris/v1/model.yaml", "./models/iris/v2/saved_model.pkl"} <= set(names)


def test_models_that_are_there_already_are_not_stored_again(exported, monkeypatch) -> None:
    file, _ = exported
    bentos.delete("svc:v1")
    before = models.get("iris:v1").path.stat().st_ino

    assert bentos.import_bento(file).verify().ok
    assert models.get("iris:v1").path.stat().st_ino == before


def test_a_model_of_the_same_tag_and_another_content_is_never_replaced(
    exported, make_model, monkeypatch, tmp_path
) -> None:
    file, _ = exported
    _empty_store(monkeypatch, tmp_path)
    make_model("iris:v2", "not what was built")

    with pytest.raises(ArchiveRefused, match="the store has another model iris:v2"):
        bentos.import_bento(file)
    assert [str(model.tag) for model in models.list()] == ["iris:v2"]
    assert not list(bentos.list())


def test_a_bento_that_is_there_is_not_imported_again(exported) -> None:
    with pytest.raises(AlreadyExists, match="Bento svc:v1"):
        bentos.import_bento(exported[0])


def test_a_failure_at_the_end_takes_the_models_back(exported, monkeypatch, tmp_path) -> None:
    file, _ = exported
    _empty_store(monkeypatch, tmp_path)
    publish = Draft.publish_record

    def fails(self, info, **options):
        if info.tag.name == "svc":
            raise KeyboardInterrupt
        return publish(self, info, **options)

    monkeypatch.setattr(Draft, "publish_record", fails)
    with pytest.raises(KeyboardInterrupt):
        bentos.import_bento(file)

    assert (list(models.list()), list(bentos.list())) == ([], [])


def test_a_model_and_a_bento_are_not_confused(exported, make_model, tmp_path) -> None:
    with pytest.raises(ArchiveRefused, match="it is a Bento, not a model"):
        models.import_model(exported[0])
    with pytest.raises(ArchiveRefused, match="it is a model, not a Bento"):
        bentos.import_bento(make_model("alone:v1").export(tmp_path))


def test_a_bento_without_its_models_is_not_exported(make_bento, make_model, tmp_path) -> None:
    bento = make_bento("svc:v1", make_model("iris:v1"))
    (bento.models[0].path / "model.yaml").unlink()

    with pytest.raises(NotFound, match="iris:v1"):
        archive_write.export_bento(bento, tmp_path)


def test_a_changed_file_is_noticed(exported, monkeypatch, tmp_path) -> None:
    file, _ = exported
    folder = tmp_path / "unpacked"
    with tarfile.open(file) as opened:
        opened.extractall(folder, filter="data")
    for hurt in ("src/service.py", "models/iris/v1/saved_model.pkl"):
        before = (folder / hurt).read_bytes()
        (folder / hurt).chmod(0o644)
        (folder / hurt).write_bytes(b"x" * len(before))
        with tarfile.open(tmp_path / "bad.tar", "w") as opened:
            opened.add(folder, ".")
        _empty_store(monkeypatch, tmp_path)

        with pytest.raises(ArchiveRefused, match="not what the manifest says"):
            bentos.import_bento(tmp_path / "bad.tar")
        assert (list(models.list()), list(bentos.list())) == ([], [])
        (folder / hurt).write_bytes(before)
