"""Verifying reports: every edit is found and located, and an unedited report has no differences."""

from __future__ import annotations

import copy
import datetime
import json
import shutil
import zipfile
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.table import _Cell

import ragsheets
from helpers import office, periods, projects
from helpers.word_reports import (
    BLOCKS,
    SHAPES,
    Block,
    document_from_xml,
    handmade_report,
    paragraph,
    save_report,
    table,
    task_report,
)
from ragsheets.errors import LedgerError, ReportError
from ragsheets.plan_files.forms import read_plan_file
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.report import verify_report, write_report
from ragsheets.report.read.phrases import placeholder_values
from ragsheets.report.verify.differences import KINDS, Difference
from ragsheets.report.verify.verify import Verification

DATE = datetime.date(2008, 9, 4)
STRONGER, HEALTHY, CHILDREN = "Stronger Communities", "Healthy City Partnership", "Children and Young People Group"
FIRST_PAGE, ATTENTION, AMBER = "Summary of all sub-groups", "Red – needs action", "Amber – needs attention"
ROW = ("a) Plant trees", "Ten", "Nine", "GREEN", "One more")


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> demo.DemoResult:
    """The shipped example, with its period complete and its report written."""
    return demo.run_demo(tmp_path_factory.mktemp("demo") / "project")


@pytest.fixture
def empty_project(tmp_path: Path) -> Project:
    """A project in an empty folder."""
    (tmp_path / "empty").mkdir()
    return Project(tmp_path / "empty")


Edit = Callable[[Any], object]
ProjectReport = tuple[Project, Path]


class ReportEditor:
    """An editor of the example's report, which verifies the result."""

    def __init__(self, demo_result: demo.DemoResult, folder: Path) -> None:
        self.demo_result, self.path = demo_result, folder / "edited.docx"

    def edited(self, *edits: Edit) -> Path:
        document = docx.Document(str(self.demo_result.report))
        for edit in edits:
            edit(document)
        document.save(str(self.path))
        return self.path

    def __call__(self, *edits: Edit) -> list[Difference]:
        """Return every difference from the ledger after these edits."""
        return list(verify_report(self.demo_result.project, self.edited(*edits)).differences)


@pytest.fixture
def verify_after(demonstration: demo.DemoResult, tmp_path: Path) -> ReportEditor:
    return ReportEditor(demonstration, tmp_path)


def fields_of(differences: list[Difference]) -> list[tuple[str, str, str, str, str, str]]:
    return [
        (
            difference.kind,
            difference.section,
            difference.outcome,
            difference.column,
            difference.found,
            difference.wanted,
        )
        for difference in differences
    ]


def task_tables(document: Any) -> list[Any]:
    return [table for table in document.tables if table.cell(0, 0).text == "Tasks"]


def outcome_tables(document: Any) -> list[Any]:
    return [table for table in document.tables if table.cell(0, 1).text == "Summary"]


def count_table(document: Any) -> Any:
    return next(table for table in document.tables if table.cell(0, 0).text == "Sub-group")


def attention_table(document: Any) -> Any:
    """Return the table of the tasks that need action, which is before the sub-groups' sections."""
    return next(
        table
        for table in document.tables
        if [cell.text for cell in table.rows[0].cells][:3] == ["Sub-group", "Outcome", "Tasks"]
    )


TableFinder = Callable[[Any], Any]


def task_table(number: int) -> TableFinder:
    return lambda document: task_tables(document)[number]


def outcome_table(number: int) -> TableFinder:
    return lambda document: outcome_tables(document)[number]


def set_cell(find: TableFinder, row: int, column: int, text: str) -> Edit:
    def edit(document: Any) -> None:
        find(document).cell(row, column).text = text

    return edit


def set_task(number: int, row: int, column: int, text: str) -> Edit:
    return set_cell(task_table(number), row, column, text)


def set_block(number: int, row: int, column: int, text: str) -> Edit:
    return set_cell(outcome_table(number), row, column, text)


def drop_row(find: TableFinder, row: int) -> Edit:
    def edit(document: Any) -> None:
        row_element = find(document).rows[row]._tr
        row_element.getparent().remove(row_element)

    return edit


def repeat_row(find: TableFinder, row: int) -> Edit:
    def edit(document: Any) -> None:
        row_element = find(document).rows[row]._tr
        row_element.addnext(copy.deepcopy(row_element))

    return edit


def move_row(find: TableFinder, row: int, find_target: TableFinder, row_above: int) -> Edit:
    """Move a row below a row of the same or another table."""
    return lambda document: find_target(document).rows[row_above]._tr.addnext(find(document).rows[row]._tr)


def reword(style: str, old: str, new: str) -> Edit:
    def edit(document: Any) -> None:
        paragraph = next(
            candidate for candidate in document.paragraphs if candidate.style.name == style and old in candidate.text
        )
        paragraph.text = paragraph.text.replace(old, new)

    return edit


def drop_from(start: str, end: str) -> Edit:
    """Remove everything from the heading that begins with one text up to the text that begins with another."""

    def edit(document: Any) -> None:
        body = document.element.body
        texts = ["".join(text.text or "" for text in element.iter("{*}t")) for element in body]
        styles = ["".join(element.xpath("w:pPr/w:pStyle/@w:val")) for element in body]
        heading_indexes = [index for index, style in enumerate(styles) if style.startswith("Heading")]
        first = next(index for index in heading_indexes if texts[index].startswith(start))
        last = next(index for index in range(first + 1, len(texts)) if texts[index].startswith(end))
        for element in list(body)[first:last]:
            body.remove(element)

    return edit


