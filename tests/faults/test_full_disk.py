"""A disk that is really full: the error says how much is needed and free, and the store is as it was."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from faultkit import health, limits, operations
from faultkit.limits import SIZE
from faultkit.operations import OLD
from faultkit.zygote import Zygote


@pytest.fixture(params=["save", "import"])
def operation(request: pytest.FixtureRequest) -> Callable[..., str]:
    return {"save": operations.save, "import": operations.import_model}[request.param]


def test_a_full_disk_is_one_sentence_and_the_store_is_as_it_was(
    zygote: Zygote, source: str, tmp_path: Path, small_disk: Path, operation: Callable[..., str]
) -> None:
    zygote.run(operations.save, str(small_disk), source, OLD).unwrap()
    large = operations.make_model(tmp_path / "large")
    (large / "big.bin").write_bytes(os.urandom(SIZE))

    outcome = zygote.run(operation, str(small_disk), str(large), "kill:large")

    assert outcome.error == "DiskFull"
    assert re.search(r"[\d,]+ bytes are free", outcome.text)
    assert health.tags(small_disk) == {OLD}
    assert not health.ailments(small_disk)
    assert not health.leftovers(small_disk)


def test_an_import_that_cannot_fit_says_how_much_it_needs(zygote: Zygote, tmp_path: Path, small_disk: Path) -> None:
    large = operations.make_model(tmp_path / "large")
    (large / "big.bin").write_bytes(os.urandom(SIZE))

    outcome = zygote.run(operations.import_model, str(small_disk), str(large), "kill:large")

    needed = re.search(r"needs ([\d,]+) bytes", outcome.text)
    assert needed
    assert int(needed[1].replace(",", "")) >= SIZE


def test_a_file_size_limit_is_a_typed_error(
    zygote: Zygote, source: str, tmp_path: Path, fresh_home: Callable[..., Path]
) -> None:
    home = fresh_home()
    zygote.run(operations.save, str(home), source, OLD).unwrap()
    large = operations.make_model(tmp_path / "large")
    (large / "big.bin").write_bytes(os.urandom(SIZE))

    outcome = zygote.run(limits.with_file_size, 500_000, operations.import_model, str(home), str(large), "kill:large")

    assert "StoreNotWritable" in outcome.bases
    assert health.tags(home) == {OLD}
    assert not health.ailments(home)
    assert not health.leftovers(home)


@pytest.mark.parametrize("verb", [operations.list_models, operations.get], ids=["list", "get"])
def test_reading_works_on_a_full_disk(
    zygote: Zygote, source: str, small_disk: Path, verb: Callable[..., object]
) -> None:
    zygote.run(operations.save, str(small_disk), source, OLD).unwrap()
    limits.fill(small_disk / "ballast")

    assert zygote.run(verb, str(small_disk), source, OLD).ok
