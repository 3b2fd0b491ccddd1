"""How long a person waits for the first thing: whole processes, against ``python -c pass``.

Run ``python benchmarks/startup.py --bentoml /path/to/python``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import rounds
from store_list import make_store

N_MODELS = 10


def command(*words: str, **env: str) -> Callable[[], float]:
    """Return a call that runs a command and gives its seconds."""
    environment = rounds.environment(**env)

    def timed() -> float:
        start = time.perf_counter()
        subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    return timed


def main() -> None:
    parser = rounds.arguments(__doc__)
    parser.set_defaults(rounds=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        make_store(Path(home), N_MODELS)
        python = sys.executable
        cases = {
            "python -c pass": command(python, "-c", "pass"),
            "import bentobook": command(python, "-c", "import bentobook"),
            "bentobook --version": command(python, "-m", "bentobook", "--version"),
            f"bentobook models list ({N_MODELS})": command(
                python, "-m", "bentobook", "models", "list", BENTOML_HOME=home
            ),
        }
        if given.bentoml:
            cases["import bentoml"] = command(given.bentoml, "-c", "import bentoml")
            cases["bentoml --version"] = command(given.bentoml, "-m", "bentoml", "--version")
            cases[f"bentoml models list ({N_MODELS})"] = command(
                given.bentoml, "-m", "bentoml", "models", "list", BENTOML_HOME=home
            )
        for case in cases.values():
            case()  # writes bytecode and the index
        rounds.show("start-up", rounds.measure(cases, given.rounds))


if __name__ == "__main__":
    main()
