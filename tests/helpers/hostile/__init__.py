"""Files made wrong on purpose: every way that a reply has been, or could be, broken, odd or meant to harm.

`FAULTS` has them all by name: the suffix of the file's name, a maker (a pure function from a `Stage` to the file's
bytes) and what is wanted of ingest. `PLACES` and `NAMES` are what lies in a folder under a wrong kind or name.
"""

from __future__ import annotations

from helpers.hostile import archives, foreign, mail, sheets, xml
from helpers.hostile.fault import FAULTS, Fault, Stage, Wanted
from helpers.hostile.folder_entries import NAMES, PLACES
from helpers.hostile.mutants import mutants

__all__ = ["FAULTS", "NAMES", "PLACES", "Fault", "Stage", "Wanted", "mutants"]

# Each of these puts its faults into the registry when it is imported.
_ = (archives, sheets, xml, foreign, mail)
