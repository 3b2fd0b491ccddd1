"""Merging 64 one-row requests, against concatenating 64 arrays: ``python benchmarks/merging.py``.

The least of many alternating rounds; microseconds for orientation.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from timeit import default_timer
from typing import Any

import numpy as np
import pandas as pd

from bentobook.runner.batch import Batching

ROWS, COLUMNS = 64, 30


def cases() -> dict[str, Callable[[], Any]]:
    """Make the values once; each case merges them."""
    table = pd.DataFrame(np.random.default_rng(0).random((ROWS, COLUMNS)), columns=[f"c{i}" for i in range(COLUMNS)])
    arrays = [table.to_numpy()[i : i + 1] for i in range(ROWS)]
    frames = [pd.DataFrame(array, columns=table.columns) for array in arrays]
    sliced = [table.iloc[i : i + 1] for i in range(ROWS)]
    batching = Batching()
    return {
        "np.concatenate": lambda: np.concatenate(arrays),
        "arrays": lambda: batching.merge(arrays),
        "frames": lambda: batching.merge(frames),
        "frames cut from a larger one": lambda: batching.merge(sliced),
        "pandas.concat (BentoML)": lambda: pd.concat(frames, ignore_index=True),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--bentoml", help="not used: what BentoML does here is one line of pandas")
    rounds = parser.parse_args().rounds
    merges = cases()
    least = dict.fromkeys(merges, float("inf"))
    for _ in range(rounds):
        for name, merge in merges.items():
            begun = default_timer()
            for _ in range(5):
                merge()
            least[name] = min(least[name], (default_timer() - begun) / 5)
    print(f"{f'{ROWS} rows of {COLUMNS} columns':30s}{'us':>8s}{'ratio':>8s}")
    for name, seconds in least.items():
        print(f"{name:30s}{seconds * 1e6:8.1f}{seconds / least['np.concatenate']:8.2f}")


if __name__ == "__main__":
    main()
