"""ragsheets correct"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from helpers import periods
from helpers.built_once import built_once
from helpers.projects import DATE, action, assess, group, outcome, plan, reply, run_ragsheets, task, write_plan
from ragsheets.project.folder import Project

GREEN = {"position": "Done.", "status": "GREEN", "planned": "Nothing more."}
PLAN = plan(
    group("Parks", outcome("2.1", action(task("a"), task("b"))), outcome("2.2", action(task("a"), task("c")))),
    group("Health", outcome("3.1", action(task("", task="Walk more")))),
)
REASON = ("--reason", "Ann rang")


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project of the sub-groups Parks (2.1a, 2.1b, 2.2a, 2.2c) and Health (3.1-1); Parks has returned."""
    folder = tmp_path / "project"
    write_plan(folder, PLAN)
    assert run_ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    answers = dict.fromkeys(("2.1b", "2.2a", "2.2c"), GREEN)
    reply(folder, "Parks.xlsx", {**answers, "2.1a": {**GREEN, "status": "Ambr"}})
    run_ragsheets("-C", folder, "ingest")
    return folder


def correct(folder: Path, *words: str) -> Any:
    return run_ragsheets("-C", folder, "correct", *words)


def row(folder: Path, key: str) -> dict[str, Any]:
    return assess(Project(folder)).tasks.set_index("key").loc[key].to_dict()


def events(folder: Path) -> list[tuple[str, str, str]]:
    with Project(folder).ledger() as ledger:
        return [(event.command, event.period, event.what) for event in ledger.events()]


@pytest.mark.slow
def test_it_prints_the_old_and_new_answer_and_the_next_step(project: Path) -> None:
    result = correct(project, "2.1a", "--status", "amber", *REASON)
    assert result.exit_code == 0
    assert "2.1a a) Task a (Parks), 4th September 2008" in result.stdout
    assert "Status: was “Ambr”, is now “AMBER”" in result.stdout
    assert "Next: ask for the returns of Health; put what is sent back into 2008-09-04/returned" in result.stdout
    assert row(project, "2.1a")["status"] == "AMBER"


def test_standard_output_holds_json_only(project: Path) -> None:
    result = correct(project, "2.1a", "--status", "g", "--set", "position==1+1", *REASON, "--json")
    assert json.loads(result.stdout) == {
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
        "ask_again": None,
    }


def test_ingest_after_a_correction_has_nothing_to_settle_and_removes_the_query(project: Path) -> None:
    assert (project / "2008-09-04" / "queries").is_dir()
    assert run_ragsheets("-C", project, "ingest").exit_code == 1
    correct(project, "2.1a", "--status", "amber", *REASON)
    assert not (project / "2008-09-04" / "queries").exists()
    result = run_ragsheets("-C", project, "ingest", "--json")
    payload = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [item["code"] for item in payload["files"][0]["findings"]] == ["corrected"]
    assert payload["totals"][0] == {
        "group": "Parks", "outcome": "2.1", "GREEN": 1, "AMBER": 1, "RED": 0, "not_reported": 0, "total": 2,
    }  # fmt: skip


@pytest.mark.slow
def test_a_corrected_task_of_a_missing_sub_group_counts_and_the_sub_group_stays_missing(project: Path) -> None:
    correct(project, "3.1-1", "--status", "red", *REASON)
    payload = json.loads(run_ragsheets("-C", project, "ingest", "--json").stdout)
    assert payload["missing"] == ["Health"]
    assert payload["totals"][-1]["RED"] == 1
    assert [(item["code"], item["task"]) for item in payload["findings"]] == [("corrected-empty", "3.1-1")]


@pytest.mark.slow
def test_a_correction_is_logged_and_stays_recorded_when_it_is_undone(project: Path) -> None:
    correct(project, "2.1a", "--status", "amber", "--set", "planned=", *REASON)
    result = correct(project, "2.1a", "--undo")
    assert "Status: was “AMBER”, is again “Ambr”" in result.stdout
    assert row(project, "2.1a") | {"status": "", "status_found": "Ambr", "corrected": ""} == row(project, "2.1a")
    assert [event for event in events(project) if event[0].startswith("correct")] == [
        ("correct", "2008-09-04", "2.1a: status to “AMBER”, planned taken out (Ann rang)"),
        ("correct --undo", "2008-09-04", "2.1a: status, planned"),
    ]
    with Project(project).ledger() as ledger:
        assert [bool(correction.undone) for correction in ledger.corrections.of_period(DATE)] == [True, True]
    assert correct(project, "2.1a", "--status", "amber", *REASON).exit_code == 0
    assert row(project, "2.1a")["status"] == "AMBER"


