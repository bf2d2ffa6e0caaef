"""The addresses in the coordinator's own text that become live links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragsheets.report.write.links import split_links

MINUTES = "http://www.gloucesterpartnership.org.uk/Strategic__Executive_Groups/Executive_Group_Minutes.aspx"


def addresses(text: str) -> list[str]:
    return [segment.url for segment in split_links(text) if segment.url]


def linked_texts(text: str) -> list[str]:
    return [segment.text for segment in split_links(text) if segment.url]


@pytest.mark.parametrize("address", [MINUTES, "https://example.org", "mailto:di@example.org"])
def test_an_address_in_a_sentence_is_a_segment_of_its_own(address: str) -> None:
    segments = split_links(f"Read on at {address} or ask.")
    assert segments == [("Read on at ", ""), (address, address), (" or ask.", "")]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("(https://a.org/x)", "https://a.org/x"),
        ("https://a.org/x_(y)", "https://a.org/x_(y)"),
        ("https://a.org/x.", "https://a.org/x"),
        ("https://a.org/x, and", "https://a.org/x"),
        ("“https://a.org/x”", "https://a.org/x"),
        ("‘https://a.org/x’.", "https://a.org/x"),
        ("<https://a.org/x>", "https://a.org/x"),
        ("at:https://a.org?", "https://a.org"),
    ],
)
def test_surrounding_punctuation_is_not_part_of_an_address(text: str, address: str) -> None:
    assert linked_texts(text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org",
        "//example.org/share",
        "\\\\server\\share",
        "data:text/html,x",
        "vbscript:x",
        "xhttp://example.org",
        "www.example.org",
        "example.org",
        "di@example.org",
        "narrative.toml",
        "http://",
        "http:// example.org",
        "https://[",
        "mailto:",
        "C:/Users/di",
    ],
)
def test_other_text_is_not_an_address(text: str) -> None:
    assert split_links(text) == [(text, "")]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://exämple.org/ü?q=ö#ß", "http://xn--exmple-cua.org/%C3%BC?q=%C3%B6#%C3%9F"),
        ("HTTPS://Example.ORG/X", "https://Example.ORG/X"),
        ("https://a.org/100%", "https://a.org/100%25"),
        ("https://a.org/a%20b", "https://a.org/a%20b"),
        ("https://a.org/{x}|y^z`", "https://a.org/%7Bx%7D%7Cy%5Ez%60"),
        ('https://a.org/"q"x', "https://a.org/%22q%22x"),
    ],
)
def test_the_address_is_normalised_and_the_text_is_unchanged(text: str, address: str) -> None:
    assert split_links(text) == [(text, address)]


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("https://mailto:.@()[]%\n ")))
def test_no_character_is_lost_and_no_other_scheme_becomes_a_link(text: str) -> None:
    text = f"{text} http://a.org/{text} mailto:{text}@a.org"
    assert "".join(segment.text for segment in split_links(text)) == text
    for address in addresses(text):
        assert address.isascii()
        assert not set(address) & set(' <>"{}|\\^`\n')
        assert address.casefold().startswith(("http://", "https://", "mailto:"))
