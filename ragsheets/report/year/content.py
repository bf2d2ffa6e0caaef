"""What the end-of-year report says, as plain values, in the layout of 2011; `ragsheets.report.year.word` writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ragsheets import dates, files
from ragsheets.history.trend import History
from ragsheets.history.year import Year
from ragsheets.report.write.content import Part
from ragsheets.report.write.context import Basis
from ragsheets.report.write.passages import Passage, points, prose
from ragsheets.report.write.revision import place_of, revision_of
from ragsheets.report.year.drafts import drafts_of
from ragsheets.report.year.figures import figures_of, returns_of
from ragsheets.report.year.narrative import Narrative

if TYPE_CHECKING:
    from ragsheets.ledger import IssuedRecord, PeriodRecord


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and what stands under it: passages, and the chapters of the next level."""

    heading: str
    passages: tuple[Passage, ...] = ()
    chapters: tuple[Chapter, ...] = ()


@dataclass(frozen=True, slots=True)
class YearContent:
    """The whole report.

    Attributes:
        chapters: introduction, headline successes and next steps, as far as they are not left out.
        closing: the last words, printed without their heading; addresses in them become links.
        drafts: the names of the sub-groups whose successes are drafts to be edited.
        gaps: what is still to be written, by its heading.
        revision, changes: what changed since the report was first sent out; None where it was not.
    """

    title: str
    subject: str
    partnership: str
    period: str
    date: str
    chapters: tuple[Chapter, ...]
    closing: Chapter
    figures: Part
    origin: Part
    drafts: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    revision: Part | None = None
    revision_number: int = 0
    changes: Part | None = None

    @property
    def least_pages(self) -> int:
        """The words, and the figures behind them."""
        return 2


def year_content_of(
    record: PeriodRecord,
    year: Year,
    narrative: Narrative,
    *,
    issued: Sequence[IssuedRecord] = (),
    renewed: bool = False,
    public: bool = False,
) -> YearContent:
    """What the end-of-year report of a period says.

    Args:
        record: the period with its plan and template.
        year: the year that it closes.
        narrative: the coordinator's words.
        issued: the end-of-year reports of this period that were sent out before, the first one first.
        renewed: it is to be sent out once more, though nothing in it has changed since.
        public: leave out the names of the files that came back, which may be those of contacts.
    """
    past = History(year.pasts[:1])
    return _Composer(Basis(record, year.closing, past, public), year, narrative).content(issued, renewed)


class _Composer:
    """Puts one report together."""

    def __init__(self, basis: Basis, year: Year, narrative: Narrative) -> None:
        self.basis, self.year, self.narrative, self.wording = basis, year, narrative, basis.wording
        self.drafts: list[str] = []
        self.gaps: list[str] = []

    def content(self, issued: Sequence[IssuedRecord], renewed: bool) -> YearContent:
        """The whole report."""
        record, wording = self.basis.record, self.wording
        content = YearContent(
            title=wording.year_title,
            subject=wording.year_subject,
            partnership=record.plan.partnership,
            period=record.period.title,
            date=dates.in_words(record.period.date),
            chapters=(*self._introduction(), self._successes(), *self._next_steps()),
            closing=Chapter(wording.year_closing, self._written(self.narrative.closing, wording.year_closing)),
            figures=figures_of(self.basis, self.year),
            origin=returns_of(self.basis, self.year),
            drafts=tuple(self.drafts),
            gaps=tuple(self.gaps),
        )
        revision = revision_of(cells_of(content), issued, wording, renewed=renewed)
        return replace(content, revision=revision.told, revision_number=revision.number, changes=revision.changes)

    def _introduction(self) -> Iterator[Chapter]:
        passages = self._written(self.narrative.introduction, self.wording.year_introduction)
        if passages:
            yield Chapter(self.wording.year_introduction, passages)

    def _successes(self) -> Chapter:
        groups = [self._successes_of(key, name) for key, name in self.year.group_names.items()]
        return Chapter(self.wording.year_successes, chapters=tuple(chapter for chapter in groups if chapter))

    def _successes_of(self, key: str, name: str) -> Chapter | None:
        """A sub-group's successes; drafts, or why there are none. One that has left the plan needs none."""
        given = self.year.headlines("success", key)
        if given:
            return Chapter(name, tuple(passage for text in given for passage in points(text)))
        drafts = self._offers.get(key)
        present = {group.key: group for group in self.basis.plan.groups}
        if drafts:
            self.drafts.append(name)
            marked = [Passage(self.wording.year_draft.format(text=text), "draft") for text in drafts]
            return Chapter(name, (Passage(self.wording.year_drafts, "note"), *marked))
        if key not in present:
            return None
        none = self.wording.on_hold if present[key].on_hold else self.wording.year_no_successes
        return Chapter(name, (Passage(none),))

    @cached_property
    def _offers(self) -> Mapping[str, Sequence[str]]:
        return drafts_of(self.basis, self.year)

    def _next_steps(self) -> Iterator[Chapter]:
        """The partnership's own first, then those of each sub-group that gave some."""
        own = self.narrative.next_steps
        passages = tuple(passage for step in own or () for passage in points(step, wrapped=True))
        if own is not None and not passages:
            passages = self._gap(self.wording.year_next_steps)
        chapters = [
            Chapter(name, tuple(passage for text in given for passage in points(text)))
            for key, name in self.year.group_names.items()
            if (given := self.year.headlines("next_step", key))
        ]
        if passages or chapters:
            yield Chapter(self.wording.year_next_steps, passages, tuple(chapters))

    def _written(self, text: str | None, what: str) -> tuple[Passage, ...]:
        """The coordinator's words; a gap that says so where they are still to be written."""
        if text is None:
            return ()
        return prose(text) or self._gap(what)

    def _gap(self, what: str) -> tuple[Passage, ...]:
        self.gaps.append(what)
        return (Passage(self.wording.year_gap.format(what=what, file=files.NARRATIVE_FILE), "gap"),)


def cells_of(content: YearContent) -> dict[str, str]:
    """Every passage and every figure, by the names of its place; what is alike there is told by its order."""
    cells: dict[str, str] = {}
    alike: Counter[tuple[str, str, str]] = Counter()
    for heading, group, passage in _passages(content):
        alike[place := (group, passage.text, heading)] += 1
        cells[place_of(group, passage.text, "", alike[place], heading)] = passage.text
    table = content.figures.table
    for row in table.rows if table else ():
        for column, cell in zip(table.columns if table else (), row, strict=True):
            cells[place_of("", "", "", 1, f"{row[0].text}: {column.text}")] = cell.text
    return cells


def _passages(content: YearContent) -> Iterator[tuple[str, str, Passage]]:
    """Every passage with the heading of its chapter and of the sub-group that it is of, "" for none."""
    for chapter in (*content.chapters, content.closing):
        yield from ((chapter.heading, "", passage) for passage in chapter.passages)
        for part in chapter.chapters:
            yield from ((chapter.heading, part.heading, passage) for passage in part.passages)
