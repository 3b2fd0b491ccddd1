"""Importing a local MLflow model, against ``cp -r`` of the same folder, and against BentoML.

Run ``python benchmarks/import_copy.py --bentoml /path/to/python`` with 12 GiB of free disk. Beside the time stand the
bytes that the process wrote, as parts of the model (``/proc/self/io``, ``wchar``), and by how much its memory grew.
Everything is in the page cache, on both sides.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import rounds

IMPORT = """
import json, os, resource, sys, time
package, folder, tiny = sys.argv[1:]
if package == "bentobook":
    import bentobook as package
else:
    import bentoml as package
import mlflow
import_model = package.mlflow.import_model
import_model("tiny", tiny)
def written():
    return int(dict(line.split(": ") for line in open("/proc/self/io").read().splitlines())["wchar"])
before, memory = written(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
import_model("m", folder)
seconds = time.perf_counter() - start
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
print(json.dumps([seconds, written() - before, grown * 1024]))
"""
SAVE = """
import sys, mlflow.pyfunc
class Nothing(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[str], params=None) -> list[str]:
        return model_input
mlflow.pyfunc.save_model(sys.argv[1], python_model=Nothing(), pip_requirements=[])
print("null")
"""


class Imports:
    """Imports into a fresh store, or again into the one before, and what they wrote."""

    def __init__(self, folder: Path, model: Path, tiny: Path) -> None:
        self.home, self._model, self._tiny = folder / "home", model, tiny
        self.notes: dict[str, str] = {}
        self._size = sum(path.stat().st_size for path in model.rglob("*") if path.is_file())

    def case(self, name: str, python: str, package: str, *, again: bool = False, **env: str) -> Callable[[], float]:
        """Return a call that imports once in a process of its own and gives the seconds."""

        def timed() -> float:
            if not again:
                shutil.rmtree(self.home, ignore_errors=True)
                os.sync()
            args = (package, str(self._model), str(self._tiny))
            home = {"BENTOML_HOME": str(self.home), "TMPDIR": str(self.home.parent)}
            seconds, written, grown = rounds.run(python, IMPORT, *args, **home, **env)
            self.notes[name] = f"{written / self._size:6.3f} written, memory +{grown / 2**20:.1f} MiB"
            return float(seconds)

        return timed


def copied(model: Path, target: Path, *, flush: bool) -> Callable[[], float]:
    """Return a call that times ``cp -r``, and ``sync`` after it when asked for."""

    def timed() -> float:
        shutil.rmtree(target, ignore_errors=True)
        os.sync()
        start = time.perf_counter()
        subprocess.run(["cp", "-r", str(model), str(target)], check=True)
        if flush:
            os.sync()
        return time.perf_counter() - start

    return timed


def compare(title: str, model: Path, tiny: Path, n_rounds: int, bentoml: str | None) -> None:
    """Print the figures for one model."""
    folder = model.parent
    imports = Imports(folder, model, tiny)
    ours = sys.executable
    quick = {
        "cp -r": copied(model, folder / "copy", flush=False),
        "import, no fsync": imports.case("import, no fsync", ours, "bentobook", BENTOBOOK_FSYNC="0"),
        "import again": imports.case("import again", ours, "bentobook", again=True, BENTOBOOK_FSYNC="0"),
    }
    if bentoml:
        quick["BentoML's import"] = imports.case("BentoML's import", bentoml, "bentoml")
    safe = {
        "cp -r && sync": copied(model, folder / "copy", flush=True),
        "import, fsync": imports.case("import, fsync", ours, "bentobook", BENTOBOOK_FSYNC="1"),
    }
    for cases in (quick, safe):
        seconds: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(n_rounds):  # always in this order: the second import needs the first
            for name, case in cases.items():
                seconds[name].append(case())
        rounds.show(title, seconds, imports.notes)
    shutil.rmtree(folder / "copy", ignore_errors=True)
    shutil.rmtree(imports.home, ignore_errors=True)


def main() -> None:
    parser = rounds.arguments(__doc__)
    parser.set_defaults(rounds=3)
    parser.add_argument("--gib", type=float, default=2.0, help="size of the large file")
    parser.add_argument("--files", type=int, default=2000, help="number of small files, 2 KiB each")
    parser.add_argument("--folder", type=Path, help="where to work; the temporary folder when it is left out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as text:
        folder = Path(text)
        rounds.run(sys.executable, SAVE, str(folder / "tiny"))
        tiny, model = folder / "tiny", folder / "model"
        shutil.copytree(tiny, model)
        with (model / "weights.bin").open("wb") as file:
            for _ in range(int(given.gib * 64)):
                file.write(os.urandom(16 << 20))
        compare(f"one file of {given.gib:g} GiB", model, tiny, given.rounds, given.bentoml)
        (model / "weights.bin").unlink()
        for nth in range(given.files):
            path = model / f"part{nth // 100}" / f"{nth}.bin"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(os.urandom(2048))
        compare(f"{given.files:,} files of 2 KiB", model, tiny, given.rounds, given.bentoml)


if __name__ == "__main__":
    main()
