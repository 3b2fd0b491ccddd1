"""Consent before a load that runs code."""

from __future__ import annotations

import pytest

from bentobook.errors import DigestMismatch, InvalidArgument, UntrustedModel
from bentobook.store import manifest, trust, trust_file
from bentobook.store.layout import MANIFEST
from bentobook.store.model_yaml import new_info
from bentobook.store.store import Store
from bentobook.store.tag import Tag

PICKLE = {"path": "m/model.pkl", "format": "cloudpickle", "runs_code": True}
UBJ = {"path": "m/model.ubj", "format": "ubj", "runs_code": False}


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    """Each test is a process that has told and made nothing yet."""
    monkeypatch.setattr(trust, "_own", set())
    monkeypatch.setattr(trust, "_noticed", set())


@pytest.fixture
def save():
    def make(tag="iris:v1", *, source="runs:/abc/model", loads=(PICKLE,), kind="mlflow", data=b"model", resolved=None):
        with Store().draft(tag) as draft:
            draft.write("m/model.pkl", data)
            private = {"lineage": {"source_uri": source, "resolved_uri": resolved}, "loads_with": list(loads)}
            info = new_info(
                Tag.parse(tag), module="bentoml.mlflow", framework_name="mlflow", framework_versions={}, private=private
            )
            return draft.publish(info, origin={"kind": kind})

    return make


@pytest.fixture
def ask(monkeypatch):
    monkeypatch.setenv("BENTOBOOK_TRUST", "ask")


@pytest.fixture
def enforce(monkeypatch):
    monkeypatch.setenv("BENTOBOOK_TRUST", "enforce")


def test_the_notice_is_one_line_once_per_content(save, capsys):
    trust.check(save())
    trust.check(save("copy:v1"))
    assert capsys.readouterr().err == (
        "Loading iris:v1 runs code from runs:/abc/model (cloudpickle). "
        'Trusted source? bentobook.trust("runs:/abc/model")\n'
    )


def test_each_content_has_its_own_notice(save, capsys):
    trust.check(save())
    trust.check(save("iris:v2", data=b"other"))
    assert capsys.readouterr().err.count("\n") == 2


@pytest.mark.parametrize("what", ["runs:/abc", "digest", "model"])
def test_trust_silences_the_notice(save, capsys, what):
    model = save()
    trust.trust({"digest": model.digest, "model": model}.get(what, what))
    trust.check(model)
    assert capsys.readouterr().err == ""


def test_data_is_silent_and_free_under_every_policy(save, capsys, monkeypatch):
    model = save(loads=[UBJ])
    for policy in ("notice", "ask", "enforce"):
        monkeypatch.setenv("BENTOBOOK_TRUST", policy)
        trust.check(model, look=lambda: [UBJ])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("loads", [(), ("odd",), ({"format": "x"},), ({"runs_code": "no"},)], ids=str)
def test_what_is_not_known_to_be_data_runs_code(save, capsys, loads):
    trust.check(save(loads=loads))
    assert "runs code" in capsys.readouterr().err


def test_what_this_process_made_needs_no_notice(save, capsys):
    model = save()
    trust.mark_own(model.digest)
    trust.check(model)
    assert capsys.readouterr().err == ""


def test_ask_refuses_and_says_what_allows_it(save, ask):
    model = save()
    with pytest.raises(
        UntrustedModel, match=rf"iris:v1 runs code from runs:/abc/model.*bentobook\.trust\('{model.digest}'\)"
    ):
        trust.check(model)
    trust.trust(model.digest)
    trust.check(model)


def test_ask_lets_the_process_load_its_own(save, ask):
    model = save()
    trust.mark_own(model.digest)
    trust.check(model)


def test_enforce_does_not_count_the_process_s_own(save, enforce):
    model = save()
    trust.mark_own(model.digest)
    with pytest.raises(UntrustedModel, match="nobody has trusted it yet"):
        trust.check(model)


@pytest.mark.parametrize("wide", ["runs:/ab", "runs:/abcd", "runs:/abc/mode", "models:/abc", "s3://abc"])
def test_a_source_that_only_begins_alike_gives_nothing(save, ask, wide):
    trust.trust(wide)
    with pytest.raises(UntrustedModel, match="iris:v1"):
        trust.check(save())


def test_either_address_of_a_model_may_be_trusted(save, ask):
    trust.trust("s3://team")
    trust.check(save(source="models:/iris@champion", resolved="s3://team/1/models/m-1/artifacts"))


