"""Hostile and broken returns: each costs one clear finding, nothing reaches outside, and the others go on.

The whole registry of faults is ingested in one run of the command; each test looks at its own file. Run with -k to
ingest only the files of the tests that are chosen ("-k bomb", "-k 'not far'").
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
from helpers.sandbox import Ended, Watch, run, server
from ragsheets import files
from ragsheets.plan.model import Period
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest

pytest.importorskip("resource", reason="the run's memory is measured as POSIX systems tell it")

#: Seconds after which the run is taken to hang.
PATIENCE = 600
MIB = 1 << 20
#: More than this, and a coordinator's laptop has no use for anything else.
MOST_MEMORY = 1024 * MIB
MUTANTS = 500

#: A sound return; the one that stands for all that must be refused; one that bears odd names; one that is mutated.
SOUND, REFUSED, NAMED, MUTATED = "Sound", "Refused", "Named", "Mutated"
GROUPS = (SOUND, REFUSED, NAMED, MUTATED, *(name for name, fault in FAULTS.items() if fault.expected.may_be_accepted))
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
    """A plan that has each of these sub-groups with three tasks."""

    def group(name: str) -> projects.Table:
        tasks = [projects.task(key[-1], key=key) for key in keys_of(name)]
        return projects.group(name, projects.outcome("2.1", projects.action(*tasks)))

    return projects.plan(*map(group, groups))


class Desk:
    """A project whose workbooks are sent, and the folder for what comes back."""

    def __init__(self, folder: Path, groups: tuple[str, ...]) -> None:
        projects.write_plan(folder, plan_of(*groups))
        self.project = Project(folder)
        generate(self.project, projects.DATE)
        self.returned = self.project.period_folder(projects.DATE) / files.RETURNED_FOLDER
        self.plan, self.template = self.project.plan()

    def reply(self, group: str) -> bytes:
        """The return of a sub-group, each task answered."""
        filled = {"group": group, "answers": answers_of(group)}
        return demo.fill_in_workbook(self.plan, self.template, Period(projects.DATE), filled)

    def put(self, name: str, content: bytes) -> None:
        path = self.returned / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def put_named(self, name: bytes, number: int) -> None:
        """A sound return under an odd name; each of them has other bytes, so that none is a duplicate."""
        folder = self.returned / "names"
        folder.mkdir(exist_ok=True)
        path = os.fsencode(folder) + b"/" + name
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(self.reply(NAMED))
        with zipfile.ZipFile(os.fsdecode(path), "a") as archive:
            archive.comment = b"%d" % number

    def ingest(self, *words: str) -> Ended:
        """Run the command in a process of its own."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "ragsheets", "-C", self.project.folder, "ingest", *words]
        return run(command, patience=PATIENCE, environment=environment, folder=self.project.folder)


@dataclass(frozen=True)
class Outcome:
    """What became of the run: how it ended, what it said, who reached outside."""

    ended: Ended
    said: Mapping[str, Any]
    tasks: pd.DataFrame
    answers: Mapping[str, set[tuple[str, str, str]]]
    outside: list[str]
    calls: list[bytes]
    canary_opened: int
    has_device: bool
    mutants: tuple[str, ...]

    def of(self, name: str) -> list[dict[str, Any]]:
        """What is said of a file and of those inside it."""
        assert self.said, f"the run ended with {self.ended.status}: {self.ended.errors[-1500:]}"
        return [file for file in self.said["files"] if file["file"] == name or file["file"].startswith(f"{name}/")]

    @functools.cached_property
    def by_name(self) -> dict[str, dict[str, Any]]:
        return {file["file"]: file for file in self.said.get("files", ())}


@dataclass(frozen=True)
class Chosen:
    """What the chosen tests of this module are about: the names of what to ingest, and whether mutants are among it."""

    names: frozenset[str]
    with_mutants: bool


def chosen(request: pytest.FixtureRequest) -> Chosen:
    """What to ingest. Where only tests of the run as a whole are chosen, that is everything."""
    names, whole = set(), False
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.module.__name__ == __name__ and "outcome" in item.fixturenames:
            if hasattr(item, "callspec"):
                names |= {str(value) for value in item.callspec.params.values()}
            else:
                whole = True
    return Chosen(frozenset(names or {*FAULTS, *NAMES, *FOLDER_ENTRIES}), whole)


