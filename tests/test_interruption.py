"""Nothing is lost: a command killed at any moment and run again leaves what an undisturbed run leaves."""

from __future__ import annotations

import datetime
import gc
import gzip
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from helpers import interruption
from helpers import projects as made
from helpers.interruption import Command, State, files_in, is_leftover, ledger_in, needs_fork, restore_scene, state_of
from helpers.periods import make_returns_older
from helpers.projects import assess
from helpers.queries import find_row
from ragsheets import files
from ragsheets.plan_files.convert import convert
from ragsheets.project import demo
from ragsheets.project.correct import correct, undo_corrections
from ragsheets.project.folder import Project, create_project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.periods import remove_period
from ragsheets.project.proposals import ALL_OPEN, accept_proposals
from ragsheets.project.queries import QueriesFolder
from ragsheets.project.report import write_report
from ragsheets.project.returns import ReturnSelection, forget_returns
from ragsheets.project.settle import settle, undo_settlement
from ragsheets.returns.intake.received_files import walk_files
from ragsheets.returns.queries import QueriesResult

pytestmark = needs_fork

DATE, NEXT = made.DATE, datetime.date(2009, 1, 8)
#: How often a command is killed at a random moment, and how often as a process of its own, which costs much more.
RANDOM_KILLS, REAL_KILLS = 12, 3
SOUND = {"position": "Done.", "status": "GREEN", "planned": "Nothing more."}
PLAN = made.plan(
    made.group("Parks", made.outcome("2.1", made.action(made.task("a"), made.task("b")))),
    made.group("Health", made.outcome("3.1")),
)
CHANGED = made.plan(
    made.group("Parks", made.outcome("2.1", made.action(made.task("b"), made.task("c", task="A new one")))),
    made.group("Health", made.outcome("3.1", made.action(made.task("a", target="More of it")))),
)


# ------------------------------------------------------------------------------ the scenes, one after the other


def planned(folder: Path) -> None:
    made.write_plan(folder, PLAN)


def returned(folder: Path) -> None:
    """The workbooks are sent, and two replies lie there: each sub-group must be asked something."""
    planned(folder)
    generate(Project(folder), DATE)
    made.reply(folder, "p.xlsx", {"2.1a": SOUND, "2.1b": {**SOUND, "status": "Ambr"}})
    made.reply(folder, "h.xlsx", {"3.1a": {**SOUND, "status": "yes"}}, of="Health")


def asked(folder: Path) -> None:
    """They were read, and replies came to the questions: one sub-group's are settled, the other's are new ones."""
    returned(folder)
    ingest(Project(folder))
    made.reply(folder, "p 2.xlsx", {"2.1a": {"status": "Purple"}, "2.1b": {**SOUND, "status": "AMBER"}})
    made.reply(folder, "h 2.xlsx", {"3.1a": SOUND}, of="Health")


def answered(folder: Path) -> None:
    """All returns have been ingested."""
    asked(folder)
    ingest(Project(folder))


def replanned(folder: Path) -> None:
    """The plan has changed since; a reply that was made before is still under way."""
    answered(folder)
    made.reply(folder, "old.xlsx", {"3.1a": {**SOUND, "status": "RED"}}, of="Health", to=folder / "under way")
    made.write_plan(folder, CHANGED)


def sent_out(folder: Path) -> None:
    """The report was sent out, and another reply was read since."""
    answered(folder)
    write_report(Project(folder), final=True)
    made.reply(folder, "p 3.xlsx", {"2.1a": {**SOUND, "status": "RED"}})
    ingest(Project(folder), agreed=True)


def corrected(folder: Path) -> None:
    """The question that was still open was settled by telephone."""
    answered(folder)
    correct_and_settle(folder)


def settled(folder: Path) -> None:
    """The question that was still open was settled as it is."""
    answered(folder)
    settle_as_it_is(folder)


def proposed(folder: Path) -> None:
    """A reply proposes another wording of a task, and a new task."""
    planned(folder)
    generate(Project(folder), DATE)
    path = made.reply(folder, "p.xlsx", {"2.1a": SOUND, "2.1b": SOUND})
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    sheet.cell(find_row(sheet, "2.1a"), 2).value = "Twice as much"
    sheet.cell(find_row(sheet, "#new-1"), 1).value = "c) Sing"
    book.save(path)
    ingest(Project(folder))


def proposed_for_a_workbook(folder: Path) -> None:
    proposed(folder)
    convert(folder / "plan.toml", folder / "plan.xlsx")
    (folder / "plan.toml").unlink()


def begun(folder: Path) -> None:
    """The next period's workbooks are sent, and somebody has changed one of them."""
    answered(folder)
    make_the_next_period(folder)
    with (folder / NEXT.isoformat() / "sent" / "Health.xlsx").open("ab") as workbook:
        workbook.write(b"changed")


