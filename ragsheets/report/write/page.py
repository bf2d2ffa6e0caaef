"""The page that a report is written on.

Measures are twentieths of a point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PageSetup:
    """A page and its margins; `header` and `footer` are how far these stand from its edges."""

    width: int
    height: int
    left_margin: int
    right_margin: int
    top_margin: int
    bottom_margin: int
    header_distance: int
    footer_distance: int

    @property
    def text_width(self) -> int:
        """The width of the text."""
        return self.width - self.left_margin - self.right_margin

    @property
    def text_height(self) -> int:
        """The height of the text. A margin below nought is one that text may not push away."""
        return self.height - abs(self.top_margin) - abs(self.bottom_margin)

    @property
    def landscape(self) -> PageSetup:
        """The page with its long edge across; its margins stay where they are."""
        return replace(self, width=max(self.width, self.height), height=min(self.width, self.height))


#: A4 on its side.
A4_LANDSCAPE = PageSetup(
    16838,
    11906,
    left_margin=1021,
    right_margin=1021,
    top_margin=880,
    bottom_margin=880,
    header_distance=480,
    footer_distance=480,
)
#: A4 upright, for prose.
A4_PORTRAIT = PageSetup(
    11906,
    16838,
    left_margin=1247,
    right_margin=1247,
    top_margin=1134,
    bottom_margin=1134,
    header_distance=567,
    footer_distance=567,
)