@pytest.fixture(scope="module")
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """Everything hostile in one folder beside one sound return, ingested in one run."""
    what = chosen(request)
    top = tmp_path_factory.mktemp("hostile")
    canary = top / "outside" / "canary.txt"
    canary.parent.mkdir()
    canary.write_text("the canary's own words", encoding="utf-8")
    # So deep that a name which climbs out of the folder still lands where it is seen.
    groups = tuple(name for name in GROUPS if name in what.names or name in GROUPS[:4])
    desk = Desk(top / "a" / "b" / "c" / "d" / "project", groups)
    with server() as listening:
        _fill(desk, what, canary, listening.url)
        has_device = make_device(desk.returned / "places" / "device.xlsx")
        before, watch = _everything_in(top), Watch(canary)
        ended = desk.ingest("--json")
        opened = watch.seen()
        watch.close()
    after = _everything_in(top)
    try:
        said = json.loads(ended.output)
    except json.JSONDecodeError:
        said = {}
    tasks, answers = _stored(desk.project)
    yield Outcome(
        ended=ended,
        said=said,
        tasks=tasks,
        answers=answers,
        outside=[path for path in before.keys() | after.keys() if before.get(path) != after.get(path)],
        calls=list(listening.calls),
        canary_opened=opened,
        has_device=has_device,
        mutants=tuple(f"mutants/{path.name}" for path in (desk.returned / "mutants").glob("*")),
    )
    _remove(top)


def _fill(desk: Desk, what: Chosen, canary: Path, url: str) -> None:
    """Put every return that the chosen tests need in its place."""
    desk.put("sound.xlsx", desk.reply(SOUND))
    good = desk.reply(REFUSED)
    for name, fault in FAULTS.items():
        if name in what.names:
            own = desk.reply(name) if fault.expected.may_be_accepted else good
            desk.put(name + fault.suffix, fault.make(Stage(own, canary, url)))
    for number, (name, raw) in enumerate(NAMES.items()):
        if name in what.names:
            desk.put_named(raw, number)
    (desk.returned / "places").mkdir()
    for name, make in FOLDER_ENTRIES.items():
        if name in what.names:
            make(desk.returned / "places" / name, canary)
    if what.with_mutants:
        for name, content in mutants(desk.reply(MUTATED), MUTANTS):
            desk.put(f"mutants/{name}", content)


def _everything_in(top: Path) -> dict[str, tuple[int, int]]:
    """Every path with its size and time of change, but the ledger's and what ingest is there to write."""
    found = {}
    for here, folders, names in os.walk(top):
        for name in (*folders, *names):
            path = os.path.join(here, name)  # noqa: PTH118
            status = os.lstat(path)
            is_folder = stat.S_ISDIR(status.st_mode)
            if not name.startswith("ragsheets.db") and "/queries" not in path:
                found[path] = (0, 0) if is_folder else (status.st_size, status.st_mtime_ns)
    return found


def _stored(project: Project) -> tuple[pd.DataFrame, dict[str, set[tuple[str, str, str]]]]:
    """The period's tasks with their answers, and the answers of each accepted return by its file's name."""
    from ragsheets.project.ingest import assess

    with project.ledger() as ledger:
        frames = ledger.frames(projects.DATE)
    returns = frames["returns"].set_index("id")["file"]
    answers: dict[str, set[tuple[str, str, str]]] = {}
    rows = frames["answers"]
    for number, task, column, value in zip(rows["return_id"], rows["task"], rows["column"], rows["value"], strict=True):
        answers.setdefault(returns[number], set()).add((task, column, value))
    return assess(project).tasks.set_index("key"), answers


def _remove(top: Path) -> None:
    """Empty the folder: what lies in it is large, and pytest keeps the last three."""
    for here, folders, names in os.walk(top, topdown=False):
        for name in names:
            os.unlink(os.path.join(here, name))  # noqa: PTH108, PTH118
        for name in folders:
            path = os.path.join(here, name)  # noqa: PTH118
            os.unlink(path) if os.path.islink(path) else os.rmdir(path)  # noqa: PTH106, PTH108, PTH114


