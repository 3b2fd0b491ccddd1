"""A Bento under BentoML's own runtime: an ASGI application that BentoML mounts, and that loads when it is needed.

BentoML imports the module of a service in its main process, too, and in each worker; nothing is loaded there before a
worker makes its instance.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bentobook.bundle import loading
from bentobook.bundle.bento import Bento
from bentobook.bundle.store import BentoStore

if TYPE_CHECKING:
    from bentobook.service.service import Service


class Mounted:
    """The service of a Bento as an ASGI application.

    Parameters
    ----------
    folder : Path
        The Bento.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._service: Service | None = None

    def start(self) -> Service:
        """Import the service and load its models; once a process."""
        with self._lock:
            if self._service is None:
                bento = Bento.from_folder(self._folder, BentoStore().layout)
                service = loading.load(bento, for_process=True)
                service.load()
                self._service = service
            return self._service

    def close(self) -> None:
        """Stop the runners."""
        with self._lock:
            if self._service is not None:
                self._service.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        service = self._service
        if service is None:
            service = await asyncio.to_thread(self.start)
        await service.asgi_app(scope, receive, send)
