"""The Bento store in JupyterLab's sidebar: a real Lab, a real browser, a real tracking server."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow_state
import nbformat
import pytest
import small_models
from playwright.sync_api import expect

from bentobook import __version__, models

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>&lt;b&gt;'
BENTO = """\
service: "service:svc"
name: iris_svc
version: b1
creation_time: '2026-01-02T03:04:05+00:00'
models:
- tag: iris:v1
"""
# A name in the way of everything that could run: elements, attributes and addresses that text must never become.
ODD_ELEMENTS = """() => [...document.querySelectorAll('.bb-Panel, .bb-Panel *, .bb-Diff, .bb-Diff *, .bb-Modal *')]
  .flatMap(one => [one.tagName.toLowerCase(), ...[...one.attributes].map(each => each.name)])
  .filter(name => /^on|script|img|iframe|object|embed|link|href|src|data-commandlinker/.test(name))"""


@pytest.fixture
def store(lab: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The store of the Lab server, with ``iris:v1`` to ``v3``, and a Bento that uses the first."""
    home = lab.folder.parent / "bentoml"
    monkeypatch.setenv("BENTOML_HOME", str(home))
    for version in ("v1", "v2", "v3"):
        with models.create(f"iris:{version}", labels={"team": version}, metadata={"note": HOSTILE}) as draft:
            Path(draft.path_of("weights.bin")).write_bytes(version.encode())
            Path(draft.path_of("same.txt")).write_text("same")
    bento = home / "bentos" / "iris_svc" / "b1"
    bento.mkdir(parents=True)
    (bento / "bento.yaml").write_text(BENTO)
    yield home
    (bento / "bento.yaml").unlink()
    bento.rmdir()
    for model in models.list():
        models.delete(model.tag)


@pytest.fixture(scope="module")
def flowers(tracking_server: str) -> str:
    """A registered model with an alias."""
    import mlflow
    from sklearn.linear_model import LogisticRegression

    with mlflow_state.tracking_at(tracking_server):
        mlflow.set_experiment("garden")
        with mlflow.start_run(run_name="spring"):
            mlflow.log_metric("accuracy", 0.75)
            model = LogisticRegression().fit(small_models.FRAME, small_models.CLASSES)
            model.ballast = b"x" * (8 << 20)
            mlflow.sklearn.log_model(
                model,
                name="model",
                registered_model_name="flowers",
                input_example=small_models.FRAME.head(2),
                serialization_format="cloudpickle",
                **small_models.QUICK,
            )
        mlflow.MlflowClient().set_registered_model_alias("flowers", "champion", "1")
    return tracking_server


@pytest.fixture
def shots() -> Path:
    """Where screenshots go, for a person to look at."""
    folder = Path(os.environ.get("BENTOBOOK_SHOTS", Path(__file__).parent / "shots"))
    folder.mkdir(exist_ok=True, parents=True)
    return folder


