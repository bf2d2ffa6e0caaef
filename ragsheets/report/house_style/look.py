"""What a report wears beside its template's look: a house style, and a logo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ragsheets.report.house_style.style import HouseStyle, read_house_style, read_style_file
from ragsheets.report.write.page import A4_LANDSCAPE, A4_PORTRAIT, PageSetup
from ragsheets.report.write.pictures import Logo, parse_logo
from ragsheets.template.model import Template

_LANDSCAPE_WARNING = "The page of the house document is too narrow for the task tables; the report has it on its side."


@dataclass(frozen=True, slots=True)
class ReportLook:
    """A house style and a logo, either of which may be wanting; `own` is the page where the house has none."""

    house_style: HouseStyle | None = None
    logo: Logo | None = None
    default_page: PageSetup = A4_LANDSCAPE

    @property
    def page(self) -> PageSetup:
        """The page: the house's, or the report's own."""
        return self.house_style.page if self.house_style else self.default_page

    @property
    def portrait(self) -> ReportLook:
        """The same for a report in prose, whose own page is A4 upright."""
        return replace(self, default_page=A4_PORTRAIT)

    def widened_to(self, needed_width: float) -> ReportLook:
        """The same, with the house's page on its side where its text is narrower than `needed` (twentieths of a point)
        and that makes it wider; a warning says so."""
        if not self.house_style or needed_width <= self.page.text_width or self.page == self.page.landscape:
            return self
        warnings = (*self.house_style.warnings, _LANDSCAPE_WARNING)
        return replace(self, house_style=replace(self.house_style, page=self.page.landscape, warnings=warnings))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the house style could not be taken as it is, in sentences."""
        return self.house_style.warnings if self.house_style else ()

    def apply_to(self, template: Template) -> Template:
        """The template with the house's fonts and colours in its look."""
        return template.model_copy(update={"look": self.house_style.look}) if self.house_style else template


#: Nothing but the template's look.
TEMPLATE_LOOK = ReportLook()


def read_report_look(template: Template, folder: Path, house_document: Path | None = None) -> ReportLook:
    """The dress that a template asks for, its files looked for in `folder`, where the plan lies.

    `style` is a house document named for this report; it goes before the template's. Raises ReportError, naming the
    file, where one is not there or cannot be used.
    """
    look = template.look
    house = house_document or (folder / look.style if look.style else None)
    logo = folder / look.logo if look.logo else None
    return ReportLook(
        house_style=read_house_style(house, look) if house else None,
        logo=parse_logo(read_style_file(logo), logo.name, look.logo_alt) if logo else None,
    )
