"""A ledger that cannot be opened or written: what is wrong, what to do, exit status 2, and nothing changed."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpers import postgresql
from helpers.projects import plan, ragsheets, reply, snapshot, write_plan
from ragsheets.errors import LedgerError
from ragsheets.ledger import Ledger, connection

pytestmark = pytest.mark.sqlite

PASSWORD = "s3cret-w0rd"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose workbooks are sent and one is back, not yet read."""
    folder = tmp_path / "project"
    write_plan(folder)
    assert ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    reply(folder, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "Ambr"}})
    return folder


def refused(folder: Path, *words: str, limited: str = "") -> str:
    """What `ragsheets ingest` says, run by itself; it must end with 2, say so in one line, and change nothing."""
    before = snapshot(folder)
    script = f"{limited}\nfrom ragsheets.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", script, "-C", str(folder), "ingest", *words], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.count("\n") == 1
    assert "Nothing was changed." in done.stderr
    after = snapshot(folder)
    assert {name: content for name, content in after.items() if not name.endswith("-journal")} == before
    return done.stderr


@contextlib.contextmanager
def holding(file: Path, lock: str) -> Iterator[None]:
    """Have another program lock a ledger."""
    script = (
        "import sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        f"c.execute('{lock}'); c.execute('SELECT * FROM about').fetchone()\n"
        "print('locked', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin
    assert other.stdout
    assert other.stdout.readline() == "locked\n"
    try:
        yield
    finally:
        other.stdin.close()
        other.wait()
        other.stdout.close()


IMPATIENT = "from ragsheets.ledger import connection\nconnection.FIRST_WAIT_MS = connection.LOCK_TIMEOUT_MS = 100"


# ------------------------------------------------------------------------------------------------------ another program


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_one_that_another_program_has_locked(project: Path, lock: str) -> None:
    with holding(project / "ragsheets.db", lock):
        said = refused(project, limited=IMPATIENT)
    assert "ragsheets.db: is in use by another program. Wait until that is done" in said
    assert ragsheets("-C", project, "ingest").exit_code == 1


def test_one_that_another_program_reads_while_it_is_to_be_kept(project: Path) -> None:
    with holding(project / "ragsheets.db", "BEGIN"):
        said = refused(project, limited=IMPATIENT)
    assert "is in use by another program" in said


def test_one_that_is_soon_free_again_is_waited_for_and_that_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "FIRST_WAIT_MS", 50)
    monkeypatch.setattr(connection, "LOCK_TIMEOUT_MS", 60_000)
    free = threading.Event()
    with contextlib.ExitStack() as lock:
        lock.enter_context(holding(project / "ragsheets.db", "BEGIN IMMEDIATE"))
        waiting = threading.Thread(target=lambda: (free.wait(60), lock.close()))
        waiting.start()
        monkeypatch.setattr(connection, "_log_waiting", lambda say=connection._log_waiting: (say(), free.set()))
        done = ragsheets("-C", project, "ingest")
        waiting.join()
    assert done.exit_code == 1
    assert "another program is using the ledger; waiting for it" in done.stderr


