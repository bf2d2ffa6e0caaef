"""A report that was read, compared with what the ledger has for its period: every line, figure and cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz

from ragsheets.report.read.model import (
    SUBTITLE_SEPARATOR,
    ReadAction,
    ReadOutcome,
    ReadReport,
    ReadRow,
    ReadSection,
    StatedCount,
)
from ragsheets.report.read.phrases import Phrases
from ragsheets.report.verify.compare_outside_sections import OutsideSectionsComparison, expected_outside_sections
from ragsheets.report.verify.differences import Difference
from ragsheets.report.verify.pairing import Pairs
from ragsheets.report.verify.recount import Recount, has_wrong_percentage, normalised_text, outcome_name, row_name
from ragsheets.report.write.summary import count_with_percent
from ragsheets.returns.totals import count_columns
from ragsheets.template.model import Template
from ragsheets.text import normalise_text
from ragsheets.version import __version__
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

if TYPE_CHECKING:
    from ragsheets.report.write.content import (
        ActionTable,
        GroupSection,
        OutcomeBlock,
        ReportCell,
        ReportContent,
        StatusCount,
    )

#: How alike (0 to 100) the wording of two tasks, headings or names must be to be the same one, reworded.
MIN_SIMILARITY = 70.0

#: The headings above an outcome's header lines and its summary.
_HEADING_COUNT = 3

LocationFields = Mapping[str, str]


class DocumentRow(NamedTuple):
    """A task's row in the document, with its action."""

    action: ReadAction
    row: ReadRow


