"""Rich text (RTF) made plain, and the form in which Outlook packs it and hides HTML in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ragsheets.errors import ReturnError
from ragsheets.formats.text.charset import codec_of_page, decoded
from ragsheets.formats.text.html import text_of_html
from ragsheets.formats.text.text_builder import BETWEEN_CELLS, tidied

#: How much is read, in bytes, packed or not: far more than anybody types; larger ones carry pictures.
MOST_BYTES = 16 * 1024 * 1024

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,20})? ?"
    rb"|\\'(?P<byte>[0-9a-fA-F]{2})"
    rb"|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}\r\n]+)"
)

# Control words (Rich Text Format Specification 1.9.1).
#: Groups that hold no words of the document; those that begin with \* are passed over too, but for the ones kept.
_WITHOUT_WORDS = {
    *("fonttbl", "colortbl", "stylesheet", "info", "pict", "objdata", "themedata", "datastore", "listtable", "sp"),
    *("listoverridetable", "revtbl", "rsidtbl", "generator", "fldinst", "xe", "tc", "rxe", "shprslt", "nonesttables"),
    *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "filetbl", "private"),
    *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "atnid", "atnauthor", "bkmkstart", "bkmkend"),
}
_STARRED_WITH_WORDS = {"shpinst", "shptxt", "annotation", "htmltag"}
_CELL = "\x07"
_SIGNS = {"cell": _CELL, "nestcell": BETWEEN_CELLS, "tab": "\t"}
_SIGNS |= dict.fromkeys(("par", "line", "sect", "page", "nestrow"), "\n")
_SIGNS |= dict.fromkeys(("emspace", "enspace", "qmspace"), " ")
_SIGNS |= {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
}
_ONE_CHARACTER = {b"~": "\xa0", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}"}
#: The code pages of fonts' character sets (under \fcharset).
_CHARACTER_SETS = {77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253"}
_CHARACTER_SETS |= {162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251"}
_CHARACTER_SETS |= {222: "cp874", 238: "cp1250"}


def text_of_rtf(content: bytes) -> str:
    """The text of a document of rich text: tables a row a line; comments, text boxes and footnotes among it.

    Words that are marked as deleted are left out. HTML that a message carries inside of rich text is made plain.
    """
    reader = _Reader(content[:MOST_BYTES])
    text = reader.read()
    return text_of_html(text) if reader.is_html else tidied(text)


def html_in_rtf(content: bytes) -> str:
    """The HTML that a message carries inside of rich text (MS-OXRTFEX); "" where it carries none."""
    reader = _Reader(content[:MOST_BYTES])
    text = reader.read()
    return text if reader.is_html else ""


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside of a group."""

    silent: bool = False
    deleted: bool = False
    in_font_table: bool = False
    in_tag: bool = False
    without_html: bool = False
    skip: int = 1
    codec: str = ""


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.is_html = False
        self.codec = "cp1252"
        self.fonts: dict[int, str] = {}
        self.font = 0
        self.state = _State()
        self.outer: list[_State] = []
        self.pieces: list[str] = []
        self.waiting = bytearray()
        self.row_from: int | None = None
        self.to_skip = 0
        self.starred = False
        self.high = 0

    def read(self) -> str:
        """The document's text, or its HTML where it carries some."""
        place = 0
        while match := _TOKEN.search(self.content, place):
            place = match.end()
            kind = match.lastgroup
            if kind == "byte":
                self._byte(int(match["byte"], 16))
            elif kind == "text":
                self._text(match["text"])
            elif kind == "brace":
                self._brace(match["brace"])
            elif kind == "sign":
                self._sign(match["sign"])
            else:
                number = int(match["number"]) if match["number"] else None
                if match["word"] == b"bin":
                    past = place + max(number or 0, 0)
                    place = past if past <= len(self.content) else place
                else:
                    self._word(match["word"].decode("ascii"), number)
        self._flush()
        return "".join(self.pieces).replace(_CELL, BETWEEN_CELLS)

    def _put(self, text: str) -> None:
        state = self.state
        if not (state.silent or state.deleted or (self.is_html and state.without_html and not state.in_tag)):
            self.pieces.append(text)

    def _flush(self) -> None:
        if self.waiting:
            content = bytes(self.waiting)
            self.waiting.clear()
            try:
                self._put(content.decode(self.state.codec or self.codec, "replace"))
            except LookupError:
                self._put(decoded(content))

    def _byte(self, value: int) -> None:
        if self.to_skip:
            self.to_skip -= 1
        else:
            self.waiting.append(value)

    def _text(self, text: bytes) -> None:
        skipped = min(self.to_skip, len(text))
        self.to_skip -= skipped
        self.waiting += text[skipped:]
        self.starred = False

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self.to_skip = 0
        self.starred = False
        if brace == b"{":
            self.outer.append(self.state)
        elif self.outer:
            self.state = self.outer.pop()

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.starred = True
        elif self.to_skip:
            self.to_skip -= 1
        else:
            self._flush()
            self._put(_ONE_CHARACTER.get(sign, ""))

    def _word(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self._character(number)
            return
        self._flush()
        self.to_skip = 0
        starred, self.starred = self.starred, False
        if word in _STARRED_WITH_WORDS:
            self.state = replace(self.state, silent=False, in_tag=word == "htmltag")
        elif starred or word in _WITHOUT_WORDS:
            self.state = replace(self.state, silent=True, in_font_table=word == "fonttbl")
        elif word in _SIGNS:
            self._put(_SIGNS[word])
        elif word == "row":
            self._end_row()
        elif word in ("trowd", "intbl"):
            self.row_from = len(self.pieces) if self.row_from is None else self.row_from
        else:
            self._setting(word, number)

    def _setting(self, word: str, number: int | None) -> None:
        state = self.state
        on = number != 0
        if word == "ansicpg" and number:
            self.codec = codec_of_page(number)
        elif word in ("mac", "pc", "pca"):
            self.codec = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "fromhtml":
            self.is_html = on
        elif word == "htmlrtf":
            self.state = replace(state, without_html=on)
        elif word == "uc" and number is not None:
            self.state = replace(state, skip=max(min(number, 16), 0))
        elif word == "deleted":
            self.state = replace(state, deleted=on)
        elif word == "plain":
            self.state = replace(state, deleted=False, codec="")
        elif word == "f" and number is not None:
            self.font = number
            self.state = replace(state, codec="" if state.in_font_table else self.fonts.get(number, ""))
        elif word == "fcharset" and state.in_font_table and number in _CHARACTER_SETS:
            self.fonts[self.font] = _CHARACTER_SETS[number]

    def _character(self, number: int) -> None:
        """A character by its number in UTF-16, two of which may make one; what follows stands in for it elsewhere."""
        self._flush()
        unit = number & 0xFFFF
        if 0xD800 <= unit < 0xDC00:
            self.high = unit
        elif 0xDC00 <= unit < 0xE000:
            self._put(chr(0x10000 + ((self.high - 0xD800) << 10) + unit - 0xDC00) if self.high else "\ufffd")
            self.high = 0
        else:
            self._put(chr(unit))
        self.to_skip = self.state.skip

    def _end_row(self) -> None:
        start = len(self.pieces) if self.row_from is None else self.row_from
        cells = "".join(self.pieces[start:]).removesuffix(_CELL).split(_CELL)
        del self.pieces[start:]
        self.row_from = None
        self._put(BETWEEN_CELLS.join(" ".join(cell.split()) for cell in cells) + "\n")


# ------------------------------------------------------------------------------------------- as Outlook packs it

#: What the packed form takes to have come before (MS-OXRTFCP 2.1.2.1).
_BEFORE = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_PACKED, _AS_IT_IS = b"LZFu", b"MELA"
_HEADER = 16
_WINDOW = 4096


def unpacked_rtf(content: bytes) -> bytes:
    """The rich text in a message's packed form (MS-OXRTFCP 2.2.3); what is cut off is left out.

    Raises ReturnError("damaged") where it is not in that form.
    """
    kind = content[8:12]
    if kind == _AS_IT_IS:
        return content[_HEADER:]
    if kind != _PACKED:
        raise ReturnError("damaged", found="a message whose text is packed in a way that is not known")
    size = min(int.from_bytes(content[4:8], "little"), MOST_BYTES)
    data = bytearray(_BEFORE)
    place = _HEADER
    while place < len(content) and len(data) - len(_BEFORE) < size:
        control = content[place]
        place += 1
        for bit in range(8):
            if not control >> bit & 1:
                data += content[place : place + 1]
                place += 1
                continue
            pair = int.from_bytes(content[place : place + 2], "big")
            place += 2
            # A place in a ring of 4096 bytes, told as how far back it lies; none at all is the end (2.2.3.2).
            back = (len(data) - (pair >> 4)) % _WINDOW
            if not back or place > len(content) or back > len(data):
                return bytes(data[len(_BEFORE) :])
            for _ in range((pair & 0xF) + 2):
                data.append(data[-back])
    return bytes(data[len(_BEFORE) :][:size])
