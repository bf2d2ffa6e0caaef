"""The page for contacts as a Word document: one printed page, usable by everybody, in the partnership's look."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from helpers import accessibility, house_documents, office, projects
from helpers.example import DATE, DUE
from ragsheets.plan.model import Period, Plan
from ragsheets.report.contact_guide.content import compose_contact_guide
from ragsheets.report.contact_guide.word import contact_guide_to_docx
from ragsheets.report.house_style.look import TEMPLATE_LOOK, ReportLook
from ragsheets.report.house_style.style import parse_house_style
from ragsheets.report.write.pictures import parse_logo
from ragsheets.template.reader import read_template, shipped_templates

PLAN = Plan.model_validate(projects.plan(title="Thematic Sub-Group Performance Reporting"))
LOGO = parse_logo(house_documents.png(600, 180), "logo.png", "The crest of Anytown")


def page(name: str = "standard", look: ReportLook = TEMPLATE_LOOK, *, first: bool = False) -> bytes:
    """Return the page of a template, by default the longest: of a later period with answers carried forward."""
    template = read_template(name)
    guide = compose_contact_guide(
        PLAN,
        template,
        Period(DATE, due=DUE),
        previous_period=None if first else Period(DATE.replace(month=6)),
        carries_forward=not first,
    )
    return contact_guide_to_docx(guide, template, created=DATE, report_look=look.single_page)


def house_look(font: str = "Georgia") -> ReportLook:
    """Return a look with a house style of large text and wide margins, and a logo."""

    def set_font(house: Any) -> None:
        for style in house.styles:
            if style.type == WD_STYLE_TYPE.PARAGRAPH and style.font.name == "Georgia":
                style.font.name = font

    house_document = house_documents.python_docx_document(change=set_font)
    house = parse_house_style(house_document, "house.docx", read_template("standard").look)
    return replace(TEMPLATE_LOOK, house_style=house, logo=LOGO)


def saved(content: bytes, folder: Path) -> Path:
    path = folder / "guide.docx"
    path.write_bytes(content)
    return path


def document(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_templates())
@pytest.mark.parametrize("look", [TEMPLATE_LOOK, replace(TEMPLATE_LOOK, logo=LOGO)], ids=["plain", "logo"])
def test_it_is_printed_on_one_page(name: str, look: ReportLook, tmp_path: Path) -> None:
    pdf = office.convert_to_pdf(saved(page(name, look), tmp_path), tmp_path)
    assert office.pdf_pages(pdf) == 1
    text = " ".join(office.pdf_text(pdf).split())
    assert "Thematic Sub-Group Performance Reporting" in text
    assert text.endswith("Page 1 of 1")


@pytest.mark.slow
def test_so_is_one_in_a_house_style_with_large_text(tmp_path: Path) -> None:
    look = replace(house_look("Arial"), logo=None)
    assert office.pdf_pages(office.convert_to_pdf(saved(page("brag", look, first=True), tmp_path), tmp_path)) == 1


@pytest.mark.parametrize("name", shipped_templates())
def test_it_follows_office_s_own_rules(name: str, tmp_path: Path) -> None:
    assert office.rule_violations(saved(page(name), tmp_path)) == []


def test_so_does_one_in_a_house_style_with_a_logo(tmp_path: Path) -> None:
    assert office.rule_violations(saved(page(look=house_look()), tmp_path)) == []


@pytest.mark.parametrize("name", shipped_templates())
@pytest.mark.parametrize("first", [True, False], ids=["first period", "later period"])
def test_it_can_be_used_by_everybody(name: str, first: bool) -> None:
    assert accessibility.violations(page(name, first=first)) == []


def test_so_can_one_in_a_house_style_with_a_logo() -> None:
    assert accessibility.violations(page(look=house_look())) == []


def test_it_has_a_title_headings_and_tables_with_heading_rows() -> None:
    content = document(page(first=True))
    assert content.core_properties.title == "How to fill in the workbook"
    assert content.core_properties.language == "en-GB"
    headings = [paragraph.text for paragraph in content.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings[:2] == ["What to fill in", "What each status means"]
    assert [table.rows[0].cells[0].text for table in content.tables] == ["Column", "GREEN"]


def test_its_statuses_have_their_colours() -> None:
    (_, statuses) = document(page()).tables
    green = read_template("standard").statuses[0]
    assert f'w:fill="{green.fill}"' in statuses.rows[0].cells[0]._tc.xml
    assert f'w:val="{green.ink}"' in statuses.rows[0].cells[0]._tc.xml


def test_it_takes_over_the_house_style_and_the_logo() -> None:
    content = document(page(look=house_look()))
    assert content.styles["Title"].font.name == "Georgia"
    assert content.sections[0].header.paragraphs[0].text.strip() == "Borough of Anytown"
    (picture,) = content.inline_shapes
    assert picture._inline.docPr.get("descr") == "The crest of Anytown"


def test_the_same_input_gives_the_same_bytes() -> None:
    assert page() == page()
