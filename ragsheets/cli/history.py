"""ragsheets history"""

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

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ragsheets.history.task_history import TaskHistory, TaskHistoryEntry
    from ragsheets.ledger import CorrectionRecord


@click.command()
@click.argument("task", metavar="TASK")
@common_options
def history(task: str) -> None:
    """Show one task through time.

    TASK is a task's key (2.1a), or its label or reference where no other task has it. Of each period, the latest first:
    its status, how it moved, what was answered, where that is written, and what was corrected.

    \b
    Example:
        ragsheets history 2.1a
    """
    from ragsheets.project.export import task_history

    found = task_history(project_with_ledger(), task)
    if settings().as_json:
        print_json(found.as_json())
        return
    _show_history(found)


def _show_history(task_history: TaskHistory) -> None:
    """One period below the other; what the task is called only where that has changed."""
    from rich.padding import Padding

    from ragsheets.dates import in_words

    out = console()
    place = task_history.task_path
    out.print(f"[bold]{printable(place.task.key)}[/bold] {printable(place.task.labelled)}")
    out.print(f"{printable(place.group.name)}, {printable(place.outcome.heading)}")
    for number, stage in enumerate(task_history.entries):
        later = task_history.entries[number - 1] if number else None
        out.print(
            f"\n[bold]{printable(stage.period.title)}[/bold]  {printable(_status_text(stage))}"
            f"  ({stage.direction.value})"
        )
        for line in _stage_lines(stage, later):
            out.print(Padding(line, (0, 0, 0, 2)))
    for date, wording in task_history.other_uses:
        out.print(f"\n{in_words(date)}: the key was another task's, “{printable(wording)}”.", soft_wrap=True)
    if task_history.other_uses:
        given = f'key = "{printable(place.task.key)}"'
        print_next_step(f"where it is the same task, give it {given} in the plan; that counts from the next generate.")
    else:
        print_next_step("for every task: ragsheets export --all -o answers.xlsx")


def _status_text(stage: TaskHistoryEntry) -> str:
    if stage.status:
        return stage.status
    return f"not reported, returned as “{stage.status_found}”" if stage.status_found else "not reported"


def _stage_lines(stage: TaskHistoryEntry, later_stage: TaskHistoryEntry | None) -> list[RenderableType]:
    """What is told of a period, each in a paragraph."""
    lines: list[RenderableType] = []
    if later_stage and later_stage.task_path.task.labelled != stage.task_path.task.labelled:
        lines.append(f"[dim]Then called:[/dim] {printable(stage.task_path.task.labelled)}")
    if later_stage and later_stage.task_path.group.name != stage.task_path.group.name:
        lines.append(f"[dim]Then with:[/dim] {printable(stage.task_path.group.name)}")
    lines += [f"[dim]{printable(heading)}:[/dim] {printable(text)}" for heading, text in stage.answers.items()]
    if stage.file:
        where = "!".join(filter(None, (stage.sheet, stage.cell)))
        lines.append(f"[dim]From:[/dim] {printable(stage.file)}, {printable(where)}")
    return lines + [_correction_line(each) for each in stage.corrections]


def _correction_line(record: CorrectionRecord) -> str:
    """What was corrected, when, by whom and why."""
    import datetime

    from ragsheets.dates import in_words

    def day(at: str) -> str:
        return in_words(datetime.date.fromisoformat(at[:10]))

    what = f"{record.column} to “{record.value}”" if record.value else f"{record.column} taken out"
    back = f"; taken back on {day(record.undone)}" if record.undone else ""
    return (
        f"[dim]Corrected:[/dim] {printable(what)} on {day(record.at)} by {printable(record.user)}: "
        f"{printable(record.reason)}{back}"
    )
