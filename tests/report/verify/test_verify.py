"""Reports verified: every edit is found, as itself, in its place; what nobody has edited is right."""

from __future__ import annotations

import copy
import datetime
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

import ragsheets
from helpers import office, periods
from helpers import projects as made
from helpers.word_reports import BLOCKS, SHAPES, Block, by_hand, of_markup, paragraph, put, table, task_report
from ragsheets.errors import LedgerError
from ragsheets.project import demo
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.report import verify_report, write_report
from ragsheets.report.read.phrases import placeholder_values
from ragsheets.report.verify.differences import KINDS, Difference
from ragsheets.report.verify.verify import Verification

DATE = datetime.date(2008, 9, 4)
STRONGER, HEALTHY, CHILDREN = "Stronger Communities", "Healthy City Partnership", "Children and Young People Group"
FIRST_PAGE = "Summary of all sub-groups"
ROW = ("a) Plant trees", "Ten", "Nine", "GREEN", "One more")


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> demo.DemoResult:
    """The shipped example, its period done and its report written."""
    return demo.run_demo(tmp_path_factory.mktemp("demo") / "project")


@pytest.fixture
def lone(tmp_path: Path) -> Project:
    """A folder with nothing in it."""
    (tmp_path / "empty").mkdir()
    return Project(tmp_path / "empty")


Edit = Callable[[Any], object]
Place = tuple[Project, Path]


class Desk:
    """Edits the example's report and verifies it."""

    def __init__(self, made: demo.DemoResult, folder: Path) -> None:
        self.made, self.path = made, folder / "edited.docx"

    def edited(self, *edits: Edit) -> Path:
        document = docx.Document(str(self.made.report))
        for edit in edits:
            edit(document)
        document.save(str(self.path))
        return self.path

    def __call__(self, *edits: Edit) -> list[Difference]:
        """Every difference from the ledger after these edits."""
        return list(verify_report(self.made.project, self.edited(*edits)).differences)


@pytest.fixture
def after(demonstration: demo.DemoResult, tmp_path: Path) -> Desk:
    return Desk(demonstration, tmp_path)


def places(differences: list[Difference]) -> list[tuple[str, str, str, str, str, str]]:
    return [(each.kind, each.section, each.outcome, each.column, each.found, each.wanted) for each in differences]


def task_tables(document: Any) -> list[Any]:
    return [each for each in document.tables if each.cell(0, 0).text == "Tasks"]


def blocks(document: Any) -> list[Any]:
    return [each for each in document.tables if each.cell(0, 1).text == "Summary"]


def counts(document: Any) -> Any:
    return next(each for each in document.tables if each.cell(0, 0).text == "Sub-group")


def red(document: Any) -> Any:
    """The list of the tasks that need action, which stands before the sub-groups' parts."""
    return next(
        each
        for each in document.tables
        if [c.text for c in each.rows[0].cells][:3] == ["Sub-group", "Outcome", "Tasks"]
    )


def set_task(number: int, row: int, column: int, text: str) -> Edit:
    def edit(document: Any) -> None:
        task_tables(document)[number].cell(row, column).text = text

    return edit


def set_block(number: int, row: int, column: int, text: str) -> Edit:
    def edit(document: Any) -> None:
        blocks(document)[number].cell(row, column).text = text

    return edit


def drop_row(number: int, row: int) -> Edit:
    def edit(document: Any) -> None:
        found = task_tables(document)[number].rows[row]._tr
        found.getparent().remove(found)

    return edit


def reword(style: str, old: str, new: str) -> Edit:
    def edit(document: Any) -> None:
        found = next(each for each in document.paragraphs if each.style.name == style and old in each.text)
        found.text = found.text.replace(old, new)

    return edit


def drop_from(start: str, end: str) -> Edit:
    """Take out everything from the paragraph that begins with one text up to the one that begins with another."""

    def edit(document: Any) -> None:
        body = document.element.body
        texts = ["".join(text.text or "" for text in element.iter("{*}t")) for element in body]
        styles = ["".join(element.xpath("w:pPr/w:pStyle/@w:val")) for element in body]
        headed = [n for n, style in enumerate(styles) if style.startswith("Heading")]
        first = next(n for n in headed if texts[n].startswith(start))
        last = next(n for n in range(first + 1, len(texts)) if texts[n].startswith(end))
        for element in list(body)[first:last]:
            body.remove(element)

    return edit


