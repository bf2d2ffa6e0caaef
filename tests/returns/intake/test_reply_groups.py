"""The sub-group that a message, a written reply or a rejected file is from, and the tasks that its words name."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from helpers import messages, periods, projects
from helpers.built_once import built_once
from helpers.messages import MessageMaker
from ragsheets.project.folder import Project
from ragsheets.project.generate import generate
from ragsheets.project.ingest import ingest
from ragsheets.project.returns import ReturnSelection, forget_returns
from ragsheets.returns.ingest import FileResult

JUNE, SEPTEMBER = "2008-06-04", "2008-09-04"
DI, MARTIN, STRANGER = "Di.Robinson@example.org", "martin@example.org", "somebody@elsewhere.example"
STRONGER, HEALTHY = "Stronger Communities", "Healthy City"
PLAN = projects.plan(
    projects.group(
        STRONGER,
        projects.outcome("1.5", projects.action(projects.task("a"), projects.task("b"))),
        email=DI,
    ),
    projects.group(HEALTHY, projects.outcome("3.1"), email="health@example.org; Martin@example.org"),
)
ANSWER = {"position": "Going well.", "status": "GREEN", "planned": "Go on by May 2009"}


@pytest.fixture
@built_once
def project(tmp_path: Path) -> Project:
    """A project whose workbooks of September are sent."""
    projects.write_plan(tmp_path, PLAN)
    generate(Project(tmp_path), periods.date(SEPTEMBER))
    return Project(tmp_path)


def put(project: Project, name: str, content: bytes) -> None:
    """Put a file into the period's returned/."""
    path = project.folder / SEPTEMBER / "returned" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def workbook(project: Project, group: str, key: str, status: str = "GREEN") -> bytes:
    """Return a filled-in workbook of the period."""
    answers = {key: {**ANSWER, "status": status}}
    return projects.reply(project.folder, "made.xlsx", answers, of=group, to=project.folder / "elsewhere").read_bytes()


def document(text: str) -> bytes:
    """Return a Word document."""
    word_document = docx.Document()
    word_document.add_paragraph(text)
    buffer = io.BytesIO()
    word_document.save(buffer)
    return buffer.getvalue()


def results(project: Project) -> dict[str, FileResult]:
    """Return the results of an ingest by file name; a second ingest gives the same."""
    first = ingest(project).files
    assert [(file.file, file.group, file.findings) for file in ingest(project).files] == [
        (file.file, file.group, file.findings) for file in first
    ]
    return {file.file: file for file in first}


