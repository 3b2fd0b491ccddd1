"""``bentobook.onnx``: models in the ONNX format in the store, under the names of ``bentoml.onnx``."""

from __future__ import annotations

from bentobook.frameworks.onnx import get, load_model, save_model

__all__ = ["get", "load_model", "save_model"]
