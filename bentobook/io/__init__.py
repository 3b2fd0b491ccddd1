"""Descriptors of what an API takes and gives: bytes to values and back, checked.

``io.NumpyNdarray``, ``io.PandasDataFrame``, ``io.PandasSeries``, ``io.JSON``, ``io.Text``, ``io.File``, ``io.Image``
and ``io.Multipart`` have the arguments of BentoML's; what they are told to enforce, they enforce.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bentobook.io.base import Encoded, IODescriptor
    from bentobook.io.file import File
    from bentobook.io.image import Image
    from bentobook.io.inference import from_hint, from_schema, infer
    from bentobook.io.json import JSON
    from bentobook.io.multipart import Multipart
    from bentobook.io.numpy import NumpyNdarray
    from bentobook.io.pandas import PandasDataFrame
    from bentobook.io.series import PandasSeries
    from bentobook.io.text import Text

__all__ = [
    "JSON",
    "Encoded",
    "File",
    "IODescriptor",
    "Image",
    "Multipart",
    "NumpyNdarray",
    "PandasDataFrame",
    "PandasSeries",
    "Text",
    "from_hint",
    "from_schema",
    "infer",
]

_HOMES = {
    "Encoded": "base",
    "IODescriptor": "base",
    "File": "file",
    "Image": "image",
    "JSON": "json",
    "Multipart": "multipart",
    "NumpyNdarray": "numpy",
    "PandasDataFrame": "pandas",
    "PandasSeries": "series",
    "Text": "text",
    "from_hint": "inference",
    "from_schema": "inference",
    "infer": "inference",
}


def __getattr__(name: str) -> object:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'bentobook.io' has no attribute {name!r}") from None
    return getattr(importlib.import_module(f"bentobook.io.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
