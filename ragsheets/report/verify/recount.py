"""A report checked against itself: every task table recounted, and compared with what its summaries state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ragsheets.report.read.model import CountRow, ReadAction, ReadOutcome, ReadReport, ReadRow, ReadSection, Stated
from ragsheets.report.verify.differences import Difference
from ragsheets.returns.totals import count_names
from ragsheets.template.model import Template
from ragsheets.text import clean, plain
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

#: More characters of a task are not needed to find its row.
_LONGEST = 50
#: A share of a total as it is printed: "(40%)", "(<1%)", "(37.5 %)".
_SHARE = re.compile(r"\([<>]?\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*%\)")

Counts = Mapping[str, int]


def same_words(text: str) -> str:
    """A text without the differences that do not show in a cell: blanks around and between words, empty lines."""
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(filter(None, lines))


def wrong_share(text: str, count: int, total: int) -> bool:
    """Whether a text says of a count a share of the total, "4 (40%)", that is another one however it is rounded."""
    found = _SHARE.search(text)
    return bool(found and total and abs(float(found[1].replace(",", ".")) - 100 * count / total) >= 1)


def name_of(outcome: ReadOutcome) -> str:
    """What an outcome is called in messages: its reference, or its title."""
    return outcome.ref or outcome.title or outcome.heading


def row_name(number: int, task: str, action: str = "") -> str:
    """What a task's row is called in messages; `action` where there are several."""
    line = " ".join(task.split())
    short = line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()}…"
    where = f" of “{action if len(action) <= _LONGEST else f'{action[:_LONGEST].rstrip()}…'}”" if action else ""
    return f"row {number}{where} “{short}”" if short else f"row {number}{where}"


def names_of_rows(outcome: ReadOutcome) -> Iterator[tuple[ReadAction, ReadRow, str]]:
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
                yield from self.of_outcome(section, outcome)
        yield from self._first_page()

    # -- outcomes

    def of_outcome(self, section: ReadSection, outcome: ReadOutcome) -> Iterator[Difference]:
        """What its summary states otherwise than its tasks make."""
        place = {"section": section.name, "outcome": name_of(outcome)}
        yield from self._without_status(outcome, place)
        counts = self.counts(outcome)
        stated = {each.line for each in outcome.stated}
        for each in outcome.stated:
            if each.number != counts[each.line] and not self._leaves_out_unreported(each, counts, stated):
                yield self._difference("summary", each, counts, place)
        if self.report.ours and outcome.stated and NOT_REPORTED not in stated and counts[NOT_REPORTED]:
            label = self.template.wording.not_reported
            yield self._difference("summary", Stated(NOT_REPORTED, label, ""), counts, place)

    def counts(self, outcome: ReadOutcome) -> Counts:
        """What the tasks of an outcome make."""
        counts = dict.fromkeys(count_names(self.template), 0)
        for row in outcome.rows:
            counts[row.status or NOT_REPORTED] += 1
            counts[TOTAL] += 1
        return counts

    def _leaves_out_unreported(self, each: Stated, counts: Counts, stated: set[str]) -> bool:
        """Whether a total made by hand counts only the tasks that have a status, as some do."""
        by_hand = not self.report.ours and NOT_REPORTED not in stated
        return by_hand and each.line == TOTAL and each.number == counts[TOTAL] - counts[NOT_REPORTED]

    def _without_status(self, outcome: ReadOutcome, place: Mapping[str, str]) -> Iterator[Difference]:
        not_reported = plain(self.template.wording.not_reported)
        heading = self.template.column("status").heading
        for _, row, name in names_of_rows(outcome):
            text = row.cells.get("status", "").strip()
            if text and row.status is None and not plain(text).startswith(not_reported):
                yield Difference("no-status", **place, row=name, column=heading, found=text)

    def _difference(self, kind: str, each: Stated, counts: Counts, place: Mapping[str, str]) -> Difference:
        summary = self.template.wording.summary
        found = each.text.strip()
        return Difference(kind, **place, row=summary, column=each.label, found=found, wanted=str(counts[each.line]))

    # -- the first page

    def _first_page(self) -> Iterator[Difference]:
        rows = self.report.counts
        if not rows:
            return
        title = self.template.wording.report_counts
        counted: set[str] = set()
        for row in rows:
            named = sections_named(row, self.report.sections)
            counted |= {section.name for section in named}
            sections = named or (self.report.sections if row is rows[-1] else ())
            if not sections:
                yield Difference("first-page-stranger", row=title, found=row.name)
                continue
            made, stated = self._sums(sections), self._stated_sums(sections)
            for each in row.counts:
                # Where the page repeats what the summaries say, these are told already.
                wrong = wrong_share(each.text, made[each.line], made[TOTAL])
                if each.number not in (made[each.line], stated.get(each.line)) or (
                    wrong and each.number == made[each.line] and made[TOTAL] == stated.get(TOTAL, made[TOTAL])
                ):
                    yield Difference(
                        "first-page", row=row.name, column=each.label, found=each.text, wanted=str(made[each.line])
                    )
        for section in self.report.sections if counted else ():
            if section.name not in counted and section.outcomes:
                yield Difference("first-page-lacks", row=title, wanted=section.name)

    def _sums(self, sections: Sequence[ReadSection]) -> Counts:
        each = [self.counts(outcome) for section in sections for outcome in section.outcomes]
        return {line: sum(counts[line] for counts in each) for line in count_names(self.template)}

    @staticmethod
    def _stated_sums(sections: Sequence[ReadSection]) -> dict[str, int]:
        """What the summaries of some sub-groups state together."""
        sums: dict[str, int] = {}
        for each in (each for section in sections for outcome in section.outcomes for each in outcome.stated):
            sums[each.line] = sums.get(each.line, 0) + (each.number or 0)
        return sums


def sections_named(row: CountRow, sections: Sequence[ReadSection]) -> list[ReadSection]:
    """The sub-groups that a row of the first page's table names."""
    name = plain(row.name)
    return [section for section in sections if name in (plain(section.name), plain(section.group))]
