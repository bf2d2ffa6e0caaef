"""Read a plan from a Word report: most partnerships start from last year's."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ragsheets import dates
from ragsheets.errors import Problem, ReportError
from ragsheets.plan.model import Period, Plan, with_keys
from ragsheets.plan_files.parse import PlanFile
from ragsheets.report.read.model import SUBTITLE_SEPARATOR, ReadAction, ReadOutcome, ReadReport, ReadRow, ReadSection
from ragsheets.report.read.quoting import quote_texts
from ragsheets.report.read.reader import OpenReport, default_templates, open_report
from ragsheets.template.model import Template
from ragsheets.template.reader import custom_templates, read_template, shipped_templates
from ragsheets.text import MAX_QUOTED, normalise_text, shorten

_DEFAULT_TITLE, _DEFAULT_PARTNERSHIP = "Performance report", "Our partnership"

#: A label as ragsheets prints it: a short text before an unmatched closing bracket.
_PRINTED_LABEL = re.compile(r"(?P<label>(?=[^)]*\w)[^()\n]{1,20})\) (?P<task>\S.*)", re.DOTALL)
#: A label as others write it: "(a)", "a)", "a.", "a –", "iv)", "12.".
_HANDWRITTEN_LABEL = re.compile(
    r"(?:\((?P<both>[A-Za-z]{1,2}|[ivx]{1,5}|\d{1,3})\)\s*|(?P<one>[A-Za-z]{1,2}|[ivx]{1,5}|\d{1,3}[A-Za-z]?)\)\s*"
    r"|(?P<point>[A-Za-z]|[ivx]{1,4}|\d{1,2})[.:]\s+|(?P<dash>[a-z])\s+[–—-]\s+)(?P<task>\S.*)",
    re.DOTALL,
)
#: The signs around a label, which are not part of it; and its maximum length.
_LABEL_ENDS = re.compile(r"^[\s(\[]+|[\s)\].:–—-]+$")
_MAX_LABEL_LENGTH = 20
_EMAIL = re.compile(r"[<(\[]?\s*(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)\s*[>)\]]?")
#: The suffix that people add to the title of an outcome continued on the next page.
_CONTINUED = re.compile(r"\s*[([–-]*\s*(?:continued|cont['’]?d|cont\.?)\s*[)\]]?\s*$", re.IGNORECASE)


def parse(content: bytes, name: str, template_folders: Sequence[Path]) -> PlanFile:
    """Parse the plan from a Word report, written by ragsheets or by hand in the same layout.

    The warnings are about what a document cannot hold, such as keys, and what was not understood.

    Args:
        content: the bytes of the .docx file; it is not trusted.
        name: its name, for messages.
        template_folders: the folders that may contain the template that it was made with.

    Raises:
        ReportError: it is not a Word document, must not be opened, or has no tasks in this layout.
        TemplateError: the template that it was made with was found, and cannot be used.
    """
    opened = open_report(content, name)
    custom_template, template_folder, missing_name = _find_custom_template(opened, template_folders)
    missing_sentence = f"was made with the template “{missing_name}”, which is not beside it"
    fix = f"Put a copy of {missing_name}.toml beside the report and convert it again."
    try:
        report, template = opened.read_best([*filter(None, (custom_template,)), *default_templates()])
    except ReportError:
        if missing_name:
            raise ReportError(f"{missing_sentence}.", where=opened.name, fix=fix) from None
        raise
    builder = _PlanBuilder(report, template)
    if missing_name:
        builder.add_warning(f"The report {missing_sentence}; it was read by “{template.name}”. {fix}")
    tables = builder.build_tables()
    if not any(group["outcomes"] for group in tables["groups"]):
        fixes = ("Take a report that lists the tasks.", *report.left_out.sentences())
        raise ReportError("holds no tasks, so there is no plan in it.", where=opened.name, fix=" ".join(fixes))
    warnings = tuple(Problem(opened.name, warning) for warning in builder.warnings)
    return PlanFile(Plan.model_validate(tables), template, warnings, template_folder=template_folder)


def write(plan: Plan, template: Template, today: datetime.date) -> bytes:
    """Return the report of a period without returns, composed like any report, from an empty ledger."""
    from ragsheets.ledger import Ledger, PeriodRecord
    from ragsheets.report.write.compose import compose_content
    from ragsheets.report.write.word import report_to_docx
    from ragsheets.returns.assess import assess

    record = PeriodRecord(Period(today), with_keys(plan), template)
    with Ledger.open("sqlite://") as ledger:
        ledger.save_period(record, [])
        # No workbook was sent yet, so no sub-group is missing.
        blank_assessment = replace(assess(record, ledger.frames(today)), missing_groups=())
    return report_to_docx(compose_content(record, blank_assessment), template, created=today)


def _find_custom_template(opened: OpenReport, folders: Sequence[Path]) -> tuple[Template | None, Path, str]:
    """Return the template that a report was made with and its folder, unless it is a shipped one.

    If there is none, the template is None, the folder is the first one, and the third value is the name of the template
    that the report states, "" for none or a shipped one.
    """
    name = opened.template_name(template.wording.report_made_by for template in default_templates())
    if name in shipped_templates():
        return None, folders[0], ""
    # A name that is more than a file's name could lead out of the folder.
    if name and Path(name).name == name:
        for folder in folders:
            if (folder / f"{name}.toml").is_file():
                return read_template(name, folder), folder, ""
    # A template may have other words for the line that names it.
    for folder in folders if opened.is_printed and not name else ():
        for template in custom_templates(folder):
            if opened.template_name([template.wording.report_made_by]) == template.name:
                return template, folder, ""
    return None, folders[0], name


@dataclass
class _PlanBuilder:
    """Builds the tables of a plan from one report."""

    report: ReadReport
    template: Template
    warnings: list[str] = field(default_factory=list)

    def build_tables(self) -> dict[str, Any]:
        """Return the tables of the plan in the structure of plan.toml."""
        title = self._title()
        groups = self._groups()
        tables = {
            "title": title,
            "partnership": self._partnership(groups),
            "template": self.template.name,
            "groups": groups,
        }
        self._add_omission_warnings()
        return tables

    # -- title and partnership

    def _title(self) -> str:
        title = self._normalise_name(self.report.title)
        if not title:
            self.add_warning(f"The document has no title; the plan is called “{_DEFAULT_TITLE}”.")
        elif self.report.title_from != "title":
            where = "the properties of the file" if self.report.title_from == "property" else "its first line"
            self.add_warning(f"The title “{shorten(title)}” is taken from {where}; check it.")
        return title or _DEFAULT_TITLE

    def _partnership(self, groups: Iterable[dict[str, Any]]) -> str:
        if name := self._printed_partnership() if self.report.by_ragsheets else self._typed_partnership(groups):
            return name
        if self.report.company:
            self.add_warning(
                f"The partnership “{self.report.company}” is taken from the properties of the file; check it."
            )
            return self.report.company
        self.add_warning(
            f"The document does not say whose report it is; the plan says “{_DEFAULT_PARTNERSHIP}”: put the name in."
        )
        return _DEFAULT_PARTNERSHIP

    def _printed_partnership(self) -> str:
        """Return the partnership from the line that continues with the period.

        The author in the file's properties shows where the name ends.
        """
        line = next(iter(self.report.subtitles), "")
        author = r"\s+".join(map(re.escape, self.report.author.split()))
        match = re.match(rf"({author or '.*?'}) {SUBTITLE_SEPARATOR}", line, re.DOTALL)
        return match[1] if match else line.partition(f" {SUBTITLE_SEPARATOR}")[0].strip()

    def _typed_partnership(self, groups: Iterable[dict[str, Any]]) -> str:
        """Return the partnership from the first line under the title that is neither a sub-group's name nor a date."""
        names = {normalise_text(group["name"]) for group in groups}
        names_given = (
            line
            for line in self.report.subtitles
            if normalise_text(line) and normalise_text(line) not in names and dates.read_date(line) is None
        )
        return self._normalise_name(next(names_given, ""))

    # -- sub-groups

    def _groups(self) -> list[dict[str, Any]]:
        groups: dict[str, dict[str, Any]] = {}
        for section in self.report.sections:
            name = self._name(section, len(groups) + 1)
            group = groups.setdefault(
                normalise_text(name), {"name": name, "contact": "", "email": "", "on_hold": False, "outcomes": []}
            )
            self._set_contact(group, section)
            group["on_hold"] = group["on_hold"] or self._is_on_hold(section)
            for words in section.unrecognised_texts:
                self.add_warning(f"{name}: these words are outside the layout and were left out: “{shorten(words)}”.")
            for outcome in section.outcomes:
                self._add_outcome(group, outcome)
        for group in groups.values():
            if not group["outcomes"] and not group["on_hold"]:
                group["on_hold"] = True
                self.add_warning(f"{group['name']} has no tasks in the document and is put on hold; add its outcomes.")
        return list(groups.values())

    def _name(self, section: ReadSection, number: int) -> str:
        """Return a sub-group's name: from the heading if ragsheets printed it, else from the header lines."""
        name = self._normalise_name(section.name if self.report.by_ragsheets else section.group or section.name)
        if not name:
            name = f"Sub-group {number}"
            self.add_warning(f"The document names no sub-group for some of its outcomes; the plan calls it “{name}”.")
        other_name = section.group if name == self._normalise_name(section.name) else section.name
        if other_name and normalise_text(other_name) != normalise_text(name):
            self.add_warning(f"{name}: the document also calls it “{shorten(other_name)}”.")
        return name

    def _set_contact(self, group: dict[str, Any], section: ReadSection) -> None:
        for outcome in section.outcomes:
            contact = outcome.detail("contact")
            if match := _EMAIL.search(contact) if len(contact) <= MAX_QUOTED else None:
                group["email"] = group["email"] or match["email"]
                contact = " ".join((contact[: match.start()] + contact[match.end() :]).split()).strip(" ,;")
            if contact and not group["contact"]:
                group["contact"] = contact
            elif contact and normalise_text(contact) != normalise_text(group["contact"]):
                self.add_warning(
                    f"{group['name']}, outcome {outcome.ref or outcome.title}: the contact is “{shorten(contact)}”; "
                    f"the plan has one for each sub-group, “{shorten(group['contact'])}”."
                )

    def _is_on_hold(self, section: ReadSection) -> bool:
        return any(
            normalise_text(remark) == normalise_text(self.template.wording.on_hold) for remark in section.remarks
        )

    # -- outcomes and actions

    def _add_outcome(self, group: dict[str, Any], outcome: ReadOutcome) -> None:
        where = f"{group['name']}, outcome {outcome.ref or outcome.title or len(group['outcomes']) + 1}"
        for words in outcome.unrecognised_texts:
            self.add_warning(f"{where}: these words are outside the layout and were left out: “{shorten(words)}”.")
        actions = [raw for action in outcome.actions if (raw := self._action(where, action))]
        if not actions:
            self.add_warning(f"{where}: has no tasks and was left out.")
            return
        title = _without_continued(outcome.title) or outcome.ref
        if not title:
            title = actions[0]["title"] or f"Outcome {len(group['outcomes']) + 1}"
            self.add_warning(f"{where}: has no title; the plan says “{shorten(title)}”.")
        existing = next((known for known in group["outcomes"] if _is_same_outcome(known, outcome.ref, title)), None)
        if existing is not None:
            self.add_warning(f"{where}: is in the document more than once; its tasks were put together.")
            _merge_actions(existing["actions"], actions)
            return
        if outcome.ref and any(known["ref"] == outcome.ref for known in group["outcomes"]):
            self.add_warning(f"{where}: two outcomes have this reference; give each its own.")
        group["outcomes"].append({"ref": outcome.ref, "title": title, "actions": actions})

    def _action(self, where: str, action: ReadAction) -> dict[str, Any]:
        """Return an action's table, empty if the action has no tasks."""
        tasks = []
        labels = _LabelParser(by_ragsheets=self.report.by_ragsheets)
        for row in action.rows:
            if row.task.strip():
                tasks.append(self._task(row, labels))
                self._add_shared_cell_warnings(where, row)
            elif any(text.strip() for text in row.cells.values()):
                words = " | ".join(filter(None, row.cells.values()))
                self.add_warning(f"{where}, row {row.number}: names no task and was left out: “{shorten(words)}”.")
        if not tasks:
            if action.title:
                self.add_warning(f"{where}: the action “{shorten(action.title)}” has no tasks and was left out.")
            return {}
        return {"ref": action.ref, "title": action.title, "tasks": tasks}

    def _add_shared_cell_warnings(self, where: str, row: ReadRow) -> None:
        """Warn of cells that belong to several tasks, unless they hold what belongs to the period."""
        for column in self.template.columns:
            if column.key in row.shared_keys and (column.key == "target" or column in self.template.plan_columns):
                cell = f"“{shorten(row.cells[column.key])}” under “{column.heading}”"
                self.add_warning(
                    f"{where}, row {row.number}: {cell} is merged with the cell of the task above; both tasks have it."
                )

    def _task(self, row: ReadRow, labels: _LabelParser) -> dict[str, Any]:
        label, task = labels.split_label(row.task.strip(), row.list_number)
        further = {
            column.key: column.normalise(text)
            for column in self.template.plan_columns
            if (text := row.cells.get(column.key, "").strip())
        }
        return {"label": label, "task": task, "target": row.cells.get("target", ""), "further": further}

    def _normalise_name(self, text: str) -> str:
        """Return a name without the extra blanks that people type; text printed by ragsheets stays unchanged."""
        return text.strip() if self.report.by_ragsheets else " ".join(text.split())

    # -- warnings

    def add_warning(self, sentence: str) -> None:
        """Add a warning unless it was added before."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def _add_omission_warnings(self) -> None:
        report = self.report
        actions = [action for _, outcome in report.outcomes for action in outcome.actions]
        further_columns = [column for action in actions for column in action.other_columns]
        for heading in dict.fromkeys(heading for heading, *_ in further_columns):
            texts = [text for column in further_columns for text in column[1:] if column[0] == heading]
            words = f"were left out: {quote_texts(texts)}" if texts else "were left out"
            self.add_warning(f"The column “{shorten(heading)}” is not in the template; its words {words}.")
        if any("target" not in action.columns for action in actions if action.rows):
            self.add_warning("Some tables have no column for targets; the tasks in them have none.")
        if unknown_statuses := list(dict.fromkeys(self._unknown_statuses(actions))):
            self.add_warning(
                f"Statuses that the template “{self.template.name}” does not have: {quote_texts(unknown_statuses)}."
            )
        for content in report.foreign_content:
            self.add_warning(content.sentence)
        for sentence in report.left_out.sentences():
            self.add_warning(sentence)
        if report.unrecognised_texts and not report.by_ragsheets:
            self.add_warning(
                f"Words outside the sub-groups' parts were left out: {quote_texts(report.unrecognised_texts)}."
            )
        self.add_warning("Positions, statuses and whatever else was reported belong to their period, not to the plan.")
        self.add_warning(
            "A report holds no keys and no ledger, and an email address only beside a contact's name: add what is "
            "missing."
        )

    def _unknown_statuses(self, actions: Iterable[ReadAction]) -> Iterator[str]:
        not_reported = normalise_text(self.template.wording.not_reported)
        for row in (row for action in actions for row in action.rows if row.status is None):
            text = row.cells.get("status", "").strip()
            if text and not normalise_text(text).startswith(not_reported):
                yield text


class _LabelParser:
    """Splits the labels from the tasks of one action, in order.

    Unless ragsheets wrote the report (`by_ragsheets`), a capital with a full stop may be somebody's initial: it counts
    as a label only if it is the next in sequence.
    """

    def __init__(self, *, by_ragsheets: bool) -> None:
        self._pattern = _PRINTED_LABEL if by_ragsheets else _HANDWRITTEN_LABEL
        self._by_ragsheets = by_ragsheets
        self._last_label = ""

    def split_label(self, text: str, list_number: str = "") -> tuple[str, str]:
        """Return the label, "" for none, and the task.

        A `list_number` before the task is its label, if it is as short as one.
        """
        list_label = _LABEL_ENDS.sub("", list_number)
        if list_label and len(list_label) <= _MAX_LABEL_LENGTH and text.startswith(f"{list_number} "):
            self._last_label = list_label
            return list_label, text.removeprefix(list_number).strip()
        match = self._pattern.fullmatch(text)
        if not match:
            return "", text
        label = next(match[name] for name in self._pattern.groupindex if name != "task" and match[name])
        if not self._by_ragsheets and label.isupper() and match["point"] and label != self._next_label():
            return "", text
        self._last_label = label
        return label.strip(), match["task"]

    def _next_label(self) -> str:
        return chr(ord(self._last_label) + 1) if len(self._last_label) == 1 else "A"


def _without_continued(title: str) -> str:
    return title if len(title) > MAX_QUOTED else _CONTINUED.sub("", title)


def _is_same_outcome(outcome: dict[str, Any], ref: str, title: str) -> bool:
    return normalise_text(outcome["title"]) == normalise_text(title) and ref in ("", outcome["ref"])


def _merge_actions(existing_actions: list[dict[str, Any]], new_actions: list[dict[str, Any]]) -> None:
    """Add actions to the existing ones; the tasks of a continued action are added to its earlier tasks."""
    for action in new_actions:
        existing = next(
            (known for known in existing_actions if normalise_text(known["title"]) == normalise_text(action["title"])),
            None,
        )
        if existing is not None:
            existing["tasks"] += action["tasks"]
        else:
            existing_actions.append(action)
