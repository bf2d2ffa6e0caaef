"""Files of other kinds (old and binary workbooks, OpenDocument, written replies) under right and wrong names."""

from __future__ import annotations

import functools
import io
import struct
from collections.abc import Callable

from helpers.hostile import forms
from helpers.hostile.compound_files import compound_file, corrupted_variants
from helpers.hostile.fault import (
    BROKEN,
    COSTLY,
    NO_RETURN,
    Stage,
    accepted,
    either,
    fault,
    no_workbook,
    register,
    rejected,
    reply,
)
from helpers.hostile.packing import (
    MIB,
    archive,
    change_parts,
    entry,
    pack_parts,
    parts_of,
    remove_parts,
    repeated_entry,
    replace_entries,
    replace_text,
)

# ----------------------------------------------------------------------------------------------------- old workbooks

for _name, _suffix, _make in (
    ("sound", ".xls", forms.as_xls),
    ("sound-under-the-suffix-xlsx", ".xlsx", forms.as_xls),
):
    register(f"xls-{_name}", _suffix, accepted(), lambda stage, make=_make: make(stage.good))  # type: ignore[misc]

_OLD = ("old-format", *NO_RETURN)
register("xls-of-excel-5", ".xls", either(*_OLD), lambda stage: forms.as_xls(stage.good, version=5))
for _version in (2, 3, 4):
    register(
        f"xls-of-excel-{_version}",
        ".xls",
        rejected(*_OLD),
        lambda stage, version=_version: forms.as_old_xls(stage.good, version),  # type: ignore[misc]
    )

#: [MS-XLS] 2.4.117: how the rest is encrypted (RC4: salt, verifier and its hash; XOR: key and verifier).
_PASSWORDS = {
    "rc4": (0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(range(48))),
    "rc4-cryptoapi": (0x002F, struct.pack("<HHH", 1, 2, 2) + bytes(100)),
    "xor": (0x002F, struct.pack("<HHH", 0, 0x1234, 0x5678)),
}


def xls_with_a_password(record: tuple[int, bytes], stage: Stage) -> bytes:
    stream = bytearray(forms.xls_stream(forms.book_of(stage.good), first=(record,)))
    start = 20 + 4 + len(record[1])
    stream[start:] = bytes(byte ^ 0xA5 for byte in stream[start:])
    return compound_file({"Workbook": bytes(stream)})


for _name, _record in _PASSWORDS.items():
    register(
        f"xls-with-a-password-{_name}",
        ".xls",
        rejected("encrypted"),
        functools.partial(xls_with_a_password, _record),
    )

_CORRUPTIONS = tuple(corrupted_variants(compound_file({"Workbook": bytes(9000)})))
for _name in _CORRUPTIONS:
    register(
        f"xls-{_name}",
        ".xls",
        either(*_OLD),
        lambda stage, name=_name: corrupted_variants(forms.as_xls(stage.good))[name],  # type: ignore[misc]
    )


def xls_records(change: Callable[[bytes], bytes], stage: Stage) -> bytes:
    return compound_file({"Workbook": change(forms.xls_stream(forms.book_of(stage.good)))})


def _with_first_text(stream: bytes, length: int) -> bytes:
    """Return the stream with this number of characters stated for the first text of a sheet."""
    at = stream.index(struct.pack("<H", 0x0204))
    return stream[: at + 10] + struct.pack("<H", length) + stream[at + 12 :]


for _name, _change in {
    "text-longer-than-its-record": lambda stream: _with_first_text(stream, 0xFFFF),
    "record-longer-than-the-stream": lambda stream: stream[:-4] + struct.pack("<HH", 0x0204, 0xFFFF),
    "cut-in-a-record": lambda stream: stream[: len(stream) // 2],
    "no-end-of-the-sheet": lambda stream: stream[:-4],
    "sheet-place-outside": lambda stream: stream[:28] + struct.pack("<I", 0x7FFFFFFF) + stream[32:],
    "sheet-place-at-itself": lambda stream: stream[:28] + struct.pack("<I", 0) + stream[32:],
    "random-behind-the-start": lambda stream: stream[:20] + bytes(n * n % 251 for n in range(len(stream) - 20)),
}.items():
    register(f"xls-{_name}", ".xls", either(*_OLD), functools.partial(xls_records, _change))


@fault(".xls", either(*COSTLY, "not-ours", text="Words from far away"))
def xls_cell_in_the_last_corner(stage: Stage) -> bytes:
    book = forms.book_of(stage.good)
    list(book.values())[1][65535, 255] = "Words from far away"
    return compound_file({"Workbook": forms.xls_stream(book)})


@fault(".xls", either(*COSTLY, *_OLD))
def xls_of_strings_without_number(stage: Stage) -> bytes:
    """A table of shared texts with a count of four thousand million."""
    table = (0x00FC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) + struct.pack("<HB", 0xFFFF, 0) + b"a" * 100)
    return compound_file({"Workbook": forms.xls_stream(forms.book_of(stage.good), first=(table,))})


