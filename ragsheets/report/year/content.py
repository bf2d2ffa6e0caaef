"""The content of the end-of-year report as plain values, in the layout of 2011.

`ragsheets.report.year.word` writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ragsheets import dates, files
from ragsheets.history.trend import History
from ragsheets.history.year import Year
from ragsheets.report.narrative import Narrative
from ragsheets.report.write.content import DocumentInfo, ReportPart
from ragsheets.report.write.context import ReportContext
from ragsheets.report.write.passages import Passage, parse_list_item, parse_passages
from ragsheets.report.write.revision import cell_key, with_revision
from ragsheets.report.year.drafts import draft_headlines_of
from ragsheets.report.year.figures import year_figures_of, year_sources_of

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord, PeriodRecord


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading with the passages under it, and the chapters of the next level."""

    heading: str
    passages: tuple[Passage, ...] = ()
    chapters: tuple[Chapter, ...] = ()


@dataclass(frozen=True)
class YearContent(DocumentInfo):
    """The content of the whole report.

    Attributes:
        chapters: introduction, headline successes and next steps, except those left out on purpose.
        closing: the closing passages, printed without their heading; addresses in them become links.
        drafts: the names of the sub-groups whose successes are drafts to be edited.
        gaps: the headings of the texts still to be written.
    """

    subject: str
    chapters: tuple[Chapter, ...]
    closing: Chapter
    figures: ReportPart
    sources: ReportPart
    drafts: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()

    @property
    def min_pages(self) -> int:
        """One page of text, and one of figures."""
        return 2


def compose_year_content(
    record: PeriodRecord,
    year: Year,
    narrative: Narrative,
    *,
    issued: Sequence[IssuedRecord] = (),
    force_new_revision: bool = False,
    public: bool = False,
) -> YearContent:
    """Return the content of the end-of-year report of a period.

    Args:
        record: the period with its plan and template.
        year: the year that the period closes.
        narrative: the coordinator's texts.
        issued: the end-of-year reports of this period that were sent out before, the first one first.
        force_new_revision: make a new revision even if nothing has changed since the last one.
        public: leave out the names of the returned files, which may contain names of contacts.
    """
    past = History(record.plan, year.past_periods[:1])
    return _YearComposer(ReportContext(record, year.closing, past, public), year, narrative).compose(
        issued, force_new_revision
    )


class _YearComposer:
    """Composer of one report."""

    def __init__(self, context: ReportContext, year: Year, narrative: Narrative) -> None:
        self.context, self.year, self.narrative, self.wording = context, year, narrative, context.wording
        self.drafts: list[str] = []
        self.gaps: list[str] = []

    def compose(self, issued: Sequence[IssuedRecord], force_new_revision: bool) -> YearContent:
        """Return the content of the whole report."""
        record, wording = self.context.record, self.wording
        content = YearContent(
            title=wording.year_title,
            subject=wording.year_subject,
            partnership=record.plan.partnership,
            period=record.period.title,
            date=dates.in_words(record.period.date),
            chapters=(*self._introduction(), self._successes(), *self._next_steps()),
            closing=Chapter(wording.year_closing, self._passages_or_gap(self.narrative.closing, wording.year_closing)),
            figures=year_figures_of(self.context, self.year),
            sources=year_sources_of(self.context, self.year),
            drafts=tuple(self.drafts),
            gaps=tuple(self.gaps),
        )
        return with_revision(
            content, year_report_cells(content), issued, wording, force_new_revision=force_new_revision
        )

    def _introduction(self) -> Iterator[Chapter]:
        passages = self._passages_or_gap(self.narrative.introduction, self.wording.year_introduction)
        if passages:
            yield Chapter(self.wording.year_introduction, passages)

    def _successes(self) -> Chapter:
        groups = [self._group_successes(key, name) for key, name in self.year.group_names.items()]
        return Chapter(self.wording.year_successes, chapters=tuple(chapter for chapter in groups if chapter))

    def _group_successes(self, key: str, name: str) -> Chapter | None:
        """Return a sub-group's successes, or else drafts, or else the reason why there are none.

        None for a sub-group without either that is no longer in the plan.
        """
        successes = self.year.headlines("success", key)
        if successes:
            return Chapter(name, tuple(passage for text in successes for passage in parse_list_item(text)))
        drafts = self._draft_headlines.get(key)
        groups_by_key = {group.key: group for group in self.context.plan.groups}
        if drafts:
            self.drafts.append(name)
            draft_passages = [Passage(self.wording.year_draft.format(text=text), "draft") for text in drafts]
            return Chapter(name, (Passage(self.wording.year_drafts, "note"), *draft_passages))
        if key not in groups_by_key:
            return None
        explanation = self.wording.on_hold if groups_by_key[key].on_hold else self.wording.year_no_successes
        return Chapter(name, (Passage(explanation),))

    @cached_property
    def _draft_headlines(self) -> Mapping[str, Sequence[str]]:
        return draft_headlines_of(self.year, self.wording)

    def _next_steps(self) -> Iterator[Chapter]:
        """Yield the next steps: the partnership's own first, then those that sub-groups returned."""
        own_steps = self.narrative.next_steps
        passages = tuple(passage for step in own_steps or () for passage in parse_list_item(step, join_lines=True))
        if own_steps is not None and not passages:
            passages = self._gap(self.wording.year_next_steps)
        chapters = [
            Chapter(name, tuple(passage for text in group_steps for passage in parse_list_item(text)))
            for key, name in self.year.group_names.items()
            if (group_steps := self.year.headlines("next_step", key))
        ]
        if passages or chapters:
            yield Chapter(self.wording.year_next_steps, passages, tuple(chapters))

    def _passages_or_gap(self, text: str | None, heading: str) -> tuple[Passage, ...]:
        """Return the coordinator's text as passages, or a gap where it is still to be written."""
        if text is None:
            return ()
        return parse_passages(text) or self._gap(heading)

    def _gap(self, heading: str) -> tuple[Passage, ...]:
        self.gaps.append(heading)
        return (Passage(self.wording.year_gap.format(what=heading, file=files.NARRATIVE_FILE), "gap"),)


def year_report_cells(content: YearContent) -> dict[str, str]:
    """Return the text of every passage and every figure by its cell key; equal passages are numbered in order."""
    cells: dict[str, str] = {}
    occurrences: Counter[tuple[str, str, str]] = Counter()
    for heading, group, passage in _passages_with_headings(content):
        occurrences[position := (group, passage.text, heading)] += 1
        cells[cell_key(group, passage.text, "", occurrences[position], heading)] = passage.text
    table = content.figures.table
    for row in table.rows if table else ():
        for column, cell in zip(table.columns if table else (), row, strict=True):
            cells[cell_key("", "", "", 1, f"{row[0].text}: {column.text}")] = cell.text
    return cells


def _passages_with_headings(content: YearContent) -> Iterator[tuple[str, str, Passage]]:
    """Yield every passage with the headings of its chapter and its sub-group, "" for none."""
    for chapter in (*content.chapters, content.closing):
        yield from ((chapter.heading, "", passage) for passage in chapter.passages)
        for part in chapter.chapters:
            yield from ((chapter.heading, part.heading, passage) for passage in part.passages)
