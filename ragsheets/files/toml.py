"""Read TOML files, with error messages that name the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ragsheets.errors import RagsheetsError
from ragsheets.files.long_paths import openable_path


def read_toml(path: Path, error_type: type[RagsheetsError]) -> dict[str, Any]:
    """Read a TOML file. Raises `error_type` where it cannot be read, naming the line."""
    return parse_toml(_read_bytes(path, error_type), path.name, error_type)


def read_toml_head(path: Path, error_type: type[RagsheetsError]) -> dict[str, Any]:
    """Read only the keys before the first table of a TOML file. Raises `error_type` as `read_toml` does."""
    content = _read_bytes(path, error_type)
    return _parse(content, path.name, error_type, lambda text: f"\n{text}".split("\n[", 1)[0])


def parse_toml(content: bytes, name: str, error_type: type[RagsheetsError]) -> dict[str, Any]:
    """Parse the bytes of a TOML file with this name. Raises `error_type` as `read_toml` does."""
    return _parse(content, name, error_type, lambda text: text)


def _read_bytes(path: Path, error_type: type[RagsheetsError]) -> bytes:
    try:
        return openable_path(path).read_bytes()
    except FileNotFoundError:
        raise error_type("there is no such file.", where=str(path), fix="Check the name and the folder.") from None
    except OSError as problem:
        raise error_type(f"{problem.strerror}.", where=str(path)) from None


def _parse(content: bytes, name: str, error_type: type[RagsheetsError], select: Callable[[str], str]) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(select(content.decode("utf-8-sig").replace("\r\n", "\n")))
    except UnicodeDecodeError:
        fix = "Save it again with the encoding UTF-8."
        raise error_type("is not saved as UTF-8 text.", where=name, fix=fix) from None
    except tomllib.TOMLDecodeError as problem:
        raise error_type(f"{problem}.", where=name, fix="Mend the line; text stands in quotation marks.") from None
