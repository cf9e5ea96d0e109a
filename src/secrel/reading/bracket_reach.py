"""Which sentences a source bracket covers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from secrel.domain import Entity, Span
from secrel.reading.bracket_dates import DAY, MONTH
from secrel.reading.continuation import Told, first_told
from secrel.reading.paragraphs import paragraph_end, paragraph_start
from secrel.reading.speech.phrases import is_person

# Behind a bracket this long an unclosed parenthesis is taken for a typing error.
BRACKET = re.compile(r"\((?:[^()]|\([^()]{0,100}\)){1,400}\)")
# "KABUL, July 9", "BUJUM, Batken Province, May 14", "SUKHUMI".
DATELINE = re.compile(
    rf"(?-i:[A-ZÀ-Ý][A-ZÀ-Ý’'.\s-]+\b)(?:, [^\W\d_][\w’' -]+?)??(?:, (?P<date>{MONTH}\s+{DAY}))?\s*", re.IGNORECASE
)
_ACTORS = frozenset({"PERSON", "NORP", "GPE", "ORG", "MIL"})
# Open a sentence, but no title before a name.
_OPENERS = frozenset(
    "as at after although because before by contrary during for from had if in on since under when while with".split()
)
_MOST_TITLES = 4
# Sentences before a bracket's own that it may cover: those of a paragraph, not of a text without any.
_MOST_BEFORE = 5


class BracketReach:
    """Finds which sentences the source brackets of a text cover, one bracket after the other.

    Args:
        text: The text.
        sentences: Its sentences in order.
        entities: Its mentions in order.
    """

    def __init__(self, text: str, sentences: Sequence[Span], entities: Sequence[Entity]) -> None:
        self.text = text
        self.sentences = sentences
        self.entities = entities
        self._free = 0

    def of(self, bracket: Span, index: int, outlets: Sequence[str]) -> tuple[int, ...]:
        """Indices of the sentences that a bracket covers.

        Args:
            bracket: The bracket; brackets are asked for in order.
            index: Index of the sentence that it stands in.
            outlets: Names of the outlets that it cites.
        """
        if opens_with(self.text, self.sentences[index], bracket):
            last = paragraph_end(self.text, self.sentences, index)
            self._free = last + 1
            return tuple(range(index, last + 1))
        earliest = max(index - _MOST_BEFORE, self._free)
        begin = max(earliest, paragraph_start(self.text, self.sentences, index, earliest=earliest))
        told = [self._told(sentence) for sentence in self.sentences[begin : index + 1]]
        # A second bracket of a sentence covers that sentence alone.
        first = begin + first_told(told) if told else index
        naming = (k for k in range(begin, first) if any(names_outlet(told[k - begin].text, name) for name in outlets))
        self._free = index + 1
        return tuple(range(next(naming, first), index + 1))

    def _told(self, sentence: Span) -> Told:
        """A sentence without its brackets, with the mention of somebody that opens it, if one does."""
        bare = BRACKET.sub("", sentence.of(self.text))
        first = bisect_left(self.entities, sentence.start, key=lambda entity: entity.start)
        for entity in self.entities[first : first + _MOST_TITLES]:
            end = entity.end - sentence.start
            if entity.end > sentence.end or bare[:end] != self.text[sentence.start : entity.end]:
                break
            person = entity.label == "PERSON"
            title = self.text[sentence.start : entity.start]
            if entity.label in _ACTORS and (not title.strip() or (person and _is_title(title))):
                return Told(bare, entity.text, end, person)
        return Told(bare)


def _is_title(words: str) -> bool:
    """Whether words before a name are its title: "The Russian Defense Minister, Colonel General"."""
    first, *others = (word.strip(",.") for word in words.split())
    titled = all(word[:1].isupper() or is_person(word) or word in {"of", "the", "and"} for word in others)
    return titled and first[:1].isupper() and first.lower() not in _OPENERS


def names_outlet(sentence: str, outlet: str) -> bool:
    """Whether a sentence names an outlet; "Interfax" is named by "Interfax-Ukraine" too."""
    words = "[\\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", outlet))
    return re.search(rf"(?<!\w){words}(?!\w)", sentence, re.IGNORECASE) is not None


def opens_with(text: str, sentence: Span, bracket: Span) -> bool:
    """Whether a bracket belongs to the dateline that opens a sentence."""
    return DATELINE.fullmatch(text, sentence.start, bracket.start) is not None
