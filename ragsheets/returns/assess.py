"""Assessment of a period: from its returns to one row per task, findings and recounted totals. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ragsheets.plan.lookup import task_paths
from ragsheets.plan.model import Period, Plan
from ragsheets.returns import totals as counting
from ragsheets.returns.answered_cells import AnsweredCell, answered_cells, answered_headlines, rows_that_count
from ragsheets.returns.checks import CHECKS, CheckContext
from ragsheets.returns.checks.carried import unchanged_carried_answers
from ragsheets.returns.checks.cleared import without_older_clearings
from ragsheets.returns.checks.settled import cell_addresses
from ragsheets.returns.corrections import AppliedCorrections, applicable_corrections
from ragsheets.returns.finding import with_date
from ragsheets.returns.finding_catalogue import SEVERITY_ORDER, Finding
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.precedence import SourceCell, accepted_newest_first
from ragsheets.returns.reading.prefilled import CONFIRMED_CODES
from ragsheets.returns.settlements import with_ids, with_settlements
from ragsheets.returns.times import ReturnTime
from ragsheets.template.model import Template

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord

#: The columns of an answer row that give its source.
ORIGIN_COLUMNS = ["file", "sheet", "cell"]


@dataclass(frozen=True)
class Assessment:
    """The state of a period.

    Attributes:
        tasks: a row per task of the plan: period, group, outcome, action, key, label, each column of the template by
            its key (status holds a code, or "" where none was reported), status_found, and file, sheet and cell of the
            answer; corrected: when the task was corrected (UTC, ISO, "" if never). A correction replaces the answer in
            its column, and keeps status_found, file, sheet and cell as the return has them.
        answers: the answers that count, one per task and column, with the return, file, sheet and cell of each.
        corrections: the period's corrections, merged with the answers of its returns.
        carried: carried-forward texts that are still unchanged, by task and column: not answers until confirmed.
        sources: the number of the return that holds each task's answer, by the task's key.
        findings: every finding of the accepted and the rejected returns, settled ones among them, each with the number
            of its return.
        totals: a row per outcome: group, outcome, a count for each status code, not_reported, total.
        headlines: a row per headline success or next step: group, kind, number, text, file, sheet, cell.
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


def assess(record: PeriodRecord, frames: Mapping[str, pd.DataFrame], zone: datetime.tzinfo | None = None) -> Assessment:
    """Assess a period.

    Args:
        record: the period with its plan and template as they were sent.
        frames: the period's returns, corrections and settlements in the ledger (`Ledger.frames`).
        zone: the coordinator's zone, by default this computer's; see `ragsheets.returns.times`.
    """
    plan, template = record.plan, record.template
    groups = {group.key: group.name for group in plan.groups}
    not_excluded = frames["returns"]["result"] != "excluded"
    observations = join_returns(frames["returns"][not_excluded], frames["observations"])
    confirmed_cells = cell_addresses(observations, CONFIRMED_CODES)
    accepted, precedence = accepted_newest_first(frames, confirmed_cells, zone)
    accepted_answers = join_returns(accepted, frames["answers"])
    is_in_plan = _is_in_plan(accepted_answers, plan, template)
    answers = accepted_answers[is_in_plan].reset_index(drop=True)
    headlines = join_returns(accepted, frames["headlines"])
    corrected_cells, inapplicable = applicable_corrections(frames["corrections"], record)
    cells = answered_cells(
        answers,
        corrected_cells,
        {path.task.key: path.group.key for path in task_paths(plan)},
        {row.group: SourceCell(row.id, row.file) for row in iter_rows(accepted.drop_duplicates("group"))},
        precedence,
        confirmed_cells,
        template,
    )
    corrections = AppliedCorrections({key: cells[key] for key in corrected_cells}, inapplicable)
    undetermined = {task: cell for (task, column), cell in cells.items() if column == "status" and cell.rivals}
    current_answers = corrections.apply_to(_with_rivals(rows_that_count(answers, cells.values()), undetermined))
    texts, origins = _answers_by_task(current_answers, template)
    tasks = _task_frame(record, texts, origins, corrections)
    tasks["status_found"] = _returned_statuses(tasks, corrections)
    readings = {text: template.scale.read(text) for text in tasks["status"].unique() if text}
    tasks["status"] = [
        "" if task in undetermined or not text else readings[text].code or ""
        for task, text in iter_values(tasks, "key", "status")
    ]
    recounted = counting.recount(tasks, plan, template)
    context = CheckContext(
        plan=plan,
        template=template,
        returns=accepted,
        answers=answers,
        unmatched_answers=accepted_answers[~is_in_plan],
        current_answers=current_answers,
        tasks=tasks,
        totals=recounted,
        stated_totals=join_returns(accepted, frames["totals"]),
        headlines=headlines,
        headline_cells=answered_headlines(headlines, precedence, confirmed_cells),
        observations=observations,
        excluded_returns=frames["returns"][~not_excluded],
        status_readings=readings,
        corrections=corrections,
        cells=cells,
        precedence=precedence,
        confirmed_cells=confirmed_cells,
    )
    received = set(accepted["group"])
    findings = sorted(_run_checks(context), key=lambda pair: (pair[0], SEVERITY_ORDER[pair[1].severity]))
    return Assessment(
        period=record.period,
        plan=plan,
        template=template,
        tasks=tasks,
        answers=current_answers,
        corrections=corrections,
        carried={
            key: {name: cell.found for name, cell in cells.items()}
            for key, cells in unchanged_carried_answers(context, whole_returns=True).items()
        },
        sources={task: int(number) for task, (*_, number) in origins.items()},
        findings=with_settlements(with_ids(findings, frames["returns"]), iter_rows(frames["settlements"]), plan),
        totals=recounted,
        headlines=_headline_frame(context, groups),
        returns=frames["returns"],
        times={number: item.time for number, item in precedence.returns.items()},
        missing_groups=tuple(group.name for group in plan.groups if not group.on_hold and group.key not in received),
    )


