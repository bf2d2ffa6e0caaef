"""A plan as plan.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import PlanError
from ragsheets.plan.model import Action, Outcome, Plan, SubGroup, Task
from ragsheets.plan_files.parse import PlanFile, describe_location, read_plan_template, validate_plan

if TYPE_CHECKING:
    from tomlkit.items import AoT, String, Table

_HEADER_COMMENT = """\
The plan of a partnership: who reports on what.

A sub-group has outcomes, an outcome has actions, an action has tasks. Each part starts with its heading in double
square brackets and belongs to the part of the next level up that stands before it. Everything is printed in the order
in which it stands here.

Short text stands in quotes; text of several lines between three quotes. A line of it that starts with a star and a
space becomes a bullet. A line of the plan that starts with # is a comment, like this one, and is printed nowhere.

A sub-group that is paused gets the line  on_hold = true  below its name.
After changing something, run:  ragsheets plan check
"""

#: What is said once about a key, beside the first that stands in the plan.
_KEY_COMMENTS = {
    "template": "what is asked and how it looks",
    "keep_returns_months": "after so many, ragsheets returns forget --due erases returned files",
    "name": "printed as the heading of the sub-group's section",
    "contact": "the person who fills in the workbook",
    "on_hold": "nothing is expected from the sub-group; remove the line when it goes on",
    "ref": 'in quotes, so that "2.10" stays "2.10"',
    "label": 'printed as "a)"',
    "key": "what answers are kept under; leave it as it is",
}
#: Where the lines that part the sub-groups end, in characters.
_LINE_WIDTH = 110


def read(path: Path, template_folder: Path | None = None) -> PlanFile:
    """Read a plan.toml and the template that it names, which lies in the folder `templates`, or else beside it.

    Raises PlanError with every problem in it; where the template cannot be used either, its problems are among them.
    """
    raw = files.read_toml(path, PlanError)
    template, problems = read_plan_template(raw, template_folder or path.parent)
    return validate_plan(path.name, raw, template, problems, partial(describe_location, raw))


def read_ledger_name(path: Path) -> str:
    """The ledger that a plan.toml names, "" for none; the rest of the plan may be unfinished.

    Raises PlanError where the file cannot be read.
    """
    return str(files.read_toml_head(path, PlanError).get("ledger") or "")


def to_toml(plan: Plan) -> bytes:
    """A plan as the bytes of a plan.toml, to be edited by hand: in the order that people write it, with explanations.

    A key stands in it only where the part has one: give it the plan as it was written, not `with_keys`.
    """
    return _TomlWriter().write(plan).encode()


class _TomlWriter:
    """Writes one plan; each explanation stands beside the first key that it is about."""

    def __init__(self) -> None:
        self.unused_comments = dict(_KEY_COMMENTS)

    def write(self, plan: Plan) -> str:
        import tomlkit

        document = tomlkit.document()
        for line in _HEADER_COMMENT.splitlines():
            document.add(tomlkit.comment(line))
        document.add(tomlkit.nl())
        head = {"title": plan.title, "partnership": plan.partnership, "template": plan.template}
        further = {"ledger": plan.ledger, "keep_returns_months": plan.keep_returns_months}
        self._add_values(document, head | {key: value for key, value in further.items() if value})
        groups = tomlkit.aot()
        for group in plan.groups:
            groups.append(self._group(group))
        document.add("groups", groups)
        return tomlkit.dumps(document)

    def _group(self, group: SubGroup) -> Table:
        values: dict[str, Any] = {"name": group.name, "contact": group.contact}
        values |= {"email": group.email} if group.email else {}
        values |= {"on_hold": True} if group.on_hold else {}
        table = self._table(values, group.key)
        # What stands before a table's heading, line ends too, is its indent.
        table.trivia.indent = f"\n{_group_divider(group.name)}\n\n"
        _add_tables(table, "outcomes", (self._outcome(outcome) for outcome in group.outcomes))
        return table

    def _outcome(self, outcome: Outcome) -> Table:
        table = self._table(_non_empty(ref=outcome.ref) | {"title": outcome.title}, outcome.key)
        _add_tables(table, "actions", (self._action(action) for action in outcome.actions))
        return table

    def _action(self, action: Action) -> Table:
        table = self._table(_non_empty(ref=action.ref) | {"title": action.title}, action.key)
        _add_tables(table, "tasks", (self._task(task) for task in action.tasks))
        return table

    def _task(self, task: Task) -> Table:
        values = {**_non_empty(label=task.label), "task": task.task, "target": task.target, **task.further}
        return self._table(values, task.key)

    def _table(self, values: Mapping[str, Any], key: str) -> Table:
        import tomlkit

        table = tomlkit.table()
        self._add_values(table, {**values, **_non_empty(key=key)})
        return table

    def _add_values(self, table: Any, values: Mapping[str, Any]) -> None:
        import tomlkit

        for name, value in values.items():
            item: Any = tomlkit.item(value)
            if isinstance(value, str) and "\n" in value:
                item = multiline_string(value)
            elif words := self.unused_comments.pop(name, ""):
                item.comment(words)
                item.trivia.comment_ws = "  "
            table.add(name, item)


def multiline_string(value: str) -> String:
    """The text between three quotes, from the line below them on."""
    import tomlkit
    from tomlkit.items import String, StringType, Trivia

    quotes = StringType.MLB.value
    written = tomlkit.string(value, multiline=True).as_string().removeprefix(quotes).removesuffix(quotes)
    # As it stands, a reader would take it for part of a line's end.
    written = written.replace("\r", "\\r")
    # The line break after the opening quotes is no part of the text (TOML 1.0, "String").
    return String(StringType.MLB, value, written if value.startswith("\n") else f"\n{written}", Trivia())


def _group_divider(name: str) -> str:
    """A comment that parts the sub-groups."""
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    return f"# {f' {shown}':=>{_LINE_WIDTH}}"


def _non_empty(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _add_tables(table: Table, key: str, tables: Iterator[Table]) -> None:
    import tomlkit

    rows: AoT = tomlkit.aot()
    for row in tables:
        rows.append(row)
    if rows:
        table.add(key, rows)
