"""Writing the reports of a period, sending them out, and reading them back: what was sent out once is never silently
another."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets import files
from ragsheets.errors import ProjectError

if TYPE_CHECKING:
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.project import Project
    from ragsheets.report.content import ReportContent
    from ragsheets.report.verify import Verification
    from ragsheets.returns.assess import Assessment


@dataclass(frozen=True, slots=True)
class Report:
    """The combined report as the bytes of a .docx file, and where it belongs.

    Attributes:
        missing: the sub-groups that have not returned.
        unsettled: how many findings somebody must settle.
        revision: 0, or the number of the revision of the report that was sent out before.
        changes: how many cells have changed since.
        issued: whether exactly this report was sent out, now or before.
    """

    path: Path
    content: bytes
    missing: tuple[str, ...]
    unsettled: int
    revision: int = 0
    changes: int = 0
    issued: bool = False


def compose_report(project: Project, *, date: datetime.date | None = None, public: bool = False) -> Report:
    """The combined Word report of a period (the current one by default), from the ledger alone.

    `public` leaves out the names of the contacts and of their files. Raises LedgerError where there is no such period,
    or the ledger cannot be used.
    """
    with project.ledger() as ledger:
        return _Press(project, ledger, date, public).report()


def write_report(
    project: Project,
    path: Path | None = None,
    *,
    date: datetime.date | None = None,
    public: bool = False,
    final: bool = False,
) -> Report:
    """Write the combined Word report of a period.

    Args:
        project: the project folder.
        path: where to write it; "Performance report.docx" in the period's folder by default. A revision has its own
            name, so that the report that was sent out stays as it is.
        date: the period; the current one by default.
        public: leave out the names of the contacts and of their files.
        final: keep in the ledger that this is the report that is sent out.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: the file cannot be written: it is open in another program, say, or its folder is not there.
    """
    if path is not None and path.suffix.casefold() != ".docx":
        raise ProjectError("the report is a Word document.", where=str(path), fix="Give it a name that ends in .docx.")
    if path is not None and not path.parent.is_dir():
        raise ProjectError("there is no such folder.", where=str(path.parent), fix="Make it first, or name another.")
    with project.ledger() as ledger:
        press = _Press(project, ledger, date, public)
        made = press.sent_out() if final else press.report()
        report = replace(made, path=path or made.path)
        files.save(report.path, report.content)
    return report


def verify_report(project: Project, path: Path, *, date: datetime.date | None = None) -> Verification:
    """Read a Word report back, recount it, and compare it with the ledger.

    Args:
        project: the project folder; where it has no ledger, the report is compared with itself only.
        path: the .docx file: ragsheets' own, edited since or not, or one made by hand in its layout.
        date: the period to compare it with; the one of the date that the document says by default.

    Raises:
        ReportError: it is no Word document, may not be opened, or holds no task table in the report's layout.
        LedgerError: there is no period of the date given, or the ledger cannot be used.
    """
    from ragsheets.report import verify
    from ragsheets.report.compose import content_of
    from ragsheets.report.read import open_file, usual_templates
    from ragsheets.report.travel import PERIODS
    from ragsheets.returns.assess import assess
    from ragsheets.returns.history import history_of

    document = open_file(path)
    if date is None and not project.has_ledger:
        return verify.verify(path.name, *document.best(usual_templates()), why_alone=verify.NO_LEDGER)
    with project.ledger() as ledger:
        periods = ledger.periods()
        if date is None:
            known = [ledger.period().template] if periods else []
            report, template = document.best([*known, *usual_templates()])
            if report.date not in periods:
                return verify.verify(path.name, report, template, why_alone=verify.no_period(report.date))
            date = report.date
        record = ledger.period(date)
        assessment = assess(record, ledger.frames(record.period.date))
        history = history_of(ledger, record.period, PERIODS)
    wanted = (record.period.date, content_of(record, assessment, history))
    return verify.verify(path.name, document.read(record.template), record.template, wanted)


class _Press:
    """Makes one edition of a period's report."""

    def __init__(self, project: Project, ledger: Ledger, date: datetime.date | None, public: bool) -> None:
        from ragsheets.report.travel import PERIODS
        from ragsheets.returns.assess import assess
        from ragsheets.returns.history import history_of

        self.project, self.ledger, self.public = project, ledger, public
        self.record: PeriodRecord = ledger.period(date)
        self.assessment: Assessment = assess(self.record, ledger.frames(self.day))
        self.history = history_of(ledger, self.record.period, PERIODS)
        self.edition = "public" if public else "full"
        self.issued = ledger.issued(self.day, self.edition)

    @property
    def day(self) -> datetime.date:
        return self.record.period.date

    def report(self, *, renewed: bool = False) -> Report:
        """The report as it stands."""
        from ragsheets.returns.findings import Severity

        content = self._content(renewed=renewed)
        made = self._written(content)
        self.ledger.log(f"report {self.day} ({self.edition})")
        return Report(
            path=self.project.period_folder(self.day) / files.report_name(self.public, content.revision_number),
            content=made,
            missing=self.assessment.missing,
            unsettled=sum(item.severity is Severity.ERROR for _, item in self.assessment.findings),
            revision=content.revision_number,
            changes=len(content.changes.table.rows) if content.changes and content.changes.table else 0,
            issued=any(record.sha256 == hashlib.sha256(made).hexdigest() for record in self.issued),
        )

    def sent_out(self) -> Report:
        """The report as it stands, kept in the ledger as sent out. One that was sent out already is kept once."""
        from ragsheets.ledger import IssuedRecord
        from ragsheets.report.revision import cells_of

        report = self.report()
        if report.issued:
            return report
        if self.issued and report.revision == self.issued[-1].revision:
            report = self.report(renewed=True)
        digest = hashlib.sha256(report.content).hexdigest()
        at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None).isoformat(" ", "seconds")
        cells = cells_of(self._content())
        self.ledger.issue(self.day, IssuedRecord(self.edition, report.revision, at, digest, cells))
        self.ledger.log(f"report {self.day} ({self.edition}) sent out as revision {report.revision} ({digest[:12]})")
        return replace(report, issued=True)

    def _content(self, *, renewed: bool = False) -> ReportContent:
        from ragsheets.report.compose import content_of

        return content_of(
            self.record, self.assessment, self.history, issued=self.issued, renewed=renewed, public=self.public
        )

    def _written(self, content: ReportContent) -> bytes:
        from ragsheets.report.word import to_docx

        return to_docx(content, self.record.template, created=self.day)
