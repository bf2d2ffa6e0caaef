"""One rule of which task is the same: whoever asks, between two editions of a period or between two periods, agrees."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest

from helpers import periods, projects
from ragsheets.history.task_changes import find_task_changes
from ragsheets.history.task_history import task_history_of
from ragsheets.history.trend import History, PastPeriod
from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord, ReturnRecord
from ragsheets.ledger.records import SettlementRecord
from ragsheets.plan.changes import compare_plans
from ragsheets.plan.lookup import explicit_keys, tasks_by_key
from ragsheets.plan.matching import BETWEEN_EDITIONS, BETWEEN_PERIODS, SameTaskRule, find_same_tasks, plan_tasks
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.plan.pairs import MatchKind, match_tasks
from ragsheets.returns.corrections import why_inapplicable
from ragsheets.returns.finding import Finding, Severity
from ragsheets.returns.intake.erased import carry_over_erased_answers
from ragsheets.returns.reading.model import Answer
from ragsheets.returns.reading.task_mapping import TaskMapping
from ragsheets.returns.settlements import Questions
from ragsheets.template.reader import read_template
from ragsheets.workbook.compose import lay_out
from ragsheets.workbook.sent_workbook import SentWorkbook, from_layout

STANDARD = read_template("standard")
JUNE, SEPTEMBER = (Period(periods.date(day)) for day in ("2008-06-05", "2008-09-04"))
MAP, MORE = "Map the services in the ward", "Map the services in the whole ward"
HEDGE = "Plant a hedge"

Table = dict[str, Any]


def plan_of(*tasks: Table) -> Plan:
    group = projects.group("Parks", projects.outcome("2.1", projects.action(*tasks)))
    return with_keys(Plan.model_validate(projects.plan(group)))


def task(label: str, wording: str, target: str = "June", **more: Any) -> Table:
    return projects.task(label, task=wording, target=target, **more)


#: The tasks of the earlier plan and of today's, and today's key of each that is the same: in another edition of its
#: period, and in the next period.
CASES = [
    pytest.param([task("a", MAP)], [task("a", MAP)], {"2.1a": "2.1a"}, {"2.1a": "2.1a"}, id="unchanged"),
    pytest.param([task("a", MAP)], [task("a", MORE)], {"2.1a": "2.1a"}, {}, id="a word added"),
    pytest.param([task("a", MAP)], [task("a", HEDGE)], {}, {}, id="another in its place"),
    pytest.param([task("a", MAP)], [task("b", MAP)], {"2.1a": "2.1b"}, {}, id="another label"),
    pytest.param([task("a", MAP)], [task("a", MAP, "May")], {"2.1a": "2.1a"}, {"2.1a": "2.1a"}, id="another target"),
    pytest.param(
        [task("a", MAP)],
        [task("a", HEDGE, key="2.1a")],
        {"2.1a": "2.1a"},
        {"2.1a": "2.1a"},
        id="another wording under a stated key",
    ),
    pytest.param(
        [task("a", MAP), task("b", HEDGE)],
        [task("a", MAP), task("b", HEDGE, key="2.1a")],
        {"2.1a": "2.1a-2", "2.1b": "2.1a"},
        {},
        id="the stated key was another task's",
    ),
    pytest.param(
        [task("a", MAP)],
        [task("a", HEDGE, key="2.1a"), task("b", MAP)],
        {"2.1a": "2.1b"},
        {"2.1a": "2.1a"},
        id="the stated key and the words are two tasks now",
    ),
    pytest.param(
        [task("a", MAP, "May")],
        [task("a", MAP, "June"), task("b", MAP, "May")],
        {"2.1a": "2.1b"},
        {},
        id="the same wording with another target before it",
    ),
    pytest.param(
        [task("a", MAP), task("b", HEDGE)],
        [task("a", HEDGE), task("b", MAP)],
        {"2.1a": "2.1b", "2.1b": "2.1a"},
        {},
        id="swapped",
    ),
]
by_case = pytest.mark.parametrize(("before", "now", "editions", "in_periods"), CASES)


@by_case
def test_the_rule(before: list[Table], now: list[Table], editions: Table, in_periods: Table) -> None:
    tasks = plan_tasks(plan_of(*before)), plan_tasks(plan_of(*now))
    assert find_same_tasks(*tasks, BETWEEN_EDITIONS).current_keys == editions
    assert find_same_tasks(*tasks, BETWEEN_PERIODS).current_keys == in_periods


# -------------------------------------------------------------------------------------------- between two periods


def past_of(plan: Plan) -> tuple[PastPeriod, Mapping[str, str]]:
    """Return a period in which each task of a plan has another status, and the tasks' keys by their statuses."""
    keys = dict(zip(STANDARD.scale.codes, tasks_by_key(plan), strict=False))
    return PastPeriod(JUNE, plan, {key: status for status, key in keys.items()}), keys


