"""The documentation is true: its commands run and print what it shows, and its links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from helpers import reference_pages
from helpers.projects import run_ragsheets
from ragsheets.cli import main

ROOT = reference_pages.ROOT
README, DOCS = ROOT / "README.md", ROOT / "docs"
#: The pages that describe how to use ragsheets. The list of changes names what earlier versions had.
PAGES = sorted((README, *DOCS.rglob("*.md"), *ROOT.glob("examples/*/README.md")))
#: Fenced blocks: the language and the content.
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOST_LINES_OF_README = 200


def page_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    """The content of a page's fenced blocks in this language."""
    return [content for name, content in BLOCK.findall(path.read_text(encoding="utf-8")) if name == language]


def prose(path: Path) -> str:
    """The text of a page without its fenced blocks."""
    return BLOCK.sub("", path.read_text(encoding="utf-8"))


def pages_with(language: str) -> Any:
    """Parametrize a test with every page that has a block in this language."""
    found = [path for path in PAGES if blocks(path, language)]
    return pytest.mark.parametrize("path", found, ids=page_name)


# ------------------------------------------------------------------------------------------------------- the commands


def steps(path: Path) -> list[tuple[str, list[str]]]:
    """Every command of a page's console blocks, in order, with the lines that it is shown to print."""
    commands: list[tuple[str, list[str]]] = []
    for line in (line for block in blocks(path, "console") for line in block.splitlines()):
        if line.startswith("$ "):
            commands.append((line[2:], []))
        else:
            commands[-1][1].append(line)
    return commands


@pytest.mark.slow
@pages_with("console")
def test_every_command_of_a_page_runs_and_prints_what_is_shown(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line "…" matches anything that follows; a finding to settle, as in the example, sets the exit status to 1."""
    folder, commands = tmp_path, steps(path)
    assert commands
    for command, shown in commands:
        monkeypatch.chdir(folder)
        program, *words = shlex.split(command)
        if program == "cd":
            folder = folder / words[0]
            continue
        assert program == "ragsheets"
        result = run_ragsheets(*words)
        assert result.exit_code in (0, 1), (command, result.output)
        lines, expected = result.stdout.splitlines(), list(shown)
        if expected[-1:] == ["…"]:
            del expected[-1], lines[len(expected) :]
        assert [line.rstrip() for line in lines] == expected or not shown, command


def test_the_readme_alone_leads_to_a_report_that_is_verified() -> None:
    commands = [shlex.split(command) for command, _ in steps(README)]
    names = [" ".join(words[1:3]) if words[1] == "plan" else words[1] for words in commands if words[0] == "ragsheets"]
    assert names == ["init", "plan check", "generate", "ingest", "report", "verify"]


def shown_commands(path: Path) -> Iterator[list[str]]:
    """Every ragsheets command of a page, in its text and in its blocks, as words after the program's name."""
    lines = [line for language in ("console", "sh") for block in blocks(path, language) for line in block.splitlines()]
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose(path))]
    for text in (*lines, *spans):
        if match := re.match(r"(?:\$ )?ragsheets (.+)", text):
            yield shlex.split(match[1])


