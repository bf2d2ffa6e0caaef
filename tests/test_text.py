"""Shortening of text to its first words; the address of a sender; text that is safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.text import differing_parts, first_words, nearest_texts, sender_address, shorten_quotations, visible


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“Map the whole ward” is no status.", "“Map the …” is no status."),
        ("Which holds, “Map the whole ward” or “Map it”?", "Which holds, “Map the …” or “Map it”?"),
        ("“Map “all” the whole ward” is no status.", "“Map “all” …” is no status."),
        ("Map the whole ward.", "Map the whole ward."),
        ("“Map the whole ward", "“Map the whole ward"),
    ],
)
def test_only_the_quotations_of_a_sentence_are_shortened(text: str, shown: str) -> None:
    assert shorten_quotations(text, 10) == shown


LONG = "Plant oaks along the river from the old bridge to the stone mill, and water them for three years"


@pytest.mark.parametrize(
    ("found", "wanted", "parts"),
    [
        ("By July", "By June", ("By July", "By June")),
        (
            "word " * 30 + "July",
            "word " * 30 + "June",
            ("… word word word word word July", "… word word word word word June"),
        ),
        (
            "July" + " word" * 30,
            "June" + " word" * 30,
            ("July word word word word word …", "June word word word word word …"),
        ),
        ("word " * 30 + "new", "word " * 30, ("… word word word word word new", "… word word word word word")),
        (
            LONG,
            LONG.replace("three", "five"),
            ("… mill, and water them for three years", "… mill, and water them for five years"),
        ),
        (
            LONG,
            LONG.replace("oaks", "elms"),
            ("Plant oaks along the river from the …", "Plant elms along the river from the …"),
        ),
        (LONG, f"{LONG} or more", ("… water them for three years", "… water them for three years or more")),
    ],
)
def test_of_long_texts_only_the_parts_that_differ_are_quoted(found: str, wanted: str, parts: tuple[str, str]) -> None:
    assert differing_parts(found, wanted) == parts


def test_a_part_that_differs_is_quoted_whole_unless_a_length_is_given() -> None:
    found, wanted = "Map it" + " and map it again" * 30, "Map it"
    assert differing_parts(found, wanted) == (found, wanted)
    assert differing_parts(found, wanted, 20) == ("Map it and map it ag …", wanted)


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Łódź – Zoë’s 🌳 (李)\n\tמועצה \u00a0x", "Łódź – Zoë’s 🌳 (李)\n\tמועצה \u00a0x"),
        ("a\x1b]0;owned\x07b", "a<001B>]0;owned<0007>b"),
        ("a\x1b[2Jb\x9b31mc\x90d", "a<001B>[2Jb<009B>31mc<0090>d"),
        ("one\r\ntwo\rthree\x08\x7f", "one\ntwo<000D>three<0008><007F>"),
        ("exe.\u202excod", "exe.<202E>xcod"),
        ("\u2066a\u2069\u202a\u202c", "<2066>a<2069><202A><202C>"),
        ("\u200fועדה\u200e \u061cلجنة", "ועדה لجنة"),
        ("می\u200cخواهم 👩\u200d🚒", "می\u200cخواهم 👩\u200d🚒"),
        ("pay\u200dpal\u200c \u200bco\u00adop\ufeff", "paypal coop"),
        ("a\u2028b\u2029c", "a b c"),
        ("x\U000e0041\U000e0001", "x<E0041><E0001>"),
        (chr(0xDCE9), "<DCE9>"),
    ],
)
def test_every_character_is_seen_and_does_nothing_else(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert not any(
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") and character not in "\n\t" for character in shown
    )
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert [c for c in shown if c.isalnum() and c in text] or not any(c.isalnum() for c in text)


@given(st.lists(st.sampled_from("abc"), max_size=90), st.lists(st.sampled_from("abc"), max_size=90))
def test_the_shown_parts_of_two_texts_differ_as_the_texts_do(found: list[str], wanted: list[str]) -> None:
    parts = differing_parts(" ".join(found), " ".join(wanted))
    assert (parts[0] != parts[1]) or found == wanted


# ------------------------------------------------------------------------------------------------- nearest texts

GROUPS = ("Stronger Communities", "Safer Communities", "Healthy City Partnership")


@pytest.mark.parametrize(
    ("text", "known", "nearest"),
    [
        *(
            (word, ("title", "contact", "on_hold"), [key])
            for word, key in {"titel": "title", "onhold": "on_hold"}.items()
        ),
        ("CONTACT", ("name", "contact"), ["contact"]),
        ("contact", ("contact", "contact_email"), ["contact"]),
        ("no_hold", ("on_hold",), []),
        ("not agreed", ("Agreed", "Rejected"), []),
        ("disagreed", ("Agreed", "Rejected"), []),
        ("agred", ("Agreed", "Rejected"), ["Agreed"]),
        ("Not agred", ("Agreed", "Not agreed"), ["Not agreed"]),
        ("Stronger", GROUPS, ["Stronger Communities"]),
        ("stronger comunities", GROUPS, ["Stronger Communities"]),
        ("Communities", GROUPS, []),
        ("Weaker Communities", GROUPS, []),
        ("Tasks", ("Plan", "Task list"), ["Task list"]),
        ("2.1x", ("2.1a", "2.2a", "3.1a"), ["2.1a"]),
        ("2.1d", ("2.1a", "2.1b", "2.2a"), ["2.1a", "2.1b"]),
        ("2.3a", ("2.1a", "2.2a"), []),
        ("3.9a", ("2.1a", "2.2a"), []),
        ("21a", ("2.1a", "2.2a"), ["2.1a"]),
        ("Outcome 2.3", ("Outcome 2.1",), []),
        ("", ("a", "name"), []),
        ("b", ("a",), []),
        ("name", (), []),
    ],
)
def test_a_known_text_is_near_unless_the_words_say_something_else(
    text: str, known: tuple[str, ...], nearest: list[str]
) -> None:
    assert nearest_texts(text, known) == nearest
