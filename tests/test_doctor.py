from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bentobook import doctor, settings
from bentobook.doctor import packages, storage
from bentobook.doctor.checks import Check, Report
from bentobook.store.layout import Layout
from bentobook.store.model_yaml import new_info
from bentobook.store.store import Store


def _found(name: str) -> Check:
    return next(check for check in doctor.report().checks if check.name == name)


@pytest.fixture
def admin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give a function that writes an administrator's file."""
    file = tmp_path / "admin.toml"
    monkeypatch.setattr(settings, "ADMIN_FILE", file)
    return lambda text: file.write_text(text) and None


def test_a_report_has_the_same_checks_in_every_form() -> None:
    report = doctor.report()

    names = [check.name for check in report.checks]
    assert {"python", "mlflow", "folder", "writable", "free space", "models", "policy", "tracking"} <= {*names}
    assert [each["name"] for each in json.loads(json.dumps(report.to_dict()))["checks"]] == names
    assert all(name in str(report) and name in report._repr_html_() for name in names)


def test_a_look_writes_nothing(store_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    doctor.report()

    assert not store_home.exists()
    assert list(tmp_path.iterdir()) == []


def test_the_state_is_the_worst_of_all() -> None:
    checks = tuple(Check("store", state, "", state) for state in ("ok", "warn", "bad"))

    assert [Report(checks[:n]).state for n in (1, 2, 3)] == ["ok", "warn", "bad"]
    assert str(Report(checks)).splitlines()[0] == "bentobook doctor: 1 bad, 1 to look at"


@pytest.mark.parametrize(
    ("installed", "state"), [("0.0.26", "warn"), ("0.0.27", "ok"), ("1.0", "ok"), (None, "ok"), ("not a version", "ok")]
)
def test_a_package_that_is_too_old_is_named_with_the_line_that_helps(installed: str | None, state: str) -> None:
    check = packages.compared(packages.Floor("thing", "0.0.27", "older ones break"), installed)

    assert check.state == state
    assert ('pip install "thing>=0.0.27"' in check.advice) is (state == "warn")


@pytest.mark.parametrize(
    ("version", "state"), [((3, 11, 7), "warn"), ((3, 11, 14), "ok"), ((3, 13, 5), "warn"), ((3, 15, 0), "ok")], ids=str
)
def test_a_python_whose_tarfile_has_holes_is_a_warning(version: tuple[int, int, int], state: str) -> None:
    assert packages._python(version).state == state


def test_problems_and_leftovers_of_the_store_are_named(store_home: Path) -> None:
    with Store().draft("iris:v1") as draft:
        draft.write("file.bin", b"x")
        draft.publish(new_info(draft.tag), origin={"kind": "save"})
    (store_home / "models" / "iris" / "v0").mkdir()
    (Layout(store_home).staging / "left").mkdir()
    (Layout(store_home).quarantine / "changed").mkdir()

    assert _found("models").found == "1 version of 1 name"
    assert _found("disk use").found.endswith(" B")
    assert _found("iris:v0").state == "warn"
    assert "bentobook models gc" in _found("unfinished").advice
    assert _found("set aside").state == "warn"


def test_many_problems_are_counted(store_home: Path) -> None:
    for number in range(storage.MAX_PROBLEMS + 5):
        (store_home / "models" / "iris" / f"v{number}").mkdir(parents=True)

    assert _found("problems").found == "5 more"


def test_a_store_that_is_a_file_is_bad(store_home: Path) -> None:
    store_home.write_text("")

    assert _found("folder").state == "bad"
    assert doctor.report().state == "bad"


def test_a_store_that_is_closed_to_the_user_is_bad(store_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = os.stat

    def refuse(path: Any, **how: Any) -> os.stat_result:
        if str(path).startswith(str(store_home)):
            raise PermissionError(13, "Permission denied", str(path))
        return asked(path, **how)

    monkeypatch.setattr(os, "stat", refuse)

    assert "is closed to you" in _found("folder").found


def test_the_file_system_is_that_of_the_deepest_mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"a / ext4 rw 0 0\nb {tmp_path} xfs rw 0 0\nc {tmp_path}/with\\040blank nfs4 rw 0 0\n")
    monkeypatch.setattr(storage, "_MOUNTS", mounts)

    assert storage.file_system(tmp_path) == "xfs"
    assert storage.file_system(tmp_path / "with blank" / "home") == "nfs4"
    monkeypatch.setattr(storage, "_MOUNTS", tmp_path / "nothing")
    assert storage.file_system(tmp_path) == "not known"


@pytest.mark.parametrize(
    ("variable", "text", "where"),
    [("", "", "the default"), ("ask", "", "BENTOBOOK_TRUST"), ("ask", 'trust = "enforce"', "admin.toml")],
    ids=["default", "variable", "administrator"],
)
def test_the_policy_comes_with_who_set_it(admin, monkeypatch, variable: str, text: str, where: str) -> None:
    monkeypatch.setenv("BENTOBOOK_TRUST", variable)
    admin(text)

    assert where in _found("policy").advice


def test_locks_of_the_administrator_are_named(admin) -> None:
    admin('allow_delete = false\nallow_remote_serving = false\nuri_schemes = ["s3", ""]\n')

    assert _found("administrator").found == (
        "nothing may be deleted, servers listen on this machine only, imports only from s3, plain paths"
    )


def test_settings_that_cannot_be_read_are_bad(admin) -> None:
    admin("not toml")

    assert _found("settings").state == "bad"


def test_the_tracking_address_shows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ana:secret@mlflow:5000")

    assert _found("tracking").found == "http://mlflow:5000"
    assert "secret" not in str(doctor.report()) + doctor.report()._repr_html_()


def test_without_a_tracking_address_the_default_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert _found("tracking").found == "sqlite:///mlflow.db (not there yet)"


def test_an_old_file_store_in_this_folder_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlruns").mkdir()

    assert "migrate-filestore" in _found("mlruns").advice
