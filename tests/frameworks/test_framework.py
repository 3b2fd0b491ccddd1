"""What is known of a framework that is not installed here."""

from __future__ import annotations

import pytest

from bentobook.errors import MissingDependency
from bentobook.frameworks.framework import Framework, Package

ABSENT = Framework(
    name="absent",
    context_name="absent",
    packages=(Package("no_such_module", ("no-such-gpu", "no-such-cpu")),),
    files=("saved_model.bin",),
    takes="a thing",
)


def test_a_save_says_what_to_install():
    with pytest.raises(MissingDependency, match=r"bentobook\.absent needs no-such-gpu.*pip install no-such-gpu$"):
        ABSENT.import_for_saving()


@pytest.mark.parametrize(
    ("recorded", "wanted"),
    [
        ({}, "pip install no-such-gpu$"),
        ({"no-such-cpu": "1.2+cpu"}, r"\(recorded version 1\.2\).*pip install no-such-cpu==1\.2$"),
    ],
    ids=["nothing recorded", "the build is left out"],
)
def test_a_load_says_what_to_install_in_the_recorded_version(recorded, wanted):
    with pytest.raises(MissingDependency, match=f"Loading iris:v1 needs .*{wanted}"):
        ABSENT.check_for_loading("iris:v1", recorded)


def test_what_is_not_installed_has_no_version():
    assert ABSENT.versions == {}
