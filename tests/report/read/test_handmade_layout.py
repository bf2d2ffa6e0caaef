"""Reports made by hand in Word's own ways: lines parted by Shift+Enter or tabs, merged cells, headings in two rows."""

from __future__ import annotations

import pytest

from helpers.word_reports import HEADINGS, cell, document_from_xml, paragraph, run, table, task_report
from ragsheets.report.read.model import ReadOutcome, ReadReport
from ragsheets.report.read.reader import default_templates, open_report
from ragsheets.report.verify.verify import verify
from ragsheets.template.reader import read_template

ROW = ("a) Plant trees", "Ten", "Nine", "GREEN", "One more")
SECOND = ("b) Water them", "Weekly", "Half", "RED", "Buy a hose")
START, MORE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
HEADER = ("Outcome: 2.1: People get on", "Date: 4th September 2008", "Thematic Sub-Group: Parks", "Contact: Jo")
SUMMARY = ("Summary", "Green – on track 1", "Amber – needs attention 0", "Red – needs action 1", "Total 2")
DETAILS = {"date": "4th September 2008", "group": "Parks", "contact": "Jo"}
COUNTS = [("GREEN", 1), ("AMBER", 0), ("RED", 1), ("total", 2)]


def read_markup(body: str) -> ReadReport:
    return open_report(document_from_xml(body), "report.docx").read_best(default_templates())[0]


def outcome_of(body: str) -> ReadOutcome:
    ((_, outcome),) = read_markup(body).outcomes
    return outcome


def cells_of(report: ReadReport) -> list[list[str]]:
    return [list(row.cells.values()) for _, outcome in report.outcomes for row in outcome.rows]


def wide(text: str, columns: int, more: str = "") -> str:
    return cell(text, f'<w:gridSpan w:val="{columns}"/>{more}')


def in_one_paragraph(lines: tuple[str, ...], line_end: str, layout: str = "") -> str:
    return paragraph(line_end.join(run(line) for line in lines), layout=layout)


# ------------------------------------------------------------------------------------------------ lines

SOFT_BREAK, RETURN, TAB = "<w:r><w:br/></w:r>", "<w:r><w:cr/></w:r>", "<w:r><w:tab/></w:r>"
PAGE_BREAK = '<w:r><w:br w:type="page"/></w:r>'


@pytest.mark.parametrize("line_end", [SOFT_BREAK, RETURN, PAGE_BREAK, TAB, SOFT_BREAK * 2, TAB * 2])
@pytest.mark.parametrize("place", ["cells", "paragraphs", "heading"])
def test_lines_in_one_paragraph_are_read_like_paragraphs(line_end: str, place: str) -> None:
    heading = '<w:pStyle w:val="Heading2"/>' if place == "heading" else ""
    header, summary = in_one_paragraph(HEADER, line_end, heading), in_one_paragraph(SUMMARY, line_end)
    block = table((f"<w:tc>{header}</w:tc>", f"<w:tc>{summary}</w:tc>")) if place == "cells" else header + summary
    outcome = outcome_of(block + table(HEADINGS, ROW, SECOND))
    assert (outcome.ref, outcome.title, outcome.details) == ("2.1", "People get on", DETAILS)
    assert [(count.count_line, count.number) for count in outcome.stated_counts] == COUNTS
    assert outcome.unrecognised_texts == ()


@pytest.mark.parametrize("separator", [f"{run(':')}{TAB}", TAB, f"{run(':')}{SOFT_BREAK}", f"{run(':')}{TAB * 3}"])
def test_a_tab_or_a_line_break_may_part_a_name_from_its_value(separator: str) -> None:
    lines = (("Date", "4th September 2008"), ("Thematic Sub-Group", "Parks"), ("Contact", "Jo"))
    block = paragraph(HEADER[0]) + "".join(paragraph(f"{run(name)}{separator}{run(value)}") for name, value in lines)
    assert outcome_of(block + table(HEADINGS, ROW)).details == DETAILS


