"""Writing the reports of a period, sending them out, and reading them back.

A report that was sent out is never changed without a new revision.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from ragsheets import files
from ragsheets.dates import command_for_period
from ragsheets.errors import ProjectError, ReportError
from ragsheets.files import saving
from ragsheets.history.next_step import FINAL_REPORT_COMMAND, REPORT_COMMAND
from ragsheets.project.editions import CombinedEdition, EditionOptions, Report, describe_edition, edition_of
from ragsheets.project.written_files import path_beside_kept, record_written, reject_if_kept, relative_path

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord, Ledger, PeriodRecord
    from ragsheets.project.folder import Project
    from ragsheets.report.read.model import ReadReport
    from ragsheets.report.read.reader import OpenReport
    from ragsheets.report.verify.verify import Verification
    from ragsheets.report.write.content import ReportContent
    from ragsheets.template.model import Template


def compose_report(project: Project, *, logged: bool = True, **options: Unpack[EditionOptions]) -> Report:
    """Return the Word report of a period, from the ledger; no file is written.

    Args:
        project: the project folder.
        logged: record in the log that the report was made.
        options: see `EditionOptions`.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ReportError: the narrative (with all problems in it), the house style or the logo cannot be used.
    """
    with project.ledger() as ledger:
        edition = edition_of(project, ledger, options)
        report = edition.build_report()
        if logged:
            edition.log(report, REPORT_COMMAND)
        return report


def write_report(
    project: Project,
    path: Path | None = None,
    *,
    final: bool = False,
    force: bool = False,
    **options: Unpack[EditionOptions],
) -> Report:
    """Write the Word report of a period.

    Args:
        project: the project folder.
        path: where to write it; "Performance report.docx" or "End of year report.docx" in the period's folder by
            default. A revision has its own name, so that the report that was sent out is not replaced; where somebody
            has changed the file at the default path, the report has a numbered name beside it.
        final: record in the ledger that this is the report that is sent out.
        force: replace the file at `path` even where ragsheets did not write it or somebody has changed it since.
        options: see `EditionOptions`.

    The coordinator's text is that of the period's narrative.toml. Where there is no such file, an empty one is created
    to be filled in; an existing one is never changed.

    Raises:
        LedgerError: there is no such period, or the ledger cannot be used.
        ReportError: the narrative, the house style or the logo cannot be used.
        ProjectError: the file cannot be written: it is open in another program, for example, its folder does not exist,
            or it would replace a file that somebody has changed. Nothing is changed then.
    """
    if path is not None:
        if path.suffix.casefold() != ".docx":
            fix = "Give it a name that ends in .docx."
            raise ProjectError("the report is a Word document.", where=str(path), fix=fix)
        saving.require_folder_for(path)
    from ragsheets.report.narrative import starter_narrative

    # The file is written first: the ledger never records a report as sent out whose file does not exist.
    with saving.revert_on_error() as saved, project.ledger() as ledger:
        edition = edition_of(project, ledger, options)
        report = edition.build_report_to_issue() if final else edition.build_report()
        if path is None:
            report = _beside_kept(ledger, report)
        else:
            report = replace(report, path=path)
            if not force:
                reject_if_kept(ledger, path, report.content)
        if final:
            report = edition.issue(report, relative_path(project, report.path))
        edition.log(report, FINAL_REPORT_COMMAND if final else REPORT_COMMAND)
        saved.save(report.path, report.content)
        record_written(project, ledger, edition.date, report.path, report.content)
        if not report.narrative_file.exists():
            saved.save(report.narrative_file, starter_narrative())
            report = replace(report, started=True)
    return report


def _beside_kept(ledger: Ledger, report: Report) -> Report:
    """Return the report with the path to write it to: a numbered one where the file at its usual path must be kept."""
    path = path_beside_kept(ledger, report.path, report.content)
    if path == report.path:
        return report
    is_issued = ledger.issued.contains(files.file_sha256(report.path))
    return replace(report, path=path, kept_file=report.path, kept_file_issued=is_issued)


def issue_document(
    project: Project, path: Path, *, date: datetime.date | None = None, public: bool = False
) -> tuple[Verification, Report | None]:
    """Record a combined report that somebody has edited in Word as the one that is sent out.

    Args:
        project: the project folder.
        path: the edited document. It is left as it is.
        date: the period; by default the one whose date the document gives.
        public: it is the edition without the names of the contacts and of their files.

    Returns:
        How the document compares with the ledger, and the report as it was recorded; None where the document differs
        by more than additions, so that nothing was recorded.

    Raises:
        ReportError: it is not a Word document, may not be opened, or holds no task table in the report's layout.
        LedgerError: there is no such period, or the ledger cannot be used.
        ProjectError: it is the report of no period, or another report was recorded as this revision already.
    """
    from ragsheets.report.read.reader import open_report_file
    from ragsheets.report.verify.verify import issued_name

    document = open_report_file(path)
    with project.ledger() as ledger:
        date = date or _read_by_ledger_templates(ledger, document)[0].date
        if date not in ledger.periods():
            raise ProjectError(
                "is the report of no period in the ledger.", where=path.name, fix="Name its period with --date."
            )
        verification = _compare(path.name, document, _expected_reports(project, ledger, date), public=public)
        if not verification.is_correct:
            return verification, None
        edition = edition_of(project, ledger, {"date": date, "public": public})
        report = replace(edition.build_report(), path=path)
        issued = edition.issued_reports
        if all(record.sha256 != document.sha256 for record in issued):
            if issued and issued[-1].revision == report.revision:
                withdraw = command_for_period(f"ragsheets report{' --public' if public else ''} --not-final", date)
                raise ProjectError(
                    f"is not {issued_name(issued[-1])}.",
                    where=path.name,
                    fix=f"To send this one out in its place, take that back first: {withdraw}",
                )
            edited_sha256 = document.sha256 if document.sha256 != files.sha256(report.content) else ""
            report = edition.issue(report, relative_path(project, path), edited_sha256=edited_sha256)
        description = describe_edition(edition.edition_name, report.revision, document.sha256, "sent out")
        ledger.log(FINAL_REPORT_COMMAND, description, date)
    return verification, replace(report, issued=True)


def verify_report(project: Project, path: Path, *, date: datetime.date | None = None) -> Verification:
    """Read a Word report back, recount it, and compare it with the ledger.

    Args:
        project: the project folder; where it has no ledger, the report is compared with itself only.
        path: the .docx file: written by ragsheets, edited since or not, or made by hand in the same layout.
        date: the period to compare it with; by default the one whose date the document gives.

    Raises:
        ReportError: it is not a Word document, may not be opened, or holds no task table in the report's layout.
        LedgerError: there is no period of the date given, or the ledger cannot be used.
    """
    from ragsheets.report.read.reader import default_templates, open_report_file
    from ragsheets.report.verify import verify

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
        if date is None:
            report, template = _read_by_ledger_templates(ledger, document)
            if report.date not in ledger.periods():
                notes = [verify.no_period_note(report.date)]
                if ledger.periods():
                    notes += verify.absent_group_notes(report, ledger.period())
                return verify.verify(path.name, report, template, notes=notes)
            date = report.date
        expected = _expected_reports(project, ledger, date)
    return _compare(path.name, document, expected)


@dataclass(frozen=True)
class _ExpectedReports:
    """A period with its reports as the ledger has them: the full edition and the public one, and those issued."""

    record: PeriodRecord
    contents: Sequence[ReportContent]
    issued: Sequence[Sequence[IssuedRecord]]


def _read_by_ledger_templates(ledger: Ledger, document: OpenReport) -> tuple[ReadReport, Template]:
    """Read a document by the template of the current period or a shipped one, whichever suits it best."""
    from ragsheets.report.read.reader import default_templates

    return document.read_best([*([ledger.period().template] if ledger.periods() else []), *default_templates()])


def _expected_reports(project: Project, ledger: Ledger, date: datetime.date) -> _ExpectedReports:
    """Return what the report of a period should hold."""
    from ragsheets.history.trend import history_of
    from ragsheets.report.narrative import read_narrative
    from ragsheets.report.write.compose import compose_content
    from ragsheets.report.write.trend import EARLIER_PERIODS
    from ragsheets.returns.assess import assess_period

    record = ledger.period(date)
    assessment = assess_period(ledger, record)
    history = history_of(ledger, record, EARLIER_PERIODS)
    introduction = read_narrative(project.period_folder(date) / files.NARRATIVE_FILE).report_introduction
    issued = [ledger.issued.of_edition(date, edition) for edition in CombinedEdition.edition_names]
    contents = [
        compose_content(
            record, assessment, history, issued=issued[is_public], public=is_public, introduction=introduction
        )
        for is_public in (False, True)
    ]
    return _ExpectedReports(record, contents, issued)


def _compare(
    file_name: str, document: OpenReport, expected: _ExpectedReports, *, public: bool | None = None
) -> Verification:
    """Compare a document with one edition of its period's report; by default with the one that it is."""
    from ragsheets.report.verify import verify

    record = expected.record
    report = document.read(record.template)
    may_be_public = verify.lacks_contacts(report)
    if public is None:
        contents = expected.contents if may_be_public else expected.contents[:1]
    else:
        contents = [expected.contents[public]]
    notes = [verify.PUBLIC_REPORT_NOTE] if may_be_public else []
    notes += verify.issue_notes(report, document.sha256, expected.issued[may_be_public], record.template)
    sent_out = any(issue.sha256 == document.sha256 for issued in expected.issued for issue in issued)
    return verify.verify(file_name, report, record.template, (record.period.date, contents), notes, sent_out)
