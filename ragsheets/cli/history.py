"""ragsheets history"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ragsheets import dates
from ragsheets.cli.options import TaskName, common_options, project_with_ledger, settings, task_options
from ragsheets.cli.output import (
    console,
    describe_key,
    describe_source,
    print_json,
    print_line,
    print_next_step,
    printable,
)
from ragsheets.text import first_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ragsheets.history.task_history import TaskHistory, TaskHistoryEntry
    from ragsheets.ledger import CorrectionRecord
    from ragsheets.project.folder import Project


@click.command()
@task_options
@common_options
def history(task: TaskName) -> None:
    """Show one task through time.

    TASK is a task's key (2.1a), its label or its reference; where it fits several tasks, they are listed, and --key
    names one of them. It shows for each period, the latest first: the status, whether it got better or worse, the
    answers, the file and cell that they are from, and the corrections.

    \b
    Example:
        ragsheets history 2.1a
    """
    from ragsheets.project.task_history import task_history

    project = project_with_ledger()
    history_result = task_history(project, task.name, by_key=task.by_key)
    if settings().as_json:
        print_json(history_result.as_json())
    else:
        _show_history(history_result, project)


def _show_history(history_result: TaskHistory, project: Project) -> None:
    """Print one period below the other; the task's label only where it has changed."""
    from rich.padding import Padding

    from ragsheets.cli.overview import DIRECTION_WORDS

    task_path = history_result.task_path
    print_line(f"[bold]{printable(task_path.task.key)}[/bold] {printable(task_path.task.labelled)}", markup=True)
    print_line(f"{task_path.group.name}, {task_path.outcome.heading}")
    for number, stage in enumerate(history_result.entries):
        later = history_result.entries[number - 1] if number else None
        status = f"{printable(_status_text(stage))}  ({DIRECTION_WORDS[stage.direction]})"
        print_line(f"\n[bold]{printable(stage.period.title)}[/bold]  {status}", markup=True)
        for line in _stage_lines(stage, later):
            console().print(Padding(line, (0, 0, 0, 2)))
    for period in history_result.left_out:
        print_line(f"\n{period.title}: not asked about; it was complete when the workbooks were made.")
    for date, wording in history_result.other_uses:
        print_line(
            f"\n{dates.in_words(date)}: another task had this key, “{first_words(wording)}”; its answers are not shown."
        )
    if history_result.other_uses:
        print_next_step(
            f"if it is the same task in other words, give it {describe_key(task_path.task.key, project)} in the plan; "
            f"the two then share one history from the next workbooks on."
        )
    else:
        print_next_step("for every task: ragsheets export --all -o answers.xlsx")


def _status_text(stage: TaskHistoryEntry) -> str:
    if stage.status:
        return stage.status
    return f"not reported, returned as “{stage.status_found}”" if stage.status_found else "not reported"


def _stage_lines(stage: TaskHistoryEntry, later_stage: TaskHistoryEntry | None) -> list[RenderableType]:
    """Return the lines of a period, each in a paragraph."""
    lines: list[RenderableType] = []
    if later_stage and later_stage.task_path.task.labelled != stage.task_path.task.labelled:
        lines.append(f"[dim]Then called:[/dim] {printable(stage.task_path.task.labelled)}")
    if later_stage and later_stage.task_path.group.name != stage.task_path.group.name:
        lines.append(f"[dim]Then with:[/dim] {printable(stage.task_path.group.name)}")
    lines += [f"[dim]{printable(heading)}:[/dim] {printable(text)}" for heading, text in stage.answers.items()]
    if stage.file:
        lines.append(f"[dim]From:[/dim] {printable(describe_source(stage.file, stage.sheet, stage.cell))}")
    lines += [
        f"[dim]{printable(heading)} from:[/dim] {printable(describe_source(*source))}"
        for heading, source in stage.sources.items()
        if source[0] != stage.file
    ]
    return lines + [_correction_line(correction) for correction in stage.corrections]


def _correction_line(record: CorrectionRecord) -> str:
    """Return what was corrected, when, by whom and why."""
    at, undone = (dates.in_words(dates.day_of(time)) if time else "" for time in (record.at, record.undone))
    change = f"{record.column} to “{record.value}”" if record.value else f"{record.column} removed"
    undone_suffix = f"; taken back on {undone}" if undone else ""
    return (
        f"[dim]Corrected:[/dim] {printable(change)} on {at} by {printable(record.user)}: "
        f"{printable(record.reason)}{undone_suffix}"
    )
