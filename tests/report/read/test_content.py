"""The text that is printed in a paragraph or a cell, whatever markup makes it, and what is left out of it."""

from __future__ import annotations

import pytest

from helpers.word_reports import cell, control, document_from_xml, field, instruction_run, paragraph, run, table
from ragsheets.report.read.blocks import Paragraph, WordContent, WordTable
from ragsheets.report.read.content import read_word_content
from ragsheets.report.read.left_out import NOTHING_LEFT_OUT, LeftOutTexts
from ragsheets.report.read.package import open_word

MARK = 'w:id="1" w:author="A" w:date="2008-09-04T00:00:00Z"'
HIDDEN, STRUCK = "<w:vanish/>", "<w:strike/>"


def read_content(body: str, *, styles: str = "", glossary: str = "") -> WordContent:
    return read_word_content(open_word(document_from_xml(body, styles=styles, glossary=glossary)))


def texts_of(content: WordContent) -> list[str]:
    return [block.text for block in content.blocks if isinstance(block, Paragraph)]


def rows_of(content: WordContent) -> list[list[str]]:
    return [
        [cell.text for cell in row.cells]
        for block in content.blocks
        if isinstance(block, WordTable)
        for row in block.rows
    ]


def style(name: str, look: str, kind: str = "character", based_on: str = "") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{base}<w:rPr>{look}</w:rPr></w:style>'


def styled(text: str, name: str, look: str = "") -> str:
    return run(text, f'<w:rStyle w:val="{name}"/>{look}')


def in_style(name: str, end: str = "") -> str:
    return f'<w:pStyle w:val="{name}"/><w:rPr>{end}</w:rPr>'


# ------------------------------------------------------------------------------------------------ printed text

