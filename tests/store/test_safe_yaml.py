from __future__ import annotations

import contextlib

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from bentobook.errors import StoreUnreadable
from bentobook.store import safe_yaml

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), plain, max_size=5))
def test_what_is_written_is_read_back(values):
    assert safe_yaml.load(safe_yaml.dump(values), "test") == values


@given(st.dictionaries(st.text("abc", max_size=3), plain, max_size=5))
def test_what_is_written_reads_the_same_with_bentomls_loader(values):
    assert yaml.safe_load(safe_yaml.dump(values)) == values


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_give_a_value_or_one_typed_error(data):
    with contextlib.suppress(StoreUnreadable):
        safe_yaml.load(data, "test")


@given(st.lists(st.sampled_from(list("-?:[]{}&*!|>'\"%@, \n\tab1")), max_size=60).map("".join))
def test_text_of_yaml_signs_gives_a_value_or_one_typed_error(text):
    with contextlib.suppress(StoreUnreadable):
        safe_yaml.load(text.encode(), "test")


def test_equal_values_are_written_out_without_anchors():
    shared = ["a", {"b": 1}]

    assert b"&" not in safe_yaml.dump({"x": shared, "y": shared})


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n".encode() for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a" * (safe_yaml.MAX_BYTES + 1), "at most 1,048,576 are read"),
        (b"[" * 500_000, "nested more than 64"),
        (b"- " * 500_000, "nested more than 64"),
        (b"{a: " * 5000, "nested more than 64"),
        (b"\n".join(b" " * n + b"a:" for n in range(1000)), "nested more than 64"),
        (BOMB, "unfolds to more than 200,000"),
        (b"a: &a {b: 1}\n" + b"m: {<<: [" + b"*a," * 250_000 + b"*a]}\n", "unfolds to more than 200,000"),
        (b"&a [*a]", "refers to what encloses it"),
        (b"a: *b", "undefined alias"),
        (b"a: [1", "line 2: did not find"),
        (b"a: 2001-99-99", "a value that YAML does not allow"),
        (b"a: " + b"9" * 5000, "a value that YAML does not allow"),
        (b"? [a]\n: b", "not valid YAML"),
        (b"!!python/object/apply:os.system [id]", "not valid YAML"),
        (b"\xff\xfe\x00", "not valid YAML"),
        (b"\x80", "not valid YAML"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_file_is_one_typed_error(data, reason):
    with pytest.raises(StoreUnreadable, match=reason):
        safe_yaml.load(data, "model.yaml")


def test_aliases_within_the_limits_are_read():
    assert safe_yaml.load(b"a: &x {k: 1}\nb: *x\n", "test") == {"a": {"k": 1}, "b": {"k": 1}}


def test_utf16_is_read_as_yaml_wants_it():
    assert safe_yaml.load("a: ü".encode("utf-16"), "test") == {"a": "ü"}


WORDS = [
    "a: ",
    "b: ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "1",
    "1.5",
    "yes",
    "~",
    "null",
    "''",
    "'1'",
    '"x"',
    "word",
    "=",
    "<<: ",
    "{a: 1}",
    "[1, x]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!str ",
    "!!map ",
    "!!seq ",
    "!!set ",
    "!!int ",
    "! ",
    "? ",
    ": ",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "0x1f",
    "1_0",
    "!!binary aGk=",
    "!!omap ",
    "--- ",
    "|\n  text",
    "# c",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
@example("a: !!str {b: c}")
@example("- !!map [a, b]\n- !!seq {a: b}")
def test_the_short_way_gives_what_pyyaml_gives(text):
    try:
        expected = yaml.load(text, Loader=yaml.CSafeLoader)
    except Exception:  # noqa: BLE001 (PyYAML raises nearly anything)
        with pytest.raises(StoreUnreadable, match="test cannot be read"):
            safe_yaml.load(text.encode(), "test")
        return
    if "*a" not in text:  # what refers to itself, only we refuse
        assert repr(safe_yaml.load(text.encode(), "test")) == repr(expected)
