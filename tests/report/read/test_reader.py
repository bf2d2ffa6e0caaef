"""Reading reports: those that ragsheets wrote and those made by hand, with later changes."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import office, word_reports
from helpers.word_reports import (
    BLOCKS,
    EXPECTED,
    SHAPES,
    cell,
    document_from_xml,
    handmade_report,
    paragraph,
    run,
    table,
    task_report,
)
from ragsheets.errors import ReportError
from ragsheets.project import demo
from ragsheets.report.read.left_out import NOTHING_LEFT_OUT, LeftOutTexts
from ragsheets.report.read.model import ReadOutcome, ReadReport, StatedCount
from ragsheets.report.read.reader import default_templates, open_report, open_report_file
from ragsheets.template.model import Template
from ragsheets.template.reader import read_template

DATE = datetime.date(2008, 9, 4)
ROW = ("a) Plant trees", "Ten", "Nine", "GREEN", "One more")


def read(content: bytes, template: Template | None = None) -> ReadReport:
    document = open_report(content, "report.docx")
    return document.read(template) if template else document.read_best(default_templates())[0]


def read_markup(body: str, numbering: str = "") -> ReadReport:
    return read(document_from_xml(body, numbering=numbering))


def tasks_of(outcome: ReadOutcome) -> list[tuple[str, str, str, str | None]]:
    return [(action.ref, action.title, row.task, row.status) for action in outcome.actions for row in action.rows]


def outcomes_of(report: ReadReport) -> list[tuple[str, str, list[tuple[str, str, str, str | None]]]]:
    return [(outcome.ref, outcome.title, tasks_of(outcome)) for _, outcome in report.outcomes]


def cells_of(report: ReadReport) -> list[dict[str, str]]:
    return [dict(row.cells) for _, outcome in report.outcomes for row in outcome.rows]


@pytest.fixture(scope="module")
def demo_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the shipped example."""
    return demo.run_demo(tmp_path_factory.mktemp("demo") / "project").report


