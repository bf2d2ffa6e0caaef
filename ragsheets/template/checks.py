"""Checks of a template whose parts are all present."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ragsheets import dates, files
from ragsheets.errors import Problem, TemplateError
from ragsheets.template.colour import MIN_CONTRAST, WHITE, contrast
from ragsheets.template.model import BUILT_IN_COLUMNS, Template
from ragsheets.text import has_forbidden_characters, normalise_text, placeholders_of
from ragsheets.validation import suggest_nearest

#: Names that the data frames of answers and totals use for something else.
RESERVED_COLUMNS = frozenset(
    (
        *("period", "group", "outcome", "action", "key", "label", "status_found", "file", "sheet", "cell", "further"),
        *("received", "corrected", "last_status"),
    )
)
#: The columns of a sheet that hold the lines above the tasks, and the labels of the counts above the statuses.
_MIN_COLUMNS_BEFORE_STATUS = 2
#: The most characters of a prompt at a cell (ECMA-376 part 1, 18.3.1.32).
_MAX_PROMPT = 255
RESERVED_STATUSES = frozenset(("group", "outcome", "not_reported", "total"))


def find_template_faults(template: Template) -> list[Problem]:
    """Find every fault of a template whose parts are all present: names, kinds, spellings, colours and wording."""
    return [
        *_column_faults(template),
        *_status_faults(template),
        *_colour_faults(template),
        *_wording_faults(template),
        *_heading_faults(template),
        *_character_faults(template),
        *_text_faults(template),
    ]


def _column_faults(template: Template) -> list[Problem]:
    problems = []
    keys = [column.key for column in template.columns]
    if "status" in keys and keys.index("status") < _MIN_COLUMNS_BEFORE_STATUS:
        what = "needs two columns to its left, for the lines above the tasks and the labels of the summary."
        problems.append(Problem("columns.status", what, "Put it further to the right."))
    for column in template.columns:
        where = f"columns.{column.key}"
        if column.key in RESERVED_COLUMNS:
            problems.append(Problem(where, "is a name that ragsheets keeps for itself.", "Choose another key."))
        if (column.kind == "status") != (column.key == "status"):
            problems.append(Problem(where, "only the column “status” is of kind “status”, and it must be."))
        if (column.kind == "choice") != bool(column.choices):
            problems.append(Problem(where, "a column of kind “choice”, and no other, lists its choices."))
        wanted = "plan" if column.key in ("task", "target") else "contact"
        if column.key in BUILT_IN_COLUMNS and column.filled_by != wanted:
            problems.append(Problem(where, f"the {wanted} fills this column.", f'Write filled_by = "{wanted}".'))
    return problems


def _heading_faults(template: Template) -> list[Problem]:
    """Find headings that two columns share, those of the last answers among them: they would be indistinguishable."""
    date = dates.in_words(datetime.date(2008, 9, 4))
    headings = {f"columns.{column.key}": column.heading for column in template.columns}
    for name in ("last_status", "last_position", "last_planned"):
        headings[f"wording.{name}"] = getattr(template.wording, name).replace("{date}", date)
    first_uses: dict[str, str] = {}
    return [
        Problem(where, f"its heading is that of “{first.removeprefix('columns.')}” too.", "Give each its own heading.")
        for where, heading in headings.items()
        if (first := first_uses.setdefault(normalise_text(heading), where)) != where
    ]


def _status_faults(template: Template) -> list[Problem]:
    problems = []
    code_by_spelling: dict[str, str] = {}
    for status in template.statuses:
        where = f"statuses.{status.code}"
        if status.code.casefold() in RESERVED_STATUSES:
            problems.append(Problem(where, "is a name that ragsheets keeps for itself.", "Choose another code."))
        for spelling in {normalise_text(text) for text in (status.code, status.label, *status.spellings)}:
            first_code = code_by_spelling.setdefault(spelling, status.code)
            if first_code != status.code:
                what = f"“{spelling}” is a spelling of {first_code} too."
                problems.append(Problem(where, what, "Keep it in one of them."))
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
            "Choose a darker or a lighter colour.",
        )
        for where, ink, fill in pairs
        if contrast(ink, fill) < MIN_CONTRAST
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


def _text_faults(template: Template) -> list[Problem]:
    """Find prompts that make Excel call a workbook corrupt, and a logo without words for people who cannot see it."""
    problems = [
        Problem(f"wording.{name}", f"has more than {_MAX_PROMPT} characters.", "Shorten it.")
        for name in ("success_prompt", "next_step_prompt")
        if len(getattr(template.wording, name)) > _MAX_PROMPT
    ]
    if template.look.logo and not template.look.logo_alt.strip():
        fix = "Say in a few words what the logo shows, for those who cannot see it."
        problems.append(Problem("look.logo_alt", "is empty.", fix))
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
