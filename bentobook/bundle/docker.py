"""``env/docker``: what makes an image of a Bento, for any builder that reads a Dockerfile.

Every instruction that runs something is a JSON array, so no shell reads what a bentofile says; the fields were checked
before (``fields.py``), and values of variables are quoted as a Dockerfile wants it. The scripts beside it are the same
for every Bento. The image runs as a user without rights.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bentobook.bundle.fields import is_plain
from bentobook.errors import BuildFailed

HOME = "/home/bentoml"
BENTO = f"{HOME}/bento"
ENVIRONMENT = "/app/.venv"
UID = 1034  # BentoML's
CONDA_IMAGE = "condaforge/miniforge3:24.11.3-0"
_STEPS = "env/docker/setup_script"

ENTRYPOINT = """\
#!/bin/sh
# Serves this Bento; the options go to `bentobook serve`. Anything else that is given is run instead.
set -eu
BENTO_PATH=${BENTO_PATH:-$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)}
case "${1:-}" in
  serve) shift ;;
  "" | -*) ;;
  *) exec "$@" ;;
esac
if [ -n "${BENTOBOOK_TOKEN:-}" ]; then set -- --token-env BENTOBOOK_TOKEN "$@"; fi
exec python -m bentobook serve "$BENTO_PATH" --host "${BENTOML_HOST:-0.0.0.0}" --port "${BENTOML_PORT:-3000}" "$@"
"""

INSTALL = """\
#!/bin/sh
# Installs what this Bento needs into the environment whose python is found first.
set -eu
cd -- "$(dirname -- "$0")/../../src"
requirements=../env/python/requirements.txt
if [ -f ../env/python/requirements.lock.txt ]; then requirements=../env/python/requirements.lock.txt; fi
exec python -m pip install --no-cache-dir "$@" -r "$requirements"
"""

HEALTH = """\
\"\"\"Exits 0 when the service answers that it is ready.\"\"\"

import os
import sys
import urllib.request

port = os.environ.get("BENTOML_PORT", "3000")
try:
    with urllib.request.urlopen(f"http://127.0.0.1:{int(port)}/readyz", timeout=3) as answer:
        sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(str(error))
"""


@dataclass(frozen=True)
class Image:
    """What an image is made of.

    Attributes
    ----------
    python_version : str
        Such as ``"3.12"``.
    base_image : str
        The slim Python image of that version when it is ``""``.
    system_packages : tuple of str
        Of Debian.
    variables : mapping of str to str
        Of the environment.
    has_setup_script : bool
        Whether ``env/docker/setup_script`` is run while the image is made.
    conda : bool
        Whether conda makes the environment of ``env/conda/environment.yml``.
    locked : bool
        Whether the requirements are pinned with hashes.
    """

    python_version: str
    base_image: str = ""
    system_packages: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    has_setup_script: bool = False
    conda: bool = False
    locked: bool = False

    @property
    def base(self) -> str:
        """The image that it stands on."""
        return self.base_image or (CONDA_IMAGE if self.conda else f"python:{self.python_version}-slim")


def dockerfile(image: Image) -> str:
    """Write the Dockerfile; its context is the folder of the exported Bento, with its models."""
    return "\n".join([*_instructions(image), ""])


def _instructions(image: Image) -> Iterator[str]:
    yield "# The context is the folder of an exported Bento (bentobook export TAG bento.tar), which has its models:"
    yield "#   docker build -f env/docker/Dockerfile ."
    yield f"FROM {_word(image.base)}"
    yield from _variables({"LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"})
    yield from _variables({"BENTOML_HOME": HOME, "BENTO_PATH": BENTO, "BENTOBOOK_FSYNC": "0"})
    if image.system_packages:
        yield _run("apt-get", "update")
        yield _run("apt-get", "install", "--yes", "--no-install-recommends", "--", *image.system_packages)
    yield _run("groupadd", "--gid", str(UID), "bentoml")
    yield _run("useradd", "--uid", str(UID), "--gid", str(UID), "--create-home", "--home-dir", HOME, "bentoml")
    yield from _environment(image)
    yield f"COPY {_array(['env', f'{BENTO}/env'])}"
    if image.has_setup_script:
        yield _run("sh", f"{BENTO}/{_STEPS}")
    # Paths in a requirements file count from the working folder.
    yield f"WORKDIR {BENTO}/src"
    name = "requirements.lock.txt" if image.locked else "requirements.txt"
    yield _run("python", "-m", "pip", "install", "--no-cache-dir", "-r", f"../env/python/{name}")
    yield f"COPY --chown={UID}:{UID} {_array(['.', BENTO])}"
    yield from _variables(image.variables)
    yield f"USER {UID}:{UID}"
    yield "EXPOSE 3000"
    check = _array(["python", f"{BENTO}/env/docker/healthcheck.py"])
    yield f"HEALTHCHECK --interval=15s --timeout=5s --start-period=120s CMD {check}"
    yield f"ENTRYPOINT {_array(['sh', f'{BENTO}/env/docker/entrypoint.sh'])}"


def _environment(image: Image) -> Iterator[str]:
    if image.conda:
        yield f"COPY {_array(['env/conda/environment.yml', '/app/environment.yml'])}"
        yield _run("conda", "env", "create", "--yes", "--prefix", ENVIRONMENT, "--file", "/app/environment.yml")
    else:
        yield _run("python", "-m", "venv", ENVIRONMENT)
    yield f"ENV PATH={ENVIRONMENT}/bin:$PATH"


def _variables(variables: Mapping[str, str]) -> Iterable[str]:
    return (f"ENV {_word(name)}={quoted(value)}" for name, value in variables.items())


def quoted(value: str) -> str:
    r"""Quote the value of a variable so that a Dockerfile takes it as it stands.

    >>> print(quoted('a "b" $HOME'))
    "a \"b\" \$HOME"

    Raises
    ------
    BuildFailed
        When it is more than one line.
    """
    if not is_plain(value):
        raise BuildFailed("the Dockerfile", f"{value!r} is not one line of characters that can be seen")
    for each in ("\\", '"', "$"):
        value = value.replace(each, f"\\{each}")
    return f'"{value}"'


def _word(text: str) -> str:
    if not text or not is_plain(text) or any(each.isspace() or each in "\\\"'$`#" for each in text):
        raise BuildFailed("the Dockerfile", f"{text!r} cannot stand in it")
    return text


def _run(*words: str) -> str:
    return f"RUN {_array(words)}"


def _array(words: Sequence[str]) -> str:
    """Write the form that no shell reads; a Dockerfile expands ``$`` in arrays of COPY, so none may stand there."""
    if any("$" in word or not is_plain(word) for word in words):
        raise BuildFailed("the Dockerfile", f"{' '.join(words)!r} cannot stand in it")
    return json.dumps(list(words))
