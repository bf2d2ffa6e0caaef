"""Dangerous XML (entities, depth, encodings), and XML that is only unusual."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from helpers.hostile.fault import BROKEN, COSTLY, Stage, accepted, either, fault, no_workbook, register, rejected
from helpers.hostile.forms import as_docx, as_ods
from helpers.hostile.packing import (
    CORE,
    FACTS,
    FRONT,
    MIB,
    RELATIONS,
    SHEET,
    STRINGS,
    STYLES,
    TOP,
    TYPES,
    WORKBOOK,
    change_parts,
    pack_parts,
    parts_of,
    repeated_entry,
    replace_entries,
    replace_text,
)
from helpers.hostile.sheets import END, add_rows, attach_part

# ----------------------------------------------------------------------------------------------------------- entities


def _billion_laughs(stage: Stage) -> tuple[str, str]:
    lines = ['<!ENTITY l0 "laugh">']
    lines += [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11)]
    return "".join(lines), "&l10;"


def _quadratic(stage: Stage) -> tuple[str, str]:
    return f'<!ENTITY a "{"a" * 100_000}">', "&a;" * 20_000


def _file(stage: Stage) -> tuple[str, str]:
    return f'<!ENTITY a SYSTEM "{stage.canary.as_uri()}">', "&a;"


def _web(stage: Stage) -> tuple[str, str]:
    return f'<!ENTITY a SYSTEM "{stage.url}entity">', "&a;"


def _parameter(stage: Stage) -> tuple[str, str]:
    """Return definitions fetched from the web, although the text uses none."""
    return f'<!ENTITY % a SYSTEM "{stage.url}entities.dtd"> %a;', ""


def _parameter_file(stage: Stage) -> tuple[str, str]:
    return f'<!ENTITY % a SYSTEM "{stage.canary.as_uri()}"> %a;', ""


def _ring(stage: Stage) -> tuple[str, str]:
    return '<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;"


Entities = Callable[[Stage], tuple[str, str]]
ENTITIES: dict[str, Entities] = {
    "billion-laughs": _billion_laughs,
    "quadratic-entities": _quadratic,
    "entity-of-a-file": _file,
    "entity-of-the-web": _web,
    "parameter-entity-of-the-web": _parameter,
    "parameter-entity-of-a-file": _parameter_file,
    "entities-in-a-ring": _ring,
}


def insert_entities(part: bytes, entities: Entities, stage: Stage) -> bytes:
    """Return the part with a document type of these entities.

    They are used in its first text or before its last end tag.
    """
    definitions, use = entities(stage)
    body = re.sub(rb"^\s*<\?xml[^>]*\?>\s*", b"", part)
    root = re.match(rb"<([\w:.-]+)", body)
    if not root:
        raise ValueError("the part has no root")
    text = re.search(rb"<(?:\w+:)?(?:t|title|text|p|author)(?: [^>]*)?>(?=[^<])", body)
    at = text.end() if text else body.rindex(b"</")
    kind = f'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE {root[1].decode()} [{definitions}]>'
    return kind.encode() + body[:at] + use.encode() + body[at:]


def entities_in_part(part: str, entities: Entities, stage: Stage) -> bytes:
    return change_parts(stage.good, {part: lambda content: insert_entities(content, entities, stage)})


def entities_in_attached_part(kind: str, entities: Entities, stage: Stage) -> bytes:
    whole, name = attach_part(stage.good, kind)
    return change_parts(whole, {name: lambda content: insert_entities(content, entities, stage)})


def entities_in_ods(part: str, entities: Entities, stage: Stage) -> bytes:
    return change_parts(as_ods(stage.good), {part: lambda content: insert_entities(content, entities, stage)})


def entities_in_docx(part: str, entities: Entities, stage: Stage) -> bytes:
    return change_parts(
        as_docx("Our answers are below."), {part: lambda content: insert_entities(content, entities, stage)}
    )


PARTS = {
    "workbook": WORKBOOK,
    "sheet": SHEET,
    "facts": FACTS,
    "strings": STRINGS,
    "styles": STYLES,
    "core": CORE,
    "theme": "xl/theme/theme1.xml",
    "workbook-relations": RELATIONS,
    "top-relations": TOP,
    "content-types": TYPES,
}
for _kind, _entities in ENTITIES.items():
    _rejection = rejected(*BROKEN, "too-costly", "too-large")
    for _label, _part in PARTS.items():
        register(f"{_kind}-in-{_label}", ".xlsx", _rejection, functools.partial(entities_in_part, _part, _entities))
    for _label in ("comments", "drawing"):
        _maker = functools.partial(entities_in_attached_part, _label, _entities)
        register(f"{_kind}-in-{_label}", ".xlsx", _rejection, _maker)
    for _part in ("content.xml", "meta.xml", "styles.xml", "META-INF/manifest.xml"):
        _maker = functools.partial(entities_in_ods, _part, _entities)
        register(f"{_kind}-in-ods-{_part.rpartition('/')[2][:-4]}", ".ods", _rejection, _maker)
    for _part in ("word/document.xml", "word/_rels/document.xml.rels"):
        _maker = functools.partial(entities_in_docx, _part, _entities)
        _label = "relations" if _part.endswith(".rels") else "document"
        register(f"{_kind}-in-docx-{_label}", ".docx", no_workbook(*BROKEN, *COSTLY), _maker)


@fault(".xlsx", rejected(*BROKEN))
def document_type_without_entities(stage: Stage) -> bytes:
    """Rejected too: no program writes one, and it refers to content from elsewhere."""
    kind = f'<!DOCTYPE worksheet SYSTEM "{stage.url}sheet.dtd">'.encode()
    return change_parts(stage.good, {SHEET: lambda part: part.replace(b"<worksheet", kind + b"<worksheet", 1)})


@fault(".xlsx", rejected(*BROKEN))
def document_type_behind_a_long_comment(stage: Stage) -> bytes:
    """Beyond any number of bytes that a quick check would read."""
    kind = b"<!--" + b"x" * MIB + f'--><!DOCTYPE worksheet SYSTEM "{stage.canary.as_uri()}">'.encode()
    return change_parts(stage.good, {SHEET: lambda part: part.replace(b"<worksheet", kind + b"<worksheet", 1)})


ENCODINGS = {
    "utf-16": "utf-16",
    "utf-16-without-mark": "utf-16-be",
    "utf-16-little-without-mark": "utf-16-le",
    "utf-32": "utf-32",
    "utf-7": "utf-7",
    "ebcdic": "cp037",
}


def entities_in_another_encoding(name: str, encoding: str, entities: Entities, stage: Stage) -> bytes:
    """A document type whose bytes do not look like one."""

    def change(part: bytes) -> bytes:
        text = insert_entities(part, entities, stage).decode().replace('encoding="UTF-8"', f'encoding="{name}"', 1)
        if encoding == "utf-7":
            # Everything but the declaration is in the long form, so that no bracket is visible.
            head, _, rest = text.partition("?>")
            return (head + "?>").encode() + b"+" + _utf7(rest) + b"-"
        return text.encode(encoding, "xmlcharrefreplace")

    return change_parts(stage.good, {SHEET: change})


def _utf7(text: str) -> bytes:
    import base64

    return base64.b64encode(text.encode("utf-16-be")).rstrip(b"=")


for _name, _encoding in ENCODINGS.items():
    _declared = {"cp037": "IBM037", "utf-16-be": "UTF-16", "utf-16-le": "UTF-16"}.get(_encoding, _encoding.upper())
    for _kind in ("billion-laughs", "entity-of-a-file"):
        register(
            f"{_kind}-in-{_name}",
            ".xlsx",
            rejected(*BROKEN, *COSTLY),
            functools.partial(entities_in_another_encoding, _declared, _encoding, ENTITIES[_kind]),
        )


# ---------------------------------------------------------------------------------------------- unusual, but valid

_DECLARATION = rb"^\s*(<\?xml[^>]*\?>)?\s*"


def in_utf_16(stage: Stage, *names: str) -> bytes:
    """Return the workbook with parts in UTF-16, which every part may be in (ECMA-376 part 2, section 8.2)."""

    def change(part: bytes) -> bytes:
        text = re.sub(_DECLARATION, b"", part).decode()
        return f'<?xml version="1.0" encoding="UTF-16" standalone="yes"?>{text}'.encode("utf-16")

    return change_parts(stage.good, dict.fromkeys(names, change))


register("sheet-in-utf-16", ".xlsx", accepted(), lambda stage: in_utf_16(stage, SHEET))
register("strings-in-utf-16", ".xlsx", accepted(), lambda stage: in_utf_16(stage, STRINGS))
register(
    "every-part-in-utf-16",
    ".xlsx",
    accepted(),
    lambda stage: in_utf_16(stage, WORKBOOK, RELATIONS, SHEET, FRONT, FACTS, STRINGS, STYLES, TYPES, TOP, CORE),
)


@fault(".xlsx", accepted())
def every_part_with_a_byte_order_mark(stage: Stage) -> bytes:
    return pack_parts({name: b"\xef\xbb\xbf" + content for name, content in parts_of(stage.good).items()})


@fault(".xlsx", accepted())
def prefixes_on_every_element(stage: Stage) -> bytes:
    """As other programs write them: the same names, with the namespace bound to a prefix."""

    def change(part: bytes) -> bytes:
        body = re.sub(_DECLARATION, b"", part)
        body = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1x:", body)
        return body.replace(b"xmlns=", b"xmlns:x=", 1)

    return change_parts(stage.good, dict.fromkeys((SHEET, FRONT, FACTS, STRINGS), change))


@fault(".xlsx", accepted())
def comments_and_instructions_everywhere(stage: Stage) -> bytes:
    def change(part: bytes) -> bytes:
        return part.replace(b"<row ", b"<!-- a < b && c --><?x y?><row ")

    return change_parts(stage.good, dict.fromkeys((SHEET, FRONT, FACTS), change))


@fault(".xlsx", accepted())
def strict_open_xml(stage: Stage) -> bytes:
    """Saved as “Strict Open XML Workbook”: the same names in other namespaces (ECMA-376 part 1, annex A)."""
    spaces = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
        b"http://schemas.openxmlformats.org/drawingml/2006/main": b"http://purl.oclc.org/ooxml/drawingml/main",
    }

    def change(part: bytes) -> bytes:
        for old, new in spaces.items():
            part = part.replace(old, new)
        return part

    parts = {name: change(content) for name, content in parts_of(stage.good).items()}
    parts[WORKBOOK] = parts[WORKBOOK].replace(b"<workbook ", b'<workbook conformance="strict" ', 1)
    return pack_parts(parts)


# --------------------------------------------------------------------------------------------------- depth and breakage


def nested(good: bytes, part: str, tag: str, depth: int, before: str) -> bytes:
    """Return the archive with an element nested this many times in itself."""
    whole = parts_of(good)[part]
    at = whole.index(before.encode())
    middle = f"<{tag}>".encode() * depth + f"</{tag.partition(' ')[0]}>".encode() * depth
    return replace_entries(good, repeated_entry(part, whole[:at] + middle, b"", 0, whole[at:]))


for _label, _part, _tag, _before in (
    ("sheet", SHEET, "extLst", "</worksheet>"),
    ("rows", SHEET, "row", END),
    ("cells", SHEET, "c", END),
    ("strings", STRINGS, "r", "</sst>"),
    ("workbook", WORKBOOK, "sheets", "</workbook>"),
    ("styles", STYLES, "cellXfs", "</styleSheet>"),
    ("core", CORE, "a", "</cp:coreProperties>"),
    ("relations", RELATIONS, "a", "</Relationships>"),
    ("content-types", TYPES, "a", "</Types>"),
):
    register(
        f"a-hundred-thousand-deep-in-{_label}",
        ".xlsx",
        either(*COSTLY),
        lambda stage, part=_part, tag=_tag, before=_before: nested(stage.good, part, tag, 100_000, before),  # type: ignore[misc]
    )


@fault(".xlsx", either(*COSTLY))
def a_million_attributes(stage: Stage) -> bytes:
    many = " ".join(f'a{n}="1"' for n in range(1_000_000))
    return add_rows(stage.good, f'<row r="40" {many}></row>')


@fault(".xlsx", either(*COSTLY))
def an_attribute_of_thirty_mebibytes(stage: Stage) -> bytes:
    part = parts_of(stage.good)[SHEET]
    at = part.index(END.encode())
    return replace_entries(
        stage.good, repeated_entry(SHEET, part[:at] + b'<row r="40" a="', b"a" * MIB, 30, b'"></row>' + part[at:])
    )


@fault(".xlsx", either(*COSTLY))
def a_hundred_thousand_namespaces(stage: Stage) -> bytes:
    many = " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(100_000))
    return add_rows(stage.good, f'<row r="40" {many}></row>')


for _label, _part in {"sheet": SHEET, "strings": STRINGS, "workbook": WORKBOOK, "relations": RELATIONS}.items():
    register(
        f"xml-cut-short-in-{_label}",
        ".xlsx",
        rejected(*BROKEN),
        lambda stage, part=_part: change_parts(stage.good, {part: lambda content: content[: len(content) // 2]}),  # type: ignore[misc]
    )


@fault(".xlsx", either(*BROKEN))
def xml_whose_tags_cross(stage: Stage) -> bytes:
    return change_parts(stage.good, {SHEET: replace_text("</c></row>", "</row></c>")})


@fault(".xlsx", rejected(*BROKEN))
def xml_that_is_another_part(stage: Stage) -> bytes:
    """The sheet's bytes under the name of the strings, and vice versa."""
    parts = parts_of(stage.good)
    return pack_parts({**parts, SHEET: parts[STRINGS], STRINGS: parts[SHEET]})


