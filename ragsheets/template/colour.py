"""Colours, and whether text in one is readable on another."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def _parse_colour(text: str) -> str:
    """Return a colour in capitals; raises PydanticCustomError if it is not a colour."""
    if not re.fullmatch("[0-9A-Fa-f]{6}", text):
        raise PydanticCustomError("colour", "must be a colour, written as six digits from 0 to 9 and A to F without #")
    return text.upper()


Colour = Annotated[str, AfterValidator(_parse_colour)]

#: The colour of the paper.
WHITE = "FFFFFF"

#: WCAG 2.1, success criterion 1.4.3: the minimum contrast of text of ordinary size.
MIN_CONTRAST = 4.5


def contrast(colour: str, other_colour: str) -> float:
    """Return the contrast of two colours (1 to 21), as WCAG 2.1 defines it ("contrast ratio", "relative luminance")."""
    lighter, darker = sorted((_luminance(colour), _luminance(other_colour)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(colour: str, other_colour: str, share: float) -> str:
    """Mix two colours, with `share` (0 to 1) of `colour` and the rest of `other_colour`."""
    pairs = [(int(colour[start : start + 2], 16), int(other_colour[start : start + 2], 16)) for start in (0, 2, 4)]
    return "".join(f"{round(channel * share + other_channel * (1 - share)):02X}" for channel, other_channel in pairs)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
