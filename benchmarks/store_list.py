"""Listing and getting models, against a pass of ``scandir`` and ``stat`` over all ``model.yaml``, and against BentoML.

Run ``python benchmarks/store_list.py --bentoml /path/to/python`` (about two minutes; most of it is BentoML's own list).
The pass is what it costs to prove that nothing changed, so no safe list is cheaper. ``cold`` has no index. Processor
time is measured, which other programs disturb less; everything is in the page cache, so little else passes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import rounds

PER_NAME = 20
FLOOR = """
import json, os, sys, time
def look():
    for name in [entry.path for entry in os.scandir(sys.argv[1] + "/models") if entry.is_dir()]:
        for version in os.scandir(name):
            if version.is_dir():
                os.stat(version.path + "/model.yaml")
look()
start = time.process_time()
look()
print(json.dumps(time.process_time() - start))
"""
LIST = """
import json, os, sys, time
from bentobook.store.store import Store
store = Store(sys.argv[1])
store.list()
if sys.argv[2] == "cold":
    store.layout.index.unlink(missing_ok=True)
start = time.process_time()
models = store.list()
print(json.dumps(time.process_time() - start))
assert len(models) == int(sys.argv[3]), len(models)
"""
GET = """
import json, sys, time
from bentobook.store.store import Store
store = Store(sys.argv[1])
store.get(sys.argv[2]).info
start = time.process_time()
for _ in range(200):
    store.get(sys.argv[2]).info
print(json.dumps((time.process_time() - start) / 200))
"""
BENTOML_LIST = """
import json, sys, time, bentoml
bentoml.models.get(sys.argv[1])
start = time.process_time()
models = bentoml.models.list()
print(json.dumps(time.process_time() - start))
"""
BENTOML_GET = """
import json, sys, time, bentoml
bentoml.models.get(sys.argv[1]).info
start = time.process_time()
for _ in range(200):
    bentoml.models.get(sys.argv[1]).info
print(json.dumps((time.process_time() - start) / 200))
"""


def make_store(home: Path, n_versions: int) -> str:
    """Write versions as BentoML would, and return a tag."""
    from bentobook.store import model_yaml
    from bentobook.store.tag import Tag

    tag = Tag("none", "none")
    for nth in range(n_versions):
        tag = Tag(f"model{nth // PER_NAME:04}", f"v{nth % PER_NAME:02}")
        folder = home / "models" / tag.name / tag.version
        folder.mkdir(parents=True)
        info = model_yaml.new_info(
            tag,
            module="bentoml.mlflow",
            framework_name="mlflow",
            framework_versions={"mlflow": "3.1.0"},
            signatures={"predict": {"batchable": True}},
            labels={"team": "tabular", "stage": "production"},
            metadata={"accuracy": 0.93, "classes": [1, 2, 3]},
            private={"format": 1, "digest": f"b3:{nth:064x}", "size": 10_000 + nth, "files": 7},
        )
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=nth)
        object.__setattr__(info, "creation_time", moment)
        (folder / "model.yaml").write_bytes(model_yaml.dump(info))
        (folder.parent / "latest").write_text(tag.version)
    time.sleep(2.5)  # the index does not remember what was written just now
    return str(tag)


def compare(n_versions: int, n_rounds: int, bentoml: str | None) -> None:
    """Print the figures for one size of store."""
    with tempfile.TemporaryDirectory() as home:
        tag = make_store(Path(home), n_versions)

        def ours(code: str, *args: str) -> Callable[[], float]:
            return lambda: float(rounds.run(sys.executable, code, home, *args))

        def theirs(code: str) -> Callable[[], float]:
            return lambda: float(rounds.run(bentoml or "", code, tag, BENTOML_HOME=home))

        lists = {
            "scandir + stat": ours(FLOOR),
            "list, warm": ours(LIST, "warm", str(n_versions)),
            "list, cold": ours(LIST, "cold", str(n_versions)),
        }
        gets = {"get name:version": ours(GET, tag), "get name": ours(GET, tag.partition(":")[0])}
        if bentoml:
            lists["BentoML's list"] = theirs(BENTOML_LIST)
            gets["BentoML's get"] = theirs(BENTOML_GET)
        rounds.show(f"{n_versions:,} versions: list", rounds.measure(lists, n_rounds))
        rounds.show(f"{n_versions:,} versions: get, with its record", rounds.measure(gets, n_rounds))


def main() -> None:
    parser = rounds.arguments(__doc__)
    parser.add_argument("--versions", type=int, nargs="+", default=[10, 1_000, 10_000])
    given = parser.parse_args()
    for n_versions in given.versions:
        compare(n_versions, given.rounds, given.bentoml)


if __name__ == "__main__":
    main()
