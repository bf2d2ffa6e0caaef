"""ragsheets correct"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers import periods
from helpers.projects import DATE, action, group, outcome, plan, ragsheets, reply, task, write_plan
from ragsheets.project.folder import Project
from ragsheets.project.ingest import assess

GREEN = {"position": "Done.", "status": "GREEN", "planned": "Nothing more."}
PLAN = plan(
    group("Parks", outcome("2.1", action(task("a"), task("b"))), outcome("2.2", action(task("a"), task("c")))),
    group("Health", outcome("3.1", action(task("", task="Walk more")))),
)
WHY = ("--reason", "Ann rang")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of the sub-groups Parks (2.1a, 2.1b, 2.2a, 2.2c) and Health (3.1-1), of which Parks has returned."""
    folder = tmp_path / "project"
    write_plan(folder, PLAN)
    assert ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    answers = dict.fromkeys(("2.1b", "2.2a", "2.2c"), GREEN)
    reply(folder, "Parks.xlsx", {**answers, "2.1a": {**GREEN, "status": "Ambr"}})
    ragsheets("-C", folder, "ingest")
    return folder


def correct(folder: Path, *words: str) -> Any:
    return ragsheets("-C", folder, "correct", *words)


def row(folder: Path, key: str) -> dict[str, Any]:
    return assess(Project(folder)).tasks.set_index("key").loc[key].to_dict()


def events(folder: Path) -> list[tuple[str, str, str]]:
    with Project(folder).ledger() as ledger:
        return [(event.command, event.period, event.what) for event in ledger.events()]


def test_it_says_what_was_corrected_from_what_to_what_and_what_to_do_next(project: Path) -> None:
    done = correct(project, "2.1a", "--status", "amber", *WHY)
    assert done.exit_code == 0
    assert "2.1a a) Task a (Parks), 4th September 2008" in done.stdout
    assert "Status: was “Ambr”, is now “AMBER”" in done.stdout
    assert "Next: ragsheets report" in done.stdout
    assert row(project, "2.1a")["status"] == "AMBER"


def test_json_stands_alone_on_standard_output(project: Path) -> None:
    done = correct(project, "2.1a", "--status", "g", "--set", "position==1+1", *WHY, "--json")
    assert json.loads(done.stdout) == {
        "period": {"date": "2008-09-04", "name": "4th September 2008"},
        "group": "Parks",
        "key": "2.1a",
        "task": "a) Task a",
        "reason": "Ann rang",
        "taken_back": False,
        "changes": [
            {"column": "status", "before": "Ambr", "now": "GREEN"},
            {"column": "position", "before": "Done.", "now": "=1+1"},
        ],
        "unsettled": 0,
    }


def test_ingest_finds_nothing_to_settle_any_more_and_takes_the_question_away(project: Path) -> None:
    assert (project / "2008-09-04" / "queries").is_dir()
    assert ragsheets("-C", project, "ingest").exit_code == 1
    correct(project, "2.1a", "--status", "amber", *WHY)
    assert not (project / "2008-09-04" / "queries").exists()
    done = ragsheets("-C", project, "ingest", "--json")
    said = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [item["code"] for item in said["files"][0]["findings"]] == ["corrected"]
    assert said["totals"][0] == {
        "group": "Parks", "outcome": "2.1", "GREEN": 1, "AMBER": 1, "RED": 0, "not_reported": 0, "total": 2,
    }  # fmt: skip


def test_a_task_of_a_sub_group_that_has_not_returned_counts_and_the_sub_group_stays_missing(project: Path) -> None:
    correct(project, "3.1-1", "--status", "red", *WHY)
    said = json.loads(ragsheets("-C", project, "ingest", "--json").stdout)
    assert said["missing"] == ["Health"]
    assert said["totals"][-1]["RED"] == 1
    assert [(item["code"], item["task"]) for item in said["findings"]] == [("corrected-empty", "3.1-1")]


def test_it_is_recorded_with_the_period_and_kept_as_taken_back_when_it_is(project: Path) -> None:
    correct(project, "2.1a", "--status", "amber", "--set", "planned=", *WHY)
    done = correct(project, "2.1a", "--undo")
    assert "Status: was “AMBER”, is again “Ambr”" in done.stdout
    assert row(project, "2.1a") | {"status": "", "status_found": "Ambr", "corrected": ""} == row(project, "2.1a")
    assert [event for event in events(project) if event[0].startswith("correct")] == [
        ("correct", "2008-09-04", "2.1a: status to “AMBER”, planned taken out (Ann rang)"),
        ("correct --undo", "2008-09-04", "2.1a: status, planned"),
    ]
    with Project(project).ledger() as ledger:
        assert [bool(each.undone) for each in ledger.corrections.for_period(DATE)] == [True, True]
    assert correct(project, "2.1a", "--status", "amber", *WHY).exit_code == 0
    assert row(project, "2.1a")["status"] == "AMBER"


