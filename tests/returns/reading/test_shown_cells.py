"""What a cell shows is what is read: pictures, linked data, dates, merged cells and painted cells."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from helpers import office, projects
from helpers.annotations import SHEET
from helpers.built_once import built_once
from helpers.office_packages import MICROSOFT_KINDS, with_changed_parts, zip_of
from helpers.period_builder import STANDARD
from helpers.projects import reply
from ragsheets.formats.opc import OfficePackage
from ragsheets.formats.spreadsheet.xlsx_rich_values import RichValue, read_rich_values
from ragsheets.formats.zip_archive import ZipArchive
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.returns.finding import Finding
from ragsheets.returns.queries import question_texts
from ragsheets.returns.reading.painted_cells import colour_word

TASKS = ("a", "b", "c")
FULL = {f"2.1{label}": {"position": f"Position {label}", "status": "GREEN", "planned": "More"} for label in TASKS}
LINKS = "xl/_rels/workbook.xml.rels"
PICTURE = "cell-picture"


@pytest.fixture
@built_once
def parks(tmp_path: Path) -> Project:
    tasks = [projects.task(label) for label in TASKS]
    projects.write_plan(
        tmp_path, projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))
    )
    project = Project(tmp_path)
    generate(project, projects.DATE)
    return project


@pytest.fixture
def cells(parks: Project) -> dict[str, int]:
    """The row of each task in the workbook that was sent."""
    path = reply(parks.folder, "look.xlsx", {})
    worksheet = openpyxl.load_workbook(path)["Outcome 2.1"]
    path.unlink()
    return {str(row[-1].value): row[0].row for row in worksheet.iter_rows() if str(row[-1].value) in FULL}


def put(project: Project, change: Callable[[str], str], parts: dict[str, bytes] | None = None, link: str = "") -> None:
    """Return a workbook with the XML of the outcome's sheet changed, and parts added that the workbook refers to."""
    path = reply(project.folder, "reply.xlsx", FULL)
    changes = {SHEET: change, LINKS: lambda text: text.replace("</Relationships>", f"{link}</Relationships>")}
    path.write_bytes(with_changed_parts(path.read_bytes(), changes, parts))


def put_edited(project: Project, edit: Callable[[Worksheet], None], kind: str = "xlsx") -> None:
    """Return a workbook that somebody has edited in a spreadsheet program and saved in this format."""
    path = reply(project.folder, "reply.xlsx", FULL)
    book = openpyxl.load_workbook(path)
    edit(book["Outcome 2.1"])
    if kind == "xlsx":
        book.save(path)
        return
    (project.folder / "edited").mkdir()
    book.save(project.folder / "edited" / "reply.xlsx")
    office.convert(project.folder / "edited" / "reply.xlsx", kind, path.parent)
    path.unlink()


def with_cell(address: str, cell: str) -> Callable[[str], str]:
    """Replace a cell by another one, in the same style."""
    import re

    def change(text: str) -> str:
        changed, count = re.subn(rf'<c r="{address}"( s="\d+")?[^>]*>.*?</c>', rf'<c r="{address}"\1 {cell}</c>', text)
        assert count == 1
        return changed

    return change


def link_to(kind: str, part: str) -> str:
    return f'<Relationship Id="x{part}" Type="{kind}" Target="{part}"/>'


def findings(project: Project) -> list[Finding]:
    """The findings on the one return, without those on its totals: nothing recalculates them here."""
    (file,) = ingest(project).files
    assert file.result in ("accepted", "duplicate")
    return [item for item in file.findings if item.code != "total-mismatch"]


def facts(project: Project) -> list[tuple[str, str, str]]:
    return sorted((item.code, item.cell, item.found) for item in findings(project))


def answers(project: Project, column: str) -> list[str]:
    frame = ingest(project).tasks
    return list(frame[column])


# -------------------------------------------------------------------------------------------------------- pictures