def unknown_words(words: list[str]) -> list[str]:
    """What of a command line ragsheets does not know: the command, or options."""
    command: click.Command = main
    options = {"-C", "-h", "--help"}
    unknown = []
    for number, word in enumerate(words):
        options |= {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
        is_name = number == 0 or words[number - 1] not in ("-C", "--project", "--ledger")
        if word.startswith("-") and word != "-":
            unknown += [word] if word not in options else []
        elif isinstance(command, click.Group) and is_name and not word.isupper() and word != "…":
            if word not in command.commands:
                return [word]
            command = command.commands[word]
    return unknown


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_every_command_that_a_page_names_is_one(path: Path) -> None:
    assert {" ".join(words): unknown_words(words) for words in shown_commands(path) if unknown_words(words)} == {}


def test_a_command_or_an_option_that_does_not_exist_is_found() -> None:
    assert sum(len(list(shown_commands(path))) for path in PAGES) > 100
    assert unknown_words(["ingest", "--previw"]) == ["--previw"]
    assert unknown_words(["plan", "chek"]) == ["chek"]
    assert unknown_words(["-C", "Our partnership", "plan", "check"]) == []


# --------------------------------------------------------------------------------------- what else pages show


def test_the_plan_shown_is_one_that_can_be_used(tmp_path: Path) -> None:
    (shown,) = blocks(README, "toml")
    (tmp_path / "plan.toml").write_text(shown, encoding="utf-8")
    result = run_ragsheets("-C", tmp_path, "plan", "check")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        0,
        "The plan is sound: 1 sub-group, 1 task, template “standard”.",
    )


def test_the_template_shown_is_one_that_can_be_used(tmp_path: Path) -> None:
    from ragsheets.template.reader import read_template

    (shown,) = blocks(DOCS / "coordinators.md", "toml")
    tomllib.loads(shown)
    (tmp_path / "ours.toml").write_text(shown, encoding="utf-8")
    template = read_template("ours.toml", tmp_path)
    assert [column.key for column in template.columns] == ["task", "target", "position", "status", "risk", "planned"]


def test_the_python_shown_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ragsheets.project.folder import create_project

    (shown,) = blocks(DOCS / "reference" / "python.md", "python")
    create_project(tmp_path / "Our partnership")
    monkeypatch.chdir(tmp_path)
    exec(compile(shown, "python.md", "exec"), {})
    assert (tmp_path / "Our partnership" / "2008-09-04" / "Performance report.docx").is_file()


def keys_of(value: object) -> set[str]:
    """Every key in a JSON value, at any depth, but for the codes of statuses."""
    if isinstance(value, dict):
        return {key for key in value if not key.isupper()}.union(*map(keys_of, value.values()))
    return set[str]().union(*map(keys_of, value)) if isinstance(value, list) else set()


@pytest.mark.slow
def test_every_key_of_the_json_is_described(tmp_path: Path) -> None:
    run_ragsheets("demo", tmp_path / "demo")
    printed: set[str] = set()
    for command in (["ingest"], ["ingest", "--preview"], ["status"]):
        printed |= keys_of(json.loads(run_ragsheets("-C", tmp_path / "demo", *command, "--json").stdout))
    assert {"not_reported", "totals_before", "unread"} <= printed
    described = set(re.findall(r"`(\w+)`", prose(DOCS / "reference" / "json.md")))
    assert printed - described == set()


# ------------------------------------------------------------------------------------- the pages and their links


@pytest.mark.parametrize("name", reference_pages.PAGES)
def test_a_reference_page_is_up_to_date(name: str) -> None:
    page = (reference_pages.FOLDER / name).read_text(encoding="utf-8")
    assert reference_pages.MARK in page
    assert page == reference_pages.compose_page(name), f"run {reference_pages.COMMAND}"


def test_the_readme_is_short_and_has_the_two_commands() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) < MOST_LINES_OF_README
    for command in ("install", "tests"):  # .ci/run takes them from here
        assert len(re.findall(rf"<!-- {command} -->\n```sh\n[^\n]+\n```\n", text)) == 1


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(path: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", prose(path))


@pytest.mark.parametrize("path", sorted({*PAGES, *ROOT.glob("*.md")}), ids=page_name)
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for link in links(path):
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        is_there = link.startswith("https://") or (target.exists() and (not anchor or anchor in anchors(target)))
        broken += [] if is_there else [link]
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    index = DOCS / "README.md"
    listed = {(DOCS / link).resolve() for link in links(index)}
    assert len(listed) > len(reference_pages.PAGES)
    assert {page_name(path) for path in DOCS.rglob("*.md") if path != index and path.resolve() not in listed} == set()
