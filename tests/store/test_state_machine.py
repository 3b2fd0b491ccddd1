"""A store against a dictionary: any order of saves, imports, deletes, damage and crashes gives the same answers."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from faultkit import health, operations, points
from faultkit.zygote import Zygote
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import bentobook
from bentobook import models
from bentobook.errors import AlreadyExists, NotFound
from bentobook.store import index

NAMES = st.sampled_from(["ant", "bee"])
VERSIONS = st.sampled_from(["v1", "v2", "v10", "w"])


@pytest.fixture(autouse=True)
def _index_remembers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index remember what is older than a few ticks of the clock; seconds would leave it empty here."""
    monkeypatch.setattr(index, "RACY_NS", 20_000_000)


@functools.cache
def _zygote() -> Zygote:
    return Zygote(operations.PRELOAD)


class StoreMachine(RuleBasedStateMachine):
    """The dictionary ``expected`` holds, for each name, its versions in the order of their creation."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="bentobook-machine-"))
        self.home = self.place / "home"
        os.environ["BENTOML_HOME"] = str(self.home)
        self.index = self.home / ".bentobook" / "index.sqlite"
        self.source = self.place / "source"
        self.source.mkdir()
        operations.make_model(self.source)
        (self.source / "big.bin").write_bytes(b"small")
        self.expected: dict[str, list[str]] = {}
        self.incomplete: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.place)

    def _job(self, verb: object, tag: str) -> None:
        verb(str(self.home), str(self.source), tag)

    def _has(self, name: str, version: str) -> bool:
        return version in self.expected.get(name, ())

    def _forget(self, name: str, version: str) -> None:
        self.expected[name].remove(version)
        if not self.expected[name]:
            del self.expected[name]

    @rule(name=NAMES, version=VERSIONS, verb=st.sampled_from([operations.save, operations.import_model]))
    def save(self, name: str, version: str, verb: object) -> None:
        if self._has(name, version):
            with pytest.raises(AlreadyExists, match=f"{name}:{version}"):
                self._job(verb, f"{name}:{version}")
        else:
            self._job(verb, f"{name}:{version}")
            self.expected.setdefault(name, []).append(version)
            self.incomplete.discard(f"{name}:{version}")

    @rule(name=NAMES, version=VERSIONS)
    def delete(self, name: str, version: str) -> None:
        if self._has(name, version):
            models.delete(f"{name}:{version}")
            self._forget(name, version)
        elif f"{name}:{version}" not in self.incomplete:
            with pytest.raises(NotFound, match=f"{name}:{version}"):
                models.delete(f"{name}:{version}")

    @rule(name=NAMES, version=VERSIONS, point=st.integers(1, 150))
    def crash_while_saving(self, name: str, version: str, point: int) -> None:
        tag = f"{name}:{version}"
        _zygote().run(points.killed_at, point, operations.save, str(self.home), str(self.source), tag)
        if tag in health.tags(self.home) and not self._has(name, version):
            self.expected.setdefault(name, []).append(version)
            self.incomplete.discard(tag)

    @rule(name=NAMES, version=VERSIONS, point=st.integers(1, 60))
    def crash_while_deleting(self, name: str, version: str, point: int) -> None:
        tag = f"{name}:{version}"
        _zygote().run(points.killed_at, point, operations.delete, str(self.home), str(self.source), tag)
        if self._has(name, version) and tag not in health.tags(self.home):
            self._forget(name, version)
        if not (self.home / "models" / name / version).exists():
            self.incomplete.discard(tag)

    @rule(name=NAMES, text=st.sampled_from(["", "v1", "nowhere", "../../etc", "v1\n", "\x00"]))
    def spoil_latest(self, name: str, text: str) -> None:
        pointer = self.home / "models" / name / "latest"
        if pointer.exists():
            pointer.unlink()
            pointer.write_text(text)

    @rule(name=NAMES, version=VERSIONS)
    def leave_half_a_model_as_bentoml_does(self, name: str, version: str) -> None:
        folder = self.home / "models" / name / version
        if not folder.exists():
            folder.mkdir(parents=True)
            self.incomplete.add(f"{name}:{version}")

    @rule()
    def let_jupyter_leave_a_folder(self) -> None:
        (self.home / "models" / ".ipynb_checkpoints").mkdir(parents=True, exist_ok=True)

    @rule()
    def throw_the_index_away(self) -> None:
        self.index.unlink(missing_ok=True)

    @rule()
    def keep_a_copy_of_the_index(self) -> None:
        if self.index.exists():
            shutil.copy2(self.index, self.place / "yesterday")

    @rule()
    def bring_the_index_of_yesterday_back(self) -> None:
        if (self.place / "yesterday").exists():
            shutil.copy2(self.place / "yesterday", self.index)

    @rule(where=st.floats(0, 1), data=st.binary(min_size=1, max_size=600))
    def damage_the_index(self, where: float, data: bytes) -> None:
        if self.index.exists():
            with self.index.open("r+b") as file:
                file.seek(int(self.index.stat().st_size * where))
                file.write(data)

    @rule(name=NAMES, version=VERSIONS)
    def move_through_an_archive(self, name: str, version: str) -> None:
        if not self._has(name, version):
            return
        tag = f"{name}:{version}"
        archive = models.export_model(tag, str(self.place / "moved.tar"))
        models.delete(tag)
        assert str(models.import_model(str(archive)).tag) == tag
        Path(str(archive)).unlink()

    @rule()
    def collect_garbage(self) -> None:
        operations.collect(str(self.home))

    @rule(name=NAMES, asked=st.sampled_from(["", ":latest", ":v", ":w"]))
    def get(self, name: str, asked: str) -> None:
        versions = self.expected.get(name, [])
        prefix = asked.removeprefix(":").removeprefix("latest")
        exact = [version for version in versions if version == prefix]
        found = exact or [version for version in versions if prefix and version.startswith(prefix)]
        if prefix and len(found) == 1:
            assert models.get(name + asked).tag.version == found[0]
        elif not versions:
            with pytest.raises(bentobook.errors.BentobookError, match=name):
                models.get(name + asked)
        elif not prefix:
            assert models.get(name + asked).tag.version in versions

    @invariant()
    def lists_what_it_should(self) -> None:
        listed = models.list()
        assert {str(m.tag) for m in listed} == {f"{n}:{v}" for n, vs in self.expected.items() for v in vs}
        assert {problem.tag_or_path for problem in listed.problems} == self.incomplete

    @invariant()
    def every_model_is_whole_and_latest_is_the_newest(self) -> None:
        problems = [text for text in health.ailments(self.home) if not text.startswith("problem")]
        assert not problems


StoreMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestStore = StoreMachine.TestCase


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_store_agrees_with_a_dictionary_for_long() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(StoreMachine, settings=settings(max_examples=400, stateful_step_count=50, deadline=None))
