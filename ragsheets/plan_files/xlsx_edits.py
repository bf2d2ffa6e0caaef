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
from ragsheets.formats.a1 import Place, cell_name, place_of
from ragsheets.formats.opc import Package
from ragsheets.formats.zip_archive import Unpacked
from ragsheets.plan_files.edits import Edit, NewTask, TextEdit, part_at, uneditable
from ragsheets.plan_files.parse import PlanFile
from ragsheets.plan_files.xlsx_layout import FURTHER, tasks_sheet
from ragsheets.plan_files.xlsx_sheet import Row
from ragsheets.template.model import Template
from ragsheets.text import clean
from ragsheets.workbook.text_metrics import height_of

#: The ranges, kept in the workbook's own part, that a row at the end of a sheet belongs to.
_RANGES = ("_xlnm.Print_Area", "_xlnm._FilterDatabase")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def edit_xlsx(content: bytes, found: PlanFile, edits: Sequence[Edit]) -> bytes:
    """The bytes of a plan.xlsx with these changes; raises PlanError where they cannot be made.

    Args:
        content: the file.
        found: what was read from it.
        edits: the changes.
    """
    row = next(iter(found.rows.values()))
    sheet = row.place("task").rpartition("!")[0]
    try:
        archive = Unpacked(content)
        workbook = _Workbook(Package(archive), sheet)
    except ReturnError as error:
        raise uneditable(f"cannot be opened ({error.code}).", "plan.xlsx") from None
    tasks = _Sheet(workbook.tree(workbook.part), sheet)
    before = tasks.last
    for each in edits:
        if isinstance(each, TextEdit):
            place = _cell(found.rows[each.at], each.key)
            tasks.put(place, each.text)
            tasks.make_room(place[0], _height(found.template, {each.key: each.text}))
        else:
            _add(tasks, found, each)
    changed = {workbook.part: tasks.root}
    if tasks.last != before:
        changed[workbook.main] = workbook.stretched(before + 1, tasks.last + 1)
    return _with_parts(archive, {part: _written(root) for part, root in changed.items()})


def _add(tasks: _Sheet, found: PlanFile, new: NewTask) -> None:
    """A row below the last one, which names all that its task is part of, in the looks of the action's last row."""
    tables = found.plan.model_dump()
    group, outcome, action = (part_at(tables, new.at[:length]) for length in (2, 4, 6))
    model = found.rows[(*new.at, "tasks", len(action["tasks"]) - 1)]
    values = {"group": group["name"], "outcome_ref": outcome["ref"], "outcome": outcome["title"]}
    values |= {"action_ref": action["ref"], "action": action["title"]} | new.written
    texts = {_cell(model, key)[1]: text for key, text in values.items() if text}
    tasks.append(texts, _cell(model, "task")[0])
    tasks.make_room(tasks.last, _height(found.template, values))


def _height(template: Template, values: Mapping[str, str]) -> float:
    """The height in points that a row needs for these values, where columns are as wide as they were made."""
    widths = {field.key.removeprefix(FURTHER): field.width for field in tasks_sheet(template).fields}
    return height_of([(text, widths[key]) for key, text in values.items()], template.look.size)


def _cell(row: Row, key: str) -> Place:
    """Where a value stands in a row; raises PlanError where the sheet has no column for it."""
    cell = row.places.get(key) or row.places.get(f"{FURTHER}{key}")
    if cell is None:
        raise uneditable(f"has no column for “{key}”.", row.place("task").rpartition("!")[0])
    return place_of(cell.rpartition("!")[2])


class _Workbook:
    """Where a sheet's part is, and the workbook's own."""

    def __init__(self, package: Package, sheet: str) -> None:
        self.package, self.main = package, package.main()
        links = package.relationships(self.main)
        sheets = [dict(tag) for tag in xml.tags(package.xml_bytes(self.main), "sheet")]
        names = [tag.get("name", "") for tag in sheets]
        if names.count(sheet) != 1:
            raise uneditable("is a sheet that cannot be told from others.", sheet)
        self.number = names.index(sheet)
        self.part = links[sheets[self.number].get("id", "")].part

    def tree(self, part: str) -> Any:
        """A part, parsed with all that is in it."""
        try:
            return etree.fromstring(self.package.xml_bytes(part), etree.XMLParser(strip_cdata=False, **xml.SAFELY))
        except (etree.XMLSyntaxError, ValueError):
            raise uneditable("is no sound XML.", part) from None

    def stretched(self, before: int, last: int) -> Any:
        """The workbook's own part, in which the ranges of the sheet end with its last row."""
        root = self.tree(self.main)
        for name in xml.inside(root, "definedName"):
            if name.get("name") in _RANGES and name.get("localSheetId") == str(self.number) and name.text:
                name.text = _stretched(name.text, before, last)
        return root


