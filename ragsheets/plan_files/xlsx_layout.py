"""The three sheets of a plan.xlsx: which columns they have, what each asks for, how wide it is.

Writer and reader both ask here. A sheet is called as its table in plan.toml is, and a column as its key is, in words:
`on_hold` stands under "On hold". The columns that the template gives to the plan stand under their own headings.
"""

from __future__ import annotations

from dataclasses import dataclass

from ragsheets.template.model import Column, Template
from ragsheets.text import plain

#: How the key of a column begins that the template gives to the plan; its key in the template follows.
FURTHER = "+"
#: How a text begins that only shows what is to be written in its place.
EXAMPLE = "Example:"


def in_words(key: str) -> str:
    """A key of plan.toml as sheets have it: "on_hold" is "On hold"."""
    return key.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a sheet. `width` is in characters; a needed column must be there, though its cells may be empty.

    `kind` is "text"; "short" for what tells a part from others, of which every character counts; "yes or no"; or that
    of the template's column.
    """

    key: str
    width: float
    prompt: str
    kind: str = "text"
    needed: bool = False
    heading: str = ""
    choices: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What stands above the column."""
        return self.heading or in_words(self.key)


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """One sheet and its columns."""

    key: str
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        """What the sheet is called."""
        return in_words(self.key)

    def column(self, key: str) -> int:
        """The number of a column where the sheet is as it was written, counted from one."""
        return [field.key for field in self.fields].index(key) + 1

    def spellings(self) -> dict[str, str]:
        """The key of each column by what may stand above it: its heading, or the key of the template's column."""
        own = {plain(field.key): field.key for field in self.fields if field.key.startswith(FURTHER)}
        return own | {plain(field.called): field.key for field in self.fields}


_KEY = Field("key", 14, "Leave this empty. It is filled in only where ragsheets asks for a key.", "short")

PLAN = PlanSheet(
    "plan",
    (
        # The first cell that is chosen when the file is opened: its prompt is the way in.
        Field(
            "title",
            46,
            "What is reported, as it is printed on workbooks and report. Overwrite each shaded example, here and on "
            "the sheets Groups and Tasks: their names are at the foot of the window.",
            needed=True,
        ),
        Field("partnership", 36, "The name of your partnership, as it is printed.", needed=True),
        Field("template", 18, "What is asked and how it looks. Pick one, or name a file beside this one.", "short"),
        Field("ledger", 40, "Leave this empty, unless several coordinators share one database.", "short"),
        Field(
            "keep_returns_months",
            14,
            "How many months returned files are kept, where your rules limit it. Otherwise leave it empty.",
            "number",
        ),
    ),
)
GROUPS = PlanSheet(
    "groups",
    (
        Field("group", 36, "The name of the sub-group. One row for each.", "short", needed=True),
        Field("contact", 30, "The person who fills in the workbook.", needed=True),
        Field("email", 38, "Where the workbook is sent. It may stay empty.", "short"),
        Field(
            "on_hold",
            12,
            "yes: nothing is expected from it for now. Otherwise leave it empty.",
            "yes or no",
        ),
        _KEY,
    ),
)
_TASKS = (
    Field("group", 24, "Pick the sub-group. Empty: the same as in the row above.", "short", needed=True),
    Field("outcome_ref", 11, "The outcome's number, such as 2.1. It may stay empty.", "short"),
    Field("outcome", 36, "What the sub-group wants to bring about. Empty: the same as in the row above.", needed=True),
    Field("action_ref", 11, "The action's number, such as 2.1.1. It may stay empty.", "short"),
    Field("action", 36, "A piece of work towards the outcome. Empty: the same as in the row above.", needed=True),
    Field("label", 9, "The task's letter: a, b, c … in each action. It may stay empty.", "short"),
    Field(
        "task",
        46,
        "What is to be done. One row for each task. A line that starts with * and a space becomes a bullet; "
        "Alt+Enter begins a new line.",
        needed=True,
    ),
    Field("target", 46, "How everybody can tell that it has been done, and by when.", needed=True),
)


def tasks_sheet(template: Template | None) -> PlanSheet:
    """The sheet of tasks with the columns that the template gives to the plan, before that of the keys."""
    fields = list(_TASKS)
    for column in template.plan_columns if template else ():
        fields.append(_further(column, {plain(field.called) for field in (*fields, _KEY)}))
    return PlanSheet("tasks", (*fields, _KEY))


def _further(column: Column, taken: set[str]) -> Field:
    """A column of the template's; it stands under its key where its heading is that of another column here."""
    called = (column.heading, in_words(column.key), f"{column.heading} ({column.key})")
    heading = next((text for text in called if plain(text) not in taken), column.key)
    prompt = column.prompt or {
        "date": "A date, such as 5 March 2009.",
        "number": "A number.",
        "choice": "Pick one from the list.",
    }.get(column.kind, "")
    return Field(f"{FURTHER}{column.key}", max(column.width, 12), prompt, column.kind, False, heading, column.choices)