def converted(folder: Path) -> None:
    """The plan was converted before, and has changed since."""
    planned(folder)
    for suffix in ("xlsx", "docx"):
        convert(folder / "plan.toml", folder / f"copy.{suffix}", today=DATE)
    made.write_plan(folder, CHANGED)


def of_version_1(folder: Path) -> None:
    """The ledger comes from the first ragsheets."""
    create_project(folder)
    compressed = Path(__file__).parent / "ledger" / "schema-1.db.gz"
    (folder / files.LEDGER_FILE).write_bytes(gzip.decompress(compressed.read_bytes()))


def to_start_from(folder: Path) -> None:
    """A plan with a template of its own lies there, to start another project from."""
    made.write_plan(folder / "source", {**PLAN, "template": "ours.toml"})
    (folder / "source" / "ours.toml").write_text('extends = "standard"\n', encoding="utf-8")


def empty(folder: Path) -> None:
    folder.mkdir()


# ---------------------------------------------------------------------------------------------------- the commands


def make_workbooks(folder: Path) -> None:
    generate(Project(folder), DATE, due=datetime.date(2008, 9, 18))


def make_workbooks_again(folder: Path) -> None:
    generate(Project(folder), DATE, force=True)


def make_the_next_period(folder: Path) -> None:
    generate(Project(folder), NEXT)


def read_while_another_corrects(folder: Path) -> None:
    """Read the replies; before the queries are written, somebody else's correction is recorded."""
    write = QueriesFolder.write

    def correct_and_write(queries: QueriesFolder) -> QueriesResult:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(QueriesFolder, "write", lambda _: QueriesResult())
            correct_and_ask_again(folder)
        return write(queries)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QueriesFolder, "write", correct_and_write)
        read(folder)


def correct_and_settle(folder: Path) -> None:
    correct(Project(folder), "2.1a", status="red", texts=["planned="], reason="Ann rang", today=DATE)


def correct_and_ask_again(folder: Path) -> None:
    """Correct another answer than the one in question: the query that asks about that is another one then."""
    correct(Project(folder), "2.1b", status="red", reason="Ann rang", today=DATE)


def undo_and_ask_again(folder: Path) -> None:
    undo_corrections(Project(folder), "2.1a", today=DATE)


def settle_as_it_is(folder: Path) -> None:
    settle(Project(folder), open_question(folder), reason="Ann rang", today=DATE)


def open_it_again(folder: Path) -> None:
    undo_settlement(Project(folder), open_question(folder), today=DATE)


def open_question(folder: Path) -> str:
    """Return the id of the finding about the status that is not one."""
    return next(item.id for _, item in assess(Project(folder)).findings if item.code == "unknown-status")


def accept(folder: Path) -> None:
    accept_proposals(Project(folder), [ALL_OPEN])


def remove_the_period(folder: Path) -> None:
    remove_period(Project(folder), NEXT)


def forget(folder: Path) -> None:
    forget_returns(Project(folder), ReturnSelection(["p.xlsx"]), reason="asked for")


def convert_the_plan(folder: Path) -> None:
    for suffix in ("xlsx", "docx"):
        convert(folder / "plan.toml", folder / f"copy.{suffix}", force=True, today=DATE)


def read(folder: Path) -> None:
    ingest(Project(folder), today=DATE)


def take_out(folder: Path) -> None:
    ingest(Project(folder), today=DATE, exclude=["p 2.xlsx"])


def report_finally(folder: Path) -> None:
    write_report(Project(folder), final=True)


def report_the_year(folder: Path) -> None:
    write_report(Project(folder), end_of_year=True)


def report_the_year_finally(folder: Path) -> None:
    write_report(Project(folder), end_of_year=True, final=True)


def migrate(folder: Path) -> None:
    assess(Project(folder))


def start_another(folder: Path) -> None:
    create_project(folder / "new", folder / "source" / "plan.toml")


def demonstrate(folder: Path) -> None:
    demo.run_demo(folder)


CASES: list[tuple[Command, Command]] = [
    (planned, make_workbooks),
    (replanned, make_workbooks_again),
    (returned, read),
    (asked, read),
    (answered, report_finally),
    (answered, report_the_year_finally),
    (of_version_1, migrate),
    (answered, correct_and_settle),
    (corrected, undo_and_ask_again),
    (proposed, accept),
    (begun, remove_the_period),
    (answered, forget),
    (converted, convert_the_plan),
]
#: Those that do in part what the others do.
MORE_CASES: list[tuple[Command, Command]] = [
    (answered, make_the_next_period),
    (answered, take_out),
    (sent_out, report_finally),
    (answered, report_the_year),
    (to_start_from, start_another),
    (answered, correct_and_ask_again),
    (answered, settle_as_it_is),
    (settled, open_it_again),
    (proposed_for_a_workbook, accept),
]


