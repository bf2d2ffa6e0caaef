"""ragsheets settle"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import docx
import pytest

from helpers.built_once import built_once
from helpers.periods import make_returns_older
from helpers.projects import DATE, action, group, outcome, plan, reply, run_ragsheets, task, write_plan

RETURNED = f"{DATE}/returned"
REASON = ("--reason", "Not due until March")


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project of one return with one error: a status that cannot be taken."""
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a"), task("b"))))))
    assert run_ragsheets("-C", tmp_path, "generate", "--date", DATE).exit_code == 0
    answered = {"position": "Done.", "planned": "Nothing."}
    reply(tmp_path, "Parks.xlsx", {"2.1a": {**answered, "status": "N/A"}, "2.1b": {**answered, "status": "GREEN"}})
    return tmp_path


def ingest(folder: Path, exit_code: int) -> dict[str, Any]:
    done = run_ragsheets("-C", folder, "ingest", "--json")
    assert done.exit_code == exit_code, done.stdout
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def findings(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [finding for file in result["files"] for finding in file["findings"]]


def unknown_status(result: dict[str, Any], file: str = "Parks.xlsx") -> dict[str, Any]:
    (finding,) = [
        finding
        for entry in result["files"]
        if entry["file"] == file
        for finding in entry["findings"]
        if finding["code"] == "unknown-status"
    ]
    return finding


def settle(folder: Path, *words: str) -> Any:
    return run_ragsheets("-C", folder, "settle", *words)


# --------------------------------------------------------------------------------------------------------- the ids


@pytest.mark.slow
def test_an_id_is_the_same_in_every_run_and_names_one_finding(project: Path) -> None:
    reply(project, "second.xlsx", {"2.1a": {"position": "Stuck", "status": "??"}, "2.1b": {"status": "Grün"}})
    first = findings(ingest(project, 1))
    again = findings(ingest(project, 1))
    assert [item["id"] for item in first] == [item["id"] for item in again]
    assert len({item["id"] for item in first}) == len(first) > 3
    assert all(re.fullmatch("[0-9a-f]{8}", item["id"]) for item in first)


@pytest.mark.slow
def test_the_id_is_on_the_screen_and_does_not_depend_on_the_files_name(project: Path) -> None:
    finding_id = unknown_status(ingest(project, 1))["id"]
    assert finding_id in run_ragsheets("-C", project, "ingest").stdout
    copy = project.with_name("copy")
    write_plan(copy, plan(group("Parks", outcome("2.1", action(task("a"), task("b"))))))
    assert run_ragsheets("-C", copy, "generate", "--date", DATE).exit_code == 0
    (copy / RETURNED).mkdir(exist_ok=True)
    shutil.copy(project / RETURNED / "Parks.xlsx", copy / RETURNED / "RE Parks.xlsx")
    assert unknown_status(ingest(copy, 1), "RE Parks.xlsx")["id"] == finding_id


# ---------------------------------------------------------------------------------------------------- what it does


@pytest.mark.slow
def test_a_settled_finding_counts_no_more_and_no_figure_changes(project: Path) -> None:
    before = ingest(project, 1)
    done = settle(project, unknown_status(before)["id"], *REASON)
    assert done.exit_code == 0, done.stderr
    assert "settled, and no figure has changed. Reason: Not due until March" in done.stdout
    after = ingest(project, 0)
    assert after["totals"] == before["totals"]
    settled = unknown_status(after)["settled"]
    assert (settled["reason"], bool(settled["at"]), bool(settled["user"])) == ("Not due until March", True, True)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", settled["at"])
    assert unknown_status(before)["settled"] is None
    assert json.loads(run_ragsheets("-C", project, "status", "--json").stdout)["to_settle"] == 0


@pytest.mark.slow
def test_the_contact_is_not_asked_again(project: Path) -> None:
    result = ingest(project, 1)
    letters = project / str(DATE) / "queries" / "queries.md"
    assert "N/A" in letters.read_text(encoding="utf-8")
    settle(project, unknown_status(result)["id"], *REASON)
    assert not letters.exists()
    ingest(project, 0)
    assert not letters.exists()


@pytest.mark.slow
def test_the_same_answer_in_a_newer_return_is_settled_too(project: Path) -> None:
    settle(project, unknown_status(ingest(project, 1))["id"], *REASON)
    reply(project, "again.xlsx", {"2.1a": {"position": "Still nothing.", "status": "N/A"}})
    assert unknown_status(ingest(project, 0), "again.xlsx")["settled"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "answers",
    [{"2.1a": {"position": "x", "status": "Ambr"}}, {"2.1b": {"position": "x", "status": "N/A"}}],
    ids=["another answer", "another task"],
)
def test_another_question_is_asked(project: Path, answers: dict[str, dict[str, str]]) -> None:
    settle(project, unknown_status(ingest(project, 1))["id"], *REASON)
    make_returns_older(project, str(DATE))
    reply(project, "again.xlsx", answers)
    assert unknown_status(ingest(project, 1), "again.xlsx")["settled"] is None


@pytest.mark.slow
def test_another_text_that_was_cleared_is_another_question(project: Path) -> None:
    kept = {"status": "GREEN", "planned": "Nothing."}
    cleared = []
    ingest(project, 1)
    for number, texts in enumerate(({"position": "Done."}, {}, {"position": "All done."}, {})):
        make_returns_older(project, str(DATE))
        reply(project, f"{number}.xlsx", {"2.1a": {**kept, **texts}, "2.1b": {"position": f"Step {number}."}})
        cleared = [item for item in findings(ingest(project, 0)) if item["code"] == "cleared"]
        for item in cleared[:1] if number == 1 else []:
            assert settle(project, item["id"], *REASON).exit_code == 0
    assert [("All done." in item["message"], item["settled"]) for item in cleared] == [(True, None)]


def reply_next(folder: Path, number: int, answers: dict[str, str]) -> dict[str, Any]:
    """Have the sub-group send a newer return, with these answers to 2.1a, and ingest it."""
    make_returns_older(folder, str(DATE))
    (folder / RETURNED / "Parks.xlsx").unlink(missing_ok=True)
    other_task = {"position": f"As of return {number}.", "status": "GREEN", "planned": "Nothing."}
    reply(folder, f"{number}.xlsx", {"2.1a": {"status": "GREEN", **answers}, "2.1b": other_task})
    return ingest(folder, 0)


def findings_about_2_1a(result: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [item for item in findings(result) if (item["code"], item["task"]) == (code, "2.1a")]


@pytest.mark.slow
def test_the_decision_between_two_answers_leaves_the_choice_between_others_open(project: Path) -> None:
    for number, position in enumerate(("Begun", "Half done", "Nearly done", "Half done")):
        result = reply_next(project, number, {"position": position, "planned": "Go on."})
        if number == 1:
            (first,) = findings_about_2_1a(result, "answers-differ")
            settle(project, first["id"], *REASON)
    is_settled = {
        item["message"].rsplit("“", 1)[1].split("”")[0]: bool(item["settled"])
        for item in findings_about_2_1a(result, "answers-differ")
    }
    assert is_settled == {"Begun": True, "Nearly done": False}


TREES = {"task": "Plant trees", "target": "By March"}
PARK = {"task": "Open the play park", "target": "By June"}
NOT_APPLICABLE = {"position": "Not begun.", "status": "N/A", "planned": "Begin in March."}


@pytest.fixture
@built_once
def relabelled_project(tmp_path: Path) -> Path:
    """A project whose plan got a new task 2.1a after the status of the earlier 2.1a, now 2.1b, was settled."""
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a", **TREES))))))
    assert run_ragsheets("-C", tmp_path, "generate", "--date", DATE).exit_code == 0
    reply(tmp_path, "Parks.xlsx", {"2.1a": NOT_APPLICABLE})
    settle(tmp_path, unknown_status(ingest(tmp_path, 1))["id"], *REASON)
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a", **PARK), task("b", **TREES))))))
    assert run_ragsheets("-C", tmp_path, "generate", "--date", DATE, "--force").exit_code == 0
    return tmp_path


@pytest.mark.slow
def test_a_decision_follows_its_task_to_another_key(relabelled_project: Path) -> None:
    finding = unknown_status(ingest(relabelled_project, 0))
    assert (finding["task"], bool(finding["settled"])) == ("2.1b", True)
    make_returns_older(relabelled_project, str(DATE))
    reply(relabelled_project, "again.xlsx", {"2.1b": NOT_APPLICABLE})
    finding = unknown_status(ingest(relabelled_project, 0), "again.xlsx")
    assert (finding["task"], bool(finding["settled"])) == ("2.1b", True)
    assert settle(relabelled_project, finding["id"], "--undo").exit_code == 0
    assert unknown_status(ingest(relabelled_project, 1), "again.xlsx")["settled"] is None


def test_a_decision_does_not_close_a_question_about_the_task_that_has_the_key_now(relabelled_project: Path) -> None:
    reply(relabelled_project, "again.xlsx", {"2.1a": NOT_APPLICABLE})
    finding = unknown_status(ingest(relabelled_project, 1), "again.xlsx")
    assert (finding["task"], finding["settled"]) == ("2.1a", None)


@pytest.mark.slow
@pytest.mark.parametrize("key", [{}, {"key": "2.1a"}], ids=["derived", "given"])
def test_a_decision_follows_another_wording_where_the_plan_gives_the_key(tmp_path: Path, key: dict[str, str]) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a", **TREES))))))
    run_ragsheets("-C", tmp_path, "generate", "--date", DATE)
    reply(tmp_path, "Parks.xlsx", {"2.1a": NOT_APPLICABLE})
    settle(tmp_path, unknown_status(ingest(tmp_path, 1))["id"], *REASON)
    reworded = task("a", task="Plant a wood of young oaks", target="By March", **key)
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(reworded)))))
    run_ragsheets("-C", tmp_path, "generate", "--date", DATE, "--force")
    make_returns_older(tmp_path, str(DATE))
    reply(tmp_path, "again.xlsx", {"2.1a": NOT_APPLICABLE})
    finding = unknown_status(ingest(tmp_path, 0 if key else 1), "again.xlsx")
    assert bool(finding["settled"]) == bool(key)


