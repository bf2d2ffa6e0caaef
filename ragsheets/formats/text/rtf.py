"""Rich text (RTF) → plain text, and the compressed and HTML-carrying forms that Outlook stores it in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ragsheets.errors import ReturnError
from ragsheets.formats.text.charset import codec_of_code_page, decode
from ragsheets.formats.text.html import text_of_html
from ragsheets.formats.text.text_builder import CELL_SEPARATOR, normalise_whitespace

#: How much is read, in bytes, compressed or not: far more than anyone types; larger documents contain pictures.
MAX_BYTES = 16 * 1024 * 1024

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,20})? ?"
    rb"|\\'(?P<byte>[0-9a-fA-F]{2})"
    rb"|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}\r\n]+)"
)

# Control words (Rich Text Format Specification 1.9.1).
#: Groups without text of the document; those that begin with \* are skipped too, except for the ones listed below.
_SKIPPED_GROUPS = {
    *("fonttbl", "colortbl", "stylesheet", "info", "pict", "objdata", "themedata", "datastore", "listtable", "sp"),
    *("listoverridetable", "revtbl", "rsidtbl", "generator", "fldinst", "xe", "tc", "rxe", "shprslt", "nonesttables"),
    *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "filetbl", "private"),
    *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "atnid", "atnauthor", "bkmkstart", "bkmkend"),
}
_STARRED_GROUPS_READ = {"shpinst", "shptxt", "annotation", "htmltag"}
_CELL_END = "\x07"
_CONTROL_WORD_TEXT = {"cell": _CELL_END, "nestcell": CELL_SEPARATOR, "tab": "\t"}
_CONTROL_WORD_TEXT |= dict.fromkeys(("par", "line", "sect", "page", "nestrow"), "\n")
_CONTROL_WORD_TEXT |= dict.fromkeys(("emspace", "enspace", "qmspace"), " ")
_CONTROL_WORD_TEXT |= {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
}
_CONTROL_SYMBOL_TEXT = {b"~": "\xa0", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}"}
#: The code pages of fonts' character sets (\fcharset).
_FONT_CHARSETS = {77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253"}
_FONT_CHARSETS |= {162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251"}
_FONT_CHARSETS |= {222: "cp874", 238: "cp1250"}


def text_of_rtf(content: bytes) -> str:
    """Return the text of an RTF document: each table row as a line, with comments, text boxes and footnotes in place.

    Text marked as deleted is left out. HTML that a message carries inside rich text is converted to plain text.
    """
    reader = _RtfReader(content[:MAX_BYTES])
    text = reader.read()
    return text_of_html(text) if reader.is_html else normalise_whitespace(text)


def html_from_rtf(content: bytes) -> str:
    """Return the HTML that a message carries inside rich text (MS-OXRTFEX); "" if there is none."""
    reader = _RtfReader(content[:MAX_BYTES])
    text = reader.read()
    return text if reader.is_html else ""


@dataclass(frozen=True, slots=True)
class _GroupState:
    """The settings that apply within a group."""

    is_skipped: bool = False
    is_deleted: bool = False
    in_font_table: bool = False
    in_tag: bool = False
    is_outside_html: bool = False
    fallback_length: int = 1
    codec: str = ""


class _RtfReader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.is_html = False
        self.codec = "cp1252"
        self.fonts: dict[int, str] = {}
        self.current_font = 0
        self.state = _GroupState()
        self.outer_states: list[_GroupState] = []
        self.pieces: list[str] = []
        self.pending_bytes = bytearray()
        self.row_start: int | None = None
        self.to_skip = 0
        self.is_starred = False
        self.high_surrogate = 0

    def read(self) -> str:
        """Return the document's text, or its HTML if it carries some."""
        position = 0
        while match := _TOKEN.search(self.content, position):
            position = match.end()
            token_kind = match.lastgroup
            if token_kind == "byte":
                self._read_byte(int(match["byte"], 16))
            elif token_kind == "text":
                self._read_text(match["text"])
            elif token_kind == "brace":
                self._read_brace(match["brace"])
            elif token_kind == "sign":
                self._read_symbol(match["sign"])
            else:
                number = int(match["number"]) if match["number"] else None
                if match["word"] == b"bin":
                    binary_end = position + max(number or 0, 0)
                    position = binary_end if binary_end <= len(self.content) else position
                else:
                    self._read_control_word(match["word"].decode("ascii"), number)
        self._flush()
        return "".join(self.pieces).replace(_CELL_END, CELL_SEPARATOR)

    def _add_text(self, text: str) -> None:
        state = self.state
        if not (state.is_skipped or state.is_deleted or (self.is_html and state.is_outside_html and not state.in_tag)):
            self.pieces.append(text)

    def _flush(self) -> None:
        if self.pending_bytes:
            content = bytes(self.pending_bytes)
            self.pending_bytes.clear()
            try:
                self._add_text(content.decode(self.state.codec or self.codec, "replace"))
            except LookupError:
                self._add_text(decode(content))

    def _read_byte(self, value: int) -> None:
        if self.to_skip:
            self.to_skip -= 1
        else:
            self.pending_bytes.append(value)

    def _read_text(self, text: bytes) -> None:
        skipped = min(self.to_skip, len(text))
        self.to_skip -= skipped
        self.pending_bytes += text[skipped:]
        self.is_starred = False

    def _read_brace(self, brace: bytes) -> None:
        self._flush()
        self.to_skip = 0
        self.is_starred = False
        if brace == b"{":
            self.outer_states.append(self.state)
        elif self.outer_states:
            self.state = self.outer_states.pop()

    def _read_symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self.is_starred = True
        elif self.to_skip:
            self.to_skip -= 1
        else:
            self._flush()
            self._add_text(_CONTROL_SYMBOL_TEXT.get(symbol, ""))

    def _read_control_word(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self._read_character(number)
            return
        self._flush()
        self.to_skip = 0
        starred, self.is_starred = self.is_starred, False
        if word in _STARRED_GROUPS_READ:
            self.state = replace(self.state, is_skipped=False, in_tag=word == "htmltag")
        elif starred or word in _SKIPPED_GROUPS:
            self.state = replace(self.state, is_skipped=True, in_font_table=word == "fonttbl")
        elif word in _CONTROL_WORD_TEXT:
            self._add_text(_CONTROL_WORD_TEXT[word])
        elif word == "row":
            self._end_row()
        elif word in ("trowd", "intbl"):
            self.row_start = len(self.pieces) if self.row_start is None else self.row_start
        else:
            self._apply_setting(word, number)

    def _apply_setting(self, word: str, number: int | None) -> None:
        state = self.state
        is_on = number != 0
        if word == "ansicpg" and number:
            self.codec = codec_of_code_page(number)
        elif word in ("mac", "pc", "pca"):
            self.codec = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "fromhtml":
            self.is_html = is_on
        elif word == "htmlrtf":
            self.state = replace(state, is_outside_html=is_on)
        elif word == "uc" and number is not None:
            self.state = replace(state, fallback_length=max(min(number, 16), 0))
        elif word == "deleted":
            self.state = replace(state, is_deleted=is_on)
        elif word == "plain":
            self.state = replace(state, is_deleted=False, codec="")
        elif word == "f" and number is not None:
            self.current_font = number
            self.state = replace(state, codec="" if state.in_font_table else self.fonts.get(number, ""))
        elif word == "fcharset" and state.in_font_table and number in _FONT_CHARSETS:
            self.fonts[self.current_font] = _FONT_CHARSETS[number]

    def _read_character(self, number: int) -> None:
        """Add a character by its UTF-16 code unit (two may form one), and skip the fallback that follows it."""
        self._flush()
        unit = number & 0xFFFF
        if 0xD800 <= unit < 0xDC00:
            self.high_surrogate = unit
        elif 0xDC00 <= unit < 0xE000:
            self._add_text(
                chr(0x10000 + ((self.high_surrogate - 0xD800) << 10) + unit - 0xDC00)
                if self.high_surrogate
                else "\ufffd"
            )
            self.high_surrogate = 0
        else:
            self._add_text(chr(unit))
        self.to_skip = self.state.fallback_length

    def _end_row(self) -> None:
        start = len(self.pieces) if self.row_start is None else self.row_start
        cells = "".join(self.pieces[start:]).removesuffix(_CELL_END).split(_CELL_END)
        del self.pieces[start:]
        self.row_start = None
        self._add_text(CELL_SEPARATOR.join(" ".join(cell.split()) for cell in cells) + "\n")


# ---------------------------------------------------------------------------------- compressed RTF (Outlook)

#: The initial contents of the decompression dictionary (MS-OXRTFCP 2.1.2.1).
_INITIAL_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_COMPRESSED, _UNCOMPRESSED = b"LZFu", b"MELA"
_HEADER_SIZE = 16
_DICTIONARY_SIZE = 4096


def decompress_rtf(content: bytes) -> bytes:
    """Decompress the rich text of a message (MS-OXRTFCP 2.2.3); text that was cut off is left out.

    Raises ReturnError("damaged") if it is not in that form.
    """
    compression = content[8:12]
    if compression == _UNCOMPRESSED:
        return content[_HEADER_SIZE:]
    if compression != _COMPRESSED:
        raise ReturnError("damaged", found="a message whose text is packed in a way that is not known")
    size = min(int.from_bytes(content[4:8], "little"), MAX_BYTES)
    data = bytearray(_INITIAL_DICTIONARY)
    position = _HEADER_SIZE
    while position < len(content) and len(data) - len(_INITIAL_DICTIONARY) < size:
        control = content[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                data += content[position : position + 1]
                position += 1
                continue
            reference = int.from_bytes(content[position : position + 2], "big")
            position += 2
            # An offset into a ring of 4096 bytes, converted to an offset from the end; 0 marks the end (2.2.3.2).
            offset = (len(data) - (reference >> 4)) % _DICTIONARY_SIZE
            if not offset or position > len(content) or offset > len(data):
                return bytes(data[len(_INITIAL_DICTIONARY) :])
            for _ in range((reference & 0xF) + 2):
                data.append(data[-offset])
    return bytes(data[len(_INITIAL_DICTIONARY) :][:size])
