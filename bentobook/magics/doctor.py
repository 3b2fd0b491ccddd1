"""``%bento_doctor``: what is installed, where the store is, what is wrong and what to do."""

from __future__ import annotations

from bentobook.magics.grammar import Grammar
from bentobook.magics.magic import Call, Magic


def _doctor(call: Call) -> object:
    from bentobook import doctor

    del call
    return doctor.report()


DOCTOR = Magic(Grammar("%bento_doctor"), "Check this environment and the store.", "bentobook.doctor.report()", _doctor)
