"""Running text as passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.report.write.passages import Passage, one_line, parse_list_item, parse_passages
from ragsheets.text import clean_for_office

SIGNS = st.characters(codec="utf-8") | st.sampled_from("**  \n\n\r\t\x00")
TEXTS = st.lists(st.text(SIGNS) | st.sampled_from(["* ", "\n* ", "\n", "\n\n", " *"]), max_size=12).map("".join)


def words_of(text: str) -> list[str]:
    """The words of a text, but for the stars that make list items."""
    words = []
    for line in clean_for_office(text).split("\n"):
        line = line.strip()
        item = line.removeprefix("* ")
        words += (item if item.strip() else line).split()
    return words


class TestProse:
    def test_blank_lines_part_paragraphs_and_line_ends_do_not(self) -> None:
        text = "\nOne goes\non here.\n\n  \nTwo.\n"
        assert parse_passages(text) == (Passage("One goes on here."), Passage("Two."))

    def test_a_star_and_a_blank_make_a_list_item_which_goes_on_too(self) -> None:
        assert parse_passages("Three:\n* first\n  of all\n* second\n\nEnd") == (
            Passage("Three:"),
            Passage("first of all", "bullet"),
            Passage("second", "bullet"),
            Passage("End"),
        )

    @pytest.mark.parametrize("text", ["", "\n \n", "\x07", "\t"])
    def test_no_words_give_none(self, text: str) -> None:
        assert parse_passages(text) == ()

    @pytest.mark.parametrize("text", ["*bold*", "* ", "*", "- a dash", "a * b"])
    def test_no_other_sign_is_markup(self, text: str) -> None:
        assert parse_passages(text) == (Passage(text.strip()),)

    @given(TEXTS)
    def test_no_word_is_lost(self, text: str) -> None:
        passages = parse_passages(text)
        assert " ".join(passage.text for passage in passages).split() == words_of(text)
        assert all(passage.text.strip() for passage in passages)


class TestPoints:
    def test_a_line_is_one_item(self) -> None:
        assert parse_list_item(" We won. ") == (Passage("We won.", "bullet"),)

    def test_a_line_end_that_somebody_typed_stays(self) -> None:
        assert parse_list_item("We won.\n\nTwice.") == (Passage("We won.\nTwice.", "bullet"),)

    def test_one_of_an_editor_does_not(self) -> None:
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


class TestInALine:
    def test_it_parts_items_by_semicolons(self) -> None:
        assert one_line("Withstand:\n* floods\n* heat\nand more") == "Withstand: floods; heat and more"

    @given(TEXTS)
    def test_no_word_is_lost(self, text: str) -> None:
        line = one_line(text)
        assert "\n" not in line
        assert line.replace(";", " ").split() == " ".join(words_of(text)).replace(";", " ").split()
