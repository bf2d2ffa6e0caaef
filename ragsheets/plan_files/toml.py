"""Read and write a plan as plan.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import PlanError
from ragsheets.plan.model import Action, Outcome, Plan, SubGroup, Task
from ragsheets.plan_files.locations import describe_location
from ragsheets.plan_files.parse import PlanFile, read_plan_template, validate_plan
from ragsheets.plan_files.toml_edits import edit_toml, multiline_string

if TYPE_CHECKING:
    from tomlkit.items import AoT, Table

    from ragsheets.plan_files.edits import Edit

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

#: The comment written beside the first occurrence of each key.
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
#: The length in characters of the lines that separate the sub-groups.
_LINE_WIDTH = 110


def read(path: Path, template_folders: Sequence[Path]) -> PlanFile:
    """Read a plan.toml and the template that it names, which is in the first of the folders.

    Raises PlanError with every problem in it, including those of a template that cannot be used.
    """
    return _to_plan_file(files.read_toml(path, PlanError), path.name, template_folders)


def parse(content: bytes, name: str, template_folders: Sequence[Path]) -> PlanFile:
    """Parse the bytes of a plan.toml with this name; raises as `read` does."""
    return _to_plan_file(files.parse_toml(content, name, PlanError), name, template_folders)


def edit(content: bytes, _: PlanFile, edits: Sequence[Edit]) -> bytes:
    """Return the bytes of a plan.toml with these edits made; raises PlanError if they cannot be made."""
    return edit_toml(content, edits)


def _to_plan_file(raw: dict[str, Any], name: str, template_folders: Sequence[Path]) -> PlanFile:
    template, problems = read_plan_template(raw, template_folders[0])
    return validate_plan(name, raw, template, problems, partial(describe_location, raw))


def read_ledger_name(path: Path) -> str:
    """Return the ledger that a plan.toml names, "" for none; the rest of the plan may be unfinished.

    Raises PlanError if the file cannot be read.
    """
    return str(files.read_toml_head(path, PlanError).get("ledger") or "")


def write(plan: Plan, *_: object) -> bytes:
    """Return a plan as the bytes of a plan.toml to be edited by hand, in the usual order and with explanations.

    Only parts that have a key get one in the file: pass the plan as it was written, not `with_keys`.
    """
    return _TomlWriter().write(plan).encode()


class _TomlWriter:
    """Writes one plan, with each explanation beside the first occurrence of its key."""

    def __init__(self) -> None:
        self.unused_comments = dict(_KEY_COMMENTS)

    def write(self, plan: Plan) -> str:
        import tomlkit

        document = tomlkit.document()
        for line in _HEADER_COMMENT.splitlines():
            document.add(tomlkit.comment(line))
        document.add(tomlkit.nl())
        required_values = {"title": plan.title, "partnership": plan.partnership, "template": plan.template}
        optional_values = {"ledger": plan.ledger, "keep_returns_months": plan.keep_returns_months}
        self._add_values(document, required_values | {key: value for key, value in optional_values.items() if value})
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
        # tomlkit's "indent" of a table is all text before its heading, line ends included.
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
            elif comment := self.unused_comments.pop(name, ""):
                item.comment(comment)
                item.trivia.comment_ws = "  "
            table.add(name, item)


def _group_divider(name: str) -> str:
    """Return the comment that separates a sub-group from the one before."""
    printable_name = " ".join("".join(character if character.isprintable() else " " for character in name).split())
    return f"# {f' {printable_name}':=>{_LINE_WIDTH}}"


def _non_empty(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _add_tables(table: Table, key: str, tables: Iterator[Table]) -> None:
    import tomlkit

    table_array: AoT = tomlkit.aot()
    for child_table in tables:
        table_array.append(child_table)
    if table_array:
        table.add(key, table_array)
