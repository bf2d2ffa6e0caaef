"""A sound ledger is proved sound, and one that was damaged in any way has every fault named."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import first_ledger
from helpers.periods import again, date, hold
from helpers.projects import plan, ragsheets, reply, snapshot, write_plan
from helpers.queries import FULL, GREEN, PARKS
from ragsheets.errors import Problem
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.ledger_check import LedgerCheckResult, check_ledger


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The SQLite file of a ledger that has seen everything: two periods, questions, headlines, reports, corrections."""
    folder = tmp_path_factory.mktemp("sound")
    write_plan(folder, PARKS)
    url = f"sqlite:///{(folder / 'x.db').as_posix()}"
    for day, status in (("2008-09-04", "Ambr"), ("2009-03-04", "GREEN")):
        project = Project(folder, url)
        generate(project, date(day))
        returned = folder / day / "returned"
        asked = {**FULL, "2.1a": {**GREEN, "status": status}}
        reply_of(folder, day, "parks.xlsx", asked, returned, successes=["A success"], next_steps=["A step"])
        (returned / "broken.xlsx").write_bytes(b"no workbook")
        ingest(project)
        for status in ("AMBER", "RED"):
            assert ragsheets("-C", folder, "--ledger", url, "report", "--final").exit_code == 0
            reply_of(folder, day, f"{status}.xlsx", {"2.1b": {**GREEN, "status": status}}, returned)
            ingest(project)
    return (folder / "x.db").read_bytes()


def reply_of(folder: Path, day: str, name: str, answers: object, to: Path, **more: object) -> None:
    from ragsheets.plan.model import Period

    reply(folder, name, answers, period=Period(date(day)), to=to, **more)  # type: ignore[arg-type]


@pytest.fixture
def project(tmp_path: Path, sound: bytes) -> Project:
    """A project with that ledger."""
    (tmp_path / "x.db").write_bytes(sound)
    return Project(tmp_path, f"sqlite:///{(tmp_path / 'x.db').as_posix()}")


