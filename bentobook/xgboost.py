"""``bentobook.xgboost``: models of XGBoost in the store, under the names of ``bentoml.xgboost``."""

from __future__ import annotations

from bentobook.frameworks.xgboost import get, load_model, save_model

__all__ = ["get", "load_model", "save_model"]
