"""``bentobook.pytorch``: modules of PyTorch in the store, under the names of ``bentoml.pytorch``."""

from __future__ import annotations

from bentobook.frameworks.pytorch import get, load_model, save_model

__all__ = ["get", "load_model", "save_model"]
