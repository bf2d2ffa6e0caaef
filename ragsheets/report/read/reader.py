"""Read a Word document in the report's layout: written by ragsheets, edited since or not, or made by hand."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from pathlib import Path

from rapidfuzz import fuzz

from ragsheets import dates
from ragsheets.errors import ReportError
from ragsheets.formats import guard
from ragsheets.report.read.blocks import Paragraph, WordContent
from ragsheets.report.read.content import read_word_content
from ragsheets.report.read.left_out import LeftOutTexts
from ragsheets.report.read.model import (
    SUBTITLE_SEPARATOR,
    CountRow,
    ReadOutcome,
    ReadReport,
    ReadSection,
)
from ragsheets.report.read.other_content import OtherContent
from ragsheets.report.read.other_content_finder import find_other_content
from ragsheets.report.read.package import LIMITS, WordFile, open_word, raise_report_errors
from ragsheets.report.read.page_headers import section_names
from ragsheets.report.read.phrases import MIN_SIMILARITY, Phrases, placeholder_values
from ragsheets.report.read.printed_layout import PrintedLayout, find_printed_layout
from ragsheets.report.read.printed_sections import PrintedReader
from ragsheets.report.read.scan_model import ScannedOutcome, ScannedPart
from ragsheets.report.read.scanner import scan_document
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template, shipped_templates
from ragsheets.text import normalise_text

#: Minimum similarity (0 to 100, one within the other) of a heading and a sub-group's name that mean the same.
_MIN_GROUP_SIMILARITY = 90.0
#: Maximum length of a date in characters.
_MAX_DATE_LENGTH = 60


@dataclass(frozen=True)
class OpenReport:
    """An opened report, which can be read by different templates."""

    name: str
    file: WordFile
    word_content: WordContent
    sha256: str

    @cached_property
    def layout(self) -> PrintedLayout:
        """The parts of the document, if ragsheets wrote it."""
        return find_printed_layout(self.word_content.blocks)

    @cached_property
    def other_content(self) -> tuple[tuple[OtherContent, ...], LeftOutTexts]:
        """What the document holds outside its text and tables, and the words that are left out of that."""
        return find_other_content(self.file, self.word_content)

    @cached_property
    def section_names(self) -> list[str]:
        """The words of each section's page header that the other sections' do not have."""
        return section_names(self.file)

    @property
    def is_printed(self) -> bool:
        """Whether ragsheets wrote the document as a combined report, which may have been edited since."""
        return bool(self.layout.sections)

    def template_name(self, wordings: Iterable[str]) -> str:
        """Return the name of the template that the document states in one of these wordings; "" if it names none."""
        lines = [block.text for block in self.layout.back_blocks if isinstance(block, Paragraph)]
        named = (placeholder_values(wording, line) for wording in dict.fromkeys(wordings) for line in lines)
        return next((values["template"] for values in named if values and "template" in values), "")

    def read(self, template: Template) -> ReadReport:
        """Read the report by a template's headings and wording; raises ReportError if it has no task table."""
        with raise_report_errors(self.name):
            report = _read_printed_report(self, template) if self.is_printed else _ReportBuilder(self, template).build()
        actions = [action for _, outcome in report.outcomes for action in outcome.actions]
        if not report.sections or (self.is_printed and any(report.outcomes) and not actions):
            raise ReportError(
                "holds no task table in the layout of the report.",
                where=self.name,
                fix=f"Look for one with the headings {', '.join(column.heading for column in template.columns)}.",
            )
        return report

    def read_best(self, templates: Iterable[Template]) -> tuple[ReadReport, Template]:
        """Read the report by the template that it was made with, else by the one that recognises most of it.

        That is the one that recognises the most columns and statuses; the first of equal ones.

        Raises ReportError if no template can read it.
        """
        readings = []
        problem: ReportError | None = None
        for template in templates:
            try:
                readings.append((self.read(template), template))
            except ReportError as error:
                problem = problem or error
        if not readings:
            raise problem or ReportError("cannot be read without a template.", where=self.name)
        return max(readings, key=lambda reading: _match_score(*reading))


def open_report(content: bytes, name: str) -> OpenReport:
    """Open a .docx file in the report's layout.

    Args:
        content: its untrusted bytes.
        name: its name, for messages.

    Raises ReportError if it is not a Word document, or may not be opened.
    """
    with raise_report_errors(name):
        file = open_word(content)
        return OpenReport(name, file, read_word_content(file), hashlib.sha256(content).hexdigest())


