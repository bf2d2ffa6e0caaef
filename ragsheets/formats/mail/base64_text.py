"""Base64 as mail programs write it, with what mailing lists and scanners insert into it."""

from __future__ import annotations

import base64
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")


def decode_base64(content: bytes) -> bytes:
    """Decode base64 as far as it goes, without the characters that do not belong to it."""
    # Padding ends a run; some programs encode a file in several runs.
    runs = re.split(rb"=+", _NOT_BASE64.sub(b"", content.translate(None, b"\r\n")))
    return b"".join(_decode_run(run) for run in runs)


def _decode_run(run: bytes) -> bytes:
    complete = run[:-1] if len(run) % 4 == 1 else run
    return base64.b64decode(complete + b"=" * (-len(complete) % 4))
