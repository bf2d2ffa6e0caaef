"""Describe the mistakes of people who edit a TOML file without knowing the format.

A parser gives the position where it stopped, not the cause. Here the usual slips are tried in turn: the one whose
repair lets the parser get past the line is the cause, and the repaired line is what to write.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import NamedTuple

#: The most characters of a line that a message quotes.
_MAX_QUOTED = 70
_CURLY_DOUBLE = re.compile("[“”„‟«»″]")
_CURLY_SINGLE = re.compile("[‘’‚‛]")
_DASHES = re.compile("[‐‑‒–—−]")
#: Blanks other than the ordinary one, and characters that cannot be seen.
_ODD_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028\u2029\u2060\ufeff]")
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_ASSIGNMENT = re.compile(r"(\s*[^\s=:#\"']+)\s*=\s*(.*?)\s*")
_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_SEVERAL_TEXTS = re.compile(rf"(?:{_TEXT.pattern})(?:[\s,]+(?:{_TEXT.pattern}))+")
_MULTILINE_TEXT = re.compile(r"(\"{3}|'{3})(.*?)(\1|\Z)", re.DOTALL)
#: A line that begins a value or a part of the file, which no text usually does.
_START_OF_VALUE = re.compile(r"^[ \t]*(?:[\w-]+[ \t]*=[ \t]*[\"'\[]|\[\[?[\w.]+\]\]?[ \t]*$)", re.MULTILINE)
#: A line end after the drive with a blank later on is more likely a text of two lines, as in "a:\\n* one".
_WINDOWS_PATH = re.compile(r'^[ \t]*[\w-]+[ \t]*=[ \t]*"[A-Za-z]:\\(?!\\|n[^"\n]* )[^"\n]*"', re.MULTILINE)
_BACKSLASH = "has a backslash, which means something else here."
_TRUTH_VALUES = {"yes": "true", "true": "true", "on": "true", "no": "false", "false": "false", "off": "false"}


class TomlMistake(NamedTuple):
    """A mistake: its line (from 1), the line's text, what is wrong, and what to do about it."""

    line: int
    text: str
    what: str
    fix: str


def find_mistake(text: str, error: tomllib.TOMLDecodeError) -> TomlMistake:
    """Return the mistake in a text that led to this error of the parser."""
    lines = text.split("\n")
    line = _error_line(error, lines)
    if mistake := _unclosed_text(text, line, str(error)) or _repeated_name(lines, line, str(error)):
        return mistake
    quoted = _quote(lines[line - 1])
    if str(error).startswith("Invalid date"):
        return TomlMistake(line, quoted, "there is no such day in the calendar.", "Write another date.")
    candidates = [(line, slip) for slip in _SLIPS]
    if str(error).startswith("Unclosed array"):
        numbers = (line, _previous_filled_line(lines, line))
        candidates += [(number, slip) for number in numbers for slip in _LIST_SLIPS]
    for number, slip in candidates:
        for repaired_line in slip.repair(lines[number - 1]):
            if repaired_line != lines[number - 1] and _gets_past(lines, number, repaired_line, line):
                example = f": {repaired_line.strip()}" if len(repaired_line.strip()) <= _MAX_QUOTED else "."
                return TomlMistake(number, _quote(lines[number - 1]), slip.what, f"{slip.fix}{example}")
    fix = 'Compare it with a line that works, such as: title = "Some text". A line that begins with # is a comment.'
    return TomlMistake(line, quoted, "cannot be understood.", fix)


def find_broken_path(text: str) -> TomlMistake | None:
    """Return the first Windows path whose backslashes the parser took for other characters, as in "C:\\temp"."""
    # In a text between three single quotes a backslash is a backslash.
    outside_literal_texts = _MULTILINE_TEXT.sub(
        lambda match: re.sub(r"\S", " ", match[0]) if match[1] == "'''" else match[0], text
    )
    match = _WINDOWS_PATH.search(outside_literal_texts)
    if match is None:
        return None
    fix = f"Write / in its place: {match[0].strip().replace(chr(92), '/')}"
    return TomlMistake(text.count("\n", 0, match.start()) + 1, _quote(match[0]), _BACKSLASH, fix)


class _Slip(NamedTuple):
    """A usual slip: the message about it, and the ways in which a line with it may be repaired."""

    what: str
    fix: str
    repair: Callable[[str], Iterator[str]]


