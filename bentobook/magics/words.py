"""The words of a magic's line: quotes, comments, and the values of the user's own names.

A word ends at a blank. ``'…'`` and ``"…"`` keep blanks together and are taken away; a backslash is a plain character,
so that Windows paths need no care. ``{expression}`` and ``$name`` are replaced word by word, after the line was cut:
a value with blanks, quotes or a ``#`` in it stays one word. ``{{``, ``}}`` and ``$$`` stand for the single characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from IPython.utils.text import FullEvalFormatter

_QUOTES = "'\""
_BRACKETS = {"{": "}", "[": "]", "(": ")"}
_DOLLAR = re.compile(r"\$(\$|[^\W\d]\w*(?:\.[^\W\d]\w*)*)")
_PLAIN = re.compile(r"[^\s'\"#{}$]+")


class LineError(ValueError):
    """A line that cannot be cut into words, or a word whose value cannot be found."""


@dataclass(frozen=True)
class Word:
    """One word of a line.

    Attributes
    ----------
    text : str
        The word without its quotes, not yet expanded.
    start, end : int
        Where it stands in the line, quotes included.
    quoted : bool
        Whether a part of it was quoted: a quoted word is never an option.
    open_quote : str
        The quote that was not closed, else ``""``.
    """

    text: str
    start: int
    end: int
    quoted: bool = False
    open_quote: str = ""


def next_word(line: str, at: int = 0) -> Word | None:
    """Return the first word at or after position ``at``; ``None`` at the end of the line or at a comment."""
    while at < len(line) and line[at].isspace():
        at += 1
    if at == len(line) or line[at] == "#":
        return None
    start, text, quote, quoted = at, "", "", False
    while at < len(line) and (quote or not line[at].isspace()):
        if line[at] == quote:
            at, quote = at + 1, ""
        elif not quote and line[at] in _QUOTES:
            at, quote, quoted = at + 1, line[at], True
        else:
            end = _end_of_piece(line, at)
            at, text = end, text + line[at:end]
    return Word(text, start, at, quoted, quote)


def _end_of_piece(line: str, at: int) -> int:
    """Step over one character, over a doubled brace, or over a whole ``{expression}``."""
    if line[at : at + 2] in ("{{", "}}"):
        return at + 2
    if line[at] != "{":
        return at + 1
    return _end_of_brackets(line, at) or at + 1


def _end_of_brackets(line: str, at: int) -> int | None:
    """Return where the bracket at ``at`` is closed, strings in it skipped; ``None`` when it never is."""
    waiting: list[str] = []
    while at < len(line):
        character = line[at]
        if character in _QUOTES:
            at = _end_of_string(line, at)
            continue
        if character in _BRACKETS:
            waiting.append(_BRACKETS[character])
        elif waiting and character == waiting[-1]:
            waiting.pop()
            if not waiting:
                return at + 1
        at += 1
    return None


def _end_of_string(line: str, at: int) -> int:
    quote, at = line[at], at + 1
    while at < len(line) and line[at] != quote:
        at += 2 if line[at] == "\\" else 1
    return at + 1


def words(line: str, at: int = 0) -> Iterator[Word]:
    """Yield the words of a line up to its end or its comment."""
    while (word := next_word(line, at)) is not None:
        yield word
        at = word.end


def split(line: str) -> list[str]:
    """Cut a line into the texts of its words.

    >>> split("iris 'models:/My Model/1' --batchable  # the champion")
    ['iris', 'models:/My Model/1', '--batchable']

    Raises
    ------
    LineError
        When a quote is not closed.
    """
    found = list(words(line))
    if found and found[-1].open_quote:
        raise LineError(f"a {found[-1].open_quote} is not closed")
    return [word.text for word in found]


def without_comment(text: str) -> str:
    """Cut a trailing `` #`` comment off a Python expression or a JSON text; a ``#`` in a string stays."""
    at = 0
    while at < len(text):
        if text[at] in _QUOTES:
            at = _end_of_string(text, at)
        elif text[at] == "#" and (at == 0 or text[at - 1].isspace()):
            return text[:at].strip()
        else:
            at += 1
    return text.strip()


def quote(text: str) -> str:
    """Write a text so that it is read back as one word, unchanged.

    >>> quote("models:/My Model/1"), quote("runs:/ab/model"), quote("{x}")
    ('"models:/My Model/1"', 'runs:/ab/model', '"{{x}}"')
    """
    if _PLAIN.fullmatch(text) and not text.startswith("-"):
        return text
    doubled = re.sub(r"[{}$]", r"\g<0>\g<0>", text)
    return "".join(f"{mark}{piece}{mark}" for piece, mark in _pieces(doubled))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text where the kind of quote around it must change."""
    for piece in re.split(r'("+)', text) if text else [""]:
        if piece or not text:
            yield piece, "'" if piece.startswith('"') else '"'


class _Expander(FullEvalFormatter):
    """IPython's ``{expression}``, and ``$name`` without regard to the quotes in the rest of the word."""

    def parse(self, text: str) -> Iterator[tuple[str, str | None, str | None, str | None]]:
        for literal, field, spec, conversion in super().parse(text):
            done = ""
            end = 0
            for match in _DOLLAR.finditer(literal):
                done += literal[end : match.start()]
                end = match.end()
                if match[1] == "$":
                    done += "$"
                else:
                    yield done, match[1], "", None
                    done = ""
            yield done + literal[end:], field, spec, conversion


def expand(text: str, names: Mapping[str, object]) -> str:
    """Replace ``{expression}`` and ``$name`` by their values.

    Raises
    ------
    LineError
        When an expression fails; the sentence says which name or why.
    """
    if not any(mark in text for mark in "{}$"):
        return text
    try:
        return str(_Expander().vformat(text, [], dict(names)))
    except Exception as error:  # noqa: BLE001 - the user's expression may raise anything
        reason = f"{type(error).__name__}: {error}"
        raise LineError(f"{text} cannot be expanded ({reason}); write {{{{ }}}} and $$ for plain characters") from None
