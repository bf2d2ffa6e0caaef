"""No word that is printed in a Word document is lost: each is in the plan, or in what convert and verify say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.word_reports import (
    HEADINGS,
    cell,
    control,
    document_from_xml,
    field,
    instruction_run,
    paragraph,
    run,
    table,
)
from ragsheets.plan_files import docx as plans_docx
from ragsheets.report.read.reader import open_report
from ragsheets.report.verify.verify import verify
from ragsheets.template.reader import read_template

MARK = 'w:id="1" w:author="A" w:date="2008-09-04T00:00:00Z"'


WORD = re.compile(r"\bword\d+x\b")


@dataclass
class Words:
    """Makes words that are in no other place of the document, and keeps those that are printed."""

    printed: list[str]
    count: int = 0

    def word(self, *, is_printed: bool = True) -> str:
        self.count += 1
        word = f"word{self.count}x"
        if is_printed:
            self.printed.append(word)
        return word


#: The kinds of markup that print one word, or none beside it.
KINDS = (
    *("plain", "soft break", "return", "tab", "page break", "no-break hyphen", "control", "answer in a prompt"),
    *("prompt", "link", "smart tag", "insertion", "deletion", "move", "alternative", "alternative in a run", "field"),
    *("nested field", "simple field", "right to left", "reading aid", "formula", "struck", "struck by style", "hidden"),
    *("new wrapper", "hidden in web pages"),
)


def markup(kind: str, words: Words) -> str:
    """Return the runs of some printed words in one kind of markup."""
    if kind in ("soft break", "return", "tab", "page break", "no-break hyphen"):
        sign = {
            "soft break": "<w:br/>",
            "return": "<w:cr/>",
            "tab": "<w:tab/>",
            "page break": '<w:br w:type="page"/>',
            "no-break hyphen": "<w:noBreakHyphen/>",
        }[kind]
        return f"<w:r><w:t>{words.word()}</w:t>{sign}<w:t>{words.word()}</w:t></w:r>"
    if kind == "nested field":
        instruction = instruction_run("IF") + field("REF x", words.word(is_printed=False))
        return field(instruction, run(f"{words.word()} ") + field("REF y", words.word()))
    if kind == "deletion":
        return f"<w:del {MARK}><w:r><w:delText>{words.word(is_printed=False)}</w:delText></w:r></w:del>"
    if kind == "move":
        moved = run(words.word(is_printed=False))
        return f"<w:moveFrom {MARK}>{moved}</w:moveFrom><w:moveTo {MARK}>{run(words.word())}</w:moveTo>"
    if kind == "reading aid":
        aid, base = run(words.word()), run(words.word())
        return f"<w:r><w:ruby><w:rt>{aid}</w:rt><w:rubyBase>{base}</w:rubyBase></w:ruby></w:r>"
    if kind == "hidden":
        return run(words.word(is_printed=False), "<w:vanish/>")
    word = words.word()
    prompt = control(run(word, '<w:rStyle w:val="PlaceholderText"/>'), "<w:showingPlcHdr/>")
    return {
        "plain": run(word),
        "control": control(run(word)),
        "answer in a prompt": control(run(word), "<w:showingPlcHdr/>"),
        "prompt": prompt,
        "link": f'<w:hyperlink r:id="rId1">{run(word)}</w:hyperlink>',
        "smart tag": f'<w:smartTag w:element="place">{run(word)}</w:smartTag>',
        "insertion": f"<w:ins {MARK}>{run(word)}</w:ins>",
        "alternative": (
            f'<mc:AlternateContent><mc:Choice Requires="w14">{run(word)}</mc:Choice>'
            f"<mc:Fallback>{run(word)}</mc:Fallback></mc:AlternateContent>"
        ),
        "alternative in a run": (
            f'<w:r><mc:AlternateContent><mc:Choice Requires="w14"><w:t>{word}</w:t></mc:Choice>'
            f"<mc:Fallback><w:t>{word}</w:t></mc:Fallback></mc:AlternateContent></w:r>"
        ),
        "field": field("REF x", word),
        "simple field": f'<w:fldSimple w:instr="REF x">{run(word)}</w:fldSimple>',
        "right to left": f'<w:bdo w:val="rtl">{run(word, "<w:rtl/>")}</w:bdo>',
        "formula": f"<m:oMath><m:r><m:t>{word}</m:t></m:r></m:oMath>",
        "struck": run(word, "<w:strike/>"),
        "struck by style": run(word, '<w:rStyle w:val="Old"/>'),
        "new wrapper": f"<w:somethingNew>{run(word)}</w:somethingNew>",
        "hidden in web pages": run(word, "<w:webHidden/>"),
    }[kind]


STYLES = (
    '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/></w:style>'
    '<w:style w:type="character" w:styleId="Old"><w:name w:val="Old"/><w:rPr><w:strike/></w:rPr></w:style>'
)
KIND = st.sampled_from(KINDS)
PARAGRAPH_ENDS = ("", f"<w:del {MARK}/>", "<w:vanish/>", "<w:vanish/><w:specVanish/>")
WRAPPINGS = ("none", "control", "insertion", "new wrapper")


def wrapped(content: str, wrapping: str) -> str:
    if wrapping == "control":
        return control(content)
    if wrapping == "insertion":
        return f"<w:ins {MARK}>{content}</w:ins>"
    return f"<w:somethingNew>{content}</w:somethingNew>" if wrapping == "new wrapper" else content


@st.composite
def paragraphs(draw: st.DrawFn, words: Words) -> str:
    """Generate some paragraphs of printed words."""
    count = draw(st.integers(1, 3))
    content = ""
    for number in range(count):
        end = draw(st.sampled_from(PARAGRAPH_ENDS)) if number + 1 < count else ""
        pieces = [run(words.word()), *(run(" ") + markup(draw(KIND), words) for _ in range(draw(st.integers(0, 2))))]
        content += wrapped(
            paragraph(*pieces, run(" "), layout=f"<w:rPr>{end}</w:rPr>"), draw(st.sampled_from(WRAPPINGS))
        )
    return content


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Generate a report typed by hand, with the words that are printed in it."""
    words = Words([])
    rows: list[list[str]] = []
    is_merged = False
    for number in range(draw(st.integers(1, 3))):
        task, target = draw(paragraphs(words)), draw(paragraphs(words))
        if draw(st.booleans()):
            target += table((words.word(), words.word())) + paragraph("")
        continues = is_merged and draw(st.booleans())
        if continues:
            words.printed = [word for word in words.printed if word not in target]
            target = paragraph("")
        merge = "<w:vMerge/>" if continues else '<w:vMerge w:val="restart"/>'
        is_merged = True
        target_cell = f"<w:tc><w:tcPr>{merge}</w:tcPr>{target}</w:tc>"
        row_cells = [f"<w:tc>{task}</w:tc>", target_cell, "", "GREEN", ""]
        rows.append([wrapped(cell(c), draw(st.sampled_from(WRAPPINGS))) if number == 0 and c else c for c in row_cells])
    header = paragraph(run(f"Outcome: 1.1: {words.word()} "), markup("plain", words))
    header += paragraph("Thematic Sub-group: Parks")
    before = paragraph(run(words.word())) + table((words.word(),)) if draw(st.booleans()) else ""
    after = paragraph(run(words.word())) if draw(st.booleans()) else ""
    rows = [[c if c.startswith("<w:") else cell(c) for c in row] for row in rows]
    grid = "".join("<w:gridCol/>" for _ in HEADINGS)
    lines = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in ([*map(cell, HEADINGS)], *rows))
    return f"{before}{header}<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>{after}", words.printed