@pytest.mark.slow
def test_of_two_tasks_with_the_same_words_a_decision_closes_the_one_with_its_key(tmp_path: Path) -> None:
    tasks = [task(label, task="Report to the board", target="Quarterly") for label in "ab"]
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(*tasks)))))
    run_ragsheets("-C", tmp_path, "generate", "--date", DATE)
    reply(tmp_path, "Parks.xlsx", {"2.1a": NOT_APPLICABLE})
    settle(tmp_path, unknown_status(ingest(tmp_path, 1))["id"], *REASON)
    make_returns_older(tmp_path, str(DATE))
    reply(tmp_path, "again.xlsx", {"2.1a": NOT_APPLICABLE, "2.1b": NOT_APPLICABLE})
    closed = {
        item["task"]: bool(item["settled"])
        for item in findings(ingest(tmp_path, 1))
        if item["code"] == "unknown-status"
    }
    assert closed == {"2.1a": True, "2.1b": False}


@pytest.mark.slow
def test_a_rejected_file_that_is_settled_counts_no_more(project: Path) -> None:
    settle(project, unknown_status(ingest(project, 1))["id"], *REASON)
    (project / RETURNED / "minutes.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (damaged,) = [item for item in findings(ingest(project, 1)) if item["code"] == "damaged"]
    assert settle(project, damaged["id"], "--reason", "The minutes of the meeting").exit_code == 0
    result = ingest(project, 0)
    assert [file["result"] for file in result["files"] if file["file"] == "minutes.xlsx"] == ["rejected"]
    status = run_ragsheets("-C", project, "status", "--json")
    assert (status.exit_code, json.loads(status.stdout)["rejected"]) == (0, [])
    (project / RETURNED / "other.xlsx").write_bytes(b"PK\x03\x04 no workbook either")
    ingest(project, 1)


@pytest.mark.slow
def test_undo_opens_it_again(project: Path) -> None:
    finding_id = unknown_status(ingest(project, 1))["id"]
    settle(project, finding_id, *REASON)
    done = settle(project, finding_id, "--undo")
    assert (done.exit_code, "open again" in done.stdout) == (0, True)
    assert unknown_status(ingest(project, 1))["settled"] is None
    assert (project / str(DATE) / "queries" / "queries.md").exists()


@pytest.mark.slow
def test_undo_by_the_id_of_the_same_question_in_a_newer_return(project: Path) -> None:
    settle(project, unknown_status(ingest(project, 1))["id"], *REASON)
    reply(project, "again.xlsx", {"2.1a": {"position": "Still nothing.", "status": "N/A"}})
    newer = unknown_status(ingest(project, 0), "again.xlsx")
    assert settle(project, newer["id"], "--undo").exit_code == 0
    assert unknown_status(ingest(project, 1), "again.xlsx")["settled"] is None


# ------------------------------------------------------------------------------------------------- where it is shown


@pytest.mark.slow
def test_it_is_in_the_log_the_status_and_the_reports_sources(project: Path) -> None:
    finding_id = unknown_status(ingest(project, 1))["id"]
    settle(project, finding_id, *REASON)
    log = run_ragsheets("-C", project, "log").stdout
    assert finding_id in log
    assert "Not due until March" in log
    status = run_ragsheets("-C", project, "status").stdout
    assert finding_id in status
    assert "Reason: Not due until March" in status
    (settled,) = json.loads(run_ragsheets("-C", project, "status", "--json").stdout)["settled"]
    assert (settled["id"], settled["file"]) == (finding_id, "Parks.xlsx")
    assert run_ragsheets("-C", project, "report").exit_code == 0
    report = project / str(DATE) / "Performance report.docx"
    document = docx.Document(str(report))
    assert "Settled as they are" in [paragraph.text for paragraph in document.paragraphs]
    (cells,) = [
        texts
        for table in document.tables
        for row in table.rows
        if "Not due until March" in (texts := [cell.text for cell in row.cells])
    ]
    assert cells[:2] == ["Parks", "a) Task a"]
    assert run_ragsheets("-C", project, "verify", report).exit_code == 0


@pytest.mark.slow
def test_the_public_report_names_neither_file_nor_reason(project: Path) -> None:
    settle(project, unknown_status(ingest(project, 1))["id"], *REASON)
    assert run_ragsheets("-C", project, "report", "--public").exit_code == 0
    (report,) = (project / str(DATE)).glob("*ublic*.docx")
    document = docx.Document(str(report))
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "Settled as they are" in [paragraph.text for paragraph in document.paragraphs]
    assert not [text for text in texts if "March" in text or "Parks.xlsx" in text]
    assert run_ragsheets("-C", project, "verify", report).exit_code == 0


@pytest.mark.slow
def test_standard_output_holds_json_only(project: Path) -> None:
    finding_id = unknown_status(ingest(project, 1))["id"]
    result = json.loads(settle(project, finding_id, *REASON, "--json").stdout)
    assert (result["file"], result["finding"]["id"], result["undone"], result["unsettled"]) == (
        "Parks.xlsx",
        finding_id,
        False,
        0,
    )


# -------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("00000000", *REASON), "has no finding “00000000”"),
        (("0", *REASON), "has no finding “0”"),
        (("{id}",), "--reason"),
        (("{id}", "--reason", " \n "), "--reason"),
        (("{id}", "--undo"), "is not settled"),
    ],
)
def test_what_cannot_be_settled_changes_nothing(project: Path, words: tuple[str, ...], message: str) -> None:
    finding_id = unknown_status(ingest(project, 1))["id"]
    done = settle(project, *(word.format(id=finding_id) for word in words))
    assert (done.exit_code, message in done.stderr) == (2, True), done.stderr
    assert unknown_status(ingest(project, 1))["settled"] is None


