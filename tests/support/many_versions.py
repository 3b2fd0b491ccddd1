"""A store with very many versions, written quickly as BentoML would write it."""

from __future__ import annotations

from pathlib import Path

PER_NAME = 20
_RECORD = """\
name: {name}
version: {version}
module: bentoml.mlflow
labels:
  team: tabular
options: {{}}
metadata: {{}}
context:
  framework_name: mlflow
  framework_versions: {{mlflow: 3.1.0}}
  bentoml_version: 1.4.0
  python_version: 3.11.7
signatures:
  predict: {{batchable: true, batch_dim: [0, 0]}}
api_version: v2
creation_time: '2026-01-01T{hour:02}:{minute:02}:00+00:00'
bentobook: {{format: 1, digest: 'b3:{nth:064x}', size: {nth}, files: 1}}
"""


def write(home: Path, n_versions: int) -> None:
    """Write ``model0000:v00`` and so on under a new ``$BENTOML_HOME``."""
    for nth in range(n_versions):
        name, version = f"model{nth // PER_NAME:04}", f"v{nth % PER_NAME:02}"
        folder = home / "models" / name / version
        folder.mkdir(parents=True)
        text = _RECORD.format(name=name, version=version, nth=nth, hour=nth % 24, minute=nth % PER_NAME)
        folder.joinpath("model.yaml").write_text(text)
