"""Text of every kind is read from the ledger as it was stored, and the same from both databases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.periods import date
from helpers.projects import DATE, write_plan
from ragsheets.ledger import CorrectionRecord, Ledger, PeriodRecord, ReturnRecord, StandingRecord
from ragsheets.ledger.text import storable
from ragsheets.plan.model import Period
from ragsheets.project.folder import Project
from ragsheets.returns.reading.model import Answer, Observation

ODD = {
    "plain": "On track",
    "accents": "Łódź – “Ω” 🌳",
    "lines": " a\r\n\tb\n\n\\n \\. \\N ",
    "sql": "'); DROP TABLE answers; -- %s :x %(y)s",
    "empty": "",
    "controls": "\x01\x1f\x7f\x85\u2028\ufffe\uffff",
    "combined": "e\u0301 \u202eright to left",
}
REFUSED = {"nul": ("a\0b", "a\ufffdb"), "half a pair": ("\ud83d!", "\ufffd!")}


@pytest.fixture
def record(tmp_path_factory: pytest.TempPathFactory) -> PeriodRecord:
    folder = tmp_path_factory.mktemp("plan")
    write_plan(folder)
    return PeriodRecord(Period(DATE), *Project(folder).plan())


def store_everywhere(url: str, record: PeriodRecord, text: str, content: bytes = b"x") -> ReturnRecord:
    """Store a return with this text in every field in the ledger, and return its record."""
    parsed_rows = {
        "answers": [Answer("2.1a", "position", text, text, "A1")],
        "observations": [Observation("cleared", text, "A1", "", text, text)],
    }
    record_stored = ReturnRecord("00" * 32, text, text, "accepted", "Parks", "", "2008-09-05", content, parsed_rows)
    with Ledger.open(url) as ledger:
        ledger.save_period(record, [])
        ledger.add_returns(DATE, [record_stored])
        ledger.replace_standings(DATE, [StandingRecord("Parks", "2.1", "2.1a", text, "")])
        ledger.corrections.add(DATE, [CorrectionRecord(0, "2.1a", text, "position", text, text, "2008-09-06", text)])
        ledger.log("test", text, DATE)
    return record_stored


def stored_texts(url: str) -> set[str]:
    """Return the texts that the ledger has wherever `store_everywhere` stored the text."""
    with Ledger.open(url) as ledger:
        frames = ledger.frames(DATE)
        (return_record,) = ledger.stored_returns(DATE)
        (correction,) = ledger.corrections.of_period(DATE)
        return {
            return_record.file,
            return_record.path,
            *frames["answers"].loc[0, ["value", "sheet"]],
            *frames["observations"].loc[0, ["sheet", "found", "wanted"]],
            ledger.standings(DATE)[0].wording,
            *(correction.wording, correction.value, correction.reason, correction.user),
            ledger.events()[-1].what,
        }


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_text_is_read_as_it_was_stored(ledger_url: str, record: PeriodRecord, text: str) -> None:
    store_everywhere(ledger_url, record, text)
    assert stored_texts(ledger_url) == {text}


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED)
def test_an_unstorable_character_is_read_as_the_replacement_character(
    ledger_url: str, record: PeriodRecord, text: str, expected: str
) -> None:
    store_everywhere(ledger_url, record, text)
    assert stored_texts(ledger_url) == {expected}


def test_bytes_are_read_as_they_were_stored(ledger_url: str, record: PeriodRecord) -> None:
    content = bytes(range(256)) * 80_000  # 20 MB
    store_everywhere(ledger_url, record, "x", content)
    with Ledger.open(ledger_url) as ledger:
        assert [return_record.content for return_record in ledger.stored_returns(DATE)] == [content]


def test_parsed_rows_keep_their_order_after_earlier_rows_are_removed(ledger_url: str, record: PeriodRecord) -> None:
    answers_by_return = {
        n: [Answer(f"{n}-{i}", "position", "x" * 200, "S", f"A{i}") for i in range(300)] for n in range(4)
    }
    records = [
        ReturnRecord(f"{n:064}", "f", "p", "accepted", "Parks", "", f"2008-09-0{n + 1}", b"", {"answers": answers})
        for n, answers in answers_by_return.items()
    ]
    with Ledger.open(ledger_url) as ledger:
        ledger.save_period(record, [])
        ledger.add_returns(DATE, records)
    with Ledger.open(ledger_url) as ledger:
        ledger.add_returns(DATE, records[:2])  # stored again: their old rows leave free space before the others
    with Ledger.open(ledger_url) as ledger:
        task_keys = ledger.frames(DATE)["answers"]["task"].tolist()
    assert task_keys == [answer.task for n in (2, 3, 0, 1) for answer in answers_by_return[n]]


def test_periods_are_listed_in_the_order_of_their_dates(ledger_url: str, record: PeriodRecord) -> None:
    days = ["2009-03-04", "2008-09-04", "2010-01-01"]
    with Ledger.open(ledger_url) as ledger:
        for day in days:
            ledger.save_period(PeriodRecord(Period(date(day)), record.plan, record.template), [])
        assert [period_date.isoformat() for period_date in ledger.periods()] == sorted(days)
        assert ledger.period().period.date == date("2010-01-01")


@given(st.text(st.characters(codec=None)))
def test_storable_text_can_be_encoded_in_utf_8_and_no_other_character_changes(text: str) -> None:
    stored_text = storable(text)
    assert "\0" not in stored_text.encode().decode()
    assert len(stored_text) == len(text)
    assert all(
        before == after or before == "\0" or "\ud800" <= before <= "\udfff"
        for before, after in zip(text, stored_text, strict=True)
    )
