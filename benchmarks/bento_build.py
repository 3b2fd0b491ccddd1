"""What a build costs, and how soon a Bento answers beside ``bentoml serve`` of the same Bento.

The Bento is bound to a model of two gibibytes, of which a build copies nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]
GIB = 1 << 30
SERVICE = """\
import bentobook

runner = bentobook.models.get("iris:latest").to_runner()
svc = bentobook.Service("iris_svc", runners=[runner], models=[bentobook.models.get("large:latest")])


@svc.api(input=bentobook.io.NumpyNdarray(), output=bentobook.io.NumpyNdarray())
def predict(rows):
    return runner.predict.run(rows)
"""


def prepare(folder: Path) -> None:
    """Store a small model that is served, and a large one that goes along."""
    from sklearn.linear_model import LogisticRegression

    import bentobook

    bentobook.sklearn.save_model("iris", LogisticRegression().fit([[0.0, 0.0], [1.0, 1.0]], [0, 1]))
    with bentobook.models.create("large") as model, (model.path / "weights.bin").open("wb") as file:
        file.truncate(2 * GIB)
    (folder / "service.py").write_text(SERVICE)


def measure_build(folder: Path) -> tuple[float, int, str]:
    """Return seconds of CPU beyond imports, bytes that the store grew by, and the tag."""
    import bentobook
    from bentobook.bundle import building, importing, planning, wheel, wishes  # noqa: F401 - imports are not the build

    os.chdir(folder)
    importing.load(folder, "service.py:svc")  # imports the model's framework
    before, started = _used(), time.process_time()
    bento = bentobook.build("service.py:svc")
    return time.process_time() - started, _used() - before, str(bento.tag)


def _used() -> int:
    home = Path(os.environ["BENTOML_HOME"])
    return sum(path.lstat().st_blocks * 512 for path in home.rglob("*") if path.is_file())


def first_answer(command: list[str], environment: dict[str, str], port: int) -> float:
    """Return the seconds from the start of a server to its first answer."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None and time.perf_counter() - started < 120:
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/predict", b"[[0, 0]]", {"Content-Type": "application/json"}
            )
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    answer.read()
                    return time.perf_counter() - started
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        return float("inf")
    finally:
        process.terminate()
        process.wait(30)


def main() -> None:
    """Print the figures."""
    import real_bentoml
    import servers

    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name, "project"), Path(name, "home")
        folder.mkdir()
        os.environ["BENTOML_HOME"] = str(home)
        prepare(folder)
        cpu, grown, tag = measure_build(folder)
        print(f"build: {cpu:.2f} s of CPU beyond imports; the store grew by {grown / 1e6:.2f} MB beside a 2 GiB model")
        python, why_not = real_bentoml._environment()  # noqa: SLF001
        if why_not:
            print(f"BentoML cannot be installed: {why_not}")
            return
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "BENTOML_DO_NOT_TRACK": "True"}
        ours, theirs = [], []
        for _ in range(3):
            ours.append(first_answer([python, "-m", "bentobook", "serve", tag], environment, servers.free_port()))
            theirs.append(first_answer([python, "-m", "bentoml", "serve", tag], environment, servers.free_port()))
        print(f"first answer: bentobook serve {min(ours):.2f} s, bentoml serve {min(theirs):.2f} s, best of 3 each")
        print(f"ratio: {min(ours) / min(theirs):.2f}")


if __name__ == "__main__":
    main()
