"""The reading process: it is limited in time and memory, may die, and is replaced."""

from __future__ import annotations

import json
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
from ragsheets.returns.intake.open_file import OpenedWorkbook
from ragsheets.returns.intake.period_context import reading_context_of
from ragsheets.returns.intake.worker import Worker, WorkerPool

pytestmark = pytest.mark.own_workers


@pytest.fixture
def pickled_setup(project: Project) -> bytes:
    """What a worker needs before the first file, pickled."""
    with project.ledger() as ledger:
        return pickle.dumps((reading_context_of(ledger, ledger.period()), Limits()))


@pytest.fixture
def good(project: Project) -> bytes:
    return (project.period_folder(DATE) / files.SENT_FOLDER / "Stronger Communities.xlsx").read_bytes()


def make_worker(pickled_setup: bytes, limits: Limits) -> Worker:
    new_worker = Worker(limits)
    new_worker.pickled_setup = pickle.dumps((pickle.loads(pickled_setup)[0], limits))
    return new_worker


def costly_workbook(good: bytes) -> bytes:
    """Return a workbook that takes seconds and gigabytes to read."""
    fault = FAULTS["ten-million-cells-of-numbers"]
    return fault.make(Stage(good, Path("/nowhere"), "http://127.0.0.1:9/"))


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_rejected_and_the_next_is_read(pickled_setup: bytes, good: bytes) -> None:
    limits = Limits(seconds=1, memory=6000)
    with WorkerPool(limits) as pool:
        pool.start_workers(pickle.loads(pickled_setup)[0], 1)
        assert isinstance(pool.submit("good.xlsx", good).result(), OpenedWorkbook)
        slow_future = pool.submit("slow.xlsx", costly_workbook(good))
        with pytest.raises(ReturnError) as error:
            slow_future.result()
        assert (error.value.code, error.value.facts["found"]) == ("too-costly", "1 seconds")
        assert isinstance(pool.submit("good.xlsx", good).result(), OpenedWorkbook)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds one process to its memory")
def test_a_file_that_takes_all_memory_is_rejected_and_the_next_is_read(pickled_setup: bytes, good: bytes) -> None:
    single_worker = make_worker(pickled_setup, Limits(memory=300))
    try:
        assert isinstance(single_worker.open("good.xlsx", good), OpenedWorkbook)
        with pytest.raises(ReturnError, match="too-costly"):
            single_worker.open("large.xlsx", costly_workbook(good))
        assert isinstance(single_worker.open("good.xlsx", good), OpenedWorkbook)
    finally:
        single_worker.stop()


@pytest.mark.slow
def test_a_process_that_dies_affects_only_its_current_file(pickled_setup: bytes, good: bytes) -> None:
    single_worker = make_worker(pickled_setup, Limits())
    try:
        single_worker.open("good.xlsx", good)
        os.kill(single_worker._live_process.pid, signal.SIGKILL)
        with pytest.raises(ReturnError, match="too-costly"):
            single_worker.open("good.xlsx", good)
        assert isinstance(single_worker.open("good.xlsx", good), OpenedWorkbook)
    finally:
        single_worker.stop()


def test_no_process_keeps_running() -> None:
    with WorkerPool(Limits()) as pool:
        process = pool._workers[0]._live_process
        assert process.poll() is None
    for _ in range(50):
        if process.poll() is not None:
            return
        time.sleep(0.1)
    pytest.fail("the process is there still")


def test_a_process_that_does_not_start_is_an_error_of_the_project_not_the_file(
    pickled_setup: bytes, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_PROCESS_CODE", "raise SystemExit({path!r} is None)")
    single_worker = make_worker(pickled_setup, Limits())
    with pytest.raises(ProjectError, match="does not start"):
        single_worker.open("good.xlsx", good)


def test_the_reading_process_loads_no_pandas_and_no_other_heavy_module() -> None:
    code = "import ragsheets.returns.intake.worker_process, ragsheets.returns.intake.open_file, sys; "
    code += "print([n for n in %r if n in sys.modules])"
    heavy = ("pandas", "numpy", "sqlalchemy", "openpyxl", "docx", "pydantic", "rich", "lxml", "xlrd")
    # Light modules that would together take a third of its start.
    heavy += ("subprocess", "concurrent.futures", "logging", "hashlib", "tomllib", "decimal", "email")
    process = subprocess.run([sys.executable, "-c", code % (heavy,)], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"


def test_output_of_a_module_during_import_is_not_read_as_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pickled_setup: bytes, good: bytes
) -> None:
    # A module of Windows that the standard library looks for on every system.
    (tmp_path / "nt.py").write_text("print('loading')\nraise ImportError\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    single_worker = Worker(Limits())
    single_worker.pickled_setup = pickled_setup
    try:
        assert isinstance(single_worker.open("reply.xlsx", good), OpenedWorkbook)
    finally:
        single_worker.stop()


#: A program as PyInstaller makes it: it is no Python, its modules are inside it, and `sys.executable` is itself.
_FROZEN_PROGRAM = """#!{python}
import sys
sys.path[:], sys.frozen, sys.executable = {path!r}, True, {program!r}
from ragsheets.cli import main
main()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts no script as a program")
def test_the_workers_of_a_frozen_program_start(project: Project, good: bytes, tmp_path: Path) -> None:
    program = tmp_path / "ragsheets"
    program.write_text(_FROZEN_PROGRAM.format(python=sys.executable, path=sys.path, program=str(program)))
    program.chmod(0o755)
    (project.period_folder(DATE) / "returned" / "reply.xlsx").write_bytes(good + b"\0")
    process = subprocess.run([program, "-C", project.folder, "ingest", "--json"], capture_output=True, text=True)
    assert process.stderr == ""
    (file,) = [file for file in json.loads(process.stdout)["files"] if file["file"] == "reply.xlsx"]
    assert file["result"] == "accepted"


@pytest.mark.slow
def test_a_script_that_is_not_guarded_is_not_run_again_by_the_workers(project: Project, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    project_code = f"ragsheets.Project(pathlib.Path({str(project.folder)!r}))"
    script.write_text(f"import pathlib, ragsheets; print(len(ragsheets.ingest({project_code}).totals))")
    (project.period_folder(DATE) / "returned" / "reply.txt").write_text("Not a workbook")
    process = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert process.stderr == ""
    assert len(process.stdout.splitlines()) == 1


def test_no_module_is_loaded_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pickled_setup: bytes, good: bytes
) -> None:
    for name in ("pickle", "gc", "struct", "multiprocessing"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    single_worker = make_worker(pickled_setup, Limits())
    try:
        assert isinstance(single_worker.open("reply.xlsx", good), OpenedWorkbook)
    finally:
        single_worker.stop()