def test_one_on_a_server_that_another_program_has_locked(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(database) as ledger:
        assert ledger.periods() == []
        monkeypatch.setattr(connection, "LOCK_TIMEOUT_MS", 100)
        with pytest.raises(LedgerError, match=r"is in use by another program\. Wait"), Ledger.open(database):
            pass


def test_two_ledgers_in_one_database_do_not_wait_for_each_other(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LOCK_TIMEOUT_MS", 100)
    other = postgresql.address_of(postgresql.new_schema())
    with Ledger.open(database), Ledger.open(other) as ledger:
        assert ledger.periods() == []


# -------------------------------------------------------------------------------------------------- no room, no right


FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system limits no files")
@pytest.mark.parametrize("most", [0, 4096, 100_000])
def test_a_full_disk(project: Path, most: int) -> None:
    size = (project / "ragsheets.db").stat().st_size
    said = refused(project, limited=FULL.format(most=min(most, size)))
    assert "the disk" in said
    assert "room" in said
    assert ragsheets("-C", project, "ingest").exit_code == 1


NO_PAGE_MORE = """
from ragsheets.ledger import connection
usual = connection._prepare_sqlite
def full(connection, record):
    usual(connection, record)
    connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the pages that there are
connection._prepare_sqlite = full
"""


def test_a_full_disk_as_sqlite_says_it(project: Path) -> None:
    assert "there is no room for it: the disk is full. Make room and try again." in refused(
        project, limited=NO_PAGE_MORE
    )


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no disk of its own can be made here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_full_indeed(tiny_disk: Path) -> None:
    write_plan(tiny_disk)
    assert ragsheets("-C", tiny_disk, "generate", "--date", "2008-09-04").exit_code == 0
    reply(tiny_disk, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "Ambr"}})
    filler = tiny_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    assert "room" in refused(tiny_disk)
    filler.unlink()
    assert ragsheets("-C", tiny_disk, "ingest").exit_code == 1


READ_ONLY = """
from ragsheets.ledger import connection
usual = connection._parse_database_url
connection._parse_database_url = lambda url, folder: usual(f"sqlite:///file:{url}?mode=ro&uri=true", folder)
"""


def test_a_ledger_that_may_only_be_read(project: Path) -> None:
    assert "may not be written to" in refused(project, limited=READ_ONLY)


