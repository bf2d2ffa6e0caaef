"""The process that reads: it is bounded in time and memory, may die, and is replaced."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.example import DATE
from helpers.hostile import FAULTS, Stage
from ragsheets import files
from ragsheets.errors import ProjectError, ReturnError
from ragsheets.formats.limits import Limits
from ragsheets.project.folder import Project
from ragsheets.returns.intake import worker
from ragsheets.returns.intake.intake import Intake
from ragsheets.returns.intake.open_file import OpenedWorkbook
from ragsheets.returns.intake.worker import Worker, WorkerPool


@pytest.fixture
def brief(project: Project) -> bytes:
    """What a worker is told before the first file."""
    with project.ledger() as ledger:
        desk = Intake(ledger, ledger.period(), "2008-09-30", WorkerPool(Limits()))
        return pickle.dumps((desk.reading_context, Limits()))


@pytest.fixture
def good(project: Project) -> bytes:
    return (project.period_folder(DATE) / files.SENT_FOLDER / "Stronger Communities.xlsx").read_bytes()


def made(brief: bytes, limits: Limits) -> Worker:
    one = Worker(limits)
    one.pickled_setup = pickle.dumps((pickle.loads(brief)[0], limits))
    return one


def costly(good: bytes) -> bytes:
    """A workbook that takes seconds and gigabytes to read."""
    fault = FAULTS["ten-million-cells-of-numbers"]
    return fault.make(Stage(good, Path("/nowhere"), "http://127.0.0.1:9/"))


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(brief: bytes, good: bytes) -> None:
    limits = Limits(seconds=1, memory=6000)
    with WorkerPool(limits) as several:
        several.start_workers(pickle.loads(brief)[0], 1)
        assert isinstance(several.submit("good.xlsx", good).result(), OpenedWorkbook)
        slow = several.submit("slow.xlsx", costly(good))
        with pytest.raises(ReturnError) as error:
            slow.result()
        assert (error.value.code, error.value.facts["found"]) == ("too-costly", "1 seconds")
        assert isinstance(several.submit("good.xlsx", good).result(), OpenedWorkbook)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds one process to its memory")
def test_a_file_that_takes_all_memory_is_given_up_and_the_next_is_read(brief: bytes, good: bytes) -> None:
    one = made(brief, Limits(memory=300))
    try:
        assert isinstance(one.open("good.xlsx", good), OpenedWorkbook)
        with pytest.raises(ReturnError, match="too-costly"):
            one.open("large.xlsx", costly(good))
        assert isinstance(one.open("good.xlsx", good), OpenedWorkbook)
    finally:
        one.stop()


def test_a_process_that_dies_costs_the_file_it_had_and_no_other(brief: bytes, good: bytes) -> None:
    one = made(brief, Limits())
    try:
        one.open("good.xlsx", good)
        os.kill(one._live_process.pid, signal.SIGKILL)
        with pytest.raises(ReturnError, match="too-costly"):
            one.open("good.xlsx", good)
        assert isinstance(one.open("good.xlsx", good), OpenedWorkbook)
    finally:
        one.stop()


def test_no_process_is_left_behind() -> None:
    with WorkerPool(Limits()) as several:
        process = several._workers[0]._live_process
        assert process.poll() is None
    for _ in range(50):
        if process.poll() is not None:
            return
        time.sleep(0.1)
    pytest.fail("the process is there still")


def test_a_process_that_does_not_start_is_no_fault_of_a_file(
    brief: bytes, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_PROCESS_CODE", "raise SystemExit({path!r} is None)")
    one = made(brief, Limits())
    with pytest.raises(ProjectError, match="does not start"):
        one.open("good.xlsx", good)


def test_what_reads_loads_no_pandas_and_nothing_else_that_is_heavy() -> None:
    code = "import ragsheets.returns.intake.worker_process, ragsheets.returns.intake.open_file, sys; "
    code += "print([n for n in %r if n in sys.modules])"
    heavy = ("pandas", "numpy", "sqlalchemy", "openpyxl", "docx", "pydantic", "rich", "lxml", "xlrd")
    # Light ones that would be a third of its start.
    heavy += ("subprocess", "concurrent.futures", "logging", "hashlib", "tomllib", "decimal", "email")
    done = subprocess.run([sys.executable, "-c", code % (heavy,)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_a_module_prints_while_it_loads_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, brief: bytes, good: bytes
) -> None:
    # Of Windows, and looked for everywhere by the standard library.
    (tmp_path / "nt.py").write_text("print('loading')\nraise ImportError\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    process = Worker(Limits())
    process.pickled_setup = brief
    try:
        assert isinstance(process.open("reply.xlsx", good), OpenedWorkbook)
    finally:
        process.stop()
