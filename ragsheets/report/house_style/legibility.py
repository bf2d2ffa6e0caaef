"""Whether text of a house document can be read on its background, and the colour for text that cannot."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable
from typing import Any

from ragsheets.report.house_style.document import is_colour, w
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast

#: The names of colours by the hue at which they end, in degrees.
_HUES = (
    (15, "red"),
    (42, "orange"),
    (70, "yellow"),
    (165, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (290, "purple"),
    (345, "pink"),
    (360, "red"),
)
#: The saturation below which a colour is a grey, and the lightness below and above which it is dark and pale.
_MIN_SATURATION, _DARK, _PALE = 0.12, 0.3, 0.65


def background_of(elements: Iterable[Any]) -> str:
    """Return the colour of the first shading in the properties of some elements, innermost first; else white."""
    for element in elements:
        for shading in element.findall(f"*/{w('shd')}"):
            if is_colour(fill := shading.get(w("fill"), "")):
                return str(fill).upper()
    return WHITE


def readable_ink(ink: str, background: str, replacements: Iterable[str]) -> str:
    """Return the first colour, of a text and its replacements, that can be read on a background; else the text's."""
    inks = (colour for colour in (ink, *replacements) if colour and contrast(colour, background) >= MIN_CONTRAST)
    return next(inks, ink)


def replacement_warning(place: str, ink: str, background: str, used_ink: str) -> str:
    """Return the sentence about a text, such as “The text of the header”, that got another colour."""
    return (
        f"{place} is {_describe(ink)} on {_describe(background)}, which is too faint to read; "
        f"the report has it in {_describe(used_ink)}."
    )


def _describe(colour: str) -> str:
    """Return a colour in words, with its number in brackets."""
    if colour in (WHITE, "000000"):
        return "white" if colour == WHITE else "black"
    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)))
    name = "grey" if saturation < _MIN_SATURATION else next(name for end, name in _HUES if hue * 360 <= end)
    shade = "dark " if lightness < _DARK else "pale " if lightness > _PALE else ""
    return f"{shade}{name} ({colour})"
