"""Checks of a template whose parts are all present."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ragsheets import dates, files
from ragsheets.errors import Problem, TemplateError
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast
from ragsheets.text import has_forbidden_characters, normalise_text, placeholders_of
from ragsheets.validation import suggest_nearest

if TYPE_CHECKING:
    from ragsheets.template.model import Template

#: Names that the data frames of answers and totals use for something else.
RESERVED_COLUMNS = frozenset(
    (
        *("period", "group", "outcome", "action", "key", "label", "status_found", "file", "sheet", "cell", "further"),
        *("received", "corrected", "last_status"),
    )
)
RESERVED_STATUSES = frozenset(("group", "outcome", "not_reported", "total"))


def find_template_faults(template: Template) -> list[Problem]:
    """Find every fault of a template whose parts are all present: names, kinds, spellings, colours and wording."""
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
        first_key = headings.setdefault(normalise_text(column.heading), column.key)
        if first_key != column.key:
            problems.append(
                Problem(where, f"its heading is that of “{first_key}” too.", "Give each column its own heading.")
            )
    return problems


def _status_faults(template: Template) -> list[Problem]:
    problems = []
    code_by_spelling: dict[str, str] = {}
    for status in template.statuses:
        where = f"statuses.{status.code}"
        if status.code.casefold() in RESERVED_STATUSES:
            problems.append(Problem(where, "is a name that ragsheets keeps for itself.", "Take another code."))
        for spelling in {normalise_text(text) for text in (status.code, status.label, *status.spellings)}:
            first_code = code_by_spelling.setdefault(spelling, status.code)
            if first_code != status.code:
                problems.append(
                    Problem(
                        f"statuses.{status.code}",
                        f"“{spelling}” is a spelling of {first_code} too.",
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
    """Find words in braces that ragsheets does not fill in, compared with the standard template."""
    standard = files.read_toml(files.shipped_folder("workbook_templates") / "standard.toml", TemplateError)
    standard_texts = dict(_texts(standard["wording"], "wording"))
    known_codes = list(standard["wording"]["questions"])
    problems = [
        Problem(
            f"wording.questions.{code}",
            "is no finding that contacts are asked about.",
            suggest_nearest(code, known_codes),
        )
        for code in template.wording.questions
        if code not in known_codes
    ]
    for where, text in _texts(template.wording.model_dump(), "wording"):
        if where not in standard_texts:
            continue  # of a question that is reported above
        known_fields = placeholders_of(standard_texts[where])
        try:
            unknown_fields = placeholders_of(text) - known_fields
            text.format(**dict.fromkeys(known_fields, ""))
        except (KeyError, IndexError, AttributeError):
            pass  # an unknown field, reported below
        except ValueError:
            fix = "Write {{ and }} for braces that are text."
            problems.append(Problem(where, "has a brace that cannot be read.", fix))
            continue
        fix = "Use the words in braces of the standard template."
        problems += [Problem(where, f"“{{{name}}}” cannot be filled in here.", fix) for name in sorted(unknown_fields)]
    return problems


def _last_heading_faults(template: Template) -> list[Problem]:
    """Find headings of last answers that are another column's too: the columns would be indistinguishable."""
    headings = {normalise_text(column.heading): column.key for column in template.columns}
    problems = []
    for name in ("last_status", "last_position", "last_planned"):
        heading = normalise_text(
            getattr(template.wording, name).replace("{date}", dates.in_words(datetime.date(2008, 9, 4)))
        )
        first_key = headings.setdefault(heading, f"wording.{name}")
        if first_key != f"wording.{name}":
            problems.append(
                Problem(f"wording.{name}", f"is the heading of “{first_key}” too.", "Give each column its own heading.")
            )
    return problems


def _character_faults(template: Template) -> list[Problem]:
    """Find texts with characters that Office files cannot hold; they would also be in prompts, styles and formulas."""
    return [
        Problem(where, "holds characters that Office files cannot hold.", "Leave them out.")
        for where, text in _texts(template.model_dump(), "")
        if has_forbidden_characters(text)
    ]


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Yield every text in a template with its path, counted from one: "statuses[1].label"."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{where}.{key}" if where else str(key))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value, 1):
            yield from _texts(item, f"{where}[{number}]")
