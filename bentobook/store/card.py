"""The cards of the store: one model, and the list of models, as HTML and as plain text.

They are drawn from the record only. No framework is imported and no file of the model is opened, so a card is safe to
show whatever the model holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bentobook.card import Card
from bentobook.store import card_details, card_model
from bentobook.store.card_list import ListRecord, of_list
from bentobook.store.card_record import Record, files_of, is_claimed, native_flavor

if TYPE_CHECKING:
    from bentobook.html import Markup

__all__ = ["Card", "html", "list_html", "list_text", "of_list", "of_model", "text"]


def of_model(record: Record, *, happened: str = "", verified: bool | None = None, latest: bool = False) -> Card:
    """Make the card of a stored model.

    Parameters
    ----------
    record : Model
        What the store knows of it.
    happened : str, optional
        What was just done, such as ``"imported in 1.2 s"``; without it the card says when the model was imported.
    verified : bool, optional
        Whether its files were just compared with its digest; ``None`` says nothing.
    latest : bool
        Whether it is the newest version, so that the next lines may leave the version out.

    Returns
    -------
    Card
        It has ``to_html()`` and ``to_text()``, and shows itself in a notebook and in a terminal.
    """
    files = files_of(record)
    claimed = is_claimed(record, files)
    short_tag = record.tag.name if latest else str(record.tag)
    return Card(
        title=str(record.tag),
        subtitle=card_model.subtitle(record),
        aside=happened or card_model.aside(record),
        content=tuple(card_model.rows(record, claimed=claimed, verified=verified)),
        sections=card_details.sections(record, files, claimed=claimed),
        more=f"bentobook models get {record.tag}",
        following=(_load_line(record, short_tag), f"%bento_export {short_tag}"),
    )


def html(record: Record) -> Markup:
    """Draw a model as HTML."""
    return of_model(record).to_html()


def text(record: Record) -> str:
    """Draw a model as plain text."""
    return of_model(record).to_text()


def list_html(models: ListRecord) -> Markup:
    """Draw a list of models as HTML."""
    return of_list(models).to_html()


def list_text(models: ListRecord) -> str:
    """Draw a list of models as plain text, as Python shows it outside of notebooks."""
    return of_list(models).to_text(following=False)


def _load_line(record: Record, tag: str) -> str:
    native = native_flavor(record)
    variable = "clf" if native == "sklearn" else "model"
    return f"{variable} = %bento_load {'--flavor native ' if native else ''}{tag}"