def test_trust_by_source_holds_for_the_content_that_was_loaded_first(save, ask):
    trust.trust("runs:/abc")
    first, changed = save(), save("iris:v2", data=b"changed")
    trust.check(first)
    assert trust_file.read().sources == {"runs:/abc": {"runs:/abc/model": first.digest}}
    with pytest.raises(UntrustedModel, match="iris:v2"):
        trust.check(changed)
    trust.check(save("iris:v3", source="runs:/abc/other", data=b"changed"))
    trust.trust("runs:/abc")
    trust.check(changed)


@pytest.mark.parametrize("kind", ["archive", "", "other"])
def test_the_source_and_formats_of_an_archive_are_claims(save, ask, kind):
    model = save(kind=kind, loads=[UBJ])
    trust.trust("runs:/abc")
    with pytest.raises(UntrustedModel, match=r"an unchecked source \(claimed: runs:/abc/model\)"):
        trust.check(model)
    trust.trust(model.digest)
    trust.check(model)


def test_a_claimed_format_is_not_believed_but_looked_up(save, capsys):
    model = save(kind="archive", loads=[UBJ])
    trust.check(model, look=lambda: [PICKLE])
    assert "cloudpickle" in capsys.readouterr().err


def test_a_folder_without_a_manifest_is_trusted_by_what_is_in_it(save, ask, capsys):
    model = save()
    (model.path / MANIFEST).unlink()
    with pytest.raises(UntrustedModel, match="unchecked source"):
        trust.check(model)
    trust.trust(model)
    trust.check(model)


def test_the_notice_for_a_folder_without_a_manifest_names_the_model(save, capsys):
    model = save()
    (model.path / MANIFEST).unlink()
    trust.check(model)
    assert capsys.readouterr().err.endswith('bentobook.trust(bentobook.models.get("iris:v1"))\n')


def test_enforce_reads_the_files(save, enforce):
    model = save()
    trust.trust(model.digest)
    trust.check(model)
    file = model.path / "m" / "model.pkl"
    file.chmod(0o644)
    file.write_bytes(b"MODEL")
    with pytest.raises(DigestMismatch, match="iris:v1 has changed since it was stored"):
        trust.check(model)


def test_a_manifest_that_was_forged_with_the_files_has_another_digest(save, enforce):
    model = save()
    trust.trust(model.digest)
    file = model.path / "m" / "model.pkl"
    file.chmod(0o644)
    file.write_bytes(b"MODEL")
    forged = manifest.Manifest(tuple(manifest.describe(model.path)), {"kind": "mlflow"})
    (model.path / MANIFEST).chmod(0o644)
    (model.path / MANIFEST).write_bytes(manifest.dump(forged))
    with pytest.raises(UntrustedModel, match=forged.content_digest):
        trust.check(model)


def test_custom_objects_are_a_load_too(save, ask, capsys):
    with pytest.raises(UntrustedModel, match="pickle"):
        trust.check(save(loads=[UBJ]), action="read its custom objects", formats=("pickle",))


@pytest.mark.parametrize("what", ["/", "runs:/", "models:/", "s3://", "b3:123", "b3:" + "A" * 64, "s3://b/../c"])
def test_trust_in_everything_or_in_nothing_is_refused(what):
    with pytest.raises(InvalidArgument, match=r"expected|uri"):
        trust.trust(what)
    assert not trust_file.path().exists()


def test_no_secret_and_no_control_character_is_shown_or_stored(save, capsys):
    trust.trust("https://me:secret@host/m?token=secret")
    trust.check(save(source="https://me:secret@elsewhere/m?token=secret"))
    trust.check(save("a:v1", data=b"1", source="runs:/a\x1b[31m"))
    trust.check(save("b:v1", data=b"2", loads=[{"format": "x\x1b[31m\n", "runs_code": True}]))
    told = capsys.readouterr().err
    assert "secret" not in told + trust_file.path().read_text()
    assert "\x1b" not in told
    assert told.count("\n") == 3


def test_settings_that_cannot_be_written_do_not_stop_a_trusted_load(save, ask, monkeypatch):
    trust.trust("runs:/abc")
    model = save()

    def read_only(*args, **kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("bentobook.store.durable.replace_file", read_only)
    trust.check(model)


@pytest.mark.parametrize(("user", "source"), [("ada", "this store, saved by ada"), ("", "this store")])
def test_what_was_saved_here_says_so_and_is_trusted_by_its_digest(capsys, user, source):
    with Store().draft("iris:v1") as draft:
        draft.write("saved_model.pkl", b"model")
        info = new_info(draft.tag, module="bentoml.sklearn", private={"loads_with": [PICKLE]})
        model = draft.publish(info, origin={"kind": "save", "user": user})
    trust.check(model)
    assert capsys.readouterr().err == (
        f'Loading iris:v1 runs code from {source} (cloudpickle). Trusted source? bentobook.trust("{model.digest}")\n'
    )