@pytest.mark.slow
def test_the_same_correction_and_its_undoing_are_recorded_once(project: Path) -> None:
    command = ("2.1a", "--status", "amber", "--set", "planned=", *REASON)
    for _ in range(2):
        assert correct(project, *command).exit_code == 0
    with Project(project).ledger() as ledger:
        assert len(ledger.corrections.of_period(DATE)) == 2
    for expected_text in ("is again “Ambr”", "Its corrections have already been taken back."):
        result = correct(project, "2.1a", "--undo")
        assert (result.exit_code, expected_text in result.stdout) == (0, True)
    assert [event[0] for event in events(project) if event[0].startswith("correct")] == ["correct", "correct --undo"]
    assert correct(project, *command).exit_code == 0
    assert correct(project, "2.1a", "--status", "red", *REASON).exit_code == 0
    assert correct(project, *command[:3], *REASON).exit_code == 0
    assert row(project, "2.1a")["status"] == "AMBER"


def test_a_correction_updates_the_stored_standings(project: Path) -> None:
    correct(project, "2.1b", "--status", "red", *REASON)
    with Project(project).ledger() as ledger:
        assert {standing.task: standing.status for standing in ledger.standings(DATE)}["2.1b"] == "RED"
    correct(project, "2.1b", "--undo")
    with Project(project).ledger() as ledger:
        assert {standing.task: standing.status for standing in ledger.standings(DATE)}["2.1b"] == "GREEN"


@pytest.mark.slow
def test_another_period_can_be_corrected(tmp_path: Path) -> None:
    for day in ("2008-06-05", "2008-09-04"):
        periods.hold_period(tmp_path, day, {"Parks": {"2.1a": "RED"}})
    correct(tmp_path, "2.1a", "--status", "amber", *REASON, "--date", "5 June 2008")
    assert row(tmp_path, "2.1a")["status"] == "RED"
    (travel,) = periods.report_context(tmp_path).reported_tasks
    assert travel.direction.value == "worsened"


# -------------------------------------------------------------------------------------------------- which task


@pytest.mark.parametrize("name", ["2.1A", " 2.1a ", "2.1 a", "2.1 a)"])
def test_a_key_matches_in_any_case_and_spacing(project: Path, name: str) -> None:
    assert "2.1a a) Task a" in correct(project, name, "--status", "red", *REASON).stdout


@pytest.mark.parametrize(("name", "key"), [("c", "2.2c"), ("C)", "2.2c"), ("3.1", "3.1-1")])
def test_a_unique_label_or_reference_identifies_a_task(project: Path, name: str, key: str) -> None:
    assert correct(project, name, "--status", "red", *REASON).stdout.startswith(key)


def test_an_ambiguous_name_is_an_error_with_the_matching_tasks_and_their_words(project: Path) -> None:
    result = correct(project, "a", "--status", "red", *REASON)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "ragsheets: TASK: “a” fits 2 tasks. Say which one you mean, by its key:",
        "  --key 2.1a: a) Task a (Parks)",
        "  --key 2.2a: a) Task a (Parks)",
    ]


def test_a_name_of_no_task_suggests_the_nearest(project: Path) -> None:
    result = correct(project, "2.1x", "--status", "red", *REASON)
    assert result.exit_code == 2
    assert "there is no task “2.1x”. Did you mean one of these?\n  2.1a: a) Task a (Parks)\n  2.1b: " in result.stderr


def test_a_mistyped_key_suggests_its_task(project: Path) -> None:
    result = correct(project, "--key", "21a", "--status", "red", *REASON)
    assert (result.exit_code, "Did you mean 2.1a: a) Task a (Parks)?" in result.stderr) == (2, True)


@pytest.mark.parametrize("names", [(), ("",), ("2.1a", "--key", "2.1b")])
def test_a_task_is_named_by_its_name_or_its_key(project: Path, names: tuple[str, ...]) -> None:
    result = correct(project, *names, "--undo")
    assert result.exit_code == 2
    assert "Name the task by TASK, or by its key with --key: one of the two." in result.stderr


