"""The environment of a Bento: its requirements, wheels, image and conda file, from the fields of a bentofile."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bentobook.bundle import distributions, lock, requirements
from bentobook.bundle.bentofile import PythonOptions
from bentobook.bundle.docker import Image
from bentobook.bundle.fields import is_plain
from bentobook.bundle.modules import Code
from bentobook.bundle.paths import inside
from bentobook.bundle.requirements import Needs
from bentobook.bundle.wheel import Wheel
from bentobook.bundle.wishes import Wishes
from bentobook.errors import BentofileRefused
from bentobook.settings import home
from bentobook.store import safe_yaml
from bentobook.store.model import Model

_LOCAL = ("-r", "--requirement", "-c", "--constraint", "-e", "--editable", ".", "/", "file:")


@dataclass(frozen=True)
class Environment:
    """What a Bento runs in; the fields are those of :class:`~bentobook.bundle.plan.Plan`."""

    needs: Needs
    image: Image
    pip_options: tuple[str, ...] = ()
    wheels: Mapping[str, Path] = field(default_factory=dict)
    setup_script: Path | None = None
    conda: bytes = b""


def decide(wanted: Wishes, code: Code, models: Sequence[Model]) -> Environment:
    """Decide on the environment.

    Raises
    ------
    BentofileRefused
        When a field names a file that is not there, or lies outside of the project and the store.
    """
    files = _Files(wanted)
    options = wanted.bentofile
    conda = files.conda()
    script = files.path(options.docker.setup_script, "docker.setup_script")
    image = Image(
        python_version=options.docker.python_version or f"{sys.version_info[0]}.{sys.version_info[1]}",
        base_image=options.docker.base_image or "",
        system_packages=tuple(options.docker.system_packages or ()),
        variables=dict(_variables(wanted, files)),
        has_setup_script=script is not None,
        conda=bool(conda),
        locked=_is_locked(wanted),
    )
    needs = _needs(wanted, files, code, models, conda=bool(conda))
    return Environment(needs, image, tuple(_pip_options(options.python)), files.wheels(), script, conda)


def locked(env: Environment, own: Wheel, wanted: Wishes) -> str:
    """Compile exact pins where they are asked for, for what the requirements and this package need."""
    if not _is_locked(wanted):
        return ""
    lines = [*env.pip_options, *(need.line for need in env.needs.lines), *own.requires]
    return lock.compile_lock(lines, python_version=env.image.python_version)


def _is_locked(wanted: Wishes) -> bool:
    return bool(wanted.bentofile.python.lock_packages if wanted.lock is None else wanted.lock)


def _needs(wanted: Wishes, files: _Files, code: Code, models: Sequence[Model], *, conda: bool) -> Needs:
    python = wanted.bentofile.python
    lines: list[str] = []
    if python.requirements_txt is not None:
        lines += files.requirements(python.requirements_txt)
    lines += python.packages or ()
    if lines or python.requirements_txt is not None:
        return requirements.named(lines, f"named by {Path(wanted.where).name}", code.foreign)
    if conda:
        return requirements.named((), "", ())
    return requirements.inferred(code.foreign, models, keep=wanted.keep)


def _pip_options(python: PythonOptions) -> Iterator[str]:
    if python.index_url:
        yield f"--index-url {python.index_url}"
    yield from (f"--extra-index-url {url}" for url in python.extra_index_url or ())
    yield from (f"--find-links {url}" for url in python.find_links or ())
    yield from (f"--trusted-host {host}" for host in python.trusted_host or ())
    if python.no_index:
        yield "--no-index"
    yield from (python.pip_args or "").split()


def _variables(wanted: Wishes, files: _Files) -> Iterator[tuple[str, str]]:
    """Give the variables of the image: of a file, of ``docker.env``, and of ``envs``."""
    docker = wanted.bentofile.docker
    if docker.env_file is not None:
        yield from files.variables(docker.env_file)
    yield from (docker.env or {}).items()
    yield from ((each.name, each.value) for each in wanted.bentofile.envs if each.value and each.stage != "build")


class _Files:
    """Reads the files that fields name."""

    def __init__(self, wanted: Wishes) -> None:
        self._wanted = wanted

    def path(self, text: str | None, key: str) -> Path | None:
        if text is None:
            return None
        return inside(text, key, project=self._wanted.project, home=home(), where=self._wanted.where)

    def _refused(self, problem: str) -> BentofileRefused:
        return BentofileRefused(self._wanted.where, [problem])

    def _text(self, text: str, key: str) -> str:
        path = self.path(text, key)
        assert path is not None  # noqa: S101 - there is a text
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise self._refused(f"{key}: {text!r} cannot be read ({error})") from error

    def requirements(self, text: str) -> list[str]:
        """Give the lines of a requirements file as they are; one that leads to another file would lead nowhere."""
        lines = self._text(text, "python.requirements_txt").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip().startswith(_LOCAL):
                said = f"python.requirements_txt: line {number} of {text!r} refers to a file ({line.strip()!r})"
                raise self._refused(f"{said}; write its requirements there, or add a wheel with python.wheels")
            if not is_plain(line.replace("\t", " ")):
                raise self._refused(f"python.requirements_txt: line {number} of {text!r} holds invisible characters")
        return lines

    def wheels(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for text in self._wanted.bentofile.python.wheels or ():
            path = self.path(text, "python.wheels")
            if path is None or path.suffix != ".whl" or not distributions.is_wheel(path.name):
                raise self._refused(f"python.wheels: {text!r} is no wheel")
            found[path.name] = path
        return found

    def variables(self, text: str) -> Iterator[tuple[str, str]]:
        for line in self._text(text, "docker.env").splitlines():
            name, equals, value = line.strip().partition("=")
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if not equals or not name.isidentifier() or not name.isascii() or not is_plain(value):
                raise self._refused(f"docker.env: {text!r} has a line that is not NAME=VALUE")
            yield name, value

    def conda(self) -> bytes:
        """Give the file that conda makes an environment of."""
        conda = self._wanted.bentofile.conda
        if not conda.wanted:
            return b""
        if conda.environment_yml is not None:
            values: Any = safe_yaml.load(
                self._text(conda.environment_yml, "conda.environment_yml").encode(), conda.environment_yml
            )
            if not isinstance(values, dict):
                raise self._refused(f"conda.environment_yml: {conda.environment_yml!r} is no mapping")
            return safe_yaml.dump({key: value for key, value in values.items() if key not in ("prefix", "name")})
        pip = [{"pip": list(conda.pip)}] if conda.pip else []
        version = self._wanted.bentofile.docker.python_version or f"{sys.version_info[0]}.{sys.version_info[1]}"
        dependencies = list(conda.dependencies or [f"python={version}"])
        needs_pip = [] if any(str(each).startswith("pip") for each in dependencies) else ["pip"]
        channels = list(conda.channels or ["conda-forge"])
        return safe_yaml.dump({"channels": channels, "dependencies": [*dependencies, *needs_pip, *pip]})