@pytest.mark.parametrize(("make_message", "name"), [(messages.eml, "reply.eml"), (messages.msg, "reply.msg")])
class TestMessages:
    """Words in the body of a message, in both formats."""

    def test_words_are_counted_with_the_group_of_their_sender_and_name_their_task(
        self, project: Project, make_message: MessageMaker, name: str
    ) -> None:
        put(project, name, make_message(DI.upper(), "Return", "1.5a is really RED", {}))
        file = results(project)[name]
        (item,) = file.findings
        assert (file.result, file.group, item.code) == ("ignored", STRONGER, "message-reply")
        assert (item.group, item.task, item.severity) == (STRONGER, "1.5a", "warning")
        assert "1.5a is really RED" in item.message

    def test_words_beside_a_workbook_belong_to_its_group(
        self, project: Project, make_message: MessageMaker, name: str
    ) -> None:
        attached = {"a.xlsx": workbook(project, STRONGER, "1.5a")}
        put(project, name, make_message(STRANGER, "Return", "1.5a is really RED", attached))
        file = results(project)[name]
        assert (file.group, [(item.code, item.task) for item in file.findings]) == (
            STRONGER,
            [("message-answer", "1.5a")],
        )

    def test_the_name_of_a_group_in_the_subject_and_a_task_of_one_group_alone_are_enough(
        self, project: Project, make_message: MessageMaker, name: str
    ) -> None:
        put(project, f"1 {name}", make_message(STRANGER, "RE: healthy city, September", "All is well.", {}))
        put(project, f"2 {name}", make_message(STRANGER, "Return", "3.1 a) is Red", {}))
        put(project, f"{HEALTHY}/3 {name}", make_message(STRANGER, "Return", "All is well.", {}))
        files = results(project)
        assert {key: (file.group, file.findings[0].task) for key, file in files.items()} == {
            f"1 {name}": (HEALTHY, ""),
            f"2 {name}": (HEALTHY, "3.1a"),
            f"{HEALTHY}/3 {name}": (HEALTHY, ""),
        }

    @pytest.mark.slow
    def test_words_without_a_certain_group_stay_with_none_and_say_so(
        self, project: Project, make_message: MessageMaker, name: str
    ) -> None:
        both = {"a.xlsx": workbook(project, STRONGER, "1.5a"), "b.xlsx": workbook(project, HEALTHY, "3.1a")}
        theirs = {"b.xlsx": workbook(project, HEALTHY, "3.1a", "RED")}
        put(project, f"nothing shown {name}", make_message(STRANGER, "Return", "All is well.", {}))
        put(project, f"both {name}", make_message(STRANGER, "Returns", "All is Green.", both))
        put(project, f"another's workbook {name}", make_message(DI, "Return", "All is Green.", theirs))
        put(project, f"another's task {name}", make_message(DI, "Return", "3.1a is Red", {}))
        put(project, f"another's name {name}", make_message(DI, HEALTHY, "All is Green.", {}))
        put(project, f"tasks of both {name}", make_message(STRANGER, "", "1.5a and 3.1a are Red", {}))
        messages_alone = {key: file for key, file in results(project).items() if not key.endswith(".xlsx")}
        assert len(messages_alone) == 6
        for file in messages_alone.values():
            assert (file.group, file.findings[0].group) == ("", "")
            assert "It is not certain which sub-group it is from." in file.findings[0].message

    @pytest.mark.slow
    def test_several_clues_together_are_certain_where_one_is_not(
        self, project: Project, make_message: MessageMaker, name: str
    ) -> None:
        both = {"a.xlsx": workbook(project, STRONGER, "1.5a"), "b.xlsx": workbook(project, HEALTHY, "3.1a")}
        put(project, name, make_message(DI, "Ours and theirs", "1.5b and 3.1a are Red", both))
        assert results(project)[name].group == STRONGER

    def test_several_tasks_are_listed(self, project: Project, make_message: MessageMaker, name: str) -> None:
        put(project, name, make_message(DI, "Return", "1.5a is really RED, and 1.5b AMBER", {}))
        (item,) = results(project)[name].findings
        assert item.task == ""
        assert item.message.endswith(
            "“Return\n1.5a is really RED, and 1.5b AMBER”. "
            "It may be about the tasks 1.5a (“a) Task a”), 1.5b (“b) Task b”)."
        )

    def test_quoted_words_of_an_earlier_message_show_nothing(
        self, project: Project, make_message: MessageMaker, name: str
    ) -> None:
        quoted = "Will do.\n\n-----Original Message-----\nFrom: Us\nSent: today\nSubject: x\n\nWhat of 3.1a?\n"
        put(project, name, make_message(STRANGER, "Return", quoted, {}))
        file = results(project)[name]
        assert (file.group, file.findings[0].task) == ("", "")
        assert "What of 3.1a?" in file.findings[0].found

    @pytest.mark.slow
    def test_attached_documents_and_broken_workbooks_are_from_the_group_of_the_sender(
        self, project: Project, make_message: MessageMaker, name: str
    ) -> None:
        damaged = workbook(project, STRONGER, "1.5a")[:2000]
        attached = {"notes.docx": document("1.5b is Amber by now."), "b.xlsx": damaged, "c.pdf": b"%PDF-1.4\n"}
        put(project, name, make_message(DI, "Return", "Here it is.", attached))
        files = results(project)
        assert {file.group for file in files.values()} == {STRONGER}
        assert [(item.code, item.task) for item in files[f"{name}/notes.docx"].findings] == [("other-reply", "1.5b")]
        assert (files[f"{name}/b.xlsx"].result, files[f"{name}/b.xlsx"].findings[0].code) == ("rejected", "damaged")

    @pytest.mark.slow
    def test_a_broken_workbook_is_not_from_the_group_of_the_workbook_beside_it(
        self, project: Project, make_message: MessageMaker, name: str
    ) -> None:
        good, damaged = workbook(project, STRONGER, "1.5a"), workbook(project, HEALTHY, "3.1a")[:2000]
        put(project, name, make_message(STRANGER, "Returns", "Theirs as well.", {"a.xlsx": good, "b.xlsx": damaged}))
        put(project, f"2 {name}", make_message(DI, "Returns", "", {"a.xlsx": good, f"{HEALTHY}.xlsx": damaged[:1500]}))
        files = results(project)
        assert (files[name].group, files[f"{name}/b.xlsx"].group) == (STRONGER, "")
        assert files[f"2 {name}/{HEALTHY}.xlsx"].group == ""

    @pytest.mark.slow
    def test_a_message_inside_another_counts_by_its_own_sender(
        self, project: Project, make_message: MessageMaker, name: str
    ) -> None:
        inner = make_message(MARTIN, "Return", "All is well.", {})
        outer = make_message(STRANGER, "FW: Return", "See below.", {f"inner.{name[-3:]}": inner})
        put(project, name, outer)
        assert results(project)[f"{name}/inner.{name[-3:]}"].group == HEALTHY


