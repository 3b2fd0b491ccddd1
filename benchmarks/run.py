"""All comparisons, one after the other: ``make bench``.

BentoML is the interpreter that ``BENTOBOOK_BENTOML_PYTHON`` or ``--bentoml`` names, else the one that the interop tests
made; without any, the figures stand beside their floor only.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = (
    "startup.py",
    "store_list.py",
    "sidebar.py",
    "import_copy.py",
    "batching.py",
    "merging.py",
    "imported_model.py",
    "io_decode.py",
    "serving.py",
    "bento_build.py",
)


def made_by_the_tests() -> str | None:
    """Return the newest interpreter with BentoML that the interop tests left in the cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bentobook"
    found = sorted(cache.glob("bentoml-*/bin/python"), key=lambda path: path.stat().st_mtime)
    return str(found[-1]) if found else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bentoml", default=os.environ.get("BENTOBOOK_BENTOML_PYTHON") or made_by_the_tests())
    peer = parser.parse_args().bentoml
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    if peer is None:
        print("No BentoML: run `make test` once, or give --bentoml PYTHON.")
    for script in SCRIPTS:
        print(f"\n=== {script}", flush=True)
        done = subprocess.run([sys.executable, HERE / script, *(["--bentoml", peer] if peer else [])], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
