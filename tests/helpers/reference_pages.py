"""The reference pages of the documentation, made from the command line, the models and the catalogue of findings.

`python -m tests.helpers.reference_pages` writes them again. The text at the top of each page, up to `MARK`, is written
by hand and kept.
"""

from __future__ import annotations

import inspect
import re
import tomllib
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import click
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ragsheets.cli import main
from ragsheets.formats.limits import Limits
from ragsheets.plan.model import Action, Outcome, Plan, SubGroup, Task
from ragsheets.plan_files.xlsx_layout import GROUPS_SHEET, PLAN_SHEET, tasks_sheet
from ragsheets.returns.finding_catalogue import finding_kinds
from ragsheets.template.colour import Colour
from ragsheets.template.model import Column, TemplateLook
from ragsheets.template.status import Status

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "reference"
COMMAND = "python -m tests.helpers.reference_pages"
MARK = f"<!-- Do not edit what follows: it is written by {COMMAND} -->\n\n"

Row = tuple[str, ...]


def table(headings: Row, rows: Iterable[Row]) -> str:
    """Return a table in Markdown."""
    lines = [headings, ("---",) * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


# ------------------------------------------------------------------------------------------------------- the commands


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its full name, a group before its commands."""
    yield from _commands_of(main, "ragsheets")


def _commands_of(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    for command_name, command in group.commands.items():
        full_name = f"{name} {command_name}"
        yield full_name, command
        if isinstance(command, click.Group):
            yield from _commands_of(command, full_name)


def commands_reference() -> str:
    """Return every command with its arguments and options, as its --help describes them."""
    rows = [
        (f"[`{name}`](#{name.replace(' ', '-')})", _paragraphs(command)[0].rstrip("."))
        for name, command in commands()
        if not isinstance(command, click.Group)
    ]
    common_options = table(("option", "meaning"), _options(main, leave_out=["version"]))
    sections = [_command_section(name, command) for name, command in commands()]
    return "\n".join(
        [table(("command", "what it does"), rows), "## Options of every command\n", common_options, *sections]
    )


def _command_section(name: str, command: click.Command) -> str:
    level = "#" * name.count(" ") + "#"
    lines = [f"{level} {name}\n"]
    if isinstance(command, click.Group):
        return "\n".join([*lines, *(f"{text}\n" for text in _paragraphs(command))])
    context = click.Context(command, info_name=name)
    lines.append(f"```text\n{name} {' '.join(command.collect_usage_pieces(context))}\n```\n")
    for paragraph in _paragraphs(command):
        heading, _, examples = paragraph.partition("\n")
        # click prints a paragraph that begins with \b as it is.
        lines.append(f"{heading}\n\n```sh\n{inspect.cleandoc(examples)}\n```\n" if examples else f"{heading}\n")
    common = {option.name for option in main.get_params(context)}
    if own_options := list(_options(command, leave_out=common)):
        lines.append(table(("option", "meaning"), own_options))
    return "\n".join(lines)


def _paragraphs(command: click.Command) -> list[str]:
    """Return the paragraphs of a command's help: each in one line, but for examples."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    return [text.removeprefix("\b\n") if text.startswith("\b\n") else " ".join(text.split()) for text in paragraphs]


def _options(command: click.Command, leave_out: Iterable[str | None] = ()) -> Iterator[Row]:
    """Yield every option of a command with its help, but for those with these names."""
    context = click.Context(command, **main.context_settings)
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option) and parameter.name not in leave_out:
            names, meaning = parameter.get_help_record(context) or (parameter.opts[0], "")
            yield f"`{names}`", " ".join(meaning.split())


# --------------------------------------------------------------------------------------------------------- the models


class Part(NamedTuple):
    """A part of a plan or a template: its heading in the file, its model, and the keys that are not in the file."""

    heading: str
    model: type[BaseModel]
    left_out: frozenset[str] = frozenset()


PLAN_PARTS = (
    Part("The head of the file", Plan),
    Part("`[[groups]]`: the sub-groups", SubGroup),
    Part("`[[groups.outcomes]]`: the outcomes of a sub-group", Outcome),
    Part("`[[groups.outcomes.actions]]`: the actions of an outcome", Action),
    Part("`[[groups.outcomes.actions.tasks]]`: the tasks of an action", Task, frozenset(("key_given",))),
)
TEMPLATE_PARTS = (
    Part("`[[columns]]`: the columns of the task table", Column),
    Part("`[[statuses]]`: the statuses, the best first", Status),
)


def plan_reference() -> str:
    """Return every key of plan.toml, and every column of plan.xlsx."""
    sections = [f"## {part.heading}\n\n{_keys_table(part)}" for part in PLAN_PARTS]
    sheets = [
        f"### Sheet {sheet.name}\n\n"
        + table(
            ("column", "must be there", "what to write"),
            ((field.heading_text, "yes" if field.is_required else "no", field.prompt) for field in sheet.columns),
        )
        for sheet in (PLAN_SHEET, GROUPS_SHEET, tasks_sheet(None))
    ]
    return "\n".join([*sections, "## The columns of plan.xlsx\n", *sheets])


