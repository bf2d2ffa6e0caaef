"""Every fixed sentence and heading of workbook and report, as a template gives them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Wording(BaseModel):
    """Every fixed sentence and heading of workbook and report; words in braces are filled in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Words
    date: Words
    group: Words
    contact: Words
    ref: Words
    action: Words
    summary: Words
    total: Words

    front_sheet: Words
    outcome_sheet: Words
    headlines_sheet: Words

    call: Words
    call_due: Words
    front_group: Words
    front_contact: Words
    front_period: Words
    front_due: Words
    progress: Words
    progress_sheet: Words
    progress_outcome: Words
    not_yet_reported: Words
    lacking: Words
    guide: Words
    guide_steps: tuple[Words, ...]
    guide_spelling: Words
    key: Words
    key_status: Words
    key_meaning: Words

    last_status: Words
    last_position: Words
    last_planned: Words
    last_new: Words
    last_on: Words
    last_silent: Words
    guide_last: Words
    listed_completed: Words
    listed_withdrawn: Words

    carried_call: Words
    carried_query: Words
    carried_hint: Words
    carried_prompt: Annotated[Words, StringConstraints(max_length=255)]

    sheet_title: Words
    new_tasks: Words
    reference: Words
    status_error_title: Annotated[Words, StringConstraints(max_length=32)]
    status_error: Annotated[Words, StringConstraints(max_length=225)]
    choice_error_title: Annotated[Words, StringConstraints(max_length=32)]
    choice_error: Annotated[Words, StringConstraints(max_length=225)]

    headlines_title: Words
    headlines_call: Words
    successes: Words
    next_steps: Words
    headlines_number: Words
    headlines_text: Words
    success_prompt: Words
    next_step_prompt: Words

    facts_note: Words

    query_file: Words
    query_author: Words
    query_call: Words
    query_call_due: Words
    query_list: Words
    query_guide: Words
    query_where: Words
    query_what: Words
    query_cell: Words
    query_whole: Words
    query_text: Words
    query_task: Words
    query_whole_text: Words
    query_note: Words
    query_letter: Words
    query_letter_due: Words
    query_one: Words
    query_several: Words
    query_in_letter: Words
    query_whole_in_letter: Words
    query_carried_in_letter: Words

    report_outcome_details: Words
    report_count: Words
    report_summary_title: Words
    report_rounded: Words
    report_counts: Words
    report_group: Words
    report_all: Words
    report_key: Words
    report_chart_title: Words
    report_chart_bar: Words
    report_chart_text: Words
    report_chart_bar_text: Words
    report_chart_count: Words
    not_reported: Words
    returned_as: Words
    no_update: Words
    on_hold: Words
    page: Words

    report_no_tasks: Words
    report_state: Words
    report_state_moved: Words
    report_proportions: Annotated[tuple[Words, ...], Field(min_length=7, max_length=7)]
    report_share: Words
    report_improved: Words
    report_worsened: Words
    report_not_moved: Words
    report_and: Words
    report_or: Words
    report_change: Words
    report_no_change: Words
    report_no_past: Words
    report_not_known: Words

    report_needs: Words
    report_nothing_needed: Words
    report_attention: Words
    report_lead: Words
    report_one_task: Words
    report_tasks: Words
    report_one_group: Words
    report_groups: Words
    report_act: Words
    report_got_worse: Words
    report_got_better: Words
    report_unplanned: Words
    report_unreported: Words
    report_unreturned: Words
    report_outcome: Words
    report_was: Words
    report_is: Words
    report_lacks: Words
    report_no_plan: Words
    report_no_deadline: Words
    report_what_came: Words
    report_nothing_came: Words
    report_carried_over: Words
    report_standing: Words
    report_no_return: Words
    report_no_return_due: Words
    report_late: Words

    report_gone: Words
    report_gone_intro: Words
    report_gone_groups: Words
    report_gone_completed: Words
    report_gone_withdrawn: Words
    report_became: Words
    report_completed: Words
    report_withdrawn: Words
    report_last_status: Words
    report_last_on: Words

    report_travel: Words
    travel_improved: Words
    travel_worsened: Words
    travel_unchanged: Words
    travel_changed: Words
    travel_new: Words
    travel_unknown: Words
    travel_before: Words

    report_contents: Words
    report_origin: Words
    report_origin_intro: Words
    report_file: Words
    report_received: Words
    report_number: Words
    report_findings: Words
    report_remark: Words
    report_left_out: Words
    report_made_by: Words
    report_corrections: Words
    report_corrections_intro: Words
    report_returned: Words
    report_corrected: Words
    report_corrected_on: Words
    report_corrected_by: Words
    report_reason: Words

    report_revision: Words
    report_revision_unchanged: Words
    report_revision_more: Words
    report_changes: Words
    report_column: Words
    report_task_column: Words
    report_change_line: Words
    report_change_added: Words
    report_change_gone: Words

    year_title: Words
    year_subject: Words
    year_introduction: Words
    year_successes: Words
    year_no_successes: Words
    year_drafts: Words
    year_draft: Words
    year_draft_improved: Words
    year_draft_done: Words
    year_next_steps: Words
    year_closing: Words
    year_gap: Words
    year_figures: Words
    year_totals: Words
    year_period: Words
    year_began: Words
    year_other: Words
    year_other_note: Words
    year_moved: Words
    year_went: Words
    year_stayed: Words
    year_completed: Words
    year_completed_one: Words
    year_origin_intro: Words
    year_corrected: Words
    year_corrected_one: Words
