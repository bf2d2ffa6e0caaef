"""Archives that state false values, expand enormously or are broken."""

from __future__ import annotations

import bz2
import functools
import io
import lzma
import random
import re
import struct
import zipfile
import zlib
from dataclasses import replace

from helpers.hostile.fault import BROKEN, COSTLY, Stage, accepted, either, fault, register, rejected
from helpers.hostile.packing import (
    CORE,
    DESCRIPTOR,
    ENCRYPTED,
    MIB,
    SHEET,
    STORED,
    STRINGS,
    STYLES,
    TYPES,
    Entry,
    archive,
    deflate,
    entries_of,
    entry,
    pack_parts,
    parts_of,
    repeated_entry,
    replace_entries,
    restate_entry,
)
from helpers.hostile.sheets import attach_part

SPACES = b" " * MIB

# ------------------------------------------------------------------------------------------------------------- bombs


def inflated(good: bytes, name: str, unit: bytes = SPACES, times: int = 2048, before: bytes = b"") -> Entry:
    """Return the part with a unit repeated before its last end tag, or before `before`: 2 GiB of spaces by default."""
    part = parts_of(good)[name]
    at = part.rindex(before or b"</")
    return repeated_entry(name, part[:at], unit, times, part[at:])


def bomb_in_a_part(part: str, stage: Stage) -> bytes:
    return replace_entries(stage.good, inflated(stage.good, part))


for _label, _part in {"sheet": SHEET, "shared-strings": STRINGS, "core-properties": CORE, "styles": STYLES}.items():
    register(f"bomb-in-the-{_label}", ".xlsx", rejected(*COSTLY), functools.partial(bomb_in_a_part, _part))


def bomb_in_an_attached_part(kind: str, stage: Stage) -> bytes:
    """A bomb in a part attached to the outcome's sheet."""
    whole, name = attach_part(stage.good, kind)
    return replace_entries(whole, inflated(whole, name))


for _kind in ("comments", "drawing"):
    register(f"bomb-in-{_kind}", ".xlsx", rejected(*COSTLY), functools.partial(bomb_in_an_attached_part, _kind))


@fault(".xlsx", rejected(*COSTLY))
def bomb_in_a_part_that_nothing_points_at(stage: Stage) -> bytes:
    return replace_entries(stage.good, repeated_entry("xl/media/image1.png", b"", b"\0" * MIB, 2048, b""))


@fault(".xlsx", rejected(*COSTLY))
def bomb_of_many_parts_each_below_the_limit(stage: Stage) -> bytes:
    """Forty parts of 30 MiB: each is modest, together they are 1.2 GiB."""
    parts = [repeated_entry(f"xl/media/image{n}.png", b"", b"\0" * MIB, 30, b"") for n in range(40)]
    return archive([*entries_of(stage.good), *parts])


@fault(".xlsx", rejected(*COSTLY))
def bomb_whose_headers_understate_it(stage: Stage) -> bytes:
    return replace_entries(stage.good, replace(inflated(stage.good, SHEET), size=4000))


@fault(".xlsx", rejected(*COSTLY))
def bomb_whose_headers_state_nothing(stage: Stage) -> bytes:
    return replace_entries(stage.good, replace(inflated(stage.good, STRINGS), size=0))


@fault(".xlsx", rejected(*COSTLY))
def bomb_whose_headers_understate_it_in_the_core_properties(stage: Stage) -> bytes:
    return replace_entries(stage.good, replace(inflated(stage.good, CORE), size=700))


@fault(".xlsx", rejected(*COSTLY))
def bomb_whose_headers_understate_it_in_the_content_types(stage: Stage) -> bytes:
    return replace_entries(stage.good, replace(inflated(stage.good, TYPES), size=1500))


@fault(".xlsx", rejected(*COSTLY))
def entries_that_overlap(stage: Stage) -> bytes:
    """A thousand names for one compressed part of 2 MiB: stored once, unpacked a thousand times."""
    part = repeated_entry("xl/media/image.png", b"", b"\0" * MIB, 2, b"")
    names = [f"xl/media/image{n}.png" for n in range(1000)]
    return archive([*entries_of(stage.good), part], repeat_directory=names)


