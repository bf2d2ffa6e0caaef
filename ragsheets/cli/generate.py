"""ragsheets generate"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.confirm import yes_option
from ragsheets.cli.options import Date, common_options, project_with_plan, settings
from ragsheets.cli.output import describe_key, print_json, print_line, print_next_step, problems_as_json, progress
from ragsheets.text import first_words, pluralise

if TYPE_CHECKING:
    from ragsheets.project.contact_guide import ContactGuideFile
    from ragsheets.project.folder import Project
    from ragsheets.project.generate_result import GenerateResult
    from ragsheets.returns.preview import PeriodComparison

#: The kinds of changed tasks, and their words.
_TASK_CHANGES = {"completed": "Completed, so no longer asked about", "withdrawn": "No longer in the plan", "new": "New"}


@click.command()
@click.option("--date", type=Date(), required=True, help="The period's date.")
@click.option("--period", "name", default="", metavar="NAME", help="What the period is called; its date by default.")
@click.option("--due", type=Date(), help="The day by which the workbooks are to be returned.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only this sub-group; may be given again.")
@click.option("--force", is_flag=True, help="Replace workbooks that differ; those that somebody has changed are kept.")
@click.option(
    "--carry-forward/--no-carry-forward",
    default=None,
    help="Fill in the last answers, marked as such; by default only if the workbooks of this period already have them.",
)
@click.option("--guide", is_flag=True, help="Also write a page for the contacts: how to fill in the workbook.")
@yes_option
@common_options
def generate(
    date: datetime.date,
    name: str,
    due: datetime.date | None,
    groups: tuple[str, ...],
    force: bool,
    carry_forward: bool | None,
    guide: bool,
    yes: bool,
) -> None:
    """Make one workbook for each sub-group, in DATE/sent/.

    From the second period on each workbook shows the last answers, and completed tasks are no longer asked about. With
    --carry-forward the cells to fill in hold the last answers; a row in which nobody changes anything does not count.
    With --guide a Word document of one page, to be sent along with the workbooks, is written to DATE/.
    If the report of the period is final, the command first shows what would change in it, and asks.

    \b
    Example:
        ragsheets generate --date 2008-09-04 --due 2008-09-18 --guide
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
                guide=guide,
                agreed=agreed,
                progress=advance,
            )

    result = with_agreement(run, yes=yes)
    if settings().as_json:
        print_json(_as_json(result, project))
    for line in _result_lines(result, project):
        print_line(f"  {line}")
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
        "guide": _guide_as_json(result.guide, project) if result.guide else None,
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


def _guide_as_json(guide: ContactGuideFile, project: Project) -> dict[str, Any]:
    return {
        "file": _relative_path(guide.path, project),
        "changed": guide.changed,
        "kept": _relative_path(guide.kept_file, project) if guide.kept_file else None,
        "warnings": list(guide.warnings),
    }


def _relative_path(path: Path, project: Project) -> str:
    """Return a path relative to the project folder, for messages."""
    return path.relative_to(project.folder).as_posix()


def _result_lines(result: GenerateResult, project: Project) -> Iterator[str]:
    """Yield a line for each workbook, each sub-group without one, and each warning."""
    for workbook in result.workbooks:
        yield _relative_path(workbook.path, project) + ("" if workbook.changed else "  (already there, unchanged)")
    if result.guide:
        yield from _guide_lines(result.guide, project)
    for path, renamed in result.edited_workbooks.items():
        yield f"{_relative_path(path, project)} is new; the one that somebody had changed is now called {renamed.name}"
    yield from (f"{group}: on hold, no workbook" for group in result.on_hold)
    yield from (f"{group}: every task is complete, no workbook" for group in result.finished)
    for path in result.obsolete_workbooks:
        yield (
            f"{_relative_path(path, project)} was made before that. It is kept, since it may have been sent, but a "
            "reply on it is now rejected. Delete it if it was not sent."
        )
    for kind, words in _TASK_CHANGES.items():
        if tasks := getattr(result.tasks, kind):
            yield f"{words}:{_task_lines((task.task, task.wording, task.group) for task in tasks)}"
    yield from _problem_lines(result, project)
    yield from map(str, result.warnings)
    if result.keys_asked_for:
        count = pluralise(result.keys_asked_for, "task")
        yield f"{count} may have a history that a key would keep; see: ragsheets plan check"
    yield from _unplaced_lines(result, project)


