"""The magics as a notebook sees them: messages, outputs, TAB, interrupts."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_an_import_shows_one_card_as_html_and_as_text(kernel, model_folder):
    ran = kernel.run(f"%bento_import iris {model_folder}")
    assert ran.reply["status"] == "ok"
    assert "iris:" in ran.shown["text/html"]
    assert "sepal length (cm)" in ran.shown["text/html"]
    assert "sepal length (cm)" in ran.shown["text/plain"]
    assert "<" not in ran.shown["text/plain"].splitlines()[0]


def test_a_second_import_says_that_the_version_is_reused(kernel, model_folder):
    kernel.run(f"first = %bento_import again {model_folder}")
    ran = kernel.run(f"second = %bento_import again {model_folder}\nfirst.tag == second.tag")
    assert ran.shown["text/plain"] == "True"
    assert "is reused" in ran.printed


def test_a_mistake_is_one_line(kernel):
    ran = kernel.run("%bento_show iris --quite")
    assert ran.reply["status"] == "error"
    assert ran.printed == "UsageError: %bento_show: unknown option --quite. Did you mean --quiet? See %bento_show?\n"


def test_an_error_of_the_store_is_one_line(kernel):
    ran = kernel.run("%bento_show nobody")
    (error,) = ran.of_type("error")
    (line,) = error["traceback"]
    assert line.startswith("NotFound: Model 'nobody' is not found")


def complete(kernel, cell, at=None):
    return kernel.client.complete(cell, at, reply=True, timeout=60)["content"]


def test_tab_completes_options_tags_and_seen_uris_with_the_right_positions(kernel, model_folder):
    kernel.run(f"%bento_import -q tabbed:v1 {model_folder}\nseen = 'models:/tabbed@champion'")
    found = complete(kernel, "x = 1\n%bento_show tabb")
    assert (found["matches"], found["cursor_start"], found["cursor_end"]) == (["tabbed"], 18, 22)
    assert complete(kernel, "%bento_show tabbed:")["matches"] == ["tabbed:latest", "tabbed:v1"]
    assert complete(kernel, "%bento_import iris x --batch")["matches"] == ["--batchable"]
    assert complete(kernel, "%bento_import iris models:/t")["matches"] == ["models:/tabbed@champion"]


def test_help_is_the_docstring_with_usage(kernel):
    page = kernel.client.inspect("%bento_import", reply=True, timeout=60)["content"]["data"]["text/plain"]
    assert "Usage: %bento_import" in page


def test_delete_asks_and_hears_no_and_yes(kernel, model_folder):
    kernel.run(f"%bento_import -q doomed:v1 {model_folder}")
    assert answer(kernel, "%bento_delete doomed", "") == "Nothing deleted."
    assert (kernel.home / "models/doomed/v1").is_dir()
    assert answer(kernel, "%bento_delete doomed", "y") == "Deleted doomed:v1."
    assert not (kernel.home / "models/doomed").exists()


def answer(kernel, cell, text):
    started = kernel.start(cell, stdin=True)
    question = kernel.client.get_stdin_msg(timeout=60)["content"]["prompt"]
    assert question.startswith("Delete doomed:v1 (")
    kernel.client.input(text)
    (result,) = [m for m in kernel.messages(started) if m["msg_type"] == "execute_result"]
    return result["content"]["data"]["text/plain"]


def test_delete_refuses_where_nobody_can_be_asked(kernel, model_folder):
    kernel.run(f"%bento_import -q kept:v1 {model_folder}")
    ran = kernel.run("%bento_delete kept")
    assert "nobody can be asked here whether to delete kept:v1" in ran.printed
    assert "add -y" in ran.printed
    assert (kernel.home / "models/kept/v1").is_dir()


def stored_files(kernel):
    return [path for path in kernel.home.rglob("*") if path.is_file() and "locks" not in path.parts]


def test_an_interrupt_ends_the_cell_in_one_line_leaves_nothing_and_the_next_cell_works(
    kernel, artifact_server, model_folder
):
    before = stored_files(kernel)
    started = kernel.start(f"%bento_import stalled {artifact_server.uri}")
    shown = []
    for message in kernel.messages(started):
        shown.append(message)
        if (
            message["msg_type"] in ("display_data", "update_display_data")
            and "%" in message["content"]["data"]["text/plain"]
        ):
            kernel.interrupt()
            artifact_server.released.set()
            break
    shown += list(kernel.messages(started))
    reply = kernel.reply(started)
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    (error,) = [m["content"] for m in shown if m["msg_type"] == "error"]
    assert error["traceback"] == ["Import cancelled, nothing stored."]
    assert [m["msg_type"] for m in shown][-3:] == ["clear_output", "error", "status"]
    assert not (kernel.home / "models/stalled").exists()
    assert sorted(stored_files(kernel)) == sorted(before)
    assert kernel.run(f"%bento_import after_stall {model_folder}").reply["status"] == "ok"


@pytest.mark.parametrize(
    "cell", ["%bento_load missing_tag", "%bento_export missing_tag", "%bento_delete -y missing_tag"]
)
def test_a_missing_model_is_one_sentence_everywhere(kernel, cell):
    (error,) = kernel.run(cell).of_type("error")
    assert "'missing_tag' is not found" in "".join(error["traceback"])


def test_export_and_import_of_an_archive(kernel, model_folder):
    kernel.run(f"%bento_import -q packed:v1 {model_folder}")
    kernel.run("archive = %bento_export packed\n%bento_delete -qy packed")
    ran = kernel.run("%bento_import {archive}")
    assert "packed:v1" in ran.shown["text/plain"]
    assert Path(kernel.home / "models/packed/v1/model.yaml").is_file()
