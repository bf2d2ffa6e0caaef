"""ragsheets ingest"""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers import messages
from helpers.built_once import built_once
from helpers.projects import (
    DATE,
    action,
    files_by_name,
    group,
    outcome,
    plan,
    reply,
    run_ragsheets,
    task,
    toml,
    write_plan,
)
from ragsheets import files, read_plan
from ragsheets.plan.model import Period
from ragsheets.template.reader import read_template

GREEN = {"position": "Done.", "status": "GREEN", "planned": "Nothing more."}
TWO_GROUPS = plan(
    group("Parks", outcome("2.1", action(task("a"), task("b"), task("c"))), outcome("2.10")),
    group("Health", outcome("3.1")),
)


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Path:
    """A project with sent workbooks of the sub-groups Parks (2.1a, b, c and 2.10a) and Health (3.1a)."""
    folder = tmp_path / "project"
    write_plan(folder, TWO_GROUPS)
    assert run_ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    return folder


def ingest(folder: Path, *words: str | Path) -> tuple[int, dict[str, Any]]:
    """Run ingest with --json; returns the exit status and the parsed output."""
    result = run_ragsheets("-C", folder, "ingest", *words, "--json")
    return result.exit_code, json.loads(result.stdout)


def codes(payload: dict[str, Any]) -> list[str]:
    return [finding["code"] for file in payload["files"] for finding in file["findings"]]


def write_valid_returns(folder: Path) -> None:
    """Write valid returns of both sub-groups."""
    reply(folder, "Parks.xlsx", {"2.1a": GREEN, "2.1b": GREEN, "2.1c": GREEN, "2.10a": GREEN})
    reply(folder, "Health.xlsx", {"3.1a": GREEN}, of="Health")


# ------------------------------------------------------------------------------------------ the machine's version


def test_json_has_the_documented_shape(project: Path) -> None:
    answers = {"2.1a": GREEN, "2.1b": {**GREEN, "status": "Ambr"}, "2.1c": {**GREEN, "status": "RED"}}
    path = reply(project, "Parks (final).xlsx", answers)
    code, payload = ingest(project)
    file = payload["files"][0]
    findings = {finding["code"]: finding for finding in file["findings"]}
    assert code == 1
    assert payload["period"] == {"date": "2008-09-04", "name": "4th September 2008"}
    assert payload["totals"] == [
        {"group": "Parks", "outcome": "2.1", "GREEN": 1, "AMBER": 0, "RED": 1, "not_reported": 1, "total": 3},
        {"group": "Parks", "outcome": "2.10", "GREEN": 0, "AMBER": 0, "RED": 0, "not_reported": 1, "total": 1},
        {"group": "Health", "outcome": "3.1", "GREEN": 0, "AMBER": 0, "RED": 0, "not_reported": 1, "total": 1},
    ]
    assert payload["missing"] == ["Health"]
    assert len(payload["files"]) == 1
    assert {name: file[name] for name in ("file", "sha256", "result", "group")} == {
        "file": "Parks (final).xlsx",
        "sha256": files.sha256(path.read_bytes()),
        "result": "accepted",
        "group": "Parks",
    }
    query = findings["unknown-status"]
    assert query.pop("cell")
    assert query.pop("id")
    assert query == {
        "code": "unknown-status",
        "severity": "error",
        "sheet": "Outcome 2.1",
        "task": "2.1b",
        "found": "Ambr",
        "message": "“Ambr” is not a status. Did you mean AMBER?",
        "fix": "Ask which it is: GREEN, AMBER, RED.",
        "settled": None,
    }


