"""Give every finding of a period its id, and mark those that the coordinator has settled as they are. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragsheets.ledger.records import SettlementRecord
from ragsheets.plan.matching import BETWEEN_EDITIONS, PlanTask, find_same_tasks, plan_tasks
from ragsheets.returns.finding import Finding, Settlement

if TYPE_CHECKING:
    import pandas as pd

    from ragsheets.plan.model import Plan

#: What identifies a question in any return of its sub-group.
Question = tuple[str, ...]

#: How many hexadecimal digits a finding's id has: a period has thousands of findings at most.
ID_DIGITS = 8


def with_ids(findings: Sequence[tuple[int, Finding]], returns: pd.DataFrame) -> list[tuple[int, Finding]]:
    """Return the findings with their ids.

    An id depends on the bytes of the return, the location in it, what was found there and what it was compared with, so
    it is the same in every run and whatever the file is called; findings that agree in all of that are numbered in
    their order.

    Args:
        findings: each with the number of its return.
        returns: the period's returns, with the columns `id` and `sha256`.
    """
    digests = dict(zip(returns["id"], returns["sha256"], strict=True))
    occurrences: Counter[tuple[str, ...]] = Counter()
    identified = []
    for number, item in findings:
        # A cell of a file holds the answer to one task, whatever key that task has in a later edition of the plan.
        place = (item.sheet, item.cell, "" if item.cell else item.task, item.column)
        identity = (digests.get(number, ""), item.code, *place, item.found, item.wanted)
        occurrences[identity] += 1
        text = "\x1f".join((*identity, str(occurrences[identity])))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        identified.append((number, replace(item, id=digest[:ID_DIGITS])))
    return identified


def with_settlements(
    findings: Iterable[tuple[int, Finding]], settlements: Iterable[SettlementRecord], plan: Plan
) -> list[tuple[int, Finding]]:
    """Return the findings with the settlements in force; a settled one asks its contact nothing.

    A settlement also closes the same question in another return of the sub-group: what is decided once is not asked
    again because the contact has sent the same answer again.

    Args:
        findings: each with its id and the number of its return.
        settlements: the period's settlements in force.
        plan: the period's plan.
    """
    records = list(settlements)
    if not records:
        return list(findings)
    questions = Questions(plan)
    by_id: dict[str, Settlement] = {}
    by_question: dict[Question, Settlement] = {}
    for record in records:
        settlement = Settlement(record.reason, record.at, record.user)
        by_id[record.finding] = settlement
        if question := questions.of_settlement(record):
            by_question[question] = settlement
    return [(number, _settle(item, by_id, by_question, questions)) for number, item in findings]


class Questions:
    """The questions that findings ask, each about a task of the plan and the same for every return of the sub-group."""

    def __init__(self, plan: Plan) -> None:
        self._tasks = plan_tasks(plan)
        self._keys = {task.key for task in self._tasks}

    def of_finding(self, finding: Finding) -> Question | None:
        """Return the question of a finding; None where it is about one file only."""
        return self._question_of(finding, finding.task if finding.task in self._keys else "")

    def of_settlement(self, settlement: SettlementRecord) -> Question | None:
        """Return the question that a settlement has closed; None where that was about one file only.

        Which of the plan's tasks it was about is decided by `ragsheets.plan.matching`.
        """
        asked_task = PlanTask(settlement.task, settlement.wording)
        current_keys = find_same_tasks([asked_task], self._tasks, BETWEEN_EDITIONS).current_keys
        return self._question_of(settlement, current_keys.get(settlement.task, ""))

    def is_closed_by(self, finding: Finding, settlement: SettlementRecord) -> bool:
        """Return whether a settlement closes a finding, by its id or as the same question."""
        question = self.of_finding(finding)
        return settlement.finding == finding.id or (question is not None and question == self.of_settlement(settlement))

    def _question_of(self, asked: Finding | SettlementRecord, current_key: str) -> Question | None:
        place: tuple[str, ...]
        if not asked.group:
            return None
        if asked.task:
            # A task that the plan does not have is known by the key that it was asked about with.
            task = ("task", current_key) if current_key else ("former task", asked.task)
            place = (*task, asked.column)
        elif asked.cell:
            place = ("cell", asked.sheet, asked.cell)
        else:
            return None
        return (asked.code, asked.group, *place, asked.found, asked.wanted)


def _settle(
    finding: Finding,
    by_id: Mapping[str, Settlement],
    by_question: Mapping[Question, Settlement],
    questions: Questions,
) -> Finding:
    question = questions.of_finding(finding)
    settlement = by_id.get(finding.id) or (by_question.get(question) if question else None)
    return replace(finding, settlement=settlement) if settlement else finding
