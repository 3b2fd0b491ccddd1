"""The server extension: it is found through the package, and enabled by a file that the wheel installs."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool

from bentobook.lab.browser import Browser
from bentobook.lab.handler import STATE, State
from bentobook.lab.jobs import Jobs
from bentobook.lab.place import Place
from bentobook.lab.routes import ROUTES


class BentobookApp(ExtensionApp):
    """The store of this machine for the sidebar."""

    name = "bentobook"
    load_other_extensions = True
    settable = Bool(
        default_value=True, help="Whether the panel may choose another store and another tracking server."
    ).tag(config=True)

    def initialize_settings(self) -> None:
        """Make what the handlers share."""
        place = Place(settable=self.settable)
        state = State(place=place, jobs=Jobs(place), browser=Browser(place), exports=self._exports)
        self.settings.update({STATE: state})

    def _exports(self) -> str:
        """Return the folder that the file browser shows first."""
        server: Any = self.serverapp
        return str(getattr(server.contents_manager, "root_dir", "") or server.root_dir)

    def initialize_handlers(self) -> None:
        """Put the routes in place."""
        self.handlers.extend(ROUTES)

    async def stop_extension(self) -> None:
        """End what is still under way when the server stops."""
        state: Any = self.settings.get(STATE)
        if state is not None:
            await asyncio.to_thread(state.close)
