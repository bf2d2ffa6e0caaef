"""Read TOML files, with error messages that show the line and what to type instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ragsheets.errors import RagsheetsError
from ragsheets.files.long_paths import openable_path

#: Up to the heading of the first table; a line in a text of several lines, or a comment, does not count.
_HEAD = re.compile(r"(?:#[^\n]*|\"{3}.*?\"{3}|'{3}.*?'{3}|(?!\n\[).)*+", re.DOTALL)


def read_toml(path: Path, error_type: type[RagsheetsError]) -> dict[str, Any]:
    """Read a TOML file. Raises `error_type` where it cannot be read, naming the line."""
    return parse_toml(_read_bytes(path, error_type), path.name, error_type)


def read_toml_head(path: Path, error_type: type[RagsheetsError]) -> dict[str, Any]:
    """Read only the keys before the first table of a TOML file. Raises `error_type` as `read_toml` does."""
    text = _decode(_read_bytes(path, error_type), path.name, error_type)
    return _parse(toml_head(text), path.name, error_type)


def toml_head(text: str) -> str:
    """Return the lines before the first table of a TOML file."""
    return _HEAD.match(f"\n{text}")[0][1:]  # type: ignore[index]


def parse_toml(content: bytes, name: str, error_type: type[RagsheetsError]) -> dict[str, Any]:
    """Parse the bytes of a TOML file with this name. Raises `error_type` as `read_toml` does."""
    return _parse(_decode(content, name, error_type), name, error_type)


def _read_bytes(path: Path, error_type: type[RagsheetsError]) -> bytes:
    try:
        return openable_path(path).read_bytes()
    except FileNotFoundError:
        raise error_type("there is no such file.", where=str(path), fix="Check the name and the folder.") from None
    except OSError as problem:
        raise error_type(f"{problem.strerror}.", where=str(path)) from None


def _decode(content: bytes, name: str, error_type: type[RagsheetsError]) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        fix = "Save it again with the encoding UTF-8."
        raise error_type("is not saved as UTF-8 text.", where=name, fix=fix) from None


def _parse(text: str, name: str, error_type: type[RagsheetsError]) -> dict[str, Any]:
    import tomllib

    from ragsheets.files.toml_mistakes import find_broken_path, find_mistake

    try:
        values = tomllib.loads(text)
        mistake = find_broken_path(text)
    except tomllib.TOMLDecodeError as error:
        mistake = find_mistake(text, error)
    if mistake is not None:
        where = f"{name}: line {mistake.line} ({mistake.text})"
        raise error_type(mistake.what, where=where, fix=mistake.fix)
    return values
