"""Words: the first of a text, as many as tell it from others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.text import first_words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Map it", "Map it"),
        ("  Map \t it \n", "Map it"),
        ("Help neighbourhoods withstand:\n* floods", "Help neighbourhoods withstand: …"),
        ("Map it, then map it again", "Map it, then …"),
        ("Mapping, again", "Mapping, again"),
        ("Mapping,, immediately", "Mapping …"),
        ("Unbreakablewords", "Unbreakableword …"),
        ("", ""),
    ],
)
def test_the_first_line_is_cut_after_a_word(text: str, shown: str) -> None:
    assert first_words(text, 15 if text.startswith(("Map", "Unb")) else 60) == shown


@given(st.text(), st.integers(1, 80))
def test_it_is_never_longer_than_allowed_and_one_line(text: str, most: int) -> None:
    shown = first_words(text, most)
    assert len(shown) <= most + 2
    assert len(shown.splitlines()) <= 1
