"""Corrections: an answer with its own time among those of the returns, cell by cell, the newest standing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import projects as made
from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord, ReturnRecord
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.returns.assess import Assessment, assess
from ragsheets.returns.findings import Severity
from ragsheets.returns.reading.model import Answer, Observation
from ragsheets.template.model import Template, read_template

STANDARD = read_template("standard")
PLAN = made.plan(made.group("Parks", made.outcome("2.1", made.action(made.task("a"), made.task("b")))))
COLUMNS = {"position": "C", "status": "D", "planned": "E"}
ROWS = {"2.1a": 11, "2.1b": 12}


@dataclass
class Held:
    """What was said in a period, each at its time (seconds after the first one)."""

    plan: Mapping[str, Any] = field(default_factory=lambda: PLAN)
    template: Template = STANDARD
    returns: list[ReturnRecord] = field(default_factory=list)
    corrections: list[CorrectionRecord] = field(default_factory=list)

    def returned(self, at: int, answers: Mapping[str, Mapping[str, str]], *more: Observation, **about: str) -> None:
        """A return of Parks."""
        said = [
            Answer(task, column, text, "Outcome 2.1", f"{COLUMNS[column]}{ROWS[task]}")
            for task, texts in answers.items()
            for column, text in texts.items()
        ]
        values = {"saved": moment(at), "received": moment(at), "file": f"{at}.xlsx", "result": "accepted", **about}
        kept: dict[str, Any] = {"sha256": f"{len(self.returns):064}", "path": "", "group": "Parks", "content": b""}
        record = ReturnRecord(**kept, **values, parsed_rows={"answers": said, "observations": more})
        self.returns.append(record)

    def corrected(self, at: int, text: str, task: str = "2.1a", column: str = "status", **more: str) -> None:
        """A correction of a task that read as the plan's do."""
        about = {"wording": f"Task {task[-1]}", "reason": "Ann rang", "user": "jo", **more}
        self.corrections.append(CorrectionRecord(0, task, column=column, value=text, at=moment(at), **about))

    def assessed(self) -> Assessment:
        plan = with_keys(Plan.model_validate(self.plan))
        record = PeriodRecord(Period(made.DATE), plan, self.template)
        with Ledger.open("sqlite://") as ledger:
            ledger.save_period(record, [])
            ledger.add_returns(made.DATE, self.returns)
            ledger.corrections.add(made.DATE, self.corrections)
            return assess(record, ledger.frames(made.DATE))


def moment(seconds: int) -> str:
    return (datetime.datetime(2008, 9, 5) + datetime.timedelta(seconds=seconds)).isoformat(" ")


def row(assessment: Assessment, key: str = "2.1a") -> dict[str, Any]:
    return assessment.tasks.set_index("key").loc[key].to_dict()


def codes(assessment: Assessment) -> list[str]:
    return [item.code for _, item in assessment.findings]


def only(assessment: Assessment, code: str) -> Any:
    (found,) = [(number, item) for number, item in assessment.findings if item.code == code]
    return found


FULL = {"position": "Halfway.", "status": "RED", "planned": "Go on by May."}


@pytest.fixture
def period() -> Held:
    return Held()


# --------------------------------------------------------------------------------------------------- precedence


def test_a_correction_stands_over_the_return_that_it_corrects_which_stays_as_it_came(period: Held) -> None:
    period.returned(0, {"2.1a": FULL})
    period.corrected(1, "GREEN")
    found = period.assessed()
    assert row(found) | {"status": "GREEN", "position": "Halfway.", "status_found": "RED"} == row(found)
    assert (row(found)["file"], row(found)["sheet"], row(found)["cell"]) == ("0.xlsx", "Outcome 2.1", "D11")
    assert row(found)["corrected"] == moment(1)
    assert found.totals.iloc[0][["GREEN", "RED", "not_reported"]].tolist() == [1, 0, 1]
    assert found.sources == {"2.1a": 1}


