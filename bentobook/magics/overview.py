"""``%bento``: all magics in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bentobook import html, text
from bentobook.magics.grammar import Grammar
from bentobook.magics.magic import Call, Magic


@dataclass(frozen=True)
class Overview:
    """The table of all magics, as text and as HTML."""

    rows: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return text.table(["magic", "does"], self.rows) + "\nDetails: %bento_import? and so on"

    def _repr_html_(self) -> str:
        body = html.table(["magic", "does"], [(html.code(usage), does) for usage, does in self.rows])
        return html.card(
            "bentobook", subtitle="from an MLflow model to a service", body=[body], following=["%bento_import?"]
        )


def overview(magics: Sequence[Magic]) -> Magic:
    """Make ``%bento`` for the magics that there are."""
    grammar = Grammar("%bento")

    def run(call: Call) -> Overview:
        del call
        return Overview(tuple((_short_usage(magic.grammar), magic.summary) for magic in magics))

    return Magic(grammar, "Show all magics in one table.", "help(bentobook)", run)


def _short_usage(grammar: Grammar) -> str:
    """Usage without the options: those stand in the magic's help."""
    return " ".join([grammar.magic, *(part.usage for part in grammar.positionals)])
