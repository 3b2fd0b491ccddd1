"""What must hold in a store at any moment, whatever happened to it before."""

from __future__ import annotations

from pathlib import Path

from bentobook.store.store import Store


def tags(home: Path) -> set[str]:
    """Return what a fresh reader sees."""
    return {str(model.tag) for model in Store(home).list()}


def ailments(home: Path) -> list[str]:
    """Return everything that is wrong with a store as its readers see it."""
    store = Store(home)
    listed = store.list()
    wrong = [f"problem: {problem}" for problem in listed.problems]
    for model in listed:
        found = model.verify(deep=True)
        wrong += [] if found.ok else [str(found)]
    newest = {}
    for model in listed:
        newest[model.tag.name] = max(newest.get(model.tag.name, model), model, key=lambda m: m.info.creation_time)
    for name, model in newest.items():
        if store.get(name).tag != model.tag:
            wrong.append(f"latest of {name} is {store.get(name).tag}, not {model.tag}")
    return wrong


def leftovers(home: Path) -> list[str]:
    """Return what lies in staging and trash."""
    private = home / ".bentobook"
    return sorted(
        str(path.relative_to(private)) for folder in ("staging", "trash") for path in (private / folder).glob("*")
    )
