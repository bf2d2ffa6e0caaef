"""Adjusts the parts of a workbook's archive while openpyxl writes them.

openpyxl writes formulas without values, marks every row's height as custom, stores text inside each cell, and writes
the current time. Here each formula gets its true value, row heights can adjust again, text is shared (Apache POI
writing over text stored in a cell leaves old and new side by side), and the same workbook gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from lxml import etree
from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from ragsheets.files.content import ReproducibleZip
from ragsheets.formats import xml
from ragsheets.formats.a1 import address

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CELL, _ROW, _FORMULA, _VALUE, _DIMENSION = (f"{{{_MAIN}}}{name}" for name in ("c", "row", "f", "v", "dimension"))
_SHEET_DATA_END = b"</sheetData>"
#: The order of a font's elements (ECMA-376 part 1, 18.8.22, as Office writes them).
_FONT_ORDER = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
    *("sz", "color", "name", "family", "charset", "scheme"),
)
_SHARED_STRINGS = "xl/sharedStrings.xml"
_SHEET_FOLDER = "xl/worksheets/"
#: The font of notes in every workbook, as in Office but slightly larger.
NOTE_FONT, NOTE_SIZE = "Tahoma", 10
#: The paths at which openpyxl writes notes and their boxes, and those that Office uses.
_NOTE_PARTS = (
    (re.compile(rb"xl/comments/comment(\d+)\.xml"), rb"xl/comments\1.xml"),
    (re.compile(rb"xl/drawings/commentsDrawing(\d+)\.vml"), rb"xl/drawings/vmlDrawing\1.vml"),
)
#: Text that a reader would parse as an escaped character (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
_ESCAPE_LOOKALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

#: The values of formulas by sheet (path of its part) and address.
FormulaValues = Mapping[str, Mapping[str, object]]
#: The distances of the boxes of a sheet's notes from its left and top, in points, by their cells' addresses.
NotePositions = Mapping[str, tuple[int, int]]


class StreamedRows(NamedTuple):
    """Rows written as SpreadsheetML below those in openpyxl, where a hundred thousand cell objects take gigabytes.

    Attributes:
        dimension: the range of all cells of the sheet including these rows, "A1:R9".
        write: yields the rows; its argument stores a text and returns its index, which is the value of the text's cell.
    """

    dimension: str
    write: Callable[[Callable[[str], int]], Iterable[str]]


def to_bytes(
    workbook: Workbook,
    formula_values: FormulaValues,
    note_positions: Sequence[NotePositions] = (),
    streamed_rows: Mapping[str, StreamedRows] | None = None,
) -> bytes:
    """Return the workbook as the bytes of an .xlsx file.

    Args:
        workbook: the workbook.
        formula_values: the result of each formula.
        note_positions: the positions of the boxes of notes, for each sheet with notes in order.
        streamed_rows: further rows of sheets, by the path of their part.
    """
    buffer = io.BytesIO()
    archive = _WorkbookArchive(buffer, formula_values, note_positions, streamed_rows or {})
    # Workbook.save calls this writer; called directly it accepts our archive and does not change the time set.
    _InMemoryExcelWriter(workbook, archive).save()
    return buffer.getvalue()


class _InMemoryExcelWriter(ExcelWriter):
    """Writes the sheets in memory; openpyxl uses temporary files, which remain when a run is killed."""

    _archive: Any

    def write_worksheet(self, ws: Any) -> None:
        """Write one sheet."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer: Any = WorksheetWriter(ws, io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)


class _WorkbookArchive(ReproducibleZip):
    """Receives the parts that openpyxl writes, adjusts and stores them."""

    def __init__(
        self,
        buffer: io.BytesIO,
        formula_values: FormulaValues,
        note_positions: Sequence[NotePositions],
        streamed_rows: Mapping[str, StreamedRows],
    ) -> None:
        super().__init__(buffer, "w")
        self._formula_values = formula_values
        self._streamed_rows = streamed_rows
        self._note_positions = iter(note_positions)
        self._string_indices: dict[str, int] = {}
        self._string_count = 0

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any) -> None:
        """Store a part."""
        name = str(zinfo_or_arcname)
        content: bytes = data.encode() if isinstance(data, str) else data
        if name.startswith(_SHEET_FOLDER) and name.endswith(".xml"):
            content = self._finished_sheet(content, self._formula_values.get(name, {}), self._streamed_rows.get(name))
        elif name.startswith("xl/comments/"):
            content = _with_note_fonts(content)
        elif name.startswith("xl/drawings/"):
            content = _with_placed_notes(content, next(self._note_positions))
        elif name == "xl/styles.xml":
            content = _with_ordered_fonts(content)
        elif name.startswith(f"{_SHEET_FOLDER}_rels/"):
            content = _with_office_part_names(content).replace(b'Target="/xl/', b'Target="../')
        elif name == "xl/_rels/workbook.xml.rels":
            content = _with_shared_strings_relationship(content)
        elif name == "[Content_Types].xml":
            self.add_entry(_SHARED_STRINGS, self._string_table())
            content = _with_office_part_names(_with_shared_strings_type(content))
        self.add_entry(_with_office_part_names(name.encode()).decode(), content)

    def _finished_sheet(
        self, content: bytes, formula_values: Mapping[str, object], streamed_rows: StreamedRows | None
    ) -> bytes:
        root = etree.fromstring(content)
        for row in root.iter(_ROW):
            row.attrib.pop("customHeight", None)
            for cell in row:
                if cell.get("t") == "inlineStr":
                    self._share_string(cell)
                elif (formula := cell.find(_FORMULA)) is not None:
                    _set_value(cell, formula, formula_values[cell.get("r", "")])
        if streamed_rows is not None:
            for dimension in root.iter(_DIMENSION):  # some readers rely on it and read no further
                dimension.set("ref", streamed_rows.dimension)
        sheet_xml = xml.serialise(root)
        further_rows = "".join(streamed_rows.write(self._string_index)).encode() if streamed_rows is not None else b""
        return sheet_xml.replace(_SHEET_DATA_END, further_rows + _SHEET_DATA_END, 1)

    def _share_string(self, cell: etree._Element) -> None:
        text = "".join(cell.itertext())
        if not text:  # a text that is empty after cleaning: openpyxl writes its type but no content
            cell[:] = []
            del cell.attrib["t"]
            return
        cell.set("t", "s")
        cell[:] = []
        etree.SubElement(cell, _VALUE).text = str(self._string_index(text))

    def _string_index(self, text: str) -> int:
        """Return the index of a text in the shared string table."""
        self._string_count += 1
        return self._string_indices.setdefault(text, len(self._string_indices))

    def _string_table(self) -> bytes:
        items = "".join(
            f'<si><t xml:space="preserve">{escape(escape_lookalikes(text))}</t></si>' for text in self._string_indices
        )
        counts = f'count="{self._string_count}" uniqueCount="{len(self._string_indices)}"'
        table = f'<sst xmlns="{_MAIN}" {counts}>{items}</sst>'
        return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{table}'.encode()


