"""What every reader of extras keeps to, and the same workbook saved by LibreOffice in each of its formats."""

from __future__ import annotations

import datetime
import io
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from helpers import libreoffice
from helpers.office_packages import PNG, sheet, xlsx, zipped
from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import cell_address, parse_address
from ragsheets.formats.spreadsheet.details import (
    Annotation,
    StruckText,
    WorkbookDetails,
    parse_timestamp,
    split_struck_text,
)
from ragsheets.formats.spreadsheet.reader import details_of

FIRST, SECOND = "First & <one>", "Second"
KINDS = ("xlsx", "ods", "xls")


@pytest.fixture(scope="session")
def saved_by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One workbook with something of everything, as LibreOffice saves it in each format."""
    folder = tmp_path_factory.mktemp("everything")
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = FIRST
    book.create_sheet(SECOND)
    for address, value in {"A1": "Green Amber hold", "B2": "gone", "C3": "=1/0", "C4": '=IF(1=1,"","x")'}.items():
        first[address] = value
    first["C5"], first["C6"], first["D1"], first["E1"] = "=2+3", "=NA()", 1.5, datetime.date(2024, 3, 1)
    first["D1"].number_format, first["E1"].number_format = "0.00", "dd/mm/yyyy"
    book.save(folder / "source.xlsx")
    (folder / "dot.png").write_bytes(PNG)
    things = [
        ("note", FIRST, "A1", "a note\nof two lines"),
        ("note", SECOND, "B3", "second"),
        ("text-box", FIRST, "B4", "words in\na box"),
        ("picture", SECOND, "C7", str(folder / "dot.png")),
        ("struck", FIRST, "A1", "Amber "),
        ("struck", FIRST, "B2", "gone"),
    ]
    # A LibreOffice in which a picture was placed hangs when it saves as .ods; another one does not.
    with libreoffice.running() as program:
        program.run(folder / "source.xlsx", save=(folder / "made.xlsx", libreoffice.XLSX), add=things)
    with libreoffice.running() as program:
        for kind, filter_name in zip(KINDS, (libreoffice.XLSX, libreoffice.ODS, libreoffice.XLS), strict=True):
            program.run(folder / "made.xlsx", save=(folder / f"saved.{kind}", filter_name))
    return {kind: (folder / f"saved.{kind}").read_bytes() for kind in KINDS}


@pytest.fixture(params=KINDS)
def everything(request: pytest.FixtureRequest, saved_by_libreoffice: dict[str, bytes]) -> WorkbookDetails:
    return details_of(request.param, saved_by_libreoffice[request.param])


# ------------------------------------------------------------------------------------------- in every format


def test_what_stands_beside_the_cells_comes_through_every_format(everything: WorkbookDetails) -> None:
    assert everything.annotations() == [
        Annotation("comment", FIRST, "A1", "a note\nof two lines"),
        Annotation("text-box", FIRST, "B4", "words in\na box"),
        Annotation("comment", SECOND, "B3", "second"),
        Annotation("picture", SECOND, "C7"),
    ]


def test_formulas_and_errors_come_through_every_format(everything: WorkbookDetails) -> None:
    assert set(everything.formulas(FIRST)) == {(2, 2), (3, 2), (4, 2), (5, 2)}
    assert everything.formulas(FIRST)[4, 2] in ("2+3", "")
    assert everything.errors(FIRST) == {(2, 2): "#DIV/0!", (5, 2): "#N/A"}
    assert everything.uncalculated(FIRST) == frozenset()
    assert (dict(everything.formulas(SECOND)), dict(everything.errors(SECOND))) == ({}, {})


def test_struck_words_come_through_every_format(everything: WorkbookDetails) -> None:
    assert everything.struck_text(FIRST) == {(0, 0): StruckText("Green hold", "Amber"), (1, 1): StruckText("", "gone")}
    assert dict(everything.struck_text(SECOND)) == {}


def test_number_formats_come_through_every_format(everything: WorkbookDetails) -> None:
    formats = [everything.number_format_of(FIRST, place) for place in ((0, 3), (0, 4), (0, 0), (900, 900))]
    assert formats == ["0.00", "dd/mm/yyyy", "General", "General"]


def test_the_time_of_saving_and_the_first_day_come_through_every_format(everything: WorkbookDetails) -> None:
    assert everything.saved_at is not None
    assert everything.saved_at.tzinfo is None
    assert abs(everything.saved_at - datetime.datetime.now(datetime.UTC).replace(tzinfo=None)) < datetime.timedelta(
        days=1
    )
    assert everything.date1904 is False


def test_of_an_unknown_sheet_there_is_nothing_to_say(everything: WorkbookDetails) -> None:
    nothing = "No such sheet"
    assert not everything.formulas(nothing)
    assert not everything.errors(nothing)
    assert not everything.struck_text(nothing)
    assert everything.uncalculated(nothing) == frozenset()
    assert everything.number_format_of(nothing, (0, 0)) == "General"


def test_what_a_cell_shows_is_told_where_the_file_keeps_it(saved_by_libreoffice: dict[str, bytes]) -> None:
    shown = {
        kind: details_of(kind, content).displayed_text(FIRST, (0, 4)) for kind, content in saved_by_libreoffice.items()
    }
    assert shown == {"xlsx": None, "ods": "01/03/2024", "xls": None}


# ------------------------------------------------------------------------------------------- broken files


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "ods", "xls"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_file_that_is_none_of_the_kind_is_damaged(kind: str, content: bytes) -> None:
    with pytest.raises(ReturnError) as error:
        details_of(kind, content).annotations()
        details_of(kind, content).errors("")
    assert error.value.code == "damaged"


def test_another_kind_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="docx"):
        details_of("docx", b"")


def every_answer(found: WorkbookDetails, sheets: tuple[str, ...]) -> None:
    _ = found.saved_at, found.date1904
    found.annotations()
    for name in sheets:
        for asked in (found.formulas, found.uncalculated, found.errors, found.struck_text):
            list(asked(name))  # type: ignore[operator]
        found.number_format_of(name, (0, 4))
        found.displayed_text(name, (0, 4))


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Content with some bytes changed, taken out or doubled."""
    spoiled = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(spoiled))
        how = chance.randrange(3)
        if how == 0:
            spoiled[at] = chance.randrange(256)
        elif how == 1:
            del spoiled[at : at + chance.randint(1, 40)]
        else:
            spoiled[at:at] = spoiled[at : at + chance.randint(1, 40)]
    return bytes(spoiled)


