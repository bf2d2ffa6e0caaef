"""Faulty workbook parts: cells out of range, false counts, endless sheets, links to missing targets."""

from __future__ import annotations

import functools
import random
import re

from helpers.hostile.fault import BROKEN, COSTLY, Stage, accepted, either, fault, register, rejected
from helpers.hostile.packing import (
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
    Change,
    archive,
    change_parts,
    entry,
    parts_of,
    remove_parts,
    repeated_entry,
    replace_entries,
    replace_text,
)

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
SHEET_RELATIONS = "xl/worksheets/_rels/sheet2.xml.rels"
END = "</sheetData>"
WORDS = "Words from far away"

_ATTACHED = {
    "comments": (
        "xl/comments1.xml",
        f'<comments xmlns="{MAIN}"><authors><author>Ann</author></authors><commentList></commentList></comments>',
    ),
    "drawing": ("xl/drawings/drawing1.xml", f'<xdr:wsDr xmlns:xdr="{DRAWING}"></xdr:wsDr>'),
}


def relations(*targets: tuple[str, str, str], more: str = "") -> bytes:
    """Return a part of relationships: (id, kind, target)."""
    lines = [f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{to}"{more}/>' for name, kind, to in targets]
    return f'<Relationships xmlns="{PACKAGE}">{"".join(lines)}</Relationships>'.encode()


def attach_part(good: bytes, kind: str) -> tuple[bytes, str]:
    """Return the workbook with empty comments or an empty drawing on the outcome's sheet, and that part's name."""
    name, content = _ATTACHED[kind]
    content_type = (
        f"application/vnd.openxmlformats-officedocument.{'spreadsheetml.comments' if kind == 'comments' else kind}"
    )
    override = f'<Override PartName="/{name}" ContentType="{content_type}+xml"/></Types>'
    more = {name: content.encode(), SHEET_RELATIONS: relations(("rId1", kind, f"/{name}"))}
    changes: dict[str, Change] = {TYPES: replace_text("</Types>", override)}
    if kind == "drawing":
        changes[SHEET] = replace_text("</worksheet>", f'<drawing xmlns:r="{OFFICE}" r:id="rId1"/></worksheet>')
    return change_parts(good, changes, more), name


def cell(reference: str, text: str = WORDS) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: str, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def add_rows(good: bytes, rows: str) -> bytes:
    """Return the workbook with these rows at the end of the outcome's sheet."""
    return change_parts(good, {SHEET: replace_text(END, rows + END)})


# --------------------------------------------------------------------------------------------- cells out of range

REFERENCES = {
    "the-last-cell": ("1048576", "XFD1048576"),
    "the-last-column": ("40", "XFD40"),
    "the-last-row": ("1048576", "A1048576"),
    "a-column-too-far": ("40", "XFE40"),
    "a-row-too-far": ("1048577", "A1048577"),
    "six-letters": ("1", "ZZZZZZ1"),
    "forty-letters": ("1", "Z" * 40 + "1"),
    "32-bits": ("4294967295", "A4294967295"),
    "32-bits-and-one": ("4294967297", "A4294967297"),
    "64-bits": ("18446744073709551615", "A18446744073709551615"),
    "99999999999999999999": ("99999999999999999999", "A99999999999999999999"),
    "four-thousand-digits": ("1" * 4000, "A" + "1" * 4000),
    "row-zero": ("0", "A0"),
    "row-negative": ("-1", "A-1"),
    "no-row": ("40", "A"),
    "no-column": ("40", "40"),
    "empty": ("40", ""),
    "lower-case": ("40", "a40"),
    "with-dollars": ("40", "$A$40"),
    "not-ascii": ("40", "Ä40"),
    "arabic-digits": ("40", "A٤٠"),
    "a-range": ("40", "A40:B41"),
    "in-another-row": ("40", "A3"),
    "only-the-row-too-far": ("4294967295", "A40"),
}


def cell_at(number: str, reference: str, stage: Stage) -> bytes:
    return add_rows(stage.good, row(number, cell(reference)))


for _name, (_number, _reference) in REFERENCES.items():
    register(f"cell-at-{_name}", ".xlsx", either(*COSTLY, text=WORDS), functools.partial(cell_at, _number, _reference))


@fault(".xlsx", either(*COSTLY, text=WORDS))
def cells_without_references_after_the_last_column(stage: Stage) -> bytes:
    return add_rows(stage.good, row("40", "<c/>" * 20_000, f"<c t='inlineStr'><is><t>{WORDS}</t></is></c>"))


@fault(".xlsx", either(*COSTLY, text=WORDS))
def far_cells_on_every_sheet(stage: Stage) -> bytes:
    far = row("1048576", cell("XFD1048576"))
    return change_parts(stage.good, {name: replace_text(END, far + END) for name in (FRONT, SHEET, FACTS)})


# -------------------------------------------------------------------------------------------------- statements that lie

_DIMENSION = 'ref="A1:F17"'
for _name, _range in {
    "too-small": "A1:B2",
    "one-cell": "A1",
    "everything": "A1:XFD1048576",
    "beyond": "A1:ZZZZZZ4294967295",
    "backwards": "F17:A1",
    "nonsense": "nonsense",
    "empty": "",
}.items():
    _expected = accepted() if _name in ("too-small", "one-cell", "everything") else either(*BROKEN)
    register(
        f"dimension-{_name}",
        ".xlsx",
        _expected,
        lambda stage, stated_range=_range: change_parts(
            stage.good, {SHEET: replace_text(_DIMENSION, f'ref="{stated_range}"')}
        ),  # type: ignore[misc]
    )


def restate_string_counts(counts: str, stage: Stage) -> bytes:
    return change_parts(
        stage.good,
        {
            STRINGS: lambda part: re.sub(
                rb"<sst([^>]*?)(?: (?:uniqueC|c)ount=\"\d+\")*>", rb"<sst\1 " + counts.encode() + b">", part, count=1
            )
        },
    )


for _name, _counts in {
    "too-many": 'count="4000000000" uniqueCount="4000000000"',
    "64-bits": 'count="18446744073709551615" uniqueCount="18446744073709551615"',
    "negative": 'count="-1" uniqueCount="-5"',
    "none": 'count="0" uniqueCount="0"',
    "nonsense": 'count="many" uniqueCount="more"',
}.items():
    _expected = accepted() if _name == "none" else either(*COSTLY)
    register(f"strings-counted-{_name}", ".xlsx", _expected, functools.partial(restate_string_counts, _counts))


def string_number(index: str, stage: Stage) -> bytes:
    return add_rows(stage.good, row("40", f'<c r="A40" t="s"><v>{index}</v></c>'))


for _name, _index in {
    "out-of-range": "4000",
    "32-bits": "4294967295",
    "64-bits": "18446744073709551616",
    "negative": "-1",
    "fraction": "1.5",
    "nonsense": "first",
    "empty": "",
}.items():
    register(f"string-number-{_name}", ".xlsx", either(*COSTLY), functools.partial(string_number, _index))


def style_number(index: str, stage: Stage) -> bytes:
    return change_parts(stage.good, {SHEET: replace_text(' s="22"', f' s="{index}"', -1)})


for _name, _index in {"out-of-range": "4000", "32-bits": "4294967295", "negative": "-1"}.items():
    register(f"style-number-{_name}", ".xlsx", either(*BROKEN), functools.partial(style_number, _index))


@fault(".xlsx", either(*COSTLY))
def styles_counted_too_many(stage: Stage) -> bytes:
    return change_parts(
        stage.good, {STYLES: lambda part: re.sub(rb'<cellXfs count="\d+"', b'<cellXfs count="4000000000"', part)}
    )


NUMBERS = {
    "infinite": "1e400",
    "not-a-number": "NaN",
    "of-a-million-digits": "9" * MIB,
    "hexadecimal": "0x10",
    "date-beyond-9999": "99999999",
}


def number(text: str, stage: Stage) -> bytes:
    return add_rows(stage.good, row("40", f'<c r="A40"><v>{text}</v></c>'))


for _name, _text in NUMBERS.items():
    register(f"number-{_name}", ".xlsx", either(*COSTLY), functools.partial(number, _text))


@fault(".xlsx", either(*BROKEN))
def cell_of_no_known_type(stage: Stage) -> bytes:
    return add_rows(stage.good, row("40", '<c r="A40" t="zebra"><v>1</v></c>'))


# -------------------------------------------------------------------------------------------------------- sheer number


def inflate_part(stage: Stage, unit: str, times: int, part: str = SHEET, before: str = END) -> bytes:
    """Return the workbook with a unit repeated this many times in a part, compressed once."""
    whole = parts_of(stage.good)[part]
    at = whole.index(before.encode())
    return replace_entries(stage.good, repeated_entry(part, whole[:at], unit.encode() * 100, times // 100, whole[at:]))


@fault(".xlsx", either(*COSTLY))
def a_million_styled_empty_rows(stage: Stage) -> bytes:
    """As left by a border on a whole column."""
    return inflate_part(stage, '<row ht="18.5"><c s="22"/><c s="22"/></row>', 1_000_000)


@fault(".xlsx", accepted())
def ten_thousand_styled_empty_rows(stage: Stage) -> bytes:
    rows = (row(str(n), f'<c r="A{n}" s="22"/><c r="B{n}" s="22"/>') for n in range(40, 10_040))
    return add_rows(stage.good, "".join(rows))


@fault(".xlsx", either(*COSTLY, text="Filler"))
def a_million_rows_with_values(stage: Stage) -> bytes:
    return inflate_part(stage, "<row>" + "<c t='inlineStr'><is><t>Filler</t></is></c>" + "</row>", 1_000_000)


@fault(".xlsx", either(*COSTLY))
def ten_million_cells_of_numbers(stage: Stage) -> bytes:
    return inflate_part(stage, "<row>" + "<c><v>1</v></c>" * 10 + "</row>", 1_000_000)


@fault(".xlsx", either(*COSTLY))
def a_row_of_a_million_cells(stage: Stage) -> bytes:
    whole = parts_of(stage.good)[SHEET]
    at = whole.index(END.encode())
    start = whole[:at] + b'<row r="40">'
    return replace_entries(
        stage.good, repeated_entry(SHEET, start, b"<c><v>1</v></c>" * 100, 10_000, b"</row>" + whole[at:])
    )


@fault(".xlsx", either(*COSTLY))
def a_hundred_thousand_references_to_one_long_text(stage: Stage) -> bytes:
    """One shared text of 100 KiB used by a hundred thousand cells: 10 GiB when copied into each."""
    parts = parts_of(stage.good)
    strings = parts[STRINGS].replace(b"</sst>", b"<si><t>" + b"Long " * 20_000 + b"</t></si></sst>")
    index = strings.count(b"<si>") - 1
    whole = parts[SHEET]
    at = whole.index(END.encode())
    unit = b'<row><c t="s"><v>%d</v></c></row>' % index * 100
    return replace_entries(
        stage.good, entry(STRINGS, strings), repeated_entry(SHEET, whole[:at], unit, 1000, whole[at:])
    )


def long_text(kib: int, unit: bytes, stage: Stage) -> bytes:
    """A cell with a text of this length, which is a shared text."""
    part = parts_of(stage.good)[STRINGS]
    at = part.rindex(b"</t>")
    return replace_entries(stage.good, repeated_entry(STRINGS, part[:at], unit, kib * 1024 // len(unit), part[at:]))


register("one-text-of-100-mib", ".xlsx", rejected(*COSTLY), functools.partial(long_text, 100 * 1024, b"a" * MIB))
register("one-text-of-30-mib", ".xlsx", either(*COSTLY), functools.partial(long_text, 30 * 1024, b"a" * MIB))


@fault(".xlsx", either(*COSTLY))
def one_text_of_100_mib_that_packs_badly(stage: Stage) -> bytes:
    # Now and then a few bytes that hardly compress: every stated size and the ratio are within the limits.
    noise = random.Random(5)
    unit = b"".join(noise.randbytes(24).hex().encode() + b"a" * 4000 for _ in range(256))
    return long_text(100 * 1024, unit, stage)


@fault(".xlsx", either(*COSTLY))
def ten_million_shared_strings(stage: Stage) -> bytes:
    return inflate_part(stage, "<si/>", 10_000_000, STRINGS, "</sst>")


@fault(".xlsx", either(*COSTLY))
def ten_million_pieces_of_rich_text(stage: Stage) -> bytes:
    part = parts_of(stage.good)[STRINGS]
    at = part.index(b"</sst>")
    return replace_entries(
        stage.good,
        repeated_entry(STRINGS, part[:at] + b"<si>", b"<r><t>a</t></r>" * 1000, 5000, b"</si>" + part[at:]),
    )


@fault(".xlsx", either(*COSTLY))
def five_million_styles(stage: Stage) -> bytes:
    return inflate_part(stage, "<xf/>", 5_000_000, STYLES, "</cellXfs>")


@fault(".xlsx", either(*COSTLY))
def two_million_defined_names(stage: Stage) -> bytes:
    return inflate_part(stage, '<definedName name="a">A1</definedName>', 2_000_000, WORKBOOK, "</definedNames>")


@fault(".xlsx", either(*COSTLY))
def a_million_relations(stage: Stage) -> bytes:
    unit = f'<Relationship Id="a" Type="{OFFICE}/image" Target="a"/>'
    return inflate_part(stage, unit, 1_000_000, RELATIONS, "</Relationships>")


@fault(".xlsx", accepted())
def five_thousand_merged_ranges(stage: Stage) -> bytes:
    """Below the table; most cells of a formatted form are merged."""
    merged = "".join(f'<mergeCell ref="A{n}:E{n}"/>' for n in range(40, 5040))
    return change_parts(stage.good, {SHEET: lambda part: _after_protection(part, f"<mergeCells>{merged}</mergeCells>")})


def _after_protection(part: bytes, more: str) -> bytes:
    """Return the sheet with more after its protection, where the schema has merged cells and conditional formats."""
    match = re.search(rb"<sheetProtection[^>]*/>", part)
    at = match.end() if match else part.index(END.encode()) + len(END)
    return part[:at] + more.encode() + part[at:]


@fault(".xlsx", either(*COSTLY))
def everything_merged_into_one_cell(stage: Stage) -> bytes:
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    return change_parts(stage.good, {SHEET: lambda part: _after_protection(part, merged)})


@fault(".xlsx", either(*COSTLY))
def everything_merged_below_the_table_five_hundred_times(stage: Stage) -> bytes:
    merged = '<mergeCell ref="A40:XFD1048576"/>' * 500
    return change_parts(stage.good, {SHEET: lambda part: _after_protection(part, f"<mergeCells>{merged}</mergeCells>")})


_FORMAT = (
    '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>1</formula></cfRule>'
    "</conditionalFormatting>"
)


@fault(".xlsx", either(*COSTLY))
def a_million_conditional_formats(stage: Stage) -> bytes:
    """Ten times what years of copying rows leave."""
    return inflate_part(stage, _FORMAT, 1_000_000, SHEET, "<pageMargins")


@fault(".xlsx", accepted())
def ten_thousand_conditional_formats(stage: Stage) -> bytes:
    return change_parts(stage.good, {SHEET: replace_text("<pageMargins", _FORMAT * 10_000 + "<pageMargins")})


@fault(".xlsx", either(*COSTLY))
def a_list_validation_over_everything_a_hundred_thousand_times(stage: Stage) -> bytes:
    unit = '<dataValidation type="list" sqref="A1:XFD1048576"><formula1>"a,b"</formula1></dataValidation>'
    lists = f'<dataValidations count="100000">{unit * 100_000}</dataValidations>'
    return change_parts(
        stage.good,
        {SHEET: lambda part: re.sub(rb"<dataValidations.*</dataValidations>", lambda _: lists.encode(), part)},
    )


for _name, _columns in {
    "every-column": '<col min="1" max="16384" width="9"/>',
    "32-bits": '<col min="1" max="4294967295" width="9"/>',
    "backwards": '<col min="16384" max="1" width="9"/>',
    "negative": '<col min="-5" max="-1" width="9"/>',
}.items():
    register(
        f"column-spans-{_name}",
        ".xlsx",
        accepted() if _name == "every-column" else either(*COSTLY),
        lambda stage, columns=_columns: change_parts(stage.good, {SHEET: replace_text("</cols>", columns + "</cols>")}),  # type: ignore[misc]
    )


@fault(".xlsx", either(*COSTLY))
def row_spans_of_32_bits(stage: Stage) -> bytes:
    return change_parts(stage.good, {SHEET: replace_text('<row r="1"', '<row spans="1:4294967295" r="1"')})


# ------------------------------------------------------------------------------------------------------------- sheets


@fault(".xlsx", rejected(*COSTLY))
def ten_thousand_sheets(stage: Stage) -> bytes:
    parts = parts_of(stage.good)
    numbers = range(100, 10_100)
    listed = "".join(f'<sheet xmlns:r="{OFFICE}" name="Sheet {n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    to = "".join(f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/s{n}.xml"/>' for n in numbers)
    new = {
        WORKBOOK: parts[WORKBOOK].replace(b"</sheets>", f"{listed}</sheets>".encode()),
        RELATIONS: parts[RELATIONS].replace(b"</Relationships>", f"{to}</Relationships>".encode()),
    }
    blank = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()
    sheets = [entry(f"xl/worksheets/s{n}.xml", blank, method=0) for n in numbers]
    return archive([*(entry(name, new.get(name, part)) for name, part in parts.items()), *sheets])


@fault(".xlsx", either(*COSTLY))
def ten_thousand_sheets_of_one_part(stage: Stage) -> bytes:
    """One part of a thousand rows, listed ten thousand times: ten million rows when each is read."""
    rows = "".join(row(str(n), cell(f"A{n}", "Filler")) for n in range(1, 1001))
    listed = "".join(
        f'<sheet xmlns:r="{OFFICE}" name="Sheet {n}" sheetId="{n}" r:id="rIdMany"/>' for n in range(100, 10_100)
    )
    return change_parts(
        stage.good,
        {
            WORKBOOK: replace_text("</sheets>", listed + "</sheets>"),
            RELATIONS: replace_text(
                "</Relationships>",
                f'<Relationship Id="rIdMany" Type="{OFFICE}/worksheet" Target="worksheets/many.xml"/></Relationships>',
            ),
        },
        {"xl/worksheets/many.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()},
    )


for _name, _sheet in {"behind": "Headlines", "before": "Start here"}.items():
    register(
        f"sheet-name-twice-{_name}",
        ".xlsx",
        either(*BROKEN),
        lambda stage, sheet=_sheet: change_parts(  # type: ignore[misc]
            stage.good, {WORKBOOK: replace_text(f'name="{sheet}"', 'name="Outcome 2.1"')}
        ),
    )


@fault(".xlsx", either(*BROKEN))
def sheet_name_of_control_characters(stage: Stage) -> bytes:
    return change_parts(stage.good, {WORKBOOK: replace_text('name="Headlines"', 'name="&#10;&#9;../../x"')})


@fault(".xlsx", either(*COSTLY))
def sheet_name_of_a_million_characters(stage: Stage) -> bytes:
    return change_parts(stage.good, {WORKBOOK: replace_text('name="Headlines"', f'name="{"Headlines " * 100_000}"')})


@fault(".xlsx", either(*BROKEN))
def sheet_without_a_name(stage: Stage) -> bytes:
    return change_parts(stage.good, {WORKBOOK: replace_text('name="Headlines"', "")})


@fault(".xlsx", rejected(*BROKEN, "not-ours"))
def no_sheet_at_all(stage: Stage) -> bytes:
    return change_parts(stage.good, {WORKBOOK: lambda part: re.sub(rb"<sheet [^>]*/>", b"", part)})


# ------------------------------------------------------------------------------------------------- parts and relations

for _name, _parts, _expected in (
    ("workbook", (WORKBOOK,), rejected(*BROKEN)),
    ("workbook-relations", (RELATIONS,), rejected(*BROKEN)),
    ("outcome-sheet", (SHEET,), rejected(*BROKEN)),
    ("facts-sheet", (FACTS,), either(*BROKEN)),
    ("strings", (STRINGS,), rejected(*BROKEN, "not-ours")),
    ("styles", (STYLES,), either(*BROKEN)),
    ("content-types", (TYPES,), either(*BROKEN)),
    ("top-relations", (TOP,), either(*BROKEN)),
    ("properties", ("docProps/core.xml", "docProps/app.xml"), either(*BROKEN)),
):
    register(
        f"without-the-{_name}",
        ".xlsx",
        _expected,
        lambda stage, names=_parts: remove_parts(stage.good, *names),  # type: ignore[misc]
    )

_SHEET_TARGET = 'Target="/xl/worksheets/sheet2.xml"'
for _name, _target, _expected in (
    ("nowhere", 'Target="/xl/worksheets/sheet77.xml"', rejected(*BROKEN)),
    ("nothing", 'Target=""', rejected(*BROKEN)),
    ("itself", 'Target="/xl/_rels/workbook.xml.rels"', rejected(*BROKEN)),
    ("the-workbook", 'Target="/xl/workbook.xml"', rejected(*BROKEN)),
    ("the-theme", 'Target="/xl/theme/theme1.xml"', rejected(*BROKEN)),
    ("parents", 'Target="../../../../../../etc/passwd"', rejected(*BROKEN)),
    ("the-root", 'Target="/etc/passwd"', rejected(*BROKEN)),
    ("a-share", 'Target="\\\\server\\share\\sheet.xml" TargetMode="External"', rejected(*BROKEN)),
    ("a-device", 'Target="/dev/zero"', rejected(*BROKEN)),
):
    # A workbook with an unreadable sheet has lost its answers, whatever its other sheets contain.
    register(
        f"sheet-leads-to-{_name}",
        ".xlsx",
        _expected,
        lambda stage, target=_target: change_parts(stage.good, {RELATIONS: replace_text(_SHEET_TARGET, target)}),  # type: ignore[misc]
    )


@fault(".xlsx", rejected(*BROKEN))
def sheet_leads_to_a_file_outside(stage: Stage) -> bytes:
    to = f'Target="{stage.canary.as_uri()}" TargetMode="External"'
    return change_parts(stage.good, {RELATIONS: replace_text(_SHEET_TARGET, to)})


@fault(".xlsx", rejected(*BROKEN))
def sheet_leads_to_a_path_outside(stage: Stage) -> bytes:
    return change_parts(stage.good, {RELATIONS: replace_text(_SHEET_TARGET, f'Target="{stage.canary.as_posix()}"')})


@fault(".xlsx", rejected(*BROKEN))
def sheet_leads_to_the_web(stage: Stage) -> bytes:
    to = f'Target="{stage.url}sheet.xml" TargetMode="External"'
    return change_parts(stage.good, {RELATIONS: replace_text(_SHEET_TARGET, to)})


@fault(".xlsx", either(*BROKEN, "not-ours"))
def strings_lead_to_a_file_outside(stage: Stage) -> bytes:
    to = f'Target="{stage.canary.as_uri()}" TargetMode="External"'
    return change_parts(stage.good, {RELATIONS: replace_text('Target="/xl/sharedStrings.xml"', to)})


@fault(".xlsx", rejected(*BROKEN))
def relation_that_the_sheet_names_is_missing(stage: Stage) -> bytes:
    return change_parts(stage.good, {RELATIONS: replace_text('Id="rId2"', 'Id="rId222"')})


@fault(".xlsx", either(*BROKEN))
def relation_id_twice(stage: Stage) -> bytes:
    return change_parts(stage.good, {RELATIONS: replace_text('Id="rId3"', 'Id="rId2"')})


@fault(".xlsx", either(*BROKEN))
def relations_in_a_ring(stage: Stage) -> bytes:
    """The sheet's relationships lead to the workbook, to the sheet and to themselves."""
    ring = relations(
        ("rId1", "comments", "/xl/workbook.xml"),
        ("rId2", "drawing", "/xl/worksheets/sheet2.xml"),
        ("rId3", "worksheet", "/xl/worksheets/_rels/sheet2.xml.rels"),
    )
    return change_parts(
        stage.good,
        {SHEET: replace_text("</worksheet>", f'<drawing xmlns:r="{OFFICE}" r:id="rId2"/></worksheet>')},
        {SHEET_RELATIONS: ring},
    )


@fault(".xlsx", either(*BROKEN))
def top_relation_leads_to_a_sheet(stage: Stage) -> bytes:
    return change_parts(
        stage.good, {TOP: replace_text('Target="xl/workbook.xml"', 'Target="xl/worksheets/sheet2.xml"')}
    )


@fault(".xlsx", either(*BROKEN))
def drawing_that_is_a_sheet(stage: Stage) -> bytes:
    whole, name = attach_part(stage.good, "drawing")
    sheet = parts_of(whole)[SHEET]
    return change_parts(whole, {name: lambda _: sheet})


@fault(".xlsx", either(*BROKEN))
def comments_that_are_broken(stage: Stage) -> bytes:
    whole, name = attach_part(stage.good, "comments")
    return change_parts(whole, {name: lambda part: part[:-30]})


@fault(".xlsx", accepted())
def links_to_the_web_to_files_and_to_shares(stage: Stage) -> bytes:
    """Hyperlinks and a picture stored elsewhere, which must not be fetched."""
    targets = [
        f"{stage.url}page",
        stage.canary.as_uri(),
        "file://server/share/x.xlsx",
        "\\\\server\\share\\x.xlsx",
        "javascript:alert(1)",
    ]
    links = "".join(f'<hyperlink xmlns:r="{OFFICE}" ref="A{n}" r:id="rId{n}"/>' for n in range(1, 6))
    to = relations(
        *((f"rId{n}", "hyperlink", target) for n, target in enumerate(targets, 1)),
        ("rId6", "image", f"{stage.url}picture.png"),
        ("rId7", "oleObject", stage.canary.as_uri()),
        more=' TargetMode="External"',
    )
    return change_parts(
        stage.good,
        {SHEET: replace_text("<pageMargins", f"<hyperlinks>{links}</hyperlinks><pageMargins")},
        {SHEET_RELATIONS: to},
    )


@fault(".xlsx", accepted())
def link_to_another_workbook(stage: Stage) -> bytes:
    """As left by a formula copied in from another workbook."""
    link = "xl/externalLinks/externalLink1.xml"
    book = f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{OFFICE}" r:id="rId1"/></externalLink>'
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    return change_parts(
        stage.good,
        {
            TYPES: replace_text("</Types>", f'<Override PartName="/{link}" ContentType="{content_type}"/></Types>'),
            RELATIONS: replace_text(
                "</Relationships>",
                f'<Relationship Id="rIdLink" Type="{OFFICE}/externalLink" Target="/{link}"/></Relationships>',
            ),
            WORKBOOK: replace_text(
                "</sheets>",
                f'</sheets><externalReferences><externalReference xmlns:r="{OFFICE}" r:id="rIdLink"/>'
                "</externalReferences>",
            ),
        },
        {
            link: book.encode(),
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
                ("rId1", "externalLinkPath", stage.canary.as_uri()), more=' TargetMode="External"'
            ),
        },
    )


def formula_in_an_answer(formula: str, stage: Stage) -> bytes:
    """The first position is the result of a formula; its text is the same as in every other return."""
    parts = parts_of(stage.good)
    match = re.search(
        rb'<c r="C(\d+)"( s="\d+")? t="s"><v>(\d+)</v></c>(?=<c r="D\1"[^>]*t="s")',
        parts[SHEET][parts[SHEET].index(b'<row r="11"') :],
    )
    if not match:
        raise ValueError("no position was found")
    texts = re.findall(rb"<si>.*?<t[^>]*>(.*?)</t>.*?</si>", parts[STRINGS], re.DOTALL)
    value = texts[int(match[3])]
    new_cell = b'<c r="C%s" t="str"><f>%s</f><v>%s</v></c>' % (match[1], formula.encode(), value)
    return change_parts(stage.good, {SHEET: replace_text(match[0], new_cell)})


for _name, _formula in {
    "dde": "cmd|'/c calc.exe'!A0",
    "web-service": 'WEBSERVICE("http://127.0.0.1/")',
    "hyperlink": 'HYPERLINK("file:///etc/passwd","x")',
    "external-book": "'file:///etc/[passwd]x'!A1",
    "itself": "C11",
    "a-million-characters": "1+" * 500_000 + "1",
}.items():
    register(f"formula-{_name}", ".xlsx", accepted(), functools.partial(formula_in_an_answer, _formula))


def with_macros(stage: Stage) -> bytes:
    """Return the return as a workbook with macros, as an address book's add-in leaves it."""
    from helpers.hostile.compound_files import compound_file

    project = compound_file({"PROJECT": b'ID="{0}"\r\nModule=Module1\r\n', "dir": bytes(range(256)) * 20})
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macros = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    return change_parts(
        stage.good,
        {
            TYPES: lambda part: replace_text(
                "</Types>", '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
            )(replace_text(plain, macros)(part)),
            RELATIONS: replace_text(
                "</Relationships>",
                f'<Relationship Id="rIdVba" Type="{kind}" Target="vbaProject.bin"/></Relationships>',
            ),
        },
        {"xl/vbaProject.bin": project},
    )


register("with-macros", ".xlsm", accepted(), with_macros)
register("with-macros-under-the-plain-suffix", ".xlsx", accepted(), with_macros)


@fault(".xlsm", either(*BROKEN))
def macro_project_that_is_broken(stage: Stage) -> bytes:
    return change_parts(with_macros(stage), {"xl/vbaProject.bin": lambda part: part[:700]})


@fault(".xlsm", either(*BROKEN))
def with_a_macro_sheet(stage: Stage) -> bytes:
    """A sheet of Excel 4 macros: calamine rejects the whole file."""
    spaces = f'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" xmlns="{MAIN}"'
    sheet = f"<xm:macrosheet {spaces}><sheetData/></xm:macrosheet>"
    kind = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
    return change_parts(
        with_macros(stage),
        {
            WORKBOOK: replace_text(
                "</sheets>", f'<sheet xmlns:r="{OFFICE}" name="Macro1" sheetId="9" r:id="rIdMacro"/></sheets>'
            ),
            RELATIONS: replace_text(
                "</Relationships>",
                f'<Relationship Id="rIdMacro" Type="{kind}" Target="macrosheets/sheet1.xml"/></Relationships>',
            ),
        },
        {"xl/macrosheets/sheet1.xml": sheet.encode()},
    )
