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
from helpers.projects import action, group, outcome, plan, ragsheets, snapshot, task, write_plan
from ragsheets.project.folder import Project

THREE = plan(group("Parks"), group("Health", outcome("3.1")), group("Play", outcome("4.1"), on_hold=True))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, THREE)
    return tmp_path


def generate(folder: Path, *words: str) -> Result:
    return ragsheets("-C", folder, "generate", "--date", "2008-09-04", *words)


def sent(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "2008-09-04" / "sent").iterdir())


def rewrite(folder: Path, *groups: dict[str, Any]) -> None:
    write_plan(folder, plan(*groups))


# ------------------------------------------------------------------------------------------------- what is made


def test_each_sub_group_gets_a_workbook_but_those_on_hold(project: Path) -> None:
    done = generate(project)
    assert done.exit_code == 0
    assert sent(project) == ["Health.xlsx", "Parks.xlsx"]
    assert "2 workbooks for 4th September 2008." in done.stdout
    assert "Play: on hold, no workbook" in done.stdout
    assert all(zipfile.is_zipfile(project / "2008-09-04" / "sent" / name) for name in sent(project))


def test_a_folder_for_the_replies_is_made(project: Path) -> None:
    generate(project)
    assert list((project / "2008-09-04" / "returned").iterdir()) == []


def test_one_workbook_is_one(project: Path) -> None:
    assert "1 workbook for 4th September 2008." in generate(project, "--group", "Parks").stdout


def test_json_alone_stands_on_standard_output(project: Path) -> None:
    done = generate(project, "--json", "--period", "Second quarter", "--due", "18 September 2008")
    assert json.loads(done.stdout) == {
        "period": {"date": "2008-09-04", "name": "Second quarter", "due": "2008-09-18"},
        "workbooks": [
            {"group": "Parks", "file": "2008-09-04/sent/Parks.xlsx", "changed": True},
            {"group": "Health", "file": "2008-09-04/sent/Health.xlsx", "changed": True},
        ],
        "on_hold": ["Play"],
        "forgotten": [],
        "finished": [],
        "left_behind": [],
        "carried_forward": [],
        "completed": [],
        "withdrawn": [],
        "new": [],
        "keys_asked_for": 0,
    }
    assert "Next:" in done.stderr


@pytest.mark.parametrize(
    "date", ["4 September 2008", "4/9/2008", "4th Sept 08", "2008-09-04", "2008/09/04", "20080904"]
)
def test_a_date_is_taken_as_people_write_it(project: Path, date: str) -> None:
    done = ragsheets("-C", project, "generate", "--date", date)
    assert done.exit_code == 0
    assert (project / "2008-09-04" / "sent" / "Parks.xlsx").is_file()


def test_a_date_that_is_none_is_told_with_how_to_write_one(project: Path) -> None:
    done = ragsheets("-C", project, "generate", "--date", "September 2008")
    assert done.exit_code == 2
    assert "“September 2008” is not a date. Write it as 2008-09-04 or 4 September 2008." in done.stderr


def test_names_that_files_cannot_carry_or_that_are_alike_give_distinct_files(tmp_path: Path) -> None:
    names = ["Health/Care", "Health:Care", "health care", "CON", "x" * 300]
    rewrite(tmp_path, *(group(name) for name in names))
    assert generate(tmp_path).exit_code == 0
    made = sent(tmp_path)
    assert len({name.casefold() for name in made}) == len(names)
    assert {"Health Care.xlsx", "Health Care 2.xlsx", "health care 3.xlsx", "_CON.xlsx"} <= set(made)


def test_control_characters_are_left_out_and_said(tmp_path: Path) -> None:
    rewrite(tmp_path, group("Parks", outcome("2.1", action(task("a", task="Ring\x07ing"), task("b")))))
    done = generate(tmp_path)
    assert done.exit_code == 0
    assert "Left out characters that Office files cannot hold: Parks, outcome 2.1, task 2.1a" in done.stdout
    assert "2.1b" not in done.stdout


# ----------------------------------------------------------------------------------------------- only some of them


def test_a_sub_group_is_named_in_whatever_case(project: Path) -> None:
    assert generate(project, "--group", "parks").exit_code == 0
    assert sent(project) == ["Parks.xlsx"]


def test_a_sub_group_on_hold_gets_a_workbook_when_it_is_named(project: Path) -> None:
    assert generate(project, "--group", "Play").exit_code == 0
    assert sent(project) == ["Play.xlsx"]


def test_a_sub_group_named_twice_gets_one_workbook(project: Path) -> None:
    done = generate(project, "--group", "Parks", "--group", "PARKS")
    assert done.exit_code == 0
    assert sent(project) == ["Parks.xlsx"]