class TestUneditedReport:
    @pytest.mark.slow
    def test_a_report_as_written_has_no_differences(self, demonstration: demo.DemoResult) -> None:
        verification = verify_report(demonstration.project, demonstration.report)
        assert verification.differences == ()
        assert verification.is_correct
        assert (verification.period, verification.sections, verification.outcomes, verification.tasks) == (
            DATE,
            3,
            6,
            20,
        )
        assert verification.notes == ()

    @pytest.mark.slow
    @pytest.mark.parametrize("suffix", ["docx", "odt", "doc"])
    def test_a_report_saved_by_libreoffice_has_no_differences(
        self, demonstration: demo.DemoResult, tmp_path: Path, suffix: str
    ) -> None:
        (tmp_path / "back").mkdir()
        converted_report = office.convert(demonstration.report, suffix, tmp_path)
        resaved_report = (
            converted_report if suffix == "docx" else office.convert(converted_report, "docx", tmp_path / "back")
        )
        assert verify_report(demonstration.project, resaved_report).differences == ()

    def test_without_a_ledger_it_is_compared_with_itself_and_a_note_explains_this(
        self, demonstration: demo.DemoResult, empty_project: Project
    ) -> None:
        verification = verify_report(empty_project, demonstration.report)
        assert verification.differences == ()
        assert verification.period is None
        assert any("itself only" in note for note in verification.notes)
        assert not list(empty_project.folder.iterdir()), "looking at a report must not make a ledger"

    def test_changes_of_spacing_and_notation_are_not_differences(self, verify_after: ReportEditor) -> None:
        def spaced(document: Any) -> None:
            cell = task_tables(document)[0].cell(1, 2)
            cell.text = f"  {cell.text.replace(' ', '  ')} "
            cell.add_paragraph("")

        assert verify_after(set_task(0, 1, 3, "Amber – needs attention"), spaced, set_block(0, 1, 2, "1 (25%)")) == []

    def test_an_additional_column_is_not_a_difference(self, verify_after: ReportEditor) -> None:
        def travel(document: Any) -> None:
            for task_table in task_tables(document):
                for row in task_table.rows:
                    status = row._tr.tc_lst[3]
                    status.addnext(copy.deepcopy(status))
                    words = "Direction" if row.cells[0].text == "Tasks" else "▲ improved"
                    row.cells[4].text = words

        assert verify_after(travel) == []


def remove_bullet(document: Any) -> None:
    line = task_tables(document)[0].cell(3, 1).paragraphs[0]
    line.text = "Joint approach by the police and local people agreed and tried out in pilots"
    line._p.pPr.remove(line._p.pPr.numPr)
    line.style = document.styles["Table Text"]


def drop_column(document: Any) -> None:
    for row in task_tables(document)[1].rows:
        row._tr.remove(row._tr.tc_lst[2])


def drop_attention_table(document: Any) -> None:
    table = attention_table(document)._tbl
    table.getparent().remove(table)


def state_that_nothing_came(document: Any) -> None:
    heading = next(p for p in document.paragraphs if (p.text, p.style.name) == (STRONGER, "Heading 1"))
    words = document.add_paragraph("No update received from this sub-group.", style="Remark")
    heading._p.addnext(words._p)


def last_table(document: Any) -> Any:
    return document.tables[-1]


def line_of(difference: Difference) -> str:
    """Return the fields of a difference in a line, to be matched with a pattern in which * stands for any text."""
    fields = (difference.kind, difference.section, difference.outcome, difference.row, difference.column)
    return " | ".join((*fields, difference.found, difference.wanted))


