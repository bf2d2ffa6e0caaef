"""Lists and styles of the report as WordprocessingML, independent of a program's own defaults.

Measures are twentieths of a point unless stated otherwise.
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
    """Return the definitions of the bulleted lists.

    `xml.TEXT_LIST_ID` is for running text, `xml.CELL_LIST_ID`, which is set closer, for cells, and 3 for points under a
    bullet of running text: a list of its own, because some programs show no bullet where two styles share a list.
    """
    lists = {
        xml.TEXT_LIST_ID: ("ListBullet", 360, 360),
        xml.CELL_LIST_ID: (xml.BULLET_STYLE, 227, 227),
        3: ("ListBullet2", 720, 360),
    }
    definitions = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
        f'<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="{style}"/><w:lvlText w:val="•"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>'
        f"<w:rPr>{_fonts(look.font)}</w:rPr></w:lvl></w:abstractNum>"
        for number, (style, left, hanging) in lists.items()
    )
    instances = "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in lists)
    return definitions + instances


def styles_xml(look: TemplateLook, text_width: int) -> str:
    """Return every style of the document, independent of a program's own defaults.

    `text_width` is the width of the text on a page.
    """
    return "".join(
        (_default_styles(look), *_text_styles(look, text_width), *_heading_styles(look), *_table_styles(look))
    )


def _default_styles(look: TemplateLook) -> str:
    """Return the document defaults, and the four default styles that every document has."""
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
    right_tab = f'<w:tabs><w:tab w:val="right" w:pos="{text_width}"/></w:tabs>'
    left_border = f"<w:pBdr>{_border('left', 24, 8, look.heading_fill)}</w:pBdr>"
    remark_properties = f'<w:keepLines/>{left_border}{_spacing(120, 120)}<w:ind w:left="220"/>'
    yield _style_xml("Footer", "footer", right_tab + _spacing(0, 0), _size(look.size - 2))
    yield _style_xml("Lead", "Lead", _spacing(0, 60, 276), _BOLD + _size(look.size + 1))
    yield _style_xml("Introduction", "Introduction", _spacing(120, 60, 264))
    yield _style_xml("Key", "Key", "<w:keepNext/>" + _spacing(60, 120, 276), _size(look.size - 1))
    yield _style_xml("Contents1", "Contents 1", "<w:keepLines/>" + _spacing(100, 40), _BOLD)
    yield _style_xml("Contents2", "Contents 2", _spacing(0, 40) + '<w:ind w:left="340"/>')
    yield (
        f'<w:style w:type="character" w:styleId="{xml.LINK_STYLE}"><w:name w:val="Hyperlink"/><w:rPr>'
        f'{_colour(look.link_ink)}<w:u w:val="single"/></w:rPr></w:style>'
    )
    yield _style_xml("ListBullet", "List Bullet", xml.list_item_properties(xml.TEXT_LIST_ID) + _spacing(0, 60))
    yield _style_xml("ListBullet2", "List Bullet 2", xml.list_item_properties(3) + _spacing(0, 60))
    edit_properties = f"<w:keepLines/><w:pBdr>{_dashed_box(look.query_rule)}</w:pBdr>{_shading(look.answer_fill)}"
    edit_properties += _spacing(60, 120) + '<w:ind w:left="160" w:right="160"/>'
    yield _style_xml("ToEdit", "To Edit", edit_properties)
    # Automatic line height: an exact one, as another style may have, would cut a picture off.
    yield _style_xml(FIGURE_STYLE, "Figure", _spacing(120, 60), base="")
    yield _style_xml("Remark", "Remark", remark_properties, _size(look.size + 1))


def _dashed_box(colour: str) -> str:
    return "".join(
        f'<w:{side} w:val="dashed" w:sz="8" w:space="4" w:color="{colour}"/>'
        for side in ("top", "left", "bottom", "right")
    )


def _heading_styles(look: TemplateLook) -> Iterator[str]:
    """Yield the styles of title and headings, in a colour that can be read.

    The sizes of headings are between those of the text and the title.
    """
    ink = look.heading_fill if contrast(look.heading_fill, WHITE) >= MIN_CONTRAST else look.text_ink
    step = max(look.title_size - look.size, 0)
    keep_properties = "<w:keepNext/><w:keepLines/>"
    title_properties = _BOLD + _colour(ink) + _size(look.title_size)
    yield _style_xml("Title", "Title", keep_properties + _spacing(0, 60), title_properties)
    yield _style_xml("Subtitle", "Subtitle", keep_properties + _spacing(0, 40), _size(look.size + 1))
    bottom_border = f"<w:pBdr>{_border('bottom', 12, 4, look.heading_fill)}</w:pBdr>"
    levels = (
        (look.size + 0.6 * step, ink, bottom_border + _spacing(200, 120)),
        (look.size + 0.3 * step, ink, _spacing(240, 80)),
        (look.size, look.band_ink, _band_properties(look) + _spacing(240, 0) + _BAND_INDENT),
    )
    for level, (size, colour, layout) in enumerate(levels, 1):
        layout = f'{keep_properties}{layout}<w:outlineLvl w:val="{level - 1}"/>'
        yield _style_xml(f"Heading{level}", f"heading {level}", layout, _BOLD + _colour(colour) + _size(size))


# Shading ends where the text ends, so borders in its colour widen it to the edges of the table below.
_BAND_INDENT = f'<w:ind w:left="{tables.CELL_MARGIN}" w:right="{tables.CELL_MARGIN}"/>'


def _band_properties(look: TemplateLook) -> str:
    """Return the properties of the coloured band behind the name of an action, which looks like a row of its table."""
    spaces = {"top": 3, "left": 5, "bottom": 3, "right": 5}
    lines = "".join(_border(side, 4, space, look.band_fill) for side, space in spaces.items())
    return f"<w:pBdr>{lines}</w:pBdr>{_shading(look.band_fill)}"


def _table_styles(look: TemplateLook) -> Iterator[str]:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(_border(side, 4, 0, look.rule) for side in sides)
    # The bottom margin is smaller because the last paragraph of a cell adds its own space.
    spaces = {"top": 60, "left": tables.CELL_MARGIN, "bottom": 20, "right": tables.CELL_MARGIN}
    margins = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in spaces.items())
    yield (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{tables.TABLE_STYLE}"><w:name w:val="Report Table"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{lines}</w:tblBorders>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr></w:style>"
    )
    centred, heading = '<w:jc w:val="center"/>', _BOLD + _colour(look.heading_ink)
    bullet = xml.list_item_properties(xml.CELL_LIST_ID)
    # Based on no other style, because a house style's indents and justified lines do not suit cells.
    text_properties = _fonts(look.font) + _colour(look.text_ink) + _size(look.size - 1)
    yield _style_xml(xml.TEXT_STYLE, "Table Text", _spacing(0, 40), text_properties, base="")
    yield _style_xml(xml.BULLET_STYLE, "Table Bullet", bullet, base=xml.TEXT_STYLE)
    yield _style_xml(xml.HEADING_STYLE, "Table Heading", "<w:keepNext/>", heading, base=xml.TEXT_STYLE)
    yield _style_xml(xml.NUMBER_STYLE, "Table Number", centred, base=xml.TEXT_STYLE)
    yield _style_xml(xml.STATUS_STYLE, "Table Status", centred, base=xml.TEXT_STYLE)


_BOLD = "<w:b/><w:bCs/>"

#: The names of Word's built-in styles; all other styles are marked as custom.
_BUILT_IN_NAMES = {"footer", "List Bullet", "List Bullet 2", "Title", "Subtitle", "heading 1", "heading 2", "heading 3"}


def _style_xml(
    style_id: str, name: str, paragraph_properties: str, run_properties: str = "", base: str = "Normal"
) -> str:
    """Return a paragraph style; the properties are the content of the elements pPr and rPr."""
    custom_attribute = "" if name in _BUILT_IN_NAMES else ' w:customStyle="1"'
    next_style = '<w:next w:val="Normal"/>' if name.startswith("heading") else ""
    properties = f"<w:rPr>{run_properties}</w:rPr>" if run_properties else ""
    based_on = f'<w:basedOn w:val="{base}"/>' if base else ""
    return (
        f'<w:style w:type="paragraph"{custom_attribute} w:styleId="{style_id}"><w:name w:val="{name}"/>'
        f"{based_on}{next_style}<w:qFormat/><w:pPr>{paragraph_properties}</w:pPr>{properties}</w:style>"
    )


def _border(side: str, eighths: int, space: int, colour: str) -> str:
    """Return a border; `eighths` is its width in eighths of a point, `space` its distance from the text in points."""
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{colour}"/>'


def _shading(colour: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'


def _fonts(font: str) -> str:
    name = escape_attribute(font)
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _colour(colour: str) -> str:
    return f'<w:color w:val="{colour}"/>'


def _size(points: float) -> str:
    """Return a font size, in half-points as WordprocessingML requires."""
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _spacing(before: int, after: int, line: int = 240) -> str:
    """Return the space around a paragraph; `line` is its line height in 240ths of a line."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'
