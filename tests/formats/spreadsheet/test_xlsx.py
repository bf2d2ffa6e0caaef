"""What .xlsx and .xlsb workbooks hold beyond values, as real programs and the standards write it."""

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
    links,
    sheet,
    xlsx,
    zipped,
)
from ragsheets.errors import ReturnError
from ragsheets.formats import xml
from ragsheets.formats.spreadsheet.details import Annotation, StruckText, WorkbookDetails
from ragsheets.formats.spreadsheet.reader import details_of
from ragsheets.project.folder import Project


def opened(content: bytes, kind: str = "xlsx") -> WorkbookDetails:
    return details_of(kind, content)


def one(rows: str, after: str = "", **how: str) -> WorkbookDetails:
    """What a workbook of one sheet holds."""
    return opened(xlsx({"One": sheet(rows, after, **how)}))


def beside(*targets: tuple[str, str], **parts: str | bytes) -> list[Annotation]:
    """The remarks of a sheet that points at these parts; underlines in their names stand for dots."""
    more: dict[str, str | bytes] = {name.replace("__", "/").replace("_", "."): text for name, text in parts.items()}
    more["xl/worksheets/_rels/sheet1.xml.rels"] = links(*targets)
    return opened(xlsx({"One": sheet("")}, more)).annotations()


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
def test_formulas_and_errors_are_found_however_a_sheet_is_written(rows: str, prefix: str, main: str) -> None:
    found = one(rows, prefix=prefix, main=main)
    assert found.formulas("One") == {(3, 3): 'SUM(A1,"&lt;")'}
    assert found.errors("One") == {(3, 4): "#N/A"}
    assert found.uncalculated("One") == frozenset()


def test_a_plain_sheet_is_not_parsed_and_another_is() -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError

    with patch("lxml.etree.iterparse", refused), patch.object(xml, "parse", refused):
        assert one(PLAIN).formulas("One")
        with pytest.raises(AssertionError):
            one(SPACED).formulas("One")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "utf-8-sig"])
def test_a_sheet_may_be_in_any_encoding(encoding: str) -> None:
    declared = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>' + sheet('<row><c r="B2"><f>"é"</f><v>é</v></c></row>')
    assert opened(xlsx({"One": text.encode(encoding)})).formulas("One") == {(1, 1): '"é"'}


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
        ('<c r="A1"><v/></c>', False),
    ],
)
@pytest.mark.parametrize("before", ["", "<!-- parse me -->"])
def test_a_formula_without_a_value_is_told_from_one_that_gives_an_empty_text(
    cell: str, valueless: bool, before: str
) -> None:
    assert one(f"{before}<row>{cell}</row>").uncalculated("One") == (frozenset({(0, 0)}) if valueless else frozenset())


def test_shared_and_array_formulas_count_where_they_give_the_value() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c>'
        '<c r="B1"><f t="array" ref="B1:C2">{1,2}</f><v>1</v></c><c r="C1"><v>2</v></c><c r="D1"><v>9</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c></row>'
        '<row r="3"><c r="B3"><v>typed</v></c></row>'
    )
    assert one(rows).formulas("One") == {
        (0, 0): "B1",
        (1, 0): "",
        (0, 1): "{1,2}",
        (0, 2): "",
        (1, 1): "",
        (1, 2): "",
    }


def test_an_array_over_a_whole_sheet_costs_nothing() -> None:
    rows = '<row><c r="A1"><f t="array" ref="A1:XFD1048576">1</f><v>1</v></c><c r="B1"><v>1</v></c></row>'
    assert one(rows).formulas("One") == {(0, 0): "1", (0, 1): ""}


def test_what_only_looks_like_a_formula_or_an_error_is_none() -> None:
    rows = '<row><c r="A1" t="inlineStr"><is><t>&lt;f&gt;1&lt;/f&gt; t="e"</t></is></c></row>'
    after = '<dataValidations><dataValidation><formula1>1</formula1></dataValidation></dataValidations><x t="e"/>'
    found = one(rows, after)
    assert not found.formulas("One")
    assert not found.errors("One")


