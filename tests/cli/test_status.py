"""ragsheets status"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from helpers import messages
from helpers.periods import add_returns, hold_period
from helpers.postgresql import direct_connection
from helpers.projects import action, files_by_name, group, outcome, plan, reply, run_ragsheets, task, write_plan
from ragsheets.ledger import tables
from ragsheets.plan.model import Period

FIRST, SECOND = "2008-06-05", "2008-09-04"
GREEN = {"position": "Done.", "status": "GREEN", "planned": "Nothing more."}
THREE = plan(
    group("Parks", outcome("2.1", action(task("a"), task("b")))),
    group("Health", outcome("3.1")),
    group("Resting", outcome("4.1"), on_hold=True),
)


def status(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """Run status with --json; returns the exit status and the parsed output."""
    result = run_ragsheets("-C", folder, "status", *words, "--json")
    return result.exit_code, json.loads(result.stdout)


def output_of(folder: Path, *words: str) -> str:
    return run_ragsheets("-C", folder, "status", *words).stdout


def next_step_of(folder: Path, *words: str) -> str:
    payload = status(folder, *words)[1]["next"]
    return f"{payload['what']}: {payload['command']}"


# ------------------------------------------------------------------------------------------ the machine's version


@pytest.mark.slow
def test_json_gives_returns_findings_totals_and_changes(tmp_path: Path) -> None:
    hold_period(tmp_path, FIRST, {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=THREE)
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "RED", "2.1b": "Ambr"}}, due="2008-09-18")
    code, payload = status(tmp_path)
    parks, health, resting = payload["groups"]
    received = parks.pop("received")
    assert code == 1
    assert payload["period"] == {"date": SECOND, "name": "4th September 2008", "due": "2008-09-18"}
    assert parks == {
        "group": "Parks",
        "state": "returned",
        "late": False,
        "returns": 1,
        "returned": "2008-09-05",
        "saved": "2008-09-05T00:00:00Z",
        "to_settle": 1,
        "words": [],
        "rejected": [],
        "to_look_at": 4,  # the workbooks of this maker name no day by which they are due
        "query": "2008-09-04/queries/Parks questions.xlsx",
        "totals": {"GREEN": 0, "AMBER": 0, "RED": 1, "not_reported": 1, "total": 2},
        "change": {"improved": 0, "worsened": 1, "unchanged": 0, "changed": 0, "new": 0, "unknown": 1},
    }
    assert datetime.datetime.fromisoformat(received).tzinfo is not None
    assert (health["state"], health["returns"], health["received"], health["returned"]) == ("missing", 0, None, None)
    assert (resting["state"], resting["late"]) == ("on hold", False)
    assert payload["since"] == FIRST
    assert payload["change"] == {"improved": 0, "worsened": 1, "unchanged": 0, "changed": 0, "new": 0, "unknown": 3}
    assert (payload["to_settle"], payload["to_look_at"], payload["rejected"], payload["unread"]) == (1, 4, [], [])
    assert payload["reports"] == []


def test_the_totals_are_those_of_ingest(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "RED"}}, plan=THREE)
    ingested = json.loads(run_ragsheets("-C", tmp_path, "ingest", "--json").stdout)
    assert status(tmp_path)[1]["totals"] == ingested["totals"]
    assert len(ingested["totals"]) == 3


def test_without_an_earlier_period_there_are_no_changes(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {}, plan=THREE)
    payload = status(tmp_path)[1]
    assert (payload["since"], payload["change"], payload["groups"][0]["change"]) == (None, None, None)
    assert "Moved" not in output_of(tmp_path)


@pytest.mark.slow
def test_new_and_unchanged_tasks_are_counted_separately(tmp_path: Path) -> None:
    hold_period(
        tmp_path, FIRST, {"Parks": {"2.1a": "GREEN"}}, plan=plan(group("Parks", outcome("2.1", action(task("a")))))
    )
    longer = plan(group("Parks", outcome("2.1", action(task("a"), task("b")))))
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=longer)
    change = status(tmp_path)[1]["change"]
    assert (change["unchanged"], change["new"]) == (1, 1)


# ----------------------------------------------------------------------------------------------------- who is late


def overview(folder: Path, today: str) -> Any:
    from ragsheets.project.folder import Project
    from ragsheets.project.periods import period_overview

    return period_overview(Project(folder), today=datetime.date.fromisoformat(today))


@pytest.mark.parametrize(
    ("due", "today", "parks", "health"),
    [
        ("2008-09-05", "2008-09-05", False, False),
        ("2008-09-05", "2008-09-06", False, True),
        ("2008-09-04", "2008-09-04", True, False),
        ("2008-09-04", "2008-09-05", True, True),
        (None, "2030-01-01", False, False),
    ],
)
def test_a_group_is_late_after_the_due_date(
    tmp_path: Path, due: str | None, today: str, parks: bool, health: bool
) -> None:
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "GREEN"}}, plan=THREE, due=due)  # saved on the 5th
    period_view = overview(tmp_path, today)
    assert [group_overview.late for group_overview in period_view.groups] == [parks, health, False]


@pytest.mark.slow
def test_a_group_that_returned_in_time_and_again_later_is_not_late(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "GREEN"}}, plan=THREE, due="2008-09-05")
    add_returns(tmp_path, SECOND, {"Parks": {"2.1a": "AMBER"}}, name="{group} again.xlsx")
    parks = overview(tmp_path, "2008-12-01").groups[0]
    assert (parks.return_count, parks.late) == (2, False)


# ----------------------------------------------------------------------------------------------------- what is next


@pytest.mark.slow
def test_the_next_step_follows_the_period_to_the_next_one(tmp_path: Path) -> None:
    write_plan(tmp_path, THREE)
    assert next_step_of(tmp_path) == ": ragsheets generate --date YYYY-MM-DD --due YYYY-MM-DD"
    hold_period(tmp_path, SECOND, {})
    assert next_step_of(tmp_path).startswith("ask for the returns of Parks and Health;")
    to = tmp_path / SECOND / "returned"
    bad = {"2.1a": {**GREEN, "status": "Ambr"}, "2.1b": GREEN}
    reply(tmp_path, "Parks.xlsx", bad, period=Period(datetime.date.fromisoformat(SECOND)), to=to)
    assert next_step_of(tmp_path) == ": ragsheets ingest"
    run_ragsheets("-C", tmp_path, "ingest")
    assert next_step_of(tmp_path).startswith(f"send each workbook in {SECOND}/queries to its contact, put the replies")
    add_returns(tmp_path, SECOND, {"Parks": {"2.1a": "AMBER", "2.1b": "GREEN"}}, name="{group} mended.xlsx")
    assert next_step_of(tmp_path).startswith("ask for the returns of Health;")
    add_returns(tmp_path, SECOND, {"Health": {"3.1a": "GREEN"}})
    assert next_step_of(tmp_path).endswith("and run: ragsheets report")  # with the questions of the mended return
    run_ragsheets("-C", tmp_path, "report")
    assert next_step_of(tmp_path) == "read the report through and send it out: ragsheets report --final"
    run_ragsheets("-C", tmp_path, "report", "--final")
    assert next_step_of(tmp_path).startswith("the report was sent out; begin the next period: ragsheets generate")
    run_ragsheets("-C", tmp_path, "ingest")  # nothing new
    assert next_step_of(tmp_path).startswith("the report was sent out")
    more_words = {"3.1a": ("GREEN", "Go on by June 2009")}
    add_returns(tmp_path, SECOND, {"Health": more_words}, name="{group} after all.xlsx")
    assert next_step_of(tmp_path).endswith("to see what, write the report: ragsheets report")
    run_ragsheets("-C", tmp_path, "report", "--final")
    hold_period(tmp_path, "2008-12-04", {})
    assert (
        next_step_of(tmp_path, "--date", SECOND)
        == "the report of this period was sent out; there is nothing left to do: None"
    )


@pytest.mark.slow
def test_the_next_step_of_an_older_period_names_its_date(tmp_path: Path) -> None:
    hold_period(tmp_path, FIRST, {}, plan=THREE)
    hold_period(tmp_path, SECOND, {})
    assert next_step_of(tmp_path, "--date", FIRST).endswith(f"ragsheets ingest --date {FIRST}")


def test_missing_groups_are_reminded_after_the_due_date(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {}, plan=THREE, due="2008-09-18")
    assert overview(tmp_path, "2008-09-19").step.what.startswith("remind Parks and Health;")


@pytest.mark.slow
def test_many_missing_sub_groups_are_not_all_named(tmp_path: Path) -> None:
    many_groups = plan(*(group(f"Group {number}", outcome(f"{number}.1")) for number in range(1, 25)))
    hold_period(tmp_path, SECOND, {}, plan=many_groups)
    assert "Group 1, Group 2, Group 3 and 21 more" in next_step_of(tmp_path)


@pytest.mark.slow
def test_a_rejected_file_is_to_be_settled(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "RED", "2.1b": "RED"}, "Health": {"3.1a": "RED"}}, plan=THREE)
    (tmp_path / SECOND / "returned" / "odd.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    run_ragsheets("-C", tmp_path, "ingest")
    code, payload = status(tmp_path)
    assert (code, payload["rejected"], payload["to_settle"]) == (1, ["odd.xlsx"], 1)
    assert payload["next"]["what"].startswith("do what each finding marked error asks for")
    assert "Rejected: odd.xlsx." in output_of(tmp_path)


@pytest.mark.slow
def test_words_and_workbooks_of_another_period_are_shown_with_their_sub_group(tmp_path: Path) -> None:
    table = plan(group("Parks", email="ann@example.org"), group("Health", outcome("3.1"), email="bob@example.org"))
    hold_period(tmp_path, FIRST, {"Parks": {"2.1a": "GREEN"}, "Health": {"3.1a": "GREEN"}}, plan=table)
    hold_period(tmp_path, SECOND, {"Health": {"3.1a": "GREEN"}})
    returned = tmp_path / SECOND / "returned"
    for name in ("Parks", "Health"):
        (returned / f"old {name}.xlsx").write_bytes((tmp_path / FIRST / "returned" / f"{name}.xlsx").read_bytes())
    (returned / "hers.eml").write_bytes(messages.eml("ann@example.org", "Return", "2.1a is really RED", {}))
    (returned / "whose.msg").write_bytes(messages.msg("x@example.org", "Return", "All is RED", {}))
    assert run_ragsheets("-C", tmp_path, "ingest").exit_code == 1
    code, payload = status(tmp_path)
    parks, health = payload["groups"]
    assert (code, payload["unassigned"]) == (1, ["whose.msg"])
    assert (parks["state"], parks["to_settle"], parks["to_look_at"]) == ("missing", 1, 1)
    assert parks["words"] == [{"file": "hers.eml", "task": "2.1a", "text": "Return\n2.1a is really RED"}]
    assert [(item["file"], item["code"]) for item in parks["rejected"]] == [("old Parks.xlsx", "wrong-period")]
    assert parks["rejected"][0]["message"].startswith("This is the workbook of Parks for 5th June 2008;")
    assert (health["state"], health["words"], len(health["rejected"])) == ("returned", [], 1)
    assert payload["to_settle"] == 2
    lines = output_of(tmp_path).splitlines()
    assert "Answers outside the workbooks, counted in no figure: Parks (hers.eml)." in lines
    assert (
        "Workbooks of another period: Parks sent that for 5th June 2008 (old Parks.xlsx) and nothing yet for this one, "
        "Health sent that for 5th June 2008 (old Health.xlsx)." in lines
    )
    assert "From an unknown sub-group: whose.msg." in lines


# ------------------------------------------------------------------------------------- what was not read yet, exactly


def _move_events_back(folder: Path) -> None:
    """Move all logged events one day back: events within a second cannot be distinguished."""
    with direct_connection(folder) as ledger:
        for number, timestamp in ledger.execute(sa.select(tables.events.c.id, tables.events.c.at)).all():
            earlier = datetime.datetime.fromisoformat(timestamp) - datetime.timedelta(days=1)
            update = tables.events.update().where(tables.events.c.id == number)
            ledger.execute(update.values(at=earlier.isoformat(" ", "seconds")))


def unread(folder: Path) -> list[str]:
    return list(status(folder)[1]["unread"])


@pytest.mark.slow
def test_files_that_ingest_has_read_are_not_unread(tmp_path: Path) -> None:
    import zipfile

    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "RED"}}, plan=THREE)
    returned = tmp_path / SECOND / "returned"
    with zipfile.ZipFile(returned / "all.zip", "w") as archive:
        archive.write(returned / "Parks.xlsx", "copy/Parks.xlsx")
    (returned / "note.txt").write_text("We have nothing to say.", encoding="utf-8")
    (returned / "odd.xlsx").write_bytes(b"no workbook")
    (returned / "~$Parks.xlsx").write_bytes(b"a lock")
    run_ragsheets("-C", tmp_path, "report", "-o", returned / "ours.docx")
    _move_events_back(tmp_path)
    assert set(unread(tmp_path)) == {"all.zip", "note.txt", "odd.xlsx", "ours.docx"}
    run_ragsheets("-C", tmp_path, "ingest")
    assert unread(tmp_path) == []


@pytest.mark.slow
def test_a_workbook_that_replaced_another_is_unread(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "RED"}}, plan=THREE)
    reply(tmp_path, "Parks.xlsx", {"2.1a": GREEN}, period=Period(datetime.date.fromisoformat(SECOND)))
    assert unread(tmp_path) == ["Parks.xlsx"]


@pytest.mark.slow
def test_a_workbook_is_unread_after_an_ingest_of_another_path(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {}, plan=THREE)
    period = Period(datetime.date.fromisoformat(SECOND))
    reply(tmp_path, "Parks.xlsx", {"2.1a": GREEN}, period=period)
    elsewhere = reply(tmp_path, "Health.xlsx", {"3.1a": GREEN}, of="Health", period=period, to=tmp_path / "post")
    run_ragsheets("-C", tmp_path, "ingest", elsewhere)
    assert unread(tmp_path) == ["Parks.xlsx"]


# -------------------------------------------------------------------------------------------------- to people's eyes


def lines_of_groups(text: str, names: list[str]) -> list[str]:
    return [name for line in text.splitlines() for name in names if line.startswith(name)]


@pytest.mark.slow
def test_groups_that_need_attention_come_first_and_those_on_hold_last(tmp_path: Path) -> None:
    names = ["Held", "Fine", "Missing", "Asked"]
    groups = [group(name, outcome(f"{n}.1"), on_hold=name == "Held") for n, name in enumerate(names, 1)]
    hold_period(tmp_path, SECOND, {"Fine": {"2.1a": "GREEN"}, "Asked": {"4.1a": "Ambr"}}, plan=plan(*groups))
    output = output_of(tmp_path)
    assert lines_of_groups(output, names) == ["Asked", "Missing", "Fine", "Held"]
    assert "Returned: 2 of 3 sub-groups, 1 missing, 1 on hold." in output


@pytest.mark.slow
@pytest.mark.parametrize("width", [80, 120])
def test_24_sub_groups_fit_a_screen_with_only_names_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    from rich.console import Console

    from ragsheets.cli import output
    from ragsheets.cli import overview as overview_module

    names = [f"Thematic sub-group number {number} for Housing and Streets" for number in range(1, 25)]
    many_groups = plan(*(group(name, outcome(f"{number}.1")) for number, name in enumerate(names, 1)), template="brag")
    hold_period(tmp_path, FIRST, {}, plan=many_groups)
    hold_period(tmp_path, SECOND, {names[0]: {"1.1a": "RED"}}, due="2008-09-18")
    out = Console(width=width, force_terminal=True, no_color=True, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    for module in (output, overview_module):
        monkeypatch.setattr(module, "console", lambda: out)
    overview_module.show_overview(overview(tmp_path, "2008-09-10"))
    lines = out.export_text().splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= width
    words = " ".join(" ".join(lines[:6]).split())
    for heading in ("Returned", "Blue", "Green", "Amber", "Red", "Grey", "status", "Total", "settle", "look"):
        assert heading in words


def test_names_are_never_read_as_markup(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {}, plan=plan(group("[red]Parks[/red] [x", outcome("2.1"))))
    assert "[red]Parks[/red] [x" in output_of(tmp_path)


# ------------------------------------------------------------------------------------------------- all the periods


@pytest.mark.slow
def test_all_lists_each_period_in_a_line(tmp_path: Path) -> None:
    hold_period(tmp_path, FIRST, {"Parks": {"2.1a": "GREEN", "2.1b": "Ambr"}}, plan=THREE, due="2008-06-12")
    run_ragsheets("-C", tmp_path, "report", "--final", "--yes")
    run_ragsheets("-C", tmp_path, "generate", "--date", SECOND, "--period", "Autumn [x]")
    code, payload = status(tmp_path, "--all")
    first, second = payload["periods"]
    assert code == 0
    (report,) = first.pop("reports")
    assert first == {
        "date": FIRST,
        "name": "5th June 2008",
        "due": "2008-06-12",
        "asked": 2,
        "returned": 1,
        "to_settle": 1,
        "to_look_at": 4,
        "totals": {"GREEN": 1, "AMBER": 0, "RED": 0, "not_reported": 3, "total": 4},
    }
    assert (report["edition"], report["revision"]) == ("full", 0)
    assert (second["name"], second["due"], second["returned"], second["totals"]["not_reported"]) == (
        "Autumn [x]",
        None,
        0,
        4,
    )
    assert "Autumn [x]" in output_of(tmp_path, "--all")


@pytest.mark.slow
def test_all_agrees_with_the_status_of_each_period(tmp_path: Path) -> None:
    hold_period(tmp_path, FIRST, {"Parks": {"2.1a": "GREEN", "2.1b": "Ambr"}}, plan=THREE)
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "RED"}, "Health": {"3.1a": "?"}})
    (tmp_path / SECOND / "returned" / "odd.xlsx").write_bytes(b"no workbook")
    run_ragsheets("-C", tmp_path, "ingest")
    code, payload = status(tmp_path, "--all")
    assert code == 1
    for period_line in payload["periods"]:
        period_status = status(tmp_path, "--date", period_line["date"])[1]
        states = [entry["state"] for entry in period_status["groups"]]
        assert (period_line["to_settle"], period_line["to_look_at"]) == (
            period_status["to_settle"],
            period_status["to_look_at"],
        )
        assert (period_line["returned"], period_line["asked"]) == (
            states.count("returned"),
            len(states) - states.count("on hold"),
        )
        for name, count in period_line["totals"].items():
            assert count == sum(entry["totals"][name] for entry in period_status["groups"])


@pytest.mark.slow
def test_all_follows_a_changed_plan_and_an_excluded_return(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "GREEN"}}, plan=THREE)
    status(tmp_path, "--all")
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a"))))))
    run_ragsheets("-C", tmp_path, "generate", "--date", SECOND, "--force")
    (line,) = status(tmp_path, "--all")[1]["periods"]
    assert (line["asked"], line["returned"], line["totals"]["total"]) == (1, 1, 1)
    run_ragsheets("-C", tmp_path, "ingest", "--exclude", "Parks.xlsx")
    assert status(tmp_path, "--all")[1]["periods"][0]["returned"] == 0


@pytest.mark.slow
def test_older_periods_are_not_assessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ragsheets.returns import assess

    hold_period(tmp_path, FIRST, {"Parks": {"2.1a": "GREEN"}}, plan=THREE)
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "GREEN"}})
    assessed = []
    original_assess = assess.assess

    def counting_assess(record: Any, *arguments: Any) -> Any:
        assessed.append(record.period.date.isoformat())
        return original_assess(record, *arguments)

    monkeypatch.setattr(assess, "assess", counting_assess)
    status(tmp_path)
    assert assessed == [SECOND]
    status(tmp_path, "--all")
    assert assessed == [SECOND]


# ----------------------------------------------------------------------------------------------- what it leaves alone


def test_status_changes_nothing_and_creates_no_ledger(tmp_path: Path) -> None:
    write_plan(tmp_path, THREE)
    before = files_by_name(tmp_path)
    assert status(tmp_path) == (0, {"period": None, "next": status(tmp_path)[1]["next"]})
    assert status(tmp_path, "--all") == (0, {"periods": []})
    assert "There is no period yet." in output_of(tmp_path)
    assert files_by_name(tmp_path) == before
    hold_period(tmp_path, SECOND, {"Parks": {"2.1a": "RED"}})
    before = files_by_name(tmp_path)
    status(tmp_path)
    assert files_by_name(tmp_path) == before


def test_a_missing_period_is_an_error(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {}, plan=THREE)
    result = run_ragsheets("-C", tmp_path, "status", "--date", "2001-01-01")
    assert (result.exit_code, "there is no period 2001-01-01" in result.stderr) == (2, True)
    assert run_ragsheets("-C", tmp_path, "status", "--date", SECOND, "--all").exit_code == 2


@pytest.mark.slow
def test_a_task_that_is_not_asked_about_and_complete_no_longer_is_named(tmp_path: Path) -> None:
    two_tasks = plan(group("Parks", outcome("2.1", action(task("a"), task("b")))), template="brag")
    hold_period(tmp_path, FIRST, {"Parks": {"2.1a": "BLUE", "2.1b": "RED"}}, plan=two_tasks)
    hold_period(tmp_path, SECOND, {"Parks": {"2.1b": "RED"}})
    assert status(tmp_path)[1]["not_asked"] == []
    assert "Not asked about" not in output_of(tmp_path)
    run_ragsheets("-C", tmp_path, "correct", "2.1a", "--status", "green", "--reason", "Ann", "--date", FIRST)
    assert status(tmp_path)[1]["not_asked"] == ["2.1a"]
    assert (
        "Not asked about, though no longer complete: 2.1a: a) Task a (Parks). To ask: "
        'ragsheets generate --date 2008-09-04 --group "Parks" --force'
    ) in output_of(tmp_path)