class TestRagsheetsReport:
    @pytest.mark.slow
    def test_title_and_subtitles_are_read(self, demo_report: Path) -> None:
        report = read(demo_report.read_bytes())
        assert (report.title, report.title_from) == ("Thematic Sub-Group Performance Reporting", "title")
        assert report.subtitles == ("Gloucester Partnership · 4th September 2008",)
        assert report.by_ragsheets
        assert report.date == DATE

    def test_its_sections_outcomes_and_rows_are_read(self, demo_report: Path) -> None:
        report = read(demo_report.read_bytes())
        assert [section.name for section in report.sections] == [
            "Stronger Communities",
            "Healthy City Partnership",
            "Children and Young People Group",
        ]
        assert [outcome.ref for _, outcome in report.outcomes] == ["2.1", "2.2", "3.1", "4.1", "5.1", "5.2"]
        third_outcome = report.sections[1].outcomes[0]
        assert [(action.ref, len(action.rows)) for action in third_outcome.actions] == [("4.1.1", 2), ("4.1.2", 2)]
        assert third_outcome.detail("contact") == "Martin Ashworth"
        assert [row.status for row in third_outcome.rows] == ["GREEN", None, "GREEN", "AMBER"]
        assert [row.number for row in third_outcome.rows] == [1, 2, 1, 2]
        first_row = next(report.sections[0].outcomes[0].rows)
        assert first_row.cells["planned"] == "Fix the training dates and let members know."

    def test_its_counts_are_read(self, demo_report: Path) -> None:
        report = read(demo_report.read_bytes())
        assert [(row.name, [count.number for count in row.counts]) for row in report.count_rows][-1] == (
            "All sub-groups",
            [8, 6, 5, 1, 20],
        )
        stated_counts = report.sections[1].outcomes[0].stated_counts
        assert [(count.count_line, count.number) for count in stated_counts] == [
            ("GREEN", 2),
            ("AMBER", 1),
            ("RED", 0),
            ("not_reported", 1),
            ("total", 4),
        ]

    @pytest.mark.parametrize("line_end", ["\n", "\r"])
    def test_header_lines_put_into_one_cell_are_read(self, demo_report: Path, line_end: str) -> None:
        document = docx.Document(str(demo_report))
        details = next(table for table in document.tables if table.cell(1, 0).text.startswith("Date:"))
        cells = [row.cells[0] for row in details.rows[1:4]]
        cells[0].text = line_end.join(word_cell.text for word_cell in cells)
        for word_cell in cells[1:]:
            word_cell.text = ""
        edited = read(word_reports.document_bytes(document)).sections[0].outcomes[0]
        assert edited.details == read(demo_report.read_bytes()).sections[0].outcomes[0].details

    def test_nothing_is_unrecognised(self, demo_report: Path) -> None:
        report = read(demo_report.read_bytes())
        assert [outcome.unrecognised_texts for _, outcome in report.outcomes] == [()] * 6
        assert not report.foreign_content
        assert report.left_out == NOTHING_LEFT_OUT

    @pytest.mark.slow
    @pytest.mark.parametrize("suffix", ["odt", "doc", "docx"])
    def test_it_reads_the_same_after_another_program_saved_it(
        self, demo_report: Path, tmp_path: Path, suffix: str
    ) -> None:
        (tmp_path / "back").mkdir()
        converted_report = office.convert(demo_report, suffix, tmp_path)
        resaved_report = (
            converted_report if suffix == "docx" else office.convert(converted_report, "docx", tmp_path / "back")
        )
        assert outcomes_of(read(resaved_report.read_bytes())) == outcomes_of(read(demo_report.read_bytes()))
        assert cells_of(read(resaved_report.read_bytes())) == cells_of(read(demo_report.read_bytes()))
        assert read(resaved_report.read_bytes()).count_rows == read(demo_report.read_bytes()).count_rows

    def test_a_sub_group_that_did_not_reply_keeps_its_remark(self) -> None:
        body = (
            paragraph("Parks", layout='<w:pStyle w:val="Heading1"/>')
            + task_report(ROW)
            + paragraph("Health", layout='<w:pStyle w:val="Heading1"/>')
            + paragraph("No update received from this sub-group.")
        )
        report = read_markup(body)
        assert [(section.name, section.remarks) for section in report.sections] == [
            ("Parks", ()),
            ("Health", ("No update received from this sub-group.",)),
        ]


