"""Find the tracked changes of a Word document that nobody has accepted or rejected yet (ECMA-376 part 1, 17.13.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ragsheets.formats.xml import local_name
from ragsheets.report.read.other_content import OtherContent
from ragsheets.report.read.xml import Element, child_of

_KINDS = {
    "ins": "tracked-insertion",
    "moveTo": "tracked-insertion",
    "cellIns": "tracked-insertion",
    "del": "tracked-deletion",
    "moveFrom": "tracked-deletion",
    "cellDel": "tracked-deletion",
}
_FORMAT_CHANGES = (
    *("rPrChange", "pPrChange", "tblPrChange", "tblPrExChange", "trPrChange", "tcPrChange", "sectPrChange"),
    *("tblGridChange", "numberingChange", "cellMerge"),
)
TRACKED_ELEMENTS = (*_KINDS, *_FORMAT_CHANGES)
#: The kinds of changes of whole rows and cells, and the words of a change by its kind.
_PROPERTIES = {"tr": "trPr", "tc": "tcPr"}
_WORDS = {"tracked-insertion": ("{*}t",), "tracked-deletion": ("{*}t", "{*}delText")}
#: The words of a change that has none, in messages.
_ONLY_SPACES = "(a space)"


def tracked_changes(headings: Mapping[Element, str]) -> Iterator[OtherContent]:
    """Yield the words inserted and deleted in a text, in order, and how many changes of formatting there are.

    `headings` are the elements of all tracked changes, in order, each with the heading above it.
    """
    kind, words, first = "", "", None
    previous: Element | None = None
    format_changes = []
    for element in headings:
        name = local_name(element)
        if name in _FORMAT_CHANGES:
            format_changes.append(element)
            continue
        text = _changed_words(element)
        if not text or _is_counted_above(element):
            continue
        # A word processor splits a change where its look or its author changes.
        if _KINDS[name] == kind and previous is not None and element.getprevious() is previous:
            words += text
        else:
            if first is not None:
                yield OtherContent(kind, words.strip() or _ONLY_SPACES, headings[first])
            kind, words, first = _KINDS[name], text, element
        previous = element
    if first is not None:
        yield OtherContent(kind, words.strip() or _ONLY_SPACES, headings[first])
    if format_changes:
        count = len(format_changes)
        text = f"{count} {'change' if count == 1 else 'changes'} of formatting"
        yield OtherContent("tracked-format", text, headings[format_changes[0]])


def _changed_words(element: Element) -> str:
    """Return the words of a change: of a row or a cell all that are in it, of the end of a paragraph none."""
    kind, parent = _KINDS[local_name(element)], element.getparent()
    changed = parent.getparent() if parent is not None and local_name(parent) in _PROPERTIES.values() else None
    if changed is None:
        return _words(element, kind)
    return " | ".join(filter(None, (_words(paragraph, kind) for paragraph in changed.iter("{*}p"))))


def _words(element: Element, kind: str) -> str:
    """Return the words of a piece of text; one inserted by one person and deleted by another is not an insertion."""
    pieces = [
        text.text or ""
        for text in element.iter(*_WORDS[kind])
        if kind == "tracked-deletion" or next(text.iterancestors("{*}del"), None) is None
    ]
    return "".join(pieces)


def _is_counted_above(element: Element) -> bool:
    """Return whether a change is in a row, a cell or a piece with a change of the same kind."""
    kind, parent = _KINDS[local_name(element)], element.getparent()
    for above in element.iterancestors():
        name = local_name(above)
        if _KINDS.get(name) == kind:
            return True
        properties = child_of(above, _PROPERTIES[name]) if name in _PROPERTIES else None
        changes = properties if properties is not None and properties is not parent else ()
        if any(_KINDS.get(local_name(change)) == kind for change in changes):
            return True
    return False
