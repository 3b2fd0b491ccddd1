"""The servers that ``serving.py`` asks: how each is started, which path and body it takes, and its files.

Each peer has an environment of its own, fits the same model, and is set up as its documentation says, with one worker.
MLServer works in the process that serves: the process that it starts for its models fails with the uvloop of today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
FIT = """
import numpy as np
from sklearn.linear_model import LogisticRegression

def fit(width=4):
    rows = np.random.default_rng(0).normal(size=(200, width))
    return LogisticRegression().fit(rows, rows[:, 0] > 0)
"""
BENTOML = """
import bentoml
import numpy as np
from fitted import fit

@bentoml.service(workers=1)
class Predict:
    def __init__(self):
        self.model = fit()

    @bentoml.api(batchable=True)
    def predict(self, rows: np.ndarray) -> np.ndarray:
        return self.model.predict(rows)
"""
LITSERVE = """
import sys

import litserve
import numpy as np
from fitted import fit

class Predict(litserve.LitAPI):
    def setup(self, device):
        self.model = fit()

    def decode_request(self, request):
        return np.asarray(request["rows"])

    def predict(self, rows):
        return self.model.predict(rows.reshape(-1, 4))

    def encode_response(self, output):
        return {"output": output.tolist()}

if __name__ == "__main__":
    port, size, wait = sys.argv[1:]
    api = Predict(max_batch_size=int(size), batch_timeout=float(wait))
    litserve.LitServer(api, accelerator="cpu").run(
        host="127.0.0.1", port=int(port), generate_client_file=False, log_level="warning"
    )
"""
MLSERVER = "import joblib; from fitted import fit; joblib.dump(fit(), 'model.joblib')"
MLFLOW = """
import mlflow, numpy as np
from fitted import fit
from mlflow.models import infer_signature
rows = np.random.default_rng(0).normal(size=(200, 4))
model = fit()
signature = infer_signature(rows, model.predict(rows))
mlflow.sklearn.save_model(model, "model", signature=signature, pip_requirements=["scikit-learn"])
"""


@dataclass(frozen=True)
class Peer:
    """One server.

    Attributes
    ----------
    environment : str
        Where it is installed, see ``peers.py``; empty for this interpreter.
    command : tuple of str
        How it is started, after the interpreter; ``{port}`` and ``{folder}`` are filled in.
    path, wrap : str
        Where it is asked, and what stands around the rows.
    files : mapping of str to str
        What its folder holds.
    before : str
        Code that is run first.
    """

    command: tuple[str, ...]
    environment: str = ""
    path: str = "/predict"
    wrap: str = "%s"
    files: Mapping[str, str] = field(default_factory=dict)
    before: str = ""

    def write(self, folder: Path, ports: Mapping[str, str]) -> None:
        """Write its files."""
        for name, text in {"fitted.py": FIT, **self.files}.items():
            (folder / name).write_text(Template(text).safe_substitute(ports))

    def line(self, python: str, folder: Path, kind: str, port: str) -> list[str]:
        """Tell how it is started."""
        return [python, *(each.format(port=port, kind=kind, folder=folder) for each in self.command)]


def _app(name: str) -> Peer:
    return Peer((str(HERE / "serving_apps.py"), name, "{kind}", "{port}", "{folder}"))


def _litserve(size: int, wait: float) -> Peer:
    return Peer(
        ("served.py", "{port}", str(size), str(wait)),
        "litserve",
        wrap='{"rows": %s}',
        files={"served.py": LITSERVE},
    )


def _mlserver(**batching: float) -> Peer:
    model = {"name": "lr", "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": "./model.joblib"}}
    ports = '{"host": "127.0.0.1", "http_port": $port, "grpc_port": $second, '
    more = '"metrics_port": $third, "debug": false, "parallel_workers": 0}'
    return Peer(
        ("-c", "from mlserver.cli import main; main()", "start", "{folder}"),
        "mlserver-sklearn",
        path="/v2/models/lr/infer",
        wrap='{"inputs": [{"name": "rows", "shape": [1, 4], "datatype": "FP64", "data": %s}]}',
        files={"settings.json": ports + more, "model-settings.json": json.dumps({**model, **batching})},
        before=MLSERVER,
    )


OWN = {
    name: _app(name)
    for name in (
        "bare",
        "bare + model",
        "bentobook",
        "bentobook def",
        "starlette + runner",
        "starlette + runner, frozen",
    )
}
PEERS = {
    "bentoml": Peer(
        ("-m", "bentoml", "serve", "served:Predict", "--port", "{port}"),
        "bentoml-serving",
        wrap='{"rows": %s}',
        files={"served.py": BENTOML},
    ),
    "litserve": _litserve(1, 0.0),
    "litserve batched": _litserve(64, 0.002),
    "mlserver": _mlserver(),
    "mlserver batched": _mlserver(max_batch_size=64, max_batch_time=0.002),
    "mlflow models serve": Peer(
        ("-m", "mlflow", "models", "serve", "-m", "model", "--env-manager", "local", "-p", "{port}", "-w", "1"),
        path="/invocations",
        wrap='{"inputs": %s}',
        before=MLFLOW,
    ),
}