def parametrize_cases(cases: list[tuple[Command, Command]]) -> pytest.MarkDecorator:
    names = [f"{scene.__name__}: {command.__name__}" for scene, command in cases]
    return pytest.mark.parametrize(("scene", "command"), cases, ids=names)


@pytest.fixture(scope="module", autouse=True)
def in_this_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    gc.collect()
    gc.freeze()  # the forks would copy what the search for cycles touches
    folder = tmp_path_factory.mktemp("interruption") / "temporary"
    with interruption.reading_in_this_process(), interruption.temporary_folder(folder):
        yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Command], Path]:
    """A scene by what makes it, built once; always in the same folder, since the ledger records where returns are."""
    root, known = tmp_path_factory.mktemp("scenes"), dict[Command, Path]()

    def scene(make: Command) -> Path:
        if make not in known:
            folder = root / "project"
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            known[make] = folder.rename(root / make.__name__)
        return known[make]

    return scene


class Stage:
    """Where one command is killed in one scene, again and again."""

    def __init__(self, scene: Path, command: Command) -> None:
        self.scene, self.command = scene, command
        self.folder = scene.with_name("project")
        self.before = self.set_up()
        began = time.monotonic()
        command(self.folder)
        self.seconds = time.monotonic() - began
        self.undisturbed = state_of(self.folder)

    def set_up(self) -> State:
        restore_scene(self.scene, self.folder)
        return state_of(self.folder)

    def check(self, when: str) -> None:
        """What the killed command left is whole; run again, it leaves what an undisturbed run leaves."""
        assert interruption.temporary_files() == [], when
        assert all(file.is_ignored for file in walk_files([self.folder]) if is_leftover(file.name)), when
        contents = files_in(self.folder)
        for name, content in contents.items():
            whole = [state.files[name] for state in (self.before, self.undisturbed) if name in state.files]
            assert content in whole or name == demo.UNFINISHED_FILE, (
                f"{when}: {name} is neither the old nor the new one"
            )
        assert not (self.before.files.keys() & self.undisturbed.files).difference(contents), when
        self.check_again(when)

    def check_again(self, when: str) -> None:
        self.command(self.folder)
        after = state_of(self.folder)
        assert after.files.keys() == self.undisturbed.files.keys(), when
        assert after.files == self.undisturbed.files, when
        assert after.ledger == self.undisturbed.ledger, when
        assert [path for path in self.folder.rglob("*") if is_leftover(path.name)] == [], when
        assert interruption.temporary_files() == [], when

    def check_ledger(self, when: str) -> None:
        """The ledger is as it was, or as it is to be."""
        assert ledger_in(self.folder / files.LEDGER_FILE) in (self.before.ledger, self.undisturbed.ledger), when


Scenes = Callable[[Command], Path]


@pytest.mark.slow
@parametrize_cases([*CASES, *MORE_CASES])
def test_killed_before_any_of_its_steps_and_run_again(scenes: Scenes, scene: Command, command: Command) -> None:
    stage = Stage(scenes(scene), command)
    stage.set_up()
    steps = interruption.steps_of(command, stage.folder)
    assert {"os.rename", "commit"} & set(steps)
    for number, what in enumerate(steps, 1):
        when = f"killed before step {number} ({what}) of {steps}"
        stage.set_up()
        interruption.kill_before(number, command, stage.folder)
        stage.check_ledger(when)
        stage.check(when)


@pytest.mark.slow
@parametrize_cases(CASES)
def test_killed_at_random_moments_and_run_again(scenes: Scenes, scene: Command, command: Command) -> None:
    stage = Stage(scenes(scene), command)
    chance = random.Random(f"{scene.__name__} {command.__name__}")
    for _ in range(RANDOM_KILLS):
        stage.set_up()
        seconds = chance.uniform(0, stage.seconds)
        interruption.kill_after(seconds, command, stage.folder)
        when = f"killed after {seconds:.3f} s of {stage.seconds:.3f} s"
        stage.check_ledger(when)
        stage.check(when)


@pytest.mark.slow
def test_the_process_itself_killed_while_it_reads_and_run_again(scenes: Scenes) -> None:
    stage = Stage(scenes(returned), read)
    chance = random.Random("process")
    for _ in range(REAL_KILLS):
        stage.set_up()
        line = [sys.executable, "-m", "ragsheets", "-C", str(stage.folder), "ingest"]
        process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.5, 2))
        process.kill()
        assert process.wait() in (-signal.SIGKILL, 1)
        stage.check("as a process")


