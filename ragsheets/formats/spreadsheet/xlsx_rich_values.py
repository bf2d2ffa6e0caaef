"""Read the rich values of an Open XML workbook: linked data types, pictures in cells, newer errors ([MS-XLSX] 2.3.6).

The sheet itself stores "#VALUE!" for all of them; what the cell shows is in parts of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ragsheets.formats import xml
from ragsheets.formats.opc import OfficePackage, Relationship

#: The errors that the sheet cannot store, by their number ([MS-XLSX] 2.6, errorType).
_ERRORS = {
    8: "#SPILL!",
    9: "#CONNECT!",
    10: "#BLOCKED!",
    11: "#UNKNOWN!",
    12: "#FIELD!",
    13: "#CALC!",
    14: "#BUSY!",
    18: "#EXTERNAL!",
    19: "#TIMEOUT!",
}
_PICTURE_KINDS = ("_localimage", "_webimage", "_imageurl")
#: The properties of a rich value that hold what its cell shows, the best first.
_TEXT_PROPERTIES = ("_DisplayString", "Text", "name", "Name")


class RichValue(NamedTuple):
    """A rich value: its kind ("error", "picture" or "data"), and the error, the picture's description, or the text."""

    kind: str
    text: str


def read_rich_values(package: OfficePackage, links: Iterable[Relationship]) -> list[RichValue | None]:
    """Return the rich values by the number that cells refer to them by, less one; None for one that is unknown.

    Args:
        package: the workbook.
        links: the relationships of its main part.

    Raises ReturnError where a part is not well-formed XML.
    """
    parts = {link.kind: link.part for link in links}
    metadata = _find_part(package, parts.get("sheetMetadata", ""), "metadata.xml")
    values = _find_part(package, parts.get("rdRichValue", ""), "rdrichvalue.xml")
    structures = _find_part(package, parts.get("rdRichValueStructure", ""), "rdrichvaluestructure.xml")
    if not (metadata and values):
        return []
    property_names = [
        (xml.attribute(structure, "t"), [xml.attribute(key, "n") for key in structure])
        for structure in (xml.descendants(package.parse_xml(structures), "s") if structures else ())
    ]
    rich_values = [_read_value(value, property_names) for value in xml.descendants(package.parse_xml(values), "rv")]
    return [
        rich_values[number] if 0 <= number < len(rich_values) else None
        for number in _value_numbers(package.parse_xml(metadata))
    ]


def _find_part(package: OfficePackage, linked_part: str, usual_ending: str) -> str:
    if linked_part in package:
        return linked_part
    return next((name for name in package.names if name.endswith(f"/{usual_ending}")), "")


def _value_numbers(metadata: xml.Element) -> list[int]:
    """Return the number of the rich value of each entry of the cells' metadata; -1 for metadata of another kind."""
    types = [xml.attribute(kind, "name") for kind in xml.descendants(metadata, "metadataType")]
    blocks = {
        xml.attribute(future, "name"): [
            next((xml.parse_int(xml.attribute(mark, "i")) for mark in xml.descendants(block, "rvb")), -1)
            for block in future
            if xml.local_name(block) == "bk"
        ]
        for future in xml.descendants(metadata, "futureMetadata")
    }
    numbers = []
    entries = xml.child(metadata, "valueMetadata")
    for entry in entries if entries is not None else ():
        number = -1
        for record in xml.descendants(entry, "rc"):
            kind, index = (xml.parse_int(xml.attribute(record, name)) for name in ("t", "v"))
            block_numbers = blocks.get(types[kind - 1], []) if 0 < kind <= len(types) else []
            number = block_numbers[index] if 0 <= index < len(block_numbers) else number
        numbers.append(number)
    return numbers


def _read_value(value: xml.Element, property_names: Sequence[tuple[str, Sequence[str]]]) -> RichValue:
    number = xml.parse_int(xml.attribute(value, "s"))
    kind, names = property_names[number] if 0 <= number < len(property_names) else ("", ())
    texts = [part.text or "" for part in value if xml.local_name(part) == "v"]
    properties = dict(zip(names, texts, strict=False))
    fallback = xml.child(value, "fb")
    text = next(
        filter(None, (properties.get(name, "").strip() for name in _TEXT_PROPERTIES)),
        "" if fallback is None else (fallback.text or "").strip(),
    )
    if kind == "_error":
        return RichValue("error", _ERRORS.get(xml.parse_int(properties.get("errorType", "")), text))
    return RichValue("picture" if kind.lower() in _PICTURE_KINDS else "data", text)
