"""Read the cells of an Open XML sheet that have more than a value: formulas, errors, styles.

Most programs write cells in one of a few plain forms, which a text search finds in microseconds. A sheet that is
written in another way (prefixes, cells without addresses, comments, whitespace) is parsed.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.a1 import CellPosition, cell_address, parse_address
from ragsheets.formats.spreadsheet.details import MergedArea

#: A cell as Excel, LibreOffice, openpyxl, ExcelJS and SheetJS write it: its address first, nothing between its parts.
_PLAIN_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^<>]*)(?<!/)>'
    r"(?:(<f[^<>]*)(?:(?<=/)>|(?<!/)>([^<]*)</f>))?(?:<v[^<>]*(?:(?<=/)>()|>([^<]*)</v>))?</c>"
)
_PLAIN_ATTRIBUTE = re.compile(r' ([\w:]+)="([^"]*)"')
_FORMULA = re.compile("<f[ />]")
#: Far more characters than any program writes between the "<" of a cell and its formula.
_MAX_TAG_LENGTH = 1000
_ERROR_TYPE, _DATE_TYPE = 't="e"', 't="d"'
#: How a cell begins in the plain form.
PLAIN_CELL_START = b'<c r="'
#: A character that a text holds by its number: "_x000a_" is a line break.
_ESCAPED_CHARACTER = re.compile(r"_x([0-9A-Fa-f]{4})_")
_STYLE = re.compile(rb' s="([0-9]{1,6})"')
_CELL_TAG = re.compile("<c( [^<>]*)>")
#: A date, a time or both as a cell of type "d" stores them (ECMA-376 part 1, 18.18.11).
_ISO_VALUE = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})?T?"
    r"(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?(?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_PREFIXED_SHEET_DATA = re.compile(r"<[\w.-]+:sheetData[\s/>]")


class XlsxCell(NamedTuple):
    """A cell as its sheet writes it: `formula` and `value` are None if it has none; `runs` are those of inline text.

    `kind` is its type ("e" for an error, "s" for a shared string, "d" for a date as ISO text), `rich_value` the number
    of its rich value, 0 if it has none.
    """

    position: CellPosition
    kind: str
    style: int
    formula: str | None
    value: str | None
    rich_value: int = 0
    runs: tuple[tuple[str, bool | None], ...] = ()

    @property
    def is_uncalculated(self) -> bool:
        """Whether the cell has a formula but no stored value; an empty text is a value if its type is text."""
        has_value = bool(self.value or self.runs) or (self.value is not None and self.kind == "str")
        return self.formula is not None and not has_value


class _NeedsParsingError(Exception):
    """A sheet in a form that has to be parsed."""


def find_special_cells(content: bytes, part: str) -> list[XlsxCell]:
    """Return the cells with formulas, errors or ISO dates.

    Raises ReturnError where the part has to be parsed and is not well-formed.
    """
    try:
        text = _searchable_text(content)
        return [_match_cell(text, start) for start in _special_cell_starts(text)]
    except _NeedsParsingError:
        return [cell for cell in parse_cells(content, part) if cell.formula is not None or cell.kind in ("e", "d")]


def _searchable_text(content: bytes) -> str:
    """Return a sheet up to the end of its cells, as text. Raises _NeedsParsingError where a search may misread it."""
    end = content.rfind(b"sheetData")
    try:
        text = content[: end if end >= 0 else None].decode()
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
    """Return the start of each cell with a formula, an error or an ISO date.

    Separate searches are several times faster than a joint one.
    """
    formulas = [_find_tag_before(text, mark.start()) for mark in _FORMULA.finditer(text)]
    if not all(text.startswith("<c ", start) for start in formulas):
        raise _NeedsParsingError
    types = [cell_type for cell_type in (_ERROR_TYPE, _DATE_TYPE) if cell_type in text]
    if not types:
        return formulas
    starts = {_find_tag_before(text, mark.start()) for mark in re.finditer("|".join(types), text)}
    # Other elements may have such an attribute.
    return sorted({*formulas, *(start for start in starts if text.startswith("<c ", start))})


def _find_tag_before(text: str, index: int) -> int:
    """Return the start of the last tag before `index`; the length of the text if there is none nearby."""
    start = text.rfind("<", max(0, index - _MAX_TAG_LENGTH), index)
    return start if start >= 0 else len(text)


def _match_cell(text: str, start: int) -> XlsxCell:
    match = _PLAIN_CELL.match(text, start)
    if match is None:
        raise _NeedsParsingError
    letters, row, attributes, formula_tag, formula, empty_value, value = match.groups()
    # An array formula also fills other cells, which only parsing the whole sheet finds.
    if formula_tag and "ref=" in formula_tag and 't="shared"' not in formula_tag:
        raise _NeedsParsingError
    if formula and "&" in formula:
        formula = xml.unescape(formula)
    if value and "&" in value:
        value = xml.unescape(value)
    return XlsxCell(
        (int(row) - 1, _column_index(letters)),
        next((kind for kind in ("str", "e", "d") if f't="{kind}"' in attributes), "n") if ' t="' in attributes else "n",
        0,
        None if formula_tag is None else formula or "",
        empty_value if value is None else value,
        xml.parse_int(dict(_PLAIN_ATTRIBUTE.findall(attributes)).get("vm", ""), 0) if " vm=" in attributes else 0,
    )


@lru_cache(maxsize=1024)
def _column_index(letters: str) -> int:
    return parse_address(f"{letters}1")[1]


def find_styles(content: bytes, part: str) -> dict[CellPosition, int]:
    """Return each cell's style number unless it is 0. Raises ReturnError as `find_special_cells` does."""
    try:
        text = _searchable_text(content)
        if "<c>" in text:
            raise _NeedsParsingError
        return dict(_match_styles(text))
    except _NeedsParsingError:
        return {cell.position: cell.style for cell in parse_cells(content, part) if cell.style}