def test_a_long_list_of_tasks_is_in_the_plan_s_order_cut_and_the_rest_counted(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(*(task(label) for label in "jabcdefghi"))))))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    for name, option in (("zzz", ""), ("2.1", "--key ")):
        lines = correct(tmp_path, name, "--status", "red", *REASON).stderr.splitlines()[1:]
        assert lines == [
            *(f"  {option}2.1{label}: {label}) Task {label} (Parks)" for label in "jabcdefg"),
            "  and 2 more",
        ]


# ------------------------------------------------------------- a key that another task has by its printed label


@pytest.fixture
@built_once
def keyed(tmp_path: Path) -> Path:
    """A project whose second plan has a new task a), so that the others keep their keys: 2.1c is printed d)."""
    first = plan(group("Parks", outcome("2.1", action(*(task(label) for label in "abc")))))
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": dict.fromkeys(("2.1a", "2.1b", "2.1c"), "RED")}, plan=first)
    later_tasks = (
        task("a", task="Map the ponds"),
        *(task(label, task=f"Task {old}", key=f"2.1{old}") for label, old in ("ba", "cb", "dc")),
    )
    statuses = dict.fromkeys(("2.1a", "2.1b", "2.1c", "2.1a-2"), "RED")
    later = plan(group("Parks", outcome("2.1", action(*later_tasks))))
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": statuses}, plan=later)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("how", [("--status", "green", *REASON), ("--undo",)])
def test_a_key_that_another_task_has_by_its_label_is_an_error_with_both(keyed: Path, how: tuple[str, ...]) -> None:
    correct(keyed, "--key", "2.1c", "--status", "amber", *REASON)
    result = correct(keyed, "2.1c", *how)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "ragsheets: TASK: “2.1c” fits 2 tasks. Say which one you mean, by its key:",
        "  --key 2.1b: c) Task b (Parks)",
        "  --key 2.1c: d) Task c (Parks)",
    ]
    assert {key: row(keyed, key)["status"] for key in ("2.1b", "2.1c")} == {"2.1b": "RED", "2.1c": "AMBER"}


@pytest.mark.slow
def test_a_key_decides_between_two_tasks(keyed: Path) -> None:
    assert correct(keyed, "--key", "2.1C", "--status", "green", *REASON).stdout.startswith("2.1c d) Task c (Parks)")
    assert correct(keyed, "--key", "2.1b", "--status", "amber", *REASON).stdout.startswith("2.1b c) Task b (Parks)")
    assert correct(keyed, "--key", "2.1c", "--undo").stdout.startswith("2.1c d) Task c (Parks)")
    assert {key: row(keyed, key)["status"] for key in ("2.1b", "2.1c")} == {"2.1b": "AMBER", "2.1c": "RED"}


def test_a_label_that_no_key_contradicts_needs_no_key(keyed: Path) -> None:
    assert correct(keyed, "2.1d", "--status", "green", *REASON).stdout.startswith("2.1c d) Task c (Parks)")
    assert correct(keyed, "2.1a-2", "--status", "green", *REASON).stdout.startswith("2.1a-2 a) Map the ponds (Parks)")


def test_a_key_is_no_label(keyed: Path) -> None:
    result = correct(keyed, "--key", "2.1d", "--status", "green", *REASON)
    assert (result.exit_code, "there is no task “2.1d”. Did you mean" in result.stderr) == (2, True)


def test_labels_that_begin_anew_in_each_action_fit_several_tasks(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a")), action(task("a", task="Mow"))))))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    assert "--key 2.1a-2: a) Mow (Parks)" in correct(tmp_path, "2.1a", "--status", "red", *REASON).stderr
    assert correct(tmp_path, "2.1a-2", "--status", "red", *REASON).exit_code == 0


@pytest.mark.slow
def test_the_key_of_a_corrected_task_that_the_plan_no_longer_has_may_fit_another_task(project: Path) -> None:
    correct(project, "2.1b", "--status", "red", *REASON)
    write_plan(project, plan(group("Parks", outcome("2.1", action(task("b", task="Mow", key="mow"))))))
    run_ragsheets("-C", project, "generate", "--date", "2008-09-04", "--force")
    assert correct(project, "2.1b", "--undo").stderr.splitlines()[1:] == [
        "  --key mow: b) Mow (Parks)",
        "  --key 2.1b: Task b, no longer in the plan",
    ]
    assert correct(project, "--key", "2.1b", "--undo").exit_code == 0