def test_it_says_what_was_corrected_from_what_to_what_when_by_whom_and_why_at_the_cell(period: Held) -> None:
    period.returned(0, {"2.1a": FULL})
    period.corrected(1, "GREEN")
    number, note = only(period.assessed(), "corrected")
    assert (number, note.address, note.task, note.severity) == (1, "Outcome 2.1!D11", "2.1a", Severity.NOTE)
    assert note.message == (
        "“GREEN” takes the place of “RED”: corrected under “Status” on 5th September 2008 by jo (“Ann rang”)."
    )


def test_a_newer_return_with_another_answer_wins_and_both_are_shown(period: Held) -> None:
    period.returned(0, {"2.1a": FULL})
    period.corrected(1, "GREEN")
    period.returned(2, {"2.1a": {**FULL, "status": "AMBER"}})
    found = period.assessed()
    number, item = only(found, "correction-overtaken")
    assert (row(found)["status"], row(found)["corrected"]) == ("AMBER", "")
    assert (number, item.found, item.wanted, item.severity) == (2, "AMBER", "GREEN", Severity.WARNING)
    assert "answers-differ" not in codes(found)


def test_a_newer_return_that_says_the_same_is_nothing_to_look_at(period: Held) -> None:
    period.returned(0, {"2.1a": FULL})
    period.corrected(1, "GREEN")
    period.returned(2, {"2.1a": {**FULL, "status": "Green – on track"}})
    found = period.assessed()
    assert row(found)["status"] == "GREEN"
    assert "correction-overtaken" not in codes(found)


def test_a_return_that_was_here_when_the_correction_was_made_is_older_whatever_its_own_clock_says(
    period: Held,
) -> None:
    period.returned(0, {"2.1a": FULL}, saved=moment(900))
    period.corrected(1, "GREEN")
    assert row(period.assessed())["status"] == "GREEN"


def test_a_return_saved_before_the_correction_and_received_after_it_is_older(period: Held) -> None:
    period.corrected(5, "GREEN")
    period.returned(0, {"2.1a": FULL}, received=moment(9))
    found = period.assessed()
    assert row(found)["status"] == "GREEN"
    assert only(found, "corrected")[1].address == "Outcome 2.1!D11"


def left(text: str) -> Observation:
    """That the status of the first task was asked about and left as it stood."""
    return Observation("answer-confirmed", "Outcome 2.1", "D11", "2.1a", text)


def test_leaving_an_older_question_alone_does_not_overtake_a_correction(period: Held) -> None:
    period.corrected(1, "GREEN")
    period.returned(2, {"2.1a": {"status": "RED"}, "2.1b": {"status": "AMBER"}}, left("RED"))
    assessment = period.assessed()
    assert row(assessment)["status"] == "GREEN"
    assert row(assessment, "2.1b")["status"] == "AMBER"
    assert "correction-overtaken" not in codes(assessment)
    assert "RED" in only(assessment, "corrected")[1].wanted


def test_it_does_not_though_an_earlier_correction_said_the_same(period: Held) -> None:
    period.corrected(1, "RED")
    period.corrected(2, "GREEN")
    period.returned(3, {"2.1a": {"status": "RED"}}, left("RED"))
    assert row(period.assessed())["status"] == "GREEN"


def test_leaving_what_a_correction_says_is_a_newer_answer(period: Held) -> None:
    period.corrected(1, "RED")
    period.corrected(2, "GREEN")
    period.returned(3, {"2.1a": {"status": "GREEN"}}, left("GREEN"))
    assessment = period.assessed()
    assert row(assessment)["status"] == "GREEN"
    assert assessment.corrections.cells["2.1a", "status"].newest_entry.correction is None


def test_leaving_what_was_typed_after_a_correction_leaves_that_standing(period: Held) -> None:
    period.corrected(1, "GREEN")
    period.returned(2, {"2.1a": {"status": "AMBER"}})
    period.returned(3, {"2.1a": {"status": "AMBER"}}, left("AMBER"))
    assert row(period.assessed())["status"] == "AMBER"