def test_the_formulas_of_the_workbooks_that_are_sent_are_all_found(project: Project) -> None:
    for path in project.folder.rglob("sent/*.xlsx"):
        content = path.read_bytes()
        found = opened(content)
        book = openpyxl.load_workbook(io.BytesIO(content))
        count = 0
        for page in book:
            expected = {
                (cell.row - 1, cell.column - 1): str(cell.value)[1:]
                for row in page.iter_rows()
                for cell in row
                if cell.data_type == "f"
            }
            assert found.formulas(page.title) == expected
            assert not (found.uncalculated(page.title) or found.errors(page.title) or found.struck_text(page.title))
            count += len(expected)
        assert count
        assert found.annotations() == []
        assert found.saved_at is not None


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"])
def test_a_part_that_is_no_xml_is_named(part: str) -> None:
    more = {"xl/styles.xml": "<a><strike/></b>", "xl/sharedStrings.xml": "<a><strike/></b>"}
    more = {name: text for name, text in more.items() if name == part}
    rows = '<row><c r="A1" t="s"><v>0</v></row>' if "sheet1" in part else '<row><c r="A1" t="s"><v>0</v></c></row>'
    after = "<!-- -->" + ("<strike/>" if "sheet1" in part else "")
    content = xlsx(
        {"One": sheet(rows, after)}, more, beside=[("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    )
    with pytest.raises(ReturnError) as error:
        opened(content).struck_text("One")
    assert (error.value.code, error.value.facts) == ("damaged", {"found": part})


# --------------------------------------------------------------------------------------- styles, strikes, the book

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


def styled(rows: str, styles: str = STYLES) -> WorkbookDetails:
    more = {"xl/styles.xml": styles, "xl/sharedStrings.xml": STRINGS}
    pointing = [("styles", "/xl/styles.xml"), ("sharedStrings", "./sharedStrings.xml")]
    return opened(xlsx({"One": sheet(rows)}, more, beside=pointing))


@pytest.mark.parametrize(
    ("cell", "told"),
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
    ],
)
def test_struck_words_are_told_from_those_that_stand(cell: str, told: StruckText | None) -> None:
    found = styled(f'<row><c r="B2" {cell}</c></row>').struck_text("One")
    assert found == ({(1, 1): told} if told else {})


def test_number_formats_are_told_by_code() -> None:
    rows = '<row><c r="A1"/><c r="B1" s="1"/><c s="2" r="C1"/><c r="D1" s="3"/><c r="E1" s="40"/></row>'
    found = styled(rows)
    assert [found.number_format_of("One", (0, column)) for column in range(6)] == [
        *("General", 'dd/mm/yyyy"."', "dd/mm/yyyy", "General", "General", "General")
    ]


@pytest.mark.parametrize(("said", "is_so"), [("1", True), ("true", True), ("0", False), ("false", False)])
def test_days_may_be_counted_from_1904(said: str, is_so: bool) -> None:
    assert opened(xlsx({"One": sheet("")}, properties=f'<workbookPr date1904="{said}"/>')).date1904 is is_so


@pytest.mark.parametrize("part", ["docProps/core.xml", "package/services/metadata/core-properties/1.psmdcp"])
def test_the_time_of_saving_is_told_in_utc(part: str) -> None:
    more = {
        part: '<c:core xmlns:d="d"><d:modified z="">2024-03-01T12:00:00+02:00</d:modified></c:core>',
        "_rels/.rels": links(("metadata/core-properties", f"/{part}")),
    }
    assert opened(xlsx({"One": sheet("")}, more)).saved_at == datetime.datetime(2024, 3, 1, 10)
    assert opened(xlsx({"One": sheet("")})).saved_at is None


def test_sheets_are_known_by_the_name_that_a_person_sees() -> None:
    row = '<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>'
    found = opened(xlsx({"R&amp;D &gt; &quot;x&quot; &#233;": sheet(row), "Two": sheet("")}))
    assert found.formulas('R&D > "x" é') == {(0, 0): "1"}
    assert not found.formulas("Two")


# ----------------------------------------------------------------------------------------------- comments


def notes(*texts: str, author: str = "Di Robinson", more_authors: str = "") -> str:
    lines = "".join(
        f'<comment ref="B{number}" authorId="0"><text>{text}</text></comment>' for number, text in enumerate(texts, 2)
    )
    authors = f"<authors><author>{author}</author>{more_authors}</authors>"
    return f'<comments xmlns="{MAIN}">{authors}<commentList>{lines}</commentList></comments>'


@pytest.mark.parametrize("target", ["/xl/comments1.xml", "../comments1.xml", "..\\comments1.xml", "/XL/Comments1.xml"])
def test_notes_are_found_wherever_their_part_is_pointed_at(target: str) -> None:
    assert beside(("comments", target), xl__comments1_xml=notes("<t>words</t>")) == [
        Annotation("comment", "One", "B2", "words", "Di Robinson")
    ]


def test_notes_are_found_under_any_name_and_in_strict_files() -> None:
    more = {
        "xl/odd/remarks and comments.xml": notes("<t>words</t>").replace(MAIN, STRICT_MAIN),
        "xl/worksheets/_rels/sheet1.xml.rels": links(
            ("comments", "../odd/remarks%20and%20comments.xml"), kinds=STRICT_KINDS
        ),
    }
    content = xlsx({"One": sheet("", main=STRICT_MAIN)}, more, kinds=STRICT_KINDS, main=STRICT_MAIN)
    assert [remark.text for remark in opened(content).annotations()] == ["words"]


@pytest.mark.parametrize(
    ("text", "author", "told"),
    [
        ("<r><t>Di Robinson:</t></r><r><t>\nplease\n  look</t></r>", "Di Robinson", ("please\n  look", "Di Robinson")),
        ("<t>Di Robinson: no</t>", "", ("Di Robinson: no", "")),
        ("<t>yes</t><rPh><t>reading</t></rPh><phoneticPr/>", "A", ("yes", "A")),
        ("<t>done now&#10;&#9;-Ann Lee</t>", "", ("done now", "Ann Lee")),
        ("<t>&lt;b&gt; &amp;amp;</t>", "A", ("<b> &amp;", "A")),
    ],
)
def test_a_note_is_its_words_and_its_author(text: str, author: str, told: tuple[str, str]) -> None:
    (remark,) = beside(("comments", "../c.xml"), xl__c_xml=notes(text, author=author), xl__comments_txt="")
    assert (remark.text, remark.author) == told


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


def threaded(copy: str, author: str, *, with_thread: bool = True) -> list[Annotation]:
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
        "xl/worksheets/_rels/sheet1.xml.rels": links(*targets),
    }
    people = (f"{MICROSOFT_KINDS}/person", "persons/person.xml")
    return opened(xlsx({"One": sheet("")}, more, beside=[people])).annotations()


@pytest.mark.parametrize(("copy", "author"), [(COPY, "tc={T1}"), ("[Kommentarthread]\n\nfirst", "tc={t1}"), (COPY, "")])
def test_a_thread_is_told_once_with_its_replies_after_it(copy: str, author: str) -> None:
    assert threaded(copy, author) == [
        Annotation("comment", "One", "B2", "a plain note", "Old"),
        Annotation("comment", "One", "B2", "other", "Ann"),
        Annotation("comment", "One", "B3", "first", "Di & Co"),
        Annotation("comment", "One", "B3", "reply", "Ann"),
    ]


def test_a_copy_whose_thread_is_lost_is_told_without_its_preamble() -> None:
    assert threaded(COPY, "tc={T1}", with_thread=False)[1:] == [
        Annotation("comment", "One", "B3", "first\nReply:\n    reply")
    ]


def test_openpyxls_notes_are_told() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["D4"].comment = Comment("please look", "Di")
    buffer = io.BytesIO()
    book.save(buffer)
    assert opened(buffer.getvalue()).annotations() == [Annotation("comment", "Sheet", "D4", "please look", "Di")]


# ----------------------------------------------------------------------------------------------- drawings


def drawing(*shapes: str, cell: tuple[int, int] = (3, 1)) -> str:
    row, column = cell
    start = f"<xdr:from><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row></xdr:from>"
    anchors = "".join(f"<xdr:twoCellAnchor>{start}{shape}<xdr:clientData/></xdr:twoCellAnchor>" for shape in shapes)
    spaces = f'xmlns:xdr="{XDR}" xmlns:a="{A}" xmlns:r="{KINDS}" xmlns:mc="m" xmlns:dgm="d"'
    return f"<xdr:wsDr {spaces}>{anchors}</xdr:wsDr>"


def drawn(*shapes: str, **parts: str | bytes) -> list[tuple[str, str, str]]:
    found = beside(("drawing", "../drawings/drawing1.xml"), xl__drawings__drawing1_xml=drawing(*shapes), **parts)
    return [(remark.code, remark.cell, remark.text) for remark in found]


def box(*lines: str) -> str:
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return f"<xdr:sp><xdr:nvSpPr/><xdr:txBody><a:bodyPr/>{paragraphs}</xdr:txBody></xdr:sp>"


def picture(facts: str) -> str:
    return f"<xdr:pic><xdr:nvPicPr><xdr:cNvPr {facts}/></xdr:nvPicPr><xdr:blipFill><a:blip/></xdr:blipFill></xdr:pic>"


def either(choice: str, fallback: str) -> str:
    alternatives = f"<mc:Choice>{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback>"
    return f"<mc:AlternateContent>{alternatives}</mc:AlternateContent>"


@pytest.mark.parametrize(
    ("shape", "told"),
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
        (either(box("new"), box("old")), [("text-box", "B4", "new")]),
        (either("<xdr:contentPart/>", picture("")), [("picture", "B4", "")]),
        (either("<xdr:graphicFrame/>", box("This shape represents a slicer")), []),
    ],
)
def test_what_a_drawing_shows_is_told(shape: str, told: list[tuple[str, str, str]]) -> None:
    assert drawn(shape) == told


