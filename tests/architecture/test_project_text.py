"""What the project says speaks of the project alone, and the committed files are in their agreed form."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Folders in which somebody's checkout or home lies.
_FOREIGN = re.compile(r"(?<![\w./])/(?:work|farm|root|Users/\w+)/")


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_tracked_text_names_a_machine() -> None:
    here = Path(__file__)
    named = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in _tracked("*.py", "*.md", "*.ipynb", "*.toml", "*.yaml", "Makefile", ".ci/*")
        if path != here and (found := _FOREIGN.search(path.read_text("utf-8", errors="replace")))
    ]

    assert not named


def test_the_readme_shows_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")

    assert "make quickstart" in text
    assert "make test" in text
