"""The small workbook behind a chart, which Word opens for "Edit Data"."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from ragsheets.formats.a1 import column_letter
from ragsheets.template.model import Template
from ragsheets.workbook import archive, sheets, styles
from ragsheets.workbook.compose import legal_sheet_name
from ragsheets.workbook.text_metrics import width_of


def chart_data(title: str, rows: Sequence[Sequence[str | int]], template: Template, created: datetime.date) -> bytes:
    """Write the workbook behind a chart: names in the first column, then a column for each series.

    The same arguments give the same bytes.

    Args:
        title: the title of the chart.
        rows: the headings, then a row for each bar: its name and its counts.
        template: provides the look.
        created: the creation date in the workbook's properties.
    """
    book = styles.styled_book(template)
    sheet = book.create_sheet(sheet_name_of(title))
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            cell: Any = sheet.cell(row, column)
            cell.style = "heading" if row == 1 else "cell" if column == 1 else "count"
            if isinstance(value, str):
                sheets.write_text(cell, value)
            else:
                cell.value = value
    for column, texts in enumerate(zip(*rows, strict=True), 1):
        text_width = max(width_of(str(text)) for text in texts)
        sheet.column_dimensions[column_letter(column)].width = max(12, min(50, 4 + text_width))
    sheets.set_properties(book, title, "ragsheets", created)
    return archive.to_bytes(book, {})


def sheet_name_of(title: str) -> str:
    """Return the name of the sheet behind a chart of this title."""
    return legal_sheet_name(title)[:31].strip()
