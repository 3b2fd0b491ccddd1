"""The port: taken by us alone, let go of when the process ends, and never handed to a child."""

from __future__ import annotations

import os
import socket
import weakref
from contextlib import suppress

from bentobook.errors import InvalidArgument, PortTaken

BACKLOG = 2048
_listening: weakref.WeakSet[socket.socket] = weakref.WeakSet()


def listen(host: str, port: int, *, owner: str = "") -> socket.socket:
    """Bind a port.

    Parameters
    ----------
    host : str
        An address or name of this machine.
    port : int
        0 for any that is free.
    owner : str
        The service of this process that has the port, where one has.

    Raises
    ------
    PortTaken
        When somebody listens there.
    InvalidArgument
        When the host is none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, OverflowError) as error:
        raise InvalidArgument(
            "host", f"{host}:{port}", "an address of this machine and a port", hint=str(error)
        ) from None
    found = socket.socket(family, kind, protocol)
    try:
        # Connections of a server that has just stopped linger for a minute, and do not stand in the way of the next.
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)
    except PermissionError as error:
        found.close()
        raise InvalidArgument("port", port, "a port that this user may take (1024 or above)") from error
    except OSError as error:
        found.close()
        raise PortTaken(host, port, service=owner) from error
    found.setblocking(False)
    _listening.add(found)
    return found


def _close_in_child() -> None:
    for each in list(_listening):
        with suppress(OSError):
            each.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_in_child)
