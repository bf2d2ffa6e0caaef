"""Things in a folder that are no ordinary files, and names that no contact meant."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

Place = Callable[[Path, Path], None]

#: What stands in a folder instead of a file, by the name that it is given; made from (where, the canary).
PLACES: dict[str, Place] = {}


def place(make: Place) -> Place:
    """Put the decorated maker into the registry, named as it is."""
    PLACES[f"{make.__name__.replace('_', '-')}.xlsx"] = make
    return make


@place
def pipe(where: Path, canary: Path) -> None:
    """Whoever opens it waits for ever."""
    os.mkfifo(where)


@place
def link_to_a_file(where: Path, canary: Path) -> None:
    where.symlink_to(canary)


@place
def link_to_a_device(where: Path, canary: Path) -> None:
    """Whoever reads it reads for ever."""
    where.symlink_to("/dev/zero")


@place
def link_to_the_terminal(where: Path, canary: Path) -> None:
    where.symlink_to("/dev/stdin")


@place
def link_to_itself(where: Path, canary: Path) -> None:
    where.symlink_to(where.name)


@place
def link_to_nowhere(where: Path, canary: Path) -> None:
    where.symlink_to("nowhere.xlsx")


@place
def link_to_the_folder_above(where: Path, canary: Path) -> None:
    """Whoever follows it meets the whole folder again, and again."""
    where.symlink_to("..", target_is_directory=True)


@place
def link_to_a_folder_outside(where: Path, canary: Path) -> None:
    where.symlink_to(canary.parent, target_is_directory=True)


@place
def door(where: Path, canary: Path) -> None:
    """A socket. Its address may be no longer than a hundred bytes, so it is made from inside the folder."""
    before = Path.cwd()
    os.chdir(where.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(where.name)
    finally:
        os.chdir(before)


def device(where: Path) -> bool:
    """Make a device that gives zeros for ever; says whether the system allowed it."""
    try:
        os.mknod(where, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except OSError:
        return False
    return True


#: Names as they come from other systems, or from somebody who tries what a name can do. None holds a "/".
NAMES: dict[str, bytes] = {
    "newline": b"reply\nfrom Ann.xlsx",
    "return": b"reply\rfrom Ann.xlsx",
    "tab": b"reply\tfrom Ann.xlsx",
    "no UTF-8": b"r\xe9ponse \xff\xfe.xlsx",
    "half a surrogate": b"reply \xed\xa0\x80.xlsx",
    "255 bytes": b"a" * 250 + b".xlsx",
    "255 bytes of two each": "é".encode() * 125 + b".xlsx",
    "right to left": "reply \u202exslx.exe\u202c.xlsx".encode(),
    "invisible": "reply\u200b\ufeff.xlsx".encode(),
    "leading dashes": b"--json",
    "an option with a value": b"--date=2001-01-01.xlsx",
    "a device of Windows": b"CON.xlsx",
    "another device of Windows": b"NUL",
    "markup": b"[red]reply[bold] {found} %s.xlsx",
    "terminal commands": b"reply\x1b[2J\x07.xlsx",
    "quotes": b"'; DROP TABLE returns; --\".xlsx",
    "wildcards": b"*?.xlsx",
    "backslashes": b"..\\..\\written.xlsx",
    "colon": b"C:reply.xlsx",
    "only spaces": b"   ",
    "dots": b"...",
    "final dot and space": b"reply.xlsx. ",
    "only a suffix": b".xlsx",
    "no suffix": b"reply",
    "combining": "re\u0301ponse.xlsx".encode(),
    "composed": "r\u00e9ponse.xlsx".encode(),
}
