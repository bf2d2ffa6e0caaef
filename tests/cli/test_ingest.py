"""ragsheets ingest"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers.projects import DATE, action, group, outcome, plan, ragsheets, reply, snapshot, task, toml, write_plan
from ragsheets import files, read_plan
from ragsheets.plan.model import Period

GREEN = {"position": "Done.", "status": "GREEN", "planned": "Nothing more."}
TWO_GROUPS = plan(
    group("Parks", outcome("2.1", action(task("a"), task("b"), task("c"))), outcome("2.10")),
    group("Health", outcome("3.1")),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose workbooks are sent, of the sub-groups Parks (2.1a, b, c and 2.10a) and Health (3.1a)."""
    folder = tmp_path / "project"
    write_plan(folder, TWO_GROUPS)
    assert ragsheets("-C", folder, "generate", "--date", "2008-09-04").exit_code == 0
    return folder


def ingest(folder: Path, *words: str | Path) -> tuple[int, dict[str, Any]]:
    """Run ingest for the machine's version; gives the exit status and what it said."""
    done = ragsheets("-C", folder, "ingest", *words, "--json")
    return done.exit_code, json.loads(done.stdout)


def codes(said: dict[str, Any]) -> list[str]:
    return [finding["code"] for file in said["files"] for finding in file["findings"]]


def sound(folder: Path) -> None:
    """Sound returns of both sub-groups."""
    reply(folder, "Parks.xlsx", {"2.1a": GREEN, "2.1b": GREEN, "2.1c": GREEN, "2.10a": GREEN})
    reply(folder, "Health.xlsx", {"3.1a": GREEN}, of="Health")


# ------------------------------------------------------------------------------------------ the machine's version


def test_json_has_the_contract_s_shape_and_stands_alone_on_standard_output(project: Path) -> None:
    answers = {"2.1a": GREEN, "2.1b": {**GREEN, "status": "Ambr"}, "2.1c": {**GREEN, "status": "RED"}}
    path = reply(project, "Parks (final).xlsx", answers)
    code, said = ingest(project)
    file = said["files"][0]
    findings = {finding["code"]: finding for finding in file["findings"]}
    assert code == 1
    assert said["period"] == {"date": "2008-09-04", "name": "4th September 2008"}
    assert said["totals"] == [
        {"group": "Parks", "outcome": "2.1", "GREEN": 1, "AMBER": 0, "RED": 1, "not_reported": 1, "total": 3},
        {"group": "Parks", "outcome": "2.10", "GREEN": 0, "AMBER": 0, "RED": 0, "not_reported": 1, "total": 1},
        {"group": "Health", "outcome": "3.1", "GREEN": 0, "AMBER": 0, "RED": 0, "not_reported": 1, "total": 1},
    ]
    assert said["missing"] == ["Health"]
    assert len(said["files"]) == 1
    assert {name: file[name] for name in ("file", "sha256", "result", "group")} == {
        "file": "Parks (final).xlsx",
        "sha256": files.sha256(path.read_bytes()),
        "result": "accepted",
        "group": "Parks",
    }
    query = findings["unknown-status"]
    assert query.pop("cell")
    assert query == {
        "code": "unknown-status",
        "severity": "error",
        "sheet": "Outcome 2.1",
        "task": "2.1b",
        "found": "Ambr",
        "message": "“Ambr” is not a status. Did you mean AMBER?",
        "fix": "Pick one of GREEN, AMBER, RED.",
    }


