"""ragsheets history"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ragsheets.cli.shared import (
    common_options,
    console,
    next_step,
    print_json,
    project_with_ledger,
    settings,
    shown,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ragsheets.history.task_history import Journey, Stage
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
    _show(found)


def _show(found: Journey) -> None:
    """One period below the other; what the task is called only where that has changed."""
    from rich.padding import Padding

    from ragsheets.dates import in_words

    out = console()
    place = found.place
    out.print(f"[bold]{shown(place.task.key)}[/bold] {shown(place.task.labelled)}")
    out.print(f"{shown(place.group.name)}, {shown(place.outcome.heading)}")
    for number, stage in enumerate(found.stages):
        later = found.stages[number - 1] if number else None
        out.print(f"\n[bold]{shown(stage.period.title)}[/bold]  {shown(_status(stage))}  ({stage.direction.value})")
        for line in _lines(stage, later):
            out.print(Padding(line, (0, 0, 0, 2)))
    for date, wording in found.others:
        out.print(f"\n{in_words(date)}: the key was another task's, “{shown(wording)}”.", soft_wrap=True)
    if found.others:
        given = f'key = "{shown(place.task.key)}"'
        next_step(f"where it is the same task, give it {given} in the plan; that counts from the next generate.")
    else:
        next_step("for every task: ragsheets export --all -o answers.xlsx")


def _status(stage: Stage) -> str:
    if stage.status:
        return stage.status
    return f"not reported, returned as “{stage.found}”" if stage.found else "not reported"


def _lines(stage: Stage, later: Stage | None) -> list[RenderableType]:
    """What is told of a period, each in a paragraph."""
    lines: list[RenderableType] = []
    if later and later.place.task.labelled != stage.place.task.labelled:
        lines.append(f"[dim]Then called:[/dim] {shown(stage.place.task.labelled)}")
    if later and later.place.group.name != stage.place.group.name:
        lines.append(f"[dim]Then with:[/dim] {shown(stage.place.group.name)}")
    lines += [f"[dim]{shown(heading)}:[/dim] {shown(text)}" for heading, text in stage.answers.items()]
    if stage.file:
        where = "!".join(filter(None, (stage.sheet, stage.cell)))
        lines.append(f"[dim]From:[/dim] {shown(stage.file)}, {shown(where)}")
    return lines + [_correction(each) for each in stage.corrections]


def _correction(made: CorrectionRecord) -> str:
    """What was corrected, when, by whom and why."""
    import datetime

    from ragsheets.dates import in_words

    def day(at: str) -> str:
        return in_words(datetime.date.fromisoformat(at[:10]))

    what = f"{made.column} to “{made.value}”" if made.value else f"{made.column} taken out"
    back = f"; taken back on {day(made.undone)}" if made.undone else ""
    return f"[dim]Corrected:[/dim] {shown(what)} on {day(made.at)} by {shown(made.user)}: {shown(made.reason)}{back}"
