"""ragsheets ledger …"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ragsheets.cli.shared import (
    common_options,
    console,
    print_json,
    print_next_step,
    printable,
    project_with_ledger,
    settings,
)
from ragsheets.text import pluralise

if TYPE_CHECKING:
    from ragsheets.project.ledger_check import LedgerCheckResult


@click.group()
@common_options
def ledger() -> None:
    """Look after the ledger."""


@ledger.command()
@common_options
def check() -> None:
    """Prove that the ledger is sound.

    Every kept file is compared with its SHA-256, all that belongs together is looked for, every plan and workbook that
    was sent is read, and where each task stands is counted again. Nothing is changed. Exits with 1 where anything is
    wrong.

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
    out = console()
    returns_text = pluralise(result.returns, "return") + (
        f" ({result.forgotten} forgotten)" if result.forgotten else ""
    )
    parts = (pluralise(result.periods, "period"), pluralise(result.workbooks, "workbook"), returns_text)
    out.print(f"Looked at {', '.join(parts)}.")
    for fault in result.faults:
        out.print(
            f"  [bold]{printable(fault.where)}[/bold]: {printable(fault.what)} {printable(fault.fix)}", soft_wrap=True
        )
    if result.is_sound:
        out.print("The ledger is sound.")
        print_next_step("there is nothing to put right.")
    else:
        out.print(f"{pluralise(len(result.faults), 'fault')}.")
        print_next_step("copy the ledger away as it is, then mend what is named.")
