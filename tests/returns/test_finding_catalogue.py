"""The catalogue of findings: put together from the modules that add them."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.period_builder import PeriodBuilder, only_finding
from helpers.reference_pages import findings_reference
from helpers.source_code import MODULES, constants, name_of
from ragsheets.returns import checks
from ragsheets.returns.checks import all_checks
from ragsheets.returns.finding import Severity
from ragsheets.returns.finding_catalogue import finding_kinds, make_finding

#: Every word in braces that a text of the catalogue may have, besides those of the finding itself.
DETAILS = {"line": "<line>", "key": "<key>", "answer": "<answer>", "tasks": "<tasks>"}
#: What coordinators do not say to one another.
PRIVATE_WORDS = re.compile(r"\b(?:says?|said|stands?|stood|tells?|told|came back)\b", re.IGNORECASE)

NEW_CHECK = """
from ragsheets.returns.finding import FindingKind, Severity
from ragsheets.returns.finding_catalogue import make_finding

KINDS = {"short-position": FindingKind(Severity.NOTE, "“{found}” is short.", "Ask for more words.")}


def check(context):
    answers = context.current_answers
    for row in answers[answers["column"] == "position"].itertuples():
        if len(row.value) < 10:
            yield row.return_id, make_finding("short-position", file=row.file, task=row.task, found=row.value)
"""


@pytest.fixture
def added_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose modules belong to the package of checks."""
    monkeypatch.setattr(checks, "__path__", [*checks.__path__, str(tmp_path)])
    for function in (all_checks, finding_kinds):
        function.cache_clear()
    yield tmp_path
    for function in (all_checks, finding_kinds):
        function.cache_clear()


def test_a_new_check_is_one_file(added_checks: Path) -> None:
    (added_checks / "short_positions.py").write_text(NEW_CHECK, encoding="utf-8")
    period = PeriodBuilder()
    period.add_return(1, {"2.1a": {"position": "Done."}})
    _, finding = only_finding(period.assess(), "short-position")
    assert (finding.message, finding.severity, finding.task) == ("“Done.” is short.", Severity.NOTE, "2.1a")
    assert "| `short-position` | note | “{found}” is short. | Ask for more words. |" in findings_reference()


def test_a_code_that_is_declared_twice_is_an_error(added_checks: Path) -> None:
    (added_checks / "second_totals.py").write_text(
        "from ragsheets.returns.checks.totals import KINDS\n", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="the finding total-mismatch is declared twice"):
        finding_kinds()


def test_every_finding_of_the_catalogue_is_used_somewhere() -> None:
    uses = [text for module in MODULES if not name_of(module).startswith("template/") for text in constants(module)]
    # Once in its declaration; by the name of a constant where the code has one.
    assert {code for code in finding_kinds() if not uses.count(code)} == set()


@pytest.mark.parametrize("code", finding_kinds())
def test_every_finding_has_a_message_and_a_fix_that_can_be_filled_in(code: str) -> None:
    kind = finding_kinds()[code]
    placeholders = {
        field for text in (kind.message, kind.fix) for _, field, _, _ in string.Formatter().parse(text) if field
    }
    assert placeholders <= {"file", "found", "wanted", "suggestion", "found_part", "wanted_part", *DETAILS}
    finding = make_finding(code, found="<found>", wanted="<wanted>", suggestion="<suggestion>", **DETAILS)
    assert (finding.code, finding.severity) == (code, kind.severity)
    assert "<found>" in finding.message or "found" not in placeholders
    unsuggested = make_finding(code, found="<found>", wanted="<wanted>", **DETAILS)
    assert not [text for text in (unsuggested.message, unsuggested.fix) if "  " in text]
    for text in (finding.message, finding.fix):
        assert text.endswith((".", "<suggestion>"))
        assert not set("{}") & set(text)
        assert not PRIVATE_WORDS.search(text)


def test_a_long_wording_is_quoted_where_it_was_changed() -> None:
    wanted = "Map the services for young people in every ward of the city, with the schools, by June 2008"
    finding = make_finding("wording-changed", found=wanted.replace("June", "July"), wanted=wanted)
    before, after = "… with the schools, by June 2008", "… with the schools, by July 2008"
    assert finding.message == f"The plan's “{before}” was changed to “{after}”."
    assert (finding.found, finding.wanted) == (wanted.replace("June", "July"), wanted)


def test_the_fix_for_a_damaged_file_works_where_another_program_opens_it() -> None:
    fix = make_finding("damaged", found="x").fix
    assert "If it opens, save the workbook as .xlsx" in fix
    assert "if not, ask for it to be sent again" in fix


def test_the_finding_on_a_link_fits_a_link_to_anything() -> None:
    finding = make_finding("cloud-link", found="https://example.org/a")
    assert finding.message == "A link (https://example.org/a) came instead of the workbook itself."
    assert "if not, ask for the workbook" in finding.fix


def test_braces_that_a_contact_typed_are_only_text() -> None:
    assert "“{wanted} {0} {”" in make_finding("unknown-status", found="{wanted} {0} {", wanted="GREEN").message
