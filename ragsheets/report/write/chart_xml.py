"""Stacked bars as an Office chart, with the small workbook behind it that Word opens for "Edit Data".

The chart's part is written here as DrawingML, since openpyxl's chart classes leave out what Word asks for: the link of
a number format to its source, a label that is switched off, and the namespace of the workbook's id.
What an element means and where it stands among its siblings is said under its name in ECMA-376 part 1, 21.2.

Measures are points unless they say otherwise.
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
from ragsheets.workbook.text_metrics import font_width_factor, lines_of, width_of
from ragsheets.workbook.writer import LANGUAGE

#: The relationship by which the chart names the workbook behind it.
WORKBOOK_RELATIONSHIP = "rIdFigures"

#: The least size of type in the picture.
_MIN_FONT_SIZE = 9.0
#: Heights for each point of type: the title, the room below the bars, the legend, a bar, the least room between two,
#: a line of a name, and all bars together at least.
_TITLE_HEIGHT, _AXIS_HEIGHT, _LEGEND_HEIGHT, _BAR_HEIGHT, _BAR_GAP, _LINE_HEIGHT, _MIN_BARS_HEIGHT = (
    2.2,
    0.4,
    2.2,
    1.6,
    0.4,
    1.25,
    8.4,
)
#: How much of the width the names beside the bars take at most, and what stays free on the right.
_MAX_NAMES_SHARE, _RIGHT_MARGIN = 0.30, 0.02
#: A label wider than this, in digits, tells the number alone.
_MAX_LABEL_DIGITS = 14.0
#: LibreOffice breaks a label that is wider than about this part of the picture's height.
_MAX_LABEL_SHARE = 0.39
#: The width of a digit for each point of type in the usual fonts, and the digits' room beside a label in its bar.
_DIGIT_WIDTH, _LABEL_PADDING = 0.556, 1.0
#: A count as a label shows it: none where it is zero (ECMA-376 part 1, 18.8.31: four sections).
_COUNT_FORMAT = "0;;;"
_NAMES_AXIS, _SHARES_AXIS = 1001, 1002
#: The place of the title: above on the left, as headings are.
_TITLE_LAYOUT = (
    '<c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/><c:x val="0"/><c:y val="0"/>'
    "</c:manualLayout></c:layout>"
)


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One part of every bar: its name, how many it stands for in each bar, and its colours (six hexadecimal digits).

    A hatched one has lines in its fill's colour on white.
    """

    name: str
    counts: tuple[int, ...]
    fill: str
    ink: str
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class StackedBarChart:
    """A picture of bars, each parted by the counts of the series as shares of the whole.

    Attributes:
        title: what stands above the bars.
        heading: what the bars are (the heading over their names in the workbook).
        names: the bars' names from top to bottom.
        series: the parts of the bars from left to right; each has a count for every bar.
        width: the width of the picture.
        text_size: the size of the text around the picture; the type in it is a little smaller, as in tables.
        font: the font of all type.
    """

    title: str
    names_heading: str
    names: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    width: float
    surrounding_font_size: float
    font: str

    @property
    def font_size(self) -> float:
        """The size of the type in the picture."""
        return max(self.surrounding_font_size - 1, _MIN_FONT_SIZE)

    @property
    def digit_width(self) -> float:
        """The width of a digit."""
        return self.font_size * _DIGIT_WIDTH * font_width_factor(self.font)

    @property
    def names_share(self) -> float:
        """How much of the width the names take: what the longest needs, up to a limit, where it is broken."""
        digits = max((width_of(name) for name in self.names), default=0) + 2
        return min(digits * self.digit_width / self.width, _MAX_NAMES_SHARE)

    @property
    def bar_height(self) -> float:
        """The height of a bar with the room around it, for each point of type; every line of its name has its place."""
        digits = self.names_share * self.width / self.digit_width - 1
        lines = max(len(lines_of(name, digits)) for name in self.names)
        return max(_BAR_HEIGHT + _BAR_GAP, _LINE_HEIGHT * lines, self._min_bars_height / len(self.names))

    @property
    def _min_bars_height(self) -> float:
        """The height of all bars together, for each point of type, at which the widest label is not broken."""
        labels = [f"{max(each.counts)} {each.name}" for each in self.series if not each.hatched]
        widest = max(map(width_of, labels), default=0.0)
        whole = (min(widest, _MAX_LABEL_DIGITS) + 0.1) * _DIGIT_WIDTH / _MAX_LABEL_SHARE
        return max(_MIN_BARS_HEIGHT, whole - _TITLE_HEIGHT - _AXIS_HEIGHT - _LEGEND_HEIGHT)

    @property
    def height(self) -> float:
        """The height of the picture."""
        return self.font_size * (_TITLE_HEIGHT + self.bar_height * len(self.names) + _AXIS_HEIGHT + _LEGEND_HEIGHT)


