"""A Word document whose package another program wrote is read, quoted and taken as a house style as the plain one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import house_documents
from helpers.odd_packages import (
    EVERY_PACKAGE,
    PLACES,
    SINGLE_GROUPS,
    UNREAD_PARTS,
    Package,
    packed,
    unpacked,
    written_oddly,
)
from helpers.word_reports import SHAPES, handmade_report
from ragsheets.errors import ReportError
from ragsheets.formats.text.extract import extract_text
from ragsheets.report.house_style.style import parse_house_style
from ragsheets.report.read.reader import default_templates, open_report
from ragsheets.template.reader import read_template

LOOK = read_template("standard").look
REPORT = handmade_report(next(iter(SHAPES)))


def _indent(document: Any) -> None:
    style = document.styles["Heading 1"]
    style.paragraph_format.left_indent, style.paragraph_format.space_after = Pt(18), Pt(7.5)


HOUSE = house_documents.python_docx_document(change=_indent)


def report_facts(report: bytes) -> list[Any]:
    opened = open_report(report, "report.docx")
    facts = (opened.file.title, opened.file.author, opened.file.company)
    return [opened.word_content, opened.read_best(default_templates())[0], facts, extract_text("word", report)]


def house_facts(house: bytes) -> list[Any]:
    style = parse_house_style(house, "house.docx", LOOK)
    return [
        (style.page, style.look, style.headers_and_footers, style.theme),
        (style.different_first_page, style.different_even_pages, style.warnings),
        style.text_styles.style_ids,
    ]


PLAIN_REPORT, PLAIN_HOUSE = report_facts(REPORT), house_facts(HOUSE)


def check(oddities: list[str]) -> None:
    assert report_facts(written_oddly(REPORT, oddities)) == PLAIN_REPORT
    assert house_facts(written_oddly(HOUSE, oddities)) == PLAIN_HOUSE


@pytest.mark.parametrize("oddity", EVERY_PACKAGE)
def test_each_oddity_changes_nothing(oddity: str) -> None:
    check([oddity])


@pytest.mark.slow
@settings(deadline=None)
@given(
    singles=st.tuples(*(st.sampled_from(["", *group]) for group in SINGLE_GROUPS)),
    others=st.lists(st.sampled_from([*PLACES, *UNREAD_PARTS]), unique=True),
)
def test_no_combination_of_oddities_changes_anything(singles: tuple[str, ...], others: list[str]) -> None:
    check([*filter(None, singles), *others])


@pytest.mark.parametrize(
    "content_type",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ],
)
def test_documents_with_macros_and_templates_are_taken(content_type: str) -> None:
    for content, facts, plain in ((REPORT, report_facts, PLAIN_REPORT), (HOUSE, house_facts, PLAIN_HOUSE)):
        package = unpacked(content)
        package.types[package.main] = content_type
        package.moved[package.main] = "text/content.xml"
        assert facts(packed(package)) == plain


# ------------------------------------------------------------------------------------------------ the strict form


def in_points(match: re.Match[bytes]) -> bytes:
    return b'%s="%gpt"' % (match[1], int(match[2]) / (2 if match[1] == b"w:val" else 20))


def in_the_strict_form(package: Package) -> None:
    """As Word saves it: other namespaces, measures with units, start for left."""
    for name, content in package.parts.items():
        if name.endswith(".xml") and name.startswith("word/"):
            content = re.sub(
                rb"http://schemas\.openxmlformats\.org/(wordprocessingml|drawingml|officeDocument)/2006/",
                rb"http://purl.oclc.org/ooxml/\1/",
                content,
            )
            content = re.sub(rb'(?<=<w:sz )(w:val)="(\d+)"', in_points, content)
            content = re.sub(
                rb'(w:(?:w|h|left|right|top|bottom|header|footer|after|before))="(\d+)"', in_points, content
            )
            package.parts[name] = content.replace(b"w:left=", b"w:start=") if name.endswith("styles.xml") else content
    for links in package.links.values():
        for link in links:
            link.type = re.sub(
                r"schemas\.openxmlformats\.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument", link.type
            )


def test_a_house_style_in_the_strict_form_gives_the_same_look() -> None:
    package = unpacked(HOUSE)
    in_the_strict_form(package)
    strict = packed(package)
    assert b"purl.oclc.org" in package.parts["word/document.xml"]
    assert b'pt"' in package.parts["word/document.xml"]
    assert house_facts(strict) == PLAIN_HOUSE
    styles = [parse_house_style(content, "house.docx", LOOK).text_styles for content in (strict, HOUSE)]
    assert [style.warnings for style in styles] == [styles[0].warnings] * 2


# -------------------------------------------------------------------------------- what no reader was prepared for


def fail(*_: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("place", ["read_word_content", "_ReportBuilder", "open_word"])
def test_any_failure_while_a_report_is_read_is_a_message(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"ragsheets.report.read.reader.{place}", fail)
    with pytest.raises(ReportError, match=r"report\.docx: is damaged and cannot be opened\. Take another copy of it\."):
        report_facts(REPORT)


@pytest.mark.parametrize("place", ["HouseDocument", "HouseTextStyles", "_page_setup_of"])
def test_any_failure_while_a_house_style_is_read_is_a_message(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"ragsheets.report.house_style.style.{place}", fail)
    with pytest.raises(ReportError, match=r"house\.docx: is damaged and cannot be read\. Open it in Word and save it"):
        house_facts(HOUSE)