class ExpectedRow(NamedTuple):
    """A task's row as the ledger has it, with its action and its number under that."""

    action: ActionTable
    number: int
    cells: dict[str, ReportCell]

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
    _added_rows: list[tuple[LocationFields, DocumentRow]] = field(default_factory=list)
    _missing_rows: list[tuple[LocationFields, ExpectedRow]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.phrases = Phrases(self.template)
        self.recount = Recount(self.report, self.template)
        self.columns = {column.key: column for column in self.content.columns}

    def differences(self) -> Iterator[Difference]:
        """Everything in which the report differs from the ledger, in the order of the document."""
        told = [*self._compare_title(), *self._compare_first_page()]
        yield from told
        # What others have around their tables is their own.
        if self.report.by_ragsheets:
            front = OutsideSectionsComparison(
                self.report.outside_sections, expected_outside_sections(self.content, self.template), self.template
            )
            yield from (each for each in front.differences() if not any(_covers(other, each) for other in told))
            if version := front.other_version():
                self.notes.append(f"It says that it was made with ragsheets {version}; this is {__version__}.")
        places = [outcome_name(outcome) for _, outcome in self.report.outcomes]
        places += [self._outcome_ref(block) for section in self.content.sections for block in section.outcomes]
        order = {name: number for number, name in reversed(list(enumerate(places)))}
        inside = [*self._compare_sections(), *self._compare_unpaired_rows()]
        yield from sorted(inside, key=lambda each: order.get(each.outcome, 0))

    # -- the first page

    def _compare_title(self) -> Iterator[Difference]:
        report, content = self.report, self.content
        if report.title_from == "title" and normalised_text(report.title) != normalised_text(content.title):
            yield Difference("title", row="title", found=report.title, wanted=content.title)
        partnership = normalised_text(content.partnership)
        lines = [normalised_text(line) for line in report.subtitles]
        if lines and not any(
            line == partnership or line.startswith(f"{partnership} {SUBTITLE_SEPARATOR}") for line in lines
        ):
            yield Difference("title", row="partnership", found=report.subtitles[0], wanted=content.partnership)

    def _compare_first_page(self) -> Iterator[Difference]:
        title = self.template.wording.report_counts
        pairs = Pairs(self.report.count_rows, self.content.summary.rows)
        pairs.pair_equal(lambda row: normalise_text(row.name), lambda row: normalise_text(row.name))
        pairs.pair_similar(
            lambda one, other: fuzz.ratio(normalise_text(one.name), normalise_text(other.name)), MIN_SIMILARITY
        )
        for found, wanted in pairs.pairs:
            if normalised_text(found.name) != normalised_text(wanted.name):
                yield Difference("heading", row=title, found=found.name, wanted=wanted.name)
            lines = {
                self._count_line(count): n for count, n in zip(self.content.summary.columns, wanted.counts, strict=True)
            }
            place = {"section": title, "row": wanted.name}
            yield from self._compare_counts("ledger-first-page", found.counts, lines, place)
        for at in pairs.added_indexes:
            yield Difference("first-page-stranger", row=title, found=pairs.document_items[at].name)
        for at in pairs.missing_indexes:
            yield Difference("first-page-lacks", row=title, wanted=pairs.expected_items[at].name)

    def _count_line(self, count: StatusCount) -> str:
        return count.status or self.phrases.find_count_line(count.label) or count.label

    def _compare_counts(
        self,
        kind: str,
        stated_counts: Sequence[StatedCount],
        expected_counts: Mapping[str, int],
        location: LocationFields,
    ) -> Iterator[Difference]:
        """What a summary or a row of counts states otherwise than it should."""
        known = set()
        for each in stated_counts:
            known.add(each.count_line)
            number = expected_counts.get(each.count_line, 0)
            # By hand a blank is a nought; ragsheets prints it.
            blank = self.report.by_ragsheets and not each.text.strip()[:1].isdigit()
            if (
                blank
                or each.number != number
                or (each.count_line not in expected_counts and each.count_line != NOT_REPORTED)
            ):
                yield Difference(kind, **location, column=each.label, found=each.text.strip(), wanted=str(number))
            elif has_wrong_percentage(each.text, number, expected_counts.get(TOTAL, 0)):
                right = count_with_percent(number, expected_counts[TOTAL])
                yield Difference(kind, **location, column=each.label, found=each.text.strip(), wanted=right)
        for line in count_columns(self.template):
            if line in expected_counts and line not in known:
                label = next((c.label for c in self.content.summary.columns if self._count_line(c) == line), line)
                yield Difference(kind, **location, column=label, wanted=str(expected_counts[line]))

    # -- sections

    def _compare_sections(self) -> Iterator[Difference]:
        pairs = Pairs(self.report.sections, self.content.sections)
        pairs.pair_equal(lambda found: normalise_text(found.name), lambda wanted: normalise_text(wanted.heading))
        pairs.pair_similar(_count_shared_outcomes, 1.0)
        pairs.pair_similar(
            lambda one, other: fuzz.ratio(normalise_text(one.name), normalise_text(other.heading)), MIN_SIMILARITY
        )
        for found, wanted in pairs.pairs:
            if normalised_text(found.name) != normalised_text(wanted.heading):
                yield Difference("heading", section=found.name, found=found.name, wanted=wanted.heading)
            yield from self._compare_section(found, wanted)
        for place in pairs.added_indexes:
            section = pairs.document_items[place]
            yield Difference("section-added", section=section.name, found=section.name)
            for outcome in section.outcomes:
                yield from self.recount.outcome_differences(section, outcome)
        for place in pairs.missing_indexes:
            yield Difference(
                "section-missing",
                section=pairs.expected_items[place].heading,
                wanted=pairs.expected_items[place].heading,
            )
        for one, other in pairs.moved_index_pairs:
            name = pairs.document_items[one].name
            yield Difference("section-moved", section=name, found=f"number {one + 1}", wanted=f"number {other + 1}")

    def _compare_section(self, document_section: ReadSection, expected_section: GroupSection) -> Iterator[Difference]:
        remarks = [normalised_text(remark) for remark in document_section.remarks]
        expected = [normalised_text(expected_section.remark)] if expected_section.remark else []
        if remarks != expected:
            yield Difference(
                "remark", section=document_section.name, found="\n".join(remarks), wanted="\n".join(expected)
            )
        pairs = Pairs(document_section.outcomes, expected_section.outcomes)
        pairs.pair_equal(lambda one: normalised_text(one.heading), lambda other: normalised_text(other.heading))
        pairs.pair_similar(self._outcome_similarity, MIN_SIMILARITY)
        for one, other in pairs.pairs:
            yield from self._compare_outcome(
                {"section": document_section.name, "outcome": outcome_name(one)}, one, other
            )
        for place in pairs.added_indexes:
            outcome = pairs.document_items[place]
            where = {"section": document_section.name, "outcome": outcome_name(outcome)}
            yield Difference("outcome-added", **where, found=outcome.heading)
            yield from self.recount.outcome_differences(document_section, outcome)
        for place in pairs.missing_indexes:
            block = pairs.expected_items[place]
            yield Difference(
                "outcome-missing", section=document_section.name, outcome=self._outcome_ref(block), wanted=block.heading
            )
        for at, by_ledger in pairs.moved_index_pairs:
            where = {"section": document_section.name, "outcome": outcome_name(pairs.document_items[at])}
            yield Difference("outcome-moved", **where, found=f"number {at + 1}", wanted=f"number {by_ledger + 1}")

    def _outcome_ref(self, block: OutcomeBlock) -> str:
        said = self.phrases.parse_line(block.heading)
        ref, title = self.phrases.parse_outcome(said.value if said else block.heading, by_ragsheets=True)
        return ref or title

    def _outcome_similarity(self, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock) -> float:
        tasks = {normalised_text(row.task) for row in document_outcome.rows}
        shared = sum(normalised_text(row.task) in tasks for row in self._expected_rows(expected_outcome))
        same_ref = bool(document_outcome.ref) and document_outcome.ref == self._outcome_ref(expected_outcome)
        likeness = fuzz.ratio(normalise_text(document_outcome.heading), normalise_text(expected_outcome.heading))
        return 100.0 if same_ref or 2 * shared >= max(len(tasks), 1) else likeness

    # -- outcomes

    def _compare_outcome(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        if normalised_text(document_outcome.heading) != normalised_text(expected_outcome.heading):
            yield Difference("heading", **location, found=document_outcome.heading, wanted=expected_outcome.heading)
        yield from self._compare_header_lines(location, document_outcome, expected_outcome)
        lines = {self._count_line(count): count.count for count in expected_outcome.summary}
        row = self.template.wording.summary
        yield from self._compare_counts(
            "ledger-summary", document_outcome.stated_counts, lines, {**location, "row": row}
        )
        if self.report.by_ragsheets:
            yield from self._compare_labels(location, document_outcome, expected_outcome)
        yield from self._compare_tasks(location, document_outcome, expected_outcome)
        if document_outcome.unrecognised_texts:
            words = "; ".join(f"“{' '.join(stray.split())}”" for stray in document_outcome.unrecognised_texts)
            self.notes.append(
                f"{Difference('cell', **location).location}: also stands there, outside the layout: {words}"
            )

    def _compare_header_lines(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        for line in expected_outcome.details:
            said = self.phrases.parse_line(line)
            if said is None:
                continue
            value = document_outcome.detail(said.kind)
            if normalised_text(value) != normalised_text(said.value):
                yield Difference("header", **location, row=line.partition(":")[0], found=value, wanted=said.value)

    def _compare_labels(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        """The words around an outcome's facts and figures; where a fact or a figure is not there, that is told."""
        wording = self.template.wording
        labels = [wording.report_outcome_details, wording.summary, wording.report_count]
        for line in expected_outcome.details:
            said = self.phrases.parse_line(line)
            if said is None or said.kind in document_outcome.details:
                labels.append(line.partition(said.value)[0] if said and said.value else line)
        stated = {each.count_line for each in document_outcome.stated_counts if each.number is not None}
        labels += [count.label for count in expected_outcome.summary if self._count_line(count) in stated]
        pairs = Pairs(document_outcome.labels, labels)
        pairs.pair_equal(normalised_text, normalised_text)
        pairs.pair_similar(fuzz.ratio, 0.0)
        for text, label in pairs.pairs:
            if normalised_text(text) != normalised_text(label):
                yield Difference("heading", **location, row=label.strip(), found=text, wanted=label.strip())
        for at in pairs.missing_indexes:
            yield Difference("line-missing", **location, wanted=pairs.expected_items[at].strip())
        # What stands there instead of a fact or a figure is no line more.
        if len(labels) == _HEADING_COUNT + len(expected_outcome.details) + len(expected_outcome.summary):
            for at in pairs.added_indexes:
                yield Difference("line-added", **location, found=pairs.document_items[at])

    def _expected_rows(self, block: OutcomeBlock) -> list[ExpectedRow]:
        keys = [column.key for column in self.content.columns]
        return [
            ExpectedRow(action, number, dict(zip(keys, cells, strict=True)))
            for action in block.actions
            for number, cells in enumerate(action.rows, 1)
        ]

    # -- tasks

    def _compare_tasks(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        rows = Pairs(
            [DocumentRow(a, row) for a in document_outcome.actions for row in a.rows],
            self._expected_rows(expected_outcome),
        )
        # Of twins, tasks of the same wording, those go together whose other cells agree too.
        for keys in (tuple(self.columns), ("task", "target"), ("task",)):
            rows.pair_equal(partial(_document_row_key, keys), partial(_expected_row_key, keys))
        rows.pair_similar(self._row_similarity, MIN_SIMILARITY)
        actions = _pair_actions(document_outcome, expected_outcome, rows)
        gone = {id(actions.expected_items[at]) for at in actions.missing_indexes}
        new = {id(actions.document_items[at]) for at in actions.added_indexes}
        yield from self._compare_actions(location, actions)
        several = len(expected_outcome.actions) > 1 or len(document_outcome.actions) > 1
        for one, other in rows.pairs:
            name = row_name(one.row.number, one.row.task, one.action.heading if several else "")
            yield from self._compare_row({**location, "row": name}, one, other)
        pair_of = {id(one): other for one, other in actions.pairs}
        for at, by_ledger in _find_moved_rows(rows, pair_of):
            one, other = rows.document_items[at], rows.expected_items[by_ledger]
            yield Difference(
                "row-moved",
                **location,
                row=row_name(one.row.number, one.row.task, one.action.heading if several else ""),
                found=f"row {one.row.number}" + (f" of “{one.action.heading}”" if several else ""),
                wanted=f"row {other.number}" + (f" of “{other.action.heading}”" if several else ""),
            )
        self._added_rows += [
            (location, rows.document_items[at])
            for at in rows.added_indexes
            if id(rows.document_items[at].action) not in new
        ]
        self._missing_rows += [
            (location, rows.expected_items[at])
            for at in rows.missing_indexes
            if id(rows.expected_items[at].action) not in gone
        ]

    def _compare_actions(
        self, location: LocationFields, action_pairs: Pairs[ReadAction, ActionTable]
    ) -> Iterator[Difference]:
        for one, other in action_pairs.pairs:
            if normalised_text(one.heading) != normalised_text(other.heading):
                yield Difference("heading", **location, found=one.heading, wanted=other.heading)
            for key, text in zip(one.columns, one.headings, strict=False) if self.report.by_ragsheets else ():
                if key in self.columns and normalised_text(text) != normalised_text(
                    heading := self.columns[key].heading
                ):
                    yield Difference("heading", **location, row=one.heading, column=heading, found=text, wanted=heading)
            for key in self.columns:
                if key not in one.columns and one.rows:
                    yield Difference("column-missing", **location, row=one.heading, wanted=self.columns[key].heading)
        for at in action_pairs.missing_indexes:
            yield Difference("action-missing", **location, wanted=action_pairs.expected_items[at].heading)
        for at in action_pairs.added_indexes:
            yield Difference("action-added", **location, found=action_pairs.document_items[at].heading)

    def _compare_row(
        self, location: LocationFields, document_row: DocumentRow, expected_row: ExpectedRow
    ) -> Iterator[Difference]:
        for key, cell in expected_row.cells.items():
            if key not in document_row.row.cells:
                continue
            text = document_row.row.cells[key]
            if normalised_text(text) == normalised_text(cell.text):
                continue
            if key == "status" and cell.status is not None and document_row.row.status == cell.status:
                continue
            kind = "wording" if key == "task" else "cell"
            yield Difference(kind, **location, column=self.columns[key].heading, found=text, wanted=cell.text)

    def _row_similarity(self, document_row: DocumentRow, expected_row: ExpectedRow) -> float:
        """How alike two rows are: by the wording of the task, or by two other cells that are the same."""
        others = [
            key
            for key, cell in expected_row.cells.items()
            if key not in ("task", "status") and cell.text.strip()
            if normalised_text(document_row.row.cells.get(key, "")) == normalised_text(cell.text)
        ]
        wording = fuzz.ratio(normalise_text(document_row.row.task), normalise_text(expected_row.task))
        return max(wording, MIN_SIMILARITY) if len(others) > 1 else wording

    # -- what stands in another outcome

    def _compare_unpaired_rows(self) -> Iterator[Difference]:
        """Rows that are added in one outcome and missing in another are moved; the others are what they seem."""
        pairs = Pairs(self._added_rows, self._missing_rows)
        pairs.pair_equal(lambda one: normalised_text(one[1].row.task), lambda other: normalised_text(other[1].task))
        for (here, one), (there, other) in pairs.pairs:
            place = {**here, "row": row_name(one.row.number, one.row.task)}
            yield Difference("row-moved", **place, found=_describe_location(here), wanted=_describe_location(there))
            yield from self._compare_row(place, one, other)
        for at in pairs.added_indexes:
            here, one = pairs.document_items[at]
            yield Difference("row-added", **here, row=row_name(one.row.number, ""), found=one.row.task)
        for at in pairs.missing_indexes:
            there, other = pairs.expected_items[at]
            yield Difference("row-missing", **there, row=row_name(other.number, ""), wanted=other.task)


def _covers(first_page_difference: Difference, other: Difference) -> bool:
    """Whether a difference of the first page says what another says of the same words."""
    same_column = (
        not first_page_difference.column
        or not other.column
        or normalised_text(first_page_difference.column) == normalised_text(other.column)
    )
    starts = ((other.found, first_page_difference.found), (other.wanted, first_page_difference.wanted))
    return same_column and all(normalised_text(text).startswith(normalised_text(start)) for text, start in starts)


def _document_row_key(keys: Sequence[str], row: DocumentRow) -> tuple[str, ...]:
    return tuple(normalised_text(row.row.cells.get(key, "")) for key in keys)


def _expected_row_key(keys: Sequence[str], row: ExpectedRow) -> tuple[str, ...]:
    return tuple(normalised_text(row.cells[key].text) for key in keys)


def _describe_location(location: LocationFields) -> str:
    return f"a task of {location['section']}, outcome {location['outcome']}"


def _count_shared_outcomes(document_section: ReadSection, expected_section: GroupSection) -> float:
    """How many outcomes two sections share."""
    headings = {normalised_text(outcome.heading) for outcome in document_section.outcomes}
    return float(sum(normalised_text(block.heading) in headings for block in expected_section.outcomes))


def _pair_actions(
    document_outcome: ReadOutcome, expected_outcome: OutcomeBlock, row_pairs: Pairs[DocumentRow, ExpectedRow]
) -> Pairs[ReadAction, ActionTable]:
    """The actions paired: by their heading, by the tasks that they share, or as the only ones left."""
    pairs = Pairs(document_outcome.actions, expected_outcome.actions)
    pairs.pair_equal(lambda one: normalised_text(one.heading), lambda other: normalised_text(other.heading))
    shared = [(id(one.action), id(other.action)) for one, other in row_pairs.pairs]
    pairs.pair_similar(lambda one, other: float(shared.count((id(one), id(other)))), 1.0)
    pairs.pair_similar(
        lambda one, other: fuzz.ratio(normalise_text(one.heading), normalise_text(other.heading)), MIN_SIMILARITY
    )
    return pairs


def _find_moved_rows(
    row_pairs: Pairs[DocumentRow, ExpectedRow], expected_actions: Mapping[int, ActionTable]
) -> list[tuple[int, int]]:
    """The rows that stand in another order, or under another action."""
    out_of_order = row_pairs.moved_index_pairs
    elsewhere = [
        (at, by_ledger)
        for at, by_ledger in sorted(row_pairs.index_pairs)
        if expected_actions.get(id(row_pairs.document_items[at].action))
        is not row_pairs.expected_items[by_ledger].action
    ]
    return out_of_order + [pair for pair in elsewhere if pair not in out_of_order]
