"""Read TOML files, with error messages that name the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ragsheets.errors import RagsheetsError
from ragsheets.files.long_paths import openable_path


def read_toml(path: Path, error_type: type[RagsheetsError]) -> dict[str, Any]:
    """Read a TOML file. Raises `error_type` where it cannot be read, naming the line."""
    return _read_toml(path, error_type, lambda text: text)


def read_toml_head(path: Path, error_type: type[RagsheetsError]) -> dict[str, Any]:
    """Read only the keys before the first table of a TOML file. Raises `error_type` as `read_toml` does."""
    return _read_toml(path, error_type, lambda text: f"\n{text}".split("\n[", 1)[0])


def _read_toml(path: Path, error_type: type[RagsheetsError], select: Callable[[str], str]) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(select(openable_path(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")))
    except FileNotFoundError:
        raise error_type("there is no such file.", where=str(path), fix="Check the name and the folder.") from None
    except UnicodeDecodeError:
        raise error_type(
            "is not saved as UTF-8 text.", where=path.name, fix="Save it again with the encoding UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise error_type(f"{problem}.", where=path.name, fix="Mend the line; text stands in quotation marks.") from None
    except OSError as problem:
        raise error_type(f"{problem.strerror}.", where=str(path)) from None
