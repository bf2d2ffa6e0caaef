"""The catalogue of findings: every code is used, and its sentences can be filled in."""

from __future__ import annotations

import string

import pytest

from helpers.source_code import MODULES, constants, name_of
from ragsheets.returns.finding_catalogue import CATALOGUE, make_finding


def test_every_finding_of_the_catalogue_is_used_somewhere() -> None:
    assert CATALOGUE
    used = {
        text
        for module in MODULES
        if not name_of(module).startswith("returns/finding_catalogue")
        for text in constants(module)
    }
    assert set(CATALOGUE) - used == set()


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_has_a_message_and_a_fix_that_can_be_filled_in(code: str) -> None:
    kind = CATALOGUE[code]
    placeholders = {
        field
        for text in (kind.message, kind.fix, kind.ask, kind.remedy)
        for _, field, _, _ in string.Formatter().parse(text)
        if field
    }
    assert placeholders <= {"file", "found", "wanted", "suggestion", "line"}
    finding = make_finding(code, found="<found>", wanted="<wanted>", line="<line>", suggestion="<suggestion>")
    assert (finding.code, finding.severity) == (code, kind.severity)
    assert "<found>" in finding.message or "found" not in placeholders
    assert bool(finding.ask) == bool(finding.remedy)
    for text in (finding.message, finding.fix, *filter(None, (finding.ask, finding.remedy))):
        assert text.endswith((".", "<suggestion>"))
        assert not set("{}") & set(text)


def test_the_fix_for_a_damaged_file_works_where_another_program_opens_it() -> None:
    fix = make_finding("damaged", found="x").fix
    assert "if it opens there, save the workbook as .xlsx" in fix
    assert "if not, ask for it to be sent again" in fix


def test_the_finding_on_a_link_fits_a_link_to_anything() -> None:
    finding = make_finding("cloud-link", found="https://example.org/a")
    assert finding.message == "A link (https://example.org/a) came instead of the workbook itself."
    assert "if not, ask for the workbook" in finding.fix


def test_braces_that_a_contact_typed_are_only_text() -> None:
    assert "“{wanted} {0} {”" in make_finding("unknown-status", found="{wanted} {0} {", wanted="GREEN").message