@pytest.fixture
def panel(lab_folder: Path, open_notebook: Callable[[str], Page], store: Path) -> Page:
    """A notebook with one empty cell, and the panel beside it."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")], metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab_folder / "side.ipynb")
    page = open_notebook("side.ipynb")
    _theme(page, "Light")
    _command(page, "bentobook:open")
    page.get_by_role("treeitem").first.wait_for()
    return page


def _command(page: Page, command: str, **arguments: str) -> None:
    page.evaluate("([id, args]) => void window.jupyterapp.commands.execute(id, args)", [command, arguments])


def _theme(page: Page, name: str) -> None:
    """Change the theme, if another is in use: Lab remembers the one that an earlier test chose."""
    wanted = str(name == "Light").lower()
    if page.evaluate("document.body.dataset.jpThemeLight") != wanted:
        _command(page, "apputils:change-theme", theme=f"JupyterLab {name}")
        page.wait_for_function("wanted => document.body.dataset.jpThemeLight === wanted", arg=wanted)
    page.locator("#jupyterlab-splash").wait_for(state="detached")


def _choose(page: Page, version: str) -> None:
    page.get_by_role("treeitem", name=re.compile(rf"^{version}\b")).click()
    page.get_by_role("toolbar", name="Actions for").get_by_role("button", name=f":{version}").first.wait_for()


def test_a_model_is_imported_watched_and_its_code_runs(panel: Page, flowers: str, shots: Path) -> None:
    page = panel
    page.get_by_role("button", name="Change the store or the MLflow server").click()
    page.get_by_label("MLflow tracking URI").fill(flowers)
    page.get_by_role("button", name="Use them").click()
    expect(page.locator(".bb-Panel .bb-Place")).to_contain_text(flowers)

    page.get_by_role("button", name="+ Import").click()
    dialog = page.get_by_role("dialog", name="Import a model from MLflow")
    expect(dialog).to_contain_text(flowers)
    dialog.get_by_label("Search the MLflow server").fill("LOWER")
    dialog.get_by_role("button", name="flowers version 1").click()
    dialog.get_by_role("button", name=re.compile("^@champion")).click()
    expect(dialog.get_by_label("Model URI")).to_have_value("models:/flowers@champion")
    dialog.get_by_label("Labels").fill("team=a, stage=test")
    dialog.get_by_label("They take the rows").check()
    page.screenshot(path=shots / "import-light.png")
    with page.expect_response(lambda answer: "/bentobook/api/jobs" in answer.url and answer.status == 202):
        dialog.get_by_role("button", name="Import", exact=True).click()
    dialog.get_by_role("progressbar").wait_for()
    expect(dialog.get_by_role("status")).to_contain_text("is in the store", timeout=60_000)
    dialog.get_by_role("button", name="Close").last.click()

    actions = page.get_by_role("toolbar", name="Actions for flowers:")
    actions.wait_for()
    details = page.get_by_role("region", name="Chosen version")
    for fact in ("runs code on load", "models:/flowers@champion", "accuracy 0.75", "team=a", "predict · batched"):
        expect(details).to_contain_text(fact)
    actions.get_by_role("button", name="Insert load code").click()
    page.locator(".jp-Notebook .jp-CodeCell").first.get_by_text("load_model()").wait_for()
    _command(page, "notebook:run-cell")
    page.locator(".jp-OutputArea-output", has_text="mlflow.pyfunc").first.wait_for(timeout=90_000)
    page.screenshot(path=shots / "sidebar-light.png")
    _theme(page, "Dark")
    page.screenshot(path=shots / "sidebar-dark.png")
    background = page.locator(".bb-Panel").evaluate("element => getComputedStyle(element).backgroundColor")
    assert background != "rgb(255, 255, 255)"
    _theme(page, "Light")


def test_a_diff_hides_equal_rows_until_they_are_wanted(panel: Page, shots: Path) -> None:
    page = panel
    _choose(page, "v3")

    page.get_by_role("button", name="Diff iris:v3").click()
    page.locator(".jp-Dialog", has_text="Compare iris:v3 with").get_by_role("button", name="Ok").click()

    diff = page.get_by_role("region", name="Diff of iris:v3 and iris:v2")
    expect(diff).to_contain_text("weights.bin")
    expect(diff).not_to_contain_text("same.txt")
    page.screenshot(path=shots / "diff-light.png")
    diff.get_by_label("Show equal rows").check()
    expect(diff).to_contain_text("same.txt")


def test_a_deletion_asks_and_spares_what_a_bento_uses(panel: Page, store: Path) -> None:
    page = panel
    _choose(page, "v2")
    page.get_by_role("button", name="Delete iris:v2").click()
    dialog = page.get_by_role("dialog", name="Delete iris:v2?")
    dialog.get_by_role("button", name="Keep it").click()
    assert (store / "models" / "iris" / "v2").exists()

    page.get_by_role("button", name="Delete iris:v2").click()
    dialog.get_by_role("button", name="Delete").click()

    expect(page.get_by_role("treeitem", name=re.compile(r"^v2\b"))).to_have_count(0)
    assert not (store / "models" / "iris" / "v2").exists()
    _choose(page, "v1")
    page.get_by_role("button", name="Delete iris:v1").click()
    used = page.get_by_role("dialog", name="iris:v1 is in use")
    expect(used).to_contain_text("iris_svc:b1")
    expect(used.get_by_role("button", name="Delete")).to_have_count(0)
    used.get_by_role("button", name="Close").click()


def test_exports_and_verifications_end_in_a_sentence(panel: Page, lab_folder: Path) -> None:
    page = panel
    _choose(page, "v1")

    page.get_by_role("button", name="Verify iris:v1").click()
    page.get_by_role("button", name="Export iris:v1").click()

    jobs = page.get_by_role("status", name="Jobs")
    expect(jobs).to_contain_text("iris:v1: ok, content of", timeout=30_000)
    expect(jobs).to_contain_text("iris-v1.bentomodel", timeout=30_000)
    assert (lab_folder / "iris-v1.bentomodel").exists()


def test_the_tree_works_by_keyboard_and_says_what_it_is(panel: Page) -> None:
    page = panel
    tree = page.get_by_role("tree", name="Models and Bentos")
    tree.focus()

    for key in ("Home", "ArrowRight", "ArrowDown"):
        tree.press(key)

    page.get_by_role("toolbar", name="Actions for iris:v2").wait_for()
    active = page.locator(f"#{tree.get_attribute('aria-activedescendant')}")
    expect(active).to_have_attribute("aria-selected", "true")
    expect(active).to_have_attribute("aria-level", "2")
    expect(active).to_have_attribute("aria-posinset", "2")
    expect(active).to_have_attribute("aria-setsize", "3")
    tree.press("ArrowLeft")
    tree.press("ArrowLeft")
    expect(page.get_by_role("treeitem", name=re.compile(r"^v2\b"))).to_have_count(0)
    page.get_by_label("Filter the store").fill("team=v2")
    expect(page.get_by_role("treeitem", name=re.compile(r"^v\d"))).to_have_count(1)


def test_hostile_text_is_text_everywhere(panel: Page, store: Path) -> None:
    page = panel
    for version in ("h1", "h2"):
        with models.create(
            f"hostile:{version}", labels={HOSTILE: HOSTILE + version}, metadata={HOSTILE: HOSTILE}
        ) as draft:
            Path(draft.path_of("<b>weights.bin")).write_bytes(version.encode())
    broken = store / "models" / "hostile" / "h3"
    broken.mkdir()
    (broken / "model.yaml").write_text(f"name: {HOSTILE!r}\n")
    _command(page, "bentobook:refresh")

    _choose(page, "h2")
    details = page.get_by_role("region", name="Chosen version")
    expect(details).to_contain_text("onerror")
    page.get_by_role("button", name="Diff hostile:h2").click()
    page.locator(".jp-Dialog", has_text="Compare hostile:h2 with").get_by_role("button", name="Ok").click()
    expect(page.get_by_role("region", name="Diff of hostile:h2")).to_contain_text("onerror")

    assert page.evaluate(ODD_ELEMENTS) == []
    assert page.evaluate("window.hacked") is None
    (broken / "model.yaml").unlink()
    broken.rmdir()


def test_another_store_of_the_kernel_is_said(panel: Page, store: Path, tmp_path: Path) -> None:
    page = panel
    page.get_by_role("button", name="Change the store or the MLflow server").click()
    page.get_by_label("Folder of the store").fill(str(tmp_path))
    page.get_by_role("button", name="Use them").click()
    expect(page.locator(".bb-Panel .bb-Place")).to_contain_text(tmp_path.name)

    expect(page.locator(".bb-Notice")).to_contain_text(f"another store: {store}")

    page.get_by_role("button", name="Change the store or the MLflow server").click()
    page.get_by_label("Folder of the store").fill("")
    page.get_by_role("button", name="Use them").click()
    expect(page.locator(".bb-Notice")).to_be_empty()


def test_a_server_half_that_is_missing_or_of_another_release_is_said(browser: Browser, lab: Any) -> None:
    page = browser.new_page()
    page.route("**/bentobook/api/**", lambda route: route.fulfill(status=404, body="{}"))
    page.goto(f"{lab.url}/lab?token={lab.token}&reset")
    page.locator("li.lm-TabBar-tab[data-id='bentobook-store']").click(timeout=90_000)

    panel = page.locator(".bb-Panel")
    expect(panel).to_contain_text("The server half of bentobook is missing here")
    page.unroute("**/bentobook/api/**")
    page.route(
        "**/bentobook/api/place*", lambda route: route.fulfill(json={**route.fetch().json(), "version": "0.0.1"})
    )
    page.get_by_role("button", name="Refresh").click()
    expect(panel).to_contain_text(f"This page is of bentobook {__version__}, the Jupyter server runs bentobook 0.0.1")
    page.close()


def test_notebook_7_has_every_action_as_a_command(page: Page, lab: Any, lab_folder: Path, store: Path) -> None:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")], metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab_folder / "seven.ipynb")
    page.goto(f"{lab.url}/notebooks/seven.ipynb?token={lab.token}")
    page.locator(".jp-Notebook .jp-CodeCell").wait_for(timeout=90_000)

    _command(page, "bentobook:open")
    page.get_by_role("treeitem", name=re.compile(r"^v3\b")).wait_for()
    _command(page, "bentobook:insert-runner", tag="iris:v3")
    page.get_by_text("to_runner()").wait_for()
    _command(page, "bentobook:verify", tag="iris:v3")
    expect(page.get_by_role("status", name="Jobs")).to_contain_text("iris:v3: ok", timeout=30_000)
    _command(page, "bentobook:diff", tag="iris:v3")
    page.locator(".jp-Dialog").get_by_role("button", name="Ok").click()
    expect(page.get_by_role("region", name="Diff of iris:v3 and iris:v2")).to_contain_text("weights.bin")
    listed = page.evaluate("window.jupyterapp.commands.listCommands().filter(id => id.startsWith('bentobook:'))")
    assert len(listed) == 13
