"""The three sheets of a plan.xlsx: their columns, with prompts and widths.

Writer and reader both use this layout. A sheet is named after its table in plan.toml, and a column after its key:
`on_hold` has the heading "On hold". The columns that the template adds to the plan have their own headings.
"""

from __future__ import annotations

from dataclasses import dataclass

from ragsheets.plan.model import TaskPath
from ragsheets.template.model import Column, Template
from ragsheets.text import normalise_text

#: The prefix of the key of a column that the template adds to the plan; the column's key in the template follows.
FURTHER_PREFIX = "+"


def heading_of_key(key: str) -> str:
    """Return a key of plan.toml as a heading: "on_hold" becomes "On hold"."""
    return key.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class PlanSheetColumn:
    """A column of a sheet.

    Attributes:
        width: in characters.
        kind: "text"; "short" for identifying values such as references, where every character matters; "yes or no";
            or the kind of the template's column.
        is_required: the column must exist, though its cells may be empty.
    """

    key: str
    width: float
    prompt: str
    kind: str = "text"
    is_required: bool = False
    heading: str = ""
    choices: tuple[str, ...] = ()

    @property
    def heading_text(self) -> str:
        """The heading of the column."""
        return self.heading or heading_of_key(self.key)


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """A sheet and its columns."""

    key: str
    columns: tuple[PlanSheetColumn, ...]

    @property
    def name(self) -> str:
        """The name of the sheet."""
        return heading_of_key(self.key)

    def column_number(self, key: str) -> int:
        """Return the number of a column, from 1, in a sheet as ragsheets writes it."""
        return [field.key for field in self.columns].index(key) + 1

    def keys_by_heading(self) -> dict[str, str]:
        """Return the key of each column by its accepted headings: its own, or the key of the template's column."""
        template_keys = {
            normalise_text(field.key): field.key for field in self.columns if field.key.startswith(FURTHER_PREFIX)
        }
        return template_keys | {normalise_text(field.heading_text): field.key for field in self.columns}


_KEY_COLUMN = PlanSheetColumn(
    "key", 14, "Leave this empty. It is filled in only where ragsheets asks for a key.", "short"
)

PLAN_SHEET = PlanSheet(
    "plan",
    (
        # This cell is selected when the file is opened, so its prompt explains how to start.
        PlanSheetColumn(
            "title",
            46,
            "What is reported, as it is printed on workbooks and report. Overwrite each shaded example, here and on "
            "the sheets Groups and Tasks: their names are at the foot of the window.",
            is_required=True,
        ),
        PlanSheetColumn("partnership", 36, "The name of your partnership, as it is printed.", is_required=True),
        PlanSheetColumn(
            "template", 18, "What is asked and how it looks. Pick one, or name a file beside this one.", "short"
        ),
        PlanSheetColumn("ledger", 40, "Leave this empty, unless several coordinators share one database.", "short"),
        PlanSheetColumn(
            "keep_returns_months",
            14,
            "How many months returned files are kept, where your rules limit it. Otherwise leave it empty.",
            "number",
        ),
    ),
)
GROUPS_SHEET = PlanSheet(
    "groups",
    (
        PlanSheetColumn("group", 36, "The name of the sub-group. One row for each.", "short", is_required=True),
        PlanSheetColumn("contact", 30, "The person who fills in the workbook.", is_required=True),
        PlanSheetColumn("email", 38, "Where the workbook is sent. It may be left empty.", "short"),
        PlanSheetColumn(
            "on_hold",
            12,
            "yes: nothing is expected from it for now. Otherwise leave it empty.",
            "yes or no",
        ),
        _KEY_COLUMN,
    ),
)
_TASK_COLUMNS = (
    PlanSheetColumn("group", 24, "Pick the sub-group. Empty: the same as in the row above.", "short", is_required=True),
    PlanSheetColumn("outcome_ref", 11, "The outcome's number, such as 2.1. It may be left empty.", "short"),
    PlanSheetColumn(
        "outcome", 36, "What the sub-group wants to bring about. Empty: the same as in the row above.", is_required=True
    ),
    PlanSheetColumn("action_ref", 11, "The action's number, such as 2.1.1. It may be left empty.", "short"),
    PlanSheetColumn(
        "action", 36, "A piece of work towards the outcome. Empty: the same as in the row above.", is_required=True
    ),
    PlanSheetColumn("label", 9, "The task's letter: a, b, c … in each action. It may be left empty.", "short"),
    PlanSheetColumn(
        "task",
        46,
        "What is to be done. One row for each task. A line that starts with * and a space becomes a bullet; "
        "Alt+Enter begins a new line.",
        is_required=True,
    ),
    PlanSheetColumn("target", 46, "How everybody can tell that it has been done, and by when.", is_required=True),
)


#: The part of the plan, and its field, that each column of the tasks sheet has in addition to the template's columns.
_TASK_FIELDS = {
    "group": ("group", "name"),
    "outcome_ref": ("outcome", "ref"),
    "outcome": ("outcome", "title"),
    "action_ref": ("action", "ref"),
    "action": ("action", "title"),
    "label": ("task", "label"),
    "task": ("task", "task"),
    "target": ("task", "target"),
    "key": ("task", "key"),
}
#: The columns of a task row that identify the task's sub-group, outcome and action.
PARENT_COLUMNS = tuple(column for column, (part, _) in _TASK_FIELDS.items() if part != "task")


def task_values(path: TaskPath) -> dict[str, str]:
    """Return the values of a task's row, by column key."""
    values = {column: str(getattr(getattr(path, part), field)) for column, (part, field) in _TASK_FIELDS.items()}
    return values | {f"{FURTHER_PREFIX}{key}": text for key, text in path.task.further.items()}


def tasks_sheet(template: Template | None) -> PlanSheet:
    """Return the tasks sheet, with the columns that the template adds to the plan before the key column."""
    fields = list(_TASK_COLUMNS)
    for column in template.plan_columns if template else ():
        fields.append(_further_column(column, {normalise_text(field.heading_text) for field in (*fields, _KEY_COLUMN)}))
    return PlanSheet("tasks", (*fields, _KEY_COLUMN))


def _further_column(column: Column, used_headings: set[str]) -> PlanSheetColumn:
    """Return a template column as a sheet column; its heading is its key if another column has its heading."""
    candidates = (column.heading, heading_of_key(column.key), f"{column.heading} ({column.key})")
    heading = next((text for text in candidates if normalise_text(text) not in used_headings), column.key)
    prompt = column.prompt or {
        "date": "A date, such as 5 March 2009.",
        "number": "A number.",
        "choice": "Pick one from the list.",
    }.get(column.kind, "")
    return PlanSheetColumn(
        f"{FURTHER_PREFIX}{column.key}", max(column.width, 12), prompt, column.kind, False, heading, column.choices
    )
