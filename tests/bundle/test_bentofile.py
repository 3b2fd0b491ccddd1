"""Bentofiles: BentoML's keys, every field checked, and nothing hostile gets through (Hypothesis)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.bundle import bentofile
from bentobook.bundle.bentofile import check
from bentobook.bundle.paths import expand, inside
from bentobook.errors import BentofileRefused

WHOLE = """\
service: "service.py:svc"
name: iris
labels: {owner: ada, stage: 1}
include: ["*.py"]
exclude: ["tests/"]
models: ["iris:latest", {tag: "enc:v1", alias: enc}]
envs: [{name: LEVEL, value: "3"}, {name: SECRET}]
python: {packages: ["pandas>=2"], index_url: "https://pypi.org/simple", lock_packages: false, pip_args: "--pre"}
docker: {distro: debian, python_version: "3.12", system_packages: [libgomp1], env: ["A=b=c"]}
conda: {channels: [conda-forge], dependencies: ["numpy=2.1"], pip: [six]}
"""
HOSTILE = st.sampled_from(
    ["\n", "\r", "\0", "\u2028", "; rm -rf /", "$(id)", "`id`", "&& id", "| sh", " --x", "'", '"']
)
INJECTED = st.tuples(st.text(max_size=5), HOSTILE, st.text(max_size=5)).map("".join)
# What reaches a Dockerfile, a program's arguments or a YAML file.
FIELDS = {
    "docker.system_packages": lambda text: {"docker": {"system_packages": [text]}},
    "docker.base_image": lambda text: {"docker": {"base_image": text}},
    "docker.python_version": lambda text: {"docker": {"python_version": text}},
    "docker.env name": lambda text: {"docker": {"env": {text: "x"}}},
    "docker.env pair": lambda text: {"docker": {"env": [f"{text}=x"]}},
    "envs name": lambda text: {"envs": [{"name": text}]},
    "python.trusted_host": lambda text: {"python": {"trusted_host": [text]}},
    "conda.channels": lambda text: {"conda": {"channels": [text]}},
    "conda.dependencies": lambda text: {"conda": {"dependencies": [text]}},
    "python.pip_args": lambda text: {"python": {"pip_args": f"--pre{text}"}},
    "name": lambda text: {"name": text},
    "models": lambda text: {"models": [text]},
}
ONE_LINE = {
    "envs value": lambda text: {"envs": [{"name": "A", "value": text}]},
    "docker.env value": lambda text: {"docker": {"env": {"A": text}}},
    "python.packages": lambda text: {"python": {"packages": [text]}},
    "python.index_url": lambda text: {"python": {"index_url": f"https://x/{text}"}},
    "labels": lambda text: {"labels": {"a": text}},
}


def test_all_keys_of_bentoml_are_read(tmp_path) -> None:
    path = tmp_path / "bentofile.yaml"
    path.write_text(WHOLE)

    found = bentofile.read(path)

    assert (found.service, found.labels["stage"], found.models[0].tag) == ("service.py:svc", "1", "iris:latest")
    assert (found.docker.env, found.envs[1].value) == ({"A": "b=c"}, "")
    assert found.conda.wanted


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"servce": "a"}, "'servce' is no key of a bentofile; did you mean 'service'"),
        ({"python": {"packags": []}}, "did you mean 'packages'"),
        ({"docker": {"distro": "alpine"}}, "only 'debian' is built; for another image set docker.base_image"),
        ({"docker": {"dockerfile_template": "x"}}, "a template runs code when it is built"),
        ({"docker": {"cuda_version": "12"}}, "PyTorch's wheels bring CUDA along"),
        ({"docker": {"python_version": 3.11}}, "docker.python_version: expected input should be a valid string"),
        ({"service": "../x.py:svc"}, "inside the project"),
        ({"python": {"index_url": "https://u:hidden@x/simple"}}, "without user and password"),
        ({"name": "iris:v1"}, "a name without a version"),
    ],
)
def test_a_wrong_field_is_said_with_what_it_may_be(values, why: str) -> None:
    with pytest.raises(BentofileRefused, match=why) as caught:
        check(values, "bentofile.yaml")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("text", ["[1]", "service: [", "a: &a [*a]"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, text: str) -> None:
    path = tmp_path / "bentofile.yaml"
    path.write_text(text)

    with pytest.raises(BentofileRefused, match="cannot be used"):
        bentofile.read(path)


@pytest.mark.parametrize("field", FIELDS)
@given(text=INJECTED)
def test_nothing_that_a_shell_or_a_new_line_could_use_gets_into_a_name(field: str, text: str) -> None:
    with pytest.raises(BentofileRefused, match="cannot be used"):
        check(FIELDS[field](text), "bentofile.yaml")


@pytest.mark.parametrize("field", ONE_LINE)
@given(before=st.text(max_size=5), mark=st.sampled_from(["\n", "\r", "\0", "\x85", "\u2028", "\u2029", "\u202e"]))
def test_no_value_has_more_than_one_line(field: str, before: str, mark: str) -> None:
    with pytest.raises(BentofileRefused, match="cannot be used"):
        check(ONE_LINE[field](f"a{before}{mark}b"), "bentofile.yaml")


def test_a_path_is_expanded_and_stays_inside(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, home = tmp_path / "project", tmp_path / "home"
    for folder in (project, home):
        folder.mkdir()
        (folder / "a.txt").write_text("x")
    (project / "link").symlink_to("/etc/hostname")
    monkeypatch.setenv("BENTOML_MLFLOW_MODEL_PATH", str(home))
    roots = {"project": project, "home": home, "where": "bentofile.yaml"}

    assert inside("a.txt", "key", **roots) == project / "a.txt"
    assert inside("${BENTOML_MLFLOW_MODEL_PATH}/a.txt", "key", **roots) == home / "a.txt"
    for text in ("/etc/hostname", "../home2/a.txt", "link", "../project-secret/a.txt", "~/.ssh/id_rsa"):
        with pytest.raises(BentofileRefused, match="lies outside of the project and of the store"):
            inside(text, "key", **roots)
    with pytest.raises(BentofileRefused, match=r"there is no file 'b\.txt'"):
        inside("b.txt", "key", **roots)


def test_an_unset_variable_is_said_with_the_line_that_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENTOML_MLFLOW_MODEL_PATH", raising=False)

    with pytest.raises(BentofileRefused, match=r"export BENTOML_MLFLOW_MODEL_PATH=\$\(bentobook models get"):
        expand("$BENTOML_MLFLOW_MODEL_PATH/x", "python.requirements_txt", "bentofile.yaml")