def taken_out(column: str = "status") -> Observation:
    """That an answer of the first task which was carried forward was taken out."""
    return Observation("carried-cleared", "Outcome 2.1", f"{COLUMNS[column]}11", "2.1a", column, "BLUE")


def test_a_correction_settles_that_an_answer_was_taken_out_before_it(period: Held) -> None:
    period.returned(0, {"2.1a": FULL})
    period.returned(1, {"2.1b": {"status": "AMBER"}}, taken_out())
    assert only(period.assessed(), "cleared")[1].task == "2.1a"
    period.corrected(2, "GREEN")
    assert "cleared" not in codes(period.assessed())


@pytest.mark.parametrize("answered", [True, False])
def test_what_is_taken_out_after_a_correction_is_told_until_somebody_settles_it(period: Held, answered: bool) -> None:
    if answered:
        period.returned(0, {"2.1a": FULL})
    period.corrected(1, "GREEN")
    period.returned(2, {"2.1b": {"status": "AMBER"}}, taken_out())
    assessment = period.assessed()
    assert only(assessment, "cleared")[1].wanted == "GREEN"
    assert row(assessment)["status"] == "GREEN"
    period.returned(3, {"2.1a": {"status": "GREEN"}}, left("GREEN"))
    assert "cleared" not in codes(period.assessed())


def test_what_a_correction_took_out_is_no_longer_asked_about_as_untouched(period: Held) -> None:
    carried = Observation("carried-untouched", "Outcome 2.1", "C11", "2.1a", "As before", "position")
    period.returned(0, {"2.1a": {"status": "RED"}}, carried)
    assert "carried-untouched" in codes(period.assessed())
    period.corrected(1, "", column="position")
    assert "carried-untouched" not in codes(period.assessed())


def test_of_two_corrections_the_later_one_stands_and_tells_the_other(period: Held) -> None:
    period.returned(0, {"2.1a": FULL})
    period.corrected(1, "AMBER")
    period.corrected(1, "GREEN")
    found = period.assessed()
    said = [item.message.partition(":")[0] for _, item in found.findings if item.code == "corrected"]
    assert row(found)["status"] == "GREEN"
    assert said == ["“GREEN” takes the place of “AMBER”", "“AMBER” takes the place of “RED”"]


def test_a_return_that_was_taken_out_is_corrected_no_more_and_says_nothing(period: Held) -> None:
    period.returned(0, {"2.1a": FULL}, result="excluded")
    period.corrected(1, "GREEN")
    found = period.assessed()
    assert (row(found)["status"], row(found)["cell"]) == ("GREEN", "")
    assert only(found, "corrected-empty")[0] == 0


#: What may be said in one cell, and by whom: a return or a correction.
EVENTS = st.lists(
    st.tuples(st.sampled_from(["return", "correction"]), st.sampled_from("uvwxyz")), min_size=1, max_size=7
)


@given(EVENTS, st.sampled_from(["position", "planned"]), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_the_newest_stands_and_all_others_are_told(events: Sequence[tuple[str, str]], column: str, chance: Any) -> None:
    period = Held()
    told = list(enumerate(events))
    chance.shuffle(told)
    # The numbers of returns and corrections are those of their keeping, not of their time.
    for at, (kind, text) in told:
        if kind == "return":
            period.returned(at, {"2.1a": {column: text}})
        else:
            period.corrected(at, text, column=column)
    found = period.assessed()
    standing = events[-1]
    words = " ".join(item.message for _, item in found.findings)
    assert row(found)[column] == standing[1]
    assert bool(row(found)["corrected"]) == (standing[0] == "correction")
    assert [text for _, text in events if text != standing[1] and f"“{text}”" not in words] == []


# ------------------------------------------------------------------------------------------------ what it settles


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"status": "Ambr", "position": "So."}, "unknown-status"),
        ({"position": "So."}, "status-missing"),
        ({"status": "GREEN?", "position": "So."}, "unknown-status"),
    ],
)
def test_what_was_in_question_about_the_status_is_settled(period: Held, answers: Mapping[str, str], code: str) -> None:
    period.returned(0, {"2.1a": answers})
    assert code in codes(period.assessed())
    period.corrected(1, "GREEN")
    assert code not in codes(period.assessed())


