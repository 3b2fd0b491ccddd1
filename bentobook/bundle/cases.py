"""A case: a request, the answer that is expected, and how far its numbers may be off. One line of JSON each.

The body of the request is kept byte for byte, so a case asks the same question of a kernel, of a Bento in a fresh
process, and of a deployment far away.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bentobook.bundle.cases_compare import Difference, Tolerance, differences, shown
from bentobook.bundle.fields import is_plain
from bentobook.errors import InvalidArgument, StoreUnreadable
from bentobook.io.content import JSON

FORMAT = 1
MAX_NAME = 100
MAX_BYTES = 8 << 20
BAD = 400


@dataclass(frozen=True)
class Body:
    """Bytes that travel over HTTP, and what they are."""

    content_type: str
    data: bytes = field(repr=False)

    @property
    def is_json(self) -> bool:
        """Whether they are JSON."""
        return self.content_type.partition(";")[0].strip().lower() == JSON

    def parsed(self) -> Any:
        """Read them as JSON; NaN and infinities, which other servers write, are read too."""
        return json.loads(self.data)

    def to_dict(self) -> dict[str, str]:
        """Return it as it stands in a line of JSON: as text where it is text."""
        try:
            return {"content_type": self.content_type, "text": self.data.decode()}
        except UnicodeDecodeError:
            return {"content_type": self.content_type, "base64": base64.b64encode(self.data).decode()}

    @classmethod
    def from_dict(cls, values: Any) -> Body:
        """Read what :meth:`to_dict` wrote."""
        text = values.get("text")
        data = text.encode() if text is not None else base64.b64decode(values["base64"], validate=True)
        return cls(str(values["content_type"]), data)


@dataclass(frozen=True)
class Case:
    """A request and its expected answer.

    Attributes
    ----------
    name : str
        Unique within its service.
    api, route : str
        Who is asked, and where.
    request, expected : Body
    status : int
        The HTTP status that is expected.
    tolerance : Tolerance
    source : str
        Whose answer it was: ``"service"``, or the object in memory.
    """

    name: str
    api: str
    route: str
    request: Body
    expected: Body
    status: int = 200
    tolerance: Tolerance = field(default_factory=Tolerance)
    source: str = "service"

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME or not is_plain(self.name):
            raise InvalidArgument("name", self.name, f"one line of at most {MAX_NAME} characters that can be seen")
        n_bytes = len(self.request.data) + len(self.expected.data)
        if n_bytes > MAX_BYTES:
            hint = "Take fewer rows: every case travels with every Bento."
            raise InvalidArgument(f"case {self.name}", f"{n_bytes:,} bytes", f"at most {MAX_BYTES:,} bytes", hint=hint)

    def differences(self, status: int, answer: Body) -> tuple[Difference, ...]:
        """Return where an answer is not the expected one.

        Of a request that is refused, as expected, only the status counts: its sentence may be improved.
        """
        if status != self.status:
            return (Difference("status", str(self.status), _refusal(status, answer)),)
        if status >= BAD:
            return ()
        if not self.expected.is_json:
            same = self.expected.data == answer.data
            return () if same else (Difference("", _told(self.expected), _told(answer)),)
        try:
            got = answer.parsed()
        except (ValueError, RecursionError):
            return (Difference("", "JSON", _told(answer)),)
        return differences(self.expected.parsed(), got, self.tolerance)

    def to_line(self) -> str:
        """Return it as one line of JSON."""
        values = {
            "format": FORMAT,
            "name": self.name,
            "api": self.api,
            "route": self.route,
            "request": self.request.to_dict(),
            "expected": {"status": self.status, **self.expected.to_dict()},
            "tolerance": {"rtol": self.tolerance.rtol, "atol": self.tolerance.atol},
            "source": self.source,
        }
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_line(cls, line: str) -> Case:
        """Read what :meth:`to_line` wrote; raises ``ValueError``, ``KeyError``, ``TypeError`` or ``AttributeError``."""
        values = json.loads(line)
        if values["format"] != FORMAT:
            raise ValueError(f"its format is {values['format']!r}")
        given = {key: str(values[key]) for key in ("name", "api", "route", "source")}
        expected = Body.from_dict(values["expected"])
        tolerance, status = Tolerance(**values["tolerance"]), int(values["expected"]["status"])
        request = Body.from_dict(values["request"])
        return cls(**given, request=request, expected=expected, tolerance=tolerance, status=status)


def _refusal(status: int, answer: Body) -> str:
    try:
        said = str(answer.parsed()["error"])
    except (ValueError, RecursionError, KeyError, TypeError):
        return str(status)
    return f"{status} ({shown(said)})"


def _told(body: Body) -> str:
    try:
        return shown(body.data.decode())
    except UnicodeDecodeError:
        return f"{len(body.data):,} other bytes of {body.content_type}"


def dump(cases: Iterable[Case]) -> bytes:
    """Write cases, one a line."""
    return "".join(f"{case.to_line()}\n" for case in cases).encode()


def read(path: Path) -> tuple[Case, ...]:
    """Read the cases of a file; none where there is no file.

    Raises
    ------
    StoreUnreadable
        When a line is no case.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreUnreadable(path, str(error)) from error
    return tuple(_cases(text, path))


def _cases(text: str, path: Path) -> Iterator[Case]:
    # Only a newline ends a line: JSON leaves other separators as they are.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield Case.from_line(line)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                reason = f"line {number} is no case ({type(error).__name__}: {error})"
                raise StoreUnreadable(path, reason, hint="Remove that line, or the file.") from error
