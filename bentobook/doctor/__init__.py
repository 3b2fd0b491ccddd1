"""``bentobook doctor`` and ``%bento_doctor`` tell whether this installation and the store are sound.

It only looks: nothing is written, no framework is imported, no server is asked.
"""

from __future__ import annotations

from bentobook.doctor.checks import Check, Report

__all__ = ["Check", "Report", "report"]


def report() -> Report:
    """Look at packages, the halves of the sidebar, the store, the rules about trust, and where MLflow keeps its runs.

    Returns
    -------
    Report
        It prints itself, and shows itself as a card in a notebook.
    """
    from bentobook.doctor import jupyter, packages, rules, storage, tracking

    checks = (*packages.look(), *jupyter.look(), *storage.look(), *rules.look(), *tracking.look())
    return Report(checks)
