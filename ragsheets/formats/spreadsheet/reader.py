"""Choose the reader of a workbook's details by file format."""

from __future__ import annotations

from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.zip_archive import ZipArchive


def details_of(kind: str, content: bytes, archive: ZipArchive | None = None) -> WorkbookDetails:
    """Return the details of a workbook: its content besides cell values.

    Args:
        kind: "xlsx" (also .xlsm and .xltx), "xlsb", "xls" or "ods".
        content: the file.
        archive: the same content as an open archive, if the caller has opened it already.

    Raises ReturnError where the file cannot be opened, and ValueError for another kind.
    """
    if kind == "xls":
        from ragsheets.formats.spreadsheet.xls import XlsDetails

        return XlsDetails(content)
    if kind not in ("xlsx", "xlsb", "ods"):
        raise ValueError(kind)
    archive = archive or ZipArchive(content)
    if kind == "ods":
        from ragsheets.formats.spreadsheet.ods import OdsDetails

        return OdsDetails(archive)
    if kind == "xlsb":
        from ragsheets.formats.spreadsheet.xlsb import XlsbDetails

        return XlsbDetails(archive)
    from ragsheets.formats.spreadsheet.xlsx import XlsxDetails

    return XlsxDetails(archive)
