"""The look of a workbook: the template's fonts and colours as openpyxl named styles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border
from openpyxl.utils.indexed_list import IndexedList

from ragsheets.formats.a1 import string_literal
from ragsheets.template.model import Template, TemplateLook
from ragsheets.workbook.sheets import DATE_FORMAT, TEXT_FORMAT, CellLook, box, empty_book, formula_rule, named_style
from ragsheets.workbook.style_names import (
    carried_question_style,
    carried_style,
    question_style,
    status_style,
    text_size,
)

if TYPE_CHECKING:
    from openpyxl import Workbook

#: The lists in which openpyxl stores the components of a workbook's styles.
_STYLE_LISTS = ("_fonts", "_fills", "_borders", "_alignments", "_protections", "_number_formats", "_cell_styles")


def styled_book(template: Template, *, has_last_period: bool = False) -> Workbook:
    """Return a workbook without sheets that has every style of the template.

    With `has_last_period` it also has the styles that are only needed to show the answers of an earlier period.

    The styles are created once and their lists copied: creating and binding them takes openpyxl a fifth of the time for
    a whole workbook.
    """
    prototype: Any = _prototype(template, has_last_period)
    book: Any = empty_book(template.look)
    for name in _STYLE_LISTS:
        prototype_list: Any = getattr(prototype, name)
        copy: Any = IndexedList()
        list.extend(copy, prototype_list)
        copy._dict, copy.clean = dict(prototype_list._dict), prototype_list.clean
        setattr(book, name, copy)
    book._named_styles = type(prototype._named_styles)(prototype._named_styles)
    return cast("Workbook", book)


@lru_cache(maxsize=4)
def _prototype(template: Template, has_last_period: bool) -> Workbook:
    book = empty_book(template.look)
    looks = _cell_looks(template) | (_last_period_looks(template.look) if has_last_period else {})
    for name, cell_look in looks.items():
        book.add_named_style(named_style(name, template.look, cell_look, text_size(name, template.look)))
    return book


def _cell_looks(template: Template) -> dict[str, CellLook]:
    """Return the look of every style that a layout may name, except those for an earlier period."""
    look = template.look
    ruled = CellLook(border=box(look.rule), vertical="center")
    panel = CellLook(fill=look.panel_fill, padded=True)
    given = CellLook(fill=look.panel_fill, border=box(look.rule), wrap=True)
    title = CellLook(bold=True, ink=look.band_ink)
    heading = replace(ruled, bold=True, fill=look.heading_fill, ink=look.heading_ink, wrap=True)
    total = replace(ruled, bold=True, fill=look.panel_fill)
    return {
        "front title": title,
        "subtitle": CellLook(ink=look.band_ink),
        "title": replace(title, vertical="center"),
        "outcome": replace(panel, bold=True, vertical="center"),
        "section": replace(title, vertical="bottom"),
        "line": CellLook(),
        "hint": replace(panel, vertical="center"),
        "text": CellLook(horizontal="left"),
        "label": CellLook(bold=True),
        "block": panel,
        "block label": replace(panel, bold=True),
        "note": panel,
        "call": title,
        "call count": replace(title, horizontal="center"),
        "band": CellLook(bold=True, fill=look.band_fill, ink=look.band_ink, vertical="center", padded=True),
        "heading": heading,
        "heading count": replace(heading, horizontal="center"),
        "link": replace(ruled, ink=look.link_ink, underline=True, wrap=True),
        "count": replace(ruled, horizontal="center"),
        "count total": replace(total, horizontal="center"),
        "label total": total,
        "cell": replace(ruled, wrap=True),
        "given": given,
        "given number": replace(ruled, fill=look.panel_fill, horizontal="center"),
        "hidden": CellLook(),
        **_answer_looks(str, look.answer_fill, box(look.rule)),
        **_answer_looks(question_style, look.query_fill, box(look.query_rule, "thick")),
        **{
            status_style(status): replace(ruled, bold=True, fill=status.fill, ink=status.ink)
            for status in template.statuses
        },
    }


def _last_period_looks(look: TemplateLook) -> dict[str, CellLook]:
    """Return the looks of the last answers, and of answer cells prefilled with the last answer."""
    border, query_border = box(look.band_ink, "mediumDashed"), box(look.query_rule, "thick")
    given = CellLook(bold=True, fill=look.panel_fill, border=box(look.rule), horizontal="center", wrap=True)
    return {
        "given status": given,
        **_answer_looks(carried_style, look.answer_fill, border, italic=True),
        **_answer_looks(carried_question_style, look.query_fill, query_border, italic=True),
    }


def _answer_looks(
    style_name: Callable[[str], str], fill: str, border: Border, *, italic: bool = False
) -> dict[str, CellLook]:
    """Return the looks of the answer cells."""
    answer = CellLook(TEXT_FORMAT, italic=italic, fill=fill, border=border, wrap=True, locked=False)
    return {
        style_name("answer"): answer,
        style_name("answer status"): replace(answer, horizontal="center", bold=True),
        style_name("answer date"): replace(answer, number_format=DATE_FORMAT, horizontal="left"),
        style_name("answer number"): replace(answer, number_format="General", horizontal="left"),
    }


def status_rules(template: Template, first_cell: str, *, multiline: bool = False) -> Iterator[Rule]:
    """Yield a rule for each status that colours the cells with that status.

    Args:
        template: provides statuses and colours.
        first_cell: the address of the first cell of the range.
        multiline: whether the status may be the first of several lines in a cell.
    """
    for status in template.statuses:
        formula = f"{first_cell}={string_literal(status.code)}"
        if multiline:
            formula = f"OR({formula},LEFT({first_cell},{len(status.code) + 1})={string_literal(status.code)}&CHAR(10))"
        yield formula_rule(formula, ink=status.ink, fill=status.fill, bold=True, stops=True)
