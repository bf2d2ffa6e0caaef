"""Recognise the lines of the layout by the template's wording, in any spelling: "Outcome: 2:1 …", "2.2: …"."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

from rapidfuzz import fuzz

from ragsheets.report.read.blocks import Paragraph
from ragsheets.report.read.scan_model import OUTCOME, ParsedLine
from ragsheets.template.model import Template
from ragsheets.text import clean_for_office, normalise_text
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

#: The kinds of an outcome's header lines, in the order in which they are printed.
HEADER_KINDS = ("date", "group", "contact")
#: Minimum similarity (0 to 100) of two line names that are the same but for a typing error.
MIN_SIMILARITY = 85.0
#: Maximum number of words in the name of a header line that has words beside the template's: "Lead contact officer".
_MAX_WORDS = 3
#: References as people write them: 2.1, 2:1, SC1, Priority 1.
_REFERENCE = r"(?:[^\W\d_]{1,12}[ ]?)?\d{1,3}(?:[.:]\d{1,3})*[A-Za-z]?"
#: An outcome as ragsheets prints it: the reference, a colon and a space.
_PRINTED_OUTCOME = re.compile(
    rf"(?P<ref>{_REFERENCE}|(?=\S{{0,6}}\d)[^\s:]{{1,7}}|[A-Z]{{1,3}}): (?P<title>.*)", re.DOTALL
)
#: As people may write it: a dash, a full stop, a bracket, or only a space after a reference of several numbers.
_HANDWRITTEN_OUTCOME = re.compile(
    rf"(?:(?P<ref>{_REFERENCE}|[A-Z]) ?(?:[:;](?!\d)|[–—)]|\s-\s|\.\s)"
    r"|(?P<bare>\d{1,3}(?:[.:]\d{1,3})+[A-Za-z]?)\.?(?=\s|$))"
    r"[\s:–—-]*(?P<title>.*)",
    re.DOTALL,
)
#: A reference at the start of a line, without the word that marks an outcome.
_NUMBERED_OUTCOME = re.compile(r"\d{1,3}[.:]\d{1,3}[A-Za-z]?\s*(?:[:–—]|-\s|\s(?=[^\W\d_]))\s*[^\W\d_]")
#: A count after its label: "Green – on track: 4 (40%)".
_LABEL_WITH_COUNT = re.compile(r"(?P<label>.*?\D)[\s:–—=-]*(?P<count>\d{1,5}(?:\s*\([^)]*\))?)", re.DOTALL)
#: The end of the name of a line.
_NAME_END = re.compile(r"[:\t]")
_COLON_REFERENCE = re.compile(r"(\d{1,3}):(\d{1,3}[A-Za-z]?)")


class Phrases:
    """The wording of one template, prepared for reading."""

    def __init__(self, template: Template) -> None:
        wording = template.wording
        self._template = template
        wording_by_kind = {kind: getattr(wording, kind) for kind in ("outcome", *HEADER_KINDS, "ref", "action")}
        #: The normalised words before the value of each kind of line; a kind without any is identified by position.
        self.line_names = {kind: normalise_text(words.partition("{")[0]) for kind, words in wording_by_kind.items()}
        self._fixed_texts = {
            kind: (words.partition("{")[0].strip(), words.rpartition("}")[2].strip())
            for kind, words in wording_by_kind.items()
            if self.line_names[kind]
        }
        self._action_in_ref = re.compile(rf"(?<!\S){re.escape(self._fixed_texts.get('action', ('', ''))[0])}")
        self.summary = normalise_text(wording.summary)
        self.remark_kinds = {normalise_text(wording.no_update): "no_update", normalise_text(wording.on_hold): "on_hold"}
        self.group_heading = normalise_text(wording.report_group)
        self.list_headings = {normalise_text(wording.report_group), normalise_text(wording.progress_outcome)}
        labels = {status.label: status.code for status in template.statuses}
        labels |= {wording.not_reported: NOT_REPORTED, wording.not_yet_reported: NOT_REPORTED, wording.total: TOTAL}
        self._count_lines = {normalise_text(label): line for label, line in labels.items()}

    # -- lines

    def parse_line(self, line: str) -> ParsedLine | None:
        """Return a line with its kind and value; None if it is not part of the layout."""
        line = line.strip()
        for kind, (before, after) in self._fixed_texts.items():
            if line.startswith(before) and line.endswith(after):
                value = line[len(before) : len(line) - len(after)]
                if not (before[-1].isalnum() and value[:1].isalnum()):
                    return ParsedLine(kind, value.strip(), line)
        # A tab parts a name from its value as a colon does.
        head, *rest = _NAME_END.split(line, maxsplit=1)
        if rest and (kind := self._line_kind(normalise_text(head) if len(head) < _MAX_LABEL_LENGTH else "")):
            return ParsedLine(kind, rest[0].strip(), line)
        return self._parse_outcome_without_colon(line)

    def _line_kind(self, head: str) -> str:
        """Return the kind of line with almost this name, or with this name among a few other words."""
        # "Outcome 3" is a name with a reference, not a name with a typing error.
        if not head or any(sign.isdigit() for sign in head):
            return ""
        words = head.split()
        for kind, name in self.line_names.items():
            if name and fuzz.ratio(head, name) >= MIN_SIMILARITY:
                return kind
        for kind in ("group", "contact", "date"):
            name_words = self.line_names[kind].split()
            shorter = kind == "group" and head in (self.group_heading, self.group_heading.replace(" ", ""))
            if shorter or (name_words and set(name_words) <= set(words) and len(words) <= _MAX_WORDS):
                return kind
        return ""

    def _parse_outcome_without_colon(self, line: str) -> ParsedLine | None:
        name = self.line_names["outcome"]
        words = line.split(maxsplit=1)
        if name and len(words) > 1 and normalise_text(words[0]) == name and words[1][:1].isdigit():
            return ParsedLine(OUTCOME, words[1].strip(), line)
        return ParsedLine(OUTCOME, line, line, has_name=False) if _NUMBERED_OUTCOME.match(line) else None

    def is_label(self, text: str) -> bool:
        """Return whether a cell holds only the name of a line, a label of the summary, or the summary's own name."""
        line = self.parse_line(text)
        return (
            (line is not None and line.has_name)
            or normalise_text(text) == self.summary
            or self.find_count_line(text) is not None
        )

    # -- values of lines

    def parse_outcome(self, value: str, *, by_ragsheets: bool) -> tuple[str, str]:
        """Return the reference ("" for none) and the title from the value of an outcome's line.

        If ragsheets did not write the line, "2:1" is read as 2.1, which the 2008 layout means by it.
        """
        if by_ragsheets:
            match = _PRINTED_OUTCOME.fullmatch(value)
            return (match["ref"], match["title"].strip()) if match else ("", value)
        match = _HANDWRITTEN_OUTCOME.fullmatch(value.strip())
        if not match:
            return "", value
        ref = (match["ref"] or match["bare"]).strip()
        return _COLON_REFERENCE.sub(r"\1.\2", ref), match["title"].strip()

    def split_ref_and_action(self, value: str) -> tuple[str, str | None]:
        """Return the reference in the words after "Ref:", and the action's title if it is on the same line."""
        match = self._action_in_ref.search(value) if self.line_names["action"] else None
        return (value[: match.start()].strip(), value[match.end() :].strip()) if match else (value, None)

    def remark_kind(self, paragraph: Paragraph) -> str:
        """Return which of the sentences that replace a sub-group's outcomes a paragraph is; "" for none."""
        return self.remark_kinds.get(normalise_text(paragraph.text), "")

    # -- counts

    def find_count_line(self, text: str) -> str | None:
        """Return the line of a summary that has this label; None for none, and for a single letter."""
        folded = normalise_text(text)
        if len(folded) < 2 or len(text) > _MAX_LABEL_LENGTH:
            return None
        if folded in self._count_lines:
            return self._count_lines[folded]
        code = self._template.scale.read(text).code
        return code or next(
            (line for label, line in self._count_lines.items() if fuzz.ratio(folded, label) >= MIN_SIMILARITY), None
        )

    def parse_count(self, text: str) -> tuple[str, str, str] | None:
        """Return the line, label and count of a text with both, such as "Green – on track 1"; None for another."""
        match = _LABEL_WITH_COUNT.fullmatch(text.strip()) if len(text) <= _MAX_LABEL_LENGTH else None
        line = self.find_count_line(match["label"].rstrip(" :–—=-")) if match else None
        return (line, match["label"].strip(), match["count"]) if match and line else None


