"""Ways in which people put words into a workbook outside the cells to fill in, each as an edit of its .xlsx package."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from helpers.office_packages import KINDS, with_changed_parts

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"

#: The second sheet of a sent workbook, which asks about its first outcome, and its relationships.
SHEET, LINKS = "xl/worksheets/sheet2.xml", "xl/worksheets/_rels/sheet2.xml.rels"
WORKBOOK, CORE = "xl/workbook.xml", "docProps/core.xml"


class PutAnnotation(NamedTuple):
    """An edit that puts a word into a package as an annotation, and the code of the finding that must quote it."""

    put: Callable[[bytes, str], bytes]
    code: str


def relationships(*targets: tuple[str, str, str]) -> bytes:
    """A part of relationships: identifier, kind and target of each; "http" targets are outside the package."""
    external = ' TargetMode="External"'
    lines = "".join(
        f'<Relationship Id="{ident}" Type="{KINDS}/{kind}" Target="{target}"'
        f"{external if target.startswith('http') else ''}/>"
        for ident, kind, target in targets
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{lines}</Relationships>'.encode()


def in_part(part: str, change: Callable[[str, str], str], code: str) -> PutAnnotation:
    """An edit in the text of a part that every workbook has."""
    return PutAnnotation(
        lambda content, word: with_changed_parts(content, {part: lambda text: change(text, word)}), code
    )


def before_sheet_end(markup: str) -> Callable[[str, str], str]:
    """Markup after the cells of a sheet, with {word}."""
    return lambda text, word: text.replace("</worksheet>", f"{markup.format(word=word)}</worksheet>")


def with_drawing(drawing: str, more: dict[str, bytes] | None = None) -> Callable[[bytes, str], bytes]:
    """A sheet with a drawing that holds markup with {word}; `more` parts too."""

    def put(content: bytes, word: str) -> bytes:
        spaces = f'xmlns:xdr="{XDR}" xmlns:a="{A}" xmlns:c="{C}" xmlns:r="{KINDS}"'
        anchor = "<xdr:from><xdr:col>2</xdr:col><xdr:row>3</xdr:row></xdr:from>"
        shapes = drawing.format(word=word)
        parts = {
            LINKS: relationships(("d1", "drawing", "../drawings/drawing1.xml")),
            "xl/drawings/drawing1.xml": (
                f"<xdr:wsDr {spaces}><xdr:oneCellAnchor>{anchor}{shapes}</xdr:oneCellAnchor></xdr:wsDr>".encode()
            ),
            **{name: part.replace(b"{word}", word.encode()) for name, part in (more or {}).items()},
        }
        mark = f'<drawing xmlns:r="{KINDS}" r:id="d1"/></worksheet>'
        return with_changed_parts(content, {SHEET: lambda text: text.replace("</worksheet>", mark)}, parts)

    return put


def _chart(inside: str) -> PutAnnotation:
    frame = '<xdr:graphicFrame><a:graphic><a:graphicData><c:chart r:id="c1"/></a:graphicData></a:graphic>'
    chart = f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}"><c:chart>{inside}</c:chart></c:chartSpace>'
    more = {
        "xl/drawings/_rels/drawing1.xml.rels": relationships(("c1", "chart", "../charts/chart1.xml")),
        "xl/charts/chart1.xml": chart.encode(),
    }
    return PutAnnotation(with_drawing(f"{frame}</xdr:graphicFrame>", more), "chart-text")


def _put_link(content: bytes, word: str) -> bytes:
    mark = f'<hyperlinks xmlns:r="{KINDS}"><hyperlink ref="C4" r:id="h1"/></hyperlinks></worksheet>'
    links = {LINKS: relationships(("h1", "hyperlink", f"https://example.org/{word}"))}
    return with_changed_parts(content, {SHEET: lambda text: text.replace("</worksheet>", mark)}, links)


def _put_control(content: bytes, word: str) -> bytes:
    shape = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape>'
        f'<v:textbox><div><font>{word}</font></div></v:textbox><x:ClientData ObjectType="Checkbox">'
        "<x:Anchor>2, 0, 3, 0, 4, 0, 5, 0</x:Anchor><x:Checked>1</x:Checked></x:ClientData></v:shape></xml>"
    )
    parts = {
        LINKS: relationships(("v1", "vmlDrawing", "../drawings/vmlDrawing1.vml")),
        "xl/drawings/vmlDrawing1.vml": shape.encode(),
    }
    mark = f'<legacyDrawing xmlns:r="{KINDS}" r:id="v1"/></worksheet>'
    return with_changed_parts(content, {SHEET: lambda text: text.replace("</worksheet>", mark)}, parts)


def _in_footer(code: str) -> Callable[[str, str], str]:
    def change(text: str, word: str) -> str:
        text = re.sub(r"<(odd|even|first)(Header|Footer)\s*/>", "", text)
        return re.sub(r"<oddFooter>.*</oddFooter>", f"{code.format(word=word)}", text)

    return change


def _property(name: str) -> PutAnnotation:
    space = "http://purl.org/dc/elements/1.1/"
    element = f'<d:{name} xmlns:d="{space}">{{word}}</d:{name}></cp:coreProperties>'
    return in_part(
        CORE, lambda text, word: text.replace("</cp:coreProperties>", element.format(word=word)), "document-property"
    )


def _in_name(markup: str) -> PutAnnotation:
    return in_part(
        WORKBOOK,
        lambda text, word: text.replace("</definedNames>", f"{markup.format(word=word)}</definedNames>"),
        "defined-name",
    )


_RICH = "<c:tx><c:rich><a:p><a:r><a:t>{word}</a:t></a:r></a:p></c:rich></c:tx>"
_VALIDATION = '<dataValidations><dataValidation sqref="C4:C6" {attribute}="{{word}}"/></dataValidations>'

ANNOTATIONS: dict[str, PutAnnotation] = {
    "the name of a sheet": in_part(
        WORKBOOK, lambda text, word: text.replace('name="Outcome 2.1"', f'name="2.1 {word}"'), "sheet-name"
    ),
    "a header": in_part(SHEET, _in_footer("<oddHeader>&amp;C{word}</oddHeader>"), "page-header"),
    "a footer": in_part(
        SHEET, _in_footer('<oddFooter>&amp;L&amp;"Arial,Bold"&amp;12{word}&amp;RPage &amp;P</oddFooter>'), "page-header"
    ),
    "a header of the first page": in_part(
        SHEET, _in_footer("<firstHeader>&amp;K00FF00{word}</firstHeader>"), "page-header"
    ),
    "a footer of even pages": in_part(SHEET, _in_footer("<evenFooter>&amp;R{word}</evenFooter>"), "page-header"),
    **{
        f"a cell's {attribute}": in_part(
            SHEET, before_sheet_end(_VALIDATION.format(attribute=attribute)), "input-message"
        )
        for attribute in ("promptTitle", "prompt", "errorTitle", "error")
    },
    "a scenario": in_part(
        SHEET,
        before_sheet_end(
            '<scenarios><scenario name="Best case" comment="{word}"><inputCells r="C4" val="1"/></scenario></scenarios>'
        ),
        "scenario",
    ),
    "a scenario's value": in_part(
        SHEET,
        before_sheet_end('<scenarios><scenario name="B"><inputCells r="C4" val="{word}"/></scenario></scenarios>'),
        "scenario",
    ),
    "the tip of a link": in_part(
        SHEET,
        before_sheet_end('<hyperlinks><hyperlink ref="C4" location="A1" tooltip="{word}"/></hyperlinks>'),
        "link",
    ),
    "the target of a link": PutAnnotation(_put_link, "link"),
    "the title of a chart": _chart(f"<c:title>{_RICH}</c:title>"),
    "an axis of a chart": _chart(f"<c:plotArea><c:valAx><c:title>{_RICH}</c:title></c:valAx></c:plotArea>"),
    "a series of a chart": _chart("<c:plotArea><c:ser><c:tx><c:v>{word}</c:v></c:tx></c:ser></c:plotArea>"),
    "a shape": PutAnnotation(
        with_drawing("<xdr:sp><xdr:txBody><a:p><a:r><a:t>{word}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"), "text-box"
    ),
    "a tick box": PutAnnotation(_put_control, "form-control"),
    **{f"the document's {name}": _property(name) for name in ("title", "subject", "description", "keywords")},
    "the comment of a name": _in_name('<definedName name="Mine" comment="{word}">Headlines!$A$1</definedName>'),
    "a name for a text": _in_name('<definedName name="Mine">"{word}"</definedName>'),
}


def part_of(content: bytes, name: str) -> str:
    """The text of a part."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()