def test_an_encrypted_message_is_from_the_group_of_its_sender(project: Project) -> None:
    head = f"From: Di <{DI}>\nSubject: Return\nMIME-Version: 1.0\n"
    put(project, "reply.eml", f"{head}Content-Type: multipart/encrypted\n\nx".encode())
    put(project, "pgp.eml", f"{head}\n-----BEGIN PGP MESSAGE-----\nabc\n".encode())
    files = results(project)
    assert {(file.result, file.group, file.findings[0].code) for file in files.values()} == {
        ("rejected", STRONGER, "encrypted-message")
    }


def test_a_document_is_from_the_group_that_its_name_or_its_tasks_show(project: Project) -> None:
    put(project, "stronger_communities update.docx", document("All is well."))
    put(project, "update.docx", document("3.1a is Red."))
    put(project, "scan.docx", document("All is very well."))
    put(project, f"{HEALTHY}.xlsx", b"PK\x03\x04 nothing more")
    groups = {key: file.group for key, file in results(project).items()}
    assert groups == {
        "stronger_communities update.docx": STRONGER,
        "update.docx": HEALTHY,
        "scan.docx": "",
        f"{HEALTHY}.xlsx": HEALTHY,
    }


@pytest.mark.slow
def test_copies_of_a_message_have_a_group_where_they_agree(project: Project) -> None:
    content = messages.eml(DI, "Return", "All is well.", {})
    for name in ("a.eml", "copy of a.eml"):
        put(project, name, content)
    attached = {"notes.docx": document("All is well.")}
    put(project, "from Di.eml", messages.eml(DI, "Return", "", attached))
    put(project, "from Martin.eml", messages.eml(MARTIN, "Return", "", attached))
    files = results(project)
    assert (files["a.eml"].group, files["copy of a.eml"].group) == (STRONGER, STRONGER)
    assert files["from Di.eml/notes.docx"].group == ""


def test_a_very_long_sender_shows_no_group(project: Project) -> None:
    for name, sender in (("a", "x" * 19_000), ("b", "<" + "x@" * 9_000), ("c", "x<" * 9_000)):
        head = f"From: {sender}\nSubject: Return\nMIME-Version: 1.0\nContent-Type: multipart/encrypted\n\nx"
        put(project, f"{name}.eml", head.encode())
    assert {file.group for file in results(project).values()} == {""}


@pytest.mark.slow
def test_an_address_of_two_groups_shows_neither(tmp_path: Path) -> None:
    plan = projects.plan(
        projects.group("Parks", email=DI), projects.group("Health", projects.outcome("3.1"), contact=f"Di ({DI})")
    )
    projects.write_plan(tmp_path, plan)
    generate(Project(tmp_path), periods.date(SEPTEMBER))
    put(Project(tmp_path), "a.eml", messages.eml(DI, "Return", "All is well.", {}))
    put(Project(tmp_path), "b.eml", messages.eml(DI, "Return", "2.1a is Red.", {}))
    assert {key: file.group for key, file in results(Project(tmp_path)).items()} == {"a.eml": "", "b.eml": "Parks"}


