"""What any program needs of a file system: names, bytes, saving whole or not at all, long paths, who has a file open.

The process that reads workbooks starts with these modules, so what it never needs is imported where it is used.
"""

from ragsheets.files.content import ZIP_EPOCH, SteadyArchive, bytes_of, sha256, sha256_of
from ragsheets.files.names import (
    ASIDE_START,
    LEDGER_FILE,
    LETTERS_FILE,
    LETTERS_SUFFIX,
    NARRATIVE_FILE,
    OWN_FOLDERS,
    PLAN_FILE,
    PLAN_FILES,
    PLAN_WORKBOOK,
    QUERIES_FOLDER,
    REPORT_FILE,
    RETURNED_FOLDER,
    SENT_FOLDER,
    YEAR_REPORT_FILE,
    distinct,
    is_query,
    report_name,
    safe_name,
)
from ragsheets.files.shipped_files import shipped
from ragsheets.files.toml import read_toml, read_toml_head

__all__ = [
    "ASIDE_START",
    "LEDGER_FILE",
    "LETTERS_FILE",
    "LETTERS_SUFFIX",
    "NARRATIVE_FILE",
    "OWN_FOLDERS",
    "PLAN_FILE",
    "PLAN_FILES",
    "PLAN_WORKBOOK",
    "QUERIES_FOLDER",
    "REPORT_FILE",
    "RETURNED_FOLDER",
    "SENT_FOLDER",
    "YEAR_REPORT_FILE",
    "ZIP_EPOCH",
    "SteadyArchive",
    "bytes_of",
    "distinct",
    "is_query",
    "read_toml",
    "read_toml_head",
    "report_name",
    "safe_name",
    "sha256",
    "sha256_of",
    "shipped",
]
