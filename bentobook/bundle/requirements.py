"""What a Bento needs to run, each line with its reason.

What a bentofile names is taken line for line. Without that it is the union of what the service's own files import and
what the models were logged with. MLflow infers the latter from what the training process had loaded, so packages that
only serve development stand among them; they are named and left out, unless they are kept by hand or imported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from packaging.requirements import InvalidRequirement, Requirement

from bentobook.bundle import distributions
from bentobook.bundle.fields import is_plain
from bentobook.bundle.modules import Foreign
from bentobook.store.model import Model

# Tools of notebooks, tests and editors; none of them answers a request.
JUNK = frozenset((
    "anywidget", "black", "build", "coverage", "debugpy", "flake8", "hatchling", "hypothesis", "ipykernel",
    "ipython", "ipywidgets", "isort", "jupyter", "jupyter-client", "jupyter-console", "jupyter-core",
    "jupyter-server", "jupyterlab", "jupyterlab-server", "mypy", "nbclient", "nbconvert", "nbformat", "nbstripout",
    "nbval", "notebook", "pip", "pluggy", "pre-commit", "py-spy", "pylint", "pytest", "pytest-cov", "pytest-timeout",
    "pytest-xdist", "rich", "ruff", "setuptools", "sphinx", "tox", "tqdm-notebook", "twine", "uv", "wheel", "xdist",
))  # fmt: skip
MAX_REASONS = 6


@dataclass(frozen=True)
class Need:
    """One line of the requirements.

    Attributes
    ----------
    line : str
        As pip reads it.
    name : str
        The distribution, as indexes compare it; ``""`` for a line that names none.
    reasons : tuple of str
        Why it is there.
    installed : str or None
        The version that is installed here.
    warning : str
        What is odd about it.
    """

    line: str
    name: str = ""
    reasons: tuple[str, ...] = ()
    installed: str | None = None
    warning: str = ""

    @property
    def met(self) -> bool | None:
        """Whether what is installed here satisfies it; ``None`` where that cannot be said."""
        if self.installed is None:
            return False if self.name else None
        try:
            return Requirement(self.line).specifier.contains(self.installed, prereleases=True)
        except InvalidRequirement:
            return None


@dataclass(frozen=True)
class Needs:
    """All that a Bento needs.

    Attributes
    ----------
    lines : tuple of Need
        In the order of the file.
    left_out : tuple of Need
        What models ask for and does not go in.
    warnings : tuple of str
        What the author should know.
    named : bool
        Whether a bentofile named them.
    """

    lines: tuple[Need, ...] = ()
    left_out: tuple[Need, ...] = ()
    warnings: tuple[str, ...] = ()
    named: bool = False


def named(lines: Sequence[str], reason: str, foreign: Iterable[Foreign]) -> Needs:
    """Take lines as they are; imports that none of them covers are said.

    Parameters
    ----------
    lines : sequence of str
        Of a requirements file, comments and options included, or single requirements.
    reason : str
        Who named them.
    foreign : iterable of Foreign
        What the service imports.
    """
    needs = tuple(_read(line, reason) for line in lines)
    covered = {need.name for need in needs}
    missing = [need for need in _imported(foreign) if need.name not in covered]
    warnings = [f"{need.reasons[0]}, and no requirement names {need.name}" for need in missing if need.name]
    return Needs(needs, warnings=(*warnings, *_not_found(foreign)), named=True)


def inferred(foreign: Sequence[Foreign], models: Iterable[Model], *, keep: Collection[str] = ()) -> Needs:
    """Collect what the service imports and what its models ask for.

    Parameters
    ----------
    foreign : sequence of Foreign
        What the files of the service import from installed packages.
    models : iterable of Model
    keep : collection of str
        Packages for development that are wanted all the same.
    """
    kept = {distributions.normal(name) for name in keep}
    imported = {need.name: need for need in _imported(foreign)}
    found: dict[str, Need] = {}
    left_out: dict[str, Need] = {}
    for need in _asked_by(models):
        is_junk = need.name in JUNK and need.name not in kept and need.name not in imported
        _merge(left_out if is_junk else found, need)
    for need in imported.values():
        if need.name in found:
            before = found[need.name]
            found[need.name] = replace(before, reasons=(*need.reasons, *before.reasons))
        else:
            found[need.name] = need
    lines = tuple(sorted(found.values(), key=lambda need: (need.name, need.line)))
    warnings = [need.warning for need in lines if need.warning]
    return Needs(lines, tuple(left_out.values()), (*warnings, *_not_found(foreign), *_differing(lines)))


def _imported(foreign: Iterable[Foreign]) -> Iterator[Need]:
    """Pin what is imported to what is installed: that is what was tried."""
    where: dict[str, list[str]] = {}
    for each in foreign:
        distribution = distributions.of_module(each.module)
        if distribution is not None:
            where.setdefault(distribution, []).append(each.where)
    for distribution, places in where.items():
        version = distributions.version_of(distribution)
        reasons = tuple(f"imported by {place}" for place in dict.fromkeys(places))[:MAX_REASONS]
        line = f"{distribution}=={version}" if version else distribution
        yield Need(line, distributions.normal(distribution), reasons, version)


def _not_found(foreign: Iterable[Foreign]) -> Iterator[str]:
    for each in foreign:
        if not each.optional and distributions.of_module(each.module) is None:
            yield f"{each.where} imports {each.module}, which is not installed here, so nothing in the Bento brings it"


def _asked_by(models: Iterable[Model]) -> Iterator[Need]:
    for model in models:
        recorded = model.info.private.get("requirements")
        if isinstance(recorded, list):
            lines = [str(line) for line in recorded]
        else:
            versions = model.info.context.framework_versions
            lines = [f"{name}=={version}" for name, version in versions.items() if version]
        for line in lines:
            need = _read(line, f"from the model {model.tag}")
            if is_plain(line) and need.name and need.name != distributions.OWN:
                yield need


def _read(line: str, reason: str) -> Need:
    try:
        name = Requirement(line.partition(" #")[0].strip()).name
    except InvalidRequirement:
        return Need(line, reasons=(reason,))
    return Need(line, distributions.normal(name), (reason,), distributions.version_of(name))


def _merge(found: dict[str, Need], need: Need) -> None:
    before = found.get(need.name)
    if before is None:
        found[need.name] = need
        return
    merged = replace(before, reasons=(*before.reasons, *need.reasons))
    if _text(before.line) != _text(need.line):
        said = f"{need.line} ({need.reasons[0]}) is not {before.line} ({before.reasons[0]}), which goes in"
        merged = replace(merged, warning=said)
    found[need.name] = merged


def _text(line: str) -> str:
    return line.replace(" ", "").lower()


def _differing(lines: Iterable[Need]) -> Iterator[str]:
    for need in lines:
        if need.met is False and need.installed is not None:
            yield f"{need.line} is required ({need.reasons[0]}), and {need.installed} is installed here"
