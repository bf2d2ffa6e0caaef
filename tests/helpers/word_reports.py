"""Word reports as people make them by hand, in the shapes of the 2008 layout, and documents of raw markup."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

HEADINGS = ("Tasks", "Target", "Position", "Status", "Planned improvement/action needed and deadline")
LABELS = ("Green – on track", "Amber – needs attention", "Red – needs action", "Total")


@dataclass(frozen=True)
class Block:
    """An outcome as typed by hand: its line, header lines, counts, and actions with their rows."""

    line: str
    counts: tuple[str, str, str, str]
    actions: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...]
    details: tuple[str, ...] = (
        "Date: 4th September 2008",
        "Thematic Sub-group: Cleaner Streets",
        "Contact: Jo Archer",
    )


BLOCKS = (
    Block(
        "Outcome: 2:1 Streets that people are glad to walk in",
        ("1", "2", "", "3"),
        (
            (
                "Ref:",
                "Action: Clear litter before it gathers",
                (
                    ("a) Agree who sweeps where", "Map by June 08; rota by July 08", "Map is drawn.", "AMBER", "Rota."),
                    (
                        "b) Empty bins more often:\n* at weekends\n* after matches",
                        "* Twice a day\n* Four times",
                        "Done since May.\n* Crews like it",
                        " green ",
                        "",
                    ),
                    ("Ask residents what they see", "One survey", "Not sent", "Amber – needs attention", "Send it."),
                ),
            ),
        ),
    ),
    Block(
        "Outcome: 2.2: Parks that are safe after dark",
        ("0", "0", "2", "2"),
        (
            ("Ref: 2.2.1", "Action: Light the paths", (("a) Count the lamps", "All parks", "Half", "RED", "By May"),)),
            ("Ref: 2.2.2", "Action: Walk the paths", (("a) Set up patrols", "Ten", "None", "Red", "Ask for help"),)),
        ),
    ),
)

#: What reading BLOCKS must give: the reference, the title, and the tasks with their statuses.
EXPECTED = [
    (
        "2.1",
        "Streets that people are glad to walk in",
        [
            ("", "Clear litter before it gathers", "a) Agree who sweeps where", "AMBER"),
            (
                "",
                "Clear litter before it gathers",
                "b) Empty bins more often:\n* at weekends\n* after matches",
                "GREEN",
            ),
            ("", "Clear litter before it gathers", "Ask residents what they see", "AMBER"),
        ],
    ),
    (
        "2.2",
        "Parks that are safe after dark",
        [
            ("2.2.1", "Light the paths", "a) Count the lamps", "RED"),
            ("2.2.2", "Walk the paths", "a) Set up patrols", "RED"),
        ],
    ),
]


def fill(cell: Any, text: str) -> None:
    """Write a text into a cell: a paragraph for each line, bullets as Word's own, the second one a level deeper."""
    bullets = 0
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        if line.startswith("* "):
            bullets += 1
            paragraph.style = "List Bullet" if bullets == 1 else "List Bullet 2"
        paragraph.add_run(line.removeprefix("* "))


class Sheet:
    """A table that is filled row by row, each cell with the number of grid columns that it spans."""

    def __init__(self, document: Any, columns: int) -> None:
        self.table = document.add_table(rows=0, cols=columns)
        self.table.style = "Table Grid"

    def row(self, *cells: tuple[int, str]) -> None:
        """Add a row of cells, each given as its width and its text."""
        row_cells = self.table.add_row().cells
        start = 0
        for width, text in cells:
            cell = row_cells[start] if width == 1 else row_cells[start].merge(row_cells[start + width - 1])
            fill(cell, text)
            start += width


def one_table(document: Any, block: Block) -> None:
    """Add one big table for the outcome, with merged cells and a blank spacer column beside each column."""
    sheet = Sheet(document, 10)
    lines = (block.line, *block.details)
    counts = (("Summary", ""), *zip(LABELS, block.counts, strict=True))
    for index in range(max(len(lines), len(counts))):
        label, count = counts[index]
        sheet.row((4, lines[index] if index < len(lines) else ""), (1, ""), (3, label), (1, count), (1, ""))
    sheet.row((10, ""))
    for ref, action, rows in block.actions:
        sheet.row((2, ref), (8, action))
        sheet.row((10, ""))
        for cells in (HEADINGS, *rows):
            sheet.row(*((1, part) for text in cells for part in (text, "")))


def several_tables(document: Any, block: Block) -> None:
    """Add a table for the header lines, one for the summary, one for each action and one for its tasks."""
    document.add_paragraph(block.line)
    header = Sheet(document, 2)
    for line in block.details:
        name, _, value = line.partition(":")
        header.row((1, f"{name}:"), (1, value.strip()))
    document.add_paragraph("")
    summary = Sheet(document, 2)
    summary.row((2, "Summary"))
    for pair in zip(LABELS, block.counts, strict=True):
        summary.row(*((1, text) for text in pair))
    for ref, action, rows in block.actions:
        document.add_paragraph("")
        Sheet(document, 2).row((1, ref), (1, action))
        document.add_paragraph("")
        headings, tasks = Sheet(document, 5), Sheet(document, 5)
        headings.row(*((1, text) for text in HEADINGS))
        for cells in rows:
            tasks.row(*((1, text) for text in cells))


