"""Forms that are not read are recognised by their content, whatever their names; other files have none."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from helpers.compound_files import compound_file
from helpers.hostile import forms
from helpers.hostile.packing import pack_parts
from ragsheets.formats import guard
from ragsheets.formats.unread_forms import Family, find_form

_XML_2003 = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><ss:Worksheet/></ss:Workbook>'
)
_OFFICE_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_FLAT_ODF = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document xmlns:office="{0}" '
    'office:mimetype="application/vnd.oasis.opendocument.{1}"><office:body/></office:document>'
)
_WORD_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body/></w:wordDocument>'
)
_FLAT_WORD = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"/>'
)
_GNUMERIC = '<?xml version="1.0"?><gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"/>'
_TABLE = "<html><body><table><tr><td>2.1a</td></tr></table></body></html>"


def _sun(kind: str) -> bytes:
    return pack_parts(
        {
            "mimetype": f"application/vnd.sun.xml.{kind}".encode(),
            "content.xml": b"<office:document-content/>",
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def split_zip() -> tuple[bytes, bytes]:
    """Return the first and the last part of a .zip archive that was split into two."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("Parks.xlsx", bytes(range(256)) * 40)
    whole = bytearray(buffer.getvalue())
    end = whole.rindex(b"PK\x05\x06")
    whole[end + 4 : end + 8] = b"\x01\0\x01\0"
    return b"PK\x07\x08" + bytes(whole[:4000]), bytes(whole[4000:])


