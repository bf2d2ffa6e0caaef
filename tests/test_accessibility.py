"""What ragsheets makes can be used by everybody; and the rules that check it fail where it cannot."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from helpers import accessibility, house_documents, later_periods
from helpers.accessibility import DOCUMENT_RULES, WORKBOOK_RULES, violations
from helpers.office_packages import with_changed_parts
from helpers.projects import action, group, outcome, plan, reply, run_ragsheets, task, write_plan
from ragsheets.project import demo
from ragsheets.project.export import compose_export
from ragsheets.project.folder import Project, create_project
from ragsheets.project.report import compose_report
from ragsheets.project.specimen import specimen_path
from ragsheets.template.reader import read_template, shipped_templates

DOCUMENT, STYLES, CORE = "word/document.xml", "word/styles.xml", "docProps/core.xml"
CHART, BOOK = "word/charts/chart1.xml", "word/embeddings/Microsoft_Excel_Worksheet1.xlsx"


# ------------------------------------------------------------------------------------------------- what is produced


@pytest.fixture(scope="module")
def example_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped example after a whole period, with a question to one contact."""
    folder = tmp_path_factory.mktemp("example") / "project"
    demo.run_demo(folder)
    return folder


@pytest.fixture(scope="module")
def brag_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project on the template with more statuses and columns, with every status, a question and a missing return."""
    folder = tmp_path_factory.mktemp("brag") / "project"
    statuses = dict(zip(ascii_lowercase, (*read_template("brag").scale.codes, "Ambr", ""), strict=False))
    tasks = [task(letter, owner="Jo Bloggs", due="2008-12-01") for letter in statuses]
    write_plan(
        folder,
        plan(
            group("Parks", outcome("2.1", action(*tasks))),
            group("Health", outcome("3.1")),
            group("Roads", outcome("4.1"), on_hold=True),
            template="brag",
        ),
    )
    assert run_ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    answers = {f"2.1{letter}": {"position": "Done.", "status": status} for letter, status in statuses.items()}
    reply(folder, "Parks.xlsx", answers)
    run_ragsheets("-C", folder, "ingest")
    return folder


@pytest.fixture(scope="module")
def later_project(brag_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in its second period: with tasks that are complete, withdrawn and new, and with a question."""
    return _later(brag_project, tmp_path_factory.mktemp("later") / "project")


