"""The content of the end-of-year report."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from helpers.projects import action, group, outcome, plan, task
from helpers.years import DECEMBER, JUNE, MARCH, SEPTEMBER, GroupReply, content_in, hold_period, passages_of, two_groups
from ragsheets.history.year import year_of
from ragsheets.ledger import IssuedRecord
from ragsheets.project.folder import Project
from ragsheets.report.narrative import EMPTY_NARRATIVE, Narrative
from ragsheets.report.write.content import ReportTable
from ragsheets.report.year.content import YearContent, compose_year_content, year_report_cells
from ragsheets.returns.assess import assess_period

SUCCESSES, STEPS, INTRODUCTION = "Headline Successes", "Next Steps", "Introduction"
DRAFT = "Draft, please edit: "


def headings_of(content: YearContent) -> list[Any]:
    return [(chapter.heading, [part.heading for part in chapter.chapters]) for chapter in content.chapters]


def rows_of(table: ReportTable | None) -> list[list[str]]:
    assert table is not None
    return [[column.text for column in table.columns], *([cell.text for cell in row] for row in table.rows)]


class TestNarrative:
    NARRATIVE = Narrative(
        introduction="How it went.\n\nWell:\n* in parks", next_steps=("Meet\nin May.",), closing="See https://a.org."
    )

    @pytest.mark.slow
    def test_each_text_is_in_its_chapter(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Health": GroupReply(next_steps=["Walk."])})
        content = content_in(tmp_path, self.NARRATIVE)
        assert headings_of(content) == [(INTRODUCTION, []), (SUCCESSES, ["Parks", "Health"]), (STEPS, ["Health"])]
        assert passages_of(content, INTRODUCTION) == [
            ("text", "How it went."),
            ("text", "Well:"),
            ("bullet", "in parks"),
        ]
        assert passages_of(content, STEPS) == [("bullet", "Meet in May.")]
        assert passages_of(content, STEPS, "Health") == [("bullet", "Walk.")]
        assert [passage.text for passage in content.closing.passages] == ["See https://a.org."]
        assert content.gaps == ()

    def test_a_gap_names_the_missing_text_and_the_file(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {})
        content = content_in(tmp_path, EMPTY_NARRATIVE)
        assert content.gaps == (INTRODUCTION, STEPS, "Closing line")
        gap_text = "Introduction to be written: put it into narrative.toml."
        assert passages_of(content, INTRODUCTION) == [("gap", gap_text)]
        assert passages_of(content, STEPS)[0][0] == content.closing.passages[0].kind == "gap"

    def test_a_text_left_out_on_purpose_is_not_a_gap(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {})
        content = content_in(tmp_path, Narrative())
        assert content.gaps == ()
        assert headings_of(content) == [(SUCCESSES, ["Parks", "Health"])]
        assert content.closing.passages == ()

    def test_blank_texts_are_gaps(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {})
        blank_narrative = Narrative(introduction="\n \n", next_steps=(" ", "\n"), closing="\t")
        assert len(content_in(tmp_path, blank_narrative).gaps) == 3


class TestHeadlineSuccesses:
    @pytest.mark.slow
    def test_they_are_listed_by_sub_group_in_the_plan_s_order(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply(successes=["Oaks:\n* ten\n* more"])})
        hold_period(tmp_path, JUNE, {"Health": GroupReply(successes=["Walks\ntwice a week"]), "Parks": GroupReply()})
        content = content_in(tmp_path)
        assert headings_of(content) == [(SUCCESSES, ["Parks", "Health"])]
        assert passages_of(content, SUCCESSES, "Parks") == [("bullet", "Oaks:"), ("point", "ten"), ("point", "more")]
        assert passages_of(content, SUCCESSES, "Health") == [("bullet", "Walks\ntwice a week")]

    @pytest.mark.slow
    def test_a_sub_group_without_successes_has_a_note(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("AMBER")})
        content = content_in(tmp_path)
        assert passages_of(content, SUCCESSES, "Parks") == [("text", "No headline successes given.")]
        assert content.drafts == ()

    @pytest.mark.slow
    def test_a_sub_group_on_hold_has_its_successes_or_a_note(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply(successes=["Won."])})
        on_hold = plan(
            group("Parks", on_hold=True), group("Health", outcome("3.1"), on_hold=True), group("C", outcome("4"))
        )
        hold_period(tmp_path, JUNE, {}, on_hold)
        content = content_in(tmp_path)
        assert passages_of(content, SUCCESSES, "Parks") == [("bullet", "Won.")]
        assert passages_of(content, SUCCESSES, "Health") == [("text", "This sub-group is on hold.")]

    @pytest.mark.slow
    def test_a_sub_group_no_longer_in_the_plan_is_named_only_for_its_successes(self, tmp_path: Path) -> None:
        three = plan(group("Parks"), group("Health", outcome("3.1")), group("Roads", outcome("4")))
        hold_period(tmp_path, MARCH, {"Parks": GroupReply(successes=["Won."])}, three)
        hold_period(tmp_path, JUNE, {}, plan(group("Health", outcome("3.1"))))
        assert headings_of(content_in(tmp_path)) == [(SUCCESSES, ["Health", "Parks"])]


class TestDrafts:
    @pytest.mark.slow
    def test_a_task_that_improved_in_the_year_is_a_marked_draft(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("RED")})
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("RED")})
        hold_period(tmp_path, DECEMBER, {"Parks": GroupReply("GREEN", position="Planted:\n* oaks\n* limes")})
        content = content_in(tmp_path)
        note, draft = passages_of(content, SUCCESSES, "Parks")
        assert note[0] == "note"
        assert "drafts" in note[1]
        draft_text = "Task a (RED on 5th March 2009, GREEN on 5th December 2009). Planted: oaks; limes"
        assert draft == ("draft", DRAFT + draft_text)
        assert content.drafts == ("Parks",)

    @pytest.mark.slow
    def test_the_comparison_is_with_the_first_status_of_the_year(self, tmp_path: Path) -> None:
        for date, status in ((MARCH, "GREEN"), (JUNE, "RED"), (DECEMBER, "AMBER")):
            hold_period(tmp_path, date, {"Parks": GroupReply(status)})
        assert content_in(tmp_path).drafts == ()

    @pytest.mark.slow
    def test_the_close_of_the_year_before_is_the_start_of_the_year(self, tmp_path: Path) -> None:
        hold_period(tmp_path, DECEMBER - datetime.timedelta(days=365), {"Parks": GroupReply("AMBER")})
        hold_period(tmp_path, DECEMBER, {"Parks": GroupReply("GREEN")})
        assert "AMBER on 5th December 2008" in passages_of(content_in(tmp_path), SUCCESSES, "Parks")[1][1]

    @pytest.mark.slow
    @pytest.mark.parametrize("last", ["", "RED", "AMBER"])
    def test_an_unreported_worse_or_unchanged_task_is_not_a_draft(self, tmp_path: Path, last: str) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("AMBER")})
        hold_period(tmp_path, JUNE, {"Parks": GroupReply(last)})
        assert content_in(tmp_path).drafts == ()

    @pytest.mark.slow
    def test_a_task_that_needs_action_is_not_a_draft(self, tmp_path: Path) -> None:
        brag = plan(group("Parks"), template="brag")
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("GREY")}, brag)
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("RED")}, brag)
        assert content_in(tmp_path).drafts == ()

    @pytest.mark.slow
    def test_leaving_a_status_that_is_not_ranked_is_not_an_improvement(self, tmp_path: Path) -> None:
        brag = plan(group("Parks"), template="brag")
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("GREY")}, brag)
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("AMBER")}, brag)
        assert content_in(tmp_path).drafts == ()

    @pytest.mark.slow
    def test_a_long_position_is_cut_after_a_word(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("RED")})
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("GREEN", position="We planted oaks, " * 100)})
        (_, draft) = passages_of(content_in(tmp_path), SUCCESSES, "Parks")[1]
        assert len(draft) < 340
        assert draft.endswith(("We planted oaks …", "planted …", "We …"))

    @pytest.mark.slow
    def test_a_sub_group_with_its_own_successes_has_no_drafts(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("RED", ["We dug."])})
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("GREEN")})
        content = content_in(tmp_path)
        assert content.drafts == ()
        assert passages_of(content, SUCCESSES, "Parks") == [("bullet", "We dug.")]

    @pytest.mark.slow
    def test_a_different_wording_with_the_same_key_is_a_different_task(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("RED")})
        reworded = two_groups(outcomes=[outcome("2.1", action(task("a", task="Something else")))])
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("GREEN")}, reworded)
        assert content_in(tmp_path).drafts == ()

    @pytest.mark.slow
    def test_a_completed_task_that_left_the_plan_is_a_draft(self, tmp_path: Path) -> None:
        two_tasks = outcome("2.1", action(task("a"), task("b")))
        template = {"template": "brag"}
        earlier_plan = plan(group("Parks", two_tasks), **template)
        for date, status in ((MARCH, "AMBER"), (JUNE, "BLUE")):
            hold_period(tmp_path, date, {"Parks": GroupReply(status, position="Done.")}, earlier_plan)
        hold_period(tmp_path, SEPTEMBER, {}, plan(group("Parks", outcome("2.1", action(task("b")))), **template))
        content = content_in(tmp_path)
        draft_text = "Task a (AMBER on 5th March 2009, BLUE on 5th June 2009). Done."
        assert passages_of(content, SUCCESSES, "Parks")[1:] == [("draft", DRAFT + draft_text)]

    @pytest.mark.slow
    def test_a_new_task_that_was_completed_at_once_is_a_draft(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("BLUE", position="")}, plan(group("Parks"), template="brag"))
        draft_text = "Task a (BLUE on 5th March 2009)."
        assert passages_of(content_in(tmp_path), SUCCESSES, "Parks")[1:] == [("draft", DRAFT + draft_text)]

    @pytest.mark.slow
    def test_a_task_that_left_the_plan_unfinished_is_not_a_draft(self, tmp_path: Path) -> None:
        two_tasks = outcome("2.1", action(task("a"), task("b")))
        for date, status in ((MARCH, "RED"), (JUNE, "GREEN")):
            hold_period(tmp_path, date, {"Parks": GroupReply(status)}, plan(group("Parks", two_tasks)))
        hold_period(tmp_path, SEPTEMBER, {}, plan(group("Parks", outcome("2.1", action(task("b"))))))
        assert content_in(tmp_path).drafts == ()


class TestFigures:
    @pytest.mark.slow
    def test_each_period_has_a_row_and_a_sentence_gives_the_changes(self, tmp_path: Path) -> None:
        hold_period(
            tmp_path, MARCH - datetime.timedelta(days=30), {"Parks": GroupReply("RED"), "Health": GroupReply("RED")}
        )
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("AMBER")}, name="Quarter 1")
        hold_period(tmp_path, datetime.date(2010, 3, 4), {"Parks": GroupReply("GREEN"), "Health": GroupReply("RED")})
        figures = content_in(tmp_path).figures
        assert rows_of(figures.table) == [
            ["Period", "GREEN", "AMBER", "RED", "Not reported", "Total"],
            ["3rd February 2009, where the year began", "0", "0", "2 (100%)", "0", "2"],
            ["Quarter 1 (5 Jun 2009)", "0", "1 (50%)", "0", "1 (50%)", "2"],
            ["4th March 2010", "1 (50%)", "0", "1 (50%)", "0", "2"],
        ]
        assert figures.paragraphs == (
            "Half of the tasks are GREEN: of 2, 1 (50%) GREEN and 1 (50%) RED; since 3rd February 2009, 1 improved.",
            (
                "From 3rd February 2009 to 4th March 2010, "
                "GREEN went from 0 to 1 (50%) and RED went from 2 (100%) to 1 (50%)."
            ),
        )

    @pytest.mark.slow
    def test_completed_tasks_that_left_are_counted_once_each(self, tmp_path: Path) -> None:
        tasks = [task(label) for label in "abcd"]
        plan_table = {**plan(group("Parks", outcome("2.1", action(*tasks)))), "template": "brag"}
        months = (DECEMBER - datetime.timedelta(days=365), MARCH, JUNE, SEPTEMBER, DECEMBER)
        for date, statuses in zip(months, ("BGGG", "GBGG", "GGBG", "GGGG", "GGGB"), strict=True):
            codes = {"B": "BLUE", "G": "GREEN"}
            answers = {f"2.1{label}": {"status": codes[code]} for label, code in zip("abcd", statuses, strict=True)}
            current_answers = {key: answer for key, answer in answers.items() if key[-1] >= "abcdd"[months.index(date)]}
            hold_period(tmp_path, date, {"Parks": GroupReply(answers=current_answers)}, plan_table)
        # Tasks complete before the year, and those that the last period still counts, are not included.
        sentence = "2 tasks were completed during the year and have left the totals."
        assert content_in(tmp_path).figures.paragraphs[-1] == sentence

    @pytest.mark.slow
    def test_one_completed_task_that_left_is_counted_in_the_singular(self, tmp_path: Path) -> None:
        plan_table = {**two_groups(), "template": "brag"}
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("BLUE")}, plan_table)
        hold_period(tmp_path, JUNE, {"Health": GroupReply("RED")}, plan_table)
        sentence = "One task was completed during the year and has left the totals."
        assert content_in(tmp_path).figures.paragraphs[-1] == sentence

    @pytest.mark.slow
    def test_unchanged_counts_are_stated(self, tmp_path: Path) -> None:
        for date in (MARCH, JUNE):
            hold_period(tmp_path, date, {"Parks": GroupReply("RED")})
        assert content_in(tmp_path).figures.paragraphs[1] == (
            "From 5th March 2009 to 5th June 2009, RED stayed at 1 (50%) and not reported stayed at 1 (50%)."
        )

    @pytest.mark.slow
    def test_a_single_period_has_its_state_only(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("RED")})
        figures = content_in(tmp_path).figures
        assert len(figures.paragraphs) == 1
        assert len(rows_of(figures.table)) == 2

    @pytest.mark.slow
    def test_a_status_that_the_scale_no_longer_has_is_counted_as_other(self, tmp_path: Path) -> None:
        hold_period(
            tmp_path,
            MARCH,
            {"Parks": GroupReply("BLUE"), "Health": GroupReply("GREY")},
            plan(group("Parks"), group("Health", outcome("3.1")), template="brag"),
        )
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("GREEN"), "Health": GroupReply("RED")})
        figures = content_in(tmp_path).figures
        assert rows_of(figures.table)[:2] == [
            ["Period", "GREEN", "AMBER", "RED", "Other", "Total"],
            ["5th March 2009", "0", "0", "0", "2 (100%)", "2"],
        ]
        assert figures.paragraphs[-1] == "Other: BLUE and GREY, no longer on the scale."

    @pytest.mark.slow
    def test_every_row_adds_up(self, tmp_path: Path) -> None:
        earlier_plan = plan(group("Parks"), group("Health", outcome("3.1")), template="brag")
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("GREY"), "Health": GroupReply("RED")}, earlier_plan)
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("AMBER")})
        hold_period(tmp_path, SEPTEMBER, {})
        rows = rows_of(content_in(tmp_path).figures.table)[1:]
        assert rows
        for row in rows:
            *counts, total = (int(cell.split()[0]) for cell in row[1:])
            assert sum(counts) == total

    def test_a_plan_without_tasks_has_a_report_too(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {}, plan({"name": "Parks", "contact": "Ann", "on_hold": True}))
        assert content_in(tmp_path).figures.paragraphs == ("There are no tasks to report on.",)


class TestSources:
    @pytest.mark.slow
    def test_every_return_of_the_year_is_named(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Health": GroupReply("RED"), "Parks": GroupReply("RED")})
        hold_period(tmp_path, JUNE, {"Parks": GroupReply("GREEN")})
        rows = rows_of(content_in(tmp_path).sources.table)
        assert [row[:3] for row in rows] == [
            ["Period", "Sub-group", "File"],
            ["5 Mar 2009", "Parks", "Parks.xlsx"],
            ["5 Mar 2009", "Health", "Health.xlsx"],
            ["5 Jun 2009", "Parks", "Parks.xlsx"],
        ]

    def test_a_public_report_names_no_files(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("RED")})
        assert not any(
            ".xlsx" in cell for row in rows_of(content_in(tmp_path, public=True).sources.table) for cell in row
        )

    def test_without_returns_there_is_no_table(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {})
        assert content_in(tmp_path).sources.table is None


class TestRevisions:
    def revised(self, folder: Path, issued: IssuedRecord, narrative: Narrative) -> YearContent:
        with Project(folder).ledger() as ledger:
            record = ledger.period()
            year = year_of(ledger, assess_period(ledger, record))
            return compose_year_content(record, year, narrative, issued=[issued])

    @pytest.mark.slow
    def test_changes_since_it_was_sent_out_are_listed(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("RED", ["Won.", "Won."])})
        narrative = Narrative(introduction="One.\n\nTwo.\n\nTwo.", closing="End.")
        issued = IssuedRecord(
            "year", 0, "2009-03-20 10:00:00", "0" * 64, year_report_cells(content_in(tmp_path, narrative))
        )
        unchanged = self.revised(tmp_path, issued, narrative)
        assert (unchanged.revision_note, unchanged.revision_number, unchanged.changes) == (None, 0, None)
        revised = self.revised(
            tmp_path, issued, Narrative(introduction="One.\n\nThree.\n\nTwo.\n\nTwo.", closing="Over.")
        )
        assert revised.revision_number == 1
        assert revised.changes is not None
        assert rows_of(revised.changes.table)[1:] == [
            ["", "Introduction", "", "Three."],
            ["", "Closing line", "", "Over."],
            ["", "Closing line", "End.", ""],
        ]

    @pytest.mark.slow
    def test_a_changed_figure_is_listed_by_period_and_status(self, tmp_path: Path) -> None:
        hold_period(tmp_path, MARCH, {"Parks": GroupReply("RED")})
        issued = IssuedRecord("year", 0, "2009-03-20 10:00:00", "0" * 64, year_report_cells(content_in(tmp_path)))
        hold_period(tmp_path, MARCH, {"Health": GroupReply("RED")})
        changes = self.revised(tmp_path, issued, Narrative()).changes
        assert changes is not None
        assert ["", "5th March 2009: RED", "1 (50%)", "2 (100%)"] in rows_of(changes.table)
