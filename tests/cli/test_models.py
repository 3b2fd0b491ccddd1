from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bentobook import models
from bentobook.cli.output import summaries


def test_an_empty_store_is_an_empty_table(cli) -> None:
    outcome = cli("models", "list")

    assert (outcome.code, outcome.out.split(), outcome.err) == (0, ["Tag", "Module", "Size", "Creation", "Time"], "")


def test_the_table_has_the_columns_of_bentoml(cli, save) -> None:
    save("iris:v1")

    header, row = cli("models", "list").out.splitlines()

    assert header.split() == ["Tag", "Module", "Size", "Creation", "Time"]
    assert row.split()[:4] == ["iris:v1", "bentoml.mlflow", "5", "B"]


def test_json_carries_bytes_iso_times_labels_and_metadata(cli, save) -> None:
    model = save(
        "iris:v1", labels={"stage": "dev"}, metadata={"accuracy": 0.9, "when": datetime(2026, 1, 1, tzinfo=UTC)}
    )

    (row,) = json.loads(cli("models", "list", "-o", "json").out)

    assert row == {
        "tag": "iris:v1",
        "module": "bentoml.mlflow",
        "size": 5,
        "creation_time": model.info.creation_time.isoformat(),
        "labels": {"stage": "dev"},
        "metadata": {"accuracy": 0.9, "when": "2026-01-01T00:00:00+00:00"},
    }


def test_a_model_that_goes_while_it_is_listed_fails_nothing(save) -> None:
    save("iris:v1"), save("iris:v2")
    found = models.list()

    models.delete("iris:v1")

    assert [row["tag"] for row in summaries(found)] == ["iris:v2"]


def test_yaml_says_the_same_as_json(cli, save) -> None:
    save("iris:v1", labels={"stage": "dev"})

    as_yaml = yaml.safe_load(cli("models", "list", "--output", "yaml").out)

    assert as_yaml == json.loads(cli("models", "list", "--output", "json").out)


def test_a_name_lists_its_versions_only(cli, save) -> None:
    save("iris:v1"), save("iris:v2"), save("other:v1")

    tags = [row["tag"] for row in json.loads(cli("models", "list", "iris", "-o", "json").out)]

    assert tags == ["iris:v2", "iris:v1"]


def test_problems_go_to_stderr_and_fail_nothing(cli, save, store_home: Path) -> None:
    save("iris:v1")
    (store_home / "models" / "iris" / "v0").mkdir()

    outcome = cli("models", "list", "-o", "json")

    assert outcome.code == 0
    assert [row["tag"] for row in json.loads(outcome.out)] == ["iris:v1"]
    assert outcome.err.splitlines() == [
        line for line in outcome.err.splitlines() if line.startswith("Warning: iris:v0: ")
    ]
    assert outcome.err


@pytest.mark.parametrize("tag", ["iris:v1", "iris", "iris:latest"])
def test_the_path_is_bare_and_absolute(cli, save, tag: str) -> None:
    model = save("iris:v1")

    assert cli("models", "get", tag, "-o", "path").out == f"{model.path}\n"


def test_get_prints_the_record(cli, save) -> None:
    save("iris:v1", labels={"stage": "dev"})

    assert yaml.safe_load(cli("models", "get", "iris").out)["labels"] == {"stage": "dev"}
    as_json = json.loads(cli("models", "get", "iris", "-o", "json").out)
    assert (as_json["tag"], as_json["size"], as_json["bentobook"]["files"]) == ("iris:v1", 5, 1)


def test_get_draws_the_card_without_lines_for_notebooks(cli, save) -> None:
    save("iris:v1")

    text = cli("models", "get", "iris", "-o", "card").out

    assert "digest" in text
    assert "%bento" not in text


def test_an_error_is_one_line_and_exit_code_1(cli, save) -> None:
    save("iris:v1")

    outcome = cli("models", "get", "irsi")

    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (1, "", 1)
    assert outcome.err.startswith("Error: Model 'irsi' is not found")
    assert "Did you mean 'iris'?" in outcome.err


@pytest.mark.parametrize(
    "line", [["models", "nope"], ["models", "get"], ["models", "list", "-o", "xml"], ["nope"]], ids=" ".join
)
def test_a_line_that_cannot_be_understood_is_exit_code_2(cli, line: list[str]) -> None:
    outcome = cli(*line)

    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage: bentobook" in outcome.err


@pytest.mark.parametrize("tags", [["a:v1", "b:v1"], ["a:v1,b:v1"], ["a:v1,", "b"]], ids=" ".join)
def test_several_models_are_deleted_at_once(cli, save, tags: list[str]) -> None:
    save("a:v1"), save("b:v1"), save("c:v1")

    outcome = cli("models", "delete", "-y", *tags)

    assert outcome.out.splitlines() == ['Model(tag="a:v1") deleted.', 'Model(tag="b:v1") deleted.']
    assert [row["tag"] for row in json.loads(cli("models", "list", "-o", "json").out)] == ["c:v1"]


def test_a_name_deletes_all_its_versions(cli, save) -> None:
    save("a:v1"), save("a:v2")

    assert cli("models", "delete", "--yes", "a").code == 0
    assert cli("models", "list", "a").code == 1


def test_a_typing_error_deletes_nothing(cli, save) -> None:
    save("a:v1")

    assert cli("models", "delete", "-y", "a:v1", "nope").code == 1
    assert cli("models", "get", "a:v1").code == 0


def test_an_incomplete_version_can_be_deleted(cli, save, store_home: Path) -> None:
    save("a:v1")
    (store_home / "models" / "a" / "v0").mkdir()

    assert cli("models", "delete", "-y", "a:v0").code == 0
    assert not (store_home / "models" / "a" / "v0").exists()


def test_a_model_that_a_bento_uses_stays_and_the_others_go(cli, save, store_home: Path) -> None:
    save("a:v1"), save("b:v1")
    bento = store_home / "bentos" / "svc" / "v1"
    bento.mkdir(parents=True)
    (bento / "bento.yaml").write_text("models:\n- tag: a:v1\n")

    outcome = cli("models", "delete", "-y", "a:v1", "b:v1")

    assert (outcome.code, outcome.out) == (1, 'Model(tag="b:v1") deleted.\n')
    assert "being used by the following bentos" in outcome.err


def test_without_a_terminal_delete_refuses_rather_than_hangs(program, save) -> None:
    save("a:v1")

    outcome = program("models", "delete", "a:v1")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "Error: to delete model a:v1, add -y: there is no terminal to ask at. Nothing was deleted.\n"


@pytest.mark.parametrize(("answer", "is_there"), [("y", False), ("n", True)])
def test_at_a_terminal_delete_asks(save, answer: str, is_there: bool) -> None:
    model = save("a:v1")
    ours, theirs = pty.openpty()
    line = [sys.executable, "-m", "bentobook", "models", "delete", "a:v1"]
    with subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=theirs, cwd=Path(__file__).parents[2]) as process:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        process.wait(timeout=60)
    os.close(ours)

    assert model.path.exists() is is_there


def test_archives_go_out_and_come_back(cli, save, tmp_path: Path) -> None:
    save("a:v1")

    out = cli("models", "export", "a", tmp_path / "a.bentomodel")
    cli("models", "delete", "-y", "a:v1")
    back = cli("models", "import", tmp_path / "a.bentomodel")

    assert out.out == f'Model(tag="a:v1") exported to {tmp_path / "a.bentomodel"}.\n'
    assert (back.code, back.out) == (0, 'Model(tag="a:v1") imported.\n')
