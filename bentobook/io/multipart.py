"""Forms: several values in one body, each with its own descriptor."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from bentobook.errors import AnswerUnfit, BadRequestBody, InvalidArgument, Problem, SchemaMismatch
from bentobook.io import content
from bentobook.io.base import Encoded, IODescriptor
from bentobook.io.parts import Part, read_parts
from bentobook.schema.problems import Findings, missing, nearest, told

_VAGUE = frozenset({"", content.TEXT, content.BYTES})


class Multipart(IODescriptor):
    """The fields of a form; the function gets each as an argument of its name.

    Parameters
    ----------
    **inputs : IODescriptor
        What each field holds.
    """

    content_types = (content.FORM,)
    answer_types = (content.FORM,)
    spread: ClassVar[bool] = True

    def __init__(self, **inputs: IODescriptor) -> None:
        if not inputs:
            raise InvalidArgument("inputs", {}, "at least one field")
        for name, each in inputs.items():
            if not isinstance(each, IODescriptor) or isinstance(each, Multipart):
                raise InvalidArgument(name, each, "a descriptor, but no form within a form")
        self.inputs = inputs

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        del media
        parts = read_parts(body, content_type)
        self._check_names([part.name for part in parts])
        values, problems = {}, []
        for part in parts:
            try:
                values[part.name] = _decode_part(self.inputs[part.name], part)
            except SchemaMismatch as error:
                problems += _within(part.name, error)
            except BadRequestBody as error:
                raise BadRequestBody(
                    f"{error.what} in the field {part.name!r}", error.reason, hint=error.hint
                ) from None
        if problems:
            raise SchemaMismatch(self.where, problems)
        return values

    def _check_names(self, given: list[str]) -> None:
        findings = Findings(self.where, ())
        noted: set[str] = set()

        def note(*, loc: tuple[str | int, ...], **fields: Any) -> None:
            noted.add(str(loc[0]))
            fields["msg"] = str(fields.get("msg", "")).replace("column", "field")
            findings.note(loc=loc, **fields)

        missing(self.inputs, self.inputs, given, note)
        for name in dict.fromkeys(given):
            if name not in self.inputs and name not in noted:
                note(loc=(name,), msg="unknown field", near=nearest(name, self.inputs))
            elif given.count(name) > 1:
                note(loc=(name,), msg="the field stands there twice")
        findings.check()

    def check(self, value: Any) -> Any:
        """Check a dict with a value for each field."""
        if not isinstance(value, Mapping):
            raise SchemaMismatch(self.where, [Problem(wanted="a dict with a value for each field", got=told(value))])
        self._check_names(list(map(str, value)))
        made, problems = {}, []
        for name, each in value.items():
            try:
                made[name] = self.inputs[name].check(each)
            except SchemaMismatch as error:
                problems += _within(name, error)
        if problems:
            raise SchemaMismatch(self.where, problems)
        return made

    def _encode(self, value: Any, media: str) -> Encoded:
        if not isinstance(value, Mapping) or set(value) != set(self.inputs):
            raise AnswerUnfit(self.where, f"got {told(value)}, not a dict with {', '.join(self.inputs)}")
        encoded = {name: descriptor.encode(value[name]) for name, descriptor in self.inputs.items()}
        return write_parts(encoded, media)

    def json_schema(self) -> dict[str, Any]:
        """Describe the fields."""
        parts = {name: each.json_schema() for name, each in self.inputs.items()}
        return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}

    def _media(self, media: str) -> dict[str, Any]:
        del media
        types = {name: {"contentType": each.content_types[0]} for name, each in self.inputs.items()}
        return {"schema": self.json_schema(), "encoding": types}


def write_parts(parts: Mapping[str, Encoded], media: str = content.FORM) -> Encoded:
    """Write a form.

    Parameters
    ----------
    parts : mapping of str to Encoded
        What each field holds.
    media : str
        The type of the whole.
    """
    boundary = secrets.token_hex(16)
    pieces = []
    for name, part in parts.items():
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        lines = [
            f"--{boundary}",
            f'Content-Disposition: form-data; name="{quoted}"',
            f"Content-Type: {part.content_type}",
        ]
        pieces += ["\r\n".join([*lines, "", ""]).encode(), part.body, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return Encoded(b"".join(pieces), f"{media}; boundary={boundary}")


def _decode_part(descriptor: IODescriptor, part: Part) -> Any:
    """Decode a part by its type; where that says nothing, by the ending of its file name, else as the usual type."""
    from bentobook.io.file import File, FileLike

    if isinstance(descriptor, File):
        if part.content_type:
            content.choose(part.content_type, descriptor.content_types)
        return descriptor.check(FileLike(part.data, part.filename, part.content_type))
    sent = part.content_type
    media = content.media_type(sent)
    if media in _VAGUE and media not in descriptor.content_types:
        suffix = part.filename.rpartition(".")[2].lower() if "." in part.filename else ""
        sent = content.BY_SUFFIX.get(suffix, descriptor.content_types[0])
    return descriptor.decode(part.data, sent)


def _within(name: str, error: SchemaMismatch) -> list[Problem]:
    """Say in which field the problems are."""
    found = []
    for each in error.problems:
        row = () if each.row is None else (each.row,)
        found.append(
            Problem(loc=(name, *row, *each.loc), msg=each.msg, got=each.got, wanted=each.wanted, near=each.near)
        )
    return found
