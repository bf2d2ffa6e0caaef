"""ragsheets generate"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ragsheets.cli.shared import (
    Date,
    common_options,
    console,
    counted,
    next_step,
    of_period,
    print_json,
    progress,
    project_with_plan,
    settings,
    shown,
)

if TYPE_CHECKING:
    from ragsheets.outbox import NamedTask

#: What is told apart, and the words for it.
_APART = {"completed": "Completed, asked no more", "withdrawn": "No longer in the plan", "new": "New"}


@click.command()
@click.option("--date", type=Date(), required=True, help="The period's date.")
@click.option("--period", "name", default="", metavar="NAME", help="What the period is called; its date by default.")
@click.option("--due", type=Date(), help="The day by which the workbooks are to be back.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only this sub-group; may be given again.")
@click.option("--force", is_flag=True, help="Replace workbooks that are there already and differ.")
@click.option(
    "--carry-forward/--no-carry-forward",
    default=None,
    help="Fill in the last answers, marked as such; as before by default, at first not.",
)
@common_options
def generate(
    date: datetime.date,
    name: str,
    due: datetime.date | None,
    groups: tuple[str, ...],
    force: bool,
    carry_forward: bool | None,
) -> None:
    """Make one workbook for each sub-group, in DATE/sent/.

    From the second period on each workbook shows what was last reported and promised, and tasks that were completed are
    no longer asked about. With --carry-forward the cells to fill in hold the last answers: those that nobody touches do
    not count.

    \b
    Example:
        ragsheets generate --date 2008-09-04 --due 2008-09-18
    """
    from ragsheets import dates
    from ragsheets.long_paths import EXCEL_LIMIT
    from ragsheets.outbox import generate as make

    project = project_with_plan()
    with progress("Making workbooks") as advance:
        made = make(
            project,
            date,
            name=name,
            due=due,
            groups=groups,
            force=force,
            carry_forward=carry_forward,
            progress=advance,
        )
    if settings().as_json:
        print_json(
            {
                "period": {
                    "date": date.isoformat(),
                    "name": made.period.title,
                    "due": made.period.due.isoformat() if made.period.due else None,
                },
                "workbooks": [
                    {
                        "group": w.group,
                        "file": w.path.relative_to(project.folder).as_posix(),
                        "changed": w.changed,
                    }
                    for w in made.workbooks
                ],
                "on_hold": list(made.on_hold),
                "finished": list(made.finished),
                "left_behind": [path.relative_to(project.folder).as_posix() for path in made.left_behind],
                "carried_forward": list(made.carried),
                **{name: [asdict(task) for task in getattr(made, name)] for name in _APART},
                "keys_asked_for": made.keys_asked_for,
                "forgotten": list(made.forgotten),
            }
        )
    out = console()
    for workbook in made.workbooks:
        path = workbook.path.relative_to(project.folder)
        out.print(
            f"  {path}" + ("" if workbook.changed else "  (there already, the same)"), markup=False, soft_wrap=True
        )
    for group in made.on_hold:
        out.print(f"  {group}: on hold, no workbook", markup=False, soft_wrap=True)
    for group in made.finished:
        out.print(f"  {group}: every task is complete, no workbook", markup=False, soft_wrap=True)
    for path in made.left_behind:
        out.print(
            f"  {path.relative_to(project.folder)} was made before that and stays there, since it may have been sent; "
            "what comes back from it now is refused. Delete it if it was not sent.",
            markup=False,
            soft_wrap=True,
        )
    for kind, words in _APART.items():
        if tasks := getattr(made, kind):
            out.print(f"  {words}: {_by_group(tasks)}", markup=False, soft_wrap=True)
    for place in made.left_out:
        out.print(f"  Left out characters that Office files cannot hold: {place}", markup=False, soft_wrap=True)
    for key in made.overlong:
        out.print(
            f"  Too long to be seen whole in a row of the workbook: task {key}. Shorten it.",
            markup=False,
            soft_wrap=True,
        )
    for path in made.too_long:
        out.print(
            f"  Too long a path for Excel, which opens none over {EXCEL_LIMIT} characters: "
            f"{path.relative_to(project.folder)}. Move the project to a folder with a shorter one.",
            markup=False,
            soft_wrap=True,
        )
    if made.keys_asked_for:
        out.print(
            f"  {counted(made.keys_asked_for, 'task')} may have a history that a key would keep; "
            "see: ragsheets plan check",
            soft_wrap=True,
        )
    for file in made.forgotten:
        out.print(
            f"  {shown(file)}: its original was erased, so that it could not be read again for the changed plan. Its "
            "answers stay where key and wording of their task agree.",
            soft_wrap=True,
        )
    out.print(f"{counted(len(made.workbooks), 'workbook')} for {dates.in_words(date)}.")
    if made.carried:
        again = "" if carry_forward else ", as before (to leave them out: --no-carry-forward)"
        out.print(f"{counted(len(made.carried), 'workbook')} filled in with the last answers{again}.")
    elif carry_forward and made.before is None:
        out.print("There is no earlier period, so there are no answers to carry forward.")
    ingest = of_period("ragsheets ingest", None if made.is_current else date)
    if made.workbooks:
        next_step(f"send each one to its contact; put the replies into {date.isoformat()}/returned and run: {ingest}")
    else:
        next_step("nothing: there is nothing left to ask.")


def _by_group(tasks: Sequence[NamedTask]) -> str:
    """The keys of tasks, each sub-group's together: "2.1a, 2.1c (Parks); 3.1b (Health)"."""
    groups: dict[str, list[str]] = {}
    for task in tasks:
        groups.setdefault(task.group, []).append(task.task)
    return "; ".join(f"{', '.join(keys)} ({group})" for group, keys in groups.items())
