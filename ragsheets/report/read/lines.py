"""Parse the lines of the layout in paragraphs and cells of a document made by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ragsheets.report.read.blocks import Paragraph, WordCell
from ragsheets.report.read.phrases import Phrases
from ragsheets.report.read.scan_model import COUNT, OTHER_TEXT, OUTCOME, SUMMARY, ParsedLine
from ragsheets.text import normalise_text

#: Maximum length of a count with its percentage, in characters: "12 (100%)".
_MAX_COUNT_LENGTH = 12
#: What ends a line within a paragraph, where another line of the layout follows.
_LINE_SEPARATOR = re.compile(r"([\n\t])")


class LineParser:
    """A parser of lines by the wording of one template."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases

    def parse_cells(self, cells: tuple[WordCell, ...]) -> Iterator[ParsedLine]:
        """Yield the parsed lines of some cells; the value of a line that is only a name is on the next one."""
        texts = [
            line
            for cell in cells
            for block in cell.blocks
            if isinstance(block, Paragraph) and block.marked_text
            for line in self.split_lines(block.marked_text)
        ]
        index = 0
        while index < len(texts):
            text, following = texts[index], texts[index + 1] if index + 1 < len(texts) else ""
            line = self.parse_text(text)
            index += 1
            if line.value or line.kind in (OTHER_TEXT, SUMMARY) or not following:
                yield line
            elif line.kind == COUNT:
                is_count = len(following) <= _MAX_COUNT_LENGTH and not self.phrases.is_label(following)
                yield replace(line, value=following) if is_count else line
                index += is_count
            elif self.phrases.is_label(following):
                yield line
            else:
                yield replace(line, value=following, text=f"{text} {following}")
                index += 1

    def parse_text(self, text: str) -> ParsedLine:
        """Parse one line."""
        if line := self.phrases.parse_line(text):
            # A line of the layout is one line, also where it is broken in two to fit.
            return replace(line, value=" ".join(line.value.split()), text=" ".join(text.split()))
        if normalise_text(text) == self.phrases.summary:
            return ParsedLine(SUMMARY, "", text)
        if count_parts := self.phrases.parse_count(text):
            return ParsedLine(COUNT, count_parts[2], count_parts[1], count_line=count_parts[0])
        count_line = self.phrases.find_count_line(text)
        return (
            ParsedLine(COUNT, "", text, count_line=count_line)
            if count_line is not None
            else ParsedLine(OTHER_TEXT, "", text)
        )

    def split_lines(self, text: str) -> Iterator[str]:
        """Yield the lines of the layout in a paragraph, parted by line breaks or tabs; other text continues a line."""
        pieces = _LINE_SEPARATOR.split(text) if "\n" in text or "\t" in text else [text]
        line = pieces[0]
        for index in range(2, len(pieces), 2):
            separator, piece = pieces[index - 1 : index + 1]
            # A tab may part a name without a colon from its value.
            with_value = "".join(pieces[index : index + 3]) if pieces[index + 1 : index + 2] == ["\t"] else piece
            if self._starts_line(piece, line) or self._starts_line(with_value, line):
                if line.strip():
                    yield line.strip()
                line = piece
            else:
                line += separator + piece
        yield line.strip()

    def _starts_line(self, piece: str, line_before: str) -> bool:
        parsed_piece = self.parse_text(piece)
        if parsed_piece.kind == OTHER_TEXT or not piece.strip():
            return False
        kind_before = self.parse_text(line_before).kind
        if parsed_piece.kind == COUNT:
            # A word like that of a status may be any word, unless a count follows it or other counts come before it.
            return bool(parsed_piece.value) or kind_before in (SUMMARY, COUNT)
        return parsed_piece.has_name or kind_before != OUTCOME
