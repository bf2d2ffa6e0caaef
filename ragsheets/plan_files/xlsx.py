"""A plan as plan.xlsx: three sheets that a coordinator fills in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ragsheets import dates, files
from ragsheets.errors import PlanError, Problem
from ragsheets.formats.a1 import address, at_sheet, fixed_range, letter, quoted
from ragsheets.plan_files.xlsx_layout import EXAMPLE, FURTHER, GROUPS, PLAN, Field, PlanSheet, tasks_sheet
from ragsheets.plan_files.xlsx_reader import ledger_of, read
from ragsheets.returns.reading.table import text_of
from ragsheets.template.model import shipped_templates
from ragsheets.text import clean
from ragsheets.workbook.layout import MOST_CHARACTERS
from ragsheets.workbook.text_metrics import height_of

if TYPE_CHECKING:
    from ragsheets.plan.model import Plan
    from ragsheets.template.model import Template

__all__ = ["ledger_of", "read", "to_xlsx"]

#: The most characters of a prompt and a list in a rule, and of a prompt's title (ECMA-376 part 1, 18.3.1.32).
_MOST_PROMPT, _MOST_TITLE = 255, 32
#: Rows below the last that still have their prompts and lists, and sub-groups that the list has room for.
_SPARE_ROWS, _SPARE_GROUPS = 500, 20
#: The first year whose days Excel counts.
_FIRST_YEAR = 1901
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
#: How much less room bold words have.
_BOLD = 0.95
_A4 = 9  # ECMA-376 part 1, 18.3.1.63: paperSize
_LANGUAGE = "en-GB"
_HEADING = "plan heading"
#: The number format of each kind of column: "@" keeps what is typed as text, so that 2.10 stays 2.10.
_FORMATS = {"text": "@", "date": "d mmmm yyyy", "number": "General"}

#: The values of a row by the keys of their columns, and whether it is banded.
_Written = tuple[dict[str, str], bool]


def to_xlsx(plan: Plan, template: Template) -> bytes:
    """A plan as the bytes of a plan.xlsx; the same plan gives the same bytes.

    Every row names its sub-group, outcome and action, so that the sheet may be sorted and filtered. A key stands in it
    only where the part has one: give it the plan as it was written. The keys of outcomes and actions have no place.

    Args:
        plan: the plan.
        template: gives the look, and the columns that the plan fills beside task and target.
    """
    return _Writer(plan, template).write()


class _Writer:
    """Writes one plan."""

    def __init__(self, plan: Plan, template: Template) -> None:
        from openpyxl import Workbook

        self.plan, self.template, self.look = plan, template, template.look
        self.book: Any = Workbook()
        self.book.remove(self.book.worksheets[0])
        self.overlong: list[Problem] = []

    def write(self) -> bytes:
        from ragsheets.workbook import archive

        self._styles()
        tasks = tasks_sheet(self.template)
        self._sheet(PLAN, list(_plan_rows(self.plan)))
        self._sheet(GROUPS, list(_group_rows(self.plan)))
        self._sheet(tasks, list(_task_rows(self.plan)))
        if self.overlong:
            raise PlanError("texts too long for a workbook", problems=self.overlong)
        self._outcome_lines(self.book[tasks.name], tasks)
        self._properties()
        return archive.to_bytes(self.book, {})

    def _sheet(self, sheet: PlanSheet, rows: list[_Written]) -> None:
        page = self.book.create_sheet(sheet.name)
        for column, field in enumerate(sheet.fields, 1):
            self._put(page.cell(1, column), field.called, _HEADING)
            dimension = page.column_dimensions[letter(column)]
            dimension.width = field.width
            # The cells below the last row have the column's style: what is typed there stays text, too.
            dimension._style = self._style_array(_style_of(field.kind, False))
        for number, (values, banded) in enumerate(rows, 2):
            for column, field in enumerate(sheet.fields, 1):
                self._value(page, page.cell(number, column), values.get(field.key, ""), field, banded)
            texts = [(values.get(field.key, ""), field.width) for field in sheet.fields]
            page.row_dimensions[number].height = height_of(texts, self.look.size)
        headings = [(field.called, field.width * _BOLD) for field in sheet.fields]
        page.row_dimensions[1].height = height_of(headings, self.look.size)
        last = len(rows) + 1 + _SPARE_ROWS
        for column, field in enumerate(sheet.fields, 1):
            self._prompt(page, field, f"{letter(column)}2:{letter(column)}{last}")
        self._examples(page, f"A2:{letter(len(sheet.fields))}{last}")
        _view(page, sheet, len(rows) + 1)

    def _value(self, page: Any, cell: Any, text: str, field: Field, banded: bool) -> None:
        style = _style_of(field.kind, banded)
        date = dates.read_date(text) if field.kind == "date" and text else None
        if date and date.year >= _FIRST_YEAR:
            cell.value = date
            cell.style = style
        elif field.kind == "number" and _PLAIN_NUMBER.fullmatch(text) and text_of(float(text)) == text:
            cell.value = float(text)
            cell.style = style
        else:
            if len(text) > MOST_CHARACTERS:
                what = f"has {len(text)} characters; a cell takes {MOST_CHARACTERS}."
                self.overlong.append(Problem(f"{page.title}!{cell.coordinate}", what, "Shorten it."))
            self._put(cell, text, style)

    @staticmethod
    def _put(cell: Any, text: str, style: str) -> None:
        cell.style = style
        if text := clean(text):
            # Said outright, for openpyxl would make a formula of text that begins with an equals sign.
            cell._value, cell.data_type = text, "s"

    def _style_array(self, name: str) -> Any:
        from openpyxl.cell import Cell

        cell: Any = Cell(self.book.worksheets[0], 1, 1)
        cell.style = name
        return cell._style

    def _styles(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
        from openpyxl.utils.indexed_list import IndexedList

        from ragsheets.workbook.styles import default_font

        look = self.look
        # The font of the Normal style stands first in the list.
        self.book._fonts = IndexedList([default_font(look)])
        side = Side(style="thin", color=f"FF{look.rule}")
        border = Border(left=side, right=side, top=side, bottom=side)
        ruled: dict[str, Any] = {
            "alignment": Alignment(vertical="top", horizontal="left", wrap_text=True, indent=1),
            "border": border,
        }
        heading = NamedStyle(_HEADING, font=Font(look.font, look.size, True, color=f"FF{look.heading_ink}"), **ruled)
        heading.fill = PatternFill("solid", fgColor=f"FF{look.heading_fill}")
        self.book.add_named_style(heading)
        for kind, code in _FORMATS.items():
            for banded in (False, True):
                style = NamedStyle(_style_of(kind, banded), font=default_font(look), number_format=code, **ruled)
                style.fill = PatternFill("solid", fgColor=f"FF{look.panel_fill}") if banded else PatternFill()
                self.book.add_named_style(style)

    def _prompt(self, page: Any, field: Field, cells: str) -> None:
        """What a cell asks for, shown when it is chosen, with a list to pick from where there is one."""
        from openpyxl.worksheet.datavalidation import DataValidation

        source, wrong = self._list_of(page, field)
        rule = DataValidation(
            type="list" if source else None,
            formula1=source or None,
            allow_blank=True,
            showInputMessage=True,
            showErrorMessage=bool(source and wrong),
            promptTitle=field.called[:_MOST_TITLE],
            prompt=field.prompt[:_MOST_PROMPT] or None,
            errorTitle=field.called[:_MOST_TITLE] if wrong else None,
            error=wrong or None,
            sqref=cells,
        )
        page.add_data_validation(rule)

    def _list_of(self, page: Any, field: Field) -> tuple[str, str]:
        """The source of the list that a cell offers, "" for none, and what is said to what is not on it."""
        if field.kind == "yes or no":
            return quoted("yes,no"), "Pick yes or no, or leave the cell empty."
        if field.key == "template":
            return _inline(shipped_templates()), ""
        if field.choices:
            return _inline(field.choices), "Please pick one from the list."
        if field.key == "group" and page.title != GROUPS.name:
            last = len(self.plan.groups) + 1 + _SPARE_GROUPS
            source = at_sheet(GROUPS.name, fixed_range(GROUPS.column("group"), 2, last))
            return source, f"Write the sub-group on the sheet {GROUPS.name} first; then pick it here."
        return "", ""

    def _examples(self, page: Any, cells: str) -> None:
        """Show what is only an example as something still to be filled in, until it is overwritten."""
        from openpyxl.formatting.rule import Rule
        from openpyxl.styles import Font, PatternFill
        from openpyxl.styles.differential import DifferentialStyle

        fill = PatternFill(bgColor=f"FF{self.look.answer_fill}", fill_type="solid")
        shown = DifferentialStyle(font=Font(i=True, color=f"FF{self.look.band_ink}"), fill=fill)
        formula = f"LEFT(A2,{len(EXAMPLE)})={quoted(EXAMPLE)}"
        page.conditional_formatting.add(cells, Rule(type="expression", dxf=shown, formula=[formula]))

    def _outcome_lines(self, page: Any, sheet: PlanSheet) -> None:
        """Draw a darker line where another outcome begins, wherever rows are moved to or added."""
        from openpyxl.formatting.rule import Rule
        from openpyxl.styles import Border, Side
        from openpyxl.styles.differential import DifferentialStyle

        group, ref, title = (f"${letter(sheet.column(key))}" for key in ("group", "outcome_ref", "outcome"))
        another = f"{ref}2&{title}2<>{ref}1&{title}1"
        formula = f'OR(AND({group}2<>"",{group}2<>{group}1),AND({ref}2&{title}2<>"",{another}))'
        # The other sides are said too: LibreOffice takes those away that a rule leaves out.
        rule, side = (Side(style="thin", color=f"FF{ink}") for ink in (self.look.rule, self.look.band_ink))
        line = DifferentialStyle(border=Border(left=rule, right=rule, bottom=rule, top=side))
        cells = f"A2:{letter(len(sheet.fields))}{page.max_row + _SPARE_ROWS}"
        page.conditional_formatting.add(cells, Rule(type="expression", dxf=line, formula=[formula]))

    def _properties(self) -> None:
        properties = self.book.properties
        properties.title, properties.language = clean(self.plan.title), _LANGUAGE
        properties.creator = properties.lastModifiedBy = clean(self.plan.partnership)
        # A plan has no day of its own, and that on which it was written would make other bytes of it each time.
        properties.created = properties.modified = datetime.datetime(*files.ZIP_EPOCH)


def _view(page: Any, sheet: PlanSheet, last: int) -> None:
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties
    from openpyxl.worksheet.views import Pane, Selection

    view = page.sheet_view
    view.tabSelected = sheet is PLAN
    view.pane = Pane(ySplit=1, topLeftCell="A2", activePane="bottomLeft", state="frozen")
    view.selection = [Selection(pane="bottomLeft", activeCell="A2", sqref="A2")]
    if sheet not in (PLAN, GROUPS):
        page.auto_filter.ref = f"A1:{address(last, len(sheet.fields))}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    page.oddFooter.left.text, page.oddFooter.right.text = "&A", "&P / &N"
    page.print_area = f"A1:{address(last, len(sheet.fields))}"
    page.print_title_rows = "1:1"


def _plan_rows(plan: Plan) -> Iterator[_Written]:
    values = {"title": plan.title, "partnership": plan.partnership, "template": plan.template}
    yield values | {"ledger": plan.ledger or "", "keep_returns_months": str(plan.keep_returns_months or "")}, False


def _group_rows(plan: Plan) -> Iterator[_Written]:
    for group in plan.groups:
        values = {"group": group.name, "contact": group.contact, "email": group.email, "key": group.key}
        yield values | {"on_hold": "yes" if group.on_hold else ""}, False


def _task_rows(plan: Plan) -> Iterator[_Written]:
    """The tasks, each with all that it is part of; every other outcome is banded."""
    number = 0
    for group in plan.groups:
        for outcome in group.outcomes:
            number += 1
            for action in outcome.actions:
                for task in action.tasks:
                    values = {
                        "group": group.name,
                        "outcome_ref": outcome.ref,
                        "outcome": outcome.title,
                        "action_ref": action.ref,
                        "action": action.title,
                        "label": task.label,
                        "task": task.task,
                        "target": task.target,
                        "key": task.key,
                    }
                    yield values | {f"{FURTHER}{key}": text for key, text in task.further.items()}, number % 2 == 0


def _style_of(kind: str, banded: bool) -> str:
    known = kind if kind in _FORMATS else "text"
    return f"plan {known}{' banded' if banded else ''}"


def _inline(words: Sequence[str]) -> str:
    """A list in the rule itself; "" where it cannot be: Excel takes no comma in its words, and no more of them."""
    source = quoted(",".join(words))
    return source if len(source) <= _MOST_PROMPT and not any("," in word for word in words) else ""