def test_a_workbook_made_alone_is_the_one_made_with_all_the_others(tmp_path: Path) -> None:
    for name in ("alone", "all"):
        rewrite(tmp_path / name, group("Parks/Play"), group("Parks:Play"))
    generate(tmp_path / "alone", "--group", "Parks:Play")
    generate(tmp_path / "all")
    (name,) = sent(tmp_path / "alone")
    alone, together = ((tmp_path / each / "2008-09-04" / "sent" / name) for each in ("alone", "all"))
    assert alone.read_bytes() == together.read_bytes()


def test_every_unknown_sub_group_is_told_with_the_nearest_and_nothing_is_made(project: Path) -> None:
    before = snapshot(project)
    done = generate(project, "--group", "Parcs", "--group", "Parks", "--group", "Heath")
    assert done.exit_code == 2
    assert "--group: there is no sub-group “Parcs”. Did you mean “Parks”?" in done.stderr
    assert "--group: there is no sub-group “Heath”. Did you mean “Health”?" in done.stderr
    assert snapshot(project) == before


# ------------------------------------------------------------------------------------------------------ run again


def test_run_again_it_makes_the_same_bytes_and_says_so(project: Path) -> None:
    generate(project)
    before = snapshot(project / "2008-09-04")
    times = {path: path.stat().st_mtime_ns for path in (project / "2008-09-04" / "sent").iterdir()}
    again = generate(project)
    assert again.exit_code == 0
    assert again.stdout.count("(there already, the same)") == 2
    assert snapshot(project / "2008-09-04") == before
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_the_same_plan_gives_the_same_bytes_in_another_folder(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_plan(tmp_path / name, THREE)
        generate(tmp_path / name)
    assert snapshot(tmp_path / "one" / "2008-09-04") == snapshot(tmp_path / "other" / "2008-09-04")


def test_a_missing_workbook_is_made_again_and_the_others_stay(project: Path) -> None:
    generate(project)
    lost = project / "2008-09-04" / "sent" / "Parks.xlsx"
    content = lost.read_bytes()
    lost.unlink()
    done = generate(project)
    assert (done.exit_code, lost.read_bytes()) == (0, content)
    assert done.stdout.count("(there already, the same)") == 1


def test_a_changed_plan_replaces_nothing_without_force(project: Path) -> None:
    generate(project)
    rewrite(project, group("Parks", outcome("2.1", action(task("a", task="Quite another")))), group("Roads"))
    before = snapshot(project)
    done = generate(project)
    assert done.exit_code == 2
    assert "2008-09-04" in done.stderr
    assert "Parks.xlsx: is there already and differs" in done.stderr
    assert "--force" in done.stderr
    assert snapshot(project) == before


def test_with_force_it_replaces_what_differs_and_leaves_the_rest(project: Path) -> None:
    generate(project)
    before = snapshot(project / "2008-09-04" / "sent")
    changed = group("Parks", outcome("2.1", action(task("a", task="Quite another"))))
    rewrite(project, changed, *THREE["groups"][1:])
    done = generate(project, "--force")
    assert done.exit_code == 0
    assert snapshot(project / "2008-09-04" / "sent")["Parks.xlsx"] != before["Parks.xlsx"]


def test_a_workbook_that_somebody_filled_in_where_it_lies_is_not_replaced(project: Path) -> None:
    generate(project)
    (project / "2008-09-04" / "sent" / "Parks.xlsx").write_bytes(b"filled in")
    assert generate(project).exit_code == 2
    assert (project / "2008-09-04" / "sent" / "Parks.xlsx").read_bytes() == b"filled in"


def test_when_a_workbook_cannot_be_saved_the_ledger_is_as_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    for step in ("rename", "replace"):
        monkeypatch.setattr(Path, step, fail)
    assert generate(project).exit_code == 2
    monkeypatch.undo()
    assert [path.name for path in project.iterdir()] == ["plan.toml"]
    assert "there is no period yet" in ragsheets("-C", project, "ingest").stderr


def test_tasks_whose_history_a_key_would_keep_are_counted_and_pointed_to(tmp_path: Path) -> None:
    def make(date: str, *words: str) -> Result:
        write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(*(task(task=each) for each in words))))))
        return ragsheets("-C", tmp_path, "generate", "--date", date, "--force")

    assert "history" not in make("2008-09-04", "Plant oaks", "Mow").stdout
    assert "history" not in make("2008-12-04", "Plant oaks", "Mow").stdout
    assert "history" not in make("2009-03-05", "Plant oaks", "Mow", "Sing").stdout
    done = make("2009-03-05", "Sing", "Plant oaks", "Mow")
    assert "2 tasks may have a history that a key would keep; see: ragsheets plan check" in done.stdout