def test_the_words_of_a_diagram_are_told() -> None:
    frame = '<xdr:graphicFrame><a:graphicData><dgm:relIds r:dm="r1"/></a:graphicData></xdr:graphicFrame>'
    data = f'<dgm:dataModel xmlns:dgm="d" xmlns:a="{A}"><a:p><a:r><a:t>step one</a:t></a:r></a:p></dgm:dataModel>'
    more = {
        "xl/drawings/drawing1.xml": drawing(frame),
        "xl/drawings/_rels/drawing1.xml.rels": links(("diagramData", "../diagrams/data1.xml")),
        "xl/diagrams/data1.xml": data,
        "xl/worksheets/_rels/sheet1.xml.rels": links(("drawing", "../drawings/drawing1.xml")),
    }
    assert opened(xlsx({"One": sheet("")}, more)).annotations() == [Annotation("text-box", "One", "B4", "step one")]


VML = """<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">
<v:shape><v:textbox><div>a note's words</div></v:textbox><x:ClientData ObjectType="Note"/></v:shape>
<v:shape><v:textbox><div><font>old<br> words</font></div><div>more</div></v:textbox>
<x:ClientData ObjectType="Shape"><x:Anchor>1, 15, 3, 2, 3, 31, 6, 1</x:Anchor></x:ClientData></v:shape></xml>"""


