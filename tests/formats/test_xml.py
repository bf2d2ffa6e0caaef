"""The encodings of a part, and its refusal of entities, whatever reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ragsheets.errors import ReturnError
from ragsheets.formats import xml

BODY = "<a>é €</a>"


def declared(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}" standalone="yes"?>\n'


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (BODY.encode(), BODY),
        (b"\xef\xbb\xbf" + BODY.encode(), BODY),
        (b"\r\n " + BODY.encode(), BODY),
        *(
            ((declared(name) + BODY).encode(name), BODY)
            for name in ("utf-16", "utf-32", "windows-1252", "iso-8859-15", "macintosh")
        ),
        *((BODY.encode(name), BODY) for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-16")),
        # The declaration is wrong: writers state the form in which they held the text.
        *(((declared(name) + BODY).encode(), BODY) for name in ("utf-16", "UTF-32", "ISO-10646-UCS-2", "us-ascii")),
        ((declared("utf-8") + BODY).encode("utf-16"), BODY),
        (b"\xef\xbb\xbf" + (declared("iso-8859-1") + BODY).encode(), BODY),
        ((declared("shift_jis") + "<a>&#233; ア</a>").encode("shift_jis"), "<a>&#233; ア</a>"),
        (b"", ""),
    ],
)
def test_a_part_in_any_encoding_of_xml_is_read(content: bytes, text: str) -> None:
    utf8 = xml.to_utf8(content, "part")
    assert utf8.decode().lstrip() == text
    if text:
        assert xml.parse(utf8, "part").tag == "a"


@pytest.mark.parametrize(
    "content",
    [
        (declared("utf-7") + BODY).encode("utf-7").replace(b"+ADw-", b"<", 1),
        (declared("cp037") + BODY).encode("cp037", "xmlcharrefreplace"),
        *((declared(name) + BODY).encode() for name in ("rot13", "punycode", "idna", "unknown-1", "")[:4]),
        BODY.encode("windows-1252").replace(b"<a>", b"\xff\xff<a>"),
        b"no XML",
        (declared("utf-16") + BODY).encode("utf-16")[:-1],
    ],
)
def test_what_is_in_no_encoding_of_xml_is_damaged(content: bytes) -> None:
    with pytest.raises(ReturnError) as error:
        xml.to_utf8(content, "the part")
    assert (error.value.code, error.value.facts) == ("damaged", {"found": "the part"})


def test_a_part_in_utf_8_is_not_copied() -> None:
    for content in (BODY.encode(), (declared("UTF-8") + BODY).encode()):
        assert xml.to_utf8(content, "part") is content


class Nothing:
    def start(self, *_: object) -> None: ...

    def end(self, *_: object) -> None: ...

    def data(self, *_: object) -> None: ...

    def close(self) -> None: ...


READERS: list[Callable[[bytes], Any]] = [
    lambda content: xml.parse(content, "part"),
    lambda content: xml.parse(content, "part", recover=True),
    lambda content: xml.parse(content, "part", keep_all=True),
    lambda content: xml.parse_into(Nothing(), content, "part"),
    lambda content: list(xml.iterate_elements(content, "part", "a")),
]


@pytest.mark.parametrize("read", READERS)
def test_no_reader_parses_entities(read: Callable[[bytes], Any]) -> None:
    read(b"<a>text</a>")
    with pytest.raises(ReturnError) as error:
        read(xml.to_utf8('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"), "part"))
    assert error.value.code == "hostile"
    with pytest.raises(ReturnError) as error:
        read(b"")
    assert error.value.code == "damaged"


def test_plain_parts_have_nothing_that_may_part_a_text() -> None:
    assert xml.is_plain((declared("UTF-8") + "<a>Why? Now!</a>").encode())
    for content in ("<a><![CDATA[b]]></a>", "<a>b<!-- c -->d</a>", "<a>b<?c?>d</a>", "\ufeff<a/>", declared("utf-16")):
        assert not xml.is_plain(content.encode())
