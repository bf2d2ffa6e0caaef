"""Generating the workbooks of a period: they are written and recorded before they are sent."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.dates import in_words
from ragsheets.errors import MissingLedgerError, Problem, ProjectError
from ragsheets.files import saving
from ragsheets.files.long_paths import openable_path
from ragsheets.project.contact_guide import ContactGuideFile, compose_contact_guide_file, write_contact_guide
from ragsheets.project.generate_result import ComparedTasks, GeneratedWorkbook, GenerateResult, TaskSummary
from ragsheets.project.record_period import record_period
from ragsheets.project.simultaneous import put_in_place_if_recorded
from ragsheets.text import clean_for_office

if TYPE_CHECKING:
    from ragsheets.history.carried_answers import CarriedAnswers
    from ragsheets.history.task_changes import TaskChanges
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan.model import Period, Plan, SubGroup
    from ragsheets.project.folder import Project
    from ragsheets.returns.intake.intake import ProgressCallback
    from ragsheets.returns.preview import PeriodComparison
    from ragsheets.template.model import Template


def generate(
    project: Project,
    date: datetime.date,
    *,
    name: str = "",
    due: datetime.date | None = None,
    groups: Sequence[str] = (),
    force: bool = False,
    carry_forward: bool | None = None,
    guide: bool = False,
    agreed: PeriodComparison | bool = False,
    progress: ProgressCallback | None = None,
) -> GenerateResult:
    """Write one workbook for each sub-group to DATE/sent/, and record the period in the ledger.

    Where there are earlier periods the workbooks show the last answers. Tasks that were completed in them are not asked
    about any more, and are not in the recorded plan.

    Args:
        project: the project folder.
        date: the period's date.
        name: the period's name; by default its recorded name, or its date in words.
        due: the day by which the workbooks are to be returned; by default the recorded one, if any.
        groups: the names of the sub-groups to write workbooks for; all that are not on hold by default. The others stay
            in the record as they were sent.
        force: replace existing workbooks that differ; one that somebody has changed is renamed "… (edited)".
        carry_forward: whether the cells to fill in hold the last answers; by default as in the workbooks of this period
            that were generated before, if any.
        guide: also write a page on how to fill in the workbooks, beside sent/; one that somebody has changed is kept.
        agreed: the change of the recorded period that somebody has agreed to; see `ragsheets.project.ingest.ingest`.
        progress: called after each workbook with the number done and the total.

    Raises:
        PlanError, TemplateError: they cannot be used.
        ReportError: the house style or the logo of the page cannot be used.
        ProjectError: `due` is before the period; a sub-group is not in the plan; every task is complete; a workbook
            exists already and differs, or is open in another program; the folder cannot be written to; another command
            has changed the ledger meanwhile. Nothing is changed then, unless a workbook was opened at the last moment:
            then the period is recorded, and the error states how to write what is missing.
    """
    from ragsheets.plan.model import Period, find_invalid_characters
    from ragsheets.project.starter import find_starter_tasks

    _reject_early_due_day(date, due)
    full_plan, template = project.plan()
    inputs = _generation_inputs(project, full_plan, template, date, _requested_groups(full_plan, groups))
    record = _period_record(inputs, template, Period(date, name, due), is_partial=bool(groups))
    folder = project.period_folder(date)
    generated_workbooks = []
    for group, path in _workbook_paths(full_plan, inputs.unfinished_groups, folder):
        generated_workbooks.append(_make_workbook(record, inputs, group, path, carry_forward))
        if progress:
            progress(len(generated_workbooks), len(inputs.unfinished_groups))
    guide_file = _compose_guide(project, record, inputs, generated_workbooks) if guide else None
    contents = {workbook.path: workbook.content for workbook in generated_workbooks if workbook.changed}
    if not force:
        _reject_existing([path for path in contents if os.path.lexists(openable_path(path))], project)
    with saving.staged(contents, folders=[folder / files.RETURNED_FOLDER]) as staged:
        recorded_result = record_period(
            project, record, inputs.recorded_period, generated_workbooks, agreed, inputs.last_event_number
        )
        # Only now: a return of a workbook that the ledger does not know could not be read.
        digests = {workbook.path.name: workbook.sha256 for workbook in generated_workbooks}
        edited_workbooks = put_in_place_if_recorded(project, date, staged, digests, recorded_result.edited_paths)
    if guide_file:
        guide_file = write_contact_guide(project, date, guide_file)
    finished_paths = [path for _, path in _workbook_paths(full_plan, inputs.finished_groups, folder)]
    return GenerateResult(
        period=record.period,
        workbooks=tuple(generated_workbooks),
        on_hold=tuple(group.name for group in record.plan.groups if group.on_hold),
        finished=tuple(group.name for group in inputs.finished_groups),
        warnings=tuple(find_starter_tasks(full_plan, in_use=inputs.has_periods)),
        obsolete_workbooks=tuple(path for path in finished_paths if os.path.lexists(openable_path(path))),
        edited_workbooks=edited_workbooks,
        left_out=tuple(find_invalid_characters(record.plan)),
        tasks=_compare_tasks(full_plan, inputs, groups),
        recorded=recorded_result,
        keys_asked_for=inputs.keys_asked_for,
        is_current=inputs.is_current,
        guide=guide_file,
    )


@dataclass(frozen=True, slots=True)
class _GenerationInputs:
    """The plan and sub-groups of a period without its completed tasks, those tasks, and the earlier answers to show.

    `recorded_period` is the period as the ledger has it, and `carried_groups` are the keys of the sub-groups whose
    workbooks carried answers forward then; `last_event_number` is that of the ledger's last event.
    """

    plan: Plan
    unfinished_groups: list[SubGroup]
    finished_groups: list[SubGroup]
    completed_groups: tuple[SubGroup, ...]
    task_changes: TaskChanges
    previous_answers: Mapping[str, CarriedAnswers]
    recorded_period: PeriodRecord | None
    carried_groups: frozenset[str]
    keys_asked_for: int
    is_current: bool
    has_periods: bool
    last_event_number: int


@contextmanager
def _ledger_or_empty(project: Project) -> Iterator[Ledger]:
    """Open the project's ledger, or an empty one in memory where there is none, so that a failure leaves no file."""
    from ragsheets.ledger import Ledger
    from ragsheets.ledger.address import IN_MEMORY

    with ExitStack() as stack:
        try:
            ledger = stack.enter_context(project.ledger())
        except MissingLedgerError:
            ledger = stack.enter_context(Ledger.open(IN_MEMORY))
        yield ledger


