"""The pages for people: the API page at ``/`` and Swagger UI at ``/docs``, from files, with relative links only.

Nothing of a service is written into them on this side: they read its description themselves. So they are open without
a token, and show a form for it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from bentobook.service.problem import Answer

_TYPES = {
    "html": b"text/html; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "css": b"text/css; charset=utf-8",
}
_FILES = {
    "/": "index.html",
    "/docs": "docs.html",
    **{
        f"/static/{name}": name for name in ("page.css", "page.js", "docs.js", "swagger-ui.css", "swagger-ui-bundle.js")
    },
}
PATHS = frozenset(_FILES)
_POLICY = (
    b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    b"frame-ancestors 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)


@cache
def page(path: str) -> Answer:
    """Return one of the pages, or a file that they need."""
    name = _FILES[path]
    body = files("bentobook.service").joinpath("static", name).read_bytes()
    return Answer(200, body, _TYPES[name.rpartition(".")[2]], _HEADERS)
