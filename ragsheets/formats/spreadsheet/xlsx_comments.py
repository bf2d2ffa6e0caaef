"""What stands beside the cells of an Open XML workbook: comments, and what its drawings show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ragsheets.formats import xml
from ragsheets.formats.a1 import place_of
from ragsheets.formats.opc import Package, Relationship
from ragsheets.formats.spreadsheet import xlsx_drawings
from ragsheets.formats.spreadsheet.details import Remark

#: What the names of parts hold that can make a remark; a package without any has nothing beside its cells.
_SIGNS = ("comment", "drawing", "media/", "embedding", "vbaproject", "macrosheet", "activex", "ctrlprop", "diagram")
#: The mark that Excel puts before the copy of a thread that older versions show as a note.
_THREAD_COPY = "[Threaded comment]"
_COPY_PREAMBLE = re.compile(r"^\[Threaded comment\].*?\nComment:\s*", re.DOTALL)
#: How Google Sheets signs a comment that it turns into a note.
_SIGNATURE = re.compile(r"\n\t-([^\n]+)\Z")


def has_pictures_in_cells(package: Package) -> bool:
    """Whether pictures may stand in cells, as Excel places them there."""
    return any("richdata/richvaluerel" in name for name in package.names)


def remarks_of(package: Package, main: str, sheets: Mapping[str, str]) -> list[Remark]:
    """Everything that stands beside the cells; `sheets` gives the part of each sheet.

    Raises ReturnError, "damaged", where a part with remarks is no sound XML.
    """
    if not any(sign in name for name in package.names for sign in _SIGNS):
        return []
    found = []
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in package.names):
        found.append(Remark("macros"))
    people = _people(package, main)
    for name, part in sheets.items():
        links = package.relationships(part) if part else {}
        found += [remark._replace(sheet=name) for remark in _of_sheet(package, part, links, people)]
    return found


def _people(package: Package, main: str) -> dict[str, str]:
    """The names of those who comment, by identifier."""
    return {
        tag.get("id", "").lower(): tag.get("displayName", "")
        for kind, part in package.relationships(main).values()
        if kind == "person"
        for tag in xml.tags(package.xml_bytes(part), "person")
    }


def _of_sheet(
    package: Package, part: str, links: Mapping[str, Relationship], people: Mapping[str, str]
) -> Iterator[Remark]:
    by_kind: dict[str, list[str]] = {}
    for kind, target in links.values():
        # What the package does not hold has no words to lose.
        if target in package and target not in by_kind.setdefault(kind, []):
            by_kind[kind].append(target)
    yield from _comments(package, by_kind, people)
    for target in by_kind.get("drawing", ()):
        yield from xlsx_drawings.shown_in(package, target)
    for target in by_kind.get("vmlDrawing", ()):
        yield from xlsx_drawings.shown_in_vml(package.xml_bytes(target), target)
    yield from (Remark("picture") for _ in by_kind.get("image", ()))
    if "oleObject" in by_kind or "package" in by_kind:
        yield from xlsx_drawings.embedded_in(package, part, links)


# ----------------------------------------------------------------------------------------------------- comments


def _comments(package: Package, parts: Mapping[str, list[str]], people: Mapping[str, str]) -> Iterator[Remark]:
    """Notes and threads by cell; a note that only copies a thread for older programs is passed over."""
    threads = {ident: remark for part in parts.get("threadedComment", ()) for ident, remark in _thread(package, part)}
    told = {remark.cell for remark in threads.values()}
    notes = [
        note
        for part in parts.get("comments", ())
        for note in (_unreadable(part) if part.endswith(".bin") else _notes(package, part))
        if note.author.lower().removeprefix("tc=") not in threads
        and not (note.cell in told and note.text.startswith(_THREAD_COPY))
    ]
    spoken = [remark._replace(author=people.get(remark.author, "")) for remark in threads.values()]
    yield from sorted((_tidy(note) for note in [*notes, *spoken]), key=_reading_order)


def _reading_order(remark: Remark) -> tuple[int, int]:
    try:
        return place_of(remark.cell)
    except ValueError:
        return (-1, -1)


def _unreadable(part: str) -> list[Remark]:
    return [Remark("unreadable-comments", text=part)]


def _thread(package: Package, part: str) -> Iterator[tuple[str, Remark]]:
    """The comments of a part's threads by identifier, replies after what they reply to; authors by identifier."""
    spoken = []
    for number, element in enumerate(xml.inside(package.tree(part), "threadedComment")):
        text = xml.child(element, "text")
        words = "" if text is None else "".join(text.itertext()).strip()
        cell = xml.get(element, "ref").replace("$", "")
        remark = Remark("comment", "", cell, words, xml.get(element, "personId").lower())
        spoken.append((xml.get(element, "id").lower() or f"#{number}", xml.get(element, "parentId"), remark))
    order = {ident: number for number, (ident, _, _) in enumerate(spoken)}
    # The order of a part is that of time; only the replies of several threads of a sheet may be mixed.
    spoken.sort(key=lambda each: order.get(each[1].lower(), order[each[0]]))
    yield from ((ident, remark) for ident, _, remark in spoken)


def _notes(package: Package, part: str) -> Iterator[Remark]:
    root = package.tree(part)
    authors = ["".join(author.itertext()) for author in xml.inside(root, "author")]
    for note in xml.inside(root, "comment"):
        number = xml.number(xml.get(note, "authorId"))
        author = authors[number] if 0 <= number < len(authors) else ""
        body = xml.child(note, "text")
        yield Remark(
            "comment",
            "",
            xml.get(note, "ref").replace("$", ""),
            "" if body is None else "".join(_words(body)),
            author.strip(),
        )


def _words(body: xml.Element) -> Iterator[str]:
    """The text of a note, without the readings that East Asian text carries along."""
    for part in body:
        match xml.local(part):
            case "t":
                yield part.text or ""
            case "r":
                yield from _words(part)


def _tidy(note: Remark) -> Remark:
    """A note without what programs put around its words: its author's name, or that it copies a thread."""
    text, author = note.text.replace("\r\n", "\n").strip(), note.author
    if author.startswith("tc="):
        author = ""
    if text.startswith(_THREAD_COPY):
        text = _COPY_PREAMBLE.sub("", text)
    elif author and text.startswith(f"{author}:"):
        text = text.removeprefix(f"{author}:").lstrip()
    elif not author and (signed := _SIGNATURE.search(text)):
        text, author = text[: signed.start()].rstrip(), signed[1].strip()
    return note._replace(text=text, author=author)
