"""One grammar for all magics: options anywhere before DATA, mistakes in one line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.error import UsageError

from bentobook.magics.grammar import Grammar, Option, Positional
from bentobook.magics.values import names, pair, seconds
from bentobook.magics.words import quote

IMPORT = Grammar(
    "%bento_import",
    (Positional("name", optional=True), Positional("uri", "uri")),
    (
        Option("--batchable", "one batch"),
        Option("--label", "a label", "K=V", many=True, read=pair),
        Option("--methods", "methods", "A,B", short="-m", read=names),
        Option("--wait", "how long", "TIME", read=seconds),
    ),
)
CALL = Grammar(
    "%bento_call",
    (Positional("api"), Positional("data", "data")),
    (Option("--timeout", "how long", "TIME", short="-t", read=seconds),),
)
SAVE = Grammar(
    "%bento_save",
    (Positional("name"), Positional("obj", "object")),
    (Option("--batchable", "one batch"), Option("--methods", "methods", "A,B", short="-m", read=names)),
)
DELETE = Grammar("%bento_delete", (Positional("tags", "tag", many=True),), (Option("--yes", "do not ask", short="-y"),))


@pytest.mark.parametrize(
    "line",
    [
        "iris runs:/a/m --batchable --label k=v --label a=b=c -m predict,score --wait 50ms -q",
        "--batchable iris --label=k=v runs:/a/m --label=a=b=c -mpredict,score --wait=50ms --quiet",
        "-q --wait '50ms' --label 'k=v' --label \"a=b=c\" --methods=predict,score --batchable iris runs:/a/m  # all",
    ],
)
def test_options_may_stand_anywhere(line):
    assert IMPORT.parse(line) == {
        "name": "iris",
        "uri": "runs:/a/m",
        "batchable": True,
        "label": [("k", "v"), ("a", "b=c")],
        "methods": ["predict", "score"],
        "wait": 0.05,
        "quiet": True,
    }


def test_what_was_not_given_is_empty():
    given_values = IMPORT.parse("runs:/a/m")
    assert given_values == {
        "name": None,
        "uri": "runs:/a/m",
        "batchable": False,
        "label": [],
        "methods": None,
        "wait": None,
        "quiet": False,
    }


@pytest.mark.parametrize(
    ("line", "data"),
    [
        pytest.param("svc.predict X.iloc[:, -1]", "X.iloc[:, -1]", id="expression with blanks"),
        pytest.param("svc.predict -t 5s X[X.a > 3]  # rows", "X[X.a > 3]", id="options before, comment behind"),
        pytest.param("svc.predict --timeout 5s {'a': \"$x\"}", "{'a': \"$x\"}", id="never expanded, quotes stay"),
        pytest.param("svc.predict X --timeout 5s", "X --timeout 5s", id="options behind belong to it"),
        pytest.param("svc.predict -X", "-X", id="minus"),
        pytest.param("svc.predict --X", "--X", id="two minuses"),
        pytest.param("svc.predict -- -t", "-t", id="two dashes end the options"),
        pytest.param("svc.predict 'a' + 'b'", "'a' + 'b'", id="a string first"),
    ],
)
def test_data_is_the_rest_of_the_line(line, data):
    assert CALL.parse(line, {"x": 1})["data"] == data


def test_options_between_the_arguments_and_data_are_read():
    assert CALL.parse("svc.predict -t 5s X")["timeout"] == 5.0


def test_values_are_expanded_word_by_word():
    uri = "models:/My Model's # 1/1"
    assert IMPORT.parse("iris $uri --label owner={who}", {"uri": uri, "who": "a b"}) == IMPORT.parse(
        f"iris {quote(uri)} --label {quote('owner=a b')}"
    )


def test_short_switches_may_be_joined():
    assert DELETE.parse("-qy iris:v1 iris:v2") == {"tags": ["iris:v1", "iris:v2"], "yes": True, "quiet": True}


def test_two_dashes_end_the_options():
    assert DELETE.parse("-- -y")["tags"] == ["-y"]


def test_a_quoted_word_is_no_option():
    assert DELETE.parse("'-y'") == {"tags": ["-y"], "yes": False, "quiet": False}


@pytest.mark.parametrize(
    ("grammar", "line", "sentence"),
    [
        (
            IMPORT,
            "a b --batchabel",
            r"%bento_import: unknown option --batchabel\. Did you mean --batchable\? See %bento_import\?",
        ),
        (IMPORT, "a b —batchable", r"unknown option —batchable\. Did you mean --batchable\?"),
        (IMPORT, "a b c", r"unexpected 'c'\."),
        (IMPORT, "a b batchable", r"unexpected 'batchable'\. Did you mean --batchable\?"),
        (IMPORT, "", r"URI is missing: %bento_import .*\[NAME\] URI"),
        (IMPORT, "a b --methods", r"--methods needs a value: --methods A,B\."),
        (IMPORT, "a b --methods --batchable", r"--methods needs a value"),
        (IMPORT, "a b --batchable=yes", r"--batchable takes no value, got '--batchable=yes'"),
        (IMPORT, "a b --label k", r"--label: expected KEY=VALUE, got 'k'"),
        (IMPORT, "a b --wait 50", r"--wait: expected a time with its unit, such as 50ms or 5s, got '50'"),
        (IMPORT, "a b --methods a,,b", r"--methods: expected names with commas"),
        (IMPORT, "a b --wait 1s --wait 2s", r"--wait is given twice"),
        (IMPORT, "a 'b", r"a ' is not closed"),
        (IMPORT, "a {b}", r"\{b\} cannot be expanded \(NameError: name 'b' is not defined\)"),
        (DELETE, "-yx a", r"unknown option -x in -yx"),
        (CALL, "svc.predict", r"DATA is missing"),
    ],
)
def test_a_mistake_is_one_line_that_helps(grammar, line, sentence):
    with pytest.raises(UsageError, match=sentence) as caught:
        grammar.parse(line)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc", "Z"))), min_size=1), st.booleans())
def test_what_is_quoted_is_read_back(tags, yes):
    line = " ".join([*map(quote, tags), *(["--yes"] if yes else [])])
    assert DELETE.parse(line) == {"tags": tags, "yes": yes, "quiet": False}


@given(st.text())
def test_any_line_is_read_or_refused_in_one_sentence(line):
    for grammar in (IMPORT, CALL, DELETE):
        try:
            grammar.parse(line)
        except UsageError as error:
            assert str(error).startswith(grammar.magic)  # noqa: PT017 - both outcomes are fine


def test_help_shows_usage_and_every_option():
    text = IMPORT.help
    assert text.startswith(
        "Usage: %bento_import [--batchable] [--label K=V]… [-m|--methods A,B] [--wait TIME] [-q|--quiet] [NAME] URI"
    )
    assert "-q, --quiet" in text


@pytest.mark.parametrize(
    ("text", "expected"), [("50ms", 0.05), ("5s", 5), ("1.5m", 90), ("2h", 7200), ("0", 0), ("10us", 1e-5)]
)
def test_times_carry_units(text, expected):
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("line", "obj"),
    [
        ("iris clf --batchable", "clf"),
        ("iris --batchable clf", "clf"),
        ("--batchable iris grid['best one'].steps[-1]", "grid['best one'].steps[-1]"),
        ("iris pipe.fit(X[:, 1], y) --batchable", "pipe.fit(X[:, 1], y)"),
        ("iris {'a': clf}['a']  --batchable # the best", "{'a': clf}['a']"),
        ("iris clf.set_params(C = -1) -q --batchable", "clf.set_params(C = -1)"),
        ("iris '--batchable' --batchable", "'--batchable'"),
    ],
)
def test_an_object_is_left_as_typed_and_ends_at_the_next_option(line, obj):
    given = SAVE.parse(line)
    assert (given["name"], given["obj"], given["batchable"]) == ("iris", obj, True)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("iris clf --batchabel", "unknown option --batchabel. Did you mean --batchable?"),
        ("iris clf --batchable other", "unexpected 'other'"),
        ("iris --batchable", "OBJ is missing"),
        ("iris clf --methods a.b", "--methods: expected names"),
    ],
)
def test_mistakes_around_an_object_are_one_line(line, problem):
    with pytest.raises(UsageError, match=re.escape(problem)):
        SAVE.parse(line)
