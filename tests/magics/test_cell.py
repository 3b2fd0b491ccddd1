"""Where in its cell a magic stands decides whether its progress line may clear the cell's output."""

from __future__ import annotations

import sys

import pytest

from bentobook.magics.cell import Place


@pytest.fixture
def place_of(ip):
    def run(cell):
        places = []

        def where(line):
            places.append(Place.of_caller(sys._getframe(1)))

        ip.register_magic_function(where, magic_name="where")
        ip.run_cell(cell).raise_error()
        return places[-1]

    return run


@pytest.mark.parametrize(
    "cell",
    [
        "%where",
        "# why\n'''what'''\nimport os\n%where",
        "%load_ext IPython.extensions.storemagic\n%where x\nprint(1)",
        "def f():\n    print(1)\n%where",
    ],
)
def test_nothing_before_it_can_have_written(place_of, cell):
    assert place_of(cell) == Place(is_statement=True, nothing_before=True)


@pytest.mark.parametrize("cell", ["print(1)\n%where", "y = max(1, 2)\n%where", "%where\n%where"])
def test_something_before_it_may_have_written(place_of, cell):
    assert place_of(cell) == Place(is_statement=True, nothing_before=False)


def test_an_assignment_is_no_statement_of_its_own(place_of):
    assert place_of("x = %where") == Place(is_statement=False, nothing_before=True)


def test_in_a_function_nothing_is_known(place_of):
    assert place_of("def f():\n    %where\nf()") == Place()


def test_outside_of_cells_nothing_is_known():
    assert Place.of_caller(sys._getframe(0)) == Place()
