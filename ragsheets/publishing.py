"""Writing the reports of a period, and sending them out: what was sent out once is never silently another."""

from __future__ import annotations

import datetime
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import ProjectError

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.project import Project
    from ragsheets.report.content import ReportContent
    from ragsheets.report.year import YearContent
    from ragsheets.returns.assess import Assessment


@dataclass(frozen=True, slots=True)
class Report:
    """A report as the bytes of a .docx file, and where it belongs.

    Attributes:
        missing: the sub-groups that have not returned.
        unsettled: how many findings somebody must settle.
        revision: 0, or the number of the revision of the report that was sent out before.
        changes: how many cells have changed since.
        issued: whether exactly this report was sent out, now or before.
        drafts: the sub-groups whose headline successes are drafts to be edited; of the end-of-year report alone.
        gaps: what the coordinator has still to write, by its heading; of the end-of-year report alone.
        narrative: where the coordinator writes; None for the combined report.
        started: whether an empty narrative was put there just now.
    """

    path: Path
    content: bytes
    missing: tuple[str, ...]
    unsettled: int
    revision: int = 0
    changes: int = 0
    issued: bool = False
    drafts: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    narrative: Path | None = None
    started: bool = False


def compose_report(
    project: Project, *, date: datetime.date | None = None, public: bool = False, end_of_year: bool = False
) -> Report:
    """The Word report of a period (the current one by default), from the ledger; nothing is written.

    `public` leaves out the names of the contacts and of their files; `end_of_year` makes the report of the year that
    the period closes, which takes the coordinator's words from its narrative.toml. Raises LedgerError where there is no
    such period, or the ledger cannot be used, and ReportError with all that is wrong in the narrative.
    """
    with project.ledger() as ledger:
        return _press(project, ledger, date, public, end_of_year).report()


def write_report(
    project: Project,
    path: Path | None = None,
    *,
    date: datetime.date | None = None,
    public: bool = False,
    final: bool = False,
    end_of_year: bool = False,
) -> Report:
    """Write the Word report of a period.

    Args:
        project: the project folder.
        path: where to write it; "Performance report.docx" or "End of year report.docx" in the period's folder by
            default. A revision has its own name, so that the report that was sent out stays as it is.
        date: the period; the current one by default.
        public: leave out the names of the contacts and of their files.
        final: keep in the ledger that this is the report that is sent out.
        end_of_year: the report of the year that the period closes, with the words of its narrative.toml. Where there is
            no such file, an empty one is put there to be filled in; one that is there is never changed.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ReportError: the narrative cannot be used.
        ProjectError: the file cannot be written: it is open in another program, say, or its folder is not there.
    """
    if path is not None and path.suffix.casefold() != ".docx":
        raise ProjectError("the report is a Word document.", where=str(path), fix="Give it a name that ends in .docx.")
    if path is not None and not path.parent.is_dir():
        raise ProjectError("there is no such folder.", where=str(path.parent), fix="Make it first, or name another.")
    with project.ledger() as ledger:
        press = _press(project, ledger, date, public, end_of_year)
        made = press.sent_out() if final else press.report()
        report = replace(made, path=path or made.path)
        files.save(report.path, report.content)
    if report.narrative and not report.narrative.exists():
        from ragsheets.report.narrative import starter

        files.save(report.narrative, starter())
        report = replace(report, started=True)
    return report


def _press(project: Project, ledger: Ledger, date: datetime.date | None, public: bool, end_of_year: bool) -> _Press:
    return (_YearPress if end_of_year else _CombinedPress)(project, ledger, date, public)


