"""The file that says what the user trusts."""

from __future__ import annotations

import os
import stat
import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest

from bentobook.errors import StoreNotWritable, StoreUnreadable
from bentobook.store import trust_file
from bentobook.store.trust_file import Trusted

DIGEST = "b3:" + "a" * 64


def write(text: str) -> None:
    trust_file.path().parent.mkdir(parents=True, exist_ok=True)
    trust_file.path().write_text(text)
    trust_file.path().chmod(0o600)


def test_without_a_file_nothing_is_trusted():
    assert trust_file.read() == Trusted()


def test_what_was_written_is_read_back():
    with trust_file.changing() as trusted:
        trusted.digests.add(DIGEST)
        trusted.sources['s3://b/it\'s "quoted" é😀'] = {"s3://b/x": DIGEST}
        expected = Trusted(set(trusted.digests), dict(trusted.sources))
    assert trust_file.read() == expected
    assert tomllib.loads(trust_file.path().read_text())["digests"] == [DIGEST]


def test_the_file_is_private_and_nothing_else_is_left():
    with trust_file.changing() as trusted:
        trusted.digests.add(DIGEST)
    assert stat.S_IMODE(trust_file.path().stat().st_mode) == 0o600
    assert {entry.name for entry in trust_file.path().parent.iterdir()} <= {"trust.toml", "trust.lock"}


def test_a_change_that_fails_leaves_the_file_as_it_was():
    with trust_file.changing() as trusted:
        trusted.digests.add(DIGEST)
    with pytest.raises(ZeroDivisionError, match="division"), trust_file.changing() as trusted:
        trusted.digests = {DIGEST * (1 // len(trusted.sources))}
    assert trust_file.read().digests == {DIGEST}


@pytest.mark.parametrize(
    "text",
    [
        "digests = [",
        "digests = 3",
        "digests = [3]",
        'sources = ["x"]',
        '[sources."runs:/a"]\n"x" = 1',
        '[sources."s3://b/.."]',
    ],
)
def test_a_damaged_file_is_an_error_and_not_an_empty_list(text):
    write(text)
    with pytest.raises(StoreUnreadable, match=r"trust\.toml cannot be read.*remove it to trust nothing"):
        trust_file.read()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_that_others_can_write_is_not_believed():
    write(f'digests = ["{DIGEST}"]')
    trust_file.path().chmod(0o620)
    with pytest.raises(StoreUnreadable, match=r"other users can write it.*chmod 600"):
        trust_file.read()


def test_settings_that_cannot_be_written_are_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    with (
        pytest.raises(StoreNotWritable, match=r"Cannot record what you trust in .*Set XDG_CONFIG_HOME"),
        trust_file.changing(),
    ):
        pass


def test_many_writers_lose_nothing():
    def add(number: int) -> None:
        with trust_file.changing() as trusted:
            trusted.digests.add(f"b3:{number:064x}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    assert len(trust_file.read().digests) == 20