def test_the_totals_have_a_column_for_each_status_of_the_template(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(template="brag"))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    reply(tmp_path, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Blue – complete"}})
    _, payload = ingest(tmp_path)
    (row,) = payload["totals"]
    assert list(row) == ["group", "outcome", *read_template("brag").scale.codes, "not_reported", "total"]
    assert row["BLUE"] == 1


def test_files_in_subfolders_are_named_by_relative_path(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": GREEN}, to=project / "2008-09-04" / "returned" / "by post" / "late")
    assert [file["file"] for file in ingest(project)[1]["files"]] == ["by post/late/Parks.xlsx"]


# ----------------------------------------------------------------------------------------------------- exit status


def test_nothing_returned_yet_is_no_error(project: Path) -> None:
    code, payload = ingest(project)
    assert (code, payload["files"], payload["missing"]) == (0, [], ["Parks", "Health"])


def test_valid_returns_exit_with_0(project: Path) -> None:
    write_valid_returns(project)
    code, payload = ingest(project)
    assert (code, codes(payload), payload["missing"]) == (0, [], [])


def test_a_warning_exits_with_0(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": GREEN}, overtyped=[{"outcome": "2.1", "line": "GREEN", "value": 7}])
    code, payload = ingest(project)
    assert code == 0
    assert "total-mismatch" in codes(payload)


def test_an_unknown_status_exits_with_1(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "GREEN?"}})
    assert ingest(project)[0] == 1


def test_a_status_in_another_spelling_is_read_with_a_note(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "g"}})
    code, payload = ingest(project)
    (note,) = [finding for finding in payload["files"][0]["findings"] if finding["code"] == "status-read"]
    assert (code, note["severity"]) == (0, "note")
    assert note["message"] == "“g” was read as GREEN."
    assert payload["totals"][0]["GREEN"] == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Dear all, please find our answers below.", "not-a-workbook"),
        (b"", "not-a-workbook"),
        (b"\x89PNG and so on", "not-a-workbook"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le"), "encrypted"),
    ],
    ids=["text", "empty", "picture", "truncated", "encrypted"],
)
def test_a_rejected_file_has_one_finding_and_the_others_are_read(project: Path, content: bytes, code: str) -> None:
    write_valid_returns(project)
    (project / "2008-09-04" / "returned" / "odd.xlsx").write_bytes(content)
    status, payload = ingest(project)
    results = {file["file"]: file for file in payload["files"]}
    assert status == 1
    assert results["odd.xlsx"]["result"] == "rejected"
    assert [finding["code"] for finding in results["odd.xlsx"]["findings"]] == [code]
    assert [results[name]["result"] for name in ("Parks.xlsx", "Health.xlsx")] == ["accepted", "accepted"]
    assert payload["missing"] == []


def test_a_workbook_of_another_plan_or_period_is_rejected_by_name(project: Path, tmp_path: Path) -> None:
    write_plan(tmp_path / "theirs", plan(title="Their reporting"))
    returned = project / "2008-09-04" / "returned"
    reply(tmp_path / "theirs", "theirs.xlsx", {"2.1a": GREEN}, to=returned)
    reply(project, "later.xlsx", {"2.1a": GREEN}, period=Period(datetime.date(2008, 12, 4)))
    code, payload = ingest(project)
    codes_by_file = {file["file"]: [finding["code"] for finding in file["findings"]] for file in payload["files"]}
    assert code == 1
    assert codes_by_file == {"theirs.xlsx": ["wrong-plan"], "later.xlsx": ["wrong-period"]}
    messages = [file["findings"][0]["message"] for file in payload["files"]]
    assert "4th December 2008" in messages[0]
    assert "“Their reporting”, sub-group “Parks”" in messages[1]


def test_words_and_rejected_files_are_counted_with_their_sub_group(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(group("Parks", email="ann@example.org"), group("Health", outcome("3.1"))))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    returned = tmp_path / "2008-09-04" / "returned"
    returned.mkdir(exist_ok=True)
    attached = {"reply.xlsx": b"PK\x03\x04 and then nothing"}
    (returned / "hers.eml").write_bytes(messages.eml("ann@example.org", "Return", "2.1a is really RED", attached))
    output = run_ragsheets("-C", tmp_path, "ingest").stdout
    assert "hers.eml (Parks)" in output
    assert "hers.eml/reply.xlsx (Parks)" in output
    (parks,) = [line for line in output.splitlines() if line.startswith("Parks")]
    assert parks.split()[1] == "missing"
    assert parks.rstrip().endswith("1 to settle, 1 to look at")


def test_lock_files_and_system_files_are_ignored(project: Path) -> None:
    write_valid_returns(project)
    for name in ("~$Parks.xlsx", ".~lock.Parks.xlsx#", "Thumbs.db", ".DS_Store"):
        (project / "2008-09-04" / "returned" / name).write_bytes(b"x")
    code, payload = ingest(project)
    ignored = [file for file in payload["files"] if file["result"] == "ignored"]
    assert (code, len(ignored)) == (0, 4)
    assert all(file["findings"] == [] for file in ignored)


# ------------------------------------------------------------------------------------------------------- run again


def test_a_second_run_has_the_same_findings(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}, "2.1b": {**GREEN, "status": "g"}})
    (project / "2008-09-04" / "returned" / "odd.xlsx").write_bytes(b"x")
    first_code, first_payload = ingest(project)
    second_code, second_payload = ingest(project)
    assert (first_code, second_code) == (1, 1)
    assert [file["result"] for file in first_payload["files"]] == ["accepted", "rejected"]
    assert [file["result"] for file in second_payload["files"]] == ["duplicate", "rejected"]
    for file in (*first_payload["files"], *second_payload["files"]):
        del file["result"]
    assert first_payload == second_payload


def test_a_copy_under_another_name_is_a_duplicate_with_the_same_findings(project: Path) -> None:
    path = reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    path.with_name("Parks (2).xlsx").write_bytes(path.read_bytes())
    _, payload = ingest(project)
    results = {file["file"]: file for file in payload["files"]}
    assert sorted(file["result"] for file in payload["files"]) == ["accepted", "duplicate"]
    assert results["Parks.xlsx"]["findings"] == results["Parks (2).xlsx"]["findings"]
    assert payload["totals"][0]["total"] == 3


