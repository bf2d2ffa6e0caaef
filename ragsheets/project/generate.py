"""The outbox: the workbooks of a period, made and recorded before they are sent."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragsheets import files
from ragsheets.errors import Problem, ProjectError
from ragsheets.files import saving
from ragsheets.files.long_paths import reach

if TYPE_CHECKING:
    from ragsheets.history.carried_answers import Handover
    from ragsheets.history.task_changes import Succession
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Period, Plan, SubGroup
    from ragsheets.project.folder import Project
    from ragsheets.returns.intake.intake import Progress
    from ragsheets.template.model import Template
    from ragsheets.workbook.sent_workbook import Sent


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook that `generate` made. `changed` is false where the very same one was there already."""

    group: str
    path: Path
    changed: bool


@dataclass(frozen=True, slots=True)
class NamedTask:
    """A task as it is told: its sub-group's name, its key and its words."""

    group: str
    task: str
    wording: str


@dataclass(frozen=True, slots=True)
class Generated:
    """What `generate` came to.

    Attributes:
        workbooks: the workbooks.
        on_hold: the sub-groups that are on hold.
        left_out: the places of characters that Office files cannot hold.
        overlong: the keys of tasks whose words are more than a row of a workbook can show.
        before: the period before, None where there is none: nothing is told apart then.
        completed: the tasks that are complete and are not asked about any more.
        withdrawn: the tasks of the period before that the plan no longer has.
        new: the tasks that no earlier period knew.
        finished: the sub-groups of which nothing is left to ask.
        left_behind: the workbooks that were made for those before, and stay where they are.
        carried: the sub-groups whose workbooks carry the last answers forward.
        too_long: the workbooks whose paths are longer than Excel takes.
        keys_asked_for: how many tasks may have a history that a key in the plan would keep.
        is_current: whether it is the current period now, the latest in the ledger.
        forgotten: returns that could not be read again for the changed plan, since their originals were erased.
    """

    period: Period
    workbooks: tuple[Written, ...]
    on_hold: tuple[str, ...]
    left_out: tuple[str, ...]
    overlong: tuple[str, ...]
    before: Period | None = None
    completed: tuple[NamedTask, ...] = ()
    withdrawn: tuple[NamedTask, ...] = ()
    new: tuple[NamedTask, ...] = ()
    finished: tuple[str, ...] = ()
    left_behind: tuple[Path, ...] = ()
    carried: tuple[str, ...] = ()
    too_long: tuple[Path, ...] = ()
    keys_asked_for: int = 0
    is_current: bool = True
    forgotten: tuple[str, ...] = ()


def generate(
    project: Project,
    date: datetime.date,
    *,
    name: str = "",
    due: datetime.date | None = None,
    groups: Sequence[str] = (),
    force: bool = False,
    carry_forward: bool | None = None,
    progress: Progress | None = None,
) -> Generated:
    """Make one workbook for each sub-group in DATE/sent/, and record the period in the ledger.

    Where there is an earlier period the workbooks show what was last said. Tasks that were completed then are not asked
    about any more, nor do they stand in the plan that is recorded.

    Args:
        project: the project folder.
        date: the period's date.
        name: what the period is called; by default what it was called before, or its date in words.
        due: the day by which the workbooks are to be back; by default the one given before, if any.
        groups: the names of the sub-groups to make workbooks for; all that are not on hold by default. The others stay
            in the record as they were sent.
        force: replace workbooks that are there already and differ.
        carry_forward: whether the cells to fill in hold the last answers; by default as in the workbooks of this period
            that were made before, if any.
        progress: called after each workbook with how many are done and how many there are.

    Raises:
        PlanError, TemplateError: they cannot be used.
        ProjectError: a sub-group is not in the plan; every task is complete; a workbook is there already and differs,
            or is open in another program; the folder cannot be written to. Nothing is changed then.
    """
    from ragsheets.files.long_paths import is_too_long_for_excel
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan.model import Period, refused_characters

    whole, template = project.plan()
    wanted = _wanted(whole, groups)
    taken = _taken_over(project, whole, template, date, wanted)
    plan, wanted, recorded = taken.plan, taken.wanted, taken.recorded
    if recorded:
        name, due = name or recorded.period.name, due or recorded.period.due
        if groups:
            plan = _with_the_rest_as_sent(plan, template, recorded, wanted, taken.finished)
    period = Period(date, name, due)
    folder = project.period_folder(date)
    made = []
    for done, (group, path) in enumerate(_paths(whole, wanted, folder), 1):
        carries = group.key in taken.carried if carry_forward is None else carry_forward
        made.append(_made(plan, template, group, period, path, taken.handovers.get(group.key), carries))
        if progress:
            progress(done, len(wanted))
    _refuse_to_replace(
        [new.path for new in made if new.changed and os.path.lexists(reach(new.path)) and not force], project
    )
    with saving.staged({new.path: new.content for new in made if new.changed}) as workbooks:
        saving.make_folder(folder / files.RETURNED_FOLDER)
        forgotten = _record(project, PeriodRecord(period, plan, template), recorded, made)
        # Only now: what comes back from a workbook that the ledger does not know could not be understood.
        workbooks.put_in_place()
    return Generated(
        period=period,
        workbooks=tuple(Written(new.group.name, new.path, new.changed) for new in made),
        on_hold=tuple(group.name for group in plan.groups if group.on_hold),
        left_out=tuple(refused_characters(plan)),
        overlong=tuple(key for new in made for key in new.overlong),
        carried=tuple(new.group.name for new in made if new.sent.carried is not None),
        **_told_apart(whole, template, taken, groups),
        left_behind=tuple(path for _, path in _paths(whole, taken.finished, folder) if os.path.lexists(reach(path))),
        too_long=tuple(new.path for new in made if is_too_long_for_excel(new.path)),
        keys_asked_for=taken.keys_asked_for,
        is_current=taken.is_current,
        forgotten=forgotten,
    )


