"""Shortcuts: where each leads; other files are none."""

from __future__ import annotations

import json
import plistlib

import pytest

from ragsheets.formats.shortcuts import MAX_BYTES, shortcut_target

ADDRESS = "https://example.sharepoint.com/:x:/r/sites/x/Parks.xlsx"
LNK = bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(56)


@pytest.mark.parametrize(
    ("name", "content", "target"),
    [
        ("a.url", f"[InternetShortcut]\r\nURL={ADDRESS}\r\n".encode(), ADDRESS),
        ("a.url", f"\ufeff[InternetShortcut]\r\nIconIndex=0\r\nurl = {ADDRESS}\r\n".encode("utf-16-le"), ADDRESS),
        ("a.website", f"[DEFAULT]\r\nBASEURL={ADDRESS}\r\n[InternetShortcut]\r\nURL={ADDRESS}".encode(), ADDRESS),
        ("a.desktop", f"[Desktop Entry]\nType=Link\nURL[$e]={ADDRESS}\n".encode(), ADDRESS),
        ("a.url", b"[InternetShortcut]\r\nURL=file:///C:/Parks.xlsx", "file:///C:/Parks.xlsx"),
        ("a.webloc", plistlib.dumps({"URL": ADDRESS}), ADDRESS),
        ("a.webloc", plistlib.dumps({"URL": ADDRESS}, fmt=plistlib.FMT_BINARY), ADDRESS),
        ("a.gsheet", b'{"doc_id": "1AbC", "email": "a@b.c"}', "https://docs.google.com/spreadsheets/d/1AbC"),
        ("a.gdoc", b'{"doc_id": "1AbC"}', "https://docs.google.com/document/d/1AbC"),
        ("a.gsheet", json.dumps({"url": ADDRESS, "resource_id": "spreadsheet:1"}).encode(), ADDRESS),
        ("a", b'{"doc_id": "1AbC"}', "https://drive.google.com/open?id=1AbC"),
        ("a.lnk", LNK + "C:\\Users\\di\\Parks.xlsx\0".encode("utf-16-le"), "C:\\Users\\di\\Parks.xlsx"),
        ("a.lnk", LNK + b"x\\\\server\\share\\Parks.xlsx\0", "\\\\server\\share\\Parks.xlsx"),
        ("a.lnk", LNK + b"\1" + f"{ADDRESS}\0".encode("utf-16-le"), ADDRESS),
        ("a.lnk", LNK, ""),
        ("alias", b"book\0\0\0\0mark" + bytes(60), ""),
    ],
)
def test_where_a_shortcut_leads(name: str, content: bytes, target: str) -> None:
    assert shortcut_target(name, content) == target


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", f"The workbook is at URL={ADDRESS}".encode()),
        ("a.json", b'{"2.1a": "GREEN", "url": "https://example.org/"}'),
        ("a.gsheet", b"{not json"),
        ("a.gsheet", b"[1]"),
        ("a.json", b"{" + b'"a":{' * 5000),
        ("a.plist", plistlib.dumps({"Words": "URL"})),
        ("a.webloc", b"bplist00URL" + bytes(50)),
        ("a.webloc", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><plist><dict><key>URL</key></dict></plist>'),
        ("a.url", f"[InternetShortcut]\r\nURL={ADDRESS}\r\n".encode().ljust(MAX_BYTES + 1)),
        ("a", b""),
    ],
)
def test_other_files_are_no_shortcuts(name: str, content: bytes) -> None:
    assert shortcut_target(name, content) is None
