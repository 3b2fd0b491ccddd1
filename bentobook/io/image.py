"""Images, through Pillow: only the formats that are allowed, and no more pixels than memory has room for."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from bentobook._optional import require
from bentobook.errors import AnswerUnfit, BadRequestBody, BodyTooLarge, InvalidArgument, Problem, SchemaMismatch
from bentobook.io import content
from bentobook.io.base import Encoded, IODescriptor
from bentobook.io.frame_bytes import reading
from bentobook.io.parts import only_file
from bentobook.schema.loaded import is_a
from bentobook.schema.problems import told

MAX_PIXELS: Final = 64 * 1000 * 1000
FORMATS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}
_MODES: Final = ("1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "F", "LA", "I;16")


class Image(IODescriptor):
    """A Pillow image.

    Parameters
    ----------
    pilmode : str or None, default "RGB"
        The mode that the function gets; None keeps the image's own.
    mime_type : str, default "image/jpeg"
        The type of answers.
    allowed_mime_types : sequence of str, optional
        The types that are taken; by default JPEG, PNG, WebP, GIF, BMP and TIFF.
    """

    def __init__(
        self,
        pilmode: str | None = "RGB",
        mime_type: str = "image/jpeg",
        *,
        allowed_mime_types: Sequence[str] | None = None,
    ) -> None:
        self._pillow = require("PIL.Image", feature="io.Image", extra="image", package="pillow")
        if pilmode is not None and pilmode not in _MODES:
            raise InvalidArgument("pilmode", pilmode, f"one of {', '.join(_MODES)}")
        allowed = tuple(FORMATS) if allowed_mime_types is None else tuple(map(str.lower, allowed_mime_types))
        for each in (mime_type.lower(), *allowed):
            if each not in FORMATS:
                raise InvalidArgument("mime_type", each, f"one of {', '.join(FORMATS)}")
        self.pilmode, self.mime_type, self.allowed_mime_types = pilmode, mime_type.lower(), allowed
        self.content_types = (*allowed, content.FORM)
        first = self.mime_type
        self.answer_types = (first, *(each for each in ("image/png", "image/jpeg", "image/webp") if each != first))

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        data = only_file(body, content_type).data if media == content.FORM else body
        what = "an image"
        with reading(what):
            formats = [FORMATS[each] for each in self.allowed_mime_types]
            try:
                image = self._pillow.open(io.BytesIO(data), formats=formats)
            except self._pillow.UnidentifiedImageError:
                raise BadRequestBody(what, f"it has none of the formats {', '.join(formats)}") from None
            except self._pillow.DecompressionBombError:
                raise BodyTooLarge("The image", "too many pixels", f"{MAX_PIXELS:,} pixels") from None
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise BodyTooLarge("The image", f"{width:,} by {height:,} pixels", f"{MAX_PIXELS:,} pixels")
            image.load()
            return self._in_mode(image)

    def _in_mode(self, image: Any) -> Any:
        return image if self.pilmode is None or image.mode == self.pilmode else image.convert(self.pilmode)

    def check(self, value: Any) -> Any:
        """Take an image, or an array of pixels."""
        image = self._image(value)
        if image is None:
            raise SchemaMismatch(self.where, [Problem(wanted="an image, or an array of pixels", got=told(value))])
        return self._in_mode(image)

    def _image(self, value: Any) -> Any:
        if isinstance(value, self._pillow.Image):
            return value
        if not is_a(value, "numpy", "ndarray"):
            return None
        try:
            return self._pillow.fromarray(value)
        except (TypeError, ValueError, KeyError):
            return None

    def _encode(self, value: Any, media: str) -> Encoded:
        image = self._image(value)
        if image is None:
            raise AnswerUnfit(self.where, f"got {told(value)}, not an image or an array of pixels")
        file = io.BytesIO()
        try:
            _ready(image, FORMATS[media]).save(file, format=FORMATS[media])
        except (OSError, ValueError, KeyError) as error:
            raise AnswerUnfit(self.where, f"an image in mode {image.mode} has no form in {media}") from error
        return Encoded(file.getvalue(), media)

    def json_schema(self) -> dict[str, Any]:
        """Describe the bytes."""
        return {"type": "string", "format": "binary"}


def _ready(image: Any, form: str) -> Any:
    """Drop what JPEG has no room for: transparency and palettes."""
    return image.convert("RGB") if form == "JPEG" and image.mode not in {"L", "RGB", "CMYK", "YCbCr"} else image
