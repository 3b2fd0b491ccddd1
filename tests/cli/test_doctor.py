from __future__ import annotations

import json
from pathlib import Path


def test_the_doctor_reports_and_is_content(cli) -> None:
    outcome = cli("doctor")

    assert outcome.code == 0
    assert outcome.out.startswith("bentobook doctor: ")


def test_what_is_bad_is_exit_code_1(cli, store_home: Path) -> None:
    store_home.write_text("")

    outcome = cli("doctor", "-o", "json")

    assert (outcome.code, json.loads(outcome.out)["state"]) == (1, "bad")