def _error_line(error: tomllib.TOMLDecodeError, lines: list[str]) -> int:
    match = _POSITION.search(str(error))
    return int(match[1]) if match and match[1] else max(_previous_filled_line(lines, len(lines) + 1), 1)


def _previous_filled_line(lines: list[str], line: int) -> int:
    return next((number for number in range(line - 1, 0, -1) if lines[number - 1].strip()), line)


def _gets_past(lines: list[str], number: int, repaired_line: str, error_line: int) -> bool:
    """Return whether the parser gets past the line of the error once line `number` is repaired."""
    repaired_lines = [*lines[: number - 1], repaired_line, *lines[number:]]
    try:
        tomllib.loads("\n".join(repaired_lines))
    except tomllib.TOMLDecodeError as error:
        match = _POSITION.search(str(error))
        return match is not None and (match[1] is None or int(match[1]) > error_line)
    return True


def _unclosed_text(text: str, line: int, message: str) -> TomlMistake | None:
    """Return the mistake of a text between three quotes that has no end, or goes on into the values below it."""
    for match in _MULTILINE_TEXT.finditer(text):
        start = text.count("\n", 0, match.start()) + 1
        if start > line:
            break
        value = _START_OF_VALUE.search(match[2])
        if value or (not match[3] and message.startswith("Unterminated string")):
            end_line = start + match[2].count("\n", 0, value.start()) if value else 0
            end = f" before line {end_line}" if value else ""
            what = "this text of several lines has no end."
            return TomlMistake(start, _quote(text.split("\n")[start - 1]), what, f"Close it with {match[1]}{end}.")
    return None


def _repeated_name(lines: list[str], line: int, message: str) -> TomlMistake | None:
    """Return the mistake of a key or a heading that is there already."""
    if not message.startswith(("Cannot overwrite a value", "Cannot declare", "Cannot mutate")):
        return None
    text = lines[line - 1]
    is_heading = text.lstrip().startswith("[")
    name = text.partition("]" if is_heading else "=")[0].strip().strip("[").strip("\"' ")
    for number in range(line - 1, 0, -1):
        earlier_text = lines[number - 1].strip()
        earlier_is_heading = earlier_text.startswith("[")
        earlier_name = earlier_text.partition("]" if is_heading else "=")[0].strip().strip("[").strip("\"' ")
        if earlier_is_heading == is_heading and earlier_name == name:
            fix = f"Keep one of them and delete the other: the first is on line {number}."
            if is_heading:
                fix = f"Write [[{name}]] if there may be several; if not, put what is below it under line {number}."
            return TomlMistake(line, _quote(text), f"“{name}” is written twice.", fix)
        if earlier_is_heading and not is_heading:
            break
    return None


def _quote(line: str) -> str:
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line.strip())
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…"


# ------------------------------------------------------------------------------------------------ repairs of a line


def _straighten_quotes(line: str) -> Iterator[str]:
    for curly in (_CURLY_DOUBLE, _CURLY_SINGLE):
        found = list(curly.finditer(line))
        yield curly.sub('"', line)
        if len(found) > 1:  # those inside a text may stay
            first, last = found[0].start(), found[-1].start()
            yield f'{line[:first]}"{line[first + 1 : last]}"{line[last + 1 :]}'
    yield _CURLY_SINGLE.sub('"', _CURLY_DOUBLE.sub('"', line))


def _replace_odd_characters(line: str) -> Iterator[str]:
    yield _UNSEEN.sub("", _ODD_BLANKS.sub(" ", line))


def _replace_dashes(line: str) -> Iterator[str]:
    yield _DASHES.sub("-", line)


def _write_truth_value(line: str) -> Iterator[str]:
    if (match := _ASSIGNMENT.fullmatch(line)) and match[2].casefold() in _TRUTH_VALUES:
        yield f"{match[1]} = {_TRUTH_VALUES[match[2].casefold()]}"


def _close_quotes(line: str) -> Iterator[str]:
    if (match := _ASSIGNMENT.fullmatch(line)) and match[2].startswith(('"', "'")):
        yield f"{line.rstrip()}{match[2][0]}"
    elif match and match[2].endswith(('"', "'")):
        yield f"{match[1]} = {match[2][-1]}{match[2]}"


def _add_quotes(line: str) -> Iterator[str]:
    if (match := _ASSIGNMENT.fullmatch(line)) and re.match(r"[^\"'\[{][^\"]*$", match[2]):
        yield f'{match[1]} = "{match[2]}"'