def asked_of(kind: str, content: bytes) -> str:
    try:
        every_answer(details_of(kind, content), (FIRST, SECOND))
    except ReturnError as error:
        return error.code
    return ""


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_spoilt_part_is_read_or_damaged_and_nothing_else(kind: str, saved_by_libreoffice: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(saved_by_libreoffice[kind])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(("xml", "rels", "vml"))}
    results = set()
    for seed in range(150):
        chance = random.Random(seed)
        part = chance.choice([name for name in parts if parts[name] and "thumb" not in name.lower()])
        results.add(asked_of(kind, zipped(parts | {part: spoilt(parts[part], chance)})))
    assert results == {"", "damaged"}


def test_a_spoilt_xls_is_read_or_damaged_and_nothing_else(saved_by_libreoffice: dict[str, bytes]) -> None:
    content = saved_by_libreoffice["xls"]
    chances = [random.Random(seed) for seed in range(100)]
    assert {asked_of("xls", spoilt(content, chance)) for chance in chances} == {"", "damaged"}


# ------------------------------------------------------------------------------------------- what they share


@pytest.mark.parametrize(
    ("place", "name"),
    [((0, 0), "A1"), ((11, 3), "D12"), ((0, 25), "Z1"), ((0, 26), "AA1"), ((1048575, 16383), "XFD1048576")],
)
def test_a_place_has_an_address(place: tuple[int, int], name: str) -> None:
    assert cell_address(place) == name
    assert parse_address(name) == place
    assert parse_address(name.lower()) == place


@pytest.mark.parametrize("name", ["A", "12", "A0", "AAAA1", "A1:B2", "A1 ", "Ä1"])
def test_what_is_no_address_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name)):
        parse_address(name)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-01T10:00:00Z", datetime.datetime(2024, 3, 1, 10)),
        ("2024-03-01T10:00:00+02:00", datetime.datetime(2024, 3, 1, 8)),
        (" 2024-03-01T10:00:00.123456789 ", datetime.datetime(2024, 3, 1, 10)),
        ("2024-03-01", datetime.datetime(2024, 3, 1)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_are_told_in_utc(text: str, moment: datetime.datetime | None) -> None:
    assert parse_timestamp(text) == moment


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        ([("Green", True), (" Amber", False)], StruckText("Amber", "Green")),
        ([("a", True), ("b", False), ("c", True)], StruckText("b", "a … c")),
        ([("a", True), (" ", False), ("b", True)], StruckText("", "a b")),
        ([(" ", True), ("stands", False)], None),
        ([("stands", False)], None),
        ([], None),
    ],
)
def test_words_that_stand_are_told_from_those_struck(pieces: list[tuple[str, bool]], told: StruckText | None) -> None:
    assert split_struck_text(pieces) == told


def test_a_parser_is_only_loaded_where_something_has_to_be_parsed(tmp_path: Path) -> None:
    plain = xlsx({"One": sheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')})
    (tmp_path / "plain.xlsx").write_bytes(plain)
    script = f"""
import sys
from ragsheets.formats.spreadsheet.reader import details_of
details = details_of("xlsx", open({str(tmp_path / "plain.xlsx")!r}, "rb").read())
assert details.annotations() == [] and not details.struck_text("One") and not details.errors("One")
assert dict(details.formulas("One")) == {{(0, 0): "1+1"}}
print(*(name for name in ("lxml", "xlrd", "olefile", "openpyxl", "pandas", "pydantic") if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_reader_that_finds_nothing_says_nothing() -> None:
    nothing = WorkbookDetails()
    asked: list[Callable[[str], object]] = [nothing.formulas, nothing.errors, nothing.struck_text, nothing.uncalculated]
    assert (nothing.saved_at, nothing.date1904, nothing.annotations()) == (None, False, [])
    assert not any(ask("One") for ask in asked)
    assert nothing.displayed_text("One", (0, 0)) is None
