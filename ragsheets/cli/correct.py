"""ragsheets correct"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from ragsheets.cli.confirm import yes_option
from ragsheets.cli.options import TaskName, common_options, period_option, project_with_ledger, settings, task_options
from ragsheets.cli.output import print_json, print_line, printable

if TYPE_CHECKING:
    from ragsheets.project.correct import CorrectionResult
    from ragsheets.returns.preview import PeriodComparison


@click.command()
@task_options
@click.option("--status", metavar="STATUS", default="", help="The new status, in any spelling of the template.")
@click.option(
    "--set",
    "texts",
    multiple=True,
    metavar="COLUMN=TEXT",
    help="Another answer, as the key or the heading of its column and the text; without a text the answer is removed.",
)
@click.option(
    "--reason", metavar="WORDS", default="", help="Who gave the correction, and why; it is printed in the report."
)
@click.option("--undo", is_flag=True, help="Take back the corrections of the task.")
@yes_option
@period_option
@common_options
def correct(
    task: TaskName,
    status: str,
    texts: tuple[str, ...],
    reason: str,
    undo: bool,
    yes: bool,
    date: datetime.date | None,
) -> None:
    """Record a correction that was received by telephone.

    TASK is a task's key (2.1a), its label or its reference; where it fits several tasks, they are listed, and --key
    names one of them. The correction is recorded beside the return, which is not changed; a workbook that was filled in
    later with another answer overtakes it. If the report of the period is final, the command first shows what would
    change, and asks.

    \b
    Examples:
        ragsheets correct 2.1a --status green --reason "Di Robinson rang: signed today"
        ragsheets correct 2.1a --set "planned=Review by May 2009" --reason "Di Robinson rang"
        ragsheets correct --key 2.1a --undo
    """
    from ragsheets.cli.preview import with_agreement
    from ragsheets.project.correct import correct as record_correction
    from ragsheets.project.correct import undo_corrections

    if undo and (status or texts):
        raise click.UsageError("--undo takes corrections back; leave out --status and --set.")
    project = project_with_ledger()

    def run(agreed: PeriodComparison | bool) -> CorrectionResult:
        if undo:
            return undo_corrections(project, task.name, by_key=task.by_key, reason=reason, date=date, agreed=agreed)
        return record_correction(
            project, task.name, by_key=task.by_key, status=status, texts=texts, reason=reason, date=date, agreed=agreed
        )

    result = with_agreement(run, yes=yes)
    if settings().as_json:
        print_json(result.as_json())
    _show_correction(result, date)
    click.get_current_context().exit(1 if result.queries.problems else 0)


def _show_correction(result: CorrectionResult, date: datetime.date | None) -> None:
    """Print what was corrected, with the old and new answers, and what to do next."""
    from ragsheets.cli.ingest_result import print_period_step, show_queries

    group_suffix = f" ({printable(result.group)})" if result.group else ""
    task = f"[bold]{printable(result.key)}[/bold] {printable(result.task)}{group_suffix}"
    print_line(f"{task}, {printable(result.period.title)}", markup=True)
    for change in result.changes:
        old_text, new_text = (f"“{printable(text)}”" if text else "nothing" for text in (change.before, change.now))
        verb = "is again" if result.taken_back else "is now"
        print_line(f"  {printable(change.heading)}: was {old_text}, {verb} {new_text}", markup=True)
    if not result.changes:
        print_line("  Its corrections have already been taken back.")
    show_queries(result.queries, date)
    if result.ask_again:
        print_line(
            "The current period does not ask about this task: it was complete when the workbooks were made. "
            f"To ask about it: {result.ask_again}"
        )
    print_period_step(date)
