"""What a model says about itself is hostile text in a notebook.

MLflow CVE-2024-27132 and CVE-2024-27133, JupyterLab CVE-2026-42557.
"""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

import bentobook

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><a data-commandlinker-command="x" href="javascript:alert(1)">',
    "</style></details><iframe srcdoc='<script>'>",
    "&lt;script&gt;\u202e",
]


class Elements(HTMLParser):
    """Collects the elements and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture(params=HOSTILE)
def model(request: pytest.FixtureRequest, trap: Path) -> bentobook.Model:
    """Store a model that says the same hostile text everywhere."""
    text = request.param
    mlmodel = yaml.safe_load((trap / "MLmodel").read_text())
    mlmodel["flavors"]["sklearn"]["sklearn_version"] = text
    mlmodel["signature"] = {
        "inputs": f'[{{"type": "double", "name": {yaml.dump(text, default_style=chr(34)).strip()}}}]'
    }
    mlmodel["run_id"], mlmodel["model_uuid"], mlmodel["metadata"] = text, text, {"note": text}
    (trap / "MLmodel").write_text(yaml.safe_dump(mlmodel))
    (trap / "requirements.txt").write_text(f"scikit-learn\n{text}\n")
    return bentobook.mlflow.import_model("hostile:v1", str(trap), labels={text: text}, metadata={text: [text]})


@pytest.mark.filterwarnings("ignore")
def test_cve_class_1i_a_card_holds_no_element_of_a_model(model: bentobook.Model) -> None:
    for html in (model._repr_html_(), bentobook.models.list()._repr_html_()):
        found = Elements(html)

        assert not found.tags & {"script", "img", "iframe", "a", "form", "input", "object", "svg"}
        assert not [name for name in found.attributes if name.startswith(("on", "data-", "href", "src"))]


@pytest.mark.filterwarnings("ignore")
def test_cve_class_1i_the_plain_twin_holds_no_control_characters(model: bentobook.Model) -> None:
    text = repr(bentobook.models.list()) + repr(model)

    assert "\u202e" not in text
    assert "\x1b" not in text


def test_cve_class_1i_a_problem_of_the_list_is_escaped(plant: Callable[..., Path]) -> None:
    plant("hostile", record="name: [<img src=x onerror=alert(1)>\n")

    html = bentobook.models.list()._repr_html_()

    assert "hostile:v1" in html
    assert "img" not in Elements(html).tags
