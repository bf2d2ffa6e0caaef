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

from ragsheets.report.write.pictures import EMU, paragraph_with

if TYPE_CHECKING:
    from ragsheets.report.write.chart_xml import Bars, Series
    from ragsheets.report.write.content import Count, ReportContent, SummaryRow
    from ragsheets.template.model import Template

#: The id by which the document names the chart, and the chart's own among the drawings.
_RELATIONSHIP, _DRAWING = "rIdChart", 1

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
#: Twentieths of a point in a point.
_POINT = 20


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart for the report: what it shows, and the same in words."""

    bars: Bars
    description: str


def chart_of(content: ReportContent, template: Template, width: int, height: int) -> Chart | None:
    """The chart of a report's summary; None where there are no tasks.

    `width` and `height` are those of the text on a page, in twentieths of a point. The picture has a bar for each
    sub-group and one for all of them; where these are more than a page holds, only the last.
    """
    if not content.summary.rows[-1].counts[-1]:
        return None
    chart = _chart(content.summary.rows, content, template, width)
    if chart.bars.height * _POINT > height:
        chart = _chart(content.summary.rows[-1:], content, template, width)
    return chart


def _chart(rows: tuple[SummaryRow, ...], content: ReportContent, template: Template, width: int) -> Chart:
    from ragsheets.report.write.chart_xml import Bars

    words = template.wording
    counted = content.summary.columns[:-1]
    bars = Bars(
        title=words.report_chart_title,
        heading=words.report_group,
        names=tuple(words.report_chart_bar.format(group=row.name, count=row.counts[-1]) for row in rows),
        series=tuple(_series(place, column, rows, template) for place, column in enumerate(counted)),
        width=width / _POINT,
        text_size=template.look.size,
        font=template.look.font,
    )
    sentences = [_in_words(row, bars, template) for row in rows]
    return Chart(bars, words.report_chart_text.format(bars=" ".join(sentences)))


def _series(place: int, column: Count, rows: tuple[SummaryRow, ...], template: Template) -> Series:
    """The part that one column of the summary has in every bar: a status in its colours, or tasks without one."""
    from ragsheets.report.write.chart_xml import Series

    counts = tuple(row.counts[place] for row in rows)
    if column.status is None:
        return Series(column.label, counts, template.look.rule, template.look.text_ink, hatched=True)
    status = template.scale.by_code[column.status]
    return Series(status.code, counts, status.fill, status.ink)


def _in_words(row: SummaryRow, bars: Bars, template: Template) -> str:
    words = template.wording
    pairs = [(count, series.name) for count, series in zip(row.counts[:-1], bars.series, strict=True) if count]
    counts = ", ".join(words.report_chart_count.format(count=count, status=name) for count, name in pairs)
    return words.report_chart_bar_text.format(group=row.name, counts=counts)


def drawing(chart: Chart) -> str:
    """The paragraph that shows the chart in the document's text."""
    width = round(chart.bars.width * _POINT * EMU)
    height = round(chart.bars.height * _POINT * EMU)
    graphic = f'<c:chart xmlns:c="{_CHART}" r:id="{_RELATIONSHIP}"/>'
    return paragraph_with(graphic, _CHART, (width, height), _DRAWING, chart.bars.title, chart.description)


def attach(document: Any, chart: Chart, template: Template, created: datetime.date) -> None:
    """Put the chart and the workbook behind it into the package of a python-docx document."""
    from ragsheets.report.write.chart_xml import FIGURES, chart_part, figures

    package = document.part.package
    book = Part(
        PackURI("/word/embeddings/Microsoft_Excel_Worksheet1.xlsx"),
        CONTENT_TYPE.SML_SHEET,
        figures(chart.bars, template, created),
        package,
    )
    part = Part(PackURI("/word/charts/chart1.xml"), CONTENT_TYPE.DML_CHART, chart_part(chart.bars, template), package)
    part.load_rel(RELATIONSHIP_TYPE.PACKAGE, book, FIGURES)
    document.part.load_rel(RELATIONSHIP_TYPE.CHART, part, _RELATIONSHIP)