def chart_part(chart: StackedBarChart, template: Template) -> bytes:
    """The chart as a part of a Word document, with its figures stored in it, as Word shows them before it asks."""
    return _ChartXml(chart, template).to_xml().encode()


def chart_workbook(chart: StackedBarChart, template: Template, created: datetime.date) -> bytes:
    """The workbook behind the chart, as bytes.

    The same bars give the same bytes; `created` is the day that its properties name.
    """
    return chart_data(chart.title, _workbook_rows(chart), template, created)


def _workbook_rows(chart: StackedBarChart) -> list[list[str | int]]:
    rows: list[list[str | int]] = [[chart.names_heading, *(series.name for series in chart.series)]]
    for place, name in enumerate(chart.names):
        row: list[str | int] = [name]
        row.extend(series.counts[place] for series in chart.series)
        rows.append(row)
    return rows


class _ChartXml:
    """Puts the chart of some bars into words."""

    def __init__(self, chart: StackedBarChart, template: Template) -> None:
        self._chart, self._look = chart, template.look
        self._font_size = chart.font_size
        self._sheet_name = sheet_name_of(chart.title)
        self._totals = [sum(series.counts[place] for series in chart.series) for place in range(len(chart.names))]
        self._names_share = chart.names_share

    def to_xml(self) -> str:
        title = _text_xml(self._chart.title, self._font_properties(self._font_size + 1, self._look.text_ink, bold=True))
        plain = self._font_properties(self._font_size, self._look.text_ink)
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
            "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
            f"<c:txPr>{_text_xml('', plain)}</c:txPr>"
            f'<c:externalData r:id="{WORKBOOK_RELATIONSHIP}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
        )

    def _plot_layout(self) -> str:
        """Where the bars stand: set outright, so that the room of each label is known."""
        whole = self._chart.height / self._font_size
        box = {
            "x": self._names_share,
            "y": _TITLE_HEIGHT / whole,
            "w": 1 - self._names_share - _RIGHT_MARGIN,
            "h": self._chart.bar_height * len(self._chart.names) / whole,
        }
        sizes = "".join(f'<c:{side} val="{part:.4f}"/>' for side, part in box.items())
        return (
            '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
            f"{sizes}</c:manualLayout></c:layout>"
        )

    def _bar_chart(self) -> str:
        series = "".join(self._series(place, each) for place, each in enumerate(self._chart.series))
        gap = round((self._chart.bar_height / _BAR_HEIGHT - 1) * 100)
        return (
            '<c:barChart><c:barDir val="bar"/><c:grouping val="percentStacked"/><c:varyColors val="0"/>'
            f'{series}<c:gapWidth val="{gap}"/><c:overlap val="100"/><c:axId val="{_NAMES_AXIS}"/>'
            f'<c:axId val="{_SHARES_AXIS}"/></c:barChart>'
        )

    def _series(self, index: int, series: ChartSeries) -> str:
        column, last = index + 2, len(self._chart.names) + 1
        name = self._sheet_reference(f"${column_letter(column)}$1")
        return (
            f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/>'
            f"<c:tx><c:strRef><c:f>{name}</c:f><c:strCache>{_cached_values([series.name])}</c:strCache></c:strRef></c:tx>"
            f"{_series_fill(series)}"
            f'<c:invertIfNegative val="0"/>{self._labels(series)}'
            f"<c:cat><c:strRef><c:f>{self._sheet_reference(absolute_range(1, 2, last))}</c:f>"
            f"<c:strCache>{_cached_values(self._chart.names)}</c:strCache></c:strRef></c:cat>"
            f"<c:val><c:numRef><c:f>{self._sheet_reference(absolute_range(column, 2, last))}</c:f>"
            f"<c:numCache><c:formatCode>General</c:formatCode>{_cached_values([str(count) for count in series.counts])}"
            "</c:numCache></c:numRef></c:val></c:ser>"
        )

    def _sheet_reference(self, reference: str) -> str:
        return escape(sheet_reference(self._sheet_name, reference))

    def _labels(self, series: ChartSeries) -> str:
        """The number in each part of a bar, beside its name where there is room.

        So nothing is told by colour alone: a hatched part is told by its lines.
        """
        odd = []
        widest = _MAX_LABEL_SHARE * self._chart.height / self._chart.digit_width
        for place, count in enumerate(series.counts):
            room = self._segment_width(place, count)
            named = width_of(f"{count} {series.name}")
            if room < width_of(str(count)) + _LABEL_PADDING / 2:
                odd.append(f'<c:dLbl><c:idx val="{place}"/><c:delete val="1"/></c:dLbl>')
            elif not series.hatched and named <= min(room - 2 * _LABEL_PADDING, widest):
                odd.append(f'<c:dLbl><c:idx val="{place}"/>{self._label(series, named=True)}</c:dLbl>')
        return f"<c:dLbls>{''.join(odd)}{self._label(series, named=False)}</c:dLbls>"

    def _segment_width(self, index: int, count: int) -> float:
        """The width of a part of a bar, in digits of the labels' type."""
        width = self._chart.width * (1 - self._names_share - _RIGHT_MARGIN)
        return width * count / max(self._totals[index], 1) / self._chart.digit_width

    def _label(self, series: ChartSeries, *, named: bool) -> str:
        ground = _solid_fill(WHITE) if series.hatched else "<a:noFill/>"
        shown = {"LegendKey": False, "Val": True, "CatName": False, "SerName": named, "Percent": False}
        choices = "".join(f'<c:show{what} val="{int(on)}"/>' for what, on in {**shown, "BubbleSize": False}.items())
        letters = self._font_properties(self._font_size, series.ink, bold=True)
        return (
            f'<c:numFmt formatCode="{_COUNT_FORMAT}" sourceLinked="0"/>'
            f"<c:spPr>{ground}<a:ln><a:noFill/></a:ln></c:spPr><c:txPr>{_text_xml('', letters)}</c:txPr>"
            f'<c:dLblPos val="ctr"/>{choices}<c:separator> </c:separator>'
        )

    def _axes(self) -> str:
        """The names from top to bottom; no shares below, for the table above tells them, and no lines across."""
        letters = f"<c:txPr>{_text_xml('', self._font_properties(self._font_size, self._look.text_ink))}</c:txPr>"
        bare = "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        marks = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>' + bare + letters
        return (
            f'<c:catAx><c:axId val="{_NAMES_AXIS}"/><c:scaling><c:orientation val="maxMin"/></c:scaling>'
            '<c:delete val="0"/><c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/>'
            f'{marks}<c:crossAx val="{_SHARES_AXIS}"/><c:crosses val="autoZero"/><c:auto val="0"/>'
            '<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
            f'<c:valAx><c:axId val="{_SHARES_AXIS}"/><c:scaling><c:orientation val="minMax"/><c:max val="1"/>'
            '<c:min val="0"/></c:scaling><c:delete val="1"/><c:axPos val="b"/>'
            f'<c:numFmt formatCode="0%" sourceLinked="0"/>{marks.replace("low", "high")}'
            f'<c:crossAx val="{_NAMES_AXIS}"/><c:crosses val="autoZero"/><c:crossBetween val="between"/>'
            '<c:majorUnit val="0.25"/></c:valAx>'
        )

    def _font_properties(self, font_size: float, ink: str, *, bold: bool = False) -> str:
        font = escape(clean_for_office(self._chart.font), {'"': "&quot;"})
        return (
            f'sz="{round(font_size * 100)}" b="{int(bold)}">{_solid_fill(ink)}<a:latin typeface="{font}"/>'
            f'<a:ea typeface="{font}"/><a:cs typeface="{font}"/>'
        )


