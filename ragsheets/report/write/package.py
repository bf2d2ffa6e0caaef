"""The package of the report's document without its text: page, footer, properties, styles and settings.

python-docx creates the package. The content of its own template is replaced: that template is American, of 2013, by
"python-docx", and its second heading is too pale to read.

Measures are twentieths of a point unless stated otherwise.
"""

from __future__ import annotations

import datetime
import io
import string
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.section import WD_ORIENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Twips

from ragsheets import files
from ragsheets.report.house_style.apply import apply_house_style
from ragsheets.report.house_style.look import ReportLook
from ragsheets.report.house_style.style import HouseStyle
from ragsheets.report.write import chart
from ragsheets.report.write.content import DocumentInfo
from ragsheets.report.write.header_mark import add_marks
from ragsheets.report.write.page import PageSetup
from ragsheets.report.write.styles import LANGUAGE, numbering_xml, styles_xml
from ragsheets.report.write.xml import run
from ragsheets.template.model import Template
from ragsheets.text import single_line

if TYPE_CHECKING:
    from ragsheets.report.write.chart_xml import StackedBarChart

#: The greatest length of a core property, in characters (python-docx's limit, which is that of Office).
_MAX_PROPERTY_LENGTH = 255
_BODY_START, _PARAGRAPH_END = b"<w:body>", b"</w:p>"
#: The relationship types of headers and footers.
_HEADER_TYPES = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)


def build_package(
    content: DocumentInfo,
    template: Template,
    created: datetime.date,
    report_look: ReportLook,
    *,
    summary_chart: StackedBarChart | None = None,
    urls_by_id: Mapping[str, str] | None = None,
) -> bytes:
    """Return the document without its text, with its look and its properties.

    Args:
        content: the properties of the report.
        template: the template with wording and look.
        created: the date in the document's properties.
        report_look: the page, the house style and the logo.
        summary_chart: the chart that the text shows.
        urls_by_id: the external addresses that the text links to, by their relationship ids (ECMA-376 part 2, 9.3: an
            external link is a relationship of its part).
    """
    document, house_style = docx.Document(), report_look.house_style
    _remove_template_parts(document)
    own_styles = styles_xml(template.look, report_look.page.text_width)
    _replace_children(
        document.styles.element, house_style.text_styles.merged_with(own_styles) if house_style else own_styles
    )
    _replace_children(document.part.numbering_part.element, numbering_xml(template.look))
    even_pages_setting = "<w:evenAndOddHeaders/>" if house_style and house_style.different_even_pages else ""
    _replace_children(document.settings.element, _SETTINGS_XML.format(even=even_pages_setting))
    section = document.sections[0]
    _set_page(section, report_look.page)
    if house_style:
        apply_house_style(document, house_style)
    if not house_style or all(header_footer.kind != "footer" for header_footer in house_style.headers_and_footers):
        for footer in _footers(section, house_style):
            _replace_children(footer._element, _footer_xml(content, template, report_look))
    relationships = document.part.rels.values()
    add_marks(
        document.element.body,
        [relationship.target_part.element for relationship in relationships if relationship.reltype in _HEADER_TYPES],
    )
    _set_core_properties(document, content, created)
    if summary_chart:
        chart.add_chart(document, summary_chart, template, created)
    if report_look.logo:
        report_look.logo.add_to(document)
    for relationship_id, address in (urls_by_id or {}).items():
        document.part.load_rel(RELATIONSHIP_TYPE.HYPERLINK, address, relationship_id, is_external=True)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_page(section: Any, page: PageSetup) -> None:
    section.page_width, section.page_height = Twips(page.width), Twips(page.height)
    section.orientation = WD_ORIENT.LANDSCAPE if page.width > page.height else WD_ORIENT.PORTRAIT
    section.left_margin, section.right_margin = Twips(page.left_margin), Twips(page.right_margin)
    section.top_margin, section.bottom_margin = Twips(page.top_margin), Twips(page.bottom_margin)
    section.header_distance, section.footer_distance = Twips(page.header_distance), Twips(page.footer_distance)
    section.gutter = Twips(0)


