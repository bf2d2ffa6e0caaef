"""Questions in a workbook: marked cells, notes and the list, in a file that meets all the usual requirements."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from helpers import office
from helpers.example import DATE
from helpers.libreoffice import XLSX, LibreOffice
from ragsheets.formats.a1 import address
from ragsheets.plan.model import Period, Plan
from ragsheets.template.colour import MIN_CONTRAST, contrast
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template
from ragsheets.workbook import sent_workbook
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.layout import ContactQuestion, PrefilledAnswers, WorkbookLayout
from ragsheets.workbook.writer import to_xlsx

QUESTIONS = (
    ContactQuestion("", "", "Nothing is said yet about 2 tasks.", "Please fill in their cells."),
    ContactQuestion("2.1a", "status", "“Ambr” is not a status.", "Please pick one."),
    ContactQuestion("2.1a", "status", "And <again>: \x07 “=1+1” & so on.", "Please pick one."),
    ContactQuestion("3.1-1", "position", "Which one holds?", "Leave it if it is right.", True),
    ContactQuestion("#success-2", "", "“A park” was removed.", "Leave it if it is right.", True),
    ContactQuestion("9.9z", "status", "The task is gone.", "Please tell us."),
)
PREFILLED = PrefilledAnswers({"2.1a": {"position": "Words", "status": "Ambr"}}, {"success": ["", "A park"]})


@pytest.fixture(scope="module")
def layout(example: tuple[Plan, Template], period: Period) -> WorkbookLayout:
    plan, template = example
    return lay_out(plan, template, plan.groups[0], period, PREFILLED, QUESTIONS)


@pytest.fixture(scope="module")
def content(layout: WorkbookLayout, example: tuple[Plan, Template]) -> bytes:
    return to_xlsx(layout, example[1], DATE)


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def notes(book: openpyxl.Workbook) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def test_questions_have_the_address_of_their_cell_if_they_have_one(layout: WorkbookLayout) -> None:
    positions = [(placed.sheet, placed.cell[:1], placed.heading) for placed in layout.questions]
    cohesion_task, agencies_task = (
        "“a) Agree with all partners what we mean by cohesion and …”",
        "“Building on tasks b and c of 2.2, partner agencies prepare …”",
    )
    assert positions == [
        ("", "", ""),
        ("Outcome 2.1", "D", f"Status of {cohesion_task}"),
        ("Outcome 2.1", "D", f"Status of {cohesion_task}"),
        ("Outcome 3.1", "C", f"Position of {agencies_task}"),
        ("Headlines", "B", "Headline successes"),
        ("", "", ""),
    ]
    assert [placed.number for placed in layout.questions] == [1, 2, 3, 4, 5, 6]


def test_the_marked_cell_is_in_the_row_of_the_task(layout: WorkbookLayout) -> None:
    sheet = layout.sheet("outcome", "2.1")
    (marked_address,) = sheet.notes
    cells = {address(cell.row, cell.column): cell for cell in sheet.cells}
    row = next(cell.row for cell in sheet.cells if cell.value == "2.1a" and cell.column == sheet.hidden_column)
    assert marked_address == f"D{row}"
    assert cells[marked_address].style == "asked answer status"
    assert [cell for cell in sheet.cells if cell.style.startswith("asked")] == [cells[marked_address]]


def test_two_questions_about_a_cell_share_one_note(book: openpyxl.Workbook) -> None:
    note_texts = notes(book)
    (text,) = [text for (sheet, _), text in note_texts.items() if sheet == "Outcome 2.1"]
    assert text == (
        "Question 2: “Ambr” is not a status.\nPlease pick one.\n\n"
        "Question 3: And <again>:  “=1+1” & so on.\nPlease pick one."
    )
    assert len(note_texts) == 3


def test_notes_are_by_the_partnership_and_as_large_as_their_text(content: bytes, book: openpyxl.Workbook) -> None:
    comments = [cell.comment for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.comment]
    assert {comment.author for comment in comments} == {"Gloucester Partnership"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        boxes = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".vml")}
    heights = {name: [int(height) for height in re.findall(r"height:(\d+)px", box)] for name, box in boxes.items()}
    assert heights["xl/drawings/vmlDrawing1.vml"][0] > heights["xl/drawings/vmlDrawing2.vml"][0] >= 50
    assert "margin-left:59.25pt" not in "".join(boxes.values())


def test_paths_to_notes_are_relative_and_named_as_in_office(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        relationships = "".join(
            archive.read(name).decode() for name in names if name.startswith("xl/worksheets/_rels/")
        )
    targets = re.findall(r'Target="([^"]+)"', relationships)
    assert sorted(targets) == sorted(
        f"../{name}{number}.{kind}"
        for number in (1, 2, 3)
        for name, kind in (("comments", "xml"), ("drawings/vmlDrawing", "vml"))
    )
    assert {f"xl/{target[3:]}" for target in targets} <= set(names)


def test_a_marked_cell_is_readable_and_marked_by_more_than_colour(book: openpyxl.Workbook) -> None:
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.comment]
    assert cells
    for cell in cells:
        assert contrast(cell.font.color.rgb[2:], cell.fill.fgColor.rgb[2:]) >= MIN_CONTRAST
        for side in (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom):
            assert side.style == "thick"
            assert contrast(side.color.rgb[2:], "FFFFFF") >= MIN_CONTRAST
        assert not cell.protection.locked
        assert cell.parent.protection.sheet


def test_the_front_sheet_lists_all_questions_with_links(layout: WorkbookLayout, book: openpyxl.Workbook) -> None:
    front = book.worksheets[0]
    first_row = next(row for row in range(1, 40) if front.cell(row, 1).value == "1.  The whole workbook")
    for row, placed in enumerate(layout.questions, first_row):
        cell = front.cell(row, 1)
        assert cell.value.startswith(f"{placed.number}.  ")
        assert (cell.hyperlink.location if cell.hyperlink else "") == (
            f"'{placed.sheet}'!{placed.cell}" if placed.cell else ""
        )
        assert placed.question.remedy in front.cell(row, 2).value
        assert cell.protection.locked
    assert front.cell(first_row + len(layout.questions) + 1, 1).value == "How far you are" or any(
        front.cell(row, 1).value == "How far you are"
        for row in range(first_row + len(layout.questions), first_row + 12)
    )


def test_the_status_list_still_refers_to_the_statuses(book: openpyxl.Workbook) -> None:
    sheet = book["Outcome 2.1"]
    (source,) = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    name, cells = source.split("!")
    listed = [cell.value for (cell,) in book[name.strip("'")][cells.replace("$", "")]]
    assert listed == ["GREEN", "AMBER", "RED"]


def test_a_workbook_without_questions_is_unchanged(example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example
    plain = lay_out(plan, template, plan.groups[0], period)
    assert plain == lay_out(plan, template, plan.groups[0], period, PrefilledAnswers(), ())
    assert plain.reference == lay_out(plan, template, plan.groups[0], period, PREFILLED).reference
    assert not any(sheet.notes for sheet in plain.sheets)
    with zipfile.ZipFile(io.BytesIO(to_xlsx(plain, template, DATE))) as archive:
        assert not any("comments" in name or name.endswith(".vml") for name in archive.namelist())


def test_the_reference_depends_on_questions_and_answers(
    layout: WorkbookLayout, example: tuple[Plan, Template], period: Period
) -> None:
    plan, template = example

    def reference(answers: PrefilledAnswers, questions: tuple[ContactQuestion, ...]) -> str:
        return lay_out(plan, template, plan.groups[0], period, answers, questions).reference

    assert reference(PREFILLED, QUESTIONS) == layout.reference
    other_references = [
        reference(PrefilledAnswers(), ()),
        reference(PrefilledAnswers(), QUESTIONS),
        reference(PREFILLED, QUESTIONS[:1]),
        reference(PREFILLED, (*QUESTIONS[:-1], QUESTIONS[-1]._replace(remedy="Something else."))),
    ]
    assert len({layout.reference, *other_references}) == 5


def test_the_same_questions_give_the_same_bytes(content: bytes, example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example
    second_layout = lay_out(plan, template, plan.groups[0], period, PREFILLED, QUESTIONS)
    assert to_xlsx(second_layout, template, DATE) == content


@pytest.mark.slow
@pytest.mark.parametrize("name", ["standard", "brag"])
def test_office_finds_no_fault(tmp_path: Path, name: str, example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example[0], read_template(name)
    path = tmp_path / "workbook.xlsx"
    assert plan.groups
    for group in plan.groups:
        questions = (
            *QUESTIONS,
            *(ContactQuestion(task.key, "planned", "?" * 900, "!") for task in group.outcomes[0].tasks),
        )
        path.write_bytes(to_xlsx(lay_out(plan, template, group, period, PREFILLED, questions), template, DATE))
        assert office.rule_violations(path) == []


def test_libreoffice_keeps_the_notes_and_calculates_the_stored_totals(
    calc: LibreOffice, tmp_path: Path, content: bytes, layout: WorkbookLayout, book: openpyxl.Workbook
) -> None:
    path, saved = tmp_path / "query.xlsx", tmp_path / "saved.xlsx"
    path.write_bytes(content)
    calc_result = calc.run(path, save=(saved, XLSX), formulas=True)
    assert notes(openpyxl.load_workbook(saved)) == notes(book)
    stored_totals = {s.name: {address(c.row, c.column): c.value for c in s.cells if c.formula} for s in layout.sheets}
    assert calc_result["formulas"] == {name: cells for name, cells in stored_totals.items() if cells}


# ------------------------------------------------------------------------------------ the record in the ledger


def test_the_record_has_notes_and_questions(layout: WorkbookLayout, example: tuple[Plan, Template]) -> None:
    record = sent_workbook.from_layout(layout)
    reloaded = sent_workbook.from_json(sent_workbook.to_json(record))
    assert reloaded == replace(record, sheets=reloaded.sheets)
    assert [dict(sheet.notes) for sheet in reloaded.sheets] == [dict(sheet.notes) for sheet in layout.sheets]
    assert reloaded.questions == QUESTIONS
    for placed in layout.questions:
        if placed.cell:
            assert reloaded.answer_cell(placed.question.row_key, placed.question.column_key) == (
                placed.sheet,
                placed.cell,
            )
    with pytest.raises(KeyError):
        reloaded.answer_cell("9.9z", "status")


def test_a_record_without_notes_still_loads(example: tuple[Plan, Template], period: Period) -> None:
    plan, template = example
    record = sent_workbook.from_layout(lay_out(plan, template, plan.groups[0], period))
    text = sent_workbook.to_json(record)
    assert "questions" not in text
    reloaded = sent_workbook.from_json(text)
    assert reloaded.questions == ()
    assert all(sheet.notes == {} for sheet in reloaded.sheets)
    assert reloaded.tasks == record.tasks
