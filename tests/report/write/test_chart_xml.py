"""The chart of stacked bars and its workbook: two copies of the same figures."""

from __future__ import annotations

import datetime
import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from lxml import etree

from ragsheets.report.write.chart_xml import (
    WORKBOOK_RELATIONSHIP,
    ChartSeries,
    StackedBarChart,
    chart_part,
    chart_workbook,
)
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template

DATE = datetime.date(2008, 9, 4)
NAMES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
BARS = StackedBarChart(
    title="Share of tasks by status",
    names_heading="Sub-group",
    names=("Parks (10)", "Health (203)"),
    series=(
        ChartSeries("GREEN", (7, 200), "C6EFCE", "006100"),
        ChartSeries("RED", (0, 2), "FFC7CE", "9C0006"),
        ChartSeries("Not reported", (3, 1), "8C8C8C", "1A1A1A", hatched=True),
    ),
    width=700,
    surrounding_font_size=11,
    font="Arial",
    description="Two bars.",
)
NASTY = replace(
    BARS,
    title='=A1 & <b> [x]: it\'s "so"\x07 and on and on and on',
    names_heading="=1+1",
    names=("=SUM(A1:A9) & <c:v>", '\'@\x00\ud800 "x"'),
    series=(replace(BARS.series[0], name="=NOW() & <a>"), *BARS.series[1:]),
)


@pytest.fixture(scope="module")
def template() -> Template:
    return read_template("standard")


def chart_of(bars: StackedBarChart, template: Template) -> Any:
    return etree.fromstring(chart_part(bars, template))


def xpath(chart: Any, path: str) -> list[Any]:
    return list(chart.xpath(path, namespaces=NAMES))


def cached(chart: Any) -> dict[str, list[str]]:
    """Return the values cached in the chart by the range that they come from."""
    return {
        reference.findtext("c:f", namespaces=NAMES): xpath(reference, ".//c:pt/c:v/text()")
        for reference in xpath(chart, "//c:strRef | //c:numRef")
    }


@pytest.mark.parametrize("bars", [BARS, NASTY], ids=["plain", "nasty"])
def test_the_chart_caches_the_values_of_its_workbook(bars: StackedBarChart, template: Template) -> None:
    book = openpyxl.load_workbook(io.BytesIO(chart_workbook(bars, template, DATE)))
    stored = cached(chart_of(bars, template))
    assert len(stored) == 1 + 2 * len(bars.series)
    for reference, values in stored.items():
        sheet, _, cell_range = reference.rpartition("!")
        cells: Any = book[sheet.strip("'")][cell_range.replace("$", "")]
        cells = cells if isinstance(cells, tuple) else ((cells,),)
        assert [str(row[0].value) for row in cells] == values
        assert all(row[0].data_type in ("s", "n") for row in cells)


def test_the_workbook_has_names_in_rows_and_series_in_columns(template: Template) -> None:
    book = openpyxl.load_workbook(io.BytesIO(chart_workbook(BARS, template, DATE)))
    assert book.sheetnames == ["Share of tasks by status"]
    assert [list(row) for row in book.worksheets[0].iter_rows(values_only=True)] == [
        ["Sub-group", "GREEN", "RED", "Not reported"],
        ["Parks (10)", 7, 0, 3],
        ["Health (203)", 200, 2, 1],
    ]
    assert (book.properties.title, book.properties.language) == (BARS.title, "en-GB")


def test_the_bars_run_from_top_to_bottom_and_fill_the_width(template: Template) -> None:
    chart = chart_of(BARS, template)
    assert xpath(chart, "//c:barDir/@val") == ["bar"]
    assert xpath(chart, "//c:grouping/@val") == ["percentStacked"]
    assert xpath(chart, "//c:overlap/@val") == ["100"]
    assert xpath(chart, "//c:catAx/c:scaling/c:orientation/@val") == ["maxMin"]
    assert not xpath(chart, "//c:majorGridlines | //c:minorGridlines")
    assert xpath(chart, "//c:externalData/@r:id") == [WORKBOOK_RELATIONSHIP]


