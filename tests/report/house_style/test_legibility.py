"""Text that is too faint to read: its replacement, and the words for both colours."""

from __future__ import annotations

import pytest

from ragsheets.report.house_style.legibility import readable_ink, replacement_warning


@pytest.mark.parametrize(
    ("ink", "background", "replacements", "used"),
    [
        ("1A1A1A", "FFFFFF", ("000000",), "1A1A1A"),
        ("FFD700", "FFFFFF", ("", "CCCCCC", "2B2B2B"), "2B2B2B"),
        ("000000", "1F3864", ("2B2B2B", "FFFFFF"), "FFFFFF"),
        ("FFD700", "FFFFFF", ("CCCCCC",), "FFD700"),
    ],
    ids=["readable", "the first that can be read", "light on dark", "none can be read"],
)
def test_text_gets_the_first_colour_that_can_be_read(
    ink: str, background: str, replacements: tuple[str, ...], used: str
) -> None:
    assert readable_ink(ink, background, replacements) == used


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ("FFFFFF", "white"),
        ("000000", "black"),
        ("2B2B2B", "dark grey (2B2B2B)"),
        ("808080", "grey (808080)"),
        ("CCCCCC", "pale grey (CCCCCC)"),
        ("4F81BD", "blue (4F81BD)"),
        ("1F3864", "dark blue (1F3864)"),
        ("FFD700", "yellow (FFD700)"),
        ("FFF2CC", "pale yellow (FFF2CC)"),
        ("FF0000", "red (FF0000)"),
        ("FF0033", "red (FF0033)"),
        ("00B050", "green (00B050)"),
    ],
)
def test_colours_are_named(colour: str, words: str) -> None:
    assert replacement_warning("“Title”", colour, "FFFFFF", "000000") == (
        f"“Title” is {words} on white, which is too faint to read; the report has it in black."
    )
