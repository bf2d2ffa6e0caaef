"""ragsheets period …"""

from __future__ import annotations

import datetime

import click

from ragsheets.cli.confirm import confirm, yes_option
from ragsheets.cli.options import Date, common_options, project_with_ledger, settings
from ragsheets.cli.output import print_json, print_line, print_next_step, problems_as_json
from ragsheets.text import pluralise


@click.group()
@common_options
def period() -> None:
    """List the periods, or remove one."""


@period.command("list")
@common_options
def list_() -> None:
    """List the periods, a line for each, as ragsheets status --all does.

    \b
    Example:
        ragsheets period list
    """
    from ragsheets.cli.status import show_all_periods

    click.get_current_context().exit(show_all_periods())


@period.command()
@click.argument("date", type=Date(), metavar="DATE")
@yes_option
@common_options
def remove(date: datetime.date, yes: bool) -> None:
    """Remove the period of DATE, for which nothing was returned.

    It is removed from the ledger, and its workbooks from DATE/sent/ unless somebody has changed them. A period with
    returns, corrections or a report that was sent out cannot be removed. You are asked first; ragsheets generate makes
    the period again.

    \b
    Example:
        ragsheets period remove 2008-09-04
    """
    from ragsheets import dates
    from ragsheets.project.periods import period_to_remove, remove_period

    project = project_with_ledger()
    if not yes:
        title = period_to_remove(project, date).title
        confirm(
            [f"This removes the period {title} from the ledger, and its workbooks in {date.isoformat()}/sent."],
            "Remove it?",
        )
    removed = remove_period(project, date)
    workbooks = [path.relative_to(project.folder).as_posix() for path in removed.workbooks]
    if settings().as_json:
        print_json({"period": date.isoformat(), "workbooks": workbooks, "left": problems_as_json(removed.not_removed)})
    print_line(f"Removed the period of {dates.in_words(date)}, and {pluralise(len(workbooks), 'workbook')}.")
    for problem in removed.not_removed:
        print_line(f"  Not removed: {problem}")
    print_next_step("ragsheets status")
    click.get_current_context().exit(0 if removed.is_complete else 1)