def test_every_label_can_be_read_on_its_background(template: Template) -> None:
    chart = chart_of(BARS, template)
    for series in xpath(chart, "//c:ser"):
        solid = xpath(series, "c:spPr/a:solidFill/a:srgbClr/@val")
        inks = xpath(series, "c:dLbls//c:txPr//a:srgbClr/@val")
        backgrounds = solid or xpath(series, "c:dLbls//c:spPr/a:solidFill/a:srgbClr/@val")
        assert inks and backgrounds
        assert all(contrast(ink, background) >= MIN_CONTRAST for ink in inks for background in backgrounds)
    other_inks = xpath(
        chart, "//c:title//a:srgbClr/@val | //c:catAx//c:txPr//a:srgbClr/@val | /*/c:txPr//a:srgbClr/@val"
    )
    assert len(other_inks) >= 4
    assert all(contrast(ink, WHITE) >= MIN_CONTRAST for ink in other_inks)


def test_tasks_without_a_status_are_hatched(template: Template) -> None:
    patterns = [xpath(series, "c:spPr/a:pattFill/@prst") for series in xpath(chart_of(BARS, template), "//c:ser")]
    assert patterns == [[], [], ["ltUpDiag"]]


def labels(chart: Any) -> list[dict[str, str]]:
    """Return for each series the bars whose label is not the number alone."""
    label_kinds = []
    for series in xpath(chart, "//c:ser"):
        label_kinds.append(
            {
                xpath(label, "c:idx/@val")[0]: "none" if xpath(label, "c:delete") else "named"
                for label in xpath(series, "c:dLbls/c:dLbl")
            }
        )
    return label_kinds


def test_a_label_has_a_name_where_there_is_room_and_is_left_out_where_there_is_none(template: Template) -> None:
    chart = chart_of(BARS, template)
    assert labels(chart) == [{"0": "named", "1": "named"}, {"0": "none", "1": "none"}, {"1": "none"}]
    assert set(xpath(chart, "//c:dLbls/c:numFmt/@formatCode")) == {"0;;;"}
    assert xpath(chart, "//c:dLbls/c:showVal/@val") == ["1"] * 3
    assert xpath(chart, "//c:dLbls/c:dLbl/c:showSerName/@val") == ["1", "1"]


def test_text_is_never_too_small_to_read(template: Template) -> None:
    small = replace(BARS, surrounding_font_size=6)
    sizes = [int(size) for size in xpath(chart_of(small, template), "//@sz")]
    assert min(sizes) >= 900


def test_the_chart_grows_with_the_bars_and_with_broken_names() -> None:
    many = replace(BARS, names=tuple(f"Group {n}" for n in range(12)))
    long = replace(many, names=("A very long name of a sub-group " * 5, *many.names[1:]))
    assert BARS.height < many.height < long.height
    assert long.names_share == pytest.approx(0.3)


def test_the_bars_do_not_exceed_the_chart(template: Template) -> None:
    layout = {
        side: float(xpath(chart_of(BARS, template), f"//c:plotArea/c:layout//c:{side}/@val")[0]) for side in "xywh"
    }
    assert 0 < layout["x"] < 1 - layout["w"] and 0 < layout["y"] < 1 - layout["h"]


@pytest.mark.parametrize("bars", [BARS, NASTY], ids=["plain", "nasty"])
def test_the_same_bars_give_the_same_bytes(bars: StackedBarChart, template: Template) -> None:
    assert chart_part(bars, template) == chart_part(bars, template)
    assert chart_workbook(bars, template, DATE) == chart_workbook(bars, template, DATE)


def test_no_name_becomes_markup(template: Template) -> None:
    part = chart_part(NASTY, template).decode()
    assert "<b>" not in part and "<a>" not in part
    assert not re.search("[\x00-\x08]", part)
    assert xpath(chart_of(NASTY, template), "//c:title//a:t/text()") == [NASTY.title.replace("\x07", "")]
