"""Faulty files made on purpose: every way that a reply has been, or could be, broken, odd or malicious.

`FAULTS` maps each fault's name to the suffix of its file, a maker (a pure function from a `Stage` to the file's bytes)
and what is expected of ingest. `FOLDER_ENTRIES` and `NAMES` are folder entries of a wrong kind or with a wrong name.
"""

from __future__ import annotations

from helpers.hostile import archives, foreign, mail, sheets, xml
from helpers.hostile.fault import FAULTS, Expectation, Fault, Stage
from helpers.hostile.folder_entries import FOLDER_ENTRIES, NAMES
from helpers.hostile.mutants import mutants

__all__ = ["FAULTS", "FOLDER_ENTRIES", "NAMES", "Expectation", "Fault", "Stage", "mutants"]

# Each of these modules registers its faults when it is imported.
_ = (archives, sheets, xml, foreign, mail)
