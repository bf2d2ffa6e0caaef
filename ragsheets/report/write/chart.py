"""The picture on the report's first page: the summary's figures as bars, in a chart that Word can edit.

`ragsheets.report.write.chart_xml` makes the chart and the workbook behind it; here they become parts of the document,
and the alternative text gives the same figures in words.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from ragsheets.report.write.pictures import EMU_PER_TWIP, drawing_paragraph

if TYPE_CHECKING:
    from ragsheets.report.write.chart_xml import ChartSeries, StackedBarChart
    from ragsheets.report.write.content import ReportContent, StatusCount, SummaryRow
    from ragsheets.template.model import Template

#: The id by which the document names the chart, and the chart's own among the drawings.
_RELATIONSHIP_ID, _DRAWING_ID = "rIdChart", 1

_CHART_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
#: Twentieths of a point in a point.
_TWIPS_PER_POINT = 20


@dataclass(frozen=True, slots=True)
class SummaryChart:
    """A chart for the report: what it shows, and the same in words."""

    bars: StackedBarChart
    description: str


def summary_chart_of(
    content: ReportContent, template: Template, text_width: int, text_height: int
) -> SummaryChart | None:
    """The chart of a report's summary; None where there are no tasks.

    `width` and `height` are those of the text on a page, in twentieths of a point. The picture has a bar for each
    sub-group and one for all of them; where these are more than a page holds, only the last.
    """
    if not content.summary.rows[-1].counts[-1]:
        return None
    chart = _build_chart(content.summary.rows, content, template, text_width)
    if chart.bars.height * _TWIPS_PER_POINT > text_height:
        chart = _build_chart(content.summary.rows[-1:], content, template, text_width)
    return chart


def _build_chart(
    rows: tuple[SummaryRow, ...], content: ReportContent, template: Template, text_width: int
) -> SummaryChart:
    from ragsheets.report.write.chart_xml import StackedBarChart

    words = template.wording
    counted = content.summary.columns[:-1]
    bars = StackedBarChart(
        title=words.report_chart_title,
        names_heading=words.report_group,
        names=tuple(words.report_chart_bar.format(group=row.name, count=row.counts[-1]) for row in rows),
        series=tuple(_series(place, column, rows, template) for place, column in enumerate(counted)),
        width=text_width / _TWIPS_PER_POINT,
        surrounding_font_size=template.look.size,
        font=template.look.font,
    )
    sentences = [_bar_text(row, bars, template) for row in rows]
    return SummaryChart(bars, words.report_chart_text.format(bars=" ".join(sentences)))


def _series(index: int, status_count: StatusCount, rows: tuple[SummaryRow, ...], template: Template) -> ChartSeries:
    """The part that one column of the summary has in every bar: a status in its colours, or tasks without one."""
    from ragsheets.report.write.chart_xml import ChartSeries

    counts = tuple(row.counts[index] for row in rows)
    if status_count.status is None:
        return ChartSeries(status_count.label, counts, template.look.rule, template.look.text_ink, hatched=True)
    status = template.scale.by_code[status_count.status]
    return ChartSeries(status.code, counts, status.fill, status.ink)


def _bar_text(row: SummaryRow, bars: StackedBarChart, template: Template) -> str:
    words = template.wording
    pairs = [(count, series.name) for count, series in zip(row.counts[:-1], bars.series, strict=True) if count]
    counts = ", ".join(words.report_chart_count.format(count=count, status=name) for count, name in pairs)
    return words.report_chart_bar_text.format(group=row.name, counts=counts)


def chart_paragraph(summary_chart: SummaryChart) -> str:
    """The paragraph that shows the chart in the document's text."""
    width = round(summary_chart.bars.width * _TWIPS_PER_POINT * EMU_PER_TWIP)
    height = round(summary_chart.bars.height * _TWIPS_PER_POINT * EMU_PER_TWIP)
    graphic = f'<c:chart xmlns:c="{_CHART_NAMESPACE}" r:id="{_RELATIONSHIP_ID}"/>'
    return drawing_paragraph(
        graphic, _CHART_NAMESPACE, (width, height), _DRAWING_ID, summary_chart.bars.title, summary_chart.description
    )


def add_chart(document: Any, summary_chart: SummaryChart, template: Template, created: datetime.date) -> None:
    """Put the chart and the workbook behind it into the package of a python-docx document."""
    from ragsheets.report.write.chart_xml import WORKBOOK_RELATIONSHIP, chart_part, chart_workbook

    package = document.part.package
    book = Part(
        PackURI("/word/embeddings/Microsoft_Excel_Worksheet1.xlsx"),
        CONTENT_TYPE.SML_SHEET,
        chart_workbook(summary_chart.bars, template, created),
        package,
    )
    part = Part(
        PackURI("/word/charts/chart1.xml"), CONTENT_TYPE.DML_CHART, chart_part(summary_chart.bars, template), package
    )
    part.load_rel(RELATIONSHIP_TYPE.PACKAGE, book, WORKBOOK_RELATIONSHIP)
    document.part.load_rel(RELATIONSHIP_TYPE.CHART, part, _RELATIONSHIP_ID)
