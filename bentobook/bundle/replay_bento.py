"""``bentobook test``: the cases of a Bento, replayed with nothing of the notebook at hand."""

from __future__ import annotations

from contextlib import ExitStack

from bentobook.bundle import cases, replay, replay_clean, replay_server
from bentobook.bundle.bento import Bento
from bentobook.bundle.cases_files import CASES
from bentobook.bundle.replay import Replay
from bentobook.bundle.replay_clean import Progress
from bentobook.bundle.replay_http import Target
from bentobook.errors import InvalidArgument


def run(
    bento: Bento,
    *,
    clean_env: bool = False,
    url: str | None = None,
    token: str | None = None,
    progress: Progress = lambda _: None,
) -> Replay:
    """Replay the cases of a Bento.

    Parameters
    ----------
    bento : Bento
    clean_env : bool
        Whether its requirements are installed into a new environment, which serves it.
    url : str, optional
        A server that runs already; otherwise the Bento is served in a fresh process.
    token : str, optional
        What that server wants to be told.
    progress : callable
        Gets a line for each step that takes a while.

    Returns
    -------
    Replay
        ``ok`` is whether every answer is the expected one.

    Raises
    ------
    BuildFailed
        When the service does not start, or its requirements cannot be installed.
    InvalidArgument
        When both ``url`` and ``clean_env`` are given.
    """
    found = cases.read(bento.path / CASES)
    what = str(bento.tag)
    if url is not None:
        if clean_env:
            raise InvalidArgument("clean_env", clean_env, "either a new environment here or a server at url=")
        return replay.run(what, url, found, replay.over_http(Target(url, token)))
    with ExitStack() as stack:
        python = stack.enter_context(replay_clean.environment(bento, progress)) if clean_env else None
        where = "a new environment" if clean_env else "a fresh process"
        progress(f"Serving {what} in {where}")
        target = stack.enter_context(replay_server.serving(bento.path, bento.layout.home, python=python, what=what))
        return replay.run(what, where, found, replay.over_http(target))
