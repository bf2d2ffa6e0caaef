"""The labels and bullets that Word prints before the items of its lists."""

from __future__ import annotations

import pytest

from helpers.word_reports import cell, document_from_xml, paragraph, run, table
from ragsheets.report.read.blocks import Block, Paragraph, WordTable
from ragsheets.report.read.content import read_word_content
from ragsheets.report.read.number_formats import format_number
from ragsheets.report.read.package import open_word


def level(index: int = 0, number_format: str = "decimal", text: str = "%1.", more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def definition(*levels: str, number: int = 0, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{more}{"".join(levels)}</w:abstractNum>'


def word_list(number: int = 1, of: int = 0, overrides: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def override(index: int, content: str) -> str:
    return f'<w:lvlOverride w:ilvl="{index}">{content}</w:lvlOverride>'


def item(text: str = "x", index: int | None = 0, number: int | None = 1, style: str = "", more: str = "") -> str:
    list_level = f'<w:ilvl w:val="{index}"/>' if index is not None else ""
    list_number = f'<w:numId w:val="{number}"/>' if number is not None else ""
    properties = f"<w:numPr>{list_level}{list_number}</w:numPr>" if list_level or list_number else ""
    style_name = f'<w:pStyle w:val="{style}"/>' if style else ""
    return paragraph(text, layout=f"{style_name}{properties}{more}")


def style(name: str, properties: str, kind: str = "paragraph", based_on: str = "") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{base}'
        f"<w:pPr><w:numPr>{properties}</w:numPr></w:pPr></w:style>"
    )


def marked(body: str, numbering: str, styles: str = "") -> list[str]:
    """Return the printed marks of the paragraphs of a document whose texts are all "x"."""
    content = read_word_content(open_word(document_from_xml(body, numbering=numbering, styles=styles)))
    return [text.removesuffix("x").strip() for text in _marked_texts(content.blocks)]


def _marked_texts(blocks: tuple[Block, ...]) -> list[str]:
    texts = []
    for block in blocks:
        if isinstance(block, Paragraph):
            texts.append(block.marked_text)
        elif isinstance(block, WordTable):
            texts += [text for row in block.rows for word_cell in row.cells for text in _marked_texts(word_cell.blocks)]
    return texts


LETTERS = level(0, "lowerLetter", "%1)")
LEGAL = (level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
LETTER_STYLE = style("Letters", '<w:numId w:val="9"/>', "numbering")
THREE_LEVELS = (level(0), level(1, text="%1.%2"), level(2, "lowerLetter", "%1.%2%3"))


@pytest.mark.parametrize(
    ("items", "numbering", "styles", "marks"),
    [
        # A list style, which a list refers to.
        (
            item() * 2,
            definition(LETTERS, number=5, more='<w:styleLink w:val="Letters"/>')
            + definition(number=6, more='<w:numStyleLink w:val="Letters"/>')
            + word_list(9, 5)
            + word_list(1, 6),
            LETTER_STYLE,
            ["a)", "b)"],
        ),
        # A list style that names no list itself.
        (
            item() * 2,
            definition(LETTERS, number=5, more='<w:styleLink w:val="Letters"/>')
            + definition(number=6, more='<w:numStyleLink w:val="Letters"/>')
            + word_list(1, 6),
            "",
            ["a)", "b)"],
        ),
        # A list style that refers to itself.
        (
            item(),
            definition(number=6, more='<w:numStyleLink w:val="Letters"/>') + word_list(9, 6) + word_list(1, 6),
            LETTER_STYLE,
            [""],
        ),
        # Overrides of a list: another format, another start.
        (item() * 2, definition(level()) + word_list(overrides=override(0, LETTERS)), "", ["a)", "b)"]),
        (
            item() + item(number=2) + item(),
            definition(LETTERS) + word_list() + word_list(2, overrides=override(0, '<w:startOverride w:val="5"/>')),
            "",
            ["a)", "e)", "f)"],
        ),
        (
            item() + item(index=1) + item() + item(index=1),
            definition(*THREE_LEVELS) + word_list(overrides=override(1, '<w:startOverride w:val="4"/>')),
            "",
            ["1.", "1.4", "2.", "2.4"],
        ),
        (
            item() * 2,
            definition(level()) + word_list(overrides=override(0, LETTERS + '<w:startOverride w:val="3"/>')),
            "",
            ["c)", "d)"],
        ),
        # Two lists of one definition continue each other.
        (item() + item(number=2), definition(LETTERS) + word_list() + word_list(2), "", ["a)", "b)"]),
        # Levels.
        (
            item() + item(index=1) + item(index=1) + item(index=2) + item() + item(index=1),
            definition(*THREE_LEVELS) + word_list(),
            "",
            ["1.", "1.1", "1.2", "1.2a", "2.", "2.1"],
        ),
        (
            item() + item(index=1) + item() + item(index=1),
            definition(level(0), level(1, text="%2", more='<w:lvlRestart w:val="0"/>')) + word_list(),
            "",
            ["1.", "1", "2.", "2"],
        ),
        (
            item() + item(index=1) + item(index=2) + item(index=1) + item(index=2) + item() + item(index=2),
            definition(level(0), level(1, text="%2"), level(2, text="%3", more='<w:lvlRestart w:val="1"/>'))
            + word_list(),
            "",
            ["1.", "1", "1", "2", "2", "2.", "1"],
        ),
        (item() + item(index=1), definition(*LEGAL) + word_list(), "", ["I.", "1.1"]),
        (item(index=1), definition(*THREE_LEVELS) + word_list(), "", ["1.1"]),
        # Lists named by styles.
        (item(index=None, number=None, style="Step") * 2, definition(LETTERS) + word_list(), "STEP", ["a)", "b)"]),
        (item(index=None, number=None, style="Sub") * 2, definition(LETTERS) + word_list(), "STEP", ["a)", "b)"]),
        (
            item(index=None, number=None, style="Step") + item(index=None, number=None, style="Deeper"),
            definition(*THREE_LEVELS) + word_list(),
            "STEP",
            ["1.", "1.1"],
        ),
        (
            item(index=None, number=None, style="Step"),
            definition(level(0), level(1, text="%2)", more='<w:pStyle w:val="Step"/>')) + word_list(),
            "STEP",
            ["1)"],
        ),
        (
            item(index=1, number=None, style="Step"),
            definition(*THREE_LEVELS) + word_list(),
            "STEP",
            ["1.1"],
        ),
        (item(index=None, number=0, style="Step"), definition(LETTERS) + word_list(), "STEP", [""]),
        # What is printed of an item.
        (item() + item("") + item(), definition(LETTERS) + word_list(), "", ["a)", "", "c)"]),
        (
            item() + paragraph(run("x", "<w:vanish/>"), layout="<w:numPr><w:numId w:val='1'/></w:numPr>") + item(),
            definition(LETTERS) + word_list(),
            "",
            ["a)", "", "c)"],
        ),
        (
            item()
            + paragraph(
                run("x", "<w:vanish/>"), layout="<w:numPr><w:numId w:val='1'/></w:numPr><w:rPr><w:vanish/></w:rPr>"
            )
            + item(),
            definition(LETTERS) + word_list(),
            "",
            ["a)", "b)"],
        ),
        (item(), definition(level(more="<w:rPr><w:vanish/></w:rPr>")) + word_list(), "", [""]),
        (item(), definition(level(number_format="bullet", text="\uf0b7")) + word_list(), "", ["*"]),
        (item(), definition(level(number_format="bullet", text="o")) + word_list(), "", ["*"]),
        (item(), definition(level(number_format="bullet", text="")) + word_list(), "", [""]),
        (item(), definition(level(number_format="bullet", text="Task")) + word_list(), "", ["Task"]),
        (item(), definition(level(number_format="none", text="Task:")) + word_list(), "", ["Task:"]),
        (item(), definition(level(number_format="none", text="%1")) + word_list(), "", [""]),
        (item(), definition(level(text="Task %1:")) + word_list(), "", ["Task 1:"]),
        (
            item(),
            definition(
                level(
                    more="<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
                    "<mc:Choice Requires='w14'><w:numFmt w:val='custom' w:format='001, 002, 003, ...'/></mc:Choice>"
                    "<mc:Fallback><w:numFmt w:val='decimal'/></mc:Fallback></mc:AlternateContent>"
                ).replace('<w:numFmt w:val="decimal"/>', "")
            )
            + word_list(),
            "",
            ["001."],
        ),
        (item(number=7), definition(LETTERS) + word_list(), "", [""]),
    ],
)
def test_the_marks_of_a_list_are_read_as_printed(items: str, numbering: str, styles: str, marks: list[str]) -> None:
    step_styles = (
        style("Step", '<w:numId w:val="1"/>')
        + style("Sub", "", based_on="Step").replace("<w:pPr><w:numPr></w:numPr></w:pPr>", "")
        + style("Deeper", '<w:ilvl w:val="1"/>', based_on="Step")
    )
    assert marked(items, numbering, step_styles if styles == "STEP" else styles) == marks


def test_items_in_covered_cells_are_not_counted() -> None:
    rows = (
        (cell(item(), '<w:vMerge w:val="restart"/>'),),
        (cell(item(""), "<w:vMerge/>"),),
        (cell(item()),),
    )
    assert marked(table(*rows), definition(LETTERS) + word_list()) == ["a)", "b)"]


@pytest.mark.parametrize(
    ("number", "number_format", "printed"),
    [
        (27, "lowerLetter", "aa"),
        (28, "upperLetter", "BB"),
        (14, "lowerRoman", "xiv"),
        (4, "upperRoman", "IV"),
        (7, "decimalZero", "07"),
        (12, "decimalZero", "12"),
        (5, "0001", "0005"),
        (1, "ordinal", "1st"),
        (12, "ordinal", "12th"),
        (22, "ordinal", "22nd"),
        (3, "cardinalText", "Three"),
        (42, "cardinalText", "Forty-two"),
        (2, "ordinalText", "Second"),
        (20, "ordinalText", "Twentieth"),
        (35, "ordinalText", "Thirty-fifth"),
        (100, "ordinalText", "100"),
        (3, "numberInDash", "- 3 -"),
        (2, "decimalEnclosedCircle", "②"),
        (3, "decimalEnclosedParen", "⑶"),
        (21, "decimalEnclosedCircle", "21"),
        (255, "hex", "FF"),
        (6, "chicago", "††"),
        (5, "none", ""),
        (5, "arabicAlpha", "5"),
        (0, "lowerLetter", "0"),
    ],
)
def test_a_number_is_printed_in_its_format(number: int, number_format: str, printed: str) -> None:
    assert format_number(number, number_format) == printed
