"""What can go wrong with tags, stored models and archives."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from bentobook.errors.base import BentobookError, InvalidArgument, did_you_mean


class InvalidTag(InvalidArgument):
    """A text that is no tag."""

    def __init__(self, text: str, reason: str, *, hint: str = "") -> None:
        self.text, self.reason = text, reason
        super().__init__("tag", text, reason, hint=hint)


class AmbiguousVersion(InvalidTag):
    """The beginning of a version that several versions share."""

    def __init__(self, text: str, name: str, versions: Sequence[str]) -> None:
        self.text, self.versions, self.reason = text, tuple(versions), "one version"
        found = f"Multiple {name} versions found: {', '.join(versions)}."
        BentobookError.__init__(self, f"{found} Write more of the one that is meant.")


class NotFound(BentobookError, LookupError):
    """No such model (or Bento) in the store."""

    http_status = HTTPStatus.NOT_FOUND

    def __init__(
        self, tag: str, where: str, *, kind: str = "Model", similar: Sequence[str] = (), hint: str = ""
    ) -> None:
        self.tag, self.where, self.similar = tag, where, tuple(similar)
        otherwise = hint or "List what is there with `bentobook models list`."
        super().__init__(f"{kind} {tag!r} is not found in the store at {where}.{did_you_mean(similar, otherwise)}")


class UnknownName(NotFound):
    """Nothing of this kind has this name."""

    def __init__(
        self,
        name: str,
        where: str,
        *,
        similar: Sequence[str] = (),
        kind: str = "Model",
        listing: str = "bentobook models",
    ) -> None:
        self.tag, self.where, self.similar = name, where, tuple(similar)
        more = did_you_mean(similar, f"List what is there with `{listing} list`.")
        BentobookError.__init__(self, f"no {kind}s with name {name!r} found in the store at {where}.{more}")


class WrongModule(NotFound):
    """The model was saved with another framework module than the one that is asked to load it."""

    def __init__(self, tag: str, module: str, wanted: str) -> None:
        self.tag, self.module, self.wanted = tag, module, wanted
        BentobookError.__init__(
            self,
            f"Model {tag} was saved with module {module}, not loading with {wanted}. "
            f"Load it with bentobook.models.get({tag!r}).load_model().",
        )


class AlreadyExists(BentobookError):
    """A version with this tag is there; a version is never overwritten."""

    http_status = HTTPStatus.CONFLICT

    def __init__(self, tag: str, where: str, *, created: str = "", kind: str = "Model") -> None:
        self.tag, self.where, self.created = tag, where, created
        when = f" (created {created})" if created else ""
        super().__init__(
            f"{kind} {tag} already exists in the store at {where}{when}. "
            "Give another version, or leave it out for a new one."
        )


class ModelInUse(BentobookError):
    """A model that a Bento of the store refers to cannot be deleted."""

    http_status = HTTPStatus.CONFLICT

    def __init__(self, tag: str, bentos: Sequence[str]) -> None:
        self.tag, self.bentos = tag, tuple(bentos)
        super().__init__(
            f"Model {tag} is being used by the following bentos and can't be deleted: {', '.join(bentos)}. "
            "Delete the bentos first."
        )


class ArchiveRefused(BentobookError):
    """An archive that is not safe or not whole; nothing of it was stored."""

    http_status = HTTPStatus.BAD_REQUEST

    def __init__(self, path: Path | str, reason: str, *, member: str = "") -> None:
        self.path, self.reason, self.member = str(path), reason, member
        at = f" at member {member!r}" if member else ""
        super().__init__(f"Archive {path} is refused{at}: {reason}. Nothing of it was stored.")


class StoreUnreadable(BentobookError):
    """A file of the store that cannot be read or understood."""

    def __init__(self, path: Path | str, reason: str, *, hint: str = "") -> None:
        self.path, self.reason = str(path), reason
        otherwise = hint or "Run `bentobook models verify` to see what is wrong."
        super().__init__(f"{path} cannot be read: {reason.rstrip('.')}. {otherwise}")


class DigestMismatch(StoreUnreadable):
    """The content of a stored model is not what was recorded when it was stored."""

    def __init__(self, tag: str, problems: Sequence[str]) -> None:
        self.tag, self.problems = tag, tuple(problems)
        shown = 3
        more = f" and {len(problems) - shown} more" if len(problems) > shown else ""
        BentobookError.__init__(
            self,
            f"Model {tag} has changed since it was stored: {'; '.join(problems[:shown])}{more}. "
            "Import it again, or set it aside with `bentobook models verify --deep --repair`.",
        )


class StoreNotWritable(BentobookError):
    """The store cannot be written: read-only, no permission, or an input/output error."""

    def __init__(self, path: Path | str, action: str, reason: str, *, hint: str = "") -> None:
        self.path, self.action, self.reason = str(path), action, reason
        advice = hint or "The store is unchanged. Set BENTOML_HOME to a folder that you can write."
        super().__init__(f"Cannot {action} in {path}: {reason}. {advice}")


class DiskFull(StoreNotWritable):
    """There is not enough room for what was to be written."""

    http_status = HTTPStatus.INSUFFICIENT_STORAGE

    def __init__(self, path: Path | str, needed: int | None, free: int) -> None:
        self.path, self.needed, self.free = str(path), needed, free
        needs = f"needs {needed:,} bytes, " if needed is not None else ""
        BentobookError.__init__(
            self,
            f"Disk full: {needs}{free:,} bytes are free at {path}. The store is unchanged. "
            "Free space with `bentobook models prune --keep 3` or `bentobook models gc`.",
        )