def _join_texts(line: str) -> Iterator[str]:
    if (match := _ASSIGNMENT.fullmatch(line)) and _SEVERAL_TEXTS.fullmatch(match[2]) and "," not in match[2]:
        yield f'{match[1]} = "{" ".join(text[1:-1] for text in _TEXT.findall(match[2]))}"'


def _list_texts(line: str) -> Iterator[str]:
    if (match := _ASSIGNMENT.fullmatch(line)) and _SEVERAL_TEXTS.fullmatch(match[2]):
        yield f"{match[1]} = [{', '.join(_TEXT.findall(match[2]))}]"


def _replace_inner_quotes(line: str) -> Iterator[str]:
    if (match := _ASSIGNMENT.fullmatch(line)) and len(match[2]) > 1 and match[2][0] == match[2][-1] in ('"', "'"):
        text = match[2][1:-1].replace('"', "'")
        yield f'{match[1]} = "{text}"'


def _fill_in_value(line: str) -> Iterator[str]:
    if (match := _ASSIGNMENT.fullmatch(line)) and not match[2]:
        yield f'{match[1]} = ""'


def _replace_backslashes(line: str) -> Iterator[str]:
    yield line.replace("\\", "/")


def _separate_items(line: str) -> Iterator[str]:
    yield re.sub(r"([\"'\]}])\s*([\"'\[{])", r"\1, \2", line)
    yield f"{line.rstrip()},"


def _quote_items(line: str) -> Iterator[str]:
    if (match := _ASSIGNMENT.fullmatch(line)) and match[2].startswith("[") and match[2].endswith("]"):
        items = [item.strip(" \"'") for item in match[2][1:-1].split(",")]
        quoted_items = ", ".join(f'"{item}"' for item in items if item)
        yield f"{match[1]} = [{quoted_items}]"


def _end_list(line: str) -> Iterator[str]:
    yield f"{line.rstrip().rstrip(',')}]"


def _add_equals_sign(line: str) -> Iterator[str]:
    yield re.sub(r"^(\s*[\w-]+)\s*:\s*", r"\1 = ", line)
    yield re.sub(r"^(\s*[\w-]+)\s*:\s*([^\"']+)$", r'\1 = "\2"', line)
    yield re.sub(r"^(\s*[\w-]+)\s+(?=[\"'\[\d])", r"\1 = ", line)


def _complete_brackets(line: str) -> Iterator[str]:
    name = line.strip().strip("[]").strip()
    if name and {line.strip()[0], line.strip()[-1]} & {"[", "]"}:
        yield f"[[{name}]]" if "[[" in line or "]]" in line else f"[{name}]"


def _mark_comment(line: str) -> Iterator[str]:
    yield re.sub(r"^(\s*[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w.+-]+))\s*(?=[^\s#])", r"\1  # ", line)


_LIST_SLIPS = (
    _Slip("the list has no end.", "Close it with a square bracket", _end_list),
    _Slip("a comma is missing in the list.", "Put one between its items", _separate_items),
)
_SLIPS = (
    _Slip("has curly quotes, as word processors make them.", "Type straight ones", _straighten_quotes),
    _Slip(
        "holds an invisible character, as copying from a document can leave.",
        "Type the line again",
        _replace_odd_characters,
    ),
    _Slip("has a long dash, as word processors make them.", "Type a hyphen", _replace_dashes),
    _Slip("must be the word true or the word false.", "Write true or false", _write_truth_value),
    _Slip("has several texts where one belongs.", "Make them one text", _join_texts),
    _Slip("has several texts without the square brackets of a list.", "Put them between square brackets", _list_texts),
    _Slip("has quotes inside a text, which end it too early.", "Use them only at its two ends", _replace_inner_quotes),
    _Slip('a quotation mark is missing; a text of several lines goes between """ and """.', "Put it in", _close_quotes),
    _Slip("has a text without quotation marks.", "Put it between straight ones", _add_quotes),
    _Slip("has no value.", "Write one, or delete the line", _fill_in_value),
    _Slip(_BACKSLASH, "Write / in its place", _replace_backslashes),
    _Slip("a text in the list lacks a quotation mark.", "Put one on each side", _quote_items),
    _Slip("has no equals sign between the key and its value.", "Put one there", _add_equals_sign),
    _Slip("is a heading with too few or too many brackets.", "Write it like this", _complete_brackets),
    _Slip("has words after the value.", "Put # before them, or leave them out", _mark_comment),
)