@fault(".xlsx", rejected(*COSTLY))
def ten_thousand_parts(stage: Stage) -> bytes:
    return archive([*entries_of(stage.good), *(entry(f"xl/media/{n}.txt", b"") for n in range(10_000))])


# ------------------------------------------------------------------------------------------------ archives of archives


@fault(".zip", rejected(*COSTLY))
def zip_of_zips_of_zips(stage: Stage) -> bytes:
    """Five levels of sixteen, and at the bottom 64 MiB: 64 TiB in all, as in the file called 42.zip."""
    content = archive([repeated_entry("0.txt", b"", b"\0" * MIB, 64, b"")])
    for _ in range(5):
        bottom = entry("0.zip", content)
        content = archive([bottom, *(replace(bottom, name=f"{n}.zip") for n in range(1, 16))])
    return content


@fault(".zip", rejected(*COSTLY))
def zip_in_a_zip_three_hundred_deep(stage: Stage) -> bytes:
    content = stage.good
    for _ in range(300):
        content = archive([entry("in.zip", content, method=STORED)])
    return content


@fault(".zip", rejected(*COSTLY))
def zip_that_holds_a_bomb(stage: Stage) -> bytes:
    return archive([repeated_entry("reply.xlsx", b"PK\x03\x04", b"\0" * MIB, 2048, b"")])


@fault(".zip", rejected(*COSTLY))
def zip_of_twenty_thousand_files(stage: Stage) -> bytes:
    return archive(entry(f"{n}.xlsx", b"%d" % n, method=STORED) for n in range(20_000))