@pytest.mark.parametrize("line_end", [SOFT_BREAK, TAB])
@pytest.mark.parametrize("separator", [TAB, f"{run(':')}{TAB}"])
def test_names_and_values_in_one_paragraph_may_be_parted_by_tabs(line_end: str, separator: str) -> None:
    lines = (("Date", "4th September 2008"), ("Thematic Sub-Group", "Parks"), ("Contact Officer", "Jo"))
    pairs = line_end.join(f"{run(name)}{separator}{run(value)}" for name, value in lines)
    assert outcome_of(paragraph(HEADER[0]) + paragraph(pairs) + table(HEADINGS, ROW)).details == DETAILS


def test_an_action_on_the_line_of_its_reference_is_read() -> None:
    block = paragraph(HEADER[0]) + in_one_paragraph(("Ref: 2.1.1", "Action: Walk the paths"), TAB)
    (action,) = outcome_of(block + table(HEADINGS, ROW)).actions
    assert (action.ref, action.title) == ("2.1.1", "Walk the paths")


@pytest.mark.parametrize("line_end", [SOFT_BREAK, TAB])
def test_a_line_broken_to_fit_is_one_line(line_end: str) -> None:
    lines = ("Outcome: 2.1: People get on", "well together", "Date: 4th September 2008")
    outcome = outcome_of(in_one_paragraph(lines, line_end) + table(HEADINGS, ROW))
    assert (outcome.title, outcome.detail("date")) == ("People get on well together", "4th September 2008")


def test_a_status_s_word_in_a_title_is_no_count() -> None:
    outcome = outcome_of(in_one_paragraph(("Outcome: 2.1: Parks", "Green"), SOFT_BREAK) + table(HEADINGS, ROW))
    assert (outcome.title, outcome.stated_counts) == ("Parks Green", ())


def test_a_broken_heading_is_one_name() -> None:
    heading = in_one_paragraph(("Stronger", "Communities"), SOFT_BREAK, '<w:pStyle w:val="Heading1"/>')
    report = read_markup(heading + paragraph(HEADER[0]) + table(HEADINGS, ROW))
    assert [section.name for section in report.sections] == ["Stronger Communities"]


def test_a_broken_line_in_an_answer_stays_in_it() -> None:
    position = in_one_paragraph(("Nine planted", "Contact: every school", "Total 4"), SOFT_BREAK)
    report = read_markup(task_report((*ROW[:2], position, *ROW[3:])))
    assert cells_of(report)[0][2] == "Nine planted\nContact: every school\nTotal 4"


# ------------------------------------------------------------------------------------------------ words outside

LOST = {
    "a heading before the outcomes": paragraph("Lostword", layout='<w:pStyle w:val="Heading2"/>'),
    "a table before the outcomes": table(("Lostword", "and more")),
    "a list of tasks of all sub-groups": table(
        ("Sub-group", "Outcome", "Tasks", "Status"), ("Parks", "1.1", "Lostword", "")
    ),
    "an action before the outcomes": paragraph("Action: Lostword"),
    "a first-level heading": paragraph("Lostword", layout='<w:pStyle w:val="Heading1"/>'),
    "a header line said otherwise": paragraph("Thematic Sub-group: Parks") + paragraph("Thematic Sub-group: Lostword"),
}


@pytest.mark.parametrize("name", LOST)
def test_words_that_are_not_part_of_the_layout_are_kept(name: str) -> None:
    report = read_markup(task_report(ROW, before=LOST[name]))
    texts = [report.title, *report.unrecognised_texts]
    texts += [text for _, outcome in report.outcomes for text in outcome.unrecognised_texts]
    texts += [text for section in report.sections for text in (section.name, *section.unrecognised_texts)]
    assert any("Lostword" in text for text in texts)


def test_a_second_contact_of_an_outcome_is_kept() -> None:
    block = paragraph(HEADER[0]) + paragraph("Contact: Jo") + paragraph("Contact: Sam")
    outcome = outcome_of(block + table(HEADINGS, ROW))
    assert (outcome.detail("contact"), outcome.unrecognised_texts) == ("Jo", ("Contact: Sam",))


