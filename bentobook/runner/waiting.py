"""The requests that wait, in groups that may share a batch. Pure: the dispatcher's lock is held around each call."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain

from bentobook.runner.request import RUNNING, WAITING, Group, Request


class WaitingRoom:
    """All requests of a runner that wait, the oldest first."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self.items = 0
        self.size = 0
        self.threads = 0

    def add(self, request: Request) -> bool:
        """Let a request wait, if there is room; where nobody waits there always is."""
        group, items = request.group, self.items
        if items and (items >= group.most_items or self.size + request.size > group.most_bytes):
            return False
        if not group.requests:
            self.groups.append(group)
        group.requests.append(request)
        group.rows += request.rows
        self.items += 1
        self.size += request.size
        if request.timeout is not None:
            group.timed += 1
        if request.side is None:
            self.threads += 1
        return True

    def next_group(self) -> Group | None:
        """Find the group whose first request has waited longest."""
        groups = self.groups
        if len(groups) > 1:
            return min(groups, key=lambda group: group.requests[0].asked)
        return groups[0] if groups else None

    def choose(self, group: Group) -> Sequence[Request]:
        """Choose the first requests that fill a batch; they stay until they are taken."""
        if not group.together:
            return [group.requests[0]]
        max_rows = group.most_rows
        if max_rows is None or group.rows <= max_rows:
            return list(group.requests)
        chosen: list[Request] = []
        rows = 0
        for request in group.requests:
            rows += request.rows
            if rows > max_rows and chosen:
                break
            chosen.append(request)
        return chosen

    def take(self, group: Group, chosen: Sequence[Request]) -> None:
        """Take the first requests of a group out."""
        for request in chosen:
            request.state = RUNNING
        if len(chosen) == len(group.requests):
            group.requests.clear()
        else:
            for _ in chosen:
                group.requests.popleft()
        self._count_out(group, chosen)

    def _count_out(self, group: Group, gone: Sequence[Request]) -> None:
        self.items -= len(gone)
        if not group.requests:
            self.groups.remove(group)
            group.rows = group.timed = 0
        else:
            group.rows -= sum([request.rows for request in gone])
            group.timed -= sum([request.timeout is not None for request in gone])
        if not self.items:
            self.size = self.threads = 0
        else:
            self.size -= sum([request.size for request in gone])
            self.threads -= sum([request.side is None for request in gone])

    def remove(self, gone: Iterable[Request]) -> None:
        """Take any requests out, wherever they wait."""
        for request in gone:
            group = request.group
            group.requests.remove(request)
            self._count_out(group, (request,))

    def restore(self, first: Sequence[Request]) -> None:
        """Put everything right after an interrupt between two lines of any method above.

        Parameters
        ----------
        first : sequence of Request
            Requests of one group that were about to be taken, or were: they wait again, before all others.
        """
        for request in first:
            request.state = WAITING
        if first and first[0].group not in self.groups:
            self.groups.append(first[0].group)
        for group in self.groups:
            mine = [request for request in first if request.group is group]
            mine += [request for request in group.requests if request.state == WAITING and request not in mine]
            group.requests = deque(mine)
            group.rows = sum(request.rows for request in mine)
            group.timed = sum(request.timeout is not None for request in mine)
        self.groups = [group for group in self.groups if group.requests]
        everyone = self.everyone()
        self.items = len(everyone)
        self.size = sum(request.size for request in everyone)
        self.threads = sum(request.side is None for request in everyone)

    def everyone(self) -> list[Request]:
        """List all requests."""
        return list(chain.from_iterable(group.requests for group in self.groups))

    def late(self, group: Group, now: float) -> list[Request]:
        """Find requests of a group that have waited for too long."""
        if group.timed:
            return [request for request in group.requests if request.limit <= now]
        if group.requests[0].asked + group.method.max_latency > now:
            return []
        late = []
        for request in group.requests:
            if request.limit > now:
                break
            late.append(request)
        return late

    def next_leader(self) -> Request | None:
        """Find the oldest request of a thread that may run batches."""
        if not self.threads:
            return None
        leaders = (request for request in self.everyone() if request.may_lead)
        return min(leaders, key=lambda request: request.asked, default=None)
