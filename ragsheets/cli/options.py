"""The options that several commands have, and the project folder that they name."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

from ragsheets.cli.messages import print_message

if TYPE_CHECKING:
    from ragsheets.project.folder import Project

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


def project_with_plan() -> Project:
    """Return the project folder of the running command; prints a warning for each copy of its plan or ledger."""
    project = settings().project
    for copy in project.conflicting_copies:
        print_message(f"ragsheets: {copy}")
    return project


def project_with_ledger() -> Project:
    """Return the project folder of the running command; prints warnings about its plan and its ledger."""
    project = project_with_plan()
    if warning := project.ledger_warning:
        print_message(f"ragsheets: {warning}")
    return project


def common_options(command: F) -> F:
    """Add to a command the options that work before and after its name; see `Settings`."""
    for option in (
        _setting_option(
            "as_json",
            "--json",
            is_flag=True,
            help="Print the result as JSON, for other programs; messages then go to standard error.",
        ),
        _setting_option(
            "ledger",
            "--ledger",
            metavar="URL",
            help="A ledger other than the project folder's, as a database URL.",
        ),
        _setting_option(
            "folder",
            *("-C", "--project"),
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            metavar="DIR",
            help="The project folder; the current one by default.",
        ),
    ):
        command = option(command)
    return command


def _setting_option(setting: str, *names: str, **attributes: Any) -> Callable[[F], F]:
    """Return an option whose value becomes a setting, unless it is not given."""

    def store(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(ctx.find_root().ensure_object(Settings), setting, value)

    return click.option(*names, expose_value=False, callback=store, **attributes)


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


period_option = click.option("--date", type=Date(), help="The date of the period; the latest one by default.")


class TaskName(NamedTuple):
    """The name of the task that a command is about, and whether it is its key."""

    name: str
    by_key: bool


def task_options(command: F) -> F:
    """Add to a command the argument and the option that name a task; it gets them as one `TaskName`, `task`.

    The command raises click.UsageError unless exactly one of the two is given.
    """

    @functools.wraps(command)
    def run(*arguments: Any, task: str, key: str, **options: Any) -> Any:
        if bool(task.strip()) == bool(key.strip()):
            raise click.UsageError("Name the task by TASK, or by its key with --key: one of the two.")
        name = TaskName(key, by_key=True) if key.strip() else TaskName(task, by_key=False)
        return command(*arguments, task=name, **options)

    argument = click.argument("task", metavar="TASK", required=False, default="")
    key_option = click.option(
        "--key", metavar="KEY", default="", help="The task with this key, even if another task has that name."
    )
    return cast("F", argument(key_option(run)))