class TestHandmadeReport:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_every_shape_reads_the_same(self, shape: str) -> None:
        assert outcomes_of(read(handmade_report(shape))) == EXPECTED

    @pytest.mark.parametrize("shape", SHAPES)
    def test_its_header_lines_and_counts_are_read(self, shape: str) -> None:
        report = read(handmade_report(shape))
        outcome = report.sections[0].outcomes[0]
        assert outcome.details == {"date": "4th September 2008", "group": "Cleaner Streets", "contact": "Jo Archer"}
        assert [(count.count_line, count.number) for count in outcome.stated_counts] == [
            ("GREEN", 1),
            ("AMBER", 2),
            ("RED", 0),
            ("total", 3),
        ]
        assert report.date == DATE
        assert [section.group for section in report.sections] == ["Cleaner Streets"]

    @pytest.mark.parametrize("shape", SHAPES)
    def test_every_cell_is_read(self, shape: str) -> None:
        typed_cells = [
            [" ".join(text.split(" ")).strip() for text in cells]
            for block in BLOCKS
            for _, _, rows in block.actions
            for cells in rows
        ]
        assert [list(cells.values()) for cells in cells_of(read(handmade_report(shape)))] == typed_cells

    @pytest.mark.slow
    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize("suffix", ["doc", "odt"])
    def test_it_reads_the_same_after_libreoffice_saved_it(self, shape: str, suffix: str, tmp_path: Path) -> None:
        (tmp_path / "back").mkdir()
        path = word_reports.save_report(tmp_path, handmade_report(shape))
        resaved_report = office.convert(office.convert(path, suffix, tmp_path), "docx", tmp_path / "back")
        assert outcomes_of(read(resaved_report.read_bytes())) == EXPECTED
        assert cells_of(read(resaved_report.read_bytes())) == cells_of(read(path.read_bytes()))

    @pytest.mark.parametrize("shape", SHAPES)
    @pytest.mark.parametrize(
        "line", ["Contact: me", "Date: 5th May 2001", "Thematic Sub-group: Parks", "Outcome: 9.1: Old", "Total: 4"]
    )
    def test_a_line_like_those_of_the_layout_is_none_before_the_first_outcome_and_after_the_last(
        self, shape: str, line: str
    ) -> None:
        document = docx.Document(io.BytesIO(handmade_report(shape)))
        expected = read(handmade_report(shape))
        document.paragraphs[0].insert_paragraph_before("Our report")
        document.paragraphs[1].insert_paragraph_before(line)
        document.add_heading("Conclusions", 1)
        document.add_paragraph(line)
        report = read(word_reports.document_bytes(document))
        assert outcomes_of(report) == EXPECTED
        assert [section.group for section in report.sections] == [section.group for section in expected.sections]
        assert [outcome.details for _, outcome in report.outcomes] == [
            outcome.details for _, outcome in expected.outcomes
        ]

    def test_header_lines_above_the_outcome_s_own_line_are_its(self) -> None:
        lines = paragraph("Thematic Sub-group: Parks") + paragraph("Contact: Jo")
        report = read_markup(lines + paragraph("Outcome: 1.1: Title") + table(word_reports.HEADINGS, ROW))
        (section,) = report.sections
        assert (section.group, section.outcomes[0].details) == ("Parks", {"group": "Parks", "contact": "Jo"})

    def test_header_lines_above_an_outcome_without_content_are_those_of_the_next(self) -> None:
        lines = paragraph("Thematic Sub-group: Parks") + paragraph("Contact: Jo")
        outcomes = paragraph("Outcome: 1: All of them") + paragraph("Outcome: 1.1: Title")
        (section,) = read_markup(lines + outcomes + table(word_reports.HEADINGS, ROW)).sections
        assert (section.name, section.contact) == ("Parks", "Jo")

    def test_two_sub_groups_are_identified_by_their_header_lines(self) -> None:
        health = ("Date: 4th September 2008", "Thematic Sub-group: Health", "Contact: Al Noor")
        health_block = word_reports.Block("Outcome: 4.1: Fewer falls", BLOCKS[1].counts, BLOCKS[1].actions, health)
        report = read(handmade_report("one table", (*BLOCKS, health_block)))
        assert [(section.name, len(section.outcomes)) for section in report.sections] == [
            ("Cleaner Streets", 2),
            ("Health", 1),
        ]

    def test_the_title_is_its_first_line(self) -> None:
        report = read(handmade_report("one table"))
        assert (report.title, report.title_from, report.unrecognised_texts) == (
            "How our sub-groups are doing",
            "line",
            (),
        )

    def test_a_column_that_is_not_the_template_s_is_named(self) -> None:
        action = read(handmade_report("headings")).sections[0].outcomes[0].actions[0]
        assert action.other_columns == (("Lead", "JA", "JA", "JA"),)
        assert action.columns == ("task", "target", "position", "status", "planned")


@pytest.mark.parametrize(
    ("line", "ref", "title"),
    [
        ("Outcome: 2:1 Communities live well", "2.1", "Communities live well"),
        ("Outcome: 2.2: Communities live well", "2.2", "Communities live well"),
        ("2.2: Communities live well", "2.2", "Communities live well"),
        ("2.2 Communities live well", "2.2", "Communities live well"),
        ("Outcome 2.1 – Communities live well", "2.1", "Communities live well"),
        ("Outcome 2.1 - Communities live well", "2.1", "Communities live well"),
        ("OUTCOME:2.10:Communities live well", "2.10", "Communities live well"),
        ("Outcome 3: Communities live well", "3", "Communities live well"),
        ("Outcome: SC1: Communities live well", "SC1", "Communities live well"),
        ("Outcomes: 2.1. Communities live well", "2.1", "Communities live well"),
        ("Outcome: Communities live well", "", "Communities live well"),
        ("Outcome: 50 trees are planted", "", "50 trees are planted"),
        ("Outcome: Well-being: for all", "", "Well-being: for all"),
    ],
)
def test_an_outcome_s_line_is_read_however_it_is_written(line: str, ref: str, title: str) -> None:
    body = paragraph(line) + paragraph("Contact: Jo") + table(word_reports.HEADINGS, ROW)
    assert [(outcome[0], outcome[1]) for outcome in outcomes_of(read_markup(body))] == [(ref, title)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("GREEN", "GREEN"), (" amber ", "AMBER"), ("Red – needs action", "RED"), ("r", "RED"), ("Ambr", None), ("", None)],
)
def test_a_status_is_read_as_in_a_return(typed: str, code: str | None) -> None:
    report = read_markup(task_report((*ROW[:3], typed, ROW[4])))
    assert [row.status for _, outcome in report.outcomes for row in outcome.rows] == [code]