def test_a_sub_group_whose_name_is_like_an_owner_file_is_not_passed_over(tmp_path: Path) -> None:
    rewrite(tmp_path, group("~$Parks"))
    generate(tmp_path)
    (name,) = sent(tmp_path)
    made = tmp_path / "2008-09-04"
    book = openpyxl.load_workbook(made / "sent" / name)
    book.save(made / "returned" / name)
    done = ragsheets("-C", tmp_path, "ingest", "--json")
    assert [file["result"] for file in json.loads(done.stdout)["files"]] == ["accepted"]


def test_a_workbook_too_deep_down_for_excel_is_named(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100) / ("y" * 80)
    write_plan(deep, THREE)
    done = generate(deep)
    assert done.exit_code == 0
    for name in ("Parks", "Health"):
        assert (
            f"opens none over 218 characters: {Path('2008-09-04', 'sent', name)}.xlsx. Move the project" in done.stdout
        )
    write_plan(tmp_path / "short", THREE)
    assert "218" not in generate(tmp_path / "short").stdout


# ------------------------------------------------------------------------------ as coordinators' tools leave it


def test_a_plan_that_notepad_saved_is_the_same_plan(tmp_path: Path) -> None:
    for name in ("plain", "notepad"):
        write_plan(tmp_path / name, THREE)
    plan_file = tmp_path / "notepad" / "plan.toml"
    plan_file.write_bytes(b"\xef\xbb\xbf" + plan_file.read_bytes().replace(b"\n", b"\r\n"))
    for name in ("plain", "notepad"):
        assert generate(tmp_path / name).exit_code == 0
    assert snapshot(tmp_path / "plain" / "2008-09-04") == snapshot(tmp_path / "notepad" / "2008-09-04")


@pytest.mark.parametrize(
    ("copy", "cure"),
    [
        ("plan (Ann's conflicted copy 2026-01-01).toml", "Only plan.toml is read: put into it what is missing"),
        ("ragsheets-DESKTOP-1.db", 'ragsheets status --ledger "sqlite:///ragsheets-DESKTOP-1.db"'),
    ],
)
def test_a_copy_that_a_cloud_drive_made_is_said_by_every_command_that_reads_the_original(
    project: Path, copy: str, cure: str
) -> None:
    generate(project)
    (project / copy).write_bytes(b"")
    for words in (["generate", "--date", "2008-09-04"], ["plan", "check"], ["ingest", "--json"], ["report"]):
        done = ragsheets("-C", project, *words)
        assert done.exit_code == 0
        (said,) = [line for line in done.stderr.splitlines() if copy in line]
        assert said.startswith(f"ragsheets: {copy}: looks like a copy of ")
        assert cure in said
    (project / copy).unlink()
    assert "looks like a copy" not in generate(project).stderr


# ------------------------------------------------------------------------------------------------ the next period

BRAG = plan(
    group("Parks", outcome("2.1", action(task("a"), task("b"), task("c")))),
    group("Health", outcome("3.1")),
    template="brag",
)


def later(folder: Path, *words: str) -> Result:
    return ragsheets("-C", folder, "generate", "--date", "2008-12-04", *words)


def named(group: str, task: str, wording: str) -> dict[str, str]:
    return {"group": group, "task": task, "wording": wording}


@pytest.fixture
def reported(tmp_path: Path) -> Path:
    """A project whose first period was reported: one task of Parks and the only one of Health are complete."""
    said = {"Parks": {"2.1a": "BLUE", "2.1b": "RED"}, "Health": {"3.1a": "BLUE"}}
    periods.hold(tmp_path, "2008-09-04", said, plan=BRAG)
    return tmp_path


def test_what_is_complete_withdrawn_and_new_is_told_apart(reported: Path) -> None:
    tasks = (task("a"), task("b"), task("d"))
    groups = (group("Parks", outcome("2.1", action(*tasks))), group("Health", outcome("3.1")))
    write_plan(reported, plan(*groups, template="brag"))
    done = later(reported)
    assert done.exit_code == 0
    assert "Completed, asked no more: 2.1a (Parks); 3.1a (Health)\n" in done.stdout
    assert "No longer in the plan: 2.1c (Parks)\n" in done.stdout
    assert "New: 2.1d (Parks)\n" in done.stdout
    assert "Health: every task is complete, no workbook\n" in done.stdout
    assert "1 workbook for 4th December 2008." in done.stdout
    told = json.loads(later(reported, "--json").stdout)
    assert told["completed"] == [named("Parks", "2.1a", "Task a"), named("Health", "3.1a", "Task a")]
    assert told["withdrawn"] == [named("Parks", "2.1c", "Task c")]
    assert told["new"] == [named("Parks", "2.1d", "Task d")]
    assert (told["finished"], told["carried_forward"]) == (["Health"], [])


