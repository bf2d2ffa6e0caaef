"""What a disk or another program refuses: each command names the file and what to do, and nothing is changed."""

from __future__ import annotations

import datetime
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from helpers import interruption
from helpers import projects as made
from helpers.built_once import built_once
from helpers.interruption import ledger_in, needs_fork
from helpers.projects import DATE, assess, files_by_name, run_ragsheets
from helpers.queries import find_row
from helpers.windows import office_lock_file, refuse_access
from ragsheets import files
from ragsheets.errors import LedgerError
from ragsheets.project import generate as generating
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.report import write_report

SOUND = {"position": "Done.", "status": "GREEN", "planned": "Nothing more."}
PLAN = made.plan(
    made.group("Parks", made.outcome("2.1", made.action(made.task("a"), made.task("b")))),
    made.group("Health", made.outcome("3.1")),
)
PERIOD, NEXT = DATE.isoformat(), "2009-01-08"
CORRECT = ["correct", "2.1a", "--status", "red", "--reason", "Ann rang"]
UNDO = ["correct", "2.1a", "--undo"]
ACCEPT = ["plan", "proposals", "--accept", "all"]
REMOVE = ["period", "remove", NEXT, "--yes"]


def create_project_in(folder: Path) -> Path:
    """A project whose workbooks are sent, with a return that asks for a query, and its report."""
    made.write_plan(folder, PLAN)
    generate(Project(folder), DATE)
    made.reply(folder, "p.xlsx", {"2.1a": SOUND, "2.1b": {**SOUND, "status": "Ambr"}})
    ingest(Project(folder))
    write_report(Project(folder))
    return folder


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    return create_project_in(tmp_path / "project")


def propose_and_begin_the_next_period(folder: Path) -> None:
    """A reply that proposes another target, and the workbooks of a later period."""
    path = made.reply(folder, "p 2.xlsx", {"2.1a": {**SOUND, "status": "Purple"}})
    book = openpyxl.load_workbook(path)
    sheet = book["Outcome 2.1"]
    sheet.cell(find_row(sheet, "2.1b"), 2).value = "Twice as much"
    book.save(path)
    ingest(Project(folder))
    generate(Project(folder), datetime.date.fromisoformat(NEXT))


def plan_again(folder: Path) -> None:
    made.write_plan(folder, made.plan(made.group("Parks", made.outcome("2.1", made.action(made.task("z"))))))


def return_again(folder: Path) -> None:
    """Another return: the report and the query are others now."""
    made.reply(folder, "later.xlsx", {"2.1b": {"position": "Stuck", "status": "Purple"}})
    made.reply(folder, "health.xlsx", {"3.1a": {**SOUND, "status": "yes"}}, of="Health")


def rest(folder: Path) -> tuple[dict[str, bytes], object]:
    """All that must not change: the files, and the ledger but for its log."""
    contents = {name: content for name, content in files_by_name(folder).items() if not name.startswith("ragsheets.db")}
    return contents, ledger_in(folder / "ragsheets.db")


def force(folder: Path) -> Result:
    return run_ragsheets("-C", folder, "generate", "--date", PERIOD, "--force")


# ------------------------------------------------------------------------------------------- open in another program

REPORT = "Performance report.docx"


