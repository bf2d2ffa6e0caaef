"""Stacked bars as an Office chart, with the small workbook that Word opens for "Edit Data".

The chart's part is written here as DrawingML, because openpyxl's chart classes omit what Word requires: the link of a
number format to its source, a label that is switched off, and the namespace of the workbook's id.
ECMA-376 part 1, 21.2 describes each element, and its order among its siblings, under its name.

Measures are points unless stated otherwise.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ragsheets.formats.a1 import absolute_range, column_letter, sheet_reference
from ragsheets.template.colour import WHITE
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office
from ragsheets.workbook.chart_data import chart_data, sheet_name_of
from ragsheets.workbook.sheets import LANGUAGE
from ragsheets.workbook.text_metrics import font_width_factor, lines_of, width_of

#: The id of the chart's relationship to its workbook.
WORKBOOK_RELATIONSHIP = "rIdFigures"

#: The least font size in the chart.
_MIN_FONT_SIZE = 9.0
#: Heights per point of font size: the title, the space below the bars, the legend, a bar, the least space between two
#: bars, a line of a name, and the least height of all bars together.
_TITLE_HEIGHT, _AXIS_HEIGHT, _LEGEND_HEIGHT = 2.2, 0.4, 2.2
_BAR_HEIGHT, _BAR_GAP, _LINE_HEIGHT, _MIN_BARS_HEIGHT = 1.6, 0.4, 1.25, 8.4
#: The greatest share of the width for the names beside the bars, and the share that is empty on the right.
_MAX_NAMES_SHARE, _RIGHT_MARGIN = 0.30, 0.02
#: A label wider than this, in digits, has the number alone.
_MAX_LABEL_DIGITS = 14.0
#: LibreOffice breaks a label that is wider than about this share of the chart's height.
_MAX_LABEL_SHARE = 0.39
#: The width of a digit per point of font size in the usual fonts, and the space beside a label in its bar, in digits.
_DIGIT_WIDTH, _LABEL_PADDING = 0.556, 1.0
#: The number format of a label, which hides zero (ECMA-376 part 1, 18.8.31: four sections).
_COUNT_FORMAT = "0;;;"
_NAMES_AXIS, _SHARES_AXIS = 1001, 1002
#: The position of the title: top left, like headings.
_TITLE_LAYOUT = (
    '<c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/><c:x val="0"/><c:y val="0"/>'
    "</c:manualLayout></c:layout>"
)


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One segment of every bar: its name, its count in each bar, and its colours (six hexadecimal digits).

    A hatched series has lines in the colour of its fill on white.
    """

    name: str
    counts: tuple[int, ...]
    fill: str
    ink: str
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class StackedBarChart:
    """A chart of horizontal bars, each divided by the counts of the series as shares of the whole.

    Attributes:
        title: the title above the bars.
        names_heading: the heading over the bars' names in the workbook.
        names: the bars' names from top to bottom.
        series: the segments of the bars from left to right; each has a count for every bar.
        width: the width of the chart.
        surrounding_font_size: the font size of the text around the chart, whose own is a little smaller, as in tables.
        font: the font of all text.
        description: the alternative text, which gives the same figures in words.
    """

    title: str
    names_heading: str
    names: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    width: float
    surrounding_font_size: float
    font: str
    description: str

    @property
    def font_size(self) -> float:
        """The font size in the chart."""
        return max(self.surrounding_font_size - 1, _MIN_FONT_SIZE)

    @property
    def digit_width(self) -> float:
        """The width of a digit."""
        return self.font_size * _DIGIT_WIDTH * font_width_factor(self.font)

    @property
    def names_share(self) -> float:
        """The share of the width for the names: as the longest needs, up to a limit where it is broken into lines."""
        digits = max((width_of(name) for name in self.names), default=0) + 2
        return min(digits * self.digit_width / self.width, _MAX_NAMES_SHARE)

    @property
    def bar_height(self) -> float:
        """The height of a bar with the space around it, per point of font size; every line of its name has room."""
        digits = self.names_share * self.width / self.digit_width - 1
        lines = max(len(lines_of(name, digits)) for name in self.names)
        return max(_BAR_HEIGHT + _BAR_GAP, _LINE_HEIGHT * lines, self._min_bars_height / len(self.names))

    @property
    def _min_bars_height(self) -> float:
        """The height of all bars together, per point of font size, at which the widest label is not broken."""
        labels = [f"{max(series.counts)} {series.name}" for series in self.series if not series.hatched]
        label_digits = max(map(width_of, labels), default=0.0)
        chart_height = (min(label_digits, _MAX_LABEL_DIGITS) + 0.1) * _DIGIT_WIDTH / _MAX_LABEL_SHARE
        return max(_MIN_BARS_HEIGHT, chart_height - _TITLE_HEIGHT - _AXIS_HEIGHT - _LEGEND_HEIGHT)

    @property
    def height(self) -> float:
        """The height of the chart."""
        return self.font_size * (_TITLE_HEIGHT + self.bar_height * len(self.names) + _AXIS_HEIGHT + _LEGEND_HEIGHT)


