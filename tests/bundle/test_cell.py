"""From the body of a cell to the text of a module: what comes along, what is refused, that it means the same."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cell_notebook import Notebook
from hypothesis import given
from hypothesis import strategies as st

import bentobook
from bentobook.bundle.cell import compose, is_untouched
from bentobook.bundle.cell_names import free_names
from bentobook.errors import InvalidArgument, NamesLeftBehind


def run(cell, **at_hand):
    """Execute the module's text in an empty namespace."""
    names = {"__name__": cell.module_name, **at_hand}
    exec(compile(cell.text, "<module>", "exec", dont_inherit=True), names)
    return names


def test_imports_of_other_cells_become_imports(notebook):
    notebook("import numpy as np\nfrom math import pi, sqrt as root")
    cell = compose("svc1", "area = np.float64(pi) * root(4)", notebook.names)
    assert "import numpy as np\nfrom math import pi\nfrom math import sqrt as root\n" in cell.text
    assert run(cell)["area"] == pytest.approx(6.283185)


def test_functions_and_classes_are_brought_transitively_in_an_order_that_works(notebook):
    notebook("import functools, dataclasses")
    notebook("def inner(x): return x + 1\ndef unused(): return nobody")
    notebook("def deco(f):\n    @functools.wraps(f)\n    def wrapper(*a): return inner(f(*a))\n    return wrapper")
    notebook(
        "@dataclasses.dataclass\nclass Base:\n    x: int = 2\n"
        "class Child(Base):\n    def go(self): return clean(self.x)"
    )
    notebook("@deco\ndef clean(x, start=inner(1)):\n    return x + start")
    cell = compose("svc1", "result = Child().go()", notebook.names)
    assert set(cell.brought) == {"Child", "Base", "clean", "deco", "inner"}
    assert "unused" not in cell.text
    assert run(cell)["result"] == 5


def test_functions_that_call_each_other_and_themselves_end(notebook):
    notebook("def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n != 0 and even(n - 1)\nagain = even")
    cell = compose("svc1", "x = again(10)", notebook.names)
    assert run(cell)["x"] is True


def test_the_newest_definition_of_a_name_is_the_one(notebook):
    notebook("def f(): return 'old'\nclass A: kind = 'old'")
    notebook("def f(): return 'new'\nclass A: kind = 'new'")
    assert run(compose("svc1", "x = f() + A.kind", notebook.names))["x"] == "newnew"


def test_lambdas_and_type_aliases_move_too(notebook):
    notebook(
        "from collections import namedtuple\ntwice = lambda x: 2 * x\nRows = list[float]\nP = namedtuple('P', 'a b')"
    )
    cell = compose("svc1", "def go(r: Rows) -> P: return P(twice(r[0]), 1)\nx = go([2.0])", notebook.names)
    assert run(cell)["x"].a == 4.0


def test_the_future_import_of_a_cell_stands_first_and_one_of_another_cell_counts(notebook):
    notebook("from __future__ import annotations\ndef f(x: NoSuchName): return x")
    cell = compose("svc1", "from __future__ import annotations\nx = f(3)\ny: Missing = 4", notebook.names)
    assert cell.text.splitlines()[2] == "from __future__ import annotations"
    assert run(cell)["x"] == 3


def test_captured_values_are_written_down(notebook):
    notebook("limits = {'low': 0.5}\ndef low(): return limits['low']")
    cell = compose("svc1", "x = low()", notebook.names, capture=["limits"])
    assert cell.captured == ("limits",)
    assert run(cell)["x"] == 0.5


def test_a_model_s_record_is_looked_up_again_by_its_full_tag(notebook):
    with bentobook.models.create("iris:v1"):
        pass
    notebook("import bentobook")
    notebook("m = bentobook.models.get('iris')")
    cell = compose("svc1", "where = m.path", notebook.names)
    assert 'm = bentobook.models.get("iris:v1")' in cell.text
    assert run(cell)["where"] == bentobook.models.get("iris:v1").path


