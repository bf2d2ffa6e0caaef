"""Assessment of a period: from its returns to one row per task, findings and recounted totals. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ragsheets.plan.model import Period, Plan
from ragsheets.returns import totals as counting
from ragsheets.returns.answered_cells import AnsweredCell, TaskCell, answered_cells, answered_headlines, rows_that_count
from ragsheets.returns.checks import all_checks
from ragsheets.returns.checks.carried import unchanged_carried_answers
from ragsheets.returns.checks.cleared import without_older_clearings
from ragsheets.returns.checks.context import CheckContext
from ragsheets.returns.checks.settled import cell_addresses
from ragsheets.returns.corrections import AppliedCorrections, applicable_corrections
from ragsheets.returns.finding import SEVERITY_ORDER, Finding, location_key, with_date
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.precedence import Precedence, accepted_newest_first
from ragsheets.returns.reading.prefilled import CONFIRMED_CODES
from ragsheets.returns.settlements import with_ids, with_settlements
from ragsheets.returns.times import ReturnTime
from ragsheets.template.model import Template
from ragsheets.template.status import StatusReading
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


@dataclass(frozen=True)
class _TaskAnswers:
    """The answers of a period that count.

    Attributes:
        current: the answers, one per task and column; see `CheckContext.current_answers`.
        cells: the cells with several answers or a correction.
        corrections: the corrections, merged with the answers of the returns.
        status_readings: how each status text was recognised.
        statuses_in_doubt: the tasks with several statuses, more than one of which may be the newest.
    """

    current: pd.DataFrame
    cells: Mapping[TaskCell, AnsweredCell]
    corrections: AppliedCorrections
    status_readings: Mapping[str, StatusReading]
    statuses_in_doubt: Collection[str]

    def status_of(self, task: str, text: str) -> tuple[str, str]:
        """Return the code of a task's status, "" if its text is not a status, and the text as returned."""
        if not text:
            return "", ""
        code = "" if task in self.statuses_in_doubt else self.status_readings[text].code
        cell = self.corrections.cells.get((task, "status"))
        return code or "", cell.returned_value if cell else text


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
    context, sources = _check_context(record, frames, zone)
    findings = with_ids(_run_checks(context), returns)
    received = set(context.returns["group"])
    return Assessment(
        period=record.period,
        plan=plan,
        template=record.template,
        tasks=context.tasks,
        answers=context.current_answers,
        corrections=context.corrections,
        carried={
            key: {name: cell.found for name, cell in cells.items()}
            for key, cells in unchanged_carried_answers(context, whole_returns=True).items()
        },
        sources=sources,
        findings=with_settlements(findings, iter_rows(frames["settlements"]), plan),
        totals=context.totals,
        headlines=_headline_frame(context),
        returns=returns,
        times={number: item.time for number, item in context.precedence.returns.items()},
        missing_groups=tuple(group.name for group in plan.groups if not group.on_hold and group.key not in received),
    )


def _check_context(
    record: PeriodRecord, frames: Mapping[str, pd.DataFrame], zone: datetime.tzinfo | None
) -> tuple[CheckContext, dict[str, int]]:
    """Return the input of the checks, and the number of the return that holds each task's answer, by its key."""
    plan, template, returns = record.plan, record.template, frames["returns"]
    is_excluded = returns["result"] == "excluded"
    observations = join_returns(returns[~is_excluded], frames["observations"])
    accepted, precedence = accepted_newest_first(frames, cell_addresses(observations, CONFIRMED_CODES), zone)
    accepted_answers = join_returns(accepted, frames["answers"])
    is_in_plan = _is_in_plan(accepted_answers, plan, template)
    answers = accepted_answers[is_in_plan].reset_index(drop=True)
    headlines = join_returns(accepted, frames["headlines"])
    task_answers = _task_answers(record, accepted, precedence, answers, frames["corrections"])
    texts, origins = _answers_by_task(task_answers.current, template)
    tasks = _task_frame(record, texts, origins, task_answers)
    context = CheckContext(
        plan=plan,
        template=template,
        returns=accepted,
        answers=answers,
        unmatched_answers=accepted_answers[~is_in_plan],
        current_answers=task_answers.current,
        tasks=tasks,
        totals=counting.recount(tasks, plan, template),
        stated_totals=join_returns(accepted, frames["totals"]),
        headlines=headlines,
        headline_cells=answered_headlines(headlines, precedence),
        observations=observations,
        excluded_returns=returns[is_excluded],
        status_readings=task_answers.status_readings,
        corrections=task_answers.corrections,
        cells=task_answers.cells,
        precedence=precedence,
    )
    return context, {task: int(number) for task, (*_, number) in origins.items()}