def words_around(format_text: str) -> tuple[str, str]:
    """Return the template's words before and after the value that is filled in, as they are printed."""
    pieces = list(string.Formatter().parse(clean_for_office(format_text)))
    has_value_at_end = pieces[-1][1] is not None
    return pieces[0][0].strip(), "" if has_value_at_end or len(pieces) == 1 else pieces[-1][0].strip()


def value_between(format_text: str, text: str) -> str | None:
    """Return what a text has in place of the value in the template's words; None if it does not have these words."""
    before, after = words_around(format_text)
    if len(text) < len(before) + len(after) or not (text.startswith(before) and text.endswith(after)):
        return None
    return text[len(before) : len(text) - len(after)].strip()


def placeholder_values(format_text: str, text: str) -> Mapping[str, str] | None:
    """Return what a text has in place of the names in braces of the template's words; None if it differs."""
    pattern, names = "", set()
    for before, name, _, _ in string.Formatter().parse(format_text):
        pattern += re.escape(before)
        if name:
            pattern += f"(?P={name})" if name in names else f"(?P<{name}>{_PLACEHOLDER_PATTERNS.get(name, '.+')})"
            names.add(name)
    match = re.fullmatch(pattern, text.strip(), re.DOTALL)
    return match.groupdict() if match else None


#: Patterns of the values of some names.
_PLACEHOLDER_PATTERNS = {"version": r"\d+(?:\.\w+)*(?:\+\w+)?", "number": r"\d{1,4}"}
#: Maximum length of a label in characters.
_MAX_LABEL_LENGTH = 60
