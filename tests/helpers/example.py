"""The period of the shipped example."""

from __future__ import annotations

import datetime

DATE = datetime.date(2008, 9, 4)
DUE = datetime.date(2008, 9, 18)
