"""Details of .xlsx and .xlsb workbooks, as real programs write them and the standards define them."""

from __future__ import annotations

import base64
import datetime
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from unittest.mock import patch

import openpyxl
import pytest
from openpyxl.comments import Comment

from helpers import office
from helpers.office import ROOT
from helpers.office_packages import (
    KINDS,
    MAIN,
    MICROSOFT_KINDS,
    PNG,
    STRICT_KINDS,
    STRICT_MAIN,
    XDR,
    A,
    relationships_part,
    sheet,
    xlsx,
    zip_of,
)
from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import Annotation, StruckText, WorkbookDetails
from ragsheets.formats.spreadsheet.reader import details_of
from ragsheets.project.folder import Project


def open_workbook(content: bytes, kind: str = "xlsx") -> WorkbookDetails:
    return details_of(kind, content)


def open_sheet(rows: str, after: str = "", **how: str) -> WorkbookDetails:
    """Return the details of a workbook with one sheet."""
    return open_workbook(xlsx({"One": sheet(rows, after, **how)}))


def annotations_of_parts(*targets: tuple[str, str], **parts: str | bytes) -> list[Annotation]:
    """Return the annotations of a sheet with these target parts; in part names "__" means "/" and "_" means "."."""
    package_parts: dict[str, str | bytes] = {
        name.replace("__", "/").replace("_", "."): text for name, text in parts.items()
    }
    package_parts["xl/worksheets/_rels/sheet1.xml.rels"] = relationships_part(*targets)
    return open_workbook(xlsx({"One": sheet("")}, package_parts)).annotations()


# ------------------------------------------------------------------------------------------------ cells

PLAIN = (
    '<row r="4"><c r="D4" s="1"><f>SUM(A1,&quot;&amp;lt;&quot;)</f><v>3</v></c><c r="E4" t="e"><v>#N/A</v></c></row>'
)
PREFIXED = (
    '<x:row r="4"><x:c r="D4" s="1"><x:f>SUM(A1,"&amp;lt;")</x:f><x:v>3</x:v></x:c>'
    '<x:c r="E4" t="e"><x:v>#N/A</x:v></x:c></x:row>'
)
BARE = '<row/><row/><row r="4"><c/><c/><c/><c><f>SUM(A1,"&amp;lt;")</f><v>3</v></c><c t="e"><v>#N/A</v></c></row>'
SPACED = "\n".join(
    (
        '<row r="4">',
        "<c r='D4'>",
        ' <f >SUM(A1,"&amp;lt;")</f> <v>3</v>',
        "</c>",
        "<c t='e' r='E4'> <v>#N/A</v></c></row>",
    )
)
COMMENTED = f'<!-- <c r="A1"><f>9</f></c> -->{PLAIN}'


@pytest.mark.parametrize(
    ("rows", "prefix"),
    [(PLAIN, ""), (PREFIXED, "x"), (BARE, ""), (SPACED, ""), (COMMENTED, "")],
    ids=["plain", "prefixed", "without addresses", "spaced", "commented"],
)
@pytest.mark.parametrize("main", [MAIN, STRICT_MAIN])
def test_formulas_and_errors_are_found_in_every_form_of_a_sheet(rows: str, prefix: str, main: str) -> None:
    details = open_sheet(rows, prefix=prefix, main=main)
    assert details.formulas("One") == {(3, 3): 'SUM(A1,"&lt;")'}
    assert details.errors("One") == {(3, 4): "#N/A"}
    assert details.uncalculated("One") == frozenset()


def test_only_sheets_in_other_than_plain_form_are_parsed() -> None:
    def fail_if_parsed(*_: object, **__: object) -> None:
        raise AssertionError

    with patch("lxml.etree.iterparse", fail_if_parsed), patch.object(xml, "parse", fail_if_parsed):
        assert open_sheet(PLAIN).formulas("One")
        with pytest.raises(AssertionError):
            open_sheet(SPACED).formulas("One")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "utf-8-sig"])