def test_where_the_tasks_stand_is_put_down_anew(project: Path) -> None:
    correct(project, "2.1b", "--status", "red", *WHY)
    with Project(project).ledger() as ledger:
        assert {each.task: each.status for each in ledger.standings(DATE)}["2.1b"] == "RED"
    correct(project, "2.1b", "--undo")
    with Project(project).ledger() as ledger:
        assert {each.task: each.status for each in ledger.standings(DATE)}["2.1b"] == "GREEN"


def test_another_period_can_be_corrected(tmp_path: Path) -> None:
    for day in ("2008-06-05", "2008-09-04"):
        periods.hold(tmp_path, day, {"Parks": {"2.1a": "RED"}})
    correct(tmp_path, "2.1a", "--status", "amber", *WHY, "--date", "5 June 2008")
    assert row(tmp_path, "2.1a")["status"] == "RED"
    (travel,) = periods.basis(tmp_path).reported_tasks
    assert travel.direction.value == "worsened"


# -------------------------------------------------------------------------------------------------- which task


@pytest.mark.parametrize("name", ["2.1A", " 2.1a ", "2.1 a", "2.1 a)"])
def test_a_key_is_known_in_any_case_and_spacing(project: Path, name: str) -> None:
    assert "2.1a a) Task a" in correct(project, name, "--status", "red", *WHY).stdout


@pytest.mark.parametrize(("name", "key"), [("c", "2.2c"), ("C)", "2.2c"), ("3.1", "3.1-1")])
def test_a_label_or_a_reference_will_do_where_no_other_task_has_it(project: Path, name: str, key: str) -> None:
    assert correct(project, name, "--status", "red", *WHY).stdout.startswith(key)


def test_a_name_that_may_be_several_tasks_names_their_keys(project: Path) -> None:
    done = correct(project, "a", "--status", "red", *WHY)
    assert done.exit_code == 2
    assert "“a” may be any of 2 tasks. Give its key: 2.1a, 2.2a." in done.stderr


def test_a_name_of_no_task_suggests_the_nearest(project: Path) -> None:
    done = correct(project, "2.1x", "--status", "red", *WHY)
    assert done.exit_code == 2
    assert "there is no task “2.1x”. Did you mean “2.1a”?" in done.stderr
    assert correct(project, "", "--undo").exit_code == 2


def test_where_keys_are_listed_it_says_how_many_more_there_are(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(*(task(label) for label in "abcdefghij"))))))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    assert "2.1h and 2 more." in correct(tmp_path, "zzz", "--status", "red", *WHY).stderr
    assert "Give its key: 2.1a, " in correct(tmp_path, "2.1", "--status", "red", *WHY).stderr
    assert "2.1h and 2 more." in correct(tmp_path, "2.1", "--status", "red", *WHY).stderr


# ----------------------------------------------------------------------------------- a task that another period has


def parks(*tasks: dict[str, Any]) -> dict[str, Any]:
    return plan(group("Parks", outcome("2.1", action(*tasks))), template="brag")


@pytest.fixture
def completed(tmp_path: Path) -> Path:
    """A project of two periods; the first had 2.1a, which was completed, and 2.1b, the second has 2.1b only."""
    two = parks(task("a"), task("b"))
    periods.hold(tmp_path, "2008-06-05", {"Parks": {"2.1a": "BLUE", "2.1b": "RED"}}, plan=two)
    periods.hold(tmp_path, "2008-09-04", {"Parks": {"2.1b": "RED"}})
    return tmp_path


def refused(folder: Path, *words: str) -> str:
    """What is said to a correction that is refused, of which nothing is kept."""
    done = correct(folder, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    with Project(folder).ledger() as ledger:
        assert [ledger.corrections.for_period(date) for date in ledger.periods()] == [[] for _ in ledger.periods()]
    return " ".join(done.stderr.split())


def test_of_a_task_that_was_completed_before_it_says_when_and_what_to_do(completed: Path) -> None:
    assert (
        "2.1a was completed on 5th June 2008 and is not asked about any more. Name that period with --date 2008-06-05, "
        "or give the task a new key in the plan."
    ) in refused(completed, "2.1A", "--status", "red", *WHY)
    assert correct(completed, "2.1a", "--status", "red", *WHY, "--date", "2008-06-05").exit_code == 0


def test_of_a_task_that_was_withdrawn_it_says_which_period_had_it_last(completed: Path) -> None:
    periods.hold(completed, "2008-12-04", {}, plan=parks(task("c")))
    said = "2.1b is no task of 4th December 2008: it was asked about last on 4th September 2008. Name that period with "
    assert f"{said}--date 2008-09-04." in refused(completed, "2.1b", "--status", "amber", *WHY)
    said = "2.1c is no task of 5th June 2008: it was asked about only later, on 4th December 2008. Name that period "
    assert said in refused(completed, "2.1c", "--status", "amber", *WHY, "--date", "2008-06-05")


@pytest.mark.parametrize("how", [("--status", "green", *WHY), ("--undo",)])
def test_the_key_of_a_completed_task_is_not_taken_for_that_which_has_its_reference_and_label_now(
    completed: Path, how: tuple[str, ...]
) -> None:
    periods.hold(completed, "2008-12-04", {}, plan=parks(task("a", key="2.1a-again"), task("b")))
    assert (
        "“2.1a” is the key of a task of 5th June 2008, and here 2.1a-again is called so. Name that period with --date "
        "2008-06-05, or the task here by 2.1a-again."
    ) in refused(completed, "2.1a", *how)
    assert correct(completed, "2.1a-again", "--status", "green", *WHY).stdout.startswith("2.1a-again")


# ------------------------------------------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--status", "ambr"), "--status: “ambr” is no answer under “Status”. Did you mean AMBER? Pick one of GREEN,"),
        (("--status", "GREEN?"), "Pick one of GREEN, AMBER, RED."),
        (("--set", "owner=Ann"), "no column “owner” that the contacts fill in. Known here: position, status, planned."),
        (("--set", "task=Another"), "there is no column “task”"),
        (("--set", "position"), "“position” has no equals sign. Write it as COLUMN=TEXT."),
        (("--set", "position=x", "--set", "Position=y"), "“Position” is given twice."),
        (("--status", "red", "--set", "status=green"), "“Status” is given twice."),
        (("--set", f"position={'x' * 32_768}"), "32768 characters"),
        ((), "nothing is corrected. Give --status, or --set COLUMN=TEXT."),
    ],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_refused_and_nothing_is_kept(
    project: Path, words: tuple[str, ...], said: str
) -> None:
    done = correct(project, "2.1a", *words, *WHY)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    with Project(project).ledger() as ledger:
        assert ledger.corrections.for_period(DATE) == []


