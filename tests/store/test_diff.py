"""Two versions side by side."""

from __future__ import annotations

from pathlib import Path

from bentobook import models


def _version(version: str, content: bytes, **labels: str) -> models.Model:
    with models.create(f"iris:{version}", labels=labels) as draft:
        Path(draft.path_of("same.bin")).write_bytes(b"same")
        Path(draft.path_of("weights.bin")).write_bytes(content)
    return models.get(f"iris:{version}")


def test_equal_rows_are_kept_and_not_shown(store_home: Path) -> None:
    left, right = _version("v1", b"1", team="a", colour="red"), _version("v2", b"22", team="b", colour="red")

    found = left.diff(right)

    titles = [section.title for section in found.changed]
    assert titles == ["labels", "files"]
    assert [row.key for row in found.changed[0].changed] == ["team"]
    assert {row.key for row in found.sections[0].rows} == {"team", "colour"}
    assert "same.bin" not in repr(found)
    assert "weights.bin" in repr(found)


def test_what_one_side_lacks_is_a_dash(store_home: Path) -> None:
    found = _version("v1", b"1", team="a").diff(_version("v2", b"1"))

    assert "team  a" in repr(found)
    assert "—" in repr(found)


def test_equal_versions_do_not_differ(store_home: Path) -> None:
    found = _version("v1", b"1").diff(_version("v2", b"1"))

    assert repr(found) == "iris:v1 and iris:v2 do not differ."
    assert "no differences" in found._repr_html_()


def test_hostile_labels_are_text(store_home: Path) -> None:
    found = _version("v1", b"1", team="<script>alert(1)</script>").diff(_version("v2", b"1"))

    assert "<script>" not in found._repr_html_()