@pytest.mark.parametrize(
    "head",
    [
        ("Task", "Targets", "Current position", "RAG status", "Planned improvement"),
        ("TASKS", "TARGET", "POSITION", "STATUS", "Planned improvements / action needed & deadline"),
        ("Tasks", "Target", "Postion", "Status", "Action needed and deadline"),
    ],
)
def test_columns_are_recognised_by_similar_headings(head: tuple[str, ...]) -> None:
    assert cells_of(read_markup(task_report(ROW, head=head))) == [
        dict(zip(("task", "target", "position", "status", "planned"), ROW, strict=True))
    ]


def test_columns_may_be_in_another_order() -> None:
    report = read_markup(task_report(ROW[::-1], head=word_reports.HEADINGS[::-1]))
    assert cells_of(report)[0]["task"] == ROW[0]
    assert cells_of(report)[0]["planned"] == ROW[4]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4", 4),
        ("4 (40%)", 4),
        ("12\n(40%)", 12),
        ("", 0),
        ("–", 0),
        ("four", None),
        ("(40%)", None),
        ("0 (0%)", 0),
        ("4x", None),
    ],
)
def test_a_count_is_the_number_before_its_percentage(text: str, number: int | None) -> None:
    assert StatedCount("GREEN", "Green", text).number == number


