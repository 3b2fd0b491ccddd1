"""A build: what goes in, what does not, and that equal input gives equal content."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

import bentobook
from bentobook import bentos, models
from bentobook.errors import AlreadyExists, BentofileRefused, BuildFailed, InvalidArgument, ModelInUse, NotFound

ROWS = [[0.0, 0.0], [1.0, 1.0]]


def _files(bento: bentobook.bentos.Bento) -> set[str]:
    return {path.relative_to(bento.path).as_posix() for path in bento.path.rglob("*") if path.is_file()}


def test_a_bento_holds_the_modules_that_the_service_imports_and_no_model(project: Path) -> None:
    bento = bentobook.build("service.py:svc", version="v1")

    files = _files(bento)
    assert {"src/service.py", "src/helpers.py", "src/bentobook_hosted.py", "bento.yaml", "README.md"} <= files
    assert {"apis/openapi.yaml", "env/docker/Dockerfile", "env/python/requirements.txt"} <= files
    assert not [path for path in files if path.startswith("models/") or "notes" in path or "__pycache__" in path]
    assert (str(bento.tag), [str(model.tag) for model in bento.models]) == ("iris_svc:v1", ["iris:v1"])
    assert bento.verify().state == "ok"


def test_the_same_input_gives_the_same_content(project: Path) -> None:
    first, second = bentobook.build("service.py:svc"), bentobook.build("service.py:svc")

    assert (first.digest, first.tag != second.tag) == (second.digest, True)
    (project / "helpers.py").write_text("def scaled(rows):\n    return rows * 2\n")
    assert bentobook.build("service.py:svc").digest != first.digest


def test_each_requirement_says_where_it_comes_from(project: Path) -> None:
    bento = bentobook.build("service.py:svc")
    lines = Path(bento.path_of("env/python/requirements.txt")).read_text().splitlines()

    reasons = {line.partition("==")[0]: line.partition("# ")[2] for line in lines}
    assert reasons["numpy"] == "imported by service.py:1"
    assert reasons["scipy"] == "imported by helpers.py:1"
    assert reasons["scikit-learn"] == "from the model iris:v1"
    assert lines[-1].startswith("../env/python/wheels/bentobook-")


def test_a_loaded_bento_answers_as_the_service_did(project: Path, flip) -> None:
    bento = bentobook.build("service:svc")
    flip("iris:v2")
    service = bentobook.load(bento.tag)

    assert service.call("predict", ROWS).value.tolist() == [0, 1]
    assert [str(model.tag) for model in service.runners[0].models] == ["iris:v1"]
    assert str(models.get("iris").tag) != "iris:v1"
    service.close()
    assert bento.verify().ok


def test_a_bento_loads_from_its_folder_and_from_an_archive(project: Path, tmp_path: Path) -> None:
    bento = bentobook.build("service.py:svc")
    archive = bento.export(tmp_path)

    for target in (bento.path, str(archive), f"{bento.tag}"):
        service = bentobook.load(target)
        assert service.call("predict", ROWS).value.tolist() == [0, 1]
        service.close()
    with pytest.raises(NotFound, match=r"Bento 'no/such\.bento' is not found"):
        bentobook.load("no/such.bento")


def test_a_module_of_the_users_own_is_there_again_after_a_load(project: Path, monkeypatch) -> None:
    bento = bentobook.build("service.py:svc")
    own = sys.modules["helpers"] = type(sys)("helpers")
    own.__file__ = "/somewhere/helpers.py"

    bentobook.load(bento.tag).close()

    assert sys.modules.pop("helpers") is own


def test_a_live_service_is_built_from_its_file(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(project))
    for name in ("service", "helpers"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import service  # the project's

    bento = bentobook.build(service.svc)

    assert {"src/service.py", "src/helpers.py"} <= _files(bento)
    assert bento.info.module == "service:svc"


def test_a_service_of_the_notebook_itself_is_refused_with_two_ways_out() -> None:
    made = bentobook.Service("loose")

    with pytest.raises(BuildFailed, match=r"made in the notebook itself.*%%bento_service"):
        bentobook.build(made)


def test_a_service_without_an_api_is_refused(project: Path) -> None:
    (project / "empty.py").write_text("import bentobook\nsvc = bentobook.Service('empty')\n")

    with pytest.raises(BuildFailed, match="the service has no API"):
        bentobook.build("empty.py:svc")


@pytest.mark.parametrize(
    ("target", "why"),
    [("nothing.py:svc", "there is no nothing.py"), ("helpers.py:svc", "a Service in the variable svc")],
)
def test_a_target_that_is_no_service_is_said(project: Path, target: str, why: str) -> None:
    with pytest.raises((BuildFailed, InvalidArgument), match=why):
        bentobook.build(target)


def test_a_version_is_built_once(project: Path) -> None:
    bentobook.build("service.py:svc", version="v1")

    with pytest.raises(AlreadyExists, match="Bento iris_svc:v1"):
        bentobook.build("service.py:svc", version="v1")
    with pytest.raises(ModelInUse, match="iris_svc:v1"):
        models.delete("iris:v1")


def test_a_bentofile_chooses_files_labels_and_models(project: Path) -> None:
    (project / "data").mkdir()
    (project / "data" / "table.csv").write_text("1")
    (project / "data" / "huge.bin").write_text("2")
    (project / ".bentoignore").write_text("*.bin\n")
    (project / "bentofile.yaml").write_text(
        "service: service.py:svc\nname: named\ndescription: 'file: ./notes.txt'\nlabels: {owner: ada, stage: 1}\n"
        "include: ['*.py', 'data/']\nmodels: ['iris:latest']\n"
    )

    bento = bentobook.bentos.build_bentofile()

    files = _files(bento)
    assert "src/data/table.csv" in files
    assert not files & {"src/data/huge.bin", "src/notes.txt"}
    assert (bento.tag.name, dict(bento.info.labels)) == ("named", {"owner": "ada", "stage": "1"})
    assert Path(bento.path_of("README.md")).read_text() == "not asked for\n"


def test_the_call_stands_above_the_bentofile(project: Path) -> None:
    (project / "bentofile.yaml").write_text("service: service.py:svc\nname: named\nlabels: {a: b}\n")

    bento = bentobook.build(name="other", labels={"c": "d"})

    assert (bento.tag.name, dict(bento.info.labels)) == ("other", {"c": "d"})


def test_without_service_and_bentofile_there_is_nothing_to_build(tmp_path: Path) -> None:
    with pytest.raises(BentofileRefused, match="there is no such file; give a service"):
        bentobook.build(build_ctx=tmp_path)


def test_the_record_is_what_bentoml_reads(project: Path) -> None:
    values = yaml.safe_load(Path(bentobook.build("service.py:svc").path_of("bento.yaml")).read_text())

    assert (values["service"], values["spec"], values["services"][0]["name"]) == (
        "bentobook_hosted:Hosted",
        2,
        "iris_svc",
    )
    assert values["schema"]["paths"] == {"/predict": {"mounted": True}}
    assert values["bentobook"]["sources"] == {"helpers.py": "service.py:4", "service.py": "the service"}


def test_the_card_has_warnings_first(project: Path) -> None:
    (project / "helpers.py").write_text(
        "def scaled(rows):\n    return rows\n\n\ndef later():\n    import no_such_package\n"
    )
    bento = bentobook.build("service.py:svc")
    text = repr(bento._repr_html_())

    assert "imports no_such_package, which is not installed here" in text
    assert text.index("no_such_package") < text.index("iris:v1")
    assert bentos.get(bento.tag).info.private["warnings"]


def test_a_bento_whose_model_is_gone_says_which(project: Path) -> None:
    bento = bentobook.build("service.py:svc")
    (bento.models[0].path / "model.yaml").unlink()

    with pytest.raises(NotFound, match=r"iris:v1.*was built with it"):
        bentobook.load(bento.tag)