def test_values_are_refused_all_at_once_with_three_ways_out(notebook):
    notebook("import numpy as np\nX = np.ones(3)\nlimit = 3\ndef low(): return limit")
    with pytest.raises(NamesLeftBehind, match=r"X \(a ndarray\).*limit \(a value of type int, used by low\)") as raised:
        compose("svc1", "a = X.sum() + low() + Xx", notebook.names)
    said = str(raised.value)
    assert "Xx (nothing has that name) Did you mean 'X'?" in said
    for way in ("Move them", "--capture limit to write", "custom_objects={'X': X}", "model.custom_objects['X']"):
        assert way in said
    assert [each.name for each in raised.value.left] == ["X", "Xx", "limit"] or len(raised.value.left) == 3


def test_capture_is_only_offered_for_what_can_be_written_down(notebook):
    notebook("import pandas as pd\ndf = pd.DataFrame({'a': [1]})")
    with pytest.raises(NamesLeftBehind, match=r"df \(a DataFrame\)\. Move it into the cell; or import the") as raised:
        compose("svc1", "a = df.sum()", notebook.names)
    assert "--capture" not in str(raised.value)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (
            "def make(k):\n    def f(x): return x + k\n    return f\nf = make(1)",
            r"made inside make\(\), which keeps its k",
        ),
        ("def make():\n    class f: pass\n    return f\nf = make()", r"a class made inside make\(\)"),
        ("def g(): pass\nf = g\ndef g(): return 2", "an earlier g, which was defined anew since"),
        ("import functools\ndef f(): return 1\nf = functools.cache(f)", "wrapped after its definition"),
        ("exec('def f(): pass')", "source is gone"),
        ("exec('class f: pass')", "source is gone"),
        ("import functools\nf = functools.partial(print, 1)", "a partial"),
        ("class C:\n    def m(self): pass\nf = C().m", "a value of type method"),
    ],
)
def test_what_has_no_source_of_its_own_is_refused_with_the_reason(notebook, cell, reason):
    notebook(cell)
    with pytest.raises(NamesLeftBehind, match=reason):
        compose("svc1", "x = f()", notebook.names)


def test_what_only_a_notebook_has_is_refused_without_useless_advice(notebook):
    notebook.names["get_ipython"] = lambda: None
    with pytest.raises(NamesLeftBehind, match=r"get_ipython \(only a notebook has it\)\.$"):
        compose("svc1", "get_ipython()", notebook.names)


def test_one_model_gives_model_runner_and_runners_and_only_what_is_used(notebook):
    tags = {"model": "iris:v1"}
    cell = compose("iris-svc", "@api\ndef predict(x): return model.predict(x)", notebook.names, models=tags)
    head = cell.text.splitlines()[2:-4]
    assert head == [
        "import bentobook",
        "from bentobook.service.handle import ModelHandle",
        "",
        'runner = bentobook.models.get("iris:v1").to_runner()',
        "model = ModelHandle(runner)",
        'svc = bentobook.Service("iris-svc", runners=[runner])',
        "api = svc.api",
    ]
    used = compose("s", "@s.api\ndef f(x): return runners['model'].predict.run(x)", notebook.names, models=tags)
    assert "s = svc" in used.text
    assert 'runners = {"model": runner}' in used.text
    assert "ModelHandle" not in used.text


def test_several_models_are_named(notebook):
    tags = {"clf": "iris:v1", "enc": "enc:v2"}
    cell = compose("svc1", "@api\ndef f(x): return clf.predict(runners['enc'].run(x))", notebook.names, models=tags)
    assert '"enc": bentobook.models.get("enc:v2").to_runner(name="enc"),' in cell.text
    assert 'clf = ModelHandle(runners["clf"])' in cell.text
    assert "enc = " not in cell.text
    assert "runners=list(runners.values())" in cell.text
    with pytest.raises(NamesLeftBehind, match="runner"):
        compose("svc1", "@api\ndef f(x): return runner.run(x)", notebook.names, models=tags)


