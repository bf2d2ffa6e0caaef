"""Templates and examples that are shipped with ragsheets."""

from __future__ import annotations

from pathlib import Path


def shipped_folder(folder: str) -> Path:
    """Return a shipped folder: inside the package when installed, beside it in a checkout or editable install."""
    package = Path(__file__).parent.parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder
