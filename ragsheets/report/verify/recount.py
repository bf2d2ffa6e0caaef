"""A report checked against itself: every task table recounted, and compared with what its summaries state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ragsheets.report.read.model import CountRow, ReadAction, ReadOutcome, ReadReport, ReadRow, ReadSection, StatedCount
from ragsheets.report.verify.differences import Difference
from ragsheets.returns.totals import count_columns
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office, normalise_text
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

#: More characters of a task are not needed to find its row.
_MAX_TASK_LENGTH = 50
#: A share of a total as it is printed: "(40%)", "(<1%)", "(37.5 %)".
_PERCENTAGE = re.compile(r"\([<>]?\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*%\)")

Counts = Mapping[str, int]


def normalised_text(text: str) -> str:
    """A text without the differences that do not show in a cell: blanks around and between words, empty lines."""
    lines = (" ".join(line.split()) for line in clean_for_office(text).split("\n"))
    return "\n".join(filter(None, lines))


def has_wrong_percentage(text: str, count: int, total: int) -> bool:
    """Whether a text says of a count a share of the total, "4 (40%)", that is another one however it is rounded."""
    found = _PERCENTAGE.search(text)
    return bool(found and total and abs(float(found[1].replace(",", ".")) - 100 * count / total) >= 1)


def outcome_name(outcome: ReadOutcome) -> str:
    """What an outcome is called in messages: its reference, or its title."""
    return outcome.ref or outcome.title or outcome.heading


def row_name(number: int, task: str, action: str = "") -> str:
    """What a task's row is called in messages; `action` where there are several."""
    line = " ".join(task.split())
    short = line if len(line) <= _MAX_TASK_LENGTH else f"{line[:_MAX_TASK_LENGTH].rstrip()}…"
    where = (
        f" of “{action if len(action) <= _MAX_TASK_LENGTH else f'{action[:_MAX_TASK_LENGTH].rstrip()}…'}”"
        if action
        else ""
    )
    return f"row {number}{where} “{short}”" if short else f"row {number}{where}"


def named_rows(outcome: ReadOutcome) -> Iterator[tuple[ReadAction, ReadRow, str]]:
    """Every row of an outcome with its action and what it is called."""
    several = len(outcome.actions) > 1
    for action in outcome.actions:
        for row in action.rows:
            yield action, row, row_name(row.number, row.task, action.heading or action.title if several else "")


@dataclass(frozen=True)
class Recount:
    """Checks a report by the statuses and the wording of a template."""

    report: ReadReport
    template: Template

    def differences(self) -> Iterator[Difference]:
        """Everything in which the report differs from itself."""
        for section in self.report.sections:
            for outcome in section.outcomes:
                yield from self.outcome_differences(section, outcome)
        yield from self._first_page_differences()

    # -- outcomes

    def outcome_differences(self, section: ReadSection, outcome: ReadOutcome) -> Iterator[Difference]:
        """What its summary states otherwise than its tasks make."""
        place = {"section": section.name, "outcome": outcome_name(outcome)}
        yield from self._unknown_statuses(outcome, place)
        counts = self.count_statuses(outcome)
        stated = {each.count_line for each in outcome.stated_counts}
        for each in outcome.stated_counts:
            if each.number != counts[each.count_line] and not self._leaves_out_unreported(each, counts, stated):
                yield self._count_difference("summary", each, counts, place)
        if self.report.by_ragsheets and outcome.stated_counts and NOT_REPORTED not in stated and counts[NOT_REPORTED]:
            label = self.template.wording.not_reported
            yield self._count_difference("summary", StatedCount(NOT_REPORTED, label, ""), counts, place)

    def count_statuses(self, outcome: ReadOutcome) -> Counts:
        """What the tasks of an outcome make."""
        counts = dict.fromkeys(count_columns(self.template), 0)
        for row in outcome.rows:
            counts[row.status or NOT_REPORTED] += 1
            counts[TOTAL] += 1
        return counts

    def _leaves_out_unreported(self, stated_count: StatedCount, counts: Counts, stated_lines: set[str]) -> bool:
        """Whether a total made by hand counts only the tasks that have a status, as some do."""
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

    def _count_difference(
        self, kind: str, stated_count: StatedCount, counts: Counts, location: Mapping[str, str]
    ) -> Difference:
        summary = self.template.wording.summary
        found = stated_count.text.strip()
        return Difference(
            kind,
            **location,
            row=summary,
            column=stated_count.label,
            found=found,
            wanted=str(counts[stated_count.count_line]),
        )

    # -- the first page

    def _first_page_differences(self) -> Iterator[Difference]:
        rows = self.report.count_rows
        if not rows:
            return
        title = self.template.wording.report_counts
        counted: set[str] = set()
        for row in rows:
            named = find_sections(row, self.report.sections)
            counted |= {section.name for section in named}
            sections = named or (self.report.sections if row is rows[-1] else ())
            if not sections:
                yield Difference("first-page-stranger", row=title, found=row.name)
                continue
            made, stated = self._sum_counts(sections), self._sum_stated_counts(sections)
            for each in row.counts:
                # Where the page repeats what the summaries say, these are told already.
                wrong = has_wrong_percentage(each.text, made[each.count_line], made[TOTAL])
                if each.number not in (made[each.count_line], stated.get(each.count_line)) or (
                    wrong and each.number == made[each.count_line] and made[TOTAL] == stated.get(TOTAL, made[TOTAL])
                ):
                    yield Difference(
                        "first-page",
                        row=row.name,
                        column=each.label,
                        found=each.text,
                        wanted=str(made[each.count_line]),
                    )
        for section in self.report.sections if counted else ():
            if section.name not in counted and section.outcomes:
                yield Difference("first-page-lacks", row=title, wanted=section.name)

    def _sum_counts(self, sections: Sequence[ReadSection]) -> Counts:
        each = [self.count_statuses(outcome) for section in sections for outcome in section.outcomes]
        return {line: sum(counts[line] for counts in each) for line in count_columns(self.template)}

    @staticmethod
    def _sum_stated_counts(sections: Sequence[ReadSection]) -> dict[str, int]:
        """What the summaries of some sub-groups state together."""
        sums: dict[str, int] = {}
        for each in (each for section in sections for outcome in section.outcomes for each in outcome.stated_counts):
            sums[each.count_line] = sums.get(each.count_line, 0) + (each.number or 0)
        return sums


def find_sections(row: CountRow, sections: Sequence[ReadSection]) -> list[ReadSection]:
    """The sub-groups that a row of the first page's table names."""
    name = normalise_text(row.name)
    return [section for section in sections if name in (normalise_text(section.name), normalise_text(section.group))]