@dataclass(frozen=True, slots=True)
class _TakenOver:
    """What a period takes over: its plan and sub-groups without what is complete, what each is shown and given.

    `recorded` is the period as the ledger has it, and `carried` are the sub-groups, by key, whose workbooks carried
    answers forward then.
    """

    plan: Plan
    wanted: list[SubGroup]
    finished: list[SubGroup]
    succession: Succession
    handovers: Mapping[str, Handover]
    recorded: PeriodRecord | None
    carried: frozenset[str]
    keys_asked_for: int
    is_current: bool


@contextmanager
def _ledger_so_far(project: Project) -> Iterator[Ledger]:
    """The project's ledger, or an empty one in memory where there is none yet: who cannot go on leaves no file."""
    from ragsheets.ledger import Ledger

    with project.ledger() if project.has_ledger else Ledger.open("sqlite://") as ledger:
        yield ledger


def _taken_over(
    project: Project, whole: Plan, template: Template, date: datetime.date, wanted: Sequence[SubGroup]
) -> _TakenOver:
    from ragsheets.history.carried_answers import carried_before, handovers_of
    from ragsheets.history.task_changes import succeed, without
    from ragsheets.history.trend import pasts_before
    from ragsheets.project.plan_check import changes_since

    with _ledger_so_far(project) as ledger:
        periods = ledger.periods()
        succession = succeed(whole, pasts_before(ledger, date, len(periods)), template.scale)
        groups = {group.key: group for group in without(whole, succession.completed)}
        if not groups:
            raise ProjectError(
                "every task of the plan is complete: there is nothing left to ask.",
                where=project.plan_file.name,
                fix="Add new tasks; to ask about one again, give it a new key.",
            )
        asked = [groups[group.key] for group in wanted if group.key in groups]
        return _TakenOver(
            # Where the ledger is, with its password perhaps, and how long returns are kept is nothing that is asked.
            plan=whole.model_copy(
                update={"groups": tuple(groups.values()), "ledger": None, "keep_returns_months": None}
            ),
            wanted=asked,
            finished=[group for group in wanted if group.key not in groups],
            succession=succession,
            handovers=handovers_of(ledger, whole, template, succession, asked),
            recorded=ledger.period(date) if date in periods else None,
            carried=carried_before(ledger, date) if date in periods else frozenset(),
            keys_asked_for=changes_since(ledger, whole, date)[1].asked,
            is_current=date >= max(periods, default=date),
        )


def _told_apart(whole: Plan, template: Template, taken: _TakenOver, groups: Sequence[str]) -> dict[str, Any]:
    """What is to be told of the tasks that are complete, gone or new: of all sub-groups, or of those wanted."""
    from ragsheets.history.carried_answers import is_done

    asked = [*taken.wanted, *taken.finished] if groups else whole.groups
    mine = {group.key: group.name for group in asked}
    succession = taken.succession
    named = {
        task.key: NamedTask(group.name, task.key, task.task)
        for group in whole.groups
        if group.key in mine
        for outcome in group.outcomes
        for task in outcome.tasks
    }
    gone = [
        (is_done(template, last.status), NamedTask(mine.get(each.group, each.group), each.task, each.wording))
        for each, last in succession.gone
        if each.group in mine or not groups
    ]
    completed = [named[key] for key in succession.completed if key in named]
    return {
        "before": succession.before,
        "completed": (*completed, *(task for done, task in gone if done)),
        "withdrawn": tuple(task for done, task in gone if not done),
        "new": tuple(named[key] for key in succession.new if key in named),
        "finished": tuple(group.name for group in taken.finished),
    }


