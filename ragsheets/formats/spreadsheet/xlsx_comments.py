"""Read the annotations of an Open XML workbook: comments, and the content of its drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ragsheets.formats import xml
from ragsheets.formats.a1 import sort_position
from ragsheets.formats.opc import MACRO_SHEET_KINDS, OfficePackage, Relationship
from ragsheets.formats.spreadsheet import xlsx_drawings
from ragsheets.formats.spreadsheet.details import Annotation
from ragsheets.formats.spreadsheet.xlsx_cells import unescape_characters

#: The prefix that Excel puts before the copy of a thread that older versions show as a note.
_THREAD_COPY_PREFIX = "[Threaded comment]"
_COPY_PREAMBLE = re.compile(r"^\[Threaded comment\].*?\nComment:\s*", re.DOTALL)
#: The signature of a comment that Google Sheets converts to a note.
_GOOGLE_SIGNATURE = re.compile(r"\n\t-([^\n]+)\Z")


def has_pictures_in_cells(package: OfficePackage) -> bool:
    """Return whether the package may have pictures placed in cells, as Excel does."""
    return any("richdata/richvaluerel" in name for name in package.names)


def read_annotations(package: OfficePackage, main_part: str, sheet_parts: Mapping[str, str]) -> list[Annotation]:
    """Read the annotations of all sheets; `sheet_parts` gives the part of each sheet by name.

    Raises ReturnError "damaged" where a part with annotations is not well-formed XML.
    """
    annotations = []
    has_macro_sheet = any(kind in MACRO_SHEET_KINDS for kind, _ in package.relationships(main_part).values())
    if has_macro_sheet or any(name.endswith("vbaproject.bin") for name in package.names):
        annotations.append(Annotation("macros"))
    links_by_sheet = {name: package.relationships(part) for name, part in sheet_parts.items() if part}
    people = _read_people(package, main_part) if any(links_by_sheet.values()) else {}
    for name, links in links_by_sheet.items():
        part = sheet_parts[name]
        annotations += [
            annotation._replace(sheet=name) for annotation in _read_sheet_annotations(package, part, links, people)
        ]
    return annotations


def _read_people(package: OfficePackage, main_part: str) -> dict[str, str]:
    """Return the names of the comments' authors by identifier."""
    return {
        tag.get("id", "").lower(): tag.get("displayName", "")
        for kind, part in package.relationships(main_part).values()
        if kind == "person"
        for tag in xml.scan_tags(package.read_xml(part), "person")
    }


def _read_sheet_annotations(
    package: OfficePackage, part: str, relationships: Mapping[str, Relationship], people: Mapping[str, str]
) -> Iterator[Annotation]:
    by_kind: dict[str, list[str]] = {}
    for kind, target in relationships.values():
        # A part that is missing from the package has no content to lose.
        if target in package and target not in by_kind.setdefault(kind, []):
            by_kind[kind].append(target)
    yield from _read_comments(package, by_kind, people)
    old_shapes = [
        annotation
        for target in by_kind.get("vmlDrawing", ())
        for annotation in xlsx_drawings.read_vml_drawing(package.read_xml(target), target)
    ]
    captions = {xlsx_drawings.caption_of(control) for control in old_shapes if control.code == "form-control"}
    for target in by_kind.get("drawing", ()):
        for annotation in xlsx_drawings.read_drawing(package, target):
            # Newer programs write each tick box and button a second time, as a shape with its caption.
            if annotation.code != "text-box" or annotation.text not in captions:
                yield annotation
    yield from old_shapes
    yield from (Annotation("picture") for _ in by_kind.get("image", ()))
    if "oleObject" in by_kind or "package" in by_kind:
        yield from xlsx_drawings.read_embedded_objects(package, part, relationships)


# ----------------------------------------------------------------------------------------------------- comments


def _read_comments(
    package: OfficePackage, parts: Mapping[str, list[str]], people: Mapping[str, str]
) -> Iterator[Annotation]:
    """Yield notes and threads by cell, without notes that only copy a thread for older programs."""
    thread_comments = {
        ident: comment for part in parts.get("threadedComment", ()) for ident, comment in _read_threads(package, part)
    }
    cells_with_threads = {comment.cell for comment in thread_comments.values()}
    notes = [
        note
        for part in parts.get("comments", ())
        for note in (_unreadable_comments(part) if part.endswith(".bin") else _read_notes(package, part))
        if note.author.lower().removeprefix("tc=") not in thread_comments
        and not (note.cell in cells_with_threads and note.text.startswith(_THREAD_COPY_PREFIX))
    ]
    named_comments = [comment._replace(author=people.get(comment.author, "")) for comment in thread_comments.values()]
    yield from sorted(
        (_clean_note(note) for note in [*notes, *named_comments]), key=lambda note: sort_position(note.cell)
    )


def _unreadable_comments(part: str) -> list[Annotation]:
    return [Annotation("unreadable-comments", text=part)]


def _read_threads(package: OfficePackage, part: str) -> Iterator[tuple[str, Annotation]]:
    """Yield (identifier, comment) of a part's threads, replies after their parents; the author is an identifier."""
    comments = []
    for number, element in enumerate(xml.descendants(package.parse_xml(part), "threadedComment")):
        text = xml.child(element, "text")
        comment_text = "" if text is None else "".join(text.itertext()).strip()
        cell = xml.attribute(element, "ref").replace("$", "")
        comment = Annotation("comment", "", cell, comment_text, xml.attribute(element, "personId").lower())
        comments.append(
            (xml.attribute(element, "id").lower() or f"#{number}", xml.attribute(element, "parentId"), comment)
        )
    order = {ident: number for number, (ident, _, _) in enumerate(comments)}
    # A part is in order of time; only the replies of several threads of a sheet may be mixed.
    comments.sort(key=lambda item: order.get(item[1].lower(), order[item[0]]))
    yield from ((ident, comment) for ident, _, comment in comments)


def _read_notes(package: OfficePackage, part: str) -> Iterator[Annotation]:
    root = package.parse_xml(part)
    authors = ["".join(author.itertext()) for author in xml.descendants(root, "author")]
    for note in xml.descendants(root, "comment"):
        number = xml.parse_int(xml.attribute(note, "authorId"))
        author = authors[number] if 0 <= number < len(authors) else ""
        body = xml.child(note, "text")
        yield Annotation(
            "comment",
            "",
            xml.attribute(note, "ref").replace("$", ""),
            "" if body is None else "".join(_note_runs(body)),
            author.strip(),
        )


def _note_runs(body: xml.Element) -> Iterator[str]:
    """Yield the text of a note, without the phonetic readings of East Asian text."""
    for part in body:
        match xml.local_name(part):
            case "t":
                yield unescape_characters(part.text or "")
            case "r":
                yield from _note_runs(part)


def _clean_note(note: Annotation) -> Annotation:
    """Remove the text that programs add to a note: its author's name, or that it copies a thread."""
    text, author = note.text.replace("\r\n", "\n").strip(), note.author
    if author.startswith("tc="):
        author = ""
    if text.startswith(_THREAD_COPY_PREFIX):
        text = _COPY_PREAMBLE.sub("", text)
    elif author and text.startswith(f"{author}:"):
        text = text.removeprefix(f"{author}:").lstrip()
    elif not author and (signature := _GOOGLE_SIGNATURE.search(text)):
        text, author = text[: signature.start()].rstrip(), signature[1].strip()
    return note._replace(text=text, author=author)
