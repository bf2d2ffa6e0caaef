"""How many lines a text takes in a cell: an estimate, since only the program that opens a workbook knows its fonts."""

from __future__ import annotations

from functools import lru_cache

#: Points of height for each point of font size, with the room that Excel leaves above and below a line.
LINE_HEIGHT = 1.32

#: The greatest height of a row in points (Microsoft, "Excel specifications and limits").
MAX_ROW_HEIGHT = 409.0

#: Digits' room that the blank margin and the indent of a cell take from its width.
CELL_PADDING = 2.5

#: Signs that take about half as much room again as a digit does in the usual fonts.
_WIDE_CHARACTERS = frozenset("MWmw@%–—…&©")
#: Signs that take about half the room of a digit.
_NARROW_CHARACTERS = frozenset("ijlIft.,;:'’|!()[] /-")


#: Fonts whose letters are about as wide as Arial's, or narrower.
_USUAL_FONTS = frozenset(
    (
        *("arial", "helvetica", "liberation sans", "calibri", "carlito", "aptos", "segoe ui", "trebuchet ms", "tahoma"),
        *("times new roman", "liberation serif", "cambria", "garamond", "gill sans", "gill sans mt", "source sans pro"),
    )
)
#: How much wider others may be: Verdana, Georgia in bold type, and what takes the place of a font that is not there.
_OTHER_FONT_FACTOR = 1.2


def font_width_factor(font: str) -> float:
    """How many times as wide as Arial's the letters of a font may be, as far as is known."""
    return 1.0 if font.casefold() in _USUAL_FONTS else _OTHER_FONT_FACTOR


@lru_cache(maxsize=1 << 14)
def width_of(text: str) -> float:
    """The width of `text` in digits of its font, which is the unit of column widths (ECMA-376 part 1, 18.3.1.13)."""
    total = 0.0
    for sign in text:
        if sign in _NARROW_CHARACTERS:
            total += 0.55
        elif sign in _WIDE_CHARACTERS or sign.isupper():
            total += 1.3
        elif sign < "\u2e80":
            total += 1.0
        else:
            total += 2.0
    return total


def lines_of(text: str, width: float) -> list[str]:
    """`text` cut at blanks into lines of at most `width` digits; a wider word keeps a line of its own."""
    lines = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split(" "):
            needed = width_of(word)
            if line and used + 0.55 + needed > width:
                lines.append(line)
                line, used = word, needed
            else:
                line = f"{line} {word}" if line else word
                used += needed + (0.55 if used else 0)
        lines.append(line)
    return lines


def height_of(texts: list[tuple[str, float]], font_size: float) -> float:
    """The height in points of a row of these texts, each with its column's width, in a font of `size` points."""
    most = 1
    for text, width in texts:
        # Short text is by far the most common and needs no measuring.
        if "\n" in text or len(text) * 1.3 > width:
            room = width - CELL_PADDING
            count = sum(max(1, -(-int(width_of(line) * 10) // int(room * 10))) for line in lines_of(text, room))
            most = max(most, count)
    return min(round(most * font_size * LINE_HEIGHT + 4, 1), MAX_ROW_HEIGHT)


def truncate_to_row(text: str, width: float, font_size: float) -> str:
    """As much of `text` as a row can show in a column of this width; " …" stands for the rest."""
    kept = text
    while kept and height_of([(kept, width)], font_size) >= MAX_ROW_HEIGHT:
        shorter = kept.removesuffix(" …")[: len(kept) * 9 // 10]
        kept = f"{(shorter.rpartition(' ')[0] or shorter).rstrip()} …"
    return kept
