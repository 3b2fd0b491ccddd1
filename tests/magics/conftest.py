"""A real shell with the magics loaded, and real models in MLflow to import."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets.config import Config


class Shell:
    """A shell whose cells either work or give their error."""

    def __init__(self, ip: InteractiveShell) -> None:
        self.ip = ip
        self.names = ip.user_ns

    def __call__(self, cell: str) -> object:
        """Run a cell and give what it would show."""
        result = self.ip.run_cell(cell, store_history=True)
        result.raise_error()
        return result.result

    def error(self, cell: str) -> BaseException:
        """Run a cell that must fail."""
        result: ExecutionResult = self.ip.run_cell(cell)
        assert result.error_in_exec is not None
        return result.error_in_exec

    def complete(self, cell: str, at: int | None = None) -> list[str]:
        """Press TAB and give all proposals."""
        with provisionalcompleter(), self.ip.builtin_trap:
            found = self.ip.Completer.completions(cell, len(cell) if at is None else at)
            return [completion.text for completion in found]


@pytest.fixture
def ip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """Make a shell of this test's own, without history on disk."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.chdir(tmp_path)
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config)
    shell.Completer.use_jedi = False
    yield shell
    shell.atexit_operations()
    atexit.unregister(shell.atexit_operations)


@pytest.fixture
def shell(ip: InteractiveShell) -> Iterator[Shell]:
    """Load the extension."""
    ip.run_line_magic("load_ext", "bentobook")
    yield Shell(ip)
    ip.run_line_magic("unload_ext", "bentobook")


@pytest.fixture(scope="session")
def dummy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a model that knows nothing about its input."""
    import mlflow
    from sklearn.dummy import DummyRegressor

    folder = tmp_path_factory.mktemp("saved") / "dummy"
    mlflow.sklearn.save_model(DummyRegressor().fit([[0], [1]], [0, 1]), folder, pip_requirements=["scikit-learn"])
    return folder
