"""The look of a workbook: the template's fonts and colours as openpyxl named styles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, NamedStyle
from openpyxl.utils.indexed_list import IndexedList

from ragsheets.formats.a1 import string_literal
from ragsheets.template.model import Template, TemplateLook
from ragsheets.workbook.sheets import DATE_FORMAT, TEXT_FORMAT, box, empty_book, formula_rule, named_style
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
    for style in (*named_styles(template), *(_last_period_styles(template) if has_last_period else ())):
        book.add_named_style(style)
    return book


def named_styles(template: Template) -> Iterator[NamedStyle]:
    """Yield every style that a layout may name, except those for an earlier period."""
    look = template.look
    thin_border = box(look.rule)
    yield _style("front title", look, bold=True, ink=look.band_ink)
    yield _style("subtitle", look, ink=look.band_ink)
    yield _style("title", look, bold=True, ink=look.band_ink, vertical="center")
    yield _style("outcome", look, bold=True, fill=look.panel_fill, vertical="center", padded=True)
    yield _style("section", look, bold=True, ink=look.band_ink, vertical="bottom")
    yield _style("line", look)
    yield _style("hint", look, fill=look.panel_fill, padded=True, vertical="center")
    yield _style("text", look, horizontal="left")
    yield _style("label", look, bold=True)
    yield _style("block", look, fill=look.panel_fill, padded=True)
    yield _style("block label", look, bold=True, fill=look.panel_fill, padded=True)
    yield _style("note", look, fill=look.panel_fill, padded=True)
    yield _style("call", look, bold=True, ink=look.band_ink)
    yield _style("call count", look, bold=True, ink=look.band_ink, horizontal="center")
    yield _style("band", look, bold=True, fill=look.band_fill, ink=look.band_ink, vertical="center", padded=True)
    heading: dict[str, Any] = {
        "bold": True,
        "fill": look.heading_fill,
        "ink": look.heading_ink,
        "border": thin_border,
        "wrap": True,
    }
    yield _style("heading", look, vertical="center", **heading)
    yield _style("heading count", look, vertical="center", horizontal="center", **heading)
    yield _style("link", look, vertical="center", ink=look.link_ink, underline=True, border=thin_border, wrap=True)
    yield _style("count", look, vertical="center", horizontal="center", border=thin_border)
    yield _style(
        "count total", look, vertical="center", bold=True, horizontal="center", border=thin_border, fill=look.panel_fill
    )
    yield _style("label total", look, vertical="center", bold=True, border=thin_border, fill=look.panel_fill)
    yield _style("cell", look, vertical="center", border=thin_border, wrap=True)
    yield _style("given", look, fill=look.panel_fill, border=thin_border, wrap=True)
    yield _style("given number", look, vertical="center", fill=look.panel_fill, border=thin_border, horizontal="center")
    yield _style("hidden", look)
    yield from _answer_styles(look, str, look.answer_fill, thin_border)
    yield from _answer_styles(look, question_style, look.query_fill, box(look.query_rule, "thick"))
    for status in template.statuses:
        yield _style(
            status_style(status),
            look,
            vertical="center",
            bold=True,
            fill=status.fill,
            ink=status.ink,
            border=thin_border,
        )


def _last_period_styles(template: Template) -> Iterator[NamedStyle]:
    """Yield the styles for the last answers, and for answer cells prefilled with the last answer."""
    look = template.look
    thin_border = box(look.rule)
    yield _style(
        "given status", look, bold=True, fill=look.panel_fill, border=thin_border, horizontal="center", wrap=True
    )
    yield from _answer_styles(look, carried_style, look.answer_fill, box(look.band_ink, "mediumDashed"), italic=True)
    yield from _answer_styles(look, carried_question_style, look.query_fill, box(look.query_rule, "thick"), italic=True)


def _answer_styles(
    look: TemplateLook, style_name: Callable[[str], str], fill: str, border: Border, *, italic: bool = False
) -> Iterator[NamedStyle]:
    """Yield the styles of the answer cells."""
    answer: dict[str, Any] = {"fill": fill, "border": border, "wrap": True, "locked": False, "italic": italic}
    yield _style(style_name("answer"), look, number_format=TEXT_FORMAT, **answer)
    yield _style(style_name("answer status"), look, number_format=TEXT_FORMAT, horizontal="center", bold=True, **answer)
    yield _style(style_name("answer date"), look, number_format=DATE_FORMAT, horizontal="left", **answer)
    yield _style(style_name("answer number"), look, horizontal="left", **answer)


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


def _style(name: str, look: TemplateLook, **more: Any) -> NamedStyle:
    return named_style(name, look, size=text_size(name, look), **more)