MARK = 'w:id="1" w:author="A" w:date="2008-09-04T00:00:00Z"'
SDT = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
#: Markup in the position of a task, and the text that is read.
POSITIONS = {
    "tracked insertions, deletions and moved text": (
        paragraph(
            "Nine ",
            f"<w:del {MARK}><w:r><w:delText>small</w:delText></w:r></w:del>",
            f"<w:ins {MARK}>{run('tall')}</w:ins>",
            " trees",
            f"<w:moveFrom {MARK}>{run('gone')}</w:moveFrom><w:moveTo {MARK}>{run(' here')}</w:moveTo>",
        ),
        "Nine tall trees here",
    ),
    "a deleted end of a paragraph": (
        paragraph("Nine ", layout=f"<w:rPr><w:del {MARK}/></w:rPr>") + paragraph("trees"),
        "Nine trees",
    ),
    "the prompt of a control that is not filled in": (
        paragraph(SDT.format(run("Choose an item.")).replace("<w:sdtPr/>", "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>")),
        "",
    ),
    "a drop-down field": (
        paragraph(
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
            '<w:listEntry w:val="GREEN"/><w:listEntry w:val="RED"/></w:ddList></w:ffData></w:fldChar></w:r>'
            "<w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "RED",
    ),
    "line breaks, tabs and hard hyphens": (
        paragraph("<w:r><w:t>one</w:t><w:br/><w:t>two</w:t><w:tab/><w:t>x</w:t><w:noBreakHyphen/></w:r>"),
        "one\ntwo\tx-",
    ),
    **{
        line_end: (paragraph(f"<w:r><w:t>one</w:t>{line_end}<w:t>two</w:t></w:r>"), "one\ntwo")
        for line_end in ('<w:br w:type="page"/>', '<w:br w:type="column"/>', "<w:br/>", "<w:cr/>")
    },
    "a table inside the cell": (
        f"<w:tc>{table(('Ward', 'Trees'), ('North', '4'))}{paragraph('That is all.')}</w:tc>",
        "Ward | Trees\nNorth | 4\nThat is all.",
    ),
    "typed bullets": (
        "".join(paragraph(text) for text in ("• one", "·  two", "\uf0b7\tthree", "o\tfour", "- five", "off")),
        "* one\n* two\n* three\n* four\n- five\noff",
    ),
}


class TestMarkup:
    """Markup that Word leaves in edited documents."""

    @pytest.mark.parametrize("name", POSITIONS)
    def test_a_cell_is_read_as_it_is_printed(self, name: str) -> None:
        markup, text = POSITIONS[name]
        assert cells_of(read_markup(task_report((*ROW[:2], markup, *ROW[3:]))))[0]["position"] == text

    def test_a_tracked_deleted_row_is_removed_and_an_inserted_row_read(self) -> None:
        body = task_report(ROW, ("b) Two", *ROW[1:]), ("c) Three", *ROW[1:]))
        first, second, third, *rest = body.split("<w:tr>")[1:]
        body = body.split("<w:tr>")[0] + (
            f"<w:tr>{first}<w:tr>{second}<w:tr><w:trPr><w:del {MARK}/></w:trPr>{third}"
            f"<w:tr><w:trPr><w:ins {MARK}/></w:trPr>{rest[0]}"
        )
        assert [cells["task"] for cells in cells_of(read_markup(body))] == ["a) Plant trees", "c) Three"]

    def test_content_controls_are_replaced_by_their_content(self) -> None:
        paragraph_in_control, cell_in_control = paragraph(SDT.format(run("GREEN"))), SDT.format(cell("Ten"))
        report = read_markup(SDT.format(task_report((ROW[0], cell_in_control, ROW[2], paragraph_in_control, ROW[4]))))
        assert cells_of(report) == [dict(zip(("task", "target", "position", "status", "planned"), ROW, strict=True))]

    def test_a_text_box_is_listed_once_and_not_read_into_the_cell(self) -> None:
        box = f"<w:txbxContent>{paragraph('Beware of the dog')}</w:txbxContent>"
        drawing = (
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
            f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
            "</mc:Fallback></mc:AlternateContent></w:r>"
        )
        report = read_markup(task_report((paragraph(run("a) Plant trees"), drawing), *ROW[1:])))
        assert [(content.kind, content.text) for content in report.other_content] == [("text-box", "Beware of the dog")]
        assert cells_of(report)[0]["task"] == "a) Plant trees"

    def test_hidden_and_struck_text_is_left_out_and_listed(self) -> None:
        words = paragraph(run("Nine", "<w:strike/>"), run(" or eight"), run(" (secret)", "<w:vanish/>"))
        report = read_markup(task_report((*ROW[:2], words, *ROW[3:])))
        assert cells_of(report)[0]["position"] == "or eight"
        assert report.left_out == LeftOutTexts(hidden=("(secret)",), struck_through=("Nine",))

    def test_a_whole_report_laid_out_inside_a_table_is_read(self) -> None:
        body = table((f"<w:tc>{task_report(ROW)}{paragraph('')}</w:tc>",))
        assert [cells["task"] for cells in cells_of(read_markup(body))] == ["a) Plant trees"]

    def test_a_task_merged_over_two_rows_is_one_task(self) -> None:
        merge_start, merge_continuation = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
        body = task_report(
            (cell("a) Plant trees", merge_start), "Ten", "Nine", cell("GREEN", merge_start), ""),
            (cell("", merge_continuation), "and five shrubs", "Four", cell("", merge_continuation), "More"),
        )
        assert cells_of(read_markup(body)) == [
            {
                "task": "a) Plant trees",
                "target": "Ten\nand five shrubs",
                "position": "Nine\nFour",
                "status": "GREEN",
                "planned": "More",
            }
        ]

    def test_numbers_that_word_prints_are_read_as_printed(self) -> None:
        levels = (
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1)"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>'
            '<w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%3"/></w:lvl>'
        )
        numbering = (
            f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
            '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
            "</w:lvlOverride></w:num>"
        )

        def item(text: str, level: int = 0, key: int = 1) -> str:
            layout = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'
            return paragraph(text, layout=layout)

        first = item("Plant trees") + item("oaks", 1) + item("limes", 2) + item("elms", 2)
        body = task_report((first, *ROW[1:]), (item("Water"), *ROW[1:]), (item("Prune", key=2), *ROW[1:]))
        assert [cells["task"] for cells in cells_of(read_markup(body, numbering))] == [
            "a) Plant trees\n* oaks\na.iii limes\na.iv elms",
            "b) Water",
            "a) Prune",
        ]


