"""Email messages for tests: the same content as an internet message (.eml) and as one saved by Outlook (.msg)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.message import EmailMessage

from helpers.compound_files import Value, compound_file, outlook_message

#: Returns the bytes of a message: its sender's address, its subject, its text and its attachments by name.
MessageMaker = Callable[[str, str, str, Mapping[str, bytes]], bytes]

# Properties of Outlook's messages, by their numbers (MS-OXPROPS).
_SUBJECT, _SENDER_NAME, _SENDER_SMTP = 0x0037, 0x0C1A, 0x5D01
_BODY, _DATA, _ATTACH_METHOD, _LONG_NAME = 0x1000, 0x3701, 0x3705, 0x3707


def eml(sender: str, subject: str, text: str, attachments: Mapping[str, bytes]) -> bytes:
    """Return an internet message."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f'"Robinson, Di" <{sender}>', "us@example.org", subject
    mail["Date"] = "Fri, 12 Sep 2008 10:00:00 +0100"
    mail.set_content(text)
    for name, content in attachments.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def msg(sender: str, subject: str, text: str, attachments: Mapping[str, bytes]) -> bytes:
    """Return a message as saved by Outlook."""
    properties: dict[int, Value] = {_SUBJECT: subject, _SENDER_NAME: "Robinson, Di", _SENDER_SMTP: sender, _BODY: text}
    files: list[Mapping[int, Value]] = [
        {_LONG_NAME: name, _ATTACH_METHOD: 1, _DATA: content} for name, content in attachments.items()
    ]
    return compound_file(outlook_message(properties, files))
