"""A finding: the commands that it suggests are those of its period."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest

from helpers.period_builder import PeriodBuilder
from helpers.projects import DATE, group, outcome, plan, reply, run_ragsheets, write_plan
from ragsheets.plan.model import Period
from ragsheets.returns.finding import Finding, Severity, with_date
from ragsheets.returns.finding_catalogue import finding_kinds
from ragsheets.returns.reading.model import Observation

EARLIER = datetime.date(2008, 6, 5)
COMMANDS = sorted(
    {command for kind in finding_kinds().values() for command in re.findall(r"ragsheets [a-z]+\b(?! sent)", kind.fix)}
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_catalogue_names_a_period_that_is_not_the_current_one(command: str) -> None:
    finding = Finding("a-code", Severity.ERROR, "A message.", f"Do this: {command} FILE.")
    assert with_date(finding, EARLIER, is_current=False).fix == f"Do this: {command} --date 2008-06-05 FILE."


def test_in_the_current_period_only_generate_needs_its_date() -> None:
    finding = Finding("a-code", Severity.ERROR, "A message.", "ragsheets generate --force; ragsheets correct 2.1a.")
    assert with_date(finding, EARLIER, is_current=True).fix == (
        "ragsheets generate --date 2008-06-05 --force; ragsheets correct 2.1a."
    )


@pytest.mark.slow
def test_the_advice_about_an_earlier_period_works_as_it_is_written(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("2.1"))))
    for date in (EARLIER, DATE):
        assert run_ragsheets("-C", tmp_path, "generate", "--date", date).exit_code == 0
    sound = {"position": "Done.", "status": "GREEN", "planned": "No more."}
    for name, status in (("one.xlsx", "GREEN"), ("two.xlsx", "RED")):
        answers = {"2.1a": {**sound, "status": status}}
        reply(tmp_path, name, answers, period=Period(EARLIER), to=tmp_path / str(EARLIER) / "returned")
    ingested = run_ragsheets("-C", tmp_path, "ingest", "--date", EARLIER, "--json")
    findings = [item for file in json.loads(ingested.stdout)["files"] for item in file["findings"]]
    (fix,) = {item["fix"] for item in findings if item["code"] == "status-order-unknown"}
    exclude = re.search(r"ragsheets (ingest --date \S+ --exclude) \"FILE\"", fix)
    assert exclude, fix
    assert run_ragsheets("-C", tmp_path, *exclude[1].split(), "two.xlsx").exit_code == 0
    totals = json.loads(run_ragsheets("-C", tmp_path, "status", "--date", EARLIER, "--json").stdout)
    assert totals["groups"][0]["totals"]["GREEN"] == 1


@pytest.mark.slow
def test_a_return_of_an_earlier_period_that_has_gone_is_taken_out_of_that_period(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("2.1"))))
    for date in (EARLIER, DATE):
        assert run_ragsheets("-C", tmp_path, "generate", "--date", date).exit_code == 0
    returned = tmp_path / str(EARLIER) / "returned"
    reply(tmp_path, "one.xlsx", {"2.1a": {"status": "GREEN"}}, period=Period(EARLIER), to=returned)
    run_ragsheets("-C", tmp_path, "ingest", "--date", EARLIER)
    (returned / "one.xlsx").unlink()
    ingested = run_ragsheets("-C", tmp_path, "ingest", "--date", EARLIER, "--json")
    findings = [item for file in json.loads(ingested.stdout)["files"] for item in file["findings"]]
    (fix,) = [item["fix"] for item in findings if item["code"] == "no-longer-there"]
    assert f"ragsheets ingest --date {EARLIER} --exclude" in fix


def test_a_key_with_a_blank_is_quoted_in_the_advice(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", outcome("Outcome 2.1"))))
    assert run_ragsheets("-C", tmp_path, "generate", "--date", DATE).exit_code == 0
    for name, status in (("one.xlsx", "GREEN"), ("two.xlsx", "RED")):
        reply(tmp_path, name, {"Outcome 2.1a": {"position": "Done.", "status": status, "planned": "No more."}})
    ingested = json.loads(run_ragsheets("-C", tmp_path, "ingest", "--json").stdout)
    findings = [item for file in ingested["files"] for item in file["findings"]]
    (fix,) = {item["fix"] for item in findings if item["code"] == "status-order-unknown"}
    assert 'ragsheets correct --key "Outcome 2.1a" --status' in fix


def test_the_findings_on_a_return_are_in_order_of_severity_and_location() -> None:
    period = PeriodBuilder()
    observations = [
        Observation("stray-text", sheet, cell, "", "Words")
        for sheet, cell in (
            *(("Headlines", "B4"), ("Outcome 10.1", "B3"), ("Outcome 3", "B3")),
            *(("Outcome 2.1", "AA14"), ("Outcome 2.1", "C14"), ("Start here", "B9")),
        )
    ]
    error_value = Observation("error-value", "Outcome 2.1", "C9", "2.1a", "#REF!", column="position")
    period.add_return(1, {"2.1b": {"status": "Ambr", "position": "So", "planned": "So"}}, *observations, error_value)
    findings = [item for _, item in period.assess().findings]
    assert [(item.code, item.cell) for item in findings] == [
        ("error-value", "C9"),
        ("unknown-status", "D12"),
        ("half-filled", ""),
        ("stray-text", "B9"),
        ("stray-text", "C14"),
        ("stray-text", "AA14"),
        ("stray-text", "B4"),
        ("stray-text", "B3"),
        ("stray-text", "B3"),
    ]
    assert [item.sheet for item in findings[-2:]] == ["Outcome 3", "Outcome 10.1"]
