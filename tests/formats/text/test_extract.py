"""Text of replies that are not workbooks: complete, in reading order, and never an exception."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import pytest

from helpers import office
from helpers.compound_files import compound_file
from helpers.hostile import forms
from helpers.hostile.packing import pack_parts
from helpers.office_packages import relationships_part
from ragsheets.formats.text import extract
from ragsheets.formats.text.charset import decode
from ragsheets.formats.text.extract import extract_text, has_password

EXPECTED_TEXT = """\
Performance report
We held two sessions today.
After a break.
Task | Position | Status
a | First. Second | Amber
After “the” table – é €."""
KINDS = {"word": "docx", "odt": "odt", "rtf": "rtf", "old-word": "doc", "pdf": "pdf", "html": "html", "text": "txt"}


@pytest.fixture(scope="session")
def saved_by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same document in every format, converted from the first by LibreOffice."""
    document = docx.Document()
    document.add_heading("Performance report", 1)
    paragraph = document.add_paragraph("We held two sessions\ttoday.")
    paragraph.add_run().add_break()
    paragraph.add_run("After a break.")
    table = document.add_table(rows=2, cols=3)
    for row, texts in enumerate((("Task", "Position", "Status"), ("a", "First.\nSecond", "Amber"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.add_paragraph("After “the” table – é €.")
    folder = tmp_path_factory.mktemp("written")
    document.save(str(folder / "reply.docx"))
    forms = {}
    for kind, suffix in {**KINDS, "flat": "fodt"}.items():
        path = folder / f"reply.{suffix}"
        forms[kind] = (path if path.exists() else office.convert(folder / "reply.docx", suffix, folder)).read_bytes()
    return forms


@pytest.mark.parametrize("kind", ["word", "odt", "rtf", "html"])
def test_a_document_has_the_same_text_in_every_format(saved_by_libreoffice: dict[str, bytes], kind: str) -> None:
    assert extract_text(kind, saved_by_libreoffice[kind]) == EXPECTED_TEXT


def test_a_flat_document_has_the_same_text(saved_by_libreoffice: dict[str, bytes]) -> None:
    assert extract_text("odt", saved_by_libreoffice["flat"]) == EXPECTED_TEXT


@pytest.mark.parametrize("kind", ["old-word", "pdf", "text"])
def test_formats_without_cells_have_the_same_words(saved_by_libreoffice: dict[str, bytes], kind: str) -> None:
    assert (
        extract_text(kind, saved_by_libreoffice[kind]).replace(" | ", " ").split()
        == EXPECTED_TEXT.replace(" | ", " ").split()
    )


def test_an_old_word_document_keeps_table_rows(saved_by_libreoffice: dict[str, bytes]) -> None:
    assert "Task | Position | Status\n" in extract_text("old-word", saved_by_libreoffice["old-word"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7", b"{\\rtf1", b"<"]
)
def test_unreadable_content_has_no_text_or_is_plain_text(kind: str, content: bytes) -> None:
    assert extract_text(kind, content) == "" or kind in ("text", "html", "rtf")


@pytest.mark.parametrize("kind", KINDS)
def test_altered_and_truncated_files_never_raise(saved_by_libreoffice: dict[str, bytes], kind: str) -> None:
    rng = random.Random(kind)
    for _ in range(60):
        content = bytearray(saved_by_libreoffice[kind])
        for _ in range(rng.choice((1, 5, 50, 500))):
            content[rng.randrange(len(content))] = rng.randrange(256)
        extract_text(kind, bytes(content[: rng.choice((len(content), rng.randrange(len(content))))]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_another_kind_never_raises(saved_by_libreoffice: dict[str, bytes], kind: str) -> None:
    for content in saved_by_libreoffice.values():
        extract_text(kind, content)


# ----------------------------------------------------------------------------------------------------------- length


def test_only_a_long_reply_is_cut() -> None:
    assert extract_text("text", b"x" * 20_000) == "x" * 20_000
    assert extract_text("text", b"x" * 20_001) == "x" * 19_998 + " …"


def test_characters_that_a_report_cannot_hold_are_removed() -> None:
    assert extract_text("text", b"a\0b\x1bc\r\nd") == "abc\nd"
    assert extract_text("html", b"<p>a&#7;b&#xFFFE;c\0d</p>") == "abcd"


# ----------------------------------------------------------------------------------------------------------- Word

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(body: str, main: str = "word/document.xml", namespace: str = WORD, **notes: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", relationships_part(("officeDocument", main)))
        archive.writestr(main, f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>')
        for name, text in notes.items():
            archive.writestr(f"word/{name}.xml", f'<w:{name} xmlns:w="{namespace}">{text}</w:{name}>')
    return buffer.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_tracked_deletions_are_left_out_and_insertions_are_included() -> None:
    body = """<w:p><w:r><w:t xml:space="preserve">We </w:t></w:r>
      <w:del><w:r><w:delText>never</w:delText><w:t>not</w:t></w:r></w:del>
      <w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>
      <w:ins><w:r><w:t>always</w:t></w:r></w:ins><w:moveTo><w:r><w:t> here</w:t></w:r></w:moveTo></w:p>"""
    assert extract_text("word", word(body)) == "We always here"


def test_comments_and_notes_follow_the_text() -> None:
    content = word(
        paragraph("Text"),
        comments=f"<w:comment>{paragraph('Is this right?')}</w:comment>",
        footnotes=f"<w:footnote>{paragraph('A source')}</w:footnote>",
    )
    assert extract_text("word", content) == "Text\nIs this right?\nA source"


def test_a_text_box_is_included_once() -> None:
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{paragraph('In a box')}</w:txbxContent>"
    body = f"""<w:p><w:r><w:t>Before</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="{compatible}">
      <mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"""
    assert extract_text("word", word(body)) == "Before\nIn a box"


def test_nested_tables_keep_their_text_in_order() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('in')}</w:tc><w:tc>{paragraph('ner')}</w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{inner}</w:tc><w:tc>{paragraph('c')}</w:tc></w:tr></w:tbl>"
    assert extract_text("word", word(body + paragraph("end"))) == "a | in | ner | c\nend"


def test_empty_cells_are_kept_and_tab_stops_are_not_tabs() -> None:
    stops = "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr></w:p>"
    body = f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{stops}</w:tc><w:tc>{paragraph('c')}</w:tc></w:tr></w:tbl>"
    assert extract_text("word", word(body)) == "a | | c"


@pytest.mark.parametrize(
    ("main", "namespace"),
    [("word/document2.xml", WORD), ("word/document.xml", "http://purl.oclc.org/ooxml/wordprocessingml/main")],
)
def test_a_main_part_of_another_name_and_the_strict_form_are_read(main: str, namespace: str) -> None:
    assert extract_text("word", word(paragraph("Read"), main, namespace)) == "Read"


@pytest.mark.parametrize("kind", ["word", "odt"])
def test_entities_are_neither_expanded_nor_fetched(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    nested_entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f"""<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY e0 "AAAAAAAAAA">{nested_entities}
      <!ENTITY x SYSTEM "{secret.as_uri()}">]>
      <w:document xmlns:w="{WORD}"><w:p><w:t>&x;&e11;</w:t></w:p></w:document>"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", text)
        archive.writestr("content.xml", text)
    extracted = extract_text(kind, buffer.getvalue())
    assert "SECRET" not in extracted
    assert len(extracted) < 100


def test_a_part_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragsheets.formats.text.docx_odt.MAX_PART_BYTES", 10_000)
    assert extract_text("word", word(paragraph("x" * 9_000))) == "x" * 9_000
    assert extract_text("word", word(paragraph("x" * 10_000))) == ""


# -------------------------------------------------------------------------------------------------- OpenDocument


def test_tracked_deletions_are_left_out_of_odt_and_comments_are_in_brackets() -> None:
    content = """<?xml version="1.0"?><o:document-content xmlns:o="o" xmlns:t="t" xmlns:dc="dc"><o:body><o:text>
      <t:tracked-changes><t:changed-region><t:deletion><t:p>never</t:p></t:deletion></t:changed-region></t:tracked-changes>
      <t:p>We<t:s/>always<o:annotation><dc:creator>Di</dc:creator><dc:date>2008</dc:date><t:p>sure?</t:p></o:annotation>
        do<t:line-break/>it</t:p></o:text></o:body></o:document-content>"""
    assert extract_text("odt", content.encode()) == "We always [sure?] do\nit"


def test_fields_in_the_text_of_an_odt_are_words_of_it() -> None:
    content = """<o:document-content xmlns:o="o" xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
      <o:meta>no</o:meta><t:p>On <t:date>4 September</t:date> “<t:title>Parks</t:title>” by <t:creator>Di</t:creator>:
      <t:meta>amber</t:meta></t:p></o:document-content>"""
    assert extract_text("odt", content.encode()) == "On 4 September “Parks” by Di: amber"


# ------------------------------------------------------------------------------------------------------- rich text


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi caf\'e9 \u8364?5}", "café €5"),
        (rb"{\rtf1\ansi\uc2\u8211\'96\'96x{\uc0\u233y}}", "–xéy"),
        (rb"{\rtf1\ansi\ansicpg1251 \'cf\'f0}", "Пр"),
        (rb"{\rtf1\ansi{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}\f1 \'cf\'f0\f0 \'e9}", "Прé"),
        (rb"{\rtf1\ansi{\fonttbl{\f1\fcharset128 B;}}\f1 \'93\'fa\'96\'7b}", "日本"),
        (rb"{\rtf1 \u-10179?\u-8703?}", "\U0001f601"),
        (rb"{\rtf1 a{\deleted gone}b{\*\unknown hidden {\b deep}}c{\info{\title no}}d}", "abcd"),
        (rb"{\rtf1 a\par b\line c\tab d\~e\_f\-g\\\{\}}", "a\nb\nc d e-fg\\{}"),
        (rb"{\rtf1 a{\pict\bin5 }{\\}x}b}", "ab"),
        (rb"{\rtf1 x{\field{\*\fldinst HYPERLINK no}{\fldrslt shown}}y}", "xshowny"),
        (rb"{\rtf1 x{\*\annotation a note}}", "xa note"),
        (rb"{\rtf1 {\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt boxed}}{\shprslt twice}}}", "boxed"),
        (rb"{\rtf1\trowd\intbl a\par b\cell c\cell\row\pard after}", "a b | c\nafter"),
        (rb"}}}{\rtf1 odd}}}{{{", "odd"),
        (rb"{\rtf1 \bin99999999999 x", "x"),
    ],
)  # fmt: skip
def test_rich_text_is_read(rtf: bytes, text: str) -> None:
    assert extract_text("rtf", rtf) == text


# --------------------------------------------------------------------------------------------------------- old Word


def test_an_encrypted_old_document_has_no_text() -> None:
    main = bytearray(b"\xec\xa5\xc1\x00".ljust(0x1A8, b"\0") + b"words that can be read by anyone" * 9)
    assert "words that" in extract_text("old-word", compound_file({"WordDocument": bytes(main), "0Table": b""}))
    odd = bytes(main).replace(b"words", b"x\0" * 8 + b"words")
    assert "words that" in extract_text("old-word", compound_file({"WordDocument": odd, "0Table": b""}))
    main[0x0B] |= 0x01
    assert extract_text("old-word", compound_file({"WordDocument": bytes(main), "0Table": b""})) == ""


def old_document(text: str, pieces: Sequence[tuple[int, int, bool]]) -> bytes:
    """A .doc with these pieces: (length in characters, offset in bytes, 8-bit)."""
    main = bytearray(b"\xec\xa5\xc1\x00".ljust(0x200, b"\0") + text.encode("utf-16-le"))
    bounds, piece_entries = b"\0\0\0\0", b""
    end = 0
    for count, offset, is_8_bit in pieces:
        end += count
        bounds += end.to_bytes(4, "little")
        piece_entries += b"\0\0" + (offset * 2 | 0x40000000 if is_8_bit else offset).to_bytes(4, "little") + b"\0\0"
    piece_table = bounds + piece_entries
    table_stream = b"\x01\x02\x00ab" + b"\x02" + len(piece_table).to_bytes(4, "little") + piece_table
    main[0x1A2:0x1AA] = (0).to_bytes(4, "little") + len(table_stream).to_bytes(4, "little")
    return compound_file({"WordDocument": bytes(main), "0Table": table_stream})


def test_an_old_document_is_assembled_from_its_pieces() -> None:
    text = "second \x13 HYPERLINK \x13 PAGE \x14no\x15 \x14shown\x15 end\r"
    content = old_document("first " + text, [(len(text), 0x200 + 12, False), (6, 0x200, False)])
    assert extract_text("old-word", content) == "second shown end\nfirst"


def test_overlapping_pieces_are_read_only_up_to_the_size_of_the_file() -> None:
    content = old_document("x" * 500, [(500, 0x200, False)] * 300)
    assert len(extract_text("old-word", content)) < 3000


def test_other_old_office_files_have_no_text() -> None:
    assert extract_text("old-word", compound_file({"Workbook": b"words that can be read by anyone"})) == ""


# -------------------------------------------------------------------------------------------------------------- PDF


def pdf(*, pages: int = 1, encrypt: str | None = None, notes: Sequence[str] = ()) -> bytes:
    from pypdf import PdfWriter
    from pypdf.annotations import FreeText

    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    for note in notes:
        writer.add_annotation(0, FreeText(text=note, rect=(10, 10, 90, 90)))
    if encrypt is not None:
        writer.encrypt(encrypt, owner_password="owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_what_was_typed_and_chosen_in_a_form_is_quoted() -> None:
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, NameObject, PdfObject, TextStringObject

    def field(kind: str, name: str, value: PdfObject, **more: PdfObject) -> PdfObject:
        entries = {"/FT": NameObject(kind), "/T": TextStringObject(name), "/V": value}
        entries |= {f"/{key}": item for key, item in more.items()}
        return writer._add_object(DictionaryObject({NameObject(key): item for key, item in entries.items()}))

    words = TextStringObject
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    options = ArrayObject(
        [ArrayObject(), *(ArrayObject(map(words, pair)) for pair in (("1", "Green"), ("2", "Amber")))]
    )
    signature = DictionaryObject({NameObject("/Contents"): ByteStringObject(bytes(9))})
    fields = [
        field("/Tx", "Position", words("Begun")),
        field("/Tx", "Empty", words("")),
        field("/Ch", "Status", words("2"), Opt=options),
        field("/Ch", "Months", ArrayObject([words("May"), words("June")])),
        field("/Btn", "Agreed", NameObject("/Yes")),
        field("/Btn", "Late", NameObject("/Off")),
        field("/Sig", "Signature", signature),
    ]
    form = DictionaryObject({NameObject("/Fields"): ArrayObject(fields)})
    writer._root_object[NameObject("/AcroForm")] = form
    buffer = io.BytesIO()
    writer.write(buffer)
    assert extract_text("pdf", buffer.getvalue()) == "Position: Begun\nStatus: Amber\nMonths: May, June\nAgreed: Yes"


def test_a_scan_has_no_text() -> None:
    assert extract_text("pdf", pdf()) == ""


def test_annotations_on_a_page_are_quoted() -> None:
    assert extract_text("pdf", pdf(notes=["On track", "By May"])) == "On track\nBy May"


def test_a_pdf_with_a_password_has_no_text_unless_it_opens_without_one() -> None:
    assert extract_text("pdf", pdf(notes=["Hidden"], encrypt="secret")) == ""
    assert extract_text("pdf", pdf(notes=["Shown"], encrypt="")) == "Shown"


def test_only_the_first_pages_of_a_pdf_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    monkeypatch.setattr("pypdf.PageObject.extract_text", lambda page: read.append(page) or "")
    extract_text("pdf", pdf(pages=60))
    assert len(read) == extract.MAX_PAGES


def test_text_before_any_error_of_the_library_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    page_texts = iter(["First page", None])

    def extract_page(_: object) -> str:
        text = next(page_texts)
        if text is None:
            raise RecursionError
        return text

    monkeypatch.setattr("pypdf.PageObject.extract_text", extract_page)
    assert extract_text("pdf", pdf(pages=2)) == "First page"


# ------------------------------------------------------------------------------------------------------ HTML and text


@pytest.mark.parametrize(
    ("html_text", "text"),
    [
        ("<p>a<p>b<div>c</div>d<br>e", "a\nb\nc\nd\ne"),
        ("<head><title>no</title></head><style>no</style><script>no</script>yes<!-- no -->", "yes"),
        ("<table><tr><td>a<p>b</td><td>c</td></tr><tr><th>d</th></tr></table>e", "a b | c\nd\ne"),
        ("<table><tr><td><p>one</p><p>two</p></td></tr></table>", "one\ntwo"),
        ("<ul><li>a</li><li>b</li></ul>", "* a\n* b"),
        ("<pre>a  b\n c</pre>", "a b\nc"),
        ("a&nbsp;&amp;&#8364;\n\n b", "a &€ b"),
        ("<blockquote>mine</blockquote><blockquote type=cite>theirs<br>too</blockquote>", "mine\n> theirs\n> too"),
        ("<td>loose</td></tr></table>", "loose"),
        ("", ""),
        ("<html></html>", ""),
        ('<?xml version="1.0" encoding="utf-16"?><p>é', "é"),
    ],
)
def test_html_pages_are_read(html_text: str, text: str) -> None:
    assert extract_text("html", html_text.encode()) == text


def test_a_deeply_nested_page_does_not_crash() -> None:
    extract_text("html", b"<div><table><tr><td>" * 20_000 + b"deep")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a,é\n".encode(), "a,é"),
        ("a,é\n".encode("cp1252"), "a,é"),
        ("\ufeffa,é".encode(), "a,é"),
        ("\ufeffa,é".encode("utf-16-le"), "a,é"),
        ("\ufeffa,é".encode("utf-16-be"), "a,é"),
        ("a,é and more".encode("utf-16-le"), "a,é and more"),
        (b"<meta charset=koi8-r>\xf0", "<meta charset=koi8-r>ð"),
    ],
)
def test_plain_text_is_decoded_from_any_encoding(content: bytes, text: str) -> None:
    assert extract_text("text", content) == text


def test_the_encoding_declared_by_a_page_is_used() -> None:
    assert extract_text("html", b"<meta charset=koi8-r>\xf0") == "П"
    assert extract_text("html", b'<meta http-equiv=x content="text/html; charset=nonsense">\xe9') == "é"


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        *((name, b"\x93caf\xe9\x94", "“café”") for name in ("iso-8859-1", "latin1", "ISO_8859-1", "cp819", "x-cp1252")),
        *((name, b"\x87\x40", "①") for name in ("shift_jis", "Shift-JIS", "sjis", "x-sjis")),
        *((name, "\N{EURO SIGN}".encode("gb18030"), "€") for name in ("gb2312", "gbk", "x-gbk")),
        *((name, "똠".encode("cp949"), "똠") for name in ("euc-kr", "ks_c_5601-1987")),
        *((name, "é".encode(), "é") for name in ("us-ascii", "ansi_x3.4-1968", "nonsense", "undefined", "")),
        *((name, b"\x8e", "é") for name in ("macintosh", "x-mac-roman")),
        ("utf-16", "é".encode("utf-16-le"), "é"),
    ],
)
def test_a_charset_is_read_as_programs_mean_it_under_any_of_its_names(charset: str, content: bytes, text: str) -> None:
    assert decode(content, charset) == text


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        *(("utf-8", "utf-8"), ("", "utf-8"), ("shift_jis", "shift_jis"), ("gb2312", "gb18030")),
        *(("", "utf-8-sig"), ("", "utf-16")),
    ],
)
def test_a_text_that_is_cut_within_a_character_keeps_the_others(charset: str, codec: str) -> None:
    content = "“日本”".encode(codec)
    cuts = {decode(content, charset, size) for size in range(5, len(content) + 1)}
    assert all("“日本”".startswith(text) for text in cuts)


def test_a_cut_text_with_bytes_in_another_encoding_ends_in_no_part_of_a_character() -> None:
    content = b"caf\xe9 " + "“日本”".encode()
    assert {decode(content, "", size) for size in (9, 10, 11)} == {"café “", "café “日"}


def test_bytes_in_another_encoding_do_not_spoil_the_rest_of_a_text() -> None:
    assert decode("Là – ".encode() + "café".encode("cp1252"), "utf-8") == "Là – café"


def test_importing_the_readers_loads_no_unneeded_library() -> None:
    heavy = "('pandas', 'pydantic', 'openpyxl', 'docx', 'lxml', 'olefile', 'pypdf', 'sqlalchemy')"
    script = f"""
import sys
import ragsheets.formats.mail.message, ragsheets.formats.text.extract, ragsheets.formats.zip_members
print([name for name in {heavy} if name in sys.modules])"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"


# ------------------------------------------------------------------------------------------------------- passwords


def test_a_pdf_with_a_password_is_recognised() -> None:
    from pypdf import PdfReader, PdfWriter

    writer, buffer = PdfWriter(PdfReader(io.BytesIO(forms.as_pdf("Words")))), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(buffer)
    assert has_password("pdf", buffer.getvalue())


def test_an_old_word_document_with_a_password_is_recognised() -> None:
    main = b"\xec\xa5\xc1\x00" + bytes(6) + b"\x00\x01" + bytes(600)
    assert has_password("old-word", compound_file({"WordDocument": main.ljust(5000, b"\0"), "1Table": bytes(5000)}))


def test_an_opendocument_text_with_a_password_is_recognised() -> None:
    manifest = (
        b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    )
    assert has_password("odt", pack_parts({"META-INF/manifest.xml": manifest, "content.xml": b"noise"}))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("pdf", forms.as_pdf("")),
        ("pdf", b"%PDF-1.4 and nothing"),
        ("old-word", compound_file({"WordDocument": bytes(5000)})),
        ("old-word", b"nothing"),
        ("odt", b"nothing"),
        ("text", b""),
    ],
)
def test_other_documents_have_no_password(kind: str, content: bytes) -> None:
    assert not has_password(kind, content)
