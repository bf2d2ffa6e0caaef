"""The fields (content controls) of a Word document that are not filled in: they show a prompt, not an answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from ragsheets.formats.xml import local_name
from ragsheets.report.read.styles import Styles
from ragsheets.report.read.xml import Element, child_of, children_of, is_on, value_of
from ragsheets.text import normalise_text

#: The name of the style that Word gives to prompts, in lower case.
_PROMPT_STYLE = "placeholder text"
#: Word's own prompts, normalised.
_STANDARD_PROMPTS = {
    *("choose an item", "click or tap here to enter text", "click here to enter text"),
    *("click or tap to enter a date", "click here to enter a date", "choose a building block"),
}


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of one document.

    Attributes:
        runs: their runs, which are not text of the document.
        assumed_texts: those that only their style shows to be prompts.
        filled_texts: the texts of fields that are marked as not filled in, but hold other words than a prompt.
    """

    runs: set[Element] = field(default_factory=set)
    assumed_texts: list[str] = field(default_factory=list)
    filled_texts: list[str] = field(default_factory=list)


def find_prompts(body: Element, styles: Styles, glossary: Element | None) -> Prompts:
    """Find the prompts in a document.

    A field that is marked as not filled in may hold an answer all the same: other programs fill it in and leave the
    mark. Its prompt is stored in the `glossary` part.
    """
    prompts = Prompts()
    stored_prompts = _stored_prompts(glossary)
    for control in body.iter("{*}sdt"):
        if not is_on(control, "sdtPr", "showingPlcHdr"):
            continue
        content = child_of(control, "sdtContent")
        runs = list(content.iter("{*}r")) if content is not None else []
        text = "".join(map(_text_of, runs)).strip()
        stored_prompt = stored_prompts.get(value_of(child_of(control, "sdtPr", "placeholder", "docPart")))
        known_prompts = _STANDARD_PROMPTS if stored_prompt is None else {*_STANDARD_PROMPTS, stored_prompt}
        is_prompt = normalise_text(text) in known_prompts
        if not is_prompt and text:
            if stored_prompt is None and all(_has_prompt_style(run, styles) for run in runs if _text_of(run).strip()):
                is_prompt = True
                prompts.assumed_texts.append(text)
            else:
                prompts.filled_texts.append(text)
        if is_prompt:
            prompts.runs.update(runs)
    return prompts


def _stored_prompts(glossary: Element | None) -> dict[str, str]:
    """Return the normalised prompts that are stored in a document, by name."""
    return {
        value_of(child_of(part, "docPartPr", "name")): normalise_text(_text_of(child_of(part, "docPartBody")))
        for part in children_of(child_of(glossary, "docParts"), "docPart")
    }


def _text_of(element: Element | None) -> str:
    texts = element.iter("{*}t", "{*}tab", "{*}br") if element is not None else ()
    return "".join((text.text or "") if local_name(text) == "t" else " " for text in texts)


def _has_prompt_style(run: Element, styles: Styles) -> bool:
    return styles.name(value_of(child_of(run, "rPr", "rStyle"))) == _PROMPT_STYLE
