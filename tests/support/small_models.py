"""Data and switches for models that train in no time and are logged without asking pip."""

from __future__ import annotations

import numpy as np
import pandas as pd

FRAME = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
CLASSES = np.array([0, 0, 1, 1])
QUICK = {"pip_requirements": ["mlflow"]}
QUICK_SKLEARN = {"pip_requirements": ["scikit-learn"], "serialization_format": "cloudpickle"}
"""MLflow's own default looks through all of scikit-learn and torch, once in a process, for ten seconds."""
