"""Two `generate` at once, each in its own process: sent/ and the ledger agree, and one of the two is told."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.built_once import built_once
from helpers.projects import DATE, action, files_by_name, group, outcome, plan, task, write_plan
from ragsheets import files
from ragsheets.project.folder import Project

#: Wait for permission before one step of `generate`, named by its function.
HELD = """
import pathlib, sys, time
from ragsheets.project import generate
here = pathlib.Path(sys.argv[2])
usual = generate.{step}
def held(*arguments):
    (here / "reached").touch()
    while not (here / "go").exists():
        time.sleep(0.02)
    return usual(*arguments)
generate.{step} = held
"""


def write_plan_with(folder: Path, wording: str) -> None:
    tasks = action(task("a", task=wording), task("b"))
    write_plan(folder, plan(group("Parks", outcome("2.1", tasks)), group("Health", outcome("3.1", tasks))))


def generate(folder: Path, *words: str, held_before: str = "") -> subprocess.Popen[str]:
    """Start to generate in a separate process, which may be held before a step."""
    first = HELD.format(step=held_before) if held_before else ""
    script = f"{first}\nfrom ragsheets.cli import main\nmain()"
    command = [sys.executable, "-c", script, "-C", str(folder), "generate", "--date", DATE.isoformat(), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def end_of(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a process; return its exit status and what it printed on standard error."""
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors


def wait_until_held(folder: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not (folder / "reached").exists():
        assert time.monotonic() < deadline and process.poll() is None, process.communicate()
        time.sleep(0.02)


def assert_sent_agrees_with_the_ledger(folder: Path, wording: str) -> None:
    with Project(folder).ledger() as ledger:
        recorded = {book.file: book.sha256 for book in ledger.workbooks(DATE)}
        tasks = [task.task for group in ledger.period(DATE).plan.groups for task in group.outcomes[0].tasks]
    sent = files_by_name(folder / DATE.isoformat() / "sent")
    assert {name: files.sha256(content) for name, content in sent.items()} == recorded
    assert set(tasks) == {wording, "Task b"}


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    write_plan_with(tmp_path, "Plant oaks")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("step", ["record_period", "put_in_place_if_recorded"])
def test_the_workbooks_of_the_later_one_count(folder: Path, step: str) -> None:
    first = generate(folder, held_before=step)
    wait_until_held(folder, first)
    write_plan_with(folder, "Plant elms")
    second_exit, second_errors = end_of(generate(folder, "--force"))
    assert (second_exit, second_errors) == (0, "")
    (folder / "go").touch()
    first_exit, first_errors = end_of(first)
    assert first_exit == 2
    expected = {
        "record_period": "the ledger was changed by another command while these workbooks were made.",
        "put_in_place_if_recorded": "another command has made other workbooks for it at the same time, and those",
    }
    assert f"ragsheets: period 2008-09-04: {expected[step]}" in first_errors
    assert_sent_agrees_with_the_ledger(folder, "Plant elms")
    assert [path.name for path in (folder / DATE.isoformat() / "sent").iterdir() if path.suffix != ".xlsx"] == []


@pytest.mark.slow
def test_the_same_workbooks_of_both_are_in_place(folder: Path) -> None:
    first = generate(folder, held_before="put_in_place_if_recorded")
    wait_until_held(folder, first)
    assert end_of(generate(folder))[0] == 0
    (folder / "go").touch()
    assert end_of(first) == (0, "")
    assert_sent_agrees_with_the_ledger(folder, "Plant oaks")


@pytest.mark.slow
def test_two_at_any_moment_agree_with_the_ledger(folder: Path) -> None:
    exits = [end_of(process)[0] for process in [generate(folder), generate(folder, "--period", "Autumn")]]
    assert 0 in exits and set(exits) <= {0, 2}
    assert_sent_agrees_with_the_ledger(folder, "Plant oaks")
