"""Killing a command, by SIGKILL: before each of its steps that changes something, or after some time.

The command runs in a fork of this process, which has everything loaded, so that hundreds of runs cost little.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result

from ragsheets.returns.intake import open_file, worker
from ragsheets.returns.reading.context import ReadingContext

Command = Callable[[Path], object]
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system: nothing can be killed cheaply")

#: The audit events (PEP 578) that precede a change on the disk.
CHANGES = {
    *("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime", "os.link", "os.truncate"),
    *("tempfile.mkstemp", "shutil.rmtree", "sqlite3.connect"),
}
#: What an interrupted run may leave until the next one, and SQLite's own.
LEFTOVER_PREFIXES = (".ragsheets-", "ragsheets.db-journal")


# ------------------------------------------------------------------------------------------------------- killing


class _Steps:
    """Counts the steps of a command, and kills its process before one of them."""

    def __init__(self, fatal: int, folder: Path) -> None:
        self.names: list[str] = []
        self._fatal, self._folders = fatal, (str(folder), tempfile.gettempdir())

    def count_step(self, what: str) -> None:
        self.names.append(what)
        if len(self.names) == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def on_audit_event(self, event: str, facts: tuple[Any, ...]) -> None:
        if event in CHANGES or (event == "open" and _is_to_write(*facts[1:])):
            inside = str(facts[0]).startswith(self._folders)
            # A temporary file is opened as soon as it has its name.
            if inside and (event, self.names[-1:]) != ("open", ["tempfile.mkstemp"]):
                self.count_step(event)

    def install_hooks(self) -> None:
        sys.addaudithook(self.on_audit_event)
        flush = os.fsync

        def fsync(number: int) -> None:
            self.count_step("fsync")
            flush(number)

        def execute(_: object, __: object, statement: str, *more: object) -> None:
            # What is not committed is undone, whichever statement comes next: the first of a kind represents its row.
            kind = statement.split()[0].upper()
            if kind not in ("SELECT", "PRAGMA", "BEGIN") and self.names[-1:] != [kind]:
                self.count_step(kind)

        os.fsync = fsync
        sa.event.listen(sa.Engine, "before_cursor_execute", execute)
        sa.event.listen(sa.Engine, "commit", lambda _: self.count_step("commit"))
        sa.event.listen(sa.pool.Pool, "reset", lambda *_: self.count_step("after the transaction"))


def _is_to_write(mode: str | None, flags: int) -> bool:
    return bool(flags & (os.O_WRONLY | os.O_RDWR) or (mode and set(mode) & set("wax+")))


def steps_of(command: Command, folder: Path) -> list[str]:
    """The steps of a command that change something, in order; it is run to its end."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        counter = _Steps(0, folder)
        _run(command, folder, counter, lambda: os.write(writing, json.dumps(counter.names).encode()))
    os.close(writing)
    with os.fdopen(reading) as pipe:
        names_as_json = pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    names: list[str] = json.loads(names_as_json)
    return names


def kill_before(step: int, command: Command, folder: Path) -> None:
    """Run a command that is killed before it takes this step, counted from 1."""
    child = os.fork()
    if not child:
        _run(command, folder, _Steps(step, folder))
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), f"not killed at step {step}"


def kill_after(seconds: float, command: Command, folder: Path) -> bool:
    """Run a command that is killed after this time; gives whether it was still running."""
    child = os.fork()
    if not child:
        _run(command, folder, None)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _run(command: Command, folder: Path, steps: _Steps | None, then: Callable[[], object] = lambda: None) -> None:
    """What the fork does, and nothing of what this process would do at its end."""
    status = 1
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        if steps:
            steps.install_hooks()
        command(folder)
        then()
        status = 0
    finally:
        os._exit(status)


@contextmanager
def temporary_folder(folder: Path) -> Iterator[Path]:
    """Have this process and its forks put temporary files into a folder of their own."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder


def temporary_files() -> list[str]:
    """The names of what lies in the folder of temporary files."""
    return sorted(path.name for path in Path(tempfile.gettempdir()).iterdir())


@contextmanager
def reading_in_this_process() -> Iterator[None]:
    """Have returns opened by the process that asks: starting another one for each run would take most of the time."""

    def opened(
        self: worker.Worker, name: str, content: bytes, context: ReadingContext | None = None
    ) -> open_file.OpenedFile:
        period_context, limits = pickle.loads(self.pickled_setup)
        return open_file.open_file(name, content, context or period_context, limits)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker.Worker, "start", lambda _: None)
        patch.setattr(worker.Worker, "open", opened)
        yield


# ---------------------------------------------------------------------------------------------------- comparing


@dataclass(frozen=True)
class State:
    """A project folder at rest: its files, and its ledger table by table; times and the log are left out."""

    files: dict[str, bytes]
    ledger: dict[str, list[tuple[Any, ...]]]


def state_of(folder: Path) -> State:
    """The state of a project folder; leftovers of an interrupted run are not part of it."""
    return State(files_in(folder), ledger_in(folder / "ragsheets.db"))


def files_in(folder: Path) -> dict[str, bytes]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if not is_leftover(name) and name != "ragsheets.db"}


def is_leftover(name: str) -> bool:
    return any(part.startswith(LEFTOVER_PREFIXES) for part in name.split("/"))


def ledger_in(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The tables of an SQLite ledger, their rows without times and numbers that only identify rows."""
    if not file.exists():
        return {}
    with closing(sqlite3.connect(file)) as database:
        database.row_factory = sqlite3.Row
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = {name: [dict(row) for row in database.execute(f'SELECT * FROM "{name}"')] for name in names}
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    digests = {row["id"]: row["sha256"] for row in tables.get("returns", [])}
    for table in tables.values():
        for row in table:
            if "return_id" in row:
                row["return_id"] = digests[row["return_id"]]
    without = {
        "events": None,
        "workbooks": {"id", "made"},
        "returns": {"id", "received"},
        "issued": {"at"},
        "written_files": {"at"},
        "corrections": {"id", "at"},
        "settlements": {"id", "at"},
    }
    for table, column in (("returns", "forgotten"), ("corrections", "undone"), ("settlements", "undone")):
        for row in tables.get(table, []):
            row[column] = bool(row.get(column))
    return {
        name: sorted(
            (tuple((key, row[key]) for key in row if key not in without.get(name, ())) for row in rows), key=repr
        )
        for name, rows in tables.items()
        if without.get(name, ()) is not None
    }


def restore_scene(scene: Path, folder: Path) -> None:
    """Put a copy of a scene in place: always the same one, since the ledger records where returns are."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(scene, folder)


def run_in_fork(command: Callable[[], Result]) -> tuple[int, str]:
    """Run a command line in a process that may be denied permissions; return its exit status and its output."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            done = command()
            os.write(writing, json.dumps([done.exit_code, done.output]).encode())
        except BaseException:
            os.write(writing, json.dumps([-1, traceback.format_exc()]).encode())
            raise
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        result = pipe.read()
    os.waitpid(child, 0)
    code, output = json.loads(result)
    return code, output
