"""ragsheets generate"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.confirm import yes_option
from ragsheets.cli.shared import (
    Date,
    common_options,
    console,
    print_json,
    print_next_step,
    printable,
    problems_as_json,
    progress,
    project_with_plan,
    settings,
)
from ragsheets.text import pluralise

if TYPE_CHECKING:
    from ragsheets.project.folder import Project
    from ragsheets.project.generate_result import GenerateResult, TaskSummary
    from ragsheets.returns.preview import PeriodComparison

#: The kinds of changed tasks, and their words.
_TASK_CHANGES = {"completed": "Completed, asked no more", "withdrawn": "No longer in the plan", "new": "New"}


@click.command()
@click.option("--date", type=Date(), required=True, help="The period's date.")
@click.option("--period", "name", default="", metavar="NAME", help="What the period is called; its date by default.")
@click.option("--due", type=Date(), help="The day by which the workbooks are to be back.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only this sub-group; may be given again.")
@click.option("--force", is_flag=True, help="Replace workbooks that differ; those that somebody has changed are kept.")
@click.option(
    "--carry-forward/--no-carry-forward",
    default=None,
    help="Fill in the last answers, marked as such; as before by default, at first not.",
)
@yes_option
@common_options
def generate(
    date: datetime.date,
    name: str,
    due: datetime.date | None,
    groups: tuple[str, ...],
    force: bool,
    carry_forward: bool | None,
    yes: bool,
) -> None:
    """Make one workbook for each sub-group, in DATE/sent/.

    From the second period on each workbook shows what was last reported and promised, and tasks that were completed are
    no longer asked about. With --carry-forward the cells to fill in hold the last answers: those that nobody touches do
    not count. Where the report of the period is final, what would change in it is shown first, and nothing is changed
    unasked.

    \b
    Example:
        ragsheets generate --date 2008-09-04 --due 2008-09-18
    """
    from ragsheets.cli.preview import with_agreement
    from ragsheets.project.generate import generate as generate_workbooks

    project = project_with_plan()

    def run(agreed: PeriodComparison | bool) -> GenerateResult:
        with progress("Making workbooks") as advance:
            return generate_workbooks(
                project,
                date,
                name=name,
                due=due,
                groups=groups,
                force=force,
                carry_forward=carry_forward,
                agreed=agreed,
                progress=advance,
            )

    result = with_agreement(run, yes=yes)
    if settings().as_json:
        print_json(_as_json(result, project))
    for line in _result_lines(result, project):
        console().print(f"  {line}", markup=False, soft_wrap=True)
    _show_summary(result, carry_forward=bool(carry_forward))


def _as_json(result: GenerateResult, project: Project) -> dict[str, Any]:
    period = result.period
    return {
        "period": {
            "date": period.date.isoformat(),
            "name": period.title,
            "due": period.due.isoformat() if period.due else None,
        },
        "workbooks": [
            {"group": workbook.group, "file": _relative_path(workbook.path, project), "changed": workbook.changed}
            for workbook in result.workbooks
        ],
        "on_hold": list(result.on_hold),
        "finished": list(result.finished),
        "left_behind": [_relative_path(path, project) for path in result.obsolete_workbooks],
        "edited": [
            {"file": _relative_path(path, project), "renamed": _relative_path(renamed, project)}
            for path, renamed in result.edited_workbooks.items()
        ],
        "carried_forward": list(result.carried_forward),
        **{name: [asdict(task) for task in getattr(result.tasks, name)] for name in _TASK_CHANGES},
        "remarks": problems_as_json(result.warnings),
        "keys_asked_for": result.keys_asked_for,
        "forgotten": list(result.recorded.forgotten),
        "unplaced": [
            {
                "group": task.group,
                "task": task.key,
                "wording": task.wording,
                "candidates": [candidate.key for candidate in task.candidates],
            }
            for task in result.recorded.unplaced
        ],
    }


def _relative_path(path: Path, project: Project) -> str:
    """Return a path relative to the project folder, for messages."""
    return path.relative_to(project.folder).as_posix()


def _result_lines(result: GenerateResult, project: Project) -> Iterator[str]:
    """Yield a line for each workbook, each sub-group without one, and each warning."""
    from ragsheets.files.long_paths import EXCEL_PATH_LIMIT

    for workbook in result.workbooks:
        yield _relative_path(workbook.path, project) + ("" if workbook.changed else "  (there already, the same)")
    for path, renamed in result.edited_workbooks.items():
        yield f"{_relative_path(path, project)} is new; the one that somebody had changed is now called {renamed.name}"
    yield from (f"{group}: on hold, no workbook" for group in result.on_hold)
    yield from (f"{group}: every task is complete, no workbook" for group in result.finished)
    for path in result.obsolete_workbooks:
        yield (
            f"{_relative_path(path, project)} was made before that and stays there, since it may have been sent; "
            "what comes "
            "back from it now is refused. Delete it if it was not sent."
        )
    for kind, words in _TASK_CHANGES.items():
        if tasks := getattr(result.tasks, kind):
            yield f"{words}:{_task_lines(tasks)}"
    yield from (f"Left out characters that Office files cannot hold: {position}" for position in result.left_out)
    for key in (key for workbook in result.workbooks for key in workbook.overlong_tasks):
        yield f"Too long to be seen whole in a row of the workbook: task {key}. Shorten it."
    for path in (workbook.path for workbook in result.workbooks if workbook.is_path_too_long):
        yield (
            f"Too long a path for Excel, which opens none over {EXCEL_PATH_LIMIT} characters: "
            f"{_relative_path(path, project)}. "
            "Move the project to a folder with a shorter one."
        )
    yield from map(str, result.warnings)
    if result.keys_asked_for:
        count = pluralise(result.keys_asked_for, "task")
        yield f"{count} may have a history that a key would keep; see: ragsheets plan check"
    yield from _unplaced_lines(result, is_workbook=project.plan_file.suffix.casefold() == ".xlsx")


def _show_summary(result: GenerateResult, *, carry_forward: bool) -> None:
    """Print the totals, and what to do next."""
    from ragsheets import dates
    from ragsheets.history.next_step import step_after_generating

    out, date = console(), result.period.date
    for file in result.recorded.forgotten:
        out.print(
            f"  {printable(file)}: its original was erased, so that it could not be read again for the changed plan. "
            "Its answers count for the tasks whose key and wording are still the same.",
            soft_wrap=True,
        )
    out.print(f"{pluralise(len(result.workbooks), 'workbook')} for {dates.in_words(date)}.")
    if result.carried_forward:
        as_before = "" if carry_forward else ", as before (to leave them out: --no-carry-forward)"
        out.print(f"{pluralise(len(result.carried_forward), 'workbook')} filled in with the last answers{as_before}.")
    elif carry_forward and result.tasks.previous_period is None:
        out.print("There is no earlier period, so there are no answers to carry forward.")
    if result.workbooks:
        print_next_step(str(step_after_generating(result.period, is_current=result.is_current)))
    else:
        print_next_step("there is nothing left to ask, and so no workbook to send.")


def _task_lines(tasks: Sequence[TaskSummary]) -> str:
    """Return tasks below one another, each with its first words and its sub-group."""
    from ragsheets.plan.lookup import list_lines
    from ragsheets.text import first_words

    return list_lines([f"  {task.task}: {first_words(task.wording)} ({task.group})" for task in tasks])


def _unplaced_lines(result: GenerateResult, *, is_workbook: bool) -> Iterator[str]:
    """Yield what will be asked about answers in workbooks made before the plan was changed, and what to do about it.

    `is_workbook` is whether the plan is a plan.xlsx, in which keys have a column.
    """
    from ragsheets.project.generate_result import TaskSummary
    from ragsheets.text import first_words

    for task in result.recorded.unplaced:
        if task.candidates:
            key = f"the key {task.key}, in the column Key," if is_workbook else f'key = "{task.key}"'
            candidates = " or ".join(
                f"{candidate.key}, “{first_words(candidate.wording)}”" for candidate in task.candidates
            )
            yield (
                f"{task.group}: it is not certain that task {task.key} of an earlier workbook, "
                f"“{first_words(task.wording)}”, is {candidates} now; its answers will be asked about. "
                f"Give the right one {key} in the plan, and run this again."
            )
    if gone := [
        TaskSummary(task.group, task.key, task.wording) for task in result.recorded.unplaced if not task.candidates
    ]:
        yield (
            f"Gone from the plan since an earlier workbook, so that answers to them will be asked about: "
            f"{_task_lines(gone)}\nIf one is still there in other words, give it that key in the plan, and run this "
            "again."
        )
