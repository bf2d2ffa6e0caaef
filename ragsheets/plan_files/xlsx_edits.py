"""Edit a plan.xlsx in place: only changed cells and added rows are written, into the part of their sheet.

Everything else that a coordinator or a program put into the workbook stays unchanged: formatting, data validations,
comments, pictures, formulas, other sheets.
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
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, paths_by_location, uneditable_error
from ragsheets.plan_files.parse import PlanFile
from ragsheets.plan_files.xlsx_layout import FURTHER_PREFIX, PARENT_COLUMNS, task_values, tasks_sheet
from ragsheets.plan_files.xlsx_sheet import PlanRow
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office
from ragsheets.workbook.text_metrics import height_of

#: The defined names, in the workbook part, whose ranges include a row added at the end of a sheet.
_RANGE_NAMES = ("_xlnm.Print_Area", "_xlnm._FilterDatabase")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def edit(content: bytes, plan_file: PlanFile, edits: Sequence[Edit]) -> bytes:
    """Return the bytes of a plan.xlsx with these edits made; raises PlanError if they cannot be made.

    Args:
        content: the bytes of the file.
        plan_file: the plan read from it.
        edits: the edits.
    """
    row = next(iter(plan_file.task_rows.values()))
    sheet = row.address("task").rpartition("!")[0]
    try:
        archive = ZipArchive(content)
        workbook = _WorkbookParts(OfficePackage(archive), sheet)
    except ReturnError:
        raise uneditable_error("can be read, but not changed: parts of it are damaged.", "plan.xlsx") from None
    tasks_editor = _SheetEditor(workbook.parse_part(workbook.sheet_part), sheet)
    last_row_before = tasks_editor.last_row
    for edit in edits:
        if isinstance(edit, TextEdit):
            position = _find_cell(plan_file.task_rows[edit.location], edit.key)
            tasks_editor.write_text(position, edit.text)
            tasks_editor.ensure_height(position[0], _row_height(plan_file.template, {edit.key: edit.text}))
        else:
            _append_task(tasks_editor, plan_file, edit)
    changed_parts = {workbook.sheet_part: tasks_editor.root}
    if tasks_editor.last_row != last_row_before:
        changed_parts[workbook.workbook_part] = workbook.extend_ranges(last_row_before + 1, tasks_editor.last_row + 1)
    return _replace_parts(
        archive, {workbook.package.stored_name(part): xml.serialise(root) for part, root in changed_parts.items()}
    )


def _append_task(tasks_editor: _SheetEditor, plan_file: PlanFile, new_task: NewTask) -> None:
    """Append a row that names the task's sub-group, outcome and action, formatted as the action's last row."""
    last_task, path = [
        (location, path)
        for location, path in paths_by_location(plan_file.plan).items()
        if location[:-2] == new_task.location
    ][-1]
    model_row = plan_file.task_rows[last_task]
    values = {key: text for key, text in task_values(path).items() if key in PARENT_COLUMNS} | new_task.written_texts
    texts = {_find_cell(model_row, key)[1]: text for key, text in values.items() if text}
    tasks_editor.append_row(texts, _find_cell(model_row, "task")[0])
    tasks_editor.ensure_height(tasks_editor.last_row, _row_height(plan_file.template, values))


def _row_height(template: Template, values: Mapping[str, str]) -> float:
    """Return the height in points that a row needs for these values, in columns of their original width."""
    widths = {field.key.removeprefix(FURTHER_PREFIX): field.width for field in tasks_sheet(template).columns}
    return height_of([(text, widths[key]) for key, text in values.items()], template.look.size)


def _find_cell(row: PlanRow, key: str) -> CellPosition:
    """Return the position of a value in a row; raises PlanError if the sheet has no column for it."""
    address = row.addresses.get(key) or row.addresses.get(f"{FURTHER_PREFIX}{key}")
    if address is None:
        raise uneditable_error(f"has no column for “{key}”.", row.address("task").rpartition("!")[0])
    return parse_address(address.rpartition("!")[2])


class _WorkbookParts:
    """The part of a sheet and the workbook part."""

    def __init__(self, package: OfficePackage, sheet: str) -> None:
        self.package, self.workbook_part = package, package.main_part()
        relationships = package.relationships(self.workbook_part)
        sheets = [dict(tag) for tag in xml.scan_tags(package.read_xml(self.workbook_part), "sheet")]
        sheet_names = [tag.get("name", "") for tag in sheets]
        if sheet_names.count(sheet) != 1:
            raise uneditable_error("there are several sheets of this name, or none.", sheet)
        self.sheet_index = sheet_names.index(sheet)
        self.sheet_part = relationships[sheets[self.sheet_index].get("id", "")].part

    def parse_part(self, part: str) -> Any:
        """Parse a part with all its content preserved."""
        try:
            return xml.parse(self.package.read_xml(part), part, keep_all=True)
        except ReturnError:
            raise uneditable_error("is damaged.", part) from None

    def extend_ranges(self, old_last_row: int, new_last_row: int) -> Any:
        """Return the workbook part with the ranges of the sheet extended to its last row."""
        root = self.parse_part(self.workbook_part)
        for name in xml.descendants(root, "definedName"):
            if name.get("name") in _RANGE_NAMES and name.get("localSheetId") == str(self.sheet_index) and name.text:
                name.text = _extend_range(name.text, old_last_row, new_last_row)
        return root


class _SheetEditor:
    """Edits the cells of one sheet; rows and columns are counted from 0, as the readers count them."""

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
        #: The last row with content.
        self.last_row = max(
            (number for number, row in self.cell_elements.items() if any(map(len, row.values()))), default=-1
        )

    @cached_property
    def hidden_by_merge(self) -> frozenset[CellPosition]:
        """The cells hidden by a merged cell."""
        hidden: set[CellPosition] = set()
        for merge_element in xml.descendants(self.root, "mergeCell"):
            first_address, _, last_address = str(merge_element.get("ref", "")).partition(":")
            (top, left), (bottom, right) = parse_address(first_address), parse_address(last_address or first_address)
            hidden |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
            hidden.discard((top, left))
        return frozenset(hidden)

    def write_text(self, position: CellPosition, text: str, style: str = "") -> None:
        """Write a text into a cell and keep its formatting; a formula is never overwritten."""
        from ragsheets.workbook.archive import escape_lookalikes

        where = f"{self.name}!{cell_address(position)}"
        if position in self.hidden_by_merge:
            raise uneditable_error("is part of a merged cell, so nothing can be written into it.", where)
        row, column = position
        cell = self.cell_elements.get(row, {}).get(column)
        if cell is None:
            cell = self._new_cell(position)
        if xml.child(cell, "f") is not None:
            raise uneditable_error("holds a formula.", where)
        for part in list(cell):
            cell.remove(part)
        for attribute in ("t", "cm", "vm"):
            cell.attrib.pop(attribute, None)
        if style:
            cell.set("s", style)
        if text := clean_for_office(text):
            cell.set("t", "inlineStr")
            inline_string = etree.SubElement(cell, self._qualified_name("is"))
            text_element = etree.SubElement(inline_string, self._qualified_name("t"))
            text_element.text = escape_lookalikes(text)
            text_element.set(_XML_SPACE, "preserve")

    def append_row(self, texts: Mapping[int, str], model_row: int) -> None:
        """Append a row with these texts by column, formatted as the row `model_row`."""
        last_row_before, self.last_row = self.last_row, self.last_row + 1
        styles = {column: cell.get("s", "") for column, cell in self.cell_elements[model_row].items()}
        for column in sorted(styles.keys() | texts.keys()):
            self.write_text((self.last_row, column), texts.get(column, ""), styles.get(column, ""))
        for name in ("dimension", "autoFilter"):
            for element in self.root.iterchildren(f"{{*}}{name}"):
                element.set("ref", _extend_range(element.get("ref", ""), last_row_before + 1, self.last_row + 1))

    def ensure_height(self, row_index: int, height: float) -> None:
        """Make a row at least this high, in points, unless its height was set by hand."""
        row = self.row_elements[row_index]
        if row.get("customHeight", "0") in ("0", "false") and height > float(row.get("ht", 0)):
            row.set("ht", f"{height:g}")

    def _new_cell(self, position: CellPosition) -> Any:
        """Create a cell, in its position among the cells of its row."""
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
    """Insert an element before the first sibling with a higher index."""
    later_indexes = [sibling_index for sibling_index in siblings if sibling_index > index]
    if later_indexes:
        siblings[min(later_indexes)].addprevious(element)
    else:
        parent.append(element)


def _indexed_elements(parent: Any, name: str, parse_index: Callable[[str], int]) -> Iterator[tuple[int, Any]]:
    """Yield the elements of a name with their indexes; one without a reference follows the previous one."""
    index = -1
    for element in parent.iterchildren(f"{{*}}{name}"):
        reference = element.get("r")
        index = parse_index(reference) if reference else index + 1
        yield index, element


def _extend_range(range_: str, old_last_row: int, new_last_row: int) -> str:
    """Return a range that ended at row `old_last_row`, extended to row `new_last_row`."""
    return re.sub(rf"(?<=[A-Z$]){old_last_row}$", str(new_last_row), range_)


def _replace_parts(archive: ZipArchive, changed_parts: Mapping[str, bytes]) -> bytes:
    """Return the archive with the bytes of some parts replaced; order and times stay unchanged."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as copy:
        for part in archive.infolist():
            try:
                content = changed_parts.get(part.filename) or archive.read(part)
            except ReturnError:
                what = "is damaged there, although the plan can be read."
                raise uneditable_error(what, part.filename) from None
            copy.writestr(part, content, part.compress_type)
    return buffer.getvalue()
