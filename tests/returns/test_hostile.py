"""Hostile and broken returns: each causes one clear finding, nothing reaches outside, the others are read.

The whole registry of faults is ingested in one run of the command; each test checks its own file. Run with -k to ingest
only the files of the selected tests ("-k bomb", "-k 'not far'").
"""

from __future__ import annotations

import functools
import io
import json
import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers import projects
from helpers.hostile import FAULTS, FOLDER_ENTRIES, NAMES, Fault, Stage, mutants
from helpers.hostile.folder_entries import make_device
from helpers.hostile.mutants import DETECTED_BY_CHECKSUMS
from helpers.hostile.packing import SHEET, pack_parts, repeated_entry
from helpers.projects import assess
from helpers.sandbox import CompletedProgram, FileWatch, recording_server, run
from ragsheets import files
from ragsheets.plan.model import Period
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest

pytest.importorskip("resource", reason="the run's memory is measured as POSIX systems tell it")

pytestmark = pytest.mark.slow

#: Seconds after which the run counts as hanging.
TIMEOUT = 600
MIB = 1 << 20
#: More than this would leave a coordinator's laptop unusable for anything else.
MAX_MEMORY = 1024 * MIB
MUTANTS = 500

#: A sound return; the one used for all that must be rejected; one with odd names; one that is mutated.
SOUND, REJECTED, ODDLY_NAMED, MUTATED = "Sound", "Refused", "Named", "Mutated"
GROUPS = (
    SOUND,
    REJECTED,
    ODDLY_NAMED,
    MUTATED,
    *(name for name, fault in FAULTS.items() if fault.expected.may_be_accepted),
)
STATUSES = ("GREEN", "AMBER", "RED")

ROOT = Path(files.__file__).parent.parent.parent


def keys_of(group: str) -> list[str]:
    return [f"{GROUPS.index(group)}{label}" for label in "abc"]


def answers_of(group: str) -> dict[str, dict[str, str]]:
    return {
        key: {"position": f"Where {key} stands.", "status": status, "planned": f"What {key} needs."}
        for key, status in zip(keys_of(group), STATUSES, strict=True)
    }


def plan_of(*groups: str) -> projects.Table:
    """Return a plan with each of these sub-groups, which have three tasks each."""

    def group(name: str) -> projects.Table:
        tasks = [projects.task(key[-1], key=key) for key in keys_of(name)]
        return projects.group(name, projects.outcome("2.1", projects.action(*tasks)))

    return projects.plan(*map(group, groups))


