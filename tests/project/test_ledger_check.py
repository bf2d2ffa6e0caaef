"""An undamaged ledger has no faults, and every kind of damage is named."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import first_ledger
from helpers.periods import add_returns, date, hold_period
from helpers.projects import files_by_name, plan, reply, run_ragsheets, write_plan
from helpers.queries import FULL, GREEN, PARKS
from ragsheets.errors import Problem
from ragsheets.ledger import Ledger
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.ledger_check import LedgerCheckResult, check_ledger


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The SQLite file of a ledger with two periods, questions, headlines, reports and corrections."""
    folder = tmp_path_factory.mktemp("sound")
    write_plan(folder, PARKS)
    url = f"sqlite:///{(folder / 'x.db').as_posix()}"
    for day, status in (("2008-09-04", "Ambr"), ("2009-03-04", "GREEN")):
        project = Project(folder, url)
        generate(project, date(day))
        returned = folder / day / "returned"
        answers = {**FULL, "2.1a": {**GREEN, "status": status}}
        reply_of(folder, day, "parks.xlsx", answers, returned, successes=["A success"], next_steps=["A step"])
        (returned / "broken.xlsx").write_bytes(b"no workbook")
        ingest(project)
        for status in ("AMBER", "RED"):
            assert run_ragsheets("-C", folder, "--ledger", url, "report", "--final", "--yes").exit_code == 0
            reply_of(folder, day, f"{status}.xlsx", {"2.1b": {**GREEN, "status": status}}, returned)
            ingest(project, agreed=True)
    return (folder / "x.db").read_bytes()


def reply_of(folder: Path, day: str, name: str, answers: object, to: Path, **options: object) -> None:
    from ragsheets.plan.model import Period

    reply(folder, name, answers, period=Period(date(day)), to=to, **options)  # type: ignore[arg-type]


@pytest.fixture
def project(tmp_path: Path, sound: bytes) -> Project:
    """A project with the sound ledger."""
    (tmp_path / "x.db").write_bytes(sound)
    return Project(tmp_path, f"sqlite:///{(tmp_path / 'x.db').as_posix()}")


