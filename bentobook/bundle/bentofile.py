"""``bentofile.yaml``: BentoML's keys, typed and checked (``bentoml/_internal/bento/build_config.py``).

What cannot be built here is refused with what to write instead, never passed over: ``docker.dockerfile_template`` runs
code of a template at build time, and images of other distributions are named with ``docker.base_image``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bentobook.bundle.fields import (
    Channel,
    CondaPackage,
    EnvName,
    Host,
    Image,
    Line,
    PythonVersion,
    Requirement,
    ServicePath,
    SystemPackage,
    Url,
)
from bentobook.errors import BentofileRefused, InvalidTag, StoreUnreadable
from bentobook.mlflow.uri import without_secrets
from bentobook.store import safe_yaml
from bentobook.store.tag import Tag

NAME = "bentofile.yaml"
_PIP_FLAGS = ("--pre", "--prefer-binary", "--no-binary=:all:", "--only-binary=:all:")
MAX_NAMED = 8


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=False)


class PythonOptions(_Section):
    """``python:`` of a bentofile."""

    requirements_txt: Line | None = None
    packages: list[Requirement] | None = None
    lock_packages: bool | None = None
    pack_git_packages: bool | None = None
    index_url: Url | None = None
    no_index: bool | None = None
    trusted_host: list[Host] | None = None
    find_links: list[Url] | None = None
    extra_index_url: list[Url] | None = None
    pip_args: Line | None = None
    wheels: list[Line] | None = None
    is_src_layout: bool | None = None

    @field_validator("pip_args")
    @classmethod
    def _known_flags(cls, text: str | None) -> str | None:
        if text is not None and any(word not in _PIP_FLAGS for word in text.split()):
            raise ValueError(f"options that a requirements file may hold: {', '.join(_PIP_FLAGS)}")
        return text


class DockerOptions(_Section):
    """``docker:`` of a bentofile; ``env_file`` is where ``env`` names a file."""

    distro: Literal["debian"] | None = None
    python_version: PythonVersion | None = None
    cuda_version: None = None
    env: dict[EnvName, Line] | None = None
    env_file: Line | None = None
    system_packages: list[SystemPackage] | None = None
    setup_script: Line | None = None
    base_image: Image | None = None
    dockerfile_template: None = None

    @model_validator(mode="before")
    @classmethod
    def _forms_of_env(cls, values: Any) -> Any:
        """Take ``env`` as BentoML does: a mapping, a list of NAME=VALUE, or the path of a file of such lines."""
        env = values.get("env") if isinstance(values, dict) else None
        if isinstance(env, str):
            return {**{key: value for key, value in values.items() if key != "env"}, "env_file": env}
        if isinstance(env, list):
            return {**values, "env": dict(str(pair).partition("=")[::2] for pair in env)}
        return values


class CondaOptions(_Section):
    """``conda:`` of a bentofile."""

    environment_yml: Line | None = None
    channels: list[Channel] | None = None
    dependencies: list[CondaPackage] | None = None
    pip: list[Requirement] | None = None

    @property
    def wanted(self) -> bool:
        """Whether conda makes the environment."""
        return bool(self.environment_yml or self.dependencies or self.pip or self.channels)


class EnvVariable(_Section):
    """One of ``envs:``."""

    name: EnvName
    value: Line = ""
    stage: Literal["all", "build", "runtime"] = "all"


class ModelChoice(_Section):
    """One of ``models:``."""

    tag: Line
    filter: Line | None = None
    alias: Line | None = None

    @field_validator("tag")
    @classmethod
    def _is_tag(cls, text: str) -> str:
        try:
            Tag.parse(text)
        except InvalidTag as error:
            raise ValueError(error.reason) from error
        return text


class Bentofile(_Section):
    """The whole file; every field may be missing."""

    service: ServicePath | None = None
    name: Line | None = None
    description: str | None = None
    labels: dict[Line, Line] = Field(default_factory=dict)
    include: list[Line] | None = None
    exclude: list[Line] | None = None
    models: list[ModelChoice] = Field(default_factory=list)
    envs: list[EnvVariable] = Field(default_factory=list)
    args: dict[Line, Any] = Field(default_factory=dict)
    python: PythonOptions = Field(default_factory=PythonOptions)
    docker: DockerOptions = Field(default_factory=DockerOptions)
    conda: CondaOptions = Field(default_factory=CondaOptions)

    @field_validator("models", mode="before")
    @classmethod
    def _bare_tags(cls, value: Any) -> Any:
        return (
            [{"tag": each} if isinstance(each, str) else each for each in value] if isinstance(value, list) else value
        )

    @field_validator("labels", mode="before")
    @classmethod
    def _labels_as_text(cls, value: Any) -> Any:
        """Write numbers and truth values as text, as BentoML does."""
        if not isinstance(value, dict):
            return value
        return {key: str(each) if isinstance(each, int | float) else each for key, each in value.items()}

    @field_validator("name")
    @classmethod
    def _is_name(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                if Tag.parse(text).version is not None:
                    raise ValueError("a name without a version")
            except InvalidTag as error:
                raise ValueError(error.reason) from error
        return text


def read(path: Path) -> Bentofile:
    """Read and check a bentofile.

    Raises
    ------
    BentofileRefused
        Names every field that cannot be used, and what it may be.
    """
    try:
        values = safe_yaml.load(path.read_bytes(), path)
    except OSError as error:
        raise BentofileRefused(path, [(error.strerror or str(error)).lower()]) from error
    except StoreUnreadable as error:
        raise BentofileRefused(path, [error.reason]) from error
    if not isinstance(values, dict):
        raise BentofileRefused(path, ["it is no mapping of fields such as 'service: service.py:svc'"])
    return check(values, path)


def check(values: Mapping[str, Any], where: Path | str) -> Bentofile:
    """Check the fields of a bentofile; see :func:`read`."""
    kept = {key: value for key, value in values.items() if value is not None}
    try:
        return Bentofile.model_validate(kept)
    except ValidationError as error:
        problems = [_sentence(each) for each in error.errors(include_url=False, include_context=False)]
        raise BentofileRefused(where, list(dict.fromkeys(problems))[:MAX_NAMED]) from None


def _sentence(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"] if part != "[key]")
    if problem["type"] == "extra_forbidden":
        return f"{place!r} is no key of a bentofile{_near(problem['loc'])}"
    if problem["loc"][-1] in _INSTEAD:
        return f"{place}: {_INSTEAD[problem['loc'][-1]]}"
    wanted = problem["msg"].removeprefix("Value error, ")
    return f"{place}: expected {wanted[:1].lower()}{wanted[1:]}, got {_short(problem.get('input'))}"


def _near(loc: tuple[Any, ...]) -> str:
    section: type[BaseModel] = Bentofile
    for part in loc[:-1]:
        found = _SECTIONS.get(str(part))
        section = found or section
    near = difflib.get_close_matches(str(loc[-1]), section.model_fields, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _short(value: object) -> str:
    text = ascii(without_secrets(value) if isinstance(value, str) else value)
    limit = 80
    return text if len(text) <= limit else text[:limit] + "…"


_SECTIONS: dict[str, type[BaseModel]] = {
    "python": PythonOptions,
    "docker": DockerOptions,
    "conda": CondaOptions,
    "envs": EnvVariable,
    "models": ModelChoice,
}
_INSTEAD = {
    "dockerfile_template": "a template runs code when it is built; name an image with docker.base_image instead",
    "cuda_version": "PyTorch's wheels bring CUDA along; for another image set docker.base_image",
    "distro": "only 'debian' is built; for another image set docker.base_image",
}
