"""Check a report against itself: every task table is recounted and compared with the counts of its summaries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ragsheets.report.read.model import CountRow, ReadAction, ReadOutcome, ReadReport, ReadRow, ReadSection, StatedCount
from ragsheets.report.verify.differences import Difference
from ragsheets.report.write.summary import count_with_percent
from ragsheets.returns.totals import count_columns
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office, normalise_text, shorten
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

#: Maximum length of a task in messages, in characters: enough to find its row.
_MAX_TASK_LENGTH = 50
#: A percentage of a total as printed: "(40%)", "(<1%)", "(37.5 %)".
_PERCENTAGE = re.compile(r"\([<>]?\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*%\)")

Counts = Mapping[str, int]


def normalised_text(text: str) -> str:
    """Return a text without differences invisible in a cell: spaces around and between words, empty lines."""
    lines = (" ".join(line.split()) for line in clean_for_office(text).split("\n"))
    return "\n".join(filter(None, lines))


def has_wrong_percentage(text: str, count: int, total: int) -> bool:
    """Return whether a text such as "4 (40%)" has a percentage that is wrong for a count, in any rounding."""
    match = _PERCENTAGE.search(text)
    return bool(match and total and abs(float(match[1].replace(",", ".")) - 100 * count / total) >= 1)


def outcome_name(outcome: ReadOutcome) -> str:
    """Return the name of an outcome for messages: its reference, or its title."""
    return outcome.ref or outcome.title or outcome.heading


def row_name(number: int, task: str, action: str = "") -> str:
    """Return the name of a task's row for messages; `action` if there are several."""
    name = f"row {number}"
    name += f" of “{shorten(action, _MAX_TASK_LENGTH)}”" if action else ""
    return f"{name} “{shorten(task, _MAX_TASK_LENGTH)}”" if task.strip() else name


def named_rows(outcome: ReadOutcome) -> Iterator[tuple[ReadAction, ReadRow, str]]:
    """Yield every row of an outcome with its action and its name for messages."""
    has_several_actions = len(outcome.actions) > 1
    for action in outcome.actions:
        for row in action.rows:
            yield (
                action,
                row,
                row_name(row.number, row.task, action.heading or action.title if has_several_actions else ""),
            )


