"""A report that was read, compared with what the ledger has for its period: every line, figure and cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz

from ragsheets.report.read.model import BETWEEN, ReadAction, ReadOutcome, ReadReport, ReadRow, ReadSection, Stated
from ragsheets.report.read.phrases import Phrases
from ragsheets.report.verify.compare_outside_sections import Front, printed
from ragsheets.report.verify.differences import Difference
from ragsheets.report.verify.pairing import Pairs
from ragsheets.report.verify.recount import Recount, name_of, row_name, same_words, wrong_share
from ragsheets.report.write.summary import share
from ragsheets.returns.totals import count_names
from ragsheets.template.model import Template
from ragsheets.text import plain
from ragsheets.version import __version__
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.report.write.content import ActionTable, Cell, Count, OutcomeBlock, ReportContent, Section

#: How alike (0 to 100) the wording of two tasks, headings or names must be to be the same one, reworded.
ALIKE = 70.0

#: The headings above an outcome's header lines and its summary.
_HEADINGS = 3

Place = Mapping[str, str]


class FoundRow(NamedTuple):
    """A task's row in the document, with its action."""

    action: ReadAction
    row: ReadRow


class WantedRow(NamedTuple):
    """A task's row as the ledger has it, with its action and its number under that."""

    action: ActionTable
    number: int
    cells: dict[str, Cell]

    @property
    def task(self) -> str:
        """The task with its label."""
        return self.cells["task"].text


