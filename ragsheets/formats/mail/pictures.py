"""Pictures in messages: the photograph or screenshot of a form is large, a signature's logo is small."""

from __future__ import annotations

import struct

#: The suffixes of pictures as mail programs name them.
PICTURE_SUFFIXES = (
    *(".png", ".gif", ".jpg", ".jpeg", ".jfif", ".bmp", ".svg", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff"),
    *(".emf", ".emz", ".wmf", ".wmz"),
)
#: A picture from this number of pixels on may show a form; logos and the badges of networks have less.
_LARGE_AREA, _LARGE_SIDE = 80_000, 100
#: A picture whose size in pixels is not known is left out only where its file is tiny, in bytes.
_TINY_FILE = 1000
_JPEG_START = b"\xff\xd8"
#: The markers of a JPEG file that state its height and width, and those without content (ITU T.81, table B.1).
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MAX_JPEG_SEGMENTS = 1000
_JPEG_EMPTY = frozenset((0x01, *range(0xD0, 0xD9)))


def is_large_picture(content: bytes) -> bool:
    """Return whether a picture is larger than a logo."""
    size = _pixels(content)
    if size is None or 0 in size:
        return len(content) >= _TINY_FILE
    width, height = size
    return width * height >= _LARGE_AREA and min(width, height) >= _LARGE_SIDE


def _pixels(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a picture; None where its form does not state them in one of the known ways."""
    try:
        if content.startswith(b"\x89PNG"):
            width, height = struct.unpack_from(">II", content, 16)
        elif content.startswith(b"GIF8"):
            width, height = struct.unpack_from("<HH", content, 6)
        elif content.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", content, 18)
        elif content.startswith(_JPEG_START):
            return _jpeg_pixels(content)
        else:
            return None
    except struct.error:
        return None
    return abs(width), abs(height)


def _jpeg_pixels(content: bytes) -> tuple[int, int] | None:
    position = len(_JPEG_START)
    for _ in range(_MAX_JPEG_SEGMENTS):
        if position + 4 > len(content) or content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        if marker == 0xFF:
            position += 1
        elif marker in _JPEG_EMPTY:
            position += 2
        else:
            position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return None
