"""The time of a return: between which two moments its answers were given. Pure.

Nothing is taken from a clock that cannot be right: the time that a workbook states counts only if it is between the
making of the workbook and its message or its arrival. Times are UTC and have no zone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

#: How the programs begin their names that write UTC. Measured: Gnumeric 1.12 and openpyxl; Excel by its documentation.
_UTC_PROGRAMS = ("microsoft", "gnumeric")
#: How those begin that write their computer's local time as if it were UTC. Measured: LibreOffice 7.4, .xlsx and .ods.
_LOCAL_TIME_PROGRAMS = ("libreoffice", "openoffice", "collabora")
#: How far the zone of a contact's computer may be from the coordinator's.
_ZONE_TOLERANCE = datetime.timedelta(hours=1)
#: Programs write whole seconds: the moment itself is within the second after it.
_SECOND = datetime.timedelta(seconds=1)
#: A time in another year is a default value, or nonsense; few systems convert it to another zone.
_PLAUSIBLE_YEARS = range(1980, 3000)

_LONG_AGO, _FAR_AHEAD = datetime.datetime.min, datetime.datetime.max


@dataclass(frozen=True, slots=True)
class ReturnTime:
    """When the answers of a return were given.

    Attributes:
        earliest, latest: its answers were given between these two moments.
        arrival: when it was ingested first.
        message_sent: the Date of its message, None where there is none.
        saved: when it was saved, as it states; None where that counts for nothing.
    """

    earliest: datetime.datetime
    latest: datetime.datetime
    arrival: datetime.datetime
    message_sent: datetime.datetime | None = None
    saved: datetime.datetime | None = None

    @property
    def returned(self) -> datetime.datetime:
        """When it was sent back: its message's Date, else when it was saved, else when it arrived."""
        return self.message_sent or self.saved or self.arrival

    def is_after(self, other: ReturnTime) -> bool:
        """Return whether its answers were certainly given after those of another return."""
        if self.message_sent and other.message_sent and self.message_sent != other.message_sent:
            return self.message_sent > other.message_sent
        return self.earliest >= other.latest and self.latest > other.earliest


def time_of_return(
    saved: str, program: str, message_sent: str, received: str, made: str, zone: datetime.tzinfo | None = None
) -> ReturnTime:
    """Return the time of a return.

    Args:
        saved, program, message_sent, received: the fields of its record (`ragsheets.ledger.records.ReturnRecord`).
        made: when its workbook was made (UTC, ISO), "" if unknown.
        zone: the coordinator's zone, by default this computer's.
    """
    arrival = parse_time(received) or _FAR_AHEAD
    sent = parse_time(message_sent)
    if sent and sent > arrival:
        sent = None
    latest = min(sent, arrival) if sent else arrival
    earliest = parse_time(made) or _LONG_AGO
    if earliest > latest:
        earliest = _LONG_AGO
    stated = parse_time(saved)
    if stated and stated.year in _PLAUSIBLE_YEARS:
        first, last = _possible_times(stated, program, zone)
        if first <= latest and last > earliest:
            first, last = max(first, earliest), min(last, latest)
            return ReturnTime(first, last, arrival, sent, min(max(stated, first), last))
    return ReturnTime(earliest, latest, arrival, sent)


def parse_time(text: str) -> datetime.datetime | None:
    """Return a time of the ledger (UTC, ISO); None where there is none."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def _possible_times(
    stated: datetime.datetime, program: str, zone: datetime.tzinfo | None
) -> tuple[datetime.datetime, datetime.datetime]:
    """Return the first and the last moment (UTC) that a program may mean by the time that it wrote."""
    name = program.casefold()
    as_utc = stated, stated + _SECOND
    if name.startswith(_UTC_PROGRAMS):
        return as_utc
    local = stated.replace(tzinfo=zone) if zone else stated.astimezone()
    utc = local.astimezone(datetime.UTC).replace(tzinfo=None)
    as_local_time = utc - _ZONE_TOLERANCE, utc + _ZONE_TOLERANCE + _SECOND
    if name.startswith(_LOCAL_TIME_PROGRAMS):
        return as_local_time
    return min(as_utc[0], as_local_time[0]), max(as_utc[1], as_local_time[1])