def chart_part(chart: StackedBarChart, template: Template) -> bytes:
    """Return the chart as a part of a Word document.

    Its figures are cached in it, because Word shows these until someone opens the workbook.
    """
    return _ChartXml(chart, template).to_xml().encode()


def chart_workbook(chart: StackedBarChart, template: Template, created: datetime.date) -> bytes:
    """Return the chart's workbook as bytes.

    The same bars give the same bytes; `created` is the date in the workbook's properties.
    """
    headings = (chart.names_heading, *(series.name for series in chart.series))
    rows = zip(chart.names, *(series.counts for series in chart.series), strict=True)
    return chart_data(chart.title, [headings, *rows], template, created)


class _ChartXml:
    """Writer of a chart as DrawingML."""

    def __init__(self, chart: StackedBarChart, template: Template) -> None:
        self._chart, self._look = chart, template.look
        self._font_size = chart.font_size
        self._sheet_name = sheet_name_of(chart.title)
        self._totals = [sum(series.counts[index] for series in chart.series) for index in range(len(chart.names))]
        self._names_share = chart.names_share

    def to_xml(self) -> str:
        title = _text_xml(self._chart.title, self._font_properties(self._font_size + 1, self._look.text_ink, bold=True))
        font_properties = self._font_properties(self._font_size, self._look.text_ink)
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
            ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
            ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            f'<c:date1904 val="0"/><c:lang val="{LANGUAGE}"/><c:roundedCorners val="0"/>'
            f'<c:chart><c:title><c:tx><c:rich>{title}</c:rich></c:tx>{_TITLE_LAYOUT}<c:overlay val="0"/></c:title>'
            f'<c:autoTitleDeleted val="0"/><c:plotArea>{self._plot_layout()}{self._bar_chart()}'
            f"{self._axes()}</c:plotArea>"
            f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>'
            '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
            f"{_shape()}<c:txPr>{_text_xml('', font_properties)}</c:txPr>"
            f'<c:externalData r:id="{WORKBOOK_RELATIONSHIP}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
        )

    def _plot_layout(self) -> str:
        """Return the layout of the bars, which is set explicitly so that the space for each label is known."""
        chart_height = self._chart.height / self._font_size
        layout = {
            "x": self._names_share,
            "y": _TITLE_HEIGHT / chart_height,
            "w": 1 - self._names_share - _RIGHT_MARGIN,
            "h": self._chart.bar_height * len(self._chart.names) / chart_height,
        }
        layout_xml = "".join(f'<c:{side} val="{share:.4f}"/>' for side, share in layout.items())
        return (
            '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
            f"{layout_xml}</c:manualLayout></c:layout>"
        )

    def _bar_chart(self) -> str:
        series_xml = "".join(self._series(index, series) for index, series in enumerate(self._chart.series))
        gap = round((self._chart.bar_height / _BAR_HEIGHT - 1) * 100)
        return (
            '<c:barChart><c:barDir val="bar"/><c:grouping val="percentStacked"/><c:varyColors val="0"/>'
            f'{series_xml}<c:gapWidth val="{gap}"/><c:overlap val="100"/><c:axId val="{_NAMES_AXIS}"/>'
            f'<c:axId val="{_SHARES_AXIS}"/></c:barChart>'
        )

    def _series(self, index: int, series: ChartSeries) -> str:
        column, last_row = index + 2, len(self._chart.names) + 1
        name = self._sheet_reference(f"${column_letter(column)}$1")
        return (
            f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/>'
            f"<c:tx><c:strRef><c:f>{name}</c:f><c:strCache>{_cached_values([series.name])}</c:strCache></c:strRef></c:tx>"
            f"{_series_fill(series)}"
            f'<c:invertIfNegative val="0"/>{self._labels(series)}'
            f"<c:cat><c:strRef><c:f>{self._sheet_reference(absolute_range(1, 2, last_row))}</c:f>"
            f"<c:strCache>{_cached_values(self._chart.names)}</c:strCache></c:strRef></c:cat>"
            f"<c:val><c:numRef><c:f>{self._sheet_reference(absolute_range(column, 2, last_row))}</c:f>"
            f"<c:numCache><c:formatCode>General</c:formatCode>{_cached_values([str(count) for count in series.counts])}"
            "</c:numCache></c:numRef></c:val></c:ser>"
        )

    def _sheet_reference(self, reference: str) -> str:
        return escape(sheet_reference(self._sheet_name, reference))

    def _labels(self, series: ChartSeries) -> str:
        """Return the labels of a series: the number in each segment, and its name where there is space.

        Thus no information is given by colour alone; a hatched segment is identified by its lines.
        """
        exceptions = []
        max_width = _MAX_LABEL_SHARE * self._chart.height / self._chart.digit_width
        for index, count in enumerate(series.counts):
            segment_width = self._segment_width(index, count)
            named_width = width_of(f"{count} {series.name}")
            if segment_width < width_of(str(count)) + _LABEL_PADDING / 2:
                exceptions.append(f'<c:dLbl><c:idx val="{index}"/><c:delete val="1"/></c:dLbl>')
            elif not series.hatched and named_width <= min(segment_width - 2 * _LABEL_PADDING, max_width):
                exceptions.append(f'<c:dLbl><c:idx val="{index}"/>{self._label(series, named=True)}</c:dLbl>')
        return f"<c:dLbls>{''.join(exceptions)}{self._label(series, named=False)}</c:dLbls>"

    def _segment_width(self, index: int, count: int) -> float:
        """Return the width of a segment of a bar, in digits of the labels' font size."""
        width = self._chart.width * (1 - self._names_share - _RIGHT_MARGIN)
        return width * count / max(self._totals[index], 1) / self._chart.digit_width

    def _label(self, series: ChartSeries, *, named: bool) -> str:
        background = _solid_fill(WHITE) if series.hatched else _NO_FILL
        shown = ("Val", "SerName") if named else ("Val",)
        options = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
        options_xml = "".join(f'<c:show{option} val="{int(option in shown)}"/>' for option in options)
        font_properties = self._font_properties(self._font_size, series.ink, bold=True)
        return (
            f'<c:numFmt formatCode="{_COUNT_FORMAT}" sourceLinked="0"/>'
            f"{_shape(background)}<c:txPr>{_text_xml('', font_properties)}</c:txPr>"
            f'<c:dLblPos val="ctr"/>{options_xml}<c:separator> </c:separator>'
        )

    def _axes(self) -> str:
        """Return the axes: names from top to bottom, no shares, which the table above the chart has, and no grid."""
        font_properties = self._font_properties(self._font_size, self._look.text_ink)
        tick_properties = (
            '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
            f"{_shape()}<c:txPr>{_text_xml('', font_properties)}</c:txPr>"
        )
        return (
            f'<c:catAx><c:axId val="{_NAMES_AXIS}"/><c:scaling><c:orientation val="maxMin"/></c:scaling>'
            '<c:delete val="0"/><c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/>'
            f'{tick_properties}<c:crossAx val="{_SHARES_AXIS}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
            '<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
            f'<c:valAx><c:axId val="{_SHARES_AXIS}"/><c:scaling><c:orientation val="minMax"/><c:max val="1"/>'
            '<c:min val="0"/></c:scaling><c:delete val="1"/><c:axPos val="b"/>'
            f'<c:numFmt formatCode="0%" sourceLinked="0"/>{tick_properties.replace("low", "high")}'
            f'<c:crossAx val="{_NAMES_AXIS}"/><c:crosses val="autoZero"/><c:crossBetween val="between"/>'
            '<c:majorUnit val="0.25"/></c:valAx>'
        )

    def _font_properties(self, font_size: float, ink: str, *, bold: bool = False) -> str:
        font = escape(clean_for_office(self._chart.font), {'"': "&quot;"})
        return (
            f'sz="{round(font_size * 100)}" b="{int(bold)}">{_solid_fill(ink)}<a:latin typeface="{font}"/>'
            f'<a:ea typeface="{font}"/><a:cs typeface="{font}"/>'
        )