def by_trend(before: Plan, now: Plan) -> Mapping[str, str]:
    past, keys = past_of(before)
    (statuses,) = History(now, (past,)).statuses
    return {keys[status]: key for key, status in statuses.items()}


def by_task_changes(before: Plan, now: Plan) -> Mapping[str, str]:
    past, keys = past_of(before)
    changes = find_task_changes(now, [past], STANDARD.scale)
    assert {*changes.new, *changes.last_statuses} == set(tasks_by_key(now))
    return {keys[last.status]: key for key, last in changes.last_statuses.items()}


def by_plan_changes(before: Plan, now: Plan) -> Mapping[str, str]:
    pairs = match_tasks(plan_tasks(before), plan_tasks(now)).pairs
    joined = {pair.before.key: pair.now.key for pair in pairs if pair.kind is MatchKind.JOINED}
    assert compare_plans(before, now).joined_keys == set(joined.values())
    return joined


def by_task_history(before: Plan, now: Plan) -> Mapping[str, str]:
    joined = {}
    with Ledger.open("sqlite://") as ledger:
        for period, plan in ((JUNE, before), (SEPTEMBER, now)):
            ledger.save_period(PeriodRecord(period, plan, STANDARD), [])
        records = [ledger.period(period.date) for period in (SEPTEMBER, JUNE)]
        for path in now.task_paths:
            entries = task_history_of(ledger, path, now, records).entries
            joined |= {entry.task_path.task.key: path.task.key for entry in entries if entry.period == JUNE}
    return joined


ASKED_BETWEEN_PERIODS = (by_trend, by_task_changes, by_plan_changes, by_task_history)


@pytest.mark.parametrize("ask", ASKED_BETWEEN_PERIODS)
@by_case
def test_between_periods_all_agree(
    ask: Callable[[Plan, Plan], Mapping[str, str]],
    before: list[Table],
    now: list[Table],
    editions: Table,
    in_periods: Table,
) -> None:
    assert ask(plan_of(*before), plan_of(*now)) == in_periods


# ------------------------------------------------------------------------------------------- between two editions


def sent(plan: Plan) -> SentWorkbook:
    return from_layout(lay_out(plan, STANDARD, plan.groups[0], SEPTEMBER))


def by_older_workbook(before: Plan, now: Plan) -> Mapping[str, str]:
    return TaskMapping(sent(before), sent(now), explicit_keys(now)).current_keys


def by_erased_return(before: Plan, now: Plan) -> Mapping[str, str]:
    answers = [Answer(key, "position", key, "Sheet", f"D{row}") for row, key in enumerate(tasks_by_key(before), 12)]
    record = ReturnRecord(
        *("00" * 32, "Parks.xlsx", "Parks.xlsx", "accepted", "Parks", "", "2008-09-05", b"", {"answers": answers}),
        forgotten="2008-09-06",
    )
    old, new = (PeriodRecord(SEPTEMBER, plan, STANDARD) for plan in (before, now))
    with Ledger.open("sqlite://") as ledger:
        ledger.save_period(new, [])
        ledger.add_returns(SEPTEMBER.date, [record])
        assert carry_over_erased_answers(ledger, old, new) == ("Parks.xlsx",)
        frames = ledger.frames(SEPTEMBER.date)
    assert len(frames["answers"]) + len(frames["observations"]) == len(answers)
    return dict(zip(frames["answers"]["value"], frames["answers"]["task"], strict=True))


