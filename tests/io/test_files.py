"""Files, images and forms."""

from __future__ import annotations

import io as std_io
import zlib
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from bentobook import io
from bentobook.errors import (
    AnswerUnfit,
    BadRequestBody,
    BodyTooLarge,
    InvalidArgument,
    SchemaMismatch,
    UnsupportedContentType,
)
from bentobook.io import image as image_module
from bentobook.io import parts
from bentobook.io.base import Encoded
from bentobook.io.multipart import write_parts

JSON = "application/json"


def form(**fields: tuple[bytes, str]) -> tuple[bytes, str]:
    encoded = write_parts({name: Encoded(*each) for name, each in fields.items()})
    return encoded.body, encoded.content_type


def raw(*heads: str, data: bytes = b"x") -> tuple[bytes, str]:
    pieces = [b"--B\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n" for head in heads]
    return b"".join([*pieces, b"--B--\r\n"]), "multipart/form-data; boundary=B"


def named(name: str, filename: str = "") -> str:
    more = f'; filename="{filename}"' if filename else ""
    return f'Content-Disposition: form-data; name="{name}"{more}'


def png(size: tuple[int, int] = (3, 2), mode: str = "RGB", form: str = "PNG") -> bytes:
    file = std_io.BytesIO()
    Pillow.new(mode, size).save(file, format=form)
    return file.getvalue()


# Files


@pytest.mark.parametrize("sent", ["", "application/pdf", "text/plain"])
def test_a_file_of_any_type_is_read(sent: str) -> None:
    file = io.File().decode(b"data", sent)

    assert file.read() == b"data"
    assert file.content_type == sent


def test_a_file_may_come_in_a_form_and_loses_its_folders() -> None:
    file = io.File().decode(*raw(named("f", "C:\\temp\\..\\a.txt")))

    assert (file.read(), file.name) == (b"x", "a.txt")
    with pytest.raises(SchemaMismatch, match="expected one file, got 2 parts"):
        io.File().decode(*raw(named("f"), named("g")))


def test_a_file_of_another_type_is_refused() -> None:
    with pytest.raises(UnsupportedContentType, match="Send one of: application/pdf"):
        io.File(mime_type="application/pdf").decode(b"x", "text/plain")


def test_a_file_of_text_is_text() -> None:
    assert io.File(kind="textio").decode("grün".encode(), "text/plain").read() == "grün"
    with pytest.raises(BadRequestBody, match="invalid start byte"):
        io.File(kind="textio").decode(b"\xff", "text/plain")
    with pytest.raises(InvalidArgument, match="'binaryio' or 'textio'"):
        io.File(kind="other")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [b"data", bytearray(b"data"), std_io.BytesIO(b"data"), std_io.StringIO("data")])
def test_bytes_and_open_files_are_answers(value: Any) -> None:
    assert io.File(mime_type="application/pdf").encode(value) == Encoded(b"data", "application/pdf")


def test_other_answers_are_no_files() -> None:
    with pytest.raises(AnswerUnfit, match="not bytes or an open file"):
        io.File().encode(5)
    with pytest.raises(SchemaMismatch, match="expected bytes, or an open file"):
        io.File().check(5)
    assert io.File().check(b"x").read() == b"x"


# Images


@pytest.mark.parametrize(("mime", "name"), list(image_module.FORMATS.items()))
def test_an_image_is_read_and_written_in_each_format(mime: str, name: str) -> None:
    image = io.Image(mime_type=mime).decode(png(form=name), mime)

    assert (image.size, image.mode) == ((3, 2), "RGB")
    assert io.Image(mime_type=mime).encode(image).content_type == mime


def test_an_image_may_come_in_a_form() -> None:
    assert io.Image().decode(*raw(named("i", "a.png"), data=png())).size == (3, 2)


@pytest.mark.parametrize(
    "body", [b"", b"notanimage", png()[:30], png((99, 99), form="GIF")[:-40], b"\x89PNG\r\n\x1a\n" + b"\0" * 99]
)
def test_what_is_no_image_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequestBody, match="The body is not an image"):
        io.Image().decode(body, "image/png")


def test_formats_that_are_not_allowed_are_refused() -> None:
    only = io.Image(allowed_mime_types=["image/png"])

    with pytest.raises(UnsupportedContentType, match="Send one of: image/png"):
        only.decode(png(form="JPEG"), "image/jpeg")
    with pytest.raises(BadRequestBody, match="none of the formats PNG"):
        only.decode(png(form="JPEG"), "image/png")


@pytest.mark.parametrize("side", [9_000, 60_000])
def test_a_small_file_does_not_become_a_large_image(side: int) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = side.to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    body = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )

    with pytest.raises(BodyTooLarge, match="64,000,000 pixels allowed"):
        io.Image().decode(body, "image/png")


def test_pixels_are_an_image_and_other_values_are_none() -> None:
    descriptor = io.Image(mime_type="image/png", pilmode=None)

    assert descriptor.check(np.zeros((2, 3, 3), "uint8")).size == (3, 2)
    assert descriptor.encode(np.zeros((2, 3), "uint8")).content_type == "image/png"
    for value in (5, np.zeros((2, 3, 9), "uint8")):
        with pytest.raises(SchemaMismatch, match="expected an image"):
            descriptor.check(value)
        with pytest.raises(AnswerUnfit, match="not an image"):
            descriptor.encode(value)


def test_what_jpeg_has_no_room_for_is_dropped() -> None:
    encoded = io.Image().encode(Pillow.new("RGBA", (2, 2)))

    assert io.Image(pilmode="L").decode(encoded.body, encoded.content_type).mode == "L"