def test_old_text_boxes_are_told_and_notes_are_not_told_twice() -> None:
    (remark,) = beside(("vmlDrawing", "../drawings/vml1.vml"), xl__drawings__vml1_vml=VML)
    assert (remark.code, remark.cell) == ("text-box", "B4")
    assert remark.text == "old\nwords\nmore"


def test_embedded_objects_and_macros_and_backgrounds_are_told() -> None:
    spaces = f'xmlns:r="{KINDS}" xmlns:mc="m" xmlns:xdr="{XDR}"'
    place = "<anchor><from><xdr:col>2</xdr:col><xdr:row>4</xdr:row></from></anchor>"
    objects = (
        f"<oleObjects {spaces}><mc:AlternateContent><mc:Choice><oleObject progId='Word.Document.12' r:id='r1'>"
        f"<objectPr>{place}</objectPr></oleObject></mc:Choice>"
        "<mc:Fallback><oleObject progId='Word.Document.12' r:id='r1'/></mc:Fallback></mc:AlternateContent></oleObjects>"
    )
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": links(
            ("package", "../embeddings/Word.docx"), ("oleObject", "../embeddings/o.bin"), ("image", "../media/back.png")
        ),
        **dict.fromkeys(("xl/embeddings/Word.docx", "xl/embeddings/o.bin", "xl/vbaProject.bin"), "x"),
        "xl/media/back.png": PNG,
    }
    assert opened(xlsx({"One": sheet("", objects)}, more)).annotations() == [
        Annotation("macros"),
        Annotation("picture", "One"),
        Annotation("embedded-object", "One", "C5", "Word.Document.12"),
        Annotation("embedded-object", "One", "", "o.bin"),
    ]