def _texts(part: Any) -> str:
    """Return every text in a plan or in some cells."""
    if isinstance(part, dict):
        return " ".join(map(_texts, part.values()))
    return " ".join(map(_texts, part)) if isinstance(part, (list, tuple)) else str(part)


@pytest.mark.slow
@settings(deadline=None)
@given(document=documents())
def test_no_printed_word_is_lost(document: tuple[str, list[str]]) -> None:
    body, printed_words = document
    content = document_from_xml(body, styles=STYLES)
    docx_plan = plans_docx.parse(content, "report.docx", [Path()])
    plan_text = " ".join([_texts(docx_plan.plan.model_dump()), *map(str, docx_plan.warnings)])
    # A sentence quotes a few of the texts of its kind, and says how many more there are.
    assert not (set(printed_words) - set(WORD.findall(plan_text))) or " more." in plan_text
    template = read_template("standard")
    report = open_report(content, "report.docx").read(template)
    verification = verify("report.docx", report, template)
    cells = [_texts(dict(row.cells)) for _, outcome in report.outcomes for row in outcome.rows]
    texts = [text for _, outcome in report.outcomes for text in (outcome.heading, *outcome.unrecognised_texts)]
    verify_text = " ".join([*cells, *texts, *report.unrecognised_texts, report.title, *verification.notes])
    assert not (set(printed_words) - set(WORD.findall(verify_text))) or " more." in verify_text
