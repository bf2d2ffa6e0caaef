"""Workbook details: the common contract of all readers, and one workbook saved by LibreOffice in each format."""

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
from helpers.office_packages import PNG, sheet, xlsx, zip_of
from ragsheets.errors import ReturnError
from ragsheets.formats.a1 import cell_address, parse_address, sort_position
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
    """Return one workbook with every kind of detail, as LibreOffice saves it in each format."""
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
    additions = [
        ("note", FIRST, "A1", "a note\nof two lines"),
        ("note", SECOND, "B3", "second"),
        ("text-box", FIRST, "B4", "words in\na box"),
        ("picture", SECOND, "C7", str(folder / "dot.png")),
        ("struck", FIRST, "A1", "Amber "),
        ("struck", FIRST, "B2", "gone"),
    ]
    # A LibreOffice process that has inserted a picture hangs when it saves as .ods; a new process does not.
    with libreoffice.running_libreoffice() as program:
        program.run(folder / "source.xlsx", save=(folder / "made.xlsx", libreoffice.XLSX), additions=additions)
    with libreoffice.running_libreoffice() as program:
        for kind, filter_name in zip(KINDS, (libreoffice.XLSX, libreoffice.ODS, libreoffice.XLS), strict=True):
            program.run(folder / "made.xlsx", save=(folder / f"saved.{kind}", filter_name))
    return {kind: (folder / f"saved.{kind}").read_bytes() for kind in KINDS}


@pytest.fixture(params=KINDS)
def details(request: pytest.FixtureRequest, saved_by_libreoffice: dict[str, bytes]) -> WorkbookDetails:
    return details_of(request.param, saved_by_libreoffice[request.param])


# ------------------------------------------------------------------------------------------- in every format


def test_annotations_are_read_from_every_format(details: WorkbookDetails) -> None:
    assert details.annotations() == [
        Annotation("comment", FIRST, "A1", "a note\nof two lines"),
        Annotation("text-box", FIRST, "B4", "words in\na box"),
        Annotation("comment", SECOND, "B3", "second"),
        Annotation("picture", SECOND, "C7"),
    ]


def test_formulas_and_errors_are_read_from_every_format(details: WorkbookDetails) -> None:
    assert set(details.formulas(FIRST)) == {(2, 2), (3, 2), (4, 2), (5, 2)}
    assert details.formulas(FIRST)[4, 2] in ("2+3", "")
    assert details.errors(FIRST) == {(2, 2): "#DIV/0!", (5, 2): "#N/A"}
    assert details.uncalculated(FIRST) == frozenset()
    assert (dict(details.formulas(SECOND)), dict(details.errors(SECOND))) == ({}, {})


def test_struck_text_is_read_from_every_format(details: WorkbookDetails) -> None:
    assert details.struck_text(FIRST) == {(0, 0): StruckText("Green hold", "Amber"), (1, 1): StruckText("", "gone")}
    assert dict(details.struck_text(SECOND)) == {}


def test_number_formats_are_read_from_every_format(details: WorkbookDetails) -> None:
    formats = [details.number_format_of(FIRST, position) for position in ((0, 3), (0, 4), (0, 0), (900, 900))]
    assert formats == ["0.00", "dd/mm/yyyy", "General", "General"]


def test_the_time_of_saving_and_date_system_are_read_from_every_format(details: WorkbookDetails) -> None:
    assert details.saved_at is not None
    assert details.saved_at.tzinfo is None
    assert abs(details.saved_at - datetime.datetime.now(datetime.UTC).replace(tzinfo=None)) < datetime.timedelta(days=1)
    assert details.date1904 is False


def test_an_unknown_sheet_gives_empty_results(details: WorkbookDetails) -> None:
    unknown_sheet = "No such sheet"
    assert not details.formulas(unknown_sheet)
    assert not details.errors(unknown_sheet)
    assert not details.struck_text(unknown_sheet)
    assert details.uncalculated(unknown_sheet) == frozenset()
    assert details.number_format_of(unknown_sheet, (0, 0)) == "General"


def test_displayed_text_is_returned_if_the_file_stores_it(saved_by_libreoffice: dict[str, bytes]) -> None:
    displayed_texts = {
        kind: details_of(kind, content).displayed_text(FIRST, (0, 4)) for kind, content in saved_by_libreoffice.items()
    }
    assert displayed_texts == {"xlsx": None, "ods": "01/03/2024", "xls": None}


# ------------------------------------------------------------------------------------------- broken files


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "ods", "xls"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_file_of_another_kind_is_damaged(kind: str, content: bytes) -> None:
    with pytest.raises(ReturnError) as error:
        details_of(kind, content).annotations()
        details_of(kind, content).errors("")
    assert error.value.code == "damaged"