@pytest.mark.slow
@pytest.mark.parametrize("how", ["held", "owned"])
def test_a_workbook_that_is_open_keeps_every_other_from_being_replaced(
    project: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    plan_again(project)
    sent = project / PERIOD / "sent"
    if how == "held":
        refuse_access(monkeypatch, {"Parks.xlsx"})
    else:
        (sent / "~$Parks.xlsx").write_bytes(office_lock_file("Ann Lee"))
    before = rest(project)
    done = force(project)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{sent / 'Parks.xlsx'}: cannot be written" in done.stderr
    assert ("open by Ann Lee" in done.stderr) is (how == "owned")
    assert rest(project) == before
    monkeypatch.undo()
    (sent / "~$Parks.xlsx").unlink(missing_ok=True)
    assert force(project).exit_code == 0


@pytest.mark.parametrize("final", [[], ["--final", "--yes"]])
def test_a_report_that_is_open_stays_and_is_not_kept_as_sent_out(
    project: Path, monkeypatch: pytest.MonkeyPatch, final: list[str]
) -> None:
    return_again(project)
    ingest(Project(project))
    (project / PERIOD / "~$rformance report.docx").write_bytes(office_lock_file("Ann Lee"))
    before = rest(project)
    done = run_ragsheets("-C", project, "report", *final)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{REPORT}: cannot be written: it is open by Ann Lee. Close it there and try again" in done.stderr
    assert rest(project) == before


@pytest.mark.slow
@pytest.mark.parametrize("how", ["held", "owned"])
def test_a_query_that_is_open_leaves_the_folder_as_it_was_and_the_returns_are_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    return_again(project)
    folder = project / PERIOD / "queries"
    if how == "held":
        refuse_access(monkeypatch, {"Parks questions.xlsx"})
    else:
        (folder / "~$Parks questions.xlsx").write_bytes(office_lock_file("Ann Lee"))
    before = files_by_name(folder)
    done = run_ragsheets("-C", project, "ingest")
    assert done.exit_code == 1
    assert "Parks questions.xlsx: cannot be written" in done.stdout
    not_written = (
        f"So {PERIOD}/queries is not up to date. Everything else is recorded; once that is put right, write the "
    )
    assert f"{not_written}queries with: " in done.stdout
    assert "Wrote" not in done.stdout
    assert files_by_name(folder) == before
    monkeypatch.undo()
    (folder / "~$Parks questions.xlsx").unlink(missing_ok=True)
    assert [file.result for file in ingest(Project(project)).files] == ["duplicate"] * 3
    assert sorted(files_by_name(folder)) == ["Health questions.xlsx", "Parks questions.xlsx", "queries.md"]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["held", "owned", "full"])
@pytest.mark.parametrize("words", [CORRECT, UNDO])
def test_a_correction_is_recorded_where_its_query_cannot_be_written(
    project: Path, monkeypatch: pytest.MonkeyPatch, full: Callable[[], None], how: str, words: list[str]
) -> None:
    if words == UNDO:
        assert run_ragsheets("-C", project, *CORRECT).exit_code == 0
    folder = project / PERIOD / "queries"
    before = files_by_name(folder)
    lock_file = folder / "~$Parks questions.xlsx"
    if how == "held":
        refuse_access(monkeypatch, {"Parks questions.xlsx"})
    elif how == "owned":
        lock_file.write_bytes(office_lock_file("Ann Lee"))
    else:
        full()
    done = run_ragsheets("-C", project, *words)
    assert done.exit_code == 1
    assert "Parks questions.xlsx: cannot be written" in done.stdout
    assert f"So {PERIOD}/queries is not up to date." in done.stdout
    assert done.stdout.count("ragsheets ingest") == 2
    assert "othing was changed" not in done.stdout
    assert assess(Project(project)).tasks.set_index("key").loc["2.1a", "status"] == (
        "RED" if words == CORRECT else "GREEN"
    )
    monkeypatch.undo()
    lock_file.unlink(missing_ok=True)
    assert files_by_name(folder) == before
    ingest(Project(project))
    assert files_by_name(folder) != before


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [CORRECT, UNDO, ACCEPT, REMOVE, ["ingest"], ["generate", "--date", PERIOD, "--force"]]
)
def test_where_the_ledger_refuses_no_file_is_changed(
    project: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    propose_and_begin_the_next_period(project)
    if words == UNDO:
        assert run_ragsheets("-C", project, *CORRECT, "--date", PERIOD).exit_code == 0
    if words[0] == "ingest":
        return_again(project)
    if words[0] == "generate":
        plan_again(project)
    before, folders = rest(project), sorted(project.rglob("*"))
    with monkeypatch.context() as patch:
        patch.setattr("sqlalchemy.engine.Transaction.commit", _refuse)
        with pytest.raises(RuntimeError):
            run_ragsheets("-C", project, *words, *([] if words[0] in ("generate", "period") else ["--date", PERIOD]))
    assert rest(project) == before
    assert sorted(project.rglob("*")) == folders


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code", "fix"),
    [
        (CORRECT, 1, f"write the queries with: ragsheets ingest --date {PERIOD}"),
        (["ingest"], 1, f"write the queries with: ragsheets ingest --date {PERIOD}"),
        (ACCEPT, 2, "See what was accepted with: ragsheets plan proposals. Run the same command again."),
        (REMOVE, 2, f"but not its workbooks; run: ragsheets period remove {NEXT}"),
    ],
)
def test_a_ledger_that_is_in_use_when_the_files_are_due_is_named_with_what_is_left_to_do(
    project: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, fix: str
) -> None:
    propose_and_begin_the_next_period(project)
    words = [*words, *([] if words == REMOVE else ["--date", PERIOD])]
    before = files_by_name(project)
    opened: list[Project] = []
    open_ledger = Project.ledger

    def open_once(self: Project) -> object:
        opened.append(self)
        if len(opened) > 1:
            raise LedgerError("is in use by another program.", where="ledger", fix="Wait. Nothing was changed.")
        return open_ledger(self)

    with monkeypatch.context() as patch:
        patch.setattr(Project, "ledger", open_once)
        done = run_ragsheets("-C", project, *words)
    assert done.exit_code == code
    assert "ledger: is in use by another program." in done.output
    assert fix in done.output
    assert "othing was changed" not in done.output
    assert {**files_by_name(project), "ragsheets.db": b""} == {**before, "ragsheets.db": b""}
    assert run_ragsheets("-C", project, *words).exit_code in (0, 1)
    assert run_ragsheets("-C", project, "ingest", "--date", PERIOD).exit_code in (0, 1)
    after = files_by_name(project)
    if words[:3] == ACCEPT[:3]:
        assert b"Twice as much" in after["plan.toml"]
    elif words == REMOVE:
        assert not [name for name in after if name.startswith(NEXT)]
    else:
        assert f"{PERIOD}/queries/Parks questions.xlsx" in after


