"""Every fixed sentence and heading of workbook and report, as a template provides them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

#: The beginnings of the keys whose words are printed in Word documents alone, so that no workbook changes with them.
REPORT_PREFIXES = ("report_", "year_", "travel_", "contact_guide_")

NonEmptyText = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class QuestionWording(BaseModel):
    """The words that ask a contact about a finding: the question, and what to do about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ask: NonEmptyText
    remedy: NonEmptyText


class Wording(BaseModel):
    """Every fixed sentence and heading of workbook and report; words in braces are filled in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: NonEmptyText
    date: NonEmptyText
    group: NonEmptyText
    contact: NonEmptyText
    ref: NonEmptyText
    action: NonEmptyText
    summary: NonEmptyText
    total: NonEmptyText

    front_sheet: NonEmptyText
    outcome_sheet: NonEmptyText
    headlines_sheet: NonEmptyText

    call: NonEmptyText
    call_due: NonEmptyText
    front_group: NonEmptyText
    front_contact: NonEmptyText
    front_period: NonEmptyText
    front_due: NonEmptyText
    progress: NonEmptyText
    progress_sheet: NonEmptyText
    progress_outcome: NonEmptyText
    not_yet_reported: NonEmptyText
    lacking: NonEmptyText
    guide: NonEmptyText
    guide_steps: tuple[NonEmptyText, ...]
    guide_spelling: NonEmptyText
    key: NonEmptyText
    key_status: NonEmptyText
    key_meaning: NonEmptyText

    last_status: NonEmptyText
    last_position: NonEmptyText
    last_planned: NonEmptyText
    last_new: NonEmptyText
    last_on: NonEmptyText
    last_silent: NonEmptyText
    guide_last: NonEmptyText
    listed_completed: NonEmptyText
    listed_withdrawn: NonEmptyText

    carried_call: NonEmptyText
    carried_query: NonEmptyText
    carried_hint: NonEmptyText
    carried_prompt: Annotated[NonEmptyText, StringConstraints(max_length=255)]

    sheet_title: NonEmptyText
    new_tasks: NonEmptyText
    reference: NonEmptyText
    status_error_title: Annotated[NonEmptyText, StringConstraints(max_length=32)]
    status_error: Annotated[NonEmptyText, StringConstraints(max_length=225)]
    choice_error_title: Annotated[NonEmptyText, StringConstraints(max_length=32)]
    choice_error: Annotated[NonEmptyText, StringConstraints(max_length=225)]

    headlines_title: NonEmptyText
    headlines_call: NonEmptyText
    successes: NonEmptyText
    next_steps: NonEmptyText
    headlines_number: NonEmptyText
    headlines_text: NonEmptyText
    success_prompt: NonEmptyText
    next_step_prompt: NonEmptyText

    contact_guide_title: NonEmptyText
    contact_guide_call: NonEmptyText
    contact_guide_call_due: NonEmptyText
    contact_guide_answers: NonEmptyText
    contact_guide_cells: NonEmptyText
    contact_guide_column: NonEmptyText
    contact_guide_prompt: NonEmptyText
    contact_guide_needed: NonEmptyText
    contact_guide_always: NonEmptyText
    contact_guide_for_statuses: NonEmptyText
    contact_guide_optional: NonEmptyText
    contact_guide_done: NonEmptyText
    contact_guide_more: NonEmptyText
    contact_guide_headlines: NonEmptyText
    contact_guide_new_task: NonEmptyText
    contact_guide_rewording: NonEmptyText
    contact_guide_avoid: NonEmptyText
    contact_guide_avoid_notes: tuple[NonEmptyText, ...]
    contact_guide_return: NonEmptyText
    contact_guide_programs: tuple[NonEmptyText, ...]
    contact_guide_return_notes: tuple[NonEmptyText, ...]

    facts_note: NonEmptyText

    query_file: NonEmptyText
    query_author: NonEmptyText
    query_call: NonEmptyText
    query_call_due: NonEmptyText
    query_list: NonEmptyText
    query_guide: NonEmptyText
    query_where: NonEmptyText
    query_what: NonEmptyText
    query_cell: NonEmptyText
    query_whole: NonEmptyText
    query_text: NonEmptyText
    query_task: NonEmptyText
    query_whole_text: NonEmptyText
    query_note: NonEmptyText
    query_letter: NonEmptyText
    query_letter_due: NonEmptyText
    query_one: NonEmptyText
    query_several: NonEmptyText
    query_in_letter: NonEmptyText
    query_whole_in_letter: NonEmptyText
    query_words_in_letter: NonEmptyText
    query_carried_in_letter: NonEmptyText
    query_suggestion: NonEmptyText
    query_painted: NonEmptyText
    #: The findings that a contact is asked about, by their codes.
    questions: Mapping[str, QuestionWording]

    report_outcome_details: NonEmptyText
    report_count: NonEmptyText
    report_summary_title: NonEmptyText
    report_rounded: NonEmptyText
    report_counts: NonEmptyText
    report_group: NonEmptyText
    report_all: NonEmptyText
    report_key: NonEmptyText
    report_chart_title: NonEmptyText
    report_chart_bar: NonEmptyText
    report_chart_text: NonEmptyText
    report_chart_bar_text: NonEmptyText
    report_chart_count: NonEmptyText
    not_reported: NonEmptyText
    returned_as: NonEmptyText
    no_update: NonEmptyText
    on_hold: NonEmptyText
    page: NonEmptyText

    report_no_tasks: NonEmptyText
    report_state: NonEmptyText
    report_state_moved: NonEmptyText
    report_proportions: Annotated[tuple[NonEmptyText, ...], Field(min_length=7, max_length=7)]
    report_share: NonEmptyText
    report_improved: NonEmptyText
    report_worsened: NonEmptyText
    report_changed: NonEmptyText
    report_not_moved: NonEmptyText
    report_and: NonEmptyText
    report_or: NonEmptyText
    report_change: NonEmptyText
    report_no_change: NonEmptyText
    report_no_past: NonEmptyText
    report_not_known: NonEmptyText

    report_needs: NonEmptyText
    report_nothing_needed: NonEmptyText
    report_attention: NonEmptyText
    report_lead: NonEmptyText
    report_one_task: NonEmptyText
    report_tasks: NonEmptyText
    report_one_group: NonEmptyText
    report_groups: NonEmptyText
    report_act: NonEmptyText
    report_got_worse: NonEmptyText
    report_got_better: NonEmptyText
    report_unplanned: NonEmptyText
    report_unreported: NonEmptyText
    report_unreturned: NonEmptyText
    report_outcome: NonEmptyText
    report_was: NonEmptyText
    report_is: NonEmptyText
    report_lacks: NonEmptyText
    report_no_plan: NonEmptyText
    report_no_deadline: NonEmptyText
    report_what_came: NonEmptyText
    report_nothing_came: NonEmptyText
    report_carried_over: NonEmptyText
    report_standing: NonEmptyText
    report_no_return: NonEmptyText
    report_no_return_due: NonEmptyText
    report_late: NonEmptyText

    report_gone: NonEmptyText
    report_gone_intro: NonEmptyText
    report_gone_groups: NonEmptyText
    report_gone_completed: NonEmptyText
    report_gone_not_asked: NonEmptyText
    report_gone_withdrawn: NonEmptyText
    report_became: NonEmptyText
    report_completed: NonEmptyText
    report_not_asked: NonEmptyText
    report_withdrawn: NonEmptyText
    report_last_status: NonEmptyText
    report_last_on: NonEmptyText

    report_travel: NonEmptyText
    travel_improved: NonEmptyText
    travel_worsened: NonEmptyText
    travel_unchanged: NonEmptyText
    travel_changed: NonEmptyText
    travel_new: NonEmptyText
    travel_unknown: NonEmptyText
    travel_before: NonEmptyText

    report_contents: NonEmptyText
    report_origin: NonEmptyText
    report_origin_intro: NonEmptyText
    report_file: NonEmptyText
    report_received: NonEmptyText
    report_number: NonEmptyText
    report_findings: NonEmptyText
    report_remark: NonEmptyText
    report_left_out: NonEmptyText
    report_words: NonEmptyText
    report_rejected: NonEmptyText
    report_made_by: NonEmptyText
    report_corrections: NonEmptyText
    report_corrections_intro: NonEmptyText
    report_returned: NonEmptyText
    report_corrected: NonEmptyText
    report_corrected_on: NonEmptyText
    report_corrected_by: NonEmptyText
    report_reason: NonEmptyText
    report_settled: NonEmptyText
    report_settled_intro: NonEmptyText
    report_finding: NonEmptyText
    report_settled_on: NonEmptyText

    report_revision: NonEmptyText
    report_revision_unchanged: NonEmptyText
    report_revision_more: NonEmptyText
    report_changes: NonEmptyText
    report_column: NonEmptyText
    report_task_column: NonEmptyText
    report_change_line: NonEmptyText
    report_change_added: NonEmptyText
    report_change_gone: NonEmptyText

    year_title: NonEmptyText
    year_subject: NonEmptyText
    year_introduction: NonEmptyText
    year_successes: NonEmptyText
    year_no_successes: NonEmptyText
    year_drafts: NonEmptyText
    year_draft: NonEmptyText
    year_draft_improved: NonEmptyText
    year_draft_done: NonEmptyText
    year_next_steps: NonEmptyText
    year_closing: NonEmptyText
    year_gap: NonEmptyText
    year_figures: NonEmptyText
    year_totals: NonEmptyText
    year_period: NonEmptyText
    year_began: NonEmptyText
    year_other: NonEmptyText
    year_other_note: NonEmptyText
    year_moved: NonEmptyText
    year_went: NonEmptyText
    year_stayed: NonEmptyText
    year_completed: NonEmptyText
    year_completed_one: NonEmptyText
    year_origin_intro: NonEmptyText
    year_corrected: NonEmptyText
    year_corrected_one: NonEmptyText

    def __hash__(self) -> int:
        # A mapping has no hash of its own.
        return hash((self.total, frozenset(self.questions.items())))