PRINTED = {
    "a field": (field("REF target", "ten trees"), "ten trees"),
    "a field without a result": (f"{field('TC', '<w:r/>')}{run('ten')}", "ten"),
    "a field in a result": (field("IF", run("ten ") + field("REF x", "trees")), "ten trees"),
    "a field in an instruction": (field(instruction_run("IF") + field("REF x", "no") + run("no"), "ten"), "ten"),
    "a field that is not closed": (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{instruction_run("DATE")}{run("ten")}',
        "ten",
    ),
    "a field that was deleted": (
        (
            f'<w:del {MARK}><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:del>{run("ten")}'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "ten",
    ),
    "a simple field": (f'<w:fldSimple w:instr="DATE">{run("5th March")}</w:fldSimple>', "5th March"),
    "a link": (f'<w:hyperlink r:id="rId1">{run("ten trees")}</w:hyperlink>', "ten trees"),
    "a check box": (
        (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox>'
            f'</w:ffData></w:fldChar></w:r>{instruction_run("FORMCHECKBOX")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "☒",
    ),
    "a drop-down list with its result": (
        (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:listEntry w:val="RED"/></w:ddList></w:ffData>'
            '</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            f'{run("RED")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "RED",
    ),
    "a content control": (control(run("ten"), "<w14:checkbox/>") + run(" trees"), "ten trees"),
    "controls inside each other": (control(control(run("ten"))), "ten"),
    "a smart tag": (f'<w:smartTag w:element="place">{run("ten")}</w:smartTag>', "ten"),
    "an unknown wrapper": (f"<w:somethingNew>{run('ten')}</w:somethingNew>", "ten"),
    "right-to-left text": (f'<w:bdo w:val="rtl">{run("עשר", "<w:rtl/>")}</w:bdo>', "עשר"),
    "text of a direction": (f'<w:dir w:val="rtl">{run("ten")}</w:dir>', "ten"),
    "an insertion": (f"<w:ins {MARK}>{run('ten')}</w:ins>", "ten"),
    "a deletion in an insertion": (
        f"<w:ins {MARK}>{run('ten')}<w:del {MARK}><w:r><w:delText>two</w:delText></w:r></w:del></w:ins>",
        "ten",
    ),
    "moved text": (f"<w:moveFrom {MARK}>{run('no')}</w:moveFrom><w:moveTo {MARK}>{run('ten')}</w:moveTo>", "ten"),
    "a hyphen that does not break": ("<w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>being</w:t></w:r>", "well-being"),
    "a soft hyphen": ("<w:r><w:t>co</w:t><w:softHyphen/><w:t>hesion</w:t></w:r>", "cohesion"),
    "a line end in the markup": ("<w:r><w:t>ten\n   trees</w:t></w:r>", "ten trees"),
    "a sign": ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t> 10</w:t></w:r>', "≥ 10"),
    "a tick": ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "✓"),
    "text in a font of signs": (run("\uf0ae 10", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'), "→ 10"),
    "a sign of another font": ('<w:r><w:sym w:font="Arial" w:char="00E9"/></w:r>', "é"),
    "a reading aid": (
        f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('とうきょう')}</w:rt><w:rubyBase>{run('東京')}</w:rubyBase></w:ruby></w:r>",
        "東京 (とうきょう)",
    ),
    "a formula": (
        (
            "<m:oMathPara><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
            "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>3</m:t></m:r></m:sup></m:sSup></m:oMath></m:oMathPara>"
        ),
        "1/2x^3",
    ),
    "an alternative": (
        (
            f'<mc:AlternateContent><mc:Choice Requires="w14">{run("ten")}</mc:Choice>'
            f"<mc:Fallback>{run('two')}</mc:Fallback></mc:AlternateContent>"
        ),
        "ten",
    ),
    "an alternative in a run": (
        (
            '<w:r><mc:AlternateContent><mc:Choice Requires="w14"><w:t>ten</w:t></mc:Choice>'
            "<mc:Fallback><w:t>two</w:t></mc:Fallback></mc:AlternateContent></w:r>"
        ),
        "ten",
    ),
    "an alternative that no program knows": (
        (
            f'<mc:AlternateContent xmlns:x="urn:x"><mc:Choice Requires="x">{run("two")}</mc:Choice>'
            f"<mc:Fallback>{run('ten')}</mc:Fallback></mc:AlternateContent>"
        ),
        "ten",
    ),
    "text hidden in web pages only": (run("ten", "<w:webHidden/>"), "ten"),
    "text that is not hidden": (run("ten", '<w:vanish w:val="0"/><w:strike w:val="false"/>'), "ten"),
}


@pytest.mark.parametrize("name", PRINTED)
def test_text_is_read_as_it_is_printed(name: str) -> None:
    markup, printed = PRINTED[name]
    content = read_content(paragraph(markup))
    assert texts_of(content) == [printed]
    assert content.left_out == NOTHING_LEFT_OUT


def test_a_field_over_several_paragraphs_is_its_result() -> None:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    body = paragraph(begin, instruction_run("TOC"), separate, run("one")) + paragraph("two", end) + paragraph("three")
    assert texts_of(read_content(body)) == ["one", "two", "three"]


@pytest.mark.parametrize("wrap", [control, "<w:customXml>{}</w:customXml>".format, "<w:ins>{}</w:ins>".format])
def test_paragraphs_rows_and_cells_in_wrappers_are_read(wrap: type) -> None:
    rows = table(("<w:tc><w:p/></w:tc>", "two"))
    head, tail = rows.split("<w:tr>")[0], "</w:tbl>"
    row = f"<w:tr>{wrap(cell('ten'))}{cell('two')}</w:tr>"
    content = read_content(wrap(paragraph("one")) + head + wrap(row) + tail + paragraph(""))
    assert texts_of(content)[0] == "one"
    assert rows_of(content) == [["ten", "two"]]


def test_blocks_of_the_fallback_are_read_where_the_alternative_is_unknown() -> None:
    alternatives = (
        f'<mc:AlternateContent xmlns:x="urn:x"><mc:Choice Requires="x">{paragraph("new")}</mc:Choice>'
        f"<mc:Fallback>{paragraph('old')}</mc:Fallback></mc:AlternateContent>"
    )
    assert texts_of(read_content(alternatives)) == ["old"]


@pytest.mark.parametrize("end", [f"<w:del {MARK}/>", f"<w:moveFrom {MARK}/>", HIDDEN, f"{HIDDEN}<w:specVanish/>"])
def test_a_paragraph_without_a_printed_end_continues_in_the_next(end: str) -> None:
    body = paragraph("Outcome: ", layout=f"<w:rPr>{end}</w:rPr>") + paragraph("2.1") + table(("x",))
    assert texts_of(read_content(body)) == ["Outcome: 2.1"]


def test_a_paragraph_without_an_end_before_a_table_and_at_the_end_of_a_cell_is_read() -> None:
    joined = f"<w:rPr><w:del {MARK}/></w:rPr>"
    body = paragraph("one", layout=joined) + table((f"<w:tc>{paragraph('two', layout=joined)}</w:tc>",))
    content = read_content(body)
    assert texts_of(content) == ["one"]
    assert rows_of(content) == [["two"]]


def test_a_run_in_heading_keeps_its_level() -> None:
    layout = '<w:pStyle w:val="Heading2"/><w:rPr><w:vanish/><w:specVanish/></w:rPr>'
    (block,) = read_content(paragraph("Outcome 2.1", layout=layout) + paragraph(" People get on")).blocks
    assert isinstance(block, Paragraph)
    assert (block.text, block.level) == ("Outcome 2.1 People get on", 1)


# ------------------------------------------------------------------------------------------ hidden and struck text

STYLES = (
    style("Guidance", HIDDEN)
    + style("GuidanceBlue", "<w:color w:val='0000FF'/>", based_on="Guidance")
    + style("Shown", '<w:vanish w:val="0"/>', based_on="Guidance")
    + style("Old", STRUCK)
    + style("HiddenParagraph", HIDDEN, "paragraph")
    + style("HiddenParagraphToo", "", "paragraph", "HiddenParagraph")
    + style("OldParagraph", STRUCK, "paragraph")
    + style("DoublyStruck", "<w:dstrike/>", "paragraph")
)


@pytest.mark.parametrize(
    ("markup", "hidden", "struck"),
    [
        (paragraph("ten", run(" secret", HIDDEN)), ("secret",), ()),
        (paragraph("ten", styled(" secret", "Guidance")), ("secret",), ()),
        (paragraph("ten", styled(" secret", "GuidanceBlue")), ("secret",), ()),
        (paragraph("ten", styled("", "Guidance"), styled("", "Shown")), (), ()),
        (paragraph("ten", run(" sec", HIDDEN), styled("ret", "Guidance")), ("secret",), ()),
        (paragraph(run("secret "), layout=in_style("HiddenParagraph")) + paragraph("ten"), ("secret",), ()),
        (paragraph(run("secret "), layout=in_style("HiddenParagraphToo")) + paragraph("ten"), ("secret",), ()),
        (paragraph("ten", run(" old", STRUCK)), (), ("old",)),
        (paragraph("ten", run(" old", "<w:dstrike/>")), (), ("old",)),
        (paragraph("ten", styled(" old", "Old")), (), ("old",)),
        (paragraph(run("old"), run("ten", '<w:strike w:val="0"/>'), layout=in_style("OldParagraph")), (), ("old",)),
        (paragraph(run("old"), run("ten", '<w:dstrike w:val="0"/>'), layout=in_style("DoublyStruck")), (), ("old",)),
        # A style of a run turns off what the style of its paragraph turns on.
        (paragraph(styled("ten", "Old"), layout=in_style("OldParagraph")), (), ()),
        (paragraph(run("a ", HIDDEN), "ten", run(" b", STRUCK), run(" c", HIDDEN)), ("a", "c"), ("b",)),
    ],
)
def test_hidden_and_struck_text_is_left_out_and_listed(
    markup: str, hidden: tuple[str, ...], struck: tuple[str, ...]
) -> None:
    content = read_content(markup, styles=STYLES)
    assert [text for text in texts_of(content) if text] == ["ten"]
    assert content.left_out == LeftOutTexts(hidden=hidden, struck_through=struck)


def test_what_is_left_out_leaves_one_space() -> None:
    content = read_content(paragraph("ten ", run("tall", STRUCK), " trees"))
    assert texts_of(content) == ["ten trees"]


def test_a_hidden_row_is_left_out_and_listed() -> None:
    body = table(("one", "two"), ("three", "four")).replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>", 1)
    content = read_content(body)
    assert rows_of(content) == [["three", "four"]]
    assert content.left_out.hidden == ("one", "two")


def test_text_hidden_by_the_document_s_defaults_is_left_out() -> None:
    body = paragraph("secret", run("ten", '<w:vanish w:val="0"/>'))
    file = open_word(document_from_xml(body))
    assert file.styles is not None
    defaults = next(file.styles.iter("{*}rPrDefault"))[0]
    defaults.append(defaults.makeelement(defaults.tag.replace("rPr", "vanish"), {}))
    content = read_word_content(file)
    assert texts_of(content) == ["ten"]
    assert content.left_out.hidden == ("secret",)


# ---------------------------------------------------------------------------------------------------- prompts

PROMPT_STYLE = (
    '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/></w:style>'
    '<w:style w:type="character" w:styleId="Platzhaltertext"><w:name w:val="Placeholder Text"/></w:style>'
)
STORED_PROMPT = (
    '<w:docPart><w:docPartPr><w:name w:val="PromptOfTarget"/></w:docPartPr>'
    f"<w:docPartBody>{paragraph('Type the ', run('target'), ' here')}</w:docPartBody></w:docPart>"
)
UNFILLED = "<w:showingPlcHdr/>"
STORED = f'{UNFILLED}<w:placeholder><w:docPart w:val="PromptOfTarget"/></w:placeholder>'


@pytest.mark.parametrize(
    ("markup", "text", "left_out"),
    [
        (control(run("Type the target here"), STORED), "", NOTHING_LEFT_OUT),
        (control(run("Ten trees"), STORED), "Ten trees", LeftOutTexts(filled_prompts=("Ten trees",))),
        (
            control(styled("Ten trees", "PlaceholderText"), STORED),
            "Ten trees",
            LeftOutTexts(filled_prompts=("Ten trees",)),
        ),
        (control(run("Ten trees"), UNFILLED), "Ten trees", LeftOutTexts(filled_prompts=("Ten trees",))),
        (control(run("Click or tap here to enter text."), UNFILLED), "", NOTHING_LEFT_OUT),
        (control(styled("Say how", "PlaceholderText"), UNFILLED), "", LeftOutTexts(prompts=("Say how",))),
        (control(styled("Say how", "Platzhaltertext"), UNFILLED), "", LeftOutTexts(prompts=("Say how",))),
        (control(styled("Ten trees", "PlaceholderText")), "Ten trees", NOTHING_LEFT_OUT),
        (control(run("Ten trees"), '<w:showingPlcHdr w:val="0"/>'), "Ten trees", NOTHING_LEFT_OUT),
        (control("", UNFILLED), "", NOTHING_LEFT_OUT),
    ],
)
@pytest.mark.parametrize("place", ["run", "paragraph", "cell"])
def test_a_prompt_is_left_out_and_an_answer_in_its_place_read(
    markup: str, text: str, left_out: LeftOutTexts, place: str
) -> None:
    head, _, content_and_tail = markup.partition("<w:sdtContent>")
    inner, _, tail = content_and_tail.partition("</w:sdtContent>")
    wrapped = {"run": inner, "paragraph": paragraph(inner or "<w:r/>"), "cell": cell(paragraph(inner or "<w:r/>"))}
    in_place = f"{head}<w:sdtContent>{wrapped[place]}</w:sdtContent>{tail}"
    cells = {"run": cell(paragraph(in_place)), "paragraph": f"<w:tc>{in_place}</w:tc>", "cell": in_place}
    content = read_content(
        table((cells[place], cell("after"))) + paragraph(""), styles=PROMPT_STYLE, glossary=STORED_PROMPT
    )
    assert rows_of(content) == [[text, "after"]]
    assert content.left_out == left_out


# ---------------------------------------------------------------------------------------------- merged cells


def test_a_cell_merged_with_the_one_above_shows_its_text() -> None:
    start, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    (block,) = read_content(table((cell("one", start), "a"), (cell("", more), "b"), (cell("", more), "c"))).blocks[:1]
    assert isinstance(block, WordTable)
    assert [row.cells[0].shown.text for row in block.rows] == ["one", "one", "one"]
    assert [row.cells[0].text for row in block.rows] == ["one", "", ""]


def test_words_in_a_covered_cell_are_listed_as_hidden() -> None:
    rows = ((cell("one", '<w:vMerge w:val="restart"/>'), "a"), (cell("under it", "<w:vMerge/>"), "b"))
    content = read_content(table(*rows))
    assert rows_of(content) == [["one", "a"], ["", "b"]]
    assert content.left_out.hidden == ("under it",)


def test_a_cell_that_continues_no_merged_cell_is_read() -> None:
    content = read_content(table(("one", "a"), (cell("two", "<w:vMerge/>"), "b")))
    assert rows_of(content) == [["one", "a"], ["two", "b"]]


def test_cells_merged_in_the_old_way_are_one() -> None:
    content = read_content(table((cell("one", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>"), cell("two"))))
    assert rows_of(content) == [["one", "two"]]
