"""The project folder: where everything lies, and the jobs done on it as a whole."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import PlanError, Problem, ProjectError
from ragsheets.outbox import Generated, Written, generate

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.plan import Plan
    from ragsheets.returns.assess import Assessment
    from ragsheets.returns.desk import Progress
    from ragsheets.returns.ingest import IngestResult
    from ragsheets.template import Template
    from ragsheets.workbook.limits import Limits

__all__ = [
    "Generated",
    "Project",
    "Report",
    "Written",
    "assess",
    "compose_report",
    "generate",
    "ingest",
    "start",
    "write_report",
]

#: How many digits of a return's SHA-256 tell it at least.
_LEAST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Project:
    """A project folder; `ledger_url` names another ledger than the one in it."""

    folder: Path
    ledger_url: str | None = None

    @property
    def plan_file(self) -> Path:
        """Where the plan lies."""
        return self.folder / files.PLAN_FILE

    def period_folder(self, date: datetime.date) -> Path:
        """The folder of a period."""
        return self.folder / date.isoformat()

    def plan(self) -> tuple[Plan, Template]:
        """The plan and its template; raises PlanError or TemplateError with all that is wrong in them."""
        from ragsheets.plans import read_plan_and_template

        if not self.plan_file.exists():
            raise self._no_plan()
        return read_plan_and_template(self.plan_file)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The open ledger: the one named outright, else the plan's, else the SQLite file in the folder."""
        from ragsheets.ledger import Ledger

        file = self.folder / files.LEDGER_FILE
        if not self.plan_file.exists() and not file.exists() and not self.ledger_url:
            raise self._no_plan()
        with Ledger.open(self.ledger_url or self._ledger_of_plan() or file) as ledger:
            yield ledger

    def _ledger_of_plan(self) -> str:
        """The ledger that the plan names, if any; the rest of the plan may be unfinished while returns are read."""
        if not self.plan_file.exists():
            return ""
        return str(files.read_toml_head(self.plan_file, PlanError).get("ledger") or "")

    def _no_plan(self) -> ProjectError:
        return ProjectError(
            f"there is no {files.PLAN_FILE} in this folder.",
            where=str(self.folder.resolve().name),
            fix="Make a project with: ragsheets init FOLDER; or name another folder with -C.",
        )


def start(folder: Path) -> Path:
    """Make a new project folder with a starter plan; gives the plan's path.

    Raises ProjectError where there is a plan already.
    """
    project = Project(folder)
    if project.plan_file.exists():
        raise ProjectError("there is a plan already.", where=str(project.plan_file), fix="Choose another folder.")
    files.save(project.plan_file, (files.shipped("examples") / "gloucester" / files.PLAN_FILE).read_bytes())
    return project.plan_file


