"""The outbox: the workbooks of a period, made and recorded before they are sent."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import Problem, ProjectError

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan import Period, Plan, SubGroup
    from ragsheets.project import Project
    from ragsheets.returns.desk import Progress
    from ragsheets.template import Template
    from ragsheets.workbook.sent import Sent


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook that `generate` made. `changed` is false where the very same one was there already."""

    group: str
    path: Path
    changed: bool


@dataclass(frozen=True, slots=True)
class Generated:
    """What `generate` came to: the workbooks, and the sub-groups that are on hold.

    `left_out` are the places of characters that Office files cannot hold, `overlong` the keys of tasks whose words are
    more than a row of a workbook can show; `forgotten` are returns that could not be read again for the changed plan,
    since their originals were erased.
    """

    period: Period
    workbooks: tuple[Written, ...]
    on_hold: tuple[str, ...]
    left_out: tuple[str, ...]
    overlong: tuple[str, ...]
    forgotten: tuple[str, ...] = ()


def generate(
    project: Project,
    date: datetime.date,
    *,
    name: str = "",
    due: datetime.date | None = None,
    groups: Sequence[str] = (),
    force: bool = False,
    progress: Progress | None = None,
) -> Generated:
    """Make one workbook for each sub-group in DATE/sent/, and record the period in the ledger.

    Args:
        project: the project folder.
        date: the period's date.
        name: what the period is called; by default what it was called before, or its date in words.
        due: the day by which the workbooks are to be back; by default the one given before, if any.
        groups: the names of the sub-groups to make workbooks for; all that are not on hold by default. The others stay
            in the record as they were sent.
        force: replace workbooks that are there already and differ.
        progress: called after each workbook with how many are done and how many there are.

    Raises:
        PlanError, TemplateError: they cannot be used.
        ProjectError: a sub-group is not in the plan; a workbook is there already and differs; the folder cannot be
            written to. Nothing is changed then.
    """
    from ragsheets.ledger import PeriodRecord
    from ragsheets.plan import Period, refused_characters

    plan, template = project.plan()
    wanted = _wanted(plan, groups)
    recorded = _recorded(project, date)
    if recorded:
        name, due = name or recorded.period.name, due or recorded.period.due
        if groups:
            plan = _with_the_rest_as_sent(plan, template, recorded, wanted)
    period = Period(date, name, due)
    folder = project.period_folder(date)
    made = []
    for done, (group, path) in enumerate(_paths(plan, wanted, folder), 1):
        made.append(_made(plan, template, group, period, path))
        if progress:
            progress(done, len(wanted))
    _refuse_to_replace([new.path for new in made if new.changed and new.path.exists() and not force], project)
    forgotten = _record_and_save(project, PeriodRecord(period, plan, template), recorded, made)
    return Generated(
        period=period,
        workbooks=tuple(Written(new.group.name, new.path, new.changed) for new in made),
        on_hold=tuple(group.name for group in plan.groups if group.on_hold),
        left_out=tuple(refused_characters(plan)),
        overlong=tuple(key for new in made for key in new.overlong),
        forgotten=forgotten,
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """A workbook before it is saved; `changed` says whether another one lies in its place, or none."""

    group: SubGroup
    path: Path
    content: bytes
    sent: Sent
    overlong: list[str]
    changed: bool


def _made(plan: Plan, template: Template, group: SubGroup, period: Period, path: Path) -> _Made:
    from ragsheets.workbook.generate import to_xlsx
    from ragsheets.workbook.layout import lay_out
    from ragsheets.workbook.sent import sent_of

    layout = lay_out(plan, template, group, period)
    content = to_xlsx(layout, template, period.date)
    changed = not path.exists() or path.read_bytes() != content
    sent = sent_of(layout, [column.key for column in template.columns])
    return _Made(group, path, content, sent, layout.overlong, changed)


def _record_and_save(
    project: Project, record: PeriodRecord, before: PeriodRecord | None, made: Sequence[_Made]
) -> tuple[str, ...]:
    """Keep the period in the ledger and put the workbooks in place; where one cannot be saved, nothing is kept.

    Gives the returns that could not be read again for a changed plan.
    """
    from ragsheets.ledger import WorkbookRecord
    from ragsheets.workbook.sent import to_json

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
            from ragsheets.returns.desk import reread
            from ragsheets.workbook.limits import Limits
            from ragsheets.workbook.worker import Workers

            with Workers(Limits()) as workers:
                forgotten = reread(ledger, record, before, workers)
        ledger.log("generate", f"{len(made)} workbooks", date)
        (project.period_folder(date) / files.RETURNED_FOLDER).mkdir(parents=True, exist_ok=True)
        for new in made:
            if new.changed:
                files.save(new.path, new.content)
    return forgotten


def _recorded(project: Project, date: datetime.date) -> PeriodRecord | None:
    """The period as the ledger has it, if it has."""
    with project.ledger() as ledger:
        return ledger.period(date) if date in ledger.periods() else None


def _with_the_rest_as_sent(plan: Plan, template: Template, recorded: PeriodRecord, wanted: Sequence[SubGroup]) -> Plan:
    """The plan with all sub-groups but the wanted ones as they were when their workbooks were made."""
    if recorded.template.digest != template.digest:
        raise ProjectError(
            "the template has changed since the workbooks of this period were made.",
            where=f"template {template.name}",
            fix="Make all workbooks again: leave out --group and add --force.",
        )
    now = {group.key: group for group in wanted}
    before = {group.key: group for group in recorded.plan.groups}
    kept = [now.get(group.key) or before.get(group.key, group) for group in plan.groups]
    kept += [group for key, group in before.items() if key not in {group.key for group in plan.groups}]
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