#: Edits that give exactly one difference, each with the pattern of that.
ONE_DIFFERENCE: dict[str, tuple[str, *tuple[Edit, ...]]] = {
    "a status": (
        f"cell | {STRONGER} | 2.1 | row 1 “a) Agree with all partners* | Status | GREEN | AMBER",
        set_task(0, 1, 3, "GREEN"),
    ),
    "an unknown status": (f"cell | {STRONGER} | 2.1 | * | Status | Ambr | AMBER", set_task(0, 1, 3, "Ambr")),
    "a status where none was reported": (
        f"cell | {HEALTHY} | 4.1 | * | Status | AMBER | Not reported (returned as “Ambr”)",
        set_task(3, 2, 3, "AMBER"),
    ),
    "a total": (f"ledger-summary | {STRONGER} | 2.2 | * | Total | 7 | 6", set_block(1, 4, 2, "7")),
    "a count": (f"ledger-summary | {STRONGER} | 2.1 | * | {AMBER} | 3 | 2", set_block(0, 2, 2, "3")),
    **{
        f"a count “{text}”": (f"ledger-summary | {STRONGER} | 2.1 | * | {AMBER} | {text} | 2", set_block(0, 2, 2, text))
        for text in ("", "two", "2.5")
    },
    **{
        f"a figure of the first page: {name}": (
            f"ledger-first-page | {FIRST_PAGE} |  | {name} | Green – on track | 9 (90%) | *",
            set_cell(count_table, row, 1, "9 (90%)"),
        )
        for row, name in ((1, STRONGER), (4, "All sub-groups"))
    },
    "a percentage of the first page": (
        "ledger-first-page | * | All sub-groups | * | 8 (45%) | 8 (40%)",
        set_cell(count_table, 4, 1, "8 (45%)"),
    ),
    "a removed row of the first page": (
        f"first-page-lacks |  |  | {FIRST_PAGE} |  |  | {HEALTHY}",
        drop_row(count_table, 2),
    ),
    **{
        f"a cell: {heading}": (
            f"cell | {STRONGER} | 2.2 | row 2 “b) Draw up a protocol* | {heading} | Something else. | *",
            set_task(1, 2, column, "Something else."),
        )
        for column, heading in ((1, "Target"), (2, "Position"), (4, "Planned improvement/action needed and deadline"))
    },
    "a removed bullet": (f"cell | {STRONGER} | * | Target | Joint* | [*] Joint*", remove_bullet),
    "the wording of a task": (
        f"wording | {STRONGER} | 2.1 | * | Tasks | *some partners* | *all partners*",
        set_task(0, 1, 0, "a) Agree with some partners what we mean by cohesion and integration"),
    ),
    "a reworded task, identified by its other cells": ("wording | * | Zzz | *", set_task(0, 1, 0, "Zzz")),
    "a heading of a task table": ("heading | * | 2.1 | * | Tasks | Jobs | *", set_task(0, 0, 0, "Jobs")),
    "a deleted row": (
        f"row-missing | {STRONGER} | 2.2 | row 3 |  |  | c) Plan for neighbourhoods together*",
        drop_row(task_table(1), 3),
    ),
    "an added row": (
        "row-added | * | 3.1 | row 2 |  | z) New | ",
        repeat_row(task_table(2), 1),
        *(set_task(2, 2, column, text) for column, text in enumerate(("z) New", "None", "", "RED", ""))),
    ),
    "a repeated row": ("row-added | * | 2.1 | *", repeat_row(task_table(0), 2)),
    "a moved row": (
        "row-moved | * | row * “a) Exchange what partners* | row 6 | row 1",
        move_row(task_table(1), 1, task_table(1), 6),
    ),
    "a row moved to another action": (
        "row-moved | * | 4.1 | * | *4.1.2* | *4.1.1*",
        move_row(task_table(3), 2, task_table(4), 0),
    ),
    "a row moved to another sub-group": (
        f"row-moved | {CHILDREN} | 5.1 | * | * | *{STRONGER}*",
        move_row(task_table(0), 2, task_table(5), 0),
    ),
    **{
        f"a header line: {line or 'none'}": (f"header | * | 2.2 | * | {found} | {wanted}", set_block(1, row, 0, line))
        for row, line, found, wanted in (
            (1, "Date: 5th September 2008", "5th September 2008", "4th September 2008"),
            (2, "Thematic Sub-group: Weaker Communities", "Weaker Communities", STRONGER),
            (3, "Contact: Somebody else", "Somebody else", "Di Robinson"),
            (3, "", "", "Di Robinson"),
        )
    },
    **{
        f"a heading: {new}": (
            f"heading | {section} | {outcome} | * | *{new}* | *{old}*",
            reword(style, old, new),
        )
        for style, old, new, section, outcome in (
            ("Heading 1", "Healthy City", "Healthier City", "Healthier City Partnership", ""),
            ("Heading 2", "2.2: Residents", "2.2: Some residents", STRONGER, "2.2"),
            ("Heading 2", "Outcome: 2.2: Residents", "Objective 2.2 Residents", STRONGER, "*"),
            ("Heading 3", "Make listening", "Making listening", STRONGER, "2.2"),
            ("Heading 3", "Action: Make", "Aktion Make", STRONGER, "2.2"),
        )
    },
    "the title": ("title | * | title | *", reword("Title", "Thematic", "Them")),
    "the partnership": ("title | * | partnership | *", reword("Subtitle", "Gloucester", "Bristol")),
    "a removed column, for the table": (f"column-missing | {STRONGER} | 2.2 | * |  |  | Position", drop_column),
    "a removed action": (
        f"action-missing | {HEALTHY} | 4.1 | * | *4.1.2*",
        drop_from("Ref: 4.1.2", "Children and"),
    ),
    "a removed outcome": (f"outcome-missing | {STRONGER} | 2.2 | *", drop_from("Outcome: 2.2", "Outcome: 3.1")),
    "a removed sub-group": (f"section-missing | {HEALTHY} | * | {HEALTHY}", drop_from(HEALTHY, CHILDREN)),
    "a cell of the attention table": (
        f"cell | {ATTENTION} |  | row 2 “* | Position | All is well. | *",
        set_cell(attention_table, 2, 3, "All is well."),
    ),
    "a removed row of the attention table": (f"line-missing | {ATTENTION} | *", drop_row(attention_table, 2)),
    "a removed attention table": (f"table-missing | {ATTENTION} | *", drop_attention_table),
    "a false statement on a sub-group": (
        f"remark | {STRONGER} | * | No update received from this sub-group. | *",
        state_that_nothing_came,
    ),
    "the hash of a return": (
        "cell | Where this report comes from | * | 0123456789ab | *",
        set_cell(last_table, 1, 3, "0123456789ab"),
    ),
}


class TestOneEdit:
    """Each edit gives exactly one difference."""

    @pytest.mark.slow
    @pytest.mark.parametrize("name", ONE_DIFFERENCE)
    def test_is_one_difference(self, verify_after: ReportEditor, name: str) -> None:
        pattern, *edits = ONE_DIFFERENCE[name]
        (difference,) = verify_after(*edits)
        assert fnmatchcase(line_of(difference), pattern)
        location = (difference.section, difference.outcome and f"outcome {difference.outcome}", difference.row)
        assert difference.location.startswith(", ".join(filter(None, location)))

    def test_a_cell_that_was_emptied_or_filled(self, verify_after: ReportEditor) -> None:
        emptied, filled = verify_after(set_task(1, 2, 2, ""), set_task(1, 1, 4, "New"))[::-1]
        assert (emptied.found, filled.wanted) == ("", "")
        assert emptied.message.startswith("the document has nothing; the ledger has “")
        assert filled.message == "the document has “New”; the ledger has nothing."

    @pytest.mark.parametrize("style", ["Lead", "List Bullet"])
    def test_a_line_of_the_first_page(self, verify_after: ReportEditor, style: str) -> None:
        def edit(document: Any) -> None:
            line = next(element for element in document.paragraphs if element.style.name == style)
            text = next(
                element for element in line._p.iter("{*}t") if any(character.isdigit() for character in element.text)
            )
            text.text = "".join("9" if character.isdigit() else character for character in text.text)

        (difference,) = verify_after(edit)
        assert difference.kind == "line"
        assert "9" in difference.found
        assert difference.found != difference.wanted

    def test_a_tracked_change_counts_as_accepted(self, verify_after: ReportEditor) -> None:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        def edit(document: Any) -> None:
            cell = task_tables(document)[1].cell(2, 2)
            mark = 'w:id="9" w:author="A" w:date="2008-09-04T00:00:00Z"'
            words = f'<w:ins {nsdecls("w")} {mark}><w:r><w:t xml:space="preserve"> Truly.</w:t></w:r></w:ins>'
            cell.paragraphs[0]._p.append(parse_xml(words))

        (difference,) = verify_after(edit)
        assert difference.found == f"{difference.wanted} Truly."