def open_report_file(path: Path) -> OpenReport:
    """Open the report at a path; raises ReportError as `open_report`, and if the file is missing or unreadable."""
    try:
        size = path.stat().st_size
        with raise_report_errors(path.name):
            guard.check_size(size, LIMITS)
        return open_report(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise ReportError("there is no such file.", where=str(path), fix="Check the name and the folder.") from None
    except OSError as problem:
        raise ReportError(f"cannot be read ({problem.strerror}).", where=str(path), fix="Check the file.") from None


def default_templates() -> list[Template]:
    """Return the templates that ship with ragsheets, those with the fewest columns first."""
    return sorted((read_template(name) for name in shipped_templates()), key=lambda template: len(template.columns))


def _match_score(report: ReadReport, template: Template) -> tuple[bool, int, int]:
    """Return whether a report names a template, and how many columns of its tables and statuses were recognised."""
    is_named = any(template.digest in line.text for line in report.outside_sections.lines)
    actions = [action for _, outcome in report.outcomes for action in outcome.actions]
    statuses = sum(row.status is not None for action in actions for row in action.rows)
    return is_named, sum(len(action.columns) for action in actions), statuses


def _read_printed_report(document: OpenReport, template: Template) -> ReadReport:
    """Read a report that ragsheets wrote."""
    layout, reader = document.layout, PrintedReader(template)
    sections = tuple(map(reader.read_section, layout.sections))
    front = [block for block in layout.front_blocks if isinstance(block, Paragraph)]
    title = next((line.text.strip() for line in front if line.style == "title"), "")
    subtitles = tuple(line.text.strip() for line in front if line.style == "subtitle")
    file, (other_content, left_out) = document.file, document.other_content
    return ReadReport(
        title=title or file.title,
        title_from="title" if title else "property" if file.title else "",
        subtitles=subtitles,
        by_ragsheets=True,
        author=file.author,
        company=file.company,
        sections=sections,
        count_rows=reader.read_count_rows(layout.front_blocks),
        other_content=tuple(content for content in other_content if not content.kind.startswith("unused-")),
        left_out=document.word_content.left_out + left_out,
        outside_sections=layout.outside_sections(),
        dates=tuple(_dates(sections, subtitles)),
    )


class _ReportBuilder:
    """A builder of a report made by hand from the scan of its document."""

    def __init__(self, document: OpenReport, template: Template) -> None:
        self.document, self.template = document, template
        self.phrases = Phrases(template)
        self.scan = scan_document(document.word_content, template)

    def build(self) -> ReadReport:
        file, (other_content, left_out) = self.document.file, self.document.other_content
        sections, stray_texts = self._sections()
        title, title_from = self._title({normalise_text(section.name) for section in sections})
        subtitles = tuple(line.text.strip() for line in self.scan.parts[0].paragraphs if line.style == "subtitle")
        return ReadReport(
            title=title,
            title_from=title_from,
            subtitles=subtitles,
            by_ragsheets=False,
            author=file.author,
            company=file.company,
            sections=tuple(sections),
            count_rows=tuple(self._count_rows({normalise_text(section.name) for section in sections})),
            other_content=other_content,
            left_out=self.document.word_content.left_out + left_out,
            unrecognised_texts=tuple(self._unrecognised_texts(stray_texts, sections, {title, *subtitles})),
            dates=tuple(_dates(sections, subtitles)),
        )

    def _unrecognised_texts(
        self, texts: list[str], sections: list[ReadSection], known_texts: set[str]
    ) -> Iterator[str]:
        """Yield the texts outside all sections that are neither known nor the name of a section."""
        names = [section.name for section in sections]
        for text in texts:
            if text not in known_texts and not any(
                _is_same_group(text, name) for name in names if len(text) < 2 * len(name)
            ):
                yield text

    # -- sections

    def _sections(self) -> tuple[list[ReadSection], list[str]]:
        """Return the sub-groups' sections, and the texts outside of them."""
        counted_names = {normalise_text(row.name) for table in self.scan.count_tables for row in table.rows}
        sections: list[ReadSection] = []
        stray_texts: list[str] = []
        for part in self.scan.parts:
            remarks = tuple(line.marked_text for line in part.paragraphs if self.phrases.remark_kind(line))
            outcomes = []
            for outcome in part.outcomes:
                if outcome.is_empty or outcome.is_only_header_lines:
                    stray_texts += [outcome.heading] if outcome.is_empty else []
                    header_lines = {**outcome.header_lines_before, **outcome.header_lines}
                    stray_texts += [line.text for line in header_lines.values()]
                    stray_texts += outcome.unrecognised_texts
                else:
                    outcomes.append(outcome)
            stray_texts += [line.marked_text for line in part.paragraphs if not self.phrases.remark_kind(line)]
            stray_texts += part.other_texts
            if outcomes:
                sections += self._part_sections(part, outcomes, remarks)
                stray_texts += [part.heading] if part.heading else []
            elif part.heading and (remarks or normalise_text(part.heading) in counted_names):
                sections.append(ReadSection(part.heading, "", remarks, ()))
            elif part.heading:
                stray_texts.append(part.heading)
        return sections, stray_texts

    def _part_sections(
        self, part: ScannedPart, outcomes: list[ScannedOutcome], remarks: tuple[str, ...]
    ) -> Iterator[ReadSection]:
        """Yield one section if the heading names its sub-group, else one for each that the header lines name."""
        groups = [outcome.details.get("group", "") or self._page_header_name(outcome) for outcome in outcomes]
        if part.heading and (not any(groups) or _is_same_group(part.heading, groups[0])):
            group = next(filter(None, groups), "")
            yield ReadSection(part.heading, group, remarks, tuple(map(self._read_outcome, outcomes)))
            return
        if not any(groups) and self._is_of_several_groups(part.line_before, outcomes):
            contacts = [normalise_text(outcome.details.get("contact", "")) for outcome in outcomes]
            for _, members in _consecutive_outcomes(contacts, outcomes):
                yield ReadSection("", "", remarks, tuple(map(self._read_outcome, members)))
            return
        for group, members in _consecutive_outcomes(groups, outcomes):
            name = group or part.line_before or part.heading
            yield ReadSection(name, group, remarks, tuple(map(self._read_outcome, members)))

    def _page_header_name(self, outcome: ScannedOutcome) -> str:
        """Return the sub-group's name in the page header above an outcome; "" if the headers name none."""
        names = self.document.section_names
        has_several = len(set(filter(None, names))) > 1
        return names[outcome.page_section] if has_several and outcome.page_section < len(names) else ""

    def _is_of_several_groups(self, line_before: str, outcomes: Sequence[ScannedOutcome]) -> bool:
        """Return whether outcomes without a name are under a title of the whole report, and have several contacts."""
        titles = [line.text.strip() for line in self.scan.parts[0].paragraphs if line.style in ("title", "subtitle")]
        contacts = {normalise_text(contact) for outcome in outcomes if (contact := outcome.details.get("contact", ""))}
        return line_before in titles and len(contacts) > 1

    def _read_outcome(self, scanned_outcome: ScannedOutcome) -> ReadOutcome:
        ref, title = self.phrases.parse_outcome(scanned_outcome.line_value, by_ragsheets=False)
        return ReadOutcome(
            ref=ref,
            title=title,
            heading=scanned_outcome.heading,
            details=scanned_outcome.details,
            stated_counts=tuple(scanned_outcome.stated_counts),
            actions=tuple(
                action.to_action(lambda text: self.template.scale.read(text).code)
                for action in scanned_outcome.actions
                if action.columns or action.title
            ),
            unrecognised_texts=(*scanned_outcome.unused_lines, *scanned_outcome.unrecognised_texts),
        )

    # -- the first page

    def _count_rows(self, section_names: set[str]) -> Iterator[CountRow]:
        """Yield the rows of the first table that counts by sub-group."""
        for table in self.scan.count_tables:
            by_name = fuzz.ratio(table.name_heading, self.phrases.group_heading) >= MIN_SIMILARITY
            if by_name or any(normalise_text(row.name) in section_names for row in table.rows):
                yield from table.rows
                return

    def _title(self, section_names: set[str]) -> tuple[str, str]:
        """Return the title and where it was found."""
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


def _consecutive_outcomes(
    names: Sequence[str], outcomes: Sequence[ScannedOutcome]
) -> Iterator[tuple[str, list[ScannedOutcome]]]:
    """Yield each name with the outcomes that follow each other under it; one without a name has that before it."""
    names_in_force: Iterator[str] = accumulate(names, lambda name, next_name: next_name or name)
    named_outcomes = zip(names_in_force, outcomes, strict=True)
    for _, members in groupby(named_outcomes, key=lambda pair: normalise_text(pair[0])):
        pairs = list(members)
        yield pairs[0][0], [outcome for _, outcome in pairs]


def _is_same_group(heading: str, group: str) -> bool:
    return bool(group) and fuzz.token_set_ratio(normalise_text(heading), normalise_text(group)) >= _MIN_GROUP_SIMILARITY


def _dates(sections: Sequence[ReadSection], subtitles: tuple[str, ...]) -> Iterator[datetime.date]:
    """Yield the dates of the header lines or, if they have none, those under the title."""
    header_dates = [outcome.detail("date") for section in sections for outcome in section.outcomes]
    subtitle_dates = [text.rpartition(SUBTITLE_SEPARATOR)[2] for text in subtitles]
    for texts in (header_dates, subtitle_dates):
        parsed_dates = [date for text in texts if len(text) <= _MAX_DATE_LENGTH and (date := dates.read_date(text))]
        if parsed_dates:
            yield from parsed_dates
            return
