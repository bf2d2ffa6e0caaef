"""The page size and margins of a report.

Measures are twentieths of a point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PageSetup:
    """A page and its margins.

    `header_distance` and `footer_distance` are the distances of header and footer from the page's edges.
    """

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
        """The height of the text. A negative margin is one that a tall header or footer does not enlarge."""
        return self.height - abs(self.top_margin) - abs(self.bottom_margin)

    @property
    def landscape(self) -> PageSetup:
        """The page in landscape, with the same margins."""
        return replace(self, width=max(self.width, self.height), height=min(self.width, self.height))


#: A4 in landscape.
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
#: A4 in portrait, for prose.
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
#: A4 in portrait with narrow margins, for what is to be printed on one page.
A4_NARROW_MARGINS = replace(
    A4_PORTRAIT, left_margin=1021, right_margin=1021, top_margin=794, bottom_margin=794, footer_distance=397
)