def test_several_edits_are_all_reported_in_document_order(verify_after: ReportEditor) -> None:
    differences = verify_after(
        set_task(6, 1, 3, "RED"),
        drop_row(task_table(1), 3),
        set_task(0, 1, 3, "GREEN"),
        set_block(2, 3, 2, "4"),
        set_task(3, 1, 2, "x"),
    )
    assert [(difference.kind, difference.outcome) for difference in differences] == [
        ("cell", "2.1"),
        ("row-missing", "2.2"),
        ("ledger-summary", "3.1"),
        ("cell", "4.1"),
        ("cell", "5.2"),
    ]


def test_text_added_under_a_table_is_an_addition_and_not_a_difference(
    demonstration: demo.DemoResult, verify_after: ReportEditor
) -> None:
    def edit(document: Any) -> None:
        after_table = task_tables(document)[0]._tbl
        words = copy.deepcopy(document.paragraphs[1]._p)
        after_table.addnext(words)
        words.r_lst[0].text = "Well done, all."

    verification = verify_report(demonstration.project, verify_after.edited(edit))
    assert verification.is_correct
    (addition,) = verification.additions
    assert (addition.section, addition.outcome, addition.found) == (STRONGER, "2.1", "Well done, all.")


def test_removing_the_contacts_does_not_make_a_report_public(
    demonstration: demo.DemoResult, verify_after: ReportEditor
) -> None:
    verification = verify_report(
        demonstration.project, verify_after.edited(*(set_block(n, 3, 0, "") for n in range(6)))
    )
    (file,) = verification.differences
    assert (file.kind, file.section, file.found) == ("column-added", "Where this report comes from", "File")
    assert any("no contacts" in note for note in verification.notes)


@pytest.mark.slow
def test_a_combined_report_with_the_title_of_the_end_of_year_one_is_verified(tmp_path: Path) -> None:
    plan = projects.plan(title="End of Year Performance Report")
    periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN"}}, plan=plan)
    project = Project(tmp_path)
    assert verify_report(project, write_report(project).path).differences == ()
    with pytest.raises(ReportError, match="end-of-year report"):
        verify_report(project, write_report(project, end_of_year=True).path)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_heading_that_lost_its_bookmark_is_still_one(verify_after: ReportEditor, number: int) -> None:
    def edit(document: Any) -> None:
        for style in ("Heading 1", "Heading 2"):
            bookmarked = [
                line._p for line in document.paragraphs if line.style.name == style and line._p.xpath("w:bookmarkStart")
            ]
            for mark in bookmarked[number].xpath("w:bookmarkStart | w:bookmarkEnd"):
                mark.getparent().remove(mark)

    assert verify_after(edit) == []


# -------------------------------------------------------------------------------------------- edits in any position


def revised_report(tmp_path_factory: pytest.TempPathFactory) -> ProjectReport:
    """Create a report with three periods before it that was sent out and has changed since."""
    folder = tmp_path_factory.mktemp("revised") / "project"
    parks = projects.group(
        "Parks", projects.outcome("2.1", projects.action(*(projects.task(label) for label in "abcd")))
    )
    plan = projects.plan(
        parks, projects.group("Health", projects.outcome("3.1")), projects.group("Roads", projects.outcome("4.1"))
    )
    statuses = {f"2.1{label}": "AMBER" for label in "abcd"}
    periods.hold_period(folder, "2008-03-04", {"Parks": statuses, "Health": {"3.1a": "GREEN"}}, plan=plan)
    periods.hold_period(folder, "2008-06-04", {"Parks": dict.fromkeys(statuses, "RED"), "Health": {"3.1a": "RED"}})
    periods.hold_period(folder, "2008-09-04", {"Parks": dict.fromkeys(statuses, "GREEN")})
    periods.hold_period(folder, "2008-12-04", {"Parks": statuses, "Health": {"3.1a": "GREEN"}}, due="2008-12-04")
    write_report(Project(folder), final=True)
    periods.add_returns(folder, "2008-12-04", {"Parks": dict.fromkeys(statuses, "RED")}, "later {group}.xlsx")
    return Project(folder), write_report(Project(folder)).path


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, demonstration: demo.DemoResult) -> dict[str, ProjectReport]:
    """A report of each kind, with its project."""
    public = tmp_path_factory.mktemp("public") / "public.docx"
    return {
        "full": (demonstration.project, demonstration.report),
        "public": (demonstration.project, write_report(demonstration.project, public, public=True).path),
        "revised": revised_report(tmp_path_factory),
    }