@contextlib.contextmanager
def raw(project: Project) -> Iterator[sqlite3.Connection]:
    """Open the ledger's database without foreign keys, so that it can be damaged."""
    with contextlib.closing(sqlite3.connect(project.folder / "x.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        yield connection


def single_fault(result: LedgerCheckResult) -> Problem:
    assert [fault.where for fault in result.faults] == [result.faults[0].where]
    assert result.faults[0].what
    assert result.faults[0].fix
    assert not result.is_sound
    return result.faults[0]


# ----------------------------------------------------------------------------------------------------------- sound


@pytest.mark.slow
def test_a_ledger_with_every_kind_of_row_is_sound(project: Project) -> None:
    result = check_ledger(project)
    assert result.faults == ()
    assert (result.periods, result.returns, result.forgotten) == (2, 8, 0)
    assert result.is_sound


@pytest.mark.slow
def test_the_ledger_of_the_demonstration_is_sound_and_unchanged(tmp_path: Path) -> None:
    demo.run_demo(tmp_path / "demo")
    before = files_by_name(tmp_path)
    result = check_ledger(Project(tmp_path / "demo"))
    assert (result.faults, result.periods) == ((), 1)
    assert files_by_name(tmp_path) == before


def test_a_ledger_of_the_first_version_is_sound_after_migration(tmp_path: Path) -> None:
    write_plan(tmp_path)
    first_ledger.write_ledger(tmp_path / "x.db")
    assert check_ledger(Project(tmp_path, f"sqlite:///{(tmp_path / 'x.db').as_posix()}")).faults == ()


def test_a_ledger_without_a_period_is_sound(tmp_path: Path, ledger_url: str) -> None:
    write_plan(tmp_path)
    with Ledger.open(ledger_url):
        pass
    result = check_ledger(Project(tmp_path, ledger_url))
    assert (result.is_sound, result.periods, result.returns, result.workbooks) == (True, 0, 0, 0)


@pytest.mark.slow
def test_keys_of_an_earlier_plan_are_still_known(tmp_path: Path) -> None:
    hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=PARKS)
    write_plan(tmp_path, plan())  # without 2.1b, 2.1c and Health
    generate(Project(tmp_path), date("2008-09-04"), force=True)
    add_returns(tmp_path, "2008-09-04", {"Parks": {"2.1a": "AMBER"}}, "later.xlsx")
    assert check_ledger(Project(tmp_path)).faults == ()


def test_forgotten_originals_are_counted_and_no_fault(project: Project) -> None:
    with raw(project) as ledger:
        ledger.execute("UPDATE returns SET content = x'', forgotten = '2010-01-01' WHERE file = 'parks.xlsx'")
    result = check_ledger(project)
    assert (result.faults, result.returns, result.forgotten) == ((), 8, 2)


# ---------------------------------------------------------------------------------------------------------- damaged


#: The SQL for the number of the first return of Parks.
PARKS_RETURN = "(SELECT id FROM returns WHERE file = 'parks.xlsx' AND period = '2008-09-04')"

DAMAGES = {
    "an original that is another file": (
        "UPDATE returns SET content = x'00' WHERE id = {parks}",
        "period 2008-09-04, return parks.xlsx",
        "its stored original is not the file that was received",
    ),
    "an original that is gone and was not forgotten": (
        "UPDATE returns SET content = x'' WHERE file = 'broken.xlsx' AND period = '2009-03-04'",
        "period 2009-03-04, return broken.xlsx",
        "its stored original is not the file that was received",
    ),
    "an original that was forgotten and is there": (
        "UPDATE returns SET forgotten = '2010-01-01 00:00:00' WHERE id = {parks}",
        "period 2008-09-04, return parks.xlsx",
        "was erased (2010-01-01 00:00:00), and its original is still stored",
    ),
    "a plan that cannot be read": (
        "UPDATE periods SET plan = '{{' WHERE date = '2008-09-04'",
        "period 2008-09-04",
        "the plan or the template that it was sent with cannot be read",
    ),
    "a plan that is none": (
        "UPDATE periods SET plan = '{{}}' WHERE date = '2008-09-04'",
        "period 2008-09-04",
        "the plan or the template that it was sent with cannot be read",
    ),
    "a template that cannot be read": (
        "UPDATE periods SET template = '[]' WHERE date = '2009-03-04'",
        "period 2009-03-04",
        "the plan or the template that it was sent with cannot be read",
    ),
    "a workbook's record that cannot be read": (
        "UPDATE workbooks SET sent = 'null' WHERE file = 'Health.xlsx' AND period = '2009-03-04'",
        "period 2009-03-04, workbook Health.xlsx",
        "what it was sent with cannot be read",
    ),
    "a workbook's record that lacks something": (
        "UPDATE workbooks SET sent = '{{\"reference\": \"x\"}}' WHERE file = 'Health.xlsx' AND period = '2009-03-04'",
        "period 2009-03-04, workbook Health.xlsx",
        "what it was sent with cannot be read",
    ),
    "a headline of no kind": (
        "UPDATE headlines SET kind = 'failure' WHERE return_id = {parks}",
        "period 2008-09-04, return parks.xlsx",
        "headlines refer to what its period never had: “failure”",
    ),
    "an observation of no kind": (
        "UPDATE observations SET code = 'odd' WHERE return_id = (SELECT max(return_id) FROM observations)",
        "period",
        "observations refer to what its period never had: “odd”",
    ),
    "an observation of a task that nobody knows": (
        "UPDATE observations SET task = '9z' WHERE return_id = (SELECT max(return_id) FROM observations)",
        "period",
        "observations refer to what its period never had: “9z”",
    ),
    "a total of an outcome that nobody knows": (
        "UPDATE totals SET outcome = '9.9' WHERE return_id = {parks} AND outcome <> ''",
        "period 2008-09-04, return",
        "totals refer to what its period never had: “9.9”",
    ),
    "an answer in a column that nobody knows": (
        "INSERT INTO answers VALUES (NULL, {parks}, '2.1a', 'mood', 'x', '', '')",
        "period 2008-09-04, return",
        "answers refer to what its period never had: “mood”",
    ),
    "an answer to a task that nobody knows": (
        "INSERT INTO answers VALUES (NULL, {parks}, '9z', 'status', 'x', '', '')",
        "period 2008-09-04, return",
        "answers refer to what its period never had: “9z”",
    ),
    "a correction of a task that nobody knows": (
        "INSERT INTO corrections VALUES (NULL, '2008-09-04', '9z', '', 'status', 'RED', '', '2008-09-06', '', '', 0)",
        "period 2008-09-04, corrections",
        "corrections refer to what its period never had: “9z”",
    ),
    "a standing that is not what was returned": (
        "UPDATE standings SET status = 'GREEN' WHERE task = '2.1b' AND period = '2008-09-04'",
        "period 2008-09-04",
        "counted again, these tasks have a different status from the stored one: 2.1b",
    ),
    "a standing too few": (
        "DELETE FROM standings WHERE task = '3.1a' AND period = '2009-03-04'",
        "period 2009-03-04",
        "counted again, these tasks have a different status from the stored one: 3.1a",
    ),
    "a standing twice": (
        "INSERT INTO standings SELECT * FROM standings WHERE task = '3.1a' AND period = '2009-03-04'",
        "period 2009-03-04",
        "counted again, these tasks have a different status from the stored one: 3.1a",
    ),
    "a revision that is gone": (
        "DELETE FROM issued WHERE revision = 0 AND period = '2008-09-04'",
        "period 2008-09-04, reports sent out, edition full",
        "its revisions are 1, and should count up from 0 without a gap",
    ),
}


#: The damages that cause further faults: data that cannot be read or counted.
WITH_CONSEQUENCES = ("read", "lacks", "answer to", "no kind", "none")


@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_named_once(project: Project, name: str) -> None:
    damage, where, message = DAMAGES[name]
    with raw(project) as ledger:
        assert ledger.execute(damage.format(parks=PARKS_RETURN)).rowcount > 0
    result = check_ledger(project)
    faults = [fault for fault in result.faults if fault.what.startswith(message)]
    assert [fault.where.startswith(where) for fault in faults] == [True]
    assert faults[0].fix
    if not any(words in name for words in WITH_CONSEQUENCES):
        assert single_fault(result) == faults[0]


@pytest.mark.parametrize("table", ["answers", "headlines", "totals", "observations"])
def test_rows_of_a_missing_return_are_a_fault(project: Project, table: str) -> None:
    with raw(project) as ledger:
        ledger.execute(f"INSERT INTO {table} SELECT * FROM (SELECT * FROM {table} LIMIT 0)")
        columns = [row[1] for row in ledger.execute(f"PRAGMA table_info({table})") if row[1] != "id"]
        values = ["77" if name == "return_id" else "1" for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        ledger.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(values)})")
    fault = single_fault(check_ledger(project))
    assert (fault.where, fault.what) == (table, "1 of them belong to “77”, which is not among the returns.")


