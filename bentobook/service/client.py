"""The same request from outside: as a line for the shell, and as lines of Python."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

LONG = 4000


@dataclass(frozen=True, slots=True)
class Sent:
    """The body of a request.

    Attributes
    ----------
    body : bytes
        As it is sent.
    content_type : str
        What it is.
    token : bool
        Whether the server wants a token; it is never written out.
    """

    body: bytes = b""
    content_type: str = "application/json"
    token: bool = False

    @property
    def text(self) -> str | None:
        """The body as text; None where it is binary, or too long to be typed."""
        if len(self.body) > LONG:
            return None
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            return None


def curl(url: str, sent: Sent) -> str:
    """Write the line for a shell; a body that cannot be typed is read from the file ``body``."""
    text = sent.text
    lines = [f"curl -X POST {shlex.quote(url)}", f"-H {shlex.quote('content-type: ' + sent.content_type)}"]
    if sent.token:
        lines.append('-H "authorization: Bearer $TOKEN"')
    lines.append("--data-binary " + ("@body" if text is None else shlex.quote(text)))
    return " \\\n  ".join(lines)


def python(url: str, sent: Sent) -> str:
    """Write the lines of Python, with the standard library only."""
    text = sent.text
    headers = f'{{"content-type": {sent.content_type!r}}}'
    before = ""
    if sent.token:
        before, headers = "import os\n", f'{headers[:-1]}, "authorization": "Bearer " + os.environ["TOKEN"]}}'
    body = 'open("body", "rb").read()' if text is None else repr(sent.body)
    return (
        f"{before}import urllib.request\n\n"
        f"body = {body}\n"
        f"request = urllib.request.Request({url!r}, body, {headers})\n"
        "print(urllib.request.urlopen(request).read().decode())"
    )