def texts_by_position(document: Any) -> dict[tuple[str, ...], list[Any]]:
    """Return the pieces of visible text by position: the headings of their table, or the style of their paragraph."""
    texts: dict[tuple[str, ...], list[Any]] = {}
    for text in document.element.body.iter("{*}t"):
        if not (text.text or "").strip():
            continue
        cells = text.xpath("ancestor::w:tc[1]")
        if cells:
            (heading_row,) = cells[0].xpath("ancestor::w:tbl[1]/w:tr[1]")
            column = cells[0].getparent().tc_lst.index(cells[0])
            is_head = "heading" if cells[0].getparent() is heading_row else "cell"
            position = (
                is_head,
                "".join(heading_row.tc_lst[0].itertext()),
                "".join(heading_row.tc_lst[column].itertext()),
            )
        else:
            position = ("line", "".join(text.xpath("ancestor::w:p[1]/w:pPr/w:pStyle/@w:val")))
        texts.setdefault(position, []).append(text)
    return texts


def change_letters(text: str) -> str:
    return "".join(
        chr(ord(character) ^ 1 if character not in "zZ" else ord(character) - 1) if character.isalpha() else character
        for character in text
    )


def change_digits(text: str) -> str:
    return "".join(str((int(character) + 1) % 10) if character.isdecimal() else character for character in text)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["full", "public", "revised"])
def test_an_unedited_report_of_any_kind_has_no_differences(
    reports: dict[str, ProjectReport], tmp_path: Path, kind: str
) -> None:
    project, path = reports[kind]
    assert verify_report(project, path).differences == ()
    assert verify_report(project, office.convert(path, "docx", tmp_path)).differences == ()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["full", "revised"])
@pytest.mark.parametrize(
    "change", [change_letters, change_digits, lambda text: ""], ids=["letters", "digits", "removed"]
)
def test_an_edit_in_any_position_is_found(
    reports: dict[str, ProjectReport], tmp_path: Path, kind: str, change: Callable[[str], str]
) -> None:
    project, path = reports[kind]
    document = docx.Document(str(path))
    missed = []
    for position, texts in texts_by_position(document).items():
        # The last one of each position, because the first ones are where edits are most likely to be found.
        text = next((candidate for candidate in reversed(texts) if change(candidate.text) != candidate.text), None)
        if text is None:
            continue
        original_text, text.text = text.text, change(text.text)
        document.save(str(tmp_path / "edited.docx"))
        differences = verify_report(project, tmp_path / "edited.docx").differences
        if not differences or not all(difference.location for difference in differences):
            missed.append((position, original_text, differences))
        text.text = original_text
    assert missed == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["full", "revised"])
def test_a_row_removed_from_any_table_is_found(reports: dict[str, ProjectReport], tmp_path: Path, kind: str) -> None:
    project, path = reports[kind]
    count = len(docx.Document(str(path)).tables)
    assert count
    for number in range(count):
        document = docx.Document(str(path))
        row = document.tables[number].rows[-1]._tr
        row.getparent().remove(row)
        document.save(str(tmp_path / "edited.docx"))
        assert verify_report(project, tmp_path / "edited.docx").differences, f"table {number}"


def replace_first(document: Any, old: str, new: str) -> None:
    """Replace the first occurrence of some words."""
    text_element = next(element for element in document.element.body.iter("{*}t") if old in (element.text or ""))
    text_element.text = text_element.text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ("Made with", "Written with", "Where this report comes from"),
        ("Where this report comes from", "Where it comes from", "In this report"),
        ("What each status means:", "What the colours mean:", "What to look at"),
    ],
)
def test_an_edit_outside_the_sections_is_one_difference(
    verify_after: ReportEditor, old: str, new: str, section: str
) -> None:
    (difference,) = verify_after(lambda document: replace_first(document, old, new))
    assert (difference.kind, difference.section) == ("line", section)
    assert new in difference.found
    assert old in difference.wanted


def add_paragraphs(style: str, *texts: str) -> Edit:
    """Add paragraphs above the first one of a style."""

    def edit(document: Any) -> None:
        paragraph = next(paragraph for paragraph in document.paragraphs if paragraph.style.name == style)
        for text in texts:
            paragraph.insert_paragraph_before(text)

    return edit


#: Lines that read like those of the report.
LIKE_THE_REPORT = (
    "Contact: me",
    "Date: 5th May 2001",
    "Outcome: 2.1: A strong sense of belonging",
    "2.2: Residents",
    "Thematic Sub-group: Parks",
    "Ref: 1  Action: Plant",
    "Summary",
    "Total",
    "Green – on track: 3",
    "No update received from this sub-group.",
    "Tasks",
    "None of this is so.",
)


@pytest.mark.slow
@pytest.mark.parametrize("style", ["Title", "Lead", "Key", "Contents 1", "Heading 1", "Heading 2", "Heading 3"])
def test_paragraphs_added_anywhere_are_additions_whatever_they_say(
    demonstration: demo.DemoResult, verify_after: ReportEditor, style: str
) -> None:
    path = verify_after.edited(add_paragraphs(style, *LIKE_THE_REPORT))
    verification = verify_report(demonstration.project, path)
    assert verification.differences == ()
    assert [addition.found for addition in verification.additions] == list(LIKE_THE_REPORT)
    assert projects.run_ragsheets("-C", demonstration.project.folder, "verify", path).exit_code == 0
    assert read_plan_file(path).plan == read_plan_file(demonstration.report).plan


@pytest.mark.parametrize("heading", ["Heading 1", "Heading 2", "Heading 3"])
@pytest.mark.parametrize("above", ["Heading 1", "Heading 2", "Heading 3"])
def test_headings_added_anywhere_are_additions(
    demonstration: demo.DemoResult, verify_after: ReportEditor, heading: str, above: str
) -> None:
    def edit(document: Any) -> None:
        for line in [line for line in document.paragraphs if line.style.name == above]:
            line.insert_paragraph_before("Our own words", heading)
            line.insert_paragraph_before("Contact: me")

    path = verify_after.edited(edit)
    verification = verify_report(demonstration.project, path)
    assert verification.differences == ()
    assert {addition.found for addition in verification.additions} == {"Our own words", "Contact: me"}
    assert read_plan_file(path).plan == read_plan_file(demonstration.report).plan


