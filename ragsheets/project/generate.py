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
from ragsheets.files.long_paths import openable_path

if TYPE_CHECKING:
    from ragsheets.history.carried_answers import CarriedAnswers
    from ragsheets.history.task_changes import TaskChanges
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Period, Plan, SubGroup
    from ragsheets.project.folder import Project
    from ragsheets.returns.intake.intake import ProgressCallback
    from ragsheets.template.model import Template
    from ragsheets.workbook.sent_workbook import SentWorkbook


@dataclass(frozen=True, slots=True)
class GeneratedWorkbook:
    """A workbook that `generate` made. `changed` is false where the very same one was there already."""

    group: str
    path: Path
    changed: bool


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """A task as it is told: its sub-group's name, its key and its words."""

    group: str
    task: str
    wording: str


@dataclass(frozen=True, slots=True)
class GenerateResult:
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
    workbooks: tuple[GeneratedWorkbook, ...]
    on_hold: tuple[str, ...]
    left_out: tuple[str, ...]
    overlong: tuple[str, ...]
    previous_period: Period | None = None
    completed: tuple[TaskSummary, ...] = ()
    withdrawn: tuple[TaskSummary, ...] = ()
    new: tuple[TaskSummary, ...] = ()
    finished: tuple[str, ...] = ()
    obsolete_workbooks: tuple[Path, ...] = ()
    carried_forward: tuple[str, ...] = ()
    overlong_paths: tuple[Path, ...] = ()
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
    progress: ProgressCallback | None = None,
) -> GenerateResult:
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
    from ragsheets.plan.model import Period, find_invalid_characters

    whole, template = project.plan()
    wanted = _requested_groups(whole, groups)
    taken = _generation_inputs(project, whole, template, date, wanted)
    plan, wanted, recorded = taken.plan, taken.asked_groups, taken.recorded_period
    if recorded:
        name, due = name or recorded.period.name, due or recorded.period.due
        if groups:
            plan = _merge_with_recorded_plan(plan, template, recorded, wanted, taken.finished_groups)
    period = Period(date, name, due)
    folder = project.period_folder(date)
    made = []
    for done, (group, path) in enumerate(_workbook_paths(whole, wanted, folder), 1):
        carries = group.key in taken.carried_groups if carry_forward is None else carry_forward
        made.append(
            _prepare_workbook(plan, template, group, period, path, taken.previous_answers.get(group.key), carries)
        )
        if progress:
            progress(done, len(wanted))
    _reject_existing(
        [new.path for new in made if new.changed and os.path.lexists(openable_path(new.path)) and not force], project
    )
    with saving.staged({new.path: new.content for new in made if new.changed}) as workbooks:
        saving.make_folder(folder / files.RETURNED_FOLDER)
        forgotten = _record_period(project, PeriodRecord(period, plan, template), recorded, made)
        # Only now: what comes back from a workbook that the ledger does not know could not be understood.
        workbooks.put_in_place()
    return GenerateResult(
        period=period,
        workbooks=tuple(GeneratedWorkbook(new.group.name, new.path, new.changed) for new in made),
        on_hold=tuple(group.name for group in plan.groups if group.on_hold),
        left_out=tuple(find_invalid_characters(plan)),
        overlong=tuple(key for new in made for key in new.overlong),
        carried_forward=tuple(new.group.name for new in made if new.sent.carried_columns is not None),
        **_compare_tasks(whole, template, taken, groups),
        obsolete_workbooks=tuple(
            path
            for _, path in _workbook_paths(whole, taken.finished_groups, folder)
            if os.path.lexists(openable_path(path))
        ),
        overlong_paths=tuple(new.path for new in made if is_too_long_for_excel(new.path)),
        keys_asked_for=taken.keys_asked_for,
        is_current=taken.is_current,
        forgotten=forgotten,
    )