def _generation_inputs(
    project: Project, full_plan: Plan, template: Template, date: datetime.date, requested_groups: Sequence[SubGroup]
) -> _GenerationInputs:
    from ragsheets.history.carried_answers import carried_answers_of, groups_with_carried_answers
    from ragsheets.history.task_changes import find_task_changes, groups_with_tasks, groups_without_tasks
    from ragsheets.history.trend import past_periods_before
    from ragsheets.project.plan_check import changes_since

    with _ledger_or_empty(project) as ledger:
        periods = ledger.periods()
        task_changes = find_task_changes(full_plan, past_periods_before(ledger, date, len(periods)), template.scale)
        groups = {group.key: group for group in groups_without_tasks(full_plan, task_changes.completed)}
        if not groups:
            raise ProjectError(
                "every task of the plan is complete: there is nothing left to ask.",
                where=project.plan_file.name,
                fix="Add new tasks; to ask about one again, give it a new key.",
            )
        unfinished_groups = [groups[group.key] for group in requested_groups if group.key in groups]
        return _GenerationInputs(
            # The ledger's address (perhaps with a password) and the retention time are not part of what is asked.
            plan=full_plan.model_copy(
                update={"groups": tuple(groups.values()), "ledger": None, "keep_returns_months": None}
            ),
            unfinished_groups=unfinished_groups,
            finished_groups=[group for group in requested_groups if group.key not in groups],
            completed_groups=groups_with_tasks(full_plan, task_changes.completed),
            task_changes=task_changes,
            previous_answers=carried_answers_of(ledger, full_plan, template, task_changes, unfinished_groups),
            recorded_period=ledger.period(date) if date in periods else None,
            carried_groups=groups_with_carried_answers(ledger, date) if date in periods else frozenset(),
            keys_asked_for=changes_since(ledger, full_plan, date)[1].keys_needed,
            is_current=date >= max(periods, default=date),
            has_periods=bool(periods),
            last_event_number=ledger.last_event_number(),
        )


def _compare_tasks(full_plan: Plan, inputs: _GenerationInputs, groups: Sequence[str]) -> ComparedTasks:
    """Return the completed, withdrawn and new tasks for the result: of all sub-groups, or of the requested ones."""
    from ragsheets.history.task_changes import RemovalReason

    compared_groups = [*inputs.unfinished_groups, *inputs.finished_groups] if groups else full_plan.groups
    group_names = {group.key: group.name for group in compared_groups}
    task_changes = inputs.task_changes
    summaries = {
        task.key: TaskSummary(group.name, task.key, task.task)
        for group, _, _, task in full_plan.task_paths
        if group.key in group_names
    }
    removed_tasks = [
        (
            reason is RemovalReason.COMPLETED,
            TaskSummary(group_names.get(removed.group, removed.group), removed.key, removed.wording),
        )
        for removed, _, reason in task_changes.removed
        if removed.group in group_names or not groups
    ]
    completed = [summaries[key] for key in task_changes.completed if key in summaries]
    return ComparedTasks(
        previous_period=task_changes.previous_period,
        completed=(*completed, *(task for done, task in removed_tasks if done)),
        withdrawn=tuple(task for done, task in removed_tasks if not done),
        new=tuple(summaries[key] for key in task_changes.new if key in summaries),
    )