@fault(".xls", rejected(*_OLD))
def compound_file_of_nothing(stage: Stage) -> bytes:
    return compound_file({})


@fault(".xls", no_workbook(*_OLD))
def compound_file_that_is_a_word_document(stage: Stage) -> bytes:
    return compound_file({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(600), "1Table": bytes(600)})


@fault(".xlsx", rejected("encrypted"))
def password_agile(stage: Stage) -> bytes:
    """Protected with the password “secret”, as by Excel 2010 and later."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(stage.good)).encrypt("secret", out)
    return out.getvalue()


@fault(".xlsx", rejected("encrypted"))
def password_standard(stage: Stage) -> bytes:
    """As by Excel 2007; the streams alone."""
    # [MS-OFFCRYPTO] 2.3.4.5: AES of 128 bits, SHA-1; a provider without a name, and a verifier of noise.
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + b"\0\0"
    verifier = struct.pack("<I", 16) + bytes(range(32)) + struct.pack("<I", 20) + bytes(range(32))
    info = struct.pack("<HHII", 4, 2, 0x24, len(header)) + header + verifier
    return compound_file({"EncryptionInfo": info, "EncryptedPackage": struct.pack("<Q", 5000) + bytes(range(256)) * 20})


@fault(".xls", rejected("encrypted"))
def password_agile_under_the_suffix_xls(stage: Stage) -> bytes:
    info = struct.pack("<HHI", 4, 4, 0x40) + b"<encryption/>"
    return compound_file({"EncryptionInfo": info, "EncryptedPackage": struct.pack("<Q", 6000) + bytes(range(256)) * 24})


# ---------------------------------------------------------------------------------------------- the binary workbook

register("xlsb-sound", ".xlsb", accepted(), lambda stage: forms.as_xlsb(stage.good))


def xlsb_sheet(change: Callable[[bytes], bytes], stage: Stage) -> bytes:
    """Return the return as .xlsb with the outcome's sheet changed."""
    return forms.as_xlsb(stage.good, lambda number, part: change(part) if number == 1 else part)


_SHEET_END = forms.bin_record(146) + forms.bin_record(130)
_CELL_HEAD = struct.pack("<II", 0, 0)


def _before_the_end(more: bytes) -> Callable[[bytes], bytes]:
    return replace_text(_SHEET_END, more + _SHEET_END)


