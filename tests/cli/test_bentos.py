"""``bentobook list | get | delete | export | import``."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bentobook.bundle.store import BentoStore
from bentobook.store.bento_yaml import BentoInfo


@pytest.fixture
def built(save) -> str:
    """Store a Bento that is bound to a model."""
    save("iris:v1")
    with BentoStore().draft("svc:v1") as draft:
        draft.write("src/service.py", b"svc = None\n")
        services = [{"name": "svc", "models": [{"tag": "iris:v1"}]}]
        draft.publish_record(
            BentoInfo(draft.tag, "service:svc", {"owner": "ada"}, datetime.now(UTC), rest={"services": services})
        )
    return "svc:v1"


def test_bentos_are_listed_as_a_table_and_as_json(cli, built: str) -> None:
    assert cli("list").out.split()[:3] == ["Tag", "Size", "Model"]
    (row,) = json.loads(cli("list", "-o", "json").out)
    assert (row["tag"], row["models"], row["model_size"]) == (built, ["iris:v1"], 5)


def test_a_bento_is_shown_as_record_folder_and_card(cli, built: str) -> None:
    assert json.loads(cli("get", "svc", "-o", "json").out)["service"] == "service:svc"
    assert cli("get", "svc", "-o", "path").out.strip().endswith("bentos/svc/v1")
    assert "iris:v1" in cli("get", "svc", "-o", "card").out


def test_a_bento_goes_to_an_archive_and_comes_back(cli, built: str, tmp_path) -> None:
    assert cli("export", built, tmp_path).code == 0
    assert cli("delete", "-y", built).out == 'Bento(tag="svc:v1") deleted.\n'
    assert cli("models", "delete", "-y", "iris:v1").code == 0

    assert cli("import", tmp_path / "svc-v1.bento").out == 'Bento(tag="svc:v1") imported.\n'
    assert "iris:v1" in cli("models", "list").out


def test_nothing_is_deleted_where_nobody_can_be_asked(program, built: str) -> None:
    done = program("delete", built)

    assert (done.code, "to delete Bento svc:v1, add -y" in done.err) == (1, True)
    assert built in program("list").out


def test_a_bentofile_is_built_and_the_tag_is_for_programs(cli, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "service.py").write_text(
        "import bentobook\nsvc = bentobook.Service('echo')\n\n"
        "@svc.api(input=bentobook.io.JSON(), output=bentobook.io.JSON())\ndef echo(value):\n    return value\n"
    )
    (tmp_path / "bentofile.yaml").write_text("service: service.py:svc\nlabels: {a: b}\n")
    monkeypatch.chdir(tmp_path)

    assert cli("build", "--version", "v1", "-o", "tag").out == "__tag__:echo:v1\n"
    assert cli("build", "service.py:svc", "--version", "v2").out == 'Bento(tag="echo:v2") built.\n'
    assert json.loads(cli("get", "echo:v1", "-o", "json").out)["labels"] == {"a": "b"}
    assert "there is no such file" in cli("build", tmp_path / "nowhere").err
