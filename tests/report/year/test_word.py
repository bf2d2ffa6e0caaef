"""The end-of-year report as a Word document: its content, its layout, and its display in real programs."""

from __future__ import annotations

import datetime
import io
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from helpers import house_documents, office
from ragsheets.report.house_style.look import ReportLook
from ragsheets.report.house_style.style import parse_house_style
from ragsheets.report.write.content import ReportCell, ReportColumn, ReportPart, ReportTable
from ragsheets.report.write.passages import Passage, parse_list_item, parse_passages
from ragsheets.report.year import word
from ragsheets.report.year.content import Chapter, YearContent
from ragsheets.template.colour import MIN_CONTRAST, contrast
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template
from ragsheets.text import clean_for_office

DATE = datetime.date(2011, 3, 31)
MINUTES = "http://www.example.org/Strategic__Groups/Minutes.aspx?a=1&b=2"
CONTENT = YearContent(
    title="End of Year Performance Report",
    subject="Thematic Groups",
    partnership="Gloucester Partnership",
    period="31st March 2011",
    date="31st March 2011",
    chapters=(
        Chapter("Introduction", (Passage("A year ago."), Passage("Now."))),
        Chapter(
            "Headline Successes",
            chapters=(
                Chapter("Stronger Communities", parse_list_item("Won:\n* a vote\n* a prize")),
                Chapter("Healthy City", (Passage("These are drafts.", "note"), Passage("Draft: walks", "draft"))),
            ),
        ),
        Chapter("Next Steps", (Passage("Go on.", "bullet"),), (Chapter("Healthy City", parse_list_item("Walk on.")),)),
    ),
    closing=Chapter("Closing line", (Passage(f"See {MINUTES}, or ask."), Passage(f"Again: {MINUTES}"))),
    figures=ReportPart(
        "The year in figures",
        paragraphs=("All is well.",),
        table=ReportTable(
            "Totals",
            (ReportColumn("Period", 3), ReportColumn("GREEN", 1, "number", "GREEN")),
            ((ReportCell("x"), ReportCell("1")),),
        ),
    ),
    sources=ReportPart("Where this report comes from", paragraphs=("Made by hand.",)),
)

KEY = (
    "What each status means: GREEN Green – on track AMBER Amber – needs attention "
    "RED Red – needs action Percentages are rounded."
)


@pytest.fixture(scope="module")
def template() -> Template:
    return read_template("standard")


@pytest.fixture(scope="module")
def report(template: Template) -> bytes:
    return word.year_report_to_docx(CONTENT, template, created=DATE)


@pytest.fixture(scope="module")
def document(report: bytes) -> Any:
    return docx.Document(io.BytesIO(report))


def document_of(content: YearContent, template: Template) -> Any:
    return docx.Document(io.BytesIO(word.year_report_to_docx(content, template, created=DATE)))


class TestLayout:
    def test_the_layout_is_that_of_2011(self, document: Any) -> None:
        assert [(p.style.name, " ".join(p.text.split())) for p in document.paragraphs] == [
            ("Title", "End of Year Performance Report"),
            ("Subtitle", "Thematic Groups"),
            ("Subtitle", "Gloucester Partnership · 31st March 2011"),
            ("Heading 1", "Introduction"),
            ("Normal", "A year ago."),
            ("Normal", "Now."),
            ("Heading 1", "Headline Successes"),
            ("Heading 2", "Stronger Communities"),
            ("List Bullet", "Won:"),
            ("List Bullet 2", "a vote"),
            ("List Bullet 2", "a prize"),
            ("Heading 2", "Healthy City"),
            ("Normal", "These are drafts."),
            ("To Edit", "Draft: walks"),
            ("Heading 1", "Next Steps"),
            ("List Bullet", "Go on."),
            ("Heading 2", "Healthy City"),
            ("List Bullet", "Walk on."),
            ("Normal", f"See {MINUTES}, or ask."),
            ("Normal", f"Again: {MINUTES}"),
            ("Heading 1", "The year in figures"),
            ("Normal", "All is well."),
            ("Key", KEY),
            ("Heading 1", "Where this report comes from"),
            ("Normal", "Made by hand."),
        ]

    def test_pages_are_portrait(self, document: Any) -> None:
        section = document.sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert section._sectPr.pgSz.get(qn("w:orient")) != "landscape"
        width = section.page_width - section.left_margin - section.right_margin
        for table in document.tables:
            assert sum(column.width for column in table.columns) <= width

    def test_the_first_page_has_the_note_on_the_revision(self, template: Template) -> None:
        changes = ReportPart("What changed", "changes", table=CONTENT.figures.table)
        content = replace(
            CONTENT, revision_note=ReportPart("", paragraphs=("Revision 1.",)), revision_number=1, changes=changes
        )
        paragraphs = document_of(content, template).paragraphs
        assert (paragraphs[3].style.name, paragraphs[3].text) == ("Remark", "Revision 1.")
        assert "What changed" in [p.text for p in paragraphs]

    def test_bullets_are_real_lists_and_points_are_indented(self, document: Any) -> None:
        numbering = document.part.numbering_part.element
        lefts = []
        for name in ("List Bullet", "List Bullet 2"):
            style = document.styles[name].element
            (number,) = style.xpath("w:pPr/w:numPr/w:numId/@w:val")
            kind = numbering.num_having_numId(int(number)).abstractNumId.val
            (level,) = numbering.xpath(f"w:abstractNum[@w:abstractNumId='{kind}']/w:lvl")
            # Some programs show no bullet where the list refers to a different style.
            assert level.find(qn("w:pStyle")).get(qn("w:val")) == style.get(qn("w:styleId"))
            assert level.find(qn("w:numFmt")).get(qn("w:val")) == "bullet"
            lefts.append(level.find(f"{qn('w:pPr')}/{qn('w:ind')}").get(qn("w:left")))
        assert int(lefts[0]) < int(lefts[1])


