"""ragsheets report --not-final"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.built_once import built_once
from helpers.periods import add_returns, hold_period
from helpers.projects import group, plan, run_ragsheets

DAY, LATER = "2008-09-04", "2008-12-04"


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    hold_period(folder, DAY, {"Parks": {"2.1a": "AMBER"}}, plan=plan(group("Parks")))
    return folder


def report(folder: Path, *words: str) -> Any:
    return run_ragsheets("-C", folder, "report", "--yes", *words)


def payload(folder: Path, *words: str) -> Any:
    return json.loads(report(folder, "--json", *words).stdout)


@pytest.mark.slow
def test_the_last_revision_is_withdrawn_and_its_file_stays(folder: Path) -> None:
    report(folder, "--final")
    add_returns(folder, DAY, {"Parks": {"2.1a": "RED"}}, "later {group}.xlsx")
    revision = Path(payload(folder, "--final")["report"])
    content = revision.read_bytes()
    withdrawn = payload(folder, "--not-final")["withdrawn"]
    assert (withdrawn["period"], withdrawn["edition"], withdrawn["revision"]) == (DAY, "full", 1)
    assert withdrawn["path"] == f"{DAY}/{revision.name}"
    assert revision.read_bytes() == content
    assert (payload(folder)["revision"], payload(folder)["issued"]) == (1, False)
    assert payload(folder, "--not-final")["withdrawn"]["revision"] == 0
    assert (payload(folder)["revision"], payload(folder)["issued"]) == (0, False)


def test_the_log_keeps_both(folder: Path) -> None:
    report(folder, "--final")
    report(folder, "--not-final")
    *_, sent, taken_back = json.loads(run_ragsheets("-C", folder, "log", "--json").stdout)
    assert [sent["command"], taken_back["command"]] == ["report --final", "report --not-final"]
    (what_was_sent, sent_sha256), (what_was_taken_back, taken_sha256) = (
        event["what"].split(" (SHA-256 ") for event in (sent, taken_back)
    )
    assert (what_was_sent, what_was_taken_back) == ("report written, and sent out", "report taken back")
    assert sent_sha256 == taken_sha256


def test_the_period_is_open_again(folder: Path) -> None:
    report(folder, "--final")
    report(folder, "--not-final")
    status = json.loads(run_ragsheets("-C", folder, "status", "--json").stdout)
    assert status["reports"] == []
    assert status["next"]["command"] == "ragsheets report"


def test_without_a_sent_report_there_is_nothing_to_take_back(folder: Path) -> None:
    report(folder, "--final")
    result = report(folder, "--not-final", "--public")
    assert (result.exit_code, "nothing to take back" in result.stderr) == (2, True)


@pytest.mark.parametrize("later", [("--public",), ("--end-of-year",)])
def test_a_report_that_another_edition_builds_on_stays(folder: Path, later: tuple[str, ...]) -> None:
    report(folder, "--final")
    report(folder, "--final", *later)
    result = report(folder, "--not-final")
    assert result.exit_code == 2
    assert f"ragsheets report {later[0]} --not-final --date {DAY}" in result.stderr
    assert payload(folder)["issued"] is True
    assert report(folder, "--not-final", *later).exit_code == 0
    assert report(folder, "--not-final").exit_code == 0


def test_a_report_that_a_later_period_builds_on_stays(folder: Path) -> None:
    report(folder, "--final")
    run_ragsheets("-C", folder, "generate", "--date", LATER)
    result = report(folder, "--not-final", "--date", DAY)
    assert result.exit_code == 2
    assert "4th December 2008" in result.stderr
    assert f"ragsheets period remove {LATER}" in result.stderr
    run_ragsheets("-C", folder, "period", "remove", LATER, "--yes")
    assert report(folder, "--not-final").exit_code == 0


@pytest.mark.slow
def test_a_later_period_that_was_made_before_this_one_does_not_build_on_it(tmp_path: Path) -> None:
    hold_period(tmp_path, LATER, {}, plan=plan(group("Parks")))
    hold_period(tmp_path, DAY, {"Parks": {"2.1a": "AMBER"}})
    report(tmp_path, "--final", "--date", DAY)
    assert report(tmp_path, "--not-final", "--date", DAY).exit_code == 0


@pytest.mark.parametrize("words", [("-o", "r.docx"), ("--style", "house.docx"), ("--document", "plan.toml")])
def test_it_writes_no_report(folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    monkeypatch.chdir(folder)
    report(folder, "--final")
    assert report(folder, "--not-final", *words).exit_code == 2
    assert payload(folder)["issued"] is True
