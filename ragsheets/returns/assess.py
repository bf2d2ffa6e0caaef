"""Assessment of a period: from its returns to one row per task, findings and recounted totals. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ragsheets.plan.model import Period, Plan
from ragsheets.returns import totals as counting
from ragsheets.returns.answered_cells import rows_that_count
from ragsheets.returns.checks import all_checks
from ragsheets.returns.checks.carried import unchanged_carried_answers
from ragsheets.returns.checks.cleared import without_older_clearings
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.corrections import AppliedCorrections
from ragsheets.returns.finding import SEVERITY_ORDER, Finding, location_key, with_date
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.settlements import with_ids, with_settlements
from ragsheets.returns.times import ReturnTime
from ragsheets.template.model import Template
from ragsheets.workbook.compose import sheet_names

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord

#: The columns of an answer row that give its source.
ORIGIN_COLUMNS = ["file", "sheet", "cell"]


@dataclass(frozen=True)
class Assessment:
    """The state of a period.

    Attributes:
        tasks: a row per task of the plan: period, group (its key), outcome, action, key, label, each column of the
            template by its key (status holds a code, or "" where none was reported), status_found, and file, sheet and
            cell of the answer; corrected: when the task was corrected (UTC, ISO, "" if never). A correction replaces
            the answer in its column, and keeps status_found, file, sheet and cell as the return has them.
        answers: the answers that count, one per task and column, with the return, file, sheet and cell of each.
        corrections: the period's corrections, merged with the answers of its returns.
        carried: carried-forward texts that are still unchanged, by task and column: not answers until confirmed.
        sources: the number of the return that holds each task's answer, by the task's key.
        findings: every finding of the accepted and the rejected returns, settled ones among them, each with the number
            of its return.
        totals: a row per outcome: group (its key), outcome, a count for each status code, not_reported, total.
        headlines: a row per headline success or next step: group (its key), kind, number, text, file, sheet, cell.
        returns: a row per return, whatever its result: id, group (its key), file, result, sha256, saved and received
            among others.
        times: the time of each accepted return, by its number.
        missing_groups: the names of the sub-groups, not on hold, without an accepted return.
    """

    period: Period
    plan: Plan
    template: Template
    tasks: pd.DataFrame
    answers: pd.DataFrame
    corrections: AppliedCorrections
    carried: Mapping[str, Mapping[str, str]]
    sources: Mapping[str, int]
    findings: list[tuple[int, Finding]]
    totals: pd.DataFrame
    headlines: pd.DataFrame
    returns: pd.DataFrame
    times: Mapping[int, ReturnTime]
    missing_groups: tuple[str, ...]


def assess_period(
    ledger: Ledger, record: PeriodRecord, groups: Collection[str] | None = None, zone: datetime.tzinfo | None = None
) -> Assessment:
    """Assess a period from what the ledger holds of it now. The findings' commands name the period.

    Args:
        ledger: an open ledger that holds the period.
        record: the period with its plan, or a part of it, and its template as they were sent.
        groups: the keys of the sub-groups whose returns are read; all returns by default.
        zone: the coordinator's zone, by default this computer's; see `ragsheets.returns.times`.
    """
    date = record.period.date
    assessment = assess(record, ledger.frames(date, groups), zone)
    return replace(assessment, findings=with_commands_of_period(ledger, date, assessment.findings))


def with_commands_of_period(
    ledger: Ledger, date: datetime.date, findings: Iterable[tuple[int, Finding]]
) -> list[tuple[int, Finding]]:
    """Return findings, with their returns, whose commands name the period unless it is the current one."""
    is_current = date == ledger.periods()[-1]
    return [(number, with_date(item, date, is_current=is_current)) for number, item in findings]


def assess(record: PeriodRecord, frames: Mapping[str, pd.DataFrame], zone: datetime.tzinfo | None = None) -> Assessment:
    """Assess a period from the frames of its returns, corrections and settlements (`Ledger.frames`)."""
    plan, returns = record.plan, frames["returns"]
    context = CheckContext(record, frames, zone)
    texts, origins = _answers_by_task(context)
    tasks = _task_frame(context, texts, origins)
    findings = with_ids(_run_checks(context), returns)
    received = set(context.returns["group"])
    return Assessment(
        period=record.period,
        plan=plan,
        template=record.template,
        tasks=tasks,
        answers=context.current_answers,
        corrections=context.corrections,
        carried={
            key: {name: cell.found for name, cell in cells.items()}
            for key, cells in unchanged_carried_answers(context, whole_returns=True).items()
        },
        sources={task: int(number) for task, (*_, number) in origins.items()},
        findings=with_settlements(findings, iter_rows(frames["settlements"]), plan),
        totals=counting.recount(tasks, plan, record.template),
        headlines=_headline_frame(context),
        returns=returns,
        times={number: item.time for number, item in context.precedence.returns.items()},
        missing_groups=tuple(group.name for group in plan.groups if not group.on_hold and group.key not in received),
    )


def _run_checks(context: CheckContext) -> list[tuple[int, Finding]]:
    """Return the findings of all checks, by return, severity and location; sheets in the order of the workbook."""
    findings = without_older_clearings((item for check in all_checks() for item in check(context)), context.precedence)
    sheet_numbers: dict[tuple[str, str], int] = {}
    for group in context.plan.groups:
        names = sheet_names(context.template, group)
        sheets = ("", names.front, *names.outcomes.values(), names.headlines)
        sheet_numbers |= {(group.key, name): number for number, name in enumerate(sheets)}

    def order(pair: tuple[int, Finding]) -> tuple[Any, ...]:
        number, item = pair
        sheet_number = sheet_numbers.get((item.group, item.sheet), len(sheet_numbers))
        return number, SEVERITY_ORDER[item.severity], sheet_number, location_key(item)

    return sorted(findings, key=order)


def _answers_by_task(context: CheckContext) -> tuple[dict[str, dict[str, str]], dict[str, list[Any]]]:
    """Return the answers of each task by column, and their source: file, sheet, cell and the return's number.

    The source is the status cell; where there is no status, the first filled cell of the row.
    """
    columns = context.template.contact_columns
    readers = {column.key: column.normalise for column in columns if column.kind in ("date", "choice")}
    # In plain values, since joining frames of a few thousand rows takes longer.
    texts: dict[str, dict[str, str]] = {}
    origins: dict[str, list[Any]] = {}
    for task, column, value, *origin in iter_values(
        context.current_answers, "task", "column", "value", *ORIGIN_COLUMNS, "return_id"
    ):
        texts.setdefault(task, {})[column] = readers[column](value) if column in readers else value
        if origin[0] and (column == "status" or task not in origins):
            origins[task] = origin
    return texts, origins


def _task_frame(
    context: CheckContext, texts: Mapping[str, Mapping[str, str]], origins: Mapping[str, Sequence[Any]]
) -> pd.DataFrame:
    """Return a row per task of the plan with its current answers."""
    plan, template = context.plan, context.template
    date = context.record.period.date.isoformat()
    nowhere = [""] * (len(ORIGIN_COLUMNS) + 1)
    corrected = context.corrections.latest_times()
    rows = []
    for group, outcome, action, task in plan.task_paths:
        task_texts = {**task.further, "task": task.task, "target": task.target, **texts.get(task.key, {})}
        task_texts["status"], status_found = _status_of(context, task.key, task_texts.get("status", ""))
        column_texts = (task_texts.get(column.key, "") for column in template.columns)
        task_columns = (date, group.key, outcome.key, action.title, task.key, task.label)
        *origin, _ = origins.get(task.key, nowhere)
        rows.append((*task_columns, *column_texts, status_found, *origin, corrected.get(task.key, "")))
    first = ["period", "group", "outcome", "action", "key", "label"]
    columns = [*first, *(column.key for column in template.columns), "status_found", *ORIGIN_COLUMNS, "corrected"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _status_of(context: CheckContext, task: str, text: str) -> tuple[str, str]:
    """Return the code of a task's status, "" where its text is none, and the text as the returns have it.

    Of several statuses of which it is not known which is the newest, none counts.
    """
    if not text:
        return "", ""
    cell = context.cells.get((task, "status"))
    code = "" if cell and cell.rivals else context.status_readings[text].code
    return code or "", cell.returned_value if cell else text


def _headline_frame(context: CheckContext) -> pd.DataFrame:
    """Return a row per headline that counts."""
    newest = rows_that_count(context.headlines, context.headline_cells).sort_values(["group", "kind", "number"])
    return newest[["group", "kind", "number", "text", *ORIGIN_COLUMNS]].reset_index(drop=True)
