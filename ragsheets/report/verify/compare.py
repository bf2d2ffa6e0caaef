"""Compare a report with the ledger's content for its period: every line, figure and cell."""

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

#: Minimum similarity (0 to 100) of two tasks, headings or names that are the same one, reworded.
MIN_SIMILARITY = 70.0

#: The number of headings above an outcome's header lines and its summary.
_HEADING_COUNT = 3

LocationFields = Mapping[str, str]


class DocumentRow(NamedTuple):
    """A task's row in the document, with its action."""

    action: ReadAction
    row: ReadRow


class ExpectedRow(NamedTuple):
    """A task's row according to the ledger, with its action and its number under that action."""

    action: ActionTable
    number: int
    cells: dict[str, ReportCell]

    @property
    def task(self) -> str:
        """The task with its label."""
        return self.cells["task"].text


@dataclass
class Comparison:
    """A comparison of a report with its expected content."""

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
        """Yield every difference between the report and the ledger, in the order of the document."""
        first_page_differences = [*self._compare_title(), *self._compare_first_page()]
        yield from first_page_differences
        # Documents that ragsheets did not write may have any text around their tables.
        if self.report.by_ragsheets:
            outside_comparison = OutsideSectionsComparison(
                self.report.outside_sections, expected_outside_sections(self.content, self.template), self.template
            )
            yield from (
                difference
                for difference in outside_comparison.differences()
                if not any(
                    _covers(first_page_difference, difference) for first_page_difference in first_page_differences
                )
            )
            if version := outside_comparison.other_version():
                self.notes.append(f"It says that it was made with ragsheets {version}; this is {__version__}.")
        outcome_names = [outcome_name(outcome) for _, outcome in self.report.outcomes]
        outcome_names += [self._outcome_ref(block) for section in self.content.sections for block in section.outcomes]
        order = {name: number for number, name in reversed(list(enumerate(outcome_names)))}
        section_differences = [*self._compare_sections(), *self._compare_unpaired_rows()]
        yield from sorted(section_differences, key=lambda difference: order.get(difference.outcome, 0))

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
            lambda count_row, expected_row: fuzz.ratio(
                normalise_text(count_row.name), normalise_text(expected_row.name)
            ),
            MIN_SIMILARITY,
        )
        for count_row, expected_row in pairs.pairs:
            if normalised_text(count_row.name) != normalised_text(expected_row.name):
                yield Difference("heading", row=title, found=count_row.name, wanted=expected_row.name)
            lines = {
                self._count_line(count): n
                for count, n in zip(self.content.summary.columns, expected_row.counts, strict=True)
            }
            location = {"section": title, "row": expected_row.name}
            yield from self._compare_counts("ledger-first-page", count_row.counts, lines, location)
        for index in pairs.added_indexes:
            yield Difference("first-page-stranger", row=title, found=pairs.document_items[index].name)
        for index in pairs.missing_indexes:
            yield Difference("first-page-lacks", row=title, wanted=pairs.expected_items[index].name)

    def _count_line(self, count: StatusCount) -> str:
        return count.status or self.phrases.find_count_line(count.label) or count.label

    def _compare_counts(
        self,
        kind: str,
        stated_counts: Sequence[StatedCount],
        expected_counts: Mapping[str, int],
        location: LocationFields,
    ) -> Iterator[Difference]:
        """Yield the counts of a summary or a row of counts that differ from the expected ones."""
        stated_lines = set()
        for stated_count in stated_counts:
            stated_lines.add(stated_count.count_line)
            expected_count = expected_counts.get(stated_count.count_line, 0)
            # In documents made by hand a blank means 0; ragsheets prints the 0.
            is_blank = self.report.by_ragsheets and not stated_count.text.strip()[:1].isdigit()
            if (
                is_blank
                or stated_count.number != expected_count
                or (stated_count.count_line not in expected_counts and stated_count.count_line != NOT_REPORTED)
            ):
                yield Difference(
                    kind,
                    **location,
                    column=stated_count.label,
                    found=stated_count.text.strip(),
                    wanted=str(expected_count),
                )
            elif has_wrong_percentage(stated_count.text, expected_count, expected_counts.get(TOTAL, 0)):
                expected_text = count_with_percent(expected_count, expected_counts[TOTAL])
                yield Difference(
                    kind, **location, column=stated_count.label, found=stated_count.text.strip(), wanted=expected_text
                )
        for line in count_columns(self.template):
            if line in expected_counts and line not in stated_lines:
                label = next((c.label for c in self.content.summary.columns if self._count_line(c) == line), line)
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
            lambda document_section, expected_section: fuzz.ratio(
                normalise_text(document_section.name), normalise_text(expected_section.heading)
            ),
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
        for index in pairs.added_indexes:
            section = pairs.document_items[index]
            yield Difference("section-added", section=section.name, found=section.name)
            for outcome in section.outcomes:
                yield from self.recount.outcome_differences(section, outcome)
        for index in pairs.missing_indexes:
            yield Difference(
                "section-missing",
                section=pairs.expected_items[index].heading,
                wanted=pairs.expected_items[index].heading,
            )
        for index, expected_index in pairs.moved_index_pairs:
            name = pairs.document_items[index].name
            yield Difference(
                "section-moved", section=name, found=f"number {index + 1}", wanted=f"number {expected_index + 1}"
            )

    def _compare_section(self, document_section: ReadSection, expected_section: GroupSection) -> Iterator[Difference]:
        remarks = [normalised_text(remark) for remark in document_section.remarks]
        expected_remarks = [normalised_text(expected_section.remark)] if expected_section.remark else []
        if remarks != expected_remarks:
            yield Difference(
                "remark", section=document_section.name, found="\n".join(remarks), wanted="\n".join(expected_remarks)
            )
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
        for index in pairs.added_indexes:
            outcome = pairs.document_items[index]
            location = {"section": document_section.name, "outcome": outcome_name(outcome)}
            yield Difference("outcome-added", **location, found=outcome.heading)
            yield from self.recount.outcome_differences(document_section, outcome)
        for index in pairs.missing_indexes:
            block = pairs.expected_items[index]
            yield Difference(
                "outcome-missing", section=document_section.name, outcome=self._outcome_ref(block), wanted=block.heading
            )
        for index, expected_index in pairs.moved_index_pairs:
            location = {"section": document_section.name, "outcome": outcome_name(pairs.document_items[index])}
            yield Difference(
                "outcome-moved", **location, found=f"number {index + 1}", wanted=f"number {expected_index + 1}"
            )

    def _outcome_ref(self, block: OutcomeBlock) -> str:
        line_match = self.phrases.parse_line(block.heading)
        ref, title = self.phrases.parse_outcome(line_match.value if line_match else block.heading, by_ragsheets=True)
        return ref or title

    def _outcome_similarity(self, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock) -> float:
        document_tasks = {normalised_text(row.task) for row in document_outcome.rows}
        shared = sum(normalised_text(row.task) in document_tasks for row in self._expected_rows(expected_outcome))
        same_ref = bool(document_outcome.ref) and document_outcome.ref == self._outcome_ref(expected_outcome)
        heading_similarity = fuzz.ratio(
            normalise_text(document_outcome.heading), normalise_text(expected_outcome.heading)
        )
        return 100.0 if same_ref or 2 * shared >= max(len(document_tasks), 1) else heading_similarity

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
            words = "; ".join(f"“{' '.join(text.split())}”" for text in document_outcome.unrecognised_texts)
            self.notes.append(
                f"{Difference('cell', **location).location}: also stands there, outside the layout: {words}"
            )

    def _compare_header_lines(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        for line in expected_outcome.details:
            line_match = self.phrases.parse_line(line)
            if line_match is None:
                continue
            value = document_outcome.detail(line_match.kind)
            if normalised_text(value) != normalised_text(line_match.value):
                yield Difference("header", **location, row=line.partition(":")[0], found=value, wanted=line_match.value)

    def _compare_labels(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        """Compare the words around an outcome's details and counts; where these are missing is reported elsewhere."""
        wording = self.template.wording
        labels = [wording.report_outcome_details, wording.summary, wording.report_count]
        for line in expected_outcome.details:
            line_match = self.phrases.parse_line(line)
            if line_match is None or line_match.kind in document_outcome.details:
                labels.append(line.partition(line_match.value)[0] if line_match and line_match.value else line)
        stated_lines = {
            stated_count.count_line
            for stated_count in document_outcome.stated_counts
            if stated_count.number is not None
        }
        labels += [count.label for count in expected_outcome.summary if self._count_line(count) in stated_lines]
        pairs = Pairs(document_outcome.labels, labels)
        pairs.pair_equal(normalised_text, normalised_text)
        pairs.pair_similar(fuzz.ratio, 0.0)
        for text, label in pairs.pairs:
            if normalised_text(text) != normalised_text(label):
                yield Difference("heading", **location, row=label.strip(), found=text, wanted=label.strip())
        for index in pairs.missing_indexes:
            yield Difference("line-missing", **location, wanted=pairs.expected_items[index].strip())
        # Text in place of a missing detail or count is not an added line.
        if len(labels) == _HEADING_COUNT + len(expected_outcome.details) + len(expected_outcome.summary):
            for index in pairs.added_indexes:
                yield Difference("line-added", **location, found=pairs.document_items[index])

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
            [DocumentRow(action, row) for action in document_outcome.actions for row in action.rows],
            self._expected_rows(expected_outcome),
        )
        # Tasks with the same wording are paired first where their other cells agree too.
        for keys in (tuple(self.columns), ("task", "target"), ("task",)):
            rows.pair_equal(partial(_document_row_key, keys), partial(_expected_row_key, keys))
        rows.pair_similar(self._row_similarity, MIN_SIMILARITY)
        actions = _pair_actions(document_outcome, expected_outcome, rows)
        missing_action_ids = {id(actions.expected_items[index]) for index in actions.missing_indexes}
        added_action_ids = {id(actions.document_items[index]) for index in actions.added_indexes}
        yield from self._compare_actions(location, actions)
        has_several_actions = len(expected_outcome.actions) > 1 or len(document_outcome.actions) > 1
        for document_row, expected_row in rows.pairs:
            name = row_name(
                document_row.row.number,
                document_row.row.task,
                document_row.action.heading if has_several_actions else "",
            )
            yield from self._compare_row({**location, "row": name}, document_row, expected_row)
        expected_actions = {id(action): expected_action for action, expected_action in actions.pairs}
        for index, expected_index in _find_moved_rows(rows, expected_actions):
            document_row, expected_row = rows.document_items[index], rows.expected_items[expected_index]
            yield Difference(
                "row-moved",
                **location,
                row=row_name(
                    document_row.row.number,
                    document_row.row.task,
                    document_row.action.heading if has_several_actions else "",
                ),
                found=f"row {document_row.row.number}"
                + (f" of “{document_row.action.heading}”" if has_several_actions else ""),
                wanted=f"row {expected_row.number}"
                + (f" of “{expected_row.action.heading}”" if has_several_actions else ""),
            )
        self._added_rows += [
            (location, rows.document_items[index])
            for index in rows.added_indexes
            if id(rows.document_items[index].action) not in added_action_ids
        ]
        self._missing_rows += [
            (location, rows.expected_items[index])
            for index in rows.missing_indexes
            if id(rows.expected_items[index].action) not in missing_action_ids
        ]

    def _compare_actions(
        self, location: LocationFields, action_pairs: Pairs[ReadAction, ActionTable]
    ) -> Iterator[Difference]:
        for document_action, expected_action in action_pairs.pairs:
            if normalised_text(document_action.heading) != normalised_text(expected_action.heading):
                yield Difference("heading", **location, found=document_action.heading, wanted=expected_action.heading)
            for key, text in (
                zip(document_action.columns, document_action.headings, strict=False) if self.report.by_ragsheets else ()
            ):
                if key in self.columns and normalised_text(text) != normalised_text(
                    heading := self.columns[key].heading
                ):
                    yield Difference(
                        "heading", **location, row=document_action.heading, column=heading, found=text, wanted=heading
                    )
            for key in self.columns:
                if key not in document_action.columns and document_action.rows:
                    yield Difference(
                        "column-missing", **location, row=document_action.heading, wanted=self.columns[key].heading
                    )
        for index in action_pairs.missing_indexes:
            yield Difference("action-missing", **location, wanted=action_pairs.expected_items[index].heading)
        for index in action_pairs.added_indexes:
            yield Difference("action-added", **location, found=action_pairs.document_items[index].heading)

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
        """Return the similarity of two rows: by the wording of the task, or by two other cells that are equal."""
        equal_keys = [
            key
            for key, cell in expected_row.cells.items()
            if key not in ("task", "status") and cell.text.strip()
            if normalised_text(document_row.row.cells.get(key, "")) == normalised_text(cell.text)
        ]
        wording_similarity = fuzz.ratio(normalise_text(document_row.row.task), normalise_text(expected_row.task))
        return max(wording_similarity, MIN_SIMILARITY) if len(equal_keys) > 1 else wording_similarity

    # -- rows in another outcome

    def _compare_unpaired_rows(self) -> Iterator[Difference]:
        """Report rows added in one outcome and missing in another as moved, the others as added or missing."""
        pairs = Pairs(self._added_rows, self._missing_rows)
        pairs.pair_equal(
            lambda document_row: normalised_text(document_row[1].row.task),
            lambda expected_row: normalised_text(expected_row[1].task),
        )
        for (location, document_row), (expected_location, expected_row) in pairs.pairs:
            row_location = {**location, "row": row_name(document_row.row.number, document_row.row.task)}
            yield Difference(
                "row-moved",
                **row_location,
                found=_describe_location(location),
                wanted=_describe_location(expected_location),
            )
            yield from self._compare_row(row_location, document_row, expected_row)
        for index in pairs.added_indexes:
            location, document_row = pairs.document_items[index]
            yield Difference(
                "row-added", **location, row=row_name(document_row.row.number, ""), found=document_row.row.task
            )
        for index in pairs.missing_indexes:
            expected_location, expected_row = pairs.expected_items[index]
            yield Difference(
                "row-missing", **expected_location, row=row_name(expected_row.number, ""), wanted=expected_row.task
            )


def _covers(first_page_difference: Difference, difference: Difference) -> bool:
    """Return whether a difference of the first page already reports another difference of the same words."""
    same_column = (
        not first_page_difference.column
        or not difference.column
        or normalised_text(first_page_difference.column) == normalised_text(difference.column)
    )
    starts = ((difference.found, first_page_difference.found), (difference.wanted, first_page_difference.wanted))
    return same_column and all(normalised_text(text).startswith(normalised_text(start)) for text, start in starts)


def _document_row_key(keys: Sequence[str], row: DocumentRow) -> tuple[str, ...]:
    return tuple(normalised_text(row.row.cells.get(key, "")) for key in keys)


def _expected_row_key(keys: Sequence[str], row: ExpectedRow) -> tuple[str, ...]:
    return tuple(normalised_text(row.cells[key].text) for key in keys)


def _describe_location(location: LocationFields) -> str:
    return f"a task of {location['section']}, outcome {location['outcome']}"


def _count_shared_outcomes(document_section: ReadSection, expected_section: GroupSection) -> float:
    """Return how many outcomes two sections share."""
    headings = {normalised_text(outcome.heading) for outcome in document_section.outcomes}
    return float(sum(normalised_text(block.heading) in headings for block in expected_section.outcomes))


def _pair_actions(
    document_outcome: ReadOutcome, expected_outcome: OutcomeBlock, row_pairs: Pairs[DocumentRow, ExpectedRow]
) -> Pairs[ReadAction, ActionTable]:
    """Pair the actions: by equal heading, by the tasks that they share, or by similar heading."""
    pairs = Pairs(document_outcome.actions, expected_outcome.actions)
    pairs.pair_equal(
        lambda document_action: normalised_text(document_action.heading),
        lambda expected_action: normalised_text(expected_action.heading),
    )
    shared = [(id(row.action), id(expected_row.action)) for row, expected_row in row_pairs.pairs]
    pairs.pair_similar(
        lambda document_action, expected_action: float(shared.count((id(document_action), id(expected_action)))), 1.0
    )
    pairs.pair_similar(
        lambda document_action, expected_action: fuzz.ratio(
            normalise_text(document_action.heading), normalise_text(expected_action.heading)
        ),
        MIN_SIMILARITY,
    )
    return pairs


def _find_moved_rows(
    row_pairs: Pairs[DocumentRow, ExpectedRow], expected_actions: Mapping[int, ActionTable]
) -> list[tuple[int, int]]:
    """Return the index pairs of rows in another order, or under another action."""
    out_of_order = row_pairs.moved_index_pairs
    under_other_actions = [
        (index, expected_index)
        for index, expected_index in sorted(row_pairs.index_pairs)
        if expected_actions.get(id(row_pairs.document_items[index].action))
        is not row_pairs.expected_items[expected_index].action
    ]
    return out_of_order + [pair for pair in under_other_actions if pair not in out_of_order]
