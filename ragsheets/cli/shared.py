"""Shared parts of the commands: common options, the date type, and printing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ragsheets.cli.spelling import spell_out
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

#: Characters that a terminal obeys or that change the order of text.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Settings:
    """The values of the common options, wherever they were given on the command line."""

    folder: Path = Path()
    ledger: str | None = None
    as_json: bool = False

    @property
    def project(self) -> Project:
        """The project folder that the options name."""
        from ragsheets.project.folder import Project

        return Project(self.folder, self.ledger)


def settings() -> Settings:
    """Return the settings of the running command."""
    return click.get_current_context().find_root().ensure_object(Settings)


def project_with_ledger() -> Project:
    """Return the project folder of the running command; prints warnings about its plan and its ledger."""
    project = project_with_plan()
    if warning := project.ledger_warning:
        print_message(f"ragsheets: {warning}")
    return project


def project_with_plan() -> Project:
    """Return the project folder of the running command; prints a warning for each copy of its plan or ledger."""
    project = settings().project
    for copy in project.conflicting_copies:
        print_message(f"ragsheets: {copy}")
    return project


def _store_setting(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def store(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(ctx.find_root().ensure_object(Settings), name, value)

    return store


def common_options(command: F) -> F:
    """Add to a command the options that work before and after its name."""
    folder = click.option(
        "-C",
        "--project",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        expose_value=False,
        callback=_store_setting("folder"),
        help="The project folder; the current one by default.",
    )
    ledger = click.option(
        "--ledger",
        metavar="URL",
        expose_value=False,
        callback=_store_setting("ledger"),
        help="Another ledger than the one in the project folder, as a database URL.",
    )
    as_json = click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=_store_setting("as_json"),
        help="Print the machine's version, JSON, on standard output; messages go to standard error.",
    )
    return folder(ledger(as_json(command)))


class Date(click.ParamType[datetime.date]):
    """A date as people write it: 2008-09-04, 4/9/2008, 4 September 2008."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        """Return the date, or fail with a usage error."""
        from ragsheets.dates import read_date

        if isinstance(value, datetime.date):
            return value
        date = read_date(str(value))
        if date is None:
            self.fail(f"“{value}” is not a date. Write it as 2008-09-04 or 4 September 2008.", param, ctx)
        return date


period_option = click.option("--date", type=Date(), help="The period; the current one (the latest) by default.")


def task_options(command: F) -> F:
    """Add to a command the argument and the option that name a task; see `named_task`."""
    argument = click.argument("task", metavar="TASK", required=False, default="")
    key = click.option("--key", metavar="KEY", default="", help="The task with this key, whatever else is called so.")
    return argument(key(command))


def named_task(task: str, key: str) -> tuple[str, bool]:
    """Return the name of the task that a command is about, and whether it is its key.

    Raises click.UsageError unless exactly one of TASK and --key is given.
    """
    if bool(task.strip()) == bool(key.strip()):
        raise click.UsageError("Name the task by TASK, or by its key with --key: one of the two.")
    return (key, True) if key.strip() else (task, False)


def console() -> Console:
    """Return the console for messages: standard output, or standard error where standard output is for JSON."""
    from ragsheets.cli.safe_console import SafeConsole

    out = SafeConsole(stderr=settings().as_json, highlight=False)
    if not out.is_terminal:
        out.width = max(out.width, MIN_PLAIN_WIDTH)
    return out


def print_json(value: object) -> None:
    """Print a value as JSON."""
    import json
    import sys

    # Escaped where the output cannot encode every letter, such as a file on Western Windows.
    ascii_only = not (sys.stdout.encoding or "").casefold().startswith("utf")
    text = json.dumps(value, ensure_ascii=ascii_only, indent=2)
    # JSON itself escapes only the older control characters.
    click.echo(_UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def problems_as_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Return problems or warnings as JSON data."""
    return [{"where": problem.where, "what": problem.what, "fix": problem.fix} for problem in problems]


def print_warnings(warnings: Iterable[Problem]) -> None:
    """Print warnings about a valid value."""
    for warning in warnings:
        console().print(f"  {printable(str(warning), MAX_QUOTE_LENGTH)}", soft_wrap=True)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on a terminal, nothing elsewhere; yields a function of the number done and the total."""
    from rich.console import Console
    from rich.progress import Progress

    terminal = Console(stderr=True)
    with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, count: bar.update(task, completed=done, total=count)


def printable(text: str, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Return a user's text for a terminal: without markup or control characters, and long text cut."""
    from rich.markup import escape

    if len(text) > max_length:
        text = f"{text[:max_length]} …"
    return escape(visible(text))


def print_message(text: str) -> None:
    """Print a message on standard error, in which no text is a command to the terminal."""
    import sys

    click.echo(spell_out(visible(text), sys.stderr.encoding or "utf-8"), err=True)


def print_library_warnings() -> None:
    """Print the warnings that the library logs, such as waiting for another program, on standard error."""
    import logging

    class EchoHandler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            print_message(f"ragsheets: {record.getMessage()}")

    logger = logging.getLogger("ragsheets")
    if not logger.handlers:
        logger.addHandler(EchoHandler(logging.WARNING))


def print_next_step(text: str) -> None:
    """Print what to do next."""
    out = console()
    out.print(f"[bold]Next:[/bold] {text}", soft_wrap=not out.is_terminal)
