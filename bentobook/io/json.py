"""JSON of any form, or of the form of a pydantic model or another type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from bentobook.errors import AnswerUnfit, InvalidArgument
from bentobook.io import content
from bentobook.io.base import Encoded, IODescriptor
from bentobook.io.json_text import dumps, loads, loads_shallow
from bentobook.io.validation import mismatch
from bentobook.schema import json_schema


class JSON(IODescriptor):
    """A JSON value.

    Parameters
    ----------
    pydantic_model : type, optional
        What the function gets: a pydantic model, a dataclass, a TypedDict, ``list[Model]``, or another type that
        pydantic validates. Without it the function gets dicts, lists, texts and numbers.
    validate_json : bool, default True
        Whether bodies are validated; else the function gets plain values all the same.
    json_encoder : callable, optional
        Turns a value of an answer that has no form in JSON into one that does.
    """

    content_types = (content.JSON,)
    answer_types = (content.JSON,)

    def __init__(
        self,
        *,
        pydantic_model: Any = None,
        validate_json: bool | None = None,
        json_encoder: Callable[[Any], Any] | None = None,
    ) -> None:
        if isinstance(json_encoder, type):  # a JSONEncoder class, as the standard library has it
            json_encoder = json_encoder().default
        self.pydantic_model = pydantic_model
        self.validate_json = validate_json is not False
        self.json_encoder = json_encoder
        self._adapter = None if pydantic_model is None else _adapter(pydantic_model)

    @classmethod
    def from_sample(cls, sample: Any, **options: Any) -> Self:
        """Take the pydantic model of an example, if it is of one."""
        if hasattr(sample, "model_dump"):
            options = {"pydantic_model": type(sample), **options}
        descriptor = cls(**options)
        descriptor.sample = descriptor.check(sample)
        return descriptor

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        del media, content_type
        value = loads_shallow(body)  # also in front of pydantic, whose own parser takes NaN
        if self._adapter is None or not self.validate_json:
            return value
        import pydantic

        try:
            return self._adapter.validate_json(body)
        except pydantic.ValidationError as error:
            raise mismatch(self.where, error, value) from None

    def check(self, value: Any) -> Any:
        """Validate a Python value; without a model everything is taken."""
        if self._adapter is None or not self.validate_json:
            return value
        import pydantic

        try:
            return self._adapter.validate_python(value)
        except pydantic.ValidationError as error:
            raise mismatch(self.where, error, value) from None

    def _encode(self, value: Any, media: str) -> Encoded:
        return Encoded(self._write(value), media)

    def _write(self, value: Any) -> bytes:
        if self._adapter is not None:
            import pydantic

            try:
                value = self._adapter.dump_python(self._adapter.validate_python(value), mode="json", by_alias=True)
            except (pydantic.ValidationError, pydantic.PydanticUserError, ValueError, TypeError) as error:
                first = str(error).partition("\n")[0]
                raise AnswerUnfit(self.where, first) from error
        return dumps(value, self.where, self.json_encoder)

    def json_schema(self) -> dict[str, Any]:
        """Describe the model; without one, anything."""
        if self._adapter is None:
            return {}
        return json_schema.inline(self._adapter.json_schema())

    def example(self) -> Any:
        """Return the example as plain JSON."""
        return None if self.sample is None else loads(self._write(self.sample))


def _adapter(model: Any) -> Any:
    import pydantic

    try:
        return pydantic.TypeAdapter(model)
    except pydantic.PydanticUserError as error:
        hint = str(error).partition("\n")[0]
        raise InvalidArgument("pydantic_model", model, "a type that pydantic validates", hint=hint) from error
