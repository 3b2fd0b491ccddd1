"""Which files of a project go into a Bento: ``include`` and ``exclude`` of its bentofile, and ``.bentoignore``.

The patterns are git's, as in BentoML. A ``.bentoignore`` counts for its own folder and what lies below. What never
belongs into a Bento (version control, environments, bytecode, the store itself) is left out without being asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from bentobook.errors import BuildFailed

IGNORE = ".bentoignore"
MAX_FILES = 20_000
_NEVER = (
    ".git/", ".hg/", ".svn/", "__pycache__/", "*.py[co]", ".venv/", "venv/", "node_modules/", ".ipynb_checkpoints/",
    ".mypy_cache/", ".ruff_cache/", ".pytest_cache/", ".tox/", ".DS_Store", IGNORE, ".bentobook/", "*.egg-info/",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """What a bentofile says about files.

    Attributes
    ----------
    include : tuple of str or None
        Patterns; all files where there are none, as in BentoML.
    exclude : tuple of str
        Patterns.
    """

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()


def files(project: Path, choice: Choice, *, outside: Sequence[Path] = ()) -> list[str]:
    """List the files of a project that are chosen.

    Parameters
    ----------
    project : Path
        Its folder.
    choice : Choice
    outside : sequence of Path
        Folders that are left out wherever they lie: the store.

    Returns
    -------
    list of str
        Relative paths, sorted.

    Raises
    ------
    BuildFailed
        When a link leads out of the project, or there are too many files.
    """
    walk = _Walk(Path(os.path.realpath(project)), choice, [Path(os.path.realpath(each)) for each in outside])
    found = sorted(walk.folder("", ()))
    return [path for path in found if walk.includes(path)]


class _Walk:
    def __init__(self, root: Path, choice: Choice, outside: Sequence[Path]) -> None:
        self.root, self._outside = root, outside
        self._include = GitIgnoreSpec.from_lines(choice.include) if choice.include is not None else None
        self._exclude = GitIgnoreSpec.from_lines([*_NEVER, *choice.exclude])
        self._seen = 0

    def includes(self, path: str) -> bool:
        return self._include is None or self._include.match_file(path)

    def folder(self, prefix: str, ignores: tuple[tuple[str, GitIgnoreSpec], ...]) -> Iterator[str]:
        folder = self.root / prefix
        ignores = (*ignores, *_ignore_of(folder, prefix))
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path = prefix + entry.name
            is_folder = entry.is_dir()
            if self._leaves_out(path + "/" * is_folder, ignores):
                continue
            self._check(Path(entry.path), path)
            if is_folder:
                if not entry.is_symlink():
                    yield from self.folder(f"{path}/", ignores)
            elif entry.is_file():
                yield path

    def _leaves_out(self, path: str, ignores: tuple[tuple[str, GitIgnoreSpec], ...]) -> bool:
        if self._exclude.match_file(path) or any(self.root / path == each for each in self._outside):
            return True
        return any(spec.match_file(path.removeprefix(prefix)) for prefix, spec in ignores)

    def _check(self, entry: Path, path: str) -> None:
        self._seen += 1
        if self._seen > MAX_FILES:
            hint = f"Name what belongs into the Bento with include:, or leave folders out with {IGNORE}."
            raise BuildFailed("the Bento", f"{self.root} holds more than {MAX_FILES:,} files", hint=hint)
        if entry.is_symlink() and not Path(os.path.realpath(entry)).is_relative_to(self.root):
            hint = "Copy the file there."
            raise BuildFailed("the Bento", f"{path} is a link that leads out of the project", hint=hint)


def _ignore_of(folder: Path, prefix: str) -> Iterator[tuple[str, GitIgnoreSpec]]:
    file = folder / IGNORE
    if file.is_file() and not file.is_symlink():
        yield prefix, GitIgnoreSpec.from_lines(file.read_text("utf-8", "replace").splitlines())