@pytest.mark.slow
def test_a_demonstration_is_finished_when_it_is_run_again(scenes: Scenes) -> None:
    stage = Stage(scenes(empty), demonstrate)
    stage.set_up()
    steps = interruption.steps_of(demonstrate, stage.folder)
    for number in sorted({1, 2, 3, 4, *range(1, len(steps), 14), len(steps)}):
        stage.set_up()
        interruption.kill_before(number, demonstrate, stage.folder)
        stage.check(f"killed before step {number} ({steps[number - 1]})")


@pytest.mark.slow
def test_returns_of_either_edition_are_understood_whenever_the_new_one_s_making_was_interrupted(scenes: Scenes) -> None:
    stage = Stage(scenes(replanned), make_workbooks_again)
    stage.set_up()
    steps = interruption.steps_of(make_workbooks_again, stage.folder)
    for number in range(1, len(steps) + 1, 3):
        stage.set_up()
        interruption.kill_before(number, make_workbooks_again, stage.folder)
        make_workbooks_again(stage.folder)
        folder = stage.folder / DATE.isoformat() / "returned"
        (stage.folder / "under way" / "old.xlsx").rename(folder / "old.xlsx")
        made.reply(stage.folder, "new.xlsx", {"2.1c": SOUND})
        make_returns_older(stage.folder, DATE.isoformat())
        result = ingest(Project(stage.folder), today=DATE)
        results = {file.file: file.result for file in result.files}
        assert (results["old.xlsx"], results["new.xlsx"]) == ("accepted", "accepted"), steps[number - 1]
        tasks = result.tasks.set_index("key")
        assert (tasks.loc["3.1a", "status"], tasks.loc["2.1c", "status"]) == ("RED", "GREEN")


@pytest.mark.slow
def test_a_workbook_lies_in_the_folder_only_once_the_ledger_knows_it(scenes: Scenes) -> None:
    stage = Stage(scenes(replanned), make_workbooks_again)
    stage.set_up()
    for number in range(1, len(interruption.steps_of(make_workbooks_again, stage.folder)) + 1):
        stage.set_up()
        interruption.kill_before(number, make_workbooks_again, stage.folder)
        with Project(stage.folder).ledger() as ledger:
            known = {book.sha256 for book in ledger.workbooks(DATE)}
        assert {files.sha256(path.read_bytes()) for path in _sent(stage.folder) if not is_leftover(path.name)} <= known


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scene", "command"),
    [
        (asked, read),
        (asked, read_while_another_corrects),
        (answered, correct_and_ask_again),
        (corrected, undo_and_ask_again),
    ],
)
def test_a_query_lies_in_the_folder_only_once_the_ledger_knows_it(
    scenes: Scenes, scene: Command, command: Command
) -> None:
    stage = Stage(scenes(scene), command)
    assert any(name.endswith(" questions.xlsx") for name in stage.undisturbed.files)
    for number in range(1, 1 + _count(stage)):
        stage.set_up()
        interruption.kill_before(number, command, stage.folder)
        with Project(stage.folder).ledger() as ledger:
            known = {book.sha256 for book in ledger.workbooks(DATE)}
        queries = [path for path in stage.folder.rglob("queries/*.xlsx") if not is_leftover(path.name)]
        assert {files.sha256(path.read_bytes()) for path in queries} <= known


@pytest.mark.slow
def test_a_report_is_kept_as_sent_out_only_where_its_file_is_there(scenes: Scenes) -> None:
    stage = Stage(scenes(answered), report_finally)
    for number in range(1, 1 + _count(stage)):
        stage.set_up()
        interruption.kill_before(number, report_finally, stage.folder)
        with Project(stage.folder).ledger() as ledger:
            issued = ledger.issued.of_edition(DATE, "full")
        file = stage.folder / DATE.isoformat() / "Performance report.docx"
        assert all(files.sha256(file.read_bytes()) == record.sha256 for record in issued)


@pytest.mark.slow
def test_leftovers_of_an_interrupted_run_are_removed_by_the_next(scenes: Scenes) -> None:
    stage = Stage(scenes(planned), make_workbooks)
    stage.set_up()
    steps = interruption.steps_of(make_workbooks, stage.folder)
    stage.set_up()
    interruption.kill_before(len(steps) - steps[::-1].index("fsync"), make_workbooks, stage.folder)
    assert [path for path in _sent(stage.folder) if is_leftover(path.name)]
    make_workbooks(stage.folder)
    assert [path.name for path in _sent(stage.folder)] == ["Health.xlsx", "Parks.xlsx"]


def _sent(folder: Path) -> list[Path]:
    sent = folder / DATE.isoformat() / "sent"
    return sorted(sent.iterdir()) if sent.is_dir() else []


def _count(stage: Stage) -> int:
    stage.set_up()
    return len(interruption.steps_of(stage.command, stage.folder))
