"""What the report says: the first page, what needs attention, the direction of travel, and where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import later_periods as later
from helpers import periods
from helpers import projects as made
from ragsheets import files
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.report.write import summary
from ragsheets.report.write.content import ReportContent, ReportPart
from ragsheets.returns.findings import CATALOGUE

TWO = made.plan(
    made.group("Parks", made.outcome("2.1", made.action(*(made.task(label) for label in "abcd")))),
    made.group("Health", made.outcome("3.1", made.action(made.task("a"), made.task("b")))),
    made.group("Play", on_hold=True),
)


def part(content: ReportContent, heading: str) -> ReportPart | None:
    return next((part for part in content.attention if part.heading.startswith(heading)), None)


def tasks_in(content: ReportContent, heading: str) -> list[str]:
    found = part(content, heading)
    return [row[2] for row in periods.texts(found.table)] if found else []


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    said = {"2.1a": "GREEN", "2.1b": ("AMBER", "Meet"), "2.1c": ("RED", ""), "2.1d": "Ambr"}
    periods.hold(folder, "2008-06-05", {"Parks": said}, plan=TWO, due="2008-06-19")
    return folder


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("second")
    before = {"2.1a": "GREEN", "2.1b": "AMBER", "2.1c": "RED"}
    periods.hold(folder, "2008-06-05", {"Parks": before, "Health": {"3.1a": "AMBER"}}, plan=TWO)
    now = {"2.1a": "RED", "2.1b": "GREEN", "2.1c": "RED", "2.1d": "GREEN"}
    periods.hold(folder, "2008-09-04", {"Parks": now, "Health": {"3.1a": "AMBER", "3.1b": "RED"}})
    return folder


class TestTheFirstPage:
    def test_a_sentence_says_the_state(self, first: Path) -> None:
        said = "1 (14%) GREEN, 1 (14%) AMBER, 1 (14%) RED and 4 (57%) not reported"
        assert periods.content(first).summary.state_sentence == f"Fewer than half of the tasks are GREEN: of 7, {said}."

    def test_it_says_what_moved_where_there_is_an_earlier_period(self, second: Path) -> None:
        state = periods.content(second).summary.state_sentence
        assert state.endswith("; since 5th June 2008, 1 improved and 1 got worse.")

    def test_each_sub_group_has_a_row_and_all_of_them_the_last(self, second: Path) -> None:
        found = periods.content(second).summary
        assert [(row.name, row.counts, row.change_text) for row in found.rows] == [
            ("Parks", (2, 0, 2, 0, 4), "1 improved, 1 got worse"),
            ("Health", (0, 1, 1, 0, 2), "no change"),
            ("Play", (0, 0, 0, 1, 1), "not known"),
            ("All sub-groups", (2, 1, 3, 1, 7), "1 improved, 1 got worse"),
        ]
        assert found.change_heading == "Since 5 Jun 2008"

    def test_the_first_period_tells_no_change(self, first: Path) -> None:
        found = periods.content(first).summary
        assert found.change_heading == ""
        assert {row.change_text for row in found.rows} == {""}

    @pytest.mark.parametrize(
        ("count", "total", "printed"),
        [
            (0, 7, "0"),
            (1, 7, "1 (14%)"),
            (7, 7, "7 (100%)"),
            (1, 4800, "1 (<1%)"),
            (4799, 4800, "4799 (>99%)"),
            (1, 200, "1 (1%)"),
            (1, 3, "1 (33%)"),
            (2, 3, "2 (67%)"),
        ],
    )
    def test_a_part_is_rounded_but_never_to_none_or_all(self, count: int, total: int, printed: str) -> None:
        assert summary.count_with_percent(count, total) == printed

    @pytest.mark.parametrize(
        ("good", "word"),
        [
            (0, "None"),
            (2, "Few"),
            (3, "Fewer than half"),
            (9, "Fewer than half"),
            (10, "Half"),
            (11, "Most"),
            (17, "Most"),
            (18, "Nearly all"),
            (19, "Nearly all"),
            (20, "All"),
        ],
    )
    def test_the_words_for_a_part_of_all(self, tmp_path: Path, good: int, word: str) -> None:
        tasks = [made.task(f"t{number:02}") for number in range(20)]
        plan = made.plan(made.group("Parks", made.outcome("2.1", made.action(*tasks))))
        said = {f"2.1t{number:02}": "GREEN" if number < good else "RED" for number in range(20)}
        periods.hold(tmp_path, "2008-09-04", {"Parks": said}, plan=plan)
        assert periods.content(tmp_path).summary.state_sentence.startswith(f"{word} of the tasks are GREEN: ")

    def test_it_does_not_say_that_none_moved_where_nothing_is_known(self, tmp_path: Path) -> None:
        periods.hold(tmp_path, "2008-06-05", {"Parks": {"2.1a": "GREEN"}})
        periods.hold(tmp_path, "2008-09-04", {})
        found = periods.content(tmp_path).summary
        assert found.rows[-1].change_text == "not known"
        assert "since" not in found.state_sentence

    def test_what_has_not_started_is_no_good_news(self, tmp_path: Path) -> None:
        said = {"2.1a": "BLUE", "2.1b": "GREEN", "2.1c": "GREY", "2.1d": "GREY"}
        plan = {**TWO, "template": "brag", "groups": TWO["groups"][:1]}
        periods.hold(tmp_path, "2008-09-04", {"Parks": said}, plan=plan)
        assert periods.content(tmp_path).summary.state_sentence.startswith(
            "Half of the tasks are BLUE or GREEN: of 4, "
        )

    def test_it_says_what_needs_the_executive_and_leads_there(self, first: Path) -> None:
        content = periods.content(first)
        assert [line.text for line in content.attention_summary] == [
            "Red – needs action: 1 task",
            "AMBER or RED without a planned improvement or a deadline in it: 2 tasks",
            "Returned, but not reported: 1 task",
            "Sub-groups without a return, late or on hold: 2 sub-groups",
        ]
        assert [line.target for line in content.attention_summary] == [part.bookmark for part in content.attention]

    def test_nothing_needs_attention_where_all_is_well(self, tmp_path: Path) -> None:
        periods.hold(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN"}})
        content = periods.content(tmp_path)
        assert content.attention_summary == content.attention == ()

    def test_that_tasks_got_better_needs_nobody(self, tmp_path: Path) -> None:
        for day, status in (("2008-06-05", "AMBER"), ("2008-09-04", "GREEN")):
            periods.hold(tmp_path, day, {"Parks": {"2.1a": status}})
        nothing, better = periods.content(tmp_path).attention_summary
        assert nothing.text.startswith("Nothing needs attention: ")
        assert (nothing.target, better.text) == ("", "Better than on 5th June 2008: 1 task")


class TestAttention:
    def test_red_tasks_are_listed_with_position_and_plan(self, second: Path) -> None:
        found = part(periods.content(second), "Red – needs action")
        assert found is not None
        assert periods.texts(found.table) == [
            ["Parks", "2.1", "a) Task a", "At 2.1a", "Go on by May 2009"],
            ["Parks", "2.1", "c) Task c", "At 2.1c", "Go on by May 2009"],
            ["Health", "3.1", "b) Task b", "At 3.1b", "Go on by May 2009"],
        ]

    def test_what_got_worse_and_better_is_told_apart(self, second: Path) -> None:
        content = periods.content(second)
        worse, better = part(content, "Worse than on 5th June 2008"), part(content, "Better than on 5th June 2008")
        assert worse and better
        assert periods.texts(worse.table) == [["Parks", "2.1", "a) Task a", "GREEN", "RED"]]
        assert periods.texts(better.table) == [["Parks", "2.1", "b) Task b", "AMBER", "GREEN"]]

    def test_a_plan_without_a_deadline_and_none_at_all_are_told(self, first: Path) -> None:
        found = part(periods.content(first), "AMBER or RED without")
        assert found
        assert [row[2:] for row in periods.texts(found.table)] == [
            ["b) Task b", "AMBER", "A deadline in the planned improvement", "Meet"],
            ["c) Task c", "RED", "A planned improvement", ""],
        ]

    def test_a_date_in_a_column_for_it_is_a_deadline(self, tmp_path: Path) -> None:
        (tmp_path / "ours.toml").write_text(
            'extends = "standard"\n[[columns]]\nkey = "by"\nheading = "By"\nkind = "date"\nfilled_by = "contact"\n'
        )
        made.write_plan(tmp_path, made.plan(template="ours.toml"))
        made.ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
        said = {"position": "Here", "status": "RED", "planned": "Meet", "by": "2009-05-01"}
        made.reply(tmp_path, "Parks.xlsx", {"2.1a": said})
        ingest(Project(tmp_path))
        assert tasks_in(periods.content(tmp_path), "AMBER or RED without") == []
        assert tasks_in(periods.content(tmp_path), "Red") == ["a) Task a"]

    def test_what_stands_as_it_was_carried_over_is_told_as_that(self, tmp_path: Path) -> None:
        later.second(tmp_path, carry=True)
        typed = {("2.1a", "status"): "RED", ("2.1b", "status"): "", ("2.1c", "position"): "Talked"}
        later.returned(tmp_path, typed)
        ingest(Project(tmp_path), date=periods.date(later.SEPTEMBER))
        found = part(periods.content(tmp_path), "Returned, but not reported")
        assert found
        carried = "carried over and not confirmed"
        assert [row[2:] for row in periods.texts(found.table)] == [
            ["b) Map the services in Matson", f"Hire help by April 2009, {carried}", f"At 2.1b, {carried}"],
            ["c) Give talks at schools", f"RED, {carried}", "Talked"],
            ["a) Open the new play park", f"GREEN, {carried}", f"At 2.2a, {carried}"],
        ]

    def test_what_came_back_without_a_status_is_told_with_what_came(self, first: Path) -> None:
        found = part(periods.content(first), "Returned, but not reported")
        assert found
        assert periods.texts(found.table) == [["Parks", "2.1", "d) Task d", "Ambr", "At 2.1d"]]

    def test_silent_late_and_resting_sub_groups_are_named(self, first: Path, tmp_path: Path) -> None:
        found = part(periods.content(first), "Sub-groups without a return")
        assert found
        assert periods.texts(found.table) == [
            ["Health", "No return yet; it was due on 19th June 2008."],
            ["Play", "This sub-group is on hold."],
        ]
        periods.hold(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN"}}, due="2008-09-04")
        late = part(periods.content(tmp_path), "Sub-groups without a return")
        assert late
        assert periods.texts(late.table) == [
            ["Parks", "Its workbook was saved on 5th September 2008; it was due on 4th September 2008."]
        ]

    def test_a_template_that_says_nothing_of_needs_means_its_worst_statuses(self, tmp_path: Path) -> None:
        codes = (("AHEAD", "best"), ("STEADY", "good"), ("SLOW", "poor"), ("STUCK", "worst"))
        statuses = "".join(
            f'[[statuses]]\ncode = "{code}"\nlabel = "{label}"\nfill = "FFFFFF"\nink = "000000"\n'
            for code, label in codes
        )
        standard = (files.shipped_folder("workbook_templates") / "standard.toml").read_text("utf-8")
        head, rest = standard.split("[[statuses]]", 1)
        (tmp_path / "ours.toml").write_text(head + statuses + "[wording]" + rest.split("\n[wording]", 1)[1], "utf-8")
        periods.hold(
            tmp_path,
            "2008-09-04",
            {"Parks": {"2.1a": "STUCK", "2.1b": "SLOW", "2.1c": "STEADY", "2.1d": "AHEAD"}},
            plan={**TWO, "template": "ours.toml", "groups": TWO["groups"][:1]},
        )
        content = periods.content(tmp_path)
        assert content.summary.state_sentence.startswith("Half of the tasks are AHEAD or STEADY: ")
        assert [part.heading for part in content.attention] == ["worst"]


class TestTravel:
    def test_it_stands_beside_the_status_where_there_is_an_earlier_period(self, first: Path, second: Path) -> None:
        assert [column.heading for column in periods.content(first).columns].count("Direction of travel") == 0
        headings = [column.heading for column in periods.content(second).columns]
        assert headings[headings.index("Status") + 1] == "Direction of travel"

    def test_each_task_tells_how_it_moved_and_from_what(self, second: Path) -> None:
        content = periods.content(second)
        place = [column.heading for column in content.columns].index("Direction of travel")
        rows = content.sections[0].outcomes[0].actions[0].rows
        assert [row[place].text for row in rows] == [
            "▼\u00a0Worsened\nJun 2008: GREEN",
            "▲\u00a0Improved\nJun 2008: AMBER",
            "►\u00a0Unchanged\nJun 2008: RED",
            "○\u00a0Not\u00a0known\nJun 2008: Not reported",
        ]

    def test_no_more_than_four_periods_are_told(self, tmp_path: Path) -> None:
        for month in range(1, 7):
            periods.hold(tmp_path, f"2008-{month:02}-04", {"Parks": {"2.1a": "GREEN"}})
        row = periods.content(tmp_path).sections[0].outcomes[0].actions[0].rows[0]
        told = next(cell.text for cell in row if "Unchanged" in cell.text)
        assert told.split("\n")[1:] == ["May 2008: GREEN", "Apr 2008: GREEN", "Mar 2008: GREEN"]

    def test_the_report_of_an_earlier_period_does_not_look_ahead(self, second: Path) -> None:
        assert periods.content(second, "2008-06-05").summary.change_heading == ""


class TestOrigin:
    def test_each_return_is_named_with_its_hash_and_findings(self, first: Path) -> None:
        origin = periods.content(first).sources
        assert origin is not None
        ((group, file, _, digest, findings, remark),) = periods.texts(origin.table)
        with Project(first).ledger() as ledger:
            (kept,) = ledger.stored_returns(periods.date("2008-06-05"))
        assert "unknown-status" in CATALOGUE
        assert (group, file, digest, remark) == ("Parks", "Parks.xlsx", kept.sha256[:12], "")
        assert int(findings) == len(periods.basis(first).assessment.findings) > 0

    def test_what_the_coordinator_left_out_is_told(self, tmp_path: Path) -> None:
        periods.hold(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN"}})
        ingest(Project(tmp_path), exclude=["Parks.xlsx"])
        origin = periods.content(tmp_path).sources
        assert origin is not None
        assert periods.texts(origin.table)[0][-1] == "Left out by the coordinator"

    def test_a_public_report_names_neither_contacts_nor_files(self, first: Path) -> None:
        content = periods.content(first, public=True)
        assert "Ann" not in repr(content)
        assert "Parks.xlsx" not in repr(content)
        assert "Ann" in repr(periods.content(first))

    def test_a_report_without_returns_says_so_without_an_empty_table(self, tmp_path: Path) -> None:
        made.write_plan(tmp_path)
        made.ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
        origin = periods.content(tmp_path).sources
        assert origin is not None and origin.table is None
