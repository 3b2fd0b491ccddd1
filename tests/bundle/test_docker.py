"""Dockerfiles: read back by a parser of its own they say what was meant, whatever the values are."""

from __future__ import annotations

import io
import json
import subprocess

import pytest
from dockerfile_parse import DockerfileParser
from hypothesis import given
from hypothesis import strategies as st

from bentobook.bundle import docker
from bentobook.bundle.docker import Image
from bentobook.bundle.fields import is_plain
from bentobook.errors import BuildFailed

VALUES = st.text(st.characters(codec="utf-8"), max_size=30).filter(is_plain)


def _parsed(image: Image) -> list[dict[str, str]]:
    parser = DockerfileParser(fileobj=io.BytesIO())
    parser.content = docker.dockerfile(image)
    return [each for each in parser.structure if each["instruction"] != "COMMENT"]


def test_the_image_runs_without_rights_and_says_whether_it_is_well() -> None:
    steps = [(each["instruction"], each["value"]) for each in _parsed(Image("3.12", system_packages=("libgomp1",)))]
    names = [name for name, _ in steps]

    assert steps[0] == ("FROM", "python:3.12-slim")
    assert ("USER", "1034:1034") in steps
    assert names[-1] == "ENTRYPOINT"
    assert names.index("USER") > max(at for at, name in enumerate(names) if name == "RUN")
    assert next(value for name, value in steps if name == "HEALTHCHECK").endswith('healthcheck.py"]')


def test_every_command_is_an_array_that_no_shell_reads() -> None:
    image = Image("3.12", "nvidia/cuda:12", ("a-1", "b=2"), {"A": "b"}, has_setup_script=True, conda=True, locked=True)
    commands = [json.loads(each["value"]) for each in _parsed(image) if each["instruction"] in ("RUN", "ENTRYPOINT")]

    assert ["apt-get", "install", "--yes", "--no-install-recommends", "--", "a-1", "b=2"] in commands
    assert all(isinstance(word, str) for command in commands for word in command)
    assert commands[-2][-1] == "../env/python/requirements.lock.txt"


@given(value=VALUES)
def test_the_value_of_a_variable_comes_back_as_it_was(value: str) -> None:
    instructions = _parsed(Image("3.12", variables={"KEY": value, "AFTER": "x"}))
    given_back = {}
    for each in instructions:
        if each["instruction"] == "ENV":
            name, _, text = each["value"].partition("=")
            given_back[name] = text

    assert given_back["AFTER"] == '"x"'
    assert _unquoted(given_back["KEY"]) == value
    assert [each["instruction"] for each in instructions].count("ENV") == 9


def _unquoted(text: str) -> str:
    """Read a quoted word as the builder does: a backslash takes the next character as it stands."""
    assert text[0] == text[-1] == '"'
    out, rest = "", iter(text[1:-1])
    for each in rest:
        assert each not in '"$'
        out += next(rest) if each == "\\" else each
    return out


@given(text=st.text(max_size=8).filter(lambda text: not is_plain(text) or "$" in text or not text or " " in text))
def test_what_was_not_checked_before_is_refused_here(text: str) -> None:
    for image in (Image("3.12", text or "a b"), Image(f"3.12{text or ' '}")):
        with pytest.raises(BuildFailed, match="cannot stand in it"):
            docker.dockerfile(image)


@pytest.mark.parametrize("script", [docker.ENTRYPOINT, docker.INSTALL])
def test_the_scripts_are_sound_shell(script: str, tmp_path) -> None:
    path = tmp_path / "script.sh"
    path.write_text(script)

    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0


SERVE = ["-m", "bentobook", "serve", "BENTO", "--host", "0.0.0.0", "--port", "3000"]


@pytest.mark.parametrize(
    ("given_words", "run"),
    [
        ([], SERVE),
        (["--workers", "2"], [*SERVE, "--workers", "2"]),
        (["serve", "--workers", "2"], [*SERVE, "--workers", "2"]),
        (["echo", "a b; id"], []),
    ],
)
def test_the_entry_point_serves_the_bento_or_runs_what_it_is_given(tmp_path, given_words, run) -> None:
    bento = tmp_path / "a bento"
    (bento / "env" / "docker").mkdir(parents=True)
    (bento / "env" / "docker" / "entrypoint.sh").write_text(docker.ENTRYPOINT)
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "python").write_text('#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n')
    (fake / "python").chmod(0o755)

    done = subprocess.run(
        ["sh", str(bento / "env" / "docker" / "entrypoint.sh"), *given_words],
        capture_output=True, text=True, check=True, env={"PATH": f"{fake}:/usr/bin:/bin"},
    )  # fmt: skip

    expected = [str(bento) if word == "BENTO" else word for word in run]
    assert done.stdout.splitlines() == (expected or ["a b; id"])
