"""What a Word document holds outside its own text and tables: notes, boxes, comments, pictures, page headers.

Readers of the document, or people who get the file, see it, so each piece is listed with its location and its words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ragsheets.text import quoted_words, shorten

#: The kinds of such content, with what they are called in messages.
NOUNS = {
    "text-box": "text box",
    "shape": "shape",
    "footnote": "footnote",
    "endnote": "endnote",
    "page-header": "page header",
    "unused-header": "page header printed on no page",
    "page-footer": "page footer",
    "unused-footer": "page footer printed on no page",
    "comment": "comment",
    "tracked-insertion": "tracked insertion",
    "tracked-deletion": "tracked deletion",
    "tracked-format": "tracked change of formatting",
    "chart": "chart",
    "picture": "picture",
    "linked-picture": "linked picture",
    "old-field": "field that is not up to date",
    "inserted-document": "inserted document",
    "inserted-unread": "inserted document",
    "sub-document": "sub-document",
    "embedded-object": "embedded object",
    "form-control": "form control",
    "handwriting": "handwriting",
    "damaged-part": "damaged part of the file",
}
#: What to do about content that was not read as a part of the document, by kind.
FIXES = {
    "inserted-unread": "Open the document in Word and save it: the inserted document then becomes part of its text.",
    "sub-document": "In Word's outline view show the document, expand the sub-documents, unlink each and save.",
    "embedded-object": "Put what it shows into the document as text or as a table of Word.",
    "form-control": "Put what it shows into the document as text.",
    "handwriting": "Type its words, or delete it.",
    "damaged-part": "Open the document in Word and save it; if Word cannot repair it, take another copy.",
}
#: What to do about a picture that may show a table.
SHOWN_TABLE_FIX = "If it shows a table, put that into the document as a table of Word."
#: The kinds that anybody who gets the file sees, although they are not part of its text.
LEFTOVER_KINDS = frozenset(("comment", "tracked-insertion", "tracked-deletion", "tracked-format"))

#: The kinds that only have a name.
_NAMED_KINDS = frozenset(("picture", "linked-picture", "sub-document", "form-control", "handwriting", "damaged-part"))


@dataclass(frozen=True, slots=True)
class OtherContent:
    """A piece of content outside the text and tables of a document.

    Attributes:
        kind: its name in the table of nouns.
        text: its words; of a picture or an embedded object without readable words, its name.
        heading: the heading above its place; "" for none.
        anchor: the words that it belongs to, or the pages of a page header.
        rows: the figures of a chart: the names of the bars, then a row for each series.
        other_words: the words of a chart other than its title and its figures.
        sheet_figures: of a chart, each figure that differs in the sheet behind it: its name, its value as shown, and in
            the sheet.
        fixed_words: of a page header, its words without the results of fields, such as the page number.
        is_own: whether it is as ragsheets wrote it.
        may_be_table: whether a picture is so large, and so placed, that it may show a table.
    """

    kind: str
    text: str
    heading: str = ""
    anchor: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    other_words: tuple[str, ...] = ()
    sheet_figures: tuple[tuple[str, str, str], ...] = ()
    fixed_words: str = ""
    is_own: bool = False
    may_be_table: bool = False

    @property
    def name(self) -> str:
        """What it is called in messages, with the words that it belongs to."""
        noun = NOUNS[self.kind]
        if self.kind in ("page-header", "page-footer"):
            return f"{noun} {self.anchor}".strip()
        return f"{noun} at “{self.anchor}”" if self.anchor else noun

    @property
    def words(self) -> str:
        """All its words and figures on one line each."""
        lines = [self.text, *(", ".join(filter(None, row)) for row in self.rows), *self.other_words]
        return "\n".join(filter(None, lines))

    @property
    def sentence(self) -> str:
        """A sentence on it for a caller that uses only the text and tables of the document."""
        where = f"Under “{shorten(self.heading)}”" if self.heading else "In the document"
        words = f"“{quoted_words(self.words)}”" if self.words else ""
        if self.kind == "inserted-document":
            return f"{where}, the {self.name} {words} was read as part of the text."
        if self.kind in LEFTOVER_KINDS - {"comment"}:
            return f"{where}, a {self.name} was read as if it were accepted: {words}."
        fix = FIXES.get(self.kind) or (SHOWN_TABLE_FIX if self.may_be_table else "")
        verb = "is called" if self.kind in _NAMED_KINDS else "reads"
        return f"{where}, the {self.name} was not read with the text{words and f'; it {verb} {words}'}. {fix}".rstrip()

    def inside(self, heading: str, name: str) -> OtherContent:
        """Return it as content of an inserted document, which is under a heading and has a name."""
        return replace(self, heading=self.heading or heading, anchor=self.anchor or name, is_own=False)