def test_an_unknown_kind_raises_value_error() -> None:
    with pytest.raises(ValueError, match="docx"):
        details_of("docx", b"")


def call_every_method(details: WorkbookDetails, sheets: tuple[str, ...]) -> None:
    _ = details.saved_at, details.date1904
    details.annotations()
    for name in sheets:
        for method in (details.formulas, details.uncalculated, details.errors, details.struck_text):
            list(method(name))  # type: ignore[operator]
        details.number_format_of(name, (0, 4))
        details.displayed_text(name, (0, 4))


def corrupted(content: bytes, chance: random.Random) -> bytes:
    """Return content with some bytes changed, removed or duplicated."""
    corrupted_content = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        offset = chance.randrange(len(corrupted_content))
        corruption = chance.randrange(3)
        if corruption == 0:
            corrupted_content[offset] = chance.randrange(256)
        elif corruption == 1:
            del corrupted_content[offset : offset + chance.randint(1, 40)]
        else:
            corrupted_content[offset:offset] = corrupted_content[offset : offset + chance.randint(1, 40)]
    return bytes(corrupted_content)


def error_code_of(kind: str, content: bytes) -> str:
    try:
        call_every_method(details_of(kind, content), (FIRST, SECOND))
    except ReturnError as error:
        return error.code
    return ""


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_corrupted_part_is_read_or_damaged(kind: str, saved_by_libreoffice: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(saved_by_libreoffice[kind])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(("xml", "rels", "vml"))}
    results = set()
    for seed in range(150):
        chance = random.Random(seed)
        part = chance.choice([name for name in parts if parts[name] and "thumb" not in name.lower()])
        results.add(error_code_of(kind, zip_of(parts | {part: corrupted(parts[part], chance)})))
    assert results == {"", "damaged"}


def test_a_corrupted_xls_is_read_or_damaged(saved_by_libreoffice: dict[str, bytes]) -> None:
    content = saved_by_libreoffice["xls"]
    chances = [random.Random(seed) for seed in range(100)]
    assert {error_code_of("xls", corrupted(content, chance)) for chance in chances} == {"", "damaged"}


# ------------------------------------------------------------------------------------------- shared helpers


@pytest.mark.parametrize(
    ("position", "name"),
    [((0, 0), "A1"), ((11, 3), "D12"), ((0, 25), "Z1"), ((0, 26), "AA1"), ((1048575, 16383), "XFD1048576")],
)
def test_a_position_has_an_address(position: tuple[int, int], name: str) -> None:
    assert cell_address(position) == name
    assert parse_address(name) == position
    assert parse_address(name.lower()) == position


@pytest.mark.parametrize("name", ["A", "12", "A0", "AAAA1", "A1:B2", "A1 ", "Ä1"])
def test_an_invalid_address_is_rejected(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name)):
        parse_address(name)
    assert sort_position(name) < sort_position("A1") < sort_position("B1") < sort_position("AA1") < sort_position("A2")


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
def test_timestamps_are_converted_to_utc(text: str, moment: datetime.datetime | None) -> None:
    assert parse_timestamp(text) == moment


@pytest.mark.parametrize(
    ("pieces", "struck_text"),
    [
        ([("Green", True), (" Amber", False)], StruckText("Amber", "Green")),
        ([("a", True), ("b", False), ("c", True)], StruckText("b", "a … c")),
        ([("a", True), (" ", False), ("b", True)], StruckText("", "a b")),
        ([(" ", True), ("stands", False)], None),
        ([("stands", False)], None),
        ([], None),
    ],
)
def test_remaining_and_struck_text_are_split(pieces: list[tuple[str, bool]], struck_text: StruckText | None) -> None:
    assert split_struck_text(pieces) == struck_text


def test_parsers_are_only_loaded_when_needed(tmp_path: Path) -> None:
    content = xlsx({"One": sheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')})
    (tmp_path / "plain.xlsx").write_bytes(content)
    script = f"""
import sys
from ragsheets.formats.spreadsheet.reader import details_of
details = details_of("xlsx", open({str(tmp_path / "plain.xlsx")!r}, "rb").read())
assert details.annotations() == [] and not details.struck_text("One") and not details.errors("One")
assert dict(details.formulas("One")) == {{(0, 0): "1+1"}}
print(*(name for name in ("lxml", "xlrd", "olefile", "openpyxl", "pandas", "pydantic") if name in sys.modules))
"""
    completed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert completed.stdout.split() == []


def test_the_base_class_gives_empty_results() -> None:
    details = WorkbookDetails()
    methods: list[Callable[[str], object]] = [
        details.formulas,
        details.errors,
        details.struck_text,
        details.uncalculated,
    ]
    assert (details.saved_at, details.date1904, details.annotations()) == (None, False, [])
    assert not any(method("One") for method in methods)
    assert details.displayed_text("One", (0, 0)) is None
