"""WordprocessingML as lxml has it, asked by the names of elements alone: its strict form has other namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

#: What turns a property off that is there by its element alone (ECMA-376 part 1, 17.17.4, and its older spellings).
_OFF_VALUES = {"0", "false", "off"}


@lru_cache(maxsize=4096)
def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def name_of(element: Element) -> str:
    """The name of an element without its namespace; "" for what is no element, a comment say."""
    tag = element.tag
    return _local_name(tag) if isinstance(tag, str) else ""


def value_of(element: Element | None, name: str = "val") -> str:
    """The attribute of that name, whatever its namespace; "" where there is none."""
    if element is not None:
        for key, value in element.attrib.items():
            if _local_name(str(key)) == name:
                return str(value)
    return ""


def number_of(element: Element | None, name: str = "val", default: int = 0) -> int:
    """The same as a whole number; `default` where it is none."""
    try:
        return int(value_of(element, name))
    except ValueError:
        return default


def child_of(element: Element | None, *path: str) -> Element | None:
    """The first child of that name, and so on down the path; None where there is none."""
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
    """Every child of that name."""
    return (child for child in (element if element is not None else ()) if name_of(child) == name)


def is_on(element: Element | None, *path: str) -> bool:
    """Whether the property at that path is there and not turned off."""
    found = child_of(element, *path)
    return found is not None and value_of(found).casefold() not in _OFF_VALUES
