"""Turn parts of a Word document in the strict form of the format into the usual one (ECMA-376 part 1 and part 4).

The strict form names the same elements in other namespaces, writes measures with their units, and uses start and end
for left and right.
"""

from __future__ import annotations

import re
from typing import Any

_STRICT_NAMESPACE = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_MARK = b"http://purl.oclc.org/ooxml/"
_MEASURE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(mm|cm|in|pt|pc|pi)")
_POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "pi": 12.0}
#: How many units of the usual form are a point: twentieths, but halves in the size of a font and the like (17.18.42),
#: and eighths in that of a border (17.18.23), which has its distance in whole points.
_UNITS_PER_POINT = 20
_UNITS_OF_ELEMENTS = {"sz": 2, "szCs": 2, "kern": 2, "position": 2, "hps": 2}
_UNITS_OF_ATTRIBUTES = {"sz": 8, "space": 1}
_SIDES = {"start": "left", "end": "right"}


def usual_namespaces(content: bytes) -> bytes:
    """Return a part with the namespaces of the usual form."""
    if _MARK not in content:
        return content
    return _STRICT_NAMESPACE.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", content)


def convert_values(root: Any, namespace: str) -> None:
    """Turn the measures and sides of a part in the strict form into those of the usual one.

    Args:
        root: the root element of the part.
        namespace: the namespace of its attributes.
    """
    prefix = f"{{{namespace}}}"
    for element in root.iter(f"{prefix}*"):
        name = element.tag.removeprefix(prefix)
        for key, value in element.items():
            attribute = key.removeprefix(prefix)
            if measure := _MEASURE.fullmatch(value):
                units = _UNITS_OF_ELEMENTS.get(name) or _UNITS_OF_ATTRIBUTES.get(attribute, _UNITS_PER_POINT)
                element.set(key, str(round(float(measure[1]) * _POINTS[measure[2]] * units)))
            elif name == "jc" and value in _SIDES:
                element.set(key, _SIDES[value])
            if name == "ind" and attribute in _SIDES:
                element.set(f"{prefix}{_SIDES[attribute]}", element.attrib.pop(key))
