"""What the commands share: their common options, dates as people write them, and how they speak."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

    from ragsheets.errors import Problem
    from ragsheets.project.folder import Project

#: The least width, in characters, of what goes to a file or another program instead of a terminal.
MIN_PLAIN_WIDTH = 110
#: More characters than this of what somebody wrote are not shown at once; --json has them all.
MAX_TEXT_LENGTH = 400

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Settings:
    """What the common options came to, wherever they stood on the line."""

    folder: Path = Path()
    ledger: str | None = None
    as_json: bool = False

    @property
    def project(self) -> Project:
        """The project folder that they name."""
        from ragsheets.project.folder import Project

        return Project(self.folder, self.ledger)


def settings() -> Settings:
    """The settings of the command that is running."""
    return click.get_current_context().find_root().ensure_object(Settings)


def project_with_ledger() -> Project:
    """The project folder of the command that is running; what is doubtful about its plan and its ledger is said."""
    project = project_with_plan()
    if doubt := project.ledger_warning:
        click.echo(f"ragsheets: {doubt}", err=True)
    return project


def project_with_plan() -> Project:
    """The project folder of the command that is running; what may be mistaken for its plan or its ledger is said."""
    project = settings().project
    for copy in project.conflicting_copies:
        click.echo(f"ragsheets: {copy}", err=True)
    return project


def _store_setting(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(ctx.find_root().ensure_object(Settings), name, value)

    return keep


def common_options(command: F) -> F:
    """Give a command the options that work before and after its name."""
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
        """The date, or a usage error."""
        from ragsheets.dates import read_date

        if isinstance(value, datetime.date):
            return value
        date = read_date(str(value))
        if date is None:
            self.fail(f"“{value}” is not a date. Write it as 2008-09-04 or 4 September 2008.", param, ctx)
        return date


period_option = click.option("--date", type=Date(), help="The period; the current one (the latest) by default.")


def console() -> Console:
    """Where messages go: standard output, or standard error where standard output is kept for JSON."""
    from rich.console import Console

    out = Console(stderr=settings().as_json, highlight=False)
    if not out.is_terminal:
        out.width = max(out.width, MIN_PLAIN_WIDTH)
    return out


def print_json(value: object) -> None:
    """Print the machine's version."""
    import json
    import sys

    # Escaped where the output has no code for every letter, as a file on Western Windows has not.
    plain = not (sys.stdout.encoding or "").casefold().startswith("utf")
    click.echo(json.dumps(value, ensure_ascii=plain, indent=2))


def problems_as_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems or remarks as JSON has them."""
    return [{"where": problem.where, "what": problem.what, "fix": problem.fix} for problem in problems]


def print_warnings(warnings: Iterable[Problem]) -> None:
    """Print what is to be said of something that is sound."""
    for remark in warnings:
        console().print(f"  {printable(str(remark))}", soft_wrap=True)


def pluralise(count: int, noun: str) -> str:
    """A number of things in words: "1 task", "2 tasks"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing elsewhere; gives what to call with how many are done, of how many."""
    from rich.console import Console
    from rich.progress import Progress

    terminal = Console(stderr=True)
    with Progress(console=terminal, transient=True, disable=not terminal.is_terminal) as bar:
        job = bar.add_task(title, total=None)
        yield lambda done, count: bar.update(job, completed=done, total=count)


def printable(text: str) -> str:
    """Somebody's words as a terminal may show them: nothing in them is markup or a command, and long ones are cut."""
    from rich.markup import escape

    if len(text) > MAX_TEXT_LENGTH:
        text = f"{text[:MAX_TEXT_LENGTH]} …"
    safe = (
        sign if sign in "\n\t" or not unicodedata.category(sign).startswith("C") else f"<{ord(sign):04X}>"
        for sign in text
    )
    return escape("".join(safe))


def print_library_warnings() -> None:
    """Print what the library logs for people, such as that it waits for another program, on standard error."""
    import logging

    class Said(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            click.echo(f"ragsheets: {record.getMessage()}", err=True)

    spoken = logging.getLogger("ragsheets")
    if not spoken.handlers:
        spoken.addHandler(Said(logging.WARNING))


def command_for_period(command: str, date: datetime.date | None) -> str:
    """A command for the period that was named; the current one needs no name."""
    return f"{command} --date {date.isoformat()}" if date else command


def print_next_step(text: str) -> None:
    """Say what to do next."""
    console().print(f"[bold]Next:[/bold] {text}")
