"""The parts of a report that ragsheets wrote, found by its structure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ragsheets.report.read.blocks import Block, Paragraph, WordCell, WordRow, WordTable
from ragsheets.report.read.printed_layout import find_printed_layout
from ragsheets.report.write.content import GROUP_BOOKMARK, OUTCOME_BOOKMARK

TABLE = WordTable((WordRow((WordCell((Paragraph("Tasks", style="table heading"),), 0, 1),)),))


class CountedBlocks(Sequence[Block]):
    """Blocks that count how often one of them is looked at."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks, self.count = blocks, 0

    def __len__(self) -> int:
        return len(self.blocks)

    def __getitem__(self, index: Any) -> Any:
        self.count += 1
        return self.blocks[index]


def blocks_with_added_headings(count: int, *, is_continued: bool) -> CountedBlocks:
    group = Paragraph("Parks", level=0, bookmarks=(f"{GROUP_BOOKMARK}1",))
    outcome = Paragraph("1.1: Trees", level=1, bookmarks=(f"{OUTCOME_BOOKMARK}1_1",))
    added = [Paragraph(f"Added {number}", level=0) for number in range(count)]
    action = [Paragraph("Plant", level=2), TABLE]
    return CountedBlocks([group, outcome, *added, *(action if is_continued else [])])


@pytest.mark.parametrize("is_continued", [True, False])
def test_each_added_heading_is_looked_at_a_few_times(is_continued: bool) -> None:
    counts = []
    for size in (100, 1000):
        blocks = blocks_with_added_headings(size, is_continued=is_continued)
        layout = find_printed_layout(blocks)
        counts.append(blocks.count)
        added = layout.sections[0].outcomes[0].blocks if is_continued else layout.back_blocks
        assert sum(isinstance(block, Paragraph) and block.level == 0 for block in added) == size
    assert counts[1] < 11 * counts[0]