class HostileProject:
    """A project whose workbooks are generated, and its folder of received files."""

    def __init__(self, folder: Path, groups: tuple[str, ...]) -> None:
        projects.write_plan(folder, plan_of(*groups))
        self.project = Project(folder)
        generate(self.project, projects.DATE)
        self.returned = self.project.period_folder(projects.DATE) / files.RETURNED_FOLDER
        self.plan, self.template = self.project.plan()

    def reply(self, group: str) -> bytes:
        """Return the return of a sub-group, with each task answered."""
        filled = {"group": group, "answers": answers_of(group)}
        return demo.fill_in_workbook(self.plan, self.template, Period(projects.DATE), filled)

    def write_file(self, name: str, content: bytes) -> None:
        path = self.returned / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def write_under_name(self, name: bytes, number: int) -> None:
        """Write a sound return under an odd name; each has other bytes, so that none is a duplicate."""
        folder = self.returned / "names"
        folder.mkdir(exist_ok=True)
        path = os.fsencode(folder) + b"/" + name
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(self.reply(ODDLY_NAMED))
        with zipfile.ZipFile(os.fsdecode(path), "a") as archive:
            archive.comment = b"%d" % number

    def ingest(self, *arguments: str) -> CompletedProgram:
        """Run the command in a separate process."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "ragsheets", "-C", self.project.folder, "ingest", *arguments]
        return run(command, timeout_seconds=TIMEOUT, environment=environment, folder=self.project.folder)


@dataclass(frozen=True)
class RunOutcome:
    """The outcome of the run: how it ended, its output, and what reached outside."""

    ended: CompletedProgram
    report: Mapping[str, Any]
    tasks: pd.DataFrame
    answers: Mapping[str, set[tuple[str, str, str]]]
    outside: list[str]
    calls: list[bytes]
    canary_opened: int
    has_device: bool
    mutants: tuple[str, ...]

    def entries_of(self, name: str) -> list[dict[str, Any]]:
        """Return the entries for a file and for those inside it."""
        assert self.report, f"the run ended with {self.ended.status}: {self.ended.errors[-1500:]}"
        return [file for file in self.report["files"] if file["file"] == name or file["file"].startswith(f"{name}/")]

    @functools.cached_property
    def by_name(self) -> dict[str, dict[str, Any]]:
        return {file["file"]: file for file in self.report.get("files", ())}


@dataclass(frozen=True)
class Selection:
    """What the selected tests of this module need: the names of what to ingest, and whether mutants are included."""

    names: frozenset[str]
    with_mutants: bool


def selected_files(request: pytest.FixtureRequest) -> Selection:
    """Return what to ingest: everything, where only tests of the run as a whole are selected."""
    names, tests_whole_run = set(), False
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.module.__name__ == __name__ and "outcome" in item.fixturenames:
            if hasattr(item, "callspec"):
                names |= {str(value) for value in item.callspec.params.values()}
            else:
                tests_whole_run = True
    return Selection(frozenset(names or {*FAULTS, *NAMES, *FOLDER_ENTRIES}), tests_whole_run)


@pytest.fixture(scope="module")
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunOutcome]:
    """The outcome of one run over all hostile files in one folder, with one sound return among them."""
    selection = selected_files(request)
    top_folder = tmp_path_factory.mktemp("hostile")
    canary = top_folder / "outside" / "canary.txt"
    canary.parent.mkdir()
    canary.write_text("the canary's own words", encoding="utf-8")
    # So deep that a name which leads out of the folder still ends in a folder that is checked.
    groups = tuple(name for name in GROUPS if name in selection.names or name in GROUPS[:4])
    hostile_project = HostileProject(top_folder / "a" / "b" / "c" / "d" / "project", groups)
    with recording_server() as web_server:
        _fill(hostile_project, selection, canary, web_server.url)
        has_device = make_device(hostile_project.returned / "places" / "device.xlsx")
        paths_before, watch = _paths_in(top_folder), FileWatch(canary)
        ended = hostile_project.ingest("--json")
        canary_opened = watch.access_count()
        watch.close()
    paths_after = _paths_in(top_folder)
    try:
        report = json.loads(ended.output)
    except json.JSONDecodeError:
        report = {}
    tasks, answers = _stored(hostile_project.project)
    yield RunOutcome(
        ended=ended,
        report=report,
        tasks=tasks,
        answers=answers,
        outside=[
            path for path in paths_before.keys() | paths_after.keys() if paths_before.get(path) != paths_after.get(path)
        ],
        calls=list(web_server.calls),
        canary_opened=canary_opened,
        has_device=has_device,
        mutants=tuple(f"mutants/{path.name}" for path in (hostile_project.returned / "mutants").glob("*")),
    )
    _remove(top_folder)


def _fill(hostile_project: HostileProject, selection: Selection, canary: Path, url: str) -> None:
    """Write every file that the selected tests need."""
    hostile_project.write_file("sound.xlsx", hostile_project.reply(SOUND))
    good = hostile_project.reply(REJECTED)
    for name, fault in FAULTS.items():
        if name in selection.names:
            good_return = hostile_project.reply(name) if fault.expected.may_be_accepted else good
            hostile_project.write_file(name + fault.suffix, fault.make(Stage(good_return, canary, url)))
    for number, (name, raw) in enumerate(NAMES.items()):
        if name in selection.names:
            hostile_project.write_under_name(raw, number)
    (hostile_project.returned / "places").mkdir()
    for name, make in FOLDER_ENTRIES.items():
        if name in selection.names:
            make(hostile_project.returned / "places" / name, canary)
    if selection.with_mutants:
        for name, content in mutants(hostile_project.reply(MUTATED), MUTANTS):
            hostile_project.write_file(f"mutants/{name}", content)


def _paths_in(top: Path) -> dict[str, tuple[int, int]]:
    """Return every path with its size and time of change, except those that ingest is meant to write."""
    paths = {}
    for folder, folders, names in os.walk(top):
        for name in (*folders, *names):
            path = os.path.join(folder, name)  # noqa: PTH118
            status = os.lstat(path)
            is_folder = stat.S_ISDIR(status.st_mode)
            if not name.startswith("ragsheets.db") and "/queries" not in path:
                paths[path] = (0, 0) if is_folder else (status.st_size, status.st_mtime_ns)
    return paths


def _stored(project: Project) -> tuple[pd.DataFrame, dict[str, set[tuple[str, str, str]]]]:
    """Return the period's tasks with their answers, and the answers of each accepted return by file name."""

    with project.ledger() as ledger:
        frames = ledger.frames(projects.DATE)
    returns = frames["returns"].set_index("id")["file"]
    answers: dict[str, set[tuple[str, str, str]]] = {}
    rows = frames["answers"]
    for number, task, column, value in zip(rows["return_id"], rows["task"], rows["column"], rows["value"], strict=True):
        answers.setdefault(returns[number], set()).add((task, column, value))
    return assess(project).tasks.set_index("key"), answers


