"""Writing a Bento: a draft in the store, a file after the other, and one rename at the end. No model is copied."""

from __future__ import annotations

from bentobook.bundle import record_writer
from bentobook.bundle.bento import Bento
from bentobook.bundle.files import WRITERS
from bentobook.bundle.plan import Plan
from bentobook.bundle.store import BentoStore
from bentobook.store.tag import Tag


def write(plan: Plan) -> Bento:
    """Store the Bento of a plan.

    Raises
    ------
    AlreadyExists
        When its version is there.
    DiskFull, StoreNotWritable
        When the store cannot take it; it is unchanged then.
    """
    store = BentoStore()
    with store.draft(Tag(plan.name, plan.version)) as draft:
        for writer in WRITERS:
            for path, data in writer(plan):
                draft.write(path, data)
        tag = draft.tag
        entry = draft.publish_record(record_writer.info_of(plan, tag), origin={"kind": "build"})
    return Bento(store.layout, tag, entry=entry)
