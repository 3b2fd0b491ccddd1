"""BentoML's names of what a runner of an MLflow model takes and gives."""

from __future__ import annotations

from typing import Any, TypeAlias, Union

import numpy as np
import pandas as pd

MLflowRunnerInput: TypeAlias = Union[pd.DataFrame, np.ndarray, list[Any], dict[str, Any]]  # noqa: UP007
"""What goes in; what a single model takes, ``runner.predict.accepts`` lists."""
MLflowRunnerOutput: TypeAlias = Union[pd.DataFrame, pd.Series, np.ndarray, list[Any]]  # noqa: UP007
"""What comes out."""