@dataclass(frozen=True, slots=True)
class _GenerationInputs:
    """What a period takes over: its plan and sub-groups without what is complete, what each is shown and given.

    `recorded` is the period as the ledger has it, and `carried` are the sub-groups, by key, whose workbooks carried
    answers forward then.
    """

    plan: Plan
    asked_groups: list[SubGroup]
    finished_groups: list[SubGroup]
    task_changes: TaskChanges
    previous_answers: Mapping[str, CarriedAnswers]
    recorded_period: PeriodRecord | None
    carried_groups: frozenset[str]
    keys_asked_for: int
    is_current: bool


@contextmanager
def _existing_or_empty_ledger(project: Project) -> Iterator[Ledger]:
    """The project's ledger, or an empty one in memory where there is none yet: who cannot go on leaves no file."""
    from ragsheets.ledger import Ledger

    with project.ledger() if project.has_ledger else Ledger.open("sqlite://") as ledger:
        yield ledger


def _generation_inputs(
    project: Project, full_plan: Plan, template: Template, date: datetime.date, requested_groups: Sequence[SubGroup]
) -> _GenerationInputs:
    from ragsheets.history.carried_answers import carried_answers_of, groups_with_carried_answers
    from ragsheets.history.task_changes import find_task_changes, groups_without_tasks
    from ragsheets.history.trend import past_periods_before
    from ragsheets.project.plan_check import changes_since

    with _existing_or_empty_ledger(project) as ledger:
        periods = ledger.periods()
        succession = find_task_changes(full_plan, past_periods_before(ledger, date, len(periods)), template.scale)
        groups = {group.key: group for group in groups_without_tasks(full_plan, succession.completed)}
        if not groups:
            raise ProjectError(
                "every task of the plan is complete: there is nothing left to ask.",
                where=project.plan_file.name,
                fix="Add new tasks; to ask about one again, give it a new key.",
            )
        asked = [groups[group.key] for group in requested_groups if group.key in groups]
        return _GenerationInputs(
            # Where the ledger is, with its password perhaps, and how long returns are kept is nothing that is asked.
            plan=full_plan.model_copy(
                update={"groups": tuple(groups.values()), "ledger": None, "keep_returns_months": None}
            ),
            asked_groups=asked,
            finished_groups=[group for group in requested_groups if group.key not in groups],
            task_changes=succession,
            previous_answers=carried_answers_of(ledger, full_plan, template, succession, asked),
            recorded_period=ledger.period(date) if date in periods else None,
            carried_groups=groups_with_carried_answers(ledger, date) if date in periods else frozenset(),
            keys_asked_for=changes_since(ledger, full_plan, date)[1].keys_needed,
            is_current=date >= max(periods, default=date),
        )


def _compare_tasks(
    full_plan: Plan, template: Template, inputs: _GenerationInputs, groups: Sequence[str]
) -> dict[str, Any]:
    """What is to be told of the tasks that are complete, gone or new: of all sub-groups, or of those wanted."""
    from ragsheets.history.carried_answers import is_done

    asked = [*inputs.asked_groups, *inputs.finished_groups] if groups else full_plan.groups
    mine = {group.key: group.name for group in asked}
    succession = inputs.task_changes
    named = {
        task.key: TaskSummary(group.name, task.key, task.task)
        for group in full_plan.groups
        if group.key in mine
        for outcome in group.outcomes
        for task in outcome.tasks
    }
    gone = [
        (is_done(template, last.status), TaskSummary(mine.get(each.group, each.group), each.task, each.wording))
        for each, last in succession.removed
        if each.group in mine or not groups
    ]
    completed = [named[key] for key in succession.completed if key in named]
    return {
        "previous_period": succession.previous_period,
        "completed": (*completed, *(task for done, task in gone if done)),
        "withdrawn": tuple(task for done, task in gone if not done),
        "new": tuple(named[key] for key in succession.new if key in named),
        "finished": tuple(group.name for group in inputs.finished_groups),
    }


@dataclass(frozen=True, slots=True)
class _PreparedWorkbook:
    """A workbook before it is saved; `changed` says whether another one lies in its place, or none."""

    group: SubGroup
    path: Path
    content: bytes
    sent: SentWorkbook
    overlong: list[str]
    changed: bool


