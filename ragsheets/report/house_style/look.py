"""The look of a report beyond that of its template: a house style and a logo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ragsheets.report.house_style.style import HouseStyle, read_house_style, read_style_file
from ragsheets.report.write.page import A4_LANDSCAPE, A4_NARROW_MARGINS, A4_PORTRAIT, PageSetup
from ragsheets.report.write.pictures import Logo, parse_logo
from ragsheets.template.model import Template

_LANDSCAPE_WARNING = "The page of the style document is too narrow for the task tables, so the report is in landscape."


@dataclass(frozen=True, slots=True)
class ReportLook:
    """An optional house style and an optional logo; `default_page` is the page where there is no house style."""

    house_style: HouseStyle | None = None
    logo: Logo | None = None
    default_page: PageSetup = A4_LANDSCAPE

    @property
    def page(self) -> PageSetup:
        """The page of the house style, or else the default page."""
        return self.house_style.page if self.house_style else self.default_page

    @property
    def portrait(self) -> ReportLook:
        """The same look for a report in prose, whose default page is A4 portrait."""
        return replace(self, default_page=A4_PORTRAIT)

    @property
    def single_page(self) -> ReportLook:
        """The same look for what is to be printed on one page, whose default page has narrow margins."""
        return replace(self, default_page=A4_NARROW_MARGINS)

    def widened_to(self, needed_width: float) -> ReportLook:
        """Return the look with the house style's page in landscape, and a warning, where its text is too narrow.

        Args:
            needed_width: the least width of the text, in twentieths of a point; a page that landscape would not make
                wider is unchanged.
        """
        if not self.house_style or needed_width <= self.page.text_width or self.page == self.page.landscape:
            return self
        warnings = (*self.house_style.warnings, _LANDSCAPE_WARNING)
        return replace(self, house_style=replace(self.house_style, page=self.page.landscape, warnings=warnings))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what could not be copied unchanged from the house document."""
        return self.house_style.warnings if self.house_style else ()

    def apply_to(self, template: Template) -> Template:
        """Return the template with the fonts and colours of the house style in its look."""
        return template.model_copy(update={"look": self.house_style.look}) if self.house_style else template


#: The template's look alone.
TEMPLATE_LOOK = ReportLook()


def read_report_look(template: Template, folder: Path, house_document: Path | None = None) -> ReportLook:
    """Read the look that a template asks for.

    Args:
        template: names the house document and the logo.
        folder: the folder of the plan, which the names in the template are relative to.
        house_document: a house document for this report, used instead of the template's.

    Raises ReportError, naming the file, where a file is missing or cannot be used.
    """
    look = template.look
    style_path = house_document or (folder / look.style if look.style else None)
    logo_path = folder / look.logo if look.logo else None
    return ReportLook(
        house_style=read_house_style(style_path, look) if style_path else None,
        logo=parse_logo(read_style_file(logo_path), logo_path.name, look.logo_alt) if logo_path else None,
    )
