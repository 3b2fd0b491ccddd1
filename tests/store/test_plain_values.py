from __future__ import annotations

import enum
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from bentobook.errors import InvalidArgument
from bentobook.store.plain_values import check_labels, check_metadata, plain


class Stage(enum.StrEnum):
    DEV = "dev"


def test_labels_become_text():
    assert check_labels({"n": 3, "on": True, "stage": Stage.DEV}) == {"n": "3", "on": "True", "stage": "dev"}


@pytest.mark.parametrize("labels", [["a"], {1: "a"}, {"a": "\ud800"}], ids=["no dict", "number as key", "half a pair"])
def test_labels_that_are_none_are_refused(labels):
    with pytest.raises(InvalidArgument, match="labels"):
        check_labels(labels)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ((1, (2, 3)), [1, [2, 3]]),
        (np.float32(0.5), 0.5),
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (pd.Series([1.0, 2.0], name="s"), {"s": {0: 1.0, 1: 2.0}}),
        (pd.Series([1.0]), {"": {0: 1.0}}),
        (pd.DataFrame({"a": [1, 2]}), {"a": {0: 1, 1: 2}}),
        (pd.Index(["a", "b"]), ["a", "b"]),
        (pd.array([1, 2]), [1, 2]),
        (pd.Timestamp("2026-01-02"), datetime.fromisoformat("2026-01-02")),
        (pd.Period("2026-01"), datetime.fromisoformat("2026-01-01")),
        (pd.Interval(1, 2), [1, 2]),
        (Stage.DEV, "dev"),
        (date(2026, 1, 2), date(2026, 1, 2)),
        (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
        (b"\x00", b"\x00"),
        (float("inf"), float("inf")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_metadata_becomes_plain(value, kept):
    result = check_metadata({"a": value})["a"]

    assert result == kept
    assert type(result) is type(kept)


@pytest.mark.parametrize(
    "value",
    [None, {1, 2}, 1 + 2j, time(1, 2), timedelta(1), object(), np.array([1j]), scipy.sparse.eye(2), pd.NaT, "\ud800"],
    ids=lambda value: type(value).__name__,
)
def test_metadata_that_cannot_be_kept_is_refused_with_its_place(value):
    with pytest.raises(InvalidArgument, match=r"metadata\['outer'\]\[1\]"):
        check_metadata({"outer": [0, value]})


def test_metadata_that_contains_itself_is_refused():
    metadata: dict[str, object] = {}
    metadata["self"] = [metadata]

    with pytest.raises(InvalidArgument, match="no value that contains itself"):
        check_metadata(metadata)


def test_a_key_that_is_no_text_or_number_is_refused():
    with pytest.raises(InvalidArgument, match="key of every entry"):
        check_metadata({(1, 2): 3})


def test_the_callers_own_dict_is_not_changed():
    metadata = {"a": (np.float64(1),)}
    check_metadata(metadata)

    assert isinstance(metadata["a"], tuple)


def test_our_own_record_may_hold_none():
    assert plain({"run": None}, "bentobook") == {"run": None}


def test_checking_metadata_imports_neither_numpy_nor_pandas():
    code = (
        "import sys; from bentobook.store.plain_values import check_metadata; check_metadata({'a': [1, 'b']});"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'pandas', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
