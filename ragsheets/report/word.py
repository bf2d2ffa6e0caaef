"""What the report says, as a Word document: page, styles, headings, footer and properties.

python-docx makes the package around the text. Its own template gives way: that one is American, of 2013, by
"python-docx", and its second heading is too pale to read. The text itself, which may run to thousands of
rows, is written as WordprocessingML beside it (`ragsheets.report.tables` says why) and put in place when the
archive is packed.

Measures are twentieths of a point unless they say otherwise.
"""

from __future__ import annotations

import datetime
import io
import string
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Twips

from ragsheets import files
from ragsheets.colour import LEAST_CONTRAST, contrast
from ragsheets.report import tables
from ragsheets.report.content import OutcomeBlock, ReportContent, Section
from ragsheets.report.tables import Tables, attribute, paragraph, run
from ragsheets.template import Look, Template

#: A4 on its side, and its margins: left and right, top and bottom, footer from the edge.
PAGE_WIDTH, PAGE_HEIGHT = 16838, 11906
SIDE, ENDS, FOOT = 1021, 964, 510
TEXT_WIDTH = PAGE_WIDTH - 2 * SIDE

LANGUAGE = "en-GB"
WHITE = "FFFFFF"

#: How long a core property may be (python-docx's limit, which is Office's own).
_PROPERTY_LENGTH = 255

_NEW_PAGE = '<w:pageBreakBefore/><w:spacing w:before="0"/>'


def to_docx(content: ReportContent, template: Template, *, created: datetime.date) -> bytes:
    """The report as the bytes of a .docx file.

    `template` gives wording and look; `created` is the date that the document's properties carry, so that the
    same input gives the same bytes. Raises KeyError where a cell names a status that the template lacks.
    """
    body = b"".join([part.encode() for part in _body(content, template)])
    return _packed(_shell(content, template, created), body)


# --------------------------------------------------------------------------------------------- the text


def _body(content: ReportContent, template: Template) -> Iterator[str]:
    """The document from top to bottom, in pieces of WordprocessingML."""
    writer = Tables(template, content.columns, TEXT_WIDTH)
    yield from _first_page(content, template, writer)
    for section in content.sections:
        yield from _section(section, content, writer)


def _first_page(content: ReportContent, template: Template, writer: Tables) -> Iterator[str]:
    wording = template.wording
    yield paragraph("Title", content.title)
    yield paragraph("Subtitle", content.partnership)
    when = content.date if content.period == content.date else f"{content.period} · {content.date}"
    yield paragraph("Subtitle", when)
    yield paragraph("Heading1", wording.report_summary_title)
    yield paragraph("Normal", wording.report_summary_intro, layout="<w:keepNext/>")
    yield writer.summary(content.summary_columns, content.summary)
    yield paragraph("Heading2", wording.report_key)
    yield writer.key()


def _section(section: Section, content: ReportContent, writer: Tables) -> Iterator[str]:
    """A sub-group's part, on a new page."""
    yield paragraph("Heading1", section.heading, layout=_NEW_PAGE)
    if section.remark:
        yield paragraph("Remark", section.remark)
    for block in section.outcomes:
        yield from _outcome(block, content, writer)


def _outcome(block: OutcomeBlock, content: ReportContent, writer: Tables) -> Iterator[str]:
    yield paragraph("Heading2", block.heading)
    yield writer.details(block)
    for action in block.actions:
        # Never without words: Word joins two tables that no paragraph parts.
        heading = action.heading if action.heading.strip() else content.columns[0].heading
        yield paragraph("Heading3", heading)
        yield writer.tasks(action, f"{block.heading} – {heading}")


# ------------------------------------------------------------------------------------------ what is around it


