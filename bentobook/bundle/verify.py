"""Whether a Bento is what was built: its own files, and the models that it is bound to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bentobook.errors import NotFound
from bentobook.store import scan
from bentobook.store.verify import Verification, verify_folder

if TYPE_CHECKING:
    from bentobook.bundle.record import BentoRecord


def verify_bento(bento: BentoRecord, *, deep: bool) -> Verification:
    """Compare a Bento with its manifest and with the digests of its models.

    Parameters
    ----------
    bento : Bento
    deep : bool
        Whether the content is read, also that of the models.

    Raises
    ------
    NotFound
        When it is not there.
    """
    if not bento.path.is_dir():
        raise NotFound(str(bento.tag), str(bento.layout.items), kind="Bento")
    found = verify_folder(bento.path, bento.layout.kind, bento.tag, deep=deep)
    if found.state not in ("ok", "unverified"):
        return found
    problems = tuple(_models(bento, deep=deep))
    return replace(found, state="changed", problems=problems) if problems else found


def _models(bento: BentoRecord, *, deep: bool) -> Iterator[str]:
    recorded = bento.info.private.get("models")
    digests = {str(key): value for key, value in recorded.items()} if isinstance(recorded, dict) else {}
    for model in bento.models:
        if not scan.is_complete(model.path):
            yield f"its model {model.tag} is missing"
            continue
        found = verify_folder(model.path, model.layout.kind, model.tag, deep=deep)
        wanted = digests.get(str(model.tag))
        if not found.ok:
            yield f"its model {found}"
        elif wanted is not None and wanted != model.digest:
            yield f"its model {model.tag} is not the one that it was built with"