def assess_period(ledger: Ledger, record: PeriodRecord) -> Assessment:
    """Assess a period from what the ledger holds of it now; see `assess`. The findings' commands name the period."""
    date = record.period.date
    assessment = assess(record, ledger.frames(date))
    is_current = date == ledger.periods()[-1]
    findings = [(number, with_date(item, date, is_current=is_current)) for number, item in assessment.findings]
    return replace(assessment, findings=findings)


def _is_in_plan(answers: pd.DataFrame, plan: Plan, template: Template) -> pd.Series[bool]:
    """Return which answers are to a task of their sub-group in the plan, under a column that the contact fills."""
    owners = {task.key: group.key for group in plan.groups for outcome in group.outcomes for task in outcome.tasks}
    columns = {column.key for column in template.contact_columns}
    matches = [
        owners.get(task) == group and column in columns
        for task, group, column in iter_values(answers, "task", "group", "column")
    ]
    return pd.Series(matches, index=answers.index, dtype=bool)


def _run_checks(context: CheckContext) -> list[tuple[int, Finding]]:
    findings = (finding for check in CHECKS for finding in check(context))
    return without_older_clearings(findings, context.precedence)


def join_returns(returns: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame's rows of these returns, in their order, with each return's number, file and group."""
    return_names = returns[["id", "file", "group"]].rename(columns={"id": "return_id"})
    return return_names.merge(frame, on="return_id", how="inner")


def _with_rivals(answers: pd.DataFrame, undetermined: Mapping[str, AnsweredCell]) -> pd.DataFrame:
    """Return the current answers, with every status of those tasks of which it is not known which is the newest."""
    if not undetermined:
        return answers
    texts = [
        undetermined[task].returned_value if column == "status" and task in undetermined else value
        for task, column, value in iter_values(answers, "task", "column", "value")
    ]
    return answers.assign(value=pd.Series(texts, index=answers.index, dtype=object))


def _returned_statuses(tasks: pd.DataFrame, corrections: AppliedCorrections) -> list[str]:
    """Return the status of each task as the returns have it; "" where a correction removed it."""
    cells = {task: cell for (task, column), cell in corrections.cells.items() if column == "status"}
    return [
        cells[key].returned_value if key in cells and status else status
        for key, status in iter_values(tasks, "key", "status")
    ]


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
    corrections: AppliedCorrections,
) -> pd.DataFrame:
    """Return a row per task of the plan with its current answers."""
    plan, template = record.plan, record.template
    date = record.period.date.isoformat()
    nowhere = [""] * (len(ORIGIN_COLUMNS) + 1)
    corrected = corrections.latest_times()
    rows = []
    for group in plan.groups:
        for outcome in group.outcomes:
            for action in outcome.actions:
                for task in action.tasks:
                    task_texts = {**task.further, "task": task.task, "target": task.target, **texts.get(task.key, {})}
                    column_texts = (task_texts.get(column.key, "") for column in template.columns)
                    task_columns = (date, group.name, outcome.key, action.title, task.key, task.label)
                    *origin, _ = origins.get(task.key, nowhere)
                    rows.append((*task_columns, *column_texts, "", *origin, corrected.get(task.key, "")))
    first = ["period", "group", "outcome", "action", "key", "label"]
    columns = [*first, *(column.key for column in template.columns), "status_found", *ORIGIN_COLUMNS, "corrected"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _headline_frame(context: CheckContext, group_names: Mapping[str, str]) -> pd.DataFrame:
    newest = rows_that_count(context.headlines, context.headline_cells).sort_values(["group", "kind", "number"])
    frame = newest[["group", "kind", "number", "text", *ORIGIN_COLUMNS]].reset_index(drop=True)
    frame["group"] = frame["group"].map(group_names)
    return frame
