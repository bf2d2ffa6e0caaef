"""Parsing of running text into passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.report.write.passages import Passage, parse_list_item, parse_passages, to_single_line
from ragsheets.text import clean_for_office

CHARACTERS = st.characters(codec="utf-8") | st.sampled_from("**  \n\n\r\t\x00")
TEXTS = st.lists(st.text(CHARACTERS) | st.sampled_from(["* ", "\n* ", "\n", "\n\n", " *"]), max_size=12).map("".join)


def words_of(text: str) -> list[str]:
    """Return the words of a text, without the stars that mark list items."""
    words = []
    for line in clean_for_office(text).split("\n"):
        line = line.strip()
        item = line.removeprefix("* ")
        words += (item if item.strip() else line).split()
    return words


class TestParsePassages:
    def test_blank_lines_separate_paragraphs_and_line_ends_do_not(self) -> None:
        text = "\nOne goes\non here.\n\n  \nTwo.\n"
        assert parse_passages(text) == (Passage("One goes on here."), Passage("Two."))

    def test_a_star_and_a_space_begin_a_list_item_of_several_lines(self) -> None:
        assert parse_passages("Three:\n* first\n  of all\n* second\n\nEnd") == (
            Passage("Three:"),
            Passage("first of all", "bullet"),
            Passage("second", "bullet"),
            Passage("End"),
        )

    @pytest.mark.parametrize("text", ["", "\n \n", "\x07", "\t"])
    def test_blank_text_has_no_passages(self, text: str) -> None:
        assert parse_passages(text) == ()

    @pytest.mark.parametrize("text", ["*bold*", "* ", "*", "- a dash", "a * b"])
    def test_no_other_character_is_markup(self, text: str) -> None:
        assert parse_passages(text) == (Passage(text.strip()),)

    @given(TEXTS)
    def test_no_word_is_lost(self, text: str) -> None:
        passages = parse_passages(text)
        assert " ".join(passage.text for passage in passages).split() == words_of(text)
        assert all(passage.text.strip() for passage in passages)


class TestParseListItem:
    def test_a_line_is_one_item(self) -> None:
        assert parse_list_item(" We won. ") == (Passage("We won.", "bullet"),)

    def test_a_typed_line_end_is_kept(self) -> None:
        assert parse_list_item("We won.\n\nTwice.") == (Passage("We won.\nTwice.", "bullet"),)

    def test_a_line_end_of_wrapped_text_becomes_a_space(self) -> None:
        assert parse_list_item("We won\ntwice.", join_lines=True) == (Passage("We won twice.", "bullet"),)

    def test_list_items_below_a_line_are_points_under_it(self) -> None:
        assert parse_list_item("We won:\n* the cup\n* the prize") == (
            Passage("We won:", "bullet"),
            Passage("the cup", "point"),
            Passage("the prize", "point"),
        )

    def test_list_items_alone_are_items(self) -> None:
        assert [passage.kind for passage in parse_list_item("* the cup\n* the prize")] == ["bullet", "bullet"]

    @given(TEXTS, st.booleans())
    def test_no_word_is_lost(self, text: str, wrapped: bool) -> None:
        passages = parse_list_item(text, join_lines=wrapped)
        assert " ".join(passage.text for passage in passages).split() == words_of(text)
        assert all(passage.text.strip() for passage in passages)
        assert not passages or passages[0].kind == "bullet"


class TestOneLine:
    def test_list_items_are_separated_by_semicolons(self) -> None:
        assert to_single_line("Withstand:\n* floods\n* heat\nand more") == "Withstand: floods; heat and more"

    @given(TEXTS)
    def test_no_word_is_lost(self, text: str) -> None:
        line = to_single_line(text)
        assert "\n" not in line
        assert line.replace(";", " ").split() == " ".join(words_of(text)).replace(";", " ").split()