def _with_office_part_names(content: bytes) -> bytes:
    """Return the content with Office's paths for notes: ExcelJS finds notes only by these, and by a relative path.

    The content is a part's path, or a part that refers to others.
    """
    for pattern, office_path in _NOTE_PARTS:
        content = pattern.sub(office_path, content)
    return content


def _set_value(cell: etree._Element, formula: etree._Element, value: object) -> None:
    """Write the value next to the formula, replacing the empty one that openpyxl may leave."""
    for empty_element in cell.findall(_VALUE):
        cell.remove(empty_element)
    if isinstance(value, str):
        cell.set("t", "str")
    value_element = etree.Element(_VALUE)
    value_element.text = str(value)
    formula.addnext(value_element)


def escape_lookalikes(text: str) -> str:
    """Return a text as a cell stores it, with the lookalikes of escaped characters escaped themselves."""
    return _ESCAPE_LOOKALIKE.sub("_x005F_", text)


def _with_ordered_fonts(content: bytes) -> bytes:
    """Return the stylesheet with the elements of fonts in Office's order; openpyxl writes the name first."""
    root = etree.fromstring(content)
    for font in root.iter(f"{{{_MAIN}}}font"):
        font[:] = sorted(font, key=lambda part: _FONT_ORDER.index(etree.QName(part).localname))
    return xml.serialise(root)


def _with_note_fonts(content: bytes) -> bytes:
    """Return notes whose text is a run with its font, as Office writes them: ExcelJS ignores text without a run."""
    root = etree.fromstring(content)
    for text in root.iter(f"{{{_MAIN}}}text"):
        run = etree.Element(f"{{{_MAIN}}}r")
        run_properties = etree.SubElement(run, f"{{{_MAIN}}}rPr")
        for name, value in (("sz", f"{NOTE_SIZE}"), ("rFont", NOTE_FONT)):
            etree.SubElement(run_properties, f"{{{_MAIN}}}{name}").set("val", value)
        run.extend(text)
        run[-1].set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        text.append(run)
    return xml.serialise(root)


def _with_placed_notes(content: bytes, note_positions: NotePositions) -> bytes:
    """Return the boxes of notes positioned beside their cells for when all are shown; openpyxl stacks them all."""
    root = etree.fromstring(content)
    for shape in root.iter("{urn:schemas-microsoft-com:vml}shape"):
        row, column = (
            int(shape.findtext(f".//{{urn:schemas-microsoft-com:office:excel}}{name}", "0"))
            for name in ("Row", "Column")
        )
        left, top = note_positions[address(row + 1, column + 1)]
        style = re.sub(
            r"margin-left:[^;]*;margin-top:[^;]*;", f"margin-left:{left}pt;margin-top:{top}pt;", shape.get("style", "")
        )
        shape.set("style", style)
    return etree.tostring(root)


def _with_shared_strings_relationship(content: bytes) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = f'<Relationship Type="{kind}" Target="/{_SHARED_STRINGS}" Id="rIdStrings"/></Relationships>'
    return content.replace(b"</Relationships>", link.encode())


def _with_shared_strings_type(content: bytes) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    return content.replace(
        b"</Types>", f'<Override PartName="/{_SHARED_STRINGS}" ContentType="{kind}"/></Types>'.encode()
    )


def sheet_part_path(workbook: Workbook, sheet_name: str) -> str:
    """Return the path of a sheet's part, as openpyxl numbers them."""
    return f"{_SHEET_FOLDER}sheet{workbook.sheetnames.index(sheet_name) + 1}.xml"
