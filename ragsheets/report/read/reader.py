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
from ragsheets.report.read.blocks import Line, Story, Table, story_of
from ragsheets.report.read.model import BETWEEN, CountRow, ReadAction, ReadOutcome, ReadReport, ReadRow, ReadSection
from ragsheets.report.read.outside_sections import around
from ragsheets.report.read.package import LIMITS, WordFile, open_word, refusals
from ragsheets.report.read.phrases import ALIKE, Phrases
from ragsheets.report.read.scan_model import Action, Outcome, Part
from ragsheets.report.read.scanner import scan
from ragsheets.template.model import Template, read_template, shipped_templates
from ragsheets.text import plain

#: Names of styles, in small letters, that only ragsheets gives to the text of its tables.
_OUR_STYLES = {"table text", "table status"}
#: How alike (0 to 100, the one within the other) a heading and the name of a sub-group must be to mean the same.
_SAME_GROUP = 90.0
#: The length beyond which a text is no date.
_LONGEST_DATE = 60


@dataclass(frozen=True)
class OpenReport:
    """A report that was opened, to be read by one template or another."""

    name: str
    file: WordFile
    story: Story
    sha256: str

    def read(self, template: Template) -> ReadReport:
        """What it says, by the headings and the wording of a template; raises ReportError where that is nothing."""
        report = _Assembly(self, template).report()
        if not report.sections:
            raise ReportError(
                "holds no task table in the layout of the report.",
                where=self.name,
                fix=f"Look for one with the headings {', '.join(column.heading for column in template.columns)}.",
            )
        return report

    def best(self, templates: Iterable[Template]) -> tuple[ReadReport, Template]:
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
        return max(readings, key=lambda reading: _known(reading[0]))


def open_report(content: bytes, name: str) -> OpenReport:
    """Open a .docx file in the report's layout.

    Args:
        content: its bytes; nothing is trusted of them.
        name: what it is called, for messages.

    Raises ReportError where it is no Word document, or may not be opened.
    """
    with refusals(name):
        file = open_word(content)
        return OpenReport(name, file, story_of(file), hashlib.sha256(content).hexdigest())


