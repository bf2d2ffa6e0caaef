"""Compare a report with the ledger's content for its period: every line, figure and cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ragsheets.plan.matching import similarity
from ragsheets.report.read.model import (
    SUBTITLE_SEPARATOR,
    ReadOutcome,
    ReadReport,
    ReadSection,
    StatedCount,
)
from ragsheets.report.read.phrases import HEADER_KINDS, Phrases, value_between
from ragsheets.report.verify.compare_other_content import compare_other_content, list_other_content
from ragsheets.report.verify.compare_outside_sections import OutsideSectionsComparison, expected_outside_sections
from ragsheets.report.verify.compare_tasks import MIN_SIMILARITY, LocationFields, TaskComparison
from ragsheets.report.verify.differences import Difference
from ragsheets.report.verify.pairing import Pairs
from ragsheets.report.verify.recount import (
    Recount,
    count_difference,
    has_wrong_percentage,
    normalised_text,
    outcome_name,
    words_beside_counts,
)
from ragsheets.returns.totals import count_columns
from ragsheets.template.model import Template
from ragsheets.text import normalise_text, single_line
from ragsheets.version import __version__
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.report.write.content import (
        GroupSection,
        OutcomeBlock,
        ReportContent,
        StatusCount,
    )


@dataclass
class Comparison:
    """A comparison of a report with its expected content."""

    report: ReadReport
    template: Template
    content: ReportContent
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.phrases = Phrases(self.template)
        self.recount = Recount(self.report, self.template)
        self.tasks = TaskComparison(self.content.columns, by_ragsheets=self.report.by_ragsheets)

    def differences(self) -> Iterator[Difference]:
        """Yield every difference between the report and the ledger, in the order of the document."""
        first_page_differences = [*self._compare_title(), *self._compare_first_page()]
        yield from first_page_differences
        # Documents that ragsheets did not write may have any text around their tables.
        if not self.report.by_ragsheets:
            yield from list_other_content(self.report, is_alone=False)
            yield from (Difference("text-not-compared", found=text) for text in self.report.unrecognised_texts)
        else:
            expected_sections, expected_content = expected_outside_sections(self.content, self.template)
            outside_comparison = OutsideSectionsComparison(
                self.report.outside_sections,
                expected_sections,
                self.template,
                own_texts=[passage.text for passage in self.content.introduction],
            )
            yield from (
                difference
                for difference in outside_comparison.differences()
                if not any(
                    _covers(first_page_difference, difference) for first_page_difference in first_page_differences
                )
            )
            yield from compare_other_content(self.report, expected_content)
            if all(content.kind != "page-footer" for content in self.report.other_content):
                self.notes.append("The page footer was removed.")
            if version := outside_comparison.other_version():
                self.notes.append(f"It was made with ragsheets {version}; this is {__version__}.")
        outcome_names = [outcome_name(outcome) for _, outcome in self.report.outcomes]
        outcome_names += [self._outcome_ref(block) for section in self.content.sections for block in section.outcomes]
        order = {name: number for number, name in reversed(list(enumerate(outcome_names)))}
        section_differences = [*self._compare_sections(), *self.tasks.compare_unpaired_rows()]
        yield from sorted(section_differences, key=lambda difference: order.get(difference.outcome, 0))

    # -- the first page

    def _compare_title(self) -> Iterator[Difference]:
        report, content = self.report, self.content
        if report.title_from == "title" and normalised_text(report.title) != normalised_text(content.title):
            yield Difference("title", row="title", found=report.title, wanted=content.title)
        partnership = single_line(content.partnership)
        lines = [single_line(line) for line in report.subtitles]
        if lines and not any(
            line == partnership or line.startswith(f"{partnership} {SUBTITLE_SEPARATOR}") for line in lines
        ):
            yield Difference("title", row="partnership", found=report.subtitles[0], wanted=content.partnership)

    def _compare_first_page(self) -> Iterator[Difference]:
        title = self.template.wording.report_counts
        pairs = Pairs(self.report.count_rows, self.content.summary.rows)
        pairs.pair_equal(lambda row: normalise_text(row.name), lambda row: normalise_text(row.name))
        pairs.pair_similar(
            lambda count_row, expected_row: similarity(count_row.name, expected_row.name), MIN_SIMILARITY
        )
        for count_row, expected_row in pairs.pairs:
            if normalised_text(count_row.name) != normalised_text(expected_row.name):
                yield Difference("heading", row=title, found=count_row.name, wanted=expected_row.name)
            lines = dict(zip(_counts_by_line(self.content.summary.columns), expected_row.counts, strict=True))
            location = {"section": title, "row": expected_row.name}
            yield from self._compare_counts("ledger-first-page", count_row.counts, lines, location)
        for count_row in pairs.added_items:
            yield Difference("first-page-stranger", row=title, found=count_row.name)
        for expected_row in pairs.missing_items:
            yield Difference("first-page-lacks", row=title, wanted=expected_row.name)

    def _compare_counts(
        self,
        kind: str,
        stated_counts: Sequence[StatedCount],
        expected_counts: Mapping[str, int],
        location: LocationFields,
    ) -> Iterator[Difference]:
        """Yield the counts of a summary or a row of counts that differ from the expected ones."""
        stated_lines = set()
        if not self.report.by_ragsheets:
            yield from words_beside_counts(stated_counts, location)
        for stated_count in stated_counts:
            stated_lines.add(stated_count.count_line)
            expected_count = expected_counts.get(stated_count.count_line, 0)
            # In documents made by hand a blank means 0; ragsheets prints the 0.
            is_blank = self.report.by_ragsheets and not stated_count.text.strip()[:1].isdigit()
            if (
                is_blank
                or (stated_count.words and self.report.by_ragsheets)
                or stated_count.number != expected_count
                or (stated_count.count_line not in expected_counts and stated_count.count_line != NOT_REPORTED)
                or has_wrong_percentage(stated_count.text, expected_count, expected_counts.get(TOTAL, 0))
            ):
                yield count_difference(kind, stated_count, expected_counts, location)
        for line in count_columns(self.template):
            if line in expected_counts and line not in stated_lines:
                columns = _counts_by_line(self.content.summary.columns)
                label = columns[line].label if line in columns else line
                yield Difference(kind, **location, column=label, wanted=str(expected_counts[line]))

    # -- sections

    def _compare_sections(self) -> Iterator[Difference]:
        pairs = Pairs(self.report.sections, self.content.sections)
        pairs.pair_equal(
            lambda document_section: normalise_text(document_section.name),
            lambda expected_section: normalise_text(expected_section.heading),
        )
        pairs.pair_similar(_count_shared_outcomes, 1.0)
        pairs.pair_similar(
            lambda document_section, expected_section: similarity(document_section.name, expected_section.heading),
            MIN_SIMILARITY,
        )
        for document_section, expected_section in pairs.pairs:
            if normalised_text(document_section.name) != normalised_text(expected_section.heading):
                yield Difference(
                    "heading",
                    section=document_section.name,
                    found=document_section.name,
                    wanted=expected_section.heading,
                )
            yield from self._compare_section(document_section, expected_section)
        for section in pairs.added_items:
            yield Difference("section-added", section=section.name, found=section.name)
            for outcome in section.outcomes:
                yield from self.recount.outcome_differences(section, outcome)
        for missing_section in pairs.missing_items:
            heading = missing_section.heading
            yield Difference("section-missing", section=heading, wanted=heading)
        for index, expected_index in pairs.moved_index_pairs:
            name = pairs.document_items[index].name
            yield Difference(
                "section-moved", section=name, found=f"number {index + 1}", wanted=f"number {expected_index + 1}"
            )

    def _compare_section(self, document_section: ReadSection, expected_section: GroupSection) -> Iterator[Difference]:
        yield from self._compare_remark(document_section, expected_section)
        pairs = Pairs(document_section.outcomes, expected_section.outcomes)
        pairs.pair_equal(
            lambda document_outcome: normalised_text(document_outcome.heading),
            lambda expected_outcome: normalised_text(expected_outcome.heading),
        )
        pairs.pair_similar(self._outcome_similarity, MIN_SIMILARITY)
        for document_outcome, expected_outcome in pairs.pairs:
            yield from self._compare_outcome(
                {"section": document_section.name, "outcome": outcome_name(document_outcome)},
                document_outcome,
                expected_outcome,
            )
        for outcome in pairs.added_items:
            location = {"section": document_section.name, "outcome": outcome_name(outcome)}
            yield Difference("outcome-added", **location, found=outcome.heading)
            yield from self.recount.outcome_differences(document_section, outcome)
        for block in pairs.missing_items:
            yield Difference(
                "outcome-missing", section=document_section.name, outcome=self._outcome_ref(block), wanted=block.heading
            )
        for index, expected_index in pairs.moved_index_pairs:
            location = {"section": document_section.name, "outcome": outcome_name(pairs.document_items[index])}
            yield Difference(
                "outcome-moved", **location, found=f"number {index + 1}", wanted=f"number {expected_index + 1}"
            )

    def _compare_remark(self, document_section: ReadSection, expected_section: GroupSection) -> Iterator[Difference]:
        """Compare the sentence in place of what was not reported; other texts under the heading were added."""
        name, expected_remark = document_section.name, normalised_text(expected_section.remark)
        texts = [*document_section.remarks, *document_section.unrecognised_texts]
        index = next((n for n, text in enumerate(texts) if normalised_text(text) == expected_remark), None)
        if expected_remark and index is None:
            found = document_section.remarks[0] if document_section.remarks else ""
            yield Difference("remark", section=name, found=found, wanted=expected_section.remark)
            index = 0 if document_section.remarks else None
        if expected_remark and index is not None:
            del texts[index]
        for text in texts:
            # What the template's words state of a sub-group is not an addition, whoever wrote them.
            states_it = text in document_section.remarks and normalise_text(text) in self.phrases.remark_kinds
            yield Difference("remark" if states_it else "text-added", section=name, found=text)

    def _outcome_ref(self, block: OutcomeBlock) -> str:
        value = value_between(self.template.wording.outcome, block.heading.strip())
        ref, title = self.phrases.parse_outcome(block.heading if value is None else value, by_ragsheets=True)
        return ref or title

    def _outcome_similarity(self, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock) -> float:
        document_tasks = {normalised_text(row.task) for row in document_outcome.rows}
        shared = sum(normalised_text(row.task) in document_tasks for row in self.tasks.expected_rows(expected_outcome))
        same_ref = bool(document_outcome.ref) and document_outcome.ref == self._outcome_ref(expected_outcome)
        if same_ref or 2 * shared >= max(len(document_tasks), 1):
            return 100.0
        return similarity(document_outcome.heading, expected_outcome.heading)

    # -- outcomes

    def _compare_outcome(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        if normalised_text(document_outcome.heading) != normalised_text(expected_outcome.heading):
            yield Difference("heading", **location, found=document_outcome.heading, wanted=expected_outcome.heading)
        yield from self._compare_header_lines(location, document_outcome, expected_outcome)
        lines = {line: count.count for line, count in _counts_by_line(expected_outcome.summary).items()}
        row = self.template.wording.summary
        yield from self._compare_counts(
            "ledger-summary", document_outcome.stated_counts, lines, {**location, "row": row}
        )
        if self.report.by_ragsheets:
            yield from self._compare_labels(location, document_outcome, expected_outcome)
        yield from self.tasks.compare(location, document_outcome, expected_outcome)
        for text in document_outcome.unrecognised_texts:
            yield Difference("text-added", **location, found=text)

    def _compare_header_lines(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        """Compare the values of the header lines and, in a report that ragsheets wrote, the words around them."""
        for kind, line in zip(HEADER_KINDS, expected_outcome.details, strict=False):
            words = getattr(self.template.wording, kind)
            expected_value = value_between(words, line.strip()) or ""
            value, document_line = document_outcome.detail(kind), document_outcome.header_lines.get(kind)
            label = words.partition("{")[0].strip(" :") or kind
            if normalised_text(value) != normalised_text(expected_value):
                yield Difference("header", **location, row=label, found=value, wanted=expected_value)
            elif document_line is not None and normalised_text(document_line) != normalised_text(line):
                yield Difference("heading", **location, row=label, found=document_line, wanted=line)

    def _compare_labels(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        """Compare the headings above an outcome's header lines and counts, and the labels of the counts."""
        wording = self.template.wording
        headings = (wording.report_outcome_details, wording.summary, wording.report_count)
        counts = _counts_by_line(expected_outcome.summary)
        printed = [*zip(document_outcome.headings, headings, strict=False)]
        printed += [
            (count.label, counts[count.count_line].label)
            for count in document_outcome.stated_counts
            if count.count_line in counts
        ]
        for text, label in printed:
            if normalised_text(text) != normalised_text(label):
                yield Difference("heading", **location, row=label, found=text, wanted=label)
        for heading in headings[len(document_outcome.headings) :]:
            yield Difference("line-missing", **location, wanted=heading)


def _counts_by_line(counts: Sequence[StatusCount]) -> dict[str, StatusCount]:
    """Return the counts of a summary by their lines: the statuses, "not reported" if it is there, the total last."""
    return {count.status or (TOTAL if count is counts[-1] else NOT_REPORTED): count for count in counts}


def _covers(first_page_difference: Difference, difference: Difference) -> bool:
    """Return whether a difference of the first page already reports another difference of the same words."""
    same_column = (
        not first_page_difference.column
        or not difference.column
        or normalised_text(first_page_difference.column) == normalised_text(difference.column)
    )
    starts = ((difference.found, first_page_difference.found), (difference.wanted, first_page_difference.wanted))
    return same_column and all(normalised_text(text).startswith(normalised_text(start)) for text, start in starts)


def _count_shared_outcomes(document_section: ReadSection, expected_section: GroupSection) -> float:
    """Return how many outcomes two sections share."""
    headings = {normalised_text(outcome.heading) for outcome in document_section.outcomes}
    return float(sum(normalised_text(block.heading) in headings for block in expected_section.outcomes))
