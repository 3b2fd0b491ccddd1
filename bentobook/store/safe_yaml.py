"""YAML that others wrote, read with limits, and YAML that we write.

The safe loader makes plain values only, but it does not protect against a file that is huge, nested without end, or
that unfolds a few lines into millions of nodes by aliases; the compiled loader even recurses on the C stack. So the
nesting and the unfolded size are counted on the stream of events before anything is built. Where a quick look at the
bytes shows that neither can be exceeded, the count is left out: so it is for what BentoML and this package write.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bentobook.errors import StoreUnreadable

if TYPE_CHECKING:
    import yaml

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_NODES = 200_000
_LONGEST_WORD = 5  # "false"
_TEXT = ("scalar", "tag:yaml.org,2002:str")
_LIST = ("sequence", "tag:yaml.org,2002:seq")
_MAPPING = ("mapping", "tag:yaml.org,2002:map")


class _TooMuchError(ValueError):
    """The text goes over a limit."""


def load(data: bytes, where: Path | str, *, max_bytes: int = MAX_BYTES) -> Any:
    """Read one YAML document into plain values.

    Parameters
    ----------
    data : bytes
        The text, UTF-8 or UTF-16 with a mark, as YAML wants it.
    where : Path or str
        What it was read from, for the error.
    max_bytes : int
        The most that is parsed.

    Raises
    ------
    StoreUnreadable
        Whatever is wrong with it.
    """
    import yaml

    if len(data) > max_bytes:
        raise StoreUnreadable(where, f"it has {len(data):,} bytes, and at most {max_bytes:,} are read")
    try:
        if not _is_harmless(data):
            _check_limits(data)
        return yaml.load(data, Loader=_quick_loader())  # noqa: S506 (it is the safe loader, compiled where that is there)
    except yaml.YAMLError as error:
        raise StoreUnreadable(where, f"it is not valid YAML{_place(error)}") from error
    except _TooMuchError as error:
        raise StoreUnreadable(where, str(error)) from error
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError) as error:
        raise StoreUnreadable(where, f"it holds a value that YAML does not allow ({type(error).__name__})") from error


def dump(mapping: Mapping[str, Any]) -> bytes:
    """Write a mapping in block style, in its own order, as BentoML does; equal values are written out each time."""
    import yaml

    text: bytes = yaml.dump(dict(mapping), Dumper=_dumper(), sort_keys=False, encoding="ascii")
    return text


@cache
def _loader() -> Any:
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _quick_loader() -> Any:
    """Return the safe loader with a shorter way for text, mappings and lists, which is nearly all there is in a record.

    The compiled part of PyYAML only parses; making values of the nodes is Python, and takes most of the time.
    """
    return type("Loader", (_loader(),), {"construct_document": _construct, "resolve": _resolve})


def _construct(loader: Any, node: Any) -> Any:
    kind = (node.id, node.tag)
    if kind == _TEXT:
        return node.value
    if kind == _LIST:
        return [_construct(loader, item) for item in node.value]
    if kind == _MAPPING and all((key.id, key.tag) == _TEXT for key, _ in node.value):
        return {key.value: _construct(loader, value) for key, value in node.value}
    return loader.construct_object(node, deep=True)


def _resolve(loader: Any, kind: object, value: str | None, implicit: Any) -> str:
    """Take text that cannot be anything else for text; the first character and the length tell."""
    if value is not None and not (implicit[0] and _may_be_more(value, loader.yaml_implicit_resolvers)):
        return _TEXT[1]
    tag: str = super(type(loader), loader).resolve(kind, value, implicit)
    return tag


def _may_be_more(text: str, first_characters: Container[str]) -> bool:
    first = text[:1]
    return first in first_characters and not (len(text) > _LONGEST_WORD and first.isalpha())


@cache
def _dumper() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return type("Dumper", (base,), {"ignore_aliases": lambda self, data: True})  # noqa: ARG005 (an overridden method)


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None)
    line = f" in line {mark.line + 1}" if mark is not None else ""
    return f"{line}: {problem}" if problem else line


def _is_harmless(data: bytes) -> bool:
    """Tell at a glance that there are no anchors and that no line begins with what could nest it deeply."""
    if b"&" in data or b"\0" in data:
        return False
    brackets = data.count(b"[") + data.count(b"{")
    # A block is nested one column deeper than its parent, except a sequence, which may stand in the column of its key.
    too_wide = (MAX_DEPTH - brackets + 1) // 2
    return too_wide > 0 and re.search(rb"^[ \-?:\t]{%d}" % too_wide, data, re.MULTILINE) is None


def _check_limits(data: bytes) -> None:
    """Count depth and unfolded nodes on the events, without building anything."""
    import yaml

    open_nodes: list[tuple[str | None, int]] = []
    sizes: dict[str, int] = {}
    total = 0
    for event in yaml.parse(data, Loader=_loader()):
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor is not None:
                sizes[anchor] = total - before
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_nodes):
                raise _TooMuchError("an alias in it refers to what encloses it")
            total += sizes.get(event.anchor or "", 1)
        else:
            total += 1
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, total - 1))
        if len(open_nodes) > MAX_DEPTH:
            raise _TooMuchError(f"it is nested more than {MAX_DEPTH} levels deep")
        if total > MAX_NODES:
            raise _TooMuchError(f"it unfolds to more than {MAX_NODES:,} values")
