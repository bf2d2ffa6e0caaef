"""The styles of a Word document: what a paragraph or a run inherits from its style and from those it is based on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from ragsheets.formats.xml import local_name
from ragsheets.report.read.xml import Element, child_of, children_of, is_on, number_of, value_of

#: The outline level of body text, which is not a heading (ECMA-376 part 1, 17.3.1.20).
_BODY_TEXT_LEVEL = 9
#: Properties that a paragraph's style and a run's style turn off again if both turn them on (17.7.3).
_TOGGLED = {"vanish", "strike"}
_LOOK_PROPERTIES = ("vanish", "strike", "dstrike")


class Look(Enum):
    """How a reader of the printed document sees some text."""

    SHOWN = "shown"
    STRUCK = "struck through"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class ListReference:
    """The list that a paragraph belongs to: its id, its level, and the style that names the list ("" if none does).

    `level` is None if nothing states it.
    """

    list_id: str
    level: int | None
    style_id: str = ""


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str
    level: int | None
    list_properties: Element | None
    run_properties: Element | None


class Styles:
    """The styles of one document."""

    def __init__(self, part: Element | None) -> None:
        elements = list(children_of(part, "style"))
        self._styles = {value_of(element, "styleId"): _read_style(element) for element in elements}
        self._default_properties = child_of(part, "docDefaults", "rPrDefault", "rPr")
        self.default_paragraph_style = next(
            (
                value_of(element, "styleId")
                for element in elements
                if value_of(element, "type") == "paragraph" and value_of(element, "default") in ("1", "true", "on")
            ),
            "",
        )
        self._style_look = lru_cache(maxsize=4096)(self._look_of_styles)

    def _chain(self, style_id: str) -> Iterator[tuple[str, _Style]]:
        """Yield a style and those it is based on."""
        visited_ids: set[str] = set()
        while style_id in self._styles and style_id not in visited_ids:
            visited_ids.add(style_id)
            style = self._styles[style_id]
            yield style_id, style
            style_id = style.based_on

    def name(self, style_id: str) -> str:
        """Return the name of a style in lower case; "" if there is no such style."""
        return self._styles[style_id].name if style_id in self._styles else ""

    def heading_level(self, style_id: str, properties: Element | None) -> int | None:
        """Return the level (from 0) of a heading with this style and these properties; None for other paragraphs."""
        own_level = child_of(properties, "outlineLvl")
        if own_level is not None:
            level: int | None = number_of(own_level)
        else:
            level = next((style.level for _, style in self._chain(style_id) if style.level is not None), None)
        return level if level is not None and level < _BODY_TEXT_LEVEL else None

    def list_reference(self, style_id: str, properties: Element | None) -> ListReference | None:
        """Return the list of a paragraph with this style and these properties; None if it is in no list.

        Its id and its level may be stated by different styles.
        """
        list_id, level, naming_style = "", None, ""
        for source_id, list_properties in (
            ("", child_of(properties, "numPr")),
            *((source_id, style.list_properties) for source_id, style in self._chain(style_id)),
        ):
            id_element, level_element = child_of(list_properties, "numId"), child_of(list_properties, "ilvl")
            if level is None and level_element is not None:
                level = number_of(level_element)
            if id_element is not None:
                list_id, naming_style = value_of(id_element), source_id
                break
        return ListReference(list_id, level, naming_style) if list_id else None

    def look(self, paragraph_style: str, run_properties: Element | None) -> Look:
        """Return the look of text in a paragraph of a style, by the properties of its run or of the paragraph's end."""
        own = {local_name(child): child for child in run_properties} if run_properties is not None else {}
        inherited = self._style_look(paragraph_style, value_of(own.get("rStyle")))
        is_hidden, is_struck, is_doubly_struck = (
            inherited[name] if name not in own else is_on(own[name]) for name in _LOOK_PROPERTIES
        )
        if is_hidden:
            return Look.HIDDEN
        return Look.STRUCK if is_struck or is_doubly_struck else Look.SHOWN

    def _look_of_styles(self, paragraph_style: str, run_style: str) -> dict[str, bool]:
        looks: dict[str, bool] = {}
        for name in _LOOK_PROPERTIES:
            by_default = bool(_setting(self._default_properties, name))
            settings = [self._inherited_setting(style_id, name) for style_id in (run_style, paragraph_style)]
            if name in _TOGGLED:
                looks[name] = by_default or sum(map(bool, settings)) == 1
            else:
                looks[name] = next((setting for setting in settings if setting is not None), by_default)
        return looks

    def _inherited_setting(self, style_id: str, name: str) -> bool | None:
        settings = (_setting(style.run_properties, name) for _, style in self._chain(style_id))
        return next((setting for setting in settings if setting is not None), None)


def _read_style(element: Element) -> _Style:
    name = value_of(child_of(element, "name")).casefold()
    properties = child_of(element, "pPr")
    outline = child_of(properties, "outlineLvl")
    level = number_of(outline) if outline is not None else None
    if level is None and name.startswith("heading ") and name.removeprefix("heading ").isdigit():
        level = int(name.removeprefix("heading ")) - 1
    return _Style(
        name,
        value_of(child_of(element, "basedOn")),
        level,
        child_of(properties, "numPr"),
        child_of(element, "rPr"),
    )


def _setting(properties: Element | None, name: str) -> bool | None:
    """Return whether some properties turn a property on or off; None if they do not state it."""
    return is_on(properties, name) if child_of(properties, name) is not None else None