def template_reference() -> str:
    """Return every key of a template: of columns, statuses and look with its meaning, of wording with its text."""
    standard_text = (ROOT / "workbook_templates" / "standard.toml").read_text(encoding="utf-8")
    standard = tomllib.loads(standard_text)
    look = Part("`[look]`: fonts, sizes and colours", TemplateLook)
    return "\n".join(
        [
            *(f"## {part.heading}\n\n{_keys_table(part)}" for part in TEMPLATE_PARTS),
            f"## {look.heading}\n\n{_keys_table(look, standard['look'])}",
            "## `[wording]`: the sentences and headings\n",
            *_wording_tables(standard_text, standard["wording"]),
            "## `[wording.questions.CODE]`: what a contact is asked about a finding\n",
            table(
                ("code", "`ask`", "`remedy`"),
                ((f"`{code}`", text["ask"], text["remedy"]) for code, text in standard["wording"]["questions"].items()),
            ),
        ]
    )


def _keys_table(part: Part, defaults: Mapping[str, Any] | None = None) -> str:
    """Return the table of a part's keys; `defaults` are the values of keys that are left out, if not the model's."""
    descriptions = attribute_descriptions(part.model)
    rows = []
    for key, field in part.model.model_fields.items():
        if key in part.left_out:
            continue
        if_left_out = _as_toml(defaults[key]) if defaults else _default(field)
        name = "a key of the template's columns" if key == "further" else f"`{key}`"
        kind = _kind(field.annotation, field.metadata)
        may_be_empty = field.is_required() and any(_has_no_minimum(limit) for limit in field.metadata)
        rows.append((name, f"{kind}, may be empty" if may_be_empty else kind, if_left_out, descriptions[key]))
    return table(("key", "value", "if left out", "meaning"), rows)


def attribute_descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return the description of each attribute in a model's docstring, as a sentence."""
    _, _, attributes = inspect.cleandoc(model.__doc__ or "").partition("Attributes:\n")
    entries = re.findall(r"^    (\w+): (.*(?:\n {5,}.*)*)", attributes, re.MULTILINE)
    return {name: f"{text[:1].upper()}{' '.join(text.split())[1:]}" for name, text in entries}


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be there"
    return "none" if field.default in (PydanticUndefined, None, "", ()) else _as_toml(field.default)


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "none" if value == "" else f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


def _kind(annotation: Any, metadata: Iterable[object]) -> str:
    """Return what a value is, in words, from its type and the limits on it."""
    limits = {
        name: getattr(limit, name) for limit in metadata for name in ("ge", "le", "max_length") if _has(limit, name)
    }
    arguments = [argument for argument in get_args(annotation) if argument not in (type(None), Ellipsis)]
    if get_origin(annotation) in (Union, types.UnionType):
        return _kind(arguments[0], ())
    if hasattr(annotation, "__metadata__"):
        return _kind(arguments[0], annotation.__metadata__)
    if get_origin(annotation) is Literal:
        return " or ".join(f'`"{value}"`' for value in arguments)
    if get_origin(annotation) is tuple:
        is_table = isinstance(arguments[0], type) and issubclass(arguments[0], BaseModel)
        return "tables, see below" if is_table else "list of texts"
    if set(Colour.__metadata__) & set(metadata):
        return "colour, six hexadecimal digits"
    words = {str: "text", bool: "`true` or `false`", int: "whole number", float: "number"}.get(annotation, "text")
    if "le" in limits:
        return f"{words} from {limits['ge']} to {limits['le']}"
    return f"{words} of at most {limits['max_length']} characters" if "max_length" in limits else words


def _has(limit: object, name: str) -> bool:
    return getattr(limit, name, None) is not None


def _has_no_minimum(limit: object) -> bool:
    return isinstance(limit, StringConstraints) and limit.min_length is None


def _wording_tables(standard_text: str, wording: Mapping[str, Any]) -> Iterator[str]:
    """Yield the comments in the wording of the standard template, each followed by the table of the texts below it."""
    _, _, lines = standard_text.partition("\n[wording]\n")
    comment, rows = "", list[Row]()
    for line in lines.partition("\n[wording.questions")[0].splitlines():
        if line.startswith("#"):
            if rows:
                yield f"{comment}\n\n{table(('key', 'text'), rows)}"
                comment, rows = "", []
            comment = f"{comment} {line.removeprefix('#').strip()}".strip()
        elif key := re.match(r"(\w+) = ", line):
            text = wording[key[1]]
            cell = "<br>".join(text) if isinstance(text, list) else text
            rows.append((f"`{key[1]}`", cell.replace("\n", "<br>")))
    yield f"{comment}\n\n{table(('key', 'text'), rows)}"


# ---------------------------------------------------------------------------------------------- findings and limits


def findings_reference() -> str:
    """Return the catalogue as a table: code, severity, message and fix of every kind of finding."""
    rows = ((f"`{code}`", str(kind.severity), kind.message, kind.fix) for code, kind in finding_kinds().items())
    return table(("code", "severity", "message", "what to do"), rows)


def limits_reference() -> str:
    """Return the limits on files, with their usual values and reasons."""
    rows = ((f"`{name}`", f"{usual:,}", reason) for name, usual, reason in Limits.table())
    return table(("limit", "usually", "of what, and why"), rows)


# ---------------------------------------------------------------------------------------------------------- the pages

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_reference,
    "plan.md": plan_reference,
    "template.md": template_reference,
    "findings.md": findings_reference,
    "limits.md": limits_reference,
}


def compose_page(name: str) -> str:
    """Return a page: its words at the top, as they are, and the reference below them."""
    head, mark, _ = (FOLDER / name).read_text(encoding="utf-8").partition(MARK)
    return f"{head}{mark}{PAGES[name]()}"


if __name__ == "__main__":
    for page_name in PAGES:
        (FOLDER / page_name).write_text(compose_page(page_name), encoding="utf-8", newline="\n")
