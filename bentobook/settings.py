"""Paths and switches, read from the environment each time they are asked for.

Nothing here is state: an object that needs a setting takes its value when it is made. What an administrator writes
into ``/etc/bentobook.toml`` stands above the environment.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from bentobook.errors import InvalidArgument, StoreUnreadable

TrustPolicy = Literal["notice", "ask", "enforce"]
ADMIN_FILE = Path("/etc/bentobook.toml")


def home() -> Path:
    """Return the folder of the store: ``$BENTOML_HOME``, else ``~/bentoml``."""
    text = os.environ.get("BENTOML_HOME")
    return Path(text).expanduser().absolute() if text else Path.home() / "bentoml"


def config_home() -> Path:
    """Return the folder of the user's own settings; it lies outside every store."""
    text = os.environ.get("XDG_CONFIG_HOME")
    return (Path(text) if text else Path.home() / ".config") / "bentobook"


def fsync_wanted() -> bool:
    """Whether files are flushed to disk before they are published; ``BENTOBOOK_FSYNC=0`` turns it off."""
    return os.environ.get("BENTOBOOK_FSYNC", "1") != "0"


def progress_wanted() -> bool:
    """Whether a line tells how far an import is; ``BENTOBOOK_PROGRESS=0`` turns it off, for runs that are compared."""
    return os.environ.get("BENTOBOOK_PROGRESS", "1") != "0"


def api_threads() -> int:
    """How many APIs written as ``def`` may run at the same time: ``BENTOBOOK_THREADS``, 256 by default."""
    return _number("BENTOBOOK_THREADS", 256)


def workers() -> int:
    """How many processes ``bentobook serve`` starts: ``BENTOBOOK_WORKERS``, 1 by default."""
    return _number("BENTOBOOK_WORKERS", 1)


def batch_limits() -> dict[str, float]:
    """Limits of runners where their code names none.

    They are ``BENTOBOOK_MAX_BATCH_SIZE`` (rows), ``BENTOBOOK_MAX_LATENCY_MS`` and ``BENTOBOOK_MAX_WAIT_MS``.
    """
    names = ("max_batch_size", "max_latency_ms", "max_wait_ms")
    given = {name: _number(f"BENTOBOOK_{name.upper()}", 0) for name in names}
    return {name: number for name, number in given.items() if number}


def max_body_bytes() -> int:
    """How large the body of a request may be: ``BENTOBOOK_MAX_BODY_BYTES``, 32 MiB by default."""
    return _number("BENTOBOOK_MAX_BODY_BYTES", 32 << 20)


def max_json_depth() -> int:
    """How deep JSON may be nested that no schema bounds: ``BENTOBOOK_MAX_JSON_DEPTH``, 100 by default."""
    return _number("BENTOBOOK_MAX_JSON_DEPTH", 100)


def allowed_hosts() -> tuple[str, ...]:
    """Further names that servers answer to: ``BENTOBOOK_ALLOWED_HOSTS``, with commas between them."""
    return _names("BENTOBOOK_ALLOWED_HOSTS")


def allowed_origins() -> tuple[str, ...]:
    """Further origins whose pages may ask servers: ``BENTOBOOK_ALLOWED_ORIGINS``, with commas between them."""
    return _names("BENTOBOOK_ALLOWED_ORIGINS")


def _names(variable: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in os.environ.get(variable, "").split(",") if name.strip())


def _number(variable: str, otherwise: int) -> int:
    text = os.environ.get(variable, "").strip()
    if text and not (text.isdecimal() and int(text) > 0):
        raise InvalidArgument(variable, text, "a whole number above 0")
    return int(text) if text else otherwise


def user_name() -> str:
    """Return the name of the person whose process this is, ``""`` where the system has none."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


@dataclass(frozen=True)
class AdminSettings:
    """What an administrator has locked on this machine.

    Attributes
    ----------
    trust : {"notice", "ask", "enforce"} or None
        The trust policy that users cannot weaken.
    uri_schemes : tuple of str or None
        The only URI schemes that may be imported; ``None`` allows all, ``""`` stands for plain paths.
    allow_delete : bool
        Whether models and Bentos may be deleted.
    allow_remote_serving : bool
        Whether a server may listen on another address than loopback.
    """

    trust: TrustPolicy | None = None
    uri_schemes: tuple[str, ...] | None = None
    allow_delete: bool = True
    allow_remote_serving: bool = True


def admin() -> AdminSettings:
    """Read the administrator's file; without one nothing is locked."""
    try:
        text = ADMIN_FILE.read_text("utf-8")
    except FileNotFoundError:
        return AdminSettings()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreUnreadable(ADMIN_FILE, str(error), hint="Ask the administrator of this machine.") from error
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StoreUnreadable(ADMIN_FILE, str(error), hint="Ask the administrator of this machine.") from error
    schemes = values.get("uri_schemes")
    trust = values.get("trust")
    return AdminSettings(
        trust=_policy(trust, str(ADMIN_FILE)) if trust is not None else None,
        uri_schemes=tuple(str(scheme) for scheme in schemes) if schemes is not None else None,
        allow_delete=bool(values.get("allow_delete", True)),
        allow_remote_serving=bool(values.get("allow_remote_serving", True)),
    )


def trust_policy() -> TrustPolicy:
    """Return the policy before a load that runs code: the administrator's, else ``$BENTOBOOK_TRUST``, else notice."""
    locked = admin().trust
    return locked or _policy(os.environ.get("BENTOBOOK_TRUST") or "notice", "BENTOBOOK_TRUST")


def _policy(value: object, where: str) -> TrustPolicy:
    if value not in get_args(TrustPolicy):
        raise InvalidArgument(where, value, "notice, ask or enforce")
    return cast("TrustPolicy", value)