@pytest.mark.slow
def test_a_table_of_the_coordinator_s_own_is_an_addition(
    demonstration: demo.DemoResult, verify_after: ReportEditor
) -> None:
    def edit(document: Any) -> None:
        for above in (count_table(document), attention_table(document), outcome_tables(document)[1]):
            own_table = document.add_table(rows=2, cols=3)
            for cell in [cell for row in own_table.rows for cell in row.cells]:
                cell.text = "Summary"
            above._tbl.addprevious(own_table._tbl)
            above._tbl.addprevious(copy.deepcopy(document.paragraphs[2]._p))

    path = verify_after.edited(edit)
    verification = verify_report(demonstration.project, path)
    assert verification.differences == ()
    assert len([addition for addition in verification.additions if "Summary" in addition.found]) >= 3
    assert read_plan_file(path).plan == read_plan_file(demonstration.report).plan


def test_a_column_added_to_a_task_table_is_an_addition(
    demonstration: demo.DemoResult, verify_after: ReportEditor
) -> None:
    def edit(document: Any) -> None:
        for row in task_tables(document)[0].rows:
            row._tr.append(copy.deepcopy(row._tr.tc_lst[4]))
        task_tables(document)[0].cell(0, 5).text = "Our view"

    verification = verify_report(demonstration.project, verify_after.edited(edit))
    assert verification.differences == ()
    (addition,) = verification.additions
    assert addition.found.startswith("Our view; ")


def add_column(find: TableFinder, position: int, heading: str, text: str) -> Edit:
    """Return an edit that puts a column with the same text in every row before the cells at a position."""

    def edit(document: Any) -> None:
        for number, row in enumerate(find(document).rows):
            new_cell = copy.deepcopy(row._tr.tc_lst[-1])
            row._tr.insert(row._tr.index(row._tr.tc_lst[0]) + position, new_cell)
            _Cell(new_cell, row).text = text if number else heading

    return edit


@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        (add_column(outcome_table(0), 3, "Our view", "Addedword"), "text-added"),
        (add_column(task_table(0), 0, "No", "Addedword"), "further-column"),
        (add_column(task_table(0), 0, "", "Addedword"), "text-added"),
        (add_column(task_table(0), 4, "Direction of travel", "Addedword"), "further-column"),
        (lambda document: add_cell(count_table(document), 1, "Addedword"), "text-added"),
        (lambda document: add_cell(attention_table(document), 1, "Addedword"), "text-added"),
    ],
    ids=["details", "labels", "labels without a heading", "direction of travel", "counts", "tasks in red"],
)
def test_words_added_in_a_column_that_the_report_may_have_are_listed(
    demonstration: demo.DemoResult, verify_after: ReportEditor, edit: Edit, kind: str
) -> None:
    verification = verify_report(demonstration.project, verify_after.edited(edit))
    assert verification.differences == ()
    assert {addition.kind for addition in verification.additions if "Addedword" in addition.found} == {kind}


def add_cell(word_table: Any, row: int, text: str) -> None:
    word_row = word_table.rows[row]
    new_cell = copy.deepcopy(word_row._tr.tc_lst[-1])
    word_row._tr.append(new_cell)
    _Cell(new_cell, word_row).text = text


def test_a_cell_that_the_second_part_of_a_divided_table_lacks_is_a_difference(verify_after: ReportEditor) -> None:
    def edit(document: Any) -> None:
        first = task_tables(document)[0]
        second = copy.deepcopy(first._tbl)
        first._tbl.addnext(second)
        first._tbl.addnext(copy.deepcopy(document.paragraphs[2]._p))
        for row in first._tbl.tr_lst[2:]:
            first._tbl.remove(row)
        second.remove(second.tr_lst[1])
        for row in second.tr_lst:
            row.remove(row.tc_lst[3])

    differences = verify_after(edit)
    assert {(difference.kind, difference.column, difference.found) for difference in differences} == {
        ("cell", "Status", "")
    }
    assert len(differences) == 3


@pytest.mark.slow
def test_what_the_coordinator_added_is_listed_by_the_command(
    demonstration: demo.DemoResult, verify_after: ReportEditor
) -> None:
    path = verify_after.edited(add_paragraphs("Lead", "Contact: me"))
    result = projects.run_ragsheets("-C", demonstration.project.folder, "verify", path)
    assert "“Contact: me” was added to the document." in result.output
    assert "Nothing differs." in result.output
    as_json = json.loads(projects.run_ragsheets("-C", demonstration.project.folder, "--json", "verify", path).stdout)
    assert (as_json["differences"], [addition["found"] for addition in as_json["additions"]]) == ([], ["Contact: me"])


def test_an_empty_table_before_the_sections_is_ignored(verify_after: ReportEditor) -> None:
    def edit(document: Any) -> None:
        table = copy.deepcopy(count_table(document)._tbl)
        for row in table.tr_lst:
            table.remove(row)
        count_table(document)._tbl.addprevious(table)

    assert verify_after(edit) == []


@pytest.mark.parametrize(
    ("words", "text", "values"),
    [
        ("Made with {version}.", "Made with 1.2.0.", {"version": "1.2.0"}),
        ("Made with {version}.", "Made with care.", None),
        ("{a} and {a} (so)", "x and x (so)", {"a": "x"}),
        ("{a} and {a} (so)", "x and y (so)", None),
        ("No braces", "No braces", {}),
    ],
)
def test_placeholder_values_are_read_from_a_text(words: str, text: str, values: dict[str, str] | None) -> None:
    assert placeholder_values(words, text) == values


