"""Read and write a plan as plan.toml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import PlanError
from ragsheets.plan.model import Plan, SubGroup
from ragsheets.plan_files.locations import describe_location
from ragsheets.plan_files.parse import PlanFile, read_plan_template, validate_plan
from ragsheets.plan_files.toml_edits import edit as edit
from ragsheets.plan_files.toml_edits import multiline_string

if TYPE_CHECKING:
    from pydantic import BaseModel

_HEADER_COMMENT = """\
The plan of a partnership: who reports on what.

A sub-group has outcomes, an outcome has actions, an action has tasks. Each part starts with its heading in double
square brackets and belongs to the nearest part above it that is one level up. Everything is printed in the order in
which it is written here.

Put short text in quotes, and text of several lines between three quotes. A line of text that starts with a star and a
space becomes a bullet. A line of this file that starts with # is a comment, like this one, and is not printed.

A sub-group that is paused gets the line  on_hold = true  below its name.
After changing something, run:  ragsheets plan check
"""

#: The comment written beside the first occurrence of each key.
_KEY_COMMENTS = {
    "template": "what is asked and how it looks",
    "keep_returns_months": "after so many, ragsheets returns forget --due erases returned files",
    "name": "printed as the heading of the sub-group's section",
    "contact": "the person who fills in the workbook",
    "on_hold": "nothing is expected from the sub-group; remove the line when it starts again",
    "ref": 'in quotes, so that "2.10" stays "2.10"',
    "label": 'printed as "a)"',
    "key": "answers are stored under it; leave it as it is",
}
#: The length in characters of the lines that separate the sub-groups.
_LINE_WIDTH = 110


def parse(content: bytes, name: str, template_folders: Sequence[Path]) -> PlanFile:
    """Parse the bytes of a plan.toml and read the template that it names, which is in the first of the folders.

    Raises PlanError with every problem in it, including those of a template that cannot be used.
    """
    raw = files.parse_toml(content, name, PlanError)
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
        self._add_part(document, plan)
        return tomlkit.dumps(document)

    def _add_part(self, table: Any, part: BaseModel) -> None:
        """Add the values of a part of the plan, and its own parts as tables; what is not set is left out."""
        import tomlkit

        values: dict[str, Any] = {}
        child_parts: dict[str, tuple[BaseModel, ...]] = {}
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            if isinstance(value, tuple):
                child_parts[name] = value
            elif name == "further":
                values |= value
            elif name != "key_given" and (value or field.is_required() or name == "template"):
                values[name] = value
        if key := values.pop("key", ""):
            values["key"] = key
        self._add_values(table, values)
        for name, parts in child_parts.items():
            tables = tomlkit.aot()
            for child_part in parts:
                child_table = tomlkit.table()
                self._add_part(child_table, child_part)
                if isinstance(child_part, SubGroup):
                    # tomlkit's "indent" of a table is all text before its heading, line ends included.
                    child_table.trivia.indent = f"\n{_group_divider(child_part.name)}\n\n"
                tables.append(child_table)
            if parts:
                table.add(name, tables)

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
