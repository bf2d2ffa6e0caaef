"""Access to WordprocessingML in lxml by local names alone, because its strict form has other namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

#: Values that turn a property off, which its element alone turns on (ECMA-376 part 1, 17.17.4, and older spellings).
_OFF_VALUES = {"0", "false", "off"}


@lru_cache(maxsize=4096)
def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def name_of(element: Element) -> str:
    """Return the name of an element without its namespace; "" for a comment or the like."""
    tag = element.tag
    return _local_name(tag) if isinstance(tag, str) else ""


def value_of(element: Element | None, name: str = "val") -> str:
    """Return the attribute of that name in any namespace; "" if there is none."""
    if element is not None:
        for key, value in element.attrib.items():
            if _local_name(str(key)) == name:
                return str(value)
    return ""


def number_of(element: Element | None, name: str = "val", default: int = 0) -> int:
    """Return the attribute of that name as a whole number; `default` if it is not one."""
    try:
        return int(value_of(element, name))
    except ValueError:
        return default


def child_of(element: Element | None, *path: str) -> Element | None:
    """Return the first child of that name, and so on down the path; None if there is none."""
    for name in path:
        if element is None:
            return None
        for child in element:
            if name_of(child) == name:
                element = child
                break
        else:
            return None
    return element


def children_of(element: Element | None, name: str) -> Iterator[Element]:
    """Return every child of that name."""
    return (child for child in (element if element is not None else ()) if name_of(child) == name)


def is_on(element: Element | None, *path: str) -> bool:
    """Return whether the property at that path is present and not turned off."""
    property_element = child_of(element, *path)
    return property_element is not None and value_of(property_element).casefold() not in _OFF_VALUES
