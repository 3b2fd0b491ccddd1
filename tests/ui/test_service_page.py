"""The pages of a service in a real browser: the form, the token, Swagger UI, without a request to anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

import bentobook
from bentobook import Service, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    svc = Service("doubling")
    numbers = bentobook.io.NumpyNdarray.from_sample([[1.0, 2.0]])

    @svc.api(input=numbers, output=bentobook.io.NumpyNdarray())
    def double(rows):
        """Double <b>each</b> number."""
        return rows * 2

    yield svc
    svc.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.asked = []
    page.complaints = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    yield page
    page.close()


def test_an_example_can_be_sent_from_the_page(page: Page, service: Service) -> None:
    with serve(service, port=0) as server:
        page.goto(server.url)
        assert "1" in page.get_by_label("Body").input_value()
        assert page.get_by_text("Double <b>each</b> number.").is_visible()
        page.get_by_role("button", name="Send").click()
        page.get_by_text("[[2.0,4.0]]").wait_for()
        page.get_by_label("Body").fill("[[1")
        page.get_by_role("button", name="Send").click()
        page.get_by_text("400 ·").wait_for()

        assert not [url for url in page.asked if not url.startswith((server.url, "data:"))]
    assert [text for text in page.complaints if "400" not in text] == []


def test_the_form_for_the_token_opens_the_page(page: Page, service: Service) -> None:
    with serve(service, port=0, token="hush") as server:
        page.goto(server.url)
        page.get_by_label("This server wants its token.").fill("wrong")
        page.get_by_role("button", name="Enter").click()
        page.get_by_text("That is not the token.").wait_for()
        page.get_by_label("This server wants its token.").fill("hush")
        page.get_by_role("button", name="Enter").click()
        page.get_by_role("button", name="Send").click()
        page.get_by_text("[[2.0,4.0]]").wait_for()

        assert "hush" not in page.url


def test_swagger_ui_draws_the_service(page: Page, service: Service) -> None:
    with serve(service, port=0, token=False) as server:
        page.goto(f"{server.url}docs")
        page.get_by_text("/double").first.wait_for()

        assert not [url for url in page.asked if not url.startswith((server.url, "data:"))]
    assert page.complaints == []
