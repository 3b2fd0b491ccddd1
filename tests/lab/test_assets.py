"""The built half of the sidebar, as it is committed: fresh, alone, and free of anything from elsewhere."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "bentobook" / "labextension"
SOURCES = ROOT / "labextension"
# What a build on somebody's machine could leave in the files.
_PLACE = re.compile(
    r"(?<![\w.])/(?:home|root|tmp|work|Users|usr)/|node_modules/|sourceMappingURL=\S+\.map|https?://(?!www\.w3\.org/|127\.0\.0\.1:5000)"
)
_MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|\beval\(|new Function")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?)\(|:\s*(?:white|black|red|green|blue|gr[ae]y|orange)\b")


def _stamp() -> str:
    spec = importlib.util.spec_from_file_location("labextension_build", SOURCES / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.stamp()


def test_the_committed_build_is_of_these_sources() -> None:
    built_of = (BUILT / "SOURCES.sha256").read_text().strip()

    assert built_of == _stamp(), "run: python labextension/build.py"


def test_there_is_one_entry_and_it_is_the_one_that_lab_loads() -> None:
    (entry,) = BUILT.glob("static/remoteEntry.*.js")

    assert json.loads((BUILT / "package.json").read_text())["jupyterlab"]["_build"]["load"] == f"static/{entry.name}"


def test_the_build_names_no_place_and_no_host() -> None:
    named = {
        path.name: found.group()
        for path in BUILT.rglob("*")
        if path.is_file() and (found := _PLACE.search(path.read_text("utf-8")))
    }

    assert not named


def test_the_lock_file_names_no_registry() -> None:
    text = (SOURCES / "package-lock.json").read_text()

    assert '"resolved"' not in text
    assert not re.search(r"https?://[^\"]*(?:regist|mirror|proxy|localhost|127\.0\.0\.1)", text)


@pytest.mark.parametrize("path", sorted(SOURCES.glob("src/**/*.ts")), ids=lambda path: path.name)
def test_sources_make_no_markup_of_text(path: Path) -> None:
    text = path.read_text("utf-8")

    assert not _MARKUP.search(text)
    assert len(text.splitlines()) <= 300
    assert text.lstrip().startswith("/**")


def test_colours_are_those_of_the_theme() -> None:
    assert not _COLOUR.search((SOURCES / "style" / "base.css").read_text())


def test_the_panel_has_the_version_of_the_package() -> None:
    from bentobook import __version__

    assert json.loads((SOURCES / "package.json").read_text())["version"] == __version__
    assert f"VERSION = '{__version__}';" in (SOURCES / "src" / "lib" / "version.ts").read_text()


@pytest.mark.skipif(
    shutil.which("node") is None or not (SOURCES / "node_modules").is_dir(), reason="node and its modules are not here"
)
def test_the_sources_are_sound() -> None:
    done = subprocess.run(
        ["node", "node_modules/typescript/bin/tsc", "--noEmit"],
        cwd=SOURCES,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