class TestLinks:
    def test_only_addresses_in_the_closing_text_are_links(self, document: Any) -> None:
        live = [(link.address, link.text) for p in document.paragraphs for link in p.hyperlinks]
        assert live == [(MINUTES, MINUTES), (MINUTES, MINUTES)]
        outside = [rel for rel in document.part.rels.values() if rel.is_external]
        assert [rel.target_ref for rel in outside] == [MINUTES]

    def test_text_of_a_return_never_becomes_a_link(self, template: Template) -> None:
        chapters = (
            Chapter(
                "See https://a.org",
                parse_passages("See https://a.org"),
                (Chapter("https://a.org", parse_list_item("https://a.org")),),
            ),
            Chapter("Drafts", (Passage("mailto:a@b.org", "draft"), Passage("http://b.org", "gap"))),
        )
        figures = replace(CONTENT.figures, paragraphs=("http://c.org",))
        content = replace(CONTENT, chapters=chapters, closing=Chapter("End"), figures=figures)
        reopened = document_of(content, template)
        assert not list(reopened.element.body.iter(qn("w:hyperlink")))
        assert not [rel for rel in reopened.part.rels.values() if rel.is_external]

    @pytest.mark.parametrize("text", ["javascript:alert(1)", 'https://a.org/"><w:p/>', "file:///etc/passwd"])
    def test_a_hostile_address_is_only_text(self, template: Template, text: str, tmp_path: Path) -> None:
        reopened = document_of(replace(CONTENT, closing=Chapter("End", (Passage(text),))), template)
        assert text in [p.text for p in reopened.paragraphs]
        for rel in reopened.part.rels.values():
            assert not rel.is_external or rel.target_ref.startswith("https://a.org/")


class TestText:
    @settings(deadline=None)
    @given(
        st.text(st.characters(codec="utf-8") | st.sampled_from("<&>\"'\n\t* https://a.org/\x00"), max_size=200),
        st.lists(st.text(st.characters(codec="utf-8") | st.sampled_from("<&>\n* \r"), max_size=60), max_size=5),
    )
    def test_no_word_is_lost(self, text: str, headlines: list[str]) -> None:
        chapters = (
            Chapter("Introduction", parse_passages(text)),
            Chapter("Successes", tuple(passage for line in headlines for passage in parse_list_item(line))),
        )
        content = replace(CONTENT, chapters=chapters, closing=Chapter("Closing line", parse_passages(text)))
        reopened = document_of(content, read_template("standard"))
        paragraph_texts = [p.text for p in reopened.paragraphs]
        printed_text = " ".join(
            paragraph_texts[paragraph_texts.index("Introduction") + 1 : paragraph_texts.index("The year in figures")]
        )
        expected_texts = [text, "Successes", *headlines, text]
        assert words_of(printed_text) == words_of(" ".join(map(plain_text, expected_texts)))


def words_of(text: str) -> list[str]:
    """Return the words of a text without single stars, which may mark list items."""
    return [word for word in text.split() if word != "*"]


def plain_text(text: str) -> str:
    """Return a text as it is shown: list items without their stars."""
    lines = [line.strip() for line in clean_for_office(text).split("\n")]
    return "\n".join(line.removeprefix("* ") if line.removeprefix("* ").strip() else line for line in lines)


