"""Commands that run at the same time, each in a process of its own, leave what one after the other would."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers.projects import DATE, ragsheets, reply, snapshot, write_plan
from helpers.queries import FULL, GREEN, PARKS, queries
from ragsheets.ledger import Ledger
from ragsheets.project.folder import Project

#: Waits, once the ledger has what was read, until it may put the queries in place.
HELD = """
import pathlib, sys, time
from ragsheets.project import ingest
usual, here = ingest._write_queries, pathlib.Path(sys.argv[2])
def held(*arguments):
    (here / "stored").touch()
    while not (here / "go").exists():
        time.sleep(0.02)
    return usual(*arguments)
ingest._write_queries = held
"""


def prepared(folder: Path, url: str) -> Project:
    """A project with two folders of returns that are not read yet: one in each folder, and each with a question."""
    write_plan(folder, {**PARKS, "ledger": url})
    assert ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    asked = {**FULL, "2.1a": {**GREEN, "status": "Ambr"}}
    reply(folder, "parks.xlsx", asked, to=folder / "one")
    reply(folder, "health.xlsx", {"3.1a": {**GREEN, "status": "Gren"}}, of="Health", to=folder / "two")
    return Project(folder)


def ingest(project: Project, *names: str, first: str = "") -> subprocess.Popen[str]:
    """Begin to ingest folders of a project, in a process of its own."""
    script = f"{first}\nfrom ragsheets.cli import main\nmain()"
    command = [sys.executable, "-c", script, "-C", str(project.folder), "ingest"]
    paths = [str(project.folder / name) for name in names]
    return subprocess.Popen([*command, *paths], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(processes: Sequence[subprocess.Popen[str]]) -> None:
    for process in processes:
        said = process.communicate(timeout=120)
        assert process.returncode == 1, said


def left(project: Project) -> dict[str, Any]:
    """All that a project has come to, but for times, numbers and the place of the folder."""
    with project.ledger() as ledger:
        frames = ledger.frames(DATE)
        groups = dict(zip(frames["returns"]["id"], frames["returns"]["group"], strict=True))
        said = {
            name: sorted(
                (groups[row.return_id], *row[2:]) for row in frames[name].sort_values("return_id").itertuples()
            )
            for name in ("answers", "headlines", "totals", "observations")
        }
        returns = frames["returns"][["sha256", "file", "result", "group"]].to_numpy().tolist()
        return {
            **said,
            "returns": sorted(map(tuple, returns)),
            "workbooks": sorted((each.reference, each.file, each.sha256) for each in ledger.workbooks(DATE)),
            "standings": sorted(ledger.standings(DATE)),
            "events": sorted((each.command, each.period, each.what) for each in ledger.events()),
            "queries": snapshot(queries(project)),
        }


@pytest.fixture
def one_after_the_other(tmp_path: Path) -> dict[str, Any]:
    """What an ingest of the one folder leaves, and then one of the other."""
    project = prepared(tmp_path / "after", f"sqlite:///{(tmp_path / 'after.db').as_posix()}")
    for name in ("one", "two"):
        ended([ingest(project, name)])
    found = left(project)
    assert {"Parks questions.xlsx", "Health questions.xlsx", "queries.md"} == set(found["queries"])
    return found


def test_two_ingests_of_different_folders(tmp_path: Path, ledger_url: str, one_after_the_other: dict[str, Any]) -> None:
    project = prepared(tmp_path / "together", ledger_url)
    ended([ingest(project, "one"), ingest(project, "two")])
    assert left(project) == one_after_the_other


def test_one_that_puts_its_queries_in_place_after_another_has_done_so(
    tmp_path: Path, ledger_url: str, one_after_the_other: dict[str, Any]
) -> None:
    project = prepared(tmp_path / "together", ledger_url)
    slow = ingest(project, "one", first=HELD)
    waited = time.monotonic() + 60
    while not (project.folder / "stored").exists():
        assert time.monotonic() < waited, slow.communicate()
        time.sleep(0.02)
    ended([ingest(project, "two")])
    (project.folder / "go").touch()
    ended([slow])
    assert left(project) == one_after_the_other


def test_two_ingests_of_the_same_folders(tmp_path: Path, ledger_url: str) -> None:
    after = prepared(tmp_path / "after", f"sqlite:///{(tmp_path / 'after.db').as_posix()}")
    for _ in range(2):
        ended([ingest(after, "one", "two")])
    together = prepared(tmp_path / "together", ledger_url)
    ended([ingest(together, "one", "two"), ingest(together, "one", "two")])
    assert left(together) == left(after)
    kept = [event.what for event in _events(together) if event.command == "ingest"]
    assert kept == ["2 files, 2 new returns", "2 files, 0 new returns"]


def test_an_ingest_of_the_whole_project_folder_keeps_others_out_as_any_does(tmp_path: Path) -> None:
    """To open the ledger's own file as if it were a return would take SQLite's lock away half-way."""
    project = prepared(tmp_path / "project", f"sqlite:///{(tmp_path / 'project' / 'our ledger.db').as_posix()}")
    ended([ingest(project, "."), ingest(project, ".")])
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


def test_many_that_begin_with_a_ledger_that_is_not_there_yet(ledger_url: str) -> None:
    running = [subprocess.Popen([sys.executable, "-c", MANY, ledger_url, str(number)]) for number in range(3)]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    with Ledger.open(ledger_url) as ledger:
        told = [event.what for event in ledger.events()]
    assert [int(what.split()[-1]) for what in told] == list(range(45))


def _events(project: Project) -> list[Any]:
    with project.ledger() as ledger:
        return ledger.events()


def _files(project: Project) -> list[tuple[str, str]]:
    with project.ledger() as ledger:
        return [(name, digest) for digest, name in ledger.return_file_names(DATE).items()]
