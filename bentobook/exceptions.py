"""BentoML's names for the exceptions, so that ``except bentoml.exceptions.NotFound`` goes on working."""

from __future__ import annotations

from bentobook.errors import (
    AlreadyExists,
    BentobookError,
    BentoMLException,
    InvalidArgument,
    MissingDependency,
    NotFound,
)

MissingDependencyException = MissingDependency

__all__ = [
    "AlreadyExists",
    "BentoMLException",
    "BentobookError",
    "InvalidArgument",
    "MissingDependency",
    "MissingDependencyException",
    "NotFound",
]