_FORMS: dict[Family, list[tuple[str, bytes, str]]] = {
    "spreadsheet": [
        ("a.xls", _XML_2003.encode(), "Excel 2003 XML spreadsheet"),
        ("a.xml", b"\xef\xbb\xbf" + _XML_2003.encode(), "Excel 2003 XML spreadsheet"),
        ("a.xlsx", _XML_2003.encode("utf-16"), "Excel 2003 XML spreadsheet"),
        ("a.fods", _FLAT_ODF.format(_OFFICE_NAMESPACE, "spreadsheet").encode(), ".fods"),
        ("a.ods", _FLAT_ODF.format(_OFFICE_NAMESPACE, "spreadsheet-template").encode(), ".fods"),
        ("a.xls", _TABLE.encode(), "HTML"),
        ("a.xlsx", b"\n <TABLE><TR><TH>Task</TH></TR></TABLE>", "HTML"),
        ("a.ods", _TABLE.encode("utf-16"), "HTML"),
        ("a.xls", f'<?xml version="1.0"?>\n<!DOCTYPE html>\n{_TABLE}'.encode(), "HTML"),
        ("a.xls", f"<p>Our answers</p>{_TABLE}".encode(), "HTML"),
        ("a.htm", _TABLE.replace("<html>", '<html xmlns:x="urn:schemas-microsoft-com:office:excel">').encode(), "HTML"),
        ("a.xlsx", b"Task,Status\r\n2.1a,GREEN\r\n", "CSV"),
        ("a.xls", b"Task\tStatus\r\n2.1a\tGREEN\r\n", "CSV"),
        ("a.xls", "Task;Status\r\n2.1a;GREEN\r\n".encode("utf-16"), "CSV"),
        ("a.slk", b"ID;PWXL;N;E\r\nP;PGeneral\r\n", "SYLK"),
        ("a.dif", b'TABLE\r\n0,1\r\n"EXCEL"\r\n', "DIF"),
        ("a.wk1", b"\x00\x00\x02\x00\x06\x04\x06\x00", "Lotus 1-2-3"),
        ("a.123", b"\x00\x00\x1a\x00\x05\x10\x04\x00", "Lotus 1-2-3"),
        ("a.wb1", b"\x00\x00\x02\x00\x01\x10", "Quattro Pro"),
        ("a.qpw", compound_file({"NativeContent_MAIN": bytes(5000)}), "Quattro Pro"),
        ("a.wks", b"\xff\x00\x02\x00\x04\x04\x05\x54", "Works"),
        ("a.sdc", compound_file({"StarCalcDocument": bytes(5000)}), "StarOffice"),
        ("a.sxc", _sun("calc"), "OpenOffice.org 1"),
        ("a.xlsx", _sun("calc.template"), "OpenOffice.org 1"),
        ("a.gnumeric", _GNUMERIC.encode(), "Gnumeric"),
        ("a.numbers", pack_parts({"Index/Document.iwa": b"", "Index/Tables/Tile.iwa": b""}), "Apple Numbers"),
        ("a.numbers", pack_parts({"index.xml": b"", "buildVersionHistory.plist": b""}), "Apple Numbers"),
    ],
    "document": [
        ("a.doc", _WORD_2003.encode(), "Word 2003"),
        ("a.xml", _FLAT_WORD.encode(), "flat XML Word document"),
        ("a.fodt", _FLAT_ODF.format(_OFFICE_NAMESPACE, "text").encode(), ".fodt"),
        ("a.sxw", _sun("writer"), ".sxw"),
        ("a.wps", compound_file({"MatOST": bytes(5000)}), "Works"),
        ("a.wpd", b"\xffWPC\x10\x00\x00\x00", "WordPerfect"),
        ("a.pages", pack_parts({"Index/Document.iwa": b""}), "Apple Pages"),
        ("a.key", pack_parts({"Index/Document.iwa": b"", "Index/Slide-1.iwa": b""}), "Apple Keynote"),
        ("a.xps", pack_parts({"[Content_Types].xml": b"", "FixedDocSeq.fdseq": b""}), "XPS"),
        ("a.vsdx", pack_parts({"[Content_Types].xml": b"", "visio/document.xml": b""}), "Visio"),
    ],
    "archive": [
        ("a.7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(50), "7-Zip"),
        ("a.zip", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(50), "7-Zip"),
        ("a.rar", b"Rar!\x1a\x07\x00" + bytes(50), "RAR"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(50), "RAR"),
        ("a.zst", b"\x28\xb5\x2f\xfd" + bytes(50), "Zstandard"),
        ("a.cab", b"MSCF\0\0\0\0" + bytes(50), "cabinet"),
        ("a.arj", b"\x60\xea\x29\x00" + bytes(50), "ARJ"),
        ("a.lzh", b"\x21\x31-lh5-" + bytes(50), "LZH"),
        ("a.ace", b"\x31\xb1\x31\x00\x00\x00\x00**ACE**" + bytes(50), "ACE"),
        ("a.Z", b"\x1f\x9d\x90" + bytes(50), ".Z"),
        ("a.sitx", b"StuffIt!" + bytes(50), "StuffIt"),
        ("a.iso", bytes(32769) + b"CD001" + bytes(50), "disc image"),
        ("a.dmg", b"x" * 2000 + b"koly" + bytes(508), "disk image"),
        ("a.z01", split_zip()[0], "split"),
        ("a.zip", split_zip()[1], "split"),
        ("a.zip.001", b"PK\x03\x04" + bytes(50), "split"),
        ("a.zip.002", b"\x8f\x00\x91" * 50, "split"),
        ("a.part2.rar", b"\x8f\x00\x91" * 50, "split"),
    ],
}


@pytest.mark.parametrize(
    ("family", "name", "content", "words"), [(family, *form) for family, rows in _FORMS.items() for form in rows]
)
def test_another_form_is_named(family: Family, name: str, content: bytes, words: str) -> None:
    form = find_form(content, name)
    assert form is not None
    assert form.family == family
    assert words in form.name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"Task,Status\r\n2.1a,GREEN\r\n"),
        ("a.txt", b"Dear all, 2.1a is green.\r\nAnn"),
        ("a.xlsx", b"Dear all, 2.1a is green.\r\nAnn"),
        ("a.xlsx", b"hello"),
        ("a.txt", b"MZ has answered: 2.1a is green. She is away until Monday, and will send the rest then."),
        ("a.html", _TABLE.encode()),
        ("a.xlsx", b"<html><body><p>Sign in</p></body></html>"),
        ("a.xlsx", b"<html><table></table></html>"),
        ("a.zip", pack_parts({"Parks.xlsx": b"words"})),
        ("a.docx", forms.as_docx("Words")),
        ("a.doc", compound_file({"WordDocument": bytes(5000)})),
        ("a.xml", b"<root/>"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("a.bin", b"\0\0\2\0\0\0\0\0"),
        ("a.gz", gzip.compress(b"words", mtime=0)),
        ("a", b""),
    ],
)
def test_other_files_have_no_such_form(name: str, content: bytes) -> None:
    assert find_form(content, name) is None


@pytest.mark.parametrize(
    "content",
    [
        b"<div>2.1a is green</div>",
        b"\xef\xbb\xbf<p class=a>2.1a is green</p>",
        '<!DOCTYPE HTML SYSTEM "about:legacy-compat"><html/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>',
    ],
)
def test_a_web_page_is_known_by_any_beginning(content: bytes) -> None:
    assert guard.identify(content).kind == "html"


@pytest.mark.parametrize(
    "content", [b"<plist/>", b'<?xml version="1.0"?><!-- x --><p:document/>', b"<bookstore>", b"<table.1>"]
)
def test_other_xml_is_no_web_page(content: bytes) -> None:
    assert guard.identify(content).kind == "other"
