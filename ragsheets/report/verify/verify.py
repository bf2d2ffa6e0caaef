"""Verify a report: compare it with itself and with the ledger's content for its period."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ragsheets import dates
from ragsheets.report.read.model import ReadReport
from ragsheets.report.read.other_content import LEFTOVER_KINDS
from ragsheets.report.read.phrases import placeholder_values
from ragsheets.report.verify.compare import Comparison
from ragsheets.report.verify.compare_other_content import list_other_content
from ragsheets.report.verify.differences import Difference
from ragsheets.report.verify.recount import Recount, named_rows, outcome_name
from ragsheets.template.model import Template
from ragsheets.text import normalise_text

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord, PeriodRecord
    from ragsheets.report.write.content import ReportContent


@dataclass(frozen=True)
class Verification:
    """The result of verifying a report.

    Attributes:
        file_name: the report's file name.
        period: the date of the ledger's period that it was compared with; None if it was compared with itself only.
        sections, outcomes, tasks: their numbers in the document.
        differences: every difference, in the order of the document.
        additions: what was added to the report's own content, in the order of the document.
        notes: further remarks, in sentences.
        sent_out: whether it is a report that was sent out, byte for byte.
        has_hidden_words: whether it has words that are not printed, but that anybody who gets the document can make
            visible.
        has_counts: whether it states counts that its tasks can be compared with.
    """

    file_name: str
    period: datetime.date | None
    sections: int
    outcomes: int
    tasks: int
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]
    additions: tuple[Difference, ...] = ()
    sent_out: bool = False
    has_hidden_words: bool = False
    has_counts: bool = True

    @property
    def is_correct(self) -> bool:
        """Whether there are no differences."""
        return not self.differences

    @property
    def leftovers(self) -> tuple[Difference, ...]:
        """The comments and tracked changes, which anybody who gets the document would see."""
        return tuple(addition for addition in self.additions if addition.kind in LEFTOVER_KINDS)

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            "report": self.file_name,
            "period": self.period.isoformat() if self.period else None,
            "compared_with": ["itself", "ledger"] if self.period else ["itself"],
            "sections": self.sections,
            "outcomes": self.outcomes,
            "tasks": self.tasks,
            "differences": [difference.as_json() for difference in self.differences],
            "additions": [addition.as_json() for addition in self.additions],
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
        file_name: its file name.
        report: its content.
        template: the template that it was read by.
        expected: the date of a period of the ledger and its report's content in each edition that the document may be;
            the edition with the fewest differences, then additions, counts. None if there is no such period.
        notes: remarks that apply already, in sentences.
        sent_out: whether it is a report that was sent out, byte for byte.
    """
    found, comparison_notes = (
        _compare_with_editions(report, template, expected[1]) if expected else _compare_with_itself(report, template)
    )
    outcomes = [outcome for _, outcome in report.outcomes]
    return Verification(
        file_name=file_name,
        period=expected[0] if expected else None,
        sections=len(report.sections),
        outcomes=len(outcomes),
        tasks=sum(1 for outcome in outcomes for _ in outcome.rows),
        differences=tuple(difference for difference in found if not difference.is_addition),
        notes=(*notes, *report.left_out.sentences(), *shared_cell_notes(report, template), *comparison_notes),
        additions=tuple(difference for difference in found if difference.is_addition),
        sent_out=sent_out,
        has_hidden_words=bool(report.left_out.hidden),
        has_counts=any(outcome.stated_counts for outcome in outcomes) or bool(report.count_rows),
    )


def _compare_with_itself(report: ReadReport, template: Template) -> tuple[list[Difference], Sequence[str]]:
    """Return the differences of a report from itself, all that cannot be compared, and notes."""
    found = [*Recount(report, template).differences(), *_texts_not_compared(report)]
    found += list_other_content(report, is_alone=True)
    has_summaries = any(outcome.stated_counts for _, outcome in report.outcomes)
    return found, () if has_summaries else ("The document has no summaries to compare its tasks with.",)


def _compare_with_editions(
    report: ReadReport, template: Template, editions: Sequence[ReportContent]
) -> tuple[list[Difference], Sequence[str]]:
    """Return the differences from the edition with the fewest of them, then the fewest additions, and notes."""
    comparisons = [Comparison(report, template, content) for content in editions]
    compared = [(list(comparison.differences()), comparison.notes) for comparison in comparisons]
    return min(compared, key=lambda edition: (sum(not found.is_addition for found in edition[0]), len(edition[0])))


