"""``bentobook.lightgbm``: models of LightGBM in the store, under the names of ``bentoml.lightgbm``."""

from __future__ import annotations

from bentobook.frameworks.lightgbm import get, load_model, save_model

__all__ = ["get", "load_model", "save_model"]
