"""A plan as plan.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import PlanError
from ragsheets.plan.model import Action, Outcome, Plan, SubGroup, Task
from ragsheets.plan_files.parse import PlanFile, in_words, plan_file, template_of

if TYPE_CHECKING:
    from tomlkit.items import AoT, String, Table

_HEAD = """\
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
_BESIDE = {
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
_WIDTH = 110


def read(path: Path, templates: Path | None = None) -> PlanFile:
    """Read a plan.toml and the template that it names, which lies in the folder `templates`, or else beside it.

    Raises PlanError with every problem in it; where the template cannot be used either, its problems are among them.
    """
    raw = files.read_toml(path, PlanError)
    template, problems = template_of(raw, templates or path.parent)
    return plan_file(path.name, raw, template, problems, partial(in_words, raw))


def ledger_of(path: Path) -> str:
    """The ledger that a plan.toml names, "" for none; the rest of the plan may be unfinished.

    Raises PlanError where the file cannot be read.
    """
    return str(files.read_toml_head(path, PlanError).get("ledger") or "")


def to_toml(plan: Plan) -> bytes:
    """A plan as the bytes of a plan.toml, to be edited by hand: in the order that people write it, with explanations.

    A key stands in it only where the part has one: give it the plan as it was written, not `with_keys`.
    """
    return _Writer().write(plan).encode()


class _Writer:
    """Writes one plan; each explanation stands beside the first key that it is about."""

    def __init__(self) -> None:
        self.unsaid = dict(_BESIDE)

    def write(self, plan: Plan) -> str:
        import tomlkit

        document = tomlkit.document()
        for line in _HEAD.splitlines():
            document.add(tomlkit.comment(line))
        document.add(tomlkit.nl())
        head = {"title": plan.title, "partnership": plan.partnership, "template": plan.template}
        further = {"ledger": plan.ledger, "keep_returns_months": plan.keep_returns_months}
        self._fill(document, head | {key: value for key, value in further.items() if value})
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
        table.trivia.indent = f"\n{_rule(group.name)}\n\n"
        _add_all(table, "outcomes", (self._outcome(outcome) for outcome in group.outcomes))
        return table

    def _outcome(self, outcome: Outcome) -> Table:
        table = self._table(_given(ref=outcome.ref) | {"title": outcome.title}, outcome.key)
        _add_all(table, "actions", (self._action(action) for action in outcome.actions))
        return table

    def _action(self, action: Action) -> Table:
        table = self._table(_given(ref=action.ref) | {"title": action.title}, action.key)
        _add_all(table, "tasks", (self._task(task) for task in action.tasks))
        return table

    def _task(self, task: Task) -> Table:
        values = {**_given(label=task.label), "task": task.task, "target": task.target, **task.further}
        return self._table(values, task.key)

    def _table(self, values: Mapping[str, Any], key: str) -> Table:
        import tomlkit

        table = tomlkit.table()
        self._fill(table, {**values, **_given(key=key)})
        return table

    def _fill(self, table: Any, values: Mapping[str, Any]) -> None:
        import tomlkit

        for name, value in values.items():
            item: Any = tomlkit.item(value)
            if isinstance(value, str) and "\n" in value:
                item = text_of_lines(value)
            elif words := self.unsaid.pop(name, ""):
                item.comment(words)
                item.trivia.comment_ws = "  "
            table.add(name, item)


def text_of_lines(value: str) -> String:
    """The text between three quotes, from the line below them on."""
    import tomlkit
    from tomlkit.items import String, StringType, Trivia

    quotes = StringType.MLB.value
    written = tomlkit.string(value, multiline=True).as_string().removeprefix(quotes).removesuffix(quotes)
    # As it stands, a reader would take it for part of a line's end.
    written = written.replace("\r", "\\r")
    # The line break after the opening quotes is no part of the text (TOML 1.0, "String").
    return String(StringType.MLB, value, written if value.startswith("\n") else f"\n{written}", Trivia())


def _rule(name: str) -> str:
    """A comment that parts the sub-groups."""
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    return f"# {f' {shown}':=>{_WIDTH}}"


def _given(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _add_all(table: Table, name: str, tables: Iterator[Table]) -> None:
    import tomlkit

    rows: AoT = tomlkit.aot()
    for row in tables:
        rows.append(row)
    if rows:
        table.add(name, rows)