def _task_answers(
    record: PeriodRecord,
    accepted: pd.DataFrame,
    precedence: Precedence,
    answers: pd.DataFrame,
    corrections: pd.DataFrame,
) -> _TaskAnswers:
    """Return the answers that count, out of those of the returns and the corrections of a period."""
    corrected_cells, inapplicable = applicable_corrections(corrections, record)
    cells = answered_cells(answers, corrected_cells, accepted, precedence, record)
    applied = AppliedCorrections({key: cells[key] for key in corrected_cells}, inapplicable)
    in_doubt = {task: cell for (task, column), cell in cells.items() if column == "status" and cell.rivals}
    current = applied.apply_to(_with_rivals(rows_that_count(answers, cells.values()), in_doubt))
    status_texts = current["value"][current["column"] == "status"].unique()
    readings = {text: record.template.scale.read(text) for text in status_texts if text}
    return _TaskAnswers(current, cells, applied, readings, in_doubt.keys())


def _is_in_plan(answers: pd.DataFrame, plan: Plan, template: Template) -> pd.Series[bool]:
    """Return which answers are to a task of their sub-group in the plan, under a column that the contact fills."""
    owners = {path.task.key: path.group.key for path in plan.task_paths}
    columns = {column.key for column in template.contact_columns}
    matches = [
        owners.get(task) == group and column in columns
        for task, group, column in iter_values(answers, "task", "group", "column")
    ]
    return pd.Series(matches, index=answers.index, dtype=bool)


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


def join_returns(returns: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame's rows of these returns, in their order, with each return's number, file and group."""
    return_names = returns[["id", "file", "group"]].rename(columns={"id": "return_id"})
    return return_names.merge(frame, on="return_id", how="inner")


def _with_rivals(answers: pd.DataFrame, in_doubt: Mapping[str, AnsweredCell]) -> pd.DataFrame:
    """Return the current answers, with every status that may be the newest of its task."""
    if not in_doubt:
        return answers
    texts = [
        in_doubt[task].returned_value if column == "status" and task in in_doubt else value
        for task, column, value in iter_values(answers, "task", "column", "value")
    ]
    return answers.assign(value=pd.Series(texts, index=answers.index, dtype=object))


def _answers_by_task(
    current_answers: pd.DataFrame, template: Template
) -> tuple[dict[str, dict[str, str]], dict[str, list[Any]]]:
    """Return the answers of each task by column, and their source: file, sheet, cell and the return's number.

    The source is the status cell; where there is no status, the first filled cell of the row.
    """
    readers = {column.key: column.normalise for column in template.contact_columns if column.kind in ("date", "choice")}
    # In plain values, since joining frames of a few thousand rows takes longer.
    texts: dict[str, dict[str, str]] = {}
    origins: dict[str, list[Any]] = {}
    for task, column, value, *origin in iter_values(
        current_answers, "task", "column", "value", *ORIGIN_COLUMNS, "return_id"
    ):
        texts.setdefault(task, {})[column] = readers[column](value) if column in readers else value
        if origin[0] and (column == "status" or task not in origins):
            origins[task] = origin
    return texts, origins


def _task_frame(
    record: PeriodRecord,
    texts: Mapping[str, Mapping[str, str]],
    origins: Mapping[str, Sequence[Any]],
    answers: _TaskAnswers,
) -> pd.DataFrame:
    """Return a row per task of the plan with its current answers."""
    plan, template = record.plan, record.template
    date = record.period.date.isoformat()
    nowhere = [""] * (len(ORIGIN_COLUMNS) + 1)
    corrected = answers.corrections.latest_times()
    rows = []
    for group, outcome, action, task in plan.task_paths:
        task_texts = {**task.further, "task": task.task, "target": task.target, **texts.get(task.key, {})}
        task_texts["status"], status_found = answers.status_of(task.key, task_texts.get("status", ""))
        column_texts = (task_texts.get(column.key, "") for column in template.columns)
        task_columns = (date, group.key, outcome.key, action.title, task.key, task.label)
        *origin, _ = origins.get(task.key, nowhere)
        rows.append((*task_columns, *column_texts, status_found, *origin, corrected.get(task.key, "")))
    first = ["period", "group", "outcome", "action", "key", "label"]
    columns = [*first, *(column.key for column in template.columns), "status_found", *ORIGIN_COLUMNS, "corrected"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _headline_frame(context: CheckContext) -> pd.DataFrame:
    """Return a row per headline that counts."""
    newest = rows_that_count(context.headlines, context.headline_cells).sort_values(["group", "kind", "number"])
    return newest[["group", "kind", "number", "text", *ORIGIN_COLUMNS]].reset_index(drop=True)
