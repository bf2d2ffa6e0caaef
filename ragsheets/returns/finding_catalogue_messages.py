"""The findings about messages, and about replies that are no workbook."""

from __future__ import annotations

from ragsheets.returns.finding import FindingKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

MESSAGES: dict[str, FindingKind] = {
    "encrypted-message": FindingKind(
        _E,
        "The message is encrypted: only a mail program with its reader's key can open it.",
        "Open it in the mail program and save its workbook into the folder, or ask for it to be sent unencrypted.",
    ),
    "mailbox-too-large": FindingKind(
        _E,
        "The mailbox holds more than {wanted} messages; it was not opened.",
        "Save the messages that belong to this period on their own, and put those into the folder.",
    ),
    "message-reply": FindingKind(
        _W,
        "A message without a workbook, from {wanted}: “{found}”.",
        "Type its answers into the workbook that was sent, or ask for that.",
    ),
    "message-text": FindingKind(
        _N, "The message that brought the workbook says: “{found}”.", "See whether it adds anything."
    ),
    "message-answer": FindingKind(
        _W,
        "The message that brought the workbook says: “{found}”. It may change an answer.",
        "Where it does, ask for the workbook with the answer in its cell.",
    ),
    "quoted-words": FindingKind(
        _N,
        "Below, the message that brought the workbook repeats an earlier one, into which words may have been typed: "
        "“{found}”.",
        "See whether it adds anything.",
    ),
    "undeliverable": FindingKind(
        _W,
        "A message could not be delivered to {wanted}: “{found}”. The files in it are no return.",
        "Find out why (a wrong address, a full mailbox); put the right address into the plan, and send it again.",
    ),
    "delivery-delayed": FindingKind(
        _W,
        "A message has not reached {wanted} yet: “{found}”. The files in it are no return.",
        "Wait a day; if no answer comes, ask by telephone whether it has arrived.",
    ),
    "automatic-reply": FindingKind(
        _W, "An automatic reply from {wanted}: “{found}”.", "See whether somebody else has to be asked."
    ),
    "mail-receipt": FindingKind(
        _N, "A receipt or an answer to an invitation, which a program wrote: “{found}”.", "Nothing to do."
    ),
    "cloud-link": FindingKind(
        _W,
        "A link ({found}) came instead of the workbook itself.",
        "See where it leads: if to the workbook, download that as .xlsx and put it into the folder; if not, ask for "
        "the workbook.",
    ),
    "other-reply": FindingKind(
        _W,
        "This is {wanted}, not the workbook. It says: “{found}”.",
        "Type its answers into the workbook that was sent, or ask for that.",
    ),
    "wordless-reply": FindingKind(
        _W, "This is {wanted}, which cannot be read.", "Look at it; type its answers into the workbook that was sent."
    ),
}
