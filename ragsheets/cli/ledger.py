"""ragsheets ledger …"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ragsheets.cli.options import common_options, project_with_ledger, settings
from ragsheets.cli.output import print_json, print_line, print_next_step, printable
from ragsheets.text import pluralise

if TYPE_CHECKING:
    from ragsheets.project.ledger_check import LedgerCheckResult


@click.group()
@common_options
def ledger() -> None:
    """Check the ledger."""


@ledger.command()
@common_options
def check() -> None:
    """Prove that the ledger is sound.

    Every original is compared with its SHA-256, every plan and workbook that was sent is read, missing and stray
    records are looked for, and the statuses are counted again. Nothing is changed. Exits with 1 where there is a fault.

    \b
    Example:
        ragsheets ledger check
    """
    from ragsheets.project.ledger_check import check_ledger

    result = check_ledger(project_with_ledger())
    if settings().as_json:
        print_json(result.as_json())
    else:
        _show_check(result)
    click.get_current_context().exit(0 if result.is_sound else 1)


def _show_check(result: LedgerCheckResult) -> None:
    """Print the counts of what was checked, and every fault."""
    erased = f" (of {result.forgotten} the original was erased)" if result.forgotten else ""
    periods, workbooks = pluralise(result.periods, "period"), pluralise(result.workbooks, "workbook")
    returns = pluralise(result.returns, "returned file")
    print_line(f"Checked {periods}, {workbooks} (those with queries too) and {returns}{erased}.")
    for fault in result.faults:
        words = f"{printable(fault.what)} {printable(fault.fix)}"
        print_line(f"  [bold]{printable(fault.where)}[/bold]: {words}", markup=True)
    if result.is_sound:
        print_line("The ledger is sound.")
        print_next_step("there is nothing to put right.")
    else:
        print_line(f"{pluralise(len(result.faults), 'fault')}.")
        print_next_step("make a copy of the ledger as it is, then put right the faults above.")