@pytest.mark.parametrize("reason", ["", " \t", None])
def test_a_reason_is_required(project: Path, reason: str | None) -> None:
    done = correct(project, "2.1a", "--status", "red", *(() if reason is None else ("--reason", reason)))
    assert done.exit_code == 2
    assert "--reason: is empty." in done.stderr


def test_everything_wrong_is_named_at_once(project: Path) -> None:
    done = correct(project, "2.1a", "--status", "x", "--set", "y=z")
    assert len(done.stderr.splitlines()) == 3


def test_there_is_nothing_to_take_out_where_nothing_stands(project: Path) -> None:
    done = correct(project, "3.1", "--set", "position=", *WHY)
    assert done.exit_code == 2
    assert "there is nothing to take out under “Position”." in done.stderr


@pytest.mark.parametrize(
    ("column", "text", "kept"),
    [
        ("done_by", "5 March 2009", "2009-03-05"),
        ("done_by", "soonish", None),
        ("cost", "-5.50", "-5.50"),
        ("cost", "five", None),
        ("cost", "nan", None),
        ("risk", "high", "High"),
        ("risk", "Hgh", None),
    ],
)
def test_each_kind_of_column_takes_its_kind_of_answer(tmp_path: Path, column: str, text: str, kept: str | None) -> None:
    (tmp_path / "ours.toml").write_text(
        'extends = "standard"\n'
        + "".join(
            f'[[columns]]\nkey = "{key}"\nheading = "The {key}"\n{more}\n'
            for key, more in (
                ("done_by", 'kind = "date"'),
                ("cost", 'kind = "number"'),
                ("risk", 'kind = "choice"\nchoices = ["High", "Low"]'),
            )
        ),
        encoding="utf-8",
    )
    write_plan(tmp_path, plan(template="ours"))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    done = correct(tmp_path, "2.1a", "--set", f"{column}={text}", *WHY)
    assert done.exit_code == (2 if kept is None else 0), done.stderr
    assert row(tmp_path, "2.1a")[column] == (kept or "")


def test_there_is_nothing_to_take_back_where_nothing_was_corrected(project: Path) -> None:
    correct(project, "2.1b", "--status", "red", *WHY)
    done = correct(project, "2.1a", "--undo")
    assert done.exit_code == 2
    assert "no correction of task 2.1a stands. Those of 2.1b do." in done.stderr


def test_to_take_back_and_to_correct_at_once_is_wrong_usage(project: Path) -> None:
    assert correct(project, "2.1a", "--undo", "--status", "red").exit_code == 2


def test_one_whose_task_has_left_the_plan_is_told_and_can_be_taken_back(project: Path) -> None:
    correct(project, "2.1a", "--status", "red", *WHY)
    write_plan(project, plan(group("Parks", outcome("2.1", action(task("b"))))))
    assert ragsheets("-C", project, "generate", "--date", "2008-09-04", "--force").exit_code == 0
    done = ragsheets("-C", project, "ingest")
    assert done.exit_code == 1
    assert "Corrections" in done.stdout
    assert "ragsheets correct 2.1a --undo" in " ".join(done.stdout.split())
    assert correct(project, "2.1a", "--undo").exit_code == 0
    said = json.loads(ragsheets("-C", project, "ingest", "--json").stdout)
    assert said["findings"] == []


def test_words_that_look_like_markup_are_shown_as_words(project: Path) -> None:
    done = correct(project, "2.1a", "--set", "position=[bold]x[/nonsense]", *WHY)
    assert "is now “[bold]x[/nonsense]”" in done.stdout
