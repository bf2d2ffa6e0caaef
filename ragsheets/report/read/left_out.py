"""The words of a Word document that were not read as its text, or may not be meant as such."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ragsheets.report.read.quoting import quote_texts


@dataclass(frozen=True, slots=True)
class LeftOutTexts:
    """The words of a document that were not read as its text, or may not be meant as such.

    Attributes:
        hidden: hidden words, which are not printed.
        struck_through: words that are struck through.
        prompts: the prompts of fields that are not filled in.
        filled_prompts: words in fields that are marked as not filled in, which were read like any other.
    """

    hidden: tuple[str, ...] = ()
    struck_through: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    filled_prompts: tuple[str, ...] = ()

    def __add__(self, other: LeftOutTexts) -> LeftOutTexts:
        return LeftOutTexts(
            self.hidden + other.hidden,
            self.struck_through + other.struck_through,
            self.prompts + other.prompts,
            self.filled_prompts + other.filled_prompts,
        )

    def sentences(self) -> Iterator[str]:
        """Yield a sentence on each kind of words that there are."""
        for texts, sentence in (
            (self.hidden, "Hidden words were left out; the button ¶ in Word shows them: {texts}."),
            (self.struck_through, "Words that are struck through were left out: {texts}."),
            (self.prompts, "Prompts of fields that are not filled in were left out: {texts}."),
            (self.filled_prompts, "Words in fields that are marked as not filled in were read; check them: {texts}."),
        ):
            if texts:
                yield sentence.format(texts=quote_texts(texts))


NOTHING_LEFT_OUT = LeftOutTexts()
