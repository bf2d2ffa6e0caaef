"""A container whose files take too long: the rest is named in one finding, and what lies beside it is read."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from helpers import projects
from helpers.built_once import built_once
from helpers.hostile.packing import pack_parts
from helpers.projects import DATE, run_ragsheets
from ragsheets.formats.limits import Limits
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.returns.ingest import IngestResult
from ragsheets.returns.intake import container_time

ANSWER = {"2.1a": {"position": "Under way.", "status": "GREEN", "planned": "More."}}


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Project:
    projects.write_plan(tmp_path)
    run_ragsheets("-C", tmp_path, "generate", "--date", str(DATE))
    (tmp_path / str(DATE) / "returned").mkdir(exist_ok=True)
    return Project(tmp_path)


@pytest.fixture
def slow_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock of containers finds a second gone."""
    seconds = itertools.count()
    monkeypatch.setattr(container_time, "monotonic", lambda: float(next(seconds)))


def archive_of(count: int, **more: bytes) -> bytes:
    return pack_parts({**{f"{number:02}.txt": f"2.1a, reply {number}".encode() for number in range(count)}, **more})


def unread_findings(result: IngestResult) -> dict[str, list[str]]:
    return {
        file.file: [item.message for item in file.findings if item.code == "files-unread"]
        for file in result.files
        if any(item.code == "files-unread" for item in file.findings)
    }


@pytest.mark.usefixtures("slow_clock")
def test_the_rest_of_an_archive_is_named_in_one_finding_and_other_files_are_read(project: Project) -> None:
    returned = project.folder / str(DATE) / "returned"
    (returned / "many.zip").write_bytes(archive_of(60))
    projects.reply(project.folder, "z.xlsx", ANSWER)
    result = ingest(project, limits=Limits(container=5))
    results = {file.file: (file.result, [item.code for item in file.findings]) for file in result.files}
    assert results["z.xlsx"] == ("accepted", [])
    assert results["many.zip"] == ("ignored", ["files-unread"])
    assert len(results) == 62
    (message,) = unread_findings(result)["many.zip"]
    assert "took more than 5 seconds" in message
    assert " more." in message
    assert results["many.zip/59.txt"] == ("ignored", [])
    assert result.needs_attention


@pytest.mark.usefixtures("slow_clock")
def test_containers_inside_share_the_time_of_the_outermost(project: Project) -> None:
    returned = project.folder / str(DATE) / "returned"
    inner = archive_of(4)
    (returned / "outer.zip").write_bytes(pack_parts({"a.zip": inner, "b.zip": archive_of(5), "c.zip": archive_of(6)}))
    (message,) = unread_findings(ingest(project, limits=Limits(container=12)))["outer.zip"]
    assert "c.zip" in message


def test_a_later_run_with_more_time_reads_the_rest(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    returned = project.folder / str(DATE) / "returned"
    (returned / "many.zip").write_bytes(archive_of(30))
    with monkeypatch.context() as patch:
        seconds = itertools.count()
        patch.setattr(container_time, "monotonic", lambda: float(next(seconds)))
        assert unread_findings(ingest(project, limits=Limits(container=5)))
    result = ingest(project)
    assert not unread_findings(result)
    assert not result.needs_attention
    assert sum(len(file.findings) for file in result.files) == 30


def test_the_limit_is_set_on_the_command_line(project: Project) -> None:
    (project.folder / str(DATE) / "returned" / "many.zip").write_bytes(archive_of(3))
    result = run_ragsheets("-C", project.folder, "ingest", "--limit", "container=60")
    assert result.exit_code == 0
    assert "not read" not in result.output
