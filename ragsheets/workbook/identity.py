"""The hidden facts that bring an answer home: written into every workbook, found again in every return.

They stand in more than one place, since every program keeps something else: on an ordinary hidden sheet, as
workbook-wide names that point at it, and as a short reference in sight on every outcome sheet. The key of each task
stands in a hidden last column of its own row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.formats.spreadsheet.values import Rows, Sheets
from ragsheets.workbook.layout import (
    CellLayout,
    ContactQuestion,
    LayoutContext,
    PrefilledAnswers,
    SheetLayout,
    row_heights,
)

if TYPE_CHECKING:
    from ragsheets.plan.model import Period, Plan, SubGroup
    from ragsheets.template.model import Column, Template
    from ragsheets.workbook.columns import SheetColumn
    from ragsheets.workbook.last_period import LastPeriod

#: The version of this contract between workbook and reader; a reader refuses a newer one than its own.
CONTRACT_VERSION = 1

FACTS_SHEET = "ragsheets"
_FACTS_TITLE = "ragsheets workbook facts"
_FIRST_CHOICE_COLUMN = 4
_REFERENCE = re.compile(r"\bRS-([0-9A-F]{10})\b")


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """What a returned workbook says of itself. Text is "" where it says nothing."""

    reference: str
    contract: int = CONTRACT_VERSION
    plan: str = ""
    plan_title: str = ""
    group: str = ""
    group_name: str = ""
    period: str = ""
    template: str = ""


def reference_of(
    plan: Plan,
    template: Template,
    group: SubGroup,
    period: Period,
    answers: PrefilledAnswers | None = None,
    questions: Sequence[ContactQuestion] = (),
    last_period: LastPeriod | None = None,
) -> str:
    """The short reference of a workbook: the same for the same sub-group's plan, template and period, and no other.

    One that asks questions has a reference of its own, the same for the same questions and answers; so has one that
    shows what earlier periods said, or carries their answers forward.
    """
    due = period.due.isoformat() if period.due else ""
    said = [str(CONTRACT_VERSION), plan.identity, template.digest, group.model_dump_json()]
    said += [period.date.isoformat(), period.name, due]
    if last_period:
        said.append(json.dumps(last_period.json_values, sort_keys=True))
    if answers and answers.carried_columns is not None:
        texts = {
            task: {key: answers.tasks[task][key] for key in keys} for task, keys in answers.carried_columns.items()
        }
        said.append(json.dumps(["carried", texts], sort_keys=True))
    if questions:
        given = [answers.tasks, answers.headlines] if answers else []
        said.append(json.dumps([given, questions], sort_keys=True))
    return f"RS-{files.sha256(chr(0).join(said).encode())[:10].upper()}"


def facts_sheet(context: LayoutContext) -> SheetLayout:
    """The hidden sheet: a fact a row, then the choices of the columns that have them, a column each."""
    facts = {
        "contract": CONTRACT_VERSION,
        "reference": context.reference,
        "plan": context.plan.identity,
        "plan_title": context.plan.title,
        "group": context.group.key,
        "group_name": context.group.name,
        "period": context.period.date.isoformat(),
        "template": f"{context.template.name} {context.template.version} {context.template.digest}",
    }
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
            cells += [CellLayout(2 + n, number, choice, "line") for n, choice in enumerate(column.choices)]
    return SheetLayout(
        name=context.sheet_names.facts,
        role="facts",
        cells=tuple(cells),
        widths=(26, 60, 4),
        heights=row_heights(cells, {}, context.template),
        last_printed_column=2,
    )


def choice_column(template: Template, column: Column | SheetColumn) -> int:
    """The column of the hidden sheet that lists the choices of `column`."""
    choosing = [other.key for other in template.columns if other.kind == "choice"]
    return _FIRST_CHOICE_COLUMN + choosing.index(column.key)


def defined_names(facts: SheetLayout) -> dict[str, str]:
    """Workbook-wide names for the facts, each with the place that it points at."""
    return {
        f"ragsheets_{cell.value}": f"'{facts.name}'!$B${cell.row}"
        for cell in facts.cells
        if cell.column == 1 and cell.row > 1
    }


def find_facts(sheets: Sheets) -> WorkbookFacts | None:
    """The facts of a returned workbook: from its hidden sheet, else from a reference in sight; else None."""
    for _, rows in sheets:
        if rows and rows[0] and rows[0][0] == _FACTS_TITLE:
            said = {str(row[0]): _fact_text(row[1]) for row in rows[1:] if len(row) > 1 and row[0]}
            if said.get("reference"):
                return WorkbookFacts(
                    reference=said["reference"],
                    contract=int(said["contract"])
                    if re.fullmatch(r"[0-9]{1,9}", said.get("contract", ""))
                    else CONTRACT_VERSION,
                    plan=said.get("plan", ""),
                    plan_title=said.get("plan_title", ""),
                    group=said.get("group", ""),
                    group_name=said.get("group_name", ""),
                    period=said.get("period", ""),
                    template=said.get("template", ""),
                )
    for found in find_references(rows for _, rows in sheets):
        return WorkbookFacts(reference=found)
    return None


def _fact_text(value: object) -> str:
    """A fact as text, whatever a program made of it: 1.0 for 1, a date for its ISO text."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\d 00:00:00", text) else text


def find_references(grids: Iterable[Rows]) -> Iterator[str]:
    """The references that stand in sight on these sheets."""
    for rows in grids:
        for row in rows:
            for value in row:
                if isinstance(value, str) and "RS-" in value and (match := _REFERENCE.search(value)):
                    yield match[0]