for _name, _corrupt in {
    "cut-in-the-sheet": lambda part: part[: len(part) // 2],
    "record-longer-than-the-part": _before_the_end(forms.bin_record(6, _CELL_HEAD, length=0x0FFFFFFF)),
    "text-longer-than-the-record": _before_the_end(
        forms.bin_row(40) + forms.bin_record(6, _CELL_HEAD + forms.bin_text("a", length=0xFFFFFFFF))
    ),
    "text-of-two-gigabytes": _before_the_end(
        forms.bin_row(40) + forms.bin_record(6, _CELL_HEAD + forms.bin_text("a", length=0x3FFFFFFF))
    ),
    "row-too-far": _before_the_end(forms.bin_row(0xFFFFFFF0) + forms.bin_cell(0, "Words from far away")),
    "column-too-far": _before_the_end(forms.bin_row(40) + forms.bin_cell(0xFFFFFFF0, "Words from far away")),
    "last-corner": _before_the_end(forms.bin_row(1048575) + forms.bin_cell(16383, "Words from far away")),
    "shared-text-out-of-range": _before_the_end(
        forms.bin_row(40) + forms.bin_record(7, _CELL_HEAD + struct.pack("<I", 0xFFFFFFFF))
    ),
    "size-that-lies": lambda part: part.replace(part[2 : 2 + 19], forms.bin_record(148, b"\xff" * 16), 1),
    "random-bytes": lambda part: bytes(n * n % 251 for n in range(3000)),
    "nothing": lambda part: b"",
}.items():
    # A value out of range may be reported or rejected; the table above it stays valid.
    register(f"xlsb-{_name}", ".xlsb", either(*NO_RETURN), functools.partial(xlsb_sheet, _corrupt))


@fault(".xlsb", rejected(*BROKEN))
def xlsb_without_its_workbook(stage: Stage) -> bytes:
    return remove_parts(forms.as_xlsb(stage.good), "xl/workbook.bin")


@fault(".xlsb", rejected(*BROKEN))
def xlsb_workbook_cut(stage: Stage) -> bytes:
    return change_parts(forms.as_xlsb(stage.good), {"xl/workbook.bin": lambda part: part[:40]})


@fault(".xlsb", rejected(*BROKEN))
def xlsb_cut(stage: Stage) -> bytes:
    whole = forms.as_xlsb(stage.good)
    return whole[: len(whole) // 2]


# ------------------------------------------------------------------------------------------------------ OpenDocument

register("ods-sound", ".ods", accepted(), lambda stage: forms.as_ods(stage.good))
register("fods-sound", ".fods", either(*BROKEN), lambda stage: forms.as_fods(stage.good))
register("fods-under-the-suffix-ods", ".ods", either(*BROKEN), lambda stage: forms.as_fods(stage.good))

_TABLE_END = "</table:table>"
_VALUED = '<table:table-cell {} office:value-type="string"><text:p>Filler</text:p></table:table-cell>'
_EMPTY = "<table:table-cell {}/>"
_SPACES = '<text:s text:c="4294967295"/>'
_SPANS = 'table:number-columns-spanned="2147483647" table:number-rows-spanned="2147483647"'


def ods_row(attributes: str, cell: str, stage: Stage) -> bytes:
    """Return the return as .ods with a row at the end of every sheet."""
    row = f"<table:table-row {attributes}>{cell}</table:table-row>{_TABLE_END}"
    return change_parts(forms.as_ods(stage.good), {"content.xml": replace_text(_TABLE_END, row, -1)})


_ROWS, _COLUMNS = "table:number-rows-repeated", "table:number-columns-repeated"
for _name, _attributes, _cell, _expected in (
    ("value-in-every-cell", f'{_ROWS}="1048576"', _VALUED.format(f'{_COLUMNS}="16384"'), either(*COSTLY)),
    ("value-in-every-row", f'{_ROWS}="1048500"', _VALUED.format(""), either(*COSTLY)),
    ("value-in-every-column", "", _VALUED.format(f'{_COLUMNS}="16384"'), either(*COSTLY)),
    ("value-repeated-32-bits", f'{_ROWS}="4294967295"', _VALUED.format(f'{_COLUMNS}="4294967295"'), either(*COSTLY)),
    ("value-repeated-64-bits", f'{_ROWS}="18446744073709551615"', _VALUED.format(""), either(*COSTLY)),
    ("value-repeated-negative", f'{_ROWS}="-5"', _VALUED.format(f'{_COLUMNS}="-5"'), either(*COSTLY)),
    ("value-repeated-nonsense", f'{_ROWS}="many"', _VALUED.format(f'{_COLUMNS}="more"'), either(*COSTLY)),
    ("empty-to-the-last-corner", f'{_ROWS}="1048500"', _EMPTY.format(f'{_COLUMNS}="16384"'), accepted()),
    ("empty-repeated-32-bits", f'{_ROWS}="4294967295"', _EMPTY.format(f'{_COLUMNS}="4294967295"'), either(*COSTLY)),
    ("spanning-everything", "", _VALUED.format(_SPANS), either(*COSTLY)),
    ("spaces-without-number", "", _VALUED.format("").replace("Filler", _SPACES), either(*COSTLY)),
):  # fmt: skip
    register(f"ods-{_name}", ".ods", _expected, functools.partial(ods_row, _attributes, _cell))


@fault(".ods", either(*COSTLY, text="Words from far away"))
def ods_word_in_the_last_corner(stage: Stage) -> bytes:
    skipped = f'<table:table-row {_ROWS}="1048000"><table:table-cell/></table:table-row><table:table-row>'
    word = '<table:table-cell office:value-type="string"><text:p>Words from far away</text:p></table:table-cell>'
    row = f'{skipped}<table:table-cell {_COLUMNS}="16000"/>{word}</table:table-row>{_TABLE_END}'
    return change_parts(forms.as_ods(stage.good), {"content.xml": replace_text(_TABLE_END, row)})


@fault(".ods", rejected("encrypted"))
def ods_with_a_password(stage: Stage) -> bytes:
    """ODF 1.3 part 2, section 3.4: each part is noise, and the manifest states by which key it was encrypted."""
    import random

    key = (
        '<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="AAAA">'
        '<manifest:algorithm manifest:algorithm-name="Blowfish CFB" manifest:initialisation-vector="AAAA"/>'
        '<manifest:key-derivation manifest:key-derivation-name="PBKDF2" manifest:iteration-count="1024"/>'
        "</manifest:encryption-data></manifest:file-entry>"
    )
    whole = parts_of(forms.as_ods(stage.good))
    plain = 'manifest:full-path="content.xml" manifest:media-type="text/xml"'
    manifest = replace_text(f"{plain}/>", f"{plain}>{key}")(whole["META-INF/manifest.xml"])
    noise = random.Random(7).randbytes(4000)
    return pack_parts({**whole, "META-INF/manifest.xml": manifest, "content.xml": noise})


@fault(".ods", rejected("encrypted", *BROKEN))
def ods_with_a_password_wholesale(stage: Stage) -> bytes:
    """ODF 1.3's newer way, as LibreOffice 24 and later: one encrypted package inside."""
    key = (
        '<manifest:encryption-data manifest:size="4000"><manifest:algorithm manifest:initialisation-vector="AAAA" '
        'manifest:algorithm-name="http://www.w3.org/2009/xmlenc11#aes256-gcm"/></manifest:encryption-data>'
    )
    name = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    file = f'manifest:full-path="encrypted-package" manifest:media-type="{forms.ODS}"'
    listed = f"<manifest:file-entry {file}>{key}</manifest:file-entry>"
    manifest = f'<manifest:manifest xmlns:manifest="{name}">{listed}</manifest:manifest>'
    parts = [("META-INF/manifest.xml", manifest.encode()), ("encrypted-package", bytes(range(256)) * 16)]
    return archive([entry("mimetype", forms.ODS.encode(), method=0), *(entry(*part) for part in parts)])


@fault(".ods", rejected(*BROKEN))
def ods_without_content(stage: Stage) -> bytes:
    return remove_parts(forms.as_ods(stage.good), "content.xml")


@fault(".ods", rejected(*BROKEN))
def ods_cut(stage: Stage) -> bytes:
    whole = forms.as_ods(stage.good)
    return whole[: len(whole) * 2 // 3]


@fault(".ods", rejected(*BROKEN))
def ods_content_cut(stage: Stage) -> bytes:
    return change_parts(forms.as_ods(stage.good), {"content.xml": lambda part: part[: len(part) // 2]})


@fault(".ods", rejected(*COSTLY))
def ods_bomb(stage: Stage) -> bytes:
    whole = forms.as_ods(stage.good)
    part = parts_of(whole)["content.xml"]
    at = part.index(b"</office:spreadsheet>")
    return replace_entries(whole, repeated_entry("content.xml", part[:at], b" " * MIB, 2048, part[at:]))


for _label, _tag, _before in (
    ("tables", "table:table", "</office:spreadsheet>"),
    ("spans", "text:span", "</text:p>"),
    ("groups", "table:table-row-group", "</table:table>"),
):
    register(
        f"ods-a-hundred-thousand-deep-in-{_label}",
        ".ods",
        rejected(*COSTLY),
        lambda stage, tag=_tag, before=_before: change_parts(  # type: ignore[misc]
            forms.as_ods(stage.good),
            {"content.xml": replace_text(before, f"<{tag}>" * 100_000 + f"</{tag}>" * 100_000 + before)},
        ),
    )


@fault(".ods", either(*COSTLY))
def ods_of_ten_thousand_sheets(stage: Stage) -> bytes:
    more = "".join(f'<table:table table:name="S{n}"/>' for n in range(10_000))
    end = "</office:spreadsheet>"
    return change_parts(forms.as_ods(stage.good), {"content.xml": replace_text(end, more + end)})


# -------------------------------------------------------------------------------------------------- replies in words

WORDS = "Our answers are below"

_HTML = f"<!DOCTYPE html><html><head><title>Reply</title></head><body><p>{WORDS}: 2.1a is green.</p></body></html>"
_MHTML = (
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="edge"\r\n\r\n--edge\r\n'
    f"Content-Type: text/html\r\n\r\n{_HTML}\r\n--edge--\r\n"
)
_XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Sheet1"><Table><Row><Cell>'
    f'<Data ss:Type="String">{WORDS}</Data></Cell></Row></Table></Worksheet></Workbook>'
)


def _odt(words: str) -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text"))
    body = f"<office:body><office:text><text:p>{words}</text:p></office:text></office:body>"
    content = f"<office:document-content {spaces}>{body}</office:document-content>"
    return archive([entry("mimetype", kind.encode(), method=0), entry("content.xml", content.encode())])


def _pptx(words: str) -> bytes:
    return pack_parts({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": f"<p>{words}</p>".encode()})


#: Other kinds of file by the suffix that they should have.
KINDS: dict[str, Callable[[str], bytes]] = {
    "html": lambda words: _HTML.replace(WORDS, words).encode(),
    "csv": lambda words: f"Task,Status,Position\r\n2.1a,GREEN,{words}\r\n".encode(),
    "tsv": lambda words: f"Task\tStatus\tPosition\r\n2.1a\tGREEN\t{words}\r\n".encode(),
    "xml": lambda words: _XML_2003.replace(WORDS, words).encode(),
    "pdf": forms.as_pdf,
    "png": lambda words: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + words.encode(),
    "jpeg": lambda words: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + words.encode(),
    "gif": lambda words: b"GIF89a\x01\x00\x01\x00" + words.encode(),
    "rtf": lambda words: rb"{\rtf1\ansi " + words.encode() + b"}",
    "json": lambda words: f'{{"2.1a": "GREEN", "words": "{words}"}}'.encode(),
    "txt": lambda words: f"Dear all,\r\n{words}. 2.1a is green.\r\nAnn".encode(),
    "utf-16-text": lambda words: f"Dear all,\r\n{words}.".encode("utf-16"),
    "mhtml": lambda words: _MHTML.replace(WORDS, words).encode(),
    "docx": forms.as_docx,
    "pptx": _pptx,
    "odt": _odt,
    "svg": lambda words: f'<svg xmlns="http://www.w3.org/2000/svg"><text>{words}</text></svg>'.encode(),
    "exe": lambda words: b"MZ\x90\x00" + words.encode() + bytes(500),
    "sqlite": lambda words: b"SQLite format 3\x00" + words.encode() + bytes(500),
    "gzip": lambda words: b"\x1f\x8b\x08\x00" + words.encode(),
    "7z": lambda words: b"7z\xbc\xaf\x27\x1c" + words.encode(),
    "rar": lambda words: b"Rar!\x1a\x07\x00" + words.encode(),
    "numbers": lambda words: pack_parts({"Index/Document.iwa": words.encode(), "Index/Tables/x.iwa": b""}),
}
for _kind, _make_file in KINDS.items():
    for _suffix in (".xlsx", ".xls"):
        register(
            f"{_kind}-under-the-suffix-{_suffix[1:]}",
            _suffix,
            no_workbook(*NO_RETURN, "encrypted"),
            lambda stage, make_file=_make_file, suffix=_suffix: make_file(f"{WORDS} for {suffix[1:]}"),  # type: ignore[misc]
        )
for _kind in ("pdf", "docx", "html", "txt"):
    register(f"reply-in-{_kind}", f".{_kind}", reply(WORDS), lambda stage, kind=_kind: KINDS[kind](WORDS))  # type: ignore[misc]


def pdf_with(objects: dict[int, bytes], stage: Stage) -> bytes:
    return forms.as_pdf(WORDS, objects)


for _name, _objects in {
    "pages-in-a-ring": {2: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"},
    "parent-in-a-ring": {3: b"<</Type/Page/Parent 3 0 R/Contents 4 0 R>>"},
    "contents-of-itself": {4: b"4 0 R"},
    "arrays-a-hundred-thousand-deep": {3: b"[" * 100_000 + b"]" * 100_000},
    "pages-without-number": {2: b"<</Type/Pages/Kids[" + b"3 0 R " * 200_000 + b"]/Count 200000>>"},
    "length-that-lies": {4: b"<</Length 99999999999>>stream\nBT (a) Tj ET\nendstream"},
    "length-of-itself": {4: b"<</Length 4 0 R>>stream\nBT (a) Tj ET\nendstream"},
    "named-javascript": {1: b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"},
}.items():
    register(f"pdf-{_name}", ".pdf", no_workbook(*BROKEN, *COSTLY), functools.partial(pdf_with, _objects))


@fault(".pdf", no_workbook(*BROKEN, *COSTLY))
def pdf_bomb(stage: Stage) -> bytes:
    data = forms.flate(repeated_entry("x", b"BT ", b" " * MIB, 2048, b" ET"))
    text = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(data), data)
    return forms.as_pdf(WORDS, {4: text})


@fault(".pdf", no_workbook(*BROKEN, *COSTLY))
def pdf_bomb_packed_twice(stage: Stage) -> bytes:
    data = forms.flate_of(forms.flate(repeated_entry("x", b"BT ", b" " * MIB, 2048, b" ET")))
    text = b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(data), data)
    return forms.as_pdf(WORDS, {4: text})


@fault(".pdf", no_workbook(*BROKEN, *COSTLY))
def pdf_cut(stage: Stage) -> bytes:
    return forms.as_pdf(WORDS)[:200]


@fault(".pdf", no_workbook("encrypted", *BROKEN))
def pdf_with_a_password(stage: Stage) -> bytes:
    security = b"<</Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/Size" % (b"o" * 32, b"u" * 32)
    return forms.as_pdf(WORDS).replace(b"<</Size", security)


@fault(".docx", no_workbook(*BROKEN, *COSTLY))
def docx_bomb(stage: Stage) -> bytes:
    whole = forms.as_docx(WORDS)
    part = parts_of(whole)["word/document.xml"]
    at = part.index(b"</w:body>")
    return replace_entries(whole, repeated_entry("word/document.xml", part[:at], b" " * MIB, 2048, part[at:]))


@fault(".docx", no_workbook(*BROKEN, *COSTLY))
def docx_a_hundred_thousand_deep(stage: Stage) -> bytes:
    deep = "<w:tbl><w:tr><w:tc>" * 40_000 + "</w:tc></w:tr></w:tbl>" * 40_000
    return change_parts(forms.as_docx(WORDS), {"word/document.xml": replace_text("</w:body>", deep + "</w:body>")})


@fault(".docx", no_workbook(*BROKEN, *COSTLY))
def docx_that_reaches_outside(stage: Stage) -> bytes:
    """A template and a picture from elsewhere, as in many attacks by e-mail."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    to = f'<Relationship Id="rId1" Type="{kind}/attachedTemplate" Target="{stage.url}t.dotm" TargetMode="External"/>'
    to += f'<Relationship Id="rId2" Type="{kind}/image" Target="{stage.canary.as_uri()}" TargetMode="External"/>'
    return change_parts(
        forms.as_docx(WORDS),
        {"word/_rels/document.xml.rels": replace_text("</Relationships>", to + "</Relationships>")},
    )


@fault(".docx", no_workbook(*BROKEN))
def docx_cut(stage: Stage) -> bytes:
    return forms.as_docx(WORDS)[:700]


@fault(".html", no_workbook(*BROKEN, *COSTLY))
def html_of_a_million_open_tags(stage: Stage) -> bytes:
    return f"<html><body><p>{WORDS}".encode() + b"<div>" * 1_000_000


@fault(".html", no_workbook(*BROKEN, *COSTLY))
def html_that_reaches_outside(stage: Stage) -> bytes:
    fetched = f'<img src="{stage.url}x.png"><iframe src="{stage.canary.as_uri()}"></iframe>'
    return f"<html><body><p>{WORDS}</p>{fetched}".encode()


@fault(".txt", no_workbook(*BROKEN, *COSTLY))
def text_of_fifty_mebibytes_in_one_line(stage: Stage) -> bytes:
    return WORDS.encode() + b" and on" * (7 * MIB)


@fault(".txt", no_workbook(*BROKEN))
def text_of_terminal_commands(stage: Stage) -> bytes:
    return f"{WORDS}\x1b[2J\x1b]0;owned\x07 [red]markup[/red] {{braces}} %s\n".encode()


@fault(".csv", no_workbook(*BROKEN, *COSTLY))
def csv_of_formulas_and_a_quote_that_never_ends(stage: Stage) -> bytes:
    return f"=cmd|'/c calc'!A0,+1,-1,@x\r\n\"{WORDS}".encode() + b",\n" * 500_000
