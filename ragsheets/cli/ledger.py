"""ragsheets ledger …"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ragsheets.cli.shared import (
    common_options,
    console,
    counted,
    next_step,
    print_json,
    project_with_ledger,
    settings,
    shown,
)

if TYPE_CHECKING:
    from ragsheets.project.ledger_check import Audit


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
        _show(result)
    click.get_current_context().exit(0 if result.is_sound else 1)


def _show(result: Audit) -> None:
    """Say what was looked at, and every fault."""
    out = console()
    kept = counted(result.returns, "return") + (f" ({result.forgotten} forgotten)" if result.forgotten else "")
    parts = (counted(result.periods, "period"), counted(result.workbooks, "workbook"), kept)
    out.print(f"Looked at {', '.join(parts)}.")
    for fault in result.faults:
        out.print(f"  [bold]{shown(fault.where)}[/bold]: {shown(fault.what)} {shown(fault.fix)}", soft_wrap=True)
    if result.is_sound:
        out.print("The ledger is sound.")
        next_step("nothing.")
    else:
        out.print(f"{counted(len(result.faults), 'fault')}.")
        next_step("copy the ledger away as it is, then mend what is named.")
