"""The content of the report: the first page, what needs attention, the direction of travel, and the sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import later_periods, messages, periods, projects
from ragsheets import files
from ragsheets.project.folder import Project
from ragsheets.project.ingest import ingest
from ragsheets.report.write import summary
from ragsheets.report.write.content import ReportContent, ReportPart
from ragsheets.returns.finding_catalogue import finding_kinds

TWO = projects.plan(
    projects.group("Parks", projects.outcome("2.1", projects.action(*(projects.task(label) for label in "abcd")))),
    projects.group("Health", projects.outcome("3.1", projects.action(projects.task("a"), projects.task("b")))),
    projects.group("Play", on_hold=True),
)


def part(content: ReportContent, heading: str) -> ReportPart | None:
    return next((part for part in content.attention if part.heading.startswith(heading)), None)


def tasks_in(content: ReportContent, heading: str) -> list[str]:
    task_part = part(content, heading)
    return [row[2] for row in periods.table_texts(task_part.table)] if task_part else []


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    answers = {"2.1a": "GREEN", "2.1b": ("AMBER", "Meet"), "2.1c": ("RED", ""), "2.1d": "Ambr"}
    periods.hold_period(folder, "2008-06-05", {"Parks": answers}, plan=TWO, due="2008-06-19")
    return folder


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("second")
    earlier_answers = {"2.1a": "GREEN", "2.1b": "AMBER", "2.1c": "RED"}
    periods.hold_period(folder, "2008-06-05", {"Parks": earlier_answers, "Health": {"3.1a": "AMBER"}}, plan=TWO)
    later_answers = {"2.1a": "RED", "2.1b": "GREEN", "2.1c": "RED", "2.1d": "GREEN"}
    periods.hold_period(folder, "2008-09-04", {"Parks": later_answers, "Health": {"3.1a": "AMBER", "3.1b": "RED"}})
    return folder


class TestFirstPage:
    @pytest.mark.slow
    def test_a_sentence_gives_the_state(self, first: Path) -> None:
        shares = "1 (14%) GREEN, 1 (14%) AMBER, 1 (14%) RED and 4 (57%) not reported"
        assert (
            periods.report_content(first).summary.state_sentence
            == f"Fewer than half of the tasks are GREEN: of 7, {shares}."
        )

    @pytest.mark.slow
    def test_it_gives_the_changes_since_an_earlier_period(self, second: Path) -> None:
        state = periods.report_content(second).summary.state_sentence
        assert state.endswith("; since 5th June 2008, 1 improved and 1 got worse.")

    def test_each_sub_group_has_a_row_and_the_last_is_the_total(self, second: Path) -> None:
        first_page = periods.report_content(second).summary
        assert [(row.name, row.counts, row.change_text) for row in first_page.rows] == [
            ("Parks", (2, 0, 2, 0, 4), "1 improved, 1 got worse"),
            ("Health", (0, 1, 1, 0, 2), "no change"),
            ("Play", (0, 0, 0, 1, 1), "not known"),
            ("All sub-groups", (2, 1, 3, 1, 7), "1 improved, 1 got worse"),
        ]
        assert first_page.change_heading == "Since 5 Jun 2008"

    def test_the_first_period_has_no_changes(self, first: Path) -> None:
        first_page = periods.report_content(first).summary
        assert first_page.change_heading == ""
        assert {row.change_text for row in first_page.rows} == {""}

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
    def test_a_share_is_rounded_but_never_to_none_or_all(self, count: int, total: int, printed: str) -> None:
        assert summary.count_with_percent(count, total) == printed

    @pytest.mark.slow
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
    def test_the_words_for_a_proportion(self, tmp_path: Path, good: int, word: str) -> None:
        tasks = [projects.task(f"t{number:02}") for number in range(20)]
        plan = projects.plan(projects.group("Parks", projects.outcome("2.1", projects.action(*tasks))))
        answers = {f"2.1t{number:02}": "GREEN" if number < good else "RED" for number in range(20)}
        periods.hold_period(tmp_path, "2008-09-04", {"Parks": answers}, plan=plan)
        assert periods.report_content(tmp_path).summary.state_sentence.startswith(f"{word} of the tasks are GREEN: ")

    @pytest.mark.slow
    def test_unknown_changes_are_not_given_as_no_change(self, tmp_path: Path) -> None:
        periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "GREEN"}})
        periods.hold_period(tmp_path, "2008-09-04", {})
        first_page = periods.report_content(tmp_path).summary
        assert first_page.rows[-1].change_text == "not known"
        assert "since" not in first_page.state_sentence

    @pytest.mark.slow
    def test_a_change_that_is_neither_better_nor_worse_is_counted(self, tmp_path: Path) -> None:
        plan = {**TWO, "template": "brag", "groups": TWO["groups"][:1]}
        periods.hold_period(tmp_path, "2008-06-05", {"Parks": {"2.1a": "GREY", "2.1b": "RED"}}, plan=plan)
        periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN", "2.1b": "RED"}}, plan=plan)
        first_page = periods.report_content(tmp_path).summary
        assert first_page.rows[-1].change_text == "1 changed"
        assert first_page.state_sentence.endswith("; since 5th June 2008, 1 changed.")

    def test_not_started_is_not_a_good_status(self, tmp_path: Path) -> None:
        answers = {"2.1a": "BLUE", "2.1b": "GREEN", "2.1c": "GREY", "2.1d": "GREY"}
        plan = {**TWO, "template": "brag", "groups": TWO["groups"][:1]}
        periods.hold_period(tmp_path, "2008-09-04", {"Parks": answers}, plan=plan)
        assert periods.report_content(tmp_path).summary.state_sentence.startswith(
            "Half of the tasks are BLUE or GREEN: of 4, "
        )

    def test_it_lists_what_needs_the_executive_with_links(self, first: Path) -> None:
        content = periods.report_content(first)
        assert [line.text for line in content.attention_summary] == [
            "Red – needs action: 1 task",
            "AMBER or RED without a planned improvement, or with one that has no deadline: 2 tasks",
            "Returned, but not reported: 1 task",
            "Sub-groups without a return, late or on hold: 2 sub-groups",
        ]
        assert [line.target for line in content.attention_summary] == [part.bookmark for part in content.attention]

    def test_nothing_needs_attention_where_all_is_well(self, tmp_path: Path) -> None:
        periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN"}})
        content = periods.report_content(tmp_path)
        assert content.attention_summary == content.attention == ()

    @pytest.mark.slow
    def test_improvements_need_no_attention(self, tmp_path: Path) -> None:
        for day, status in (("2008-06-05", "AMBER"), ("2008-09-04", "GREEN")):
            periods.hold_period(tmp_path, day, {"Parks": {"2.1a": status}})
        no_attention, better = periods.report_content(tmp_path).attention_summary
        assert no_attention.text.startswith("Nothing needs attention: ")
        assert (no_attention.target, better.text) == ("", "Better than on 5th June 2008: 1 task")


class TestAttention:
    def test_red_tasks_are_listed_with_position_and_plan(self, second: Path) -> None:
        action_part = part(periods.report_content(second), "Red – needs action")
        assert action_part is not None
        assert periods.table_texts(action_part.table) == [
            ["Parks", "2.1", "a) Task a", "At 2.1a", "Go on by May 2009"],
            ["Parks", "2.1", "c) Task c", "At 2.1c", "Go on by May 2009"],
            ["Health", "3.1", "b) Task b", "At 3.1b", "Go on by May 2009"],
        ]

    def test_worse_and_better_tasks_are_listed_separately(self, second: Path) -> None:
        content = periods.report_content(second)
        worse, better = part(content, "Worse than on 5th June 2008"), part(content, "Better than on 5th June 2008")
        assert worse and better
        assert periods.table_texts(worse.table) == [["Parks", "2.1", "a) Task a", "GREEN", "RED"]]
        assert periods.table_texts(better.table) == [["Parks", "2.1", "b) Task b", "AMBER", "GREEN"]]

    def test_a_missing_plan_and_a_missing_deadline_are_listed(self, first: Path) -> None:
        unplanned = part(periods.report_content(first), "AMBER or RED without")
        assert unplanned
        assert [row[2:] for row in periods.table_texts(unplanned.table)] == [
            ["b) Task b", "AMBER", "A deadline in the planned improvement", "Meet"],
            ["c) Task c", "RED", "A planned improvement", ""],
        ]

    def test_a_date_in_a_date_column_is_a_deadline(self, tmp_path: Path) -> None:
        (tmp_path / "ours.toml").write_text(
            'extends = "standard"\n[[columns]]\nkey = "by"\nheading = "By"\nkind = "date"\nfilled_by = "contact"\n'
        )
        projects.write_plan(tmp_path, projects.plan(template="ours.toml"))
        projects.run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
        answer = {"position": "Here", "status": "RED", "planned": "Meet", "by": "2009-05-01"}
        projects.reply(tmp_path, "Parks.xlsx", {"2.1a": answer})
        ingest(Project(tmp_path))
        assert tasks_in(periods.report_content(tmp_path), "AMBER or RED without") == []
        assert tasks_in(periods.report_content(tmp_path), "Red") == ["a) Task a"]

    @pytest.mark.slow
    def test_unchanged_carried_forward_values_are_marked(self, tmp_path: Path) -> None:
        later_periods.start_second_period(tmp_path, carry=True)
        typed = {("2.1a", "status"): "RED", ("2.1b", "status"): "", ("2.1c", "position"): "Talked"}
        later_periods.return_workbook(tmp_path, typed)
        ingest(Project(tmp_path), date=periods.date(later_periods.SEPTEMBER))
        unreported = part(periods.report_content(tmp_path), "Returned, but not reported")
        assert unreported
        carried = "carried over and not confirmed"
        assert [row[2:] for row in periods.table_texts(unreported.table)] == [
            ["b) Map the services in Matson", "Nothing", "At 2.1b"],
            ["a) Open the new play park", f"GREEN, {carried}", f"At 2.2a, {carried}"],
        ]

    def test_a_task_without_a_valid_status_is_listed_with_the_returned_text(self, first: Path) -> None:
        unreported = part(periods.report_content(first), "Returned, but not reported")
        assert unreported
        assert periods.table_texts(unreported.table) == [["Parks", "2.1", "d) Task d", "Ambr", "At 2.1d"]]

    def test_sub_groups_without_a_return_late_or_on_hold_are_named(self, first: Path, tmp_path: Path) -> None:
        unreturned = part(periods.report_content(first), "Sub-groups without a return")
        assert unreturned
        assert periods.table_texts(unreturned.table) == [
            ["Health", "No return yet; it was due on 19th June 2008."],
            ["Play", "This sub-group is on hold."],
        ]
        periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN"}}, due="2008-09-04")
        late = part(periods.report_content(tmp_path), "Sub-groups without a return")
        assert late
        assert periods.table_texts(late.table) == [
            ["Parks", "Its workbook was saved on 5th September 2008; it was due on 4th September 2008."]
        ]

    def test_without_defined_needs_the_worst_statuses_need_attention(self, tmp_path: Path) -> None:
        codes = (("AHEAD", "best"), ("STEADY", "good"), ("SLOW", "poor"), ("STUCK", "worst"))
        statuses = "".join(
            f'[[statuses]]\ncode = "{code}"\nlabel = "{label}"\nfill = "FFFFFF"\nink = "000000"\n'
            for code, label in codes
        )
        standard = (files.shipped_folder("workbook_templates") / "standard.toml").read_text("utf-8")
        head, rest = standard.split("[[statuses]]", 1)
        (tmp_path / "ours.toml").write_text(head + statuses + "[wording]" + rest.split("\n[wording]", 1)[1], "utf-8")
        periods.hold_period(
            tmp_path,
            "2008-09-04",
            {"Parks": {"2.1a": "STUCK", "2.1b": "SLOW", "2.1c": "STEADY", "2.1d": "AHEAD"}},
            plan={**TWO, "template": "ours.toml", "groups": TWO["groups"][:1]},
        )
        content = periods.report_content(tmp_path)
        assert content.summary.state_sentence.startswith("Half of the tasks are AHEAD or STEADY: ")
        assert [part.heading for part in content.attention] == ["worst"]


class TestDirectionOfTravel:
    def test_the_column_is_beside_the_status_if_there_is_an_earlier_period(self, first: Path, second: Path) -> None:
        assert [column.heading for column in periods.report_content(first).columns].count("Direction of travel") == 0
        headings = [column.heading for column in periods.report_content(second).columns]
        assert headings[headings.index("Status") + 1] == "Direction of travel"

    def test_each_task_shows_its_direction_and_earlier_status(self, second: Path) -> None:
        content = periods.report_content(second)
        index = [column.heading for column in content.columns].index("Direction of travel")
        rows = content.sections[0].outcomes[0].actions[0].rows
        assert [row[index].text for row in rows] == [
            "▼\u00a0Worsened\nJun 2008: GREEN",
            "▲\u00a0Improved\nJun 2008: AMBER",
            "►\u00a0Unchanged\nJun 2008: RED",
            "○\u00a0Not\u00a0known\nJun 2008: Not reported",
        ]

    @pytest.mark.slow
    def test_no_more_than_four_periods_are_shown(self, tmp_path: Path) -> None:
        for month in range(1, 7):
            periods.hold_period(tmp_path, f"2008-{month:02}-04", {"Parks": {"2.1a": "GREEN"}})
        row = periods.report_content(tmp_path).sections[0].outcomes[0].actions[0].rows[0]
        travel = next(cell.text for cell in row if "Unchanged" in cell.text)
        assert travel.split("\n")[1:] == ["May 2008: GREEN", "Apr 2008: GREEN", "Mar 2008: GREEN"]

    def test_the_report_of_an_earlier_period_does_not_look_ahead(self, second: Path) -> None:
        assert periods.report_content(second, "2008-06-05").summary.change_heading == ""


class TestSources:
    def test_each_return_is_named_with_its_hash_and_findings(self, first: Path) -> None:
        sources = periods.report_content(first).sources
        assert sources is not None
        ((group, file, _, digest, findings, remark),) = periods.table_texts(sources.table)
        with Project(first).ledger() as ledger:
            (stored_return,) = ledger.stored_returns(periods.date("2008-06-05"))
        assert "unknown-status" in finding_kinds()
        assert (group, file, digest, remark) == ("Parks", "Parks.xlsx", stored_return.sha256[:12], "")
        assert int(findings) == len(periods.report_context(first).assessment.findings) > 0

    def test_a_return_that_the_coordinator_excluded_is_marked(self, tmp_path: Path) -> None:
        periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN"}})
        ingest(Project(tmp_path), exclude=["Parks.xlsx"])
        sources = periods.report_content(tmp_path).sources
        assert sources is not None
        assert periods.table_texts(sources.table)[0][-1] == "Left out by the coordinator"

    @pytest.mark.slow
    def test_words_and_rejected_files_of_a_sub_group_are_marked(self, tmp_path: Path) -> None:
        parks = projects.group("Parks", email="ann@example.org")
        periods.hold_period(tmp_path, "2008-09-04", {"Parks": {"2.1a": "GREEN"}}, plan=projects.plan(parks))
        returned = tmp_path / "2008-09-04" / "returned"
        for name, sender in (("hers.eml", "ann@example.org"), ("another's.eml", "bill@example.org")):
            (returned / name).write_bytes(messages.eml(sender, "Return", "All is Red.", {}))
        (returned / "Parks again.xlsx").write_bytes(b"no workbook")
        (returned / "thanks.eml").write_bytes(
            messages.eml("ann@example.org", "Return", "Thanks!", {"a.xlsx": (returned / "Parks.xlsx").read_bytes()})
        )
        ingest(Project(tmp_path))
        sources = periods.report_content(tmp_path).sources
        assert sources is not None
        assert [(row[0], row[1], row[-1]) for row in periods.table_texts(sources.table)] == [
            ("Parks", "Parks.xlsx", ""),
            ("Parks", "Parks again.xlsx", "Could not be used; no figure counts it"),
            ("Parks", "hers.eml", "A message or document; no figure counts it"),
        ]
        assert "hers.eml" not in repr(periods.report_content(tmp_path, public=True))
        assert projects.run_ragsheets("-C", tmp_path, "report").exit_code == 0
        report = tmp_path / "2008-09-04" / "Performance report.docx"
        assert projects.run_ragsheets("-C", tmp_path, "verify", report).exit_code == 0

    def test_a_public_report_names_neither_contacts_nor_files(self, first: Path) -> None:
        content = periods.report_content(first, public=True)
        assert "Ann" not in repr(content)
        assert "Parks.xlsx" not in repr(content)
        assert "Ann" in repr(periods.report_content(first))

    def test_a_report_without_returns_has_no_empty_table(self, tmp_path: Path) -> None:
        projects.write_plan(tmp_path)
        projects.run_ragsheets("-C", tmp_path, "generate", "--date", "2008-09-04")
        sources = periods.report_content(tmp_path).sources
        assert sources is not None and sources.table is None


def test_an_action_without_a_name_has_a_heading_so_that_tables_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('version = 1\nextends = "standard"\n[wording]\naction = "{action}"\n', "utf-8")
    nameless = projects.action(title="")
    plan = projects.plan(projects.group("Parks", projects.outcome("2.1", nameless)), template="own")
    periods.hold_period(tmp_path, "2008-09-04", {}, plan=plan)
    (block,) = periods.report_content(tmp_path).sections[0].outcomes
    assert [action.heading for action in block.actions] == ["Tasks"]
