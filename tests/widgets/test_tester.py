"""The tester without a front end: its widgets are driven as a front end drives them."""

from __future__ import annotations

import json

import ipywidgets
import pandas as pd
import pytest

from bentobook import Service
from bentobook.bundle import cases_store
from bentobook.widgets.editors import FormEditor, JsonEditor, TextEditor
from bentobook.widgets.tester import ServiceForm, try_


def find(tester: ServiceForm, kind: type, **traits: object) -> ipywidgets.Widget:
    """Return the one widget of a kind with such traits."""

    def walk(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
        return [widget, *(found for child in getattr(widget, "children", ()) for found in walk(child))]

    fits = [each for each in walk(tester.view) if isinstance(each, kind)]
    fits = [each for each in fits if all(getattr(each, name) == value for name, value in traits.items())]
    assert len(fits) == 1, fits
    return fits[0]


def test_it_opens_with_the_answer_to_the_example(svc: Service) -> None:
    tester = try_(svc)

    assert tester.history[-1].value == [0.25, 0.75]
    assert find(tester, ipywidgets.Text, description="a").value == "1.5"
    assert "200" in repr(tester)
    assert "forms.call('score', …)" in repr(tester)


def test_what_is_typed_is_sent_when_the_button_is_clicked(svc: Service) -> None:
    tester = try_(svc)
    find(tester, ipywidgets.Text, description="a").value = "-4"

    find(tester, ipywidgets.Button, description="Send").click()

    assert tester.history[-1].status == 500
    assert json.loads(tester.history[-1].sent.body) == [{"a": -4, "b": "x"}]
    assert "no roots" in str(tester.history[-1].error)


def test_a_field_that_cannot_be_read_is_said_and_nothing_is_sent(svc: Service) -> None:
    tester = try_(svc)
    find(tester, ipywidgets.Text, description="a").value = "<b>four</b>"

    assert tester.send() is None
    assert len(tester.history) == 1
    said = [each.value for each in tester.view.children[1].children[1].children if isinstance(each, ipywidgets.HTML)]
    assert any("a number" in each and "&lt;b&gt;four" in each for each in said)


def test_the_form_and_the_json_carry_over_to_each_other(svc: Service) -> None:
    tester = try_(svc)
    find(tester, ipywidgets.Text, description="a").value = "8"

    switch = find(tester, ipywidgets.ToggleButtons, description="Write as")
    switch.value = "JSON"
    text = find(tester, ipywidgets.Textarea, description="JSON")
    assert json.loads(text.value) == [{"a": 8, "b": "x"}]
    text.value = '[{"a": 9}]'
    switch.value = "form"

    assert find(tester, ipywidgets.Text, description="a").value == "9"
    assert find(tester, ipywidgets.Text, description="b").value == ""
    assert tester.send().request == b'[{"a": 9}]'


def test_what_is_wrong_with_the_json_is_said_by_the_service(svc: Service) -> None:
    tester = try_(svc)
    find(tester, ipywidgets.ToggleButtons, description="Write as").value = "JSON"
    text = find(tester, ipywidgets.Textarea, description="JSON")

    text.value = '[{"a": 1, "bb": 2}]'
    assert tester.send().status == 422
    assert """example  forms.call('score', [{"a": 1.5, "b": "x"}])""" in repr(tester.history[-1])
    text.value = "[{"
    assert tester.send().status == 400
    answer = find(tester, ipywidgets.Tab).children[0].value
    assert "bb-bad" in answer


def test_rows_of_frames_in_the_kernel_are_examples(svc: Service) -> None:
    names = {"X": pd.DataFrame({"a": [3.0, 4.0], "b": ["u", "v"]}), "other": pd.DataFrame({"c": [1]}), "_X": 1}
    tester = try_(svc, names)
    example = find(tester, ipywidgets.Dropdown, description="Example")
    assert [name for name, _ in example.options] == ["input example", "X.iloc[:1]", "X.sample(1)"]

    example.value = 1

    assert json.loads(tester.send().request) == [{"a": 3.0, "b": "u"}]


@pytest.mark.parametrize(
    ("api", "editor"), [("score", FormEditor), ("add", JsonEditor), ("shout", TextEditor)], ids=str
)
def test_each_api_has_the_editor_of_what_it_takes(svc: Service, api: str, editor: type) -> None:
    tester = try_(svc)
    find(tester, ipywidgets.ToggleButtons, description="API").value = api
    assert type(tester.editor) is editor


def test_a_text_is_sent_as_it_stands(svc: Service) -> None:
    tester = try_(svc)
    find(tester, ipywidgets.ToggleButtons, description="API").value = "shout"
    find(tester, ipywidgets.Textarea, description="Text").value = "grüß dich"

    assert tester.send().value == "GRÜSS DICH"


def test_the_history_lists_what_was_sent_newest_first(svc: Service) -> None:
    tester = try_(svc)
    find(tester, ipywidgets.Text, description="a").value = "77"
    tester.send()

    tabs = find(tester, ipywidgets.Tab)
    assert tabs.titles[3] == "history (2)"
    assert tabs.children[3].value.index("77") < tabs.children[3].value.index("1.5")


def test_the_answer_shows_as_text_where_widgets_do_not(svc: Service) -> None:
    bundle = try_(svc)._repr_mimebundle_()
    assert "score  200" in bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_the_last_request_is_kept_as_a_case(svc: Service) -> None:
    tester = try_(svc)
    find(tester, ipywidgets.Text, placeholder="name of a case").value = "half <b>"

    find(tester, ipywidgets.Button, description="Save as case").click()

    (case,) = cases_store.of_service("forms")
    assert (case.name, case.api, json.loads(case.expected.data)) == ("half <b>", "score", [0.25, 0.75])
    find(tester, ipywidgets.Text, description="a").value = "-4"
    tester.send()
    assert tester.save() is None
    assert "no roots" in tester._state.value
    assert len(cases_store.of_service("forms")) == 1
