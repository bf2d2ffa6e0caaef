"""Previews of changes: every answer old beside new, findings and totals; and the question before a closed period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from ragsheets.cli.confirm import can_ask, confirm
from ragsheets.cli.findings import MAX_FINDINGS_PER_FILE, findings_to_show, print_findings
from ragsheets.cli.ingest_result import describe_files
from ragsheets.cli.options import settings
from ragsheets.cli.output import console, describe_source, print_json, print_line, printable
from ragsheets.cli.table_layout import count_heading, plain_table
from ragsheets.plan.lookup import tasks_by_key
from ragsheets.project.closed_periods import ClosedPeriodError
from ragsheets.returns.finding import Severity
from ragsheets.returns.totals import count_columns, sum_counts
from ragsheets.text import first_words, pluralise

if TYPE_CHECKING:
    from rich.table import Table

    from ragsheets.returns.finding import Finding
    from ragsheets.returns.preview import ChangedAnswer, IngestPreview, PeriodComparison
    from ragsheets.template.model import Template

Result = TypeVar("Result")

#: How many characters of a task's words are shown beside its answers.
_MAX_TASK_CHARACTERS = 30


def with_agreement(action: Callable[[PeriodComparison | bool], Result], *, yes: bool) -> Result:
    """Run an action that may change a closed period: then show what would change, ask, and run it again.

    Args:
        action: takes the change that the user has agreed to, False for none.
        yes: whether the user has agreed already, with --yes.

    Raises ProjectError where there is no terminal to ask on.
    """
    try:
        return action(False)
    except ClosedPeriodError as error:
        comparison, consequence = error.comparison, error.consequence
    show_comparison(comparison)
    if settings().as_json and not (yes or can_ask()):
        print_json(comparison.as_json())
    if not yes:
        confirm([consequence], "Change it all the same?")
    return action(comparison)


def show_preview(preview: IngestPreview, *, show_all: bool = False) -> None:
    """Print what an ingest would change; of many findings the worst are shown, unless `show_all`."""
    show_comparison(preview.comparison, show_all=show_all)
    print_line(f"\nFiles: {describe_files(preview.result.files)}.")
    if queries := preview.result.queries.workbooks:
        print_line(f"{pluralise(len(queries), 'workbook')} with questions would be in {preview.result.queries.folder}.")
    print_line("This is a preview: nothing was changed.")


def show_comparison(comparison: PeriodComparison, *, show_all: bool = True) -> None:
    """Print the changes of a period: answers by sub-group, findings and totals; notes only with `show_all`."""
    out = console()
    period = comparison.before.period
    closed = ", whose report is final" if comparison.closed else ""
    print_line(f"[bold]What would change in {printable(period.title)}{closed}[/bold]", markup=True)
    if comparison.is_unchanged:
        print_line("Nothing would change.")
        return
    if comparison.plan_changed:
        _show_plan_changes(comparison)
    if not comparison.changes:
        print_line("No answer would change.")
    for group, changes in groupby(comparison.changes, attrgetter("group")):
        print_line(f"\n[bold]{printable(group)}[/bold]", markup=True)
        out.print(_answers_table(changes, comparison))
    _show_findings("New findings", comparison.new_findings, show_all=show_all)
    _show_findings("Findings that would no longer apply", comparison.gone_findings, show_all=show_all)
    findings = (*comparison.new_findings, *comparison.gone_findings)
    if notes := 0 if show_all else sum(item.severity is Severity.NOTE for item in findings):
        print_line(f"\nNotes for the record that would come or go: {notes} (shown by --all).")
    if comparison.before.totals.equals(comparison.after.totals):
        print_line("\nThe totals would stay as they are.")
    else:
        print_line("\n[bold]Totals[/bold]", markup=True)
        out.print(_totals_table(comparison))


def _show_plan_changes(comparison: PeriodComparison) -> None:
    print_line("The period itself would change:")
    for line in _describe_plan_changes(comparison):
        print_line(f"  {line}")


def _describe_plan_changes(comparison: PeriodComparison) -> Iterator[str]:
    """Yield a line for each change of the period's name, deadline, template and plan."""
    from ragsheets import dates
    from ragsheets.plan.changes import compare_plans

    before, after = comparison.before, comparison.after
    if before.period.title != after.period.title:
        yield f"name: “{after.period.title}”; before “{before.period.title}”"
    if before.period.due != after.period.due:
        due_after, due_before = (
            dates.in_words(due) if due else "none" for due in (after.period.due, before.period.due)
        )
        yield f"deadline: {due_after}; before {due_before}"
    if before.template != after.template:
        yield "template: as it is now"
    if before.plan == after.plan:
        return
    changes = compare_plans(before.plan, after.plan)
    lines = [f"{change.problem.where}: {change.problem.what}" for change in changes.changes]
    tasks = tasks_by_key(after.plan)
    for key, task in tasks_by_key(before.plan).items():
        same_task = tasks.get(changes.current_keys.get(key, ""))
        if same_task and same_task.target != task.target:
            lines.append(f"task {same_task.key}: its target changed from “{task.target}” to “{same_task.target}”.")
    yield from lines or ["plan: as it is now; no task and no target differs"]


