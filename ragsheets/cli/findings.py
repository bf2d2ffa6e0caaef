"""Findings as the commands print them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ragsheets.cli.output import console, print_line, printable
from ragsheets.returns.finding import SEVERITY_ORDER, Severity
from ragsheets.returns.finding_catalogue import finding_kinds

if TYPE_CHECKING:
    from rich.table import Table

    from ragsheets.returns.finding import Finding

#: The style of each severity, which its words show too.
SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
#: How many findings of one file are shown; further ones are counted.
MAX_FINDINGS_PER_FILE = 6


def describe_location(item: Finding) -> str:
    """Return the file, cell and task that a finding is about."""
    return " ".join(filter(None, (item.file, item.address, f"task {item.task}" if item.task else "")))


def findings_to_show(findings: Iterable[Finding], *, show_all: bool) -> list[Finding]:
    """Return the findings to settle or look at, the worst first; with `show_all` also notes and settled ones."""
    shown = [item for item in findings if show_all or (item.settlement is None and item.severity is not Severity.NOTE)]
    return sorted(shown, key=lambda item: (SEVERITY_ORDER[item.severity], finding_kinds()[item.code].may_wait))


def print_findings(heading: str, findings: Sequence[Finding], limit: int | None = None) -> int:
    """Print findings under a heading with markup, up to a limit; returns how many further ones there are."""
    hidden_count = len(findings[limit:]) if limit is not None else 0
    if shown := findings[:limit]:
        print_line(heading, markup=True)
        console().print(_findings_grid(shown, hidden_count))
    return hidden_count


def _findings_grid(findings: Iterable[Finding], hidden_count: int) -> Table:
    """Return a grid of findings: severity, id, address, message and fix; a settled one has the reason as its fix."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    for min_width in (9, 8, None, None):
        grid.add_column(min_width=min_width, overflow="fold")
    for item in findings:
        task = f"Task {printable(item.task)}: " if item.task else ""
        state, style, advice = item.severity.value, SEVERITY_STYLES[item.severity], item.fix
        if item.settlement:
            state, style, advice = "settled", SEVERITY_STYLES[Severity.NOTE], f"Settled: {item.settlement.reason}"
        words = f"{task}{printable(item.message)} [dim]{printable(advice)}[/dim]"
        grid.add_row(f"  [{style}]{state}[/]", f"[dim]{item.id}[/dim]", printable(item.address), words)
    if hidden_count:
        grid.add_row("", "", "", f"[dim]and {hidden_count} more[/dim]")
    return grid