def _texts_not_compared(report: ReadReport) -> Iterator[Difference]:
    """Yield the texts of a report outside its layout, where additions cannot be recognised."""
    for text in report.unrecognised_texts:
        yield Difference("text-not-compared", found=text)
    for section in report.sections:
        for text in section.unrecognised_texts:
            yield Difference("text-not-compared", section=section.name, found=text)
        for outcome in section.outcomes:
            location = {"section": section.name, "outcome": outcome_name(outcome)}
            for text in outcome.unrecognised_texts:
                yield Difference("text-not-compared", **location, found=text)
            for action in outcome.actions:
                for column in action.other_columns:
                    words = "; ".join(filter(None, column))
                    yield Difference("text-not-compared", **location, row=action.heading, found=words)


def shared_cell_notes(report: ReadReport, template: Template) -> Iterator[str]:
    """Yield a sentence on each cell that is merged over several tasks, and was read for each of them."""
    for section, outcome in report.outcomes:
        for _, row, name in named_rows(outcome):
            for key in row.shared_keys:
                heading = template.headings.get(key, template.wording.report_travel)
                location = Difference("cell", section.name, outcome_name(outcome), name, heading).location
                yield f"{location}: is merged with the cell of the task above; its words were read for both."


def lacks_contacts(report: ReadReport) -> bool:
    """Return whether a report names no contacts, so that it may be the edition for the public."""
    return not any(outcome.detail("contact") for _, outcome in report.outcomes)


def issue_notes(report: ReadReport, sha256: str, issued: Sequence[IssuedRecord], template: Template) -> Iterator[str]:
    """Yield sentences on whether a report is, byte for byte, one that was sent out, or claims to be one.

    Args:
        report: its content.
        sha256: the SHA-256 of its bytes.
        issued: the reports of its period that were sent out in its edition.
        template: the template that it was read by.
    """
    wordings = (template.wording.report_revision, template.wording.report_revision_unchanged)
    revision_values = [
        values
        for line in report.outside_sections.lines
        # The note on the revision is above the first heading.
        if not line.heading
        for wording in wordings
        if (values := placeholder_values(wording, line.text))
    ]
    revision = int(revision_values[0].get("number", 0)) if revision_values else 0
    for record in issued:
        if record.sha256 == sha256:
            yield f"This is {issued_name(record)}."
            if record is not issued[-1]:
                since = dates.in_words(dates.day_of(issued[-1].at))
                yield f"Revision {issued[-1].revision}, sent out on {since}, has taken its place."
        elif record.revision == revision and all(issue.sha256 != sha256 for issue in issued):
            yield f"This is not {issued_name(record)}, byte for byte: it was written or saved again."


def issued_name(record: IssuedRecord) -> str:
    """Return what an issued report is called in messages."""
    name = f"revision {record.revision} of the report" if record.revision else "the report"
    return f"{name} that was sent out on {dates.in_words(dates.day_of(record.at))}"


def no_period_note(date: datetime.date | None) -> str:
    """Return why a report is compared with itself only: the ledger lacks its date's period (None: no date)."""
    if date is None:
        return "The document gives no date, so it was compared with itself only; name its period with --date."
    return f"The ledger has no period of {dates.in_words(date)}, so the report was compared with itself only."


def absent_group_notes(report: ReadReport, record: PeriodRecord) -> Iterator[str]:
    """Yield a sentence on the sub-groups of a period that a report of an unknown period lacks; none if it has none."""
    names = {normalise_text(name) for section in report.sections for name in (section.name, section.group)}
    absent = [group.name for group in record.plan.groups if normalise_text(group.name) not in names]
    if absent and len(absent) < len(record.plan.groups):
        date = dates.in_words(record.period.date)
        yield f"It has no part for {', '.join(absent)}, which the period of {date} has."


def is_year_report(title: str, template: Template) -> bool:
    """Return whether a report of this title is an end-of-year one, which has no task tables to recount."""
    return normalise_text(title) == normalise_text(template.wording.year_title)


NO_LEDGER_NOTE = "There is no ledger here, so the report was compared with itself only."
PUBLIC_REPORT_NOTE = "The document names no contacts, like a report for the public."
