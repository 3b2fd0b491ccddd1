"""What can go wrong when a model is imported or loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

from bentobook.errors.base import BentobookError, InvalidArgument


class UnsupportedSignature(InvalidArgument):
    """``signatures=`` of an MLflow import names another method than ``predict``."""

    def __init__(self, signatures: Mapping[str, object]) -> None:
        self.signatures = dict(signatures)
        others = [name for name in signatures if name != "predict"]
        BentobookError.__init__(
            self,
            f"MLflow pyfunc model support only the `predict` method, signatures={self.signatures} is not supported. "
            f"Name further methods with methods={others!r}.",
        )


class DeviceUnavailable(InvalidArgument):
    """The device that was asked for is not on this machine, or the model cannot move to it."""

    def __init__(self, device: str, reason: str, *, available: Iterable[str] = ("cpu",)) -> None:
        self.device, self.reason, self.available = device, reason, tuple(available)
        super().__init__("device", device, f"one of {', '.join(self.available)}", hint=reason)


class UntrustedModel(BentobookError):
    """Loading would run code, and the trust policy wants consent first."""

    http_status = HTTPStatus.FORBIDDEN

    def __init__(self, tag: str, source: str, digest: str, formats: Sequence[str]) -> None:
        self.tag, self.source, self.digest, self.formats = tag, source, digest, tuple(formats)
        super().__init__(
            f"Loading {tag} runs code from {source} ({', '.join(formats)}), and nobody has trusted it yet. "
            f"Allow it with bentobook.trust({digest!r})."
        )


class ImportFailed(BentobookError):
    """An MLflow model could not be fetched or read."""

    http_status = HTTPStatus.BAD_GATEWAY

    def __init__(self, uri: str, reason: str, *, hint: str = "") -> None:
        self.uri, self.reason, self.hint = uri, reason, hint
        super().__init__(f"Cannot import {uri}: {reason.rstrip('.')}.{' ' + hint if hint else ''}")


class NotAnMLflowModel(ImportFailed):
    """The folder holds no ``MLmodel`` file, or one that cannot be read."""

    http_status = HTTPStatus.BAD_REQUEST

    def __init__(self, uri: str, *, hint: str = "") -> None:
        self.uri, self.hint, self.reason = uri, hint, "it has no MLmodel file"
        BentobookError.__init__(self, f'artifact "{uri}" is not a MLflow model.{" " + hint if hint else ""}')


class MissingPyfuncFlavor(NotAnMLflowModel):
    """The model was saved without the ``python_function`` flavor."""

    def __init__(self, uri: str, flavors: Sequence[str]) -> None:
        self.uri, self.flavors, self.hint = uri, tuple(flavors), ""
        self.reason = "it has no python_function flavor"
        has = f" It has: {', '.join(flavors)}." if flavors else ""
        sentence = f'MLflow model "{uri}" does not support the required python_function flavor.{has}'
        BentobookError.__init__(self, sentence)