@dataclass(frozen=True, slots=True)
class _Made:
    """A workbook before it is saved; `changed` says whether another one lies in its place, or none."""

    group: SubGroup
    path: Path
    content: bytes
    sent: Sent
    overlong: list[str]
    changed: bool


def _made(
    plan: Plan,
    template: Template,
    group: SubGroup,
    period: Period,
    path: Path,
    handover: Handover | None,
    carries: bool,
) -> _Made:
    from ragsheets.workbook.compose import lay_out
    from ragsheets.workbook.sent_workbook import sent_of
    from ragsheets.workbook.writer import to_xlsx

    if handover is None:
        layout = lay_out(plan, template, group, period)
    else:
        given = handover.carried if carries else None
        layout = lay_out(plan, template, group, period, given, background=handover.background)
    content = to_xlsx(layout, template, period.date)
    changed = files.bytes_of(path) != content
    sent = sent_of(layout)
    return _Made(group, path, content, sent, layout.overlong, changed)


def _record(
    project: Project, record: PeriodRecord, before: PeriodRecord | None, made: Sequence[_Made]
) -> tuple[str, ...]:
    """Keep the period and its workbooks in the ledger; gives the returns that could not be read again for a changed
    plan."""
    from ragsheets.ledger import WorkbookRecord
    from ragsheets.workbook.sent_workbook import to_json

    date = record.period.date
    forgotten: tuple[str, ...] = ()
    with project.ledger() as ledger:
        records = [
            WorkbookRecord(
                new.sent.reference, new.group.key, new.path.name, files.sha256(new.content), to_json(new.sent)
            )
            for new in made
        ]
        ledger.record_period(record, records)
        if before and (before.plan, before.template) != (record.plan, record.template):
            from ragsheets.formats.limits import Limits
            from ragsheets.returns.intake.intake import reread
            from ragsheets.returns.intake.worker import Workers

            with Workers(Limits()) as workers:
                forgotten = reread(ledger, record, before, workers)
        ledger.log("generate", f"{len(made)} workbooks", date)
    return forgotten


def _with_the_rest_as_sent(
    plan: Plan,
    template: Template,
    recorded: PeriodRecord,
    wanted: Sequence[SubGroup],
    finished: Sequence[SubGroup],
) -> Plan:
    """The plan with all sub-groups but the wanted ones as they were when their workbooks were made; of the wanted ones
    those that are finished are left out."""
    if recorded.template.digest != template.digest:
        raise ProjectError(
            "the template has changed since the workbooks of this period were made.",
            where=f"template {template.name}",
            fix="Make all workbooks again: leave out --group and add --force.",
        )
    now = {group.key: group for group in wanted}
    before = {group.key: group for group in recorded.plan.groups}
    kept = [now.get(group.key) or before.get(group.key, group) for group in plan.groups]
    settled = {group.key for group in (*plan.groups, *finished)}
    kept += [group for key, group in before.items() if key not in settled]
    return plan.model_copy(update={"groups": tuple(kept)})


def _wanted(plan: Plan, names: Sequence[str]) -> list[SubGroup]:
    from ragsheets.validation import nearest

    known = {group.name.casefold(): group for group in plan.groups}
    problems = [
        Problem(
            "--group",
            f"there is no sub-group “{name}”.",
            nearest(name, [group.name for group in plan.groups]),
        )
        for name in names
        if name.casefold() not in known
    ]
    if problems:
        raise ProjectError("unknown sub-groups", problems=problems)
    return [known[name] for name in dict.fromkeys(name.casefold() for name in names)] or [
        group for group in plan.groups if not group.on_hold
    ]


def _paths(plan: Plan, wanted: Sequence[SubGroup], folder: Path) -> list[tuple[SubGroup, Path]]:
    """Where each workbook goes. Names are made distinct over the whole plan, so that they do not depend on --group."""
    names = files.distinct([files.safe_name(group.name) for group in plan.groups], 100)
    of_group = {group.key: name for group, name in zip(plan.groups, names, strict=True)}
    return [(group, folder / files.SENT_FOLDER / f"{of_group[group.key]}.xlsx") for group in wanted]


def _refuse_to_replace(paths: Sequence[Path], project: Project) -> None:
    if paths:
        raise ProjectError(
            "workbooks are there already",
            problems=[
                Problem(
                    str(path.relative_to(project.folder)),
                    "is there already and differs from what would be written now.",
                    "Add --force to replace it; returns made from it are still understood.",
                )
                for path in paths
            ],
        )
