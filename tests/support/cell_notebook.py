"""A notebook without a shell: cells run one after the other in one namespace, as IPython keeps them."""

from __future__ import annotations

import linecache


class Notebook:
    """Runs cells and remembers their text under the names that IPython gives them."""

    def __init__(self) -> None:
        self.names: dict[str, object] = {"__name__": "__main__", "In": [""]}

    def __call__(self, cell: str) -> None:
        file = f"<ipython-input-{len(self.names['In'])}-{id(self)}>"
        self.names["In"].append(cell)
        linecache.cache[file] = (len(cell), None, cell.splitlines(keepends=True), file)
        exec(compile(cell, file, "exec", dont_inherit=True), self.names)
