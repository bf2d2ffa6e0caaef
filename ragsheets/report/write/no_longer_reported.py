"""What a report no longer tells of: the tasks that were completed or withdrawn since the period before."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ragsheets import dates
from ragsheets.history.carried_answers import is_done
from ragsheets.history.task_changes import Gone, succeed
from ragsheets.plan.model import Outcome, Plan, Task
from ragsheets.report.write.content import Cell, Heading, Line, Part, Table
from ragsheets.report.write.context import Basis, joined

_MARK = "gone"


def gone_of(basis: Basis) -> Part | None:
    """The tasks of the period before that this one does not ask about, with what became of each, and the sub-groups
    that are wholly complete; None where there are none.

    A task is complete where its latest status says so; every other one has been withdrawn from the plan.
    """
    wording, history = basis.wording, basis.history
    last, before = history.last, history.before
    gone = succeed(basis.plan, history.pasts, basis.template.scale).gone
    if last is None or before is None or not gone:
        return None
    completed = {each.standing.task for each in gone if is_done(basis.template, each.last.status)}
    text = [wording.report_gone_intro.format(period=dates.in_words(last.period.date))]
    if finished := _finished(basis.plan, before, completed):
        text.append(wording.report_gone_groups.format(groups=joined(finished, wording.report_and)))
    done, others = len(completed), len(gone) - len(completed)
    counts = ((done, wording.report_gone_completed), (others, wording.report_gone_withdrawn))
    said = [words.format(tasks=basis.tasks(count)) for count, words in counts if count]
    return Part(
        wording.report_gone,
        _MARK,
        tuple(text),
        table=_table(basis, before, gone),
        count=joined(said, wording.report_and),
    )


def lead_of(basis: Basis, part: Part) -> Line:
    """The line of the first page that says how much there is of it, and leads to it."""
    return Line(basis.wording.report_lead.format(what=part.heading, count=part.count), part.mark)


def _finished(now: Plan, before: Plan, completed: Collection[str]) -> list[str]:
    """The names of the sub-groups that are asked about nothing any more because every task of theirs is complete."""
    present = {group.key for group in now.groups}
    return [
        group.name
        for group in before.groups
        # One on hold may have had nothing to do from the start.
        if group.outcomes
        and group.key not in present
        and all(task.key in completed for outcome in group.outcomes for task in outcome.tasks)
    ]


def _table(basis: Basis, before: Plan, gone: Sequence[Gone]) -> Table:
    """A row for each task, named as the plan of the period before did."""
    wording, known = basis.wording, basis.template.scale.by_code
    groups = {group.key: group.name for group in before.groups}
    places: dict[str, tuple[Outcome, Task]] = {
        task.key: (outcome, task) for group in before.groups for outcome in group.outcomes for task in outcome.tasks
    }
    told = []
    for each in gone:
        standing, (period, status, *_) = each.standing, each.last
        outcome, task = places[standing.task]
        became = wording.report_completed if is_done(basis.template, status) else wording.report_withdrawn
        told.append(
            (
                Cell(groups[standing.group]),
                Cell(outcome.ref or outcome.title, target=basis.marks.get((standing.group, outcome.key), "")),
                Cell(task.labelled),
                Cell(became),
                Cell(status or wording.not_reported, status if status in known else None),
                Cell(dates.in_words(period.date) if period else ""),
            )
        )
    columns = (
        Heading(wording.report_group, 18, "name"),
        Heading(wording.report_outcome, 12),
        Heading(basis.template.column("task").heading, 34),
        Heading(wording.report_became, 22),
        Heading(wording.report_last_status, 14, "status"),
        Heading(wording.report_last_on, 22),
    )
    return Table(wording.report_gone, columns, tuple(told))