@dataclass
class Comparison:
    """Compares a report with what it has to say."""

    report: ReadReport
    template: Template
    content: ReportContent
    notes: list[str] = field(default_factory=list)
    _strangers: list[tuple[Place, FoundRow]] = field(default_factory=list)
    _absent: list[tuple[Place, WantedRow]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.phrases = Phrases(self.template)
        self.recount = Recount(self.report, self.template)
        self.columns = {column.key: column for column in self.content.columns}

    def differences(self) -> Iterator[Difference]:
        """Everything in which the report differs from the ledger, in the order of the document."""
        told = [*self._head(), *self._first_page()]
        yield from told
        # What others have around their tables is their own.
        if self.report.ours:
            front = Front(self.report.around, printed(self.content, self.template), self.template)
            yield from (each for each in front.differences() if not any(_says(other, each) for other in told))
            if version := front.other_version():
                self.notes.append(f"It says that it was made with ragsheets {version}; this is {__version__}.")
        places = [name_of(outcome) for _, outcome in self.report.outcomes]
        places += [self._ref(block) for section in self.content.sections for block in section.outcomes]
        order = {name: number for number, name in reversed(list(enumerate(places)))}
        inside = [*self._sections(), *self._elsewhere()]
        yield from sorted(inside, key=lambda each: order.get(each.outcome, 0))

    # -- the first page

    def _head(self) -> Iterator[Difference]:
        report, content = self.report, self.content
        if report.title_from == "title" and same_words(report.title) != same_words(content.title):
            yield Difference("title", row="title", found=report.title, wanted=content.title)
        partnership = same_words(content.partnership)
        lines = [same_words(line) for line in report.subtitles]
        if lines and not any(line == partnership or line.startswith(f"{partnership} {BETWEEN}") for line in lines):
            yield Difference("title", row="partnership", found=report.subtitles[0], wanted=content.partnership)

    def _first_page(self) -> Iterator[Difference]:
        title = self.template.wording.report_counts
        pairs = Pairs(self.report.counts, self.content.summary.rows)
        pairs.take_equal(lambda row: plain(row.name), lambda row: plain(row.name))
        pairs.take(lambda one, other: fuzz.ratio(plain(one.name), plain(other.name)), ALIKE)
        for found, wanted in pairs.pairs:
            if same_words(found.name) != same_words(wanted.name):
                yield Difference("heading", row=title, found=found.name, wanted=wanted.name)
            lines = {self._line(count): n for count, n in zip(self.content.summary.columns, wanted.counts, strict=True)}
            place = {"section": title, "row": wanted.name}
            yield from self._counts("ledger-first-page", found.counts, lines, place)
        for at in pairs.added:
            yield Difference("first-page-stranger", row=title, found=pairs.found[at].name)
        for at in pairs.missing:
            yield Difference("first-page-lacks", row=title, wanted=pairs.wanted[at].name)

    def _line(self, count: Count) -> str:
        return count.status or self.phrases.count_line(count.label) or count.label

    def _counts(
        self, kind: str, stated: Sequence[Stated], wanted: Mapping[str, int], place: Place
    ) -> Iterator[Difference]:
        """What a summary or a row of counts states otherwise than it should."""
        known = set()
        for each in stated:
            known.add(each.line)
            number = wanted.get(each.line, 0)
            # By hand a blank is a nought; ragsheets prints it.
            blank = self.report.ours and not each.text.strip()[:1].isdigit()
            if blank or each.number != number or (each.line not in wanted and each.line != NOT_REPORTED):
                yield Difference(kind, **place, column=each.label, found=each.text.strip(), wanted=str(number))
            elif wrong_share(each.text, number, wanted.get(TOTAL, 0)):
                right = share(number, wanted[TOTAL])
                yield Difference(kind, **place, column=each.label, found=each.text.strip(), wanted=right)
        for line in count_names(self.template):
            if line in wanted and line not in known:
                label = next((c.label for c in self.content.summary.columns if self._line(c) == line), line)
                yield Difference(kind, **place, column=label, wanted=str(wanted[line]))

    # -- sections

    def _sections(self) -> Iterator[Difference]:
        pairs = Pairs(self.report.sections, self.content.sections)
        pairs.take_equal(lambda found: plain(found.name), lambda wanted: plain(wanted.heading))
        pairs.take(_shared_outcomes, 1.0)
        pairs.take(lambda one, other: fuzz.ratio(plain(one.name), plain(other.heading)), ALIKE)
        for found, wanted in pairs.pairs:
            if same_words(found.name) != same_words(wanted.heading):
                yield Difference("heading", section=found.name, found=found.name, wanted=wanted.heading)
            yield from self._section(found, wanted)
        for place in pairs.added:
            section = pairs.found[place]
            yield Difference("section-added", section=section.name, found=section.name)
            for outcome in section.outcomes:
                yield from self.recount.of_outcome(section, outcome)
        for place in pairs.missing:
            yield Difference("section-missing", section=pairs.wanted[place].heading, wanted=pairs.wanted[place].heading)
        for one, other in pairs.moved:
            name = pairs.found[one].name
            yield Difference("section-moved", section=name, found=f"number {one + 1}", wanted=f"number {other + 1}")

    def _section(self, found: ReadSection, wanted: Section) -> Iterator[Difference]:
        remarks = [same_words(remark) for remark in found.remarks]
        expected = [same_words(wanted.remark)] if wanted.remark else []
        if remarks != expected:
            yield Difference("remark", section=found.name, found="\n".join(remarks), wanted="\n".join(expected))
        pairs = Pairs(found.outcomes, wanted.outcomes)
        pairs.take_equal(lambda one: same_words(one.heading), lambda other: same_words(other.heading))
        pairs.take(self._likeness_of_outcomes, ALIKE)
        for one, other in pairs.pairs:
            yield from self._outcome({"section": found.name, "outcome": name_of(one)}, one, other)
        for place in pairs.added:
            outcome = pairs.found[place]
            where = {"section": found.name, "outcome": name_of(outcome)}
            yield Difference("outcome-added", **where, found=outcome.heading)
            yield from self.recount.of_outcome(found, outcome)
        for place in pairs.missing:
            block = pairs.wanted[place]
            yield Difference("outcome-missing", section=found.name, outcome=self._ref(block), wanted=block.heading)
        for at, by_ledger in pairs.moved:
            where = {"section": found.name, "outcome": name_of(pairs.found[at])}
            yield Difference("outcome-moved", **where, found=f"number {at + 1}", wanted=f"number {by_ledger + 1}")

    def _ref(self, block: OutcomeBlock) -> str:
        said = self.phrases.said(block.heading)
        ref, title = self.phrases.outcome(said.value if said else block.heading, printed=True)
        return ref or title

    def _likeness_of_outcomes(self, found: ReadOutcome, wanted: OutcomeBlock) -> float:
        tasks = {same_words(row.task) for row in found.rows}
        shared = sum(same_words(row.task) in tasks for row in self._wanted_rows(wanted))
        same_ref = bool(found.ref) and found.ref == self._ref(wanted)
        likeness = fuzz.ratio(plain(found.heading), plain(wanted.heading))
        return 100.0 if same_ref or 2 * shared >= max(len(tasks), 1) else likeness

    # -- outcomes

    def _outcome(self, place: Place, found: ReadOutcome, wanted: OutcomeBlock) -> Iterator[Difference]:
        if same_words(found.heading) != same_words(wanted.heading):
            yield Difference("heading", **place, found=found.heading, wanted=wanted.heading)
        yield from self._header(place, found, wanted)
        lines = {self._line(count): count.count for count in wanted.summary}
        row = self.template.wording.summary
        yield from self._counts("ledger-summary", found.stated, lines, {**place, "row": row})
        if self.report.ours:
            yield from self._labels(place, found, wanted)
        yield from self._tasks(place, found, wanted)
        if found.strays:
            words = "; ".join(f"“{' '.join(stray.split())}”" for stray in found.strays)
            self.notes.append(f"{Difference('cell', **place).place}: also stands there, outside the layout: {words}")

    def _header(self, place: Place, found: ReadOutcome, wanted: OutcomeBlock) -> Iterator[Difference]:
        for line in wanted.details:
            said = self.phrases.said(line)
            if said is None:
                continue
            value = found.detail(said.kind)
            if same_words(value) != same_words(said.value):
                yield Difference("header", **place, row=line.partition(":")[0], found=value, wanted=said.value)

    def _labels(self, place: Place, found: ReadOutcome, wanted: OutcomeBlock) -> Iterator[Difference]:
        """The words around an outcome's facts and figures; where a fact or a figure is not there, that is told."""
        wording = self.template.wording
        labels = [wording.report_outcome_details, wording.summary, wording.report_count]
        for line in wanted.details:
            said = self.phrases.said(line)
            if said is None or said.kind in found.details:
                labels.append(line.partition(said.value)[0] if said and said.value else line)
        stated = {each.line for each in found.stated if each.number is not None}
        labels += [count.label for count in wanted.summary if self._line(count) in stated]
        pairs = Pairs(found.labels, labels)
        pairs.take_equal(same_words, same_words)
        pairs.take(fuzz.ratio, 0.0)
        for text, label in pairs.pairs:
            if same_words(text) != same_words(label):
                yield Difference("heading", **place, row=label.strip(), found=text, wanted=label.strip())
        for at in pairs.missing:
            yield Difference("line-missing", **place, wanted=pairs.wanted[at].strip())
        # What stands there instead of a fact or a figure is no line more.
        if len(labels) == _HEADINGS + len(wanted.details) + len(wanted.summary):
            for at in pairs.added:
                yield Difference("line-added", **place, found=pairs.found[at])

    def _wanted_rows(self, block: OutcomeBlock) -> list[WantedRow]:
        keys = [column.key for column in self.content.columns]
        return [
            WantedRow(action, number, dict(zip(keys, cells, strict=True)))
            for action in block.actions
            for number, cells in enumerate(action.rows, 1)
        ]

    # -- tasks

    def _tasks(self, place: Place, found: ReadOutcome, wanted: OutcomeBlock) -> Iterator[Difference]:
        rows = Pairs([FoundRow(a, row) for a in found.actions for row in a.rows], self._wanted_rows(wanted))
        # Of twins, tasks of the same wording, those go together whose other cells agree too.
        for keys in (tuple(self.columns), ("task", "target"), ("task",)):
            rows.take_equal(partial(_words_of_found, keys), partial(_words_of_wanted, keys))
        rows.take(self._likeness_of_rows, ALIKE)
        actions = _actions(found, wanted, rows)
        gone = {id(actions.wanted[at]) for at in actions.missing}
        new = {id(actions.found[at]) for at in actions.added}
        yield from self._actions(place, actions)
        several = len(wanted.actions) > 1 or len(found.actions) > 1
        for one, other in rows.pairs:
            name = row_name(one.row.number, one.row.task, one.action.heading if several else "")
            yield from self._row({**place, "row": name}, one, other)
        pair_of = {id(one): other for one, other in actions.pairs}
        for at, by_ledger in _moved_rows(rows, pair_of):
            one, other = rows.found[at], rows.wanted[by_ledger]
            yield Difference(
                "row-moved",
                **place,
                row=row_name(one.row.number, one.row.task, one.action.heading if several else ""),
                found=f"row {one.row.number}" + (f" of “{one.action.heading}”" if several else ""),
                wanted=f"row {other.number}" + (f" of “{other.action.heading}”" if several else ""),
            )
        self._strangers += [(place, rows.found[at]) for at in rows.added if id(rows.found[at].action) not in new]
        self._absent += [(place, rows.wanted[at]) for at in rows.missing if id(rows.wanted[at].action) not in gone]

    def _actions(self, place: Place, actions: Pairs[ReadAction, ActionTable]) -> Iterator[Difference]:
        for one, other in actions.pairs:
            if same_words(one.heading) != same_words(other.heading):
                yield Difference("heading", **place, found=one.heading, wanted=other.heading)
            for key, text in zip(one.columns, one.headings, strict=False) if self.report.ours else ():
                if key in self.columns and same_words(text) != same_words(heading := self.columns[key].heading):
                    yield Difference("heading", **place, row=one.heading, column=heading, found=text, wanted=heading)
            for key in self.columns:
                if key not in one.columns and one.rows:
                    yield Difference("column-missing", **place, row=one.heading, wanted=self.columns[key].heading)
        for at in actions.missing:
            yield Difference("action-missing", **place, wanted=actions.wanted[at].heading)
        for at in actions.added:
            yield Difference("action-added", **place, found=actions.found[at].heading)

    def _row(self, place: Place, found: FoundRow, wanted: WantedRow) -> Iterator[Difference]:
        for key, cell in wanted.cells.items():
            if key not in found.row.cells:
                continue
            text = found.row.cells[key]
            if same_words(text) == same_words(cell.text):
                continue
            if key == "status" and cell.status is not None and found.row.status == cell.status:
                continue
            kind = "wording" if key == "task" else "cell"
            yield Difference(kind, **place, column=self.columns[key].heading, found=text, wanted=cell.text)

    def _likeness_of_rows(self, found: FoundRow, wanted: WantedRow) -> float:
        """How alike two rows are: by the wording of the task, or by two other cells that are the same."""
        others = [
            key
            for key, cell in wanted.cells.items()
            if key not in ("task", "status") and cell.text.strip()
            if same_words(found.row.cells.get(key, "")) == same_words(cell.text)
        ]
        wording = fuzz.ratio(plain(found.row.task), plain(wanted.task))
        return max(wording, ALIKE) if len(others) > 1 else wording

    # -- what stands in another outcome

    def _elsewhere(self) -> Iterator[Difference]:
        """Rows that are added in one outcome and missing in another are moved; the others are what they seem."""
        pairs = Pairs(self._strangers, self._absent)
        pairs.take_equal(lambda one: same_words(one[1].row.task), lambda other: same_words(other[1].task))
        for (here, one), (there, other) in pairs.pairs:
            place = {**here, "row": row_name(one.row.number, one.row.task)}
            yield Difference("row-moved", **place, found=_standing(here), wanted=_standing(there))
            yield from self._row(place, one, other)
        for at in pairs.added:
            here, one = pairs.found[at]
            yield Difference("row-added", **here, row=row_name(one.row.number, ""), found=one.row.task)
        for at in pairs.missing:
            there, other = pairs.wanted[at]
            yield Difference("row-missing", **there, row=row_name(other.number, ""), wanted=other.task)


def _says(one: Difference, other: Difference) -> bool:
    """Whether a difference of the first page says what another says of the same words."""
    same_column = not one.column or not other.column or same_words(one.column) == same_words(other.column)
    starts = ((other.found, one.found), (other.wanted, one.wanted))
    return same_column and all(same_words(text).startswith(same_words(start)) for text, start in starts)


def _words_of_found(keys: Sequence[str], row: FoundRow) -> tuple[str, ...]:
    return tuple(same_words(row.row.cells.get(key, "")) for key in keys)


def _words_of_wanted(keys: Sequence[str], row: WantedRow) -> tuple[str, ...]:
    return tuple(same_words(row.cells[key].text) for key in keys)


def _standing(place: Place) -> str:
    return f"a task of {place['section']}, outcome {place['outcome']}"


def _shared_outcomes(found: ReadSection, wanted: Section) -> float:
    """How many outcomes two sections share."""
    headings = {same_words(outcome.heading) for outcome in found.outcomes}
    return float(sum(same_words(block.heading) in headings for block in wanted.outcomes))


def _actions(
    found: ReadOutcome, wanted: OutcomeBlock, rows: Pairs[FoundRow, WantedRow]
) -> Pairs[ReadAction, ActionTable]:
    """The actions paired: by their heading, by the tasks that they share, or as the only ones left."""
    pairs = Pairs(found.actions, wanted.actions)
    pairs.take_equal(lambda one: same_words(one.heading), lambda other: same_words(other.heading))
    shared = [(id(one.action), id(other.action)) for one, other in rows.pairs]
    pairs.take(lambda one, other: float(shared.count((id(one), id(other)))), 1.0)
    pairs.take(lambda one, other: fuzz.ratio(plain(one.heading), plain(other.heading)), ALIKE)
    return pairs


def _moved_rows(rows: Pairs[FoundRow, WantedRow], pair_of: Mapping[int, ActionTable]) -> list[tuple[int, int]]:
    """The rows that stand in another order, or under another action."""
    out_of_order = rows.moved
    elsewhere = [
        (at, by_ledger)
        for at, by_ledger in sorted(rows.places)
        if pair_of.get(id(rows.found[at].action)) is not rows.wanted[by_ledger].action
    ]
    return out_of_order + [pair for pair in elsewhere if pair not in out_of_order]
