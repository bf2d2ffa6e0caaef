"""What a hand-made report holds beside its text and tables, and how a plan is taken from it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from helpers import word_additions
from helpers.projects import run_ragsheets
from helpers.word_additions import NOT_READ, READ, WordPackage, add
from helpers.word_reports import (
    HEADINGS,
    SHAPES,
    document_bytes,
    document_from_xml,
    handmade_report,
    paragraph,
    save_report,
    table,
    task_report,
)
from ragsheets.plan_files.forms import read_plan_file
from ragsheets.project.folder import Project
from ragsheets.project.report import verify_report
from ragsheets.report.read.model import ReadReport
from ragsheets.report.read.reader import default_templates, open_report
from ragsheets.report.verify.verify import Verification

WORDS = "Provisionalword"
ROW = ("a) Plant trees", "Ten", "Nine", "GREEN", "One more")
HANDMADE = document_from_xml(task_report(ROW))
#: Additions to the text itself, and to what only a report of ragsheets has.
IN_TEXT = {"words_in_place", "tracked_insertion", "chart_title"}
BESIDE_TEXT = {name: addition for name, addition in {**READ, **NOT_READ}.items() if name not in IN_TEXT}


def read(content: bytes) -> ReadReport:
    return open_report(content, "report.docx").read_best(default_templates())[0]


def verify_alone(folder: Path, content: bytes) -> Verification:
    return verify_report(Project(folder), save_report(folder, content))


@pytest.mark.parametrize("kind", BESIDE_TEXT)
def test_a_plan_that_is_taken_from_a_report_says_what_was_not_taken(kind: str, tmp_path: Path) -> None:
    path = save_report(tmp_path, add(HANDMADE, BESIDE_TEXT[kind], WORDS, 1))
    plan = read_plan_file(path)
    assert sum(WORDS in str(warning) for warning in plan.warnings) == 1
    assert len(plan.plan.groups) == 1


@pytest.mark.parametrize("kind", BESIDE_TEXT)
def test_a_handmade_report_is_never_passed_over_what_stands_beside_its_tables(kind: str, tmp_path: Path) -> None:
    path = save_report(tmp_path, add(HANDMADE, BESIDE_TEXT[kind], WORDS, 1))
    result = run_ragsheets("-C", tmp_path, "verify", path)
    assert WORDS in result.output
    assert (result.exit_code == 0) == (kind in READ)
    assert "send it out" not in result.output
    assert "was added" not in result.output


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (handmade_report(next(iter(SHAPES))), "The document agrees with itself."),
        (HANDMADE, "None of its figures could be checked."),
    ],
    ids=["with counts", "without counts"],
)
def test_a_report_compared_with_itself_only_is_not_called_right(content: bytes, verdict: str, tmp_path: Path) -> None:
    result = run_ragsheets("-C", tmp_path, "verify", save_report(tmp_path, content))
    assert result.exit_code == 0
    assert verdict in result.output
    assert ("agrees with itself" in result.output) is ("agrees" in verdict)
    assert "Nothing differs" not in result.output
    assert "send it out" not in result.output


def test_all_that_a_plan_is_started_from_is_named_by_init_too(tmp_path: Path) -> None:
    path = save_report(tmp_path, add(HANDMADE, word_additions.footnote, WORDS, 1))
    result = run_ragsheets("init", tmp_path / "project", "--from", path)
    assert result.exit_code == 0
    assert WORDS in result.output


# ---------------------------------------------------------------------------------------------- inserted documents


def insert(content: bytes, inserted: bytes) -> bytes:
    package = WordPackage.read(content)
    word_additions.insert_file(package, "chunk.docx", inserted)
    return package.to_bytes()


def test_an_inserted_document_with_a_sub_group_is_read_where_it_stands() -> None:
    other = document_from_xml(
        paragraph("Outcome: 2.1: More oaks") + paragraph("Thematic Sub-group: Woods") + table(HEADINGS, ROW)
    )
    report = read(insert(HANDMADE, other))
    assert [section.name for section in report.sections] == ["Parks", "Woods"]
    assert [content.kind for content in report.other_content] == ["inserted-document"]


def test_what_stands_beside_the_text_of_an_inserted_document_is_found_too() -> None:
    report = read(insert(HANDMADE, add(HANDMADE, word_additions.footnote, WORDS, 1)))
    assert [(content.kind, content.text) for content in report.other_content][1:] == [("footnote", WORDS)]


def test_documents_inserted_in_each_other_without_end_are_read_to_a_depth(tmp_path: Path) -> None:
    content = HANDMADE
    for _ in range(6):
        content = insert(HANDMADE, content)
    report = read(content)
    assert "inserted-unread" in {content.kind for content in report.other_content}
    assert not verify_alone(tmp_path, content).is_correct


def test_a_damaged_inserted_document_is_a_difference(tmp_path: Path) -> None:
    verification = verify_alone(tmp_path, insert(HANDMADE, b"PK\x03\x04 no archive"))
    (difference,) = verification.differences
    assert (difference.kind, difference.found) == ("inserted-unread", "chunk.docx")


# ------------------------------------------------------------------------------------------------ page headers


def two_sections(*headers: str, contacts: tuple[str, str] = ("Di", "Martin")) -> bytes:
    """Return a report of two outcomes, each in a section of pages with its own header."""
    document = docx.Document(io.BytesIO(document_from_xml("")))
    document.add_paragraph("Our performance", style="Title")
    document.add_paragraph("Gloucester Partnership", style="Subtitle")
    for number, (header, contact) in enumerate(zip(headers, contacts, strict=True)):
        if number:
            document.add_section()
        document.sections[number].header.is_linked_to_previous = False
        document.sections[number].header.paragraphs[0].text = header
        document.add_paragraph(f"Outcome: {number + 1}.1: More trees")
        document.add_paragraph(f"Contact: {contact}")
        sheet = document.add_table(rows=2, cols=len(HEADINGS))
        for cells, texts in zip(sheet.rows, (HEADINGS, ROW), strict=True):
            for cell, text in zip(cells.cells, texts, strict=True):
                cell.text = text
    return document_bytes(document)


def test_the_page_headers_name_the_sub_groups_where_nothing_else_does(tmp_path: Path) -> None:
    content = two_sections("Gloucester Partnership\nStronger Communities", "Gloucester Partnership\nHealthy City")
    assert [section.name for section in read(content).sections] == ["Stronger Communities", "Healthy City"]
    plan = read_plan_file(save_report(tmp_path, content))
    assert [(group.name, group.contact) for group in plan.plan.groups] == [
        ("Stronger Communities", "Di"),
        ("Healthy City", "Martin"),
    ]
    assert plan.plan.partnership == "Gloucester Partnership"
    assert any("page header" in str(warning) and "Healthy City" in str(warning) for warning in plan.warnings)


def test_sub_groups_without_names_are_not_put_into_one_of_the_subtitle_s_name(tmp_path: Path) -> None:
    plan = read_plan_file(save_report(tmp_path, two_sections("Confidentialword", "Confidentialword")))
    assert [group.name for group in plan.plan.groups] == ["Sub-group 1", "Sub-group 2"]
    assert any("names no sub-group" in str(warning) for warning in plan.warnings)
    assert any("Confidentialword" in str(warning) for warning in plan.warnings)


def test_a_page_header_is_named_by_its_section_whatever_changes_are_tracked() -> None:
    package = WordPackage.read(two_sections("First", "Second"))
    before = f"<w:sectPrChange {CHANGE}><w:sectPr/></w:sectPrChange></w:sectPr>"
    package.document = package.document.replace(b"</w:sectPr>", before.encode())
    contents = read(package.to_bytes()).other_content
    assert [content.name for content in contents if content.kind == "page-header"] == [
        "page header",
        "page header section 2",
    ]


def test_a_field_without_an_end_in_a_page_header_hides_no_words_of_the_next() -> None:
    package = WordPackage.read(two_sections("First", "Second"))
    name = min(name for name in package.parts if name.startswith("word/header"))
    begin = b'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>'
    package.parts[name] = package.parts[name].replace(b"<w:r>", begin, 1)
    contents = read(package.to_bytes()).other_content
    assert [content.text for content in contents if content.kind == "page-header"] == ["First", "Second"]


@pytest.mark.parametrize("kind", ["header", "footer"])
def test_headers_and_footers_that_are_printed_on_no_page_are_listed_as_such(kind: str) -> None:
    package = WordPackage.read(HANDMADE)
    word_additions.page_header(package, WORDS, "even", kind)
    (content,) = read(package.to_bytes()).other_content
    assert (content.kind, content.text) == (f"unused-{kind}", WORDS)
    assert f"the page {kind} printed on no page was not read" in content.sentence


# ----------------------------------------------------------------------------------------- pictures, boxes, changes


@pytest.mark.parametrize(("size", "is_correct"), [("5000000", False), ("300000", True)])
def test_a_picture_as_large_as_a_table_may_be_one(size: str, is_correct: bool, tmp_path: Path) -> None:
    package = WordPackage.read(document_from_xml(task_report(ROW) + paragraph("See below")), -1)
    word_additions.picture(package, WORDS, size=size)
    verification = verify_alone(tmp_path, package.to_bytes())
    assert verification.is_correct == is_correct
    assert WORDS in "".join(item.message for item in (*verification.additions, *verification.differences))


def test_a_table_in_a_text_box_is_a_difference(tmp_path: Path) -> None:
    box = text_box(table(HEADINGS, ROW))
    verification = verify_alone(tmp_path, document_from_xml(task_report(ROW) + paragraph("x", box)))
    (difference,) = verification.differences
    assert (difference.kind, "Plant trees" in difference.found) == ("text-box-unread", True)


def text_box(content: str) -> str:
    return f"<w:r><w:pict><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></w:pict></w:r>"


@pytest.mark.parametrize(("look", "place"), [("vanish", "hidden"), ("strike", "struck_through")])
def test_hidden_and_struck_words_of_a_text_box_are_quoted(look: str, place: str, tmp_path: Path) -> None:
    run = f"<w:r><w:rPr><w:{look}/></w:rPr><w:t>{WORDS}</w:t></w:r>"
    content = document_from_xml(task_report(ROW) + paragraph("x", text_box(f"<w:p>{run}</w:p>")))
    assert getattr(read(content).left_out, place) == (WORDS,)
    assert any(WORDS in note for note in verify_alone(tmp_path, content).notes)


def test_hidden_words_of_a_footnote_in_an_inserted_document_are_quoted() -> None:
    other = add(HANDMADE, word_additions.footnote, f"</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>{WORDS}", 1)
    assert read(insert(HANDMADE, other)).left_out.hidden == (WORDS,)


def test_a_picture_in_a_text_box_is_listed_once() -> None:
    package = WordPackage.read(HANDMADE)
    package.add_block(paragraph("x", text_box(paragraph("In the box"))))
    package.place = len(word_additions.LAST_RUN_END.findall(package.document.partition(b"In the box")[0]))
    word_additions.picture(package, WORDS)
    contents = [(content.kind, content.text) for content in read(package.to_bytes()).other_content]
    assert contents == [("text-box", "In the box"), ("picture", WORDS)]


def test_a_footnote_that_refers_to_itself_is_read_once() -> None:
    itself = f'{WORDS}</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>'
    report = read(add(HANDMADE, word_additions.footnote, itself, 1))
    assert [(content.kind, content.text) for content in report.other_content] == [("footnote", WORDS)]


@pytest.mark.parametrize("kind", ["footnotes", "endnotes", "comments", "header", "footer"])
def test_notes_and_page_headers_that_cannot_be_read_are_a_difference(kind: str, tmp_path: Path) -> None:
    package = WordPackage.read(HANDMADE)
    package.relate(kind, f"{kind}.xml", "<w:notes")
    (difference,) = verify_alone(tmp_path, package.to_bytes()).differences
    assert (difference.kind, difference.found) == ("damaged-part", f"{kind}.xml")


@pytest.mark.parametrize(("figure", "text"), [(1234567.5, "1234567.5"), (20, "20"), (0.1 + 0.2, "0.3")])
def test_a_figure_of_an_embedded_sheet_is_quoted_in_full(figure: float, text: str) -> None:
    package = WordPackage.read(HANDMADE)
    word_additions.embedded_sheet(package, figure)
    (content,) = read(package.to_bytes()).other_content
    assert (content.kind, content.text.strip()) == ("embedded-object", text)


def test_an_embedded_sheet_whose_bytes_are_damaged_is_a_difference(tmp_path: Path) -> None:
    package = WordPackage.read(HANDMADE)
    word_additions.embedded_sheet(package, WORDS)
    sheet = package.parts["word/embeddings/Sheet1.xlsx"]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in package.parts.items():
            archive.writestr(name, part)
    damaged = content.getvalue().replace(sheet, sheet[:-1] + b"!")
    (difference,) = verify_alone(tmp_path, damaged).differences
    assert (difference.kind, difference.found) == ("embedded-object", "Sheet1.xlsx")


def test_the_name_of_a_picture_is_not_called_its_words() -> None:
    (content,) = read(add(HANDMADE, word_additions.picture, WORDS, 1)).other_content
    assert f"it is called “{WORDS}”" in content.sentence


def test_only_the_words_after_a_count_were_not_compared(tmp_path: Path) -> None:
    head = paragraph("Outcome: 1.1: Title") + paragraph("Thematic Sub-group: Parks")
    summary = table(("Summary", ""), ("Green – on track", "1 so far"))
    (addition,) = verify_alone(tmp_path, document_from_xml(head + summary + table(HEADINGS, ROW))).additions
    assert addition.message.startswith("“so far” is outside the report's answers and figures")


CHANGE = 'w:id="1" w:author="A" w:date="2008-09-04T00:00:00Z"'


@pytest.mark.parametrize(
    ("markup", "changes"),
    [
        (f"<w:ins {CHANGE}><w:r><w:t>oaks</w:t></w:r></w:ins>", [("tracked-insertion", "oaks")]),
        (f"<w:del {CHANGE}><w:r><w:delText>oaks</w:delText></w:r></w:del>", [("tracked-deletion", "oaks")]),
        (
            f"<w:ins {CHANGE}><w:r><w:t>oa</w:t></w:r></w:ins><w:ins {CHANGE}><w:r><w:t>ks</w:t></w:r></w:ins>",
            [("tracked-insertion", "oaks")],
        ),
        (
            (
                f"<w:ins {CHANGE}><w:r><w:t>oaks</w:t></w:r>"
                f"<w:del {CHANGE}><w:r><w:delText>elms</w:delText></w:r></w:del></w:ins>"
            ),
            [("tracked-insertion", "oaks"), ("tracked-deletion", "elms")],
        ),
        (f"<w:moveTo {CHANGE}><w:r><w:t>oaks</w:t></w:r></w:moveTo>", [("tracked-insertion", "oaks")]),
        (f"<w:moveFrom {CHANGE}><w:r><w:t>oaks</w:t></w:r></w:moveFrom>", [("tracked-deletion", "oaks")]),
        (
            f"<w:r><w:rPr><w:b/><w:rPrChange {CHANGE}><w:rPr/></w:rPrChange></w:rPr><w:t>oaks</w:t></w:r>",
            [("tracked-format", "1 change of formatting")],
        ),
    ],
)
def test_tracked_changes_are_listed_with_their_words(markup: str, changes: list[tuple[str, str]]) -> None:
    report = read(document_from_xml(task_report((paragraph("a) Plant ", markup), *ROW[1:]))))
    assert [(content.kind, content.text) for content in report.other_content] == changes


def test_a_tracked_space_is_named() -> None:
    space = f'<w:ins {CHANGE}><w:r><w:t xml:space="preserve"> </w:t></w:r></w:ins>'
    (content,) = read(document_from_xml(task_report((paragraph("Plant", space, "trees"), *ROW[1:])))).other_content
    assert (content.kind, content.text) == ("tracked-insertion", "(a space)")


@pytest.mark.parametrize(("change", "kind"), [("ins", "tracked-insertion"), ("del", "tracked-deletion")])
def test_a_tracked_row_is_one_change(change: str, kind: str) -> None:
    rows = table(HEADINGS, ROW, ("b) Water them", *ROW[1:])).rpartition("<w:tr>")
    marked = f"{rows[0]}<w:tr><w:trPr><w:{change} {CHANGE}/></w:trPr>{rows[2]}"
    body = paragraph("Outcome: 1.1: Title") + paragraph("Thematic Sub-group: Parks") + marked
    (content,) = read(document_from_xml(body)).other_content
    assert (content.kind, content.text.partition(" | ")[0]) == (kind, "b) Water them")


def test_a_column_that_is_not_the_template_s_is_quoted(tmp_path: Path) -> None:
    path = save_report(tmp_path, handmade_report("headings"))
    assert any("“Lead”" in str(warning) and "“JA”" in str(warning) for warning in read_plan_file(path).warnings)
