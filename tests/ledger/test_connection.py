"""A ledger that cannot be opened or written: the message names cause and fix, exit status 2, and nothing changes."""

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
from helpers.built_once import built_once
from helpers.projects import files_by_name, plan, reply, run_ragsheets, write_plan
from ragsheets.errors import LedgerError
from ragsheets.ledger import Ledger, connection

pytestmark = pytest.mark.sqlite

PASSWORD = "s3cret-w0rd"


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project with sent workbooks and one unread return."""
    folder = tmp_path / "project"
    write_plan(folder)
    assert run_ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    reply(folder, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "Ambr"}})
    return folder


def ingest_error(folder: Path, *arguments: str, setup: str = "") -> str:
    """Run `ragsheets ingest` in a process; check exit status 2 and that nothing changed, and return the error line."""
    before = files_by_name(folder)
    script = f"{setup}\nfrom ragsheets.cli import main\nmain()"
    process = subprocess.run(
        [sys.executable, "-c", script, "-C", str(folder), "ingest", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (2, ""), process.stderr
    assert process.stderr.count("\n") == 1
    assert "Nothing was changed." in process.stderr
    if (folder / "ragsheets.db-journal").exists():
        # Where the disk has no room to roll back either, whoever opens the file next does.
        with contextlib.closing(sqlite3.connect(folder / "ragsheets.db")) as raw:
            raw.execute("SELECT count(*) FROM sqlite_master")
    after = files_by_name(folder)
    assert {name: content for name, content in after.items() if not name.endswith("-journal")} == before
    return process.stderr


@contextlib.contextmanager
def locked_by_another_process(file: Path, lock: str) -> Iterator[None]:
    """Lock a ledger in another process."""
    script = (
        "import sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        f"c.execute('{lock}'); c.execute('SELECT * FROM about').fetchone()\n"
        "print('locked', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    assert process.stdout.readline() == "locked\n"
    try:
        yield
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


IMPATIENT = "from ragsheets.ledger import connection\nconnection.FIRST_WAIT_MS = connection.LOCK_TIMEOUT_MS = 100"


# ------------------------------------------------------------------------------------------------------ another program


@pytest.mark.slow
@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_ledger_locked_by_another_program_is_reported(project: Path, lock: str) -> None:
    with locked_by_another_process(project / "ragsheets.db", lock):
        message = ingest_error(project, setup=IMPATIENT)
    assert "ragsheets.db: is in use by another program. Wait until that is done" in message
    assert run_ragsheets("-C", project, "ingest").exit_code == 1


@pytest.mark.slow
def test_a_ledger_read_by_another_program_during_the_commit_is_reported(project: Path) -> None:
    with locked_by_another_process(project / "ragsheets.db", "BEGIN"):
        message = ingest_error(project, setup=IMPATIENT)
    assert "is in use by another program" in message


def test_waiting_for_a_ledger_that_is_soon_unlocked_is_logged(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "FIRST_WAIT_MS", 50)
    monkeypatch.setattr(connection, "LOCK_TIMEOUT_MS", 60_000)
    waiting_logged = threading.Event()
    with contextlib.ExitStack() as lock:
        lock.enter_context(locked_by_another_process(project / "ragsheets.db", "BEGIN IMMEDIATE"))
        release_thread = threading.Thread(target=lambda: (waiting_logged.wait(60), lock.close()))
        release_thread.start()
        monkeypatch.setattr(
            connection,
            "_log_waiting",
            lambda log_waiting=connection._log_waiting: (log_waiting(), waiting_logged.set()),
        )
        result = run_ragsheets("-C", project, "ingest")
        release_thread.join()
    assert result.exit_code == 1
    assert "another program is using the ledger; waiting for it" in result.stderr


def test_a_ledger_on_a_server_locked_by_another_program_is_reported(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger.open(database) as ledger:
        assert ledger.periods() == []
        monkeypatch.setattr(connection, "LOCK_TIMEOUT_MS", 100)
        with pytest.raises(LedgerError, match=r"is in use by another program\. Wait"), Ledger.open(database):
            pass


def test_two_ledgers_in_one_database_do_not_wait_for_each_other(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LOCK_TIMEOUT_MS", 100)
    other_url = postgresql.address_of(postgresql.new_schema())
    with Ledger.open(database), Ledger.open(other_url) as ledger:
        assert ledger.periods() == []


# ------------------------------------------------------------------------------------------- no space, no permission


FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="this system limits no files")
@pytest.mark.parametrize("most", [0, 4096, 100_000])
def test_a_file_size_limit_is_reported_as_a_full_disk(project: Path, most: int) -> None:
    size = (project / "ragsheets.db").stat().st_size
    message = ingest_error(project, setup=FULL.format(most=min(most, size)))
    assert "the disk" in message
    assert "space" in message
    assert run_ragsheets("-C", project, "ingest").exit_code == 1


NO_PAGE_MORE = """
from ragsheets.ledger import connection
usual = connection._prepare_sqlite
def full(connection, record):
    usual(connection, record)
    connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the pages that there are
