"""Observe what a return holds outside its cells: comments, drawings, macros, headers, links, prompts, names of sheets.

What the workbook was sent with is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import parse_address
from ragsheets.formats.spreadsheet.details import Annotation, WorkbookDetails
from ragsheets.formats.spreadsheet.values import Rows
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.reading.cell_text import text_of
from ragsheets.returns.reading.model import ReturnedWorkbook
from ragsheets.returns.reading.table import ReturnedTable
from ragsheets.text import normalise_text
from ragsheets.workbook.sent_workbook import SentWorkbook

#: Kinds that have a description instead of words, and what a finding quotes where there is none.
_DESCRIBED_KINDS = ("picture", "cell-picture", "embedded-object")
NO_DESCRIPTION = "without a description"
#: Kinds of annotation that a workbook is sent with; its record may be of an older ragsheets, without their texts.
_SENT_KINDS = ("input-message", "document-property")
#: Kinds that a program repeats on every sheet.
_REPEATED_KINDS = ("input-message", "page-header")
#: What programs add to the name of a copied sheet, and the names that they give to new sheets, in several languages.
_COPY_MARKS = re.compile(
    r"^copy of |^kopie von | \([0-9]{1,3}\)$|_[0-9]{1,3}$| copy( [0-9]{1,3})?$| [-–] table [0-9]{1,3}$", re.IGNORECASE
)
_PROGRAM_SHEET_NAME = re.compile(
    r"(?:sheet|chart|tabelle|diagramm|feuil|feuille|graphique|hoja|gr[aá]fico|foglio|planilha|folha|blad|grafiek|ark|"
    r"arkusz|wykres|list|munka|taul|taulukko|лист|аркуш|sayfa|工作表|グラフ) ?[0-9]{0,3}",
    re.IGNORECASE,
)

_SEE = "See whether it belongs in an answer; it is not in the report."
KINDS = {
    "comment": FindingKind(Severity.WARNING, "A comment by {wanted}: “{found}”.", _SEE),
    "text-box": FindingKind(Severity.WARNING, "A text box over the sheet: “{found}”.", _SEE),
    "picture": FindingKind(
        Severity.WARNING,
        "A picture is on the sheet ({found}); its words cannot be read.",
        "Look at it in the workbook.",
    ),
    "embedded-object": FindingKind(
        Severity.WARNING,
        "Another document is embedded in the sheet ({found}); it was not opened.",
        "Look at it in the workbook.",
    ),
    "macros": FindingKind(Severity.NOTE, "The workbook holds macros; they were not run.", "Nothing to do."),
    "unreadable-comments": FindingKind(
        Severity.WARNING,
        "The workbook holds comments or drawings that cannot be read.",
        "Look at them in the workbook.",
    ),
    "linked-data": FindingKind(
        Severity.NOTE,
        "The cell shows “{found}”, which a program fetched from outside the workbook (a linked data type).",
        "Nothing to do if that is the answer.",
    ),
    "sheet-name": FindingKind(Severity.WARNING, "The name of the sheet has words of its own: “{found}”.", _SEE),
    "page-header": FindingKind(
        Severity.WARNING, "Words in the header or footer of the printed page: “{found}”.", _SEE, is_input=False
    ),
    "chart-text": FindingKind(Severity.WARNING, "Words in a chart: “{found}”.", _SEE),
    "link": FindingKind(
        Severity.WARNING, "A link behind the cell holds “{found}”, which the cell does not show.", _SEE
    ),
    "input-message": FindingKind(
        Severity.WARNING, "Words in a message that appears when the cell is selected: “{found}”.", _SEE
    ),
    "form-control": FindingKind(Severity.WARNING, "Words on a tick box, a button or the like: “{found}”.", _SEE),
    "scenario": FindingKind(Severity.WARNING, "Words in a scenario of the sheet (what-if analysis): “{found}”.", _SEE),
    "document-property": FindingKind(
        Severity.WARNING, "Words in the document's properties, under “{wanted}”: “{found}”.", _SEE, is_input=False
    ),
    "defined-name": FindingKind(
        Severity.WARNING, "Words in a name that was defined in the workbook: “{found}”.", _SEE, is_input=False
    ),
}


def add_annotations(
    details: WorkbookDetails, sent_workbook: SentWorkbook, rows_by_sheet: Mapping[str, Rows], result: ReturnedWorkbook
) -> None:
    """Add observations for everything that somebody has put into the workbook outside its cells.

    Args:
        details: the content of the workbook besides values.
        sent_workbook: the workbook as sent.
        rows_by_sheet: the values of its sheets, by name.
        result: where the observations are added.
    """
    try:
        annotations = details.annotations()
    except ReturnError:
        annotations = [Annotation("unreadable-comments")]
    # Programs write the names of sheets into headers and into names of their own.
    sent_texts = [*(sent_workbook.annotation_texts or ()), *rows_by_sheet]
    sent_texts += [sheet.name for sheet in sent_workbook.sheets]
    sent_texts += [note for sheet in sent_workbook.sheets for note in sheet.notes.values()]
    exact_texts, known_texts = set(sent_texts), set[str]()
    repeated: set[tuple[str, str]] = set()
    for annotation in annotations:
        code, text = annotation.code, annotation.text
        if text in exact_texts:
            continue
        known_texts = known_texts or {*map(normalise_text, sent_texts)} - {""}
        if (
            normalise_text(text) in known_texts
            or (code in _SENT_KINDS and sent_workbook.annotation_texts is None)
            or (code, text) in repeated
            or (code == "link" and _is_shown(annotation, rows_by_sheet))
        ):
            continue
        if code in _REPEATED_KINDS:
            repeated.add((code, text))
        text = text or (NO_DESCRIPTION if code in _DESCRIBED_KINDS else "")
        author = annotation.author or "somebody"
        result.add_observation(code, sheet=annotation.sheet, cell=annotation.cell, found=text, wanted=author)


def add_sheet_names(
    tables: Iterable[ReturnedTable], sent_workbooks: Iterable[SentWorkbook], result: ReturnedWorkbook
) -> None:
    """Add an observation for each sheet with words in its name that no sheet was sent with.

    A sheet without tasks and headlines is left out where other observations name it.
    """
    named_sheets = {item.sheet for item in result.observations}
    names = dict.fromkeys(
        table.sheet.name for table in tables if "key" in table.column_indices or table.sheet.name not in named_sheets
    )
    sent_names = {normalise_text(sheet.name) for workbook in sent_workbooks for sheet in workbook.sheets}
    for name in names:
        if normalise_text(name) in sent_names:
            continue
        plain_name = _COPY_MARKS.sub("", name).strip()
        if normalise_text(plain_name) not in sent_names and not _PROGRAM_SHEET_NAME.fullmatch(plain_name):
            result.add_observation("sheet-name", sheet=name, found=name)


def _is_shown(link: Annotation, rows_by_sheet: Mapping[str, Rows]) -> bool:
    """Return whether the address that a link leads to is what its cell shows, as programs link what looks like one."""
    try:
        row, column = parse_address(link.cell)
        shown_text = text_of(rows_by_sheet[link.sheet][row][column])
    except (ValueError, KeyError, IndexError):
        return False
    address = re.sub(r"^(?:mailto:|https?://|file:/+)", "", link.text, flags=re.IGNORECASE).rstrip("/")
    # Programs write blanks and accented letters of an address by their numbers.
    return any(text.casefold() in shown_text.casefold() for text in (address, unquote(address)))