def test_it_settles_where_two_returns_differ(period: Held) -> None:
    period.returned(0, {"2.1a": FULL})
    period.returned(1, {"2.1a": {**FULL, "status": "AMBER", "position": "Nearly."}})
    period.corrected(2, "AMBER")
    assert [item.column for _, item in period.assessed().findings if item.code == "answers-differ"] == ["position"]
    assert only(period.assessed(), "corrected")[1].wanted == "“RED”"


def test_where_two_newer_returns_differ_that_is_told(period: Held) -> None:
    period.corrected(0, "GREEN")
    period.returned(1, {"2.1a": FULL})
    period.returned(2, {"2.1a": {**FULL, "status": "AMBER"}})
    assert only(period.assessed(), "answers-differ")[1].wanted == "RED"


def test_a_bad_date_is_settled() -> None:
    asked = {"key": "done_by", "heading": "Done by", "kind": "date", "filled_by": "contact"}
    raw = STANDARD.model_dump()
    template = Template.model_validate({**raw, "columns": [*raw["columns"], asked]})
    period = Held(template=template)
    COLUMNS["done_by"] = "F"
    period.returned(0, {"2.1a": {**FULL, "done_by": "soonish"}})
    assert "bad-date" in codes(period.assessed())
    period.corrected(1, "2009-03-05", column="done_by")
    assert "bad-date" not in codes(period.assessed())
    assert row(period.assessed())["done_by"] == "2009-03-05"


@pytest.mark.parametrize("code", ["cleared", "error-value", "formula-without-value"])
def test_a_cell_without_an_answer_is_settled_and_only_what_is_older(period: Held, code: str) -> None:
    period.returned(0, {"2.1a": FULL})
    period.returned(2, {"2.1b": FULL}, Observation(code, "Outcome 2.1", "C11", "2.1a", "#REF!", "Halfway."))
    period.corrected(1, "Nearly.", column="position")
    assert code in codes(period.assessed())
    period.corrected(3, "Done.", column="planned")
    assert code in codes(period.assessed())
    period.corrected(3, "Done.", column="position")
    assert code not in codes(period.assessed())


