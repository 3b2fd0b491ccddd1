"""The sidebar with 1,000 and 10,000 versions, in a real JupyterLab and a real Chromium.

Each round loads the page afresh and opens the panel: milliseconds from the command until rows are painted, the REST
answers included. Then the filter opens all names, and the list is scrolled from top to end. About two minutes.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import rounds

sys.path.insert(0, str(rounds.ROOT / "tests" / "support"))


def measure(n_versions: int, n_rounds: int) -> None:
    """Print the figures for one size of store."""
    import jupyter_lab
    import many_versions
    import sidebar_speed
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        many_versions.write(folder / "bentoml", n_versions)
        time.sleep(2.5)  # the index does not remember what was written just now
        browser = playwright.chromium.launch(executable_path=jupyter_lab.chromium(), args=jupyter_lab.FLAGS)
        first, filtered, scrolled = [], [], {}
        with jupyter_lab.lab_server(folder) as lab:
            for _ in range(n_rounds):
                page = browser.new_page(viewport={"width": 1280, "height": 1000})
                page.goto(f"{lab.url}/lab?token={lab.token}&reset")
                first.append(sidebar_speed.open_panel(page))
                filtered.append(sidebar_speed.filter_for(page, "team=tabular"))
                scrolled = sidebar_speed.scroll(page, steps=100)
                page.close()
        browser.close()
    print(f"\n{n_versions:,} versions ({os.cpu_count()} cores)")
    print(f"  first paint, index cold  {first[0]:8.0f} ms")
    print(f"  first paint, index warm  {statistics.median(first[1:]):8.0f} ms   (worst {max(first[1:]):.0f})")
    print(f"  all rows after a filter  {statistics.median(filtered):8.0f} ms")
    print(f"  scrolled over {scrolled['rows']:,.0f} rows: {scrolled['missing']} places without a row")


def main() -> None:
    parser = rounds.arguments(__doc__)
    parser.add_argument("--versions", type=int, nargs="+", default=[1_000, 10_000])
    given = parser.parse_args()
    for n_versions in given.versions:
        measure(n_versions, max(2, given.rounds))


if __name__ == "__main__":
    main()