def test_a_workbook_opened_at_the_last_moment_is_named_with_the_command_that_writes_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_again(project)
    record = generating.record_period

    def record_and_open(*arguments: Any) -> tuple[str, ...]:
        forgotten = record(*arguments)
        refuse_access(monkeypatch, {"Parks.xlsx"})
        return forgotten

    monkeypatch.setattr(generating, "record_period", record_and_open)
    done = force(project)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Parks.xlsx: cannot be written" in done.stderr
    assert "is recorded, but these files are not written" in done.stderr
    assert f"ragsheets generate --date {PERIOD} --force" in done.stderr
    assert "othing was changed" not in done.stderr
    monkeypatch.undo()
    assert force(project).exit_code == 0
    with Project(project).ledger() as ledger:
        known = {book.sha256 for book in ledger.workbooks(DATE)}
    assert files.sha256((project / PERIOD / "sent" / "Parks.xlsx").read_bytes()) in known


@pytest.mark.slow
def test_where_the_ledger_refuses_the_report_is_the_one_that_was_there(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    return_again(project)
    ingest(Project(project))
    (project / PERIOD / "narrative.toml").unlink(missing_ok=True)
    before = rest(project)
    for words in (["report", "--final", "--yes"], ["report", "--end-of-year"]):
        with monkeypatch.context() as patch:
            patch.setattr("sqlalchemy.engine.Transaction.commit", _refuse)
            with pytest.raises(RuntimeError):
                run_ragsheets("-C", project, *words)
        assert rest(project) == before


def _refuse(_: object) -> None:
    raise RuntimeError("database or disk is full")


# ---------------------------------------------------------------------------------------------------- a full disk


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Fill the disk for all but the ledger."""

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    return lambda: monkeypatch.setattr(os, "fsync", refuse)


def test_a_first_period_on_a_full_disk_leaves_the_plan_alone(tmp_path: Path, full: Callable[[], None]) -> None:
    made.write_plan(tmp_path, PLAN)
    full()
    done = force(tmp_path)
    assert done.exit_code == 2
    assert "Parks.xlsx: cannot be written (No space left on device). There is no space left" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]


@pytest.mark.slow
@pytest.mark.parametrize("words", [["report"], ["report", "--final", "--yes"], ["report", "--end-of-year"]])
def test_a_report_on_a_full_disk_changes_nothing(project: Path, full: Callable[[], None], words: list[str]) -> None:
    return_again(project)
    ingest(Project(project))
    before = rest(project)
    full()
    done = run_ragsheets("-C", project, *words)
    assert done.exit_code == 2
    assert "report.docx: cannot be written (No space left on device). There is no space left" in done.stderr
    assert rest(project) == before


@pytest.mark.slow
def test_queries_that_find_a_full_disk_are_reported_and_written_the_next_time(
    project: Path, monkeypatch: pytest.MonkeyPatch, full: Callable[[], None]
) -> None:
    return_again(project)
    folder = project / PERIOD / "queries"
    before = files_by_name(folder)
    full()
    done = run_ragsheets("-C", project, "ingest")
    assert done.exit_code == 1
    assert "There is no space left" in done.stdout
    assert files_by_name(folder) == before
    monkeypatch.undo()
    ingest(Project(project))
    assert "Health questions.xlsx" in files_by_name(folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "file"), [(ACCEPT, "plan.toml"), (["plan", "convert", "plan.toml", "plan copy.xlsx"], "plan copy.xlsx")]
)
def test_a_plan_on_a_full_disk_stays_as_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch, full: Callable[[], None], words: list[str], file: str
) -> None:
    propose_and_begin_the_next_period(project)
    monkeypatch.chdir(project)
    words = [*words, *(["--date", PERIOD] if words == ACCEPT else [])]
    before = rest(project)
    full()
    done = run_ragsheets(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{file}: cannot be written (No space left on device). There is no space left" in done.stderr
    assert rest(project) == before
    monkeypatch.undo()
    monkeypatch.chdir(project)
    assert run_ragsheets(*words).exit_code == 0
    assert rest(project) != before


@needs_fork
def test_a_disk_that_takes_no_more_of_a_file_is_a_full_one(project: Path) -> None:
    """For real: the system lets this process write 4 KiB into each file and not a byte more."""
    import resource

    plan_again(project)
    before = rest(project)

    def run() -> Result:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        return force(project)

    code, output = interruption.run_in_fork(run)
    assert code == 2
    assert "Parks.xlsx: cannot be written (File too large). There is no space left" in output
    assert rest(project) == before


# -------------------------------------------------------------------------------------------------- a closed folder


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that every user of this computer may use, which those of the tests are not."""
    folder = Path(tempfile.mkdtemp(prefix="ragsheets-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
@needs_fork
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
@pytest.mark.parametrize(
    ("closed", "words", "file"),
    [
        ("sent", ["generate", "--date", PERIOD, "--force"], "Parks.xlsx"),
        ("", ["report"], REPORT),
        ("queries", ["ingest"], "Parks questions.xlsx"),
        ("queries", CORRECT, "Parks questions.xlsx"),
    ],
)
def test_a_folder_that_is_read_only_is_named(open_to_all: Path, closed: str, words: list[str], file: str) -> None:
    """For real: by a user who is not the one that may do everything."""
    project = create_project_in(open_to_all / "project")
    return_again(project)
    # All that it loads is loaded, for the other user may not read it.
    run_ragsheets("-C", project, *words, *(["--status", "amber"] if words == CORRECT else []))
    made.reply(project, "last.xlsx", {"2.1a": {"position": "Stuck", "status": "Rad"}})
    if words[0] != "ingest":
        ingest(Project(project))
    plan_again(project)
    for path in [project, *project.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    (project / PERIOD / closed).chmod(0o555)
    before = files_by_name(project / PERIOD)

    def run() -> Result:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        return run_ragsheets("-C", project, *words)

    with interruption.reading_in_this_process():
        code, output = interruption.run_in_fork(run)
    assert code == (1 if closed == "queries" else 2), output
    assert f"{file}: cannot be written (Permission denied). You cannot write into" in output
    assert files_by_name(project / PERIOD) == before
