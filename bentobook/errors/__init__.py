"""Every exception that this package raises on purpose.

The tree::

    BentobookError                    500  (alias BentoMLException)
    ├── InvalidArgument               400
    │   ├── InvalidTag                400
    │   │   └── AmbiguousVersion      400
    │   ├── UnsupportedSignature      400
    │   └── DeviceUnavailable         400
    ├── NotFound                      404
    │   ├── UnknownName               404
    │   └── WrongModule               404
    ├── AlreadyExists                 409
    ├── ModelInUse                    409
    ├── Refused                       403  an administrator's setting forbids it
    ├── UntrustedModel                403
    ├── MissingDependency             500
    ├── ImportFailed                  502
    │   └── NotAnMLflowModel          400
    │       └── MissingPyfuncFlavor   400
    ├── ArchiveRefused                400
    ├── SchemaMismatch                422
    ├── CellRefused                   400
    │   ├── NotPython                 400
    │   ├── NamesLeftBehind           400
    │   └── NotALiteral               400
    ├── BuildFailed                   400
    │   ├── BentofileRefused          400
    │   └── CasesFailed               400
    ├── BadRequestBody                400
    ├── BodyTooLarge                  413
    ├── UnsupportedContentType        415
    ├── AnswerUnfit                   500
    ├── RunnerNotReady                500
    ├── RunnerClosed                  503
    ├── CallerLeft                    503  in a thread of a service; nobody gets it as an answer
    ├── ServiceBusy                   503  carries retry_after, in seconds
    ├── DeadlineExceeded              504
    ├── RequestRefused                400  before an API saw it
    │   ├── NoSuchRoute               404
    │   ├── MethodNotAllowed          405
    │   ├── BodyTooSlow               408
    │   ├── ForeignHost               421
    │   ├── ForeignOrigin             403
    │   ├── TokenRequired             401
    │   └── ServiceClosed             503
    ├── ApiFailed                     500
    ├── LoadTestFailed                500
    ├── PortTaken                     409
    ├── ServerFailed                  500
    ├── BatchContractBroken           500
    ├── StoreUnreadable               500
    │   └── DigestMismatch            500
    └── StoreNotWritable              500
        └── DiskFull                  507

A class takes values, builds its own sentence (what, where, what to do next) and keeps the values as attributes.
"""

from __future__ import annotations

from bentobook.errors.base import (
    BentobookError,
    InvalidArgument,
    MissingDependency,
    Refused,
)
from bentobook.errors.bundle import BentofileRefused, BuildFailed, CasesFailed
from bentobook.errors.cells import CellRefused, LeftBehind, NamesLeftBehind, NotALiteral, NotPython
from bentobook.errors.models import (
    DeviceUnavailable,
    ImportFailed,
    MissingPyfuncFlavor,
    NotAnMLflowModel,
    UnsupportedSignature,
    UntrustedModel,
)
from bentobook.errors.requests import AnswerUnfit, BadRequestBody, BodyTooLarge, UnsupportedContentType
from bentobook.errors.running import (
    BatchContractBroken,
    CallerLeft,
    DeadlineExceeded,
    RunnerClosed,
    RunnerNotReady,
    ServiceBusy,
)
from bentobook.errors.service import (
    ApiFailed,
    BodyTooSlow,
    ForeignHost,
    ForeignOrigin,
    LoadTestFailed,
    MethodNotAllowed,
    NoSuchRoute,
    PortTaken,
    RequestRefused,
    ServerFailed,
    ServiceClosed,
    TokenRequired,
)
from bentobook.errors.store import (
    AlreadyExists,
    AmbiguousVersion,
    ArchiveRefused,
    DigestMismatch,
    DiskFull,
    InvalidTag,
    ModelInUse,
    NotFound,
    StoreNotWritable,
    StoreUnreadable,
    UnknownName,
    WrongModule,
)
from bentobook.errors.values import Problem, SchemaMismatch

BentoMLException = BentobookError

__all__ = [
    "AlreadyExists",
    "AmbiguousVersion",
    "AnswerUnfit",
    "ApiFailed",
    "ArchiveRefused",
    "BadRequestBody",
    "BatchContractBroken",
    "BentoMLException",
    "BentobookError",
    "BentofileRefused",
    "BodyTooLarge",
    "BodyTooSlow",
    "BuildFailed",
    "CallerLeft",
    "CasesFailed",
    "CellRefused",
    "DeadlineExceeded",
    "DeviceUnavailable",
    "DigestMismatch",
    "DiskFull",
    "ForeignHost",
    "ForeignOrigin",
    "ImportFailed",
    "InvalidArgument",
    "InvalidTag",
    "LeftBehind",
    "LoadTestFailed",
    "MethodNotAllowed",
    "MissingDependency",
    "MissingPyfuncFlavor",
    "ModelInUse",
    "NamesLeftBehind",
    "NoSuchRoute",
    "NotALiteral",
    "NotAnMLflowModel",
    "NotFound",
    "NotPython",
    "PortTaken",
    "Problem",
    "Refused",
    "RequestRefused",
    "RunnerClosed",
    "RunnerNotReady",
    "SchemaMismatch",
    "ServerFailed",
    "ServiceBusy",
    "ServiceClosed",
    "StoreNotWritable",
    "StoreUnreadable",
    "TokenRequired",
    "UnknownName",
    "UnsupportedContentType",
    "UnsupportedSignature",
    "UntrustedModel",
    "WrongModule",
]
