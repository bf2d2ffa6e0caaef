"""What people add to a Word document beside its text: each kind as Word writes it, with given words in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import docx
import openpyxl
from docx.oxml.ns import nsdecls

_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_NAMESPACES = (
    f'{nsdecls("w", "r", "wp", "a", "pic")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wpi="http://schemas.microsoft.com/office/word/2010/wordprocessingInk"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)
#: The end of the last run of a paragraph.
LAST_RUN_END = re.compile(rb"</w:r>(?=(?:<w:bookmarkEnd [^>]*>)*</w:p>)")
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645"
    "400000000049454e44ae426082"
)
_AUTHOR = 'w:author="A. Smith" w:date="2008-09-04T00:00:00Z"'


@dataclass
class WordPackage:
    """The parts of a Word document, which additions are put into; `place` is the number of the paragraph for them."""

    parts: dict[str, bytes]
    place: int = 0
    number: int = field(default=0)

    @classmethod
    def read(cls, content: bytes, place: int = 0) -> WordPackage:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()}, place)

    def to_bytes(self) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    @property
    def document(self) -> bytes:
        return self.parts["word/document.xml"]

    @document.setter
    def document(self, content: bytes) -> None:
        self.parts["word/document.xml"] = content

    def relate(self, kind: str, target: str, content: bytes | str | None = None, *, external: bool = False) -> str:
        """Add a relationship of the document, and its part if there is content; return its id."""
        self.number += 1
        identifier, mode = f"rIdAdded{self.number}", ' TargetMode="External"' if external else ""
        relationship = f'<Relationship Id="{identifier}" Type="{_RELATIONSHIP}/{kind}" Target="{target}"{mode}/>'
        self._insert("word/_rels/document.xml.rels", "</Relationships>", relationship)
        if content is not None:
            self.parts[f"word/{target}"] = content.encode() if isinstance(content, str) else content
            extension = target.rpartition(".")[2]
            default = f'<Default Extension="{extension}" ContentType="application/octet-stream"/>'
            if default.encode() not in self.parts["[Content_Types].xml"] and not target.endswith((".xml", ".png")):
                self._insert("[Content_Types].xml", "</Types>", default)
        return identifier

    def _insert(self, part: str, before: str, text: str) -> None:
        head, tag, tail = self.parts[part].rpartition(before.encode())
        assert tag, part
        self.parts[part] = head + text.encode() + tag + tail

    def add_run(self, content: str) -> None:
        """Add a run at the end of the paragraph at the place."""
        matches = list(LAST_RUN_END.finditer(self.document))
        position = matches[self.place % len(matches)].start() + len(b"</w:r>")
        run = re.sub(r"^<(w:\w+)", rf"<\1 {_NAMESPACES}", content, count=1)
        self.document = self.document[:position] + run.encode() + self.document[position:]

    def add_block(self, content: str) -> None:
        """Add a block before the last section of the document."""
        self._insert("word/document.xml", "<w:sectPr", re.sub(r"^<(w:\w+)", rf"<\1 {_NAMESPACES}", content, count=1))

    def add_to_section(self, content: str) -> None:
        """Add an element at the start of the properties of the last section."""
        head, tag, tail = self.document.rpartition(b"<w:sectPr")
        attributes, end, rest = tail.partition(b">")
        element = re.sub(r"^<(w:\w+)", rf"<\1 {_NAMESPACES}", content, count=1).encode()
        self.document = head + tag + attributes + end + element + rest


def _text(words: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p>'


def vml_text_box(package: WordPackage, words: str) -> None:
    content = f"<w:txbxContent>{_text(words)}</w:txbxContent>"
    package.add_run(f"<w:r><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></w:r>")


def text_box(package: WordPackage, words: str) -> None:
    content = f"<w:txbxContent>{_text(words)}</w:txbxContent>"
    package.add_run(
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>"
        f"<wps:txbx>{content}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def word_art(package: WordPackage, words: str) -> None:
    package.add_run(f'<w:r><w:pict><v:shape><v:textpath string="{words}"/></v:shape></w:pict></w:r>')


def smart_art(package: WordPackage, words: str) -> None:
    data = (
        f"<dgm:dataModel {_NAMESPACES}><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dgm:t>"
        "</dgm:pt></dgm:ptLst></dgm:dataModel>"
    )
    identifier = package.relate("diagramData", "diagrams/data1.xml", data)
    package.add_run(
        "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData>"
        f'<dgm:relIds r:dm="{identifier}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def footnote(package: WordPackage, words: str) -> None:
    _note(package, words, "footnote")


def endnote(package: WordPackage, words: str) -> None:
    _note(package, words, "endnote")


def _note(package: WordPackage, words: str, kind: str) -> None:
    notes = (
        f'<w:{kind}s {_MAIN}><w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
        f'<w:{kind} w:id="2">{_text(words)}</w:{kind}></w:{kind}s>'
    )
    package.relate(f"{kind}s", f"{kind}s.xml", notes)
    package.add_run(f'<w:r><w:{kind}Reference w:id="2"/></w:r>')


def comment(package: WordPackage, words: str) -> None:
    comments = (
        f'<w:comments {_MAIN}><w:comment w:id="0" {_AUTHOR}>{_text("Is this so?")}</w:comment>'
        f'<w:comment w:id="1" {_AUTHOR}>{_text(words)}</w:comment></w:comments>'
    )
    package.relate("comments", "comments.xml", comments)
    package.add_run('<w:r><w:commentReference w:id="0"/></w:r>')
    package.add_run('<w:r><w:commentReference w:id="1"/></w:r>')


def page_header(package: WordPackage, words: str, pages: str = "default", kind: str = "header") -> None:
    root = {"header": "hdr", "footer": "ftr"}[kind]
    identifier = package.relate(kind, f"{kind}9{pages}.xml", f"<w:{root} {_MAIN}>{_text(words)}</w:{root}>")
    package.add_to_section(f'<w:{kind}Reference w:type="{pages}" r:id="{identifier}"/>')


def first_page_header(package: WordPackage, words: str) -> None:
    page_header(package, words, "first")
    package._insert("word/document.xml", "</w:sectPr>", f"<w:titlePg {_MAIN}/>")


def even_page_header(package: WordPackage, words: str) -> None:
    page_header(package, words, "even")
    package._insert("word/settings.xml", "</w:settings>", f"<w:evenAndOddHeaders {_MAIN}/>")


def watermark(package: WordPackage, words: str) -> None:
    shape = f'<w:p><w:r><w:pict><v:shape><v:textpath string="{words}"/></v:shape></w:pict></w:r></w:p>'
    identifier = package.relate("header", "header8.xml", f"<w:hdr {_NAMESPACES}>{shape}</w:hdr>")
    package.add_to_section(f'<w:headerReference w:type="default" r:id="{identifier}"/>')


def inserted_document(package: WordPackage, words: str) -> None:
    document = docx.Document()
    document.add_paragraph(words)
    buffer = io.BytesIO()
    document.save(buffer)
    insert_file(package, "chunk.docx", buffer.getvalue())


def inserted_web_page(package: WordPackage, words: str) -> None:
    insert_file(package, "chunk.html", f"<html><body><table><tr><td>{words}</td></tr></table></body></html>".encode())


def inserted_rich_text(package: WordPackage, words: str) -> None:
    insert_file(package, "chunk.rtf", f"{{\\rtf1\\ansi {words}\\par}}".encode())


def insert_file(package: WordPackage, name: str, content: bytes) -> None:
    package.add_block(f'<w:altChunk r:id="{package.relate("aFChunk", name, content)}"/>')


def sub_document(package: WordPackage, words: str) -> None:
    identifier = package.relate("subDocument", f"file:///C:/Reports/{words}.docx", external=True)
    package.add_block(f'<w:subDoc r:id="{identifier}"/>')


def embedded_sheet(package: WordPackage, words: str | float) -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = words
    buffer = io.BytesIO()
    book.save(buffer)
    identifier = package.relate("package", "embeddings/Sheet1.xlsx", buffer.getvalue())
    package.add_run(
        '<w:r><w:object><v:shape id="s1"/><o:OLEObject Type="Embed" ProgID="Excel.Sheet.12" ShapeID="s1"'
        f' DrawAspect="Content" r:id="{identifier}"/></w:object></w:r>'
    )


def picture(package: WordPackage, words: str, *, size: str = "5000000") -> None:
    identifier = package.relate("image", "media/added.png", _PNG)
    _picture(package, words, f'r:embed="{identifier}"', size)


def linked_picture(package: WordPackage, words: str) -> None:
    _picture(package, "", f'r:link="{package.relate("image", f"file:///C:/{words}.png", external=True)}"', "5000000")


def _picture(package: WordPackage, words: str, blip: str, size: str) -> None:
    package.add_run(
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{size}" cy="{size}"/>'
        f'<wp:docPr id="77" name="Picture" descr="{words}"/>'
        f"<a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip {blip}/></pic:blipFill></pic:pic></a:graphicData>"
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def form_control(package: WordPackage, words: str) -> None:
    identifier = package.relate("control", "activeX/activeX1.xml", "<ax/>")
    package.add_run(f'<w:r><w:object><w:control r:id="{identifier}" w:name="{words}"/></w:object></w:r>')


def handwriting(package: WordPackage, words: str) -> None:
    package.add_run(
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wpi"><w:drawing><wp:anchor><wp:docPr id="78" name="{words}"/>'
        "<a:graphic><a:graphicData><w14:contentPart/></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        "</mc:AlternateContent></w:r>"
    )


def another_chart(package: WordPackage, words: str) -> None:
    chart = (
        f"<c:chartSpace {_NAMESPACES}><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>{words}</a:t></a:r></a:p></c:rich>"
        "</c:tx></c:title><c:plotArea><c:barChart><c:ser><c:val><c:numRef><c:numCache><c:pt idx='0'><c:v>7</c:v></c:pt>"
        "</c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )
    identifier = package.relate("chart", "charts/chart9.xml", chart)
    package.add_run(
        "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData>"
        f'<c:chart r:id="{identifier}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def chart_title(package: WordPackage, words: str) -> None:
    part = package.parts["word/charts/chart1.xml"]
    package.parts["word/charts/chart1.xml"] = part.replace(b"</a:t>", f" {words}</a:t>".encode(), 1)


def tracked_insertion(package: WordPackage, words: str) -> None:
    package.add_run(f'<w:ins w:id="901" {_AUTHOR}><w:r><w:t xml:space="preserve"> {words}</w:t></w:r></w:ins>')


def tracked_deletion(package: WordPackage, words: str) -> None:
    package.add_run(f'<w:del w:id="902" {_AUTHOR}><w:r><w:delText>{words}</w:delText></w:r></w:del>')


def paragraph(package: WordPackage, words: str) -> None:
    package.add_block(_text(words))


def words_in_place(package: WordPackage, words: str) -> None:
    package.add_run(f'<w:r><w:t xml:space="preserve"> {words}</w:t></w:r>')


def own_table(package: WordPackage, words: str) -> None:
    rows = "".join(f"<w:tr><w:tc><w:tcPr/>{_text(text)}</w:tc></w:tr>" for text in ("Ours", words))
    package.add_block(f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>")


Addition = Callable[[WordPackage, str], None]

#: Additions with words that are read, so that they are listed and change nothing else.
READ: dict[str, Addition] = {
    addition.__name__: addition
    for addition in (
        *(vml_text_box, text_box, word_art, smart_art, footnote, endnote, comment, page_header, first_page_header),
        *(even_page_header, watermark, inserted_document, picture, linked_picture, another_chart, tracked_deletion),
        *(paragraph, own_table),
    )
}
#: Additions that cannot be compared, and words that change what the report says.
NOT_READ: dict[str, Addition] = {
    addition.__name__: addition
    for addition in (
        *(inserted_web_page, inserted_rich_text, sub_document, embedded_sheet, form_control, handwriting),
        *(chart_title, tracked_insertion, words_in_place),
    )
}


def add(content: bytes, addition: Addition, words: str, place: int = 0) -> bytes:
    """Return a document with some words added to it at a place."""
    package = WordPackage.read(content, place)
    addition(package, words)
    return package.to_bytes()


def save_with(path: Path, content: bytes, addition: Addition, words: str, place: int = 0) -> Path:
    """Save a document with some words added to it at a place."""
    path.write_bytes(add(content, addition, words, place))
    return path
