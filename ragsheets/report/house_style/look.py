"""What a report wears beside its template's look: a house style, and a logo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ragsheets.report.house_style.style import HouseStyle, read_file, read_house_style
from ragsheets.report.write.page import A4_LANDSCAPE, A4_PORTRAIT, Page
from ragsheets.report.write.pictures import Logo, logo_of
from ragsheets.template.model import Template

_ON_ITS_SIDE = "The page of the house document is too narrow for the task tables; the report has it on its side."


@dataclass(frozen=True, slots=True)
class Dress:
    """A house style and a logo, either of which may be wanting; `own` is the page where the house has none."""

    house: HouseStyle | None = None
    logo: Logo | None = None
    own: Page = A4_LANDSCAPE

    @property
    def page(self) -> Page:
        """The page: the house's, or the report's own."""
        return self.house.page if self.house else self.own

    @property
    def upright(self) -> Dress:
        """The same for a report in prose, whose own page is A4 upright."""
        return replace(self, own=A4_PORTRAIT)

    def wide_enough(self, needed: float) -> Dress:
        """The same, with the house's page on its side where its text is narrower than `needed` (twentieths of a point)
        and that makes it wider; a warning says so."""
        if not self.house or needed <= self.page.text_width or self.page == self.page.on_its_side:
            return self
        warnings = (*self.house.warnings, _ON_ITS_SIDE)
        return replace(self, house=replace(self.house, page=self.page.on_its_side, warnings=warnings))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the house style could not be taken as it is, in sentences."""
        return self.house.warnings if self.house else ()

    def over(self, template: Template) -> Template:
        """The template with the house's fonts and colours in its look."""
        return template.model_copy(update={"look": self.house.look}) if self.house else template


#: Nothing but the template's look.
PLAIN = Dress()


def dress_of(template: Template, folder: Path, style: Path | None = None) -> Dress:
    """The dress that a template asks for, its files looked for in `folder`, where the plan lies.

    `style` is a house document named for this report; it goes before the template's. Raises ReportError, naming the
    file, where one is not there or cannot be used.
    """
    look = template.look
    house = style or (folder / look.style if look.style else None)
    logo = folder / look.logo if look.logo else None
    return Dress(
        house=read_house_style(house, look) if house else None,
        logo=logo_of(read_file(logo), logo.name, look.logo_alt) if logo else None,
    )