IMAGES = (
    b'<e:cellImages xmlns:e="http://www.wps.cn/officeDocument/2017/etCustomData" xmlns:x="urn:x"><e:cellImage><x:pic>'
    b'<x:nvPicPr><x:cNvPr id="2" name="ID_1" descr="A photo of the walk"/></x:nvPicPr></x:pic></e:cellImage>'
    b"</e:cellImages>"
)
IMAGE_LINK = link_to("http://www.wps.cn/officeDocument/2020/cellImage", "cellimages.xml")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v>', "A photo of the walk"),
        ('t="str"><f>DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v>', "A photo of the walk"),
        ('t="str"><f>DISPIMG("ID_9",1)</f><v>=_xlfn.DISPIMG("ID_9",1)</v>', "without a description"),
        ('t="inlineStr"><is><t>=DISPIMG("ID_1",1)</t></is>', "A photo of the walk"),
        ('t="str"><v>=dispimg(&quot;ID_2&quot;,1)</v>', "without a description"),
    ],
)
@pytest.mark.parametrize("column", ["C", "D"])
def test_a_picture_that_wps_puts_into_a_cell_is_no_answer(
    parks: Project, cells: dict[str, int], cell: str, found: str, column: str
) -> None:
    address = f"{column}{cells['2.1a']}"
    put(parks, with_cell(address, cell), {"xl/cellimages.xml": IMAGES}, IMAGE_LINK)
    missing = "missing-answer" if column == "C" else "status-missing"
    reported = findings(parks)
    assert {item.code for item in reported} == {PICTURE, missing}
    assert [(item.cell, item.task, item.found) for item in reported if item.code == PICTURE] == [
        (address, "2.1a", found)
    ]
    assert "DISPIMG" not in "".join(answers(parks, "position") + answers(parks, "status_found"))


@pytest.mark.parametrize(
    ("formula", "value", "code"),
    [
        ("SUM(B1:B2)", "=SUM(B1:B2)", "formula-without-value"),
        ("_xlfn.XLOOKUP(A1,B1:B2,C1:C2)", "=XLOOKUP(A1, B1:B2, C1:C2)", "formula-without-value"),
        ('"="&amp;A1', "=a", "formula"),
    ],
)
def test_a_value_that_is_only_its_formulas_text_is_no_answer(
    parks: Project, cells: dict[str, int], formula: str, value: str, code: str
) -> None:
    put(parks, with_cell(f"C{cells['2.1a']}", f't="str"><f>{formula}</f><v>{value}</v>'))
    assert code in {item.code for item in findings(parks)}
    assert (value in answers(parks, "position")) == (code == "formula")


def test_a_formula_typed_as_text_is_the_contacts_own_words(parks: Project, cells: dict[str, int]) -> None:
    put(parks, with_cell(f"C{cells['2.1a']}", 't="inlineStr"><is><t>=SUM(B1:B2)</t></is>'))
    assert findings(parks) == []
    assert answers(parks, "position")[0] == "=SUM(B1:B2)"


# ----------------------------------------------------------------------------------------------------- rich values

RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"
METADATA = (
    f'<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:x="{RICH}"><metadataTypes>'
    '<metadataType name="XLDAPR"/><metadataType name="XLRICHVALUE"/></metadataTypes>'
    '<futureMetadata name="XLDAPR"><bk><extLst/></bk></futureMetadata><futureMetadata name="XLRICHVALUE">'
    '<bk><extLst><ext><x:rvb i="0"/></ext></extLst></bk><bk><extLst><ext><x:rvb i="1"/></ext></extLst></bk>'
    '</futureMetadata><valueMetadata><bk><rc t="2" v="1"/></bk><bk><rc t="2" v="0"/></bk></valueMetadata></metadata>'
)


def rich_parts(structure: str, value: str) -> dict[str, bytes]:
    """Rich values of which the second one is `value`; the first cell's metadata refers to it."""
    return {
        "xl/metadata.xml": METADATA.encode(),
        "xl/richData/rdrichvalue.xml": f'<rvData xmlns="{RICH}"><rv s="0"><v>no</v></rv>{value}</rvData>'.encode(),
        "xl/richData/rdrichvaluestructure.xml": (
            f'<rvStructures xmlns="{RICH}"><s t="_other"><k n="x"/></s>{structure}</rvStructures>'.encode()
        ),
    }


RICH_LINK = link_to(f"{MICROSOFT_KINDS}/rdRichValue", "richData/rdrichvalue.xml")
ENTITY = '<s t="_linkedentity2core"><k n="_Flags"/><k n="_DisplayString" t="s"/></s>'
_ERROR = '<s t="_error"><k n="colOffset"/><k n="errorType"/></s>'
LINKED = '<rv s="1"><v>1</v><v>Gloucester, England</v></rv>'


def _error_value(number: int) -> str:
    return f'<rv s="1"><v>0</v><v>{number}</v></rv>'


def test_linked_data_is_taken_as_the_words_that_it_shows(parks: Project, cells: dict[str, int]) -> None:
    address = f"C{cells['2.1a']}"
    put(parks, with_cell(address, 't="e" vm="1"><v>#VALUE!</v>'), rich_parts(ENTITY, LINKED), RICH_LINK)
    assert facts(parks) == [("linked-data", address, "Gloucester, England")]
    assert answers(parks, "position")[0] == "Gloucester, England"


