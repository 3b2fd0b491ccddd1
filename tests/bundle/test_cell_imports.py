"""A name of a notebook becomes the import that gives the same object again."""

from __future__ import annotations

import datetime as dt
import functools
import math
import os.path
import types
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from bentobook.bundle.cell_imports import import_line, star_names, submodule_lines

USER = ["from math import pi, e as euler", "from os.path import *", "x = ("]


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("np", np, "import numpy as np"),
        ("math", math, "import math"),
        ("tree", ET, "import xml.etree.ElementTree as tree"),
        ("LR", LogisticRegression, "from sklearn.linear_model import LogisticRegression as LR"),
        ("sqrt", np.sqrt, "from numpy import sqrt"),
        ("date", dt.date, "from datetime import date"),
        ("DataFrame", pd.DataFrame, "from pandas import DataFrame"),
        ("pi", math.pi, "from math import pi"),
        ("euler", math.e, "from math import e as euler"),
        ("join", os.path.join, "from os.path import join"),
        ("partial", functools.partial, "from functools import partial"),
    ],
)
def test_what_can_be_imported(name, value, line):
    assert import_line(name, value, USER) == line
    names: dict[str, object] = {}
    exec(line, names)
    assert names[name] is value


@pytest.mark.parametrize(
    "value", [3, "text", np.arange(2), LogisticRegression(), types.ModuleType("made"), lambda: 1, math.tau]
)
def test_what_cannot(value):
    assert import_line("pi", value, USER) is None


def test_a_module_that_was_replaced_is_not_imported(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "math", types.ModuleType("math"))
    assert import_line("math", math) is None


def test_submodules_that_are_reached_are_imported_too():
    import xml

    import sklearn.metrics

    uses = {("sklearn", "metrics"), ("sklearn", "metrics", "f1_score"), ("xml", "etree", "ElementTree", "parse")}
    assert set(submodule_lines("sklearn", sklearn, uses)) == {"import sklearn.metrics"}
    assert set(submodule_lines("xml", xml, uses)) == {"import xml.etree.ElementTree"}
    assert not list(submodule_lines("other", 3, uses))


def test_names_of_a_star_import_are_known():
    import ast

    names = star_names(ast.parse("from math import *\nfrom no_such_module_here import *"))
    assert {"pi", "sqrt"} <= names
    assert "_x" not in names
