"""File system helpers: names, contents, atomic saving, long paths, lock files, cloud drives.

The process that reads workbooks starts with these modules, so modules that it never needs are imported where used.
"""

from ragsheets.files.content import ZIP_EPOCH, ReproducibleZip, bytes_of, file_sha256, sha256, short_digest
from ragsheets.files.names import (
    CONTACT_GUIDE_FILE,
    LEDGER_FILE,
    LETTERS_FILE,
    LETTERS_SUFFIX,
    NARRATIVE_FILE,
    OUTPUT_FOLDERS,
    PLAN_FILE,
    PLAN_FILES,
    PLAN_WORKBOOK,
    QUERIES_FOLDER,
    REPORT_FILE,
    RETURNED_FOLDER,
    SENT_FOLDER,
    UNFINISHED_PREFIX,
    YEAR_REPORT_FILE,
    distinct_names,
    is_query_workbook,
    numbered_paths,
    report_name,
    safe_name,
)
from ragsheets.files.shipped_files import shipped_folder
from ragsheets.files.toml import parse_toml, read_toml, read_toml_head, toml_head

__all__ = [
    "CONTACT_GUIDE_FILE",
    "LEDGER_FILE",
    "LETTERS_FILE",
    "LETTERS_SUFFIX",
    "NARRATIVE_FILE",
    "OUTPUT_FOLDERS",
    "PLAN_FILE",
    "PLAN_FILES",
    "PLAN_WORKBOOK",
    "QUERIES_FOLDER",
    "REPORT_FILE",
    "RETURNED_FOLDER",
    "SENT_FOLDER",
    "UNFINISHED_PREFIX",
    "YEAR_REPORT_FILE",
    "ZIP_EPOCH",
    "ReproducibleZip",
    "bytes_of",
    "distinct_names",
    "file_sha256",
    "is_query_workbook",
    "numbered_paths",
    "parse_toml",
    "read_toml",
    "read_toml_head",
    "report_name",
    "safe_name",
    "sha256",
    "shipped_folder",
    "short_digest",
    "toml_head",
]
