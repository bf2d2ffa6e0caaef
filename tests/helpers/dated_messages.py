"""Messages that bring a workbook, with the Date on which they were sent."""

from __future__ import annotations

import datetime
from email.message import EmailMessage
from email.utils import format_datetime


def message_with(content: bytes, sent: datetime.datetime, name: str = "reply.xlsx") -> bytes:
    """Return a message, sent at this time (UTC), with a workbook attached."""
    message = EmailMessage()
    message["From"], message["To"] = "Ann <ann@example.org>", "coordinator@example.org"
    message["Subject"], message["Date"] = "Our return", format_datetime(sent.replace(tzinfo=datetime.UTC))
    message.set_content("Please find it attached.")
    message.add_attachment(
        content, maintype="application", subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet", filename=name
    )
    return message.as_bytes()
