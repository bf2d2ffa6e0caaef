"""The state of a period: from what its returns say to one row per task, findings and recounted totals. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ragsheets.plan.model import Period, Plan
from ragsheets.returns import totals as counting
from ragsheets.returns.checks import CHECKS, Case
from ragsheets.returns.checks.carried import untouched
from ragsheets.returns.checks.settled import places_of
from ragsheets.returns.corrections import Corrections, corrections_of
from ragsheets.returns.findings import WORST_FIRST, Finding
from ragsheets.returns.frames import values
from ragsheets.returns.reading.prefilled import CONFIRMED
from ragsheets.template.model import Template

if TYPE_CHECKING:
    from ragsheets.ledger import PeriodRecord

#: The columns of a row of answers that say where it came from.
ORIGIN = ["file", "sheet", "cell"]


@dataclass(frozen=True)
class Assessment:
    """Where a period stands.

    Attributes:
        tasks: a row per task of the plan: period, group, outcome, action, key, label, each column of the template by
            its key (status holds a code, or "" where none was reported), status_found, and file, sheet and cell of the
            answer; corrected: when the task was corrected (UTC, ISO, "" where it was not). A correction takes the place
            of the answer in its column, and leaves status_found, file, sheet and cell as the return has them.
        corrections: what was put right without a return, among what the returns say.
        carried: what still stands as it was carried forward, by task and column: no answers until they are confirmed.
        sources: the number of the return that each task's answer came from, by the task's key.
        findings: every finding of the accepted returns and of the rejected ones, each with the number of its return.
        totals: a row per outcome: group, outcome, a count for each status code, not_reported, total.
        headlines: a row per headline success or next step: group, kind, number, text.
        returns: a row per return, whatever became of it: id, group (its key), file, result, sha256, saved and received
            among others.
        missing: the names of the sub-groups, not on hold, without an accepted return.
    """

    period: Period
    plan: Plan
    template: Template
    tasks: pd.DataFrame
    corrections: Corrections
    carried: Mapping[str, Mapping[str, str]]
    sources: Mapping[str, int]
    findings: list[tuple[int, Finding]]
    totals: pd.DataFrame
    headlines: pd.DataFrame
    returns: pd.DataFrame
    missing: tuple[str, ...]


def assess(record: PeriodRecord, frames: Mapping[str, pd.DataFrame]) -> Assessment:
    """Assess a period.

    Args:
        record: the period with its plan and template as they were sent.
        frames: what the ledger holds of its returns and corrections (`Ledger.frames`).
    """
    plan, template = record.plan, record.template
    groups = {group.key: group.name for group in plan.groups}
    accepted = newest_first(frames["returns"])
    standing = frames["returns"]["result"] != "excluded"
    said = said_by(accepted, frames["answers"])
    has_place = _places(said, plan, template)
    answers = said[has_place]
    observations = said_by(frames["returns"][standing], frames["observations"])
    confirmed = places_of(observations, [CONFIRMED])
    corrections = corrections_of(frames["corrections"], record, accepted, answers, confirmed)
    taken = corrections.laid_over(answers.drop_duplicates(["task", "column"]))
    texts, origins = _by_task(taken, template)
    tasks = _tasks(record, texts, origins, corrections)
    tasks["status_found"] = _statuses_found(tasks, corrections)
    readings = {text: template.scale.read(text) for text in tasks["status"].unique() if text}
    tasks["status"] = tasks["status"].map(lambda text: (readings[text].code or "") if text else "")
    recounted = counting.recount(tasks, plan, template)
    case = Case(
        plan=plan,
        template=template,
        returns=accepted,
        answers=answers,
        homeless=said[~has_place],
        taken=taken,
        tasks=tasks,
        totals=recounted,
        stated=said_by(accepted, frames["totals"]),
        headlines=said_by(accepted, frames["headlines"]),
        observations=observations,
        excluded=frames["returns"][~standing],
        readings=readings,
        corrections=corrections,
    )
    back = set(accepted["group"])
    return Assessment(
        period=record.period,
        plan=plan,
        template=template,
        tasks=tasks,
        corrections=corrections,
        carried={key: {name: cell.found for name, cell in cells.items()} for key, cells in untouched(case).items()},
        sources={task: int(number) for task, (*_, number) in origins.items()},
        findings=sorted(_findings(case), key=lambda pair: (pair[0], WORST_FIRST[pair[1].severity])),
        totals=recounted,
        headlines=_headlines(case, groups),
        returns=frames["returns"],
        missing=tuple(group.name for group in plan.groups if not group.on_hold and group.key not in back),
    )


def _places(said: pd.DataFrame, plan: Plan, template: Template) -> pd.Series[bool]:
    """Which answers are to a task that the plan has for their sub-group, under a column that the contact fills."""
    owners = {task.key: group.key for group in plan.groups for outcome in group.outcomes for task in outcome.tasks}
    columns = {column.key for column in template.contact_columns}
    places = [
        owners.get(task) == group and column in columns
        for task, group, column in values(said, "task", "group", "column")
    ]
    return pd.Series(places, index=said.index, dtype=bool)


def _findings(case: Case) -> Iterator[tuple[int, Finding]]:
    for check in CHECKS:
        yield from check(case)


def newest_first(returns: pd.DataFrame) -> pd.DataFrame:
    """The accepted returns, newest first, with their time: when they were saved, or else when they came.

    What was saved or sent after it came bears the time of a clock that is wrong.
    """
    accepted = returns[returns["result"] == "accepted"]
    known = (accepted["saved"] != "") & (accepted["saved"] <= accepted["received"])
    time = accepted["saved"].where(known, accepted["received"])
    return accepted.assign(time=time).sort_values(["time", "received", "id"], ascending=False, kind="stable")


def said_by(returns: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """What these returns said, in their order, each row with the number, the file and the group of its return."""
    named = returns[["id", "file", "group"]].rename(columns={"id": "return_id"})
    return named.merge(said, on="return_id", how="inner")


def _statuses_found(tasks: pd.DataFrame, corrections: Corrections) -> list[str]:
    """The status of each task as the returns have it; nothing where a correction took it out."""
    cells = {task: cell for (task, column), cell in corrections.cells.items() if column == "status"}
    return [
        cells[key].returned if key in cells and status else status for key, status in values(tasks, "key", "status")
    ]


def _by_task(taken: pd.DataFrame, template: Template) -> tuple[dict[str, dict[str, str]], dict[str, list[Any]]]:
    """The answers of each task by column, and where they came from: file, sheet, cell and the return's number.

    That is the place of the status; where there is none, that of the first words in the row.
    """
    readers = {column.key: column.read for column in template.contact_columns if column.kind in ("date", "choice")}
    # In plain values, since joining frames of a few thousand rows takes longer.
    texts: dict[str, dict[str, str]] = {}
    origins: dict[str, list[Any]] = {}
    for task, column, value, *origin in values(taken, "task", "column", "value", *ORIGIN, "return_id"):
        texts.setdefault(task, {})[column] = readers[column](value) if column in readers else value
        if origin[0] and (column == "status" or task not in origins):
            origins[task] = origin
    return texts, origins


def _tasks(
    record: PeriodRecord,
    texts: Mapping[str, Mapping[str, str]],
    origins: Mapping[str, Sequence[Any]],
    corrections: Corrections,
) -> pd.DataFrame:
    """A row per task of the plan with the answers taken for it."""
    plan, template = record.plan, record.template
    date = record.period.date.isoformat()
    nowhere = [""] * (len(ORIGIN) + 1)
    corrected = corrections.times()
    rows = []
    for group in plan.groups:
        for outcome in group.outcomes:
            for action in outcome.actions:
                for task in action.tasks:
                    mine = {**task.further, "task": task.task, "target": task.target, **texts.get(task.key, {})}
                    said = (mine.get(column.key, "") for column in template.columns)
                    place = (date, group.name, outcome.key, action.title, task.key, task.label)
                    *origin, _ = origins.get(task.key, nowhere)
                    rows.append((*place, *said, "", *origin, corrected.get(task.key, "")))
    first = ["period", "group", "outcome", "action", "key", "label"]
    columns = [*first, *(column.key for column in template.columns), "status_found", *ORIGIN, "corrected"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _headlines(case: Case, groups: Mapping[str, str]) -> pd.DataFrame:
    newest = case.headlines.drop_duplicates(["group", "kind", "number"]).sort_values(["group", "kind", "number"])
    frame = newest[["group", "kind", "number", "text"]].reset_index(drop=True)
    frame["group"] = frame["group"].map(groups)
    return frame