# ------------------------------------------------------------------------------------------------ heading rows

BOTH = ("Tasks", "Target", "Position", "Status", "Planned improvement")
MERGED_UPPER = tuple(cell(text, START) for text in BOTH)
PROGRESS = (MERGED_UPPER[0], MERGED_UPPER[1], wide("Progress", 2), MERGED_UPPER[4])
PROGRESS_LOWER = (cell("", MORE), cell("", MORE), "Position", "Status", cell("", MORE))
TITLE = wide("How we are doing in 2008", 5)
HEADING_ROWS = {
    "two rows": (PROGRESS, PROGRESS_LOWER),
    "two rows, not merged down": (
        ("Tasks", "Target", wide("Progress", 2), BOTH[4]),
        ("", "", "Position", "Status", ""),
    ),
    "two rows under a title": ((TITLE,), PROGRESS, PROGRESS_LOWER),
    "one row under a title": ((TITLE,), BOTH),
    "two divided headings": (
        (wide("What we do", 2), wide("Progress", 2), cell(BOTH[4], START)),
        (*BOTH[:4], cell("", MORE)),
    ),
    "three rows": (
        (MERGED_UPPER[0], wide("Plan and progress", 3), MERGED_UPPER[4]),
        (cell("", MORE), cell("Target", START), wide("Progress", 2), cell("", MORE)),
        (cell("", MORE), cell("", MORE), "Position", "Status", cell("", MORE)),
    ),
    "two rows that are repeated": (PROGRESS, PROGRESS_LOWER, ROW, PROGRESS, PROGRESS_LOWER),
    "headings repeated below": (("Tasks", "Target", wide("Progress", 2), BOTH[4]), BOTH),
}


@pytest.mark.parametrize("name", HEADING_ROWS)
def test_headings_in_several_rows_are_read(name: str) -> None:
    report = read_markup(paragraph(HEADER[0]) + table(*HEADING_ROWS[name], ROW, SECOND))
    assert cells_of(report)[-2:] == [list(ROW), list(SECOND)]
    (action,) = next(report.outcomes)[1].actions
    assert action.other_columns == ()
    assert len(action.rows) == 2 + name.endswith("repeated")


def test_a_heading_divided_into_parts_of_its_own_is_one_column() -> None:
    upper = (*(cell(text, START) for text in BOTH[:4]), wide(BOTH[4], 2))
    lower = (*(cell("", MORE) for _ in range(4)), "What", "By when")
    report = read_markup(paragraph(HEADER[0]) + table(upper, lower, (*ROW, "May 2009")))
    assert cells_of(report) == [[*ROW[:4], "One more\nMay 2009"]]


def test_a_task_row_whose_cells_divide_one_above_is_no_heading_row() -> None:
    merged_row = (ROW[0], ROW[1], wide("Nine", 2), ROW[4])
    report = read_markup(paragraph(HEADER[0]) + table(BOTH, merged_row, SECOND))
    assert [cells[0] for cells in cells_of(report)] == [ROW[0], SECOND[0]]


# ------------------------------------------------------------------------------------------------ columns and cells


def test_cells_before_and_after_the_grid_leave_the_others_in_their_columns() -> None:
    shifted = f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{''.join(map(cell, ('Weekly', 'Half', 'RED')))}</w:tr>"
    body = table(BOTH, ROW).replace("</w:tbl>", f"{shifted}</w:tbl>")
    assert cells_of(read_markup(paragraph(HEADER[0]) + body))[1] == ["", "Weekly", "Half", "RED", ""]


def test_a_row_with_as_many_cells_in_other_places_is_read_by_their_places() -> None:
    head = ("Tasks", "Target", wide("Position", 2), "Status")
    row = (wide("a) Plant trees", 2), "Nine", "and more", "GREEN")
    report = read_markup(paragraph(HEADER[0]) + table(head, row))
    assert cells_of(report) == [["a) Plant trees", "", "Nine\nand more", "GREEN"]]