class _Press(ABC):
    """Makes one edition of a report of a period."""

    #: What the editions of this kind of report are called in the ledger: the full one, and the public one.
    editions: tuple[str, str]

    def __init__(self, project: Project, ledger: Ledger, date: datetime.date | None, public: bool) -> None:
        from ragsheets.returns.assess import assess

        self.project, self.ledger, self.public = project, ledger, public
        self.record: PeriodRecord = ledger.period(date)
        self.assessment: Assessment = assess(self.record, ledger.frames(self.day))
        self.edition = self.editions[public]
        self.issued = ledger.issued(self.day, self.edition)

    @property
    def day(self) -> datetime.date:
        return self.record.period.date

    @property
    def folder(self) -> Path:
        return self.project.period_folder(self.day)

    def sent_out(self) -> Report:
        """The report as it stands, kept in the ledger as sent out. One that was sent out already is kept once."""
        from ragsheets.ledger import IssuedRecord

        report = self.report()
        if report.issued:
            return report
        if self.issued and report.revision == self.issued[-1].revision:
            report = self.report(renewed=True)
        digest = hashlib.sha256(report.content).hexdigest()
        at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None).isoformat(" ", "seconds")
        self.ledger.issue(self.day, IssuedRecord(self.edition, report.revision, at, digest, self.cells()))
        self.ledger.log(f"report {self.day} ({self.edition}) sent out as revision {report.revision} ({digest[:12]})")
        return replace(report, issued=True)

    @abstractmethod
    def report(self, *, renewed: bool = False) -> Report:
        """The report as it stands."""

    @abstractmethod
    def cells(self) -> Mapping[str, str]:
        """Every cell of the report as it stands, by its place."""

    def _report(self, content: ReportContent | YearContent, made: bytes, name: str) -> Report:
        """What every kind of report comes to, under its name."""
        from ragsheets.returns.findings import Severity

        self.ledger.log(f"report {self.day} ({self.edition})")
        return Report(
            path=self.folder / name,
            content=made,
            missing=self.assessment.missing,
            unsettled=sum(item.severity is Severity.ERROR for _, item in self.assessment.findings),
            revision=content.revision_number,
            changes=len(content.changes.table.rows) if content.changes and content.changes.table else 0,
            issued=any(record.sha256 == hashlib.sha256(made).hexdigest() for record in self.issued),
        )


class _CombinedPress(_Press):
    """Makes the combined report of a period."""

    editions = ("full", "public")

    def __init__(self, project: Project, ledger: Ledger, date: datetime.date | None, public: bool) -> None:
        from ragsheets.report.travel import PERIODS
        from ragsheets.returns.history import history_of

        super().__init__(project, ledger, date, public)
        self.history = history_of(ledger, self.record.period, PERIODS)

    def report(self, *, renewed: bool = False) -> Report:
        from ragsheets.report.word import to_docx

        content = self._content(renewed=renewed)
        made = to_docx(content, self.record.template, created=self.day)
        return self._report(content, made, files.report_name(self.public, content.revision_number))

    def cells(self) -> Mapping[str, str]:
        from ragsheets.report.revision import cells_of

        return cells_of(self._content())

    def _content(self, *, renewed: bool = False) -> ReportContent:
        from ragsheets.report.compose import content_of

        return content_of(
            self.record, self.assessment, self.history, issued=self.issued, renewed=renewed, public=self.public
        )


class _YearPress(_Press):
    """Makes the report of the year that a period closes."""

    editions = ("year", "year, public")

    def __init__(self, project: Project, ledger: Ledger, date: datetime.date | None, public: bool) -> None:
        from ragsheets.report.narrative import read_narrative
        from ragsheets.returns.year import year_of

        super().__init__(project, ledger, date, public)
        self.file = self.folder / files.NARRATIVE_FILE
        self.narrative = read_narrative(self.file)
        self.year = year_of(ledger, self.assessment)

    def report(self, *, renewed: bool = False) -> Report:
        from ragsheets.report.year_word import to_docx

        content = self._content(renewed=renewed)
        made = to_docx(content, self.record.template, created=self.day)
        name = files.report_name(self.public, content.revision_number, end_of_year=True)
        return replace(self._report(content, made, name), drafts=content.drafts, gaps=content.gaps, narrative=self.file)

    def cells(self) -> Mapping[str, str]:
        from ragsheets.report.year import cells_of

        return cells_of(self._content())

    def _content(self, *, renewed: bool = False) -> YearContent:
        from ragsheets.report.year import year_content_of

        return year_content_of(
            self.record, self.year, self.narrative, issued=self.issued, renewed=renewed, public=self.public
        )
