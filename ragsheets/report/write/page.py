"""The page that a report is written on.

Measures are twentieths of a point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its margins; `header` and `footer` are how far these stand from its edges."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    header: int
    footer: int

    @property
    def text_width(self) -> int:
        """The width of the text."""
        return self.width - self.left - self.right

    @property
    def text_height(self) -> int:
        """The height of the text. A margin below nought is one that text may not push away."""
        return self.height - abs(self.top) - abs(self.bottom)

    @property
    def on_its_side(self) -> Page:
        """The page with its long edge across; its margins stay where they are."""
        return replace(self, width=max(self.width, self.height), height=min(self.width, self.height))


#: A4 on its side.
A4_LANDSCAPE = Page(16838, 11906, left=1021, right=1021, top=880, bottom=880, header=480, footer=480)
#: A4 upright, for prose.
A4_PORTRAIT = Page(11906, 16838, left=1247, right=1247, top=1134, bottom=1134, header=567, footer=567)
