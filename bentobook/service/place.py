"""Where a server can be reached from: directly, or through the Jupyter server or hub that this kernel belongs to."""

from __future__ import annotations

import ipaddress
import os
import socket
from importlib.util import find_spec
from urllib.parse import urlsplit

_HUB = ("JUPYTERHUB_SERVICE_PREFIX", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER")


def under_hub() -> bool:
    """Whether the kernel runs under JupyterHub, where other people's code may run on the same machine."""
    return any(os.environ.get(name) for name in _HUB)


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hosts_of_hub() -> list[str]:
    """Name the hosts under which a hub shows this kernel to browsers, as far as it says so."""
    urls = (os.environ.get("JUPYTERHUB_PUBLIC_URL", ""), os.environ.get("JUPYTERHUB_HOST", ""))
    return [name for name in (urlsplit(url).hostname for url in urls) if name]


def local_url(host: str, port: int) -> str:
    """Return the address for programs on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  # compared, not bound
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def url(host: str, port: int) -> str:
    """Return the address for people: through the proxy under a hub, by the machine's name where it listens to all."""
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX", "")
    if prefix and find_spec("jupyter_server_proxy") is not None:
        before = os.environ.get("JUPYTERHUB_PUBLIC_URL", "").rstrip("/")
        start = before or os.environ.get("JUPYTERHUB_HOST", "").rstrip("/") + prefix.rstrip("/")
        return f"{start}/proxy/{port}/"
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104  # compared, not bound
        return f"http://{socket.gethostname()}:{port}/"
    return local_url(host, port)
