"""``bentobook models verify | gc | prune``: a store that stays sound and small."""

from __future__ import annotations
