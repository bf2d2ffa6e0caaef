"""The cells of an Open XML sheet that hold more than a value: formulas, errors, styles.

Programs write cells plainly, one way or the other; those are found by looking at bytes, which takes microseconds. A
sheet that is written in another way (prefixes, cells without addresses, comments, whitespace) is parsed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.a1 import CellPosition, parse_address

#: A cell as Excel, LibreOffice, openpyxl, ExcelJS and SheetJS write it: its address first, nothing between its parts.
_PLAIN_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^<>]*)(?<!/)>'
    r"(?:(<f[^<>]*)(?:(?<=/)>|(?<!/)>([^<]*)</f>))?(?:<v[^<>]*(?:(?<=/)>()|>([^<]*)</v>))?</c>"
)
_PLAIN_ATTRIBUTE = re.compile(r' ([\w:]+)="([^"]*)"')
_FORMULA = re.compile("<f[ />]")
#: Far more characters than any program writes between the "<" of a cell and its formula.
_MAX_TAG_LENGTH = 1000
_ERROR_TYPE = 't="e"'
_CELL_TAG = re.compile("<c( [^<>]*)>")
_PREFIXED_SHEET_DATA = re.compile(r"<[\w.-]+:sheetData[\s/>]")


class XlsxCell(NamedTuple):
    """A cell as its sheet writes it: `formula` and `value` are None where it has none; `pieces` are of inline text.

    `kind` is its type ("e" for an error, "s" for a shared text), `rich` whether its value is more than it says.
    """

    position: CellPosition
    kind: str
    style: int
    formula: str | None
    value: str | None
    is_rich: bool = False
    runs: tuple[tuple[str, bool | None], ...] = ()

    @property
    def is_uncalculated(self) -> bool:
        """Whether it holds a formula and no value of it. An empty text is a value, if it is said to be a text."""
        return self.formula is not None and not self.value and (self.value is None or self.kind != "str")


class _NeedsParsingError(Exception):
    """The sheet is written in a way that has to be parsed."""


def find_special_cells(content: bytes, part: str) -> list[XlsxCell]:
    """The cells that hold formulas and errors. Raises ReturnError where the part has to be parsed and is unsound."""
    try:
        text = _searchable_text(content)
        return [_match_cell(text, start) for start in _special_cell_starts(text)]
    except _NeedsParsingError:
        return [cell for cell in parse_cells(content, part) if cell.formula is not None or cell.kind == "e"]


def _searchable_text(content: bytes) -> str:
    """A sheet as text to be searched. Raises _NotPlainError where it may not mean what it looks like."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise _NeedsParsingError from None
    # A search for one character takes a tenth of one for several.
    if (
        ("!" in text and "<!" in text)
        or ("'" in text and "t='" in text)
        or ("<sheetData" not in text and _PREFIXED_SHEET_DATA.search(text))
    ):
        raise _NeedsParsingError
    return text


def _special_cell_starts(text: str) -> list[int]:
    """Where the cells with formulas and errors begin. Two searches are several times faster than one for either."""
    formulas = [_find_tag_before(text, mark.start()) for mark in _FORMULA.finditer(text)]
    if not all(text.startswith("<c ", start) for start in formulas):
        raise _NeedsParsingError
    if _ERROR_TYPE not in text:
        return formulas
    starts = {_find_tag_before(text, mark.start()) for mark in re.finditer(_ERROR_TYPE, text)}
    # Other elements may have such an attribute.
    return sorted({*formulas, *(start for start in starts if text.startswith("<c ", start))})


def _find_tag_before(text: str, index: int) -> int:
    """Where the last tag before a place begins; far past its end where there is none near."""
    start = text.rfind("<", max(0, index - _MAX_TAG_LENGTH), index)
    return start if start >= 0 else len(text)


def _match_cell(text: str, start: int) -> XlsxCell:
    match = _PLAIN_CELL.match(text, start)
    if match is None:
        raise _NeedsParsingError
    letters, row, facts, opening, formula, no_value, value = match.groups()
    # Which cells a formula fills beside its own is asked of the whole sheet.
    if opening and "ref=" in opening and 't="shared"' not in opening:
        raise _NeedsParsingError
    if formula and "&" in formula:
        formula = xml.unescape(formula)
    if value and "&" in value:
        value = xml.unescape(value)
    return XlsxCell(
        (int(row) - 1, _column_index(letters)),
        "str" if 't="str"' in facts else "e" if _ERROR_TYPE in facts else "n",
        0,
        None if opening is None else formula or "",
        no_value if value is None else value,
        " vm=" in facts,
    )


