"""Consent before a load that runs code.

A pickle runs code when it is read, and so does a module that ``MLmodel`` names or brings along; only formats that are
data all through (XGBoost's ubj and JSON, ONNX, safetensors) are silent. skops is such a format only as long as the
model's own ``MLmodel`` does not widen the list of the types that it may make.

The policy (``BENTOBOOK_TRUST``, or an administrator's lock) is one of

- ``notice``: one line on stderr, once per content and process, unless the content is trusted or this process's own;
- ``ask``: what is not trusted is refused, with the call that allows it;
- ``enforce``: the same, the files are read and compared with their digests first, and a process's own models count no
  more than others.

Trust is given to a digest, or to a source with all below it. What an archive, or a folder without our manifest, says
about its source and its formats is a claim: only its digest can be trusted. Whoever can write the store can write such
records too, so in a shared store a digest is the stronger word.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bentobook import settings
from bentobook.errors import BentobookError, DigestMismatch, InvalidArgument, StoreNotWritable, UntrustedModel
from bentobook.store import manifest, trust_file
from bentobook.store.sources import Source

Look = Callable[[], Sequence[Mapping[str, Any]]]
_DIGEST = re.compile(r"b3:[0-9a-f]{64}")
_UNKNOWN = "format not known"
_MAX_SHOWN = 200
_logger = logging.getLogger("bentobook")
_lock = threading.Lock()
_own: set[str] = set()
_noticed: set[str] = set()


class StoredModel(Protocol):
    """What is asked of a model here."""

    @property
    def tag(self) -> object:
        """Its tag."""

    @property
    def path(self) -> Path:
        """The folder of the version."""

    @property
    def info(self) -> Any:
        """Its record, with ``private``."""


def trust(what: str | StoredModel) -> None:
    """Let models from a source, or one content wherever it lies, run code when they are loaded.

    Parameters
    ----------
    what : str or Model
        A digest (``"b3:…"``); a URI or a path, which stands for itself and all below it (compared part by part:
        ``"runs:/abc"`` is not ``"runs:/abcd"``); or a model of the store, which stands for its digest. Naming a source
        again forgets which content its addresses had.

    Raises
    ------
    InvalidArgument
        When it is neither, or so wide that it covers everything of its kind.
    StoreNotWritable
        When the user's settings cannot be written.
    """
    text = what if isinstance(what, str) else _digest_of_files(what)
    if text.startswith("b3:"):
        if not _DIGEST.fullmatch(text):
            raise InvalidArgument("uri_or_digest", text, "'b3:' and 64 hexadecimal digits")
        with trust_file.changing() as trusted:
            trusted.digests.add(text)
        return
    source = Source.parse(text)
    if not source.parts and (source.scheme in {"file", "runs", "models"} or not source.host):
        raise InvalidArgument(
            "uri_or_digest", text, "a narrower source", hint="This one covers every model of its kind."
        )
    with trust_file.changing() as trusted:
        trusted.sources[str(source)] = {}


def mark_own(digest: str) -> None:
    """Note that this process itself made the content: a notice about it would tell nothing."""
    with _lock:
        _own.add(digest)


def check(
    model: StoredModel, *, action: str = "load", formats: Sequence[str] | None = None, look: Look | None = None
) -> None:
    """Ask for consent before code of a model runs; call it right before the load.

    Parameters
    ----------
    model : Model
        The model.
    action : str
        What is about to be done with it: ``"load"``, ``"read its custom objects"``.
    formats : sequence of str, optional
        What will run code, where the caller knows; nothing else is asked then.
    look : callable, optional
        Reads from the files what a load opens, as entries with ``format`` and ``runs_code``. It is called where the
        record of the import is not enough: for models that came some other way, under ``ask`` and under ``enforce``.
        Without it, such a model is taken to run code.

    Raises
    ------
    UntrustedModel
        Under ``ask`` and ``enforce``, when nobody has trusted the model.
    DigestMismatch
        Under ``enforce``, when the files are not those that were recorded.
    """
    policy = settings.trust_policy()
    case = _Case.of(model, action)
    if formats is None:
        believe = case.ours and policy == "notice"
        formats = _formats(model.info.private.get("loads_with") if believe else look() if look else None)
    if not formats:
        return
    if policy == "notice":
        _notice(case, formats)
        return
    digest = _verified_digest(model, case.recorded, deep=policy == "enforce")
    if (policy == "ask" and digest in _own) or _is_trusted(digest, case.addresses):
        return
    raise UntrustedModel(str(model.tag), case.source, digest, formats)


@dataclass(frozen=True)
class _Case:
    """A model before its load, and what is known about where it comes from."""

    model: StoredModel
    action: str
    ours: bool
    recorded: str
    addresses: tuple[Source, ...]
    source: str

    @classmethod
    def of(cls, model: StoredModel, action: str) -> _Case:
        record = manifest.read(model.path)
        ours = record is not None and record.written_here
        lineage = model.info.private.get("lineage") or {}
        return cls(
            model=model,
            action=f"Loading {model.tag}" if action == "load" else f"{model.tag}: to {action}",
            ours=ours,
            recorded=record.content_digest if record is not None else "",
            addresses=_addresses(lineage) if ours else (),
            source=_saved(record) or _shown(lineage, ours=ours),
        )

    @property
    def consent(self) -> str:
        """What to type to trust it, inside the parentheses."""
        if not self.recorded:
            return f'bentobook.models.get("{self.model.tag}")'
        return json.dumps(str(self.addresses[0]) if self.addresses else self.recorded, ensure_ascii=False)


def _formats(entries: object) -> tuple[str, ...]:
    if not isinstance(entries, Sequence) or not entries:
        return (_UNKNOWN,)
    described = (entry if isinstance(entry, Mapping) else {} for entry in entries)
    unsafe = (entry.get("format") for entry in described if entry.get("runs_code") is not False)
    return tuple(dict.fromkeys(_clean(name or _UNKNOWN) for name in unsafe))


def _notice(case: _Case, formats: Sequence[str]) -> None:
    key = case.recorded or str(case.model.path)
    with _lock:
        if key in _own or key in _noticed:
            return
        _noticed.add(key)
    if case.recorded and _is_trusted(case.recorded, case.addresses):
        return
    _tell(
        f"{case.action} runs code from {case.source} ({', '.join(formats)}). "
        f"Trusted source? bentobook.trust({case.consent})"
    )


def _tell(line: str) -> None:
    """Write one line to stderr: a notice that only a configured logger shows would reach nobody."""
    _logger.info("%s", line)
    if sys.stderr is not None:
        sys.stderr.write(line + "\n")


def _is_trusted(digest: str, addresses: Sequence[Source]) -> bool:
    trusted = trust_file.read()
    if digest in trusted.digests:
        return True
    for address in addresses:
        source = trusted.source_of(address, digest)
        if source is not None:
            if str(address) not in trusted.sources[source]:
                _bind(source, address, digest)
            return True
    return False


def _bind(source: str, address: Source, digest: str) -> None:
    try:
        with trust_file.changing() as trusted:
            trusted.sources.get(source, {}).setdefault(str(address), digest)
    except StoreNotWritable as error:
        _logger.warning("%s", error)


def _verified_digest(model: StoredModel, recorded: str, *, deep: bool) -> str:
    if recorded and not deep:
        return recorded
    found = _digest_of_files(model)
    if recorded and found != recorded:
        raise DigestMismatch(str(model.tag), [f"its content is {found[:15]}…, {recorded[:15]}… was recorded"])
    return found


def _digest_of_files(model: StoredModel) -> str:
    return manifest.content_digest(manifest.describe(Path(model.path)))


def _addresses(lineage: Mapping[str, Any]) -> tuple[Source, ...]:
    found = []
    for key in ("source_uri", "resolved_uri"):
        try:
            found.append(Source.parse(str(lineage.get(key) or "")))
        except BentobookError:
            continue
    return tuple(dict.fromkeys(found))


def _saved(record: manifest.Manifest | None) -> str:
    """Say who saved a model that came from nowhere else, else nothing."""
    if record is None or record.origin.get("kind") != manifest.SAVED:
        return ""
    user = _clean(record.origin.get("user") or "")
    return f"this store, saved by {user}" if user else "this store"


def _shown(lineage: Mapping[str, Any], *, ours: bool) -> str:
    addresses = _addresses(lineage)
    if not addresses:
        return "an unknown source"
    text = _clean(str(addresses[0]))
    return text if ours else f"an unchecked source (claimed: {text})"


def _clean(value: object) -> str:
    return "".join(char if char.isprintable() else "?" for char in str(value))[:_MAX_SHOWN]
