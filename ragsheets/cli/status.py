"""ragsheets status"""

from __future__ import annotations

import datetime

import click

from ragsheets.cli.options import common_options, period_option, project_with_ledger, settings
from ragsheets.cli.output import print_json, print_next_step


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every period, each in a line.")
@period_option
@common_options
def status(everything: bool, date: datetime.date | None) -> None:
    """Show the period at a glance: who has returned, what is in question, the totals so far, what to do next.

    Sub-groups that need you come first: those with something to settle, those that are late or missing, those with
    something to look at. Exits with 1 where something needs the coordinator: a finding of severity error or a rejected
    file in the period; with --all, in the current one.

    \b
    Examples:
        ragsheets status
        ragsheets status --all
    """
    if everything and date:
        raise click.UsageError("--all shows every period: leave out --date, or --all.")
    click.get_current_context().exit(show_all_periods() if everything else _show_period(date))


def _show_period(date: datetime.date | None) -> int:
    """Print one period; returns the exit status."""
    from ragsheets.cli.overview import show_overview
    from ragsheets.history.next_step import NEXT_PERIOD_COMMAND
    from ragsheets.project.periods import period_overview

    overview = period_overview(project_with_ledger(), date)
    if overview is None:
        _print_no_period({"period": None, "next": {"what": "", "command": NEXT_PERIOD_COMMAND}})
        return 0
    if settings().as_json:
        print_json(overview.as_json())
    else:
        show_overview(overview)
        print_next_step(str(overview.step))
    return 1 if overview.needs_attention else 0


def show_all_periods() -> int:
    """Print every period; returns the exit status."""
    from ragsheets.cli.overview import show_periods
    from ragsheets.history.overview import period_counts_as_json
    from ragsheets.project.periods import list_periods

    period_counts = list_periods(project_with_ledger())
    if not period_counts:
        _print_no_period({"periods": []})
        return 0
    if settings().as_json:
        print_json({"periods": [period_counts_as_json(counts) for counts in period_counts]})
    else:
        show_periods(period_counts)
        print_next_step("ragsheets status")
    return 1 if period_counts[-1].tally.to_settle else 0


def _print_no_period(as_json: object) -> None:
    """Print that there is no period yet."""
    from ragsheets.history.next_step import NEXT_PERIOD_COMMAND

    if settings().as_json:
        print_json(as_json)
    else:
        click.echo("There is no period yet.")
        print_next_step(NEXT_PERIOD_COMMAND)
