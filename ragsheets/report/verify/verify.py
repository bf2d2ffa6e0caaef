"""A report verified: read back, checked against itself, and against what the ledger has for its period."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ragsheets import dates
from ragsheets.report.read.model import ReadReport
from ragsheets.report.read.phrases import placeholder_values
from ragsheets.report.verify.compare import Comparison
from ragsheets.report.verify.differences import Difference
from ragsheets.report.verify.recount import Recount
from ragsheets.template.model import Template
from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord
    from ragsheets.report.write.content import ReportContent


@dataclass(frozen=True)
class Verification:
    """What a report was found to be.

    Attributes:
        file: the report's name.
        period: the date of the ledger's period that it was compared with; None where only with itself.
        sections, outcomes, tasks: how many the document holds.
        differences: everything in which it differs, in the order of the document.
        notes: what else is to be said of it.
        sent_out: whether it is one that was sent out, byte for byte.
    """

    file_name: str
    period: datetime.date | None
    sections: int
    outcomes: int
    tasks: int
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]
    sent_out: bool = False

    @property
    def is_correct(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """The same for a machine."""
        return {
            "report": self.file_name,
            "period": self.period.isoformat() if self.period else None,
            "compared_with": ["itself", "ledger"] if self.period else ["itself"],
            "sections": self.sections,
            "outcomes": self.outcomes,
            "tasks": self.tasks,
            "differences": [difference.as_json() for difference in self.differences],
            "notes": list(self.notes),
            "sent_out": self.sent_out,
        }


def verify(
    file_name: str,
    report: ReadReport,
    template: Template,
    expected: tuple[datetime.date, Sequence[ReportContent]] | None = None,
    notes: Sequence[str] = (),
    sent_out: bool = False,
) -> Verification:
    """Verify a report that was read.

    Args:
        file: its name.
        report: what it says.
        template: the template that it was read by.
        wanted: the date of a period of the ledger and what its report has to say, in each edition that the document
            may be; the one that it differs least from counts. None where there is no such period.
        notes: what is to be said of it already, in sentences.
        sent_out: whether it is one that was sent out, byte for byte.
    """
    notes = list(notes)
    if expected is None:
        differences = list(Recount(report, template).differences())
        if not any(outcome.stated_counts for _, outcome in report.outcomes):
            notes.append("The document has no summaries to compare its tasks with.")
    else:
        compared = []
        for content in expected[1]:
            comparison = Comparison(report, template, content)
            compared.append((list(comparison.differences()), comparison.notes))
        differences, more = min(compared, key=lambda each: len(each[0]))
        notes += more
    outcomes = [outcome for _, outcome in report.outcomes]
    return Verification(
        file_name=file_name,
        period=expected[0] if expected else None,
        sections=len(report.sections),
        outcomes=len(outcomes),
        tasks=sum(1 for outcome in outcomes for _ in outcome.rows),
        differences=tuple(differences),
        notes=tuple(notes),
        sent_out=sent_out,
    )


def lacks_contacts(report: ReadReport) -> bool:
    """Whether a report may be the one for the public."""
    return not any(outcome.detail("contact") for _, outcome in report.outcomes)


def issue_notes(report: ReadReport, sha256: str, issued: Sequence[IssuedRecord], template: Template) -> Iterator[str]:
    """Whether a report is one that was sent out, byte for byte, or says that it is, as a sentence.

    Args:
        report: what it says.
        sha256: of its bytes.
        issued: the reports of its period that were sent out in its edition.
        template: the template that it was read by.
    """
    words = (template.wording.report_revision, template.wording.report_revision_unchanged)
    said = [
        found
        for line in report.outside_sections.lines
        for each in words
        if (found := placeholder_values(each, line.text))
    ]
    revision = int(said[0].get("number", 0)) if said else 0
    for record in issued:
        name = f"revision {record.revision} of the report" if record.revision else "the report"
        date = dates.in_words(datetime.date.fromisoformat(record.at[:10]))
        if record.sha256 == sha256:
            yield f"This is {name} that was sent out on {date}."
            if record is not issued[-1]:
                since = dates.in_words(datetime.date.fromisoformat(issued[-1].at[:10]))
                yield f"Revision {issued[-1].revision}, sent out on {since}, has taken its place."
        elif record.revision == revision and all(other.sha256 != sha256 for other in issued):
            yield f"This is not {name} that was sent out on {date}, byte for byte: it was written or saved anew."


def no_period_note(date: datetime.date | None) -> str:
    """Why a report is compared with itself only, where the ledger has no period of its date (None: it says none)."""
    if date is None:
        return "The document says no date, so that it was compared with itself only; name its period with --date."
    return f"The ledger has no period of {dates.in_words(date)}, so that the report was compared with itself only."


def is_year_report(title: str, template: Template) -> bool:
    """Whether a report of this title is an end-of-year one, which has no task tables to recount."""
    return normalise_text(title) == normalise_text(template.wording.year_title)


NO_LEDGER_NOTE = "There is no ledger here, so that the report was compared with itself only."
PUBLIC_REPORT_NOTE = "The document names no contacts, as a report for the public does."
