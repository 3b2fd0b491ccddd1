"""Loading, reloading and unloading the extension leaves nothing doubled and nothing behind."""

from __future__ import annotations

import subprocess
import sys

import pytest
from IPython.core.error import UsageError

from bentobook.magics import MAGICS

NAMES = {
    "bento",
    "bento_import",
    "bento_save",
    "bento_models",
    "bento_show",
    "bento_load",
    "bento_service",
    "bento_call",
    "bento_loadtest",
    "bento_monitor",
    "bento_try",
    "bento_case",
    "bento_cases",
    "bento_test",
    "bento_parity",
    "bento_serve",
    "bento_stop",
    "bento_ps",
    "bento_runner",
    "bento_build",
    "bento_export",
    "bento_delete",
    "bento_doctor",
}


def bento_magics(ip):
    return {name for name in ip.magics_manager.magics["line"] if name.startswith("bento")}


def test_all_magics_are_registered(shell):
    assert bento_magics(shell.ip) == NAMES == {magic.name for magic in MAGICS}


def test_reload_doubles_nothing(shell):
    before = list(shell.ip.Completer.custom_matchers)
    shell("%reload_ext bentobook")
    assert bento_magics(shell.ip) == NAMES
    assert len(shell.ip.Completer.custom_matchers) == len(before) == 1


def test_unload_takes_everything_away_and_leaves_what_others_registered(ip):
    def other(context):
        return {"completions": []}

    ip.register_magic_function(lambda line: line, magic_name="bento_like")
    ip.Completer.custom_matchers.append(other)
    ip.run_line_magic("load_ext", "bentobook")
    ip.run_line_magic("unload_ext", "bentobook")
    assert bento_magics(ip) == {"bento_like"}
    assert ip.Completer.custom_matchers == [other]


def test_unload_twice_is_no_error(shell):
    shell("%unload_ext bentobook")
    shell("%unload_ext bentobook")
    assert isinstance(shell.error("%bento"), UsageError)


def test_loading_the_extension_imports_nothing_heavy():
    heavy = "mlflow", "sklearn", "uvicorn", "numpy", "pandas", "yaml", "click", "torch", "pyarrow"
    code = (
        "import sys; from IPython.core.interactiveshell import InteractiveShell as S; ip = S.instance();"
        "before = set(sys.modules); ip.run_line_magic('load_ext', 'bentobook');"
        f"print(sorted((set(sys.modules) - before) & set({heavy!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_overview_shows_every_magic_as_html_and_as_text(shell):
    table = shell("%bento")
    html = table._repr_html_()
    for name in NAMES - {"bento"}:
        assert f"%{name}" in repr(table)
        assert f"%{name}" in html


@pytest.mark.parametrize("magic", MAGICS, ids=lambda magic: magic.name)
def test_help_shows_what_it_does_its_usage_and_its_function(shell, magic):
    page = shell.ip.object_inspect_mime(f"%{magic.name}")["text/plain"]
    assert magic.summary in page
    assert f"Usage: %{magic.name}" in page
    assert magic.function in page


def test_a_mistake_is_one_line_without_a_traceback(shell, capsys):
    error = shell.error("%bento_import a b --batchabel")
    assert type(error) is UsageError
    shown = capsys.readouterr()
    assert shown.err == f"UsageError: {error}\n"
    assert "Traceback" not in shown.out + shown.err


def test_quiet_shows_nothing_as_a_statement_and_assigns_as_a_value(shell):
    assert shell("%bento -q") is None
    shell("x = %bento -q")
    assert "%bento_import" in repr(shell.names["x"])


def test_quiet_in_a_function_still_gives_the_value(shell):
    assert shell("def f():\n    x = %bento -q\n    return x\nf()") is not None
