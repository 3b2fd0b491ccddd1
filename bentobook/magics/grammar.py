"""One grammar for all magics: a table of what a magic takes, that reads lines, writes usage and feeds completion.

Options are GNU's (``--name value``, ``--name=value``, ``-q``, ``-n5``, ``--`` ends them) and may stand anywhere before
DATA. DATA is the rest of the line, left as it was typed: it is Python or JSON, where quotes and braces mean something.
What names an object is left as typed, too, but ends at the next option.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from IPython.core.error import UsageError

from bentobook.magics.words import LineError, Word, expand, next_word, without_comment

Kind = Literal["text", "tag", "uri", "path", "variable", "data", "object", "service", "api", "runner"]
_UNCUT = ("data", "object")
_DASHES = "-\N{EN DASH}\N{EM DASH}"  # text editors turn -- into one of the others


@dataclass(frozen=True)
class Option:
    """An option of a magic.

    Attributes
    ----------
    flag : str
        ``"--batchable"``.
    help : str
        What it does, in a few words.
    value : str
        How usage calls its value; ``""`` for a switch.
    short : str
        ``"-q"``.
    many : bool
        Whether it may be given several times.
    read : callable
        Turns the text into the value; raises ``ValueError`` with what was wanted.
    choices : tuple of str
        Values that completion proposes.
    kind : str
        What completion proposes for the value where there are no choices.
    """

    flag: str
    help: str
    value: str = ""
    short: str = ""
    many: bool = False
    read: Callable[[str], Any] = str
    choices: tuple[str, ...] = ()
    kind: Kind = "text"

    @property
    def name(self) -> str:
        """The key of its value."""
        return self.flag.removeprefix("--").replace("-", "_")

    @property
    def usage(self) -> str:
        """How it is written in a usage line."""
        flag = f"{self.short}|{self.flag}" if self.short else self.flag
        return f"[{flag}{' ' + self.value if self.value else ''}]{'…' if self.many else ''}"


@dataclass(frozen=True)
class Positional:
    """An argument without a name; of kind ``"data"`` or ``"object"`` it is the last, and may hold blanks."""

    name: str
    kind: Kind = "text"
    optional: bool = False
    many: bool = False

    @property
    def usage(self) -> str:
        """How it is written in a usage line."""
        text = f"{self.name.upper()}{'…' if self.many else ''}"
        return f"[{text}]" if self.optional else text


QUIET = Option("--quiet", "show nothing", short="-q")


@dataclass(frozen=True)
class Grammar:
    """What a magic takes. Where optional arguments stand before required ones, the required are filled first."""

    magic: str
    positionals: tuple[Positional, ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def all_options(self) -> tuple[Option, ...]:
        """The options, with those that every magic has."""
        return (*self.options, QUIET)

    @property
    def usage(self) -> str:
        """The line that shows how to call the magic."""
        parts = [option.usage for option in self.all_options] + [part.usage for part in self.positionals]
        return " ".join([self.magic, *parts])

    @property
    def help(self) -> str:
        """Usage and options, one a line."""
        lines = [f"    {_names(option):<28} {option.help}" for option in self.all_options]
        return "\n".join([f"Usage: {self.usage}", "", *lines])

    def option(self, flag: str) -> Option | None:
        """Find an option by its long or short name."""
        return next((option for option in self.all_options if flag in (option.flag, option.short)), None)

    def error(self, problem: str) -> UsageError:
        """Make the one line that a user's mistake shows."""
        return UsageError(f"{self.magic}: {problem} See {self.magic}?")

    def parse(self, line: str, names: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Read a line.

        Parameters
        ----------
        line : str
            What stands behind the magic's name.
        names : mapping of str to object, optional
            The user's namespace, for ``{expression}`` and ``$name``.

        Returns
        -------
        dict
            A value per option and argument; ``None``, ``False`` or ``[]`` where nothing was given.

        Raises
        ------
        UsageError
            One sentence with a "did you mean" where something is close.
        """
        reader = _Reader(self, line, names or {})
        try:
            return reader.read()
        except LineError as error:
            raise self.error(f"{error}.") from None


class _Reader:
    """Reads one line from left to right."""

    def __init__(self, grammar: Grammar, line: str, names: Mapping[str, object]) -> None:
        self.grammar, self.line, self.names, self.at = grammar, line, names, 0
        self.values: dict[str, Any] = {
            o.name: [] if o.many else (None if o.value else False) for o in grammar.all_options
        }
        self.texts: list[str] = []
        self.data = next((part for part in grammar.positionals if part.kind in _UNCUT), None)

    def read(self) -> dict[str, Any]:
        options = True
        while (word := next_word(self.line, self.at)) is not None:
            if options and not word.quoted and word.text == "--":
                self.at, options = word.end, False
            elif options and self._is_option(word):
                self.at = word.end
                self._read_option(word)
            elif self.data is not None and self._at_data():
                self.at = self._end_of_data(word, self.data)
                self.values[self.data.name] = without_comment(self.line[word.start : self.at])
            else:
                self.at = word.end
                self.texts.append(self._text(word))
        return self.values | self._named(self.texts)

    def _at_data(self) -> bool:
        there = self.data is not None and self.values.get(self.data.name) is None
        return there and len(self.texts) == len(self.grammar.positionals) - 1

    def _end_of_data(self, word: Word | None, part: Positional) -> int:
        """Return where DATA ends: with the line, an object before the next option."""
        end = len(self.line)
        while word is not None and part.kind == "object" and not self._is_option(word):
            end, word = word.end, next_word(self.line, word.end)
        return end

    def _is_option(self, word: Word) -> bool:
        """Before DATA only a known option is one: ``-X`` is a value there; no object is written with ``--``."""
        text = word.text
        if word.quoted or not text.lstrip(_DASHES) or text[0] not in _DASHES:
            return False
        free = not self._at_data() or (self.data is not None and self.data.kind == "object" and text.startswith("--"))
        return free or _find(self.grammar, text) is not None

    def _read_option(self, word: Word) -> None:
        flag, equals, _ = word.text.partition("=")
        option = _find(self.grammar, word.text)
        if option is None:
            raise self.grammar.error(f"unknown option {flag}.{_closest(flag, self.grammar)}")
        attached = word.text[len(option.short) :] if not word.text.startswith("--") else ""
        if not option.value:
            self._switch(option, word, equals, attached)
            return
        text = expand(word.text.partition("=")[2] if equals and not attached else attached, self.names)
        if not text and not (equals and word.text.startswith("--")):
            text = self._next_value(option)
        self._store(option, text)

    def _switch(self, option: Option, word: Word, equals: str, attached: str) -> None:
        if equals:
            raise self.grammar.error(f"{option.flag} takes no value, got {word.text!r}.")
        if attached:  # -qy: the other letters are options of their own
            rest = Word(f"-{attached}", word.start, word.end)
            if _find(self.grammar, rest.text) is None:
                raise self.grammar.error(f"unknown option -{attached[0]} in {word.text}.")
            self._read_option(rest)
        self.values[option.name] = True

    def _next_value(self, option: Option) -> str:
        word = next_word(self.line, self.at)
        if word is None or (not word.quoted and word.text.startswith("--")):
            raise self.grammar.error(f"{option.flag} needs a value: {option.flag} {option.value}.")
        self.at = word.end
        return self._text(word)

    def _store(self, option: Option, text: str) -> None:
        try:
            value = option.read(text)
        except ValueError as error:
            raise self.grammar.error(f"{option.flag}: expected {error}, got {text!r}.") from None
        if option.many:
            self.values[option.name].append(value)
        elif self.values[option.name] is not None:
            raise self.grammar.error(f"{option.flag} is given twice.")
        else:
            self.values[option.name] = value

    def _text(self, word: Word) -> str:
        if word.open_quote:
            raise LineError(f"a {word.open_quote} is not closed")
        return expand(word.text, self.names)

    def _named(self, texts: Sequence[str]) -> dict[str, Any]:
        """Give the words their names; with too few words the optional arguments stay empty, from the left."""
        parts = [part for part in self.grammar.positionals if part is not self.data]
        values: dict[str, Any] = {part.name: [] if part.many else None for part in parts}
        if self.data is not None:
            values[self.data.name] = self.values.get(self.data.name)
        spare = len(texts) - sum(not part.optional for part in parts)
        waiting = list(texts)
        for part in parts:
            if part.many:
                values[part.name], waiting = waiting, []
            elif waiting and (not part.optional or spare > 0):
                spare -= part.optional
                values[part.name] = waiting.pop(0)
        if waiting:
            raise self.grammar.error(f"unexpected {waiting[0]!r}.{_closest(waiting[0], self.grammar)}")
        missing = [part for part in self.grammar.positionals if not part.optional and not values[part.name]]
        if missing:
            raise self.grammar.error(f"{missing[0].name.upper()} is missing: {self.grammar.usage}.")
        return values


def _find(grammar: Grammar, text: str) -> Option | None:
    """Find the option that a word names: whole, before ``=``, or by the letter behind one dash."""
    if text.startswith("--"):
        return grammar.option(text.partition("=")[0])
    return grammar.option(text[:2]) if text.startswith("-") else None


def _closest(text: str, grammar: Grammar) -> str:
    flags = {option.flag.lstrip("-"): option.flag for option in grammar.all_options}
    near = difflib.get_close_matches(text.lstrip(_DASHES).lower(), flags, n=1, cutoff=0.6)
    return f" Did you mean {flags[near[0]]}?" if near else ""


def _names(option: Option) -> str:
    names = f"{option.short}, {option.flag}" if option.short else option.flag
    return f"{names} {option.value}".rstrip()
