"""Folder entries that are not ordinary files, and file names that no contact intended."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

EntryMaker = Callable[[Path, Path], None]

#: Makers of folder entries that replace a file, by file name; each is called with its path and the canary.
FOLDER_ENTRIES: dict[str, EntryMaker] = {}


def folder_entry(make: EntryMaker) -> EntryMaker:
    """Add the decorated maker to the registry under its own name."""
    FOLDER_ENTRIES[f"{make.__name__.replace('_', '-')}.xlsx"] = make
    return make


@folder_entry
def pipe(path: Path, canary: Path) -> None:
    """A pipe; opening it blocks for ever."""
    os.mkfifo(path)


@folder_entry
def link_to_a_file(path: Path, canary: Path) -> None:
    path.symlink_to(canary)


@folder_entry
def link_to_a_device(path: Path, canary: Path) -> None:
    """A link to a device; reading it never ends."""
    path.symlink_to("/dev/zero")


@folder_entry
def link_to_the_terminal(path: Path, canary: Path) -> None:
    path.symlink_to("/dev/stdin")


@folder_entry
def link_to_itself(path: Path, canary: Path) -> None:
    path.symlink_to(path.name)


@folder_entry
def link_to_nowhere(path: Path, canary: Path) -> None:
    path.symlink_to("nowhere.xlsx")


@folder_entry
def link_to_the_folder_above(path: Path, canary: Path) -> None:
    """A link to the folder above; following it enters the whole folder again and again."""
    path.symlink_to("..", target_is_directory=True)


@folder_entry
def link_to_a_folder_outside(path: Path, canary: Path) -> None:
    path.symlink_to(canary.parent, target_is_directory=True)


@folder_entry
def door(path: Path, canary: Path) -> None:
    """A socket. Its address is limited to about a hundred bytes, so it is made from inside the folder."""
    previous_folder = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as socket_file:
            socket_file.bind(path.name)
    finally:
        os.chdir(previous_folder)


def make_device(path: Path) -> bool:
    """Make a device that gives zeros for ever; return whether the system allowed it."""
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except OSError:
        return False
    return True


#: Names from other systems, or from somebody who tests what a name can do. None contains a "/".
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
