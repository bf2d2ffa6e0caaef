"""Writing the reports of a period, sending them out, and reading them back.

A report that was sent out is never changed without a new revision.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragsheets.errors import ProjectError, ReportError
from ragsheets.files import saving
from ragsheets.project.editions import CombinedEdition, Report, edition_of

if TYPE_CHECKING:
    from ragsheets.project.folder import Project
    from ragsheets.report.verify.verify import Verification


def compose_report(
    project: Project,
    *,
    date: datetime.date | None = None,
    public: bool = False,
    end_of_year: bool = False,
    style: Path | None = None,
) -> Report:
    """Return the Word report of a period (the current one by default), from the ledger; no file is written.

    Args:
        project: the project folder.
        date: the period.
        public: leave out the names of the contacts and of their files.
        end_of_year: the report of the year that the period closes, with the coordinator's text from its narrative.toml.
        style: a Word document whose house style the report has; the one that the template names by default.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ReportError: the narrative (with all problems in it), the house style or the logo cannot be used.
    """
    with project.ledger() as ledger:
        return edition_of(project, ledger, date, public, style, end_of_year).build_and_log()


def write_report(
    project: Project,
    path: Path | None = None,
    *,
    date: datetime.date | None = None,
    public: bool = False,
    final: bool = False,
    end_of_year: bool = False,
    style: Path | None = None,
) -> Report:
    """Write the Word report of a period.

    Args:
        project: the project folder.
        path: where to write it; "Performance report.docx" or "End of year report.docx" in the period's folder by
            default. A revision has its own name, so that the report that was sent out is not replaced.
        date: the period; the current one by default.
        public: leave out the names of the contacts and of their files.
        final: record in the ledger that this is the report that is sent out.
        end_of_year: the report of the year that the period closes, with the text of its narrative.toml. Where there is
            no such file, an empty one is created to be filled in; an existing one is never changed.
        style: a Word document whose house style the report has; the one that the template names by default.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ReportError: the narrative, the house style or the logo cannot be used.
        ProjectError: the file cannot be written: it is open in another program, for example, or its folder does not
            exist. Nothing is changed then.
    """
    if path is not None and path.suffix.casefold() != ".docx":
        raise ProjectError("the report is a Word document.", where=str(path), fix="Give it a name that ends in .docx.")
    if path is not None and not path.parent.is_dir():
        raise ProjectError("there is no such folder.", where=str(path.parent), fix="Make it first, or name another.")
    # The file is written first: the ledger never records a report as sent out whose file does not exist.
    with saving.revert_on_error() as saved, project.ledger() as ledger:
        edition = edition_of(project, ledger, date, public, style, end_of_year)
        built = edition.build_and_log(final=final)
        report = replace(built, path=path or built.path)
        saved.save(report.path, report.content)
        if report.narrative_file and not report.narrative_file.exists():
            from ragsheets.report.year.narrative import starter_narrative

            saved.save(report.narrative_file, starter_narrative())
            report = replace(report, started=True)
    return report


def verify_report(project: Project, path: Path, *, date: datetime.date | None = None) -> Verification:
    """Read a Word report back, recount it, and compare it with the ledger.

    Args:
        project: the project folder; where it has no ledger, the report is compared with itself only.
        path: the .docx file: written by ragsheets, edited since or not, or made by hand in the same layout.
        date: the period to compare it with; by default the one whose date the document gives.

    Raises:
        ReportError: it is no Word document, may not be opened, or holds no task table in the report's layout.
        LedgerError: there is no period of the date given, or the ledger cannot be used.
    """
    from ragsheets.history.trend import history_of
    from ragsheets.report.read.reader import default_templates, open_report_file
    from ragsheets.report.verify import verify
    from ragsheets.report.write.compose import compose_content
    from ragsheets.report.write.trend import EARLIER_PERIODS
    from ragsheets.returns.assess import assess

    document = open_report_file(path)
    if not document.is_printed and any(
        verify.is_year_report(document.file.title, template) for template in default_templates()
    ):
        raise ReportError(
            "is an end-of-year report, which holds no task tables to recount.",
            where=path.name,
            fix="Verify the combined report of its period.",
        )
    if date is None and not project.has_ledger:
        return verify.verify(path.name, *document.read_best(default_templates()), notes=[verify.NO_LEDGER_NOTE])
    with project.ledger() as ledger:
        periods = ledger.periods()
        if date is None:
            period_templates = [ledger.period().template] if periods else []
            report, template = document.read_best([*period_templates, *default_templates()])
            if report.date not in periods:
                return verify.verify(path.name, report, template, notes=[verify.no_period_note(report.date)])
            date = report.date
        record = ledger.period(date)
        assessment = assess(record, ledger.frames(record.period.date))
        history = history_of(ledger, record.period, EARLIER_PERIODS, record.plan)
        editions = [ledger.issued_reports(record.period.date, edition) for edition in CombinedEdition.edition_names]
    report = document.read(record.template)
    public = verify.lacks_contacts(report)
    contents = [
        compose_content(record, assessment, history, issued=issued, public=bool(is_public))
        for is_public, issued in enumerate(editions)
        if public or not is_public
    ]
    notes = [verify.PUBLIC_REPORT_NOTE] if public else []
    notes += verify.issue_notes(report, document.sha256, editions[public], record.template)
    sent_out = any(issued_record.sha256 == document.sha256 for issued in editions for issued_record in issued)
    return verify.verify(path.name, report, record.template, (record.period.date, contents), notes, sent_out)
