"""Give every finding of a period its id, and mark those that the coordinator has settled as they are. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragsheets.ledger.records import SettlementRecord
from ragsheets.returns.finding import Finding, Settlement

if TYPE_CHECKING:
    import pandas as pd

#: How many hexadecimal digits a finding's id has: a period has thousands of findings at most.
ID_DIGITS = 8


def with_ids(findings: Sequence[tuple[int, Finding]], returns: pd.DataFrame) -> list[tuple[int, Finding]]:
    """Return the findings with their ids.

    An id depends on the bytes of the return, the place in it, what was found there and what it was compared with, so
    that it is the same in every run and whatever the file is called; findings that agree in all of that are numbered in
    their order.

    Args:
        findings: each with the number of its return.
        returns: the period's returns, with the columns `id` and `sha256`.
    """
    digests = dict(zip(returns["id"], returns["sha256"], strict=True))
    occurrences: Counter[tuple[str, ...]] = Counter()
    identified = []
    for number, item in findings:
        place = (item.sheet, item.cell, item.task, item.column)
        identity = (digests.get(number, ""), item.code, *place, item.found, item.wanted)
        occurrences[identity] += 1
        text = "\x1f".join((*identity, str(occurrences[identity])))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        identified.append((number, replace(item, id=digest[:ID_DIGITS])))
    return identified


def with_settlements(
    findings: Iterable[tuple[int, Finding]], settlements: Iterable[SettlementRecord]
) -> list[tuple[int, Finding]]:
    """Return the findings with the settlements in force; a settled one asks its contact nothing.

    A settlement also closes the same question in another return of the sub-group: what is decided once is not asked
    again because the contact has sent the same answer again.

    Args:
        findings: each with its id and the number of its return.
        settlements: the period's settlements in force.
    """
    by_id: dict[str, Settlement] = {}
    by_question: dict[tuple[str, ...], Settlement] = {}
    for record in settlements:
        settlement = Settlement(record.reason, record.at, record.user)
        by_id[record.finding] = settlement
        if question := _question_of(record):
            by_question[question] = settlement
    if not by_id:
        return list(findings)
    return [(number, _settle(item, by_id, by_question)) for number, item in findings]


def covers(settlement: SettlementRecord, finding: Finding) -> bool:
    """Return whether a settlement closes a finding, by its id or as the same question."""
    question = _question_of(finding)
    return settlement.finding == finding.id or (question is not None and question == _question_of(settlement))


def _settle(
    finding: Finding, by_id: Mapping[str, Settlement], by_question: Mapping[tuple[str, ...], Settlement]
) -> Finding:
    question = _question_of(finding)
    settlement = by_id.get(finding.id) or (by_question.get(question) if question else None)
    return replace(finding, settlement=settlement, ask="", remedy="") if settlement else finding


def _question_of(finding: Finding | SettlementRecord) -> tuple[str, ...] | None:
    """Return what identifies a question in any return of its sub-group; None where it is about one file only."""
    if not finding.group:
        return None
    if finding.task:
        place = ("task", finding.task, finding.column or finding.cell.rstrip("0123456789"))
    elif finding.cell:
        place = ("cell", finding.sheet, finding.cell)
    else:
        return None
    return (finding.code, finding.group, *place, finding.found, finding.wanted)
