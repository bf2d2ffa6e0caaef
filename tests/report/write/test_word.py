"""The combined report as a Word document: its content, its layout, and its display in real programs."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from helpers import office
from helpers.accessibility import violations
from ragsheets.report.write import tables, word, xml
from ragsheets.report.write.content import (
    TREND,
    ActionTable,
    GroupSection,
    OutcomeBlock,
    ReportCell,
    ReportColumn,
    ReportContent,
    ReportTable,
    StatusCount,
    Summary,
    SummaryRow,
)
from ragsheets.report.write.page import A4_LANDSCAPE
from ragsheets.template.model import Column, Template
from ragsheets.template.reader import read_template
from ragsheets.text import clean_for_office

DATE = datetime.date(2008, 9, 4)
TASK = (
    ReportCell("b) Build resilience:\n* to floods\n* to heat"),
    ReportCell("Plans in place"),
    ReportCell("First talks held.\n\n\nA draft exists."),
    ReportCell("AMBER", "AMBER"),
    ReportCell(""),
)
UNREPORTED = (
    ReportCell("c) Find volunteers"),
    ReportCell("=SUM(A1:A9)"),
    ReportCell("<b>none</b> & \"all\" <w:p/> {HYPERLINK}\t'so'"),
    ReportCell("Not reported (returned as “Ambr”)"),
    ReportCell("@cmd +1 -1"),
)
COUNTS = (
    StatusCount("Green – on track", 0, "GREEN"),
    StatusCount("Amber – needs attention", 1, "AMBER"),
    StatusCount("Red – needs action", 0, "RED"),
    StatusCount("Not reported", 1),
    StatusCount("Total", 2),
)


def content_of(template: Template, *rows: tuple[ReportCell, ...], **changes: Any) -> ReportContent:
    """Return a report with a sub-group that has one outcome, and another that has not returned."""
    block = OutcomeBlock(
        heading="Outcome: 2.1: Communities live in peace",
        details=(
            "Date: 4th September 2008",
            "Thematic Sub-group: Stronger Communities",
            "Contact: Di Robinson",
        ),
        summary=COUNTS,
        actions=(ActionTable("Action: Bring people together", rows or (TASK, UNREPORTED)),),
    )
    content = ReportContent(
        title="Thematic Sub-Group Performance Reporting",
        partnership="Gloucester Partnership",
        period="Second quarter",
        date="4th September 2008",
        summary=Summary(
            "Half of the tasks are reported.",
            COUNTS,
            (
                SummaryRow("Stronger Communities", (0, 1, 0, 1, 2)),
                SummaryRow("All sub-groups", (0, 1, 0, 1, 2)),
            ),
        ),
        columns=template.columns,
        sections=(
            GroupSection("Stronger Communities", "", (block,)),
            GroupSection("Healthy City Partnership", "No update received from this sub-group.", ()),
        ),
    )
    return replace(content, **changes)


@pytest.fixture(scope="module")
def template() -> Template:
    return read_template("standard")


@pytest.fixture(scope="module")
def report(template: Template) -> bytes:
    return written(content_of(template), template)


@pytest.fixture(scope="module")
def document(report: bytes) -> Any:
    return docx.Document(io.BytesIO(report))


@pytest.fixture(scope="module")
def every_table(document: Any) -> list[Any]:
    """The summary, the details of the outcome and its tasks."""
    assert len(document.tables) == 3
    return [table._tbl for table in document.tables]


def written(content: ReportContent, template: Template) -> bytes:
    return word.report_to_docx(content, template, created=DATE)


def reopened(content: ReportContent, template: Template) -> Any:
    return docx.Document(io.BytesIO(written(content, template)))


def parts_of(report: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(report)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def all_text(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


class TestLayout:
    def test_it_has_a_first_page_with_the_summary_and_the_key(self, document: Any) -> None:
        first = [(p.style.name, p.text) for p in document.paragraphs[:5]]
        assert first == [
            ("Title", "Thematic Sub-Group Performance Reporting"),
            ("Subtitle", "Gloucester Partnership · Second quarter · 4th September 2008"),
            ("Heading 1", "The state of the partnership"),
            ("Lead", "Half of the tasks are reported."),
            ("Heading 2", "What to look at"),
        ]
        assert text_of(document.tables[0]) == [
            ["Sub-group", *(count.label for count in COUNTS)],
            ["Stronger Communities", "0", "1 (50%)", "0", "1 (50%)", "2"],
            ["All sub-groups", "0", "1 (50%)", "0", "1 (50%)", "2"],
        ]
        (key,) = (p.text for p in document.paragraphs if p.style.name == "Key")
        assert " ".join(key.split()) == (
            "What each status means: GREEN Green – on track AMBER Amber – needs attention RED Red – needs action"
            " Percentages are rounded."
        )

    def test_it_prints_the_date_once_if_it_is_the_name_of_the_period(self, template: Template) -> None:
        content = content_of(template, period="4th September 2008")
        document = reopened(content, template)
        assert document.paragraphs[1].text == "Gloucester Partnership · 4th September 2008"

    def test_every_sub_group_has_a_section_on_a_new_page(self, document: Any) -> None:
        sections = [p for p in document.paragraphs if p.style.name == "Heading 1"][2:]
        assert [p.text for p in sections] == ["Stronger Communities", "Healthy City Partnership"]
        assert all(p.paragraph_format.page_break_before for p in sections)

    def test_an_empty_section_has_a_remark(self, document: Any) -> None:
        last = document.paragraphs[-1]
        assert (last.style.name, last.text) == ("Remark", "No update received from this sub-group.")

    def test_outcomes_and_actions_have_headings(self, document: Any) -> None:
        headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
        assert headings[4:6] == [
            ("Heading 2", "Outcome: 2.1: Communities live in peace"),
            ("Heading 3", "Action: Bring people together"),
        ]

    def test_the_summary_is_beside_the_details(self, document: Any) -> None:
        assert text_of(document.tables[1]) == [
            ["Details", "Summary", "Tasks"],
            ["Date: 4th September 2008", "Green – on track", "0"],
            ["Thematic Sub-group: Stronger Communities", "Amber – needs attention", "1"],
            ["Contact: Di Robinson", "Red – needs action", "0"],
            ["", "Not reported", "1"],
            ["", "Total", "2"],
        ]

    def test_the_details_may_be_longer_than_the_summary(self, template: Template) -> None:
        writer = tables.TableWriter(template, template.columns, A4_LANDSCAPE.text_width)
        block = OutcomeBlock("Outcome", tuple(f"Line {n}" for n in range(7)), COUNTS[:2], ())
        rows = re.findall(r"<w:tr>.*?</w:tr>", writer.outcome_details(block))
        assert len(rows) == 8
        assert [row.count("<w:tc>") for row in rows] == [3] * 8
        assert "Line 6" in rows[-1]

    def test_tasks_are_in_the_template_s_columns(self, document: Any, template: Template) -> None:
        rows = text_of(document.tables[2])
        assert rows[0] == [column.heading for column in template.columns]
        assert rows[1] == [
            "b) Build resilience:\nto floods\nto heat",
            "Plans in place",
            "First talks held.\nA draft exists.",
            "AMBER",
            "",
        ]

    def test_a_column_that_the_template_adds_is_shown(self, template: Template) -> None:
        owner = Column(key="owner", heading="Owner", filled_by="plan", width=18)
        wider = template.model_copy(update={"columns": (*template.columns[:2], owner, *template.columns[2:])})
        row = (*TASK[:2], ReportCell("Jo Bloggs"), *TASK[2:])
        document = reopened(content_of(wider, row), wider)
        rows = text_of(document.tables[2])
        assert rows[0][2] == "Owner"
        assert rows[1][2:5] == ["Jo Bloggs", "First talks held.\nA draft exists.", "AMBER"]


class TestText:
    def test_text_is_printed_literally(self, document: Any) -> None:
        assert text_of(document.tables[2])[2] == [cell.text for cell in UNREPORTED]

    def test_text_becomes_no_field_link_or_markup(self, report: bytes) -> None:
        root = etree.fromstring(parts_of(report)["word/document.xml"])
        for name in ("w:fldSimple", "w:fldChar", "w:instrText"):
            assert not list(root.iter(qn(name)))
        # The report's own links stay inside it.
        assert all(set(link.attrib) == {qn("w:anchor"), qn("w:history")} for link in root.iter(qn("w:hyperlink")))

    def test_lines_that_begin_with_a_star_become_list_items(self, document: Any) -> None:
        cell = document.tables[2].rows[1].cells[0]
        assert [p.style.name for p in cell.paragraphs] == ["Table Text", "Table Bullet", "Table Bullet"]
        number = cell.paragraphs[1]._p.pPr.numPr.numId.val
        numbering = document.part.numbering_part.element
        kind = numbering.num_having_numId(number).abstractNumId.val
        formats = numbering.xpath(f"w:abstractNum[@w:abstractNumId='{kind}']/w:lvl/w:numFmt/@w:val")
        assert formats == ["bullet"]

    @pytest.mark.parametrize("text", ["*no blank after it", "in * the middle", "* ", "*"])
    def test_no_other_star_becomes_a_bullet(self, text: str) -> None:
        assert xml.BULLET_STYLE not in xml.paragraphs(text)

    def test_characters_that_word_does_not_allow_are_removed(self, template: Template) -> None:
        nasty = "a\x00b\x0bc\x1f\ud800d\uffff"
        content = content_of(template, (ReportCell(nasty), *TASK[1:]), title=nasty, partnership=nasty, period=nasty)
        document = reopened(content, template)
        assert document.tables[2].rows[1].cells[0].text == "abcd"
        assert document.core_properties.title == document.paragraphs[0].text == "abcd"

    def test_these_characters_are_removed_from_every_element(self) -> None:
        nasty = "a\x00b\ud800"
        for xml_text in (
            xml.run(nasty),
            xml.paragraph("Normal", nasty),
            xml.paragraphs(nasty),
            xml.escape_attribute(nasty),
        ):
            assert "ab" in xml_text

    @settings(max_examples=200, deadline=None)
    @given(st.text(st.characters(codec="utf-8") | st.sampled_from("<&>\"'\n\t* \r\x00")))
    def test_any_text_is_written_without_loss(self, text: str) -> None:
        namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        caption = xml.escape_attribute(text)
        root = etree.fromstring(f'<w:tc {namespace} w:caption="{caption}">{xml.paragraphs(text)}</w:tc>')
        paragraphs = [child for child in root if child.tag == qn("w:p")]
        assert len(paragraphs) == len(root) >= 1
        lines = [plain_text(p) for p in paragraphs if len(p) > 1]
        cleaned = clean_for_office(text).split("\n")
        expected_lines = [line.removeprefix("* ") if line[2:].strip() else line for line in cleaned if line.strip()]
        assert lines == expected_lines


def plain_text(paragraph: Any) -> str:
    separators = {qn("w:t"): None, qn("w:tab"): "\t", qn("w:br"): "\n"}
    return "".join(separators[node.tag] or node.text or "" for node in paragraph.iter(*separators))


class TestTables:
    def test_only_the_first_row_is_repeated(self, every_table: list[Any]) -> None:
        assert every_table
        for table in every_table:
            rows = list(table.iterchildren(qn("w:tr")))
            assert [bool(row.xpath("w:trPr/w:tblHeader")) for row in rows] == [True] + [False] * (len(rows) - 1)
            assert table.xpath("w:tblPr/w:tblLook/@w:firstRow") == ["1"]

    def test_no_row_is_split(self, every_table: list[Any]) -> None:
        assert every_table
        for table in every_table:
            assert all(row.xpath("w:trPr/w:cantSplit") for row in table.iterchildren(qn("w:tr")))

    def test_cells_match_the_grid_and_fit_the_page(self, every_table: list[Any]) -> None:
        assert every_table
        for table in every_table:
            grid = table.xpath("w:tblGrid/w:gridCol/@w:w")
            for row in table.iterchildren(qn("w:tr")):
                assert row.xpath("w:tc/w:tcPr/w:tcW/@w:w") == grid
            assert table.xpath("w:tblPr/w:tblW/@w:w") == [str(sum(map(int, grid)))]
            assert sum(map(int, grid)) <= A4_LANDSCAPE.text_width
            assert table.xpath("w:tblPr/w:tblLayout/@w:type") == ["fixed"]

    def test_every_table_has_a_title_and_a_description(self, every_table: list[Any]) -> None:
        titles = [table.xpath("w:tblPr/w:tblCaption/@w:val")[0] for table in every_table]
        assert titles == [
            "Summary of all sub-groups",
            "Outcome: 2.1: Communities live in peace – Summary",
            "Outcome: 2.1: Communities live in peace – Action: Bring people together",
        ]
        assert all(table.xpath("w:tblPr/w:tblDescription/@w:val")[0] for table in every_table)

    def test_a_status_is_shown_by_word_and_colour(self, every_table: list[Any], template: Template) -> None:
        amber = template.scale.by_code["AMBER"]
        rows = list(every_table[2].iterchildren(qn("w:tr")))
        status_cell, unreported_cell = (row.xpath("w:tc")[3] for row in rows[1:])
        assert status_cell.xpath("w:tcPr/w:shd/@w:fill") == [amber.fill]
        assert status_cell.xpath(".//w:r/w:rPr/w:color/@w:val") == [amber.ink]
        assert status_cell.xpath(".//w:r/w:rPr/w:b")
        assert all_text(status_cell) == "AMBER"
        assert not unreported_cell.xpath("w:tcPr/w:shd | .//w:rPr")

    def test_headings_and_details_keep_with_next(self, document: Any, every_table: list[Any]) -> None:
        headings = [p.style for p in document.paragraphs if p.style.name.startswith(("Heading", "Title"))]
        assert all(style.paragraph_format.keep_with_next for style in headings)
        assert document.styles["Table Heading"].paragraph_format.keep_with_next
        details = every_table[1]
        body = [p for row in details.xpath("w:tr[position() > 1]") for p in row.iter(qn("w:p"))]
        assert all(p.xpath("w:pPr/w:keepNext") for p in body)


class TestColumnWidths:
    @pytest.mark.parametrize(
        ("preferred", "minimum", "widths"),
        [
            ([1, 2, 1], [0, 0, 0], [250, 500, 250]),
            ([1, 50, 50], [100, 0, 0], [100, 450, 450]),
            ([1, 12, 87], [200, 110, 0], [200, 110, 690]),
            ([5, 5], [900, 2700], [250, 750]),
        ],
        ids=["as preferred", "a minimum", "a further minimum, which that leads to", "minimums above the total"],
    )
    def test_widths_fill_the_total(self, preferred: list[float], minimum: list[float], widths: list[int]) -> None:
        assert tables.column_widths(preferred, minimum, 1000) == widths

    @given(st.lists(st.tuples(st.floats(4, 120), st.floats(200, 4000)), min_size=1, max_size=30))
    def test_widths_always_add_up(self, columns: list[tuple[float, float]]) -> None:
        preferred_widths, min_widths = zip(*columns, strict=True)
        widths = tables.column_widths(preferred_widths, min_widths, A4_LANDSCAPE.text_width)
        assert sum(widths) == A4_LANDSCAPE.text_width
        assert min(widths) > 0
        if sum(min_widths) < A4_LANDSCAPE.text_width:
            assert all(width >= min_width - 1 for width, min_width in zip(widths, min_widths, strict=True))

    def test_brag_breaks_no_status_or_month(self) -> None:
        brag = read_template("brag")
        writer = tables.TableWriter(brag, brag.columns, A4_LANDSCAPE.text_width)
        widths = dict(zip((column.key for column in brag.columns), writer._task_widths, strict=True))
        # Widths of the bold words in Arial at 10 points, from the font's own table, with the cell's margins.
        assert widths["status"] > 734 + 2 * tables.CELL_MARGIN  # AMBER
        assert widths["due"] > 1014 + 2 * tables.CELL_MARGIN  # September

    def test_no_word_of_a_direction_a_choice_or_an_unknown_status_is_broken(self) -> None:
        template = read_template("brag")
        risk = Column(key="risk", heading="Risk", kind="choice", choices=("Low", "Considerable"))
        travel = Column.model_construct(key=TREND, heading="Direction of travel", kind="text", width=24, choices=())
        columns = (*template.columns, travel, risk)
        widths = dict(
            zip(
                (column.key for column in columns),
                tables.TableWriter(template, columns, A4_LANDSCAPE.text_width)._task_widths,
                strict=True,
            )
        )
        # As above, but not bold; the symbol is as wide as the font is high.
        assert widths[TREND] > 198 + 56 + 1023 + 2 * tables.CELL_MARGIN  # ► Unchanged
        assert widths["risk"] > 1178 + 2 * tables.CELL_MARGIN  # Considerable
        assert widths["status"] > 811 + 2 * tables.CELL_MARGIN  # (returned

    def test_a_count_with_its_share_and_a_name_are_not_broken(self) -> None:
        template = read_template("standard")
        columns = (
            ReportColumn("Period", 90),
            ReportColumn("Red", 5, "number"),
            ReportColumn("What", 5, "name"),
            ReportColumn("Is", 90),
        )
        row = (ReportCell("March"), ReportCell("12 (16%)"), ReportCell("improvement/action"), ReportCell("x"))
        table_xml = tables.TableWriter(template, template.columns, 9000).plain_table(ReportTable("T", columns, (row,)))
        widths = [int(width) for width in re.findall(r'<w:gridCol w:w="(\d+)"', table_xml)]
        assert widths[1] > 811 + 2 * tables.CELL_MARGIN
        assert widths[2] > 1745 + 2 * tables.CELL_MARGIN


class TestDocument:
    def test_the_page_is_landscape_a4(self, document: Any) -> None:
        section = document.sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
        assert section._sectPr.pgSz.get(qn("w:orient")) == "landscape"

    def test_the_language_is_british_english_throughout(self, report: bytes, document: Any) -> None:
        for name, part in parts_of(report).items():
            assert b"en-US" not in part, name
        assert document.styles.element.xpath("w:docDefaults//w:lang/@w:val") == ["en-GB"]
        assert document.settings.element.xpath("w:themeFontLang/@w:val") == ["en-GB"]
        assert document.core_properties.language == "en-GB"

    def test_the_properties_have_title_period_and_partnership(self, document: Any) -> None:
        properties = document.core_properties
        assert properties.title == "Thematic Sub-Group Performance Reporting"
        assert properties.subject == "Second quarter"
        assert properties.author == properties.last_modified_by == "Gloucester Partnership"
        assert (properties.revision, properties.comments, properties.keywords) == (1, "", "")
        midnight = datetime.datetime(2008, 9, 4, tzinfo=properties.created.tzinfo)
        assert properties.created == properties.modified == midnight

    def test_a_title_may_be_longer_than_a_property(self, template: Template) -> None:
        content = content_of(template, title="long " * 100)
        document = reopened(content, template)
        assert len(document.core_properties.title) <= 255
        assert document.paragraphs[0].text == "long " * 100

    def test_nothing_of_the_library_s_own_template_is_left(self, report: bytes) -> None:
        parts = parts_of(report)
        assert sorted(parts) == [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/app.xml",
            "docProps/core.xml",
            "word/_rels/document.xml.rels",
            "word/charts/_rels/chart1.xml.rels",
            "word/charts/chart1.xml",
            "word/document.xml",
            "word/embeddings/Microsoft_Excel_Worksheet1.xlsx",
            "word/footer1.xml",
            "word/numbering.xml",
            "word/settings.xml",
            "word/styles.xml",
        ]
        for name, part in parts.items():
            for leftover in (b"python-docx", b"2013-", b"Macintosh", b"Calibri", b"Cambria", b"theme="):
                assert leftover not in part, (name, leftover)

    def test_only_the_template_s_font_is_used(self, template: Template) -> None:
        look = template.look.model_copy(update={"font": 'Gill & "Sans"', "size": 12.5})
        report = written(content_of(template), template.model_copy(update={"look": look}))
        styles = docx.Document(io.BytesIO(report)).styles.element
        fonts = {value for element in styles.iter(qn("w:rFonts")) for value in element.attrib.values()}
        assert fonts == {'Gill & "Sans"'}
        assert styles.xpath("w:docDefaults//w:sz/@w:val") == ["25"]

    def test_pages_are_numbered_in_the_footer(self, document: Any) -> None:
        footer = document.sections[0].footer._element
        assert [field.get(qn("w:instr")).strip() for field in footer.iter(qn("w:fldSimple"))] == [
            "PAGE",
            "NUMPAGES",
        ]
        text = "Thematic Sub-Group Performance Reporting · Second quarterPage 1 of 3"
        assert all_text(footer) == text

    def test_word_does_not_prompt_for_an_update(self, report: bytes) -> None:
        assert b"updateFields" not in parts_of(report)["word/settings.xml"]

    def test_only_defined_styles_are_used(self, report: bytes, document: Any) -> None:
        defined_ids = {style.style_id for style in document.styles}
        for name in ("word/document.xml", "word/footer1.xml"):
            used_ids = set(re.findall(rb'<w:(?:pStyle|tblStyle|rStyle) w:val="([^"]+)"', parts_of(report)[name]))
            assert {style.decode() for style in used_ids} <= defined_ids


@pytest.mark.parametrize("name", ["standard", "brag"])
def test_it_is_accessible(name: str) -> None:
    template = read_template(name)
    row = tuple(ReportCell("GREEN", "GREEN") if c.kind == "status" else ReportCell("words") for c in template.columns)
    assert violations(written(content_of(template, row), template)) == []


def test_contrast_is_sufficient_if_the_heading_colour_is_pale(template: Template) -> None:
    look = template.look.model_copy(update={"heading_fill": "FFD700", "heading_ink": "000000"})
    pale = template.model_copy(update={"look": look})
    assert violations(written(content_of(pale), pale), "contrast") == []


def test_the_same_input_gives_the_same_bytes(template: Template, report: bytes) -> None:
    assert written(content_of(template), template) == report
    with zipfile.ZipFile(io.BytesIO(report)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_unknown_status_is_an_error(template: Template) -> None:
    content = content_of(template, (*TASK[:3], ReportCell("PINK", "PINK"), TASK[4]))
    with pytest.raises(KeyError, match="PINK"):
        written(content, template)


@pytest.mark.parametrize("name", ["standard", "brag"])
def test_it_passes_the_office_validator(name: str, tmp_path: Path) -> None:
    template = read_template(name)
    text = "* <>&\"' \t" + "long " * 2000 + "\n* " + "\x07"
    row = tuple(ReportCell("RED", "RED") if c.kind == "status" else ReportCell(text) for c in template.columns)
    content = content_of(template, row, title=text, partnership=text, period=text)
    path = tmp_path / "report.docx"
    path.write_bytes(written(content, template))
    assert office.rule_violations(path) == []


@pytest.mark.slow
def test_libreoffice_shows_every_page_and_task(template: Template, tmp_path: Path) -> None:
    rows = tuple((ReportCell(f"{number}) Task"), *TASK[1:]) for number in range(60))
    path = tmp_path / "report.docx"
    path.write_bytes(written(content_of(template, *rows), template))
    pdf = office.convert_to_pdf(path, tmp_path)
    pages = office.pdf_text(pdf).split("\f")[:-1]
    assert len(pages) == office.pdf_pages(pdf) >= 5
    assert "Share of tasks by status" in pages[0]
    assert "Stronger Communities" in pages[1].splitlines()[0], "the first page is full, or the section not on a new one"
    assert "No update received" in pages[-1]
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
    task_pages = [page for page in pages if re.search(r"^\s*\d+\) Task", page, re.MULTILINE)]
    assert len(task_pages) == len(pages) - 2
    assert all("Planned improvement/action needed" in page for page in task_pages), "heading row not repeated"
    task_numbers = re.findall(r"^\s*(\d+)\) Task", "\n".join(pages), re.MULTILINE)
    assert [int(number) for number in task_numbers] == list(range(60))