def test_a_status_by_linked_data_is_asked_about_by_its_words(parks: Project, cells: dict[str, int]) -> None:
    address = f"D{cells['2.1a']}"
    put(parks, with_cell(address, 't="e" vm="1"><v>#VALUE!</v>'), rich_parts(ENTITY, LINKED), RICH_LINK)
    assert facts(parks) == [
        ("linked-data", address, "Gloucester, England"),
        ("unknown-status", address, "Gloucester, England"),
    ]


@pytest.mark.parametrize(
    ("structure", "value", "facts_found"),
    [
        (
            '<s t="_entity"><k n="x"/></s>',
            '<rv s="1"><fb t="s">Microsoft Corp</fb><v>1</v></rv>',
            [("linked-data", "Microsoft Corp")],
        ),
        (
            '<s t="_localImage"><k n="_rvRel:LocalImageIdentifier"/><k n="Text" t="s"/></s>',
            '<rv s="1"><v>0</v><v>The new path</v></rv>',
            [("cell-picture", "The new path"), ("missing-answer", "")],
        ),
        (
            '<s t="_webimage"><k n="WebImageIdentifier"/></s>',
            '<rv s="1"><v>0</v></rv>',
            [("cell-picture", "without a description"), ("missing-answer", "")],
        ),
        (_ERROR, _error_value(8), [("error-value", "#SPILL!")]),
    ],
)
@pytest.mark.parametrize("formula", ["", "<f>_xlfn.IMAGE(A1)</f>"])
def test_what_a_rich_value_shows_is_reported(
    parks: Project,
    cells: dict[str, int],
    structure: str,
    value: str,
    facts_found: list[tuple[str, str]],
    formula: str,
) -> None:
    put(
        parks,
        with_cell(f"C{cells['2.1a']}", f't="e" vm="1">{formula}<v>#VALUE!</v>'),
        rich_parts(structure, value),
        RICH_LINK,
    )
    found = [(code, text) for code, _, text in facts(parks) if code != "formula"]
    assert found == facts_found


@pytest.mark.parametrize(
    ("number", "name"), [(13, "#CALC!"), (12, "#FIELD!"), (10, "#BLOCKED!"), (99, "#VALUE!"), (8, "#SPILL!")]
)
def test_an_error_that_the_sheet_cannot_store_has_its_name(number: int, name: str) -> None:
    archive = ZipArchive(zip_of({**rich_parts(_ERROR, _error_value(number)), "xl/workbook.xml": b"<workbook/>"}))
    value, _ = read_rich_values(OfficePackage(archive), ())
    assert value == RichValue("error", name if number != 99 else "")


@pytest.mark.parametrize("metadata", [b"<metadata/>", b"", METADATA.replace('t="2"', 't="9"').encode()])
def test_rich_values_that_cannot_be_found_stay_errors(parks: Project, cells: dict[str, int], metadata: bytes) -> None:
    parts = {**rich_parts(ENTITY, LINKED), "xl/metadata.xml": metadata or b"<metadata><valueMetadata/></metadata>"}
    put(parks, with_cell(f"C{cells['2.1a']}", 't="e" vm="7"><v>#VALUE!</v>'), parts, RICH_LINK)
    assert [(code, found) for code, _, found in facts(parks)] == [("error-value", "#VALUE!")]


# ----------------------------------------------------------------------------------------------------------- dates


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number_format", "value", "shown"),
    [
        ("dd/mm/yyyy", "2009-03-31T00:00:00.000Z", "31/03/2009"),
        ("mmm-yy", "2009-03-01T00:00:00.000Z", "Mar-09"),
        ("d mmmm yyyy", "2009-03-31", "31 March 2009"),
        ("dd/mm/yyyy hh:mm", "2009-03-31T09:30:00+01:00", "31/03/2009 09:30"),
        ("hh:mm", "T12:30:00", "12:30"),
        ("General", "2009-03-31T00:00:00Z", "31/03/2009"),
    ],
)
def test_a_date_that_is_stored_as_iso_text_is_read_as_shown(
    parks: Project, cells: dict[str, int], number_format: str, value: str, shown: str
) -> None:
    address = f"C{cells['2.1a']}"

    def edit(worksheet: Worksheet) -> None:
        worksheet[address].number_format = number_format

    path = reply(parks.folder, "reply.xlsx", FULL)
    book = openpyxl.load_workbook(path)
    edit(book["Outcome 2.1"])
    buffer = io.BytesIO()
    book.save(buffer)
    changed = with_cell(address, f't="d"><v>{value}</v>')
    path.write_bytes(with_changed_parts(buffer.getvalue(), {SHEET: changed}))
    assert answers(parks, "position")[0] == shown
    assert {code for code, _, _ in facts(parks)} <= {"shown-otherwise"}


