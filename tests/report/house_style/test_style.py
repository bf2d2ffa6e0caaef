"""The house style: what a report copies from a house document, and what it ignores."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor

from helpers import house_documents, office
from helpers.house_documents import HEADINGS, TEXT, paragraph, png
from helpers.office_packages import with_changed_parts
from ragsheets.errors import ReportError
from ragsheets.report.house_style.look import ReportLook
from ragsheets.report.house_style.style import HouseStyle, parse_house_style, read_house_style
from ragsheets.report.write import word
from ragsheets.report.write.content import (
    ActionTable,
    GroupSection,
    OutcomeBlock,
    ReportCell,
    ReportContent,
    StatusCount,
    Summary,
    SummaryRow,
)
from ragsheets.report.write.page import A4_LANDSCAPE
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template

DATE = datetime.date(2008, 9, 4)
COUNTS = (
    StatusCount("Green – on track", 3, "GREEN"),
    StatusCount("Red – needs action", 1, "RED"),
    StatusCount("Total", 4),
)


@pytest.fixture(scope="module")
def template() -> Template:
    return read_template("standard")


@pytest.fixture(scope="module")
def portrait() -> bytes:
    return house_documents.python_docx_document()


def content_of(template: Template) -> ReportContent:
    rows = tuple(
        (
            ReportCell(f"{n}) Task"),
            ReportCell("A target"),
            ReportCell("A position"),
            ReportCell("GREEN", "GREEN"),
            ReportCell("A plan"),
        )
        for n in range(60)
    )
    block = OutcomeBlock("Outcome: 2.1: Peace", ("Date: 4th",), COUNTS, (ActionTable("Action: Act", rows),))
    return ReportContent(
        title="Progress",
        partnership="Our Partnership",
        period="Second quarter",
        date="4th September 2008",
        summary=Summary(
            "All is well.", COUNTS, (SummaryRow("Parks", (3, 1, 4)), SummaryRow("All sub-groups", (3, 1, 4)))
        ),
        columns=template.columns,
        sections=(GroupSection("Parks", "", (block,)), GroupSection("Health", "No update received.", ())),
    )


def style_of(content: bytes, template: Template) -> HouseStyle:
    return parse_house_style(content, "house.docx", template.look)


def report_in_style(content: bytes, template: Template) -> bytes:
    look = ReportLook(style_of(content, template))
    return word.report_to_docx(content_of(template), template, created=DATE, report_look=look)


def open_document(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def report_of(template: Template, **options: Any) -> Any:
    """Return the opened report in the style of a house document with these options."""
    return open_document(report_in_style(house_documents.python_docx_document(**options), template))


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(header_footer: Any) -> str:
    return "".join(text.text or "" for text in header_footer._element.iter(qn("w:t"))).strip()


# ---------------------------------------------------------------------------------------------- what is copied


class TestCopiedParts:
    def test_fonts_colours_and_sizes_are_copied(self, portrait: bytes, template: Template) -> None:
        styles = open_document(report_in_style(portrait, template)).styles
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
            assert styles[name].font.name == "Georgia"
            assert str(styles[name].font.color.rgb) == (TEXT if name == "Normal" else HEADINGS)
        assert styles["Normal"].font.size.pt == 12

    def test_tables_use_the_fonts_and_colours_too(self, portrait: bytes, template: Template) -> None:
        document = open_document(report_in_style(portrait, template))
        cell = document.styles["Table Text"].font
        assert (cell.name, cell.size.pt, str(cell.color.rgb)) == ("Georgia", 11, TEXT)
        fills = document.tables[0]._tbl.xpath("w:tr[1]/w:tc[1]/w:tcPr/w:shd/@w:fill")
        assert fills == [HEADINGS]

    def test_statuses_keep_their_own_colours(self, portrait: bytes, template: Template) -> None:
        document = open_document(report_in_style(portrait, template))
        fills = document.tables[-1]._tbl.xpath("w:tr[2]/w:tc[4]/w:tcPr/w:shd/@w:fill")
        assert fills == [template.scale.by_code["GREEN"].fill]

    @pytest.mark.parametrize("landscape", [False, True], ids=["portrait", "landscape"])
    def test_page_and_margins_are_copied(self, landscape: bool, template: Template) -> None:
        section = report_of(template, landscape=landscape).sections[0]
        size = (297, 210) if landscape else (210, 297)
        assert (round(section.page_width.mm), round(section.page_height.mm)) == size
        assert section.orientation == int(landscape)
        margins = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
        assert [round(margin.mm) for margin in margins] == [25, 25, 30, 22]

    @pytest.mark.parametrize("landscape", [False, True], ids=["portrait", "landscape"])
    def test_tables_and_chart_fit_the_text_width(self, landscape: bool, template: Template) -> None:
        content = house_documents.python_docx_document(landscape=landscape)
        width = style_of(content, template).page.text_width
        body = open_document(report_in_style(content, template)).element.body
        widths = [int(table) for table in body.xpath("w:tbl/w:tblPr/w:tblW/@w:w")]
        assert max(widths) == width
        assert all(int(extent.get("cx")) <= width * 635 for extent in body.iter(qn("wp:extent")))

    def test_a_gutter_reduces_the_text_width(self, template: Template) -> None:
        content = house_documents.python_docx_document(change=lambda d: setattr(d.sections[0], "gutter", Mm(20)))
        assert style_of(content, template).page.text_width == pytest.approx(140 / 25.4 * 1440, abs=2)

    def test_headers_and_footers_are_copied_with_their_pictures(self, portrait: bytes, template: Template) -> None:
        report = report_in_style(portrait, template)
        section = open_document(report).sections[0]
        assert text_of(section.header) == "Borough of Anytown"
        assert text_of(section.footer) == "Anytown House, High Street"
        (blip,) = section.header._element.iter(qn("a:blip"))
        assert section.header.part.related_parts[blip.get(qn("r:embed"))].blob == png()

    def test_a_different_first_page_is_copied(self, template: Template) -> None:
        section = report_of(template, first_page=True).sections[0]
        assert section.different_first_page_header_footer
        assert text_of(section.first_page_header) == "First page only"
        assert text_of(section.first_page_footer) == "First footer"

    def test_a_first_page_header_that_is_switched_off_is_ignored(self, template: Template) -> None:
        def switch_off(document: Any) -> None:
            document.sections[0].different_first_page_header_footer = False

        report = report_in_style(house_documents.python_docx_document(first_page=True, change=switch_off), template)
        assert b"First page only" not in b"".join(parts_of(report).values())

    @pytest.mark.parametrize("on", [True, False])
    def test_different_even_pages_are_copied_only_if_switched_on(self, on: bool, template: Template) -> None:
        def set_even(document: Any) -> None:
            document.sections[0].even_page_header.paragraphs[0].text = "Even"
            document.settings.odd_and_even_pages_header_footer = on

        reopened = report_of(template, change=set_even)
        assert reopened.settings.odd_and_even_pages_header_footer is on
        assert (text_of(reopened.sections[0].even_page_header) == "Even") is on

    def test_without_a_footer_the_report_uses_its_own(self, template: Template) -> None:
        def clear(document: Any) -> None:
            for footer_part in (document.sections[0].footer, document.sections[0].first_page_footer):
                footer_part.paragraphs[0].text = ""

        section = report_of(template, first_page=True, change=clear).sections[0]
        for footer in (section.footer, section.first_page_footer):
            assert text_of(footer).startswith("Progress · Second quarterPage 1 of")
            kinds = footer._element.xpath("w:p/w:pPr/w:tabs/w:tab/@w:val")
            assert kinds[-1] == "right" and set(kinds[:-1]) <= {"clear"}

    def test_the_last_section_inherits_headers_of_earlier_sections(self, template: Template) -> None:
        content = house_documents.python_docx_document(change=lambda document: document.add_section())
        assert text_of(open_document(report_in_style(content, template)).sections[0].header) == "Borough of Anytown"

    def test_styles_are_identified_by_name_and_not_by_id(self, portrait: bytes, template: Template) -> None:
        ids = {"Heading1": "berschrift1", "Heading2": "berschrift2", "Normal": "Standard", "Title": "Titel"}

        def localised(xml: str) -> str:
            for old, new in ids.items():
                xml = re.sub(rf'(w:styleId|w:val)="{old}"', rf'\1="{new}"', xml)
            return xml.replace('<w:name w:val="Standard"/>', '<w:name w:val="Normal"/>').replace(
                '<w:name w:val="Titel"/>', '<w:name w:val="Title"/>'
            )

        content = with_changed_parts(portrait, {"word/styles.xml": localised, "word/document.xml": localised})
        assert open_document(content).styles["Heading 1"].style_id == "berschrift1"
        document = open_document(report_in_style(content, template))
        assert str(document.styles["Heading 1"].font.color.rgb) == HEADINGS
        assert document.styles["Heading 1"].style_id == "Heading1"
        assert document.styles.default(1).name == "Normal"
        assert b"berschrift" not in parts_of(report_in_style(content, template))["word/styles.xml"]

    def test_theme_fonts_and_colours_are_resolved(self, template: Template) -> None:
        document = docx.Document()  # whose headings are in the theme's colours and fonts
        buffer = io.BytesIO()
        document.save(buffer)
        report = report_in_style(buffer.getvalue(), template)
        styles = parts_of(report)["word/styles.xml"].decode()
        assert not re.search(r"w:(theme|asciiTheme|hAnsiTheme|cstheme)", styles)
        assert open_document(report).styles["Heading 1"].font.name == "Calibri"
        assert str(open_document(report).styles["Heading 1"].font.color.rgb) == "365F91"


# -------------------------------------------------------------------------------------- what the report keeps itself


class TestReportLayout:
    def test_headings_keep_with_next_and_have_their_levels(self, portrait: bytes, template: Template) -> None:
        styles = open_document(report_in_style(portrait, template)).styles
        for level in (1, 2, 3):
            style = styles[f"Heading {level}"]
            assert style.paragraph_format.keep_with_next
            assert style.element.xpath("w:pPr/w:outlineLvl/@w:val") == [str(level - 1)]

    def test_the_language_is_british_english(self, portrait: bytes, template: Template) -> None:
        styles = open_document(report_in_style(portrait, template)).styles.element
        assert styles.xpath("//w:lang/@w:val") == ["en-GB"]

    def test_heading_numbers_and_page_breaks_are_ignored(self, template: Template) -> None:
        def number(document: Any) -> None:
            properties = document.styles["Heading 1"].element.get_or_add_pPr()
            document.styles["Heading 1"].paragraph_format.page_break_before = True
            properties.insert(0, paragraph('<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>').pPr[0])

        reopened = report_of(template, change=number)
        style = reopened.styles["Heading 1"].element
        assert not style.xpath("w:pPr/w:numPr | w:pPr/w:pageBreakBefore")

    def test_bullets_are_added_to_a_list_style_without_them(self, template: Template) -> None:
        def plain(document: Any) -> None:
            properties = document.styles["List Bullet"].element.pPr
            properties.remove(properties.numPr)

        reopened = report_of(template, change=plain)
        assert reopened.styles["List Bullet"].element.xpath("w:pPr/w:numPr/w:numId/@w:val") == ["1"]

    def test_every_referenced_style_is_defined(self, portrait: bytes, template: Template) -> None:
        report = report_in_style(portrait, template)
        ids = {style.style_id for style in open_document(report).styles}
        for name, part in parts_of(report).items():
            if name.startswith("word/") and name.endswith(".xml"):
                used = re.findall(rb'<w:(?:pStyle|rStyle|tblStyle|basedOn|next|link) w:val="([^"]+)"', part)
                assert {style.decode() for style in used} <= ids, name
        names = [style.name.casefold() for style in open_document(report).styles]
        assert len(set(names)) == len(names)

    @pytest.mark.slow
    def test_closely_set_text_gets_space(self, tmp_path: Path, template: Template) -> None:
        styles = open_document(report_in_style(house_documents.libreoffice_document(tmp_path), template)).styles
        assert styles["Normal"].paragraph_format.space_after.pt == 4
        assert styles["Heading 1"].paragraph_format.space_before.pt == 12

    def test_the_same_house_document_gives_the_same_bytes(self, portrait: bytes, template: Template) -> None:
        assert report_in_style(portrait, template) == report_in_style(portrait, template)


# ----------------------------------------------------------------------------------------------------- contrast


class TestUnreadableColours:
    def test_a_pale_heading_gets_the_text_colour_and_a_warning(self, template: Template) -> None:
        def pale(document: Any) -> None:
            document.styles["Heading 1"].font.color.rgb = RGBColor.from_string("FFD700")

        content = house_documents.python_docx_document(change=pale)
        style = style_of(content, template)
        assert any("FFD700" in warning and "Heading 1" in warning for warning in style.warnings)
        reopened = open_document(report_in_style(content, template))
        assert str(reopened.styles["Heading 1"].font.color.rgb) == TEXT
        assert b"FFD700" not in parts_of(report_in_style(content, template))["word/document.xml"]

    def test_light_text_on_a_dark_band_is_unchanged(self, template: Template) -> None:
        def band(document: Any) -> None:
            style = document.styles["Heading 1"]
            style.font.color.rgb = RGBColor.from_string("FFFFFF")
            shade = paragraph(f'<w:pPr><w:shd w:val="clear" w:color="auto" w:fill="{HEADINGS}"/></w:pPr>').pPr[0]
            style.element.pPr.find(qn("w:spacing")).addprevious(shade)

        content = house_documents.python_docx_document(change=band)
        assert not any("Heading 1" in warning for warning in style_of(content, template).warnings)
        assert str(open_document(report_in_style(content, template)).styles["Heading 1"].font.color.rgb) == WHITE

    def test_pale_text_in_a_header_is_changed_too(self, template: Template) -> None:
        def pale(document: Any) -> None:
            document.sections[0].header.paragraphs[0].runs[-1].font.color.rgb = RGBColor.from_string("CCCCCC")

        content = house_documents.python_docx_document(change=pale)
        assert any("CCCCCC" in warning for warning in style_of(content, template).warnings)
        header = open_document(report_in_style(content, template)).sections[0].header._element
        assert all(contrast(ink, WHITE) >= MIN_CONTRAST for ink in header.xpath(".//w:color/@w:val"))


# ------------------------------------------------------------------------------------------------ what is ignored

_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def in_header(*xml: str) -> Callable[[Any], None]:
    """Return a change that adds paragraphs of this WordprocessingML to the header."""

    def change(document: Any) -> None:
        for piece in xml:
            document.sections[0].header._element.append(paragraph(piece))

    return change


class TestIgnoredContent:
    def test_text_and_the_names_of_its_authors_are_not_copied(self, template: Template) -> None:
        def sign(document: Any) -> None:
            properties = document.core_properties
            properties.author = properties.last_modified_by = properties.keywords = "SECRET name"

        content = house_documents.python_docx_document(change=sign)
        assert b"SECRET" in parts_of(content)["docProps/core.xml"]
        assert b"SECRET" not in b"".join(parts_of(report_in_style(content, template)).values())

    def test_the_marks_of_changes_comments_bookmarks_and_controls_are_removed(self, template: Template) -> None:
        change = in_header(
            '<w:ins w:id="1" w:author="x"><w:r><w:t>kept</w:t></w:r></w:ins>'
            '<w:del w:id="2" w:author="x"><w:r><w:delText>SECRET</w:delText></w:r></w:del>'
            '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
            '<w:moveFrom w:id="3" w:author="x"><w:r><w:t>SECRET</w:t></w:r></w:moveFrom><w:proofErr w:type="gramEnd"/>'
            '<w:bookmarkStart w:id="4" w:name="old"/><w:bookmarkEnd w:id="4"/>'
            '<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:rPr><w:b/><w:rPrChange w:id="5" w:author="x"><w:rPr/></w:rPrChange>'
            "</w:rPr><w:t>chosen</w:t></w:r></w:sdtContent></w:sdt>"
        )
        header = report_of(template, change=change).sections[0].header
        xml = header._element.xml
        assert "kept" in xml and "chosen" in xml
        assert not re.search(r"SECRET|<w:(ins|del|move|bookmark|sdt|proofErr|rPrChange)|comment", xml)

    @pytest.mark.parametrize(
        ("code", "stays"),
        [
            (" PAGE ", True),
            (" NUMPAGES \\* MERGEFORMAT", True),
            (' INCLUDEPICTURE "http://evil.example/x.png" ', False),
            (' DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" ', False),
            (' HYPERLINK "http://evil.example" ', False),
            (' IMPORT "x" ', False),
        ],
    )
    def test_fields_with_external_references_leave_only_their_result(
        self, code: str, stays: bool, template: Template
    ) -> None:
        simple = (
            f'<w:fldSimple w:instr="{code.replace(chr(34), "&quot;")}"><w:r><w:t>shown too</w:t></w:r></w:fldSimple>'
        )
        change = in_header(_FIELD.format(code=code, shown="shown"), simple)
        xml = report_of(template, change=change).sections[0].header._element.xml
        assert "shown" in xml and "shown too" in xml
        assert ("fldChar" in xml) is ("fldSimple" in xml) is stays
        assert not re.search("evil|DDE|IMPORT", xml)

    def test_links_and_linked_pictures_are_removed(self, template: Template) -> None:
        def link(document: Any) -> None:
            header = document.sections[0].header
            kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
            link_id = header.part.relate_to("http://evil.example/", f"{kind}hyperlink", is_external=True)
            picture_id = header.part.relate_to("http://evil.example/x.png", f"{kind}image", is_external=True)
            text = "<w:r><w:t>linked words</w:t></w:r>"
            header._element.append(paragraph(f'<w:hyperlink r:id="{link_id}">{text}</w:hyperlink>'))
            run = header.paragraphs[0].add_run()
            run.add_picture(io.BytesIO(png(colour=(0, 0, 255))))
            blip = next(run._r.iter(qn("a:blip")))
            blip.set(qn("r:link"), picture_id)
            del blip.attrib[qn("r:embed")]

        report = report_in_style(house_documents.python_docx_document(change=link), template)
        assert b"External" not in b"".join(parts_of(report).values())
        header = open_document(report).sections[0].header._element
        assert "linked words" in header.xml
        assert "hyperlink" not in header.xml
        assert len(list(header.iter(qn("a:blip")))) == 1

    def test_macros_templates_and_objects_are_not_copied(self, portrait: bytes, template: Template) -> None:
        rels = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships/attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/>'
            "</Relationships>"
        )
        added = {
            "word/vbaProject.bin": b"SECRET",
            "word/embeddings/oleObject1.bin": b"SECRET",
            "word/_rels/settings.xml.rels": rels.encode(),
            "customXml/item9.xml": b"<secret/>",
        }
        parts = parts_of(report_in_style(with_changed_parts(portrait, {}, added), template))
        assert not [name for name in parts if re.search("vba|ole|customXml|settings.xml.rels", name)]
        assert b"evil" not in b"".join(parts.values())

    def test_pictures_of_unsupported_formats_are_removed(self, portrait: bytes, template: Template) -> None:
        picture = next(name for name in parts_of(portrait) if name.startswith("word/media/"))
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(portrait)) as source, zipfile.ZipFile(buffer, "w") as archive:
            for name in source.namelist():
                archive.writestr(name, b"<svg/>" if name == picture else source.read(name))
        style = style_of(buffer.getvalue(), template)
        assert all(not header_footer.pictures for header_footer in style.headers_and_footers)
        assert any(Path(picture).name in warning for warning in style.warnings)
        assert b"<w:drawing" not in b"".join(header_footer.xml for header_footer in style.headers_and_footers)

    def test_pictures_without_alternative_text_are_marked_decorative(self, template: Template) -> None:
        def describe(document: Any) -> None:
            drawing = next(document.sections[0].footer._element.iter(qn("wp:docPr")), None)
            assert drawing is None
            document.sections[0].footer.paragraphs[0].add_run().add_picture(io.BytesIO(png()))
            next(document.sections[0].footer._element.iter(qn("wp:docPr"))).set("descr", "The crest")

        section = report_of(template, change=describe).sections[0]
        decorative, described = (
            next(header_footer._element.iter(qn("wp:docPr"))) for header_footer in (section.header, section.footer)
        )
        assert [element.get("val") for element in decorative.iter("{*}decorative")] == ["1"]
        assert (described.get("descr"), list(described.iter("{*}decorative"))) == ("The crest", [])
        assert decorative.get("id") != described.get("id")


# ----------------------------------------------------------------------------------------- unusable documents


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def with_entities(content: bytes) -> bytes:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    return with_changed_parts(content, {"word/styles.xml": lambda xml: re.sub(r"(\?>)", rf"\1{bomb}", xml, count=1)})


def broken(content: bytes) -> bytes:
    return with_changed_parts(content, {"word/document.xml": lambda xml: xml[:-20]})


def swollen(content: bytes) -> bytes:
    return with_changed_parts(content, {}, {"word/media/huge.bmp": bytes(300 * 1024 * 1024)})


def with_duplicate_part_names(content: bytes) -> bytes:
    return with_changed_parts(content, {}, {"WORD/styles.xml": b"<a/>"})


class TestUnusableDocuments:
    @pytest.mark.parametrize(
        ("spoil", "message"),
        [
            (lambda content: b"", "not a Word document"),
            (lambda content: b"some text", "not a Word document"),
            (lambda content: b"%PDF-1.4", "not a Word document"),
            (truncated, "damaged"),
            (with_entities, "could do harm"),
            (broken, "damaged"),
            (swollen, "too large to copy its style"),
            (with_duplicate_part_names, "damaged"),
        ],
    )
    def test_the_error_has_the_file_name_and_the_problem(
        self, spoil: Callable[[bytes], bytes], message: str, portrait: bytes, template: Template
    ) -> None:
        with pytest.raises(ReportError, match=message) as raised:
            style_of(spoil(portrait), template)
        (problem,) = raised.value.problems
        assert problem.where == "house.docx"
        assert problem.fix

    def test_a_missing_file_is_an_error(self, tmp_path: Path, template: Template) -> None:
        with pytest.raises(ReportError, match="there is no such file") as raised:
            read_house_style(tmp_path / "gone.docx", template.look)
        assert "gone.docx" in str(raised.value)

    def test_a_page_with_too_little_room_is_an_error(self, template: Template) -> None:
        content = house_documents.python_docx_document(change=lambda d: setattr(d.sections[0], "left_margin", Mm(150)))
        with pytest.raises(ReportError, match="too little room"):
            style_of(content, template)

    @pytest.mark.parametrize("missing_part", ["styles", "theme", "settings", "header1", "media/image1"])
    def test_a_missing_part_is_ignored(self, missing_part: str, portrait: bytes, template: Template) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(portrait)) as source, zipfile.ZipFile(buffer, "w") as archive:
            for name in source.namelist():
                if missing_part not in name or name.endswith(".rels"):
                    archive.writestr(name, source.read(name))
        assert open_document(report_in_style(buffer.getvalue(), template)).paragraphs[0].text == "Progress"

    def test_a_document_without_a_section_gets_the_default_page(self, portrait: bytes, template: Template) -> None:
        bare = with_changed_parts(
            portrait, {"word/document.xml": lambda xml: re.sub(r"<w:sectPr.*?</w:sectPr>", "", xml, flags=re.DOTALL)}
        )
        assert style_of(bare, template).page == A4_LANDSCAPE

    @pytest.mark.parametrize("value", ["", "ZZZZZZ", "-5", "abc", "99999999999", "nan"])
    @pytest.mark.parametrize("attribute", ["val", "fill", "w", "h", "pos", "after", "styleId", "type", "id", "ascii"])
    def test_invalid_values_do_no_harm(self, attribute: str, value: str, portrait: bytes, template: Template) -> None:
        def spoil(xml: str) -> str:
            return re.sub(rf'(w:(?:{attribute}|{attribute}Tint))="[^"]*"', rf'\1="{value}"', xml)

        parts = [name for name in parts_of(portrait) if re.fullmatch(r"word/(styles|document|header1)\.xml", name)]
        try:
            report = report_in_style(with_changed_parts(portrait, dict.fromkeys(parts, spoil)), template)
        except ReportError as error:
            assert error.problems[0].where == "house.docx"
        else:
            assert open_document(report).paragraphs[0].text == "Progress"


# ------------------------------------------------------------------------------------------------- in real programs


def house_documents_by_name(folder: Path) -> dict[str, bytes]:
    return {
        "python-docx, portrait": house_documents.python_docx_document(),
        "python-docx, landscape": house_documents.python_docx_document(landscape=True, first_page=True),
        "LibreOffice, portrait": house_documents.libreoffice_document(folder),
        "LibreOffice, landscape": house_documents.libreoffice_document(folder, landscape=True),
    }


@pytest.mark.slow
def test_reports_in_every_house_style_pass_the_office_validator(tmp_path: Path, template: Template) -> None:
    documents = house_documents_by_name(tmp_path)
    assert documents
    for name, content in documents.items():
        path = tmp_path / "report.docx"
        path.write_bytes(report_in_style(content, template))
        assert office.rule_violations(path) == [], name


@pytest.mark.slow
@pytest.mark.parametrize("landscape", [False, True], ids=["portrait", "landscape"])
def test_a_libreoffice_house_style_is_shown_on_every_page(landscape: bool, tmp_path: Path, template: Template) -> None:
    content = house_documents.libreoffice_document(tmp_path, landscape=landscape)
    assert style_of(content, template).warnings == ()
    path = tmp_path / "report.docx"
    path.write_bytes(report_in_style(content, template))
    pages = office.pdf_text(office.convert_to_pdf(path, tmp_path)).split("\f")[:-1]
    assert "First page only" in pages[0] and "First footer" in pages[0]
    for number, page in enumerate(pages[1:], 2):
        assert "Borough of Anytown" in page
        assert f"Sheet {number}" in page
    assert "SECRET" not in "".join(pages)
    assert [f"{n}) Task" for n in range(60)] == re.findall(r"\d+\) Task", "".join(pages))