def find_style_of(content: bytes, position: CellPosition) -> int:
    """Return the style number of one cell of a sheet that is written in the plain form; 0 where it has none."""
    start = content.find(b'%s%s"' % (PLAIN_CELL_START, cell_address(position).encode()))
    if start < 0:
        return 0
    match = _STYLE.search(content, start, content.find(b">", start))
    return int(match[1]) if match else 0


def find_merged_areas(sheet_end: bytes) -> list[MergedArea]:
    """Return the merged areas of a sheet, from what follows its cells, in UTF-8."""
    areas = []
    for tag in xml.scan_tags(sheet_end, "mergeCell") if b"mergeCell" in sheet_end else ():
        first, _, last = tag.get("ref", "").replace("$", "").partition(":")
        try:
            areas.append(MergedArea(parse_address(first), parse_address(last or first)))
        except ValueError:
            continue  # no program merges cells that have no address
    return areas


def _match_styles(text: str) -> Iterator[tuple[CellPosition, int]]:
    for match in _CELL_TAG.finditer(text):
        attributes = dict(_PLAIN_ATTRIBUTE.findall(match[1]))
        try:
            style = int(attributes.get("s", "0"))
            if style:
                yield parse_address(attributes["r"]), style
        except (KeyError, ValueError):
            raise _NeedsParsingError from None


def parse_cells(content: bytes, part: str) -> Iterator[XlsxCell]:
    """Yield every cell of a sheet, parsed one after the other; cells filled by an array formula have the formula "".

    A row or a cell without an address follows the one before it. Raises ReturnError where the part is not well-formed.
    """
    row, column = -1, -1
    array_areas: list[tuple[CellPosition, CellPosition]] = []
    for event, element in xml.iterate_elements(content, part, "row", "c"):
        is_row = xml.local_name(element) == "row"
        if event == "start" and is_row:
            row, column = (xml.parse_int(element.get("r", "")) - 1 if element.get("r") else row + 1), -1
            array_areas = [area for area in array_areas if area[1][0] >= row]
        elif event == "end" and not is_row:
            try:
                cell, area = _parse_cell(element, row, column)
            except ValueError:
                raise ReturnError("damaged", found=part) from None
            column = cell.position[1]
            if area:
                array_areas.append(area)
            elif cell.formula is None and any(_is_within(cell.position, area) for area in array_areas):
                cell = cell._replace(formula="")
            yield cell


def _is_within(position: CellPosition, area: tuple[CellPosition, CellPosition]) -> bool:
    (top, left), (bottom, right) = area
    return top <= position[0] <= bottom and left <= position[1] <= right


def _parse_cell(
    element: xml.Element, row_index: int, previous_column: int
) -> tuple[XlsxCell, tuple[CellPosition, CellPosition] | None]:
    try:
        position = parse_address(element.get("r", ""))
    except ValueError:
        position = (max(row_index, 0), previous_column + 1)
    formula = value = area = None
    runs: list[tuple[str, bool | None]] = []
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
                runs = text_runs(part)
    cell = XlsxCell(
        position,
        element.get("t", "n"),
        xml.parse_int(element.get("s", "0"), 0),
        formula,
        value,
        xml.parse_int(element.get("vm", ""), 0),
        tuple(runs),
    )
    return cell, area


def text_runs(item: xml.Element) -> list[tuple[str, bool | None]]:
    """Return the runs of a text as (text, strike): struck (True), not struck (False), or as the cell's font (None)."""
    runs: list[tuple[str, bool | None]] = []
    for part in item:
        match xml.local_name(part):
            case "t":
                runs.append((unescape_characters(part.text or ""), None))
            case "r":
                text = xml.child(part, "t")
                font = xml.child(part, "rPr")
                struck = None if font is None else is_struck(font)
                runs.append((unescape_characters(text.text or "") if text is not None else "", struck))
    return runs


def unescape_characters(text: str) -> str:
    """Return a text with the characters that it holds by their numbers (ECMA-376 part 1, 22.9.2.19, ST_Xstring)."""
    if "_x" not in text:
        return text
    # A character beyond the first 65,536 has two numbers.
    units = _ESCAPED_CHARACTER.sub(lambda match: chr(int(match[1], 16)), text).encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "replace")


def is_struck(font: xml.Element) -> bool:
    """Return whether a font strikes its words through."""
    mark = xml.child(font, "strike")
    return mark is not None and xml.attribute(mark, "val", "1") not in ("0", "false", "off")


def parse_iso_value(text: str) -> datetime.datetime | datetime.time | None:
    """Parse a cell's date, time or both; return None if it is neither.

    A zone is dropped: programs show the date and the time of day as written.
    """
    match = _ISO_VALUE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        if match["date"]:
            return datetime.datetime.fromisoformat(f"{match['date']}T{match['time'] or '00:00'}")
        return datetime.time.fromisoformat(match["time"]) if match["time"] else None
    except ValueError:
        return None
