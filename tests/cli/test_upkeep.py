from __future__ import annotations

import json
from pathlib import Path

import pytest


def _spoil(model) -> None:
    file = model.path / "file.bin"
    file.chmod(0o644)
    file.write_bytes(b"54321")


def test_a_sound_store_is_exit_code_0(cli, save) -> None:
    save("iris:v1")

    outcome = cli("models", "verify", "--deep")

    assert (outcome.code, outcome.out) == (0, "1 ok, 0 unverified, 0 wrong\n")


def test_a_changed_model_is_exit_code_1_and_named(cli, save) -> None:
    _spoil(save("iris:v1"))

    outcome = cli("models", "verify", "iris", "--deep")

    assert outcome.code == 1
    assert "iris:v1: changed: file.bin has another content" in outcome.out


def test_a_repair_is_exit_code_2_and_sets_the_model_aside(cli, save) -> None:
    _spoil(save("iris:v1"))
    save("iris:v2")

    assert cli("models", "verify", "--deep", "--repair").code == 2
    assert cli("models", "verify", "--deep").code == 0
    assert [row["tag"] for row in json.loads(cli("models", "list", "-o", "json").out)] == ["iris:v2"]


def test_verify_answers_in_json(cli, save) -> None:
    save("iris:v1")

    (result,) = json.loads(cli("models", "verify", "iris:v1", "-o", "json").out)

    assert (result["tag"], result["state"], result["problems"]) == ("iris:v1", "ok", [])


def test_gc_says_what_it_removed(cli) -> None:
    assert cli("models", "gc").out == "0 entries removed, 0 B freed\n"


def test_prune_keeps_the_newest_of_each_name(cli, save) -> None:
    for version in ("v1", "v2", "v3"):
        save(f"iris:{version}"), save(f"other:{version}")

    outcome = cli("models", "prune", "--keep", "1", "iris", "-y")

    assert outcome.code == 0
    assert outcome.out.startswith("2 versions deleted, ")
    assert len(json.loads(cli("models", "list", "-o", "json").out)) == 4


def test_prune_without_a_terminal_refuses_rather_than_hangs(program, save) -> None:
    save("iris:v1"), save("iris:v2")

    outcome = program("models", "prune", "--keep", "1")

    assert (outcome.code, outcome.out) == (1, "")
    assert "to delete iris:v1, add -y" in outcome.err


@pytest.mark.parametrize("line", [[], ["--keep", "0"], ["--keep", "x"]], ids=" ".join)
def test_prune_needs_a_number(cli, line: list[str]) -> None:
    assert cli("models", "prune", *line).code == 2


def test_prune_keeps_what_a_bento_uses(cli, save, store_home: Path) -> None:
    save("iris:v1"), save("iris:v2")
    bento = store_home / "bentos" / "svc" / "v1"
    bento.mkdir(parents=True)
    (bento / "bento.yaml").write_text("models:\n- tag: iris:v1\n")

    assert "kept: iris:v1" in cli("models", "prune", "--keep", "1", "-y").out