def test_a_key_with_a_space_is_listed_in_quotation_marks(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("Goal 1"), outcome("Goal 2"))))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    assert '--key "Goal 2a": a) Task a (Parks)' in correct(tmp_path, "a", "--status", "red", *REASON).stderr
    assert correct(tmp_path, "--key", "Goal 2a", "--status", "red", *REASON).exit_code == 0


# ----------------------------------------------------------------------------------- a task that another period has


def parks(*tasks: dict[str, Any]) -> dict[str, Any]:
    return plan(group("Parks", outcome("2.1", action(*tasks))), template="brag")


@pytest.fixture
@built_once
def completed(tmp_path: Path) -> Path:
    """A project of two periods: 2.1a was completed in the first, the second has only 2.1b."""
    two_tasks = parks(task("a"), task("b"))
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "BLUE", "2.1b": "RED"}}, plan=two_tasks)
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1b": "RED"}})
    return tmp_path


def rejection_of(folder: Path, *words: str) -> str:
    """Return the error of a rejected correction, of which nothing is recorded."""
    result = correct(folder, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    with Project(folder).ledger() as ledger:
        assert [ledger.corrections.of_period(date) for date in ledger.periods()] == [[] for _ in ledger.periods()]
    return " ".join(result.stderr.split())


@pytest.mark.slow
def test_the_error_for_a_completed_task_gives_its_period_and_the_remedy(completed: Path) -> None:
    assert (
        "2.1a was completed on 5th June 2008 and is not asked about any more. Name that period with --date 2008-06-05, "
        "or give the task a new key in the plan."
    ) in rejection_of(completed, "2.1A", "--status", "red", *REASON)
    assert correct(completed, "2.1a", "--status", "red", *REASON, "--date", "2008-06-05").exit_code == 0


def test_the_error_for_a_withdrawn_task_gives_the_nearest_period_that_has_it(completed: Path) -> None:
    periods.hold_period(completed, "2008-12-04", {}, plan=parks(task("c")))
    message = (
        "2.1b is no task of 4th December 2008: it was asked about last on 4th September 2008. Name that period with "
    )
    assert f"{message}--date 2008-09-04." in rejection_of(completed, "2.1b", "--status", "amber", *REASON)
    message = "2.1c is no task of 5th June 2008: it was asked about only later, on 4th December 2008. Name that period "
    assert message in rejection_of(completed, "2.1c", "--status", "amber", *REASON, "--date", "2008-06-05")


GENERATE_AGAIN = 'ragsheets generate --date 2008-09-04 --group "Parks" --force'


@pytest.mark.slow
def test_a_task_that_is_complete_no_longer_is_not_asked_about_until_its_workbook_is_made_again(completed: Path) -> None:
    earlier = ("--date", "2008-06-05")
    assert "does not ask" not in correct(completed, "2.1a", "--set", "position=Planted", *REASON, *earlier).stdout
    assert (
        "The current period does not ask about this task: it was complete when the workbooks were made. "
        f"To ask about it: {GENERATE_AGAIN}"
    ) in correct(completed, "2.1a", "--status", "green", *REASON, *earlier).stdout
    result = correct(completed, "2.1a", "--status", "red", *REASON)
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        "4th September 2008 does not ask about 2.1a: it was complete when the workbooks were made. To ask about it: "
        f"{GENERATE_AGAIN}; or name the period that asked about it with --date 2008-06-05."
    ) in result.stderr
    undone = json.loads(correct(completed, "2.1a", "--undo", *earlier, "--json").stdout)
    assert undone["ask_again"] is None
    again = json.loads(correct(completed, "2.1a", "--status", "green", *REASON, *earlier, "--json").stdout)
    assert again["ask_again"] == GENERATE_AGAIN
    assert run_ragsheets("-C", completed, *shlex.split(GENERATE_AGAIN)[1:]).exit_code == 0
    assert correct(completed, "2.1a", "--status", "red", *REASON).exit_code == 0


@pytest.mark.slow
def test_the_label_of_a_completed_task_fits_it_too(tmp_path: Path) -> None:
    two_outcomes = plan(group("Parks", outcome("2.1"), outcome("2.2")), template="brag")
    periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "BLUE", "2.2a": "RED"}}, plan=two_outcomes)
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.2a": "RED"}})
    assert "“a” fits 2 tasks" in rejection_of(tmp_path, "a", "--status", "red", *REASON)