def _answers_table(changes: Iterable[ChangedAnswer], comparison: PeriodComparison) -> Table:
    """Return the changed answers of a sub-group as a table; the first of each task also shows the task's words."""
    template = comparison.after.template
    tasks = {**tasks_by_key(comparison.before.plan), **tasks_by_key(comparison.after.plan)}
    table = plain_table()
    for heading, width in (("Task", 5), ("Answer", 8), ("Now", 14), ("Would be", 14), ("Where", 12)):
        table.add_column(heading, min_width=width, overflow="fold")
    previous_task = ""
    for change in changes:
        before, after = (_describe_answer(text, change, template) for text in (change.before, change.after))
        overtaken = " (a correction, which a return overtakes)" if change.overtakes_correction else ""
        heading = template.headings.get(change.column) or change.column.replace("_", " ").capitalize()
        source = describe_source(change.file, change.sheet, change.cell)
        task = change.task
        if task in tasks and task != previous_task:
            task = f"{task}\n{first_words(tasks[task].labelled, _MAX_TASK_CHARACTERS)}"
        previous_task = change.task
        table.add_row(
            printable(task), printable(heading), f"{before}{overtaken}", after, f"[dim]{printable(source)}[/dim]"
        )
    return table


def _describe_answer(text: str, change: ChangedAnswer, template: Template) -> str:
    """Return an answer in words, also a missing one, and a status that counts as not reported."""
    if change.column != "status":
        return printable(text) or "[dim]nothing[/dim]"
    if text in template.scale.codes:
        return printable(text)
    return f"not reported (“{printable(text)}”)" if text else "not reported"


def _show_findings(title: str, findings: Iterable[Finding], *, show_all: bool) -> None:
    """Print findings by file, the worst first."""
    shown = sorted(findings_to_show(findings, show_all=show_all), key=attrgetter("file"))
    if shown:
        print_line(f"\n[bold]{title}[/bold]", markup=True)
    for file, items in groupby(shown, attrgetter("file")):
        print_findings(printable(file or "Corrections"), list(items), None if show_all else MAX_FINDINGS_PER_FILE)


def _totals_table(comparison: PeriodComparison) -> Table:
    """Return the totals of the sub-groups that change, and of all, each old beside new where it differs."""
    before, after = comparison.before.totals, comparison.after.totals
    names = count_columns(comparison.after.template)
    old_names = [name for name in names if name in before]
    group_names = comparison.before.plan.group_names | comparison.after.plan.group_names
    table = plain_table()
    table.add_column("Sub-group", min_width=12)
    for name in names:
        table.add_column(count_heading(name), justify="right")
    for group in [*dict.fromkeys([*after["group"], *before["group"]]), ""]:
        old, new = (
            sum_counts(totals[totals["group"] == group] if group else totals, columns)
            for totals, columns in ((before, old_names), (after, names))
        )
        if old == new and group:
            continue
        cells = [
            str(new[name]) if old.get(name, 0) == new[name] else f"{old.get(name, 0)} → {new[name]}" for name in names
        ]
        table.add_row(printable(group_names[group]) if group else "All", *cells, style="" if group else "bold")
    return table
