"""Files that ragsheets wrote and somebody has changed since are never lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from helpers.built_once import built_once
from helpers.periods import add_returns, date, hold_period
from helpers.projects import files_by_name, group, outcome, plan, run_ragsheets, write_plan
from ragsheets.project import demo
from ragsheets.project.folder import Project

DAY = "2008-09-04"
REPORTS = {
    "full": ((), "Performance report"),
    "public": (("--public",), "Performance report (public)"),
    "year": (("--end-of-year",), "End of year report"),
}
parametrize_reports = pytest.mark.parametrize(("options", "name"), REPORTS.values(), ids=list(REPORTS))


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    hold_period(folder, DAY, {"Parks": {"2.1a": "AMBER"}}, plan=plan(group("Parks")))
    return folder


def report(folder: Path, *words: str | Path) -> Any:
    result = run_ragsheets("-C", folder, "report", "--yes", *words)
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


def edit(path: Path, words: str = "Words of my own.") -> bytes:
    """Type a paragraph into a document as Word would; return the document's bytes."""
    document = docx.Document(str(path))
    document.paragraphs[1].insert_paragraph_before(words)
    document.save(str(path))
    return path.read_bytes()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / DAY).glob("*.docx"))


# ----------------------------------------------------------------------------------------------------- reports


@parametrize_reports
@pytest.mark.parametrize("final", [(), ("--final",)], ids=["draft", "final"])
def test_an_edited_report_stays_and_the_new_one_has_a_numbered_name(
    folder: Path, options: tuple[str, ...], name: str, final: tuple[str, ...]
) -> None:
    report(folder, *options)
    path = folder / DAY / f"{name}.docx"
    edited = edit(path)
    shown = report(folder, *options, *final)
    assert path.read_bytes() == edited
    assert names(folder) == [f"{name} 2.docx", f"{name}.docx"]
    assert f"Wrote {path.with_name(f'{name} 2.docx')}" in shown
    assert f"{path} was changed since ragsheets wrote it, so it is kept" in shown
    assert f"the new report is {name} 2.docx" in shown


@parametrize_reports
def test_a_report_edited_after_it_was_sent_out_stays(folder: Path, options: tuple[str, ...], name: str) -> None:
    report(folder, *options, "--final")
    path = folder / DAY / f"{name}.docx"
    sent, edited = path.read_bytes(), edit(path)
    report(folder, *options, "--final")
    assert path.read_bytes() == edited
    assert path.with_name(f"{name} 2.docx").read_bytes() == sent


@pytest.mark.slow
def test_an_edited_revision_stays(folder: Path) -> None:
    report(folder, "--final")
    add_returns(folder, DAY, {"Parks": {"2.1a": "RED"}}, "later {group}.xlsx")
    report(folder)
    path = folder / DAY / "Performance report (revision 1).docx"
    edited = edit(path)
    report(folder)
    assert path.read_bytes() == edited
    assert path.with_name("Performance report (revision 1) 2.docx").exists()


def test_a_document_that_was_only_saved_again_stays(folder: Path) -> None:
    report(folder)
    path = folder / DAY / "Performance report.docx"
    docx.Document(str(path)).save(str(path))
    saved = path.read_bytes()
    report(folder)
    assert path.read_bytes() == saved


def test_somebodys_own_file_under_the_name_of_the_report_stays(folder: Path) -> None:
    path = folder / DAY / "Performance report.docx"
    path.write_bytes(b"my own")
    report(folder)
    assert path.read_bytes() == b"my own"


@pytest.mark.slow
def test_an_unedited_report_is_replaced(folder: Path) -> None:
    report(folder)
    path = folder / DAY / "Performance report.docx"
    before = path.read_bytes()
    add_returns(folder, DAY, {"Parks": {"2.1a": "RED"}}, "later {group}.xlsx")
    report(folder)
    assert path.read_bytes() != before
    assert names(folder) == ["Performance report.docx"]


@pytest.mark.slow
def test_an_older_report_that_was_put_back_is_replaced(folder: Path) -> None:
    report(folder)
    path = folder / DAY / "Performance report.docx"
    older = path.read_bytes()
    add_returns(folder, DAY, {"Parks": {"2.1a": "RED"}}, "later {group}.xlsx")
    report(folder)
    path.write_bytes(older)
    report(folder)
    assert names(folder) == ["Performance report.docx"]
    assert path.read_bytes() != older


@pytest.mark.slow
def test_a_numbered_report_is_replaced_until_it_is_edited_too(folder: Path) -> None:
    report(folder)
    edit(folder / DAY / "Performance report.docx")
    report(folder)
    add_returns(folder, DAY, {"Parks": {"2.1a": "RED"}}, "later {group}.xlsx")
    report(folder)
    assert names(folder) == ["Performance report 2.docx", "Performance report.docx"]
    edit(folder / DAY / "Performance report 2.docx")
    report(folder)
    assert "Performance report 3.docx" in names(folder)


def test_a_moved_project_folder_knows_its_reports(folder: Path) -> None:
    report(folder)
    moved = folder.rename(folder.with_name("moved"))
    add_returns(moved, DAY, {"Parks": {"2.1a": "RED"}}, "later {group}.xlsx")
    report(moved)
    assert names(moved) == ["Performance report.docx"]