@pytest.mark.parametrize(
    "arguments", [{"pilmode": "XYZ"}, {"mime_type": "image/svg+xml"}, {"allowed_mime_types": ["text/plain"]}]
)
def test_arguments_that_make_no_sense_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument, match="expected one of"):
        io.Image(**arguments)


# Forms


@pytest.fixture(scope="module")
def two() -> io.Multipart:
    return io.Multipart(arr=io.NumpyNdarray(dtype="float64", enforce_dtype=True), note=io.Text())


def test_each_field_is_decoded_by_its_descriptor(two: io.Multipart) -> None:
    value = two.decode(*form(arr=(b"[1, 2]", JSON), note=(b"hi", "text/plain")))

    assert value["arr"].tolist() == [1, 2]
    assert value["note"] == "hi"
    assert two.spread


@pytest.mark.parametrize("filename", ["", "a.json", "a"])
def test_a_part_without_a_type_is_told_by_its_name(two: io.Multipart, filename: str) -> None:
    body, sent = raw(named("arr", filename), named("note"), data=b"[1]")

    assert two.decode(body, sent)["arr"].tolist() == [1]


def test_a_part_may_be_a_file_of_another_kind() -> None:
    frames = io.Multipart(f=io.PandasDataFrame(), x=io.File())
    body = io.PandasDataFrame().encode(pd.DataFrame({"a": [1]}), "text/csv").body

    value = frames.decode(*raw(named("f", "t.csv"), named("x", "y.bin"), data=body))

    assert value["f"].to_dict("list") == {"a": [1]}
    assert value["x"].name == "y.bin"


def test_unknown_missing_and_repeated_fields_are_refused(two: io.Multipart) -> None:
    with pytest.raises(SchemaMismatch, match="'nota': unknown field, did you mean 'note'"):
        two.decode(*form(arr=(b"[1]", JSON), nota=(b"hi", "text/plain")))
    with pytest.raises(SchemaMismatch, match="'note': required but missing; 'zz': unknown field"):
        two.decode(*form(arr=(b"[1]", JSON), zz=(b"hi", "text/plain")))
    with pytest.raises(SchemaMismatch, match="'note': the field stands there twice"):
        two.decode(*raw(named("note"), named("note"), named("arr"), data=b"[1]"))


def test_problems_of_all_fields_are_told_with_the_field(two: io.Multipart) -> None:
    both = io.Multipart(
        a=io.NumpyNdarray(dtype="float64", enforce_dtype=True), b=io.NumpyNdarray(shape=[2], enforce_shape=True)
    )

    with pytest.raises(SchemaMismatch, match="2 problems") as caught:
        both.decode(*form(a=(b'[[1, "x"]]', JSON), b=(b"[1]", JSON)))

    assert [each["loc"] for each in caught.value.detail] == [["a", 0, 1], ["b"]]
    with pytest.raises(BadRequestBody, match="not JSON in the field 'arr'"):
        two.decode(*form(arr=(b"[", JSON), note=(b"hi", "text/plain")))
    with pytest.raises(UnsupportedContentType, match="image/png"):
        two.decode(*form(arr=(b"[1]", "image/png"), note=(b"hi", "text/plain")))


BAD: dict[str, tuple[bytes, str]] = {
    "no boundary": (b"--B--", "multipart/form-data"),
    "a boundary that is too long": (b"--B--", "multipart/form-data; boundary=" + "B" * 999),
    "cut off": (raw(named("a"))[0][:-6], "multipart/form-data; boundary=B"),
    "nothing": (b"", "multipart/form-data; boundary=B"),
    "no form": (b"hello", "multipart/form-data; boundary=B"),
    "a part without a name": raw("Content-Disposition: form-data"),
    "a part without a head": raw("X: y"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_form_is_a_bad_request(two: io.Multipart, kind: str) -> None:
    with pytest.raises(BadRequestBody, match="not a form"):
        two.decode(*BAD[kind])


def test_parts_are_counted_and_measured() -> None:
    body, sent = raw(*[named("a")] * 20)

    with pytest.raises(BodyTooLarge, match="more than 10 parts") as caught:
        parts.read_parts(body, sent, max_parts=10)
    assert caught.value.http_status == 413
    with pytest.raises(BodyTooLarge, match="A part of the form"):
        parts.read_parts(*raw(named("a"), data=b"x" * 100), max_part=10)
    with pytest.raises(BadRequestBody, match="Maximum header size exceeded"):
        parts.read_parts(*raw(named("a") + "\r\nX: " + "y" * 20_000))


def test_a_form_in_a_form_makes_no_sense(two: io.Multipart) -> None:
    with pytest.raises(InvalidArgument, match="no form within a form"):
        io.Multipart(a=two)
    with pytest.raises(InvalidArgument, match="at least one field"):
        io.Multipart()


def test_a_form_is_checked_and_written_too(two: io.Multipart) -> None:
    assert two.check({"arr": [1], "note": "x"})["note"] == "x"
    with pytest.raises(SchemaMismatch, match="'note': expected a text"):
        two.check({"arr": [1], "note": 5})
    with pytest.raises(SchemaMismatch, match="a dict with a value for each field"):
        two.check(5)
    with pytest.raises(AnswerUnfit, match="not a dict with arr, note"):
        two.encode({"arr": [1]})
    assert two.openapi_request()["content"]["multipart/form-data"]["schema"]["required"] == ["arr", "note"]


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)), st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_written_is_read_again(values: list[float], note: str) -> None:
    descriptor = io.Multipart(arr=io.NumpyNdarray(dtype="float64"), note=io.Text())
    encoded = descriptor.encode({"arr": values, "note": note})

    read = descriptor.decode(encoded.body, encoded.content_type)

    assert (read["arr"].tolist(), read["note"]) == (values, note)
