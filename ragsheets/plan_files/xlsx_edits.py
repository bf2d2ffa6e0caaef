"""Changes to a plan.xlsx: only the cells that change and the rows that are added are written.

They are written into the part of their sheet; everything else that a coordinator, or a program, put into the workbook
stays as it is: looks, lists to pick from, comments, pictures, formulas, other sheets.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from lxml import etree

from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.a1 import CellPosition, cell_address, parse_address
from ragsheets.formats.opc import OfficePackage
from ragsheets.formats.zip_archive import ZipArchive
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, part_at, uneditable_error
from ragsheets.plan_files.parse import PlanFile
from ragsheets.plan_files.xlsx_layout import FURTHER_PREFIX, tasks_sheet
from ragsheets.plan_files.xlsx_sheet import PlanRow
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office
from ragsheets.workbook.text_metrics import height_of

#: The ranges, kept in the workbook's own part, that a row at the end of a sheet belongs to.
_RANGE_NAMES = ("_xlnm.Print_Area", "_xlnm._FilterDatabase")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def edit_xlsx(content: bytes, plan_file: PlanFile, edits: Sequence[Edit]) -> bytes:
    """The bytes of a plan.xlsx with these changes; raises PlanError where they cannot be made.

    Args:
        content: the file.
        found: what was read from it.
        edits: the changes.
    """
    row = next(iter(plan_file.task_rows.values()))
    sheet = row.address("task").rpartition("!")[0]
    try:
        archive = ZipArchive(content)
        workbook = _WorkbookParts(OfficePackage(archive), sheet)
    except ReturnError as error:
        raise uneditable_error(f"cannot be opened ({error.code}).", "plan.xlsx") from None
    tasks = _SheetEditor(workbook.parse_part(workbook.sheet_part), sheet)
    before = tasks.last_row
    for each in edits:
        if isinstance(each, TextEdit):
            place = _find_cell(plan_file.task_rows[each.location], each.key)
            tasks.write_text(place, each.text)
            tasks.ensure_height(place[0], _row_height(plan_file.template, {each.key: each.text}))
        else:
            _append_task(tasks, plan_file, each)
    changed = {workbook.sheet_part: tasks.root}
    if tasks.last_row != before:
        changed[workbook.workbook_part] = workbook.extend_ranges(before + 1, tasks.last_row + 1)
    return _replace_parts(archive, {part: _serialise(root) for part, root in changed.items()})


def _append_task(tasks_editor: _SheetEditor, plan_file: PlanFile, new_task: NewTask) -> None:
    """A row below the last one, which names all that its task is part of, in the looks of the action's last row."""
    tables = plan_file.plan.model_dump()
    group, outcome, action = (part_at(tables, new_task.location[:length]) for length in (2, 4, 6))
    model = plan_file.task_rows[(*new_task.location, "tasks", len(action["tasks"]) - 1)]
    values = {"group": group["name"], "outcome_ref": outcome["ref"], "outcome": outcome["title"]}
    values |= {"action_ref": action["ref"], "action": action["title"]} | new_task.written_texts
    texts = {_find_cell(model, key)[1]: text for key, text in values.items() if text}
    tasks_editor.append_row(texts, _find_cell(model, "task")[0])
    tasks_editor.ensure_height(tasks_editor.last_row, _row_height(plan_file.template, values))


def _row_height(template: Template, values: Mapping[str, str]) -> float:
    """The height in points that a row needs for these values, where columns are as wide as they were made."""
    widths = {field.key.removeprefix(FURTHER_PREFIX): field.width for field in tasks_sheet(template).columns}
    return height_of([(text, widths[key]) for key, text in values.items()], template.look.size)


def _find_cell(row: PlanRow, key: str) -> CellPosition:
    """Where a value stands in a row; raises PlanError where the sheet has no column for it."""
    cell = row.addresses.get(key) or row.addresses.get(f"{FURTHER_PREFIX}{key}")
    if cell is None:
        raise uneditable_error(f"has no column for “{key}”.", row.address("task").rpartition("!")[0])
    return parse_address(cell.rpartition("!")[2])


class _WorkbookParts:
    """Where a sheet's part is, and the workbook's own."""

    def __init__(self, package: OfficePackage, sheet: str) -> None:
        self.package, self.workbook_part = package, package.main_part()
        links = package.relationships(self.workbook_part)
        sheets = [dict(tag) for tag in xml.scan_tags(package.read_xml(self.workbook_part), "sheet")]
        names = [tag.get("name", "") for tag in sheets]
        if names.count(sheet) != 1:
            raise uneditable_error("is a sheet that cannot be told from others.", sheet)
        self.sheet_index = names.index(sheet)
        self.sheet_part = links[sheets[self.sheet_index].get("id", "")].part

    def parse_part(self, part: str) -> Any:
        """A part, parsed with all that is in it."""
        try:
            return etree.fromstring(self.package.read_xml(part), etree.XMLParser(strip_cdata=False, **xml.SAFE_OPTIONS))
        except (etree.XMLSyntaxError, ValueError):
            raise uneditable_error("is no sound XML.", part) from None

    def extend_ranges(self, old_last_row: int, new_last_row: int) -> Any:
        """The workbook's own part, in which the ranges of the sheet end with its last row."""
        root = self.parse_part(self.workbook_part)
        for name in xml.descendants(root, "definedName"):
            if name.get("name") in _RANGE_NAMES and name.get("localSheetId") == str(self.sheet_index) and name.text:
                name.text = _extend_range(name.text, old_last_row, new_last_row)
        return root