def test_of_the_sub_groups_that_are_named_alone(reported: Path) -> None:
    told = json.loads(later(reported, "--json", "--group", "Health").stdout)
    assert (told["workbooks"], told["finished"]) == ([], ["Health"])
    assert told["completed"] == [named("Health", "3.1a", "Task a")]


@pytest.mark.parametrize("words", [("--group", "Health"), ("--force",)])
def test_a_sub_group_that_is_finished_after_its_workbook_was_made_is_missing_no_more(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    periods.hold(tmp_path, "2008-09-04", {"Parks": {"2.1a": "RED"}, "Health": {"3.1a": "RED"}}, plan=BRAG)
    later(tmp_path)
    correct = ("correct", "3.1a", "--status", "blue", "--reason", "rang", "--date", "2008-09-04")
    assert ragsheets("-C", tmp_path, *correct).exit_code == 0
    content = (tmp_path / "2008-12-04" / "sent" / "Health.xlsx").read_bytes()
    done = later(tmp_path, *words)
    assert "Health: every task is complete, no workbook\n" in done.stdout
    assert "2008-12-04/sent/Health.xlsx was made before that and stays there" in done.stdout
    assert json.loads(later(tmp_path, *words, "--json").stdout)["left_behind"] == ["2008-12-04/sent/Health.xlsx"]
    asked = json.loads(ragsheets("-C", tmp_path, "status", "--json").stdout)["groups"]
    assert [each["group"] for each in asked] == ["Parks"]
    (tmp_path / "2008-12-04" / "returned" / "Health.xlsx").write_bytes(content)
    refused = json.loads(ragsheets("-C", tmp_path, "ingest", "--json").stdout)
    (finding,) = refused["files"][0]["findings"]
    assert finding["code"] == "unknown-group"
    assert finding["message"] == "This workbook is for the sub-group “Health”, which this period asks nothing of."


def test_the_first_period_tells_nothing_apart(project: Path) -> None:
    assert "New:" not in generate(project).stdout


def test_a_plan_of_which_everything_is_complete_is_refused(tmp_path: Path) -> None:
    periods.hold(tmp_path, "2008-09-04", {"Parks": {"2.1a": "BLUE"}}, plan=plan(template="brag"))
    before = snapshot(tmp_path)
    done = later(tmp_path)
    assert done.exit_code == 2
    assert "there is nothing left to ask" in done.stderr
    assert snapshot(tmp_path).keys() == before.keys()


def test_that_answers_were_carried_forward_is_remembered(reported: Path) -> None:
    done = later(reported, "--carry-forward")
    assert "1 workbook filled in with the last answers.\n" in done.stdout
    before = snapshot(reported / "2008-12-04")
    again = later(reported)
    assert "Parks.xlsx  (there already, the same)" in again.stdout
    assert "as before (to leave them out: --no-carry-forward)" in again.stdout
    assert json.loads(later(reported, "--json").stdout)["carried_forward"] == ["Parks"]
    assert snapshot(reported / "2008-12-04") == before


def test_blank_workbooks_take_the_place_of_filled_ones_only_where_one_insists(reported: Path) -> None:
    later(reported, "--carry-forward")
    assert later(reported, "--no-carry-forward").exit_code == 2
    assert later(reported, "--no-carry-forward", "--force").exit_code == 0
    assert json.loads(later(reported, "--json").stdout)["carried_forward"] == []


def test_answers_may_be_carried_forward_for_one_sub_group(tmp_path: Path) -> None:
    said = {"Parks": {"2.1a": "RED"}, "Health": {"3.1a": "GREEN"}}
    periods.hold(tmp_path, "2008-09-04", said, plan=BRAG)
    later(tmp_path)
    done = later(tmp_path, "--group", "Health", "--carry-forward", "--force", "--json")
    assert json.loads(done.stdout)["carried_forward"] == ["Health"]
    again = json.loads(later(tmp_path, "--json").stdout)
    assert again["carried_forward"] == ["Health"]
    assert [book["changed"] for book in again["workbooks"]] == [False, False]


def test_there_is_nothing_to_carry_into_a_first_period(project: Path) -> None:
    done = generate(project, "--carry-forward")
    assert "There is no earlier period, so there are no answers to carry forward." in done.stdout


def test_where_the_ledger_is_stands_in_no_period(tmp_path: Path) -> None:
    secret = "sqlite:///ann's own.db"
    write_plan(tmp_path, {**plan(group("Parks")), "ledger": secret, "keep_returns_months": 24})
    assert generate(tmp_path).exit_code == 0
    with Project(tmp_path).ledger() as ledger:
        kept = ledger.period().plan
    assert (kept.ledger, kept.keep_returns_months) == (None, None)