def test_another_version_of_ragsheets_is_a_note_and_not_a_difference(
    demonstration: demo.DemoResult, verify_after: ReportEditor
) -> None:
    edit = verify_after.edited(
        lambda document: replace_first(document, f"ragsheets {ragsheets.__version__}", "ragsheets 0.0.9")
    )
    verification = verify_report(demonstration.project, edit)
    assert verification.differences == ()
    assert any("ragsheets 0.0.9" in note for note in verification.notes)


def test_a_figure_of_the_chart(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    edited = tmp_path / "edited.docx"
    with zipfile.ZipFile(demonstration.report) as source, zipfile.ZipFile(edited, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/charts/chart1.xml":
                preceding, sign, rest = part.rpartition(b"</c:v>")
                head, opening, _ = preceding.rpartition(b"<c:v>")
                part = b"".join((head, opening, b"77", sign, rest))
            target.writestr(name, part)
    (difference,) = verify_report(demonstration.project, edited).differences
    assert (difference.kind, difference.found) == ("cell", "77")
    assert difference.column.startswith("All sub-groups")


# -------------------------------------------------------------------------------------------- sent-out reports


@pytest.mark.slow
def test_a_sent_out_report_is_distinguished_from_one_saved_since(
    demonstration: demo.DemoResult, tmp_path: Path
) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(demonstration.project.folder, project.folder)
    path = write_report(project).path
    assert verify_report(project, path).notes == ()
    write_report(project, path, final=True)
    (note,) = verify_report(project, path).notes
    assert note.startswith("This is the report that was sent out on ")
    docx.Document(str(path)).save(str(path))
    verification = verify_report(project, path)
    assert verification.differences == ()
    assert [note[:43] for note in verification.notes] == ["This is not the report that was sent out on"]


@pytest.mark.slow
def test_a_revision_that_was_sent_out_is_named_by_its_number(reports: dict[str, ProjectReport], tmp_path: Path) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(reports["revised"][0].folder, project.folder)
    first_report = project.folder / "2008-12-04" / "Performance report.docx"
    sent_report = write_report(project, final=True).path
    (note,) = verify_report(project, sent_report).notes
    assert note.startswith("This is revision 1 of the report that was sent out on ")
    verification = verify_report(project, first_report)
    assert verification.notes[0].startswith("This is the report that was sent out on ")
    assert {"cell", "line-missing"} <= {difference.kind for difference in verification.differences}


# -------------------------------------------------------------------------------------------------- which period


@pytest.mark.slow
def test_a_report_is_compared_with_its_own_period(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(demonstration.project.folder, project.folder)
    generate(project, datetime.date(2008, 12, 4))
    assert verify_report(project, demonstration.report).period == DATE
    other_period = verify_report(project, demonstration.report, date=datetime.date(2008, 12, 4))
    assert other_period.period == datetime.date(2008, 12, 4)
    assert {difference.kind for difference in other_period.differences} >= {
        "header",
        "cell",
        "ledger-summary",
        "remark",
    }


@pytest.mark.slow
def test_the_direction_of_travel_is_compared_too(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(demonstration.project.folder, project.folder)
    generate(project, datetime.date(2008, 12, 4))
    path = write_report(project).path
    assert verify_report(project, path).differences == ()
    document = docx.Document(str(path))
    cell = task_tables(document)[0].cell(1, 4)
    assert "Not\u00a0known" in cell.text
    cell.text = "▲ Improved"
    document.save(str(path))
    (difference,) = verify_report(project, path).differences
    assert (difference.kind, difference.column, difference.found) == ("cell", "Direction of travel", "▲ Improved")


@pytest.mark.slow
def test_a_public_report_has_no_differences(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    path = write_report(demonstration.project, tmp_path / "public.docx", public=True).path
    verification = verify_report(demonstration.project, path)
    assert verification.differences == ()
    assert any("no contacts" in note for note in verification.notes)


def test_a_report_of_an_unknown_period_is_compared_only_with_itself(
    demonstration: demo.DemoResult, verify_after: ReportEditor
) -> None:
    later = [set_block(number, 1, 0, "Date: 4th December 2008") for number in range(6)]
    verification = verify_report(demonstration.project, verify_after.edited(*later))
    assert (verification.period, verification.differences) == (None, ())
    assert any("no period of 4th December 2008" in note for note in verification.notes)


def test_a_named_period_must_exist(demonstration: demo.DemoResult, empty_project: Project) -> None:
    with pytest.raises(LedgerError):
        verify_report(demonstration.project, demonstration.report, date=datetime.date(2001, 1, 1))


# ------------------------------------------------------------------------------------------------- without a ledger


def verify_alone(empty_project: Project, content: bytes) -> Verification:
    return verify_report(empty_project, save_report(empty_project.folder, content))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_correct_handmade_report_has_no_differences(shape: str, empty_project: Project) -> None:
    assert verify_alone(empty_project, handmade_report(shape)).differences == ()


@pytest.mark.parametrize("shape", SHAPES)
def test_wrong_totals_of_a_handmade_report_are_found(shape: str, empty_project: Project) -> None:
    wrong = Block(BLOCKS[1].line, ("0", "1", "2", "4"), BLOCKS[1].actions)
    verification = verify_alone(empty_project, handmade_report(shape, (BLOCKS[0], wrong)))
    assert fields_of(list(verification.differences)) == [
        ("summary", verification.differences[0].section, "2.2", "Amber – needs attention", "1", "0"),
        ("summary", verification.differences[0].section, "2.2", "Total", "4", "2"),
    ]


def test_an_unknown_status_is_reported_with_its_row(empty_project: Project) -> None:
    verification = verify_alone(empty_project, document_from_xml(task_report((*ROW[:3], "Purple", ""))))
    (difference,) = verification.differences
    assert (difference.kind, difference.outcome, difference.found) == ("no-status", "1.1", "Purple")
    assert difference.row == "row 1 “a) Plant trees”"


def test_a_total_by_hand_may_leave_out_tasks_without_a_status(empty_project: Project) -> None:
    summary = table(("Green – on track", "1"), ("Total", "1"))
    body = (
        paragraph("Outcome: 1.1: T")
        + paragraph("Contact: Jo")
        + summary
        + table(("Tasks", "Target", "Status"), ("a", "b", "GREEN"), ("c", "d", ""))
    )
    assert verify_alone(empty_project, document_from_xml(body)).differences == ()


def test_edits_to_a_ragsheets_report_are_found_by_its_own_figures(
    verify_after: ReportEditor, empty_project: Project
) -> None:
    verification = verify_report(empty_project, verify_after.edited(set_task(0, 1, 3, "RED")))
    assert fields_of(list(verification.differences)) == [
        ("summary", STRONGER, "2.1", "Amber – needs attention", "2", "1"),
        ("summary", STRONGER, "2.1", "Red – needs action", "1", "2"),
    ]


def test_a_figure_of_the_first_page_alone_is_found_by_the_tasks(
    verify_after: ReportEditor, empty_project: Project
) -> None:
    def edit(document: Any) -> None:
        count_table(document).cell(2, 5).text = "40"
        count_table(document).cell(4, 1).text = "7 (1%)"
        count_table(document).cell(3, 0).text = "Somebody else"

    verification = verify_report(empty_project, verify_after.edited(edit))
    assert [
        (difference.kind, difference.row, difference.column, difference.found, difference.wanted)
        for difference in verification.differences
    ] == [
        ("first-page", HEALTHY, "Total", "40", "4"),
        ("first-page-stranger", FIRST_PAGE, "", "Somebody else", ""),
        ("first-page", "All sub-groups", "Green – on track", "7 (1%)", "8"),
        ("first-page-lacks", FIRST_PAGE, "", "", CHILDREN),
    ]


def first_page_of(*rows: tuple[str, str, str]) -> str:
    return task_report(ROW, before=table(("Sub-group", "Green – on track", "Total"), *rows))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (first_page_of(("Parks", "one", "1"), ("All", "1", "1")), ("first-page", "Parks", "one", "1")),
        (first_page_of(("Parks", "1", "1"), ("", "1", "7")), ("first-page", "All sub-groups", "7", "1")),
        (first_page_of(("Parks", "1 (40%)", "1"), ("All", "1", "1")), ("first-page", "Parks", "1 (40%)", "1 (100%)")),
        (
            paragraph("Outcome: 1.1: T")
            + table(("Green – on track", "1 (40%)"))
            + table(("Tasks", "Target", "Status"), ("a", "b", "GREEN")),
            ("summary", "Summary", "1 (40%)", "1 (100%)"),
        ),
    ],
    ids=["no number", "a total row without a name", "a percentage", "a percentage of a summary"],
)
def test_a_wrong_figure_made_by_hand_is_one_difference(
    body: str, expected: tuple[str, str, str, str], empty_project: Project
) -> None:
    (difference,) = verify_alone(empty_project, document_from_xml(body)).differences
    assert (difference.kind, difference.row, difference.found, difference.wanted) == expected


@pytest.mark.parametrize("percentage", ["100%", "100 %", "–"])
def test_percentages_in_a_row_of_their_own_are_no_counts(percentage: str, empty_project: Project) -> None:
    below = ("", percentage, percentage)
    body = first_page_of(("Parks", "1", "1"), below, ("All", "1", "1"), below)
    assert verify_alone(empty_project, document_from_xml(body)).differences == ()


def test_a_percentage_by_hand_may_leave_out_tasks_without_a_status(empty_project: Project) -> None:
    summary = table(("Green – on track", "1 (100%)"), ("Not reported", "1"))
    tasks = table(("Tasks", "Target", "Status"), ("a", "b", "GREEN"), ("c", "d", ""))
    body = paragraph("Outcome: 1.1: T") + summary + tasks
    assert verify_alone(empty_project, document_from_xml(body)).differences == ()


def test_words_beside_the_counts_of_the_first_page_are_listed(empty_project: Project) -> None:
    head = ("Sub-group", "Green – on track", "Total", "Comments")
    page = table(head, ("Parks", "1 so far", "1", "Goodword"), ("All", "1", "1", ""))
    verification = verify_alone(empty_project, document_from_xml(task_report(ROW, before=page)))
    assert [addition.found for addition in verification.additions] == ["so far", "Parks: Goodword"]


def test_a_report_without_summaries_gets_a_note(empty_project: Project) -> None:
    verification = verify_alone(empty_project, document_from_xml(task_report(ROW)))
    assert verification.is_correct
    assert any("no summaries" in note for note in verification.notes)


# -------------------------------------------------------------------------------------------------------- messages


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_difference_is_a_sentence(kind: str) -> None:
    message = Difference(kind, "Parks", "1.1", "row 1", "Status", found="<found>", wanted="<wanted>").message
    assert message.endswith(".")
    assert "<found>" in message or "<wanted>" in message
    assert not set("{}") & set(message)


def test_braces_in_a_document_are_only_text() -> None:
    assert "“{wanted} {0}”" in Difference("cell", found="{wanted} {0}", wanted="x").message


def test_several_lines_are_one_line_of_a_message() -> None:
    message = Difference("cell", found="Ten\nNine", wanted="Ten\nEight").message
    assert message == "the document has “Ten / Nine”; the ledger has “Ten / Eight”."


def test_long_texts_are_shown_where_they_differ() -> None:
    same = "The same words on both sides. " * 20
    difference = Difference("cell", found=f"{same}Nine trees. {same}", wanted=f"{same}Ten trees. {same}")
    assert "Nine trees" in difference.message
    assert "Ten trees" in difference.message
    assert len(difference.message) < 250
    assert difference.as_json()["found"] == f"{same}Nine trees. {same}"