def test_the_totals_have_a_column_for_each_status_of_the_template(tmp_path: Path) -> None:
    write_plan(tmp_path, plan(template="brag"))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    reply(tmp_path, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Blue – complete"}})
    _, said = ingest(tmp_path)
    (row,) = said["totals"]
    assert list(row) == ["group", "outcome", "BLUE", "GREEN", "AMBER", "RED", "GREY", "not_reported", "total"]
    assert row["BLUE"] == 1


def test_files_in_folders_within_are_named_with_their_way_there(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": GREEN}, to=project / "2008-09-04" / "returned" / "by post" / "late")
    assert [file["file"] for file in ingest(project)[1]["files"]] == ["by post/late/Parks.xlsx"]


# ----------------------------------------------------------------------------------------------------- exit status


def test_nothing_returned_yet_is_no_error(project: Path) -> None:
    code, said = ingest(project)
    assert (code, said["files"], said["missing"]) == (0, [], ["Parks", "Health"])


def test_sound_returns_end_well(project: Path) -> None:
    sound(project)
    code, said = ingest(project)
    assert (code, codes(said), said["missing"]) == (0, [], [])


def test_a_warning_ends_well_too(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": GREEN}, overtyped=[{"outcome": "2.1", "line": "GREEN", "value": 7}])
    code, said = ingest(project)
    assert code == 0
    assert "total-mismatch" in codes(said)


def test_a_status_that_cannot_be_taken_ends_with_1(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "GREEN?"}})
    assert ingest(project)[0] == 1


def test_a_status_that_was_taken_for_another_spelling_is_said_for_the_record(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "g"}})
    code, said = ingest(project)
    (note,) = [finding for finding in said["files"][0]["findings"] if finding["code"] == "status-read"]
    assert (code, note["severity"]) == (0, "note")
    assert note["message"] == "“g” was taken for GREEN."
    assert said["totals"][0]["GREEN"] == 1


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
def test_a_rejected_file_has_one_finding_ends_with_1_and_the_others_go_on(
    project: Path, content: bytes, code: str
) -> None:
    sound(project)
    (project / "2008-09-04" / "returned" / "odd.xlsx").write_bytes(content)
    status, said = ingest(project)
    results = {file["file"]: file for file in said["files"]}
    assert status == 1
    assert results["odd.xlsx"]["result"] == "rejected"
    assert [finding["code"] for finding in results["odd.xlsx"]["findings"]] == [code]
    assert [results[name]["result"] for name in ("Parks.xlsx", "Health.xlsx")] == ["accepted", "accepted"]
    assert said["missing"] == []


def test_a_workbook_of_another_plan_or_period_is_rejected_with_its_name(project: Path, tmp_path: Path) -> None:
    write_plan(tmp_path / "theirs", plan(title="Their reporting"))
    place = project / "2008-09-04" / "returned"
    reply(tmp_path / "theirs", "theirs.xlsx", {"2.1a": GREEN}, to=place)
    reply(project, "later.xlsx", {"2.1a": GREEN}, period=Period(datetime.date(2008, 12, 4)))
    code, said = ingest(project)
    found = {file["file"]: [finding["code"] for finding in file["findings"]] for file in said["files"]}
    assert code == 1
    assert found == {"theirs.xlsx": ["wrong-plan"], "later.xlsx": ["wrong-period"]}
    messages = [file["findings"][0]["message"] for file in said["files"]]
    assert "4th December 2008" in messages[0]
    assert "“Their reporting”, sub-group “Parks”" in messages[1]


def test_lock_files_and_clutter_are_passed_over(project: Path) -> None:
    sound(project)
    for name in ("~$Parks.xlsx", ".~lock.Parks.xlsx#", "Thumbs.db", ".DS_Store"):
        (project / "2008-09-04" / "returned" / name).write_bytes(b"x")
    code, said = ingest(project)
    ignored = [file for file in said["files"] if file["result"] == "ignored"]
    assert (code, len(ignored)) == (0, 4)
    assert all(file["findings"] == [] for file in ignored)


# ------------------------------------------------------------------------------------------------------- run again


def test_run_again_it_says_the_same_of_a_file_that_it_knows(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}, "2.1b": {**GREEN, "status": "g"}})
    (project / "2008-09-04" / "returned" / "odd.xlsx").write_bytes(b"x")
    first_code, first = ingest(project)
    again_code, again = ingest(project)
    assert (first_code, again_code) == (1, 1)
    assert [file["result"] for file in first["files"]] == ["accepted", "rejected"]
    assert [file["result"] for file in again["files"]] == ["duplicate", "rejected"]
    for file in (*first["files"], *again["files"]):
        del file["result"]
    assert first == again


def test_a_copy_under_another_name_is_a_duplicate_with_the_same_findings(project: Path) -> None:
    path = reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    path.with_name("Parks (2).xlsx").write_bytes(path.read_bytes())
    _, said = ingest(project)
    results = {file["file"]: file for file in said["files"]}
    assert sorted(file["result"] for file in said["files"]) == ["accepted", "duplicate"]
    assert results["Parks.xlsx"]["findings"] == results["Parks (2).xlsx"]["findings"]
    assert said["totals"][0]["total"] == 3