def _shell(content: ReportContent, template: Template, created: datetime.date) -> bytes:
    """The document without its text: everything that says how it looks and whose it is."""
    document = docx.Document()
    _drop_leftovers(document)
    _replace_children(document.styles.element, _styles(template.look))
    _replace_children(document.part.numbering_part.element, _numbering(template.look))
    _replace_children(document.settings.element, _SETTINGS)
    section = document.sections[0]
    section.page_width, section.page_height = Twips(PAGE_WIDTH), Twips(PAGE_HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = Twips(SIDE)
    section.top_margin = section.bottom_margin = Twips(ENDS)
    section.header_distance = section.footer_distance = Twips(FOOT)
    section.footer.is_linked_to_previous = False
    _replace_children(section.footer._element, _footer(content, template))
    _describe(document, content, created)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def _drop_leftovers(document: Any) -> None:
    """Take out the parts of python-docx's template that say nothing of this document."""
    package = document.part.package
    kept = {
        RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
        RELATIONSHIP_TYPE.CORE_PROPERTIES,
        RELATIONSHIP_TYPE.STYLES,
        RELATIONSHIP_TYPE.NUMBERING,
        RELATIONSHIP_TYPE.SETTINGS,
    }
    for relationships in (package.rels, document.part.rels):
        for name, relationship in list(relationships.items()):
            if relationship.reltype not in kept:
                del relationships[name]
    uri = PackURI("/docProps/app.xml")
    package.relate_to(
        Part(uri, CONTENT_TYPE.OFC_EXTENDED_PROPERTIES, _APPLICATION, package), RELATIONSHIP_TYPE.EXTENDED_PROPERTIES
    )


def _describe(document: Any, content: ReportContent, created: datetime.date) -> None:
    """Set the core properties (ECMA-376 part 2, 11)."""
    properties = document.core_properties
    properties.title = _property(content.title)
    properties.subject = _property(content.period)
    properties.author = properties.last_modified_by = _property(content.partnership)
    properties.comments = properties.keywords = ""
    properties.language = LANGUAGE
    properties.revision = 1
    properties.created = properties.modified = datetime.datetime.combine(created, datetime.time())


def _property(text: str) -> str:
    return " ".join(files.clean(text).split())[:_PROPERTY_LENGTH]


def _replace_children(element: Any, xml: str) -> None:
    """Put the elements of `xml` in place of all that `element` holds."""
    del element[:]
    element.extend(list(parse_xml(f"<w:hold {nsdecls('w')}>{xml}</w:hold>")))


def _packed(shell: bytes, body: bytes) -> bytes:
    """The shell with its text in place, as an archive that is the same whenever it is made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(shell)) as source, files.SteadyArchive(packed, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                before, mark, after = part.partition(b"<w:sectPr")
                part = b"".join((before, body, mark, after))
            archive.put(name, part)
    return packed.getvalue()


_APPLICATION = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>ragsheets</Application></Properties>"
)

# Compatibility mode 15 is Word 2013 and later: tables start at the text's edge, not to the left of it.
_SETTINGS = (
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    f'<w:themeFontLang w:val="{LANGUAGE}"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
)


# ---------------------------------------------------------------------------------------------- footer


def _footer(content: ReportContent, template: Template) -> str:
    """What the report is on the left, the page number on the right."""
    runs = [run(f"{_property(content.title)} · {_property(content.period)}\t")]
    # Programs count the pages themselves; what is stored is the least that there can be.
    fields = {"page": ("PAGE", 1), "pages": ("NUMPAGES", 1 + len(content.sections))}
    for words, field, _, _ in string.Formatter().parse(template.wording.page):
        runs.append(run(words) if words else "")
        if field is not None:
            name, value = fields[field]
            runs.append(f'<w:fldSimple w:instr=" {name} ">{run(str(value))}</w:fldSimple>')
    return f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{"".join(runs)}</w:p>'


# ----------------------------------------------------------------------------------------- lists and styles


def _numbering(look: Look) -> str:
    """Two bulleted lists: for running text (1) and, set closer, for cells (`tables.BULLET_LIST`)."""
    lists = {1: ("ListBullet", 360), tables.BULLET_LIST: (tables.BULLET, 227)}
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
        f'<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="{style}"/><w:lvlText w:val="•"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr>'
        f"<w:rPr>{_fonts(look.font)}</w:rPr></w:lvl></w:abstractNum>"
        for number, (style, indent) in lists.items()
    )
    uses = "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in lists)
    return kinds + uses


def _styles(look: Look) -> str:
    """Every style of the document; nothing rests on a program's own defaults."""
    return "".join((_defaults(look), *_text_styles(look), *_heading_styles(look), *_table_styles(look)))


def _defaults(look: Look) -> str:
    """What holds where no style says otherwise, and the four styles that every document has."""
    return (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(look.font)}{_colour(look.text_ink)}{_size(look.size)}"
        f'<w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{_spacing(0, 0)}</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:pPr>{_spacing(0, 120, 264)}</w:pPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
    )


def _text_styles(look: Look) -> Iterator[str]:
    right = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'
    edge = f"<w:pBdr>{_line('left', 24, 8, look.heading_fill)}</w:pBdr>"
    remark = f'<w:keepLines/>{edge}{_spacing(120, 120)}<w:ind w:left="220"/>'
    yield _style("Footer", "footer", layout=right + _spacing(0, 0), look=_size(look.size - 2))
    yield _style("ListBullet", "List Bullet", layout=tables.list_item(1) + _spacing(0, 60, 264))
    yield _style("Remark", "Remark", layout=remark, look=_size(look.size + 1))


