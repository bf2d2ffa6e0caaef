"""What can be wrong with a template whose parts are all there."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragsheets import dates, files
from ragsheets.errors import Problem
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast
from ragsheets.text import has_forbidden_characters, normalise_text, placeholders_of

if TYPE_CHECKING:
    from ragsheets.template.model import Template

#: Names that the frames of answers and totals have for something else.
RESERVED_COLUMNS = frozenset(
    (
        *("period", "group", "outcome", "action", "key", "label", "status_found", "file", "sheet", "cell", "further"),
        *("received", "corrected", "last_status"),
    )
)
RESERVED_STATUSES = frozenset(("group", "outcome", "not_reported", "total"))


def find_template_faults(template: Template) -> list[Problem]:
    """Every fault of a template whose parts are all there: names, kinds, spellings, colours and wording."""
    return [
        *_column_faults(template),
        *_status_faults(template),
        *_colour_faults(template),
        *_wording_faults(template),
        *_last_heading_faults(template),
        *_character_faults(template),
        *_logo_faults(template),
    ]


def _column_faults(template: Template) -> list[Problem]:
    problems = []
    headings: dict[str, str] = {}
    for column in template.columns:
        where = f"columns.{column.key}"
        if column.key in RESERVED_COLUMNS:
            problems.append(Problem(where, "is a name that ragsheets keeps for itself.", "Take another key."))
        if (column.kind == "status") != (column.key == "status"):
            problems.append(Problem(where, "only the column “status” is of kind “status”, and it must be."))
        if (column.kind == "choice") != bool(column.choices):
            problems.append(Problem(where, "a column of kind “choice”, and no other, lists its choices."))
        if column.key in ("task", "target") and column.filled_by != "plan":
            problems.append(Problem(where, "the plan fills this column.", 'Write filled_by = "plan".'))
        if column.key in ("position", "status", "planned") and column.filled_by != "contact":
            problems.append(Problem(where, "the contact fills this column.", 'Write filled_by = "contact".'))
        other = headings.setdefault(normalise_text(column.heading), column.key)
        if other != column.key:
            problems.append(
                Problem(where, f"its heading is that of “{other}” too.", "Give each column its own heading.")
            )
    return problems


def _status_faults(template: Template) -> list[Problem]:
    problems = []
    spelt: dict[str, str] = {}
    for status in template.statuses:
        where = f"statuses.{status.code}"
        if status.code.casefold() in RESERVED_STATUSES:
            problems.append(Problem(where, "is a name that ragsheets keeps for itself.", "Take another code."))
        for spelling in {normalise_text(text) for text in (status.code, status.label, *status.spellings)}:
            other = spelt.setdefault(spelling, status.code)
            if other != status.code:
                problems.append(
                    Problem(
                        f"statuses.{status.code}",
                        f"“{spelling}” is a spelling of {other} too.",
                        "Keep it in one of them.",
                    )
                )
    return problems


def _colour_faults(template: Template) -> list[Problem]:
    look = template.look
    pairs = [
        ("look.heading_ink", look.heading_ink, look.heading_fill),
        ("look.band_ink", look.band_ink, look.band_fill),
        ("look.text_ink", look.text_ink, look.panel_fill),
        ("look.text_ink", look.text_ink, look.answer_fill),
        ("look.text_ink", look.text_ink, look.query_fill),
        ("look.query_rule", look.query_rule, look.answer_fill),
        ("look.query_rule", look.query_rule, WHITE),
        ("look.text_ink", look.text_ink, WHITE),
        ("look.link_ink", look.link_ink, WHITE),
        *((f"statuses.{status.code}", status.ink, status.fill) for status in template.statuses),
    ]
    return [
        Problem(
            where,
            f"{ink} on {fill} has a contrast of {contrast(ink, fill):.1f} to 1; {MIN_CONTRAST} is needed.",
            "Take a darker or a lighter colour.",
        )
        for where, ink, fill in pairs
        if contrast(ink, fill) < MIN_CONTRAST
    ]


def _logo_faults(template: Template) -> list[Problem]:
    if not template.look.logo or template.look.logo_alt.strip():
        return []
    return [
        Problem("look.logo_alt", "is empty.", "Say in a few words what the logo shows, for those who cannot see it.")
    ]


def _wording_faults(template: Template) -> list[Problem]:
    """Words in braces that ragsheets does not fill in, against what the standard template uses."""
    with (files.shipped_folder("workbook_templates") / "standard.toml").open("rb") as file:
        standard = tomllib.load(file)["wording"]
    problems = []
    for name, text in template.wording.model_dump().items():
        if isinstance(text, str):
            known = placeholders_of(str(standard[name]))
            try:
                unknown = placeholders_of(text) - known
                text.format(**dict.fromkeys(known, ""))
            except (KeyError, IndexError, AttributeError):
                pass  # an unknown word, told below
            except ValueError:
                problems.append(
                    Problem(
                        f"wording.{name}",
                        "has a brace that cannot be read.",
                        "Write {{ and }} for braces that are text.",
                    )
                )
                continue
            problems += [
                Problem(
                    f"wording.{name}",
                    f"“{{{field}}}” cannot be filled in here.",
                    "Use the words in braces of the standard template.",
                )
                for field in sorted(unknown)
            ]
    return problems


def _last_heading_faults(template: Template) -> list[Problem]:
    """Headings of what was last said that are another column's too: the columns could not be told from each other."""
    headings = {normalise_text(column.heading): column.key for column in template.columns}
    problems = []
    for name in ("last_status", "last_position", "last_planned"):
        heading = normalise_text(
            getattr(template.wording, name).replace("{date}", dates.in_words(datetime.date(2008, 9, 4)))
        )
        other = headings.setdefault(heading, f"wording.{name}")
        if other != f"wording.{name}":
            problems.append(
                Problem(f"wording.{name}", f"is the heading of “{other}” too.", "Give each column its own heading.")
            )
    return problems


def _character_faults(template: Template) -> list[Problem]:
    """Texts with characters that Office files cannot hold: they would stand in prompts, styles and formulas too."""
    return [
        Problem(where, "holds characters that Office files cannot hold.", "Leave them out.")
        for where, text in _texts(template.model_dump(), "")
        if has_forbidden_characters(text)
    ]


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Every text in a template, with its place as people count: "statuses[1].label"."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield from _texts(inside, f"{where}.{key}" if where else str(key))
    elif isinstance(value, (list, tuple)):
        for number, inside in enumerate(value, 1):
            yield from _texts(inside, f"{where}[{number}]")
