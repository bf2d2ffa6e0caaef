"""ragsheets plan …"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ragsheets.cli.options import common_options, period_option, project_with_ledger, project_with_plan, settings
from ragsheets.cli.output import (
    console,
    describe_source,
    print_json,
    print_line,
    print_next_step,
    print_warnings,
    printable,
    problems_as_json,
)
from ragsheets.errors import PlanError, TemplateError
from ragsheets.text import pluralise

if TYPE_CHECKING:
    from ragsheets.plan.model import Plan
    from ragsheets.project.plan_check import CheckedPlan
    from ragsheets.project.proposals import Proposals


@click.group()
@common_options
def plan() -> None:
    """Check the plan, convert it, or accept what contacts proposed."""


@plan.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common_options
def check(file: Path | None) -> None:
    """List everything that is wrong with the plan, and what changed in it since the last period.

    Where a task may be an earlier one that was relabelled or reworded, you are asked to write its key into the plan,
    which keeps its history together. FILE is a plan to check instead of the project folder's; it is not compared with
    the last period.

    \b
    Example:
        ragsheets plan check
    """
    from ragsheets.history.next_step import NEXT_PERIOD_COMMAND
    from ragsheets.project.plan_check import check_plan

    try:
        checked = check_plan(settings().project if file else project_with_plan(), file)
    except (PlanError, TemplateError) as error:
        if settings().as_json:
            print_json({"problems": problems_as_json(error.problems)})
        raise
    plan, template = checked.parsed_plan.plan, checked.parsed_plan.template
    groups, tasks = _count_groups_and_tasks(plan)
    if settings().as_json:
        summary = {
            "groups": groups,
            "tasks": tasks,
            "template": template.name,
            "remarks": problems_as_json(checked.warnings),
        }
        print_json({"problems": [], **summary, **_changes_json(checked)})
    counts = f"{pluralise(groups, 'sub-group')}, {pluralise(tasks, 'task')}"
    print_line(f"The plan is sound: {counts}, template “{template.name}”.")
    print_warnings(checked.warnings)
    _show_changes(checked)
    if checked.changes.keys_needed:
        print_next_step("put the keys into the plan and check it again; then: ragsheets generate --date YYYY-MM-DD")
    else:
        print_next_step(NEXT_PERIOD_COMMAND)


def _changes_json(checked: CheckedPlan) -> dict[str, Any]:
    changes = [
        {
            "kind": change.kind.value,
            "key": change.key,
            "before": change.before,
            "now": change.now,
            "earlier": list(change.earlier_keys),
            "asks": change.needs_key,
            **problems_as_json([checked.problem_of(change)])[0],
        }
        for change in checked.changes.changes
    ]
    return {"since": checked.since.date.isoformat() if checked.since else None, "changes": changes}


def _show_changes(checked: CheckedPlan) -> None:
    """Print the changes since the last period; those that ask for a key come last, where they are seen."""
    if checked.since is None:
        return
    changes = sorted(checked.changes.changes, key=lambda change: change.needs_key)
    count_text = f"{pluralise(len(changes), 'change')}" if changes else "nothing has changed"
    count = checked.changes.keys_needed
    keys_text = f", {count} of which {'asks' if count == 1 else 'ask'} for a key" if count else ""
    print_line(f"Since {checked.since.title}: {count_text}{keys_text}.")
    print_warnings(map(checked.problem_of, changes))


@plan.command("proposals")
@click.option("--accept", multiple=True, metavar="NUMBER|all", help="Put a proposal into the plan; or all.")
@period_option
@common_options
def list_proposals(accept: tuple[str, ...], date: datetime.date | None) -> None:
    """List what contacts proposed for the plan, and put it into the plan.

    Contacts change the plan's wording in their workbooks, and write new tasks into the empty rows. The list numbers
    these proposals 1, 2, 3; a number may change when more are received, the id below it does not. --accept takes
    either, puts the proposal into plan.toml or plan.xlsx, and changes nothing else there. "all" leaves out a proposal
    that conflicts with another, or that is for wording which the plan no longer has: accept these by their numbers.

    \b
    Examples:
        ragsheets plan proposals
        ragsheets plan proposals --accept 1 --accept 3
    """
    from ragsheets.project import proposals

    project = project_with_ledger()
    result = proposals.accept_proposals(project, accept, date) if accept else proposals.list_proposals(project, date)
    if settings().as_json:
        print_json(_proposals_json(result))
    _show_proposals(result)


def _proposals_json(result: Proposals) -> dict[str, Any]:
    names = ("number", "group", "outcome", "task", "column", "before", "after", "file", "sheet", "cell", "why")
    listed = [
        {
            **{name: getattr(proposal, name) for name in names},
            "kind": "new-task" if proposal.is_new else "change",
            "words": dict(proposal.words),
            "state": proposal.state.value,
        }
        for proposal in result.proposals
    ]
    period = {"date": result.period.date.isoformat(), "name": result.period.title}
    return {"period": period, "plan": str(result.plan_file), "proposals": listed, "accepted": list(result.accepted)}


def _show_proposals(result: Proposals) -> None:
    """Print each proposal beside the words of the plan, and what can be done."""
    from ragsheets.cli.table_layout import plain_table
    from ragsheets.plan_files.proposals import ProposalState

    for item in result.proposals:
        if item.number in result.accepted:
            print_line(f"Put into the plan {item.number}: {item.description}")
    count = pluralise(len(result.proposals), "proposal")
    print_line(f"{count} for the plan in the returns of {result.period.title}.")
    table = plain_table()
    for heading, width in (("Number", 8), ("About", 18), ("The plan says", 20), ("Proposed", 20), ("State", 12)):
        table.add_column(heading, min_width=width, overflow="fold")
    for position, item in enumerate(result.proposals, 1):
        source = describe_source(item.file, item.sheet, item.cell)
        about = f"{printable(item.description)}\n[dim]{printable(source)}[/dim]"
        proposed_text = "\n".join(printable(text) for text in item.words.values() if text)
        state_text = f"{item.state.value}: {printable(item.why)}" if item.why else item.state.value
        table.add_row(f"{position}\n[dim]{item.number}[/dim]", about, printable(item.before), proposed_text, state_text)
    if result.proposals:
        console().print(table)
    if any(item.state is ProposalState.OPEN for item in result.proposals):
        print_next_step(
            "accept what you agree to, and let the contacts know: ragsheets plan proposals --accept NUMBER "
            "(or --accept all)"
        )
    elif result.accepted:
        print_next_step("ragsheets plan check")


@plan.command()
@click.argument("source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace OUT if it already exists.")
@common_options
def convert(source: Path, target: Path, force: bool) -> None:
    """Write the plan IN in another form, OUT, and list what that form cannot hold.

    Each is a .toml, .xlsx or .docx file. A .docx file is a report; as OUT it has nothing reported yet.

    \b
    Example:
        ragsheets plan convert plan.toml plan.xlsx
    """
    from ragsheets.plan_files.convert import convert as convert_plan

    result = convert_plan(source, target, force=force, project_folder=settings().folder)
    groups, tasks = _count_groups_and_tasks(result.source_plan.plan)
    if settings().as_json:
        print_json(
            {"plan": str(result.path), "groups": groups, "tasks": tasks, "remarks": problems_as_json(result.warnings)}
        )
    counts = f"{pluralise(groups, 'sub-group')}, {pluralise(tasks, 'task')}"
    print_line(f"Wrote {result.path}: {counts}.")
    print_warnings(result.warnings)
    print_next_step(f'ragsheets plan check "{result.path}"')


def _count_groups_and_tasks(plan: Plan) -> tuple[int, int]:
    """Return the numbers of sub-groups and of tasks in a plan."""
    return len(plan.groups), len(list(plan.task_paths))
