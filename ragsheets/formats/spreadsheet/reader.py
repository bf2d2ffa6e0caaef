"""What a workbook holds beyond the values of its cells, read by the reader of its form."""

from __future__ import annotations

from ragsheets.formats.spreadsheet.details import WorkbookDetails
from ragsheets.formats.zip_archive import ZipArchive


def details_of(kind: str, content: bytes, archive: ZipArchive | None = None) -> WorkbookDetails:
    """What a workbook holds beyond values.

    `kind` is "xlsx" (.xlsm and .xltx too), "xlsb", "xls" or "ods"; `archive` is the content opened, where somebody has
    opened it before. Raises ReturnError where the file cannot be opened, and ValueError for another kind.
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