def open_file(path: Path) -> OpenReport:
    """Open the report at a path; raises as `open_report`, and where there is no such file or it cannot be read."""
    try:
        with refusals(path.name):
            guard.check_size(path.stat().st_size, LIMITS)
        return open_report(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise ReportError("there is no such file.", where=str(path), fix="Check the name and the folder.") from None
    except OSError as problem:
        raise ReportError(f"cannot be read ({problem.strerror}).", where=str(path), fix="Check the file.") from None


def usual_templates() -> list[Template]:
    """The templates that ship with ragsheets, the plainest first."""
    return sorted((read_template(name) for name in shipped_templates()), key=lambda template: len(template.columns))


def _known(report: ReadReport) -> tuple[int, int]:
    """How many columns of its tables a template knows, and how many of its statuses."""
    actions = [action for _, outcome in report.outcomes for action in outcome.actions]
    statuses = sum(row.status is not None for action in actions for row in action.rows)
    return sum(len(action.columns) for action in actions), statuses


class _Assembly:
    """Puts together what a walk through a document found."""

    def __init__(self, document: OpenReport, template: Template) -> None:
        self.document, self.template = document, template
        self.phrases = Phrases(template)
        self.ours = any(line.style in _OUR_STYLES for line in _lines(document.story))
        self.scan = scan(document.story, template, ours=self.ours)

    def report(self) -> ReadReport:
        story, file = self.document.story, self.document.file
        sections, strays = self._sections()
        title, title_from = self._title({plain(section.name) for section in sections})
        subtitles = tuple(line.text.strip() for line in self.scan.parts[0].lines if line.style == "subtitle")
        return ReadReport(
            title=title,
            title_from=title_from,
            subtitles=subtitles,
            ours=self.ours,
            author=file.author,
            company=file.company,
            sections=tuple(sections),
            counts=tuple(self._counts({plain(section.name) for section in sections})),
            boxes=story.boxes,
            struck=tuple(words for words in story.struck if words),
            strays=tuple(self._out_of_place(strays, sections, {title, *subtitles})),
            around=around(story.blocks, {section.name for section in sections}, file.chart),
            dates=tuple(_dates(sections, subtitles)),
        )

    def _out_of_place(self, strays: list[str], sections: list[ReadSection], known: set[str]) -> Iterator[str]:
        """Words that stand in no section and say what no part of the report says."""
        names = [section.name for section in sections]
        for words in strays:
            if words not in known and not any(_same_group(words, name) for name in names if len(words) < 2 * len(name)):
                yield words

    # -- sections

    def _sections(self) -> tuple[list[ReadSection], list[str]]:
        """The sub-groups' parts, and the words that stand in none."""
        named = {plain(row.name) for table in self.scan.tables for row in table.rows}
        sections: list[ReadSection] = []
        strays: list[str] = []
        for part in self.scan.parts:
            remarks = tuple(line.words for line in part.lines if self.phrases.remark(line))
            outcomes = [outcome for outcome in part.outcomes if not outcome.is_bare]
            strays += [outcome.heading for outcome in part.outcomes if outcome.is_bare]
            strays += [line.words for line in part.lines if not self.phrases.remark(line)]
            if outcomes:
                sections += self._of_part(part, outcomes, remarks)
            elif part.heading and (remarks or plain(part.heading) in named):
                sections.append(ReadSection(part.heading, "", remarks, ()))
            elif part.heading:
                strays.append(part.heading)
        return sections, strays

    def _of_part(self, part: Part, outcomes: list[Outcome], remarks: tuple[str, ...]) -> Iterator[ReadSection]:
        """One sub-group where the heading names it; where it does not, those that the header lines name."""
        groups = [outcome.details.get("group", "") for outcome in outcomes]
        if part.heading and (self.ours or not any(groups) or _same_group(part.heading, groups[0])):
            group = next(filter(None, groups), "")
            yield ReadSection(part.heading, group, remarks, tuple(map(self._outcome, outcomes)))
            return
        current = ""
        named = []
        for outcome, group in zip(outcomes, groups, strict=True):
            current = group or current
            named.append((current, outcome))
        for _, each in groupby(named, key=lambda pair: plain(pair[0])):
            mine = list(each)
            name = mine[0][0] or part.before or part.heading
            yield ReadSection(name, mine[0][0], remarks, tuple(self._outcome(outcome) for _, outcome in mine))

    def _outcome(self, found: Outcome) -> ReadOutcome:
        ref, title = self.phrases.outcome(found.value, printed=self.ours)
        return ReadOutcome(
            ref=ref,
            title=title,
            heading=found.heading,
            details=found.details,
            stated=tuple(found.stated),
            actions=tuple(self._action(action) for action in found.actions if action.columns or action.title),
            strays=tuple(found.strays),
            labels=tuple(found.labels),
        )

    def _action(self, found: Action) -> ReadAction:
        rows = []
        for number, lines in enumerate(found.rows, 1):
            cells: Mapping[str, str] = {key: "\n".join(texts) for key, texts in lines.items()}
            rows.append(ReadRow(number, cells, self.template.scale.read(cells.get("status", "")).code))
        return ReadAction(
            found.ref, found.title, found.heading, found.columns, tuple(rows), found.further, found.headings
        )

    # -- the first page

    def _counts(self, sections: set[str]) -> Iterator[CountRow]:
        """The rows of the first table that counts by sub-group."""
        for table in self.scan.tables:
            by_name = fuzz.ratio(table.name, self.phrases.group_heading) >= ALIKE
            if by_name or any(plain(row.name) in sections for row in table.rows):
                yield from table.rows
                return

    def _title(self, sections: set[str]) -> tuple[str, str]:
        """The title and where it stood."""
        front = self.scan.parts[0].lines
        for line in front:
            if line.style == "title":
                return line.text.strip(), "title"
        headings = [part.heading for part in self.scan.parts[:2] if part.heading]
        first = next((text for text in (*(line.text.strip() for line in front), *headings) if text), "")
        if plain(first) in sections:
            first = ""
        if self.document.file.title:
            return self.document.file.title, "property"
        return (first, "line") if first else ("", "")


def _same_group(heading: str, group: str) -> bool:
    return bool(group) and fuzz.token_set_ratio(plain(heading), plain(group)) >= _SAME_GROUP


def _dates(sections: list[ReadSection], subtitles: tuple[str, ...]) -> Iterator[datetime.date]:
    """The dates of the header lines; where they say none, those under the title."""
    said = [outcome.detail("date") for section in sections for outcome in section.outcomes]
    under_title = [text.rpartition(BETWEEN)[2] for text in subtitles]
    for texts in (said, under_title):
        found = [date for text in texts if len(text) <= _LONGEST_DATE and (date := dates.read_date(text))]
        if found:
            yield from found
            return


def _lines(story: Story) -> Iterator[Line]:
    """Every paragraph, those in tables too."""
    blocks = list(story.blocks)
    while blocks:
        block = blocks.pop()
        if isinstance(block, Table):
            blocks += [inner for row in block.rows for cell in row.cells for inner in cell.blocks]
        else:
            yield block