connection._prepare_sqlite = full
"""


@pytest.mark.slow
def test_a_full_disk_reported_by_sqlite(project: Path) -> None:
    assert "the disk is full. Free some space and try again." in ingest_error(project, setup=NO_PAGE_MORE)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 512 KiB."""
    mount_point = tmp_path / "disk"
    mount_point.mkdir()
    process = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(mount_point)], capture_output=True, check=False
    )
    if process.returncode:
        pytest.skip("no disk of its own can be made here")
    yield mount_point
    subprocess.run(["umount", str(mount_point)], check=True)


@pytest.mark.slow
def test_a_disk_that_is_really_full(tiny_disk: Path) -> None:
    write_plan(tiny_disk)
    assert run_ragsheets("-C", tiny_disk, "generate", "--date", "2008-09-04").exit_code == 0
    reply(tiny_disk, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "Ambr"}})
    filler = tiny_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    assert "space" in ingest_error(tiny_disk)
    filler.unlink()
    assert run_ragsheets("-C", tiny_disk, "ingest").exit_code == 1


READ_ONLY = """
from ragsheets.ledger import connection
usual = connection._address_of
connection._address_of = lambda url, folder: usual(f"sqlite:///file:{url}?mode=ro&uri=true", folder)
"""


@pytest.mark.slow
def test_a_read_only_ledger_is_reported(project: Path) -> None:
    assert "you do not have permission to write to it" in ingest_error(project, setup=READ_ONLY)


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


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("path_kind", ["folder", "file"])
def test_a_folder_or_ledger_without_write_permission_is_reported(project: Path, path_kind: str) -> None:
    temporary = Path(tempfile.gettempdir())
    for path in project.parents:
        if path != temporary and path.is_relative_to(temporary):
            path.chmod(path.stat().st_mode | 0o055)
    project.chmod(0o755 if path_kind == "folder" else 0o777)
    (project / "ragsheets.db").chmod(0o666 if path_kind == "folder" else 0o444)
    assert "you do not have permission to write to it. Ask for permission" in ingest_error(project, setup=SOMEBODY_ELSE)


def test_a_missing_folder_is_reported(project: Path) -> None:
    address = "sqlite:////no/such/folder/x.db"
    result = run_ragsheets("-C", project, "generate", "--date", "2008-12-04", "--ledger", address)
    assert result.exit_code == 2
    assert "ledger /no/such/folder/x.db: cannot be opened" in result.stderr
    assert "Check that its folder exists" in result.stderr


@pytest.mark.slow
def test_a_file_that_is_not_a_database_is_reported(project: Path) -> None:
    (project / "ragsheets.db").write_bytes(b"This is no database. " * 100)
    assert "is damaged, or is not a ledger. Move it away" in ingest_error(project)


def test_a_ledger_without_a_version_is_rejected(project: Path) -> None:
    with contextlib.closing(sqlite3.connect(project / "ragsheets.db")) as raw:
        raw.execute("DELETE FROM about")
        raw.commit()
    result = run_ragsheets("-C", project, "ingest")
    assert (result.exit_code, "does not say which version made it" in result.stderr) == (2, True)