def _prepare_workbook(
    plan: Plan,
    template: Template,
    group: SubGroup,
    period: Period,
    path: Path,
    previous_answers: CarriedAnswers | None,
    carry_forward: bool,
) -> _PreparedWorkbook:
    from ragsheets.workbook.compose import lay_out
    from ragsheets.workbook.sent_workbook import from_layout
    from ragsheets.workbook.writer import to_xlsx

    if previous_answers is None:
        layout = lay_out(plan, template, group, period)
    else:
        given = previous_answers.as_prefilled if carry_forward else None
        layout = lay_out(plan, template, group, period, given, last_period=previous_answers.last_period)
    content = to_xlsx(layout, template, period.date)
    changed = files.bytes_of(path) != content
    sent = from_layout(layout)
    return _PreparedWorkbook(group, path, content, sent, layout.overlong_tasks, changed)


def _record_period(
    project: Project,
    record: PeriodRecord,
    recorded_period: PeriodRecord | None,
    prepared_workbooks: Sequence[_PreparedWorkbook],
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
            for new in prepared_workbooks
        ]
        ledger.save_period(record, records)
        if recorded_period and (recorded_period.plan, recorded_period.template) != (record.plan, record.template):
            from ragsheets.formats.limits import Limits
            from ragsheets.returns.intake.intake import reread_returns
            from ragsheets.returns.intake.worker import WorkerPool

            with WorkerPool(Limits()) as workers:
                forgotten = reread_returns(ledger, record, recorded_period, workers)
        ledger.log("generate", f"{len(prepared_workbooks)} workbooks", date)
    return forgotten


def _merge_with_recorded_plan(
    plan: Plan,
    template: Template,
    recorded_period: PeriodRecord,
    asked_groups: Sequence[SubGroup],
    finished_groups: Sequence[SubGroup],
) -> Plan:
    """The plan with all sub-groups but the wanted ones as they were when their workbooks were made; of the wanted ones
    those that are finished are left out."""
    if recorded_period.template.digest != template.digest:
        raise ProjectError(
            "the template has changed since the workbooks of this period were made.",
            where=f"template {template.name}",
            fix="Make all workbooks again: leave out --group and add --force.",
        )
    now = {group.key: group for group in asked_groups}
    before = {group.key: group for group in recorded_period.plan.groups}
    kept = [now.get(group.key) or before.get(group.key, group) for group in plan.groups]
    settled = {group.key for group in (*plan.groups, *finished_groups)}
    kept += [group for key, group in before.items() if key not in settled]
    return plan.model_copy(update={"groups": tuple(kept)})


def _requested_groups(plan: Plan, names: Sequence[str]) -> list[SubGroup]:
    from ragsheets.validation import suggest_nearest

    known = {group.name.casefold(): group for group in plan.groups}
    problems = [
        Problem(
            "--group",
            f"there is no sub-group “{name}”.",
            suggest_nearest(name, [group.name for group in plan.groups]),
        )
        for name in names
        if name.casefold() not in known
    ]
    if problems:
        raise ProjectError("unknown sub-groups", problems=problems)
    return [known[name] for name in dict.fromkeys(name.casefold() for name in names)] or [
        group for group in plan.groups if not group.on_hold
    ]


def _workbook_paths(plan: Plan, groups: Sequence[SubGroup], folder: Path) -> list[tuple[SubGroup, Path]]:
    """Where each workbook goes. Names are made distinct over the whole plan, so that they do not depend on --group."""
    names = files.distinct_names([files.safe_name(group.name) for group in plan.groups], 100)
    of_group = {group.key: name for group, name in zip(plan.groups, names, strict=True)}
    return [(group, folder / files.SENT_FOLDER / f"{of_group[group.key]}.xlsx") for group in groups]


def _reject_existing(paths: Sequence[Path], project: Project) -> None:
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
