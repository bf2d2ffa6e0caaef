"""Words as WordprocessingML: runs, paragraphs, list items, links and what they lead to.

What an element means and where it stands among its siblings is said under its name in ECMA-376 part 1, 17.3
(paragraphs), 17.13.6 (bookmarks) and 17.16.22 (hyperlinks).
"""

from __future__ import annotations

from collections.abc import Sequence

from ragsheets.text import clean_for_office

#: The ids of the styles of paragraphs in tables; `ragsheets.report.write.styles` says how each looks.
TEXT_STYLE, BULLET_STYLE, HEADING_STYLE = "TableText", "TableBullet", "TableHeading"
NUMBER_STYLE, STATUS_STYLE = "TableNumber", "TableStatus"
#: The id of the style of links.
LINK_STYLE = "Hyperlink"

#: The list definition of the bullets in cells.
CELL_LIST_ID = 2

#: What starts a line that is a list item; the only markup there is.
BULLET_PREFIX = "* "


def escape_attribute(text: str) -> str:
    """`text` fit to stand between double quotation marks in XML: one line, without what XML cannot hold."""
    return _escape(" ".join(clean_for_office(text).split())).replace('"', "&quot;")


def list_item_properties(list_id: int) -> str:
    """What a paragraph's properties hold when it is an item of the list of that number."""
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>'


def run(text: str, run_properties: str = "") -> str:
    """`text` as one run, word for word: nothing in it becomes markup or a field.

    Tabs and line ends become Word's own; `look` is the inside of the run's properties.
    """
    return _run_xml(clean_for_office(text), run_properties)


def paragraph(style: str, text: str, *, paragraph_properties: str = "", run_properties: str = "") -> str:
    """One paragraph in the style of that id; `layout` is what its properties hold beside the style."""
    return _paragraph_xml(style, clean_for_office(text), paragraph_properties, run_properties)


def bookmarked_paragraph(
    style: str, text: str, bookmark: str, bookmark_id: int, *, paragraph_properties: str = ""
) -> str:
    """A paragraph that links lead to: `mark` is the name they give, `number` one that no other mark has."""
    start = f'<w:bookmarkStart w:id="{bookmark_id}" w:name="{escape_attribute(bookmark)}"/>'
    content = f'{start}{run(text)}<w:bookmarkEnd w:id="{bookmark_id}"/>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{paragraph_properties}</w:pPr>{content}</w:p>'


def shaded_run(text: str, fill: str, ink: str) -> str:
    """Words in bold on a coloured ground, as one run."""
    look = f'<w:b/><w:bCs/><w:color w:val="{ink}"/><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    # Blanks that do not break keep the ground wider than the words.
    return run(f"\u00a0{text}\u00a0", look)


def paragraph_of_runs(style: str, *runs: str) -> str:
    """A paragraph of runs."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def link_paragraph(
    style: str, text: str, target: str, *, paragraph_properties: str = "", run_properties: str = ""
) -> str:
    """A paragraph whose words lead to a mark in the document."""
    linked = run(text, _LINK_RUN_PROPERTIES + run_properties)
    content = f'<w:hyperlink w:anchor="{escape_attribute(target)}" w:history="1">{linked}</w:hyperlink>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{paragraph_properties}</w:pPr>{content}</w:p>'


def external_link_paragraph(style: str, pieces: Sequence[tuple[str, str]], *, paragraph_properties: str = "") -> str:
    """A paragraph of pieces of text, each with the id of the address outside that it leads to, "" for none."""
    content = "".join(
        f'<w:hyperlink r:id="{escape_attribute(name)}" w:history="1">{run(text, _LINK_RUN_PROPERTIES)}</w:hyperlink>'
        if name
        else run(text)
        for text, name in pieces
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{paragraph_properties}</w:pPr>{content}</w:p>'


def paragraphs(text: str, style: str = TEXT_STYLE, *, run_properties: str = "") -> str:
    """The lines of `text` as the paragraphs of a cell: one each, list items as such, blank lines left out.

    A cell must have a paragraph, so a text without words gives one that is empty.
    """
    text = clean_for_office(text)
    if "\n" not in text and not text.startswith(BULLET_PREFIX):
        return _paragraph_xml(style, text if text.strip() else "", "", run_properties)
    lines = [_cell_paragraph(line, style, run_properties) for line in text.split("\n") if line.strip()]
    return "".join(lines) or _paragraph_xml(style, "", "", run_properties)


def _cell_paragraph(line: str, style: str, run_properties: str) -> str:
    item = line.removeprefix(BULLET_PREFIX)
    if item == line or not item.strip():
        return _paragraph_xml(style, line, "", run_properties)
    # The list is named here as well as in the style: some programs look only here.
    return _paragraph_xml(BULLET_STYLE, item, list_item_properties(CELL_LIST_ID), run_properties)


_LINK_RUN_PROPERTIES = f'<w:rStyle w:val="{LINK_STYLE}"/>'


# These take text that is clean already: cleaning it again would cost a fifth of the whole report's time.


def _paragraph_xml(style: str, text: str, paragraph_properties: str, run_properties: str) -> str:
    content = _run_xml(text, run_properties) if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{paragraph_properties}</w:pPr>{content}</w:p>'


def _run_xml(text: str, run_properties: str) -> str:
    text = _escape(text)
    if "\t" in text:
        text = text.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    if "\n" in text:
        text = text.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    properties = f"<w:rPr>{run_properties}</w:rPr>" if run_properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
