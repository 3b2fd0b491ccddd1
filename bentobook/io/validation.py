"""What pydantic finds wrong with a value, as problems of ours."""

from __future__ import annotations

from typing import Any

from bentobook.errors import Problem, SchemaMismatch
from bentobook.schema.problems import nearest, told

_ABSENT = "missing"
_UNKNOWN = "extra_forbidden"
_LACKS = "required but missing"


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
    rows = len(value) if isinstance(value, list) else None
    problems = [_problem(each, _absent(found, each), rows) for each in found]
    meant = {(each.row, *each.loc[:-1], each.near) for each in problems if each.near}
    kept = [each for each in problems if each.msg != _LACKS or (each.row, *each.loc) not in meant]
    return SchemaMismatch(where, kept, rows=rows)


def _absent(found: list[Any], unknown: Any) -> list[str]:
    """Tell what is missing beside a field that is not known."""
    if unknown["type"] != _UNKNOWN:
        return []
    return [
        str(each["loc"][-1]) for each in found if each["type"] == _ABSENT and each["loc"][:-1] == unknown["loc"][:-1]
    ]


def _problem(found: Any, absent: list[str], rows: int | None) -> Problem:
    loc = tuple(found["loc"])
    row = None
    if rows is not None and loc and isinstance(loc[0], int):
        row, *rest = loc
        loc = tuple(rest)
    if found["type"] == _ABSENT:
        return Problem(loc=loc, msg=_LACKS, row=row)
    if found["type"] == _UNKNOWN:
        return Problem(loc=loc, msg="unknown field", near=nearest(str(loc[-1]), absent), row=row)
    sentence = found["msg"]
    return Problem(loc=loc, msg=sentence[:1].lower() + sentence[1:].rstrip("."), got=told(found["input"]), row=row)
