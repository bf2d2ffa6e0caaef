"""The console of every command: nothing that is printed on it reaches the terminal as a command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from ragsheets.cli.spelling import spell_out
from ragsheets.text import visible


class SafeConsole(Console):
    """A console on which texts of plans, returns and file names are shown as `visible` shows them.

    Signs that its encoding lacks are spelled out.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a text to print, also in a cell of a table, whose width is that of the spelled-out text."""
        return super().render_str(spell_out(text, self.encoding), **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments to print, without the characters that a terminal would obey."""
        for segment in super().render(renderable, options):
            text = visible(segment.text)
            if spell_out("…", self.encoding) != "…":  # cut-off text ends in one, which must stay one character wide
                text = text.replace("…", ".")
            yield segment if segment.control else segment._replace(text=text)
