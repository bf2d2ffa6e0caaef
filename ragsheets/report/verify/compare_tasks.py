"""Compare the tasks of a report with those of the ledger: actions, rows and cells, wherever a row has moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ragsheets.plan.matching import similarity
from ragsheets.report.read.model import ReadAction, ReadOutcome, ReadRow
from ragsheets.report.verify.differences import Difference
from ragsheets.report.verify.pairing import Pairs
from ragsheets.report.verify.recount import normalised_text, row_name

if TYPE_CHECKING:
    from ragsheets.report.write.content import ActionTable, OutcomeBlock, ReportCell
    from ragsheets.template.model import Column

#: Minimum similarity (0 to 100) of two tasks, headings or names that are the same one, reworded.
MIN_SIMILARITY = 70.0

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


class TaskComparison:
    """A comparison of the tasks of a report with the expected ones, outcome by outcome.

    Args:
        columns: the columns of the task tables.
        by_ragsheets: whether ragsheets wrote the report, so that its headings too must be as expected.
    """

    def __init__(self, columns: Sequence[Column], *, by_ragsheets: bool) -> None:
        self.columns = {column.key: column for column in columns}
        self.by_ragsheets = by_ragsheets
        self._added_rows: list[tuple[LocationFields, DocumentRow]] = []
        self._missing_rows: list[tuple[LocationFields, ExpectedRow]] = []

    def expected_rows(self, block: OutcomeBlock) -> list[ExpectedRow]:
        """Return the rows of an outcome according to the ledger, action by action."""
        keys = list(self.columns)
        return [
            ExpectedRow(action, number, dict(zip(keys, cells, strict=True)))
            for action in block.actions
            for number, cells in enumerate(action.rows, 1)
        ]

    def compare(
        self, location: LocationFields, document_outcome: ReadOutcome, expected_outcome: OutcomeBlock
    ) -> Iterator[Difference]:
        """Yield the differences between the tasks of two outcomes; rows without a counterpart are kept for later."""
        rows = Pairs(
            [DocumentRow(action, row) for action in document_outcome.actions for row in action.rows],
            self.expected_rows(expected_outcome),
        )
        # Tasks with the same wording are paired first where their other cells agree too.
        for keys in (tuple(self.columns), ("task", "target"), ("task",)):
            rows.pair_equal(partial(_document_row_key, keys), partial(_expected_row_key, keys))
        rows.pair_similar(self._row_similarity, MIN_SIMILARITY)
        actions = _pair_actions(document_outcome, expected_outcome, rows)
        missing_action_ids, added_action_ids = set(map(id, actions.missing_items)), set(map(id, actions.added_items))
        yield from self._compare_actions(location, actions)
        has_several_actions = len(expected_outcome.actions) > 1 or len(document_outcome.actions) > 1

        def name_of(row: DocumentRow) -> str:
            return row_name(row.row.number, row.row.task, row.action.heading if has_several_actions else "")

        for document_row, expected_row in rows.pairs:
            yield from self._compare_row({**location, "row": name_of(document_row)}, document_row, expected_row)
        expected_actions = {id(action): expected_action for action, expected_action in actions.pairs}
        for index, expected_index in _find_moved_rows(rows, expected_actions):
            document_row, expected_row = rows.document_items[index], rows.expected_items[expected_index]
            yield Difference(
                "row-moved",
                **location,
                row=name_of(document_row),
                found=f"row {document_row.row.number}"
                + (f" of “{document_row.action.heading}”" if has_several_actions else ""),
                wanted=f"row {expected_row.number}"
                + (f" of “{expected_row.action.heading}”" if has_several_actions else ""),
            )
        self._added_rows += [(location, row) for row in rows.added_items if id(row.action) not in added_action_ids]
        self._missing_rows += [
            (location, row) for row in rows.missing_items if id(row.action) not in missing_action_ids
        ]

    def _compare_actions(
        self, location: LocationFields, action_pairs: Pairs[ReadAction, ActionTable]
    ) -> Iterator[Difference]:
        for document_action, expected_action in action_pairs.pairs:
            if normalised_text(document_action.heading) != normalised_text(expected_action.heading):
                yield Difference("heading", **location, found=document_action.heading, wanted=expected_action.heading)
            for key, text in (
                zip(document_action.columns, document_action.headings, strict=False) if self.by_ragsheets else ()
            ):
                if key in self.columns and normalised_text(text) != normalised_text(
                    heading := self.columns[key].heading
                ):
                    yield Difference(
                        "heading", **location, row=document_action.heading, column=heading, found=text, wanted=heading
                    )
            unexpected_columns = (
                (heading, *(row.cells.get(key, "") for row in document_action.rows))
                for key, heading in zip(document_action.columns, document_action.headings, strict=False)
                if key not in self.columns
            )
            for further_column in (*unexpected_columns, *document_action.other_columns):
                words = "; ".join(filter(None, further_column))
                yield Difference("further-column", **location, row=document_action.heading, found=words)
            for key in self.columns:
                if key not in document_action.columns and document_action.rows:
                    yield Difference(
                        "column-missing", **location, row=document_action.heading, wanted=self.columns[key].heading
                    )
        for missing_action in action_pairs.missing_items:
            yield Difference("action-missing", **location, wanted=missing_action.heading)
        for added_action in action_pairs.added_items:
            yield Difference("action-added", **location, found=added_action.heading)

    def _compare_row(
        self, location: LocationFields, document_row: DocumentRow, expected_row: ExpectedRow
    ) -> Iterator[Difference]:
        for key, cell in expected_row.cells.items():
            if key not in document_row.row.cells and key not in document_row.action.columns:
                continue
            # A second table of the same action may lack a column.
            text = document_row.row.cells.get(key, "")
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
        wording_similarity = similarity(document_row.row.task, expected_row.task)
        return max(wording_similarity, MIN_SIMILARITY) if len(equal_keys) > 1 else wording_similarity

    def compare_unpaired_rows(self) -> Iterator[Difference]:
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
        for location, document_row in pairs.added_items:
            yield Difference(
                "row-added", **location, row=row_name(document_row.row.number, ""), found=document_row.row.task
            )
        for expected_location, expected_row in pairs.missing_items:
            yield Difference(
                "row-missing", **expected_location, row=row_name(expected_row.number, ""), wanted=expected_row.task
            )


def _document_row_key(keys: Sequence[str], row: DocumentRow) -> tuple[str, ...]:
    return tuple(normalised_text(row.row.cells.get(key, "")) for key in keys)


def _expected_row_key(keys: Sequence[str], row: ExpectedRow) -> tuple[str, ...]:
    return tuple(normalised_text(row.cells[key].text) for key in keys)


def _describe_location(location: LocationFields) -> str:
    return f"a task of {location['section']}, outcome {location['outcome']}"


def _pair_actions(
    document_outcome: ReadOutcome, expected_outcome: OutcomeBlock, row_pairs: Pairs[DocumentRow, ExpectedRow]
) -> Pairs[ReadAction, ActionTable]:
    """Pair the actions: by equal heading, by the tasks that they share, or by similar heading."""
    pairs = Pairs(document_outcome.actions, expected_outcome.actions)
    pairs.pair_equal(
        lambda document_action: normalised_text(document_action.heading),
        lambda expected_action: normalised_text(expected_action.heading),
    )
    shared = Counter((id(row.action), id(expected_row.action)) for row, expected_row in row_pairs.pairs)
    pairs.pair_similar(
        lambda document_action, expected_action: float(shared[id(document_action), id(expected_action)]), 1.0
    )
    pairs.pair_similar(
        lambda document_action, expected_action: similarity(document_action.heading, expected_action.heading),
        MIN_SIMILARITY,
    )
    return pairs


def _find_moved_rows(
    row_pairs: Pairs[DocumentRow, ExpectedRow], expected_actions: Mapping[int, ActionTable]
) -> list[tuple[int, int]]:
    """Return the index pairs of rows in another order, or under another action."""
    out_of_order = dict.fromkeys(row_pairs.moved_index_pairs)
    under_other_actions = dict.fromkeys(
        (index, expected_index)
        for index, expected_index in sorted(row_pairs.index_pairs)
        if expected_actions.get(id(row_pairs.document_items[index].action))
        is not row_pairs.expected_items[expected_index].action
    )
    return [*(out_of_order | under_other_actions)]
