"""How soon the panel shows a store, and whether rows are missing while it scrolls; measured inside the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

_OPEN = """async () => {
  const start = performance.now();
  void window.jupyterapp.commands.execute('bentobook:open');
  while (!document.querySelector('.bb-Row')) {
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""
_FILTER = """async text => {
  const filter = document.querySelector('.bb-Filter');
  const before = document.querySelector('.bb-Tree-canvas').style.height;
  const start = performance.now();
  filter.value = text;
  filter.dispatchEvent(new Event('input'));
  while (document.querySelector('.bb-Tree-canvas').style.height === before) {
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - start;
}"""
# A jump of the scroll bar and then two frames, as a person would see them.
_SCROLL = """async steps => {
  const tree = document.querySelector('.bb-Tree');
  const height = tree.scrollHeight - tree.clientHeight;
  let missing = 0;
  for (let step = 0; step <= steps; step += 1) {
    tree.scrollTop = Math.round(height * step / steps);
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const view = tree.getBoundingClientRect();
    const rows = [...tree.querySelectorAll('.bb-Row')];
    const tops = rows.map(row => Math.round(row.getBoundingClientRect().top - view.top));
    for (let y = 0; y < view.height; y += 12) {
      missing += tops.some(top => top <= y && y < top + 24) ? 0 : 1;
    }
  }
  return {missing, rows: height / 24, elements: tree.querySelectorAll('.bb-Row').length};
}"""


def open_panel(page: Page) -> float:
    """Open the panel for the first time on a page; milliseconds until rows are painted."""
    page.wait_for_function("window.jupyterapp?.commands.hasCommand('bentobook:open')", timeout=90_000)
    page.evaluate("window.jupyterapp.restored")
    return float(page.evaluate(_OPEN))


def filter_for(page: Page, text: str) -> float:
    """Type into the filter; milliseconds until the tree has followed."""
    return float(page.evaluate(_FILTER, text))


def scroll(page: Page, steps: int) -> dict[str, Any]:
    """Scroll from the top to the end; how many places had no row, and how many elements there are."""
    found: dict[str, Any] = page.evaluate(_SCROLL, steps)
    return found
