"""The chart on the report's first page: the summary's figures as bars, editable in Word.

`ragsheets.report.write.chart_xml` writes the chart and its workbook; this module adds them to the document as parts,
with an alternative text that gives the same figures in words.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from ragsheets.report.write.pictures import EMU_PER_TWIP, drawing_paragraph

if TYPE_CHECKING:
    from ragsheets.report.write.chart_xml import ChartSeries, StackedBarChart
    from ragsheets.report.write.content import ReportContent, StatusCount, SummaryRow
    from ragsheets.template.model import Template

#: The chart's relationship id in the document, and its id among the drawings.
_RELATIONSHIP_ID, _DRAWING_ID = "rIdChart", 1

_CHART_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
#: Twentieths of a point in a point.
_TWIPS_PER_POINT = 20


def summary_chart_of(
    content: ReportContent, template: Template, text_width: int, text_height: int
) -> StackedBarChart | None:
    """Return the chart of a report's summary; None where there are no tasks.

    The chart has a bar for each sub-group and one for all of them; where that is higher than a page, only the last.

    Args:
        content: the content of the report.
        template: the template with wording and look.
        text_width: the width of the text on a page, in twentieths of a point.
        text_height: the height of the text on a page, in twentieths of a point.
    """
    if not content.summary.rows[-1].counts[-1]:
        return None
    chart = _build_chart(content.summary.rows, content, template, text_width)
    if chart.height * _TWIPS_PER_POINT > text_height:
        chart = _build_chart(content.summary.rows[-1:], content, template, text_width)
    return chart


def _build_chart(
    rows: tuple[SummaryRow, ...], content: ReportContent, template: Template, text_width: int
) -> StackedBarChart:
    from ragsheets.report.write.chart_xml import StackedBarChart

    wording = template.wording
    series = tuple(_series(index, column, rows, template) for index, column in enumerate(content.summary.columns[:-1]))
    sentences = [_bar_text(row, series, template) for row in rows]
    return StackedBarChart(
        title=wording.report_chart_title,
        names_heading=wording.report_group,
        names=tuple(wording.report_chart_bar.format(group=row.name, count=row.counts[-1]) for row in rows),
        series=series,
        width=text_width / _TWIPS_PER_POINT,
        surrounding_font_size=template.look.size,
        font=template.look.font,
        description=wording.report_chart_text.format(bars=" ".join(sentences)),
    )


def _series(index: int, status_count: StatusCount, rows: tuple[SummaryRow, ...], template: Template) -> ChartSeries:
    """Return the series of one column of the summary: a status in its colours, or the tasks without a status."""
    from ragsheets.report.write.chart_xml import ChartSeries

    counts = tuple(row.counts[index] for row in rows)
    if status_count.status is None:
        return ChartSeries(status_count.label, counts, template.look.rule, template.look.text_ink, hatched=True)
    status = template.scale.by_code[status_count.status]
    return ChartSeries(status.code, counts, status.fill, status.ink)


def _bar_text(row: SummaryRow, series: tuple[ChartSeries, ...], template: Template) -> str:
    wording = template.wording
    pairs = [(count, segment.name) for count, segment in zip(row.counts[:-1], series, strict=True) if count]
    counts = ", ".join(wording.report_chart_count.format(count=count, status=name) for count, name in pairs)
    return wording.report_chart_bar_text.format(group=row.name, counts=counts)


def chart_paragraph(chart: StackedBarChart) -> str:
    """Return the paragraph that shows the chart in the document's text."""
    width = round(chart.width * _TWIPS_PER_POINT * EMU_PER_TWIP)
    height = round(chart.height * _TWIPS_PER_POINT * EMU_PER_TWIP)
    graphic = f'<c:chart xmlns:c="{_CHART_NAMESPACE}" r:id="{_RELATIONSHIP_ID}"/>'
    return drawing_paragraph(graphic, _CHART_NAMESPACE, (width, height), _DRAWING_ID, chart.title, chart.description)


def add_chart(document: Any, chart: StackedBarChart, template: Template, created: datetime.date) -> None:
    """Add the chart and its workbook to the package of a python-docx document."""
    from ragsheets.report.write.chart_xml import WORKBOOK_RELATIONSHIP, chart_part, chart_workbook

    package = document.part.package
    workbook_part = Part(
        PackURI("/word/embeddings/Microsoft_Excel_Worksheet1.xlsx"),
        CONTENT_TYPE.SML_SHEET,
        chart_workbook(chart, template, created),
        package,
    )
    chart_xml_part = Part(
        PackURI("/word/charts/chart1.xml"), CONTENT_TYPE.DML_CHART, chart_part(chart, template), package
    )
    chart_xml_part.load_rel(RELATIONSHIP_TYPE.PACKAGE, workbook_part, WORKBOOK_RELATIONSHIP)
    document.part.load_rel(RELATIONSHIP_TYPE.CHART, chart_xml_part, _RELATIONSHIP_ID)
