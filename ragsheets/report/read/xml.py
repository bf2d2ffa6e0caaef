"""Access to WordprocessingML in lxml by local names alone, because its strict form has other namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from ragsheets.formats.xml import attribute, child, local_name

Element: TypeAlias = etree._Element

#: Values that turn a property off, which its element alone turns on (ECMA-376 part 1, 17.17.4, and older spellings).
_OFF_VALUES = {"0", "false", "off"}


def value_of(element: Element | None, name: str = "val") -> str:
    """Return the attribute of that name in any namespace; "" if there is none."""
    return attribute(element, name) if element is not None else ""


def number_of(element: Element | None, name: str = "val", default: int = 0) -> int:
    """Return the attribute of that name as a whole number; `default` if it is not one."""
    try:
        return int(value_of(element, name))
    except ValueError:
        return default


def child_of(element: Element | None, *path: str) -> Element | None:
    """Return the first child of that name, and so on down the path; None if there is none."""
    for name in path:
        element = child(element, name) if element is not None else None
    return element


def children_of(element: Element | None, name: str) -> Iterator[Element]:
    """Return every child of that name."""
    return (found for found in (element if element is not None else ()) if local_name(found) == name)


def is_on(element: Element | None, *path: str) -> bool:
    """Return whether the property at that path is present and not turned off."""
    property_element = child_of(element, *path)
    return property_element is not None and value_of(property_element).casefold() not in _OFF_VALUES
