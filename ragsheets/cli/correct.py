"""ragsheets correct"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from ragsheets.cli.shared import (
    common_options,
    console,
    counted,
    next_step,
    of_period,
    period_option,
    print_json,
    project_with_ledger,
    settings,
    shown,
)

if TYPE_CHECKING:
    from ragsheets.project.correct import Correction


@click.command()
@click.argument("task", metavar="TASK")
@click.option("--status", metavar="STATUS", default="", help="The new status, in any spelling of the template.")
@click.option(
    "--set",
    "texts",
    multiple=True,
    metavar="COLUMN=TEXT",
    help="Another answer, the column by its key or heading; without a text it is taken out.",
)
@click.option("--reason", metavar="WORDS", default="", help="Who said so, and why; it is printed in the report.")
@click.option("--undo", is_flag=True, help="Take the corrections of the task back.")
@period_option
@common_options
def correct(
    task: str, status: str, texts: tuple[str, ...], reason: str, undo: bool, date: datetime.date | None
) -> None:
    """Record a correction that came by telephone.

    TASK is a task's key (2.1a), or its label or reference where no other task has it. The correction stands beside the
    return that it corrects, which is kept as it came; a return that comes in later with another answer overtakes it.

    \b
    Examples:
        ragsheets correct 2.1a --status green --reason "Di Robinson rang: signed today"
        ragsheets correct 2.1a --set "planned=Review by May 2009" --reason "Di Robinson rang"
        ragsheets correct 2.1a --undo
    """
    from ragsheets.project.correct import correct as make
    from ragsheets.project.correct import take_back

    if undo and (status or texts):
        raise click.UsageError("--undo takes corrections back; leave out --status and --set.")
    project = project_with_ledger()
    if undo:
        made = take_back(project, task, reason=reason, date=date)
    else:
        made = make(project, task, status=status, texts=texts, reason=reason, date=date)
    if settings().as_json:
        print_json(made.as_json())
    _show(made, date)


def _show(made: Correction, date: datetime.date | None) -> None:
    """Say what was corrected, from what to what, and what to do next."""
    from ragsheets.cli.tables import show_queries

    out = console()
    whose = f" ({shown(made.group)})" if made.group else ""
    out.print(f"[bold]{shown(made.key)}[/bold] {shown(made.task)}{whose}, {shown(made.period.title)}")
    for change in made.changes:
        before, now = (f"“{shown(text)}”" if text else "nothing" for text in (change.before, change.now))
        verb = "is again" if made.taken_back else "is now"
        out.print(f"  {shown(change.heading)}: was {before}, {verb} {now}", soft_wrap=True)
    show_queries(made.queries)
    if made.unsettled:
        see = of_period("ragsheets ingest", date)
        next_step(f"settle what is still marked error ({counted(made.unsettled, 'finding')}); see: {see}")
    else:
        next_step(of_period("ragsheets report", date))