@lru_cache(maxsize=1024)
def _column_index(letters: str) -> int:
    return parse_address(f"{letters}1")[1]


def find_styles(content: bytes, part: str) -> dict[CellPosition, int]:
    """The number of each cell's style, where it is not the first. Raises ReturnError as `marked_cells` does."""
    try:
        text = _searchable_text(content)
        if "<c>" in text:
            raise _NeedsParsingError
        return dict(_match_styles(text))
    except _NeedsParsingError:
        return {cell.position: cell.style for cell in parse_cells(content, part) if cell.style}


def _match_styles(text: str) -> Iterator[tuple[CellPosition, int]]:
    for match in _CELL_TAG.finditer(text):
        facts = dict(_PLAIN_ATTRIBUTE.findall(match[1]))
        try:
            style = int(facts.get("s", "0"))
            if style:
                yield parse_address(facts["r"]), style
        except (KeyError, ValueError):
            raise _NeedsParsingError from None


def parse_cells(content: bytes, part: str) -> Iterator[XlsxCell]:
    """Every cell of a sheet, parsed one after the other; each that an array formula fills has the formula "".

    A row or a cell without an address follows the one before it. Raises ReturnError where the part is no sound XML.
    """
    from lxml import etree

    row, column = -1, -1
    filled: list[tuple[CellPosition, CellPosition]] = []
    events = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), tag=("{*}row", "{*}c"), remove_comments=True, **xml.SAFE_OPTIONS
    )
    try:
        for event, element in events:
            is_row = xml.local_name(element) == "row"
            if event == "start" and is_row:
                row, column = (xml.parse_int(element.get("r", "")) - 1 if element.get("r") else row + 1), -1
                filled = [area for area in filled if area[1][0] >= row]
            elif event == "end" and not is_row:
                cell, area = _parse_cell(element, row, column)
                column = cell.position[1]
                if area:
                    filled.append(area)
                elif cell.formula is None and any(_is_within(cell.position, area) for area in filled):
                    cell = cell._replace(formula="")
                yield cell
            if event == "end":
                element.clear(keep_tail=False)
    except (etree.XMLSyntaxError, ValueError):
        raise ReturnError("damaged", found=part) from None


def _is_within(position: CellPosition, area: tuple[CellPosition, CellPosition]) -> bool:
    (top, left), (bottom, right) = area
    return top <= position[0] <= bottom and left <= position[1] <= right


def _parse_cell(
    element: xml.Element, row_index: int, previous_column: int
) -> tuple[XlsxCell, tuple[CellPosition, CellPosition] | None]:
    try:
        place = parse_address(element.get("r", ""))
    except ValueError:
        place = (max(row_index, 0), previous_column + 1)
    formula = value = area = None
    pieces: list[tuple[str, bool | None]] = []
    for part in element:
        match xml.local_name(part):
            case "f":
                formula = part.text or ""
                first, _, last = part.get("ref", "").partition(":")
                if last and part.get("t") != "shared":
                    area = (parse_address(first), parse_address(last))
            case "v":
                value = part.text or ""
            case "is":
                pieces = text_runs(part)
    cell = XlsxCell(
        place,
        element.get("t", "n"),
        xml.parse_int(element.get("s", "0"), 0),
        formula,
        value,
        element.get("vm") is not None,
        tuple(pieces),
    )
    return cell, area


def text_runs(item: xml.Element) -> list[tuple[str, bool | None]]:
    """The runs of a text, each struck (True), not struck (False), or as the cell's own font says (None)."""
    pieces: list[tuple[str, bool | None]] = []
    for part in item:
        match xml.local_name(part):
            case "t":
                pieces.append((part.text or "", None))
            case "r":
                text = xml.child(part, "t")
                font = xml.child(part, "rPr")
                struck = None if font is None else is_struck(font)
                pieces.append((text.text or "" if text is not None else "", struck))
    return pieces


def is_struck(font: xml.Element) -> bool:
    """Whether a font strikes its words through."""
    mark = xml.child(font, "strike")
    return mark is not None and xml.attribute(mark, "val", "1") not in ("0", "false", "off")
