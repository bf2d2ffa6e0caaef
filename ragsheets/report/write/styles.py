"""Lists and styles of the report, as WordprocessingML: nothing rests on a program's own defaults.

Measures are twentieths of a point unless they say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from ragsheets.report.write import tables, xml
from ragsheets.report.write.xml import escape_attribute
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast
from ragsheets.template.model import TemplateLook

LANGUAGE = "en-GB"

#: The id of the style of a paragraph that holds a picture.
FIGURE_STYLE = "Figure"


def numbering_xml(look: TemplateLook) -> str:
    """Bulleted lists: for running text (1), set closer for cells (`markup.BULLET_LIST`), and for points under a bullet
    of running text (3): a list of its own, for some programs show no sign where two styles share one."""
    lists = {1: ("ListBullet", 360, 360), xml.CELL_LIST_ID: (xml.BULLET_STYLE, 227, 227), 3: ("ListBullet2", 720, 360)}
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
        f'<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="{style}"/><w:lvlText w:val="•"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>'
        f"<w:rPr>{_fonts(look.font)}</w:rPr></w:lvl></w:abstractNum>"
        for number, (style, left, hanging) in lists.items()
    )
    uses = "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in lists)
    return kinds + uses


def styles_xml(look: TemplateLook, text_width: int) -> str:
    """Every style of the document; nothing rests on a program's own defaults."""
    return "".join(
        (_default_styles(look), *_text_styles(look, text_width), *_heading_styles(look), *_table_styles(look))
    )


def _default_styles(look: TemplateLook) -> str:
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


def _text_styles(look: TemplateLook, text_width: int) -> Iterator[str]:
    right = f'<w:tabs><w:tab w:val="right" w:pos="{text_width}"/></w:tabs>'
    edge = f"<w:pBdr>{_border('left', 24, 8, look.heading_fill)}</w:pBdr>"
    remark = f'<w:keepLines/>{edge}{_spacing(120, 120)}<w:ind w:left="220"/>'
    yield _style_xml(
        "Footer", "footer", paragraph_properties=right + _spacing(0, 0), run_properties=_size(look.size - 2)
    )
    yield _style_xml(
        "Lead", "Lead", paragraph_properties=_spacing(0, 60, 276), run_properties=_BOLD + _size(look.size + 1)
    )
    yield _style_xml(
        "Key", "Key", paragraph_properties="<w:keepNext/>" + _spacing(60, 120, 276), run_properties=_size(look.size - 1)
    )
    yield _style_xml(
        "Contents1", "Contents 1", paragraph_properties="<w:keepLines/>" + _spacing(100, 40), run_properties=_BOLD
    )
    yield _style_xml("Contents2", "Contents 2", paragraph_properties=_spacing(0, 40) + '<w:ind w:left="340"/>')
    yield (
        f'<w:style w:type="character" w:styleId="{xml.LINK_STYLE}"><w:name w:val="Hyperlink"/><w:rPr>'
        f'{_colour(look.link_ink)}<w:u w:val="single"/></w:rPr></w:style>'
    )
    yield _style_xml("ListBullet", "List Bullet", paragraph_properties=xml.list_item_properties(1) + _spacing(0, 60))
    yield _style_xml("ListBullet2", "List Bullet 2", paragraph_properties=xml.list_item_properties(3) + _spacing(0, 60))
    marked = f"<w:keepLines/><w:pBdr>{_dashed_box(look.query_rule)}</w:pBdr>{_shading(look.answer_fill)}"
    marked += _spacing(60, 120) + '<w:ind w:left="160" w:right="160"/>'
    yield _style_xml("ToEdit", "To Edit", paragraph_properties=marked)
    # Lines of their own height: exact ones, as another style may have, would cut a picture off.
    yield _style_xml(FIGURE_STYLE, "Figure", base="", paragraph_properties=_spacing(120, 60))
    yield _style_xml("Remark", "Remark", paragraph_properties=remark, run_properties=_size(look.size + 1))


def _dashed_box(colour: str) -> str:
    return "".join(
        f'<w:{side} w:val="dashed" w:sz="8" w:space="4" w:color="{colour}"/>'
        for side in ("top", "left", "bottom", "right")
    )