# ------------------------------------------------------------------------------------------------- each fault by itself


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_one_finding_or_nothing(outcome: Outcome, name: str) -> None:
    fault = FAULTS[name]
    entries = outcome.of(name + fault.suffix)
    assert entries, "it is not listed"
    results = {file["result"] for file in entries}
    findings = [finding for file in entries for finding in file["findings"]]
    if "accepted" in results and fault.expected.may_be_accepted:
        _is_taken_whole(outcome, name, findings)
        return
    assert "accepted" not in results
    said = [(finding["code"], finding["severity"], finding["message"]) for finding in findings]
    # What lies inside an archive or a message is told by itself.
    several = len(entries) > 1 and fault.suffix in (".zip", ".eml", ".msg")
    assert len(findings) == 1 or (several and 0 < len(findings) < 5000), f"said of it: {said[:10]}"
    assert results & fault.expected.results, f"{results}, {said}"
    finding = findings[-1]
    assert "{" not in (finding["message"] + finding["fix"]).replace(finding["found"], "")
    assert "Traceback" not in finding["message"]
    if any(file["result"] == "rejected" for file in entries):
        assert finding["code"] in fault.expected.codes
        assert finding["severity"] == "error"
    else:
        assert finding["severity"] == "warning"
        assert fault.expected.text in finding["found"] + finding["message"]


def _is_taken_whole(outcome: Outcome, name: str, findings: list[dict[str, Any]]) -> None:
    """An unusual return is a return: every answer is home, and what stands elsewhere in it is told."""
    assert [finding for finding in findings if finding["severity"] == "error"] == []
    for key, answers in answers_of(name).items():
        assert {column: outcome.tasks.loc[key, column] for column in answers} == answers
    words = FAULTS[name].expected.text
    assert any(words in finding["found"] for finding in findings) or not words, f"“{words}” is lost"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_changes_nothing_about_a_sound_return(outcome: Outcome, name: str) -> None:
    shown = NAMES[name].decode("utf-8", "replace")
    (file,) = outcome.of(f"names/{shown}")
    assert (file["result"], file["group"], file["findings"]) == ("accepted", NAMED, [])


@pytest.mark.parametrize("name", FOLDER_ENTRIES)
def test_what_is_no_ordinary_file_is_told_and_never_opened(outcome: Outcome, name: str) -> None:
    (file,) = outcome.of(f"places/{name}")
    assert file["result"] == "rejected"
    assert [finding["code"] for finding in file["findings"]] == ["unreadable"]


# -------------------------------------------------------------------------------------------------- the run as a whole


def test_the_run_ends_with_1_and_says_nothing_but_findings(outcome: Outcome) -> None:
    assert outcome.ended.status == 1, outcome.ended.errors[-3000:]
    assert "Traceback" not in outcome.ended.errors
    assert "panicked" not in outcome.ended.errors


def test_the_sound_return_beside_them_is_taken_with_its_answers(outcome: Outcome) -> None:
    (file,) = outcome.of("sound.xlsx")
    assert (file["result"], file["group"], file["findings"]) == ("accepted", SOUND, [])
    for key, answers in answers_of(SOUND).items():
        assert {column: outcome.tasks.loc[key, column] for column in answers} == answers
    (total,) = [row for row in outcome.said["totals"] if row["group"] == SOUND]
    assert total == {"group": SOUND, "outcome": "2.1", "GREEN": 1, "AMBER": 1, "RED": 1, "not_reported": 0, "total": 3}


def test_nothing_that_must_be_refused_was_taken(outcome: Outcome) -> None:
    assert REFUSED in outcome.said["missing"]
    assert SOUND not in outcome.said["missing"]


def test_memory_stays_bounded_in_every_process(outcome: Outcome) -> None:
    assert 0 < outcome.ended.peak < MOST_MEMORY, f"{outcome.ended.peak // MIB} MiB"


def test_nothing_outside_was_read_written_or_called(outcome: Outcome) -> None:
    assert outcome.said, "the run gave no answer"
    assert outcome.outside == []
    assert outcome.calls == []
    assert outcome.canary_opened == 0
    assert "canary's own words" not in outcome.ended.output + outcome.ended.errors


def test_a_device_is_never_read(outcome: Outcome) -> None:
    if not outcome.has_device:
        pytest.skip("the system allows no devices to be made here")
    (file,) = outcome.of("places/device.xlsx")
    assert [finding["code"] for finding in file["findings"]] == ["unreadable"]


def test_every_mutant_is_named_and_costs_one_finding_at_most_where_it_is_refused(outcome: Outcome) -> None:
    names = outcome.mutants
    assert len(names) == MUTANTS
    assert [name for name in names if name not in outcome.by_name] == []
    wrong = {
        name: (file["result"], [finding["code"] for finding in file["findings"]][:5])
        for name in names
        if (file := outcome.by_name[name])["result"] not in ("accepted", "duplicate")
        and (file["result"] != "rejected" or len(file["findings"]) != 1)
    }
    assert wrong == {}


