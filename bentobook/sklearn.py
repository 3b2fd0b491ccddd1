"""``bentobook.sklearn``: estimators of scikit-learn in the store, under the names of ``bentoml.sklearn``."""

from __future__ import annotations

from bentobook.frameworks.sklearn import get, load_model, save_model

__all__ = ["get", "load_model", "save_model"]
