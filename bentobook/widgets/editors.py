"""What a request is written in: a form of fields beside its JSON, a plain text, or a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import ipywidgets

from bentobook.errors import InvalidArgument
from bentobook.io.base import IODescriptor
from bentobook.widgets import fields
from bentobook.widgets.fields import Field, Layout

JSON = "application/json"
_LABEL = {"description_width": "180px"}
_WIDE = {"width": "98%"}


class Editor(Protocol):
    """Where a person writes the body of a request.

    Attributes
    ----------
    view : Widget
        What is shown.
    """

    view: ipywidgets.Widget

    def show(self, example: Any) -> None:
        """Put a JSON value into it."""

    def body(self) -> tuple[bytes, str]:
        """Return the body and its content type."""


def editor_of(descriptor: IODescriptor) -> Editor:
    """Choose the editor for what an API takes."""
    types = descriptor.content_types
    if JSON in types:
        layout = fields.layout_of(descriptor.json_schema())
        return JsonEditor() if layout is None else FormEditor(layout)
    if any(each.startswith("text/") for each in types):
        return TextEditor(next(each for each in types if each.startswith("text/")))
    return FileEditor(types[0])


class JsonEditor:
    """JSON as text."""

    def __init__(self) -> None:
        self.view = ipywidgets.Textarea(description="JSON", rows=8, style=_LABEL, layout=_WIDE)

    def show(self, example: Any) -> None:
        """Write an example, one row a line."""
        self.view.value = written(example)

    def body(self) -> tuple[bytes, str]:
        """Return the text as it stands: what is wrong with it, the service says."""
        return self.view.value.encode(), JSON


class TextEditor:
    """A text."""

    def __init__(self, content_type: str) -> None:
        self._type = content_type
        self.view = ipywidgets.Textarea(description="Text", rows=5, style=_LABEL, layout=_WIDE)

    def show(self, example: Any) -> None:
        """Write a text."""
        self.view.value = example if isinstance(example, str) else ""

    def body(self) -> tuple[bytes, str]:
        """Return the text in UTF-8."""
        return self.view.value.encode(), self._type


class FileEditor:
    """A file from the reader's own disk."""

    def __init__(self, content_type: str) -> None:
        self._type = content_type
        self.view = ipywidgets.FileUpload(description="File", multiple=False)

    def show(self, example: Any) -> None:
        """Forget the file: there are no examples of files."""
        del example
        self.view.value = ()

    def body(self) -> tuple[bytes, str]:
        """Return the chosen file.

        Raises
        ------
        InvalidArgument
            When none is chosen.
        """
        if not self.view.value:
            raise InvalidArgument("file", None, "a file; choose one")
        chosen = self.view.value[0]
        return bytes(chosen["content"]), chosen["type"] or self._type


class FormEditor:
    """Fields of one row, and the same as JSON; the one that is shown counts."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._inputs = {field.name: _input(field) for field in layout.fields}
        self._json = JsonEditor()
        self._switch = ipywidgets.ToggleButtons(options=["form", "JSON"], description="Write as", style=_LABEL)
        self._switch.observe(self._switched, "value")
        self._form = ipywidgets.VBox(list(self._inputs.values()))
        self._place = ipywidgets.VBox([self._form])
        self.view = ipywidgets.VBox([self._switch, self._place])

    def show(self, example: Any) -> None:
        """Fill both; an example of several rows, which a form cannot hold, is shown as JSON."""
        if isinstance(example, list) and len(example) > 1:
            self._switch.value = "JSON"
        self._json.show(example)
        self._fill(example)

    def body(self) -> tuple[bytes, str]:
        """Return what is shown as JSON."""
        if self._switch.value == "JSON":
            return self._json.body()
        return json.dumps(self._value()).encode(), JSON

    def _value(self) -> Any:
        row = {field.name: _read(self._inputs[field.name], field) for field in self._layout.fields}
        return fields.body_of(row, self._layout)

    def _switched(self, change: Mapping[str, Any]) -> None:
        """Carry over what was written; where a field cannot be read, the JSON stays as it was."""
        if change["new"] == "JSON":
            _quietly(lambda: self._json.show(self._value()))
            self._place.children = [self._json.view]
        else:
            _quietly(lambda: self._fill(json.loads(self._json.view.value)))
            self._place.children = [self._form]

    def _fill(self, example: Any) -> None:
        row = fields.row_of(example, self._layout)
        for field in self._layout.fields:
            _fill(self._inputs[field.name], field, row.get(field.name))


def written(example: Any) -> str:
    """Write JSON as a person would: a list with one row a line."""
    if isinstance(example, list) and example:
        return "[" + ",\n ".join(json.dumps(row, ensure_ascii=False) for row in example) + "]"
    return "" if example is None else json.dumps(example, ensure_ascii=False)


def _quietly(step: Callable[[], None]) -> None:
    try:
        step()
    except (InvalidArgument, ValueError):
        return


def _input(field: Field) -> ipywidgets.Widget:
    """Make the input of one field; its label is bound to it for screen readers."""
    if field.kind in ("boolean", "choice"):
        values = (True, False) if field.kind == "boolean" else field.choices
        empty = [("", None)] if field.nullable or not field.required else []
        options = [*empty, *((json.dumps(each) if field.kind == "boolean" else str(each), each) for each in values)]
        return ipywidgets.Dropdown(options=options, description=field.name, style=_LABEL, layout=_WIDE)
    optional = "" if field.required else " (optional)"
    return ipywidgets.Text(
        description=field.name, placeholder=field.hint + optional, style=_LABEL, layout=_WIDE, tooltip=field.name
    )


def _fill(box: ipywidgets.Widget, field: Field, value: Any) -> None:
    if isinstance(box, ipywidgets.Dropdown):
        known = [each for _, each in box.options]
        box.value = value if value in known else known[0]
    else:
        box.value = fields.text_of(value, field)


def _read(box: ipywidgets.Widget, field: Field) -> Any:
    return box.value if isinstance(box, ipywidgets.Dropdown) else fields.value_of(box.value, field)