def _remove(top: Path) -> None:
    """Empty the folder: its content is large, and pytest keeps the last three."""
    for folder, folders, names in os.walk(top, topdown=False):
        for name in names:
            os.unlink(os.path.join(folder, name))  # noqa: PTH108, PTH118
        for name in folders:
            path = os.path.join(folder, name)  # noqa: PTH118
            os.unlink(path) if os.path.islink(path) else os.rmdir(path)  # noqa: PTH106, PTH108, PTH114


# -------------------------------------------------------------------------------------------------- individual faults


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_causes_at_most_one_finding(outcome: RunOutcome, name: str) -> None:
    fault = FAULTS[name]
    entries = outcome.entries_of(name + fault.suffix)
    assert entries, "it is not listed"
    results = {file["result"] for file in entries}
    findings = [finding for file in entries for finding in file["findings"]]
    if "accepted" in results and fault.expected.may_be_accepted:
        _check_accepted_whole(outcome, name, findings)
        return
    assert "accepted" not in results
    messages = [(finding["code"], finding["severity"], finding["message"]) for finding in findings]
    # Files inside an archive or a message have findings of their own.
    has_members = len(entries) > 1 and fault.suffix in (".zip", ".eml", ".msg")
    assert len(findings) == 1 or (has_members and 0 < len(findings) < 5000), f"said of it: {messages[:10]}"
    assert results & fault.expected.results, f"{results}, {messages}"
    finding = findings[-1]
    assert "{" not in (finding["message"] + finding["fix"]).replace(finding["found"], "")
    assert "Traceback" not in finding["message"]
    if any(file["result"] == "rejected" for file in entries):
        assert finding["code"] in fault.expected.codes
        assert finding["severity"] == "error"
    else:
        assert finding["severity"] == "warning"
        assert fault.expected.text in finding["found"] + finding["message"]


def _check_accepted_whole(outcome: RunOutcome, name: str, findings: list[dict[str, Any]]) -> None:
    """Check that every answer is accepted, and that text elsewhere in the return is reported."""
    assert [finding for finding in findings if finding["severity"] == "error"] == []
    for key, answers in answers_of(name).items():
        assert {column: outcome.tasks.loc[key, column] for column in answers} == answers
    text = FAULTS[name].expected.text
    assert any(text in finding["found"] for finding in findings) or not text, f"“{text}” is lost"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_changes_nothing_about_a_sound_return(outcome: RunOutcome, name: str) -> None:
    shown = NAMES[name].decode("utf-8", "replace")
    (file,) = outcome.entries_of(f"names/{shown}")
    assert (file["result"], file["group"], file["findings"]) == ("accepted", ODDLY_NAMED, [])


