"""Resolve the colours of an Open XML workbook: by value, by number, or by theme with a tint (ECMA-376 18.8.19)."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping, Sequence

from ragsheets.formats import xml

#: The colours by number, from 8 on; 0 to 7 are the same as 8 to 15 (ECMA-376 part 1, 18.8.27).
_INDEXED = (
    *("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF"),
    *("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080"),
    *("9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF"),
    *("000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF"),
    *("00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99"),
    *("3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696"),
    *("003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333"),
)
_THEME_COLOURS = 12
_COLOUR = re.compile("[0-9A-Fa-f]{6}")


def theme_colours(theme: xml.Element | None) -> list[str]:
    """Return the colours of a theme in the order that cells number them: light before dark; none without one."""
    scheme = None if theme is None else next(xml.descendants(theme, "clrScheme"), None)
    colours = [_scheme_colour(colour) for colour in scheme] if scheme is not None else []
    if len(colours) < _THEME_COLOURS:
        return []
    return [colours[1], colours[0], colours[3], colours[2], *colours[4:]]


def _scheme_colour(colour: xml.Element) -> str:
    value = next(iter(colour), colour)
    return (xml.attribute(value, "lastClr") or xml.attribute(value, "val")).upper()


def resolve_colour(facts: Mapping[str, str], theme: Sequence[str], palette: Sequence[str] = ()) -> str:
    """Return a colour as six hexadecimal digits; "" if there is none or the program chooses it.

    Args:
        facts: the attributes of the colour's element.
        theme: the colours of the theme.
        palette: the workbook's own colours by number, from 0 on; none by default.
    """
    if "rgb" in facts:
        colour = facts["rgb"][-6:].upper()
    elif "indexed" in facts:
        number = xml.parse_int(facts["indexed"])
        own_colour = palette[number] if 0 <= number < len(palette) else ""
        standard_number = number - 8 if number >= 8 else number
        colour = own_colour or (_INDEXED[standard_number] if 0 <= standard_number < len(_INDEXED) else "")
    else:
        number = xml.parse_int(facts.get("theme", ""))
        colour = theme[number] if 0 <= number < len(theme) else ""
    if not _COLOUR.fullmatch(colour):
        return ""
    try:
        return _tinted(colour, float(facts.get("tint", "0") or 0))
    except ValueError:
        return ""


def _tinted(colour: str, tint: float) -> str:
    """Return a colour made lighter (a tint up to 1) or darker (down to -1)."""
    if not tint:
        return colour
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    lightness = lightness * (1 + tint) if tint < 0 else lightness + (1 - lightness) * tint
    channels = colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), saturation)
    return "".join(f"{round(channel * 255):02X}" for channel in channels)
