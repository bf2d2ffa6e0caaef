"""Read what is printed in a paragraph of a Word document: the text of its runs, fields, formulas and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from ragsheets.formats.xml import local_name
from ragsheets.report.read.markup import (
    chosen_alternative,
    form_field_text,
    formula_text,
    is_printed,
    printed_signs,
    symbol_sign,
)
from ragsheets.report.read.prompts import Prompts
from ragsheets.report.read.styles import Look, Styles
from ragsheets.report.read.xml import Element, child_of, children_of, is_on, value_of

#: Elements of a run that stand for one character. A page or column break ends the line as any other break does.
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_DRAWINGS = {"drawing", "pict", "object"}
#: Line ends in the XML of a text, which are printed as a space.
_LINE_END = re.compile(r"[ \r\n]*[\r\n][ \r\n]*")
_SEVERAL_SPACES = re.compile(r" {2,}")


@dataclass(slots=True)
class InlineText:
    """The text of a paragraph while it is collected.

    Attributes:
        pieces: its printed text.
        left_out: its hidden and struck texts with their looks; pieces that follow each other are one text.
        linked_pieces, unlinked_pieces: the numbers of printed pieces that link to a position in the document, or not.
    """

    pieces: list[str] = field(default_factory=list)
    left_out: list[tuple[Look, str]] = field(default_factory=list)
    linked_pieces: int = 0
    unlinked_pieces: int = 0
    _last_look: Look = Look.SHOWN

    def add(self, text: str, look: Look, *, is_internal_link: bool) -> None:
        """Add the next piece of text."""
        if look is Look.SHOWN:
            self.pieces.append(text)
            if text.strip():
                self.linked_pieces += is_internal_link
                self.unlinked_pieces += not is_internal_link
        elif look is self._last_look:
            self.left_out[-1] = (look, self.left_out[-1][1] + text)
        else:
            self.left_out.append((look, text))
        if text or look is not Look.SHOWN:
            self._last_look = look

    @property
    def text(self) -> str:
        """The printed text."""
        text = "".join(self.pieces).strip()
        # What is left out leaves the spaces on both sides of it.
        return _SEVERAL_SPACES.sub(" ", text) if self.left_out else text

    @property
    def is_contents_entry(self) -> bool:
        """Whether all of it links to a position in the document."""
        return self.linked_pieces > 0 and not self.unlinked_pieces


@dataclass(slots=True)
class _OpenField:
    """A field whose end has not been read: whether its result has begun, and what it shows if it has no result."""

    text_without_result: str
    in_result: bool = False
    has_result: bool = False


class _RunLook(NamedTuple):
    """How a run is printed: its look and its font."""

    look: Look = Look.SHOWN
    font: str = ""


_PLAIN = _RunLook()


class InlineReader:
    """A reader of the paragraphs of one document, from top to bottom; drawings float beside them and are left out."""

    def __init__(self, styles: Styles, prompts: Prompts) -> None:
        self._styles, self._prompts = styles, prompts
        self._unclosed_fields: set[Element] = set()
        self._fields: list[_OpenField] = []
        self._style_id = ""
        self._is_internal_link = False

    def start(self, root: Element) -> None:
        """Start with the body, a note, a text box or a page header: a field does not continue beyond its end."""
        self._unclosed_fields = _find_unclosed_fields(root)
        self._fields.clear()

    def add_paragraph(self, element: Element, style_id: str, text: InlineText) -> None:
        """Add the printed text of a paragraph of a style."""
        # A text box in a paragraph has paragraphs of its own.
        outer = self._style_id, self._is_internal_link
        self._style_id, self._is_internal_link = style_id, False
        self._add_content(element, text, _PLAIN)
        self._style_id, self._is_internal_link = outer

    def _add_content(self, parent: Element, text: InlineText, run: _RunLook) -> None:
        """Add what is printed of a paragraph, a run or another part of a paragraph."""
        for element in parent:
            name = local_name(element)
            if name == "r":
                if element not in self._prompts.runs:
                    self._add_content(element, text, self._look_of_run(element))
            elif name == "t":
                self._add(printed_signs(_LINE_END.sub(" ", element.text or ""), run.font), run.look, text)
            elif name in _CHARACTERS:
                self._add(_CHARACTERS[name], run.look, text)
            elif name == "sym":
                self._add(symbol_sign(value_of(element, "char"), value_of(element, "font")), run.look, text)
            elif name == "fldChar":
                self._add_field_part(element, run.look, text)
            elif name == "hyperlink":
                was_internal_link = self._is_internal_link
                is_internal = bool(value_of(element, "anchor")) and not value_of(element, "id")
                self._is_internal_link = was_internal_link or is_internal
                self._add_content(element, text, run)
                self._is_internal_link = was_internal_link
            elif name == "oMath":
                self._add(formula_text(element), run.look, text)
            elif name == "ruby":
                self._add_ruby(element, text, run)
            elif name == "AlternateContent":
                if (alternative := chosen_alternative(element)) is not None:
                    self._add_content(alternative, text, run)
            elif is_printed(name) and name not in _DRAWINGS:
                self._add_content(element, text, run)

    def _add_ruby(self, ruby: Element, text: InlineText, run: _RunLook) -> None:
        """Add a word and, in brackets, its reading aid, which is printed above it."""
        for part_name, before, after in (("rubyBase", "", ""), ("rt", " (", ")")):
            for part in children_of(ruby, part_name):
                self._add(before, run.look, text)
                self._add_content(part, text, run)
                self._add(after, run.look, text)

    def _look_of_run(self, run: Element) -> _RunLook:
        properties = child_of(run, "rPr")
        return _RunLook(
            self._styles.look(self._style_id, properties), value_of(child_of(properties, "rFonts"), "ascii")
        )

    def _add(self, piece: str, look: Look, text: InlineText) -> None:
        # The instruction of a field is not printed, nor the results of fields inside it.
        if all(open_field.in_result for open_field in self._fields):
            text.add(piece, look, is_internal_link=self._is_internal_link)
            for open_field in self._fields:
                open_field.has_result = open_field.has_result or bool(piece.strip())

    def _add_field_part(self, element: Element, look: Look, text: InlineText) -> None:
        kind = value_of(element, "fldCharType")
        if kind == "begin" and element not in self._unclosed_fields:
            self._fields.append(_OpenField(form_field_text(element)))
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = True
        elif kind == "end" and self._fields:
            closed_field = self._fields.pop()
            if closed_field.text_without_result and not closed_field.has_result:
                self._add(closed_field.text_without_result, look, text)


def is_joined_to_next(properties: Element | None, styles: Styles, style_id: str) -> bool:
    """Return whether a paragraph with these properties is printed in one line with the next: its end is hidden."""
    end_properties = child_of(properties, "rPr")
    return styles.look(style_id, end_properties) is Look.HIDDEN or is_on(end_properties, "specVanish")


def _find_unclosed_fields(root: Element) -> set[Element]:
    """Return the beginnings of the fields that have no end, in damaged documents; all of their text is printed."""
    open_fields: list[Element] = []
    for part in root.iter("{*}fldChar"):
        if any(local_name(ancestor) in ("del", "moveFrom") for ancestor in part.iterancestors()):
            continue
        kind = value_of(part, "fldCharType")
        if kind == "begin":
            open_fields.append(part)
        elif kind == "end" and open_fields:
            open_fields.pop()
    return set(open_fields)