def test_a_picture_placed_in_a_cell_is_no_error() -> None:
    rows = '<row><c r="A1" t="e" vm="1"><v>#VALUE!</v></c><c r="B1" t="e" vm="1"><f>X()</f><v>#VALUE!</v></c></row>'
    content = {"Two": sheet(""), "One": sheet(rows)}
    found = opened(xlsx(content, {"xl/richData/richValueRel.xml": "<a/>"}))
    assert found.annotations() == [Annotation("picture", "One", "A1")]
    assert found.errors("One") == {(0, 1): "#VALUE!"}
    assert set(opened(xlsx(content)).errors("One")) == {(0, 0), (0, 1)}


def test_what_is_pointed_at_and_not_there_says_nothing() -> None:
    assert beside(("comments", "../comments9.xml"), ("drawing", "../drawings/no.xml"), xl__comments_txt="") == []


@pytest.mark.parametrize("kind", ["comments", "drawing"])
def test_a_part_with_remarks_that_is_no_xml_is_named(kind: str) -> None:
    with pytest.raises(ReturnError) as error:
        beside((kind, f"../{kind}1.xml"), **{f"xl__{kind}1_xml": "<a><b></a>"})
    assert (error.value.code, error.value.facts) == ("damaged", {"found": f"xl/{kind}1.xml"})


def test_entities_are_not_filled_in() -> None:
    text = '<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + notes("<t>a&e;b</t>")
    (remark,) = beside(("comments", "../comments1.xml"), xl__comments1_xml=text)
    assert remark.text in ("a", "ab")


# ---------------------------------------------------------------------------------------------- JavaScript's

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
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with workbooks written by ExcelJS and SheetJS, where Node and both packages are."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    if subprocess.run([node, "-e", "require('exceljs'); require('xlsx')"], capture_output=True, cwd=ROOT).returncode:
        pytest.skip("the npm packages exceljs and xlsx are neither in node_modules nor in a folder of NODE_PATH")
    folder = tmp_path_factory.mktemp("javascript")
    job = json.dumps({"folder": str(folder), "png": base64.b64encode(PNG).decode()})
    subprocess.run([node, "-e", SCRIPT], input=job, text=True, check=True, cwd=ROOT, timeout=office.PATIENCE)
    return folder


def test_what_exceljs_writes_is_told(javascript: Path) -> None:
    found = opened((javascript / "exceljs.xlsx").read_bytes())
    assert found.formulas("One") == {(0, 0): "1+1", (1, 0): "1+1", (2, 0): '""', (0, 4): "A1+1", (1, 4): ""}
    assert found.uncalculated("One") == {(0, 0), (0, 4), (1, 4)}
    assert found.errors("One") == {(3, 0): "#N/A"}
    assert found.struck_text("One") == {(0, 1): StruckText("Amber", "Green"), (1, 1): StruckText("", "gone")}
    assert [(remark.code, remark.cell, remark.text) for remark in found.annotations()] == [
        ("comment", "C1", "bold rest"),
        ("picture", "D5", "Picture 1"),
    ]


def test_what_sheetjs_writes_is_told(javascript: Path) -> None:
    found = opened((javascript / "sheetjs.xlsx").read_bytes())
    assert found.formulas("One") == {(0, 0): "1+1", (1, 0): "1+1", (2, 0): '""'}
    assert found.uncalculated("One") == {(0, 0)}
    assert found.errors("One") == {(3, 0): "#N/A"}
    assert [(remark.cell, remark.text, remark.author) for remark in found.annotations()] == [
        ("B1", "asks", "Bob"),
        ("B1", "says", "Cy"),
        ("A5", "a note", "Ann"),
    ]


def test_that_an_xlsb_workbook_has_notes_is_said(javascript: Path) -> None:
    content = (javascript / "sheetjs.xlsb").read_bytes()
    found = opened(content, "xlsb")
    assert Annotation("unreadable-comments", "One", "", "xl/comments1.bin") in found.annotations()
    assert not (found.formulas("One") or found.errors("One") or found.struck_text("One") or found.date1904)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with pytest.raises(ReturnError) as error:
        opened(zipped(parts | {"xl/workbook.bin": parts["xl/workbook.bin"][:-4]}), "xlsb").annotations()
    assert error.value.code == "damaged"