# -------------------------------------------------------------------------------------------------------- merged


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_cells_merged_over_two_tasks_are_reported_at_the_second(
    parks: Project, cells: dict[str, int], kind: str
) -> None:
    first, second = cells["2.1a"], cells["2.1b"]

    def edit(worksheet: Worksheet) -> None:
        for column in "CDE":
            worksheet.merge_cells(f"{column}{first}:{column}{second}")

    put_edited(parks, edit, kind)
    reported = findings(parks)
    merged = [(item.cell, item.task, item.found, item.wanted) for item in reported if item.code == "merged-cells"]
    assert merged == [
        (f"C{second}", "2.1b", "Position a", f"C{first}"),
        (f"D{second}", "2.1b", "GREEN", f"D{first}"),
        (f"E{second}", "2.1b", "More", f"E{first}"),
    ]
    assert {item.code for item in reported} == {"merged-cells", "half-filled"}
    assert answers(parks, "position") == ["Position a", "", "Position c"]


def test_cells_merged_in_part_across_columns_and_with_the_headings_are_reported(
    parks: Project, cells: dict[str, int]
) -> None:
    row, last = cells["2.1b"], cells["2.1c"]

    def edit(worksheet: Worksheet) -> None:
        worksheet.merge_cells(f"C{row}:D{row}")
        worksheet.merge_cells(f"D{cells['2.1a'] - 1}:D{cells['2.1a']}")
        worksheet.merge_cells(f"E{row}:E{last + 2}")

    put_edited(parks, edit)
    merged = [(item.cell, item.task) for item in findings(parks) if item.code == "merged-cells"]
    assert (f"D{row}", "2.1b") in merged
    assert (f"E{last}", "2.1c") in merged


def test_empty_cells_and_cells_beside_the_table_may_be_merged(parks: Project, cells: dict[str, int]) -> None:
    def edit(worksheet: Worksheet) -> None:
        worksheet.merge_cells(f"H{cells['2.1a']}:H{cells['2.1b']}")
        worksheet.merge_cells(f"A{cells['2.1a'] - 1}:E{cells['2.1a'] - 1}")

    put_edited(parks, edit)
    assert findings(parks) == []


def test_an_answer_of_its_own_settles_a_merged_cell(parks: Project, cells: dict[str, int]) -> None:
    def edit(worksheet: Worksheet) -> None:
        worksheet.merge_cells(f"C{cells['2.1a']}:C{cells['2.1b']}")

    put_edited(parks, edit)
    assert [item.code for item in findings(parks)] == ["merged-cells"]
    path = parks.folder / projects.DATE.isoformat() / "returned" / "reply.xlsx"
    book = openpyxl.load_workbook(path)
    book["Outcome 2.1"].unmerge_cells(f"C{cells['2.1a']}:C{cells['2.1b']}")
    book["Outcome 2.1"][f"C{cells['2.1b']}"] = "Its own"
    book.save(path.with_name("second.xlsx"))
    assert [item.code for file in ingest(parks).files for item in file.findings] == []


# ------------------------------------------------------------------------------------------------------ headlines


def headline(value: object, number_format: str = "General") -> Callable[[Worksheet], None]:
    def edit(worksheet: Worksheet) -> None:
        sheet = worksheet.parent["Headlines"]
        (cell,) = [row[1] for row in sheet.iter_rows() if row[2].value == "#success-1"]
        cell.value, cell.number_format = value, number_format

    return edit


@pytest.mark.parametrize(
    ("value", "number_format", "shown"), [(0.5, "0%", "50%"), (datetime.date(2009, 3, 1), "mmm yyyy", "Mar 2009")]
)
def test_a_headline_is_what_its_cell_shows(parks: Project, value: object, number_format: str, shown: str) -> None:
    put_edited(parks, headline(value, number_format))
    assert findings(parks) == []
    assert ingest(parks).assessment.headlines["text"].tolist() == [shown]


def test_an_error_of_the_program_is_no_headline(parks: Project) -> None:
    put_edited(parks, headline("#REF!"))
    (item,) = findings(parks)
    assert (item.code, item.sheet, item.column, item.found) == ("error-value", "Headlines", "#success-1", "#REF!")
    assert ingest(parks).assessment.headlines.empty


# -------------------------------------------------------------------------------------------------------- painted