def test_a_cell_is_told_by_where_the_answers_of_its_column_stand(period: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook of a later period shows more columns, and a position stands in another one."""
    monkeypatch.setitem(COLUMNS, "position", "F")
    period.returned(0, {"2.1b": FULL}, Observation("cleared", "Outcome 2.1", "F11", "2.1a", "", "Halfway."))
    period.corrected(1, "Done.", column="planned")
    assert "cleared" in codes(period.assessed())
    period.corrected(1, "Nearly.", column="position")
    assert "cleared" not in codes(period.assessed())


@pytest.mark.parametrize("code", ["error-value", "formula-without-value"])
def test_a_newer_return_settles_an_error_and_what_stood_there_stays_said(period: Held, code: str) -> None:
    period.returned(0, {"2.1a": {"status": "RED"}}, Observation(code, "Outcome 2.1", "C11", "2.1a", "#REF!", ""))
    assert code in codes(period.assessed())
    period.returned(1, {"2.1a": FULL})
    found = period.assessed()
    assert code not in codes(found)
    assert only(found, "value-settled")[1].found == "#REF!"


def test_a_row_that_is_gone_or_there_twice_is_settled(period: Held) -> None:
    for code in ("row-missing", "row-twice"):
        period.returned(0, {"2.1b": FULL}, Observation(code, "Outcome 2.1", "B11", "2.1a", "Words", "B11"))
    period.corrected(1, "GREEN")
    assert {"row-missing", "row-twice"}.isdisjoint(codes(period.assessed()))
    assert "row-twice-settled" in codes(period.assessed())


def test_a_task_that_was_told_by_telephone_is_no_longer_open(period: Held) -> None:
    period.returned(0, {"2.1a": FULL})
    assert "half-filled" in codes(period.assessed())
    period.corrected(1, "GREEN", task="2.1b")
    found = period.assessed()
    assert codes(found) == ["corrected-empty"]
    assert only(found, "corrected-empty")[1].address == ""


# --------------------------------------------------------------------------------------------- taken out, and gone


def test_an_answer_can_be_taken_out(period: Held) -> None:
    period.returned(0, {"2.1a": FULL})
    period.corrected(1, "")
    found = period.assessed()
    assert (row(found)["status"], row(found)["status_found"], row(found)["cell"]) == ("", "", "C11")
    assert only(found, "corrected-out")[1].message.startswith("“RED” was taken out")
    assert "status-missing" in codes(found)


def test_a_sub_group_that_has_not_returned_stays_missing_and_its_task_counts(period: Held) -> None:
    period.corrected(1, "GREEN")
    found = period.assessed()
    assert found.missing_groups == ("Parks",)
    assert found.totals.iloc[0][["GREEN", "not_reported"]].tolist() == [1, 1]
    assert row(found) | {"status": "GREEN", "status_found": "", "file": "", "cell": ""} == row(found)
    number, note = only(found, "corrected-empty")
    assert (number, note.file, note.group, note.task) == (0, "", "Parks", "2.1a")


def gone(plan: Mapping[str, Any], template: Template = STANDARD, **more: str) -> tuple[Assessment, Any]:
    period = Held(plan=plan, template=template)
    period.returned(0, {"2.1b": FULL})
    period.corrected(1, "GREEN", **more)
    found = period.assessed()
    return found, only(found, "correction-homeless")


def test_one_whose_task_is_gone_is_said_and_not_applied() -> None:
    tasks = made.action(made.task("b"))
    found, (number, item) = gone(made.plan(made.group("Parks", made.outcome("2.1", tasks))))
    assert found.totals.iloc[0]["GREEN"] == 0
    assert (number, item.severity, item.task, item.found) == (0, Severity.ERROR, "2.1a", "GREEN")
    assert "ragsheets correct 2.1a --undo" in item.fix


def test_one_whose_task_was_reworded_is_said_and_not_applied() -> None:
    found, (_, item) = gone(PLAN, wording="Another task")
    assert row(found)["status"] == ""
    assert "“Task a”" in item.wanted
    assert "“Another task”" in item.wanted


def test_a_key_that_stands_in_the_plan_keeps_it_whatever_the_words_have_become() -> None:
    tasks = made.action(made.task("a", key="2.1a"), made.task("b"))
    period = Held(plan=made.plan(made.group("Parks", made.outcome("2.1", tasks))))
    period.corrected(1, "GREEN", wording="Another task")
    assert row(period.assessed())["status"] == "GREEN"


def test_blanks_and_case_part_no_wording(period: Held) -> None:
    period.corrected(1, "GREEN", wording=" task  A.")
    assert row(period.assessed())["status"] == "GREEN"


@pytest.mark.parametrize("more", [{"column": "owner"}, {"column": "task"}])
def test_one_of_a_column_that_is_asked_for_no_more_is_not_applied(more: Mapping[str, str]) -> None:
    _, (_, item) = gone(PLAN, **more)
    assert more["column"] in item.wanted


def test_one_to_a_status_that_the_scale_no_longer_has_is_not_applied() -> None:
    raw = STANDARD.model_dump()
    few = Template.model_validate({**raw, "statuses": raw["statuses"][1:]})
    found, _ = gone(PLAN, few)
    assert row(found)["status"] == ""