class TestUntouched:
    def test_a_report_as_it_was_written_is_right(self, demonstration: demo.DemoResult) -> None:
        found = verify_report(demonstration.project, demonstration.report)
        assert found.differences == ()
        assert found.is_correct
        assert (found.period, found.sections, found.outcomes, found.tasks) == (DATE, 3, 6, 20)
        assert found.notes == ()

    @pytest.mark.parametrize("suffix", ["docx", "odt", "doc"])
    def test_so_it_is_after_libreoffice_saved_it(
        self, demonstration: demo.DemoResult, tmp_path: Path, suffix: str
    ) -> None:
        (tmp_path / "back").mkdir()
        other = office.converted(demonstration.report, suffix, tmp_path)
        back = other if suffix == "docx" else office.converted(other, "docx", tmp_path / "back")
        assert verify_report(demonstration.project, back).differences == ()

    def test_so_it_is_without_a_ledger_and_that_is_said(self, demonstration: demo.DemoResult, lone: Project) -> None:
        found = verify_report(lone, demonstration.report)
        assert found.differences == ()
        assert found.period is None
        assert any("itself only" in note for note in found.notes)
        assert not list(lone.folder.iterdir()), "looking at a report must not make a ledger"

    def test_what_only_looks_different_is_no_difference(self, after: Desk) -> None:
        def spaced(document: Any) -> None:
            cell = task_tables(document)[0].cell(1, 2)
            cell.text = f"  {cell.text.replace(' ', '  ')} "
            cell.add_paragraph("")

        assert after(set_task(0, 1, 3, "Amber – needs attention"), spaced, set_block(0, 1, 2, "1 (25%)")) == []

    def test_a_further_column_of_the_document_is_no_difference(self, after: Desk) -> None:
        def travel(document: Any) -> None:
            for each in task_tables(document):
                for row in each.rows:
                    status = row._tr.tc_lst[3]
                    status.addnext(copy.deepcopy(status))
                    words = "Direction" if row.cells[0].text == "Tasks" else "▲ improved"
                    row.cells[4].text = words

        assert after(travel) == []