def _heading_styles(look: Look) -> Iterator[str]:
    """Title and headings: between the text's size and the title's, in a colour that can be read."""
    ink = look.heading_fill if contrast(look.heading_fill, WHITE) >= LEAST_CONTRAST else look.text_ink
    step = max(look.title_size - look.size, 0)
    keep = "<w:keepNext/><w:keepLines/>"
    title = _BOLD + _colour(ink) + _size(look.title_size)
    yield _style("Title", "Title", layout=keep + _spacing(0, 60), look=title)
    yield _style("Subtitle", "Subtitle", layout=keep + _spacing(0, 40), look=_size(look.size + 1))
    under = f"<w:pBdr>{_line('bottom', 12, 4, look.heading_fill)}</w:pBdr>"
    levels = (
        (look.size + 0.6 * step, ink, under + _spacing(240, 160)),
        (look.size + 0.3 * step, ink, _spacing(320, 100)),
        (look.size, look.band_ink, _band(look) + _spacing(240, 0) + _BAND_INDENT),
    )
    for level, (size, colour, layout) in enumerate(levels, 1):
        layout = f'{keep}{layout}<w:outlineLvl w:val="{level - 1}"/>'
        yield _style(f"Heading{level}", f"heading {level}", layout=layout, look=_BOLD + _colour(colour) + _size(size))


# Shading ends where the text does, so lines of its own colour widen it to the edges of the table below.
_BAND_INDENT = f'<w:ind w:left="{tables.CELL_MARGIN}" w:right="{tables.CELL_MARGIN}"/>'


def _band(look: Look) -> str:
    """The coloured band behind the name of an action, which stands on its table like a row."""
    spaces = {"top": 3, "left": 5, "bottom": 3, "right": 5}
    lines = "".join(_line(side, 4, space, look.band_fill) for side, space in spaces.items())
    return f"<w:pBdr>{lines}</w:pBdr>{_shading(look.band_fill)}"


def _table_styles(look: Look) -> Iterator[str]:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(_line(side, 4, 0, look.rule) for side in sides)
    # The bottom is less because the last paragraph of a cell brings its own space.
    spaces = {"top": 60, "left": tables.CELL_MARGIN, "bottom": 20, "right": tables.CELL_MARGIN}
    margins = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in spaces.items())
    yield (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{tables.TABLE}"><w:name w:val="Report Table"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{lines}</w:tblBorders>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>"
    )
    centred, heading = '<w:jc w:val="center"/>', _BOLD + _colour(look.heading_ink)
    bullet = tables.list_item(tables.BULLET_LIST)
    yield _style(tables.TEXT, "Table Text", layout=_spacing(0, 40), look=_size(look.size - 1))
    yield _style(tables.BULLET, "Table Bullet", base=tables.TEXT, layout=bullet)
    yield _style(tables.HEADING, "Table Heading", base=tables.TEXT, layout="<w:keepNext/>", look=heading)
    yield _style(tables.NUMBER, "Table Number", base=tables.TEXT, layout=centred)
    yield _style(tables.STATUS, "Table Status", base=tables.TEXT, layout=centred)


_BOLD = "<w:b/><w:bCs/>"

#: Names that Word gives to styles of its own; the others are marked as this document's.
_BUILT_IN = {"footer", "List Bullet", "Title", "Subtitle", "heading 1", "heading 2", "heading 3"}


def _style(key: str, name: str, *, layout: str, look: str = "", base: str = "Normal") -> str:
    """A paragraph style; `layout` and `look` are the insides of its paragraph and run properties."""
    kind = "" if name in _BUILT_IN else ' w:customStyle="1"'
    follower = '<w:next w:val="Normal"/>' if name.startswith("heading") else ""
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return (
        f'<w:style w:type="paragraph"{kind} w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{base}"/>{follower}<w:qFormat/><w:pPr>{layout}</w:pPr>{properties}</w:style>'
    )


def _line(side: str, eighths: int, space: int, colour: str) -> str:
    """A border: its width in eighths of a point, its distance from the text in points."""
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{colour}"/>'


def _shading(colour: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'


def _fonts(font: str) -> str:
    name = attribute(font)
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _colour(colour: str) -> str:
    return f'<w:color w:val="{colour}"/>'


def _size(points: float) -> str:
    """A type size, in half-points as WordprocessingML has it."""
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _spacing(before: int, after: int, line: int = 240) -> str:
    """Space around a paragraph, and between its lines in 240ths of a line."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'