class TestAnotherPeriodsWorkbook:
    """A workbook of another period is rejected, and is from the sub-group that it was sent to."""

    @pytest.fixture
    def project(self, tmp_path: Path) -> Project:
        """A project with a workbook of June filled in, and the workbooks of September sent."""
        periods.hold_period(tmp_path, JUNE, {STRONGER: {"1.5a": "GREEN"}}, plan=PLAN)
        generate(Project(tmp_path), periods.date(SEPTEMBER))
        return Project(tmp_path)

    def workbook_of_june(self, project: Project) -> bytes:
        return (project.folder / JUNE / "returned" / f"{STRONGER}.xlsx").read_bytes()

    @pytest.mark.slow
    def test_it_is_shown_with_its_group_which_stays_missing(self, project: Project) -> None:
        put(project, "old.xlsx", self.workbook_of_june(project))
        result = ingest(project)
        (file,) = result.files
        (item,) = file.findings
        assert (file.result, file.group, item.code, item.group) == ("rejected", STRONGER, "wrong-period", STRONGER)
        assert item.message.startswith("This is the workbook of Stronger Communities for 4th June 2008; you are")
        assert result.assessment.missing_groups == (STRONGER, HEALTHY)

    @pytest.mark.slow
    def test_it_is_from_its_own_group_whoever_sent_it(self, project: Project) -> None:
        attached = {"old.xlsx": self.workbook_of_june(project)}
        put(project, "reply.eml", messages.eml(MARTIN, "Return", "Here it is.", attached))
        files = results(project)
        assert (files["reply.eml/old.xlsx"].group, files["reply.eml"].group) == (STRONGER, "")

    @pytest.mark.slow
    def test_one_that_another_ledger_sent_is_from_the_group_that_it_states(
        self, project: Project, tmp_path: Path
    ) -> None:
        content = self.workbook_of_june(project)
        other = tmp_path / "other"
        projects.write_plan(other, PLAN)
        generate(Project(other), periods.date(SEPTEMBER))
        put(Project(other), "old.xlsx", content)
        assert results(Project(other))["old.xlsx"].group == STRONGER

    @pytest.mark.slow
    def test_one_of_a_group_that_the_plan_has_no_more_is_from_none(self, tmp_path: Path, project: Project) -> None:
        remaining = projects.plan(projects.group(HEALTHY, projects.outcome("3.1"), email=DI))
        projects.write_plan(tmp_path, remaining)
        generate(project, periods.date("2008-12-04"))
        attached = {"old.xlsx": self.workbook_of_june(project)}
        path = tmp_path / "2008-12-04" / "returned" / "reply.eml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(messages.eml(DI, "Return", "Here it is.", attached))
        file = results(project)["reply.eml/old.xlsx"]
        assert (file.group, file.findings[0].code) == ("", "wrong-period")
        assert file.findings[0].message.endswith("It is not certain which sub-group it is from.")


class TestFilesWithAGroupAreNoReturns:
    """A message or a rejected file that has a sub-group is treated as before otherwise."""

    def test_one_that_is_taken_out_and_put_back_is_no_return(self, project: Project) -> None:
        put(project, "reply.eml", messages.eml(DI, "Return", "1.5a is Red", {}))
        ingest(project)
        taken_out = ingest(project, exclude=["reply.eml"])
        assert [item.code for item in taken_out.files[0].findings] == ["excluded"]
        put_back = ingest(project, include=["reply.eml"])
        assert (put_back.files[0].result, put_back.files[0].group) == ("ignored", STRONGER)
        assert put_back.assessment.missing_groups == (STRONGER, HEALTHY)

    def test_a_message_is_erased_with_the_return_that_it_brought(self, project: Project) -> None:
        attached = {"a.xlsx": workbook(project, STRONGER, "1.5a")}
        put(project, "reply.eml", messages.eml(DI, "Return", "1.5a is Red", attached))
        put(project, "copy.eml", messages.eml(DI, "Return", "Once more", attached))
        ingest(project)
        forgotten = forget_returns(project, ReturnSelection(["a.xlsx"]), reason="asked for by its author")
        assert {original.file for original in forgotten.originals} == {"copy.eml/a.xlsx", "reply.eml", "copy.eml"}

    def test_generating_again_keeps_the_group(self, project: Project) -> None:
        put(project, "reply.eml", messages.eml(DI, "Return", "1.5a is Red", {}))
        ingest(project)
        projects.write_plan(project.folder, {**PLAN, "title": "Progress of all"})
        generate(project, periods.date(SEPTEMBER), force=True)
        assert results(project)["reply.eml"].group == STRONGER
