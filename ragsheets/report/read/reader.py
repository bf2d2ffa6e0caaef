"""A Word document in the report's layout, read back: ragsheets' own, edited since or not, or one made by hand."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rapidfuzz import fuzz

from ragsheets import dates
from ragsheets.errors import ReportError
from ragsheets.formats import guard
from ragsheets.report.read.blocks import Paragraph, WordContent, WordTable, read_word_content
from ragsheets.report.read.model import (
    SUBTITLE_SEPARATOR,
    CountRow,
    ReadAction,
    ReadOutcome,
    ReadReport,
    ReadRow,
    ReadSection,
)
from ragsheets.report.read.outside_sections import read_outside_sections
from ragsheets.report.read.package import LIMITS, WordFile, open_word, raise_report_errors
from ragsheets.report.read.phrases import MIN_SIMILARITY, Phrases
from ragsheets.report.read.scan_model import ScannedAction, ScannedOutcome, ScannedPart
from ragsheets.report.read.scanner import scan_document
from ragsheets.template.model import Template, read_template, shipped_templates
from ragsheets.text import normalise_text

#: Names of styles, in small letters, that only ragsheets gives to the text of its tables.
_RAGSHEETS_STYLES = {"table text", "table status"}
#: How alike (0 to 100, the one within the other) a heading and the name of a sub-group must be to mean the same.
_MIN_GROUP_SIMILARITY = 90.0
#: The length beyond which a text is no date.
_MAX_DATE_LENGTH = 60


@dataclass(frozen=True)
class OpenReport:
    """A report that was opened, to be read by one template or another."""

    name: str
    file: WordFile
    word_content: WordContent
    sha256: str

    def read(self, template: Template) -> ReadReport:
        """What it says, by the headings and the wording of a template; raises ReportError where that is nothing."""
        report = _ReportBuilder(self, template).build()
        if not report.sections:
            raise ReportError(
                "holds no task table in the layout of the report.",
                where=self.name,
                fix=f"Look for one with the headings {', '.join(column.heading for column in template.columns)}.",
            )
        return report

    def read_best(self, templates: Iterable[Template]) -> tuple[ReadReport, Template]:
        """What it says by the template that knows most of its columns and statuses; the first one of equals."""
        readings = []
        problem: ReportError | None = None
        for template in templates:
            try:
                readings.append((self.read(template), template))
            except ReportError as error:
                problem = problem or error
        if not readings:
            raise problem or ReportError("cannot be read without a template.", where=self.name)
        return max(readings, key=lambda reading: _match_score(reading[0]))


def open_report(content: bytes, name: str) -> OpenReport:
    """Open a .docx file in the report's layout.

    Args:
        content: its bytes; nothing is trusted of them.
        name: what it is called, for messages.

    Raises ReportError where it is no Word document, or may not be opened.
    """
    with raise_report_errors(name):
        file = open_word(content)
        return OpenReport(name, file, read_word_content(file), hashlib.sha256(content).hexdigest())


def open_report_file(path: Path) -> OpenReport:
    """Open the report at a path; raises as `open_report`, and where there is no such file or it cannot be read."""
    try:
        with raise_report_errors(path.name):
            guard.check_size(path.stat().st_size, LIMITS)
        return open_report(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise ReportError("there is no such file.", where=str(path), fix="Check the name and the folder.") from None
    except OSError as problem:
        raise ReportError(f"cannot be read ({problem.strerror}).", where=str(path), fix="Check the file.") from None


def default_templates() -> list[Template]:
    """The templates that ship with ragsheets, the plainest first."""
    return sorted((read_template(name) for name in shipped_templates()), key=lambda template: len(template.columns))


def _match_score(report: ReadReport) -> tuple[int, int]:
    """How many columns of its tables a template knows, and how many of its statuses."""
    actions = [action for _, outcome in report.outcomes for action in outcome.actions]
    statuses = sum(row.status is not None for action in actions for row in action.rows)
    return sum(len(action.columns) for action in actions), statuses


class _ReportBuilder:
    """Puts together what a walk through a document found."""

    def __init__(self, document: OpenReport, template: Template) -> None:
        self.document, self.template = document, template
        self.phrases = Phrases(template)
        self.by_ragsheets = any(line.style in _RAGSHEETS_STYLES for line in _paragraphs(document.word_content))
        self.scan = scan_document(document.word_content, template, by_ragsheets=self.by_ragsheets)

    def build(self) -> ReadReport:
        story, file = self.document.word_content, self.document.file
        sections, strays = self._sections()
        title, title_from = self._title({normalise_text(section.name) for section in sections})
        subtitles = tuple(line.text.strip() for line in self.scan.parts[0].paragraphs if line.style == "subtitle")
        return ReadReport(
            title=title,
            title_from=title_from,
            subtitles=subtitles,
            by_ragsheets=self.by_ragsheets,
            author=file.author,
            company=file.company,
            sections=tuple(sections),
            count_rows=tuple(self._count_rows({normalise_text(section.name) for section in sections})),
            text_boxes=story.text_boxes,
            struck_through=tuple(words for words in story.struck_through if words),
            unrecognised_texts=tuple(self._unrecognised_texts(strays, sections, {title, *subtitles})),
            outside_sections=read_outside_sections(story.blocks, {section.name for section in sections}, file.chart),
            dates=tuple(_dates(sections, subtitles)),
        )

    def _unrecognised_texts(
        self, texts: list[str], sections: list[ReadSection], known_texts: set[str]
    ) -> Iterator[str]:
        """Words that stand in no section and say what no part of the report says."""
        names = [section.name for section in sections]
        for words in texts:
            if words not in known_texts and not any(
                _is_same_group(words, name) for name in names if len(words) < 2 * len(name)
            ):
                yield words

    # -- sections

    def _sections(self) -> tuple[list[ReadSection], list[str]]:
        """The sub-groups' parts, and the words that stand in none."""
        named = {normalise_text(row.name) for table in self.scan.count_tables for row in table.rows}
        sections: list[ReadSection] = []
        strays: list[str] = []
        for part in self.scan.parts:
            remarks = tuple(line.marked_text for line in part.paragraphs if self.phrases.remark_kind(line))
            outcomes = [outcome for outcome in part.outcomes if not outcome.is_empty]
            strays += [outcome.heading for outcome in part.outcomes if outcome.is_empty]
            strays += [line.marked_text for line in part.paragraphs if not self.phrases.remark_kind(line)]
            if outcomes:
                sections += self._part_sections(part, outcomes, remarks)
            elif part.heading and (remarks or normalise_text(part.heading) in named):
                sections.append(ReadSection(part.heading, "", remarks, ()))
            elif part.heading:
                strays.append(part.heading)
        return sections, strays

    def _part_sections(
        self, part: ScannedPart, outcomes: list[ScannedOutcome], remarks: tuple[str, ...]
    ) -> Iterator[ReadSection]:
        """One sub-group where the heading names it; where it does not, those that the header lines name."""
        groups = [outcome.details.get("group", "") for outcome in outcomes]
        if part.heading and (self.by_ragsheets or not any(groups) or _is_same_group(part.heading, groups[0])):
            group = next(filter(None, groups), "")
            yield ReadSection(part.heading, group, remarks, tuple(map(self._read_outcome, outcomes)))
            return
        current = ""
        named = []
        for outcome, group in zip(outcomes, groups, strict=True):
            current = group or current
            named.append((current, outcome))
        for _, each in groupby(named, key=lambda pair: normalise_text(pair[0])):
            mine = list(each)
            name = mine[0][0] or part.line_before or part.heading
            yield ReadSection(name, mine[0][0], remarks, tuple(self._read_outcome(outcome) for _, outcome in mine))

    def _read_outcome(self, scanned_outcome: ScannedOutcome) -> ReadOutcome:
        ref, title = self.phrases.parse_outcome(scanned_outcome.line_value, by_ragsheets=self.by_ragsheets)
        return ReadOutcome(
            ref=ref,
            title=title,
            heading=scanned_outcome.heading,
            details=scanned_outcome.details,
            stated_counts=tuple(scanned_outcome.stated_counts),
            actions=tuple(
                self._read_action(action) for action in scanned_outcome.actions if action.columns or action.title
            ),
            unrecognised_texts=tuple(scanned_outcome.unrecognised_texts),
            labels=tuple(scanned_outcome.labels),
        )

    def _read_action(self, scanned_action: ScannedAction) -> ReadAction:
        rows = []
        for number, lines in enumerate(scanned_action.rows, 1):
            cells: Mapping[str, str] = {key: "\n".join(texts) for key, texts in lines.items()}
            rows.append(ReadRow(number, cells, self.template.scale.read(cells.get("status", "")).code))
        return ReadAction(
            scanned_action.ref,
            scanned_action.title,
            scanned_action.heading,
            scanned_action.columns,
            tuple(rows),
            scanned_action.other_headings,
            scanned_action.headings,
        )

    # -- the first page

    def _count_rows(self, section_names: set[str]) -> Iterator[CountRow]:
        """The rows of the first table that counts by sub-group."""
        for table in self.scan.count_tables:
            by_name = fuzz.ratio(table.name_heading, self.phrases.group_heading) >= MIN_SIMILARITY
            if by_name or any(normalise_text(row.name) in section_names for row in table.rows):
                yield from table.rows
                return

    def _title(self, section_names: set[str]) -> tuple[str, str]:
        """The title and where it stood."""
        front = self.scan.parts[0].paragraphs
        for line in front:
            if line.style == "title":
                return line.text.strip(), "title"
        headings = [part.heading for part in self.scan.parts[:2] if part.heading]
        first = next((text for text in (*(line.text.strip() for line in front), *headings) if text), "")
        if normalise_text(first) in section_names:
            first = ""
        if self.document.file.title:
            return self.document.file.title, "property"
        return (first, "line") if first else ("", "")


def _is_same_group(heading: str, group: str) -> bool:
    return bool(group) and fuzz.token_set_ratio(normalise_text(heading), normalise_text(group)) >= _MIN_GROUP_SIMILARITY


def _dates(sections: list[ReadSection], subtitles: tuple[str, ...]) -> Iterator[datetime.date]:
    """The dates of the header lines; where they say none, those under the title."""
    said = [outcome.detail("date") for section in sections for outcome in section.outcomes]
    under_title = [text.rpartition(SUBTITLE_SEPARATOR)[2] for text in subtitles]
    for texts in (said, under_title):
        found = [date for text in texts if len(text) <= _MAX_DATE_LENGTH and (date := dates.read_date(text))]
        if found:
            yield from found
            return


def _paragraphs(word_content: WordContent) -> Iterator[Paragraph]:
    """Every paragraph, those in tables too."""
    blocks = list(word_content.blocks)
    while blocks:
        block = blocks.pop()
        if isinstance(block, WordTable):
            blocks += [inner for row in block.rows for cell in row.cells for inner in cell.blocks]
        else:
            yield block
