"""The cards of a service and of its server say the same as HTML and as text, and what to type next."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import bentobook
from bentobook.service import card


@pytest.fixture
def service():
    fitted = LogisticRegression().fit(np.array([[0.0], [1.0]]), [0, 1])
    model = bentobook.models.save_model("iris:v1", fitted, methods=["predict", "predict_proba"], batchable=True)
    made = bentobook.Service.from_model(model, name="flowers")
    yield made
    made.close()


def test_a_service_tells_routes_models_whether_it_is_live_and_what_comes_next(service):
    before = card.of_service(service).to_text()
    assert "not started" in before
    service.start()
    for shown in (card.of_service(service).to_text(), service._repr_html_()):
        for part in ("flowers", "live in this kernel", "iris:v1", "POST /predict_proba", "yes", "%bento_serve flowers"):
            assert part in shown
    with bentobook.serve(service, port=0) as server:
        assert server.url in card.of_service(service).to_text()


def test_a_server_tells_its_address_a_request_and_how_long_it_lives_but_never_its_token(service):
    service.apis["predict"].input.sample = [[0.5]]
    with bentobook.serve(service, port=0, token="hush-hush") as server:
        for shown in (server._repr_html_(), server._card().to_text()):
            assert server.url in shown
            assert "Bearer $TOKEN" in shown
            assert "[[0.5]]" in shown
            assert "as long as this kernel" in shown
            assert "hush-hush" not in shown