def _guide_lines(guide: ContactGuideFile, project: Project) -> Iterator[str]:
    """Yield the page for the contacts, the one that is kept, and what could not be copied from a house style."""
    as_before = "" if guide.changed else "  (already there, unchanged)"
    yield f"{_relative_path(guide.path, project)}{as_before}"
    if guide.kept_file:
        yield f"{_relative_path(guide.kept_file, project)} is kept: it was changed, so the new one is beside it."
    yield from guide.warnings


def _problem_lines(result: GenerateResult, project: Project) -> Iterator[str]:
    """Yield what the workbooks cannot hold or show, and what Excel cannot open."""
    from ragsheets.files.long_paths import EXCEL_PATH_LIMIT

    yield from (f"Left out characters that Office files cannot hold: {position}" for position in result.left_out)
    for workbook in result.workbooks:
        for key in workbook.overlong_tasks:
            yield f"Too long to be seen whole in a row of the workbook: task {key}. Shorten it."
    for workbook in result.workbooks:
        if workbook.is_path_too_long:
            yield (
                f"Excel cannot open {_relative_path(workbook.path, project)}: its path is longer than "
                f"{EXCEL_PATH_LIMIT} characters. Move the project to a folder with a shorter path."
            )


def _show_summary(result: GenerateResult, *, carry_forward: bool) -> None:
    """Print the totals, and what to do next."""
    from ragsheets import dates
    from ragsheets.history.next_step import step_after_generating

    for file in result.recorded.forgotten:
        print_line(
            f"  {file}: the original was erased, so it could not be read again for the changed plan. Its answers still "
            "count for the tasks whose key and wording have not changed."
        )
    print_line(f"{pluralise(len(result.workbooks), 'workbook')} for {dates.in_words(result.period.date)}.")
    if result.carried_forward:
        as_before = "" if carry_forward else ", as before (to leave them out: --no-carry-forward)"
        print_line(f"{pluralise(len(result.carried_forward), 'workbook')} filled in with the last answers{as_before}.")
    elif carry_forward and result.tasks.previous_period is None:
        print_line("There is no earlier period, so there are no answers to carry forward.")
    if result.workbooks:
        print_next_step(str(step_after_generating(result.period, is_current=result.is_current)))
    else:
        print_next_step("there is nothing left to ask, and so no workbook to send.")


def _task_lines(tasks: Iterable[tuple[str, str, str]]) -> str:
    """Return tasks, each a key, a wording and a sub-group, below one another."""
    from ragsheets.plan.lookup import list_lines

    return list_lines([f"  {key}: {first_words(wording)} ({group})" for key, wording, group in tasks])


def _unplaced_lines(result: GenerateResult, project: Project) -> Iterator[str]:
    """Yield what will be asked about answers in workbooks made before the plan was changed, and what to do about it."""
    for task in result.recorded.unplaced:
        if task.candidates:
            candidates = " or ".join(f"{option.key}, “{first_words(option.wording)}”" for option in task.candidates)
            yield (
                f"{task.group}: it is not certain whether task {task.key} of an earlier workbook, "
                f"“{first_words(task.wording)}”, is now {candidates}; its answers will be asked about. "
                f"Give the right one {describe_key(task.key, project)} in the plan, and run this again."
            )
    if removed := [(task.key, task.wording, task.group) for task in result.recorded.unplaced if not task.candidates]:
        what = "In an earlier workbook but no longer in the plan; answers to them will be asked about:"
        fix = "If one is still there in other words, give it that key in the plan, and run this again."
        yield f"{what}{_task_lines(removed)}\n{fix}"