@pytest.mark.slow
def test_a_report_that_was_sent_out_stays_where_only_its_sources_have_changed(folder: Path) -> None:
    report(folder, "--final")
    path = folder / DAY / "Performance report.docx"
    sent = path.read_bytes()
    returned = folder / DAY / "returned"
    openpyxl.load_workbook(returned / "Parks.xlsx").save(returned / "Parks again.xlsx")
    run_ragsheets("-C", folder, "ingest", "--yes")
    assert f"{path} was sent out, so it is kept" in report(folder)
    assert path.read_bytes() == sent


def test_the_narrative_is_never_replaced(folder: Path) -> None:
    report(folder)
    narrative = folder / DAY / "narrative.toml"
    narrative.write_text('report_introduction = "Mine."\n', encoding="utf-8")
    report(folder)
    report(folder, "--end-of-year")
    assert narrative.read_text(encoding="utf-8") == 'report_introduction = "Mine."\n'


@pytest.mark.slow
def test_finishing_the_demonstration_replaces_nothing_that_was_changed(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo.run_demo(folder)
    (folder / demo.UNFINISHED_FILE).write_text("interrupted", encoding="utf-8")
    edited = edit(folder / DAY / "Performance report.docx")
    narrative = folder / DAY / "narrative.toml"
    narrative.write_text('introduction = "Mine."\n', encoding="utf-8")
    demo.run_demo(folder)
    assert (folder / DAY / "Performance report.docx").read_bytes() == edited
    assert narrative.read_text(encoding="utf-8") == 'introduction = "Mine."\n'


# ------------------------------------------------------------------------------------------- files named with -o


@pytest.mark.slow
@pytest.mark.parametrize(("command", "name"), [("report", "r.docx"), ("export", "r.csv"), ("export", "r.xlsx")])
def test_a_named_file_is_replaced_only_where_ragsheets_wrote_it(
    folder: Path, tmp_path: Path, command: str, name: str
) -> None:
    output = tmp_path / name
    output.write_bytes(b"my own")
    words = ("-C", folder, command, "-o", output)
    result = run_ragsheets(*words)
    assert (result.exit_code, "--force" in result.stderr, output.read_bytes()) == (2, True, b"my own")
    assert run_ragsheets(*words, "--force").exit_code == 0
    written = output.read_bytes()
    add_returns(folder, DAY, {"Parks": {"2.1a": "RED"}}, "later {group}.xlsx")
    assert run_ragsheets(*words).exit_code == 0
    assert output.read_bytes() != written
    output.write_bytes(written + b"changed")
    assert run_ragsheets(*words).exit_code == 2
    assert output.read_bytes() == written + b"changed"


def test_a_refused_final_report_is_not_recorded(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.docx"
    output.write_bytes(b"my own")
    assert run_ragsheets("-C", folder, "report", "--final", "-o", output).exit_code == 2
    with Project(folder).ledger() as ledger:
        assert ledger.issued.of_edition(date(DAY), "full") == []


def test_plan_convert_replaces_a_file_only_with_force(tmp_path: Path) -> None:
    source, target = write_plan(tmp_path), tmp_path / "out.xlsx"
    target.write_bytes(b"my own")
    result = run_ragsheets("plan", "convert", source, target)
    assert (result.exit_code, "--force" in result.stderr, target.read_bytes()) == (2, True, b"my own")


# --------------------------------------------------------------------------------------------- workbooks in sent/


def change_workbook(path: Path) -> bytes:
    book = openpyxl.load_workbook(path)
    book.active["A1"] = "Typed by somebody"
    book.save(path)
    return path.read_bytes()


def test_an_edited_workbook_is_renamed_and_the_new_one_keeps_its_name(folder: Path) -> None:
    sent = folder / DAY / "sent"
    generated = (sent / "Parks.xlsx").read_bytes()
    first = change_workbook(sent / "Parks.xlsx")
    assert run_ragsheets("-C", folder, "generate", "--date", DAY).exit_code == 2
    result = run_ragsheets("-C", folder, "generate", "--date", DAY, "--force")
    assert result.exit_code == 0
    assert f"{DAY}/sent/Parks.xlsx is new; the one that somebody had changed is now called Parks (edited).xlsx" in (
        result.stdout
    )
    second = change_workbook(sent / "Parks.xlsx")
    run_ragsheets("-C", folder, "generate", "--date", DAY, "--force")
    assert files_by_name(sent) == {
        "Parks.xlsx": generated,
        "Parks (edited).xlsx": first,
        "Parks (edited) 2.xlsx": second,
    }


def test_an_unedited_workbook_of_an_older_plan_is_replaced(folder: Path) -> None:
    write_plan(folder, plan(group("Parks", outcome("2.1", title="Another title"))))
    result = run_ragsheets("-C", folder, "generate", "--date", DAY, "--force")
    assert result.exit_code == 0
    assert list(files_by_name(folder / DAY / "sent")) == ["Parks.xlsx"]


def test_an_edited_workbook_that_was_sent_back_is_understood(folder: Path) -> None:
    change_workbook(folder / DAY / "sent" / "Parks.xlsx")
    run_ragsheets("-C", folder, "generate", "--date", DAY, "--force")
    edited = folder / DAY / "sent" / "Parks (edited).xlsx"
    edited.rename(folder / DAY / "returned" / "Parks again.xlsx")
    result = run_ragsheets("-C", folder, "ingest", "--json")
    assert '"result": "accepted"' in result.stdout
