"""What the commands print: lines and tables for people, JSON for programs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ragsheets.cli.options import settings
from ragsheets.files.names import PLAN_WORKBOOK
from ragsheets.text import visible

if TYPE_CHECKING:
    from rich.console import Console

    from ragsheets.errors import Problem
    from ragsheets.project.folder import Project

#: The least width, in characters, of output to a file or another program instead of a terminal.
MIN_PLAIN_WIDTH = 110
#: The greatest number of characters of a user's text that is shown; --json has the whole text.
MAX_TEXT_LENGTH = 400
#: The most characters of a message that quotes a document: up to a page of it.
MAX_QUOTE_LENGTH = 2500

#: Characters that a terminal obeys or that change the order of text; JSON itself escapes only the older ones.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def console() -> Console:
    """Return the console for messages: standard output, or standard error where standard output is for JSON."""
    from ragsheets.cli.safe_console import SafeConsole

    out = SafeConsole(stderr=settings().as_json, highlight=False, emoji=False)
    if not out.is_terminal:
        out.width = max(out.width, MIN_PLAIN_WIDTH)
    return out


def printable(text: str, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Return a user's text as part of a line or cell with markup: without any of its own, and long text cut."""
    from rich.markup import escape

    if len(text) > max_length:
        text = f"{text[:max_length]} …"
    return escape(visible(text))


def describe_source(file: str, sheet: str, cell: str) -> str:
    """Return where an answer is from: "Parks.xlsx, Outcome 2.1!D12"."""
    return ", ".join(filter(None, (file, "!".join(filter(None, (sheet, cell))))))


def print_line(text: str = "", *, markup: bool = False) -> None:
    """Print a line; only a terminal breaks a long one. Nothing in it is markup, unless `markup`."""
    out = console()
    out.print(text, markup=markup, soft_wrap=not out.is_terminal)


def print_next_step(text: str) -> None:
    """Print what to do next."""
    print_line(f"[bold]Next:[/bold] {printable(text, MAX_QUOTE_LENGTH)}", markup=True)


def describe_key(key: str, project: Project) -> str:
    """Return how a key is written into the plan of a project; in a plan.xlsx keys have a column."""
    has_columns = (project.folder / PLAN_WORKBOOK).exists()
    return f"the key {key}, in the column Key," if has_columns else f'key = "{key}"'


def print_warnings(warnings: Iterable[Problem]) -> None:
    """Print warnings about a valid value."""
    for warning in warnings:
        print_line(f"  {printable(str(warning), MAX_QUOTE_LENGTH)}", markup=True)


def print_json(value: object) -> None:
    """Print a value as JSON."""
    import json

    # Escaped where the output cannot encode every letter, such as a file on Western Windows.
    ascii_only = not (sys.stdout.encoding or "").casefold().startswith("utf")
    text = json.dumps(value, ensure_ascii=ascii_only, indent=2)
    click.echo(_UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def problems_as_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Return problems or warnings as JSON data."""
    return [{"where": problem.where, "what": problem.what, "fix": problem.fix} for problem in problems]


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on a terminal, nothing elsewhere; yields a function of the number done and the total."""
    from rich.console import Console
    from rich.progress import Progress

    terminal = Console(stderr=True)
    with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, count: bar.update(task, completed=done, total=count)