@pytest.fixture(scope="module")
def carried_project(brag_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the last answers carried forward, some of them left untouched."""
    return _later(brag_project, tmp_path_factory.mktemp("carried") / "project", "--carry-forward")


def _later(before: Path, folder: Path, *words: str) -> Path:
    shutil.copytree(before, folder)
    tasks = [task(letter, owner="Jo Bloggs", due="2009-12-01") for letter in "abcdefh"]
    write_plan(
        folder,
        plan(group("Parks", outcome("2.1", action(*tasks))), group("Health", outcome("3.1")), template="brag"),
    )
    assert run_ragsheets("-C", folder, "generate", "--date", "2008-12-04", *words).exit_code == 0
    typed = {("2.1b", "status"): "Ambr", ("2.1c", "position"): "So it stands."}
    later_periods.return_workbook(folder, typed, day="2008-12-04")
    run_ragsheets("-C", folder, "ingest")
    return folder


PROJECTS = ("example_project", "brag_project")
LATER = ("later_project", "carried_project")


def workbooks_of(folder: Path) -> Iterator[Path]:
    """The workbooks of the current period."""
    day = max(path.name for path in folder.iterdir() if path.name.startswith("2008-"))
    paths = [path for part in ("sent", "queries") for path in sorted((folder / day / part).glob("*.xlsx"))]
    assert {path.parent.name for path in paths} == {"sent", "queries"}
    yield from paths


@pytest.mark.slow
@pytest.mark.parametrize("name", [*PROJECTS, *LATER])
def test_every_workbook_that_is_sent_keeps_every_rule(name: str, request: pytest.FixtureRequest) -> None:
    paths = list(workbooks_of(request.getfixturevalue(name)))
    assert paths
    for path in paths:
        assert violations(path.read_bytes()) == [], path.name


@pytest.mark.parametrize("name", [*PROJECTS, *LATER])
def test_the_report_and_the_workbook_in_it_keep_every_rule(name: str, request: pytest.FixtureRequest) -> None:
    report = compose_report(Project(request.getfixturevalue(name))).content
    assert violations(report) == []
    assert violations(accessibility.Package(report).parts[BOOK]) == []


@pytest.mark.parametrize("name", ["example_project", "brag_project"])
def test_so_does_the_end_of_year_report(name: str, request: pytest.FixtureRequest) -> None:
    """Its links are written out, for they are the coordinator's own words."""
    rules = set(accessibility.DOCUMENT_RULES) - {"links"}
    assert violations(compose_report(Project(request.getfixturevalue(name)), end_of_year=True).content, *rules) == []


def test_so_does_a_plan_in_a_workbook(tmp_path: Path) -> None:
    """It opens where one begins to write, and its shading repeats what each text begins with: "Example:"."""
    create_project(tmp_path, as_xlsx=True)
    rules = set(accessibility.WORKBOOK_RULES) - {"beginning", "colour alone"}
    assert violations((tmp_path / "plan.xlsx").read_bytes(), *rules) == []


def test_so_do_the_answers_as_a_table(example_project: Path) -> None:
    assert violations(compose_export(Project(example_project), "xlsx").content, *accessibility.WORKBOOK_RULES) == []


@pytest.mark.slow
@pytest.mark.parametrize("landscape", [False, True], ids=["portrait", "landscape"])
def test_so_does_the_report_in_a_house_style(brag_project: Path, tmp_path: Path, landscape: bool) -> None:
    for number, house in enumerate(
        (
            house_documents.python_docx_document(landscape=landscape),
            house_documents.libreoffice_document(tmp_path, landscape=landscape),
        )
    ):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(house)
        assert violations(compose_report(Project(brag_project), style=path).content) == []


@pytest.mark.parametrize("name", shipped_templates())
def test_so_does_every_specimen(name: str) -> None:
    assert violations(specimen_path(name).read_bytes()) == []


# ----------------------------------------------------------------------------- a document broken on purpose

#: Changes of a part's text; each must find what it changes.
Change = Callable[[str], str]


def swap(old: str, new: str, times: int = 1) -> Change:
    def change(xml: str) -> str:
        assert old in xml, old
        return xml.replace(old, new, times)

    return change


def sub(pattern: str, new: str) -> Change:
    def change(xml: str) -> str:
        broken, count = re.subn(pattern, new, xml, count=1, flags=re.DOTALL)
        assert count, pattern
        return broken

    return change


def linked(link: str, words: str = "The parks") -> Change:
    """A link at the top of the text."""
    return swap(
        "<w:p>",
        f"<w:p><w:r><w:t>See </w:t></w:r><w:hyperlink {link}><w:r><w:t>{words}</w:t></w:r></w:hyperlink></w:p><w:p>",
    )


BROKEN_DOCUMENTS: list[tuple[str, str, Change]] = [
    ("title and language", CORE, sub("<dc:title>.*?</dc:title>", "")),
    ("title and language", CORE, sub("<dc:title>.*?</dc:title>", "<dc:title> </dc:title>")),
    ("title and language", CORE, sub("<dc:language>.*?</dc:language>", "")),
    ("title and language", STYLES, sub(r"<w:lang [^>]*/>", "")),
    ("header rows", DOCUMENT, swap("<w:tblHeader/>", "")),
    ("header rows", DOCUMENT, swap("<w:tr><w:trPr><w:cantSplit/></w:trPr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>")),
    ("header rows", DOCUMENT, swap("<w:tblHeader/>", '<w:tblHeader w:val="0"/>')),
    ("empty paragraphs", DOCUMENT, swap("<w:tbl>", "<w:p/><w:tbl>")),
    ("empty paragraphs", DOCUMENT, swap("</w:tbl>", "</w:tbl><w:p><w:r><w:t> </w:t></w:r></w:p>")),
    ("empty paragraphs", DOCUMENT, swap("</w:p></w:tc>", "</w:p><w:p/></w:tc>")),
    ("merged cells", DOCUMENT, sub(r"(<w:tcW [^>]*/>)", r'\1<w:gridSpan w:val="2"/>')),
    ("merged cells", DOCUMENT, sub(r"(<w:tcW [^>]*/>)", r"\1<w:vMerge/>")),
    ("alternative text", DOCUMENT, sub(r' descr="[^"]*"', ' descr=" "')),
    ("alternative text", DOCUMENT, sub(r"<w:tblCaption [^>]*/>", "")),
    ("alternative text", DOCUMENT, swap("<w:p>", "<w:p><w:r><w:pict/></w:r></w:p><w:p>")),
    ("headings", DOCUMENT, swap('w:val="Heading1"', 'w:val="Heading2"')),
    ("headings", DOCUMENT, swap('w:val="Heading2"', 'w:val="Heading3"')),
    ("headings", STYLES, sub('<w:outlineLvl w:val="0"/>', '<w:outlineLvl w:val="2"/>')),
    ("contrast", STYLES, sub('(w:styleId="Heading1".*?<w:color w:val=)"[0-9A-F]{6}"', r'\1"FFD700"')),
    ("contrast", STYLES, sub('(<w:rPrDefault>.*?<w:color w:val=)"[0-9A-F]{6}"', r'\1"BBBBBB"')),
    ("contrast", DOCUMENT, sub(r'(<w:shd [^>]*w:fill=)"[0-9A-F]{6}"', r'\1"777777"')),
    ("contrast", DOCUMENT, sub(r'<w:color w:val="[0-9A-F]{6}"/>', '<w:color w:val="FFFFFF"/>')),
    ("contrast", "word/footer1.xml", swap("<w:r>", '<w:r><w:rPr><w:color w:val="DDDDDD"/></w:rPr>')),
    ("contrast", CHART, sub('(<c:dLbls>.*?<a:srgbClr val=)"[0-9A-F]{6}"', r'\1"EEEEEE"')),
    ("contrast", CHART, sub('(<c:title>.*?<a:srgbClr val=)"[0-9A-F]{6}"', r'\1"EEEEEE"')),
    (
        "colour alone",
        DOCUMENT,
        sub(r"(<w:tc><w:tcPr>(?:(?!</w:tcPr>).)*<w:shd (?:(?!</w:tc>).)*?)<w:t [^>]*>[^<]+</w:t>", r"\1"),
    ),
    ("colour alone", CHART, sub("<c:dLbls>.*?</c:dLbls>", "")),
    ("colour alone", CHART, sub("<c:dLbls>.*?</c:dLbls>", '<c:dLbls><c:delete val="1"/></c:dLbls>')),
    ("links", DOCUMENT, linked('w:anchor="nowhere"')),
    ("links", DOCUMENT, linked('r:id="rId999"')),
    ("links", DOCUMENT, linked("")),
    ("links", DOCUMENT, linked('r:id="rIdChart"', "here")),
    ("links", DOCUMENT, linked('r:id="rIdChart"', "https://example.org/x")),
    ("links", DOCUMENT, linked('r:id="rIdChart"', " ")),
    ("in line", DOCUMENT, lambda xml: xml.replace("wp:inline", "wp:anchor")),
]


@pytest.fixture(scope="module")
def report(example_project: Path) -> bytes:
    return compose_report(Project(example_project)).content


@pytest.mark.parametrize(("rule", "part", "change"), BROKEN_DOCUMENTS)
def test_a_broken_document_is_found(rule: str, part: str, change: Change, report: bytes) -> None:
    faults = violations(with_changed_parts(report, {part: change}))
    assert faults
    assert any(fault.startswith(f"{rule}: ") for fault in faults), faults


def test_every_rule_for_documents_has_been_broken() -> None:
    assert {rule for rule, _, _ in BROKEN_DOCUMENTS} == set(DOCUMENT_RULES)


def test_links_to_existing_targets_are_accepted(report: bytes) -> None:
    mark = '<w:p><w:bookmarkStart w:id="1" w:name="parks"/><w:bookmarkEnd w:id="1"/>'
    good = with_changed_parts(report, {DOCUMENT: lambda xml: swap("<w:p>", mark)(linked('w:anchor="parks"')(xml))})
    assert violations(good) == []


def test_a_picture_in_a_header_needs_alternative_text_or_is_marked_decorative(
    example_project: Path, tmp_path: Path
) -> None:
    house = tmp_path / "house.docx"
    house.write_bytes(house_documents.python_docx_document())
    content = compose_report(Project(example_project), style=house).content
    header = next(name for name in accessibility.Package(content).parts if "househeader" in name and "rels" not in name)
    assert violations(content) == []
    undescribed = with_changed_parts(content, {header: sub("<a:extLst.*?</a:extLst>", "")})
    assert any(fault.startswith("alternative text: ") for fault in violations(undescribed))


# ------------------------------------------------------------------------------ a workbook broken on purpose


def on(sheet: int, change: Callable[[Any], None]) -> Callable[[Any], None]:
    """A change of one sheet of a workbook."""
    return lambda book: change(book.worksheets[sheet])


def setting(where: str, value: Any) -> Callable[[Any], None]:
    """A change that sets an attribute, named with the way to it."""

    def change(thing: Any) -> None:
        *way, last = where.split(".")
        for name in way:
            thing = getattr(thing, name)
        assert getattr(thing, last) != value
        setattr(thing, last, value)

    return change


def cell(style: str, change: Callable[[Any], None]) -> Callable[[Any], None]:
    """A change of the first cell of that style."""

    def on_first(sheet: Any) -> None:
        change(next(cell for row in sheet.iter_rows() for cell in row if cell.style == style))

    return on_first


def pale(cell: Any) -> None:
    cell.font = Font(color="FFDDDDDD")


def pale_rule(sheet: Any) -> None:
    next(iter(sheet.conditional_formatting)).rules[0].dxf.font = Font(color="FFDDDDDD")


def rule_of_another(sheet: Any) -> None:
    next(iter(sheet.conditional_formatting)).rules[0].formula = ["$Z$1>1"]


def link(location: str) -> Callable[[Any], None]:
    return cell("link", setting("hyperlink.location", location))


def hide_first(book: Any) -> None:
    book.worksheets[0].sheet_state = "hidden"


def second_chosen(book: Any) -> None:
    book.worksheets[1].sheet_view.tabSelected = True


BROKEN_WORKBOOKS: list[tuple[str, Callable[[Any], None]]] = [
    ("title and language", setting("properties.title", None)),
    ("title and language", setting("properties.language", None)),
    ("sheet names", on(1, setting("title", "Sheet1"))),
    ("sheet names", on(2, setting("title", "Table"))),
    ("merged cells", on(1, lambda sheet: sheet.merge_cells("A4:B4"))),
    ("gaps", on(0, lambda sheet: sheet.insert_rows(8))),
    ("gaps", on(1, lambda sheet: sheet.insert_cols(1))),
    ("gaps", on(0, setting("_cells", {}))),
    ("beginning", setting("active", 1)),
    ("beginning", second_chosen),
    ("beginning", hide_first),
    ("beginning", on(0, lambda sheet: setattr(sheet.sheet_view.selection[0], "activeCell", "B9"))),
    ("beginning", on(0, lambda sheet: setattr(sheet.sheet_view, "topLeftCell", "A9"))),
    ("headings", on(1, setting("freeze_panes", None))),
    ("headings", on(1, setting("print_title_rows", "1:1"))),
    ("headings", on(1, cell("heading", lambda cell: setattr(cell, "value", None)))),
    ("contrast", on(1, cell("given", pale))),
    ("contrast", on(1, cell("answer", pale))),
    ("contrast", on(1, pale_rule)),
    ("colour alone", on(0, cell("status GREEN", lambda cell: setattr(cell, "value", None)))),
    ("colour alone", on(1, rule_of_another)),
    ("colour alone", on(1, cell("asked answer status", lambda cell: setattr(cell, "comment", None)))),
    ("links", on(0, link("'Nowhere'!A1"))),
    ("links", on(0, link("'Headlines'!everywhere"))),
    ("links", on(0, cell("link", setting("value", "click here")))),
]


@pytest.fixture(scope="module")
def query(example_project: Path) -> bytes:
    (path,) = (example_project / "2008-09-04" / "queries").glob("*.xlsx")
    return path.read_bytes()


def resaved(content: bytes, change: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_that_is_only_saved_again_breaks_no_rule(query: bytes) -> None:
    assert violations(resaved(query, lambda book: None)) == []


@pytest.mark.parametrize(("rule", "change"), BROKEN_WORKBOOKS)
def test_a_broken_workbook_is_found(rule: str, change: Callable[[Any], None], query: bytes) -> None:
    faults = violations(resaved(query, change))
    assert any(fault.startswith(f"{rule}: ") for fault in faults), faults


def test_every_rule_for_workbooks_has_been_broken() -> None:
    assert {rule for rule, _ in BROKEN_WORKBOOKS} | {"alternative text"} == set(WORKBOOK_RULES)


def test_a_picture_in_a_workbook_needs_words(query: bytes) -> None:
    drawing = '<d xmlns="urn:x"><cNvPr id="1" name="Crest"{}/></d>'
    described = with_changed_parts(
        query, {}, {"xl/drawings/drawing1.xml": drawing.format(' descr="The crest"').encode()}
    )
    undescribed = with_changed_parts(query, {}, {"xl/drawings/drawing1.xml": drawing.format(' descr=" "').encode()})
    assert violations(described) == []
    assert any(fault.startswith("alternative text: ") for fault in violations(undescribed))