class TestTables:
    def test_a_table_continued_without_headings_is_read(self) -> None:
        body = task_report(ROW) + paragraph("") + table(("b) Water them", *ROW[1:]))
        assert [cells["task"] for cells in cells_of(read_markup(body))] == ["a) Plant trees", "b) Water them"]

    def test_repeated_headings_are_not_a_task(self) -> None:
        assert len(cells_of(read_markup(task_report(ROW, word_reports.HEADINGS, ROW)))) == 2

    def test_a_table_under_another_heading_is_not_a_task_table(self) -> None:
        heading = paragraph("Where it came from", layout='<w:pStyle w:val="Heading1"/>')
        body = task_report(ROW) + heading + table(("Parks", "Parks.xlsx", "5th", "ab12", "none"))
        assert len(cells_of(read_markup(body))) == 1

    def test_lists_of_tasks_before_the_outcomes_are_ignored(self) -> None:
        red = table(
            ("Sub-group", "Outcome", "Tasks", "Target", "Position", "Status"), ("Parks", "1.1", *ROW[:3], "RED")
        )
        assert len(cells_of(read_markup(task_report(ROW, before=red)))) == 1

    def test_entries_of_a_table_of_contents_are_not_outcomes(self) -> None:
        link = f'<w:hyperlink w:anchor="o1">{run("Outcome: 9.9: Old")}</w:hyperlink>'
        toc = paragraph("Outcome: 9.8: Older", layout='<w:pStyle w:val="TOC1"/>')
        bare = paragraph("Outcome: 9.7: Oldest")
        report = read_markup(task_report(ROW, before=paragraph(link) + bare + toc))
        assert [outcome.ref for _, outcome in report.outcomes] == ["1.1"]

    def test_an_action_s_row_among_the_tasks_starts_an_action(self) -> None:
        wide = cell("Action: Water the trees", '<w:gridSpan w:val="5"/>')
        report = read_markup(task_report(ROW, (wide,), ("a) Buy a hose", *ROW[1:])))
        assert [task[1:3] for task in outcomes_of(report)[0][2]] == [
            ("", "a) Plant trees"),
            ("Water the trees", "a) Buy a hose"),
        ]

    def test_a_task_that_reads_like_a_header_line_is_a_task(self) -> None:
        report = read_markup(task_report(("Contact: every school", *ROW[1:]), ("2.1: Map them", *ROW[1:])))
        assert [cells["task"] for cells in cells_of(report)] == ["Contact: every school", "2.1: Map them"]

    @pytest.mark.parametrize("task", ["Contact: every school", "Date: fix one", "Thematic Sub-group: invite them"])
    def test_a_task_alone_in_its_row_is_a_task_whatever_it_says(self, task: str) -> None:
        report = read_markup(task_report(ROW, (task, "", "", "", ""), ROW))
        assert [cells["task"] for cells in cells_of(report)] == [ROW[0], task, ROW[0]]

    @pytest.mark.parametrize("answer", ["Contact: Jo", "Date: 5th May 2001", "Outcome: 2.1: X", "Total: 4", "Summary"])
    def test_an_answer_in_a_list_of_tasks_is_nothing_else_whatever_it_says(self, answer: str) -> None:
        head = ("Sub-group", "Outcome", "Tasks", "Position", "Planned improvement/action needed and deadline")
        red = table(head, ("Parks", "1.1", ROW[0], answer, answer))
        report = read_markup(task_report(ROW, before=red) + red)
        assert outcomes_of(report) == outcomes_of(read_markup(task_report(ROW)))
        assert [outcome.details for _, outcome in report.outcomes] == [{"group": "Parks"}]

    def test_text_across_the_table_is_listed_and_is_not_a_task(self) -> None:
        wide = cell("Nothing else happened.", '<w:gridSpan w:val="5"/>')
        report = read_markup(task_report(ROW, (wide,)))
        assert len(cells_of(report)) == 1
        assert report.sections[0].outcomes[0].unrecognised_texts == ("Nothing else happened.",)

    def test_percentages_and_other_columns_on_the_first_page_are_tolerated(self) -> None:
        first_page_table = table(
            ("Sub-group", "Green – on track", "Red – needs action", "Total", "Change since June"),
            ("Parks", "1 (100%)", "0 (0%)", "1", "+1"),
            ("All sub-groups", "1 (100%)", "0 (0%)", "1", "–"),
        )
        report = read_markup(task_report(ROW, before=first_page_table))
        assert [
            (row.name, [(count.count_line, count.number) for count in row.counts]) for row in report.count_rows
        ] == [
            ("Parks", [("GREEN", 1), ("RED", 0), ("total", 1)]),
            ("All sub-groups", [("GREEN", 1), ("RED", 0), ("total", 1)]),
        ]

    def test_totals_by_period_are_not_the_first_page(self) -> None:
        period_table = table(("Period", "Green – on track", "Red – needs action"), ("June 2008", "7", "8"))
        assert read_markup(task_report(ROW, before=period_table)).count_rows == ()

    def test_counts_may_be_on_the_line_of_their_label(self) -> None:
        block = table(("Outcome: 1.1: Title", "Green 1"), ("Contact: Jo", "Amber – needs attention: 0\u00a0"))
        body = block + table(word_reports.HEADINGS, ROW)
        stated_counts = read_markup(body).sections[0].outcomes[0].stated_counts
        assert [(count.count_line, count.number) for count in stated_counts] == [("GREEN", 1), ("AMBER", 0)]

    @settings(deadline=None)
    @given(st.lists(st.integers(0, 4), unique=True, min_size=1, max_size=4))
    def test_blank_columns_anywhere_are_tolerated(self, blank_after: list[int]) -> None:
        def spaced(cells: tuple[str, ...]) -> list[str]:
            return [
                part for index, text in enumerate(cells) for part in ((text, "") if index in blank_after else (text,))
            ]

        report = read_markup(task_report(spaced(ROW), head=spaced(word_reports.HEADINGS)))
        assert [list(cells.values()) for cells in cells_of(report)] == [list(ROW)]


