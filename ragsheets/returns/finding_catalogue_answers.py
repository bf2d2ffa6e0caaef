"""The findings about answers that are compared with others: of another return, a sent workbook or a correction."""

from __future__ import annotations

from ragsheets.returns.finding import FindingKind, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

COMPARED_ANSWERS: dict[str, FindingKind] = {
    # Several returns.
    "cleared": FindingKind(
        _W,
        "“{wanted}”, which stood here, was cleared; it stays until this is settled.",
        "Ask what was meant.",
        ask="“{wanted}” stood here and was taken out.",
        remedy="If it still holds, leave it as it is; if not, please write what holds now.",
        may_stay_unchanged=True,
    ),
    "clearing-overruled": FindingKind(
        _W,
        "“{wanted}” was cleared here. What counts is “{suggestion}” from {line}, which came in after "
        "this workbook was made.",
        "Nothing to do if “{suggestion}” holds.",
    ),
    "answers-differ": FindingKind(
        _W,
        "Two returns of this sub-group differ here: “{found}” is the newer and was taken; the older says “{wanted}”.",
        "Ask which one holds.",
        ask="Your workbooks differ here: the newer one says “{found}”, an older one “{wanted}”.",
        remedy="If what stands here is right, leave it as it is; if not, please put it right.",
        may_stay_unchanged=True,
    ),
    "status-order-unknown": FindingKind(
        _E,
        "Two returns of this sub-group differ here, and nothing shows which is the newer: this one says “{found}”, "
        "{line} says “{wanted}”. The task counts as not reported.",
        'Ask which one holds. Then record it, ragsheets correct {suggestion} --status … --reason "…", or take '
        "out the return that is wrong: ragsheets ingest --exclude FILE.",
        ask="Your workbooks differ here, “{found}” and “{wanted}”, and we cannot see which one is the newer.",
        remedy="Please pick the status that holds now from the list.",
    ),
    "text-order-unknown": FindingKind(
        _W,
        "Two returns of this sub-group differ here, and nothing shows which is the newer: this one says “{found}”, "
        "which was read later and is printed; {line} says “{wanted}”.",
        "Ask which one holds. To change it, use ragsheets correct {suggestion}, or take out the return that is "
        "wrong: ragsheets ingest --exclude FILE.",
        ask="Your workbooks differ here, “{found}” and “{wanted}”, and we cannot see which one is the newer.",
        remedy="If what stands here is right, leave it as it is; if not, please put it right.",
        may_stay_unchanged=True,
    ),
    "headline-order-unknown": FindingKind(
        _W,
        "Two returns of this sub-group differ here, and nothing shows which is the newer: this one says “{found}”, "
        "which was read later and is printed; {line} says “{wanted}”.",
        "Ask which one holds. To change it, take out the return that is wrong: ragsheets ingest --exclude FILE.",
        ask="Your workbooks differ here, “{found}” and “{wanted}”, and we cannot see which one is the newer.",
        remedy="If what stands here is right, leave it as it is; if not, please put it right.",
        may_stay_unchanged=True,
    ),
    "confirmation-overruled": FindingKind(
        _W,
        "“{found}” was left here as it was sent. It is not taken, since it is no newer than “{wanted}” in {line}.",
        "Nothing to do if “{wanted}” holds.",
    ),
    "answer-settled": FindingKind(
        _N, "“{found}” answers a question; it takes the place of “{wanted}” in {line} too.", "Nothing to do."
    ),
    "answer-mended": FindingKind(
        _N, "“{found}” takes the place of “{wanted}”, which could not be understood.", "Nothing to do."
    ),
    # The answers that a workbook was sent with.
    "answer-replaced": FindingKind(
        _N, "“{found}” takes the place of “{wanted}”, with which the workbook was sent.", "Nothing to do."
    ),
    "answer-confirmed": FindingKind(_N, "“{found}” was asked about and left as it stood.", "Nothing to do."),
    "carried-untouched": FindingKind(
        _W,
        "“{found}” still stands under {wanted} as it was carried forward; it does not count until it is confirmed.",
        "Ask whether it still holds.",
        ask="“{found}” still stands as it was carried over from last time; it does not count until it is confirmed.",
        remedy="If it still holds, leave it as it is; if not, please write what holds now.",
        may_stay_unchanged=True,
    ),
    "carried-kept": FindingKind(
        _N,
        "“{found}” was left under {wanted} as it was carried forward; it counts, since another answer of its row was "
        "changed.",
        "Nothing to do.",
    ),
    "carried-cleared": FindingKind(
        _N,
        "“{wanted}”, carried forward from last time, was taken out.",
        "Nothing to do; where an answer is needed in its place, that is asked for.",
    ),
    # Corrections: answers changed without a return.
    "corrected": FindingKind(_N, "“{found}” takes the place of {wanted}: corrected {line}.", "Nothing to do."),
    "corrected-empty": FindingKind(
        _N, "“{found}” was filled in where nothing stood: corrected {line}.", "Nothing to do."
    ),
    "corrected-out": FindingKind(_N, "{wanted} was taken out: corrected {line}.", "Nothing to do."),
    "correction-overtaken": FindingKind(
        _W,
        "“{found}” came in after the correction to “{wanted}” and was taken; that was made {line}.",
        "Where the correction still holds, make it again: ragsheets correct.",
    ),
    "correction-kept": FindingKind(
        _W,
        "“{found}” arrived after the correction to “{wanted}”, but nothing shows that it is newer; the correction "
        "holds. It was made {line}.",
        "Ask which one holds; where it is this answer, record it: ragsheets correct {suggestion}.",
    ),
    "correction-homeless": FindingKind(
        _E,
        "The correction to “{found}” is not applied, for {wanted}; it was made {line}.",
        "Take it back with ragsheets correct {suggestion} --undo, and make it again where it belongs.",
    ),
}
