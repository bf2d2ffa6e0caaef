"""The names and targets in a package, its kind and its main part, however they are written."""

from __future__ import annotations

import pytest

from helpers.office_packages import relationships_part as links
from helpers.office_packages import zip_of
from ragsheets.errors import ReturnError
from ragsheets.formats import guard
from ragsheets.formats.limits import Limits
from ragsheets.formats.opc import OfficePackage, part_key
from ragsheets.formats.zip_archive import ZipArchive


def package_of(parts: dict[str, str | bytes]) -> OfficePackage:
    return OfficePackage(ZipArchive(zip_of(parts)))


@pytest.mark.parametrize(
    "name",
    [
        *("xl/a b.xml", "XL/A B.XML", "/xl/a b.xml", "xl\\a b.xml", "\\xl\\A b.xml", "xl/a%20b.xml", "xl/%61%20B.xml"),
        *("xl/./a b.xml", "./xl/a b.xml", "xl/c/../a b.xml", "/../xl//a b.xml"),
    ],
)
def test_names_of_one_part_have_one_key(name: str) -> None:
    assert part_key(name) == "xl/a b.xml"


@pytest.mark.parametrize(
    "target",
    [
        *(
            "a/c.xml",
            "./a/c.xml",
            "/xl/a/c.xml",
            "../xl/a/c.xml",
            "xl/a/c.xml",
            "A/C.XML",
            "a\\c.xml",
            "\\xl\\a\\c.xml",
        ),
        *("%61/c.xml", "a/./c.xml", "a&#47;c.xml", "../../../xl/a/c.xml"),
    ],
)
def test_a_target_is_found_however_it_is_written(target: str) -> None:
    package = package_of({"xl/_rels/b.xml.rels": links(("thing", target)), "xl/a/c.xml": "<c/>"})
    part = package.related_part("xl/b.xml", "thing")
    assert package.read(part) == b"<c/>"


def test_a_target_outside_the_package_is_no_part() -> None:
    for mode in ("External", "external"):
        outside = links(("thing", "a.xml")).replace("/></R", f' TargetMode="{mode}"/></R')
        package = package_of({"_rels/.rels": outside, "a.xml": "<a/>"})
        assert (package.related_part("", "thing"), package.relationships("")["r1"].part) == ("", "")


def main_at(target: str) -> dict[str, str | bytes]:
    return {"_rels/.rels": links(("officeDocument", target))}


def type_of(part: str, kind: str) -> str:
    return f'<x:Types><x:Override PartName="{part}" ContentType="{kind}"/></x:Types>'


WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TEMPLATE_TYPE = "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"


@pytest.mark.parametrize(
    ("parts", "main", "kind"),
    [
        ({"xl/workbook.xml": "<workbook/>"}, "xl/workbook.xml", "xlsx"),
        ({**main_at("a/b.xml"), "a/b.xml": "<x:workbook />"}, "a/b.xml", "xlsx"),
        ({**main_at("/b.xml"), "b.xml": "<?xml?><w:document>"}, "b.xml", "word"),
        ({"[content_types].XML": type_of("/B.xml", WORKBOOK_TYPE), "b.xml": "<a/>"}, "b.xml", "xlsx"),
        ({"[Content_Types].xml": type_of("b.xml", MACRO_TEMPLATE_TYPE), "b.xml": "<a/>"}, "b.xml", "word"),
        ({**main_at("gone.xml"), "word/document.xml": "<a/>"}, "word/document.xml", "word"),
        ({"xl\\workbook.bin": "", "_rels\\.rels": "<a/>"}, "xl/workbook.bin", "xlsb"),
        # Of two, the one that is the main part by its relationship.
        ({**main_at("xl/w22.xml"), "xl/w22.xml": "<workbook/>", "xl/workbook.xml": "<a/>"}, "xl/w22.xml", "xlsx"),
    ],
)
def test_the_main_part_says_what_a_package_is(parts: dict[str, str | bytes], main: str, kind: str) -> None:
    package = package_of(parts)
    assert (package.main_part(), package.kind) == (main, kind)
    assert guard.identify(zip_of(parts)).kind == kind


@pytest.mark.parametrize("parts", [{"a.txt": "a"}, {"_rels/.rels": links(("officeDocument", "gone.xml"))}])
def test_an_archive_without_a_main_part_is_of_no_kind(parts: dict[str, str | bytes]) -> None:
    assert package_of(parts).kind is None


def test_an_office_file_without_its_main_part_is_named() -> None:
    with pytest.raises(ReturnError) as error:
        guard.identify(zip_of({"[Content_Types].xml": "<Types/>", "xl/styles.xml": "<a/>"}))
    assert error.value.facts == {"found": "an Office file without its main part"}


@pytest.mark.parametrize("other", ["XL/A.xml", "xl\\a.xml", "/xl/a.xml", "xl/%61.xml", "xl/./a.xml"])
def test_two_parts_that_differ_in_the_writing_of_their_names_only_are_damage(other: str) -> None:
    guard.check_parts(ZipArchive(zip_of({"xl/a.xml": "<a/>", "xl/b.xml": "<a/>"})), Limits())
    with pytest.raises(ReturnError) as error:
        guard.check_parts(ZipArchive(zip_of({"xl/a.xml": "<a/>", other: "<b/>"})), Limits())
    assert error.value.facts == {"found": "two parts of one name"}