def test_the_brag_template_is_recognised_by_its_columns() -> None:
    head = ("Tasks", "Target", "Owner", "Due date", "Position", "Status", "Planned improvement")
    row = ("a) Plant", "Ten", "Jo", "5th March 2009", "None", "Grey – not started", "")
    document = open_report(document_from_xml(task_report(row, head=head)), "x.docx")
    report, template = document.read_best(default_templates())
    assert template.name == "brag"
    assert cells_of(report)[0]["owner"] == "Jo"
    assert (
        open_report(document_from_xml(task_report(ROW)), "x.docx").read_best(default_templates())[1].name == "standard"
    )


def test_another_template_s_wording_is_read_by_that_template() -> None:
    standard = read_template("standard")
    wording = standard.wording.model_copy(update={"outcome": "Ziel {outcome}", "action": "Maßnahme: {action}"})
    columns = tuple(c.model_copy(update={"heading": f"{c.heading} (DE)"}) for c in standard.columns)
    template = standard.model_copy(update={"wording": wording, "columns": columns})
    head = tuple(column.heading for column in columns)
    body = paragraph("Ziel 1.1: Titel") + paragraph("Maßnahme: Pflanzen") + table(head, ROW)
    report = read(document_from_xml(body), template)
    assert [(outcome.ref, outcome.actions[0].title) for _, outcome in report.outcomes] == [("1.1", "Pflanzen")]


# ------------------------------------------------------------------------------------------------- rejected files


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for name, content in parts.items():
            archive_file.writestr(name, content)
    return buffer.getvalue()


def with_replaced_parts(**parts: bytes) -> bytes:
    """Return a valid report with some parts replaced; in their names two underscores replace a slash."""
    with zipfile.ZipFile(io.BytesIO(document_from_xml(task_report(ROW)))) as report:
        unchanged_parts = {name: report.read(name) for name in report.namelist()}
    return archive(
        {**unchanged_parts, **{name.replace("__", "/") + ".xml": content for name, content in parts.items()}}
    )