def _text_xml(text: str, font_properties: str) -> str:
    """Return a paragraph of text, or only the formatting of text where there is none."""
    text_run = (
        f'<a:r><a:rPr lang="{LANGUAGE}" {font_properties}</a:rPr><a:t>{escape(clean_for_office(text))}</a:t></a:r>'
    )
    runs = text_run if text else f'<a:endParaRPr lang="{LANGUAGE}"/>'
    return (
        f'<a:bodyPr wrap="square"/><a:lstStyle/><a:p><a:pPr><a:defRPr {font_properties}</a:defRPr></a:pPr>{runs}</a:p>'
    )


_NO_FILL = "<a:noFill/>"


def _shape(fill: str = _NO_FILL, line: str = f"<a:ln>{_NO_FILL}</a:ln>") -> str:
    return f"<c:spPr>{fill}{line}</c:spPr>"


def _solid_fill(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def _series_fill(series: ChartSeries) -> str:
    """Return the colours of a segment; a border in its ink separates pale fills from the paper and each other."""
    fill = _solid_fill(series.fill)
    if series.hatched:
        pattern_colours = (
            f'<a:fgClr><a:srgbClr val="{series.fill}"/></a:fgClr><a:bgClr><a:srgbClr val="{WHITE}"/></a:bgClr>'
        )
        fill = f'<a:pattFill prst="ltUpDiag">{pattern_colours}</a:pattFill>'
    return _shape(fill, f'<a:ln w="9525">{_solid_fill(series.ink)}</a:ln>')


def _cached_values(values: Sequence[str]) -> str:
    """Return cached values, which Word shows until someone opens the chart's workbook."""
    points = "".join(
        f'<c:pt idx="{index}"><c:v>{escape(clean_for_office(value))}</c:v></c:pt>' for index, value in enumerate(values)
    )
    return f'<c:ptCount val="{len(values)}"/>{points}'
