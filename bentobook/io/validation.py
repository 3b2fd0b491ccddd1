"""What pydantic finds wrong with a value, as problems of ours."""

from __future__ import annotations

from typing import Any

from bentobook.errors import Problem, SchemaMismatch
from bentobook.schema.problems import nearest, told

_ABSENT = "missing"
_UNKNOWN = "extra_forbidden"


def mismatch(where: str, error: Any, value: Any) -> SchemaMismatch:
    """Turn a ``pydantic.ValidationError`` into SchemaMismatch.

    Parameters
    ----------
    where : str
        What was asked.
    error : pydantic.ValidationError
        What was found.
    value : object
        What was validated: a list is taken for rows.
    """
    found = error.errors(include_url=False, include_context=False)
    absent = [str(each["loc"][-1]) for each in found if each["type"] == _ABSENT and each["loc"]]
    rows = len(value) if isinstance(value, list) else None
    return SchemaMismatch(where, [_problem(each, absent, rows) for each in found], rows=rows)


def _problem(found: Any, absent: list[str], rows: int | None) -> Problem:
    loc = tuple(found["loc"])
    row = None
    if rows is not None and loc and isinstance(loc[0], int):
        row, *rest = loc
        loc = tuple(rest)
    if found["type"] == _ABSENT:
        return Problem(loc=loc, msg="required but missing", row=row)
    if found["type"] == _UNKNOWN:
        return Problem(loc=loc, msg="unknown field", near=nearest(str(loc[-1]), absent), row=row)
    return Problem(loc=loc, msg=_lowered(found["msg"]), got=told(found["input"]), row=row)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")