_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
REJECTED_FILES = {
    "nothing": (b"", "not a Word document"),
    "text": (b"Outcome: 2.1", "not a Word document"),
    "a workbook": (archive({"xl/workbook.xml": b"<workbook/>"}), "not a Word document"),
    "an archive": (archive({"notes.txt": b"words"}), "not a Word document"),
    "an old document": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument\0".encode("utf-16-le") + bytes(600),
        "in the old form",
    ),
    "an OpenDocument text": (
        archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
        "OpenDocument text",
    ),
    "cut short": (document_from_xml(task_report(ROW))[:-2000], "damaged"),
    "no main part": (archive({"[Content_Types].xml": b"<Types/>", "word/styles.xml": b"<x/>"}), "damaged"),
    "markup that is none": (with_replaced_parts(word__document=b"<w:document>"), "damaged"),
    "an entity": (
        with_replaced_parts(word__document=b'<!DOCTYPE x [<!ENTITY a "b">]><w:document/>'),
        "could do harm",
    ),
    "an entity in another part": (with_replaced_parts(word__styles=b"<!DOCTYPE x []><x/>"), "could do harm"),
    "a bomb": (with_replaced_parts(word__document=b"<w:p>" + b" " * (40 << 20)), "too large for a report"),
    "endless markup": (
        with_replaced_parts(word__document=b"<w:document " + _W + b"><w:body>" + b"<a/>" * 4_000_100),
        "too large",
    ),
    "a password": (archive({"encrypted-package": b"x"}), "password"),
    "other words": (document_from_xml(paragraph("Dear all")), "no task table"),
    "another table": (document_from_xml(table(("Name", "Age"), ("Jo", "40"))), "no task table"),
    "tables inside each other": (
        document_from_xml(
            "".join("<w:tbl><w:tr><w:tc>" for _ in range(30)) + "".join("</w:tc></w:tr></w:tbl>" for _ in range(30))
        ),
        "too large",
    ),
}


@pytest.mark.parametrize("name", REJECTED_FILES)
def test_a_file_that_is_not_a_report_is_rejected_with_its_reason(name: str) -> None:
    content, reason = REJECTED_FILES[name]
    with pytest.raises(ReportError) as raised:
        read(content)
    (problem,) = raised.value.problems
    assert problem.where == "report.docx"
    assert reason in problem.what
    assert problem.fix


def test_a_missing_file_and_a_folder_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no such file"):
        open_report_file(tmp_path / "gone.docx")
    with pytest.raises(ReportError, match="cannot be read"):
        open_report_file(tmp_path)


def test_parts_outside_the_package_are_never_read() -> None:
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"'
        b' TargetMode="External" Target="file:///etc/passwd"/>'
        b'<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering"'
        b' Target="../../../etc/passwd"/></Relationships>'
    )
    with zipfile.ZipFile(io.BytesIO(document_from_xml(task_report(ROW)))) as valid_report:
        parts = {name: valid_report.read(name) for name in valid_report.namelist()}
    report = read(archive({**parts, "word/_rels/document.xml.rels": rels}))
    assert len(cells_of(report)) == 1


def test_the_strict_form_and_another_main_part_are_read() -> None:
    with zipfile.ZipFile(io.BytesIO(document_from_xml(task_report(ROW)))) as valid_report:
        parts = {name: valid_report.read(name) for name in valid_report.namelist()}
    transitional, strict = (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/w/main",
    )
    parts["word/document2.xml"] = parts.pop("word/document.xml").replace(transitional, strict)
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(transitional, strict)
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"word/document.xml", b"/word/document2.xml")
    assert len(cells_of(read(archive(parts)))) == 1


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 30_000))
def test_damaged_bytes_raise_nothing_but_report_errors(noise: bytes, offset: int) -> None:
    valid_report = document_from_xml(task_report(ROW))
    try:
        read(valid_report[:offset] + noise + valid_report[offset + len(noise) :])
    except ReportError as error:
        assert error.problems[0].what
