"""Arrays: nested lists in JSON, ``.npy`` files, rows of CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from bentobook.errors import AnswerUnfit, BadRequestBody, InvalidArgument, Problem, SchemaMismatch
from bentobook.io import content
from bentobook.io.array_bytes import read_csv, read_npy, write_csv, write_npy
from bentobook.io.base import Encoded, IODescriptor, unfit_answers
from bentobook.io.json_text import dumps, loads
from bentobook.io.shapes import cast, fits, note_shape, read_shape, same_dtype
from bentobook.schema import json_schema
from bentobook.schema.arrays import from_list
from bentobook.schema.loaded import is_a, to_array
from bentobook.schema.problems import Findings, told
from bentobook.schema.spec import TensorSpec

_LISTS = "a nested list of numbers"


class NumpyNdarray(IODescriptor):
    """A NumPy array.

    Parameters
    ----------
    dtype : str or numpy.dtype, optional
        What the function gets. Numbers in JSON have no dtype: they are cast where whole numbers stay whole and floats
        stay floats.
    enforce_dtype : bool, default False
        Refuse what cannot be cast, and ``.npy`` files of another dtype; else they are handed on as they are.
    shape : sequence of int, optional
        The length of each axis, -1 for any.
    enforce_shape : bool, default False
        Refuse another shape; else it is reshaped where that is possible, and handed on where it is not.
    bytesorder : {"C", "F", "A"}, optional
        The order of the elements in memory.
    """

    content_types = (content.JSON, content.NPY, content.CSV)
    answer_types = (content.JSON, content.NPY, content.CSV)

    def __init__(
        self,
        dtype: Any = None,
        enforce_dtype: bool = False,
        shape: Sequence[int | None] | None = None,
        enforce_shape: bool = False,
        bytesorder: str | None = None,
    ) -> None:
        import numpy as np

        if enforce_dtype and dtype is None:
            raise InvalidArgument("dtype", None, "a dtype, because enforce_dtype=True")
        if enforce_shape and shape is None:
            raise InvalidArgument("shape", None, "a shape, because enforce_shape=True")
        if bytesorder not in {None, "C", "F", "A"}:
            raise InvalidArgument("bytesorder", bytesorder, "'C', 'F' or 'A'")
        try:
            self.dtype = None if dtype is None else np.dtype(dtype)
        except TypeError:
            raise InvalidArgument("dtype", dtype, "the name of a NumPy dtype") from None
        self.shape = read_shape(shape)
        self.enforce_dtype, self.enforce_shape = enforce_dtype, enforce_shape
        self.bytesorder = bytesorder

    @classmethod
    def from_sample(cls, sample: Any, enforce_dtype: bool = True, enforce_shape: bool = True, **options: Any) -> Self:
        """Take dtype and shape of an example; its first axis is that of the rows, of which there may be any number."""
        import numpy as np

        array = np.asarray(sample)
        shape = (-1, *array.shape[1:]) if array.ndim > 1 else array.shape
        found = {"dtype": array.dtype, "shape": shape, "enforce_dtype": enforce_dtype, "enforce_shape": enforce_shape}
        descriptor = cls(**{**found, **options})
        descriptor.sample = descriptor.check(array)
        return descriptor

    def _decode(self, body: bytes, media: str, content_type: str) -> Any:
        del content_type
        if media == content.JSON:
            return self._of_list(loads(body))
        array = read_npy(body) if media == content.NPY else read_csv(body)
        if media == content.CSV:
            return self._of_list(array.tolist()) if array.dtype.kind == "O" else self._fit(array, strict=False)
        return self._fit(array, strict=True)

    def check(self, value: Any) -> Any:
        """Check an array, or what can be turned into one, by the rules of JSON."""
        array = _to_array(value)
        return self._of_list(value) if array is None else self._fit(array, strict=False)

    def _of_list(self, value: Any) -> Any:
        """Make an array of a nested list."""
        import numpy as np

        if not isinstance(value, (list, tuple)):
            raise SchemaMismatch(self.where, [Problem(wanted=_LISTS, got=told(value))])
        try:
            array = np.array(value)
        except ValueError:
            reason = "the rows differ in length, or are nested unevenly"
            raise BadRequestBody("an array", reason, hint="Give each row the same number of values.") from None
        if array.dtype.kind in "OU":
            array = self._of_objects(value, array)
        return self._fit(array, strict=False, raw=value)

    def _of_objects(self, value: Any, array: Any) -> Any:
        """Tell numbers, among which some are missing, from texts, and these from both in one list."""
        import numpy as np

        flat = np.array(value, object) if array.dtype.kind == "U" else array
        kinds = set(map(type, flat.ravel().tolist()))
        if kinds & {dict, list}:
            raise SchemaMismatch(self.where, [Problem(wanted=_LISTS, got="a list that holds records")])
        if kinds == {str}:
            return array
        return array.astype("float64") if kinds <= {int, float, type(None)} and self._takes_floats() else flat

    def _takes_floats(self) -> bool:
        return self.dtype is None or self.dtype.kind in "fc"

    def _fit(self, array: Any, *, strict: bool, raw: Any = None) -> Any:
        """Bring an array to the declared shape and dtype; what is enforced and does not fit is refused."""
        if self._is_right(array):
            return array
        findings = Findings(self.where, (len(array) if array.ndim else 1,))
        array = self._shaped(array, findings)
        array = self._typed(array, strict, raw, findings)
        findings.check()
        if self.bytesorder in {"C", "F"}:
            import numpy as np

            return np.asarray(array, order="F" if self.bytesorder == "F" else "C")
        return array

    def _is_right(self, array: Any) -> bool:
        right = (self.dtype is None or array.dtype == self.dtype) and (
            self.shape is None or fits(self.shape, array.shape)
        )
        return right and self.bytesorder in {None, "A"}

    def _shaped(self, array: Any, findings: Findings) -> Any:
        shape = self.shape
        if shape is None or fits(shape, array.shape):
            return array
        if not array.size and array.ndim == 1 and shape[:1] == (-1,):
            return array.reshape(0, *(max(length, 0) for length in shape[1:]))
        if self.enforce_shape:
            note_shape(shape, array.shape, findings)
            return array
        try:
            return array.reshape(shape)
        except ValueError:
            return array

    def _typed(self, array: Any, strict: bool, raw: Any, findings: Findings) -> Any:
        wanted = self.dtype
        if wanted is None or same_dtype(array.dtype, wanted):
            return array
        if wanted.kind == "O":
            return array.astype(object)
        made = None if strict and self.enforce_dtype else cast(array, wanted)
        if made is None and raw is not None and array.dtype.kind == "f" and wanted.kind == "u":
            made = _large_whole(raw, wanted)
        if made is not None or not self.enforce_dtype:
            return array if made is None else made
        if raw is not None and wanted.kind in "biuf":
            from_list(TensorSpec(None, wanted.name, (-1,) * array.ndim), raw, findings)
        if raw is None or not findings:
            findings.note(wanted=str(wanted), got=f"an array of {array.dtype}")
        return array

    def _encode(self, value: Any, media: str) -> Encoded:
        array = self._answer(value)
        if media == content.JSON:
            return Encoded(dumps(array, self.where), media)
        write = write_npy if media == content.NPY else write_csv
        return Encoded(write(array, self.where), media)

    def _answer(self, value: Any) -> Any:
        import numpy as np

        array = _to_array(value)
        try:
            with unfit_answers(self.where):
                return self._fit(np.asarray(value) if array is None else array, strict=False)
        except ValueError as error:
            raise AnswerUnfit(self.where, f"a {type(value).__name__} makes no array") from error

    def json_schema(self) -> dict[str, Any]:
        """Describe the nested list."""
        return json_schema.of_array(None if self.dtype is None else self.dtype.name, self.shape)

    def example(self) -> Any:
        """Return the example as a nested list."""
        return None if self.sample is None else loads(dumps(self.sample, self.where))


def _large_whole(value: Any, wanted: Any) -> Any:
    """Make an array of whole numbers of which some fill 64 bits: numpy makes floats of these and smaller ones."""
    import numpy as np

    if set(map(type, np.array(value, object).ravel().tolist())) != {int}:
        return None
    try:
        return np.array(value, wanted)
    except OverflowError:
        return None


def _to_array(value: Any) -> Any:
    """Take the array of what is or holds one; None for anything else."""
    if is_a(value, "numpy", "ndarray"):
        return value
    if is_a(value, "torch", "Tensor"):
        return to_array(value)
    if is_a(value, "pandas", "DataFrame") or is_a(value, "pandas", "Series"):
        return value.to_numpy()
    return value.toarray() if type(value).__module__.startswith("scipy.sparse") else None
