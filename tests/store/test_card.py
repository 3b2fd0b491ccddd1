"""Cards of real models; what a notebook shows is parsed as a browser would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bentobook.store import card
from bentobook.store.layout import Layout
from bentobook.store.model import Model
from bentobook.store.model_yaml import ModelContext, ModelInfo, ModelSignature, new_info
from bentobook.store.problems import Problem
from bentobook.store.store import ModelList, Store
from bentobook.store.tag import Tag

COLUMNS = ["sepal length (cm)", "petal width (cm)"]
SIGNATURE = {
    "inputs": {"columns": [{"name": name, "type": "double", "required": name != COLUMNS[1]} for name in COLUMNS]},
    "outputs": {"tensors": [{"dtype": "int64", "shape": [-1]}]},
    "params": [{"name": "temperature", "type": "double", "default": 0.5}],
    "source": "model",
}
PRIVATE: dict[str, Any] = {
    "format": 1,
    "methods": {"predict": {"batchable": True, "batch_dim": [0, 0]}, "score": {"batchable": False}},
    "lineage": {
        "source_uri": "models:/iris@champion",
        "tracking_uri": "http://mlflow:5000",
        "imported_at": "2026-01-02T03:04:05+00:00",
        "run": {"id": "f70af3b8aaaabbbb", "name": "brave-owl-12", "experiment": "flowers"},
        "registry": {"name": "iris", "version": 3, "aliases": ["champion", "prod"]},
        "params": {"C": "1.0", "solver": "lbfgs"},
        "metrics": {"accuracy": 0.97333, "f1": 1.0},
        "tags": {"team": "botany"},
        "flavors": {"python_function": None, "sklearn": "1.9.1"},
    },
    "signature": SIGNATURE,
    "example": {"columns": COLUMNS, "data": [[5.1, 0.2]]},
    "loads_with": [{"path": "mlflow_model/model.pkl", "format": "cloudpickle", "runs_code": True}],
    "requirements": ["pytest", "no-such-distribution==1.0"],
}
Save = Callable[..., Model]


@pytest.fixture
def save(store_home: Path) -> Save:
    """Give a function that stores a model with a record."""

    def store(tag: str = "iris:v1", kind: str = "mlflow", module: str = "bentoml.mlflow", **changes: Any) -> Model:
        private = {name: value for name, value in {**PRIVATE, **changes}.items() if value is not None}
        with Store(store_home).draft(tag) as draft:
            draft.write("mlflow_model/model.pkl", b"not opened by a card")
            info = new_info(draft.tag, module=module, framework_name="mlflow", private=private, labels={"stage": "dev"})
            return draft.publish(info, origin={"kind": kind})

    return store


@pytest.mark.parametrize(
    "fact",
    [
        "iris:v1",
        "scikit-learn 1.9 · pyfunc · 20 B",
        "models:/iris@champion",
        "version 3",
        "@prod",
        "predict · batched",
        "score · not batched",
        "brave-owl-12 · f70af3b8 · accuracy 0.973 · f1 1",
        "+ 2 params",
        "cloudpickle model.pkl runs code on load",
        "pytest ✓",
        "no-such-distribution 1.0 not installed",
        "a DataFrame with 2 columns and gives int64 [-1]",
        "clf = %bento_load --flavor native iris:v1",
    ],
)
def test_html_and_text_tell_the_same_facts(save: Save, fact: str) -> None:
    model = save()

    assert fact in " ".join(_words(card.html(model)).split())
    assert fact in card.text(model).replace("[", "").replace("]", "").replace("int64 -1", "int64 [-1]")


def test_the_signature_is_a_table_with_examples(save: Save) -> None:
    lines = [" ".join(line.split()) for line in card.text(save()).splitlines()]

    assert "sepal length (cm) double required 5.1" in lines
    assert "petal width (cm) double optional 0.2" in lines
    assert "temperature double param, default 0.5" in lines
    assert "→ output int64 [-1]" in lines


def test_the_text_has_no_markup_and_python_shows_only_the_tag(save: Save) -> None:
    model = save()

    assert repr(model) == 'Model(tag="iris:v1")'
    assert "<" not in card.text(model)


def test_details_are_folded_in_html(save: Save) -> None:
    words = _words(card.html(save()))

    for fact in ("lineage", "flowers", "http://mlflow:5000", "lbfgs", "botany", "mlflow_model/model.pkl", "stage"):
        assert fact in words


def test_a_model_without_signature_says_how_to_add_one(save: Save) -> None:
    text = card.text(save(signature=None))

    assert "none, so inputs are not checked" in text
    assert 'import_model("iris", "models:/iris@champion", example=X)' in text


def test_a_signature_from_an_example_says_so(save: Save) -> None:
    assert "from the example given at import" in card.text(save(signature={**SIGNATURE, "source": "example"}))


def test_what_an_archive_tells_is_a_claim(save: Save) -> None:
    model = save(kind="archive", loads_with=[{"path": "m.ubj", "format": "ubj", "runs_code": False}])

    assert "claimed, not checked" in card.text(model)
    assert "claims to be data only" in card.text(model)
    assert "lineage (claimed)" in _words(card.html(model))


def test_a_model_of_bentoml_has_a_card(save: Save) -> None:
    text = card.text(save(module="bentoml.sklearn", **dict.fromkeys(PRIVATE)))

    assert "bentoml.sklearn formats not recorded, a load may run code" in text
    assert "model = %bento_load iris:v1" in text


def test_a_wide_model_folds_its_inputs(save: Save) -> None:
    wide = {"inputs": {"columns": [{"name": f"f{n}", "type": "double"} for n in range(40)]}}
    model = save(signature=wide, example=None)

    assert "… 28 more inputs" in card.text(model)
    assert "f39" not in card.text(model)
    assert "f39" in _words(card.html(model))


def test_a_long_list_of_needs_is_folded(save: Save) -> None:
    model = save(requirements=[*["pytest"] * 9, "no-such-distribution==1.0"])

    assert "no-such-distribution 1.0 not installed · 9 of 10 as recorded" in card.text(model)


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        ({"inputs": {"tensors": [{"dtype": "float32", "shape": [-1, 3]}]}}, "an array, float32 [-1, 3]"),
        ({"inputs": {"tensors": [{"name": n, "dtype": "int64", "shape": [-1]} for n in "ab"]}}, "a dict of 2 arrays"),
        ({"inputs": {"columns": [{"type": "string"}]}}, "a list of string"),
        ({"inputs": {"columns": [{"name": "a", "type": "string"}]}}, "a DataFrame with 1 column"),
    ],
    ids=["array", "arrays", "values", "column"],
)
def test_the_card_says_what_the_model_takes(save: Save, signature: dict[str, Any], words: str) -> None:
    assert words in card.text(save(signature=signature, example=None))


@pytest.mark.parametrize(
    "example",
    [
        {"columns": COLUMNS, "data": [[5.1, 0.2]]},
        {"dataframe_split": {"columns": COLUMNS, "data": [[5.1, 0.2]]}},
        [dict(zip(COLUMNS, [5.1, 0.2], strict=True))],
        {COLUMNS[0]: [5.1], COLUMNS[1]: [0.2]},
        [[5.1, 0.2]],
    ],
    ids=["split", "wrapped", "records", "columns", "rows"],
)
def test_examples_are_read_in_every_form(save: Save, example: Any) -> None:
    text = " ".join(card.text(save(example=example)).split())

    assert "sepal length (cm) double required 5.1 petal width (cm) double optional 0.2" in text


def test_the_next_line_of_the_newest_version_needs_no_version(save: Save) -> None:
    assert "%bento_load --flavor native iris  ·" in card.of_model(save(), latest=True).to_text()


def test_an_import_says_what_happened_and_that_it_verified(save: Save) -> None:
    text = card.of_model(save(), happened="already in the store", verified=True).to_text()

    assert "already in the store" in text.splitlines()[0]
    assert "verified" in text


def test_a_list_marks_the_newest_and_shows_problems(save: Save, store_home: Path) -> None:
    save("iris:v1"), save("iris:v2"), save("other:v1")
    (store_home / "models" / "iris" / "v0").mkdir()
    found = Store(store_home).list()

    lines = [" ".join(line.split()) for line in card.list_text(found).splitlines()]

    assert lines[0] == "models 3 models · 2 names · 60 B"
    assert [line for line in lines if "[latest]" in line] == [
        line for line in lines if line.startswith(("iris:v2", "other:v1"))
    ]
    assert [line for line in lines if line.startswith("! iris:v0 incomplete")]
    assert "iris:v0" in _words(card.list_html(found))


def test_an_empty_list_says_what_to_do() -> None:
    assert "%bento_import NAME URI" in _words(card.list_html(ModelList()))


ALLOWED = {
    "style",
    "div",
    "span",
    "dl",
    "dt",
    "dd",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
}
CLASSES = {
    f"bb-{name}"
    for name in ["head", "tag", "aside", "body", "muted", "ok", "warn", "bad", "mono", "chip", "n", "next", "title"]
} | {"bb"}
HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "</style></div><a href=javascript:alert(1)>",
        '<p data-commandlinker-command="x">',
        "\x1b[2J\u202e<b>",
        "{{7*7}}${x}",
    ]
) | st.text(max_size=30)
PLAIN = st.recursive(
    HOSTILE | st.none() | st.integers() | st.floats() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=6,
)


def _hostile(value: Any) -> st.SearchStrategy[Any]:
    """Keep the form of a record and fill it with hostile text, or put anything in place of a part."""
    if isinstance(value, dict):
        same = st.fixed_dictionaries({key: _hostile(inner) for key, inner in value.items()})
        return same | st.dictionaries(HOSTILE, HOSTILE, max_size=2) | PLAIN
    if isinstance(value, list):
        return st.tuples(*map(_hostile, value)).map(list) | PLAIN
    return HOSTILE | PLAIN


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(private=_hostile({**PRIVATE, "digest": ""}), text=HOSTILE)
def test_hostile_text_yields_only_known_tags_and_attributes(private: Any, text: str) -> None:
    model = _recorded(private if isinstance(private, dict) else {}, text)

    for markup in (card.html(model), card.list_html(ModelList([model], [Problem(text, text)]))):
        found = _Elements()
        found.feed(markup)
        found.close()

        assert found.tags <= ALLOWED
        assert found.classes <= CLASSES
        assert found.styles == 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(private=_hostile({**PRIVATE, "digest": ""}), text=HOSTILE)
def test_hostile_text_cannot_command_a_terminal(private: Any, text: str) -> None:
    model = _recorded(private if isinstance(private, dict) else {}, text)

    shown = card.text(model) + card.list_text(ModelList([model], [Problem(text, text)]))

    assert "\x1b" not in shown
    assert "\u202e" not in shown


def _recorded(private: dict[str, Any], text: str) -> Model:
    model = Model(Layout(Path("nowhere")), Tag("iris", "v1"))
    model.info = ModelInfo(
        tag=model.tag,
        module=text,
        labels={text: text},
        options={},
        metadata={text: [text]},
        context=ModelContext(text, {text: text}),
        signatures={text: ModelSignature()},
        api_version="v1",
        creation_time=datetime(2026, 1, 1, tzinfo=UTC),
        private={**private, "size": 1},
    )
    return model


class _Elements(HTMLParser):
    """The tags and classes of a page; any other attribute fails the test."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.classes: set[str] = set()
        self.styles = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.styles += tag == "style"
        for name, value in attrs:
            assert name == "class"
            self.classes.update((value or "").split())


def _words(markup: str) -> str:
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(markup)
    parser.close()
    return "".join(parts[1:])