def test_a_sheet_may_be_in_any_encoding(encoding: str) -> None:
    declared = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>' + sheet('<row><c r="B2"><f>"é"</f><v>é</v></c></row>')
    assert open_workbook(xlsx({"One": text.encode(encoding)})).formulas("One") == {(1, 1): '"é"'}


@pytest.mark.parametrize(
    ("cell", "valueless"),
    [
        ('<c r="A1"><f>1</f></c>', True),
        ('<c r="A1"><f>1</f><v/></c>', True),
        ('<c r="A1"><f>1</f><v></v></c>', True),
        ('<c r="A1" t="str"><f>""</f></c>', True),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', False),
        ('<c r="A1" t="str"><f>""</f><v/></c>', False),
        ('<c r="A1"><f>1</f><v>0</v></c>', False),
        ('<c r="A1"><f/><v>0</v></c>', False),
        ('<c r="A1" t="inlineStr"><f>1</f><is><t>Green</t></is></c>', False),
        ('<c r="A1"><v/></c>', False),
    ],
)
@pytest.mark.parametrize("before", ["", "<!-- parse me -->"])
def test_a_formula_without_a_value_differs_from_one_with_an_empty_text(cell: str, valueless: bool, before: str) -> None:
    assert open_sheet(f"{before}<row>{cell}</row>").uncalculated("One") == (
        frozenset({(0, 0)}) if valueless else frozenset()
    )


def test_shared_and_array_formulas_are_found_in_every_cell_they_fill() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c>'
        '<c r="B1"><f t="array" ref="B1:C2">{1,2}</f><v>1</v></c><c r="C1"><v>2</v></c><c r="D1"><v>9</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c></row>'
        '<row r="3"><c r="B3"><v>typed</v></c></row>'
    )
    assert open_sheet(rows).formulas("One") == {
        (0, 0): "B1",
        (1, 0): "",
        (0, 1): "{1,2}",
        (0, 2): "",
        (1, 1): "",
        (1, 2): "",
    }


def test_an_array_formula_over_a_whole_sheet_is_not_expanded() -> None:
    rows = '<row><c r="A1"><f t="array" ref="A1:XFD1048576">1</f><v>1</v></c><c r="B1"><v>1</v></c></row>'
    assert open_sheet(rows).formulas("One") == {(0, 0): "1", (0, 1): ""}


def test_text_that_looks_like_a_formula_or_an_error_is_ignored() -> None:
    rows = '<row><c r="A1" t="inlineStr"><is><t>&lt;f&gt;1&lt;/f&gt; t="e"</t></is></c></row>'
    after = '<dataValidations><dataValidation><formula1>1</formula1></dataValidation></dataValidations><x t="e"/>'
    details = open_sheet(rows, after)
    assert not details.formulas("One")
    assert not details.errors("One")


