"""Words of every kind come back from either database as they went in, and the same from both."""

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


def kept(url: str, record: PeriodRecord, text: str, content: bytes = b"x") -> ReturnRecord:
    """A return that says this text everywhere, kept in the ledger."""
    said = {
        "answers": [Answer("2.1a", "position", text, text, "A1")],
        "observations": [Observation("cleared", text, "A1", "", text, text)],
    }
    made = ReturnRecord("00" * 32, text, text, "accepted", "Parks", "", "2008-09-05", content, said)
    with Ledger.open(url) as ledger:
        ledger.save_period(record, [])
        ledger.add_returns(DATE, [made])
        ledger.replace_standings(DATE, [StandingRecord("Parks", "2.1", "2.1a", text, "")])
        ledger.corrections.add(DATE, [CorrectionRecord(0, "2.1a", text, "position", text, text, "2008-09-06", text)])
        ledger.log("test", text, DATE)
    return made


def said(url: str) -> set[str]:
    """What the ledger says wherever `kept` put the text."""
    with Ledger.open(url) as ledger:
        frames = ledger.frames(DATE)
        (back,) = ledger.stored_returns(DATE)
        (correction,) = ledger.corrections.for_period(DATE)
        return {
            back.file,
            back.path,
            *frames["answers"].loc[0, ["value", "sheet"]],
            *frames["observations"].loc[0, ["sheet", "found", "wanted"]],
            ledger.standings(DATE)[0].wording,
            *(correction.wording, correction.value, correction.reason, correction.user),
            ledger.events()[-1].what,
        }


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_words_come_back_as_they_were(ledger_url: str, record: PeriodRecord, text: str) -> None:
    kept(ledger_url, record, text)
    assert said(ledger_url) == {text}


@pytest.mark.parametrize(("text", "wanted"), REFUSED.values(), ids=REFUSED)
def test_what_no_database_holds_comes_back_as_a_sign_for_it(
    ledger_url: str, record: PeriodRecord, text: str, wanted: str
) -> None:
    kept(ledger_url, record, text)
    assert said(ledger_url) == {wanted}


def test_bytes_come_back_as_they_were_however_many(ledger_url: str, record: PeriodRecord) -> None:
    content = bytes(range(256)) * 80_000  # 20 MB
    kept(ledger_url, record, "x", content)
    with Ledger.open(ledger_url) as ledger:
        assert [each.content for each in ledger.stored_returns(DATE)] == [content]


def test_what_a_return_says_keeps_its_order_also_where_rows_before_it_were_taken_out(
    ledger_url: str, record: PeriodRecord
) -> None:
    many = {n: [Answer(f"{n}-{i}", "position", "x" * 200, "S", f"A{i}") for i in range(300)] for n in range(4)}
    records = [
        ReturnRecord(f"{n:064}", "f", "p", "accepted", "Parks", "", f"2008-09-0{n + 1}", b"", {"answers": answers})
        for n, answers in many.items()
    ]
    with Ledger.open(ledger_url) as ledger:
        ledger.save_period(record, [])
        ledger.add_returns(DATE, records)
    with Ledger.open(ledger_url) as ledger:
        ledger.add_returns(DATE, records[:2])  # kept again: their old rows leave room in front of the others
    with Ledger.open(ledger_url) as ledger:
        told = ledger.frames(DATE)["answers"]["task"].tolist()
    assert told == [answer.task for n in (2, 3, 0, 1) for answer in many[n]]


def test_periods_come_in_the_order_of_their_dates(ledger_url: str, record: PeriodRecord) -> None:
    days = ["2009-03-04", "2008-09-04", "2010-01-01"]
    with Ledger.open(ledger_url) as ledger:
        for day in days:
            ledger.save_period(PeriodRecord(Period(date(day)), record.plan, record.template), [])
        assert [each.isoformat() for each in ledger.periods()] == sorted(days)
        assert ledger.period().period.date == date("2010-01-01")


@given(st.text(st.characters(codec=None)))
def test_any_text_is_made_one_that_utf_8_writes_and_no_letter_more_is_changed_than_must_be(text: str) -> None:
    made = storable(text)
    assert "\0" not in made.encode().decode()
    assert len(made) == len(text)
    assert all(
        one == other or one == "\0" or "\ud800" <= one <= "\udfff" for one, other in zip(text, made, strict=True)
    )
