"""Names and texts from outside never reach a terminal as commands, whichever message they are in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from helpers.built_once import built_once
from helpers.projects import DATE, action, group, outcome, plan, reply, run_ragsheets, task, write_plan

#: Commands to a terminal: title, screen, colour in one byte, reading direction.
EVIL = "x\x1b]0;owned\x07\x1b[2J\x9b31m\u202eb"
UNSAFE = set("\x1b\x07\x08\x9b\u202e\u2066")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")


@pytest.fixture
@built_once
def folder(tmp_path: Path) -> Path:
    write_plan(tmp_path, plan(group("Parks", outcome("2.1", action(task("a"))))))
    run_ragsheets("-C", tmp_path, "generate", "--date", str(DATE))
    (tmp_path / str(DATE) / "returned").mkdir(exist_ok=True)
    return tmp_path


def check_output(folder: Path, *command: str | Path) -> str:
    result = run_ragsheets("-C", folder, *command)
    assert not UNSAFE & set(result.stdout + result.stderr), command
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stdout + result.stderr


@pytest.mark.slow
def test_commands_show_what_is_in_names_and_texts_and_do_not_print_it(folder: Path) -> None:
    returned = folder / str(DATE) / "returned"
    (returned / f"{EVIL}.txt").write_text(f"2.1a is green {EVIL}")
    reply(folder, f"{EVIL}.xlsx", {"2.1a": {"status": "Ambr\u202e", "position": f"Go\x9b{EVIL[-2:]}", "planned": "x"}})
    for command in (
        *(("ingest",), ("ingest", "--json"), ("status",), ("status", "--json"), ("returns", "list"), ("log",)),
        *(("returns", "show", "nothing"), ("ingest", "--exclude", "nothing"), ("ingest", "--preview")),
        *(("returns", "list", "--json"), ("history", "2.1a"), ("report",), ("ingest", "--exclude", f"{EVIL}.xlsx")),
        *(("ingest", folder / EVIL), ("verify", folder / EVIL), ("plan", "convert", folder / EVIL, folder / "x.toml")),
        *(("settle", EVIL, "--reason", EVIL), ("correct", EVIL, "--status", "GREEN", "--reason", EVIL)),
        *(("report", "-o", folder / f"{EVIL}.docx"), ("export", "-o", folder / f"{EVIL}.csv"), ("log", "--json")),
        *(("generate", "--group", EVIL, "--date", str(DATE)), ("report", "--style", folder / EVIL)),
        *(("init", folder / EVIL), ("-C", folder / EVIL, "plan", "check"), ("ingest", "--limit", EVIL), (EVIL,)),
    ):
        check_output(folder, *command)


@pytest.mark.slow
def test_words_that_a_terminal_library_would_replace_are_printed_as_they_are(folder: Path) -> None:
    name = "Parks [north] :x:"
    write_plan(folder, plan(group(name, outcome("2.1", action(task("a", task="Plant [b]trees[/b] :bell:"))))))
    run_ragsheets("-C", folder, "generate", "--date", "2008-12-04", "--due", "2008-12-18")
    overview = run_ragsheets("-C", folder, "status").stdout
    assert f"Next: remind {name}; put" in overview
    assert overview.count(name) == 2
    assert "Plant [b]trees[/b] :bell:" in run_ragsheets("-C", folder, "history", "2.1a").stdout


def test_json_holds_the_characters_themselves(folder: Path) -> None:
    (folder / str(DATE) / "returned" / f"{EVIL}.txt").write_text("2.1a is green")
    result = run_ragsheets("-C", folder, "ingest", "--json")
    assert json.loads(result.stdout)["files"][0]["file"] == f"{EVIL}.txt"


def test_letters_show_what_a_name_and_an_answer_hold(folder: Path) -> None:
    write_plan(folder, plan(group("Parks", outcome("2.1", action(task("a"))), contact="An\u202en ``` [x](y)")))
    run_ragsheets("-C", folder, "generate", "--date", str(DATE), "--force")
    reply(folder, "Parks.xlsx", {"2.1a": {"status": "a\u202eb `c` # <b>", "position": "So.", "planned": "x"}})
    run_ragsheets("-C", folder, "ingest")
    letters = (folder / str(DATE) / "queries" / "queries.md").read_text("utf-8")
    assert "To: ````An<202E>n ``` [x](y)````" in letters
    assert "Dear An<202E>n ``` [x](y)," in letters
    assert "b `c` # <b>” is not one of" in letters
    assert not UNSAFE & set(letters)


@pytest.mark.slow
def test_names_that_are_not_utf_8_cost_nothing_else(folder: Path) -> None:
    odd = folder / str(DATE) / "returned" / os.fsdecode(b"caf\xe9")
    try:
        odd.mkdir()
    except OSError:
        pytest.skip("this file system takes no such name")
    filled = reply(folder, "a.xlsx", {"2.1a": {"status": "Ambr", "position": "So.", "planned": "x"}}, to=folder / "b")
    (odd / os.fsdecode(b"Parks \xff.xlsx")).write_bytes(filled.read_bytes())
    (odd / "words.txt").write_text("2.1a is green")
    for command in (("ingest",), ("ingest", "--json"), ("status",), ("returns", "list"), ("log",), ("report",)):
        output = check_output(folder, *command)
        assert "Traceback" not in output
    data = json.loads(run_ragsheets("-C", folder, "ingest", "--json").stdout)
    assert [(file["file"], file["result"]) for file in data["files"]] == [
        ("caf\ufffd/Parks \ufffd.xlsx", "duplicate"),
        ("caf\ufffd/words.txt", "ignored"),
    ]


@pytest.mark.slow
def test_a_project_folder_whose_name_is_not_utf_8_is_worked_in(folder: Path, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        odd.mkdir()
    except OSError:
        pytest.skip("this file system takes no such name")
    write_plan(odd)
    for command in (
        ("generate", "--date", str(DATE), "--period", os.fsdecode(b"caf\xe9")),
        *(("ingest",), ("status",), ("report",), ("export", "-o", odd / "x.csv"), ("ledger", "check"), ("log",)),
    ):
        result = run_ragsheets("-C", odd, *command)
        assert result.exit_code == 0, result.output
