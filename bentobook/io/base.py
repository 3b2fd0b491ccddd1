"""What every descriptor does: bytes to a value, a value to bytes, and both described.

::

    value = descriptor.decode(body, "application/json")   # of a request
    value = descriptor.check(value)                       # of a call in the same process: the same rules
    encoded = descriptor.encode(answer, accept=None)      # of an answer
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple, Self

from bentobook.errors import AnswerUnfit, BadRequestBody, SchemaMismatch
from bentobook.io.content import choose, negotiate


class Encoded(NamedTuple):
    """An answer as it is sent.

    Attributes
    ----------
    body : bytes
        The whole answer.
    content_type : str
        Its type, with parameters.
    """

    body: bytes
    content_type: str


@contextmanager
def unfit_answers(where: str) -> Iterator[None]:
    """Blame the function for an answer that its own descriptor refuses: the caller sent nothing wrong."""
    try:
        yield
    except SchemaMismatch as error:
        raise AnswerUnfit(where, "; ".join(each.describe() for each in error.problems)) from error


class IODescriptor(ABC):
    """How the values of one API travel.

    Attributes
    ----------
    content_type : str
        The type of answers, where the client has no wish.
    content_types : tuple of str
        The types of bodies that are taken; the first is what the documentation shows.
    answer_types : tuple of str
        The types in which answers can be written; the first is ``content_type``.
    sample : object
        An example of a value, or None.
    spread : bool
        Whether the function gets the parts of a value as its arguments.
    label : str
        Whose values they are, for the sentences of errors; ``""`` is the name of the class.
    """

    content_types: tuple[str, ...]
    answer_types: tuple[str, ...]
    sample: Any = None
    spread: ClassVar[bool] = False
    label: str = ""

    @property
    def where(self) -> str:
        """Whose values they are, for the sentences of errors."""
        return self.label or type(self).__name__

    @property
    def content_type(self) -> str:
        """The type of answers, where the client has no wish."""
        return self.answer_types[0]

    @classmethod
    def from_sample(cls, sample: Any, **options: Any) -> Self:
        """Make a descriptor of what an example shows.

        Parameters
        ----------
        sample : object
            A value, or what can be turned into one.
        **options : object
            What the class takes; it goes before what the example shows.
        """
        descriptor = cls(**options)
        descriptor.sample = descriptor.check(sample)
        return descriptor

    def decode(self, body: bytes, content_type: str) -> Any:
        """Make the value of a request's body.

        Parameters
        ----------
        body : bytes
            The whole body.
        content_type : str
            The header of the request.

        Returns
        -------
        object
            What the function gets.

        Raises
        ------
        UnsupportedContentType
            When bodies of this type are not taken (415).
        BadRequestBody
            When the body is not what its type says (400).
        BodyTooLarge
            When it would become too large (413).
        SchemaMismatch
            When the value does not fit (422).
        """
        media = choose(content_type, self.content_types)
        try:
            return self._decode(body, media, content_type)
        except RecursionError:
            raise BadRequestBody("what this API takes", "it is nested too deeply") from None

    @abstractmethod
    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        """Decode a body of one of the accepted types."""

    @abstractmethod
    def check(self, value: Any) -> Any:
        """Check a Python value by the rules that hold for bodies.

        Returns
        -------
        object
            What the function gets.

        Raises
        ------
        SchemaMismatch
            When the value does not fit.
        """

    def encode(self, value: Any, accept: str | None = None) -> Encoded:
        """Write an answer.

        Parameters
        ----------
        value : object
            What the function returned.
        accept : str or None
            The ``Accept`` header of the request.

        Raises
        ------
        AnswerUnfit
            When this descriptor cannot write it (500: the function is to blame, not the caller).
        """
        offered = self.answer_types
        return self._encode(value, negotiate(accept, offered) if accept and len(offered) > 1 else offered[0])

    @abstractmethod
    def _encode(self, value: Any, media: str) -> Encoded:
        """Write an answer in one of the offered types."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """Describe the value as JSON Schema (2020-12, as OpenAPI 3.1 uses it)."""

    def example(self) -> Any:
        """Return the example as plain JSON, or None."""
        return None

    def openapi_request(self) -> dict[str, Any]:
        """Describe the body of a request for OpenAPI."""
        return {"required": True, "content": self._content(self.content_types)}

    def openapi_response(self) -> dict[str, Any]:
        """Describe a good answer for OpenAPI."""
        return {"description": "The answer.", "content": self._content(self.answer_types)}

    def _content(self, types: tuple[str, ...]) -> dict[str, Any]:
        """Describe each type: in full where it is JSON, else as bytes."""
        return {media.partition(";")[0]: self._media(media) for media in types}

    def _media(self, media: str) -> dict[str, Any]:
        if media != "application/json":
            text = media.startswith("text/")
            return {"schema": {"type": "string"} if text else {"type": "string", "format": "binary"}}
        example = self.example()
        return {"schema": self.json_schema(), **({} if example is None else {"example": example})}