@dataclass(frozen=True)
class Recount:
    """A check of a report by the statuses and the wording of a template."""

    report: ReadReport
    template: Template

    def differences(self) -> Iterator[Difference]:
        """Yield every difference of the report from itself."""
        for section in self.report.sections:
            for outcome in section.outcomes:
                yield from self.outcome_differences(section, outcome)
        yield from self._first_page_differences()

    # -- outcomes

    def outcome_differences(self, section: ReadSection, outcome: ReadOutcome) -> Iterator[Difference]:
        """Yield the counts of an outcome's summary that differ from those of its tasks."""
        location = {"section": section.name, "outcome": outcome_name(outcome)}
        yield from self._unknown_statuses(outcome, location)
        counts = self.count_statuses(outcome)
        stated_lines = {stated_count.count_line for stated_count in outcome.stated_counts}
        summary_location = {**location, "row": self.template.wording.summary}
        yield from words_beside_counts(outcome.stated_counts, summary_location)
        for stated_count in outcome.stated_counts:
            if self._leaves_out_unreported(stated_count, counts, stated_lines):
                continue
            if stated_count.number != counts[stated_count.count_line] or self._has_wrong_percentage(
                stated_count, counts
            ):
                yield count_difference("summary", stated_count, counts, summary_location)
        if (
            self.report.by_ragsheets
            and outcome.stated_counts
            and NOT_REPORTED not in stated_lines
            and counts[NOT_REPORTED]
        ):
            label = self.template.wording.not_reported
            yield count_difference("summary", StatedCount(NOT_REPORTED, label, ""), counts, summary_location)

    def count_statuses(self, outcome: ReadOutcome) -> Counts:
        """Return the counts of an outcome's tasks by count line."""
        counts = dict.fromkeys(count_columns(self.template), 0)
        for row in outcome.rows:
            counts[row.status or NOT_REPORTED] += 1
            counts[TOTAL] += 1
        return counts

    def _leaves_out_unreported(self, stated_count: StatedCount, counts: Counts, stated_lines: set[str]) -> bool:
        """Return whether a total made by hand counts only the tasks that have a status, as some do."""
        by_hand = not self.report.by_ragsheets and NOT_REPORTED not in stated_lines
        return (
            by_hand and stated_count.count_line == TOTAL and stated_count.number == counts[TOTAL] - counts[NOT_REPORTED]
        )

    def _unknown_statuses(self, outcome: ReadOutcome, location: Mapping[str, str]) -> Iterator[Difference]:
        not_reported = normalise_text(self.template.wording.not_reported)
        heading = self.template.column("status").heading
        for _, row, name in named_rows(outcome):
            text = row.cells.get("status", "").strip()
            if text and row.status is None and not normalise_text(text).startswith(not_reported):
                yield Difference("no-status", **location, row=name, column=heading, found=text)

    def _has_wrong_percentage(self, stated_count: StatedCount, counts: Counts) -> bool:
        """Return whether a percentage is wrong; one made by hand may be of the tasks that have a status."""
        totals = {counts[TOTAL]} if self.report.by_ragsheets else {counts[TOTAL], counts[TOTAL] - counts[NOT_REPORTED]}
        count = counts[stated_count.count_line]
        return all(has_wrong_percentage(stated_count.text, count, total) for total in totals)

    # -- the first page

    def _first_page_differences(self) -> Iterator[Difference]:
        rows = self.report.count_rows
        if not rows:
            return
        title = self.template.wording.report_counts
        counted: set[str] = set()
        for row in rows:
            is_total_row = self.report.by_ragsheets and row is rows[-1]
            named_sections = [] if is_total_row else find_sections(row, self.report.sections)
            counted |= {section.name for section in named_sections}
            sections = named_sections or (self.report.sections if row is rows[-1] else ())
            if not sections:
                yield Difference("first-page-stranger", row=title, found=row.name)
                continue
            counts, stated_sums = self._sum_counts(sections), self._sum_stated_counts(sections)
            location = {"row": row.name}
            yield from words_beside_counts(row.counts, location)
            for stated_count in row.counts:
                line = stated_count.count_line
                # Where the page repeats the summaries, their differences are already reported.
                if stated_count.number != counts[line]:
                    is_wrong = stated_count.number != stated_sums.get(line, counts[line])
                else:
                    is_total_stated = counts[TOTAL] == stated_sums.get(TOTAL, counts[TOTAL])
                    is_wrong = is_total_stated and self._has_wrong_percentage(stated_count, counts)
                if is_wrong:
                    yield count_difference("first-page", stated_count, counts, location)
        for section in self.report.sections if counted else ():
            if section.name not in counted and section.outcomes:
                yield Difference("first-page-lacks", row=title, wanted=section.name)

    def _sum_counts(self, sections: Sequence[ReadSection]) -> Counts:
        outcome_counts = [self.count_statuses(outcome) for section in sections for outcome in section.outcomes]
        return {line: sum(counts[line] for counts in outcome_counts) for line in count_columns(self.template)}

    @staticmethod
    def _sum_stated_counts(sections: Sequence[ReadSection]) -> dict[str, int]:
        """Return the sums of the counts that the summaries of some sub-groups state."""
        sums: dict[str, int] = {}
        for stated_count in (
            count for section in sections for outcome in section.outcomes for count in outcome.stated_counts
        ):
            sums[stated_count.count_line] = sums.get(stated_count.count_line, 0) + (stated_count.number or 0)
        return sums


def words_beside_counts(stated_counts: Sequence[StatedCount], location: Mapping[str, str]) -> Iterator[Difference]:
    """Yield the words that somebody wrote beside counts, which are compared with nothing."""
    for stated_count in stated_counts:
        if stated_count.words:
            yield Difference("text-not-compared", **location, column=stated_count.label, found=stated_count.words)


def count_difference(kind: str, stated_count: StatedCount, counts: Counts, location: Mapping[str, str]) -> Difference:
    """Return the difference of a stated count from those of the tasks; of its percentage if only that is wrong."""
    count, total = counts.get(stated_count.count_line, 0), counts.get(TOTAL, 0)
    only_percentage = stated_count.number == count and has_wrong_percentage(stated_count.text, count, total)
    wanted = count_with_percent(count, total) if only_percentage else str(count)
    return Difference(kind, **location, column=stated_count.label, found=stated_count.text.strip(), wanted=wanted)


def find_sections(row: CountRow, sections: Sequence[ReadSection]) -> list[ReadSection]:
    """Return the sub-groups that a row of the first page's table names: by the same name, else by a similar one."""
    if same := [section for section in sections if normalised_text(section.name) == normalised_text(row.name)]:
        return same
    name = normalise_text(row.name)
    return [section for section in sections if name in (normalise_text(section.name), normalise_text(section.group))]
