"""Everything of the report's document but its text: page, footer, properties, and the package around them.

python-docx makes the package. Its own template gives way: that one is American, of 2013, by "python-docx", and its
second heading is too pale to read.

Measures are twentieths of a point unless they say otherwise.
"""

from __future__ import annotations

import datetime
import io
import string
import zipfile
from collections.abc import Iterator, Mapping
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
from ragsheets.report.house_style.apply import apply_house_style
from ragsheets.report.house_style.look import ReportLook
from ragsheets.report.house_style.style import HouseStyle
from ragsheets.report.write import chart
from ragsheets.report.write.chart import SummaryChart
from ragsheets.report.write.content import DocumentInfo
from ragsheets.report.write.page import PageSetup
from ragsheets.report.write.styles import LANGUAGE, numbering_xml, styles_xml
from ragsheets.report.write.xml import run
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office

#: How long a core property may be (python-docx's limit, which is Office's own).
_MAX_PROPERTY_LENGTH = 255


def build_package(
    content: DocumentInfo,
    template: Template,
    created: datetime.date,
    report_look: ReportLook,
    *,
    summary_chart: SummaryChart | None = None,
    urls_by_id: Mapping[str, str] | None = None,
) -> bytes:
    """The document without its text: everything that says how it looks and whose it is.

    `picture` is the chart in its text; the logo is in `dress`, as are the page and what a house style brings. `links`
    are the addresses outside it that its text leads to, by the ids that the text gives them (ECMA-376 part 2, 9.3: a
    link outside is a relationship of its part).
    """
    document, house = docx.Document(), report_look.house_style
    _remove_template_parts(document)
    own = styles_xml(template.look, report_look.page.text_width)
    _replace_children(document.styles.element, house.text_styles.merged_with(own) if house else own)
    _replace_children(document.part.numbering_part.element, numbering_xml(template.look))
    even = "<w:evenAndOddHeaders/>" if house and house.different_even_pages else ""
    _replace_children(document.settings.element, _SETTINGS_XML.format(even=even))
    section = document.sections[0]
    _set_page(section, report_look.page)
    if house:
        apply_house_style(document, house)
    if not house or all(margin.kind != "footer" for margin in house.headers_and_footers):
        for footer in _footers(section, house):
            _replace_children(footer._element, _footer_xml(content, template, report_look))
    _set_core_properties(document, content, created)
    if summary_chart:
        chart.add_chart(document, summary_chart, template, created)
    if report_look.logo:
        report_look.logo.add_to(document)
    for name, address in (urls_by_id or {}).items():
        document.part.load_rel(RELATIONSHIP_TYPE.HYPERLINK, address, name, is_external=True)
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
    """The footers that the report's own words go into: of all pages, or of each kind that the house tells apart."""
    kinds = [section.footer]
    kinds += [section.first_page_footer] if house_style and house_style.different_first_page else []
    kinds += [section.even_page_footer] if house_style and house_style.different_even_pages else []
    for footer in kinds:
        footer.is_linked_to_previous = False
        yield footer


def _remove_template_parts(document: Any) -> None:
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
    return " ".join(clean_for_office(text).split())[:_MAX_PROPERTY_LENGTH]


def _replace_children(element: Any, xml: str) -> None:
    """Put the elements of `xml` in place of all that `element` holds."""
    del element[:]
    element.extend(list(parse_xml(f"<w:hold {nsdecls('w')}>{xml}</w:hold>")))


def insert_body(package: bytes, body: bytes) -> bytes:
    """The shell with its text in place, as an archive that is the same whenever it is made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, files.ReproducibleZip(packed, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                before, mark, after = part.partition(b"<w:sectPr")
                part = b"".join((before, body, mark, after))
            archive.add_entry(name, part)
    return packed.getvalue()


_APP_PROPERTIES_XML = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>ragsheets</Application></Properties>"
)

# Compatibility mode 15 is Word 2013 and later: tables start at the text's edge, not to the left of it.
_SETTINGS_XML = (
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>{even}'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    f'<w:themeFontLang w:val="{LANGUAGE}"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
)


def _footer_xml(content: DocumentInfo, template: Template, report_look: ReportLook) -> str:
    """What the report is on the left, the page number on the right."""
    others = (
        [
            stop
            for stop in report_look.house_style.text_styles.tab_stops("Footer")
            if stop != str(report_look.page.text_width)
        ]
        if report_look.house_style
        else []
    )
    stops = "".join(f'<w:tab w:val="clear" w:pos="{stop}"/>' for stop in others)
    stops += f'<w:tab w:val="right" w:pos="{report_look.page.text_width}"/>'
    runs = [run(f"{_property_text(content.title)} · {_property_text(content.period)}\t")]
    # Programs count the pages themselves; what is stored is the least that there can be.
    fields = {"page": ("PAGE", 1), "pages": ("NUMPAGES", content.min_pages)}
    for words, field, _, _ in string.Formatter().parse(template.wording.page):
        runs.append(run(words) if words else "")
        if field is not None:
            name, value = fields[field]
            runs.append(f'<w:fldSimple w:instr=" {name} ">{run(str(value))}</w:fldSimple>')
    return f'<w:p><w:pPr><w:pStyle w:val="Footer"/><w:tabs>{stops}</w:tabs></w:pPr>{"".join(runs)}</w:p>'