def _text_xml(text: str, font_properties: str, wrap: str = "square") -> str:
    """A text of its own, or how text looks where there is none."""
    words = f'<a:r><a:rPr lang="{LANGUAGE}" {font_properties}</a:rPr><a:t>{escape(clean_for_office(text))}</a:t></a:r>'
    end = words if text else f'<a:endParaRPr lang="{LANGUAGE}"/>'
    return (
        f'<a:bodyPr wrap="{wrap}"/><a:lstStyle/><a:p><a:pPr><a:defRPr {font_properties}</a:defRPr></a:pPr>{end}</a:p>'
    )


def _solid_fill(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def _series_fill(series: ChartSeries) -> str:
    """The colours of a part: an edge in its ink sets pale fills off from the paper and from each other."""
    fill = _solid_fill(series.fill)
    if series.hatched:
        lines = f'<a:fgClr><a:srgbClr val="{series.fill}"/></a:fgClr><a:bgClr><a:srgbClr val="{WHITE}"/></a:bgClr>'
        fill = f'<a:pattFill prst="ltUpDiag">{lines}</a:pattFill>'
    return f'<c:spPr>{fill}<a:ln w="9525">{_solid_fill(series.ink)}</a:ln></c:spPr>'


def _cached_values(values: Sequence[str]) -> str:
    """Stored values, as Word shows them before anybody opens the workbook behind the chart."""
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{escape(clean_for_office(value))}</c:v></c:pt>' for place, value in enumerate(values)
    )
    return f'<c:ptCount val="{len(values)}"/>{points}'
