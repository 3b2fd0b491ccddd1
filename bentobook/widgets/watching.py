"""What a monitor watches: a runner, or the runners of the live service of a name. It keeps neither alive."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from bentobook.errors import InvalidArgument
from bentobook.service import live
from bentobook.service.service import Service

if TYPE_CHECKING:
    from bentobook.runner.runner import Runner
    from bentobook.runner.stats import RunnerStats
    from bentobook.service.served import Served


class Source:
    """Tells the counts of what it watches.

    Parameters
    ----------
    what : Runner or Service
        A runner; or a service, whose successor of the same name is watched in its place.

    Attributes
    ----------
    name : str
        Its name.

    Raises
    ------
    InvalidArgument
        When a service has no runners: there are no batches to see.
    """

    def __init__(self, what: Runner | Service) -> None:
        self.name = what.name
        self._is_service = isinstance(what, Service)
        self._what = weakref.ref(what)
        if isinstance(what, Service) and not what.runners:
            raise InvalidArgument("service", what.name, "a service with runners; without one there are no batches")

    def stats(self) -> list[RunnerStats] | None:
        """Return the counts of each runner; None when it is closed or gone."""
        what = self._what()
        service: Served | None = live.services().get(self.name) if self._is_service else None
        if service is not None:
            what = service  # type: ignore[assignment]  # what is live is a Served
        if what is None:
            return None
        runners = what.runners if isinstance(what, Service) else [what]
        return None if any(each.state == "closed" for each in runners) else [each.stats() for each in runners]
