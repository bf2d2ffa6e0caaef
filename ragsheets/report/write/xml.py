"""Words as WordprocessingML: runs, paragraphs, list items, links and what they lead to.

What an element means and where it stands among its siblings is said under its name in ECMA-376 part 1, 17.3
(paragraphs), 17.13.6 (bookmarks) and 17.16.22 (hyperlinks).
"""

from __future__ import annotations

from collections.abc import Sequence

from ragsheets.text import clean

#: The ids of the styles of paragraphs in tables; `ragsheets.report.write.styles` says how each looks.
TEXT, BULLET, HEADING = "TableText", "TableBullet", "TableHeading"
NUMBER, STATUS = "TableNumber", "TableStatus"
#: The id of the style of links.
LINK = "Hyperlink"

#: The list definition of the bullets in cells.
BULLET_LIST = 2

#: What starts a line that is a list item; the only markup there is.
BULLET_SIGN = "* "


def attribute(text: str) -> str:
    """`text` fit to stand between double quotation marks in XML: one line, without what XML cannot hold."""
    return _escaped(" ".join(clean(text).split())).replace('"', "&quot;")


def list_item(number: int) -> str:
    """What a paragraph's properties hold when it is an item of the list of that number."""
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'


def run(text: str, look: str = "") -> str:
    """`text` as one run, word for word: nothing in it becomes markup or a field.

    Tabs and line ends become Word's own; `look` is the inside of the run's properties.
    """
    return _run(clean(text), look)


def paragraph(style: str, text: str, *, layout: str = "", look: str = "") -> str:
    """One paragraph in the style of that id; `layout` is what its properties hold beside the style."""
    return _paragraph(style, clean(text), layout, look)


def marked(style: str, text: str, mark: str, number: int, *, layout: str = "") -> str:
    """A paragraph that links lead to: `mark` is the name they give, `number` one that no other mark has."""
    start = f'<w:bookmarkStart w:id="{number}" w:name="{attribute(mark)}"/>'
    content = f'{start}{run(text)}<w:bookmarkEnd w:id="{number}"/>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{layout}</w:pPr>{content}</w:p>'


def shaded(text: str, fill: str, ink: str) -> str:
    """Words in bold on a coloured ground, as one run."""
    look = f'<w:b/><w:bCs/><w:color w:val="{ink}"/><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    # Blanks that do not break keep the ground wider than the words.
    return run(f"\u00a0{text}\u00a0", look)


def of_runs(style: str, *runs: str) -> str:
    """A paragraph of runs."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def linked(style: str, text: str, target: str, *, layout: str = "", look: str = "") -> str:
    """A paragraph whose words lead to a mark in the document."""
    content = f'<w:hyperlink w:anchor="{attribute(target)}" w:history="1">{run(text, _LINK_LOOK + look)}</w:hyperlink>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{layout}</w:pPr>{content}</w:p>'


def leading_out(style: str, pieces: Sequence[tuple[str, str]], *, layout: str = "") -> str:
    """A paragraph of pieces of text, each with the id of the address outside that it leads to, "" for none."""
    content = "".join(
        f'<w:hyperlink r:id="{attribute(name)}" w:history="1">{run(text, _LINK_LOOK)}</w:hyperlink>'
        if name
        else run(text)
        for text, name in pieces
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{layout}</w:pPr>{content}</w:p>'


def paragraphs(text: str, style: str = TEXT, *, look: str = "") -> str:
    """The lines of `text` as the paragraphs of a cell: one each, list items as such, blank lines left out.

    A cell must have a paragraph, so a text without words gives one that is empty.
    """
    text = clean(text)
    if "\n" not in text and not text.startswith(BULLET_SIGN):
        return _paragraph(style, text if text.strip() else "", "", look)
    lines = [_line(line, style, look) for line in text.split("\n") if line.strip()]
    return "".join(lines) or _paragraph(style, "", "", look)


def _line(line: str, style: str, look: str) -> str:
    item = line.removeprefix(BULLET_SIGN)
    if item == line or not item.strip():
        return _paragraph(style, line, "", look)
    # The list is named here as well as in the style: some programs look only here.
    return _paragraph(BULLET, item, list_item(BULLET_LIST), look)


_LINK_LOOK = f'<w:rStyle w:val="{LINK}"/>'


# These take text that is clean already: cleaning it again would cost a fifth of the whole report's time.


def _paragraph(style: str, text: str, layout: str, look: str) -> str:
    content = _run(text, look) if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{layout}</w:pPr>{content}</w:p>'


def _run(text: str, look: str) -> str:
    text = _escaped(text)
    if "\t" in text:
        text = text.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    if "\n" in text:
        text = text.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