def test_all_formulas_of_sent_workbooks_are_found(project: Project) -> None:
    paths = list(project.folder.rglob("sent/*.xlsx"))
    assert paths
    for path in paths:
        content = path.read_bytes()
        details = open_workbook(content)
        book = openpyxl.load_workbook(io.BytesIO(content))
        count = 0
        for worksheet in book:
            expected = {
                (cell.row - 1, cell.column - 1): str(cell.value)[1:]
                for row in worksheet.iter_rows()
                for cell in row
                if cell.data_type == "f"
            }
            assert details.formulas(worksheet.title) == expected
            assert not (
                details.uncalculated(worksheet.title)
                or details.errors(worksheet.title)
                or details.struck_text(worksheet.title)
            )
            count += len(expected)
        assert count
        assert {annotation.code for annotation in details.annotations()} == {"document-property", "input-message"}
        assert details.saved_at is not None


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"])
def test_a_part_that_is_not_well_formed_is_named(part: str) -> None:
    more = {"xl/styles.xml": "<a><strike/></b>", "xl/sharedStrings.xml": "<a><strike/></b>"}
    more = {name: text for name, text in more.items() if name == part}
    rows = '<row><c r="A1" t="s"><v>0</v></row>' if "sheet1" in part else '<row><c r="A1" t="s"><v>0</v></c></row>'
    after = "<!-- -->" + ("<strike/>" if "sheet1" in part else "")
    content = xlsx(
        {"One": sheet(rows, after)}, more, beside=[("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    )
    with pytest.raises(ReturnError) as error:
        open_workbook(content).struck_text("One")
    assert (error.value.code, error.value.facts) == ("damaged", {"found": part})


# ----------------------------------------------------------------------------------- styles, strikes, the workbook

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy&quot;.&quot;"/></numFmts>'
    '<fonts><font/><font><strike/></font><font><strike val="0"/></font><font><strike val="true"/></font></fonts>'
    '<cellStyleXfs><xf numFmtId="9" fontId="1"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="164" fontId="1"/><xf numFmtId="14" fontId="2"/>'
    '<xf numFmtId="77" fontId="3"/></cellXfs></styleSheet>'
)
STRINGS = (
    f'<sst xmlns="{MAIN}"><si><t>plain</t></si><si><r><rPr><strike/></rPr><t>Green</t></r><r><t xml:space="preserve">'
    ' Amber</t></r><rPh sb="0" eb="1"><t>reading</t></rPh></si>'
    "<si><r><t>as the cell </t></r><r><rPr><b/></rPr><t>bold</t></r></si></sst>"
)


def open_styled_sheet(rows: str, styles: str = STYLES) -> WorkbookDetails:
    more = {"xl/styles.xml": styles, "xl/sharedStrings.xml": STRINGS}
    relationships = [("styles", "/xl/styles.xml"), ("sharedStrings", "./sharedStrings.xml")]
    return open_workbook(xlsx({"One": sheet(rows)}, more, beside=relationships))


@pytest.mark.parametrize(
    ("cell", "cell_text"),
    [
        ('t="s"><v>0</v>', None),
        ('t="s"><v>1</v>', StruckText("Amber", "Green")),
        ('t="s" s="1"><v>0</v>', StruckText("", "plain")),
        ('t="s" s="1"><v>2</v>', StruckText("bold", "as the cell")),
        ('t="s" s="2"><v>0</v>', None),
        ('s="3"><v>12.5</v>', StruckText("", "12.5")),
        ('s="1"><v></v>', None),
        ('t="s" s="1"><v>99</v>', None),
        (
            't="inlineStr"><is><r><rPr><strike val="1"/></rPr><t>old</t></r><r><t>new</t></r></is>',
            StruckText("new", "old"),
        ),
        ('t="inlineStr"><is><t>words</t></is>', None),
        ('t="str" s="1"><v>a_x000A_b_x005F_x000A_</v>', StruckText("", "a\nb_x000A_")),
        (
            't="inlineStr"><is><r><rPr><strike/></rPr><t>_xD83D__xDE00_</t></r><r><t>a_x000D_b_xD800_</t></r></is>',
            StruckText("a\rb\ufffd", "\U0001f600"),
        ),
    ],
)
def test_struck_text_is_split_from_remaining_text(cell: str, cell_text: StruckText | None) -> None:
    struck_text = open_styled_sheet(f'<row><c r="B2" {cell}</c></row>').struck_text("One")
    assert struck_text == ({(1, 1): cell_text} if cell_text else {})


def test_number_formats_are_read_as_codes() -> None:
    rows = '<row><c r="A1"/><c r="B1" s="1"/><c s="2" r="C1"/><c r="D1" s="3"/><c r="E1" s="40"/></row>'
    details = open_styled_sheet(rows)
    assert [details.number_format_of("One", (0, column)) for column in range(6)] == [
        *("General", 'dd/mm/yyyy"."', "dd/mm/yyyy", "General", "General", "General")
    ]


@pytest.mark.parametrize(("value", "is_so"), [("1", True), ("true", True), ("0", False), ("false", False)])
def test_days_may_be_counted_from_1904(value: str, is_so: bool) -> None:
    assert open_workbook(xlsx({"One": sheet("")}, properties=f'<workbookPr date1904="{value}"/>')).date1904 is is_so


@pytest.mark.parametrize("part", ["docProps/core.xml", "package/services/metadata/core-properties/1.psmdcp"])
def test_the_time_of_saving_is_in_utc(part: str) -> None:
    more = {
        part: '<c:core xmlns:d="d"><d:modified z="">2024-03-01T12:00:00+02:00</d:modified></c:core>',
        "_rels/.rels": relationships_part(("metadata/core-properties", f"/{part}")),
    }
    assert open_workbook(xlsx({"One": sheet("")}, more)).saved_at == datetime.datetime(2024, 3, 1, 10)
    assert open_workbook(xlsx({"One": sheet("")})).saved_at is None


def test_sheets_are_identified_by_their_displayed_name() -> None:
    row = '<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>'
    details = open_workbook(xlsx({"R&amp;D &gt; &quot;x&quot; &#233;": sheet(row), "Two": sheet("")}))
    assert details.formulas('R&D > "x" é') == {(0, 0): "1"}
    assert not details.formulas("Two")


# ----------------------------------------------------------------------------------------------- comments


def notes(*texts: str, author: str = "Di Robinson", more_authors: str = "") -> str:
    lines = "".join(
        f'<comment ref="B{number}" authorId="0"><text>{text}</text></comment>' for number, text in enumerate(texts, 2)
    )
    authors = f"<authors><author>{author}</author>{more_authors}</authors>"
    return f'<comments xmlns="{MAIN}">{authors}<commentList>{lines}</commentList></comments>'


@pytest.mark.parametrize("target", ["/xl/comments1.xml", "../comments1.xml", "..\\comments1.xml", "/XL/Comments1.xml"])
def test_notes_are_found_for_every_form_of_target_path(target: str) -> None:
    assert annotations_of_parts(("comments", target), xl__comments1_xml=notes("<t>words</t>")) == [
        Annotation("comment", "One", "B2", "words", "Di Robinson")
    ]


def test_notes_are_found_under_any_name_and_in_strict_files() -> None:
    more = {
        "xl/odd/remarks and comments.xml": notes("<t>words</t>").replace(MAIN, STRICT_MAIN),
        "xl/worksheets/_rels/sheet1.xml.rels": relationships_part(
            ("comments", "../odd/remarks%20and%20comments.xml"), kinds=STRICT_KINDS
        ),
    }
    content = xlsx({"One": sheet("", main=STRICT_MAIN)}, more, kinds=STRICT_KINDS, main=STRICT_MAIN)
    assert [comment.text for comment in open_workbook(content).annotations()] == ["words"]


@pytest.mark.parametrize(
    ("text", "author", "text_and_author"),
    [
        ("<r><t>Di Robinson:</t></r><r><t>\nplease\n  look</t></r>", "Di Robinson", ("please\n  look", "Di Robinson")),
        ("<t>Di Robinson: no</t>", "", ("Di Robinson: no", "")),
        ("<t>yes</t><rPh><t>reading</t></rPh><phoneticPr/>", "A", ("yes", "A")),
        ("<t>done now&#10;&#9;-Ann Lee</t>", "", ("done now", "Ann Lee")),
        ("<t>one_x000D_&#10;two</t>", "", ("one\ntwo", "")),
        ("<t>&lt;b&gt; &amp;amp;</t>", "A", ("<b> &amp;", "A")),
    ],
)
def test_a_note_has_text_and_author(text: str, author: str, text_and_author: tuple[str, str]) -> None:
    (comment,) = annotations_of_parts(
        ("comments", "../c.xml"), xl__c_xml=notes(text, author=author), xl__comments_txt=""
    )
    assert (comment.text, comment.author) == text_and_author


THREADS = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
    '<threadedComment ref="B3" dT="2024-01-01T10:00:00" personId="{P1}" id="{T1}"><text>first</text></threadedComment>'
    '<threadedComment ref="B2" dT="2024-01-01T11:00:00" personId="{P2}" id="{T2}"><text>other</text></threadedComment>'
    '<threadedComment ref="B3" dT="2024-01-01T12:00:00" personId="{p2}" id="{T3}" parentId="{t1}"><text>reply'
    "</text></threadedComment></ThreadedComments>"
)
PEOPLE = (
    '<personList><person displayName="Di &amp; Co" id="{P1}" userId="x" providerId="None"/>'
    '<person displayName="Ann" id="{P2}"/></personList>'
)
COPY = "[Threaded comment]\n\nYour version of Excel allows you to read this.\n\nComment:\n    first\nReply:\n    reply"


def annotations_of_thread(copy: str, author: str, *, with_thread: bool = True) -> list[Annotation]:
    targets = [("comments", "../comments1.xml")]
    if with_thread:
        targets.append((f"{MICROSOFT_KINDS}/threadedComment", "../threadedComments/threadedComment1.xml"))
    more = {
        "xl/comments1.xml": notes(
            "<t>a plain note</t>", author="Old", more_authors=f"<author>{author}</author>"
        ).replace(
            "</commentList>",
            f'<comment ref="B3" authorId="1"><text><t>{copy}</t></text></comment></commentList>',
        ),
        "xl/threadedComments/threadedComment1.xml": THREADS,
        "xl/persons/person.xml": PEOPLE,
        "xl/worksheets/_rels/sheet1.xml.rels": relationships_part(*targets),
    }
    people = (f"{MICROSOFT_KINDS}/person", "persons/person.xml")
    return open_workbook(xlsx({"One": sheet("")}, more, beside=[people])).annotations()


@pytest.mark.parametrize(("copy", "author"), [(COPY, "tc={T1}"), ("[Kommentarthread]\n\nfirst", "tc={t1}"), (COPY, "")])
def test_a_thread_is_read_once_with_replies_after_their_parents(copy: str, author: str) -> None:
    assert annotations_of_thread(copy, author) == [
        Annotation("comment", "One", "B2", "a plain note", "Old"),
        Annotation("comment", "One", "B2", "other", "Ann"),
        Annotation("comment", "One", "B3", "first", "Di & Co"),
        Annotation("comment", "One", "B3", "reply", "Ann"),
    ]


def test_a_copy_of_a_missing_thread_is_read_without_its_preamble() -> None:
    assert annotations_of_thread(COPY, "tc={T1}", with_thread=False)[1:] == [
        Annotation("comment", "One", "B3", "first\nReply:\n    reply")
    ]


def test_notes_written_by_openpyxl_are_read() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["D4"].comment = Comment("please look", "Di")
    buffer = io.BytesIO()
    book.save(buffer)
    assert open_workbook(buffer.getvalue()).annotations() == [Annotation("comment", "Sheet", "D4", "please look", "Di")]


# ----------------------------------------------------------------------------------------------- drawings


def drawing(*shapes: str, cell: tuple[int, int] = (3, 1)) -> str:
    row, column = cell
    start = f"<xdr:from><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row></xdr:from>"
    anchors = "".join(f"<xdr:twoCellAnchor>{start}{shape}<xdr:clientData/></xdr:twoCellAnchor>" for shape in shapes)
    spaces = f'xmlns:xdr="{XDR}" xmlns:a="{A}" xmlns:r="{KINDS}" xmlns:mc="m" xmlns:dgm="d"'
    return f"<xdr:wsDr {spaces}>{anchors}</xdr:wsDr>"


def annotations_of_drawing(*shapes: str, **parts: str | bytes) -> list[tuple[str, str, str]]:
    annotations = annotations_of_parts(
        ("drawing", "../drawings/drawing1.xml"), xl__drawings__drawing1_xml=drawing(*shapes), **parts
    )
    return [(annotation.code, annotation.cell, annotation.text) for annotation in annotations]


def box(*lines: str) -> str:
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return f"<xdr:sp><xdr:nvSpPr/><xdr:txBody><a:bodyPr/>{paragraphs}</xdr:txBody></xdr:sp>"


def picture(facts: str) -> str:
    return f"<xdr:pic><xdr:nvPicPr><xdr:cNvPr {facts}/></xdr:nvPicPr><xdr:blipFill><a:blip/></xdr:blipFill></xdr:pic>"


def alternate_content(choice: str, fallback: str) -> str:
    alternatives = f"<mc:Choice>{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback>"
    return f"<mc:AlternateContent>{alternatives}</mc:AlternateContent>"


@pytest.mark.parametrize(
    ("shape", "annotations"),
    [
        (box("We will", "start &amp; finish"), [("text-box", "B4", "We will\nstart & finish")]),
        (box("a</a:t></a:r><a:br/><a:r><a:t>b"), [("text-box", "B4", "a\nb")]),
        (box(" ", ""), []),
        (picture('name="Picture 1" descr="A screenshot"'), [("picture", "B4", "A screenshot")]),
        (picture('name="Picture 1"'), [("picture", "B4", "Picture 1")]),
        (
            f"<xdr:grpSp><xdr:grpSpPr/><xdr:grpSp>{box('deep')}</xdr:grpSp>{picture('')}</xdr:grpSp>",
            [("text-box", "B4", "deep"), ("picture", "B4", "")],
        ),
        ("<xdr:graphicFrame><a:graphic><a:graphicData uri='chart'/></a:graphic></xdr:graphicFrame>", []),
        ("<xdr:sp><xdr:spPr><a:blipFill><a:blip/></a:blipFill></xdr:spPr></xdr:sp>", [("picture", "B4", "")]),
        (alternate_content(box("new"), box("old")), [("text-box", "B4", "new")]),
        (alternate_content("<xdr:contentPart/>", picture("")), [("picture", "B4", "")]),
        (alternate_content("<xdr:graphicFrame/>", box("This shape represents a slicer")), []),
    ],
)
def test_shapes_are_read_as_annotations(shape: str, annotations: list[tuple[str, str, str]]) -> None:
    assert annotations_of_drawing(shape) == annotations


def test_the_text_of_a_diagram_is_read() -> None:
    frame = '<xdr:graphicFrame><a:graphicData><dgm:relIds r:dm="r1"/></a:graphicData></xdr:graphicFrame>'
    data = f'<dgm:dataModel xmlns:dgm="d" xmlns:a="{A}"><a:p><a:r><a:t>step one</a:t></a:r></a:p></dgm:dataModel>'
    more = {
        "xl/drawings/drawing1.xml": drawing(frame),
        "xl/drawings/_rels/drawing1.xml.rels": relationships_part(("diagramData", "../diagrams/data1.xml")),
        "xl/diagrams/data1.xml": data,
        "xl/worksheets/_rels/sheet1.xml.rels": relationships_part(("drawing", "../drawings/drawing1.xml")),
    }
    assert open_workbook(xlsx({"One": sheet("")}, more)).annotations() == [
        Annotation("text-box", "One", "B4", "step one")
    ]


VML = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">
<v:shape><v:textbox><div>a note's words</div></v:textbox><x:ClientData ObjectType="Note"/></v:shape>
<v:shape><v:textbox><div><font>old<br> words</font></div><div>more</div></v:textbox>
<x:ClientData ObjectType="Shape"><x:Anchor>1, 15, 3, 2, 3, 31, 6, 1</x:Anchor></x:ClientData></v:shape></xml>"""


def test_vml_text_boxes_are_read_and_notes_are_not_read_twice() -> None:
    (text_box,) = annotations_of_parts(("vmlDrawing", "../drawings/vml1.vml"), xl__drawings__vml1_vml=VML)
    assert (text_box.code, text_box.cell) == ("text-box", "B4")
    assert text_box.text == "old\nwords\nmore"


def test_embedded_objects_macros_and_backgrounds_are_read() -> None:
    spaces = f'xmlns:r="{KINDS}" xmlns:mc="m" xmlns:xdr="{XDR}"'
    anchor = "<anchor><from><xdr:col>2</xdr:col><xdr:row>4</xdr:row></from></anchor>"
    objects = (
        f"<oleObjects {spaces}><mc:AlternateContent><mc:Choice><oleObject progId='Word.Document.12' r:id='r1'>"
        f"<objectPr>{anchor}</objectPr></oleObject></mc:Choice>"
        "<mc:Fallback><oleObject progId='Word.Document.12' r:id='r1'/></mc:Fallback></mc:AlternateContent></oleObjects>"
    )
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": relationships_part(
            ("package", "../embeddings/Word.docx"), ("oleObject", "../embeddings/o.bin"), ("image", "../media/back.png")
        ),
        **dict.fromkeys(("xl/embeddings/Word.docx", "xl/embeddings/o.bin", "xl/vbaProject.bin"), "x"),
        "xl/media/back.png": PNG,
    }
    assert open_workbook(xlsx({"One": sheet("", objects)}, more)).annotations() == [
        Annotation("macros"),
        Annotation("picture", "One"),
        Annotation("embedded-object", "One", "C5", "Word.Document.12"),
        Annotation("embedded-object", "One", "", "o.bin"),
    ]


def test_a_picture_in_a_cell_is_not_an_error() -> None:
    rows = '<row><c r="A1" t="e" vm="1"><v>#VALUE!</v></c><c r="B1" t="e" vm="1"><f>X()</f><v>#VALUE!</v></c></row>'
    content = {"Two": sheet(""), "One": sheet(rows)}
    details = open_workbook(xlsx(content, {"xl/richData/richValueRel.xml": "<a/>"}))
    assert details.annotations() == [Annotation("cell-picture", "One", "A1")]
    assert details.errors("One") == {(0, 1): "#VALUE!"}
    assert set(open_workbook(xlsx(content)).errors("One")) == {(0, 0), (0, 1)}


def test_a_missing_target_part_gives_no_annotations() -> None:
    assert (
        annotations_of_parts(("comments", "../comments9.xml"), ("drawing", "../drawings/no.xml"), xl__comments_txt="")
        == []
    )


@pytest.mark.parametrize("kind", ["comments", "drawing"])
def test_a_part_with_annotations_that_is_not_well_formed_is_named(kind: str) -> None:
    with pytest.raises(ReturnError) as error:
        annotations_of_parts((kind, f"../{kind}1.xml"), **{f"xl__{kind}1_xml": "<a><b></a>"})
    assert (error.value.code, error.value.facts) == ("damaged", {"found": f"xl/{kind}1.xml"})


def test_a_part_with_entities_is_not_parsed() -> None:
    text = '<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + notes("<t>a&e;b</t>")
    with pytest.raises(ReturnError) as error:
        annotations_of_parts(("comments", "../comments1.xml"), xl__comments1_xml=text)
    assert error.value.code == "hostile"


# ------------------------------------------------------------------------------- workbooks of JavaScript libraries

SCRIPT = """
const [ExcelJS, XLSX] = [require('exceljs'), require('xlsx')], fs = require('fs');
const {folder, png} = JSON.parse(fs.readFileSync(0));
(async () => {
  const wb = new ExcelJS.Workbook(), ws = wb.addWorksheet('One');
  ws.getCell('A1').value = {formula: '1+1'};
  ws.getCell('A2').value = {formula: '1+1', result: 2};
  ws.getCell('A3').value = {formula: '""', result: ''};
  ws.getCell('A4').value = {error: '#N/A'};
  ws.fillFormula('E1:E2', 'A1+1');
  ws.getCell('B1').value = {richText: [{text: 'Green', font: {strike: true}}, {text: ' Amber'}]};
  ws.getCell('B2').value = 'gone'; ws.getCell('B2').font = {strike: true};
  ws.getCell('C1').value = 'n'; ws.getCell('C1').note = {texts: [{text: 'bold ', font: {bold: true}}, {text: 'rest'}]};
  ws.addImage(wb.addImage({base64: png, extension: 'png'}), 'D5:E6');
  await wb.xlsx.writeFile(folder + '/exceljs.xlsx');
  const w = XLSX.utils.book_new();
  const s = {'!ref': 'A1:B5', A1: {t: 'n', f: '1+1'}, A2: {t: 'n', f: '1+1', v: 2}, A3: {t: 's', f: '""', v: ''},
    A4: {t: 'e', v: 42}, A5: {t: 's', v: 'x', c: [{a: 'Ann', t: 'a note'}]},
    B1: {t: 's', v: 'y', c: [{a: 'Bob', t: 'asks', T: true}, {a: 'Cy', t: 'says', T: true}]}};
  XLSX.utils.book_append_sheet(w, s, 'One');
  for (const kind of ['xlsx', 'xlsb']) XLSX.writeFile(w, folder + '/sheetjs.' + kind, {bookType: kind});
})();
"""


@pytest.fixture(scope="module")
def javascript_workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with workbooks written by ExcelJS and SheetJS; skip if Node or a package is missing."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    if subprocess.run([node, "-e", "require('exceljs'); require('xlsx')"], capture_output=True, cwd=ROOT).returncode:
        pytest.skip("the npm packages exceljs and xlsx are neither in node_modules nor in a folder of NODE_PATH")
    folder = tmp_path_factory.mktemp("javascript")
    job = json.dumps({"folder": str(folder), "png": base64.b64encode(PNG).decode()})
    subprocess.run([node, "-e", SCRIPT], input=job, text=True, check=True, cwd=ROOT, timeout=office.TIMEOUT_SECONDS)
    return folder


def test_details_written_by_exceljs_are_read(javascript_workbooks: Path) -> None:
    details = open_workbook((javascript_workbooks / "exceljs.xlsx").read_bytes())
    assert details.formulas("One") == {(0, 0): "1+1", (1, 0): "1+1", (2, 0): '""', (0, 4): "A1+1", (1, 4): ""}
    assert details.uncalculated("One") == {(0, 0), (0, 4), (1, 4)}
    assert details.errors("One") == {(3, 0): "#N/A"}
    assert details.struck_text("One") == {(0, 1): StruckText("Amber", "Green"), (1, 1): StruckText("", "gone")}
    assert [(annotation.code, annotation.cell, annotation.text) for annotation in details.annotations()] == [
        ("comment", "C1", "bold rest"),
        ("picture", "D5", "Picture 1"),
    ]


def test_details_written_by_sheetjs_are_read(javascript_workbooks: Path) -> None:
    details = open_workbook((javascript_workbooks / "sheetjs.xlsx").read_bytes())
    assert details.formulas("One") == {(0, 0): "1+1", (1, 0): "1+1", (2, 0): '""'}
    assert details.uncalculated("One") == {(0, 0)}
    assert details.errors("One") == {(3, 0): "#N/A"}
    assert [(comment.cell, comment.text, comment.author) for comment in details.annotations()] == [
        ("B1", "asks", "Bob"),
        ("B1", "says", "Cy"),
        ("A5", "a note", "Ann"),
    ]


def test_notes_in_an_xlsb_workbook_are_reported_as_unreadable(javascript_workbooks: Path) -> None:
    content = (javascript_workbooks / "sheetjs.xlsb").read_bytes()
    details = open_workbook(content, "xlsb")
    assert Annotation("unreadable-comments", "One", "", "xl/comments1.bin") in details.annotations()
    assert not (details.formulas("One") or details.struck_text("One") or details.date1904)
    assert details.errors("One") == {(3, 0): "#N/A"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with pytest.raises(ReturnError) as error:
        open_workbook(zip_of(parts | {"xl/workbook.bin": parts["xl/workbook.bin"][:-4]}), "xlsb").annotations()
    assert error.value.code == "damaged"