# ----------------------------------------------------------------------------------------------------------- a server


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_an_unreachable_server_is_reported(project: Path, host: str) -> None:
    port = free_port()
    message = ingest_error(project, "--ledger", f"postgresql+psycopg://ann:{PASSWORD}@{host}:{port}/plans")
    assert f"ledger plans on {host}:{port}: the server cannot be reached. Check that it is running" in message
    assert PASSWORD not in message


@pytest.mark.slow
def test_a_server_that_is_not_postgresql_is_reported(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as caller:
                caller.recv(100)
                caller.sendall(f"HTTP/1.0 400 {PASSWORD}\r\n\r\n".encode())

        server_thread = threading.Thread(target=answer)
        server_thread.start()
        port = server.getsockname()[1]
        message = ingest_error(
            project, "--ledger", f"postgresql://ann:{PASSWORD}@127.0.0.1:{port}/plans?sslmode=disable"
        )
        server_thread.join()
    assert "the server cannot be reached" in message
    assert PASSWORD not in message


def changed_url(url: str, **parts: str) -> str:
    return sa.make_url(url).set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"password": PASSWORD}, "the server refused the user's name or the password. Put them right in the address"),
        ({"username": "nobody at all"}, "the server refused the user's name"),
        ({"database": "plans_of_nobody"}, "has no such database"),
    ],
)
def test_a_wrong_part_of_an_address_is_reported(
    project: Path, database: str, wrong: dict[str, str], message: str
) -> None:
    error = ingest_error(project, "--ledger", changed_url(database, **wrong))
    assert message in error
    assert PASSWORD not in error


def test_a_lost_connection_is_reported_and_nothing_is_kept(database: str) -> None:
    with Ledger.open(database) as ledger:
        ledger.log("test", "before")
    with pytest.raises(LedgerError, match="the server cannot be reached"), Ledger.open(database) as ledger:
        ledger.log("test", "lost")
        process_id = ledger._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with postgresql.connected() as other_connection:
            other_connection.exec_driver_sql(f"SELECT pg_terminate_backend({process_id})")
        while True:
            ledger.log("test", "lost too")
            time.sleep(0.01)
    with Ledger.open(database) as ledger:
        assert [event.what for event in ledger.events()] == ["before"]


@pytest.fixture
def reader(database: str) -> Iterator[str]:
    """The address of an empty ledger for a user with read permission only."""
    name = f"reader_{os.getpid()}"
    with postgresql.connected() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    yield changed_url(database, username=name, password=PASSWORD)
    with postgresql.connected() as connection:
        connection.exec_driver_sql(f"DROP ROLE {name}")


def test_a_user_without_permission_to_create_tables_is_reported(project: Path, reader: str) -> None:
    result = run_ragsheets("-C", project, "generate", "--date", "2008-12-04", "--ledger", reader)
    assert result.exit_code == 2
    assert "Ask whoever looks after it" in result.stderr or "no schema to put tables into" in result.stderr
    assert PASSWORD not in result.stderr


