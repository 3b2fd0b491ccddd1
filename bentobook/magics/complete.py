"""TAB on a magic's line: options, tags, variables, URIs that this kernel has seen.

A matcher is asked at every TAB, so the first test is a search for the prefix in the text. Nothing here asks MLflow or
reads a model: tags are the names of the store's folders.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from bentobook import settings
from bentobook.magics import services
from bentobook.magics.grammar import Grammar, Kind, Option
from bentobook.magics.magic import Magic
from bentobook.magics.seen import Seen, uri_of
from bentobook.magics.words import Word, quote, words

_LINE = re.compile(r"\s*(?:[^\W\d][\w.,\s]*=\s*)?%%?(bento\w*)(?=\s)")
_MAX_RESULTS = 500
_FOLDER_WORD = re.compile(r"[.~/\\]|[A-Za-z]:[\\/]")


@dataclass(frozen=True)
class Spot:
    """What may stand at the cursor.

    Attributes
    ----------
    typed : str
        The part of the word before the cursor, as it was typed.
    kind : str
        The kind of word, ``"option"`` or ``"choice"``.
    option : Option or None
        The option whose value it is.
    given : tuple of str
        The options that are on the line already.
    """

    typed: str
    kind: Kind | str
    option: Option | None = None
    given: tuple[str, ...] = ()


class Completer:
    """Completion of all magics of one shell.

    Parameters
    ----------
    magics : sequence of Magic
        The magics to complete.
    shell : InteractiveShell
        Whose variables are proposed.
    seen : Seen
        The URIs of this kernel.
    """

    def __init__(self, magics: Sequence[Magic], shell: Any, seen: Seen) -> None:
        self._grammars = {magic.name: magic.grammar for magic in magics}
        self._shell, self._seen = shell, seen

        def matcher(context: CompletionContext) -> SimpleMatcherResult:
            return self.match(context)

        # IPython marks the function with attributes, which a bound method cannot take.
        self.matcher = context_matcher(identifier="bentobook.magics")(matcher)

    def match(self, context: CompletionContext) -> SimpleMatcherResult:
        """Answer IPython: nothing at all on lines that are not ours."""
        if "%bento" not in context.full_text:
            return {"completions": []}
        before = context.text_until_cursor
        found = _LINE.match(before)
        grammar = self._grammars.get(found[1]) if found else None
        if grammar is None or found is None:
            return {"completions": []}
        spot = after_variable(locate(grammar, before[found.end() :]))
        if spot is None:
            return {"completions": []}
        proposals = [text for text in self._proposals(grammar, spot) if text.startswith(spot.typed)]
        completions = [SimpleCompletion(text, type=spot.kind) for text in proposals[:_MAX_RESULTS]]
        return {
            "completions": completions,
            "matched_fragment": spot.typed,
            "suppress": spot.kind not in ("path", "data") and not _is_path(spot),
        }

    def _proposals(self, grammar: Grammar, spot: Spot) -> Iterable[str]:
        if spot.kind == "option":
            return _options(grammar, spot.given)
        if spot.option is not None and spot.option.choices:
            return spot.option.choices
        sources: dict[str, Callable[[str], Iterable[str]]] = {
            "tag": self._tags,
            "uri": self._uris,
            "variable": self._variables,
            "runner": lambda _: services.names_of_watched(self._names()),
            "service": lambda typed: [*services.names_of_services(self._names()), *stored_tags(typed, "bentos")],
            "api": lambda typed: services.names_of_apis(self._names(), typed),
        }
        source = sources.get(spot.kind)
        return source(spot.typed) if source else ()

    def _names(self) -> Iterator[tuple[str, object]]:
        hidden = getattr(self._shell, "user_ns_hidden", {})
        for name, value in list(self._shell.user_ns.items()):
            if not name.startswith("_") and hidden.get(name) is not value:
                yield name, value

    def _variables(self, typed: str) -> Iterable[str]:
        return sorted(name for name, value in self._names() if name.startswith(typed) and not callable(value))

    def _tags(self, typed: str) -> Iterable[str]:
        from bentobook.magics.tags import is_model

        variables = sorted(name for name, value in self._names() if name.startswith(typed) and is_model(value))
        return [*variables, *stored_tags(typed)]

    def _uris(self, typed: str) -> Iterable[str]:
        mark = typed[:1] if typed[:1] in ("'", '"') else ""
        uris = [f"{mark}{uri}" if mark else quote(uri) for uri in self._seen.uris(self._shell.user_ns)]
        return [*uris, *sorted(name for name, value in self._names() if uri_of(value))]


def locate(grammar: Grammar, line: str) -> Spot | None:
    """Find out what the end of ``line`` is: an option, the value of one, or which argument.

    >>> locate(Grammar("%bento_x"), " --qu")
    Spot(typed='--qu', kind='option', option=None, given=())
    """
    found = list(words(line))
    at_word = bool(found) and (found[-1].end == len(line))
    last = line[found[-1].start :] if at_word else ""
    before = found[:-1] if at_word else found
    if not at_word and line.rstrip() and _in_comment(line, found):
        return None
    state = _State(grammar)
    for word in before:
        state.step(word)
    return state.spot(last)


def after_variable(spot: Spot | None) -> Spot | None:
    """Step over ``VAR=`` before the tag of an option: what is completed is the tag."""
    if spot is None or spot.option is None or spot.kind != "tag" or "=" not in spot.typed:
        return spot
    return replace(spot, typed=spot.typed.partition("=")[2])


def _in_comment(line: str, found: Sequence[Word]) -> bool:
    rest = line[found[-1].end :] if found else line
    return bool(rest.strip())


class _State:
    """What was read before the cursor."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar, self.n_texts = grammar, 0
        self.waiting: Option | None = None
        self.given: list[str] = []

    def step(self, word: Word) -> None:
        option = None if word.quoted else self.grammar.option(word.text.partition("=")[0])
        if self.waiting is not None:
            self.waiting = None
        elif option is not None:
            self.given += [] if option.many else [option.flag]
            self.waiting = option if option.value and "=" not in word.text else None
        elif not word.text.startswith("-"):
            self.n_texts += 1

    def spot(self, typed: str) -> Spot | None:
        if self.waiting is not None:
            return Spot(typed, self.waiting.kind, self.waiting)
        flag, equals, value = typed.partition("=")
        option = self.grammar.option(flag) if typed.startswith("-") else None
        if option is not None and equals:
            return Spot(value, option.kind, option)
        if typed.startswith("-"):
            return Spot(typed, "option", given=tuple(self.given))
        kind = self._kind()
        return None if kind in (None, "data", "object") else Spot(typed, str(kind), given=tuple(self.given))

    def _kind(self) -> Kind | None:
        """Return the kind of the next argument; where an optional one may stand, the one that tells most."""
        parts = self.grammar.positionals
        if not parts:
            return None
        at = self.n_texts
        if at >= len(parts):
            return parts[-1].kind if parts[-1].many else None
        if parts[at].optional and parts[at].kind == "text" and at + 1 < len(parts):
            return parts[at + 1].kind
        return parts[at].kind


def _options(grammar: Grammar, given: Sequence[str]) -> list[str]:
    return [option.flag for option in grammar.all_options if option.flag not in given]


def _is_path(spot: Spot) -> bool:
    """Tell whether a URI looks like a folder so far: that is left to IPython's own completion of paths."""
    return spot.kind == "uri" and _FOLDER_WORD.match(spot.typed.lstrip("'\"")) is not None


def stored_tags(typed: str, kind: str = "models") -> list[str]:
    """Return the names, or behind a colon the tags, that begin with ``typed``; nothing but folder names is read."""
    from bentobook.store.layout import Layout
    from bentobook.store.tag import is_part

    layout = Layout(settings.home())
    folder = layout.bentos if kind == "bentos" else layout.models
    name, colon, version = typed.partition(":")
    if not colon:
        return sorted(found for found in _folders(folder, name) if is_part(found))
    if not is_part(name):
        return []
    versions = sorted(found for found in _folders(folder / name, version) if is_part(found))
    return [
        f"{name}:{found}" for found in [*versions, *(["latest"] if versions and "latest".startswith(version) else [])]
    ]


def _folders(folder: os.PathLike[str], start: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries if entry.name.startswith(start) and entry.is_dir())
    except OSError:
        return
