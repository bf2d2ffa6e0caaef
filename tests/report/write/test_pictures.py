"""The logo above the title: its size has limits whatever the file, and it has an alternative text."""

from __future__ import annotations

import base64
import datetime
import io
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from helpers import office
from helpers.house_documents import png
from ragsheets.errors import ReportError
from ragsheets.report.house_style.look import ReportLook
from ragsheets.report.write import word
from ragsheets.report.write.content import ReportContent, StatusCount, Summary, SummaryRow
from ragsheets.report.write.pictures import parse_logo
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template

DATE = datetime.date(2008, 9, 4)
MILLIMETRE = 36000
#: One grey dot, as a JPEG file.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQ"
    "Ew8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k="
)


@pytest.fixture(scope="module")
def template() -> Template:
    return read_template("standard")


def with_logo(template: Template, logo: bytes, alt_text: str = "The crest of Anytown") -> bytes:
    content = ReportContent(
        title="Progress",
        partnership="Us",
        period="P",
        date="4th September 2008",
        summary=Summary("All is well.", (StatusCount("Total", 1),), (SummaryRow("All sub-groups", (1,)),)),
        columns=template.columns,
        sections=(),
    )
    return word.report_to_docx(
        content, template, created=DATE, report_look=ReportLook(logo=parse_logo(logo, "logo", alt_text))
    )


@pytest.mark.parametrize(
    ("width", "height"), [(120, 40), (4000, 100), (100, 4000), (3000, 3000), (1, 1)], ids=lambda size: str(size)
)
def test_it_is_never_large_and_keeps_its_aspect_ratio(width: int, height: int) -> None:
    logo = parse_logo(png(width, height), "logo.png", "A crest")
    assert 0 < logo.width <= 60 * MILLIMETRE
    assert 0 < logo.height <= 18 * MILLIMETRE
    assert logo.width / logo.height == pytest.approx(width / height, rel=0.01)


def test_it_is_above_the_title_with_its_alternative_text(template: Template) -> None:
    document: Any = docx.Document(io.BytesIO(with_logo(template, png(), 'A "crest" & <crown>')))
    first, second = document.paragraphs[:2]
    (properties,) = first._p.iter(qn("wp:docPr"))
    assert properties.get("descr") == 'A "crest" & <crown>'
    (blip,) = first._p.iter(qn("a:blip"))
    assert document.part.related_parts[blip.get(qn("r:embed"))].blob == png()
    assert second.text == "Progress"
    drawing_ids = [drawing.get("id") for drawing in document.element.body.iter(qn("wp:docPr"))]
    assert len(set(drawing_ids)) == len(drawing_ids)


@pytest.mark.parametrize("content", [png(), JPEG], ids=["png", "jpeg"])
def test_a_report_with_it_passes_the_office_validator(content: bytes, template: Template, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(with_logo(template, content))
    assert office.rule_violations(path) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"\x89PNG\r\n\x1a\n",
        png()[:20],
        b"\xff\xd8\xff\xe0",
        JPEG[:8],
    ],
)
def test_a_file_that_is_not_a_picture_is_an_error(content: bytes) -> None:
    with pytest.raises(ReportError, match="not a picture that can be used") as raised:
        parse_logo(content, "logo.png", "A crest")
    assert raised.value.problems[0].where == "logo.png"
    assert ".png or .jpg" in raised.value.problems[0].fix


@pytest.mark.parametrize("content", [png(), JPEG], ids=["png", "jpeg"])
def test_a_truncated_or_damaged_file_is_an_error_or_a_logo(content: bytes) -> None:
    damaged_files = [content[:end] for end in range(len(content))]
    damaged_files += [content[:position] + b"\xff" + content[position + 1 :] for position in range(len(content))]
    error_count = 0
    for damaged in damaged_files:
        try:
            logo = parse_logo(damaged, "logo.png", "A crest")
        except ReportError:
            error_count += 1
        else:
            assert 0 < logo.width <= 60 * MILLIMETRE and 0 < logo.height <= 18 * MILLIMETRE
    assert error_count > 20
