"""Text as WordprocessingML: runs, paragraphs, list items, links and bookmarks.

ECMA-376 part 1, 17.3 (paragraphs), 17.13.6 (bookmarks) and 17.16.22 (hyperlinks) describe each element, and its order
among its siblings, under its name. Arguments named `…_properties` are the content of the element of properties.
"""

from __future__ import annotations

from collections.abc import Sequence

from ragsheets.text import clean_for_office, single_line

#: The ids of the paragraph styles in tables; `ragsheets.report.write.styles` defines them.
TEXT_STYLE, BULLET_STYLE, HEADING_STYLE = "TableText", "TableBullet", "TableHeading"
NUMBER_STYLE, STATUS_STYLE = "TableNumber", "TableStatus"
#: The id of the style of links.
LINK_STYLE = "Hyperlink"

#: The list definitions of the bullets in running text and in cells.
TEXT_LIST_ID, CELL_LIST_ID = 1, 2

#: The start of a line that is a list item; there is no other markup.
BULLET_PREFIX = "* "


def escape_attribute(text: str) -> str:
    """Return `text` escaped for a double-quoted XML attribute: one line, without characters that XML does not allow."""
    return _escape(single_line(text)).replace('"', "&quot;")


def list_item_properties(list_id: int) -> str:
    """Return the paragraph properties of an item of a list."""
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>'


def run(text: str, run_properties: str = "") -> str:
    """Return `text` as one run, literally: nothing in it becomes markup or a field.

    Tabs and line ends become Word's own.
    """
    return _run_xml(clean_for_office(text), run_properties)


def paragraph(style: str, text: str, *, paragraph_properties: str = "", run_properties: str = "") -> str:
    """Return a paragraph in the style of that id, with further properties."""
    return _paragraph_xml(style, clean_for_office(text), paragraph_properties, run_properties)


def bookmarked_paragraph(
    style: str, text: str, bookmark: str, bookmark_id: int, *, paragraph_properties: str = ""
) -> str:
    """Return a paragraph that links can lead to.

    `bookmark` is the name that links refer to, `bookmark_id` a number that no other bookmark has.
    """
    start = f'<w:bookmarkStart w:id="{bookmark_id}" w:name="{escape_attribute(bookmark)}"/>'
    return _paragraph_of(style, f'{start}{run(text)}<w:bookmarkEnd w:id="{bookmark_id}"/>', paragraph_properties)


def shaded_run(text: str, fill: str, ink: str) -> str:
    """Return text in bold on a coloured background, as one run."""
    run_properties = f'<w:b/><w:bCs/><w:color w:val="{ink}"/><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    # Non-breaking spaces make the background wider than the text.
    return run(f"\u00a0{text}\u00a0", run_properties)


def paragraph_of_runs(style: str, *runs: str) -> str:
    """Return a paragraph of runs."""
    return _paragraph_of(style, "".join(runs))


def link_paragraph(
    style: str, text: str, target: str, *, paragraph_properties: str = "", run_properties: str = ""
) -> str:
    """Return a paragraph whose text links to a bookmark in the document."""
    link_run = run(text, _LINK_RUN_PROPERTIES + run_properties)
    content = f'<w:hyperlink w:anchor="{escape_attribute(target)}" w:history="1">{link_run}</w:hyperlink>'
    return _paragraph_of(style, content, paragraph_properties)


def external_link_paragraph(style: str, pieces: Sequence[tuple[str, str]], *, paragraph_properties: str = "") -> str:
    """Return a paragraph of pieces of text, each with the relationship id of its external address, "" for none."""
    content = "".join(
        f'<w:hyperlink r:id="{escape_attribute(link_id)}" w:history="1">{run(text, _LINK_RUN_PROPERTIES)}</w:hyperlink>'
        if link_id
        else run(text)
        for text, link_id in pieces
    )
    return _paragraph_of(style, content, paragraph_properties)


def paragraphs(text: str, style: str = TEXT_STYLE, *, run_properties: str = "") -> str:
    """Return the paragraphs of a cell: one for each line of `text`, list items as such, without blank lines.

    A cell must have a paragraph, so a blank text gives an empty one.
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
    # The list is set here as well as in the style, because some programs read it only here.
    return _paragraph_xml(BULLET_STYLE, item, list_item_properties(CELL_LIST_ID), run_properties)


_LINK_RUN_PROPERTIES = f'<w:rStyle w:val="{LINK_STYLE}"/>'


# These expect text that is already clean: cleaning it again would cost a fifth of the whole report's time.


def _paragraph_xml(style: str, text: str, paragraph_properties: str, run_properties: str) -> str:
    return _paragraph_of(style, _run_xml(text, run_properties) if text else "", paragraph_properties)


def _paragraph_of(style: str, content: str, paragraph_properties: str = "") -> str:
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