ASKED_BETWEEN_EDITIONS = (by_older_workbook, by_erased_return)


@pytest.mark.parametrize("ask", ASKED_BETWEEN_EDITIONS)
@by_case
def test_between_editions_all_agree(
    ask: Callable[[Plan, Plan], Mapping[str, str]],
    before: list[Table],
    now: list[Table],
    editions: Table,
    in_periods: Table,
) -> None:
    assert ask(plan_of(*before), plan_of(*now)) == editions


# ------------------------------------------------------------------- records of the ledger, which have no target


def by_correction(key: str, wording: str, now: Plan) -> str:
    """Return the key where a correction still applies; it is never moved to another one."""
    correction = CorrectionRecord(1, key, wording, "status", "RED", "", "", "")
    return "" if why_inapplicable(correction, plan_tasks(now), STANDARD) else key


def by_settlement(key: str, wording: str, now: Plan) -> str:
    settlement = SettlementRecord(
        *(1, "", "unknown-status", "Parks", "", "", "D12", key, wording, "status", "Ambr", "", "", "", "", "")
    )
    items = {
        current_key: Finding(
            "unknown-status",
            Severity.ERROR,
            "",
            "",
            group="Parks",
            task=current_key,
            column="status",
            found="Ambr",
            id="1",
        )
        for current_key in tasks_by_key(now)
    }
    questions = Questions(now)
    return next((current for current, item in items.items() if questions.is_closed_by(item, settlement)), "")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([task("a", MAP)], "2.1a"),
        ([task("a", MAP, "May"), task("b", MAP)], "2.1a"),
        ([task("a", MORE)], ""),
        ([task("a", HEDGE, key="2.1a")], "2.1a"),
        ([task("b", MAP)], "2.1b"),
        ([task("a", HEDGE, key="2.1a"), task("b", MAP)], "2.1b"),
    ],
    ids=["unchanged", "one more", "a word added", "a stated key", "another label", "a stated key of another"],
)
def test_corrections_and_settlements_agree(now: list[Table], expected: str) -> None:
    assert by_settlement("2.1a", MAP, plan_of(*now)) == expected
    assert by_correction("2.1a", MAP, plan_of(*now)) == (expected if expected == "2.1a" else "")


# --------------------------------------------------------------------------------------------------------- a trial


@pytest.fixture
def exchanged_rules() -> Iterator[None]:
    """The rule between periods is that between editions, and the other way round."""
    values = {rule: dataclasses.astuple(rule) for rule in (BETWEEN_EDITIONS, BETWEEN_PERIODS)}
    rules = list(values)
    for rule, new_values in zip(rules, reversed(values.values()), strict=True):
        _set_values(rule, new_values)
    yield
    for rule, old_values in zip(rules, values.values(), strict=True):
        _set_values(rule, old_values)


def _set_values(rule: SameTaskRule, values: Iterable[Any]) -> None:
    for field, value in zip(dataclasses.fields(rule), values, strict=True):
        object.__setattr__(rule, field.name, value)


@pytest.mark.usefixtures("exchanged_rules")
@by_case
def test_a_change_of_the_rule_changes_the_answers_of_all(
    before: list[Table], now: list[Table], editions: Table, in_periods: Table
) -> None:
    plans = plan_of(*before), plan_of(*now)
    for ask in ASKED_BETWEEN_PERIODS:
        assert ask(*plans) == editions, ask.__name__
    for ask in ASKED_BETWEEN_EDITIONS:
        assert ask(*plans) == in_periods, ask.__name__


@pytest.mark.usefixtures("exchanged_rules")
def test_a_change_of_the_rule_changes_the_answers_of_corrections_and_settlements() -> None:
    relabelled, moved = plan_of(task("b", MAP)), plan_of(task("a", HEDGE, key="2.1a"), task("b", MAP))
    assert (by_settlement("2.1a", MAP, relabelled), by_settlement("2.1a", MAP, moved)) == ("", "2.1a")
    assert by_correction("2.1a", MAP, moved) == "2.1a"
