"""The process of :mod:`bentobook.bundle.replay_server`: ``python -m bentobook.bundle.replay_child FOLDER``."""

from __future__ import annotations

import json
import os
import sys

from bentobook.bundle import loading
from bentobook.service.server import serve


def main(folder: str) -> None:
    """Serve a Bento until the standard input ends."""
    # What the user's code prints must not stand between the lines of the protocol.
    told = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    service = loading.load(loading.find(folder), for_process=True)
    with serve(service, port=0) as server:
        line = json.dumps({"url": server.local_url, "token": server.token})
        os.write(told, f"{line}\n".encode())
        os.close(told)
        sys.stdin.buffer.read()
    service.close()


if __name__ == "__main__":
    main(sys.argv[1])
