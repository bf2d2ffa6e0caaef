"""Commands run simultaneously, each in its own process, have the same result as one after the other."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers.projects import DATE, files_by_name, reply, run_ragsheets, write_plan
from helpers.queries import FULL, GREEN, PARKS, queries_folder
from ragsheets.ledger import Ledger
from ragsheets.project.folder import Project

#: After storing the returns in the ledger, wait for permission to write the queries.
HELD = """
import pathlib, sys, time
from ragsheets.project.queries import QueriesFolder
usual, here = QueriesFolder.write, pathlib.Path(sys.argv[2])
def held(*arguments):
    (here / "stored").touch()
    while not (here / "go").exists():
        time.sleep(0.02)
    return usual(*arguments)
QueriesFolder.write = held
"""


def prepare_project(folder: Path, url: str) -> Project:
    """Prepare a project with two folders of unread returns: one return in each folder, each of which needs a query."""
    write_plan(folder, {**PARKS, "ledger": url})
    assert run_ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    rows = {**FULL, "2.1a": {**GREEN, "status": "Ambr"}}
    reply(folder, "parks.xlsx", rows, to=folder / "one")
    reply(folder, "health.xlsx", {"3.1a": {**GREEN, "status": "Gren"}}, of="Health", to=folder / "two")
    return Project(folder)


def ingest(project: Project, *names: str, first: str = "") -> subprocess.Popen[str]:
    """Start to ingest folders of a project, in a separate process."""
    script = f"{first}\nfrom ragsheets.cli import main\nmain()"
    command = [sys.executable, "-c", script, "-C", str(project.folder), "ingest"]
    paths = [str(project.folder / name) for name in names]
    return subprocess.Popen([*command, *paths], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_all(processes: Sequence[subprocess.Popen[str]]) -> None:
    for process in processes:
        output = process.communicate(timeout=120)
        assert process.returncode == 1, output


def state_of(project: Project) -> dict[str, Any]:
    """Return the complete state of a project, without times, numbers and the location of the folder."""
    with project.ledger() as ledger:
        frames = ledger.frames(DATE)
        groups = dict(zip(frames["returns"]["id"], frames["returns"]["group"], strict=True))
        parsed_rows = {
            name: sorted(
                (groups[row.return_id], *row[2:]) for row in frames[name].sort_values("return_id").itertuples()
            )
            for name in ("answers", "headlines", "totals", "observations")
        }
        returns = frames["returns"][["sha256", "file", "result", "group"]].to_numpy().tolist()
        return {
            **parsed_rows,
            "returns": sorted(map(tuple, returns)),
            "workbooks": sorted((book.reference, book.file, book.sha256) for book in ledger.workbooks(DATE)),
            "standings": sorted(ledger.standings(DATE)),
            "events": sorted((event.command, event.period, event.what) for event in ledger.events()),
            "queries": files_by_name(queries_folder(project)),
        }


@pytest.fixture
def sequential_state(tmp_path: Path) -> dict[str, Any]:
    """The state of a project after an ingest of one folder and then of the other."""
    project = prepare_project(tmp_path / "after", f"sqlite:///{(tmp_path / 'after.db').as_posix()}")
    for name in ("one", "two"):
        wait_for_all([ingest(project, name)])
    state = state_of(project)
    assert {"Parks questions.xlsx", "Health questions.xlsx", "queries.md"} == set(state["queries"])
    return state


@pytest.mark.slow
def test_two_ingests_of_different_folders(tmp_path: Path, ledger_url: str, sequential_state: dict[str, Any]) -> None:
    project = prepare_project(tmp_path / "together", ledger_url)
    wait_for_all([ingest(project, "one"), ingest(project, "two")])
    assert state_of(project) == sequential_state


@pytest.mark.slow
def test_an_ingest_that_writes_its_queries_after_another_ingest_has_finished(
    tmp_path: Path, ledger_url: str, sequential_state: dict[str, Any]
) -> None:
    project = prepare_project(tmp_path / "together", ledger_url)
    delayed_ingest = ingest(project, "one", first=HELD)
    deadline = time.monotonic() + 60
    while not (project.folder / "stored").exists():
        assert time.monotonic() < deadline, delayed_ingest.communicate()
        time.sleep(0.02)
    wait_for_all([ingest(project, "two")])
    (project.folder / "go").touch()
    wait_for_all([delayed_ingest])
    assert state_of(project) == sequential_state


@pytest.mark.slow
def test_two_ingests_of_the_same_folders(tmp_path: Path, ledger_url: str) -> None:
    sequential = prepare_project(tmp_path / "after", f"sqlite:///{(tmp_path / 'after.db').as_posix()}")
    for _ in range(2):
        wait_for_all([ingest(sequential, "one", "two")])
    simultaneous = prepare_project(tmp_path / "together", ledger_url)
    wait_for_all([ingest(simultaneous, "one", "two"), ingest(simultaneous, "one", "two")])
    assert state_of(simultaneous) == state_of(sequential)
    ingest_events = [event.what for event in _events(simultaneous) if event.command == "ingest"]
    assert ingest_events == ["2 files, 2 new returns", "2 files, 0 new returns"]


@pytest.mark.slow
def test_an_ingest_of_the_whole_project_folder_excludes_others_too(tmp_path: Path) -> None:
    """Reading the ledger's own file as a return would release SQLite's lock in the middle of the ingest."""
    project = prepare_project(tmp_path / "project", f"sqlite:///{(tmp_path / 'project' / 'our ledger.db').as_posix()}")
    wait_for_all([ingest(project, "."), ingest(project, ".")])
    files = dict(_files(project))
    assert not [name for name in files if name.startswith("our ledger.db")]
    assert next(event.what for event in _events(project) if event.command == "ingest").endswith("2 new returns")


MANY = """
import sys
from ragsheets.ledger import Ledger
for number in range(15):
    with Ledger.open(sys.argv[1]) as ledger:
        last = ledger.last_event_number()
        ledger.log("test", f"{sys.argv[2]} after {last}")
"""


@pytest.mark.slow
def test_many_processes_that_start_without_a_ledger(ledger_url: str) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", MANY, ledger_url, str(number)]) for number in range(3)]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    with Ledger.open(ledger_url) as ledger:
        event_texts = [event.what for event in ledger.events()]
    assert [int(text.split()[-1]) for text in event_texts] == list(range(45))


def _events(project: Project) -> list[Any]:
    with project.ledger() as ledger:
        return ledger.events()


def _files(project: Project) -> list[tuple[str, str]]:
    with project.ledger() as ledger:
        return [(name, digest) for digest, name in ledger.return_file_names(DATE).items()]
