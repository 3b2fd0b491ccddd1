"""Free names are complete: what they leave out, a program does not miss."""

from __future__ import annotations

import ast
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bentobook.bundle.cell_names import bound_names, dotted_uses, free_names, names_at_definition, names_in_annotations


@pytest.mark.parametrize(
    ("source", "free"),
    [
        ("y = np.sqrt(x)", "np x"),
        ("def f(a, b=k): return a + c", "c k"),
        ("def f():\n    def g(): return z\n    return g", "z"),
        ("class A(B):\n    t: T = d\n    def m(self): return self.x + w", "B T d w"),
        ("[i for i in rows if ok(i)]", "ok rows"),
        ("import os.path\nos.path.join(a)", "a"),
        ("def f():\n    global n\n    n = 1\ndef g(): return n", ""),
        ("def f(x): return len(x), __name__, __file__", ""),
        ("lambda q=r: q + s", "r s"),
        ("class A:\n    def m(self): return super().m()", ""),
        ("try:\n    import fast\nexcept ImportError:\n    fast = None\nfast", ""),
        ("with a as b: b\nfor c in d: c", "a d"),
        ("match p:\n    case Q(r=1): pass\n    case s: s", "Q p"),
        ("if (n := f()): n", "f"),
        ("get_ipython()", "get_ipython"),
        ("async def f(): return await g()", "g"),
    ],
)
def test_free_names_are_what_the_compiler_would_look_up_outside(source, free):
    assert " ".join(sorted(free_names(source))) == free


def test_annotations_count_in_quotes_and_under_the_future_import():
    tree = ast.parse(
        "from __future__ import annotations\ndef f(x: pd.DataFrame, y: 'np.ndarray | None') -> list[T]: ..."
    )
    assert names_in_annotations(tree) == {"pd", "np", "T"}
    assert names_in_annotations(ast.parse("def f(x: 'rows of a table'): ...")) == set()


@pytest.mark.parametrize(
    ("source", "now"),
    [
        ("@deco(k)\ndef f(a=d): return later", "d deco k"),
        ("class A(B, metaclass=M):\n    v\n    def m(self, z=q): return later", "B M q v"),
        ("f = lambda x=d: later", "d"),
    ],
)
def test_what_a_definition_needs_at_once(source, now):
    needed = names_at_definition(ast.parse(source).body[0]) - bound_names(source)
    assert " ".join(sorted(needed)) == now


def test_chains_of_attributes():
    assert dotted_uses(ast.parse("sklearn.metrics.f1_score(a.b)")) >= {("sklearn", "metrics", "f1_score"), ("a", "b")}


NAMES = st.sampled_from(["a", "b", "c", "d", "e"])


def expressions():
    return st.recursive(
        NAMES | st.integers(0, 9).map(str),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda p: f"({p[0]} + {p[1]})"),
            st.tuples(NAMES, inner, inner).map(lambda p: f"sum([{p[1]} for {p[0]} in [{p[2]}]])"),
            st.tuples(NAMES, inner, inner).map(lambda p: f"(lambda {p[0]}: {p[1]})({p[2]})"),
            st.tuples(NAMES, inner).map(lambda p: f"({p[0]} := {p[1]})"),
        ),
        max_leaves=6,
    )


def statements():
    simple = st.one_of(
        st.tuples(NAMES, expressions()).map(lambda p: f"{p[0]} = {p[1]}"),
        st.tuples(NAMES, NAMES, expressions(), expressions()).map(
            lambda p: f"def {p[0]}({p[1]}={p[2]}):\n    return {p[3]}"
        ),
        st.tuples(NAMES, NAMES, expressions()).map(lambda p: f"class {p[0]}:\n    {p[1]} = {p[2]}"),
        NAMES.map(lambda name: f"import math as {name}"),
    )
    return st.lists(simple, min_size=1, max_size=5).map("\n".join)


class Watched(dict):
    """Globals that remember which names nobody had defined."""

    def __init__(self) -> None:
        super().__init__(__builtins__={"sum": sum, "__build_class__": __build_class__, "__import__": __import__})
        self.update(__name__="watched")
        self.missed: set[str] = set()

    def __missing__(self, name):
        if name in self["__builtins__"]:
            return self["__builtins__"][name]
        self.missed.add(name)
        return 1


@given(statements())
def test_a_name_that_is_looked_up_in_vain_is_free_or_defined_further_down(source):
    try:
        code = compile(source, "<made>", "exec")
    except SyntaxError:
        return
    watched = Watched()
    with contextlib.suppress(Exception):  # the values may not add up
        exec(code, {"__builtins__": watched["__builtins__"]}, watched)
    assert watched.missed <= free_names(source) | bound_names(source)
    assert not free_names(source) & bound_names(source)