def test_rows_of_a_missing_period_are_faults(project: Project) -> None:
    with raw(project) as ledger:
        ledger.execute("DELETE FROM periods WHERE date = '2008-09-04'")
    faults = {fault.where for fault in check_ledger(project).faults}
    assert {"workbooks", "returns", "standings", "issued"} <= faults


@pytest.mark.slow
def test_two_workbooks_with_one_reference_are_a_fault(project: Project) -> None:
    with raw(project) as ledger:
        (first_id, sent), (second_id, _) = ledger.execute("SELECT id, sent FROM workbooks LIMIT 2").fetchall()
        assert first_id != second_id
        ledger.execute("UPDATE workbooks SET sent = ? WHERE id = ?", [sent, second_id])
    messages = [fault.what for fault in check_ledger(project).faults]
    assert [message.startswith("what it was sent with is stored under the reference") for message in messages] == [
        True,
        False,
    ]
    assert "has the reference" in messages[1]


@pytest.mark.parametrize("lost", ["a whole page", "some letters"])
def test_a_damaged_database_file_is_a_fault(project: Project, lost: str) -> None:
    with raw(project) as ledger:
        size = ledger.execute("PRAGMA page_size").fetchone()[0]
        (page,) = ledger.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_returns_period'").fetchone()
    with (project.folder / "x.db").open("r+b") as file:
        start, length = ((page - 1) * size, size) if lost == "a whole page" else (page * size - 12, 6)
        file.seek(start)
        file.write(bytes(length))
    result = check_ledger(project)
    assert "is damaged" in result.faults[0].what
    assert all(fault.fix for fault in result.faults)


def test_several_faults_are_named_in_one_run(project: Project) -> None:
    with raw(project) as ledger:
        for name in (
            "a revision that is gone",
            "a correction of a task that nobody knows",
            "an original that is another file",
        ):
            ledger.execute(DAMAGES[name][0].format(parks=PARKS_RETURN))
    assert len(check_ledger(project).faults) == 3