def ingest(
    project: Project,
    paths: Iterable[Path] = (),
    *,
    date: datetime.date | None = None,
    exclude: Sequence[str] = (),
    include: Sequence[str] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> IngestResult:
    """Read returned workbooks, check and recount them, keep them in the ledger, and write what to send back.

    Args:
        project: the project folder.
        paths: folders and files to look in; the period's returned/ by default.
        date: the period; the current one by default.
        exclude: returns to take out again, each by its name or the beginning of its SHA-256.
        include: returns to put back that were taken out.
        limits: what a file may cost; the usual limits by default.
        progress: called after each file with how many are done and how many there are.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: a path does not exist, or a return to take out or put back cannot be told.
    """
    from ragsheets.workbook.limits import Limits
    from ragsheets.workbook.worker import Workers

    with Workers(limits or Limits()) as workers, project.ledger() as ledger:
        from ragsheets.queries_folder import QueriesFolder
        from ragsheets.returns.ingest import ingest as ingest_files

        record = ledger.period(date)
        where = list(paths)
        if not where:
            where = [project.period_folder(record.period.date) / files.RETURNED_FOLDER]
            where[0].mkdir(parents=True, exist_ok=True)
        if exclude:
            ledger.exclude(record.period.date, _told(ledger, record, exclude, "--exclude"))
        if include:
            ledger.include(record.period.date, _told(ledger, record, include, "--include"))
        result = ingest_files(ledger, record, where, workers, progress=progress)
        queries = QueriesFolder(project.period_folder(record.period.date) / files.QUERIES_FOLDER, record)
        queries.make(ledger, result.assessment)
    return replace(result, queries=queries.write())


def _told(ledger: Ledger, record: PeriodRecord, names: Sequence[str], option: str) -> list[str]:
    """The SHA-256 of the returns that are meant by their name, or by the beginning of that number."""
    from ragsheets.validation import nearest

    known = ledger.return_names(record.period.date)
    told, problems = [], []
    for name in names:
        text = Path(name).as_posix()
        hits = [
            digest
            for digest, file in known.items()
            if text in (file, digest) or file.endswith(f"/{text}") or text.endswith(f"/{file}")
        ]
        if not hits and len(name) >= _LEAST_DIGITS:
            hits = [digest for digest in known if digest.startswith(name.casefold())]
        if len(hits) == 1:
            told += hits
        else:
            what = f"several returns are called “{name}”." if hits else f"there is no return “{name}”."
            digits = ", ".join(digest[:12] for digest in hits)
            fix = f"Name one by its number: {digits}." if hits else nearest(name, list(known.values()))
            problems.append(Problem(option, what, fix))
    if problems:
        raise ProjectError("returns that cannot be told", problems=problems)
    for digest in told:
        ledger.log(f"{option} {record.period.date}: {known[digest]} ({digest[:12]})")
    return told


def assess(project: Project, date: datetime.date | None = None) -> Assessment:
    """Where a period stands (the current one by default), from the ledger alone."""
    from ragsheets.returns.assess import assess as assess_record

    with project.ledger() as ledger:
        record = ledger.period(date)
        return assess_record(record, ledger.frames(record.period.date))


@dataclass(frozen=True, slots=True)
class Report:
    """The combined report as the bytes of a .docx file, and where it belongs.

    `missing` are the sub-groups that have not returned; `unsettled` counts the findings that somebody must settle;
    `warnings` says what of a house style could not be taken as it is.
    """

    path: Path
    content: bytes
    missing: tuple[str, ...]
    unsettled: int
    warnings: tuple[str, ...] = ()


def compose_report(project: Project, *, date: datetime.date | None = None, style: Path | None = None) -> Report:
    """The combined Word report of a period (the current one by default), from the ledger alone.

    Args:
        project: the project folder.
        date: the period; the current one by default.
        style: a Word document whose house style the report takes; the one that the template names by default.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ReportError: the house style or the logo is not there or cannot be used.
    """
    from ragsheets.report.content import content_of
    from ragsheets.report.dress import dress_of
    from ragsheets.report.word import to_docx
    from ragsheets.returns.assess import assess as assess_record
    from ragsheets.returns.findings import Severity

    with project.ledger() as ledger:
        record = ledger.period(date)
        assessment = assess_record(record, ledger.frames(record.period.date))
        dress = dress_of(record.template, project.folder, style)
        ledger.log(f"report {record.period.date}")
    return Report(
        path=project.period_folder(record.period.date) / files.REPORT_FILE,
        content=to_docx(content_of(record, assessment), record.template, created=record.period.date, dress=dress),
        missing=assessment.missing,
        unsettled=sum(item.severity is Severity.ERROR for _, item in assessment.findings),
        warnings=dress.warnings,
    )


def write_report(
    project: Project, path: Path | None = None, *, date: datetime.date | None = None, style: Path | None = None
) -> Report:
    """Write the combined Word report of a period.

    Args:
        project: the project folder.
        path: where to write it; "Performance report.docx" in the period's folder by default.
        date: the period; the current one by default.
        style: a Word document whose house style the report takes; the one that the template names by default.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ReportError: the house style or the logo is not there or cannot be used.
        ProjectError: the file cannot be written: it is open in another program, say, or its folder is not there.
    """
    if path is not None and path.suffix.casefold() != ".docx":
        raise ProjectError("the report is a Word document.", where=str(path), fix="Give it a name that ends in .docx.")
    if path is not None and not path.parent.is_dir():
        raise ProjectError("there is no such folder.", where=str(path.parent), fix="Make it first, or name another.")
    made = compose_report(project, date=date, style=style)
    report = replace(made, path=path or made.path)
    files.save(report.path, report.content)
    return report