@pytest.mark.slow
def test_the_same_command_again_records_nothing_and_is_no_error(project: Path) -> None:
    finding_id = unknown_status(ingest(project, 1))["id"]
    for words in ((*REASON,), ("--undo",)):
        first = settle(project, finding_id, *words)
        logged = json.loads(run_ragsheets("-C", project, "log", "--json").stdout)
        second = settle(project, finding_id, *words)
        assert (second.exit_code, second.stdout) == (first.exit_code, first.stdout)
        assert json.loads(run_ragsheets("-C", project, "log", "--json").stdout) == logged


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("00000000", *REASON), "ragsheets ingest --all --date 2008-09-04"),
        (("{id}", "--undo"), "ragsheets status --date 2008-09-04"),
    ],
)
def test_the_advice_about_a_period_that_is_named_names_it_too(
    project: Path, words: tuple[str, ...], advice: str
) -> None:
    finding_id = unknown_status(ingest(project, 1))["id"]
    done = settle(project, *(word.format(id=finding_id) for word in words), "--date", str(DATE))
    assert (done.exit_code, advice in done.stderr) == (2, True), done.stderr


def test_it_is_settled_once(project: Path) -> None:
    finding_id = unknown_status(ingest(project, 1))["id"]
    settle(project, finding_id, *REASON)
    done = settle(project, finding_id[:6], "--reason", "again")
    assert (done.exit_code, "is settled already (Not due until March)" in done.stderr) == (2, True)
    assert f"ragsheets settle {finding_id} --undo" in done.stderr