def test_a_mutant_that_checksums_tell_gives_its_own_words_or_none(outcome: Outcome) -> None:
    """Bytes changed in an archive are told by its checksums: what is taken all the same is what was sent."""
    sound = {(key, column, text) for key, texts in answers_of(MUTATED).items() for column, text in texts.items()}
    checked = [
        name
        for name, file in outcome.by_name.items()
        if name.startswith("mutants/")
        and file["result"] == "accepted"
        and not name.endswith(".xls")
        and name.split(" ")[1].partition(".")[0] in DETECTED_BY_CHECKSUMS
    ]
    assert checked, "some bytes of an archive mean nothing"
    assert {name: outcome.answers.get(name) for name in checked if outcome.answers.get(name) != sound} == {}


# ------------------------------------------------------------------------------------------------ by themselves alone


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "project", GROUPS[:4])


def test_names_and_words_send_no_commands_to_the_terminal(desk: Desk) -> None:
    for number, raw in enumerate(NAMES.values()):
        desk.put_named(raw, number)
    for name in ("text-of-terminal-commands", "html-that-reaches-outside"):
        fault: Fault = FAULTS[name]
        desk.put(name + fault.suffix, fault.make(Stage(b"", Path("/canary"), "http://127.0.0.1:9/")))
    (desk.returned / "names" / "broken\x1b[2J\x07 [bold]x.xlsx").write_bytes(b"hello")
    ended = desk.ingest()
    assert ended.status == 1, ended.errors
    shown = ended.output + ended.errors
    assert "Traceback" not in shown
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(shown)
    assert "[bold]" in shown, "markup is shown as it is"


def test_a_file_that_vanishes_before_it_is_read_costs_one_finding(desk: Desk) -> None:
    for name in ("1.xlsx", "2.xlsx", "3.xlsx"):
        desk.put(name, name.encode())
    desk.put("4.xlsx", desk.reply(SOUND))

    def lose(done: int, number: int) -> None:
        for name in ("2.xlsx", "3.xlsx"):
            (desk.returned / name).unlink(missing_ok=True)

    result = ingest(desk.project, progress=lose)
    found = {file.file: (file.result, [item.code for item in file.findings]) for file in result.files}
    assert found["4.xlsx"] == ("accepted", [])
    for name in ("2.xlsx", "3.xlsx"):
        # It may have been read before it went.
        assert found[name] in (("rejected", ["unreadable"]), ("rejected", ["not-a-workbook"]))


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the superuser may read everything")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_may_not_be_opened_costs_one_finding(desk: Desk, kind: str) -> None:
    desk.put("closed/reply.xlsx", b"hello")
    desk.put("sound.xlsx", desk.reply(SOUND))
    closed = desk.returned / "closed" / "reply.xlsx"
    closed = closed if kind == "file" else closed.parent
    closed.chmod(0)
    try:
        result = ingest(desk.project)
    finally:
        closed.chmod(0o700)
    found = {file.file: (file.result, [item.code for item in file.findings]) for file in result.files}
    name = "closed/reply.xlsx" if kind == "file" else "closed"
    assert found == {name: ("rejected", ["unreadable"]), "sound.xlsx": ("accepted", [])}


def test_every_fault_is_a_file_of_its_own(desk: Desk) -> None:
    """A fault whose file is another's byte for byte would be a duplicate, and tests nothing."""
    met: dict[bytes, str] = {}
    good = desk.reply(REFUSED)
    for name, fault in FAULTS.items():
        if not fault.expected.may_be_accepted:
            content = fault.make(Stage(good, Path("/outside/canary.txt"), "http://127.0.0.1:9/"))
            assert content not in met, f"{name} is {met[content]}"
            met[content] = name


def test_a_bomb_is_honest_about_what_it_unpacks_to() -> None:
    made = repeated_entry("part", b"head", b"unit" * 50, 1001, b"tail")
    content = b"head" + b"unit" * 50 * 1001 + b"tail"
    assert zlib.decompress(made.compressed, -15) == content
    assert (made.size, made.crc) == (len(content), zlib.crc32(content))
    bomb = FAULTS["bomb-in-the-sheet"].make(Stage(_a_workbook(), Path("/canary"), "http://127.0.0.1:9/"))
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        assert archive.getinfo(SHEET).file_size > 2 * 1024 * MIB
    assert len(bomb) < 4 * MIB


def _a_workbook() -> bytes:
    """An archive that has the part of an outcome's sheet."""
    return pack_parts({SHEET: b"<worksheet><sheetData></sheetData></worksheet>"})
