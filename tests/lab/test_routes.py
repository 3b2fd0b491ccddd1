"""What the routes answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bentobook import settings

BENTO = """\
service: service:svc
name: iris_svc
version: b1
creation_time: '2026-01-02T03:04:05+00:00'
models:
- tag: iris:v1
  module: bentoml.mlflow
"""


@pytest.fixture
def bento(two_versions: Path) -> str:
    folder = two_versions / "bentos" / "iris_svc" / "b1"
    folder.mkdir(parents=True)
    (folder / "bento.yaml").write_text(BENTO)
    return "iris_svc:b1"


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An administrator's file that allows neither deleting nor any address but models:."""
    file = tmp_path / "bentobook.toml"
    file.write_text('allow_delete = false\nuri_schemes = ["models"]\n')
    monkeypatch.setattr(settings, "ADMIN_FILE", file)
    return file


async def test_the_list_has_the_newest_first_and_says_what_cannot_be_read(ask: Any, two_versions: Path) -> None:
    (two_versions / "models" / "iris" / "broken").mkdir()
    (two_versions / "models" / "iris" / "broken" / "model.yaml").write_text("][")

    status, answer = await ask("models")

    assert status == 200
    assert [row["tag"] for row in answer["models"]] == ["iris:v2", "iris:v1"]
    assert answer["models"][0]["labels"] == {"team": "v2"}
    assert [problem["what"] for problem in answer["problems"]] == ["iris:broken"]


async def test_the_list_names_the_flavors_of_an_import_and_the_framework_of_the_rest(
    ask: Any, two_versions: Path
) -> None:
    from bentobook.store.model_yaml import new_info
    from bentobook.store.store import Store

    with Store().draft("flowers:v1") as draft:
        lineage = {"flavors": {"python_function": "", "sklearn": "1.7", "<b>x": "", 3: ""}}
        draft.publish(new_info(draft.tag, module="bentoml.mlflow", private={"lineage": lineage}), origin={})

    rows = [(await ask("models"))[1]["models"] for _ in range(2)]

    assert rows[0] == rows[1]
    frameworks = {row["tag"]: row["frameworks"] for row in rows[0]}
    assert frameworks == {"flowers:v1": ["sklearn"], "iris:v2": [], "iris:v1": []}


async def test_details_tell_size_digest_files_and_use(ask: Any, bento: str) -> None:
    status, answer = await ask("models", "iris:v1")

    assert status == 200
    assert answer["size"] == 2
    assert answer["digest"].startswith("b3:")
    assert answer["used_by"] == [bento]
    assert {"path": "weights.bin", "size": 2} in answer["files"]


async def test_a_missing_version_is_404_in_the_command_lines_words(ask: Any, two_versions: Path) -> None:
    status, answer = await ask("models", "iris:v9")

    assert status == 404
    assert answer["error"].startswith("Model 'iris:v9' is not found in the store")


async def test_delete_takes_a_version_away(ask: Any, two_versions: Path) -> None:
    status, answer = await ask("models", "iris:v1", method="DELETE")

    assert (status, answer) == (204, None)
    assert [row["tag"] for row in (await ask("models"))[1]["models"]] == ["iris:v2"]


async def test_a_version_that_a_bento_uses_is_not_deleted(ask: Any, bento: str) -> None:
    status, answer = await ask("models", "iris:v1", method="DELETE")

    assert status == 409
    assert bento in answer["error"]
    assert (await ask("models", "iris:v1"))[0] == 200


async def test_bentos_are_listed_with_their_models(ask: Any, bento: str, two_versions: Path) -> None:
    broken = two_versions / "bentos" / "iris_svc" / "b2"
    broken.mkdir()
    (broken / "bento.yaml").write_text("][")

    status, answer = await ask("bentos")

    assert status == 200
    assert [(row["tag"], row["models"]) for row in answer["bentos"]] == [(bento, ["iris:v1"])]
    assert [problem["what"] for problem in answer["problems"]] == ["iris_svc:b2"]


async def test_a_diff_has_equal_and_changed_rows(ask: Any, two_versions: Path) -> None:
    status, answer = await ask("diff", params={"left": "iris:v1", "right": "iris:v2"})

    assert status == 200
    sections = {section["title"]: section["rows"] for section in answer["sections"]}
    assert sections["labels"] == [{"key": "team", "left": "v1", "right": "v2"}]
    (file,) = sections["files"]
    assert file["key"] == "weights.bin"
    assert file["left"] != file["right"]


async def test_the_administrators_locks_hold(ask: Any, two_versions: Path, locked: Path) -> None:
    place = (await ask("place"))[1]
    deleted = await ask("models", "iris:v1", method="DELETE")
    imported = await ask("jobs", method="POST", body={"kind": "import", "name": "x", "uri": "s3://bucket/model"})

    assert (place["may_delete"], place["uri_schemes"]) == (False, ["models"])
    assert deleted[0] == imported[0] == 403
    assert "allow_delete" in deleted[1]["error"]
    assert "uri_schemes" in imported[1]["error"]


async def test_a_folder_of_the_server_is_not_imported(ask: Any, tmp_path: Path) -> None:
    for uri in (str(tmp_path), tmp_path.as_uri(), "../model"):
        status, answer = await ask("jobs", method="POST", body={"kind": "import", "name": "x", "uri": uri})

        assert status == 400
        assert "notebook" in answer["error"]


async def test_store_and_tracking_server_can_be_chosen_and_given_back(
    ask: Any, two_versions: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()

    status, answer = await ask(
        "place", method="PUT", body={"home": str(other), "tracking_uri": "http://me:secret@127.0.0.1:1"}
    )

    assert status == 200
    assert (answer["home"], answer["home_chosen"]) == (str(other), True)
    assert answer["tracking_uri"] == "http://127.0.0.1:1"
    assert (await ask("models"))[1]["models"] == []
    back = (await ask("place", method="PUT", body={"home": "", "tracking_uri": ""}))[1]
    assert (back["home"], back["home_chosen"], back["tracking_uri"]) == (str(two_versions), False, "")


async def test_what_is_no_store_and_no_server_is_refused(ask: Any, tmp_path: Path) -> None:
    for body in ({"home": "relative"}, {"home": str(tmp_path / "nothing")}, {"tracking_uri": "no uri"}, {"home": 3}):
        status, answer = await ask("place", method="PUT", body=body)

        assert status == 400
        assert "expected" in answer["error"]


async def test_the_configuration_can_forbid_to_choose(ask: Any, jp_serverapp: Any, tmp_path: Path) -> None:
    from bentobook.lab.handler import STATE

    jp_serverapp.web_app.settings[STATE].place.settable = False

    status, answer = await ask("place", method="PUT", body={"home": str(tmp_path)})

    assert status == 403
    assert "settable" in answer["error"]


def test_the_server_imports_no_framework() -> None:
    heavy = "mlflow", "sklearn", "pandas", "numpy", "torch"
    code = f"import sys, bentobook.lab.app; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
