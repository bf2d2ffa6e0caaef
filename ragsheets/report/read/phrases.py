"""The lines of the layout, told by the template's wording however they are spelt: "Outcome: 2:1 …", "2.2: …"."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from ragsheets.report.read.blocks import Paragraph
from ragsheets.returns.totals import count_columns
from ragsheets.template.model import Template
from ragsheets.text import normalise_text
from ragsheets.workbook.layout import NOT_REPORTED, TOTAL

#: How alike (0 to 100) two names of a line must be to be the same: a slip of the pen in one of them.
MIN_SIMILARITY = 85.0
#: The most words in the name of a header line that has others beside the template's: "Lead contact officer".
_MAX_WORDS = 3
#: References as people write them: 2.1, 2:1, SC1, Priority 1.
_REFERENCE = r"(?:[^\W\d_]{1,12}[ ]?)?\d{1,3}(?:[.:]\d{1,3})*[A-Za-z]?"
#: As ragsheets prints it: the reference, a colon and a blank.
_PRINTED_OUTCOME = re.compile(
    rf"(?P<ref>{_REFERENCE}|(?=\S{{0,6}}\d)[^\s:]{{1,7}}|[A-Z]{{1,3}}): (?P<title>.*)", re.DOTALL
)
#: As others may: a dash, a point, a bracket, or only a blank after a reference of several figures.
_HANDWRITTEN_OUTCOME = re.compile(
    rf"(?:(?P<ref>{_REFERENCE}|[A-Z]) ?(?:[:;](?!\d)|[–—)]|\s-\s|\.\s)"
    r"|(?P<bare>\d{1,3}(?:[.:]\d{1,3})+[A-Za-z]?)\.?(?=\s|$))"
    r"[\s:–—-]*(?P<title>.*)",
    re.DOTALL,
)
#: A reference alone at the head of a line, without the word that tells an outcome.
_NUMBERED_OUTCOME = re.compile(r"\d{1,3}[.:]\d{1,3}[A-Za-z]?\s*(?:[:–—]|-\s|\s(?=[^\W\d_]))\s*[^\W\d_]")
#: A count behind its label: "Green – on track: 4 (40%)".
_LABEL_WITH_COUNT = re.compile(r"(?P<label>.*?\D)[\s:–—=-]*(?P<count>\d{1,5}(?:\s*\([^)]*\))?)", re.DOTALL)
_COLON_REFERENCE = re.compile(r"(\d{1,3}):(\d{1,3}[A-Za-z]?)")


@dataclass(frozen=True, slots=True)
class LineMatch:
    """What a line says: its kind, the words after its name, and whether it has a name or was told by its form."""

    kind: str
    value: str
    has_name: bool = True


class Phrases:
    """The wording of one template, for reading."""

    def __init__(self, template: Template) -> None:
        wording = template.wording
        self._template = template
        named = {
            "outcome": wording.outcome,
            "date": wording.date,
            "group": wording.group,
            "contact": wording.contact,
            "ref": wording.ref,
            "action": wording.action,
        }
        #: The fixed words before the value of each kind of line, made plain; a kind without any is told by its place.
        self.line_names = {kind: normalise_text(words.partition("{")[0]) for kind, words in named.items()}
        self._fixed_texts = {
            kind: (words.partition("{")[0].strip(), words.rpartition("}")[2].strip())
            for kind, words in named.items()
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
        self.count_names = count_columns(template)

    # -- lines

    def parse_line(self, line: str) -> LineMatch | None:
        """What a line says; None for one that is none of the layout's."""
        line = line.strip()
        for kind, (before, after) in self._fixed_texts.items():
            if line.startswith(before) and line.endswith(after):
                value = line[len(before) : len(line) - len(after)]
                if not (before[-1].isalnum() and value[:1].isalnum()):
                    return LineMatch(kind, value.strip())
        head, colon, rest = line.partition(":")
        if colon and (kind := self._line_kind(normalise_text(head) if len(head) < _MAX_LABEL_LENGTH else "")):
            return LineMatch(kind, rest.strip())
        return self._parse_outcome_without_colon(line)

    def _line_kind(self, head: str) -> str:
        """Which line has a name like this: almost the template's, or the template's among a few words."""
        # "Outcome 3" is a name with a reference, not a slip in the name.
        if not head or any(sign.isdigit() for sign in head):
            return ""
        words = head.split()
        for kind, name in self.line_names.items():
            if name and fuzz.ratio(head, name) >= MIN_SIMILARITY:
                return kind
        for kind in ("group", "contact", "date"):
            own = self.line_names[kind].split()
            shorter = kind == "group" and head in (self.group_heading, self.group_heading.replace(" ", ""))
            if shorter or (own and set(own) <= set(words) and len(words) <= _MAX_WORDS):
                return kind
        return ""

    def _parse_outcome_without_colon(self, line: str) -> LineMatch | None:
        name = self.line_names["outcome"]
        words = line.split(maxsplit=1)
        if name and len(words) > 1 and normalise_text(words[0]) == name and words[1][:1].isdigit():
            return LineMatch("outcome", words[1].strip())
        return LineMatch("outcome", line, has_name=False) if _NUMBERED_OUTCOME.match(line) else None

    def is_label(self, text: str) -> bool:
        """Whether a cell holds nothing but the name of a line, a label of the summary, or the summary's own name."""
        said = self.parse_line(text)
        return (
            (said is not None and said.has_name)
            or normalise_text(text) == self.summary
            or self.find_count_line(text) is not None
        )

    # -- what the lines hold

    def parse_outcome(self, value: str, *, by_ragsheets: bool) -> tuple[str, str]:
        """The reference ("" for none) and the title in the words of an outcome's line.

        `printed` says that ragsheets wrote it. Otherwise "2:1" is what the 2008 layout means by 2.1.
        """
        if by_ragsheets:
            found = _PRINTED_OUTCOME.fullmatch(value)
            return (found["ref"], found["title"].strip()) if found else ("", value)
        found = _HANDWRITTEN_OUTCOME.fullmatch(value.strip())
        if not found:
            return "", value
        ref = (found["ref"] or found["bare"]).strip()
        return _COLON_REFERENCE.sub(r"\1.\2", ref), found["title"].strip()

    def split_ref_and_action(self, value: str) -> tuple[str, str | None]:
        """The reference in the words after "Ref:", and the action's title where it stands on the same line."""
        found = self._action_in_ref.search(value) if self.line_names["action"] else None
        return (value[: found.start()].strip(), value[found.end() :].strip()) if found else (value, None)

    def remark_kind(self, paragraph: Paragraph) -> str:
        """Which of the sentences that stand for a sub-group's outcomes this is; "" for none."""
        return self.remark_kinds.get(normalise_text(paragraph.text), "")

    # -- counts

    def find_count_line(self, text: str) -> str | None:
        """Which line of a summary has this label; None for none. A single letter is none."""
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
        """The line, the label and the count in a text that holds both: "Green – on track 1"; None for another."""
        found = _LABEL_WITH_COUNT.fullmatch(text.strip()) if len(text) <= _MAX_LABEL_LENGTH else None
        line = self.find_count_line(found["label"].rstrip(" :–—=-")) if found else None
        return (line, found["label"].strip(), found["count"]) if found and line else None


def placeholder_values(format_text: str, text: str) -> Mapping[str, str] | None:
    """What stands in a text in place of the names in braces of the template's words; None for another text."""
    pattern, known = "", set()
    for before, name, _, _ in string.Formatter().parse(format_text):
        pattern += re.escape(before)
        if name:
            pattern += f"(?P={name})" if name in known else f"(?P<{name}>{_PLACEHOLDER_PATTERNS.get(name, '.+')})"
            known.add(name)
    found = re.fullmatch(pattern, text.strip(), re.DOTALL)
    return found.groupdict() if found else None


#: What may stand for some names.
_PLACEHOLDER_PATTERNS = {"version": r"\d+(?:\.\w+)*(?:\+\w+)?", "number": r"\d{1,4}"}
#: The length beyond which a text is no label.
_MAX_LABEL_LENGTH = 60
