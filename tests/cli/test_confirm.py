"""Commands that destroy something ask first, and do nothing where nobody can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.built_once import built_once
from helpers.periods import hold_period
from helpers.projects import files_by_name, group, outcome, plan, run_ragsheets
from helpers.terminal import needs_terminal, run_on_terminal

FIRST, SECOND = "2008-06-05", "2008-09-04"
#: Each command with the words of what will be lost, and with what it has done once it was allowed to.
COMMANDS = {
    "report --final": (("report", "--final", "--date", FIRST), "for Health", "is a numbered revision"),
    "report --not-final": (("report", "--public", "--not-final", "--date", FIRST), "sent out on", "Taken back"),
    "returns forget": (
        ("returns", "forget", "Parks.xlsx", "--reason", "asked for", "--date", FIRST),
        f"Parks.xlsx (period {FIRST})",
        "1 original erased",
    ),
    "period remove": (("period", "remove", SECOND), f"workbooks in {SECOND}/sent", "Removed the period"),
}
parametrize_commands = pytest.mark.parametrize(("words", "lost", "done"), COMMANDS.values(), ids=list(COMMANDS))


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    """A project with a period of which a public report was sent out, and a later one that was only generated."""
    folder = tmp_path / "project"
    two_groups = plan(group("Parks"), group("Health", outcome("3.1")))
    hold_period(folder, SECOND, {}, plan=two_groups)
    hold_period(folder, FIRST, {"Parks": {"2.1a": "GREEN"}})
    assert run_ragsheets("-C", folder, "report", "--public", "--final", "--yes", "--date", FIRST).exit_code == 0
    return folder


@parametrize_commands
def test_without_a_terminal_nothing_is_done(folder: Path, words: tuple[str, ...], lost: str, done: str) -> None:
    before = files_by_name(folder)
    result = run_ragsheets("-C", folder, *words, input="y\n")
    assert result.exit_code == 2
    assert lost in result.stderr
    assert "--yes" in result.stderr
    assert done not in result.output
    assert files_by_name(folder) == before


@parametrize_commands
def test_with_yes_nothing_is_asked(folder: Path, words: tuple[str, ...], lost: str, done: str) -> None:
    result = run_ragsheets("-C", folder, *words, "--yes")
    assert result.exit_code == 0
    assert done in " ".join(result.stdout.split())


@pytest.mark.slow
@needs_terminal
@parametrize_commands
@pytest.mark.parametrize("answer", ["n", ""])
def test_without_consent_nothing_is_done(
    folder: Path, words: tuple[str, ...], lost: str, done: str, answer: str
) -> None:
    before = files_by_name(folder)
    exit_code, shown = run_on_terminal("-C", folder, *words, answer=answer)
    assert exit_code == 1
    assert lost in shown
    assert "Nothing was done." in shown
    assert files_by_name(folder) == before


@pytest.mark.slow
@needs_terminal
@parametrize_commands
def test_with_consent_it_is_done(folder: Path, words: tuple[str, ...], lost: str, done: str) -> None:
    exit_code, shown = run_on_terminal("-C", folder, *words, answer="y")
    assert exit_code == 0
    assert lost in shown
    assert done in shown


@pytest.mark.slow
def test_a_report_in_which_nothing_is_open_is_sent_out_without_a_question(tmp_path: Path) -> None:
    hold_period(tmp_path, FIRST, {"Parks": {"2.1a": "GREEN"}}, plan=plan(group("Parks")))
    assert run_ragsheets("-C", tmp_path, "report", "--final").exit_code == 0


@pytest.mark.slow
def test_a_finding_to_settle_is_asked_about(tmp_path: Path) -> None:
    hold_period(tmp_path, FIRST, {"Parks": {"2.1a": "Ambr"}}, plan=plan(group("Parks")))
    result = run_ragsheets("-C", tmp_path, "report", "--final")
    assert (result.exit_code, "1 finding still to settle" in result.stderr) == (2, True)
    assert run_ragsheets("-C", tmp_path, "report", "--final", "--yes").exit_code == 0
    # What was sent out already is no new decision.
    assert run_ragsheets("-C", tmp_path, "report", "--final").exit_code == 0


def test_words_to_be_written_in_the_end_of_year_report_are_asked_about(tmp_path: Path) -> None:
    hold_period(tmp_path, FIRST, {"Parks": {"2.1a": "GREEN"}}, plan=plan(group("Parks")))
    result = run_ragsheets("-C", tmp_path, "report", "--end-of-year", "--final")
    assert (result.exit_code, "Still to be written: Introduction" in result.stderr) == (2, True)


def test_nothing_to_erase_needs_no_question(folder: Path) -> None:
    words = ("returns", "forget", "Parks.xlsx", "--reason", "asked for", "--date", FIRST)
    assert run_ragsheets("-C", folder, *words, "--yes").exit_code == 0
    assert run_ragsheets("-C", folder, *words).exit_code == 0
