"""The editions of a report: each class builds one kind of report of a period, and records what was sent out."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from ragsheets import files
from ragsheets.history.next_step import FINAL_REPORT_COMMAND

if TYPE_CHECKING:
    from ragsheets.history.trend import History
    from ragsheets.history.year import Year
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.project.folder import Project
    from ragsheets.report.write.content import ReportContent
    from ragsheets.report.year.content import YearContent
    from ragsheets.returns.assess import Assessment


@dataclass(frozen=True, slots=True)
class Report:
    """A report as the bytes of a .docx file, with its path.

    Attributes:
        missing: the sub-groups that have not returned a workbook.
        unsettled: how many findings are to be settled by somebody.
        narrative_file: the file that the coordinator writes in.
        revision: 0, or the number of the revision of the report that was sent out before.
        changes: how many cells have changed since.
        issued: whether exactly this report was sent out, now or before, perhaps edited by the coordinator.
        drafts: the sub-groups whose headline successes are drafts to be edited; end-of-year report only.
        gaps: the headings that the coordinator has still to write under; end-of-year report only.
        started: whether an empty narrative file was created just now.
        kept_file: the file at the report's usual path that is kept, since somebody has changed it or it was sent out.
        kept_file_issued: whether that file is a report that was sent out.
        warnings: the parts of a house style that could not be used unchanged.
    """

    path: Path
    content: bytes
    missing: tuple[str, ...]
    unsettled: int
    narrative_file: Path
    revision: int = 0
    changes: int = 0
    issued: bool = False
    drafts: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    started: bool = False
    kept_file: Path | None = None
    kept_file_issued: bool = False
    warnings: tuple[str, ...] = ()


class EditionOptions(TypedDict, total=False):
    """The options that choose a report of a period, and its look.

    Attributes:
        date: the period; the current one by default.
        public: leave out the names of the contacts and of their files.
        end_of_year: the report of the year that the period closes.
        style: a Word document whose house style the report uses; by default the one that the template names.
    """

    date: datetime.date | None
    public: bool
    end_of_year: bool
    style: Path | None


def edition_of(project: Project, ledger: Ledger, options: EditionOptions) -> ReportEdition:
    """Return the builder of one edition of a period's report."""
    edition_class = YearEdition if options.get("end_of_year") else CombinedEdition
    return edition_class(project, ledger, options.get("date"), options.get("public", False), options.get("style"))


#: The words for the editions, by their names in the ledger.
EDITION_WORDS = {
    "full": "report",
    "public": "public report",
    "year": "end-of-year report",
    "year, public": "public end-of-year report",
}


def describe_edition(edition_name: str, revision: int, sha256: str, what_was_done: str = "written") -> str:
    """Return the words for a report in the log."""
    revision_text = f", revision {revision}," if revision else ""
    return f"{EDITION_WORDS[edition_name]}{revision_text} {what_was_done} (SHA-256 {files.short_digest(sha256)})"