class _SheetEditor:
    """One sheet while its cells are changed; rows and columns are counted from nought, as readers count them."""

    def __init__(self, root: Any, name: str) -> None:
        self.root, self.name = root, name
        self.namespace = etree.QName(root).namespace
        self.sheet_data: Any = xml.child(root, "sheetData")
        if self.sheet_data is None:
            raise uneditable_error("holds no rows.", name)
        self.row_elements: dict[int, Any] = {}
        self.cell_elements: dict[int, dict[int, Any]] = {}
        for number, row in _indexed_elements(self.sheet_data, "row", lambda text: int(text) - 1):
            self.row_elements[number] = row
            self.cell_elements[number] = dict(_indexed_elements(row, "c", lambda text: parse_address(text)[1]))
        #: The last row that holds anything.
        self.last_row = max(
            (number for number, row in self.cell_elements.items() if any(map(len, row.values()))), default=-1
        )

    @cached_property
    def hidden_by_merge(self) -> frozenset[CellPosition]:
        """The cells that lie hidden below a merged one."""
        hidden: set[CellPosition] = set()
        for merged in xml.descendants(self.root, "mergeCell"):
            first, _, last = str(merged.get("ref", "")).partition(":")
            (top, left), (bottom, right) = parse_address(first), parse_address(last or first)
            hidden |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
            hidden.discard((top, left))
        return frozenset(hidden)

    def write_text(self, position: CellPosition, text: str, style: str = "") -> None:
        """Put a text into a cell, which keeps its looks; a formula is never written over."""
        where = f"{self.name}!{cell_address(position)}"
        if position in self.hidden_by_merge:
            raise uneditable_error("lies below merged cells.", where)
        row, column = position
        cell = self.cell_elements.get(row, {}).get(column)
        if cell is None:
            cell = self._new_cell(position)
        if xml.child(cell, "f") is not None:
            raise uneditable_error("holds a formula.", where)
        for part in list(cell):
            cell.remove(part)
        for fact in ("t", "cm", "vm"):
            cell.attrib.pop(fact, None)
        if style:
            cell.set("s", style)
        if text := clean_for_office(text):
            cell.set("t", "inlineStr")
            words = etree.SubElement(etree.SubElement(cell, self._qualified_name("is")), self._qualified_name("t"))
            words.text = _escape_text(text)
            words.set(_XML_SPACE, "preserve")

    def append_row(self, texts: Mapping[int, str], model_row: int) -> None:
        """Put texts, by their columns, into the row below the last one, which takes the looks of the row `model`."""
        before, self.last_row = self.last_row, self.last_row + 1
        styles = {column: cell.get("s", "") for column, cell in self.cell_elements[model_row].items()}
        for column in sorted(styles.keys() | texts.keys()):
            self.write_text((self.last_row, column), texts.get(column, ""), styles.get(column, ""))
        for name in ("dimension", "autoFilter"):
            for found in self.root.iterchildren(f"{{*}}{name}"):
                found.set("ref", _extend_range(found.get("ref", ""), before + 1, self.last_row + 1))

    def ensure_height(self, row_index: int, height: float) -> None:
        """Make a row at least so high, in points, unless somebody has set its height by hand."""
        row = self.row_elements[row_index]
        if row.get("customHeight", "0") in ("0", "false") and height > float(row.get("ht", 0)):
            row.set("ht", f"{height:g}")

    def _new_cell(self, position: CellPosition) -> Any:
        """A new cell in its place among the others of its row."""
        number, column = position
        row = self.row_elements.get(number)
        if row is None:
            row = self.row_elements[number] = etree.Element(self._qualified_name("row"), r=str(number + 1))
            _insert_in_order(self.sheet_data, row, number, self.row_elements)
        row.attrib.pop("spans", None)
        cell = etree.Element(self._qualified_name("c"), r=cell_address(position))
        _insert_in_order(row, cell, column, self.cell_elements.setdefault(number, {}))
        self.cell_elements[number][column] = cell
        return cell

    def _qualified_name(self, name: str) -> str:
        return f"{{{self.namespace}}}{name}"


def _insert_in_order(parent: Any, element: Any, index: int, siblings: Mapping[int, Any]) -> None:
    """Put an element before the first of the others that has a higher number."""
    later = [other for other in siblings if other > index]
    if later:
        siblings[min(later)].addprevious(element)
    else:
        parent.append(element)


def _indexed_elements(parent: Any, name: str, parse_index: Callable[[str], int]) -> Iterator[tuple[int, Any]]:
    """The elements of a name with their numbers; one that does not say its own follows the one before."""
    number = -1
    for element in parent.iterchildren(f"{{*}}{name}"):
        said = element.get("r")
        number = parse_index(said) if said else number + 1
        yield number, element


def _extend_range(range_: str, old_last_row: int, new_last_row: int) -> str:
    """A range that ended with the row `before`, up to the row `last`."""
    return re.sub(rf"(?<=[A-Z$]){old_last_row}$", str(new_last_row), range_)


def _escape_text(text: str) -> str:
    """A text as a cell holds it: what looks like an escaped character is none."""
    from ragsheets.workbook.archive import ESCAPE_LOOKALIKE

    return ESCAPE_LOOKALIKE.sub("_x005F_", text)


def _serialise(root: Any) -> bytes:
    return bytes(etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True))


def _replace_parts(archive: ZipArchive, changed_parts: Mapping[str, bytes]) -> bytes:
    """The archive with other bytes for some parts, all else in its order and with its times."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        for part in archive.infolist():
            content = changed_parts.get(part.filename.lstrip("/"))
            copy.writestr(part, archive.read(part) if content is None else content, part.compress_type)
    return made.getvalue()
