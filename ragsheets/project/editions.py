"""The presses: each makes one kind of report of a period, in one edition, and keeps what was sent out."""

from __future__ import annotations

import datetime
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.project.folder import Project
    from ragsheets.report.write.content import ReportContent
    from ragsheets.report.year.content import YearContent
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
        warnings: what of a house style could not be taken as it is.
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
    warnings: tuple[str, ...] = ()


def press_of(
    project: Project,
    ledger: Ledger,
    date: datetime.date | None,
    public: bool,
    style: Path | None,
    end_of_year: bool,
) -> Press:
    """The press for one edition of a report of a period (the current one by default); `style` is a house document."""
    return (YearPress if end_of_year else CombinedPress)(project, ledger, date, public, style)


class Press(ABC):
    """Makes one edition of a report of a period."""

    #: What the editions of this kind of report are called in the ledger: the full one, and the public one.
    editions: tuple[str, str]

    def __init__(
        self, project: Project, ledger: Ledger, date: datetime.date | None, public: bool, style: Path | None
    ) -> None:
        from ragsheets.report.house_style.look import dress_of
        from ragsheets.returns.assess import assess

        self.project, self.ledger, self.public = project, ledger, public
        self.record: PeriodRecord = ledger.period(date)
        self.assessment: Assessment = assess(self.record, ledger.frames(self.day))
        self.dress = dress_of(self.record.template, project.folder, style)
        self.edition = self.editions[public]
        self.issued = ledger.issued(self.day, self.edition)

    @property
    def day(self) -> datetime.date:
        """The period's date."""
        return self.record.period.date

    @property
    def folder(self) -> Path:
        """The period's folder."""
        return self.project.period_folder(self.day)

    def made(self, *, final: bool = False) -> Report:
        """The report as it stands, on record as made; `final` keeps it in the ledger as the one that is sent out."""
        report = self._sent_out() if final else self.report()
        what = f"edition {self.edition}, revision {report.revision} ({hashlib.sha256(report.content).hexdigest()[:12]})"
        self.ledger.log("report --final" if final else "report", what, self.day)
        return report

    def _sent_out(self) -> Report:
        """The report as it stands, kept as sent out. One that was sent out already is kept once."""
        from ragsheets.ledger import IssuedRecord
        from ragsheets.ledger.provenance import now

        report = self.report()
        if report.issued:
            return report
        if self.issued and report.revision == self.issued[-1].revision:
            report = self.report(renewed=True)
        digest = hashlib.sha256(report.content).hexdigest()
        self.ledger.issue(
            self.day, IssuedRecord(self.edition, report.revision, now("microseconds"), digest, self.cells())
        )
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

        return Report(
            path=self.folder / name,
            content=made,
            missing=self.assessment.missing,
            unsettled=sum(item.severity is Severity.ERROR for _, item in self.assessment.findings),
            revision=content.revision_number,
            changes=len(content.changes.table.rows) if content.changes and content.changes.table else 0,
            issued=any(record.sha256 == hashlib.sha256(made).hexdigest() for record in self.issued),
            warnings=self.dress.warnings,
        )


class CombinedPress(Press):
    """Makes the combined report of a period."""

    editions = ("full", "public")

    def __init__(
        self, project: Project, ledger: Ledger, date: datetime.date | None, public: bool, style: Path | None
    ) -> None:
        from ragsheets.history.trend import history_of
        from ragsheets.report.write.trend import PERIODS

        super().__init__(project, ledger, date, public, style)
        self.history = history_of(ledger, self.record.period, PERIODS, self.record.plan)

    def report(self, *, renewed: bool = False) -> Report:
        """The report as it stands."""
        from ragsheets.report.write.word import to_docx, width_needed

        content = self._content(renewed=renewed)
        self.dress = self.dress.wide_enough(width_needed(content, self.record.template, self.dress))
        made = to_docx(content, self.record.template, created=self.day, dress=self.dress)
        return self._report(content, made, files.report_name(self.public, content.revision_number))

    def cells(self) -> Mapping[str, str]:
        """Every cell of the report as it stands, by its place."""
        from ragsheets.report.write.revision import cells_of

        return cells_of(self._content())

    def _content(self, *, renewed: bool = False) -> ReportContent:
        from ragsheets.report.write.compose import content_of

        return content_of(
            self.record, self.assessment, self.history, issued=self.issued, renewed=renewed, public=self.public
        )


class YearPress(Press):
    """Makes the report of the year that a period closes."""

    editions = ("year", "year, public")

    def __init__(
        self, project: Project, ledger: Ledger, date: datetime.date | None, public: bool, style: Path | None
    ) -> None:
        from ragsheets.history.year import year_of
        from ragsheets.report.year.narrative import read_narrative

        super().__init__(project, ledger, date, public, style)
        self.file = self.folder / files.NARRATIVE_FILE
        self.narrative = read_narrative(self.file)
        self.year = year_of(ledger, self.assessment)

    def report(self, *, renewed: bool = False) -> Report:
        """The report as it stands."""
        from ragsheets.report.year.word import to_docx

        content = self._content(renewed=renewed)
        made = to_docx(content, self.record.template, created=self.day, dress=self.dress.upright)
        name = files.report_name(self.public, content.revision_number, end_of_year=True)
        return replace(self._report(content, made, name), drafts=content.drafts, gaps=content.gaps, narrative=self.file)

    def cells(self) -> Mapping[str, str]:
        """Every cell of the report as it stands, by its place."""
        from ragsheets.report.year.content import cells_of

        return cells_of(self._content())

    def _content(self, *, renewed: bool = False) -> YearContent:
        from ragsheets.report.year.content import year_content_of

        return year_content_of(
            self.record, self.year, self.narrative, issued=self.issued, renewed=renewed, public=self.public
        )