class TestOneEdit:
    """Each edit is one difference, and nothing follows from it."""

    def test_a_status(self, after: Desk) -> None:
        (found,) = after(set_task(0, 1, 3, "GREEN"))
        assert places([found]) == [("cell", STRONGER, "2.1", "Status", "GREEN", "AMBER")]
        assert "row 1" in found.row
        assert "a) Agree with all partners" in found.row
        assert found.location.startswith(f"{STRONGER}, outcome 2.1, row 1 ")

    def test_a_status_that_is_none(self, after: Desk) -> None:
        assert places(after(set_task(0, 1, 3, "Ambr"))) == [("cell", STRONGER, "2.1", "Status", "Ambr", "AMBER")]

    def test_a_status_where_none_was_reported(self, after: Desk) -> None:
        wanted = "Not reported (returned as “Ambr”)"
        assert places(after(set_task(3, 2, 3, "AMBER"))) == [("cell", HEALTHY, "4.1", "Status", "AMBER", wanted)]

    def test_a_total(self, after: Desk) -> None:
        assert places(after(set_block(1, 4, 2, "7"))) == [("ledger-summary", STRONGER, "2.2", "Total", "7", "6")]

    def test_a_count(self, after: Desk) -> None:
        column = "Amber – needs attention"
        assert places(after(set_block(0, 2, 2, "3"))) == [("ledger-summary", STRONGER, "2.1", column, "3", "2")]

    @pytest.mark.parametrize("text", ["", "two", "2.5"])
    def test_a_count_that_is_no_number(self, after: Desk, text: str) -> None:
        (found,) = after(set_block(0, 2, 2, text))
        assert (found.kind, found.found, found.wanted) == ("ledger-summary", text, "2")

    @pytest.mark.parametrize(("row", "name"), [(1, STRONGER), (4, "All sub-groups")])
    def test_a_figure_of_the_first_page(self, after: Desk, row: int, name: str) -> None:
        def edit(document: Any) -> None:
            counts(document).cell(row, 1).text = "9 (90%)"

        (found,) = after(edit)
        assert (found.kind, found.section, found.row, found.column) == (
            "ledger-first-page",
            FIRST_PAGE,
            name,
            "Green – on track",
        )
        assert found.found == "9 (90%)"

    @pytest.mark.parametrize(
        ("column", "heading"), [(1, "Target"), (2, "Position"), (4, "Planned improvement/action needed and deadline")]
    )
    def test_a_cell(self, after: Desk, column: int, heading: str) -> None:
        (found,) = after(set_task(1, 2, column, "Something else."))
        assert (found.kind, found.outcome, found.column, found.found) == ("cell", "2.2", heading, "Something else.")
        assert found.row.startswith("row 2 “b) Draw up a protocol")

    def test_a_cell_that_was_emptied_or_filled(self, after: Desk) -> None:
        emptied, filled = after(set_task(1, 2, 2, ""), set_task(1, 1, 4, "New"))[::-1]
        assert (emptied.found, filled.wanted) == ("", "")
        assert "“nothing”" in emptied.message

    def test_a_bullet_that_is_none_any_more(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            lines = task_tables(document)[0].cell(3, 1).paragraphs
            lines[0].text = "Joint approach by the police and local people agreed and tried out in pilots"
            lines[0]._p.pPr.remove(lines[0]._p.pPr.numPr)
            lines[0].style = document.styles["Table Text"]

        (found,) = after(edit)
        assert (found.column, found.found[:5], found.wanted[:7]) == ("Target", "Joint", "* Joint")

    def test_the_wording_of_a_task(self, after: Desk) -> None:
        found = after(set_task(0, 1, 0, "a) Agree with some partners what we mean by cohesion and integration"))
        assert [(each.kind, each.column) for each in found] == [("wording", "Tasks")]

    def test_a_task_reworded_from_end_to_end_is_the_same_by_its_other_cells(self, after: Desk) -> None:
        assert [each.kind for each in after(set_task(0, 1, 0, "Zzz"))] == ["wording"]

    def test_a_row_deleted(self, after: Desk) -> None:
        (found,) = after(drop_row(1, 3))
        assert (found.kind, found.section, found.outcome, found.row) == ("row-missing", STRONGER, "2.2", "row 3")
        assert found.wanted.startswith("c) Plan for neighbourhoods together")

    def test_a_row_added(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            last = task_tables(document)[2].rows[1]._tr
            last.addnext(copy.deepcopy(last))
            for column, text in enumerate(("z) New", "None", "", "RED", "")):
                task_tables(document)[2].cell(2, column).text = text

        (found,) = after(edit)
        assert (found.kind, found.outcome, found.row, found.found) == ("row-added", "3.1", "row 2", "z) New")

    def test_a_row_typed_twice(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            row = task_tables(document)[0].rows[2]._tr
            row.addnext(copy.deepcopy(row))

        assert [(each.kind, each.outcome) for each in after(edit)] == [("row-added", "2.1")]

    def test_a_row_moved(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            rows = task_tables(document)[1].rows
            rows[6]._tr.addnext(rows[1]._tr)

        (found,) = after(edit)
        assert (found.kind, found.found, found.wanted) == ("row-moved", "row 6", "row 1")
        assert "a) Exchange what partners" in found.row

    def test_a_row_moved_to_another_action(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            tables = task_tables(document)
            tables[4].rows[1]._tr.addprevious(tables[3].rows[2]._tr)

        (found,) = after(edit)
        assert (found.kind, found.outcome) == ("row-moved", "4.1")
        assert "4.1.2" in found.found
        assert "4.1.1" in found.wanted

    def test_a_row_moved_to_another_sub_group(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            tables = task_tables(document)
            tables[5].rows[1]._tr.addprevious(tables[0].rows[2]._tr)

        (found,) = after(edit)
        assert (found.kind, found.section, found.outcome) == ("row-moved", CHILDREN, "5.1")
        assert STRONGER in found.wanted

    @pytest.mark.parametrize(
        ("row", "line", "found", "wanted"),
        [
            (1, "Date: 5th September 2008", "5th September 2008", "4th September 2008"),
            (2, "Thematic Sub-group: Weaker Communities", "Weaker Communities", STRONGER),
            (3, "Contact: Somebody else", "Somebody else", "Di Robinson"),
            (3, "", "", "Di Robinson"),
        ],
    )
    def test_a_header_line(self, after: Desk, row: int, line: str, found: str, wanted: str) -> None:
        (difference,) = after(set_block(1, row, 0, line))
        assert (difference.kind, difference.outcome, difference.found, difference.wanted) == (
            "header",
            "2.2",
            found,
            wanted,
        )

    @pytest.mark.parametrize(
        ("style", "old", "new", "section", "outcome"),
        [
            ("Heading 1", "Healthy City", "Healthier City", "Healthier City Partnership", ""),
            ("Heading 2", "2.2: Residents", "2.2: Some residents", STRONGER, "2.2"),
            ("Heading 2", "Outcome: 2.2: Residents", "Objective 2.2 Residents", STRONGER, ""),
            ("Heading 3", "Make listening", "Making listening", STRONGER, "2.2"),
            ("Heading 3", "Action: Make", "Aktion Make", STRONGER, "2.2"),
        ],
    )
    def test_a_heading(self, after: Desk, style: str, old: str, new: str, section: str, outcome: str) -> None:
        (found,) = after(reword(style, old, new))
        assert (found.kind, found.section) == ("heading", section)
        assert found.outcome == outcome or not outcome
        assert new in found.found
        assert old in found.wanted

    def test_the_title_and_the_partnership(self, after: Desk) -> None:
        found = after(reword("Title", "Thematic", "Them"), reword("Subtitle", "Gloucester", "Bristol"))
        assert [(each.kind, each.row) for each in found] == [("title", "title"), ("title", "partnership")]

    def test_a_column_taken_out_is_one_difference_for_the_table(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            for row in task_tables(document)[1].rows:
                row._tr.remove(row._tr.tc_lst[2])

        assert places(after(edit)) == [("column-missing", STRONGER, "2.2", "", "", "Position")]

    def test_an_action_taken_out(self, after: Desk) -> None:
        (found,) = after(drop_from("Ref: 4.1.2", "Children and"))
        assert (found.kind, found.section, found.outcome) == ("action-missing", HEALTHY, "4.1")
        assert "4.1.2" in found.wanted

    def test_an_outcome_taken_out(self, after: Desk) -> None:
        (found,) = after(drop_from("Outcome: 2.2", "Outcome: 3.1"))
        assert (found.kind, found.section, found.outcome) == ("outcome-missing", STRONGER, "2.2")

    def test_a_sub_group_taken_out(self, after: Desk) -> None:
        (found,) = after(drop_from(HEALTHY, CHILDREN))
        assert (found.kind, found.section, found.wanted) == ("section-missing", HEALTHY, HEALTHY)

    def test_a_row_of_the_first_page_taken_out(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            row = counts(document).rows[2]._tr
            row.getparent().remove(row)

        assert places(after(edit)) == [("first-page-lacks", "", "", "", "", HEALTHY)]

    def test_a_share_of_the_first_page(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            counts(document).cell(4, 1).text = "8 (45%)"

        (found,) = after(edit)
        assert (found.kind, found.row, found.found, found.wanted) == (
            "ledger-first-page",
            "All sub-groups",
            "8 (45%)",
            "8 (40%)",
        )

    @pytest.mark.parametrize("style", ["Lead", "List Bullet"])
    def test_a_line_of_the_first_page(self, after: Desk, style: str) -> None:
        def edit(document: Any) -> None:
            line = next(each for each in document.paragraphs if each.style.name == style)
            text = next(each for each in line._p.iter("{*}t") if any(sign.isdigit() for sign in each.text))
            text.text = "".join("9" if sign.isdigit() else sign for sign in text.text)

        (found,) = after(edit)
        assert found.kind == "line"
        assert "9" in found.found
        assert found.found != found.wanted

    def test_a_cell_of_what_needs_attention(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            red(document).cell(2, 3).text = "All is well."

        (found,) = after(edit)
        assert (found.kind, found.section, found.column, found.found) == (
            "cell",
            "Red – needs action",
            "Position",
            "All is well.",
        )
        assert found.row.startswith("row 2 “")

    def test_a_row_of_what_needs_attention_taken_out(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            row = red(document).rows[2]._tr
            row.getparent().remove(row)

        (found,) = after(edit)
        assert (found.kind, found.section) == ("line-missing", "Red – needs action")

    def test_a_table_of_what_needs_attention_taken_out(self, after: Desk) -> None:
        def edit(document: Any) -> None:
            table = red(document)._tbl
            table.getparent().remove(table)

        (found,) = after(edit)
        assert (found.kind, found.section) == ("table-missing", "Red – needs action")

    def test_a_tracked_change_counts_as_accepted(self, after: Desk) -> None:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        def edit(document: Any) -> None:
            cell = task_tables(document)[1].cell(2, 2)
            mark = 'w:id="9" w:author="A" w:date="2008-09-04T00:00:00Z"'
            words = f'<w:ins {nsdecls("w")} {mark}><w:r><w:t xml:space="preserve"> Truly.</w:t></w:r></w:ins>'
            cell.paragraphs[0]._p.append(parse_xml(words))

        (found,) = after(edit)
        assert found.found == f"{found.wanted} Truly."


def test_several_edits_are_each_told_in_the_order_of_the_document(after: Desk) -> None:
    found = after(
        set_task(6, 1, 3, "RED"),
        drop_row(1, 3),
        set_task(0, 1, 3, "GREEN"),
        set_block(2, 3, 2, "4"),
        set_task(3, 1, 2, "x"),
    )
    assert [(each.kind, each.outcome) for each in found] == [
        ("cell", "2.1"),
        ("row-missing", "2.2"),
        ("ledger-summary", "3.1"),
        ("cell", "4.1"),
        ("cell", "5.2"),
    ]


def test_words_added_under_a_table_are_noted_and_are_no_difference(demonstration: demo.DemoResult, after: Desk) -> None:
    def edit(document: Any) -> None:
        after_table = task_tables(document)[0]._tbl
        words = copy.deepcopy(document.paragraphs[1]._p)
        after_table.addnext(words)
        words.r_lst[0].text = "Well done, all."

    found = verify_report(demonstration.project, after.edited(edit))
    assert found.is_correct
    assert any("“Well done, all.”" in note and "outcome 2.1" in note for note in found.notes)


def test_a_report_is_not_made_public_by_taking_out_the_contacts(demonstration: demo.DemoResult, after: Desk) -> None:
    found = verify_report(demonstration.project, after.edited(*(set_block(n, 3, 0, "") for n in range(6))))
    (file,) = found.differences
    assert (file.kind, file.section, file.found) == ("column-added", "Where this report comes from", "File")
    assert any("no contacts" in note for note in found.notes)


# ------------------------------------------------------------------------------------ any edit, wherever it stands


def revised(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A report with three periods before it that was sent out and has changed since."""
    folder = tmp_path_factory.mktemp("revised") / "project"
    parks = made.group("Parks", made.outcome("2.1", made.action(*(made.task(label) for label in "abcd"))))
    plan = made.plan(parks, made.group("Health", made.outcome("3.1")), made.group("Roads", made.outcome("4.1")))
    said = {f"2.1{label}": "AMBER" for label in "abcd"}
    periods.hold(folder, "2008-03-04", {"Parks": said, "Health": {"3.1a": "GREEN"}}, plan=plan)
    periods.hold(folder, "2008-06-04", {"Parks": dict.fromkeys(said, "RED"), "Health": {"3.1a": "RED"}})
    periods.hold(folder, "2008-09-04", {"Parks": dict.fromkeys(said, "GREEN")})
    periods.hold(folder, "2008-12-04", {"Parks": said, "Health": {"3.1a": "GREEN"}}, due="2008-12-01")
    write_report(Project(folder), final=True)
    periods.again(folder, "2008-12-04", {"Parks": dict.fromkeys(said, "RED")}, "later {group}.xlsx")
    return Project(folder), write_report(Project(folder)).path


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, demonstration: demo.DemoResult) -> dict[str, Place]:
    """A report of each kind, and the project that it is of."""
    public = tmp_path_factory.mktemp("public") / "public.docx"
    return {
        "full": (demonstration.project, demonstration.report),
        "public": (demonstration.project, write_report(demonstration.project, public, public=True).path),
        "revised": revised(tmp_path_factory),
    }


def kinds_of_place(document: Any) -> dict[tuple[str, ...], list[Any]]:
    """The pieces of visible text, by what they stand under: headings of tables, or styles of paragraphs."""
    found: dict[tuple[str, ...], list[Any]] = {}
    for text in document.element.body.iter("{*}t"):
        if not (text.text or "").strip():
            continue
        cells = text.xpath("ancestor::w:tc[1]")
        if cells:
            (head,) = cells[0].xpath("ancestor::w:tbl[1]/w:tr[1]")
            column = cells[0].getparent().tc_lst.index(cells[0])
            is_head = "heading" if cells[0].getparent() is head else "cell"
            place = (is_head, "".join(head.tc_lst[0].itertext()), "".join(head.tc_lst[column].itertext()))
        else:
            place = ("line", "".join(text.xpath("ancestor::w:p[1]/w:pPr/w:pStyle/@w:val")))
        found.setdefault(place, []).append(text)
    return found


def other_letters(text: str) -> str:
    return "".join(
        chr(ord(sign) ^ 1 if sign not in "zZ" else ord(sign) - 1) if sign.isalpha() else sign for sign in text
    )


def other_digits(text: str) -> str:
    return "".join(str((int(sign) + 1) % 10) if sign.isdecimal() else sign for sign in text)


@pytest.mark.parametrize("kind", ["full", "public", "revised"])
def test_untouched_each_is_right(reports: dict[str, Place], tmp_path: Path, kind: str) -> None:
    project, path = reports[kind]
    assert verify_report(project, path).differences == ()
    assert verify_report(project, office.converted(path, "docx", tmp_path)).differences == ()


@pytest.mark.parametrize("kind", ["full", "revised"])
@pytest.mark.parametrize("change", [other_letters, other_digits, lambda text: ""], ids=["letters", "digits", "removed"])
def test_an_edit_of_any_kind_of_place_is_found(
    reports: dict[str, Place], tmp_path: Path, kind: str, change: Callable[[str], str]
) -> None:
    project, path = reports[kind]
    document = docx.Document(str(path))
    missed = []
    for place, texts in kinds_of_place(document).items():
        # The last one of a kind, for the first ones stand where edits are most looked for.
        text = next((each for each in reversed(texts) if change(each.text) != each.text), None)
        if text is None:
            continue
        before, text.text = text.text, change(text.text)
        document.save(str(tmp_path / "edited.docx"))
        found = verify_report(project, tmp_path / "edited.docx").differences
        if not found or not all(each.location for each in found):
            missed.append((place, before, found))
        text.text = before
    assert missed == []


@pytest.mark.parametrize("kind", ["full", "revised"])
def test_a_row_taken_out_of_any_table_is_found(reports: dict[str, Place], tmp_path: Path, kind: str) -> None:
    project, path = reports[kind]
    count = len(docx.Document(str(path)).tables)
    for number in range(count):
        document = docx.Document(str(path))
        row = document.tables[number].rows[-1]._tr
        row.getparent().remove(row)
        document.save(str(tmp_path / "edited.docx"))
        assert verify_report(project, tmp_path / "edited.docx").differences, f"table {number}"


def reworded(document: Any, old: str, new: str) -> None:
    """Change words wherever they stand first."""
    text = next(each for each in document.element.body.iter("{*}t") if old in (each.text or ""))
    text.text = text.text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ("Made with", "Written with", "Where this report comes from"),
        ("Where this report comes from", "Where it comes from", "In this report"),
        ("What each status means:", "What the colours mean:", "What to look at"),
    ],
)
def test_words_around_the_sections_are_one_difference_each(after: Desk, old: str, new: str, section: str) -> None:
    (found,) = after(lambda document: reworded(document, old, new))
    assert (found.kind, found.section) == ("line", section)
    assert new in found.found
    assert old in found.wanted


def test_a_line_put_before_the_sections_is_a_difference(after: Desk) -> None:
    def edit(document: Any) -> None:
        lead = next(each for each in document.paragraphs if each.style.name == "Lead")
        lead.insert_paragraph_before("None of this is so.")

    (found,) = after(edit)
    assert (found.kind, found.found) == ("line-added", "None of this is so.")


def test_the_hash_of_a_return(after: Desk) -> None:
    def edit(document: Any) -> None:
        document.tables[-1].cell(1, 3).text = "0123456789ab"

    (found,) = after(edit)
    assert (found.kind, found.section, found.found) == ("cell", "Where this report comes from", "0123456789ab")


def test_an_empty_table_before_the_sections_is_passed_over(after: Desk) -> None:
    def edit(document: Any) -> None:
        table = copy.deepcopy(counts(document)._tbl)
        for row in table.tr_lst:
            table.remove(row)
        counts(document)._tbl.addprevious(table)

    assert after(edit) == []


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("Made with {version}.", "Made with 1.2.0.", {"version": "1.2.0"}),
        ("Made with {version}.", "Made with care.", None),
        ("{a} and {a} (so)", "x and x (so)", {"a": "x"}),
        ("{a} and {a} (so)", "x and y (so)", None),
        ("No braces", "No braces", {}),
    ],
)
def test_what_fills_the_templates_words(words: str, text: str, said: dict[str, str] | None) -> None:
    assert placeholder_values(words, text) == said


def test_another_version_of_ragsheets_is_noted_and_is_no_difference(
    demonstration: demo.DemoResult, after: Desk
) -> None:
    edit = after.edited(lambda document: reworded(document, f"ragsheets {ragsheets.__version__}", "ragsheets 0.0.9"))
    found = verify_report(demonstration.project, edit)
    assert found.differences == ()
    assert any("ragsheets 0.0.9" in note for note in found.notes)


def test_a_task_heading_that_was_reworded_is_one_difference(after: Desk) -> None:
    (found,) = after(set_task(0, 0, 0, "Jobs"))
    assert (found.kind, found.outcome, found.column, found.found) == ("heading", "2.1", "Tasks", "Jobs")


def test_a_figure_of_the_chart(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    edited = tmp_path / "edited.docx"
    with zipfile.ZipFile(demonstration.report) as source, zipfile.ZipFile(edited, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/charts/chart1.xml":
                before, sign, last = part.rpartition(b"</c:v>")
                head, opening, _ = before.rpartition(b"<c:v>")
                part = b"".join((head, opening, b"77", sign, last))
            target.writestr(name, part)
    (found,) = verify_report(demonstration.project, edited).differences
    assert (found.kind, found.found) == ("cell", "77")
    assert found.column.startswith("All sub-groups")


# ------------------------------------------------------------------------------------------- what was sent out


def test_a_report_that_was_sent_out_is_told_from_one_that_was_saved_since(
    demonstration: demo.DemoResult, tmp_path: Path
) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(demonstration.project.folder, project.folder)
    path = write_report(project).path
    assert verify_report(project, path).notes == ()
    write_report(project, path, final=True)
    (note,) = verify_report(project, path).notes
    assert note.startswith("This is the report that was sent out on ")
    docx.Document(str(path)).save(str(path))
    found = verify_report(project, path)
    assert found.differences == ()
    assert [note[:43] for note in found.notes] == ["This is not the report that was sent out on"]


def test_a_revision_that_was_sent_out_is_named_by_its_number(reports: dict[str, Place], tmp_path: Path) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(reports["revised"][0].folder, project.folder)
    first = project.folder / "2008-12-04" / "Performance report.docx"
    sent = write_report(project, final=True).path
    (note,) = verify_report(project, sent).notes
    assert note.startswith("This is revision 1 of the report that was sent out on ")
    replaced = verify_report(project, first)
    assert replaced.notes[0].startswith("This is the report that was sent out on ")
    assert {"cell", "line-missing"} <= {each.kind for each in replaced.differences}


# -------------------------------------------------------------------------------------------------- which period


def test_it_is_compared_with_the_period_that_it_is_of(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(demonstration.project.folder, project.folder)
    generate(project, datetime.date(2008, 12, 4))
    assert verify_report(project, demonstration.report).period == DATE
    other = verify_report(project, demonstration.report, date=datetime.date(2008, 12, 4))
    assert other.period == datetime.date(2008, 12, 4)
    assert {each.kind for each in other.differences} >= {"header", "cell", "ledger-summary", "remark"}


def test_the_direction_of_travel_is_compared_too(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(demonstration.project.folder, project.folder)
    generate(project, datetime.date(2008, 12, 4))
    path = write_report(project).path
    assert verify_report(project, path).differences == ()
    document = docx.Document(str(path))
    cell = task_tables(document)[0].cell(1, 4)
    assert "Not\u00a0known" in cell.text
    cell.text = "▲ Improved"
    document.save(str(path))
    (found,) = verify_report(project, path).differences
    assert (found.kind, found.column, found.found) == ("cell", "Direction of travel", "▲ Improved")


def test_a_report_for_the_public_is_right(demonstration: demo.DemoResult, tmp_path: Path) -> None:
    path = write_report(demonstration.project, tmp_path / "public.docx", public=True).path
    found = verify_report(demonstration.project, path)
    assert found.differences == ()
    assert any("no contacts" in note for note in found.notes)


def test_a_date_that_no_period_has_leaves_the_report_to_itself(demonstration: demo.DemoResult, after: Desk) -> None:
    later = [set_block(number, 1, 0, "Date: 4th December 2008") for number in range(6)]
    found = verify_report(demonstration.project, after.edited(*later))
    assert (found.period, found.differences) == (None, ())
    assert any("no period of 4th December 2008" in note for note in found.notes)


def test_a_period_that_is_named_must_be_there(demonstration: demo.DemoResult, lone: Project) -> None:
    with pytest.raises(LedgerError):
        verify_report(demonstration.project, demonstration.report, date=datetime.date(2001, 1, 1))


# ---------------------------------------------------------------------------------------------- against itself only


def alone(lone: Project, content: bytes) -> Verification:
    return verify_report(lone, put(lone.folder, content))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_sound_report_made_by_hand_is_right(shape: str, lone: Project) -> None:
    assert alone(lone, by_hand(shape)).differences == ()


@pytest.mark.parametrize("shape", SHAPES)
def test_its_wrong_totals_are_found(shape: str, lone: Project) -> None:
    wrong = Block(BLOCKS[1].line, ("0", "1", "2", "4"), BLOCKS[1].actions)
    found = alone(lone, by_hand(shape, (BLOCKS[0], wrong)))
    assert places(list(found.differences)) == [
        ("summary", found.differences[0].section, "2.2", "Amber – needs attention", "1", "0"),
        ("summary", found.differences[0].section, "2.2", "Total", "4", "2"),
    ]


def test_a_status_that_is_none_is_named_with_its_row(lone: Project) -> None:
    found = alone(lone, of_markup(task_report((*ROW[:3], "Purple", ""))))
    (difference,) = found.differences
    assert (difference.kind, difference.outcome, difference.found) == ("no-status", "1.1", "Purple")
    assert difference.row == "row 1 “a) Plant trees”"


def test_a_total_by_hand_may_leave_out_tasks_without_a_status(lone: Project) -> None:
    summary = table(("Green – on track", "1"), ("Total", "1"))
    body = (
        paragraph("Outcome: 1.1: T")
        + paragraph("Contact: Jo")
        + summary
        + table(("Tasks", "Target", "Status"), ("a", "b", "GREEN"), ("c", "d", ""))
    )
    assert alone(lone, of_markup(body)).differences == ()


def test_edits_to_our_own_are_found_by_its_own_figures(after: Desk, lone: Project) -> None:
    found = verify_report(lone, after.edited(set_task(0, 1, 3, "RED")))
    assert places(list(found.differences)) == [
        ("summary", STRONGER, "2.1", "Amber – needs attention", "2", "1"),
        ("summary", STRONGER, "2.1", "Red – needs action", "1", "2"),
    ]


def test_a_figure_of_the_first_page_alone_is_found_by_the_tasks(after: Desk, lone: Project) -> None:
    def edit(document: Any) -> None:
        counts(document).cell(2, 5).text = "40"
        counts(document).cell(4, 1).text = "7 (1%)"
        counts(document).cell(3, 0).text = "Somebody else"

    found = verify_report(lone, after.edited(edit))
    assert [(each.kind, each.row, each.column, each.found, each.wanted) for each in found.differences] == [
        ("first-page", HEALTHY, "Total", "40", "4"),
        ("first-page-stranger", FIRST_PAGE, "", "Somebody else", ""),
        ("first-page", "All sub-groups", "Green – on track", "7 (1%)", "8"),
        ("first-page-lacks", FIRST_PAGE, "", "", CHILDREN),
    ]


def test_a_report_without_summaries_is_said_to_be_one(lone: Project) -> None:
    found = alone(lone, of_markup(task_report(ROW)))
    assert found.is_correct
    assert any("no summaries" in note for note in found.notes)


# -------------------------------------------------------------------------------------------------------- in words


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_difference_is_a_sentence(kind: str) -> None:
    message = Difference(kind, "Parks", "1.1", "row 1", "Status", found="<found>", wanted="<wanted>").message
    assert message.endswith(".")
    assert "<found>" in message or "<wanted>" in message
    assert not set("{}") & set(message)


def test_braces_in_a_document_are_only_text() -> None:
    assert "“{wanted} {0}”" in Difference("cell", found="{wanted} {0}", wanted="x").message


def test_of_long_texts_the_part_is_shown_in_which_they_differ() -> None:
    same = "The same words on both sides. " * 20
    found = Difference("cell", found=f"{same}Nine trees. {same}", wanted=f"{same}Ten trees. {same}")
    assert "Nine trees" in found.message
    assert "Ten trees" in found.message
    assert len(found.message) < 250
    assert found.as_json()["found"] == f"{same}Nine trees. {same}"