def test_findings_stay_when_only_another_file_is_read_for_they_are_the_period_s(project: Path, tmp_path: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    ingest(project)
    health = reply(project, "Health.xlsx", {"3.1a": GREEN}, of="Health", to=tmp_path)
    code, said = ingest(project, health)
    assert code == 1
    assert "unknown-status" in codes(said)
    assert said["missing"] == []


def test_a_mended_file_settles_what_was_rejected(project: Path) -> None:
    odd = project / "2008-09-04" / "returned" / "Parks.xlsx"
    odd.write_bytes(b"x")
    assert ingest(project)[0] == 1
    sound(project)
    code, said = ingest(project)
    assert (code, codes(said)) == (0, [])


def test_a_status_corrected_in_a_newer_return_settles_the_question(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    assert ingest(project)[0] == 1
    reply(project, "Parks 2.xlsx", {"2.1a": {**GREEN, "status": "AMBER"}})
    code, said = ingest(project)
    assert code == 0
    assert said["totals"][0]["AMBER"] == 1


def test_what_comes_back_is_read_as_it_was_sent_whatever_the_plan_says_by_then(project: Path) -> None:
    sound(project)
    write_plan(project, plan(group("Roads", outcome("9.9"))))
    code, said = ingest(project)
    assert (code, said["missing"]) == (0, [])
    assert [row["outcome"] for row in said["totals"]] == ["2.1", "2.10", "3.1"]


# ------------------------------------------------------------------------------------------------------ what is read


def test_paths_are_read_from_the_caller_s_folder(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply(project, "Parks.xlsx", {"2.1a": GREEN}, to=tmp_path / "Downloads")
    monkeypatch.chdir(tmp_path / "Downloads")
    for place in ("Parks.xlsx", "."):
        code, said = ingest(project, place)
        assert (code, said["files"][0]["file"]) == (0, "Parks.xlsx")


def test_a_path_that_is_not_there_is_told_and_nothing_changes(project: Path) -> None:
    before = snapshot(project / "2008-09-04")
    done = ragsheets("-C", project, "ingest", "nowhere.xlsx")
    assert (done.exit_code, "nowhere.xlsx" in done.stderr) == (2, True)
    assert snapshot(project / "2008-09-04") == before


def test_another_period_than_the_latest_is_named_by_its_date(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": GREEN})
    ragsheets("-C", project, "generate", "--date", "2008-12-04")
    assert ingest(project)[1]["period"]["date"] == "2008-12-04"
    code, said = ingest(project, "--date", "4 September 2008")
    assert (code, said["period"]["date"]) == (0, "2008-09-04")
    assert said["files"][0]["result"] == "accepted"


def test_the_returned_files_are_never_touched(project: Path) -> None:
    sound(project)
    before = snapshot(project / "2008-09-04")
    ingest(project)
    after = snapshot(project / "2008-09-04")
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
def test_a_control_character_in_the_plan_keeps_no_answer_from_its_task(tmp_path: Path, parks: dict[str, Any]) -> None:
    path = write_plan(tmp_path, plan(parks))
    assert ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04").exit_code == 0
    kept = read_plan(path).groups[0]
    (only,) = kept.outcomes[0].tasks
    reply(tmp_path, "r.xlsx", {only.key: GREEN}, of=kept.name)
    code, said = ingest(tmp_path)
    assert (code, codes(said)) == (0, [])
    assert said["totals"][0]["GREEN"] == 1


def test_a_column_of_one_s_own_is_asked_read_and_checked(tmp_path: Path) -> None:
    columns = [{"key": "finish", "heading": "Finished by", "kind": "date", "required": True}]
    (tmp_path / "ours.toml").write_text(toml({"extends": "standard", "columns": columns}), encoding="utf-8")
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a"), task("b")))), template="ours"))
    ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
    reply(tmp_path, "r.xlsx", {"2.1a": {**GREEN, "finish": "soon"}, "2.1b": GREEN})
    code, said = ingest(tmp_path)
    assert code == 1
    assert sorted(codes(said)) == ["bad-date", "missing-answer"]


# --------------------------------------------------------------------------------------------------- on the terminal


def test_the_table_shows_each_sub_group_with_its_totals_worst_first(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}, "2.1b": GREEN})
    done = ragsheets("-C", project, "ingest")
    rows = [line.split() for line in done.stdout.splitlines() if line.strip()]
    names = [row[0] for row in rows]
    assert done.exit_code == 1
    assert names.index("Parks") < names.index("Health")
    assert next(row for row in rows if row[0] == "Parks")[1:7] == ["returned", "1", "0", "0", "3", "4"]
    assert next(row for row in rows if row[0] == "Health")[1:7] == ["missing", "0", "0", "0", "1", "1"]
    assert next(row for row in rows if row[0] == "All")[1:6] == ["1", "0", "0", "4", "5"]


def test_each_problem_stands_with_its_place_and_what_to_do(project: Path) -> None:
    reply(project, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}})
    said = " ".join(ragsheets("-C", project, "ingest").stdout.split())
    assert "Parks.xlsx (Parks)" in said
    assert "error Outcome 2.1!" in said
    assert "ask 2.1a: “Ambr” is not a status. Did you mean AMBER? Pick one of GREEN, AMBER, RED." in said


