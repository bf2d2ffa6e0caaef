"""Comparison of a period before and after a change: every answer old and new, findings and totals. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ragsheets.returns.assess import ORIGIN_COLUMNS, Assessment
from ragsheets.returns.finding import Finding, finding_with_file_as_json
from ragsheets.returns.frames import iter_rows, iter_values
from ragsheets.returns.ingest import IngestResult
from ragsheets.returns.totals import totals_as_json

#: What identifies an answer: its sub-group's key, its task's key ("" for a headline) and its column.
_AnswerKey = tuple[str, str, str]
#: The text of an answer, and its file, sheet and cell.
_Answer = tuple[str, tuple[str, str, str]]

_NOWHERE = ("", "", "")


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """An answer before and after a change of its period.

    Attributes:
        group: the name of its sub-group.
        task: the key of its task; "" for a headline.
        column: the key of its column; for a headline its kind and number, as "success 1".
        before, after: its text; a status as its code, or as it was typed where it counts as not reported; "" for none.
        file, sheet, cell: the cell that the answer is read from; where there is no longer one, the cell of the answer
            before.
        overtakes_correction: whether the answer before was a correction, which a return has overtaken.
    """

    group: str
    task: str
    column: str
    before: str
    after: str
    file: str
    sheet: str
    cell: str
    overtakes_correction: bool = False


@dataclass(frozen=True)
class PeriodComparison:
    """The assessments of a period before and after a change; `closed` is whether its report is final."""

    before: Assessment
    after: Assessment
    closed: bool = False

    @cached_property
    def changes(self) -> tuple[ChangedAnswer, ...]:
        """The answers that differ, by sub-group in the plan's order; those of tasks that are gone come last."""
        old, new = _answers_of(self.before), _answers_of(self.after)
        old_names, new_names = self.before.plan.group_names, self.after.plan.group_names
        nothing: _Answer = ("", _NOWHERE)
        changes = []
        for key in dict.fromkeys((*new, *old)):
            (before, old_place), (after, new_place) = old.get(key, nothing), new.get(key, nothing)
            if before != after:
                group, task, column = key
                name = new_names.get(group) or old_names[group]
                overtaken = (task, column) in self._overtaken_corrections
                place = new_place if after else old_place
                changes.append(ChangedAnswer(name, task, column, before, after, *place, overtaken))
        groups = list(dict.fromkeys((*new_names.values(), *old_names.values())))
        return tuple(sorted(changes, key=lambda change: groups.index(change.group)))

    @cached_property
    def _overtaken_corrections(self) -> set[tuple[str, str]]:
        """The cells of corrections that are in force before and overtaken after, by the keys of task and column."""
        after = self.after.corrections
        return self.before.corrections.applied.keys() & (after.cells.keys() - after.applied.keys())

    @cached_property
    def new_findings(self) -> tuple[Finding, ...]:
        """The findings that are new after the change."""
        return tuple((Counter(_findings_of(self.after)) - Counter(_findings_of(self.before))).elements())

    @cached_property
    def gone_findings(self) -> tuple[Finding, ...]:
        """The findings that are gone after the change."""
        return tuple((Counter(_findings_of(self.before)) - Counter(_findings_of(self.after))).elements())

    @property
    def plan_changed(self) -> bool:
        """Whether the period's plan, template, name or due date differ."""
        before, after = self.before, self.after
        return (before.plan, before.template, before.period) != (after.plan, after.template, after.period)

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing that a report of the period is based on differs."""
        return not (
            self.plan_changed
            or self.changes
            or self.new_findings
            or self.gone_findings
            or _returns_of(self.before) != _returns_of(self.after)
        )

    def is_same_change(self, other: PeriodComparison) -> bool:
        """Return whether another comparison shows the same change to the same state."""
        return self.as_json() == other.as_json() and [_returns_of(self.before), _returns_of(self.after)] == [
            _returns_of(other.before),
            _returns_of(other.after),
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as JSON data."""
        period = self.after.period
        return {
            "preview": True,
            "period": {"date": period.date.isoformat(), "name": period.title},
            "closed": self.closed,
            "plan_changed": self.plan_changed,
            "changes": [asdict(change) for change in self.changes],
            "totals_before": totals_as_json(self.before.totals, self.before.plan, self.before.template),
            "totals": totals_as_json(self.after.totals, self.after.plan, self.after.template),
            "missing": list(self.after.missing_groups),
            "new_findings": [finding_with_file_as_json(item) for item in self.new_findings],
            "gone_findings": [finding_with_file_as_json(item) for item in self.gone_findings],
        }


@dataclass(frozen=True)
class IngestPreview:
    """What an ingest would do: its result, and the period before and after it. Nothing was changed."""

    comparison: PeriodComparison
    result: IngestResult

    def as_json(self) -> dict[str, Any]:
        """Return the preview as JSON data: that of the ingest, with the comparison."""
        return {**self.result.as_json(), **self.comparison.as_json()}


def _answers_of(assessment: Assessment) -> dict[_AnswerKey, _Answer]:
    """Return every answer and every headline of a period."""
    places = {
        (task, column): (file, sheet, cell)
        for task, column, file, sheet, cell in iter_values(assessment.answers, "task", "column", *ORIGIN_COLUMNS)
    }
    answers: dict[_AnswerKey, _Answer] = {}
    for row in assessment.tasks.to_dict("records"):
        texts = {column.key: str(row[column.key]) for column in assessment.template.contact_columns}
        texts["status"] = texts["status"] or str(row["status_found"])
        for column, text in texts.items():
            if text:
                answers[row["group"], row["key"], column] = (text, places.get((row["key"], column), _NOWHERE))
    for line in iter_rows(assessment.headlines):
        answers[line.group, "", f"{line.kind} {line.number}"] = (line.text, (line.file, line.sheet, line.cell))
    return answers


def _findings_of(assessment: Assessment) -> list[Finding]:
    """Return the findings of a period."""
    return [finding for _, finding in assessment.findings]


def _returns_of(assessment: Assessment) -> set[tuple[Any, ...]]:
    """Return what a report states of the period's returns."""
    return set(iter_values(assessment.returns, "sha256", "file", "group", "result", "other_period"))