class _Sheet:
    """One sheet while its cells are changed; rows and columns are counted from nought, as readers count them."""

    def __init__(self, root: Any, name: str) -> None:
        self.root, self.name = root, name
        self.main = etree.QName(root).namespace
        self.data: Any = xml.child(root, "sheetData")
        if self.data is None:
            raise uneditable("holds no rows.", name)
        self.rows: dict[int, Any] = {}
        self.cells: dict[int, dict[int, Any]] = {}
        for number, row in _numbered(self.data, "row", lambda text: int(text) - 1):
            self.rows[number] = row
            self.cells[number] = dict(_numbered(row, "c", lambda text: place_of(text)[1]))
        #: The last row that holds anything.
        self.last = max((number for number, row in self.cells.items() if any(map(len, row.values()))), default=-1)

    @cached_property
    def covered(self) -> frozenset[Place]:
        """The cells that lie hidden below a merged one."""
        hidden: set[Place] = set()
        for merged in xml.inside(self.root, "mergeCell"):
            first, _, last = str(merged.get("ref", "")).partition(":")
            (top, left), (bottom, right) = place_of(first), place_of(last or first)
            hidden |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
            hidden.discard((top, left))
        return frozenset(hidden)

    def put(self, place: Place, text: str, style: str = "") -> None:
        """Put a text into a cell, which keeps its looks; a formula is never written over."""
        where = f"{self.name}!{cell_name(place)}"
        if place in self.covered:
            raise uneditable("lies below merged cells.", where)
        row, column = place
        cell = self.cells.get(row, {}).get(column)
        if cell is None:
            cell = self._new_cell(place)
        if xml.child(cell, "f") is not None:
            raise uneditable("holds a formula.", where)
        for part in list(cell):
            cell.remove(part)
        for fact in ("t", "cm", "vm"):
            cell.attrib.pop(fact, None)
        if style:
            cell.set("s", style)
        if text := clean(text):
            cell.set("t", "inlineStr")
            words = etree.SubElement(etree.SubElement(cell, self._named("is")), self._named("t"))
            words.text = _for_cells(text)
            words.set(_SPACE, "preserve")

    def append(self, texts: Mapping[int, str], model: int) -> None:
        """Put texts, by their columns, into the row below the last one, which takes the looks of the row `model`."""
        before, self.last = self.last, self.last + 1
        styles = {column: cell.get("s", "") for column, cell in self.cells[model].items()}
        for column in sorted(styles.keys() | texts.keys()):
            self.put((self.last, column), texts.get(column, ""), styles.get(column, ""))
        for name in ("dimension", "autoFilter"):
            for found in self.root.iterchildren(f"{{*}}{name}"):
                found.set("ref", _stretched(found.get("ref", ""), before + 1, self.last + 1))

    def make_room(self, number: int, height: float) -> None:
        """Make a row at least so high, in points, unless somebody has set its height by hand."""
        row = self.rows[number]
        if row.get("customHeight", "0") in ("0", "false") and height > float(row.get("ht", 0)):
            row.set("ht", f"{height:g}")

    def _new_cell(self, place: Place) -> Any:
        """A new cell in its place among the others of its row."""
        number, column = place
        row = self.rows.get(number)
        if row is None:
            row = self.rows[number] = etree.Element(self._named("row"), r=str(number + 1))
            _insert(self.data, row, number, self.rows)
        row.attrib.pop("spans", None)
        cell = etree.Element(self._named("c"), r=cell_name(place))
        _insert(row, cell, column, self.cells.setdefault(number, {}))
        self.cells[number][column] = cell
        return cell

    def _named(self, name: str) -> str:
        return f"{{{self.main}}}{name}"


def _insert(parent: Any, element: Any, number: int, others: Mapping[int, Any]) -> None:
    """Put an element before the first of the others that has a higher number."""
    later = [other for other in others if other > number]
    if later:
        others[min(later)].addprevious(element)
    else:
        parent.append(element)


def _numbered(parent: Any, name: str, number_of: Callable[[str], int]) -> Iterator[tuple[int, Any]]:
    """The elements of a name with their numbers; one that does not say its own follows the one before."""
    number = -1
    for element in parent.iterchildren(f"{{*}}{name}"):
        said = element.get("r")
        number = number_of(said) if said else number + 1
        yield number, element


def _stretched(range_: str, before: int, last: int) -> str:
    """A range that ended with the row `before`, up to the row `last`."""
    return re.sub(rf"(?<=[A-Z$]){before}$", str(last), range_)


def _for_cells(text: str) -> str:
    """A text as a cell holds it: what looks like an escaped character is none."""
    from ragsheets.workbook.archive import LIKE_AN_ESCAPE

    return LIKE_AN_ESCAPE.sub("_x005F_", text)


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True))


def _with_parts(archive: Unpacked, changed: Mapping[str, bytes]) -> bytes:
    """The archive with other bytes for some parts, all else in its order and with its times."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        for part in archive.infolist():
            content = changed.get(part.filename.lstrip("/"))
            copy.writestr(part, archive.read(part) if content is None else content, part.compress_type)
    return made.getvalue()
