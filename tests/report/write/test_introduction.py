"""The introduction of the combined report, in the coordinator's own words."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from helpers.built_once import built_once
from helpers.periods import hold_period
from helpers.projects import group, plan
from ragsheets.plan_files.forms import read_plan
from ragsheets.project.editions import Report
from ragsheets.project.folder import Project
from ragsheets.project.report import verify_report, write_report

DAY = "2008-09-04"
INTRODUCTION = '''report_introduction = """
The first report
in the new form.

Two points:
* Contact: Ann has left
* <w:t>1 < 2 & 3</w:t> =SUM(A1) **not bold**

Outcome: 9.9: No outcome
Date: 1st May 2001
Green – on track: 7
Summary
2.1 Trees
"""
'''
PASSAGES = [
    ("The first report in the new form.", "Introduction"),
    ("Two points:", "Introduction"),
    ("Contact: Ann has left", "List Bullet"),
    ("<w:t>1 < 2 & 3</w:t> =SUM(A1) **not bold**", "List Bullet"),
    ("Outcome: 9.9: No outcome Date: 1st May 2001 Green – on track: 7 Summary 2.1 Trees", "Introduction"),
]


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    hold_period(tmp_path, DAY, {"Parks": {"2.1a": "AMBER"}}, plan=plan(group("Parks")))
    return tmp_path


def write(folder: Path, narrative: str | None = None, *, final: bool = False) -> Report:
    if narrative is not None:
        (folder / DAY / "narrative.toml").write_text(narrative, encoding="utf-8")
    return write_report(Project(folder), final=final)


def paragraphs_of(report: Report) -> list[tuple[str, str]]:
    return [(p.text, str(p.style.name)) for p in docx.Document(io.BytesIO(report.content)).paragraphs]


def test_it_is_printed_between_the_title_and_the_state(folder: Path) -> None:
    paragraphs = paragraphs_of(write(folder, INTRODUCTION))
    assert paragraphs[0][1] == "Title"
    assert paragraphs[2 : 2 + len(PASSAGES)] == PASSAGES
    assert paragraphs[2 + len(PASSAGES)] == ("The state of the partnership", "Heading 1")


def test_without_words_nothing_is_printed_for_it(folder: Path) -> None:
    first = write(folder)
    assert first.started
    assert (folder / DAY / "narrative.toml").exists()
    assert "Introduction" not in [style for _, style in paragraphs_of(first)]
    again = write(folder)
    assert (again.started, again.content) == (False, first.content)


def test_it_is_kept_from_run_to_run_and_in_both_editions(folder: Path) -> None:
    first = write(folder, INTRODUCTION)
    assert write(folder).content == first.content
    public = write_report(Project(folder), public=True)
    assert paragraphs_of(public)[2 : 2 + len(PASSAGES)] == PASSAGES


def test_an_untouched_report_verifies(folder: Path) -> None:
    verification = verify_report(Project(folder), write(folder, INTRODUCTION).path)
    assert (verification.differences, verification.additions, verification.sections) == ((), (), 1)


def test_it_is_no_part_of_the_plan(folder: Path) -> None:
    without = read_plan(write(folder).path)
    assert read_plan(write(folder, INTRODUCTION).path) == without


@pytest.mark.parametrize(("words", "added"), [("Other words entirely", ["Other words entirely"]), ("", [])])
def test_it_may_be_changed_or_left_out_in_the_document(folder: Path, words: str, added: list[str]) -> None:
    path = write(folder, INTRODUCTION).path
    document = docx.Document(str(path))
    (paragraph,) = (p for p in document.paragraphs if p.text == PASSAGES[0][0])
    if words:
        paragraph.runs[0].text = words
    else:
        paragraph._p.getparent().remove(paragraph._p)
    document.save(str(path))
    verification = verify_report(Project(folder), path)
    assert verification.is_correct
    assert [addition.found for addition in verification.additions] == added


def test_a_change_to_it_is_a_revision_that_lists_it(folder: Path) -> None:
    write(folder, 'report_introduction = "Before."', final=True)
    revised = write(folder, 'report_introduction = """Now.\n* A point"""')
    assert (revised.revision, revised.changes) == (1, 1)
    texts = [text for text, _ in paragraphs_of(revised)]
    assert "Introduction: was “Before.”, is now “Now. * A point”" in texts
    assert verify_report(Project(folder), revised.path).differences == ()


def test_a_heading_that_the_introduction_repeats_is_missed_all_the_same(folder: Path) -> None:
    report = write(folder, 'report_introduction = "In this report"')
    document = docx.Document(str(report.path))
    (heading,) = [p for p in document.paragraphs if p.text == "In this report" and p.style.name != "Introduction"]
    heading._element.getparent().remove(heading._element)
    document.save(str(report.path))
    assert verify_report(Project(folder), report.path).differences != ()


def test_an_introduction_added_later_is_a_revision(folder: Path) -> None:
    write(folder, final=True)
    revised = write(folder, 'report_introduction = "Now."')
    assert "Introduction: was empty, is now “Now.”" in [text for text, _ in paragraphs_of(revised)]


def test_it_leaves_no_page_with_nothing_but_the_chart(folder: Path) -> None:
    def page_breaks(report: Report) -> list[str]:
        document = docx.Document(io.BytesIO(report.content))
        return [p.text for p in document.paragraphs if p._p.xpath("w:pPr/w:pageBreakBefore")]

    (folder / DAY / "returned" / "Parks.xlsx").unlink()
    with_break = page_breaks(write(folder, ""))
    assert page_breaks(write(folder, INTRODUCTION)) == [text for text in with_break if text != "Needs attention"]
