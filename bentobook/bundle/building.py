"""Writing a Bento: a draft in the store, a file after the other, and one rename at the end. No model is copied.

Between the files and the rename the draft is tried: what is stored is what answered.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bentobook.bundle import cases_gate, handover, record_writer
from bentobook.bundle.bento import Bento
from bentobook.bundle.cases_gate import Receipt
from bentobook.bundle.files import WRITERS
from bentobook.bundle.plan import Plan
from bentobook.bundle.store import BentoStore
from bentobook.store import safe_yaml
from bentobook.store.bento_yaml import BentoInfo
from bentobook.store.kind import BENTO_YAML
from bentobook.store.tag import Tag


def write(plan: Plan, *, verify: bool = True, require_parity: bool | Collection[str] = False) -> Bento:
    """Store the Bento of a plan.

    Parameters
    ----------
    plan : Plan
    verify : bool
        Whether its cases are replayed first, in a fresh process.
    require_parity : bool or collection of str
        Whether their rows must give the same answers through every door; names of APIs where it is not asked of all.

    Raises
    ------
    CasesFailed
        When an answer is not the one that a case expects.
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
        info = record_writer.info_of(plan, tag)
        # The record of the draft is for the process that tries it; it is written again when it is published.
        draft.write(BENTO_YAML, safe_yaml.dump(info.to_dict()))
        receipt = cases_gate.check(plan, draft.path, verify=verify, require_parity=require_parity)
        info = _with_receipt(info, receipt)
        draft.write(handover.NAME, handover.text(plan, info, draft).encode())
        entry = draft.publish_record(info, origin={"kind": "build"})
    return Bento(store.layout, tag, entry=entry)


def _with_receipt(info: BentoInfo, receipt: Receipt) -> BentoInfo:
    """Record what was tried."""
    warnings = [*receipt.warnings, *info.private["warnings"]]
    return replace(info, private={**info.private, "warnings": warnings, **receipt.to_dict()})