@pytest.mark.parametrize("name", FOLDER_ENTRIES)
def test_an_entry_that_is_not_an_ordinary_file_is_reported_and_never_opened(outcome: RunOutcome, name: str) -> None:
    (file,) = outcome.entries_of(f"places/{name}")
    assert file["result"] == "rejected"
    assert [finding["code"] for finding in file["findings"]] == ["unreadable"]


# -------------------------------------------------------------------------------------------------- the run as a whole


def test_the_run_ends_with_status_1_and_without_tracebacks(outcome: RunOutcome) -> None:
    assert outcome.ended.status == 1, outcome.ended.errors[-3000:]
    assert "Traceback" not in outcome.ended.errors
    assert "panicked" not in outcome.ended.errors


def test_the_sound_return_is_accepted_with_its_answers(outcome: RunOutcome) -> None:
    (file,) = outcome.entries_of("sound.xlsx")
    assert (file["result"], file["group"], file["findings"]) == ("accepted", SOUND, [])
    for key, answers in answers_of(SOUND).items():
        assert {column: outcome.tasks.loc[key, column] for column in answers} == answers
    (total,) = [row for row in outcome.report["totals"] if row["group"] == SOUND]
    assert total == {"group": SOUND, "outcome": "2.1", "GREEN": 1, "AMBER": 1, "RED": 1, "not_reported": 0, "total": 3}


def test_nothing_that_must_be_rejected_is_accepted(outcome: RunOutcome) -> None:
    assert REJECTED in outcome.report["missing"]
    assert SOUND not in outcome.report["missing"]


def test_memory_stays_bounded_in_every_process(outcome: RunOutcome) -> None:
    assert 0 < outcome.ended.peak < MAX_MEMORY, f"{outcome.ended.peak // MIB} MiB"


def test_nothing_outside_is_read_written_or_called(outcome: RunOutcome) -> None:
    assert outcome.report, "the run gave no answer"
    assert outcome.outside == []
    assert outcome.calls == []
    assert outcome.canary_opened == 0
    assert "canary's own words" not in outcome.ended.output + outcome.ended.errors


def test_a_device_is_never_read(outcome: RunOutcome) -> None:
    if not outcome.has_device:
        pytest.skip("the system allows no devices to be made here")
    (file,) = outcome.entries_of("places/device.xlsx")
    assert [finding["code"] for finding in file["findings"]] == ["unreadable"]


def test_every_mutant_is_listed_and_a_rejected_one_has_one_finding(outcome: RunOutcome) -> None:
    names = outcome.mutants
    assert len(names) == MUTANTS
    assert [name for name in names if name not in outcome.by_name] == []
    unexpected = {
        name: (file["result"], [finding["code"] for finding in file["findings"]][:5])
        for name in names
        if (file := outcome.by_name[name])["result"] not in ("accepted", "duplicate")
        and (file["result"] != "rejected" or len(file["findings"]) != 1)
    }
    assert unexpected == {}


def test_a_mutant_that_checksums_detect_gives_its_own_answers_or_none(outcome: RunOutcome) -> None:
    """Checksums detect bytes changed in an archive: what is accepted nevertheless is what was sent."""
    sent_answers = {(key, column, text) for key, texts in answers_of(MUTATED).items() for column, text in texts.items()}
    checked = [
        name
        for name, file in outcome.by_name.items()
        if name.startswith("mutants/")
        and file["result"] == "accepted"
        and not name.endswith(".xls")
        and name.split(" ")[1].partition(".")[0] in DETECTED_BY_CHECKSUMS
    ]
    assert checked, "some bytes of an archive mean nothing"
    assert {name: outcome.answers.get(name) for name in checked if outcome.answers.get(name) != sent_answers} == {}


# --------------------------------------------------------------------------------------------------- separate runs


@pytest.fixture
def hostile_project(tmp_path: Path) -> HostileProject:
    return HostileProject(tmp_path / "project", GROUPS[:4])


