"""ragsheets generate"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from ragsheets.project.folder import Project
    from ragsheets.project.generate import Generated, NamedTask

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
    from ragsheets.project.generate import generate as make

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
        print_json(_as_json(made, project))
    for line in _remarks(made, project):
        console().print(f"  {line}", markup=False, soft_wrap=True)
    _show(made, carry_forward=bool(carry_forward))


def _as_json(made: Generated, project: Project) -> dict[str, Any]:
    period = made.period
    return {
        "period": {
            "date": period.date.isoformat(),
            "name": period.title,
            "due": period.due.isoformat() if period.due else None,
        },
        "workbooks": [
            {"group": each.group, "file": _shown(each.path, project), "changed": each.changed}
            for each in made.workbooks
        ],
        "on_hold": list(made.on_hold),
        "finished": list(made.finished),
        "left_behind": [_shown(path, project) for path in made.left_behind],
        "carried_forward": list(made.carried),
        **{name: [asdict(task) for task in getattr(made, name)] for name in _APART},
        "keys_asked_for": made.keys_asked_for,
        "forgotten": list(made.forgotten),
    }


def _shown(path: Path, project: Project) -> str:
    """A path as it is told: from the project folder on."""
    return path.relative_to(project.folder).as_posix()


def _remarks(made: Generated, project: Project) -> Iterator[str]:
    """A line for each workbook and each sub-group without one, and for all that is to be said beside them."""
    from ragsheets.files.long_paths import EXCEL_LIMIT

    for workbook in made.workbooks:
        yield _shown(workbook.path, project) + ("" if workbook.changed else "  (there already, the same)")
    yield from (f"{group}: on hold, no workbook" for group in made.on_hold)
    yield from (f"{group}: every task is complete, no workbook" for group in made.finished)
    for path in made.left_behind:
        yield (
            f"{_shown(path, project)} was made before that and stays there, since it may have been sent; what comes "
            "back from it now is refused. Delete it if it was not sent."
        )
    for kind, words in _APART.items():
        if tasks := getattr(made, kind):
            yield f"{words}: {_by_group(tasks)}"
    yield from (f"Left out characters that Office files cannot hold: {place}" for place in made.left_out)
    for key in made.overlong:
        yield f"Too long to be seen whole in a row of the workbook: task {key}. Shorten it."
    for path in made.too_long:
        yield (
            f"Too long a path for Excel, which opens none over {EXCEL_LIMIT} characters: {_shown(path, project)}. "
            "Move the project to a folder with a shorter one."
        )
    if made.keys_asked_for:
        count = counted(made.keys_asked_for, "task")
        yield f"{count} may have a history that a key would keep; see: ragsheets plan check"


def _show(made: Generated, *, carry_forward: bool) -> None:
    """Say what it came to, and what to do next."""
    from ragsheets import dates

    out, date = console(), made.period.date
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
