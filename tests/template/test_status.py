"""Statuses: which texts are accepted, and which are queried."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from rapidfuzz.distance import OSA

from ragsheets.template.reader import read_template
from ragsheets.template.status import Status, StatusReading, StatusScale
from ragsheets.text import normalise_text

STANDARD = read_template("standard").scale
BRAG = read_template("brag").scale
SCALES = pytest.mark.parametrize("scale", [STANDARD, BRAG], ids=["standard", "brag"])


def status(code: str, label: str = "", *spellings: str) -> Status:
    return Status(code=code, label=label or code, fill="FFFFFF", ink="000000", spellings=spellings)


def scale_of(*statuses: Status) -> StatusScale:
    return StatusScale(statuses)


# --------------------------------------------------------------------------------------------- accepted spellings


@SCALES
def test_every_spelling_in_the_template_is_accepted(scale: StatusScale) -> None:
    assert scale.statuses
    for step in scale:
        for spelling in (step.code, step.label, *step.spellings):
            assert scale.read(spelling).code == step.code, spelling


@SCALES
def test_each_part_of_a_label_is_accepted(scale: StatusScale) -> None:
    assert scale.statuses
    for step in scale:
        for part in step.label.split(" – "):
            assert scale.read(part).code == step.code, part


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GREEN", "GREEN"),
        ("green", "GREEN"),
        ("  Green  ", "GREEN"),
        ("Green.", "GREEN"),
        ("Green!", "GREEN"),
        ("(green)", "GREEN"),
        ("G", "GREEN"),
        ("on track", "GREEN"),
        ("On  Track", "GREEN"),
        ("on-track", "GREEN"),
        ("Green – on track", "GREEN"),
        ("Green - on track", "GREEN"),
        ("GREEN — ON TRACK", "GREEN"),
        ("Green: on track", "GREEN"),
        ("green\non track", "GREEN"),
        ("A", "AMBER"),
        ("Amber – needs attention", "AMBER"),
        ("yellow", "AMBER"),
        ("orange", "AMBER"),
        ("r", "RED"),
        ("RED\u00a0", "RED"),
        ("ＲＥＤ", "RED"),
        ("Needs action", "RED"),
    ],
)
def test_a_spelling_that_can_mean_only_one_status_is_accepted(text: str, code: str) -> None:
    assert STANDARD.read(text).code == code


def test_only_the_code_itself_is_exact() -> None:
    assert STANDARD.read("GREEN") == StatusReading("GREEN", is_exact=True)
    assert not STANDARD.read("Green").is_exact
    assert not STANDARD.read(" GREEN").is_exact


def plain_variations(text: str) -> st.SearchStrategy[str]:
    """Generate `text` in other cases, with other blanks and dashes, and with blanks and full stops around it."""
    characters = [
        st.sampled_from([" ", "  ", "\t", "\n", "\u00a0"])
        if character == " "
        else st.sampled_from(["-", "–", "—", ":"])
        if character in "-–—"
        else st.sampled_from([character.lower(), character.upper()])
        for character in text
    ]
    padding = st.text(alphabet=" .,;:!-–()*\u00a0\n", max_size=3)
    return st.builds("".join, st.tuples(padding, *characters, padding))


@given(st.data())
@settings(deadline=None)
def test_case_blanks_and_punctuation_never_matter(data: st.DataObject) -> None:
    scale = data.draw(st.sampled_from([STANDARD, BRAG]))
    step = data.draw(st.sampled_from(scale.statuses))
    text = data.draw(plain_variations(data.draw(st.sampled_from([step.code, step.label, *step.spellings]))))
    assert scale.read(text).code == step.code


# ---------------------------------------------------------------------------------------------- rejected spellings


@pytest.mark.parametrize(
    "doubt",
    [
        "GREEN?",
        "? green",
        "Green/Amber",
        "A/R",
        "green or amber",
        "Green → Amber",
        "Amber-Green",
        "not green",
        "GREEN (was RED)",
        "Green – needs attention",
        "N/A",
        "n/a",
        "NULL",
        "nan",
        "None",
        "TBC",
        "-",
        "?",
        "",
        "   ",
        "gamma",
        "1",
        "0",
        "=GREEN()/2",
    ],
)
@SCALES
def test_a_doubtful_text_is_never_accepted(scale: StatusScale, doubt: str) -> None:
    assert scale.read(doubt).code is None


@pytest.mark.parametrize("doubt", ["GREEN？", "Green／Amber", "green⁇", "Green∕Amber"])
def test_a_doubtful_text_in_full_width_characters_is_not_accepted(doubt: str) -> None:
    assert STANDARD.read(doubt).code is None


# --------------------------------------------------------------------------------------------- suggestions

#: Texts as people type them, and the status that each is a mistyped spelling of.
MISTYPED = {
    **dict.fromkeys(
        ("grean", "gren", "Gree", "greeen", "geren", "Grreen", "geen", "GREENE", "Green?", "(gren)"), "GREEN"
    ),
    **dict.fromkeys(("on trak", "ontrack", "on tarck", "Om track", "on traget", "on shedule", "on sch"), "GREEN"),
    **dict.fromkeys(
        ("Green – on trak", "Gren - on trak", "Green on", "Status: green", "It's green", "RAG green"), "GREEN"
    ),
    **dict.fromkeys(
        ("Ambr", "Amber?", "Ambre", "amver", "Aber", "Amberr", "ambers", "a,ber", "The status is amber"), "AMBER"
    ),
    **dict.fromkeys(("yelow", "Yello", "ornage", "needs atention", "need atention", "Amber needs attention?"), "AMBER"),
    **dict.fromkeys(
        ("Rde", "reed", "Redd", "RED??", "needs acton", "need action", "of track", "of target", "off trak"), "RED"
    ),
}

#: Texts as people type them whose words say something else than any status, or more than one.
NO_STATUS = [
    *(
        "not green",
        "Not Green",
        "NOT GREEN!",
        "green - not",
        "isn't green",
        "isnt green",
        "it isn't green",
        "non-green",
    ),
    *("never green", "no longer green", "no green", "no track", "not on track", "not on target", "not yet amber"),
    *("No change", "no changes", "Change", "unchanged", "As before", "same", "Same as last time", "see position"),
    *(
        "off schedule",
        "of schedule",
        "no schedule",
        "behind schedule",
        "Not needs action",
        "no action",
        "no action needed",
    ),
    *("nearly green", "green soon", "was green", "green next week", "greenish", "reddish", "amber-ish", "red herring"),
    *("Green/Amber", "grean or ambr", "green to amber", "red, then green", "Amber→Green", "between amber and red"),
    *(
        "Great",
        "Grey",
        "agreed",
        "Agreement",
        "ready",
        "Ready",
        "reduced",
        "reported",
        "number",
        "timber",
        "December",
        "needs",
    ),
    *(
        "N/A",
        "n/a",
        "TBC",
        "tbd",
        "?",
        "-",
        "",
        "xyz",
        "12",
        "See the note",
        "on hold",
        "ongoing",
        "on going",
        "no",
        "not",
    ),
]


@pytest.mark.parametrize(("text", "code"), MISTYPED.items())
def test_a_near_miss_is_queried_with_the_nearest_status(text: str, code: str) -> None:
    assert STANDARD.read(text) == StatusReading(None, suggestion=code)


@pytest.mark.parametrize("text", NO_STATUS)
def test_a_text_that_says_something_else_is_queried_without_a_suggestion(text: str) -> None:
    assert STANDARD.read(text) == StatusReading(None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("not startd", "GREY"), ("nt started", "GREY"), ("Grey – not startd", "GREY"), ("complet", "BLUE")),
        *(("now started", None), ("incomplete", None), ("not complete", None), ("none", None), ("uncompleted", None)),
        *(("gre", None), ("not", None), ("started", None), ("gren", "GREEN"), ("gray?", "GREY")),
    ],
)
def test_a_negation_is_a_mistake_only_where_the_status_has_one(text: str, code: str | None) -> None:
    assert BRAG.read(text) == StatusReading(None, suggestion=code)


LETTERS = "abcdefghijklmnopqrstuvwxyz"


@st.composite
def edits(draw: st.DrawFn, text: str) -> str:
    """Generate `text` with one letter left out, added, replaced by another or swapped with the next one."""
    index = draw(st.integers(0, len(text) - 1))
    before, letter, after = text[:index], text[index], text[index + 1 :]
    other = draw(st.sampled_from(LETTERS))
    swapped = after[:1] + letter + after[1:]
    return before + draw(st.sampled_from([after, other + letter + after, other + after, swapped]))


@given(st.data())
@settings(deadline=None)
def test_a_spelling_with_one_mistake_is_accepted_or_suggested_as_no_other_status(data: st.DataObject) -> None:
    scale = data.draw(st.sampled_from([STANDARD, BRAG]))
    step = data.draw(st.sampled_from(scale.statuses))
    spelling = data.draw(st.sampled_from([text for text in step.all_spellings if len(text) > 2]))
    text = data.draw(edits(normalise_text(spelling)))
    reading = scale.read(text)
    turned = set(normalise_text(text).split()) & {"no", "not", "non", "nor", "none", "of", "off", "now"}
    if not turned - set(normalise_text(spelling).split()) and not scale.read(text).code:
        near = {code for code in scale.codes if is_near(text, scale.by_code[code])}
        assert reading.suggestion in near | ({None} if len(near) > 1 else set())


def is_near(text: str, step: Status) -> bool:
    """Return whether a text has one mistake in a spelling of a status, or begins one."""
    spellings = [normalise_text(spelling) for spelling in step.all_spellings]
    return any(OSA.distance(normalise_text(text), spelling) <= 1 or spelling.startswith(text) for spelling in spellings)


@given(st.data())
@settings(deadline=None)
def test_a_text_with_a_negation_is_never_suggested_as_a_status_without_one(data: st.DataObject) -> None:
    step = data.draw(st.sampled_from(STANDARD.statuses))
    words = data.draw(st.sampled_from([*step.all_spellings])).split()
    negation = data.draw(st.sampled_from(["not", "no", "never", "isn't", "isnt", "non", "none", "don't", "nor", "NOT"]))
    at = data.draw(st.integers(0, len(words)))
    replaced = data.draw(st.integers(0, 1))
    text = " ".join([*words[:at], negation, *words[at + replaced :]])
    assert STANDARD.read(text) == StatusReading(None)


# ------------------------------------------------------------------------------- spellings that name two statuses

HALVES = scale_of(
    status("GREEN", "Green", "g"),
    status("AG", "Amber/Green – mostly on track", "A/G"),
    status("AMBER", "Amber", "a"),
    status("AR", "Amber red"),
    status("RED", "Red", "r", "N/A"),
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("Amber/Green", "AG"), ("amber / green", "AG"), ("AMBER GREEN", "AG"), ("amber-green", "AG"), ("A/G", "AG")),
        *(("a / g", "AG"), ("Amber／Green", "AG"), ("Amber/Green - mostly on track", "AG"), ("mostly on track", "AG")),
        *(("amber red", "AR"), ("Amber/Red", "AR"), ("n/a", "RED"), ("amber", "AMBER"), ("g", "GREEN")),
    ],
)
def test_a_spelling_that_the_template_declares_is_accepted_though_it_names_two_statuses(text: str, code: str) -> None:
    assert HALVES.read(text).code == code


@pytest.mark.parametrize(
    "text", ["Green/Amber", "Green/Red", "R/G", "A/R", "amber/green?", "amber or green", "on/track", "green/"]
)
def test_two_statuses_that_the_template_does_not_declare_together_are_queried(text: str) -> None:
    assert HALVES.read(text).code is None


@pytest.mark.parametrize(
    ("text", "code"), [("Amber/Gren", "AG"), ("ambr/green", "AG"), ("R/G", None), ("A/R", None), ("Green/Amber", None)]
)
def test_a_mistyped_spelling_of_two_statuses_is_suggested_as_the_status_that_has_it(
    text: str, code: str | None
) -> None:
    assert HALVES.read(text).suggestion == code


# ---------------------------------------------------------------------------------------------- ambiguous spellings


def test_a_label_part_shared_by_two_statuses_is_ambiguous() -> None:
    scale = scale_of(status("GREEN", "Green – going"), status("AMBER", "Amber – going"))
    assert scale.read("going").code is None
    assert scale.read("Green – going").code == "GREEN"


def test_a_label_part_shared_by_three_statuses_is_ambiguous() -> None:
    scale = scale_of(*(status(code, f"{code} – going") for code in ("GREEN", "AMBER", "RED")))
    assert scale.read("going").code is None


def test_a_spelling_that_is_part_of_another_label_is_ambiguous() -> None:
    scale = scale_of(status("GREEN", "Green – going"), status("AMBER", "Amber", "going"))
    assert scale.read("going").code is None


def test_a_label_that_is_the_code_of_another_status_is_ambiguous() -> None:
    scale = scale_of(status("G1", "Green"), status("GREEN", "Very green"))
    assert scale.read("Green").code is None
    assert scale.read("GREEN").code == "GREEN"


def test_a_spelling_of_symbols_does_not_match_other_symbols() -> None:
    scale = scale_of(status("GREEN", "Green", "✓"), status("RED", "Red"))
    for symbol in ("✗", "-", "...", ""):
        assert scale.read(symbol).code is None, symbol


@given(st.text())
@settings(deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    reading = BRAG.read(text)
    assert reading.code is None or reading.code in BRAG.codes
    assert reading.suggestion is None or reading.suggestion in BRAG.codes
    assert reading.code is None or reading.suggestion is None


@given(st.text(), st.text())
@settings(deadline=None)
def test_a_text_with_a_question_mark_or_slash_is_never_accepted(before: str, after: str) -> None:
    for doubt in "?/":
        assert BRAG.read(before + doubt + after).code is None


@given(st.text())
@settings(deadline=None)
def test_normalising_a_text_twice_changes_nothing_more(text: str) -> None:
    assert normalise_text(normalise_text(text)) == normalise_text(text)


# --------------------------------------------------------------------------------------------------- the scale


def test_the_scale_has_the_order_of_the_template_best_first() -> None:
    assert STANDARD.codes == ("GREEN", "AMBER", "RED")


def test_a_colour_is_six_hexadecimal_digits_stored_in_capitals() -> None:
    assert Status(code="X", label="X", fill="c6efce", ink="006100").fill == "C6EFCE"
    for colour in ("green", "#C6EFCE", "C6EFC", ""):
        with pytest.raises(ValidationError):
            Status(code="X", label="X", fill=colour, ink="006100")


@SCALES
@pytest.mark.parametrize("text", ["Amber -> Green", "GREEN AMBER", "Green or Amber", "red (was amber)", "N/A"])
def test_a_text_with_several_statuses_or_none_gets_no_suggestion(scale: StatusScale, text: str) -> None:
    reading = scale.read(text)
    assert (reading.code, reading.suggestion) == (None, None)


def test_a_text_with_two_statuses_is_not_the_mistyped_spelling_of_one() -> None:
    scale = scale_of(status("GO"), status("NO", "No", "no gos"))
    assert scale.read("no gs").suggestion == "NO"
    assert scale.read("no go") == StatusReading(None)


def test_a_single_letter_beside_a_status_may_be_an_article() -> None:
    scale = scale_of(status("AMBER", "Amber", "a"), status("GREEN", "Green", "a greens"))
    assert scale.read("a green").suggestion == "GREEN"


def test_the_statuses_that_need_something_are_the_worst_two_unless_the_template_names_them() -> None:
    assert STANDARD.codes_needing("action", "attention") == ("AMBER", "RED")
    assert STANDARD.codes_needing("") == ("GREEN",)


@SCALES
@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#NAME?", "#DIV/0!", "#VALUE!", "#SPILL!", "Err:502"])
def test_an_error_value_is_not_a_status_and_gets_no_suggestion(scale: StatusScale, text: str) -> None:
    assert scale.read(text) == StatusReading(None)


def test_an_error_value_is_not_a_status_even_if_its_letters_are() -> None:
    assert scale_of(status("REF"), status("VALUE")).read("#REF!").code is None
