"""The chart on the report's first page: in the text, in the package, as alternative text, and as programs show it."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from lxml import etree

from helpers import office
from ragsheets.report.write import word
from ragsheets.report.write.chart import summary_chart_of
from ragsheets.report.write.content import ReportContent, StatusCount, Summary, SummaryRow
from ragsheets.report.write.page import A4_LANDSCAPE
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template

DATE = datetime.date(2008, 9, 4)
TEXT_WIDTH, TEXT_HEIGHT = A4_LANDSCAPE.text_width, A4_LANDSCAPE.text_height
CHART, BOOK = "word/charts/chart1.xml", "word/embeddings/Microsoft_Excel_Worksheet1.xlsx"


@pytest.fixture(scope="module")
def template() -> Template:
    return read_template("standard")


def content_of(template: Template, *rows: SummaryRow, not_reported: bool = True) -> ReportContent:
    """Return a report with only a first page, on these sub-groups."""
    rows = rows or (SummaryRow("Parks", (3, 5, 0, 1, 9)), SummaryRow("Health & <Care>", (2, 0, 1, 0, 3)))
    totals = tuple(sum(column) for column in zip(*(row.counts for row in rows), strict=True))
    lines = [(status.label, status.code) for status in template.statuses]
    lines += [("Not reported", None)] if not_reported else []
    return ReportContent(
        title="Progress",
        partnership="Our Partnership",
        period="Second quarter",
        date="4th September 2008",
        summary=Summary(
            "All is well.",
            tuple(
                StatusCount(label, count, code)
                for (label, code), count in zip([*lines, ("Total", None)], totals, strict=True)
            ),
            (*rows, SummaryRow("All sub-groups", totals)),
        ),
        columns=template.columns,
        sections=(),
    )


def parts_of(report: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(report)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def report(template: Template) -> bytes:
    return word.report_to_docx(content_of(template), template, created=DATE)


def cached_figures(chart: bytes) -> list[list[str]]:
    """Return the figures cached in a chart: for each series its name, its categories and its values."""
    series = etree.fromstring(chart).iter("{*}ser")
    return [[value.text or "" for value in element.iter("{*}v")] for element in series]


def test_chart_workbook_and_summary_hold_the_same_figures(report: bytes) -> None:
    table = docx.Document(io.BytesIO(report)).tables[0]
    summary = [[cell.text.split()[0] for cell in row.cells[1:-1]] for row in table.rows[1:]]
    parts = parts_of(report)
    rows = list(openpyxl.load_workbook(io.BytesIO(parts[BOOK])).worksheets[0].iter_rows(values_only=True))
    assert [[str(value) for value in row[1:]] for row in rows[1:]] == summary
    names = [str(row[0]) for row in rows[1:]]
    assert names == ["Parks (9)", "Health & <Care> (3)", "All sub-groups (12)"]
    assert cached_figures(parts[CHART]) == [
        [str(name), *names, *(summary_row[index] for summary_row in summary)] for index, name in enumerate(rows[0][1:])
    ]


def test_the_alternative_text_has_the_same_figures(report: bytes) -> None:
    drawing: Any = next(docx.Document(io.BytesIO(report)).element.body.iter(qn("wp:docPr")))
    assert drawing.get("title") == "Share of tasks by status"
    assert drawing.get("descr") == (
        "Stacked bars of how many tasks have each status. Parks: 3 GREEN, 5 AMBER, 1 Not reported. "
        "Health & <Care>: 2 GREEN, 1 RED. All sub-groups: 5 GREEN, 5 AMBER, 1 RED, 1 Not reported."
    )


def test_the_chart_is_as_wide_as_the_text(report: bytes) -> None:
    extent: Any = next(docx.Document(io.BytesIO(report)).element.body.iter(qn("wp:extent")))
    assert int(extent.get("cx")) == TEXT_WIDTH * 635
    assert 0 < int(extent.get("cy")) < TEXT_HEIGHT * 635


def test_the_package_links_the_text_to_the_chart_and_its_workbook(report: bytes) -> None:
    document: Any = docx.Document(io.BytesIO(report))
    reference = next(document.element.body.iter("{*}chart")).get(qn("r:id"))
    chart = document.part.related_parts[reference]
    assert chart.partname == f"/{CHART}"
    (figures,) = etree.fromstring(chart.blob).iter("{*}externalData")
    assert chart.related_parts[figures.get(qn("r:id"))].partname == f"/{BOOK}"


def test_there_is_no_chart_without_tasks(template: Template) -> None:
    content = content_of(template, SummaryRow("Parks", (0, 0, 0, 0, 0)))
    parts = parts_of(word.report_to_docx(content, template, created=DATE))
    assert CHART not in parts
    assert b"<w:drawing>" not in parts["word/document.xml"]


def rows_of(count: int) -> list[SummaryRow]:
    return [SummaryRow(f"Group {number}", (1, 2, 3, 4, 10)) for number in range(count)]


def test_every_sub_group_is_shown_up_to_the_height_of_a_page(template: Template) -> None:
    max_groups = 0
    for count in range(1, 60):
        chart = summary_chart_of(content_of(template, *rows_of(count)), template, TEXT_WIDTH, TEXT_HEIGHT)
        assert chart is not None
        assert chart.height * 20 <= TEXT_HEIGHT
        assert len(chart.names) in (count + 1, 1)
        max_groups = max(max_groups, len(chart.names) - 1)
    assert 15 <= max_groups <= 30
    total_chart = summary_chart_of(content_of(template, *rows_of(max_groups + 1)), template, TEXT_WIDTH, TEXT_HEIGHT)
    assert total_chart is not None
    assert total_chart.names == (f"All sub-groups ({10 * (max_groups + 1)})",)
    assert [series.counts for series in total_chart.series] == [(n * (max_groups + 1),) for n in (1, 2, 3, 4)]
    assert "Group 1:" not in total_chart.description


@pytest.mark.parametrize("name", ["standard", "brag"])
def test_each_status_has_a_series_in_its_colours(name: str) -> None:
    template = read_template(name)
    counts = tuple(range(1, len(template.statuses) + 1))
    content = content_of(template, SummaryRow("Parks", (*counts, sum(counts))), not_reported=False)
    chart = summary_chart_of(content, template, TEXT_WIDTH, TEXT_HEIGHT)
    assert chart is not None
    assert [(series.name, series.fill, series.ink, series.hatched) for series in chart.series] == [
        (status.code, status.fill, status.ink, False) for status in template.statuses
    ]


def test_report_and_workbook_pass_the_office_validator(template: Template, tmp_path: Path) -> None:
    nasty = SummaryRow("=A1 'x' \"y\" <&> \x07" + "long " * 60, (1, 0, 2, 1, 4))
    path, book = tmp_path / "report.docx", tmp_path / "figures.xlsx"
    path.write_bytes(word.report_to_docx(content_of(template, nasty, *rows_of(3)), template, created=DATE))
    book.write_bytes(parts_of(path.read_bytes())[BOOK])
    assert office.rule_violations(path) == []
    assert office.rule_violations(book) == []


@pytest.mark.slow
def test_libreoffice_shows_its_texts_and_figures(report: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(report)
    text = re.sub(r"\s+", " ", office.pdf_text(office.convert_to_pdf(path, tmp_path)))
    for expected_text in (
        "Share of tasks by status",
        "Parks (9)",
        "All sub-groups (12)",
        "GREEN 3",
        "AMBER 5",
        "RED 1",
    ):
        assert expected_text in text
    assert "GREEN 0" not in text and "AMBER 0" not in text


def test_the_chart_fits_a_narrower_page(template: Template) -> None:
    wide = summary_chart_of(content_of(template), template, TEXT_WIDTH, TEXT_HEIGHT)
    narrow = summary_chart_of(content_of(template), template, TEXT_WIDTH // 2, TEXT_HEIGHT)
    assert wide is not None and narrow is not None
    assert narrow == replace(wide, width=narrow.width)
