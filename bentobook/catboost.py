"""``bentobook.catboost``: models of CatBoost in the store, under the names of ``bentoml.catboost``."""

from __future__ import annotations

from bentobook.frameworks.catboost import get, load_model, save_model

__all__ = ["get", "load_model", "save_model"]