@contextlib.contextmanager
def raw(project: Project) -> Iterator[sqlite3.Connection]:
    """The ledger past everything that keeps it sound."""
    with contextlib.closing(sqlite3.connect(project.folder / "x.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        yield connection


def only(found: LedgerCheckResult) -> Problem:
    assert [fault.where for fault in found.faults] == [found.faults[0].where]
    assert found.faults[0].what
    assert found.faults[0].fix
    assert not found.is_sound
    return found.faults[0]


# ----------------------------------------------------------------------------------------------------------- sound


def test_one_that_has_seen_everything_is_sound(project: Project) -> None:
    found = check_ledger(project)
    assert found.faults == ()
    assert (found.periods, found.returns, found.forgotten) == (2, 8, 0)
    assert found.is_sound


def test_the_demonstration_s_is_sound_and_nothing_is_changed(tmp_path: Path) -> None:
    demo.run_demo(tmp_path / "demo")
    before = snapshot(tmp_path)
    found = check_ledger(Project(tmp_path / "demo"))
    assert (found.faults, found.periods) == ((), 1)
    assert snapshot(tmp_path) == before


def test_the_first_ragsheets_s_is_sound_once_it_is_brought_up_to_date(tmp_path: Path) -> None:
    write_plan(tmp_path)
    first_ledger.put(tmp_path / "x.db")
    assert check_ledger(Project(tmp_path, f"sqlite:///{(tmp_path / 'x.db').as_posix()}")).faults == ()


def test_one_without_a_period_is_sound(tmp_path: Path, ledger_url: str) -> None:
    write_plan(tmp_path)
    found = check_ledger(Project(tmp_path, ledger_url))
    assert (found.is_sound, found.periods, found.returns, found.workbooks) == (True, 0, 0, 0)


def test_one_whose_plan_has_changed_since_knows_what_it_knew(tmp_path: Path) -> None:
    hold(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=PARKS)
    write_plan(tmp_path, plan())  # without 2.1b, 2.1c and Health
    generate(Project(tmp_path), date("2008-09-04"), force=True)
    again(tmp_path, "2008-09-04", {"Parks": {"2.1a": "AMBER"}}, "later.xlsx")
    assert check_ledger(Project(tmp_path)).faults == ()


def test_an_original_that_was_forgotten_is_told_apart(project: Project) -> None:
    with raw(project) as ledger:
        ledger.execute("UPDATE returns SET content = x'', forgotten = '2010-01-01' WHERE file = 'parks.xlsx'")
    found = check_ledger(project)
    assert (found.faults, found.returns, found.forgotten) == ((), 8, 2)


# ---------------------------------------------------------------------------------------------------------- damaged


#: Stands for the number of the first return of Parks.
PARKS_RETURN = "(SELECT id FROM returns WHERE file = 'parks.xlsx' AND period = '2008-09-04')"

DAMAGES = {
    "an original that is another file": (
        "UPDATE returns SET content = x'00' WHERE id = {parks}",
        "period 2008-09-04, return parks.xlsx",
        "its kept original is not the file that came",
    ),
    "an original that is gone and was not forgotten": (
        "UPDATE returns SET content = x'' WHERE file = 'broken.xlsx' AND period = '2009-03-04'",
        "period 2009-03-04, return broken.xlsx",
        "its kept original is not the file that came",
    ),
    "an original that was forgotten and is there": (
        "UPDATE returns SET forgotten = '2010-01-01 00:00:00' WHERE id = {parks}",
        "period 2008-09-04, return parks.xlsx",
        "was forgotten (2010-01-01 00:00:00), and its original is still kept",
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
        "headlines are about what its period never knew: “failure”",
    ),
    "an observation of no kind": (
        "UPDATE observations SET code = 'odd' WHERE return_id = (SELECT max(return_id) FROM observations)",
        "period",
        "observations are about what its period never knew: “odd”",
    ),
    "an observation of a task that nobody knows": (
        "UPDATE observations SET task = '9z' WHERE return_id = (SELECT max(return_id) FROM observations)",
        "period",
        "observations are about what its period never knew: “9z”",
    ),
    "a total of an outcome that nobody knows": (
        "UPDATE totals SET outcome = '9.9' WHERE return_id = {parks} AND outcome <> ''",
        "period 2008-09-04, return",
        "totals are about what its period never knew: “9.9”",
    ),
    "an answer in a column that nobody knows": (
        "INSERT INTO answers VALUES (NULL, {parks}, '2.1a', 'mood', 'x', '', '')",
        "period 2008-09-04, return",
        "answers are about what its period never knew: “mood”",
    ),
    "an answer to a task that nobody knows": (
        "INSERT INTO answers VALUES (NULL, {parks}, '9z', 'status', 'x', '', '')",
        "period 2008-09-04, return",
        "answers are about what its period never knew: “9z”",
    ),
    "a correction of a task that nobody knows": (
        "INSERT INTO corrections VALUES (NULL, '2008-09-04', '9z', '', 'status', 'RED', '', '2008-09-06', '', '')",
        "period 2008-09-04, corrections",
        "corrections are about what its period never knew: “9z”",
    ),
    "a standing that is not what was returned": (
        "UPDATE standings SET status = 'GREEN' WHERE task = '2.1b' AND period = '2008-09-04'",
        "period 2008-09-04",
        "counted again, tasks stand otherwise than was put down: 2.1b",
    ),
    "a standing too few": (
        "DELETE FROM standings WHERE task = '3.1a' AND period = '2009-03-04'",
        "period 2009-03-04",
        "counted again, tasks stand otherwise than was put down: 3.1a",
    ),
    "a standing twice": (
        "INSERT INTO standings SELECT * FROM standings WHERE task = '3.1a' AND period = '2009-03-04'",
        "period 2009-03-04",
        "counted again, tasks stand otherwise than was put down: 3.1a",
    ),
    "a revision that is gone": (
        "DELETE FROM issued WHERE revision = 0 AND period = '2008-09-04'",
        "period 2008-09-04, reports sent out, edition full",
        "its revisions are 1, and should count up from 0 without a gap",
    ),
}


@pytest.mark.parametrize(("damage", "where", "what"), DAMAGES.values(), ids=DAMAGES)
def test_each_damage_is_named_and_nothing_else(project: Project, damage: str, where: str, what: str) -> None:
    with raw(project) as ledger:
        assert ledger.execute(damage.format(parks=PARKS_RETURN)).rowcount > 0
    faults = [fault for fault in check_ledger(project).faults if fault.what.startswith(what)]
    assert [fault.where.startswith(where) for fault in faults] == [True]
    assert faults[0].fix


#: What has no other fault for its consequence, as what cannot be read or counted has.
ALONE = [
    name for name in DAMAGES if not any(words in name for words in ("read", "lacks", "answer to", "no kind", "none"))
]


@pytest.mark.parametrize("name", ALONE)
def test_of_what_is_only_one_fault_only_one_is_named(project: Project, name: str) -> None:
    with raw(project) as ledger:
        ledger.execute(DAMAGES[name][0].format(parks=PARKS_RETURN))
    assert only(check_ledger(project)).what.startswith(DAMAGES[name][2])


@pytest.mark.parametrize("table", ["answers", "headlines", "totals", "observations"])
def test_what_belongs_to_a_return_that_is_not_there(project: Project, table: str) -> None:
    with raw(project) as ledger:
        ledger.execute(f"INSERT INTO {table} SELECT * FROM (SELECT * FROM {table} LIMIT 0)")
        columns = [row[1] for row in ledger.execute(f"PRAGMA table_info({table})") if row[1] != "id"]
        values = ["77" if name == "return_id" else "1" for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        ledger.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(values)})")
    fault = only(check_ledger(project))
    assert (fault.where, fault.what) == (table, "1 of them belong to “77”, which is not among the returns.")


def test_what_belongs_to_a_period_that_is_not_there(project: Project) -> None:
    with raw(project) as ledger:
        ledger.execute("DELETE FROM periods WHERE date = '2008-09-04'")
    faults = {fault.where for fault in check_ledger(project).faults}
    assert {"workbooks", "returns", "standings", "issued"} <= faults


def test_two_workbooks_of_one_reference(project: Project) -> None:
    with raw(project) as ledger:
        (one, sent), (two, _) = ledger.execute("SELECT id, sent FROM workbooks LIMIT 2").fetchall()
        assert one != two
        ledger.execute("UPDATE workbooks SET sent = ? WHERE id = ?", [sent, two])
    said = [fault.what for fault in check_ledger(project).faults]
    assert [what.startswith("what it was sent with is kept under the reference") for what in said] == [True, False]
    assert "has the reference" in said[1]


@pytest.mark.parametrize("lost", ["a whole page", "some letters"])
def test_a_file_that_a_bad_disk_has_damaged(project: Project, lost: str) -> None:
    with raw(project) as ledger:
        size = ledger.execute("PRAGMA page_size").fetchone()[0]
        (page,) = ledger.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_returns_period'").fetchone()
    with (project.folder / "x.db").open("r+b") as file:
        start, length = ((page - 1) * size, size) if lost == "a whole page" else (page * size - 12, 6)
        file.seek(start)
        file.write(bytes(length))
    found = check_ledger(project)
    assert "is damaged" in found.faults[0].what
    assert all(fault.fix for fault in found.faults)


def test_several_faults_are_named_in_one_go(project: Project) -> None:
    with raw(project) as ledger:
        for name in (
            "a revision that is gone",
            "a correction of a task that nobody knows",
            "an original that is another file",
        ):
            ledger.execute(DAMAGES[name][0].format(parks=PARKS_RETURN))
    assert len(check_ledger(project).faults) == 3