@fault(".zip", rejected(*BROKEN))
def zip_cut_in_the_middle(stage: Stage) -> bytes:
    whole = archive([entry("reply.xlsx", stage.good, method=STORED), entry("note.txt", b"Dear all")])
    return whole[: len(whole) // 2]


def directory_that_hides_parts(stage: Stage, suffix: str, visible_count: int) -> bytes:
    """One entry of the directory states a comment so long that it covers the entries after it."""
    parts = parts_of(stage.good)
    replies = dict.fromkeys(("reply.xlsx", "second thoughts.xlsx"), stage.good)
    content = bytearray(pack_parts(parts if suffix == ".xlsx" else replies))
    entries = [match.start() for match in re.finditer(b"PK\x01\x02", bytes(content))]
    end = content.rindex(b"PK\x05\x06")
    struct.pack_into("<H", content, entries[visible_count - 1] + 32, end - entries[visible_count])
    return bytes(content)


for _suffix in (".xlsx", ".zip"):
    register(
        f"directory-that-hides-parts-of-{_suffix[1:]}",
        _suffix,
        rejected("damaged"),
        functools.partial(directory_that_hides_parts, suffix=_suffix, visible_count=1),
    )


@fault(".zip", rejected("encrypted", *BROKEN))
def zip_with_a_password(stage: Stage) -> bytes:
    noise = random.Random(1).randbytes(len(stage.good) + 12)
    return archive([Entry("reply.xlsx", noise, zlib.crc32(stage.good), len(stage.good), STORED, ENCRYPTED)])


def _outside(stage: Stage, name_template: str) -> str:
    """Return a name that leads out of any folder.

    An absolute name leads to a file next to the canary.
    """
    return name_template.format(absolute=stage.canary.with_name("written.xlsx").as_posix())


OUTSIDE = {
    "absolute": "{absolute}",
    "parent": "../../../../written.xlsx",
    "parent-backslashes": "..\\..\\..\\..\\written.xlsx",
    "drive": "C:\\written.xlsx",
    "share": "\\\\server\\share\\written.xlsx",
    "empty": "",
    "folder-only": "../",
    "nul": "reply.xlsx\0.exe",
    "device": "CON",
    "home": "~/written.xlsx",
}


def zip_whose_names_lead_outside(name_template: str, stage: Stage) -> bytes:
    return archive([entry(_outside(stage, name_template), b"hello, I am no workbook")])


def workbook_whose_names_lead_outside(name_template: str, stage: Stage) -> bytes:
    return archive([*entries_of(stage.good), entry(_outside(stage, name_template), b"hello, I am no part")])


for _case, _file_name in OUTSIDE.items():
    register(
        f"zip-whose-names-lead-outside-{_case}",
        ".zip",
        rejected(*BROKEN, "unreadable") if _case not in ("folder-only", "empty") else either(*BROKEN, "unreadable"),
        functools.partial(zip_whose_names_lead_outside, _file_name),
    )
    register(
        f"workbook-whose-names-lead-outside-{_case}",
        ".xlsx",
        either(*BROKEN),
        functools.partial(workbook_whose_names_lead_outside, _file_name),
    )


@fault(".zip", rejected(*BROKEN, "unreadable"))
def zip_that_holds_a_link(stage: Stage) -> bytes:
    """A link to the canary, as Unix archivers store it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        link = zipfile.ZipInfo("reply.xlsx")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        out.writestr(link, stage.canary.as_posix())
    return buffer.getvalue()


# -------------------------------------------------------------------------------------------- headers that lie or vary


@fault(".xlsx", rejected(*BROKEN))
def size_smaller_than_it_is(stage: Stage) -> bytes:
    return restate_entry(stage.good, SHEET, size=1000)


@fault(".xlsx", either(*COSTLY))
def size_larger_than_it_is(stage: Stage) -> bytes:
    return restate_entry(stage.good, SHEET, size=len(parts_of(stage.good)[SHEET]) + 1000)


@fault(".xlsx", rejected(*COSTLY))
def size_of_four_gigabytes(stage: Stage) -> bytes:
    return restate_entry(stage.good, SHEET, size=0xFFFFFFFE)


@fault(".xlsx", either(*BROKEN))
def packed_size_larger_than_the_file(stage: Stage) -> bytes:
    return restate_entry(stage.good, SHEET, packed_size=0x7FFFFFFF)


@fault(".xlsx", rejected(*BROKEN))
def packed_size_of_nothing(stage: Stage) -> bytes:
    return restate_entry(stage.good, SHEET, packed_size=0)


@fault(".xlsx", rejected(*BROKEN))
def wrong_checksum_of_a_sheet(stage: Stage) -> bytes:
    return restate_entry(stage.good, SHEET, crc=1)


@fault(".xlsx", either(*BROKEN))
def wrong_checksum_of_a_part_that_is_not_read(stage: Stage) -> bytes:
    return restate_entry(stage.good, "xl/theme/theme1.xml", crc=1)


@fault(".xlsx", rejected(*BROKEN))
def garbage_in_the_middle_of_a_sheet(stage: Stage) -> bytes:
    noise = random.Random(2)

    def with_garbage(item: Entry) -> Entry:
        middle = len(item.compressed) // 2
        return replace(item, compressed=item.compressed[:middle] + noise.randbytes(64) + item.compressed[middle + 64 :])

    return archive(with_garbage(item) if item.name == SHEET else item for item in entries_of(stage.good))


@fault(".xlsx", rejected(*BROKEN))
def part_name_twice(stage: Stage) -> bytes:
    """Two sheets of one name: which of them a program reads is arbitrary."""
    altered_sheet = parts_of(stage.good)[SHEET].replace(b"<v>", b"<v>1", 3)
    return archive([*entries_of(stage.good), entry(SHEET, altered_sheet)])


@fault(".xlsx", rejected(*BROKEN))
def part_name_twice_in_another_case(stage: Stage) -> bytes:
    altered_sheet = parts_of(stage.good)[SHEET].replace(b"<v>", b"<v>1", 3)
    return archive([*entries_of(stage.good), entry(SHEET.upper(), altered_sheet)])


@fault(".xlsx", rejected(*BROKEN))
def part_name_twice_with_another_slash(stage: Stage) -> bytes:
    altered_sheet = parts_of(stage.good)[SHEET].replace(b"<v>", b"<v>1", 3)
    return archive([*entries_of(stage.good), entry(SHEET.replace("/", "\\"), altered_sheet)])


@fault(".xlsx", rejected(*BROKEN))
def directory_and_header_disagree_on_a_name(stage: Stage) -> bytes:
    return restate_entry(stage.good, SHEET, central_name="xl/worksheets/sheet9.xml")


@fault(".xlsx", rejected("encrypted", *BROKEN))
def encrypted_entries(stage: Stage) -> bytes:
    noise = random.Random(3)
    return archive(
        replace(item, compressed=noise.randbytes(len(item.compressed) + 12), flags=ENCRYPTED)
        for item in entries_of(stage.good)
    )


@fault(".xlsx", rejected("encrypted", *BROKEN))
def one_encrypted_entry(stage: Stage) -> bytes:
    return restate_entry(stage.good, STRINGS, flags=ENCRYPTED)


def compressed_another_way(method: int, stage: Stage) -> bytes:
    """Every part compressed by a method that workbooks do not use, correctly where Python supports it."""

    def recompress(item: Entry) -> Entry:
        content = parts[item.name]
        if method == zipfile.ZIP_BZIP2:
            return replace(item, compressed=bz2.compress(content), method=method)
        if method == zipfile.ZIP_LZMA:
            compressed_content = lzma.compress(content, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1}])
            # APPNOTE 5.8.8: version, length of the properties, then the properties of a default encoder.
            header = struct.pack("<BBHBI", 9, 4, 5, 93, 8 << 20)
            return replace(item, compressed=header + compressed_content, method=method, flags=2)
        return replace(item, method=method)

    parts = parts_of(stage.good)
    return archive(recompress(item) for item in entries_of(stage.good))


for _method, _number in {"bzip2": 12, "lzma": 14, "deflate64": 9, "zstandard": 93, "aes": 99, "unknown": 4242}.items():
    register(
        f"packed-by-{_method}",
        ".xlsx",
        rejected("encrypted", *COSTLY, *BROKEN),
        functools.partial(compressed_another_way, _number),
    )


@fault(".xlsx", accepted())
def comment_of_64_kib(stage: Stage) -> bytes:
    return archive(entries_of(stage.good), comment=b"x" * 65535)


@fault(".xlsx", either(*BROKEN))
def comment_that_looks_like_another_archive(stage: Stage) -> bytes:
    return archive(entries_of(stage.good), comment=archive([entry("xl/workbook.xml", b"<workbook/>")])[:60_000])


@fault(".xlsx", accepted())
def sizes_in_zip64_fields(stage: Stage) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts_of(stage.good).items():
            with out.open(zipfile.ZipInfo(name), "w", force_zip64=True) as part:
                part.write(content)
    return buffer.getvalue()


@fault(".xlsx", rejected(*COSTLY, *BROKEN))
def sizes_in_zip64_fields_that_lie(stage: Stage) -> bytes:
    huge = struct.pack("<HHQQ", 1, 16, 1 << 62, 1 << 62)
    return restate_entry(stage.good, SHEET, size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=huge)


@fault(".xlsx", either(*BROKEN))
def extra_field_longer_than_it_says(stage: Stage) -> bytes:
    return restate_entry(stage.good, SHEET, extra=struct.pack("<HH", 1, 4000) + b"xx")


@fault(".xlsx", accepted())
def sizes_after_the_data(stage: Stage) -> bytes:
    return archive(replace(item, flags=DESCRIPTOR) for item in entries_of(stage.good))


@fault(".xlsx", either(*BROKEN))
def bytes_before_the_archive(stage: Stage) -> bytes:
    """As in a self-extracting archive: offsets count from the start of the file."""
    return archive(entries_of(stage.good), before=b"MZ" + b"\x90" * 4094)


@fault(".xlsx", either(*BROKEN))
def bytes_before_the_archive_that_offsets_overlook(stage: Stage) -> bytes:
    return b"From: a mail gateway\r\n\r\n" + stage.good


@fault(".xlsx", either(*BROKEN))
def bytes_after_the_archive(stage: Stage) -> bytes:
    return stage.good + b"\r\n-- \r\nScanned for viruses\r\n" * 10


@fault(".xlsx", accepted())
def parts_stored_unpacked(stage: Stage) -> bytes:
    return archive(entry(name, content, method=STORED) for name, content in parts_of(stage.good).items())


@fault(".xlsx", accepted())
def entries_for_folders(stage: Stage) -> bytes:
    folders = [entry(name, b"", method=STORED) for name in ("xl/", "xl/worksheets/", "_rels/")]
    return archive([*folders, *entries_of(stage.good)])


@fault(".xlsx", rejected(*BROKEN))
def deflated_data_that_never_ends(stage: Stage) -> bytes:
    return restate_entry(stage.good, SHEET, compressed=deflate(parts_of(stage.good)[SHEET])[:-40])


@fault(".xlsx", rejected(*BROKEN))
def directory_at_the_end_of_the_world(stage: Stage) -> bytes:
    end = stage.good.rindex(b"PK\x05\x06")
    return stage.good[: end + 16] + b"\xfe\xff\xff\xff" + stage.good[end + 20 :]


@fault(".xlsx", either(*COSTLY, *BROKEN))
def directory_that_counts_too_many(stage: Stage) -> bytes:
    end = stage.good.rindex(b"PK\x05\x06")
    return stage.good[: end + 8] + b"\xfe\xff\xfe\xff" + stage.good[end + 12 :]


# --------------------------------------------------------------------------------------------------------- cut short


def cut(cut_point: str, stage: Stage) -> bytes:
    good = stage.good
    lengths = {
        "1-byte": 1,
        "2-bytes": 2,
        "4-bytes": 4,
        "29-bytes": 29,
        "a-tenth": len(good) // 10,
        "half": len(good) // 2,
        "nine-tenths": len(good) * 9 // 10,
        "the-directory": good.index(b"PK\x01\x02"),
        "the-end-record": good.rindex(b"PK\x05\x06"),
        "a-byte-short": len(good) - 1,
    }
    return good[: lengths[cut_point]]


for _label in (
    *("1-byte", "2-bytes", "4-bytes", "29-bytes", "a-tenth", "half"),
    *("nine-tenths", "the-directory", "the-end-record", "a-byte-short"),
):
    register(f"cut-at-{_label}", ".xlsx", rejected(*BROKEN), functools.partial(cut, _label))


@fault(".xlsx", rejected(*BROKEN))
def no_bytes_at_all(stage: Stage) -> bytes:
    return b""


@fault(".xlsx", rejected(*BROKEN))
def zeros_instead(stage: Stage) -> bytes:
    """As left by a failed disk or an unfinished synchronisation of a folder."""
    return bytes(len(stage.good))


@fault(".xlsx", rejected(*BROKEN))
def zeros_from_the_middle_on(stage: Stage) -> bytes:
    half = len(stage.good) // 2
    return stage.good[:half] + bytes(len(stage.good) - half)


@fault(".xlsx", rejected(*BROKEN))
def line_ends_changed(stage: Stage) -> bytes:
    """Sent as text by an old mail program."""
    return stage.good.replace(b"\n", b"\r\n")


@fault(".xlsx", rejected(*BROKEN))
def high_bits_lost(stage: Stage) -> bytes:
    return bytes(byte & 0x7F for byte in stage.good)


@fault(".xlsx", rejected(*BROKEN))
def read_as_utf_8_and_written_again(stage: Stage) -> bytes:
    return stage.good.decode("utf-8", "replace").encode()


@fault(".xlsx", rejected("too-large"))
def sixty_five_mebibytes(stage: Stage) -> bytes:
    return stage.good + bytes(65 * MIB)


@fault(".xlsx", rejected(*BROKEN))
def empty_archive(stage: Stage) -> bytes:
    return archive([])


@fault(".xlsx", rejected(*BROKEN))
def twice_base64(stage: Stage) -> bytes:
    import base64

    return base64.encodebytes(stage.good)