def test_the_next_step_fits_what_was_found(project: Path) -> None:
    def next_step() -> str:
        return " ".join(ragsheets("-C", project, "ingest").stdout.partition("Next: ")[2].split())

    assert "Parks, Health" in next_step()
    reply(project, "Health.xlsx", {"3.1a": {**GREEN, "status": "?"}}, of="Health")
    assert "settle" in next_step()
    (project / DATE.isoformat() / "returned" / "Health.xlsx").unlink()
    sound(project)
    assert next_step() == "ragsheets report"


def odd(folder: Path, count: int, *, of: int) -> None:
    """So many returns that cannot be used, and one of Parks with so many findings."""
    for number in range(count):
        (folder / "2008-09-04" / "returned" / f"odd {number:02}.xlsx").write_bytes(b"x%d" % number)
    book = openpyxl.load_workbook(reply(folder, "Parks.xlsx", {"2.1a": {**GREEN, "status": "Ambr"}}))
    for number in range(of - 2):  # beside the status, and the tasks of which nothing is said
        book["Outcome 2.1"].cell(40 + number, 20, f"Words {number}")
    book.save(folder / "2008-09-04" / "returned" / "Parks.xlsx")


def findings_in(text: str) -> int:
    return len([line for line in text.splitlines() if line.startswith(("  error ", "  warning "))])


@pytest.mark.parametrize(
    ("files", "of", "shown", "said"),
    [
        (0, 6, 6, ""),
        (0, 7, 6, "Not shown: 1 more finding in 1 file; ragsheets ingest --all shows them."),
        (6, 6, 12, ""),
        (7, 9, 12, "Not shown: 4 more findings in 1 file; ragsheets ingest --all shows them."),
        (40, 9, 12, "Not shown: 37 more findings in 29 files; ragsheets ingest --all shows them."),
    ],
)
def test_of_many_findings_the_worst_are_shown_and_the_others_counted(
    project: Path, files: int, of: int, shown: int, said: str
) -> None:
    odd(project, files, of=of)
    text = ragsheets("-C", project, "ingest").stdout
    assert findings_in(text) == shown
    assert said in text
    assert ("Not shown" in text) == bool(said)
    assert files > 11 or "“Ambr” is not a status" in text
    everything = ragsheets("-C", project, "ingest", "--all").stdout
    assert findings_in(everything) == files + of
    assert "Not shown" not in everything
    assert len([code for code in codes(ingest(project)[1]) if code != "no-longer-there"]) == files + of


def test_what_is_said_of_a_copy_is_said_once(project: Path) -> None:
    path = reply(project, "Parks.xlsx", dict.fromkeys(("2.1a", "2.1b", "2.10a"), GREEN) | {"2.1c": {"status": "RED"}})
    path.with_name("Parks (2).xlsx").write_bytes(path.read_bytes())
    text = ragsheets("-C", project, "ingest").stdout
    assert findings_in(text) == 1
    assert "1 to look at" in text


@pytest.mark.parametrize("words", ["[red]stop[/red]", "[/]", "[link=http://x]here[/link]", "\x1b[31mred"])
def test_words_of_a_return_are_never_taken_for_markup(project: Path, words: str) -> None:
    reply(project, "[/] odd.xlsx", {"2.1a": {**GREEN, "status": words}})
    done = ragsheets("-C", project, "ingest")
    assert done.exit_code == 1
    said = "".join(done.stdout.split())
    assert "".join(words.replace("\x1b", "").split()) in said
    assert "[/]odd.xlsx" in said
    assert "\x1b" not in done.stdout
