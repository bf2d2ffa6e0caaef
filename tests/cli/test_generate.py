"""ragsheets generate"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from helpers import periods
from helpers.built_once import built_once
from helpers.projects import action, files_by_name, group, outcome, plan, run_ragsheets, task, write_plan
from ragsheets.project.folder import Project

THREE = plan(group("Parks"), group("Health", outcome("3.1")), group("Play", outcome("4.1"), on_hold=True))


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, THREE)
    return tmp_path


def generate(folder: Path, *words: str) -> Result:
    return run_ragsheets("-C", folder, "generate", "--date", "2008-09-04", *words)


def sent(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "2008-09-04" / "sent").iterdir())


def rewrite(folder: Path, *groups: dict[str, Any]) -> None:
    write_plan(folder, plan(*groups))


# ------------------------------------------------------------------------------------------------- what is made


def test_each_sub_group_not_on_hold_gets_a_workbook(project: Path) -> None:
    result = generate(project)
    assert result.exit_code == 0
    assert sent(project) == ["Health.xlsx", "Parks.xlsx"]
    assert "2 workbooks for 4th September 2008." in result.stdout
    assert "Play: on hold, no workbook" in result.stdout
    assert all(zipfile.is_zipfile(project / "2008-09-04" / "sent" / name) for name in sent(project))


def test_an_empty_folder_for_the_replies_is_created(project: Path) -> None:
    generate(project)
    assert list((project / "2008-09-04" / "returned").iterdir()) == []


def test_one_workbook_is_singular(project: Path) -> None:
    assert "1 workbook for 4th September 2008." in generate(project, "--group", "Parks").stdout


def test_standard_output_holds_json_only(project: Path) -> None:
    result = generate(project, "--json", "--period", "Second quarter", "--due", "18 September 2008")
    assert json.loads(result.stdout) == {
        "period": {"date": "2008-09-04", "name": "Second quarter", "due": "2008-09-18"},
        "workbooks": [
            {"group": "Parks", "file": "2008-09-04/sent/Parks.xlsx", "changed": True},
            {"group": "Health", "file": "2008-09-04/sent/Health.xlsx", "changed": True},
        ],
        "guide": None,
        "on_hold": ["Play"],
        "forgotten": [],
        "unplaced": [],
        "finished": [],
        "left_behind": [],
        "edited": [],
        "carried_forward": [],
        "completed": [],
        "withdrawn": [],
        "new": [],
        "remarks": [],
        "keys_asked_for": 0,
    }
    assert "Next:" in result.stderr


@pytest.mark.parametrize(
    "date", ["4 September 2008", "4/9/2008", "4th Sept 08", "2008-09-04", "2008/09/04", "20080904"]
)
def test_a_date_is_read_in_common_forms(project: Path, date: str) -> None:
    result = run_ragsheets("-C", project, "generate", "--date", date)
    assert result.exit_code == 0
    assert (project / "2008-09-04" / "sent" / "Parks.xlsx").is_file()


def test_an_invalid_date_is_an_error_with_the_accepted_form(project: Path) -> None:
    result = run_ragsheets("-C", project, "generate", "--date", "September 2008")
    assert result.exit_code == 2
    assert "“September 2008” is not a date. Write it as 2008-09-04 or 4 September 2008." in result.stderr


def test_invalid_or_similar_names_give_distinct_files(tmp_path: Path) -> None:
    names = ["Health/Care", "Health:Care", "health care", "CON", "x" * 300]
    rewrite(tmp_path, *(group(name) for name in names))
    assert generate(tmp_path).exit_code == 0
    file_names = sent(tmp_path)
    assert len({name.casefold() for name in file_names}) == len(names)
    assert {"Health Care.xlsx", "Health Care 2.xlsx", "health care 3.xlsx", "_CON.xlsx"} <= set(file_names)


@pytest.mark.parametrize("due", ["2008-09-03", "18/9/2007"])
def test_a_due_date_before_the_period_is_an_error_and_nothing_is_written(project: Path, due: str) -> None:
    before = files_by_name(project)
    result = generate(project, "--due", due)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is before the period's date, 4th September 2008. Give the day by which" in result.stderr
    assert result.stderr.startswith("ragsheets: --due: ")
    assert files_by_name(project) == before


def test_a_period_may_be_due_on_its_own_day(project: Path) -> None:
    assert generate(project, "--due", "2008-09-04").exit_code == 0


def test_control_characters_are_dropped_and_reported(tmp_path: Path) -> None:
    rewrite(tmp_path, group("Parks", outcome("2.1", action(task("a", task="Ring\x07ing"), task("b")))))
    result = generate(tmp_path)
    assert result.exit_code == 0
    assert "Left out characters that Office files cannot hold: Parks, outcome 2.1, task 2.1a" in result.stdout
    assert "2.1b" not in result.stdout


# ----------------------------------------------------------------------------------------------- only some of them


def test_a_sub_group_matches_in_any_case(project: Path) -> None:
    assert generate(project, "--group", "parks").exit_code == 0
    assert sent(project) == ["Parks.xlsx"]


@pytest.mark.slow
def test_a_sub_group_on_hold_gets_a_workbook_when_it_is_named(project: Path) -> None:
    assert generate(project, "--group", "Play").exit_code == 0
    assert sent(project) == ["Play.xlsx"]


def test_a_sub_group_named_twice_gets_one_workbook(project: Path) -> None:
    result = generate(project, "--group", "Parks", "--group", "PARKS")
    assert result.exit_code == 0
    assert sent(project) == ["Parks.xlsx"]


def test_a_workbook_generated_alone_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("alone", "all"):
        rewrite(tmp_path / name, group("Parks/Play"), group("Parks:Play"))
    generate(tmp_path / "alone", "--group", "Parks:Play")
    generate(tmp_path / "all")
    (name,) = sent(tmp_path / "alone")
    alone, together = ((tmp_path / folder / "2008-09-04" / "sent" / name) for folder in ("alone", "all"))
    assert alone.read_bytes() == together.read_bytes()


def test_unknown_sub_groups_are_errors_with_suggestions_and_nothing_is_written(project: Path) -> None:
    before = files_by_name(project)
    result = generate(project, "--group", "Parcs", "--group", "Parks", "--group", "Heath")
    assert result.exit_code == 2
    assert "--group: there is no sub-group “Parcs”. Did you mean “Parks”?" in result.stderr
    assert "--group: there is no sub-group “Heath”. Did you mean “Health”?" in result.stderr
    assert files_by_name(project) == before


# ------------------------------------------------------------------------------------------------------ run again


def test_a_second_run_writes_nothing_and_reports_it(project: Path) -> None:
    generate(project)
    before = files_by_name(project / "2008-09-04")
    times = {path: path.stat().st_mtime_ns for path in (project / "2008-09-04" / "sent").iterdir()}
    second_result = generate(project)
    assert second_result.exit_code == 0
    assert second_result.stdout.count("(already there, unchanged)") == 2
    assert files_by_name(project / "2008-09-04") == before
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_the_same_plan_gives_the_same_bytes_in_another_folder(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_plan(tmp_path / name, THREE)
        generate(tmp_path / name)
    assert files_by_name(tmp_path / "one" / "2008-09-04") == files_by_name(tmp_path / "other" / "2008-09-04")


def test_a_missing_workbook_is_written_again_and_the_others_stay(project: Path) -> None:
    generate(project)
    missing = project / "2008-09-04" / "sent" / "Parks.xlsx"
    content = missing.read_bytes()
    missing.unlink()
    result = generate(project)
    assert (result.exit_code, missing.read_bytes()) == (0, content)
    assert result.stdout.count("(already there, unchanged)") == 1


def test_a_changed_plan_replaces_nothing_without_force(project: Path) -> None:
    generate(project)
    rewrite(project, group("Parks", outcome("2.1", action(task("a", task="Quite another")))), group("Roads"))
    before = files_by_name(project)
    result = generate(project)
    assert result.exit_code == 2
    assert "2008-09-04" in result.stderr
    assert "Parks.xlsx: already exists and differs" in result.stderr
    assert "--force" in result.stderr
    assert files_by_name(project) == before


def test_force_replaces_workbooks_that_differ(project: Path) -> None:
    generate(project)
    before = files_by_name(project / "2008-09-04" / "sent")
    changed = group("Parks", outcome("2.1", action(task("a", task="Quite another"))))
    rewrite(project, changed, *THREE["groups"][1:])
    result = generate(project, "--force")
    assert result.exit_code == 0
    assert files_by_name(project / "2008-09-04" / "sent")["Parks.xlsx"] != before["Parks.xlsx"]


def test_a_workbook_filled_in_where_it_was_generated_is_not_replaced(project: Path) -> None:
    generate(project)
    (project / "2008-09-04" / "sent" / "Parks.xlsx").write_bytes(b"filled in")
    assert generate(project).exit_code == 2
    assert (project / "2008-09-04" / "sent" / "Parks.xlsx").read_bytes() == b"filled in"


def test_the_ledger_is_unchanged_when_a_workbook_cannot_be_saved(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    for step in ("rename", "replace"):
        monkeypatch.setattr(Path, step, fail)
    assert generate(project).exit_code == 2
    monkeypatch.undo()
    assert [path.name for path in project.iterdir()] == ["plan.toml"]
    assert "there is no period yet" in run_ragsheets("-C", project, "ingest").stderr


@pytest.mark.slow
def test_tasks_whose_history_a_key_would_keep_are_counted(tmp_path: Path) -> None:
    def make(date: str, *words: str) -> Result:
        write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(*(task(task=text) for text in words))))))
        return run_ragsheets("-C", tmp_path, "generate", "--date", date, "--force")

    assert "history" not in make("2008-09-04", "Plant oaks", "Mow").stdout
    assert "history" not in make("2008-12-04", "Plant oaks", "Mow").stdout
    assert "history" not in make("2009-03-05", "Plant oaks", "Mow", "Sing").stdout
    result = make("2009-03-05", "Sing", "Plant oaks", "Mow")
    assert "2 tasks may have a history that a key would keep; see: ragsheets plan check" in result.stdout


def test_a_sub_group_named_like_a_lock_file_is_not_ignored(tmp_path: Path) -> None:
    rewrite(tmp_path, group("~$Parks"))
    generate(tmp_path)
    (name,) = sent(tmp_path)
    period_folder = tmp_path / "2008-09-04"
    book = openpyxl.load_workbook(period_folder / "sent" / name)
    book.save(period_folder / "returned" / name)
    result = run_ragsheets("-C", tmp_path, "ingest", "--json")
    assert [file["result"] for file in json.loads(result.stdout)["files"]] == ["accepted"]


def test_a_path_too_long_for_excel_is_named(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100) / ("y" * 80)
    write_plan(deep, THREE)
    result = generate(deep)
    assert result.exit_code == 0
    for name in ("Parks", "Health"):
        path = f"2008-09-04/sent/{name}.xlsx"
        assert f"Excel cannot open {path}: its path is longer than 218 characters. Move the project" in result.stdout
    write_plan(tmp_path / "short", THREE)
    assert "218" not in generate(tmp_path / "short").stdout


# ------------------------------------------------------------------------------ as coordinators' tools leave it


def test_a_plan_saved_by_notepad_is_the_same_plan(tmp_path: Path) -> None:
    for name in ("plain", "notepad"):
        write_plan(tmp_path / name, THREE)
    plan_file = tmp_path / "notepad" / "plan.toml"
    plan_file.write_bytes(b"\xef\xbb\xbf" + plan_file.read_bytes().replace(b"\n", b"\r\n"))
    for name in ("plain", "notepad"):
        assert generate(tmp_path / name).exit_code == 0
    assert files_by_name(tmp_path / "plain" / "2008-09-04") == files_by_name(tmp_path / "notepad" / "2008-09-04")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("copy", "cure"),
    [
        ("plan (Ann's conflicted copy 2026-01-01).toml", "Only plan.toml is read: put into it what is missing"),
        ("ragsheets-DESKTOP-1.db", 'ragsheets status --ledger "sqlite:///ragsheets-DESKTOP-1.db"'),
    ],
)
def test_every_command_warns_of_a_conflicting_copy_of_a_file_it_reads(project: Path, copy: str, cure: str) -> None:
    generate(project)
    (project / copy).write_bytes(b"")
    verify = ["verify", str(project / "2008-09-04" / "Performance report.docx")]
    for words in (["generate", "--date", "2008-09-04"], ["plan", "check"], ["ingest", "--json"], ["report"], verify):
        result = run_ragsheets("-C", project, *words)
        assert result.exit_code == 0
        (warning,) = [line for line in result.stderr.splitlines() if copy in line]
        assert warning.startswith(f"ragsheets: {copy}: looks like a copy of ")
        assert cure in warning
    (project / copy).unlink()
    assert "looks like a copy" not in generate(project).stderr


# ------------------------------------------------------------------------------------------------ the next period

BRAG = plan(
    group("Parks", outcome("2.1", action(task("a"), task("b"), task("c")))),
    group("Health", outcome("3.1")),
    template="brag",
)


def generate_later(folder: Path, *words: str) -> Result:
    return run_ragsheets("-C", folder, "generate", "--date", "2008-12-04", *words)


def task_entry(group: str, task: str, wording: str) -> dict[str, str]:
    return {"group": group, "task": task, "wording": wording}


@pytest.fixture
@built_once
def reported(tmp_path: Path) -> Path:
    """A project whose first period was reported: one task of Parks and the only one of Health are complete."""
    statuses = {"Parks": {"2.1a": "BLUE", "2.1b": "RED"}, "Health": {"3.1a": "BLUE"}}
    periods.hold_period(tmp_path, "2008-09-04", statuses, plan=BRAG)
    return tmp_path


@pytest.mark.slow
def test_completed_withdrawn_and_new_tasks_are_listed(reported: Path) -> None:
    tasks = (task("a"), task("b"), task("d"))
    groups = (group("Parks", outcome("2.1", action(*tasks))), group("Health", outcome("3.1")))
    write_plan(reported, plan(*groups, template="brag"))
    result = generate_later(reported)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[lines.index("  Completed, so no longer asked about:") :][:7] == [
        "  Completed, so no longer asked about:",
        "    2.1a: Task a (Parks)",
        "    3.1a: Task a (Health)",
        "  No longer in the plan:",
        "    2.1c: Task c (Parks)",
        "  New:",
        "    2.1d: Task d (Parks)",
    ]
    assert "Health: every task is complete, no workbook\n" in result.stdout
    assert "1 workbook for 4th December 2008." in result.stdout
    payload = json.loads(generate_later(reported, "--json").stdout)
    assert payload["completed"] == [task_entry("Parks", "2.1a", "Task a"), task_entry("Health", "3.1a", "Task a")]
    assert payload["withdrawn"] == [task_entry("Parks", "2.1c", "Task c")]
    assert payload["new"] == [task_entry("Parks", "2.1d", "Task d")]
    assert (payload["finished"], payload["carried_forward"]) == (["Health"], [])


def test_task_changes_are_limited_to_the_named_sub_groups(reported: Path) -> None:
    payload = json.loads(generate_later(reported, "--json", "--group", "Health").stdout)
    assert (payload["workbooks"], payload["finished"]) == ([], ["Health"])
    assert payload["completed"] == [task_entry("Health", "3.1a", "Task a")]


def test_a_task_under_another_key_is_still_in_the_plan(reported: Path) -> None:
    """Another task was put in first, so that the derived keys of the others are new ones."""
    shifted = (task("a", task="Map the ponds"), *(task(new, task=f"Task {old}") for new, old in ("ba", "cb", "dc")))
    write_plan(reported, plan(group("Parks", outcome("2.1", action(*shifted))), template="brag"))
    payload = json.loads(generate_later(reported, "--json").stdout)
    assert (payload["withdrawn"], payload["keys_asked_for"]) == ([], 3)
    sheet = openpyxl.load_workbook(reported / "2008-12-04" / "sent" / "Parks.xlsx")["Outcome 2.1"]
    texts = [cell.value for row in sheet.iter_rows() for cell in row]
    assert texts.count("c) Task b") == 1
    assert "Withdrawn from the plan: nothing to fill in" not in texts


@pytest.mark.slow
@pytest.mark.parametrize("words", [("--group", "Health"), ("--force",)])
def test_a_sub_group_finished_after_its_workbook_was_generated_is_not_missing(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "RED"}, "Health": {"3.1a": "RED"}}, plan=BRAG)
    generate_later(tmp_path)
    correct = ("correct", "3.1a", "--status", "blue", "--reason", "rang", "--date", "2008-09-04")
    assert run_ragsheets("-C", tmp_path, *correct).exit_code == 0
    content = (tmp_path / "2008-12-04" / "sent" / "Health.xlsx").read_bytes()
    result = generate_later(tmp_path, *words)
    assert "Health: every task is complete, no workbook\n" in result.stdout
    assert "2008-12-04/sent/Health.xlsx was made before that. It is kept" in result.stdout
    assert json.loads(generate_later(tmp_path, *words, "--json").stdout)["left_behind"] == [
        "2008-12-04/sent/Health.xlsx"
    ]
    groups = json.loads(run_ragsheets("-C", tmp_path, "status", "--json").stdout)["groups"]
    assert [entry["group"] for entry in groups] == ["Parks"]
    (tmp_path / "2008-12-04" / "returned" / "Health.xlsx").write_bytes(content)
    payload = json.loads(run_ragsheets("-C", tmp_path, "ingest", "--json").stdout)
    (finding,) = payload["files"][0]["findings"]
    assert finding["code"] == "unknown-group"
    assert (
        finding["message"] == "This workbook is for the sub-group “Health”, which has nothing to report in this period."
    )


def test_the_first_period_lists_no_task_changes(project: Path) -> None:
    assert "New:" not in generate(project).stdout


def test_a_plan_with_only_completed_tasks_is_rejected(tmp_path: Path) -> None:
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "BLUE"}}, plan=plan(template="brag"))
    before = files_by_name(tmp_path)
    result = generate_later(tmp_path)
    assert result.exit_code == 2
    assert "there is nothing left to ask" in result.stderr
    assert files_by_name(tmp_path).keys() == before.keys()


def test_carrying_answers_forward_is_the_default_after_the_first_time(reported: Path) -> None:
    result = generate_later(reported, "--carry-forward")
    assert "1 workbook filled in with the last answers.\n" in result.stdout
    before = files_by_name(reported / "2008-12-04")
    second_result = generate_later(reported)
    assert "Parks.xlsx  (already there, unchanged)" in second_result.stdout
    assert "as before (to leave them out: --no-carry-forward)" in second_result.stdout
    assert json.loads(generate_later(reported, "--json").stdout)["carried_forward"] == ["Parks"]
    assert files_by_name(reported / "2008-12-04") == before


@pytest.mark.slow
def test_blank_workbooks_replace_prefilled_ones_only_with_force(reported: Path) -> None:
    generate_later(reported, "--carry-forward")
    assert generate_later(reported, "--no-carry-forward").exit_code == 2
    assert generate_later(reported, "--no-carry-forward", "--force").exit_code == 0
    assert json.loads(generate_later(reported, "--json").stdout)["carried_forward"] == []


@pytest.mark.slow
def test_answers_may_be_carried_forward_for_one_sub_group(tmp_path: Path) -> None:
    statuses = {"Parks": {"2.1a": "RED"}, "Health": {"3.1a": "GREEN"}}
    periods.hold_period(tmp_path, "2008-09-04", statuses, plan=BRAG)
    generate_later(tmp_path)
    result = generate_later(tmp_path, "--group", "Health", "--carry-forward", "--force", "--json")
    assert json.loads(result.stdout)["carried_forward"] == ["Health"]
    second_payload = json.loads(generate_later(tmp_path, "--json").stdout)
    assert second_payload["carried_forward"] == ["Health"]
    assert [book["changed"] for book in second_payload["workbooks"]] == [False, False]


def test_a_first_period_has_no_answers_to_carry_forward(project: Path) -> None:
    result = generate(project, "--carry-forward")
    assert "There is no earlier period, so there are no answers to carry forward." in result.stdout


def test_the_recorded_plan_does_not_hold_the_ledger_address(tmp_path: Path) -> None:
    secret = "sqlite:///ann's own.db"
    write_plan(tmp_path, {**plan(group("Parks")), "ledger": secret, "keep_returns_months": 24})
    assert generate(tmp_path).exit_code == 0
    with Project(tmp_path).ledger() as ledger:
        recorded_plan = ledger.period().plan
    assert (recorded_plan.ledger, recorded_plan.keep_returns_months) == (None, None)
