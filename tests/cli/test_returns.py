"""ragsheets returns …"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from helpers.built_once import built_once
from helpers.periods import add_returns, hold_period
from helpers.postgresql import direct_connection
from helpers.projects import action, files_by_name, group, outcome, plan, reply, run_ragsheets, task, toml, write_plan
from ragsheets import files
from ragsheets.ledger import tables
from ragsheets.plan.model import Period

FIRST, SECOND = "2008-06-05", "2008-09-04"
TWO_GROUPS = plan(group("Parks", outcome("2.1", action(task("a"), task("b")))), group("Health", outcome("3.1")))
PERIOD = Period(datetime.date.fromisoformat(SECOND))


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    """A project with a return of Parks and one of Health."""
    folder = tmp_path / "project"
    statuses = {"Parks": {"2.1a": "GREEN", "2.1b": "Ambr"}, "Health": {"3.1a": "RED"}}
    hold_period(folder, SECOND, statuses, plan=TWO_GROUPS)
    return folder


def returned_path(folder: Path, name: str = "Parks.xlsx") -> Path:
    return folder / SECOND / "returned" / name


def list_entries(folder: Path, *words: str) -> dict[str, dict[str, Any]]:
    payload = json.loads(run_ragsheets("-C", folder, "returns", "list", *words, "--json").stdout)
    return {entry["file"]: entry for entry in payload["returns"]}


def forget(folder: Path, *words: str | Path) -> dict[str, Any]:
    result = run_ragsheets("-C", folder, "returns", "forget", "--yes", *words, "--reason", "asked for", "--json")
    assert result.exit_code == 0, result.stderr
    payload: dict[str, Any] = json.loads(result.stdout)
    return payload


def extract(folder: Path, name: str) -> bytes:
    result = run_ragsheets("-C", folder, "returns", "extract", name, "-o", "-")
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes


def status_of(folder: Path) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(run_ragsheets("-C", folder, "status", "--json").stdout)
    return {name: payload[name] for name in ("totals", "to_settle", "to_look_at")}


# ------------------------------------------------------------------------------------------------------------ list


@pytest.mark.slow
def test_list_shows_every_file_with_its_result(folder: Path) -> None:
    returned_path(folder, "odd.xlsx").write_bytes(b"no workbook")
    run_ragsheets("-C", folder, "ingest", "--exclude", "Health.xlsx")
    content = returned_path(folder).read_bytes()
    parks = list_entries(folder)["Parks.xlsx"]
    assert datetime.datetime.fromisoformat(parks.pop("received")).tzinfo is not None
    assert parks == {
        "file": "Parks.xlsx",
        "group": "Parks",
        "period": SECOND,
        "result": "accepted",
        "saved": "2008-09-05T00:00:00Z",
        "sha256": files.sha256(content),
        "size": len(content),
        "forgotten": None,
    }
    results = {name: entry["result"] for name, entry in list_entries(folder).items()}
    assert results == {"Parks.xlsx": "accepted", "Health.xlsx": "excluded", "odd.xlsx": "rejected"}
    shown = run_ragsheets("-C", folder, "returns", "list").stdout
    for word in ("Parks.xlsx", "taken out", "rejected", "kept", parks["sha256"][:8]):
        assert word in shown


def test_a_period_without_returns_has_an_empty_list(tmp_path: Path) -> None:
    hold_period(tmp_path, SECOND, {}, plan=TWO_GROUPS)
    assert "Nothing has been returned yet" in run_ragsheets("-C", tmp_path, "returns", "list").stdout


def test_the_list_works_while_the_plan_is_unfinished(folder: Path) -> None:
    write_plan(folder, {**TWO_GROUPS, "title": ""})
    assert set(list_entries(folder)) == {"Parks.xlsx", "Health.xlsx"}


# ------------------------------------------------------------------------------------------------------------ show


def test_show_gives_answers_findings_and_path(folder: Path) -> None:
    result = run_ragsheets("-C", folder, "returns", "show", "Parks.xlsx", "--json")
    payload = json.loads(result.stdout)
    assert payload["path"].endswith("/returned/Parks.xlsx")
    assert {(item["task"], item["column"]): item["value"] for item in payload["answers"]}["2.1b", "status"] == "Ambr"
    assert [item["code"] for item in payload["findings"]] == ["unknown-status"]
    shown = " ".join(run_ragsheets("-C", folder, "returns", "show", "Parks.xlsx").stdout.split())
    for words in ("At 2.1a", "Outcome 2.1!D12", "“Ambr” is not a status", payload["sha256"]):
        assert words in shown


@pytest.mark.parametrize("digits", [6, 12, 64])
def test_a_return_is_identified_by_the_beginning_of_its_digest(folder: Path, digits: int) -> None:
    digest = files.sha256(returned_path(folder).read_bytes())
    assert extract(folder, digest[:digits]) == returned_path(folder).read_bytes()


def test_an_unknown_return_is_an_error_with_a_suggestion(folder: Path) -> None:
    for words in (("show", "Porks.xlsx"), ("extract", "Porks.xlsx"), ("forget", "Porks.xlsx", "--reason", "x")):
        result = run_ragsheets("-C", folder, "returns", *words)
        assert result.exit_code == 2
        assert "Did you mean “Parks.xlsx”?" in result.stderr


def test_a_return_of_another_period_is_an_error_with_its_date(folder: Path) -> None:
    hold_period(folder, "2008-12-04", {"Health": {"3.1a": "RED"}})
    result = run_ragsheets("-C", folder, "returns", "show", "Parks.xlsx")
    assert (result.exit_code, f"Add --date {SECOND}." in result.stderr) == (2, True)
    assert run_ragsheets("-C", folder, "returns", "show", "Parks.xlsx", "--date", SECOND).exit_code == 0


# --------------------------------------------------------------------------------------------------------- extract


def test_extract_writes_the_original_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    content = returned_path(folder).read_bytes()
    returned_path(folder).unlink()
    assert extract(folder, "Parks.xlsx") == content
    result = run_ragsheets("-C", folder, "returns", "extract", "Parks.xlsx", "-o", tmp_path / "back.xlsx")
    assert result.exit_code == 0
    assert (tmp_path / "back.xlsx").read_bytes() == content


def test_extract_uses_a_safe_form_of_the_name_by_default(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message.set_content("Here it is.")
    content = reply(folder, "x.xlsx", {"2.1a": {"status": "RED"}}, period=PERIOD, to=tmp_path).read_bytes()
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename="a?b: con*.xlsx")
    returned_path(folder, "mail.eml").write_bytes(message.as_bytes())
    run_ragsheets("-C", folder, "ingest")
    monkeypatch.chdir(tmp_path)
    result = run_ragsheets("-C", folder, "returns", "extract", files.sha256(content), "--json")
    payload = json.loads(result.stdout)
    assert payload["file"] == "a b con.xlsx"
    assert (tmp_path / payload["file"]).read_bytes() == content


def test_extract_does_not_overwrite_another_file_without_force(folder: Path, tmp_path: Path) -> None:
    own_file = tmp_path / "mine.xlsx"
    own_file.write_bytes(b"mine")
    words = ("returns", "extract", "Parks.xlsx", "-o", own_file)
    result = run_ragsheets("-C", folder, *words)
    assert (result.exit_code, own_file.read_bytes()) == (2, b"mine")
    assert "--force" in result.stderr
    assert run_ragsheets("-C", folder, *words, "--force").exit_code == 0
    assert own_file.read_bytes() == returned_path(folder).read_bytes()
    assert "already there, unchanged" in run_ragsheets("-C", folder, *words).stdout


def test_a_damaged_original_is_not_extracted(folder: Path, tmp_path: Path) -> None:
    with direct_connection(folder) as ledger:
        ledger.execute(tables.returns.update().where(tables.returns.c.file == "Parks.xlsx").values(content=b"\0"))
    result = run_ragsheets("-C", folder, "returns", "extract", "Parks.xlsx", "-o", tmp_path / "back.xlsx")
    assert (result.exit_code, "its SHA-256 differs" in result.stderr) == (2, True)
    assert not (tmp_path / "back.xlsx").exists()


# ---------------------------------------------------------------------------------------------------------- forget


@pytest.mark.sqlite
def test_forgotten_bytes_are_removed_from_the_ledger_file(folder: Path) -> None:
    # Read again for a changed plan, so that the database has held copies of the bytes in several pages.
    for title in ("One", "Two"):
        write_plan(
            folder, {**TWO_GROUPS, "groups": [group("Parks", outcome("2.1", title=title)), TWO_GROUPS["groups"][1]]}
        )
        run_ragsheets("-C", folder, "generate", "--date", SECOND, "--force")
    content = returned_path(folder).read_bytes()
    middle_bytes = content[len(content) // 2 : len(content) // 2 + 400]
    database = folder / "ragsheets.db"
    assert middle_bytes in database.read_bytes()
    forget(folder, "Parks.xlsx")
    assert middle_bytes not in database.read_bytes()
    assert [path.name for path in folder.glob("ragsheets.db*")] == ["ragsheets.db"]


@pytest.mark.sqlite
def test_bytes_in_free_pages_of_an_older_ledger_are_removed(folder: Path) -> None:
    import contextlib
    import sqlite3

    database, marker = folder / "ragsheets.db", b"MARKER-OF-A-PERSON" * 2000
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as ledger:
        ledger.execute("PRAGMA secure_delete = OFF")
        ledger.execute("UPDATE returns SET content = ? WHERE file = 'Parks.xlsx'", (marker,))
        ledger.execute("UPDATE returns SET content = x'' WHERE file = 'Parks.xlsx'")
    assert marker[:400] in database.read_bytes()
    forget(folder, "Parks.xlsx")
    assert marker[:400] not in database.read_bytes()


@pytest.mark.slow
def test_answers_status_and_report_are_unchanged_after_forgetting(folder: Path, tmp_path: Path) -> None:
    before = status_of(folder)
    answers = json.loads(run_ragsheets("-C", folder, "returns", "show", "Parks.xlsx", "--json").stdout)["answers"]
    reports = tmp_path / "before.docx", tmp_path / "after.docx"
    run_ragsheets("-C", folder, "report", "-o", reports[0])
    payload = forget(folder, "Parks.xlsx")
    run_ragsheets("-C", folder, "report", "-o", reports[1])
    assert status_of(folder) == before
    assert reports[0].read_bytes() == reports[1].read_bytes()
    details = json.loads(run_ragsheets("-C", folder, "returns", "show", "Parks.xlsx", "--json").stdout)
    assert (details["answers"], details["size"]) == (answers, None)
    assert details["forgotten"] == payload["forgotten"][0]["forgotten"] or details["forgotten"]
    result = run_ragsheets("-C", folder, "returns", "extract", "Parks.xlsx", "-o", "-")
    assert (result.exit_code, "its original was erased" in result.stderr) == (2, True)


def test_forgetting_is_logged_and_remaining_copies_are_named(folder: Path) -> None:
    payload = forget(folder, "Parks.xlsx")
    (*_, event) = json.loads(run_ragsheets("-C", folder, "log", "--json").stdout)
    digest = files.sha256(returned_path(folder).read_bytes())
    assert (event["command"], event["period"]) == ("returns forget", SECOND)
    assert event["what"] == f"Parks.xlsx ({digest[:12]}): asked for"
    assert payload["around"] == [str(returned_path(folder).resolve())]


def test_forgetting_again_changes_nothing(folder: Path) -> None:
    forget(folder, "Parks.xlsx")
    when = list_entries(folder)["Parks.xlsx"]["forgotten"]
    payload = forget(folder, "Parks.xlsx")
    assert payload["forgotten"] == []
    assert len(payload["before"]) == 1
    assert list_entries(folder)["Parks.xlsx"]["forgotten"] == when


def test_a_forgotten_file_received_again_is_a_duplicate_and_not_stored(folder: Path) -> None:
    forget(folder, "Parks.xlsx")
    payload = json.loads(run_ragsheets("-C", folder, "ingest", "--json").stdout)
    assert {file["file"]: file["result"] for file in payload["files"]} == {
        "Parks.xlsx": "duplicate",
        "Health.xlsx": "duplicate",
    }
    assert list_entries(folder)["Parks.xlsx"]["forgotten"]


def test_a_forgotten_rejected_file_is_rejected_again_and_not_stored(folder: Path) -> None:
    returned_path(folder, "odd.xlsx").write_bytes(b"no workbook")
    run_ragsheets("-C", folder, "ingest")
    forget(folder, "odd.xlsx")
    result = run_ragsheets("-C", folder, "ingest", "--json")
    assert result.exit_code == 1
    entry = list_entries(folder)["odd.xlsx"]
    assert (entry["result"], bool(entry["forgotten"])) == ("rejected", True)


@pytest.mark.slow
def test_a_forgotten_return_can_be_excluded_and_included(folder: Path) -> None:
    before = status_of(folder)
    forget(folder, "Parks.xlsx")
    run_ragsheets("-C", folder, "ingest", "--exclude", "Parks.xlsx")
    assert status_of(folder)["totals"][0]["not_reported"] == 2
    run_ragsheets("-C", folder, "ingest", "--include", "Parks.xlsx")
    assert status_of(folder) == before


def test_the_message_of_a_forgotten_attachment_is_erased_and_other_attachments_stay(
    folder: Path, tmp_path: Path
) -> None:
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message.set_content("Please ask Bea about the second task, she knows.")
    for who, key in (("Parks", "2.1a"), ("Health", "3.1a")):
        path = reply(folder, f"{who} post.xlsx", {key: {"status": "AMBER"}}, of=who, period=PERIOD, to=tmp_path)
        message.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name)
    returned_path(folder, "mail.eml").write_bytes(message.as_bytes())
    run_ragsheets("-C", folder, "ingest")
    assert "mail.eml" in list_entries(folder)
    payload = forget(folder, "Parks post.xlsx")
    assert {entry["file"] for entry in payload["forgotten"]} == {"mail.eml", "mail.eml/Parks post.xlsx"}
    assert not list_entries(folder)["mail.eml/Health post.xlsx"]["forgotten"]
    assert payload["around"] == [str(returned_path(folder, "mail.eml").resolve())]


def mail(*attached: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"] = "ann@example.org"
    message.set_content("Here it is, with apologies for the delay.")
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("packed", [False, True])
def test_a_new_message_with_erased_bytes_is_not_stored(folder: Path, packed: bool) -> None:
    content = returned_path(folder).read_bytes()
    forget(folder, "Parks.xlsx")
    when = list_entries(folder)["Parks.xlsx"]["forgotten"]
    attached = ("all.zip", zipped("Parks.xlsx", content)) if packed else ("again.xlsx", content)
    returned_path(folder, "mail.eml").write_bytes(mail(attached))
    returned_path(folder, "other.eml").write_bytes(mail(("note.txt", b"See you in June.")))
    for _ in range(2):
        run_ragsheets("-C", folder, "ingest")
        entries = list_entries(folder)
        assert (entries["mail.eml"]["forgotten"], entries["mail.eml"]["size"]) == (when, None)
        assert not entries["other.eml"]["forgotten"]
    shown = run_ragsheets("-C", folder, "returns", "show", "mail.eml").stdout
    assert "apologies for the delay" in " ".join(shown.split())


def test_a_message_with_erased_bytes_below_the_depth_limit_is_not_stored(folder: Path) -> None:
    content = returned_path(folder).read_bytes()
    forget(folder, "Parks.xlsx")
    returned_path(folder, "mail.eml").write_bytes(mail(("all.zip", zipped("Parks.xlsx", content))))
    run_ragsheets("-C", folder, "ingest", "--limit", "depth=1")
    entries = list_entries(folder)
    assert entries["mail.eml/all.zip"]["result"] == "rejected"
    assert entries["mail.eml/all.zip"]["forgotten"]
    assert entries["mail.eml"]["forgotten"]


@pytest.mark.slow
@pytest.mark.parametrize("packed", [False, True])
def test_a_message_with_the_same_bytes_is_erased_too(folder: Path, packed: bool) -> None:
    content = returned_path(folder).read_bytes()
    attached = ("all.zip", zipped("Parks.xlsx", content)) if packed else ("again.xlsx", content)
    returned_path(folder, "mail.eml").write_bytes(mail(attached))
    returned_path(folder, "other.eml").write_bytes(mail(("note.txt", b"See you in June.")))
    run_ragsheets("-C", folder, "ingest")
    payload = forget(folder, "Parks.xlsx")
    assert {entry["file"] for entry in payload["forgotten"]} == {"Parks.xlsx", "mail.eml"}
    assert set(payload["around"]) == {str(returned_path(folder, name).resolve()) for name in ("Parks.xlsx", "mail.eml")}
    assert not list_entries(folder)["other.eml"]["forgotten"]


def test_forgetting_again_erases_a_message_that_an_older_version_stored(folder: Path) -> None:
    returned_path(folder, "mail.eml").write_bytes(mail(("again.xlsx", returned_path(folder).read_bytes())))
    run_ragsheets("-C", folder, "ingest")
    with direct_connection(folder) as ledger:
        update = tables.returns.update().where(tables.returns.c.file == "Parks.xlsx")
        ledger.execute(update.values(content=b"", forgotten="2008-10-01 00:00:00"))
    payload = forget(folder, "Parks.xlsx")
    assert [entry["file"] for entry in payload["forgotten"]] == ["mail.eml"]


@pytest.mark.slow
def test_the_same_bytes_in_another_period_are_erased_too(folder: Path) -> None:
    hold_period(folder, "2008-12-04", {})
    (folder / "2008-12-04" / "returned" / "old one.xlsx").write_bytes(returned_path(folder).read_bytes())
    run_ragsheets("-C", folder, "ingest")
    assert list_entries(folder)["old one.xlsx"]["result"] == "rejected"
    payload = forget(folder, "Parks.xlsx", "--date", SECOND)
    assert {entry["file"] for entry in payload["forgotten"]} == {"Parks.xlsx", "old one.xlsx"}


def test_forgetting_needs_a_reason(folder: Path) -> None:
    before = files_by_name(folder)
    for words in ((), ("Parks.xlsx",), ("Parks.xlsx", "--reason", " "), ("--older-than", "2030-01-01")):
        assert run_ragsheets("-C", folder, "returns", "forget", *words).exit_code == 2
    assert files_by_name(folder) == before


# -------------------------------------------------------------------------------------- the retention period, by law


def _set_received(folder: Path, file: str, at: str) -> None:
    with direct_connection(folder) as ledger:
        update = tables.returns.update().where(tables.returns.c.file == file)
        assert ledger.execute(update.values(received=at)).rowcount == 1


@pytest.mark.slow
def test_due_erases_overdue_originals_of_all_periods(folder: Path) -> None:
    from ragsheets.project.folder import Project
    from ragsheets.project.returns import ReturnSelection, forget_returns

    add_returns(folder, SECOND, {"Parks": {"2.1a": "RED"}}, name="{group} 2.xlsx")
    hold_period(folder, "2008-12-04", {"Health": {"3.1a": "GREEN"}}, plan={**TWO_GROUPS, "keep_returns_months": 24})
    for file, at in (("Parks.xlsx", "2008-02-28 23:59:59"), ("Parks 2.xlsx", "2008-03-01 00:00:00")):
        _set_received(folder, file, at)
    result = forget_returns(Project(folder), ReturnSelection(due=True, today=datetime.date(2010, 3, 1)), reason="due")
    assert [original.file for original in result.originals] == ["Parks.xlsx"]
    result = forget_returns(Project(folder), ReturnSelection(due=True, today=datetime.date(2010, 3, 2)), reason="due")
    assert [original.file for original in result.originals] == ["Parks 2.xlsx"]


def test_the_list_counts_overdue_originals(folder: Path) -> None:
    write_plan(folder, {**TWO_GROUPS, "keep_returns_months": 12})
    assert "returns forget --due" not in run_ragsheets("-C", folder, "returns", "list").stdout
    _set_received(folder, "Parks.xlsx", "2001-01-01 00:00:00")
    assert "ragsheets returns forget --due" in run_ragsheets("-C", folder, "returns", "list").stdout
    assert run_ragsheets("-C", folder, "returns", "forget", "--due", "--yes").exit_code == 0
    assert [name for name, entry in list_entries(folder).items() if entry["forgotten"]] == ["Parks.xlsx"]
    (*_, event) = json.loads(run_ragsheets("-C", folder, "log", "--json").stdout)
    assert event["what"].endswith("kept longer than the plan allows")


def test_due_needs_a_retention_time_in_the_plan(folder: Path) -> None:
    before = files_by_name(folder)
    result = run_ragsheets("-C", folder, "returns", "forget", "--due", "--yes")
    assert (result.exit_code, "keep_returns_months = 24" in result.stderr) == (2, True)
    assert files_by_name(folder) == before


def test_older_than_erases_originals_received_before_a_day(folder: Path) -> None:
    _set_received(folder, "Parks.xlsx", "2001-01-01 00:00:00")
    payload = forget(folder, "--older-than", "2 January 2001")
    assert [entry["file"] for entry in payload["forgotten"]] == ["Parks.xlsx"]


# ------------------------------------------------------------------------------------------ when the plan is changed


def test_after_a_change_of_the_plan_forgotten_answers_stay_with_unchanged_tasks(folder: Path) -> None:
    forget(folder, "Parks.xlsx")
    # 2.1a keeps its wording, 2.1b has another one under its key, 2.1c is new.
    tasks = [task("a"), task("b", task="Something else altogether"), task("c")]
    write_plan(folder, plan(group("Parks", outcome("2.1", action(*tasks))), group("Health", outcome("3.1"))))
    result = run_ragsheets("-C", folder, "generate", "--date", SECOND, "--force")
    assert "Parks.xlsx: the original was erased" in result.stdout
    payload = json.loads(run_ragsheets("-C", folder, "ingest", "--json").stdout)
    assert payload["totals"][0] == {
        "group": "Parks",
        "outcome": "2.1",
        "GREEN": 1,
        "AMBER": 0,
        "RED": 0,
        "not_reported": 2,
        "total": 3,
    }
    codes_by_text = {
        finding["found"]: finding["code"]
        for file in payload["files"]
        if file["group"] == "Parks"
        for finding in file["findings"]
    }
    # No text is lost: answers whose task was removed have a finding. The new task's words are much like those it had.
    assert {codes_by_text.get(words) for words in ("Ambr", "At 2.1b", "Go on by May 2009")} == {"task-uncertain"}
    assert "total-mismatch" not in codes_by_text.values()


@pytest.mark.slow
def test_a_key_in_the_plan_keeps_forgotten_answers_of_a_reworded_task(tmp_path: Path) -> None:
    keyed = plan(group("Parks", outcome("2.1", action(task("a", key="oaks")))))
    hold_period(tmp_path, SECOND, {"Parks": {"oaks": "RED"}}, plan=keyed)
    forget(tmp_path, "Parks.xlsx")
    reworded = plan(group("Parks", outcome("2.1", action(task("a", key="oaks", task="Plant more oaks")))))
    write_plan(tmp_path, reworded)
    run_ragsheets("-C", tmp_path, "generate", "--date", SECOND, "--force")
    assert status_of(tmp_path)["totals"][0]["RED"] == 1


@pytest.mark.slow
def test_a_stored_return_is_read_again_beside_a_forgotten_one(folder: Path) -> None:
    before = status_of(folder)
    forget(folder, "Parks.xlsx")
    write_plan(folder, {**TWO_GROUPS, "title": "Another title"})
    assert toml(TWO_GROUPS)
    run_ragsheets("-C", folder, "generate", "--date", SECOND, "--force")
    after = status_of(folder)
    assert after["totals"] == before["totals"]
    assert not list_entries(folder)["Health.xlsx"]["forgotten"]
    assert list_entries(folder)["Parks.xlsx"]["forgotten"]


@pytest.mark.slow
def test_an_excluded_return_stays_excluded(folder: Path) -> None:
    run_ragsheets("-C", folder, "ingest", "--exclude", "Parks.xlsx")
    forget(folder, "Parks.xlsx")
    write_plan(folder, {**TWO_GROUPS, "groups": [group("Parks", outcome("2.1")), TWO_GROUPS["groups"][1]]})
    run_ragsheets("-C", folder, "generate", "--date", SECOND, "--force")
    assert list_entries(folder)["Parks.xlsx"]["result"] == "excluded"