# --------------------------------------------------------------------------------------------------------- the address


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "the address is not that of a database"),
        (f"postgresql://ann:{PASSWORD}@host:port/plans", "the address is not that of a database"),
        (f"postgresql://ann:x@{PASSWORD}@host/plans", "written as %40"),
        (f"postgresql://ann:x@y/{PASSWORD}@host/plans", "written as %40"),
        (f"mysql://ann:{PASSWORD}@host/plans", "begins with mysql"),
        (f"postgresql+asyncpg://ann:{PASSWORD}@host/plans", "begins with postgresql+asyncpg"),
    ],
)
def test_an_invalid_address_is_reported_without_its_password(project: Path, url: str, message: str) -> None:
    result = run_ragsheets("-C", project, "ingest", "--ledger", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE" in result.stderr
    assert PASSWORD not in result.stderr


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "sqlite://ragsheets.db",
            "two slashes before the name of the file, and needs three. Write sqlite:///ragsheets",
        ),
        ("sqlite://old/ragsheets.db", "Write sqlite:///old/ragsheets.db"),
        (f"sqlite://ann:{PASSWORD}@host/x.db", "a user, a password or a port, which a file does not have."),
        ("sqlite:///x.db?timeout=a", "a setting that cannot be used: timeout=a."),
        ("sqlite:///x.db?mode=ro", "a setting that cannot be used: mode=ro."),
        ("sqlite:///", "names no file, so nothing would be kept."),
        ("sqlite://", "names no file, so nothing would be kept."),
        ("sqlite:///:memory:", "names no file, so nothing would be kept."),
        ("sqlite+aiosqlite:///x.db", "begins with sqlite+aiosqlite, which is not a kind of database"),
        ("postgresql+psycopg2://ann@host/x", "begins with postgresql+psycopg2, which is not a kind of database"),
    ],
)
@pytest.mark.parametrize("given_by", ["--ledger", "ledger in plan.toml"])
def test_an_unusable_address_names_the_option_or_the_key(
    tmp_path: Path, address: str, message: str, given_by: str
) -> None:
    is_option = given_by == "--ledger"
    write_plan(tmp_path, plan() if is_option else plan(ledger=address))
    options = ["--ledger", address] if is_option else []
    before = files_by_name(tmp_path)
    for command in (["status"], ["ledger", "check"], ["generate", "--date", "2008-09-04"]):
        result = run_ragsheets("-C", tmp_path, *command, *options)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"ragsheets: {given_by}: the address ")
        assert message in result.stderr
        assert PASSWORD not in result.stderr
    assert files_by_name(tmp_path) == before


@pytest.mark.parametrize("command", ["ledger check", "status", "ingest", "log", "period list"])
def test_a_mistyped_ledger_is_not_made(project: Path, command: str) -> None:
    mistyped = project / "ragsheet.db"
    result = run_ragsheets("-C", project, *command.split(), "--ledger", f"sqlite:///{mistyped.as_posix()}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"ledger {mistyped}: there is no such ledger. Check the name" in result.stderr
    assert "ragsheets generate --date YYYY-MM-DD" in result.stderr
    assert not mistyped.exists()


def test_a_database_without_a_ledger_is_left_as_it_is(project: Path) -> None:
    other = project / "other.db"
    with contextlib.closing(sqlite3.connect(other)) as raw:
        raw.execute("CREATE TABLE addresses (name TEXT)")
    before = other.read_bytes()
    result = run_ragsheets("-C", project, "ledger", "check", "--ledger", f"sqlite:///{other.as_posix()}")
    assert (result.exit_code, "there is no such ledger" in result.stderr) == (2, True)
    assert other.read_bytes() == before


def test_a_database_on_a_server_without_a_ledger_is_left_as_it_is(project: Path, database: str) -> None:
    for _ in range(2):
        result = run_ragsheets("-C", project, "ledger", "check", "--ledger", database)
        assert (result.exit_code, "there is no such ledger" in result.stderr) == (2, True)


def test_a_number_of_seconds_to_wait_may_be_given(project: Path) -> None:
    address = f"sqlite:///{(project / 'ragsheets.db').as_posix()}?timeout=30"
    assert run_ragsheets("-C", project, "status", "--ledger", address).exit_code == 0


@pytest.mark.slow
def test_a_password_with_special_characters_is_never_shown(project: Path) -> None:
    message = ingest_error(
        project, "--ledger", f"postgresql://ann:p%40ss%2F{PASSWORD}%25@127.0.0.1:{free_port()}/plans"
    )
    for part in (PASSWORD, "p@ss", "p%40ss"):
        assert part not in message


@pytest.mark.parametrize("kind", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_can_have_several_schemes(database: str, kind: str) -> None:
    with Ledger.open(changed_url(database, drivername=kind)) as ledger:
        assert ledger.periods() == []


def test_a_plan_can_name_a_server(tmp_path: Path, database: str) -> None:
    write_plan(tmp_path, plan(ledger=database))
    assert run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    reply(tmp_path, "Parks.xlsx", {"2.1a": {"position": "Done", "status": "GREEN"}})
    assert run_ragsheets("-C", tmp_path, "ingest").exit_code == 0
    assert not list(tmp_path.glob("*.db"))
    with Ledger.open(database) as ledger:
        assert [record.file for record in ledger.stored_returns(ledger.periods()[0])] == ["Parks.xlsx"]