def _footers(section: Any, house_style: HouseStyle | None) -> Iterator[Any]:
    """Yield the footers for the report's own text: one for all pages, or one per kind of page in the house style."""
    footers = [section.footer]
    footers += [section.first_page_footer] if house_style and house_style.different_first_page else []
    footers += [section.even_page_footer] if house_style and house_style.different_even_pages else []
    for footer in footers:
        footer.is_linked_to_previous = False
        yield footer


def _remove_template_parts(document: Any) -> None:
    """Remove the parts of python-docx's template that this document does not use."""
    package = document.part.package
    kept_types = {
        RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
        RELATIONSHIP_TYPE.CORE_PROPERTIES,
        RELATIONSHIP_TYPE.STYLES,
        RELATIONSHIP_TYPE.NUMBERING,
        RELATIONSHIP_TYPE.SETTINGS,
    }
    for relationships in (package.rels, document.part.rels):
        for relationship_id, relationship in list(relationships.items()):
            if relationship.reltype not in kept_types:
                del relationships[relationship_id]
    uri = PackURI("/docProps/app.xml")
    package.relate_to(
        Part(uri, CONTENT_TYPE.OFC_EXTENDED_PROPERTIES, _APP_PROPERTIES_XML, package),
        RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
    )


def _set_core_properties(document: Any, content: DocumentInfo, created: datetime.date) -> None:
    """Set the core properties (ECMA-376 part 2, 11)."""
    properties = document.core_properties
    properties.title = _property_text(content.title)
    properties.subject = _property_text(content.period)
    properties.author = properties.last_modified_by = _property_text(content.partnership)
    properties.comments = properties.keywords = ""
    properties.language = LANGUAGE
    properties.revision = 1
    properties.created = properties.modified = datetime.datetime.combine(created, datetime.time())


def _property_text(text: str) -> str:
    return single_line(text)[:_MAX_PROPERTY_LENGTH]


def _replace_children(element: Any, xml: str) -> None:
    """Replace the children of `element` by the elements of `xml`."""
    del element[:]
    element.extend(list(parse_xml(f"<w:hold {nsdecls('w')}>{xml}</w:hold>")))


def insert_body(package: bytes, body: bytes) -> bytes:
    """Return the package with the text inserted, as a reproducible archive; its marks go into the first paragraph."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, files.ReproducibleZip(buffer, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                before, section_start, after = part.partition(b"<w:sectPr")
                head, body_start, marks = before.partition(_BODY_START)
                marked_body = body.replace(_PARAGRAPH_END, marks + _PARAGRAPH_END, 1)
                part = b"".join((head, body_start, marked_body, section_start, after))
            archive.add_entry(name, part)
    return buffer.getvalue()


_APP_PROPERTIES_XML = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>ragsheets</Application></Properties>"
)

# Compatibility mode 15 is Word 2013 and later, where tables start at the text's edge and not to the left of it.
_SETTINGS_XML = (
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>{even}'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    f'<w:themeFontLang w:val="{LANGUAGE}"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
)


def _footer_xml(content: DocumentInfo, template: Template, report_look: ReportLook) -> str:
    """Return the footer's paragraph: title and period on the left, the page number on the right."""
    house_stops = (
        [
            stop
            for stop in report_look.house_style.text_styles.tab_stops("Footer")
            if stop != str(report_look.page.text_width)
        ]
        if report_look.house_style
        else []
    )
    stops = "".join(f'<w:tab w:val="clear" w:pos="{stop}"/>' for stop in house_stops)
    stops += f'<w:tab w:val="right" w:pos="{report_look.page.text_width}"/>'
    runs = [run(f"{_property_text(content.title)} · {_property_text(content.period)}\t")]
    # Programs count the pages themselves; the stored values are the least possible ones.
    fields = {"page": ("PAGE", 1), "pages": ("NUMPAGES", content.min_pages)}
    for text, field, _, _ in string.Formatter().parse(template.wording.page):
        runs.append(run(text) if text else "")
        if field is not None:
            name, value = fields[field]
            runs.append(f'<w:fldSimple w:instr=" {name} ">{run(str(value))}</w:fldSimple>')
    return f'<w:p><w:pPr><w:pStyle w:val="Footer"/><w:tabs>{stops}</w:tabs></w:pPr>{"".join(runs)}</w:p>'
