from __future__ import annotations

from importlib.metadata import version

import pytest

from bentobook.store import needs

CLICK = version("click")


@pytest.mark.parametrize(
    ("line", "note"),
    [
        (f"click=={CLICK}", "✓"),
        ("click", "✓"),
        ("click>=1", "✓"),
        ("Click>=1  # a comment", "✓"),
        ("click==0.1", f"({CLICK} here)"),
        ("no-such-distribution==1.0", "not installed"),
        ("--extra-index-url https://example.org", "not checked"),
        ("mlflow-skinny>=1", "✓"),
    ],
)
def test_a_requirement_is_compared_with_what_is_installed(line: str, note: str) -> None:
    assert [need.note for need in needs.check([line])] == [note]


@pytest.mark.parametrize("line", ["", "  # only a comment", 'click; python_version < "3"'])
def test_what_does_not_apply_is_left_out(line: str) -> None:
    assert needs.check([line]) == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("click==8.1.7", "click 8.1.7"),
        ("click>=8,<9", "click <9,>=8"),
        ("click", "click"),
        ("click==8.*", "click ==8.*"),
    ],
)
def test_a_need_is_written_short(line: str, words: str) -> None:
    assert str(needs.check([line])[0]) == words


def test_credentials_of_an_address_are_not_shown() -> None:
    found = needs.check(
        ["-i https://ana:secret@example.org/simple", "thing @ git+https://token-secret@example.org/thing.git"]
    )

    assert "secret" not in " ".join(f"{need} {need.note}" for need in found)