class ReportEdition(ABC):
    """Builds one edition of a report of a period."""

    #: The names of the editions of this kind of report in the ledger: the full one, and the public one.
    edition_names: tuple[str, str]

    def __init__(
        self, project: Project, ledger: Ledger, date: datetime.date | None, public: bool, style: Path | None
    ) -> None:
        from ragsheets.report.house_style.look import read_report_look
        from ragsheets.report.narrative import read_narrative
        from ragsheets.returns.assess import assess_period

        self.project, self.ledger, self.public = project, ledger, public
        self.record: PeriodRecord = ledger.period(date)
        self.assessment: Assessment = assess_period(ledger, self.record)
        self.look = read_report_look(self.record.template, project.folder, style)
        self.narrative_file = self.period_folder / files.NARRATIVE_FILE
        self.narrative = read_narrative(self.narrative_file)
        self.edition_name = self.edition_names[public]
        self.issued_reports = ledger.issued.of_edition(self.date, self.edition_name)

    @property
    def date(self) -> datetime.date:
        """The period's date."""
        return self.record.period.date

    @property
    def period_folder(self) -> Path:
        """The period's folder."""
        return self.project.period_folder(self.date)

    def build_report_to_issue(self) -> Report:
        """Build the report as it is to be sent out: a new revision if the last one sent out is another report."""
        report = self.build_report()
        if not report.issued and self.issued_reports and report.revision == self.issued_reports[-1].revision:
            report = self.build_report(reissue=True)
        return report

    def issue(self, report: Report, path: str, *, edited_sha256: str = "") -> Report:
        """Record a report as sent out, unless it is recorded already.

        Args:
            report: the report.
            path: the path of its file, relative to the project folder.
            edited_sha256: the SHA-256 of the file if the coordinator has edited it, "" otherwise.
        """
        from ragsheets.ledger import IssuedRecord
        from ragsheets.ledger.provenance import utc_timestamp

        digest = files.sha256(report.content)
        if not report.issued:
            record = IssuedRecord(
                edition=self.edition_name,
                revision=report.revision,
                at=utc_timestamp("microseconds"),
                sha256=edited_sha256 or digest,
                cells=self.cells(),
                path=path,
                unedited_sha256=digest if edited_sha256 else "",
            )
            self.ledger.issued.add(self.date, record)
        return replace(report, issued=True)

    def log(self, report: Report, command: str) -> None:
        """Log a command that wrote or recorded a report."""
        done = "written, and sent out" if command == FINAL_REPORT_COMMAND else "written"
        description = describe_edition(self.edition_name, report.revision, files.sha256(report.content), done)
        self.ledger.log(command, description, self.date)

    @abstractmethod
    def build_report(self, *, reissue: bool = False) -> Report:
        """Build the report from the present state of the ledger."""

    @abstractmethod
    def cells(self) -> Mapping[str, str]:
        """Return the text of every cell of the report as it is now, by its cell key."""

    def _make_report(self, content: ReportContent | YearContent, docx_bytes: bytes, file_name: str) -> Report:
        """Return the report with the values that every kind of report has, under its file name."""
        digest = files.sha256(docx_bytes)
        return Report(
            path=self.period_folder / file_name,
            content=docx_bytes,
            missing=self.assessment.missing_groups,
            unsettled=sum(item.must_be_settled for _, item in self.assessment.findings),
            revision=content.revision_number,
            changes=len(content.changes.table.rows) if content.changes and content.changes.table else 0,
            issued=any(digest in (record.sha256, record.unedited_sha256) for record in self.issued_reports),
            narrative_file=self.narrative_file,
            warnings=self.look.warnings,
        )


class CombinedEdition(ReportEdition):
    """Builds the combined report of a period."""

    edition_names = ("full", "public")

    @cached_property
    def history(self) -> History:
        """The earlier periods that it compares this one with."""
        from ragsheets.history.trend import history_of
        from ragsheets.report.write.trend import EARLIER_PERIODS

        return history_of(self.ledger, self.record, EARLIER_PERIODS)

    def build_report(self, *, reissue: bool = False) -> Report:
        """Build the report from the present state of the ledger."""
        from ragsheets.report.write.word import needed_text_width, report_to_docx

        content = self._build_content(reissue=reissue)
        self.look = self.look.widened_to(needed_text_width(content, self.record.template, self.look))
        docx_bytes = report_to_docx(content, self.record.template, created=self.date, report_look=self.look)
        return self._make_report(content, docx_bytes, files.report_name(self.public, content.revision_number))

    def cells(self) -> Mapping[str, str]:
        """Return the text of every cell of the report as it is now, by its cell key."""
        from ragsheets.report.write.revision import report_cells

        return report_cells(self._build_content(), self.record.template.wording)

    def _build_content(self, *, reissue: bool = False) -> ReportContent:
        from ragsheets.report.write.compose import compose_content

        return compose_content(
            self.record,
            self.assessment,
            self.history,
            issued=self.issued_reports,
            force_new_revision=reissue,
            public=self.public,
            introduction=self.narrative.report_introduction,
        )


class YearEdition(ReportEdition):
    """Builds the report of the year that a period closes."""

    edition_names = ("year", "year, public")

    @cached_property
    def year(self) -> Year:
        """The year that the period closes."""
        from ragsheets.history.year import year_of

        return year_of(self.ledger, self.assessment)

    def build_report(self, *, reissue: bool = False) -> Report:
        """Build the report from the present state of the ledger."""
        from ragsheets.report.year.word import year_report_to_docx

        content = self._build_content(reissue=reissue)
        look = self.look.portrait
        docx_bytes = year_report_to_docx(content, self.record.template, created=self.date, report_look=look)
        name = files.report_name(self.public, content.revision_number, end_of_year=True)
        return replace(self._make_report(content, docx_bytes, name), drafts=content.drafts, gaps=content.gaps)

    def cells(self) -> Mapping[str, str]:
        """Return the text of every cell of the report as it is now, by its cell key."""
        from ragsheets.report.year.content import year_report_cells

        return year_report_cells(self._build_content())

    def _build_content(self, *, reissue: bool = False) -> YearContent:
        from ragsheets.report.year.content import compose_year_content

        return compose_year_content(
            self.record,
            self.year,
            self.narrative,
            issued=self.issued_reports,
            force_new_revision=reissue,
            public=self.public,
        )
