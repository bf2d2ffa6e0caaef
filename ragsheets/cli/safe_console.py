"""The console of every command: whatever is printed on it, no text reaches the terminal as a command to it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from ragsheets.text import visible


class SafeConsole(Console):
    """A console on which texts of plans, returns and file names are shown as `visible` shows them."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments to print, without the characters that a terminal would obey."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))