def painted(address: str, colour: str) -> Callable[[Worksheet], None]:
    def edit(worksheet: Worksheet) -> None:
        worksheet[address].value = None
        worksheet[address].fill = PatternFill("solid", fgColor=f"FF{colour}")

    return edit


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_status_given_by_colour_alone_is_asked_about_with_its_colour(
    parks: Project, cells: dict[str, int], kind: str
) -> None:
    put_edited(parks, painted(f"D{cells['2.1b']}", "FF0000"), kind)
    (item,) = findings(parks)
    assert (item.code, item.task) == ("status-missing", "2.1b")
    assert "painted red. Did you mean RED?" in item.message
    assert "painted red. Did you mean RED?" in question_texts(item, STANDARD.wording)[0]
    assert answers(parks, "status") == ["GREEN", "", "GREEN"]


@pytest.mark.slow
def test_the_colour_counts_where_the_row_has_lost_its_key(parks: Project, cells: dict[str, int]) -> None:
    def edit(worksheet: Worksheet) -> None:
        painted(f"D{cells['2.1b']}", "FF0000")(worksheet)
        worksheet.cell(cells["2.1b"], worksheet.max_column).value = None

    put_edited(parks, edit)
    reported = {item.code: item for item in findings(parks)}
    assert reported.keys() == {"status-missing", "told-by-wording"}
    assert "painted red. Did you mean RED?" in reported["status-missing"].message


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ("C6EFCE", "painted green. Did you mean GREEN?"),
        ("FFFF00", "painted yellow. Did you mean AMBER?"),
        ("4472C4", "painted blue."),
    ],
)
def test_the_colour_is_named_in_plain_words(parks: Project, cells: dict[str, int], colour: str, words: str) -> None:
    put_edited(parks, painted(f"D{cells['2.1b']}", colour))
    (item,) = findings(parks)
    assert item.message.endswith(words)


@pytest.mark.parametrize("colour", ["D9D9D9", "FFF9E3", "EADCF4"])
def test_the_colours_of_paper_and_of_cells_to_fill_in_are_no_status(
    parks: Project, cells: dict[str, int], colour: str
) -> None:
    put_edited(parks, painted(f"D{cells['2.1b']}", colour))
    (item,) = findings(parks)
    assert item.message == "There are words for this task but no status."


def test_a_painted_task_without_a_word_is_reported(parks: Project, cells: dict[str, int]) -> None:
    def edit(worksheet: Worksheet) -> None:
        painted(f"D{cells['2.1b']}", "00B050")(worksheet)
        worksheet[f"C{cells['2.1b']}"] = worksheet[f"E{cells['2.1b']}"] = None

    put_edited(parks, edit)
    reported = {item.code: item for item in findings(parks)}
    assert reported.keys() == {"status-painted", "half-filled"}
    assert reported["status-painted"].task == "2.1b"
    assert reported["status-painted"].message.endswith("green. Did you mean GREEN?")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_coloured_sign_is_a_status_by_colour(parks: Project, cells: dict[str, int], kind: str) -> None:
    def edit(worksheet: Worksheet) -> None:
        worksheet[f"D{cells['2.1a']}"], worksheet[f"D{cells['2.1b']}"] = "●", "●"
        worksheet[f"D{cells['2.1b']}"].font = Font(color="FFC00000")

    put_edited(parks, edit, kind)
    reported = findings(parks)
    assert [(item.code, item.task) for item in reported if item.code == "status-painted"] == [
        ("status-painted", "2.1b")
    ]
    assert {item.code for item in reported} == {"status-painted", "unknown-status"}
    assert next(item.message for item in reported if item.code == "status-painted").endswith("red. Did you mean RED?")


def test_a_status_in_words_needs_no_colour(parks: Project, cells: dict[str, int]) -> None:
    def edit(worksheet: Worksheet) -> None:
        worksheet[f"D{cells['2.1b']}"].fill = PatternFill("solid", fgColor="FFFF0000")

    put_edited(parks, edit)
    assert findings(parks) == []


@pytest.mark.parametrize(
    ("colour", "word"),
    [
        *(("FF0000", "red"), ("C00000", "red"), ("FFC7CE", "red"), ("ED7D31", "amber"), ("FFEB9C", "amber")),
        *(("92D050", "green"), ("00B0F0", "blue"), ("FF00FF", "pink"), ("808080", ""), ("F2F2F2", "")),
        *(("FFC000", "amber"), ("7030A0", "purple"), ("FFFFFF", ""), ("000000", "")),
    ],
)
def test_a_hue_has_a_plain_name(colour: str, word: str) -> None:
    assert colour_word(colour) == word