@pytest.mark.parametrize("heading", ["", "No.", "Ref"])
@pytest.mark.parametrize("label", ["a", "a)", "(a)", "a."])
def test_labels_in_a_column_of_their_own_are_read(heading: str, label: str) -> None:
    rows = ((label, "Plant trees", *ROW[1:]), ("", "Water them", *SECOND[1:]))
    outcome = outcome_of(paragraph(HEADER[0]) + table((heading, *BOTH), *rows))
    assert [row.task for row in outcome.rows] == ["a) Plant trees", "Water them"]
    assert (outcome.actions[0].other_columns, outcome.unrecognised_texts) == ((), ())


def test_words_in_the_column_of_labels_and_under_no_heading_are_kept() -> None:
    rows = (("Jo Archer", *ROW, "Ask Sam"), ("", *SECOND, ""))
    outcome = outcome_of(paragraph(HEADER[0]) + table(("", *BOTH, ""), *rows))
    assert outcome.unrecognised_texts == ("Jo Archer", "Ask Sam")


def test_numbers_of_a_list_in_a_column_of_their_own_are_labels() -> None:
    levels = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1)"/></w:lvl>'
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    number = paragraph("", layout='<w:numPr><w:numId w:val="1"/></w:numPr>')
    body = paragraph(HEADER[0]) + table(("", *BOTH), (number, "Plant", *ROW[1:]), (number, "Water", *ROW[1:]))
    report = open_report(document_from_xml(body, numbering=numbering), "r.docx").read(read_template("standard"))
    assert [cells[0] for cells in cells_of(report)] == ["a) Plant", "b) Water"]


def test_a_table_that_word_split_in_two_is_read_by_the_headings_of_the_first() -> None:
    second_table = table((wide("b) Water them", 2), wide("Weekly", 3), "Half", "RED", "Buy a hose"))
    report = read_markup(paragraph(HEADER[0]) + table(BOTH, ROW) + paragraph("") + second_table)
    assert cells_of(report) == [list(ROW), list(SECOND)]


@pytest.mark.parametrize(("column", "heading"), [(1, "Target"), (2, "Position"), (3, "Status")])
def test_a_cell_merged_over_two_tasks_belongs_to_both_and_is_mentioned(column: int, heading: str) -> None:
    first, second, third = list(ROW), list(SECOND), ["c) Prune", *SECOND[1:]]
    first[column], second[column] = cell(ROW[column], START), cell("", MORE)
    report = read_markup(paragraph(HEADER[0]) + table(BOTH, first, second, third))
    assert [cells[column] for cells in cells_of(report)] == [ROW[column], ROW[column], SECOND[column]]
    notes = verify("report.docx", report, read_template("standard")).notes
    (note,) = (note for note in notes if "merged with" in note)
    assert f"row 2 “b) Water them”, {heading}" in note


def test_the_cells_of_a_task_of_several_rows_belong_to_it_once_and_to_the_next_task_too() -> None:
    rows = (
        (cell("a) Plant trees", START), "Ten", "Nine", cell("GREEN", START), ""),
        (cell("", MORE), cell("and shrubs", START), "Four", cell("", MORE), ""),
        ("b) Water them", cell("", MORE), "Half", "RED", ""),
    )
    assert cells_of(read_markup(paragraph(HEADER[0]) + table(BOTH, *rows))) == [
        ["a) Plant trees", "Ten\nand shrubs", "Nine\nFour", "GREEN", ""],
        ["b) Water them", "and shrubs", "Half", "RED", ""],
    ]


def test_header_lines_beside_a_merged_cell_are_read_once() -> None:
    lines = "".join(map(paragraph, HEADER))
    rows = [(cell(lines, START), SUMMARY[0]), *((cell("", MORE), text) for text in SUMMARY[1:])]
    outcome = outcome_of(table(*rows) + table(HEADINGS, ROW, SECOND))
    assert outcome.details == DETAILS
    assert [(count.count_line, count.number) for count in outcome.stated_counts] == COUNTS