def _heading_styles(look: TemplateLook) -> Iterator[str]:
    """Title and headings: between the text's size and the title's, in a colour that can be read."""
    ink = look.heading_fill if contrast(look.heading_fill, WHITE) >= MIN_CONTRAST else look.text_ink
    step = max(look.title_size - look.size, 0)
    keep = "<w:keepNext/><w:keepLines/>"
    title = _BOLD + _colour(ink) + _size(look.title_size)
    yield _style_xml("Title", "Title", paragraph_properties=keep + _spacing(0, 60), run_properties=title)
    yield _style_xml(
        "Subtitle", "Subtitle", paragraph_properties=keep + _spacing(0, 40), run_properties=_size(look.size + 1)
    )
    under = f"<w:pBdr>{_border('bottom', 12, 4, look.heading_fill)}</w:pBdr>"
    levels = (
        (look.size + 0.6 * step, ink, under + _spacing(200, 120)),
        (look.size + 0.3 * step, ink, _spacing(240, 80)),
        (look.size, look.band_ink, _band_properties(look) + _spacing(240, 0) + _BAND_INDENT),
    )
    for level, (size, colour, layout) in enumerate(levels, 1):
        layout = f'{keep}{layout}<w:outlineLvl w:val="{level - 1}"/>'
        yield _style_xml(
            f"Heading{level}",
            f"heading {level}",
            paragraph_properties=layout,
            run_properties=_BOLD + _colour(colour) + _size(size),
        )


# Shading ends where the text does, so lines of its own colour widen it to the edges of the table below.
_BAND_INDENT = f'<w:ind w:left="{tables.CELL_MARGIN}" w:right="{tables.CELL_MARGIN}"/>'


def _band_properties(look: TemplateLook) -> str:
    """The coloured band behind the name of an action, which stands on its table like a row."""
    spaces = {"top": 3, "left": 5, "bottom": 3, "right": 5}
    lines = "".join(_border(side, 4, space, look.band_fill) for side, space in spaces.items())
    return f"<w:pBdr>{lines}</w:pBdr>{_shading(look.band_fill)}"


def _table_styles(look: TemplateLook) -> Iterator[str]:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(_border(side, 4, 0, look.rule) for side in sides)
    # The bottom is less because the last paragraph of a cell brings its own space.
    spaces = {"top": 60, "left": tables.CELL_MARGIN, "bottom": 20, "right": tables.CELL_MARGIN}
    margins = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in spaces.items())
    yield (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{tables.TABLE_STYLE}"><w:name w:val="Report Table"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{lines}</w:tblBorders>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>"
    )
    centred, heading = '<w:jc w:val="center"/>', _BOLD + _colour(look.heading_ink)
    bullet = xml.list_item_properties(xml.CELL_LIST_ID)
    # Based on nothing: a house's indents and justified lines are not for cells.
    own = _fonts(look.font) + _colour(look.text_ink) + _size(look.size - 1)
    yield _style_xml(xml.TEXT_STYLE, "Table Text", base="", paragraph_properties=_spacing(0, 40), run_properties=own)
    yield _style_xml(xml.BULLET_STYLE, "Table Bullet", base=xml.TEXT_STYLE, paragraph_properties=bullet)
    yield _style_xml(
        xml.HEADING_STYLE,
        "Table Heading",
        base=xml.TEXT_STYLE,
        paragraph_properties="<w:keepNext/>",
        run_properties=heading,
    )
    yield _style_xml(xml.NUMBER_STYLE, "Table Number", base=xml.TEXT_STYLE, paragraph_properties=centred)
    yield _style_xml(xml.STATUS_STYLE, "Table Status", base=xml.TEXT_STYLE, paragraph_properties=centred)


_BOLD = "<w:b/><w:bCs/>"

#: Names that Word gives to styles of its own; the others are marked as this document's.
_BUILT_IN_NAMES = {"footer", "List Bullet", "List Bullet 2", "Title", "Subtitle", "heading 1", "heading 2", "heading 3"}


def _style_xml(
    style_id: str, name: str, *, paragraph_properties: str, run_properties: str = "", base: str = "Normal"
) -> str:
    """A paragraph style; `layout` and `look` are the insides of its paragraph and run properties."""
    kind = "" if name in _BUILT_IN_NAMES else ' w:customStyle="1"'
    follower = '<w:next w:val="Normal"/>' if name.startswith("heading") else ""
    properties = f"<w:rPr>{run_properties}</w:rPr>" if run_properties else ""
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return (
        f'<w:style w:type="paragraph"{kind} w:styleId="{style_id}"><w:name w:val="{name}"/>'
        f"{based}{follower}<w:qFormat/><w:pPr>{paragraph_properties}</w:pPr>{properties}</w:style>"
    )


def _border(side: str, eighths: int, space: int, colour: str) -> str:
    """A border: its width in eighths of a point, its distance from the text in points."""
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{colour}"/>'


def _shading(colour: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'


def _fonts(font: str) -> str:
    name = escape_attribute(font)
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _colour(colour: str) -> str:
    return f'<w:color w:val="{colour}"/>'


def _size(points: float) -> str:
    """A type size, in half-points as WordprocessingML has it."""
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _spacing(before: int, after: int, line: int = 240) -> str:
    """Space around a paragraph, and between its lines in 240ths of a line."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'
