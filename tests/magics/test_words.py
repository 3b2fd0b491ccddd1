"""Lines are cut as a shell cuts them, and every text can be written so that it is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.magics.words import LineError, expand, next_word, quote, split, without_comment, words

LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
LINE_TEXT = st.text(st.characters(blacklist_characters=LINE_ENDS, blacklist_categories=("Cs",)))


@given(st.lists(LINE_TEXT))
def test_quoted_texts_are_read_back_unchanged(texts):
    line = " ".join(map(quote, texts))
    assert [expand(word, {}) for word in split(line)] == texts


@given(LINE_TEXT)
def test_any_line_can_be_cut_without_a_crash(line):
    for word in words(line):
        assert line[word.start : word.end].strip()


@given(LINE_TEXT)
def test_words_stand_in_order_and_do_not_overlap(line):
    ends = [0]
    for word in words(line):
        assert ends[-1] <= word.start < word.end <= len(line)
        ends.append(word.end)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("iris  models:/iris/1", ["iris", "models:/iris/1"], id="blanks"),
        pytest.param("'a b' \"c d\"", ["a b", "c d"], id="both quotes"),
        pytest.param("models:/'My Model'/1", ["models:/My Model/1"], id="quotes inside a word"),
        pytest.param(r"C:\models\iris", [r"C:\models\iris"], id="backslashes are plain"),
        pytest.param("iris # the best", ["iris"], id="comment"),
        pytest.param("# nothing", [], id="only a comment"),
        pytest.param("models:/a#b '# c'", ["models:/a#b", "# c"], id="a number sign in a word is none"),
        pytest.param("runs:/{run.info['run id']}/m x", ["runs:/{run.info['run id']}/m", "x"], id="braces keep blanks"),
        pytest.param("'{d['a b']}/x' y", ["{d['a b']}/x", "y"], id="braces keep quotes, in quotes too"),
        pytest.param("''", [""], id="an empty word"),
    ],
)
def test_a_line_is_cut(line, expected):
    assert split(line) == expected


def test_an_open_quote_is_an_error_that_names_it():
    with pytest.raises(LineError, match="a ' is not closed"):
        split("iris 'models:/iris")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{uri}", "models:/My Model/1", id="name in braces"),
        pytest.param("$uri", "models:/My Model/1", id="dollar name"),
        pytest.param("$info.model_uri!", "runs:/a/model!", id="dollar attribute"),
        pytest.param("it's $uri", "it's models:/My Model/1", id="an apostrophe before does not matter"),
        pytest.param("runs:/{ids[0]}/{'m' * 2}", "runs:/7/mm", id="expressions"),
        pytest.param("{{x}} $$y 5$", "{x} $y 5$", id="doubled marks"),
    ],
)
def test_names_are_expanded(text, expected):
    info = type("Info", (), {"model_uri": "runs:/a/model"})
    assert expand(text, {"uri": "models:/My Model/1", "info": info, "ids": [7]}) == expected


def test_an_expansion_that_fails_says_why():
    with pytest.raises(LineError, match=r"\{nope\} cannot be expanded .*NameError: name 'nope' is not defined"):
        expand("{nope}", {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("X[X.a > 3]  # rows", "X[X.a > 3]", id="comment"),
        pytest.param("X['a # b']", "X['a # b']", id="in a string"),
        pytest.param(r"X['it\'s # b']  # c", r"X['it\'s # b']", id="behind an escaped quote"),
        pytest.param('{"a": "#1"}', '{"a": "#1"}', id="JSON"),
    ],
)
def test_a_comment_behind_data_is_cut_off(text, expected):
    assert without_comment(text) == expected


def test_nothing_stands_behind_the_end():
    assert next_word("   ") is None