def heading_per_outcome(document: Any, block: Block) -> None:
    """Add Word headings, and the summary in a table inside a cell beside the header lines."""
    document.add_heading(block.line.removeprefix("Outcome: ").replace("2:1", "2.1:"), 2)
    header = document.add_table(rows=1, cols=2)
    fill(header.cell(0, 0), "\n".join(block.details))
    inner = header.cell(0, 1).add_table(rows=0, cols=2)
    for label, count in zip(LABELS, block.counts, strict=True):
        cells = inner.add_row().cells
        cells[0].text, cells[1].text = label, count
    for ref, action, rows in block.actions:
        document.add_heading(f"{ref} {action}" if ref != "Ref:" else action, 3)
        sheet = Sheet(document, 6)
        sheet.row(*((1, text) for text in ("Lead", *HEADINGS)))
        for cells in rows:
            sheet.row(*((1, text) for text in ("JA", *cells)))


SHAPES: dict[str, Callable[[Any, Block], None]] = {
    "one table": one_table,
    "several tables": several_tables,
    "headings": heading_per_outcome,
}


def handmade_report(shape: str, blocks: Iterable[Block] = BLOCKS, *, heading: str = "Cleaner Streets Group") -> bytes:
    """Return a whole handmade report in one of the shapes."""
    document = docx.Document()
    document.core_properties.title = ""
    document.add_paragraph("How our sub-groups are doing")
    document.add_paragraph(heading)
    for block in blocks:
        SHAPES[shape](document, block)
        document.add_paragraph("")
    return document_bytes(document)


def document_bytes(document: Any) -> bytes:
    """Return the document as the bytes of a .docx file."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def document_from_xml(body: str, *, numbering: str = "", styles: str = "", glossary: str = "") -> bytes:
    """Return a document whose body, lists, further styles and stored prompts are these pieces of WordprocessingML."""
    document = docx.Document()
    document.core_properties.title = ""
    body_element = document.element.body
    new_body = parse_xml(f"<w:body {nsdecls('w', 'r', 'wp', 'a')} {_XML_NAMESPACES}>{body}</w:body>")
    section_properties = body_element[-1]
    del body_element[:]
    body_element.extend([*new_body, section_properties])
    if numbering:
        part = document.part.numbering_part.element
        del part[:]
        part.extend(list(parse_xml(f"<w:numbering {nsdecls('w')}>{numbering}</w:numbering>")))
    document.styles.element.extend(list(parse_xml(f"<w:styles {nsdecls('w')}>{styles}</w:styles>")))
    if glossary:
        content = f"<w:glossaryDocument {nsdecls('w')}><w:docParts>{glossary}</w:docParts></w:glossaryDocument>"
        content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.glossary+xml"
        part = Part(PackURI("/word/glossary/document.xml"), content_type, content.encode(), document.part.package)
        document.part.relate_to(part, f"{RELATIONSHIPS}/glossaryDocument")
    return document_bytes(document)


RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: Namespaces that python-docx has no short names for.
_XML_NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)


def paragraph(*pieces: str, layout: str = "") -> str:
    """Return the markup of a paragraph of some runs (or other markup); plain words become a run."""
    runs = "".join(piece if piece.startswith("<") else run(piece) for piece in pieces)
    return f"<w:p><w:pPr>{layout}</w:pPr>{runs}</w:p>"


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def control(content: str, properties: str = "") -> str:
    """Return the markup of a content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def field(instruction: str, result: str) -> str:
    """Return the runs of a field; the instruction and the result may be markup."""
    instruction_runs = instruction if instruction.startswith("<") else instruction_run(instruction)
    result_runs = result if result.startswith("<") else run(result)
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{marks[0]}{instruction_runs}{marks[1]}{result_runs}{marks[2]}"


def instruction_run(instruction: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'


def table(*rows: Sequence[str]) -> str:
    """Return the markup of a table of these rows; a cell that is not markup of a paragraph becomes one paragraph."""
    width = max(map(len, rows))
    grid = "".join("<w:gridCol/>" for _ in range(width))
    lines = "".join(f"<w:tr>{''.join(map(cell, cells))}</w:tr>" for cells in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def cell(content: str, properties: str = "") -> str:
    """Return the markup of a cell; content that is a cell's markup already is unchanged."""
    if content.startswith(("<w:tc>", "<w:sdt>")):
        return content
    paragraphs = content if content.startswith("<w:p") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraphs}</w:tc>"


def task_report(*rows: Sequence[str], head: Sequence[str] = HEADINGS, before: str = "") -> str:
    """Return the markup of a report with one outcome and these task rows."""
    block = paragraph("Outcome: 1.1: Title") + paragraph("Thematic Sub-group: Parks")
    return f"{before}{block}{table(head, *rows)}"


def save_report(folder: Path, content: bytes, name: str = "report.docx") -> Path:
    """Save a document into a folder."""
    path = folder / name
    path.write_bytes(content)
    return path
