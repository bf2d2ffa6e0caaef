"""Shortening of text to its first words; the address of a sender."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.text import first_words, sender_address


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
def test_the_first_line_is_cut_at_a_word_end(text: str, shown: str) -> None:
    assert first_words(text, 15 if text.startswith(("Map", "Unb")) else 60) == shown


@given(st.text(), st.integers(1, 80))
def test_the_result_is_one_line_within_the_limit(text: str, max_characters: int) -> None:
    shortened = first_words(text, max_characters)
    assert len(shortened) <= max_characters + 2
    assert len(shortened.splitlines()) <= 1


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("Di Robinson <Di@Example.org>", "di@example.org"),
        ('"Robinson, Di" <di@example.org>', "di@example.org"),
        ("di@example.org", "di@example.org"),
        ("di@example.org (Di Robinson)", "di@example.org"),
        ("'di@example.org' via Parks <list@example.org>", "list@example.org"),
        ("di@example.org <di@example.org>", "di@example.org"),
        ('"Di <di@example.org>" <other@example.org>', ""),
        ("di@example.org@elsewhere.example", ""),
        ("Di Robinson", ""),
        ("", ""),
    ],
)
def test_the_address_of_a_sender_is_read(sender: str, address: str) -> None:
    assert sender_address(sender) == address