@fault(".xlsx", either(*BROKEN))
def xml_with_characters_that_xml_forbids(stage: Stage) -> bytes:
    return add_rows(stage.good, '<row r="40"><c r="A40" t="inlineStr"><is><t>a\x01b\x00c</t></is></c></row>')


@fault(".xlsx", either(*BROKEN))
def xml_in_bytes_that_are_no_utf_8(stage: Stage) -> bytes:
    text = b'<row r="40"><c r="A40" t="inlineStr"><is><t>caf\xe9 \xff\xfe</t></is></c></row>'
    return change_parts(stage.good, {SHEET: replace_text(END.encode(), text + END.encode())})


@fault(".xlsx", rejected(*BROKEN))
def sheet_of_random_bytes(stage: Stage) -> bytes:
    import random

    noise = random.Random(6).randbytes(5000)
    return change_parts(stage.good, {SHEET: lambda _: noise})


@fault(".xlsx", rejected(*BROKEN))
def workbook_of_no_bytes(stage: Stage) -> bytes:
    return change_parts(stage.good, {WORKBOOK: lambda _: b""})


@fault(".xlsx", rejected(*BROKEN))
def sheet_of_no_bytes(stage: Stage) -> bytes:
    return change_parts(stage.good, {SHEET: lambda _: b""})


@fault(".xlsx", either(*BROKEN))
def a_character_reference_out_of_unicode(stage: Stage) -> bytes:
    return add_rows(stage.good, '<row r="40"><c r="A40" t="inlineStr"><is><t>&#x110000;&#xD800;&#0;</t></is></c></row>')


@fault(".xlsx", rejected(*BROKEN))
def an_entity_that_nobody_defined(stage: Stage) -> bytes:
    return change_parts(stage.good, {STRINGS: lambda part: part.replace(b"</t>", b"&nbsp;</t>", 1)})