def test_what_is_at_hand_wins_over_the_notebook_and_the_cell_over_both(notebook):
    notebook("model = 3\napi = 4")
    cell = compose("svc1", "@api\ndef f(x): return model.predict(x)", notebook.names, models={"model": "iris:v1"})
    assert "model = ModelHandle(runner)" in cell.text
    own = compose("svc1", "model = 5\nimport bentobook\nsvc = bentobook.Service('x')", notebook.names)
    assert not own.makes_service
    assert own.text.splitlines()[2] == "model = 5"


def test_two_services_in_one_cell_are_refused(notebook):
    with pytest.raises(InvalidArgument, match=r"one service in a cell.*Write @svc\.api"):
        compose("svc1", "import bentobook\nsvc = bentobook.Service('x')\n@api\ndef f(x): return x", notebook.names)


@pytest.mark.parametrize(
    ("name", "options", "problem"),
    [
        ("1st", {}, "NAME"),
        ("class", {}, "NAME"),
        ("svc1", {"models": {"runner": "iris:v1"}}, "--model"),
        ("svc1", {"capture": ["x"]}, "--capture"),
    ],
)
def test_names_that_cannot_be(notebook, name, options, problem):
    with pytest.raises(InvalidArgument, match=problem):
        compose(name, "x = 1", notebook.names, **options)


@pytest.mark.parametrize(
    "body", ["x = 1", "\n\nx = 1", "# c\n@api\ndef f(x):\n    return x\n\n\n", "import math\nx = math.pi"]
)
def test_the_first_line_of_the_body_is_where_it_is_said_to_be(notebook, body):
    cell = compose("svc1", body, notebook.names, models={"model": "iris:v1"})
    lines, wanted = cell.text.splitlines(), body.rstrip().splitlines()
    assert lines[cell.first_line - 1 :] == wanted


def test_equal_cells_are_one_text_and_a_change_shows(notebook):
    first, again, other = (compose("svc1", body, notebook.names) for body in ("x = 1", "x = 1", "x = 2"))
    assert first.module_name == again.module_name != other.module_name
    assert is_untouched(first.text)
    assert not is_untouched(first.text.replace("1", "2"))
    assert not is_untouched("x = 1\n")


CALLS = st.lists(st.lists(st.integers(0, 4), max_size=3), min_size=5, max_size=5)


@given(calls=CALLS, bases=st.lists(st.booleans(), min_size=5, max_size=5), used=st.sets(st.integers(0, 4), min_size=1))
def test_whatever_uses_whatever_the_module_compiles_runs_and_misses_nothing(calls, bases, used):
    """Functions that call any others later, and only earlier ones in their defaults, move together."""
    notebook = Notebook()
    for at, others in enumerate(calls):
        default = f"f{others[0]}()" if bases[at] and others and others[0] < at and not calls_loop(calls, bases) else "0"
        body = " + ".join(f"(f{other}(depth + 1) if depth < 3 else 1)" for other in others) or "1"
        notebook(f"def f{at}(depth=3, extra={default}):\n    return extra + {body}")
    body = f"total = {' + '.join(f'f{each}(0)' for each in sorted(used))}"
    cell = compose("svc1", body, notebook.names)
    notebook(body)
    assert free_names(cell.text) == set()
    assert run(cell)["total"] == notebook.names["total"]


def calls_loop(calls, bases):
    """Tell whether some function calls a later one, which a default would ask before it is there."""
    return any(other >= at for at, others in enumerate(calls) for other in others)


def test_the_module_means_the_same_in_a_fresh_process(notebook, tmp_path):
    notebook("import sklearn.preprocessing, numpy as np")
    notebook("def scaled(x): return sklearn.preprocessing.minmax_scale(np.asarray(x, float))")
    cell = compose("svc1", "result = scaled([1, 2, 3]).tolist()", notebook.names)
    (tmp_path / "service.py").write_text(cell.text)
    code = "import service; print(service.result)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "[0.0, 0.5, 1.0]\n"