def _make_workbook(
    record: PeriodRecord, inputs: _GenerationInputs, group: SubGroup, path: Path, carry_forward: bool | None
) -> GeneratedWorkbook:
    from ragsheets.workbook.compose import lay_out
    from ragsheets.workbook.sent_workbook import from_layout
    from ragsheets.workbook.writer import to_xlsx

    if carry_forward is None:
        carry_forward = group.key in inputs.carried_groups
    answers = inputs.previous_answers.get(group.key)
    prefilled = answers.as_prefilled if answers and carry_forward else None
    last_period = answers.last_period if answers else None
    layout = lay_out(record.plan, record.template, group, record.period, prefilled, last_period=last_period)
    content = to_xlsx(layout, record.template, record.period.date)
    changed = files.bytes_of(path) != content
    return GeneratedWorkbook(
        group.name, group.key, path, content, changed, from_layout(layout), tuple(layout.overlong_tasks)
    )


def _compose_guide(
    project: Project, record: PeriodRecord, inputs: _GenerationInputs, workbooks: Sequence[GeneratedWorkbook]
) -> ContactGuideFile:
    """Return the page for the contacts, the same for every sub-group."""
    other_carried_groups = inputs.carried_groups - {workbook.group_key for workbook in workbooks}
    carries_forward = bool(other_carried_groups) or any(workbook.carries_forward for workbook in workbooks)
    return compose_contact_guide_file(
        project, record, inputs.task_changes.previous_period, carries_forward=carries_forward
    )


def _period_record(inputs: _GenerationInputs, template: Template, period: Period, *, is_partial: bool) -> PeriodRecord:
    """Return the period to record: a name or a due day that is not given is the recorded one.

    Where only some sub-groups were requested, the others stay as they were when their workbooks were generated.
    """
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan.model import Period

    plan, completed, recorded = inputs.plan, inputs.completed_groups, inputs.recorded_period
    name, due = period.name, period.due
    if recorded:
        name, due = name or recorded.period.name, due or recorded.period.due
        if is_partial:
            plan = _merge_with_recorded_plan(inputs, template, recorded)
            requested = {group.key for group in (*inputs.unfinished_groups, *inputs.finished_groups)}
            completed = (
                *(group for group in completed if group.key in requested),
                *(group for group in recorded.completed if group.key not in requested),
            )
    return PeriodRecord(Period(period.date, clean_for_office(name), due), plan, template, completed)


def _merge_with_recorded_plan(inputs: _GenerationInputs, template: Template, recorded: PeriodRecord) -> Plan:
    """Return the plan with all sub-groups but the requested ones as they were recorded.

    Requested sub-groups that are finished are left out.
    """
    if recorded.template.model_dump() != template.model_dump():
        raise ProjectError(
            "the template has changed since the workbooks of this period were made.",
            where=f"template {template.name}",
            fix="Make all workbooks again: leave out --group and add --force.",
        )
    plan = inputs.plan
    requested_by_key = {group.key: group for group in inputs.unfinished_groups}
    recorded_by_key = {group.key: group for group in recorded.plan.groups}
    merged_groups = [requested_by_key.get(group.key) or recorded_by_key.get(group.key, group) for group in plan.groups]
    handled_keys = {group.key for group in (*plan.groups, *inputs.finished_groups)}
    merged_groups += [group for key, group in recorded_by_key.items() if key not in handled_keys]
    return plan.model_copy(update={"groups": tuple(merged_groups)})


def _reject_early_due_day(date: datetime.date, due: datetime.date | None) -> None:
    if due and due < date:
        raise ProjectError(
            f"{in_words(due)} is before the period's date, {in_words(date)}.",
            where="--due",
            fix="Give the day by which the workbooks are to be returned; check its month and year.",
        )


def _requested_groups(plan: Plan, names: Sequence[str]) -> list[SubGroup]:
    from ragsheets.validation import suggest_nearest

    groups_by_name = {group.name.casefold(): group for group in plan.groups}
    problems = [
        Problem(
            "--group",
            f"there is no sub-group “{name}”.",
            suggest_nearest(name, [group.name for group in plan.groups]),
        )
        for name in names
        if name.casefold() not in groups_by_name
    ]
    if problems:
        raise ProjectError("unknown sub-groups", problems=problems)
    return [groups_by_name[name] for name in dict.fromkeys(name.casefold() for name in names)] or [
        group for group in plan.groups if not group.on_hold
    ]


def _workbook_paths(plan: Plan, groups: Sequence[SubGroup], folder: Path) -> list[tuple[SubGroup, Path]]:
    """Return the path of each workbook; names are distinct over the whole plan, so they do not depend on --group."""
    names = files.distinct_names([files.safe_name(group.name) for group in plan.groups], 100)
    name_by_key = {group.key: name for group, name in zip(plan.groups, names, strict=True)}
    return [(group, folder / files.SENT_FOLDER / f"{name_by_key[group.key]}.xlsx") for group in groups]


def _reject_existing(paths: Sequence[Path], project: Project) -> None:
    if paths:
        raise ProjectError(
            "workbooks that already exist",
            problems=[
                Problem(
                    str(path.relative_to(project.folder)),
                    "already exists and differs from what would be written now.",
                    "Add --force to make it again; one that somebody has changed is kept beside it. Returns made from "
                    "either can be read.",
                )
                for path in paths
            ],
        )