def test_names_and_texts_send_no_commands_to_the_terminal(hostile_project: HostileProject) -> None:
    for number, raw in enumerate(NAMES.values()):
        hostile_project.write_under_name(raw, number)
    for name in ("text-of-terminal-commands", "html-that-reaches-outside"):
        fault: Fault = FAULTS[name]
        hostile_project.write_file(name + fault.suffix, fault.make(Stage(b"", Path("/canary"), "http://127.0.0.1:9/")))
    (hostile_project.returned / "names" / "broken\x1b[2J\x07 [bold]x.xlsx").write_bytes(b"hello")
    ended = hostile_project.ingest()
    assert ended.status == 1, ended.errors
    shown = ended.output + ended.errors
    assert "Traceback" not in shown
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(shown)
    assert "[bold]" in shown, "markup is shown as it is"


def test_a_file_deleted_before_it_is_read_causes_one_finding(hostile_project: HostileProject) -> None:
    for name in ("1.xlsx", "2.xlsx", "3.xlsx"):
        hostile_project.write_file(name, name.encode())
    hostile_project.write_file("4.xlsx", hostile_project.reply(SOUND))

    def delete_files(done: int, number: int) -> None:
        for name in ("2.xlsx", "3.xlsx"):
            (hostile_project.returned / name).unlink(missing_ok=True)

    result = ingest(hostile_project.project, progress=delete_files)
    results = {file.file: (file.result, [item.code for item in file.findings]) for file in result.files}
    assert results["4.xlsx"] == ("accepted", [])
    for name in ("2.xlsx", "3.xlsx"):
        # It may have been read before it was deleted.
        assert results[name] in (("rejected", ["unreadable"]), ("rejected", ["not-a-workbook"]))


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the superuser may read everything")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_file_or_folder_without_read_permission_causes_one_finding(
    hostile_project: HostileProject, kind: str
) -> None:
    hostile_project.write_file("closed/reply.xlsx", b"hello")
    hostile_project.write_file("sound.xlsx", hostile_project.reply(SOUND))
    closed = hostile_project.returned / "closed" / "reply.xlsx"
    closed = closed if kind == "file" else closed.parent
    closed.chmod(0)
    try:
        result = ingest(hostile_project.project)
    finally:
        closed.chmod(0o700)
    results = {file.file: (file.result, [item.code for item in file.findings]) for file in result.files}
    name = "closed/reply.xlsx" if kind == "file" else "closed"
    assert results == {name: ("rejected", ["unreadable"]), "sound.xlsx": ("accepted", [])}


def test_every_fault_has_a_distinct_file(hostile_project: HostileProject) -> None:
    """A fault whose file is identical to another would be a duplicate and test nothing."""
    name_by_content: dict[bytes, str] = {}
    good = hostile_project.reply(REJECTED)
    for name, fault in FAULTS.items():
        if not fault.expected.may_be_accepted:
            content = fault.make(Stage(good, Path("/outside/canary.txt"), "http://127.0.0.1:9/"))
            assert content not in name_by_content, f"{name} is {name_by_content[content]}"
            name_by_content[content] = name


def test_a_bomb_states_its_true_unpacked_size() -> None:
    entry = repeated_entry("part", b"head", b"unit" * 50, 1001, b"tail")
    content = b"head" + b"unit" * 50 * 1001 + b"tail"
    assert zlib.decompress(entry.compressed, -15) == content
    assert (entry.size, entry.crc) == (len(content), zlib.crc32(content))
    bomb = FAULTS["bomb-in-the-sheet"].make(Stage(_minimal_workbook(), Path("/canary"), "http://127.0.0.1:9/"))
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        assert archive.getinfo(SHEET).file_size > 2 * 1024 * MIB
    assert len(bomb) < 4 * MIB


def _minimal_workbook() -> bytes:
    """Return an archive with the part of an outcome's sheet."""
    return pack_parts({SHEET: b"<worksheet><sheetData></sheetData></worksheet>"})
