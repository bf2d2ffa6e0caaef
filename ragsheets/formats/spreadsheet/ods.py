"""What an .ods workbook holds beyond values, told from the XML in its package."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice

from ragsheets.formats import xml
from ragsheets.formats.a1 import Place, cell_name
from ragsheets.formats.opc import Package
from ragsheets.formats.spreadsheet import ods_styles
from ragsheets.formats.spreadsheet.details import GENERAL, Extras, Remark, Struck, moment_of, struck_of
from ragsheets.formats.spreadsheet.ods_cells import OdsCell, Runs, cells_of, paragraphs, pieces_of
from ragsheets.formats.spreadsheet.ods_styles import OdsStyles
from ragsheets.formats.zip_archive import Unpacked

_SAVED = re.compile(rb"<(?:[\w.-]+:)?date\s*>([^<]+)<")
#: What programs show for errors; LibreOffice says so beside it, others only show it.
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:[0-9]{3}")
_CHART = "application/vnd.oasis.opendocument.chart"
#: One formula can be repeated over a whole sheet; beyond so many cells it is no more told where they are.
_MOST_VALUELESS = 1_000_000
_EMPTY: Runs[OdsCell] = Runs([])


class OdsExtras(Extras):
    """What an .ods workbook holds beyond values; `archive` is open, and has passed the guard."""

    def __init__(self, archive: Unpacked) -> None:
        self._package = Package(archive)
        self._cells_by_sheet: dict[str, Runs[OdsCell]] = {}

    @cached_property
    def saved(self) -> datetime.datetime | None:
        """When the workbook was last saved; LibreOffice says it in local time without saying so."""
        match = _SAVED.search(self._package.xml_bytes("meta.xml"))
        return moment_of(match[1].decode("ascii", "replace")) if match else None

    @cached_property
    def date1904(self) -> bool:
        """Whether days are counted from 1904."""
        start = next(xml.tags(self._content, "null-date"), {})
        return start.get("date-value", "").startswith("1904")

    def remarks(self) -> list[Remark]:
        """Notes, text boxes, pictures, embedded objects and macros."""
        found = [Remark("macros")] if self._has_macros else []
        for name, table in self._tables.items():
            found += [remark._replace(sheet=name) for remark in self._beside(name, table)]
        return found

    def formulas(self, sheet: str) -> Mapping[Place, str]:
        """The cells with formulas, and their text in the language of the file (OpenFormula)."""
        return self._cells(sheet).map(lambda cell: cell.formula)

    def valueless(self, sheet: str) -> frozenset[Place]:
        """The cells with formulas without values."""
        return frozenset(islice(self._cells(sheet).map(_without_value), _MOST_VALUELESS))

    def errors(self, sheet: str) -> Mapping[Place, str]:
        """The cells with errors."""
        return self._cells(sheet).map(_error_of)

    def format_of(self, sheet: str, place: Place) -> str:
        """The number format code that comes nearest to the cell's style."""
        cell = self._cells(sheet).get(place)
        return self._styles.format_of(cell.style, cell.value_type) if cell else GENERAL

    def displayed(self, sheet: str, place: Place) -> str | None:
        """The text that a cell shows; "" of a cell that holds nothing."""
        cell = self._cells(sheet).get(place)
        return cell.text if cell else ""

    def struck(self, sheet: str) -> Mapping[Place, Struck]:
        """The cells with words struck through: by the cell's style, or by that of some of its words."""
        if not (ods_styles.strikes(self._content) or ods_styles.strikes(self._package.xml_bytes("styles.xml"))):
            return {}
        return self._cells(sheet).map(lambda cell: struck_of(cell.pieces(self._styles)))

    # ------------------------------------------------------------------------------------------------ the parts

    @cached_property
    def _content(self) -> bytes:
        return self._package.xml_bytes("content.xml")

    @cached_property
    def _root(self) -> xml.Element:
        return xml.tree(self._content, "content.xml")

    @cached_property
    def _tables(self) -> dict[str, xml.Element]:
        found: dict[str, xml.Element] = {}
        for book in xml.inside(self._root, "spreadsheet"):
            for table in book:
                if xml.local(table) == "table":
                    found.setdefault(xml.get(table, "name"), table)
        return found

    @cached_property
    def _styles(self) -> OdsStyles:
        common = self._package.xml_bytes("styles.xml")
        roots = [xml.tree(common, "styles.xml")] if common else []
        return OdsStyles(*roots, self._root)

    def _cells(self, sheet: str) -> Runs[OdsCell]:
        if sheet not in self._cells_by_sheet:
            table = self._tables.get(sheet)
            self._cells_by_sheet[sheet] = _EMPTY if table is None else cells_of(table)
        return self._cells_by_sheet[sheet]

    @property
    def _has_macros(self) -> bool:
        return any(
            name.startswith("scripts/") or (name.startswith("basic/") and not re.search(r"script-l[bc]\.xml$", name))
            for name in self._package.names
            if not name.endswith("/")
        )

    # ---------------------------------------------------------------------------------------- beside the cells

    def _beside(self, name: str, table: xml.Element) -> Iterator[Remark]:
        """What stands beside the cells of a sheet: its notes, then what is drawn at a cell, then on the whole sheet."""
        drawn = []
        for band in self._cells(name).bands:
            for run in band.runs:
                cell = cell_name((band.row, run.column))
                for part in run.value.element:
                    if xml.local(part) == "annotation":
                        yield _note(part, cell)
                    else:
                        drawn += [remark._replace(cell=cell) for remark in self._drawn(part)]
        yield from drawn
        for group in table:
            if xml.local(group) == "shapes":
                yield from (remark for shape in group for remark in self._drawn(shape))

    def _drawn(self, shape: xml.Element) -> Iterator[Remark]:
        """What a shape says; what is no shape says nothing."""
        match xml.local(shape):
            case "g" | "a":
                yield from (remark for part in shape for remark in self._drawn(part))
            case "frame":
                yield from self._framed(shape)
            case "p" | "list" | "h" | "annotation" | "control" | "table" | "detective" | "cell-range-source":
                return
            case _:
                if text := _lines(shape):
                    yield Remark("text-box", text=text)

    def _framed(self, frame: xml.Element) -> Iterator[Remark]:
        """What a frame shows; a picture beside an object only shows the same for programs that cannot."""
        parts = {xml.local(part): part for part in reversed(frame)}
        if "object" in parts or "object-ole" in parts:
            link = xml.get(parts.get("object", parts.get("object-ole", frame)), "href").removeprefix("./")
            kind = self._kinds.get(link.rstrip("/"), "")
            if not kind.startswith(_CHART):
                yield Remark("embedded-object", text=kind or link)
        elif "text-box" in parts:
            if text := _lines(parts["text-box"]):
                yield Remark("text-box", text=text)
        elif "image" in parts:
            told = (parts[kind].text or "" for kind in ("desc", "title") if kind in parts)
            yield Remark("picture", text=next(filter(None, told), xml.get(frame, "name")).strip())

    @cached_property
    def _kinds(self) -> dict[str, str]:
        """What kind of document each embedded one is, as the manifest says."""
        entries = xml.tags(self._package.xml_bytes("META-INF/manifest.xml"), "file-entry")
        return {entry.get("full-path", "").rstrip("/"): entry.get("media-type", "") for entry in entries}


def _note(note: xml.Element, cell: str) -> Remark:
    author = xml.child(note, "creator")
    return Remark("comment", "", cell, _lines(note), "" if author is None else (author.text or "").strip())


def _lines(element: xml.Element) -> str:
    lines = ("".join(text for text, _ in pieces_of(part, False, None)) for part in paragraphs(element))
    return "\n".join(lines).strip()


def _without_value(cell: OdsCell) -> bool | None:
    # LibreOffice gives an empty text no type, only an empty paragraph.
    is_shown = next(paragraphs(cell.element), None) is not None
    return True if cell.formula is not None and not cell.value_type and not is_shown else None


def _error_of(cell: OdsCell) -> str | None:
    if not cell.is_error and cell.formula is None:
        return None
    text = cell.text
    return text if cell.is_error or _ERROR.fullmatch(text) else None