class TestDocument:
    def test_the_properties_have_title_period_and_partnership(self, document: Any) -> None:
        properties = document.core_properties
        assert properties.title == "End of Year Performance Report"
        assert (properties.subject, properties.author) == ("31st March 2011", "Gloucester Partnership")
        assert properties.language == "en-GB"

    def test_pages_are_numbered(self, document: Any) -> None:
        footer = document.sections[0].footer._element
        assert [field.get(qn("w:instr")).strip() for field in footer.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]

    def test_heading_levels_are_not_skipped(self, document: Any) -> None:
        levels = [int(p.style.name[-1]) for p in document.paragraphs if p.style.name.startswith("Heading")]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))

    def test_no_paragraph_is_empty_and_every_style_is_defined(self, document: Any) -> None:
        assert all(p.text.strip() for p in document.paragraphs)
        defined_ids = {style.style_id for style in document.styles}
        used_ids = {style.get(qn("w:val")) for style in document.element.body.iter(qn("w:pStyle"), qn("w:rStyle"))}
        assert used_ids <= defined_ids

    def test_tables_have_one_heading_row_and_a_title(self, document: Any) -> None:
        assert document.tables
        for table in document.tables:
            rows = list(table._tbl.iterchildren(qn("w:tr")))
            assert [bool(row.xpath("w:trPr/w:tblHeader")) for row in rows] == [True] + [False] * (len(rows) - 1)
            assert table._tbl.xpath("w:tblPr/w:tblCaption/@w:val")[0]

    @pytest.mark.parametrize("name", ["standard", "brag"])
    def test_text_to_edit_is_legible_and_marked_by_more_than_colour(self, name: str) -> None:
        template = read_template(name)
        reopened = document_of(CONTENT, template)
        style = reopened.styles["To Edit"].element
        (fill,) = style.xpath("w:pPr/w:shd/@w:fill")
        assert contrast(template.look.text_ink, fill) >= MIN_CONTRAST
        assert style.xpath("w:pPr/w:pBdr/w:left/@w:val") == ["dashed"]

    def test_the_same_input_gives_the_same_bytes(self, template: Template, report: bytes) -> None:
        assert word.year_report_to_docx(CONTENT, template, created=DATE) == report

    def test_every_referenced_relationship_is_defined(self, report: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(report)) as archive:
            body = etree.fromstring(archive.read("word/document.xml"))
            relations = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
        defined_ids = {relation.get("Id") for relation in relations}
        used_ids = {value for node in body.iter() for name, value in node.attrib.items() if name == qn("r:id")}
        assert used_ids
        assert used_ids <= defined_ids


HOSTILE = "* <>&\"' \t" + "long " * 900 + "\nhttps://exämple.org/ü?<&>\"'%zz\x07 mailto:a@b.org"


@pytest.mark.parametrize("name", ["standard", "brag"])
def test_it_passes_the_office_validator(name: str, tmp_path: Path) -> None:
    kinds = ("text", "bullet", "point", "draft", "gap", "note")
    chapter = Chapter(
        HOSTILE, tuple(Passage(HOSTILE, kind) for kind in kinds), (Chapter(HOSTILE, parse_list_item(HOSTILE)),)
    )
    closing = Chapter("End", (Passage(HOSTILE), Passage(MINUTES, "bullet")))
    content = replace(CONTENT, chapters=(chapter,), closing=closing, title=HOSTILE, subject=HOSTILE, period=HOSTILE)
    path = tmp_path / "report.docx"
    path.write_bytes(word.year_report_to_docx(content, read_template(name), created=DATE))
    assert office.rule_violations(path) == []


@pytest.mark.parametrize("landscape", [False, True], ids=["portrait", "landscape"])
def test_a_house_style_is_used_with_its_page(landscape: bool, template: Template, tmp_path: Path) -> None:
    house_style = parse_house_style(
        house_documents.python_docx_document(landscape=landscape), "house.docx", template.look
    )
    path = tmp_path / "report.docx"
    path.write_bytes(word.year_report_to_docx(CONTENT, template, created=DATE, report_look=ReportLook(house_style)))
    reopened: Any = docx.Document(str(path))
    section = reopened.sections[0]
    assert (section.page_width > section.page_height) is landscape
    assert reopened.styles["Heading 1"].font.name == reopened.styles["Table Text"].font.name == "Georgia"
    assert [link.address for p in reopened.paragraphs for link in p.hyperlinks] == [MINUTES, MINUTES]
    assert office.rule_violations(path) == []


@pytest.mark.slow
def test_libreoffice_shows_every_page_and_text(report: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(report)
    pages = office.pdf_text(office.convert_to_pdf(path, tmp_path)).split("\f")[:-1]
    assert len(pages) == 2
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of 2" in page
    printed_text = " ".join("".join(pages).split())
    assert printed_text.count("•") == 5
    for paragraph in docx.Document(io.BytesIO(report)).paragraphs:
        assert " ".join(paragraph.text.split()) in printed_text or MINUTES in paragraph.text
