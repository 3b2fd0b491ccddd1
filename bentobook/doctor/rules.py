"""Rules: what must be trusted before it runs code, and what an administrator forbids."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bentobook import settings
from bentobook.doctor.checks import Check
from bentobook.errors import BentobookError

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "trust"
_MEANINGS = {
    "notice": "one line before a load that runs code",
    "ask": "a load that runs code needs bentobook.trust(…) first",
    "enforce": "only trusted, unchanged models are loaded",
}


def look() -> Iterator[Check]:
    """Check the policy and the locks; a setting that cannot be read is bad, not an error."""
    try:
        admin, policy = settings.admin(), settings.trust_policy()
    except BentobookError as error:
        yield Check(GROUP, "settings", "cannot be read", "bad", str(error))
        return
    yield Check(GROUP, "policy", f"{policy}: {_MEANINGS[policy]}", advice=_where(admin))
    locks = _locks(admin)
    if locks:
        yield Check(GROUP, "administrator", ", ".join(locks), advice=f"set in {settings.ADMIN_FILE}")


def _where(admin: settings.AdminSettings) -> str:
    if admin.trust is not None:
        return f"set in {settings.ADMIN_FILE}"
    if os.environ.get("BENTOBOOK_TRUST"):
        return "set by BENTOBOOK_TRUST"
    return "the default; BENTOBOOK_TRUST=ask is stricter"


def _locks(admin: settings.AdminSettings) -> list[str]:
    locks = [] if admin.allow_delete else ["nothing may be deleted"]
    if not admin.allow_remote_serving:
        locks.append("servers listen on this machine only")
    if admin.uri_schemes is not None:
        schemes = (scheme or "plain paths" for scheme in admin.uri_schemes)
        locks.append(f"imports only from {', '.join(schemes) or 'nowhere'}")
    return locks
