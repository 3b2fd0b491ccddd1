"""A service of a cell is built from the very text that was imported, and answers the same from the Bento."""

from __future__ import annotations

from pathlib import Path

import bentobook
from bentobook.bundle import cell_service

ROWS = [[0.0, 0.0], [1.0, 1.0]]
BODY = """\
import numpy as np


@svc.api(input=bentobook.io.NumpyNdarray(), output=bentobook.io.NumpyNdarray())
def predict(rows):
    return np.asarray(model.predict(scaled(rows))) * 10
"""


def test_a_cell_is_a_file_of_the_bento(iris, flip, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scaling.py").write_text("def scaled(rows):\n    return rows\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import scaling

    made = cell_service.from_cell(
        "iris-cell", BODY, {"bentobook": bentobook, "scaled": scaling.scaled}, models={"model": "iris:v1"}
    )
    here = made.service.call("predict", ROWS).value.tolist()

    bento = bentobook.build(made.service)
    flip("iris:v2")
    cell_service.forget(made.service)
    made.service.close()
    service = bentobook.load(bento.tag)

    assert service.call("predict", ROWS).value.tolist() == here == [0, 10]
    assert {"iris_cell.py", "scaling.py"} <= set(bento.info.private["sources"])
    assert Path(bento.path_of("src/iris_cell.py")).read_text() == made.cell.text
    service.close()