@pytest.mark.slow
def test_findings_of_the_period_stay_when_only_another_file_is_read(project: Path, tmp_path: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    ingest(project)
    health = reply(project, "Health.xlsx", {"3.1a": GREEN}, of="Health", to=tmp_path)
    code, payload = ingest(project, health)
    assert code == 1
    assert "unknown-status" in codes(payload)
    assert payload["missing"] == []


def test_a_replaced_file_settles_a_rejection(project: Path) -> None:
    odd = project / "2008-09-04" / "returned" / "Parks.xlsx"
    odd.write_bytes(b"x")
    assert ingest(project)[0] == 1
    write_valid_returns(project)
    code, payload = ingest(project)
    assert (code, codes(payload)) == (0, [])


@pytest.mark.slow
def test_a_status_corrected_in_a_newer_return_settles_the_question(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    assert ingest(project)[0] == 1
    reply(project, "Parks 2.xlsx", {"2.1a": {**GREEN, "status": "AMBER"}})
    code, payload = ingest(project)
    assert code == 0
    assert payload["totals"][0]["AMBER"] == 1


def test_returns_are_read_with_the_plan_they_were_sent_with(project: Path) -> None:
    write_valid_returns(project)
    write_plan(project, plan(group("Roads", outcome("9.9"))))
    code, payload = ingest(project)
    assert (code, payload["missing"]) == (0, [])
    assert [row["outcome"] for row in payload["totals"]] == ["2.1", "2.10", "3.1"]


# ------------------------------------------------------------------------------------------------------ what is read


def test_paths_are_relative_to_the_working_directory(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply(project, "Parks.xlsx", {"2.1a": GREEN}, to=tmp_path / "Downloads")
    monkeypatch.chdir(tmp_path / "Downloads")
    for path in ("Parks.xlsx", "."):
        code, payload = ingest(project, path)
        assert (code, payload["files"][0]["file"]) == (0, "Parks.xlsx")


def test_a_missing_path_is_an_error_and_nothing_changes(project: Path) -> None:
    before = files_by_name(project / "2008-09-04")
    result = run_ragsheets("-C", project, "ingest", "nowhere.xlsx")
    assert (result.exit_code, "nowhere.xlsx" in result.stderr) == (2, True)
    assert files_by_name(project / "2008-09-04") == before


@pytest.mark.slow
def test_another_period_than_the_latest_is_named_by_its_date(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": GREEN})
    run_ragsheets("-C", project, "generate", "--date", "2008-12-04")
    assert ingest(project)[1]["period"]["date"] == "2008-12-04"
    code, payload = ingest(project, "--date", "4 September 2008")
    assert (code, payload["period"]["date"]) == (0, "2008-09-04")
    assert payload["files"][0]["result"] == "accepted"


def test_the_returned_files_are_never_changed(project: Path) -> None:
    write_valid_returns(project)
    before = files_by_name(project / "2008-09-04")
    ingest(project)
    after = files_by_name(project / "2008-09-04")
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    "parks",
    [
        group("Pa\x07rks"),
        group("Parks", outcome("2\x07.1")),
        group("Parks", outcome("2.1", action(task("a\x07", task="Plant oaks")))),
    ],
    ids=["sub-group's name", "outcome's reference", "task's label"],
)
def test_a_control_character_in_the_plan_does_not_lose_an_answer(tmp_path: Path, parks: dict[str, Any]) -> None:
    path = write_plan(tmp_path, plan(parks))
    assert run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    read_group = read_plan(path).groups[0]
    (read_task,) = read_group.outcomes[0].tasks
    reply(tmp_path, "r.xlsx", {read_task.key: GREEN}, of=read_group.name)
    code, payload = ingest(tmp_path)
    assert (code, codes(payload)) == (0, [])
    assert payload["totals"][0]["GREEN"] == 1


def test_a_column_of_the_own_template_is_asked_read_and_checked(tmp_path: Path) -> None:
    columns = [{"key": "finish", "heading": "Finished by", "kind": "date", "required": True}]
    (tmp_path / "ours.toml").write_text(toml({"extends": "standard", "columns": columns}), encoding="utf-8")
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a"), task("b")))), template="ours"))
    run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    reply(tmp_path, "r.xlsx", {"2.1a": {**GREEN, "finish": "soon"}, "2.1b": GREEN})
    code, payload = ingest(tmp_path)
    assert code == 1
    assert sorted(codes(payload)) == ["bad-date", "missing-answer"]


# --------------------------------------------------------------------------------------------------- on the terminal


def test_the_table_shows_each_sub_group_with_its_totals_worst_first(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}, "2.1b": GREEN})
    result = run_ragsheets("-C", project, "ingest")
    rows = [line.split() for line in result.stdout.splitlines() if line.strip()]
    names = [row[0] for row in rows]
    assert result.exit_code == 1
    assert names.index("Parks") < names.index("Health")
    assert next(row for row in rows if row[0] == "Parks")[1:7] == ["returned", "1", "0", "0", "3", "4"]
    assert next(row for row in rows if row[0] == "Health")[1:7] == ["missing", "0", "0", "0", "1", "1"]
    assert next(row for row in rows if row[0] == "All")[1:6] == ["1", "0", "0", "4", "5"]


def test_each_finding_is_printed_with_its_cell_and_fix(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    output = " ".join(run_ragsheets("-C", project, "ingest").stdout.split())
    assert "Parks.xlsx (Parks)" in output
    words = r"“Ambr” is not a status\. Did you mean AMBER\? Ask which it is: GREEN, AMBER, RED"
    assert re.search(rf"error [0-9a-f]{{8}} Outcome 2\.1!D\d+ Task 2\.1a: {words}", output), output


@pytest.mark.slow
def test_the_next_step_matches_the_findings(project: Path) -> None:
    def next_step() -> str:
        return " ".join(run_ragsheets("-C", project, "ingest").stdout.partition("Next: ")[2].split())

    assert "Parks and Health" in next_step()
    reply(project, "Health.xlsx", {"3.1a": {**GREEN, "status": "?"}}, of="Health")
    assert next_step().startswith("send each workbook in 2008-09-04/queries to its contact")
    run_ragsheets("-C", project, "ingest", "--exclude", "Health.xlsx")
    (project / DATE.isoformat() / "returned" / "Health.xlsx").unlink()
    write_valid_returns(project)
    assert next_step() == "ragsheets report"


def odd(folder: Path, count: int, *, of: int) -> None:
    """Write `count` unusable returns, and one of Parks with `of` findings."""
    for number in range(count):
        (folder / "2008-09-04" / "returned" / f"odd {number:02}.xlsx").write_bytes(b"x%d" % number)
    book = openpyxl.load_workbook(reply(folder, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}}))
    for number in range(of - 2):  # apart from the findings of the status and of the unanswered tasks
        book["Outcome 2.1"].cell(40 + number, 20, f"Words {number}")
    book.save(folder / "2008-09-04" / "returned" / "Parks.xlsx")