SOMEBODY_ELSE = """
import os
import ragsheets.returns.ingest, ragsheets.project.queries  # which somebody else may not be able to read
from ragsheets.ledger import connection
usual = connection._engine
def as_somebody_else(address):
    os.setegid(65534)
    os.seteuid(65534)
    return usual(address)
connection._engine = as_somebody_else
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_folder_and_a_ledger_that_somebody_else_may_only_read(project: Path, what: str) -> None:
    temporary = Path(tempfile.gettempdir())
    for path in project.parents:
        if path != temporary and path.is_relative_to(temporary):
            path.chmod(path.stat().st_mode | 0o055)
    project.chmod(0o755 if what == "folder" else 0o777)
    (project / "ragsheets.db").chmod(0o666 if what == "folder" else 0o444)
    assert "may not be written to. Ask for the right" in refused(project, limited=SOMEBODY_ELSE)


def test_a_folder_that_is_not_there(project: Path) -> None:
    said = refused(project, "--ledger", "sqlite:////no/such/folder/x.db")
    assert "ledger /no/such/folder/x.db: cannot be opened" in said
    assert "See that its folder is there" in said


def test_one_that_is_no_database(project: Path) -> None:
    (project / "ragsheets.db").write_bytes(b"This is no database. " * 100)
    assert "is damaged, or is no ledger at all. Move it away" in refused(project)


def test_another_program_s_database_is_not_taken_for_a_ledger_of_no_version(project: Path) -> None:
    with contextlib.closing(sqlite3.connect(project / "ragsheets.db")) as raw:
        raw.execute("DELETE FROM about")
        raw.commit()
    said = ragsheets("-C", project, "ingest")
    assert (said.exit_code, "does not say which version made it" in said.stderr) == (2, True)


# ----------------------------------------------------------------------------------------------------------- a server


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_server_that_is_not_there(project: Path) -> None:
    port = free_port()
    said = refused(project, "--ledger", f"postgresql+psycopg://ann:{PASSWORD}@127.0.0.1:{port}/plans")
    assert f"ledger plans on 127.0.0.1:{port}: the server cannot be reached. See that it is running" in said
    assert PASSWORD not in said


def test_a_host_that_nobody_knows(project: Path) -> None:
    said = refused(project, "--ledger", f"postgresql://ann:{PASSWORD}@no-such-host.invalid/plans")
    assert "the server cannot be reached" in said
    assert PASSWORD not in said


def test_something_else_that_answers_in_its_place(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as caller:
                caller.recv(100)
                caller.sendall(f"HTTP/1.0 400 {PASSWORD}\r\n\r\n".encode())

        other = threading.Thread(target=answer)
        other.start()
        port = server.getsockname()[1]
        said = refused(project, "--ledger", f"postgresql://ann:{PASSWORD}@127.0.0.1:{port}/plans?sslmode=disable")
        other.join()
    assert "the server cannot be reached" in said
    assert PASSWORD not in said


def changed(url: str, **parts: str) -> str:
    return sa.make_url(url).set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]


def test_a_server_that_refuses_the_password(project: Path, database: str) -> None:
    said = refused(project, "--ledger", changed(database, password=PASSWORD))
    assert "the server refused the user's name or the password. Put them right in the address" in said
    assert PASSWORD not in said


def test_a_user_that_the_server_does_not_know(project: Path, database: str) -> None:
    assert "refused the user's name" in refused(project, "--ledger", changed(database, username="nobody at all"))


def test_a_database_that_the_server_does_not_have(project: Path, database: str) -> None:
    assert "has no such database" in refused(project, "--ledger", changed(database, database="plans_of_nobody"))


def test_a_server_that_goes_away_half_way(database: str) -> None:
    with Ledger.open(database) as ledger:
        ledger.log("test", "before")
    with pytest.raises(LedgerError, match="the server cannot be reached"), Ledger.open(database) as ledger:
        ledger.log("test", "lost")
        number = ledger._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with postgresql.connected() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
        while True:
            ledger.log("test", "lost too")
            time.sleep(0.01)
    with Ledger.open(database) as ledger:
        assert [event.what for event in ledger.events()] == ["before"]


@pytest.fixture
def reader(database: str) -> Iterator[str]:
    """The address of an empty ledger for a user who may only read."""
    name = f"reader_{os.getpid()}"
    with postgresql.connected() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    yield changed(database, username=name, password=PASSWORD)
    with postgresql.connected() as connection:
        connection.exec_driver_sql(f"DROP ROLE {name}")


def test_a_user_who_may_not_make_tables(project: Path, reader: str) -> None:
    said = refused(project, "--ledger", reader)
    assert "Ask whoever looks after it" in said or "no schema to put tables into" in said
    assert PASSWORD not in said


# --------------------------------------------------------------------------------------------------------- the address


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "the address is not that of a database"),
        (f"postgresql://ann:{PASSWORD}@host:port/plans", "the address is not that of a database"),
        (f"postgresql://ann:x@{PASSWORD}@host/plans", "written as %40"),
        (f"postgresql://ann:x@y/{PASSWORD}@host/plans", "written as %40"),
        (f"mysql://ann:{PASSWORD}@host/plans", "begins with mysql"),
        (f"postgresql+asyncpg://ann:{PASSWORD}@host/plans", "begins with postgresql+asyncpg"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(project: Path, url: str, words: str) -> None:
    done = ragsheets("-C", project, "ingest", "--ledger", url)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE" in done.stderr
    assert PASSWORD not in done.stderr


def test_a_password_with_signs_of_every_kind_is_never_said(project: Path) -> None:
    said = refused(project, "--ledger", f"postgresql://ann:p%40ss%2F{PASSWORD}%25@127.0.0.1:{free_port()}/plans")
    for part in (PASSWORD, "p@ss", "p%40ss"):
        assert part not in said


@pytest.mark.parametrize("kind", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_of_postgresql_may_begin_in_several_ways(database: str, kind: str) -> None:
    with Ledger.open(changed(database, drivername=kind)) as ledger:
        assert ledger.periods() == []


def test_a_plan_may_name_a_server(tmp_path: Path, database: str) -> None:
    write_plan(tmp_path, plan(ledger=database))
    assert ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    reply(tmp_path, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "GREEN"}})
    assert ragsheets("-C", tmp_path, "ingest").exit_code == 0
    assert not list(tmp_path.glob("*.db"))
    with Ledger.open(database) as ledger:
        assert [each.file for each in ledger.stored_returns(ledger.periods()[0])] == ["Parks.xlsx"]