@pytest.mark.parametrize("how", [("--status", "green", *REASON), ("--undo",)])
def test_the_key_of_a_completed_task_does_not_match_a_new_task_by_reference_and_label(
    completed: Path, how: tuple[str, ...]
) -> None:
    periods.hold_period(completed, "2008-12-04", {}, plan=parks(task("a", key="2.1a-again"), task("b")))
    message = "--key 2.1a-again: a) Task a (Parks) --key 2.1a --date 2008-06-05: a) Task a (Parks), in 5th June 2008"
    assert message in rejection_of(completed, "2.1a", *how)
    assert correct(completed, "2.1a-again", "--status", "green", *REASON).stdout.startswith("2.1a-again")


# ------------------------------------------------------------------------------------------------- wrong usage


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--status", "ambr"), "--status: “ambr” is not a valid answer under “Status”. Did you mean AMBER? Pick one"),
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
def test_an_invalid_answer_is_rejected_and_nothing_is_recorded(
    project: Path, words: tuple[str, ...], message: str
) -> None:
    result = correct(project, "2.1a", *words, *REASON)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    with Project(project).ledger() as ledger:
        assert ledger.corrections.of_period(DATE) == []


@pytest.mark.parametrize("reason", ["", " \t", None])
def test_a_reason_is_required(project: Path, reason: str | None) -> None:
    result = correct(project, "2.1a", "--status", "red", *(() if reason is None else ("--reason", reason)))
    assert result.exit_code == 2
    assert "--reason: is empty." in result.stderr


def test_every_problem_is_named_at_once(project: Path) -> None:
    result = correct(project, "2.1a", "--status", "x", "--set", "y=z")
    assert len(result.stderr.splitlines()) == 3


def test_an_empty_answer_cannot_be_removed(project: Path) -> None:
    result = correct(project, "3.1", "--set", "position=", *REASON)
    assert result.exit_code == 2
    assert "there is nothing to remove under “Position”." in result.stderr


@pytest.mark.parametrize(
    ("column", "text", "stored_value"),
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
def test_each_kind_of_column_accepts_its_kind_of_answer(
    tmp_path: Path, column: str, text: str, stored_value: str | None
) -> None:
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
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    result = correct(tmp_path, "2.1a", "--set", f"{column}={text}", *REASON)
    assert result.exit_code == (2 if stored_value is None else 0), result.stderr
    assert row(tmp_path, "2.1a")[column] == (stored_value or "")


@pytest.mark.slow
def test_a_task_without_corrections_cannot_be_undone(project: Path) -> None:
    for corrected in ("2.2c", "2.1b"):
        correct(project, corrected, "--status", "red", *REASON)
    result = correct(project, "2.1a", "--undo")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "ragsheets: --undo: task 2.1a has no correction to undo. These tasks have one:",
        "  2.1b: b) Task b (Parks)",
        "  2.2c: c) Task c (Parks)",
    ]
    for corrected in ("2.1b", "2.2c"):
        correct(project, corrected, "--undo")
    assert "No task of this period has one." in correct(project, "2.1a", "--undo").stderr


def test_undo_with_a_new_status_is_a_usage_error(project: Path) -> None:
    assert correct(project, "2.1a", "--undo", "--status", "red").exit_code == 2


@pytest.mark.slow
def test_a_correction_of_a_task_removed_from_the_plan_is_listed_and_can_be_undone(project: Path) -> None:
    correct(project, "2.1a", "--status", "red", *REASON)
    write_plan(project, plan(group("Parks", outcome("2.1", action(task("b"))))))
    assert run_ragsheets("-C", project, "generate", "--date", "2008-09-04", "--force").exit_code == 0
    result = run_ragsheets("-C", project, "ingest")
    assert result.exit_code == 1
    assert "Corrections" in result.stdout
    assert "ragsheets correct --key 2.1a --undo" in " ".join(result.stdout.split())
    assert correct(project, "2.1a", "--undo").exit_code == 0
    payload = json.loads(run_ragsheets("-C", project, "ingest", "--json").stdout)
    assert payload["findings"] == []


def test_text_that_looks_like_markup_is_printed_unchanged(project: Path) -> None:
    result = correct(project, "2.1a", "--set", "position=[bold]x[/nonsense]", *REASON)
    assert "is now “[bold]x[/nonsense]”" in result.stdout
