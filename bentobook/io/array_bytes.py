"""Arrays as ``.npy`` and CSV. The ``.npy`` format is described at https://numpy.org/neps/nep-0001-npy-format.html.

Nothing is unpickled, and nothing is allocated that the body does not hold.
"""

from __future__ import annotations

import io
import math
from typing import Any

from bentobook.errors import AnswerUnfit, BadRequestBody

_WHAT = "a .npy file"
_MAX_AXES = 32


def read_npy(body: bytes) -> Any:
    """Read an array.

    Raises
    ------
    BadRequestBody
        When it is no ``.npy`` file, holds objects or records, or is cut off.
    """
    import numpy as np

    file = io.BytesIO(body)
    try:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(file)
    except Exception as error:  # the header is a Python literal: what a wrong one raises is not foreseeable
        raise BadRequestBody(_WHAT, "its header cannot be read") from error
    _check_dtype(dtype, shape)
    left = len(body) - file.tell()
    if left != math.prod(shape) * dtype.itemsize:
        raise BadRequestBody(
            _WHAT, f"its header promises {math.prod(shape) * dtype.itemsize:,} bytes of data, it has {left:,}"
        )
    array = np.frombuffer(body, dtype, offset=file.tell()) if left else np.empty(0, dtype)
    ordered = array.reshape(shape, order="F" if fortran else "C")
    return ordered.astype(dtype.newbyteorder("="))  # a copy: what the body holds must not be written to


def _check_dtype(dtype: Any, shape: tuple[int, ...]) -> None:
    if dtype.hasobject or dtype.kind not in "biufcmMSU" or not dtype.itemsize:
        raise BadRequestBody(_WHAT, f"arrays of {dtype} are not taken", hint="Send numbers, texts or times.")
    if len(shape) > _MAX_AXES or any(length < 0 for length in shape):
        raise BadRequestBody(_WHAT, f"the shape {list(shape)} is not taken")


def write_npy(array: Any, descriptor: str) -> bytes:
    """Write an array; one of objects cannot be written without pickle (AnswerUnfit)."""
    import numpy as np

    file = io.BytesIO()
    try:
        np.lib.format.write_array(file, array, allow_pickle=False)
    except ValueError as error:
        raise AnswerUnfit(descriptor, f"an array of {array.dtype} has no form in .npy") from error
    return file.getvalue()


def read_csv(body: bytes) -> Any:
    """Read rows of values; there is no header line.

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
        Of numbers, else of objects.
    """
    from bentobook.io.frame_bytes import read_csv as read_frame

    return read_frame(body, header=None).to_numpy()


def write_csv(array: Any, descriptor: str) -> bytes:
    """Write an array of one or two axes, one row a line."""
    import pandas as pd

    if array.ndim > 2:  # noqa: PLR2004
        raise AnswerUnfit(descriptor, f"an array with {array.ndim} axes has no form in CSV")
    text: str = pd.DataFrame(array if array.ndim else array.reshape(1)).to_csv(index=False, header=False)
    return text.encode()
