"""ragsheets settle"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from ragsheets.cli.options import common_options, period_option, project_with_ledger, settings
from ragsheets.cli.output import print_json, print_line

if TYPE_CHECKING:
    from ragsheets.project.settle import SettleResult


@click.command()
@click.argument("finding", metavar="FINDING")
@click.option("--reason", metavar="WORDS", default="", help="Why nothing has to change; it is printed in the report.")
@click.option("--undo", is_flag=True, help="Open the finding again.")
@period_option
@common_options
def settle(finding: str, reason: str, undo: bool, date: datetime.date | None) -> None:
    """Settle a finding that needs no change: seen, accepted, or not due.

    FINDING is its number, which ragsheets ingest shows beside it. A settled finding no longer counts as a problem, and
    the contact is not asked about it again, even if a later return has the same text in that cell. No figure changes:
    to change an answer, use ragsheets correct or ragsheets ingest --exclude, or ask for a new return.

    \b
    Examples:
        ragsheets settle 3f9a2c1b --reason "Not due until March, agreed with Di Robinson"
        ragsheets settle 3f9a2c1b --undo
    """
    from ragsheets.project.settle import settle as settle_finding
    from ragsheets.project.settle import undo_settlement

    project = project_with_ledger()
    if undo:
        result = undo_settlement(project, finding, reason=reason, date=date)
    else:
        result = settle_finding(project, finding, reason=reason, date=date)
    if settings().as_json:
        print_json(result.as_json())
    _show_settlement(result, date)
    click.get_current_context().exit(1 if result.queries.problems else 0)


def _show_settlement(result: SettleResult, date: datetime.date | None) -> None:
    """Print the finding, what was done with it, and what to do next."""
    from ragsheets.cli.findings import describe_location
    from ragsheets.cli.ingest_result import print_period_step, show_queries

    item = result.finding
    print_line(f"{describe_location(item)} ({result.period.title})")
    print_line(f"  {item.message}")
    if result.undone:
        print_line(f"  Finding {item.id} is open again.")
    elif item.settlement:
        print_line(f"  Finding {item.id} is settled, and no figure has changed. Reason: {item.settlement.reason}")
    show_queries(result.queries, date)
    print_period_step(date)
