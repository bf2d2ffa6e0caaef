"""The hidden facts that identify a workbook: written into every workbook, found in every return.

They are stored in several ways, since every program preserves something else: on an ordinary hidden sheet, as
workbook-wide names that refer to it, and as a short visible reference on every outcome sheet. The key of each task is
in a hidden last column of its row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.formats.spreadsheet.values import Rows, Sheets
from ragsheets.workbook.layout import CellLayout, LayoutContext, SheetLayout, row_heights

if TYPE_CHECKING:
    from ragsheets.template.model import Column, Template
    from ragsheets.workbook.columns import SheetColumn

#: The version of this contract between workbook and reader; a reader rejects a newer one than its own.
CONTRACT_VERSION = 1

FACTS_SHEET = "ragsheets"
_FACTS_TITLE = "ragsheets workbook facts"
_FIRST_CHOICE_COLUMN = 4
_TEXT_FACTS = ("reference", "plan", "plan_title", "group", "group_name", "period", "template")
_REFERENCE = re.compile(r"\bRS-([0-9A-F]{10})\b")


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """The facts in a returned workbook. A text is "" if the fact is missing.

    `prefilled` is whether it was sent with answers in it.
    """

    reference: str
    contract: int = CONTRACT_VERSION
    plan: str = ""
    plan_title: str = ""
    group: str = ""
    group_name: str = ""
    period: str = ""
    template: str = ""
    prefilled: bool = False


def reference_of(context: LayoutContext) -> str:
    """Return the short reference of a workbook, which is unique to the sub-group's plan, template and period.

    A workbook with questions has a reference of its own, which depends on the questions and answers; so has one that
    shows answers of earlier periods, or carries them forward.
    """
    period, template, answers = context.period, context.template, context.answers
    due = period.due.isoformat() if period.due else ""
    parts = [str(CONTRACT_VERSION), context.plan.identity, template.workbook_digest, context.group.model_dump_json()]
    parts += [period.date.isoformat(), period.name, due]
    if context.last_period:
        parts.append(json.dumps(context.last_period.json_values, sort_keys=True))
    if answers.carried_columns is not None:
        carried_texts = {
            task: {key: answers.tasks[task][key] for key in keys} for task, keys in answers.carried_columns.items()
        }
        parts.append(json.dumps(["carried", carried_texts], sort_keys=True))
    if context.questions:
        parts.append(json.dumps([[answers.tasks, answers.headlines], context.questions], sort_keys=True))
    return f"RS-{files.sha256(chr(0).join(parts).encode())[:10].upper()}"


def facts_sheet(context: LayoutContext) -> SheetLayout:
    """Lay out the hidden sheet: a fact in each row, then a column of choices for each column that has them."""
    facts = {
        "contract": CONTRACT_VERSION,
        "reference": context.reference,
        "plan": context.plan.identity,
        "plan_title": context.plan.title,
        "group": context.group.key,
        "group_name": context.group.name,
        "period": context.period.date.isoformat(),
        "template": f"{context.template.name} {context.template.version} {context.template.workbook_digest}",
    }
    if context.questions or context.answers.carried_columns is not None:
        facts["prefilled"] = "yes"
    cells = [
        CellLayout(1, 1, _FACTS_TITLE, "label"),
        CellLayout(1, 2, context.template.wording.facts_note, "line"),
    ]
    for row, (name, value) in enumerate(facts.items(), 2):
        cells += [CellLayout(row, 1, name, "line"), CellLayout(row, 2, value, "line")]
    for column in context.template.columns:
        if column.kind == "choice":
            number = choice_column(context.template, column)
            cells.append(CellLayout(1, number, column.heading, "label"))
            cells += [CellLayout(2 + offset, number, choice, "line") for offset, choice in enumerate(column.choices)]
    return SheetLayout(
        name=context.sheet_names.facts,
        role="facts",
        cells=tuple(cells),
        widths=(26, 60, 4),
        heights=row_heights(cells, {}, context.template),
        last_printed_column=2,
    )


def choice_column(template: Template, column: Column | SheetColumn) -> int:
    """Return the column of the hidden sheet that lists the choices of `column`."""
    choice_keys = [candidate.key for candidate in template.columns if candidate.kind == "choice"]
    return _FIRST_CHOICE_COLUMN + choice_keys.index(column.key)


def defined_names(facts: SheetLayout) -> dict[str, str]:
    """Return the workbook-wide names for the facts, each with the cell that it refers to."""
    return {
        f"ragsheets_{cell.value}": f"'{facts.name}'!$B${cell.row}"
        for cell in facts.cells
        if cell.column == 1 and cell.row > 1
    }


def find_facts(sheets: Sheets) -> WorkbookFacts | None:
    """Find the facts of a returned workbook: on its hidden sheet, else its visible reference alone, else None."""
    for _, rows in sheets:
        if rows and rows[0] and rows[0][0] == _FACTS_TITLE:
            facts = {str(row[0]): _fact_text(row[1]) for row in rows[1:] if len(row) > 1 and row[0]}
            if facts.get("reference"):
                contract = facts.get("contract", "")
                is_known = re.fullmatch(r"[0-9]{1,9}", contract)
                return WorkbookFacts(
                    contract=int(contract) if is_known else CONTRACT_VERSION,
                    prefilled="prefilled" in facts,
                    **{name: facts.get(name, "") for name in _TEXT_FACTS},
                )
    for reference in find_references(rows for _, rows in sheets):
        return WorkbookFacts(reference=reference)
    return None


def _fact_text(value: object) -> str:
    """Return a fact as text, whatever a program converted it to: 1.0 for 1, a date-time for an ISO date."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\d 00:00:00", text) else text


def find_references(grids: Iterable[Rows]) -> Iterator[str]:
    """Yield the visible references on these sheets."""
    for rows in grids:
        for row in rows:
            for value in row:
                if isinstance(value, str) and "RS-" in value and (match := _REFERENCE.search(value)):
                    yield match[0]
