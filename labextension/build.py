"""Build the half of the sidebar that runs in the browser: ``python labextension/build.py`` (needs node and npm).

The result is committed, so that nobody needs node to install. A stamp of the sources goes into it, which a test
compares; the bytes cannot be compared, because the names inside depend on where the sources lie.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parent / "bentobook" / "labextension"
STAMP = OUTPUT / "SOURCES.sha256"
_SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "install.json", "src", "style", "schema")


def stamp() -> str:
    """Return a digest of everything that the build reads."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        place = HERE / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                digest.update(f"{path.relative_to(HERE).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).digest())
    return digest.hexdigest()


def main() -> int:
    """Build from scratch."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    shutil.rmtree(HERE / "lib", ignore_errors=True)
    scripts = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    if "--keep-modules" not in sys.argv:
        subprocess.run(["npm", "ci"], cwd=HERE, check=True, env=environment)  # noqa: S607
    subprocess.run(["npm", "run", "build"], cwd=HERE, check=True, env=environment)  # noqa: S607
    shutil.copyfile(HERE / "install.json", OUTPUT / "install.json")
    STAMP.write_text(stamp() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
