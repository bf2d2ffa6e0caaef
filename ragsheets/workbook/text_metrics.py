"""Estimates how many lines a text takes in a cell: only the program that opens a workbook knows its fonts."""

from __future__ import annotations

from functools import lru_cache

#: Points of height for each point of font size, with the space that Excel leaves above and below a line.
LINE_HEIGHT = 1.32

#: The greatest height of a row in points (Microsoft, "Excel specifications and limits").
MAX_ROW_HEIGHT = 409.0

#: How much of a cell's width its margin and indent take, in digits.
CELL_PADDING = 2.5

#: Characters about one and a half times as wide as a digit in the usual fonts.
_WIDE_CHARACTERS = frozenset("MWmw@%–—…&©")
#: Characters about half as wide as a digit.
_NARROW_CHARACTERS = frozenset("ijlIft.,;:'’|!()[] /-")


#: Fonts whose letters are about as wide as Arial's, or narrower.
_USUAL_FONTS = frozenset(
    (
        *("arial", "helvetica", "liberation sans", "calibri", "carlito", "aptos", "segoe ui", "trebuchet ms", "tahoma"),
        *("times new roman", "liberation serif", "cambria", "garamond", "gill sans", "gill sans mt", "source sans pro"),
    )
)
#: How much wider other fonts may be: Verdana, bold Georgia, and substitutes for missing fonts.
_OTHER_FONT_FACTOR = 1.2


def font_width_factor(font: str) -> float:
    """Return how many times as wide as Arial's the letters of a font may be, as far as known."""
    return 1.0 if font.casefold() in _USUAL_FONTS else _OTHER_FONT_FACTOR


@lru_cache(maxsize=1 << 14)
def width_of(text: str) -> float:
    """Return the width of `text` in digits of its font, the unit of column widths (ECMA-376 part 1, 18.3.1.13)."""
    total = 0.0
    for character in text:
        if character in _NARROW_CHARACTERS:
            total += 0.55
        elif character in _WIDE_CHARACTERS or character.isupper():
            total += 1.3
        elif character < "\u2e80":
            total += 1.0
        else:
            total += 2.0
    return total


def lines_of(text: str, width: float) -> list[str]:
    """Wrap `text` at blanks into lines of at most `width` digits; a wider word has a line of its own."""
    lines = []
    for paragraph in text.split("\n"):
        line, line_width = "", 0.0
        for word in paragraph.split(" "):
            word_width = width_of(word)
            if line and line_width + 0.55 + word_width > width:
                lines.append(line)
                line, line_width = word, word_width
            else:
                line = f"{line} {word}" if line else word
                line_width += word_width + (0.55 if line_width else 0)
        lines.append(line)
    return lines


def height_of(texts: list[tuple[str, float]], font_size: float) -> float:
    """Return the height in points of a row of these texts, each with its column's width, at `font_size` points."""
    line_count = 1
    for text, width in texts:
        # Short text, by far the most common, needs no measuring.
        if "\n" in text or len(text) * 1.3 > width:
            text_width = width - CELL_PADDING
            lines = sum(
                max(1, -(-int(width_of(line) * 10) // int(text_width * 10))) for line in lines_of(text, text_width)
            )
            line_count = max(line_count, lines)
    return min(round(line_count * font_size * LINE_HEIGHT + 4, 1), MAX_ROW_HEIGHT)


def truncate_to_row(text: str, width: float, font_size: float) -> str:
    """Return as much of `text` as a row can show in a column of this width; " …" marks what is cut off."""
    truncated = text
    while truncated and height_of([(truncated, width)], font_size) >= MAX_ROW_HEIGHT:
        shorter = truncated.removesuffix(" …")[: len(truncated) * 9 // 10]
        truncated = f"{(shorter.rpartition(' ')[0] or shorter).rstrip()} …"
    return truncated
