"""ragsheets history"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ragsheets.cli.shared import (
    common_options,
    console,
    named_task,
    print_json,
    print_next_step,
    printable,
    project_with_ledger,
    settings,
    task_options,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ragsheets.history.task_history import TaskHistory, TaskHistoryEntry
    from ragsheets.ledger import CorrectionRecord


@click.command()
@task_options
@common_options
def history(task: str, key: str) -> None:
    """Show one task through time.

    TASK is a task's key (2.1a), its label or its reference; where it fits several tasks, they are listed, and --key
    names one of them. Of each period, the latest first: its status, how it moved, what was answered, where that is
    written, and what was corrected.

    \b
    Example:
        ragsheets history 2.1a
    """
    from ragsheets.project.task_history import task_history

    name, by_key = named_task(task, key)
    history_result = task_history(project_with_ledger(), name, by_key=by_key)
    if settings().as_json:
        print_json(history_result.as_json())
        return
    _show_history(history_result)


def _show_history(history_result: TaskHistory) -> None:
    """Print one period below the other; the task's label only where it has changed."""
    from rich.padding import Padding

    from ragsheets.dates import in_words

    out = console()
    task_path = history_result.task_path
    out.print(f"[bold]{printable(task_path.task.key)}[/bold] {printable(task_path.task.labelled)}")
    out.print(f"{printable(task_path.group.name)}, {printable(task_path.outcome.heading)}")
    for number, stage in enumerate(history_result.entries):
        later = history_result.entries[number - 1] if number else None
        out.print(
            f"\n[bold]{printable(stage.period.title)}[/bold]  {printable(_status_text(stage))}"
            f"  ({stage.direction.value})"
        )
        for line in _stage_lines(stage, later):
            out.print(Padding(line, (0, 0, 0, 2)))
    for period in history_result.left_out:
        out.print(f"\n{printable(period.title)}: not asked about; it was complete when the workbooks were made.")
    for date, wording in history_result.other_uses:
        out.print(f"\n{in_words(date)}: the key was another task's, “{printable(wording)}”.", soft_wrap=True)
    if history_result.other_uses:
        key_line = f'key = "{printable(task_path.task.key)}"'
        print_next_step(
            f"where it is the same task, give it {key_line} in the plan; that counts from the next generate."
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
        lines.append(f"[dim]From:[/dim] {_place(stage.file, stage.sheet, stage.cell)}")
    lines += [
        f"[dim]{printable(heading)} from:[/dim] {_place(*source)}"
        for heading, source in stage.sources.items()
        if source[0] != stage.file
    ]
    return lines + [_correction_line(correction) for correction in stage.corrections]


def _place(file: str, sheet: str, cell: str) -> str:
    return f"{printable(file)}, {printable('!'.join(filter(None, (sheet, cell))))}"


def _correction_line(record: CorrectionRecord) -> str:
    """Return what was corrected, when, by whom and why."""
    from ragsheets.dates import day_of, in_words

    change = f"{record.column} to “{record.value}”" if record.value else f"{record.column} taken out"
    undone_suffix = f"; taken back on {in_words(day_of(record.undone))}" if record.undone else ""
    return (
        f"[dim]Corrected:[/dim] {printable(change)} on {in_words(day_of(record.at))} by {printable(record.user)}: "
        f"{printable(record.reason)}{undone_suffix}"
    )
