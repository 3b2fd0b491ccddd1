"""What may stand in the fields of a bentofile that reach a Dockerfile, a YAML file or a program.

Each field has a list of what is allowed; nothing is escaped that could be refused. BentoML had to repair four holes of
this kind (CVE-2026-33744, -35043, -44345, -44346): names of packages, images and variables with a newline in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_DEBIAN = re.compile(r"[a-z0-9][a-z0-9+.-]{1,127}(?:=[A-Za-z0-9][A-Za-z0-9.+~:-]{0,127})?")
# The grammar of references of the OCI distribution specification, without upper case in the path.
_IMAGE = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?(?::[0-9]{1,5})?/)?"
    r"[a-z0-9]+(?:(?:[._/]|__|-+)[a-z0-9]+){0,30}"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)
_PYTHON = re.compile(r"3\.(?:[89]|[1-9][0-9])")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?(?::[0-9]{1,5})?")
_IMPORT = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?::[^\W\d]\w*(?:\.[^\W\d]\w*)*)?")
_FILE_IMPORT = re.compile(r"[\w./ -]+\.py(?::[^\W\d]\w*)?")
_CONDA = re.compile(r"(?:[\w./-]+::)?[A-Za-z0-9_][\w.-]*(?:\s*[=<>!~]=?\s*[\w.*+!,<>=|-]+)*")
_CHANNEL = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*")
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
MAX_VALUE = 32_768


def is_plain(text: str) -> bool:
    """Tell whether a text is one line without anything that cannot be seen."""
    return len(text) <= MAX_VALUE and not any(unicodedata.category(each) in _HIDDEN for each in text)


def _plain(text: str) -> str:
    if not is_plain(text):
        raise ValueError("one line of characters that can be seen")
    return text


def _matching(pattern: re.Pattern[str], wanted: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise ValueError(wanted)
        return text

    return check


def _requirement(text: str) -> str:
    """Accept what may follow ``pip install`` as one requirement, and no option."""
    line = _plain(text).strip()
    if not line or line.startswith("-"):
        raise ValueError("a requirement such as 'pandas>=2'")
    return line


def _url(text: str) -> str:
    """Accept an address of an index; a password in it would travel with the Bento."""
    try:
        url = urlsplit(_plain(text))
        known = url.scheme in ("http", "https", "file") and " " not in text
        secret = url.password is not None or url.username is not None
    except ValueError:
        known = secret = False
    if secret:
        raise ValueError("an address without user and password: set PIP_INDEX_URL where the Bento is installed")
    if not known:
        raise ValueError("an address that begins with https://, http:// or file://")
    return text


def _service(text: str) -> str:
    parts = text.partition(":")[0].split("/")
    if not (_IMPORT.fullmatch(text) or (_FILE_IMPORT.fullmatch(text) and ".." not in parts)):
        raise ValueError("'module:name', or 'file.py:name' inside the project")
    return text


Line = Annotated[str, AfterValidator(_plain)]
EnvName = Annotated[str, AfterValidator(_matching(_ENV_NAME, "the name of an environment variable"))]
SystemPackage = Annotated[str, AfterValidator(_matching(_DEBIAN, "the name of a Debian package, such as 'libgomp1'"))]
Image = Annotated[str, AfterValidator(_matching(_IMAGE, "the name of an image, such as 'python:3.12-slim'"))]
PythonVersion = Annotated[str, AfterValidator(_matching(_PYTHON, "a version such as '3.12', in quotes"))]
Host = Annotated[str, AfterValidator(_matching(_HOST, "the name of a host"))]
CondaPackage = Annotated[str, AfterValidator(_matching(_CONDA, "a package of conda, such as 'numpy=2.1'"))]
Channel = Annotated[str, AfterValidator(_matching(_CHANNEL, "a channel of conda, such as 'conda-forge'"))]
Requirement = Annotated[str, AfterValidator(_requirement)]
Url = Annotated[str, AfterValidator(_url)]
ServicePath = Annotated[str, AfterValidator(_service)]
