"""Compare what a report holds outside its text and tables: its chart and its footer, and all that was added to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from ragsheets.report.read.model import HeadedTable, ReadReport
from ragsheets.report.read.other_content import OtherContent
from ragsheets.report.verify.compare_outside_sections import compare_tables
from ragsheets.report.verify.differences import KINDS, Difference
from ragsheets.report.verify.recount import normalised_text

#: Minimum similarity (0 to 100) of a footer and the expected one that was changed, not replaced.
_MIN_FOOTER_SIMILARITY = 80.0


def compare_other_content(report: ReadReport, expected: Sequence[OtherContent]) -> Iterator[Difference]:
    """Yield what differs outside the text and tables of a report that ragsheets wrote, and what was added there.

    Args:
        report: the report.
        expected: what ragsheets writes outside the text and tables of this report.
    """
    contents = [content for content in report.other_content if not content.is_own]
    own_chart = None
    for expected_chart in (content for content in expected if content.kind == "chart"):
        own_chart = _most_similar_chart(contents, expected_chart)
        if own_chart is None:
            yield Difference("chart-missing", section=expected_chart.heading, wanted=expected_chart.text)
        else:
            differences = list(_compare_chart(own_chart, expected_chart))
            # Where its figures differ from the ledger, a difference from its sheet adds nothing.
            yield from differences or _sheet_differences(own_chart)
    expected_footer = next((content for content in expected if content.kind == "page-footer"), None)
    for content in contents:
        if content is own_chart:
            continue
        yield from _sheet_differences(content)
        if content.kind == "page-footer" and expected_footer:
            yield from _compare_footer(content, expected_footer)
        else:
            yield _difference(content, "text-added")


def list_other_content(report: ReadReport, *, is_alone: bool) -> Iterator[Difference]:
    """Yield what is outside the text and tables of a report, where it is not known what was added.

    Args:
        report: the report.
        is_alone: whether there is nothing to compare the report with, so that a table in a box or a picture is missed.
    """
    for content in report.other_content:
        yield from _sheet_differences(content)
    for content in report.foreign_content:
        is_unread = is_alone and content.may_be_table and not report.by_ragsheets
        yield _difference(content, "text-not-compared", kind=f"{content.kind}-unread" if is_unread else "")


def _difference(content: OtherContent, kind_of_words: str, *, kind: str = "") -> Difference:
    """Return the difference for a piece of content; `kind_of_words` is its kind if it has only words."""
    kind = kind or (content.kind if content.kind in KINDS else kind_of_words)
    return Difference(kind, section=content.heading, row=content.name, found=content.words)


# -- the chart


def _most_similar_chart(contents: Sequence[OtherContent], expected_chart: OtherContent) -> OtherContent | None:
    """Return the chart that shares most with the expected one; None where there is none with its title or its names."""

    def shared(chart: OtherContent) -> int:
        same_title = normalised_text(chart.text) == normalised_text(expected_chart.text)
        return same_title + len(_cells(chart) & _cells(expected_chart))

    charts = [content for content in contents if content.kind == "chart" and content.rows]
    chart = max(charts, key=shared, default=None)
    return chart if chart is not None and shared(chart) else None


def _cells(chart: OtherContent) -> set[tuple[int, int, str]]:
    return {
        (row, column, normalised_text(text))
        for row, texts in enumerate(chart.rows)
        for column, text in enumerate(texts)
        if text
    }


def _compare_chart(chart: OtherContent, expected_chart: OtherContent) -> Iterator[Difference]:
    title = expected_chart.text
    if normalised_text(chart.text) != normalised_text(title):
        yield Difference("heading", section=chart.heading, row=chart.name, found=chart.text, wanted=title)
    yield from compare_tables(title, HeadedTable("", chart.rows), HeadedTable("", expected_chart.rows))
    for words in chart.other_words:
        if words not in expected_chart.other_words:
            yield Difference("text-added", section=chart.heading, row=chart.name, found=words)


def _sheet_differences(content: OtherContent) -> Iterator[Difference]:
    for name, shown, in_sheet in content.sheet_figures:
        yield Difference(
            "chart-sheet", section=content.heading, row=content.text, column=name, found=shown, wanted=in_sheet
        )


# -- the footer


def _compare_footer(footer: OtherContent, expected_footer: OtherContent) -> Iterator[Difference]:
    """Compare a footer that is not as ragsheets wrote it: it may be changed, added to, or another one."""
    words, expected_words = (content.fixed_words.split() for content in (footer, expected_footer))
    if "".join(words) == "".join(expected_words):
        return
    remaining_words = iter(words)
    has_all_words = all(word in remaining_words for word in expected_words)
    if not has_all_words and fuzz.ratio(" ".join(words), " ".join(expected_words)) >= _MIN_FOOTER_SIMILARITY:
        yield Difference("line", row=footer.name, found=footer.text, wanted=expected_footer.text)
    else:
        yield _difference(footer, "text-added")