def findings_in(text: str) -> int:
    return len([line for line in text.splitlines() if line.startswith(("  error ", "  warning "))])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "of", "shown", "message"),
    [
        (0, 6, 6, ""),
        (0, 7, 6, "Not shown: 1 more finding in 1 file; ragsheets ingest --all shows them."),
        (6, 6, 12, ""),
        (7, 9, 12, "Not shown: 4 more findings in 1 file; ragsheets ingest --all shows them."),
        (40, 9, 12, "Not shown: 37 more findings in 29 files; ragsheets ingest --all shows them."),
    ],
)
def test_the_worst_findings_are_shown_and_the_others_counted(
    project: Path, files: int, of: int, shown: int, message: str
) -> None:
    odd(project, files, of=of)
    text = run_ragsheets("-C", project, "ingest").stdout
    assert findings_in(text) == shown
    assert message in text
    assert ("Not shown" in text) == bool(message)
    assert files > 11 or "“Ambr” is not a status" in text
    everything = run_ragsheets("-C", project, "ingest", "--all").stdout
    assert findings_in(everything) == files + of
    assert "Not shown" not in everything
    assert len([code for code in codes(ingest(project)[1]) if code != "no-longer-there"]) == files + of


@pytest.mark.slow
def test_findings_of_a_copy_are_printed_once(project: Path) -> None:
    path = reply(project, "Parks.xlsx", dict.fromkeys(("2.1a", "2.1b", "2.10a"), GREEN) | {"2.1c": {"status": "RED"}})
    path.with_name("Parks (2).xlsx").write_bytes(path.read_bytes())
    text = run_ragsheets("-C", project, "ingest").stdout
    assert findings_in(text) == 1
    assert "1 to look at" in text


@pytest.mark.parametrize("words", ["[red]stop[/red]", "[/]", "[link=http://x]here[/link]", "\x1b[31mred"])
def test_text_of_a_return_is_never_read_as_markup(project: Path, words: str) -> None:
    reply(project, "[/] odd.xlsx", {"2.1a": {**GREEN, "status": words}})
    result = run_ragsheets("-C", project, "ingest")
    assert result.exit_code == 1
    output = "".join(result.stdout.split())
    assert "".join(words.replace("\x1b", "").split()) in output
    assert "[/]odd.xlsx" in output
    assert "\x1b" not in result.stdout
