"""Which countries a document speaks of where: what settles whose a body is that names no country."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from secrel.domain import Document, Span


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much when a country is looked for.

    Attributes:
        near: Characters within which the influence of a mention falls to a third.
        behind: Weight of mentions behind the place, where those before it count 1.
        same_sentence: Weight of those in the same sentence.
        subject: Weight of the first mention of a sentence, which mostly is its subject.
        share: Weight of a country's share in all mentions.
        suited: Weight of other reasons, as of a person's name.
    """

    near: float
    behind: float
    same_sentence: float
    subject: float
    share: float
    suited: float = 0.0


OF_BODIES = Weights(near=150.0, behind=0.2, same_sentence=1.6, subject=1.5, share=4.0, suited=0.8)
OF_PERSONS = Weights(near=160.0, behind=0.1, same_sentence=1.6, subject=1.5, share=2.0, suited=1.2)
OF_ENVOYS = replace(OF_PERSONS, suited=3.0)
"""Of those who are abroad, the name tells more than the text around."""
OF_TOWNS = Weights(near=120.0, behind=0.7, same_sentence=1.6, subject=1.0, share=2.0)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A mention that tells a country.

    Attributes:
        start: First character.
        end: Character behind the last.
        base: The country.
        rebel: Whether it is a breakaway entity in it.
        weight: How much it says of whose a body near it is.
        person: Whether it is a person, who is known and by whom it tells it.
    """

    start: int
    end: int
    base: str
    rebel: bool = False
    weight: float = 1.0
    person: bool = False


# What stands between a country and a body that is not its: "Peru told the bank".
_NO_QUALITY = r"(?:and|told|met|hit|sent|gave|urged|(?!(?:armed|united|combined|unified|allied|joint)\b)[a-z]+ed)"
_OWNER = re.compile(rf"(?:['’]s?)?\s+(?:(?!{_NO_QUALITY}\b)[a-z-]+\s+){{0,2}}")
_OWNER_PLAINLY = re.compile(r"\s+|['’]s?\s+(?:[a-z-]+\s+){0,2}")
_OWNER_BESIDE = 30
"""Characters between an owner and what it owns, at most."""
_OWNER_BEFORE = 150
"""Characters before a body within which the name of its owner begins."""
_NO_INFLUENCE = 25.0
"""Times the distance within which influence falls to a third at which it is none: less than a part in 10^10."""
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|(?<=[.!?”\"’'])[^\S\n]*\n\s*")
_FEWEST = 5
"""Paragraphs with mentions in them from which on a text can be a list of unrelated news."""
_RELATED = 0.26
"""Part of the neighbouring paragraphs of a text that name something in common beside its main country, at least, if it
tells one story: on the training texts a tenth of those of lists of news do, at most a quarter, and a third to all of
those of articles."""
_BRIEF = 2.0
"""Sentences of a paragraph of a list of news, on average."""
_AT_HOME = 0.35
"""Part of the paragraphs of unrelated news that name the country of the paper that they come from, at least."""
_HOME = 0.8
"""What that country counts in a paragraph, as against all that the paragraph names."""


class Surroundings:
    """Countries named in a document, by place.

    A document may be a list of unrelated news. Then a mention is surrounded by its own paragraph alone.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self.text = document.text
        spans = document.sentences or (Span(0, len(document.text) or 1),)
        self._sentences: Sequence[Span] = spans
        self._starts = [span.start for span in spans]
        self._paragraphs = [0, *(match.end() for match in _PARAGRAPH.finditer(document.text)), len(document.text) + 1]
        self._anchors: list[Anchor] = []
        self._places: list[int] = []
        self._counts: dict[str, float] = {}
        self._subjects: set[int] = set()
        self.unrelated = False
        """Whether the document is a list of unrelated news, as far as the mentions taken in show it."""
        self._home: str | None = None
        self._named: dict[int, set[str]] = {}
        for entity in document.entities:
            if entity.label in {"PERSON", "NORP", "GPE", "ORG", "MIL"} and entity.text.strip():
                name = entity.text.split()[-1] if entity.label == "PERSON" else entity.text
                self._named.setdefault(self._paragraph(entity.start), set()).add(name)

    def add(self, anchors: Iterable[Anchor]) -> None:
        """Takes mentions in."""
        for anchor in anchors:
            self._anchors.append(anchor)
            self._counts[anchor.base] = self._counts.get(anchor.base, 0.0) + 1.0
        self._anchors.sort(key=lambda anchor: anchor.start)
        self._places = [anchor.start for anchor in self._anchors]
        self._look_at_paragraphs()
        seen: set[int] = set()
        self._subjects = set()
        for anchor in self._anchors:
            first = self.sentence(anchor.start)[0]
            if first not in seen:
                seen.add(first)
                self._subjects.add(anchor.start)

    def sentence(self, start: int) -> tuple[int, int]:
        """First character of the sentence around a character, and the one behind its last."""
        index = max(0, bisect_right(self._starts, start) - 1)
        span = self._sentences[index]
        return (span.start, span.end) if start < span.end else (span.end, len(self.text))

    def _paragraph(self, start: int) -> int:
        return bisect_right(self._paragraphs, start) - 1

    def _look_at_paragraphs(self) -> None:
        """Whether neighbouring paragraphs mostly name different things, and which country most of them do."""
        bases: dict[int, set[str]] = {}
        for anchor in self._anchors:
            if anchor.person:
                continue
            bases.setdefault(self._paragraph(anchor.start), set()).add(anchor.base)
        homes = Counter(base for found in bases.values() for base in found).most_common(1)
        home = homes[0][0] if homes else ""
        # The country of the paper, or of the story, is named everywhere.
        named = [names | (bases.get(paragraph, set()) - {home}) for paragraph, names in sorted(self._named.items())]
        pairs = list(pairwise(named))
        brief = len(self._starts) < _BRIEF * len(self._named)
        self.unrelated = len(named) >= _FEWEST and brief and sum(bool(a & b) for a, b in pairs) < _RELATED * len(pairs)
        if self.unrelated and homes:
            self._home = home if homes[0][1] >= _AT_HOME * len(bases) else None

    def scope(self, start: int) -> tuple[int, int]:
        """The part of the text that tells the story around a character: first character, one behind the last."""
        if not self.unrelated:
            return 0, len(self.text)
        index = self._paragraph(start)
        return self._paragraphs[index], min(self._paragraphs[index + 1], len(self.text))

    def names_countries(self, start: int) -> bool:
        """Whether the story around a character names any country."""
        first, last = self.scope(start)
        return bool(self._begin_within(first, last))

    def _counted(self, start: int) -> dict[str, float]:
        """How much the story around a character speaks of each country; news at home does not name it each time."""
        if not self.unrelated:
            return self._counts
        first, last = self.scope(start)
        counts = Counter[str](anchor.base for anchor in self._begin_within(first, last))
        home = {self._home: _HOME * max(1, sum(counts.values()))} if self._home else {}
        return {base: counts[base] + home.get(base, 0.0) for base in dict.fromkeys([*counts, *home])}

    def share(self, base: str, start: int = 0) -> float:
        """Share of a country in the mentions of countries in the story around a character, in [0, 1]."""
        counts = self._counted(start)
        total = sum(counts.values())
        return counts.get(base, 0.0) / total if total else 0.0

    def count(self, base: str, start: int = 0) -> float:
        """How often the story around a character names a country."""
        return self._counted(start).get(base, 0.0)

    def anchors(self, start: int, end: int) -> list[Anchor]:
        """Mentions that lie within a range of characters, from left to right."""
        return [anchor for anchor in self._begin_within(start, end) if anchor.end <= end]

    def _begin_within(self, start: int, end: int) -> Sequence[Anchor]:
        """Mentions that begin within a range of characters, from left to right."""
        return self._anchors[bisect_left(self._places, start) : bisect_left(self._places, end)]

    def scores(self, start: int, end: int, weights: Weights) -> dict[str, float]:
        """How strongly the text around a range of characters speaks of each country.

        Args:
            start: First character of the range.
            end: Character behind the last.
            weights: What counts how much.
        """
        first, last = self.sentence(start)
        story, story_end = self.scope(start)
        found: dict[str, float] = {}
        far = _NO_INFLUENCE * weights.near
        for anchor in self._begin_within(max(story, int(start - far)), min(story_end, int(end + far))):
            if anchor.start < end and start < anchor.end:
                continue
            before = anchor.end <= start
            distance = start - anchor.end if before else anchor.start - end
            value = anchor.weight * math.exp(-distance / weights.near) * (1.0 if before else weights.behind)
            if first <= anchor.start < last:
                value *= weights.same_sentence
            if anchor.start in self._subjects:
                value *= weights.subject
            found[anchor.base] = found.get(anchor.base, 0.0) + value
        counts = self._counted(start)
        total = sum(counts.values()) or 1
        for base, count in counts.items():
            found[base] = found.get(base, 0.0) + weights.share * count / total
        return found

    def country(
        self, start: int, end: int, weights: Weights, *, least: float = 0.0, suited: Mapping[str, float] | None = None
    ) -> str | None:
        """The country that the text around a range of characters most speaks of.

        Args:
            start: First character of the range.
            end: Character behind the last.
            weights: What counts how much.
            least: Share of all countries' scores that it must have, in [0, 1].
            suited: How well countries suit for other reasons; 0 or absent is not at all.
        """
        shares = self.shares(start, end, weights, suited=suited)
        best = max(shares, key=lambda base: shares[base], default=None)
        return best if best is not None and shares[best] >= least else None

    def shares(
        self, start: int, end: int, weights: Weights, *, suited: Mapping[str, float] | None = None
    ) -> dict[str, float]:
        """The parts of all countries' :meth:`scores` that each has, in [0, 1]; arguments as of :meth:`country`."""
        scores = self.scores(start, end, weights)
        if suited and any(base in scores for base in suited):
            best_suited = max(suited.get(base, 0.0) for base in scores)
            scores = {
                base: score * math.exp(weights.suited * (suited.get(base, 0.0) - best_suited))
                for base, score in scores.items()
            }
        total = sum(scores.values())
        return {base: score / total for base, score in scores.items()} if total else {}

    def subject(self, start: int) -> Anchor | None:
        """The first mention of the sentence that lies before a character; it mostly is the subject."""
        first, _ = self.sentence(start)
        return next((anchor for anchor in self._begin_within(first, start) if anchor.end <= start), None)

    def owner_beside(self, start: int, end: int, *, sited: bool, plainly: bool = False) -> Anchor | None:
        """A country that stands right at a body as its owner, as in "[Russia]'s general staff".

        Args:
            start: First character of the body.
            end: Character behind the last.
            sited: Whether it is where it belongs, as a ministry and unlike a regiment: "the ministry in [Moscow]".
            plainly: Whether no words may stand between that do not tell the owner, as they do in "[Peru] wants the".
        """
        of = r"\s+(?:of|in|at)\s+(?:the\s+|northern\s+|southern\s+)?" if sited else r"\s+of\s+(?:the\s+)?"
        owner = _OWNER_PLAINLY if plainly else _OWNER
        for anchor in self._begin_within(start - _OWNER_BEFORE, end + _OWNER_BESIDE + 1):
            between = self.text[anchor.end : start] if anchor.end <= start else ""
            if anchor.end <= start and start - anchor.end <= _OWNER_BESIDE and owner.fullmatch(between):
                return anchor
            behind = self.text[end : anchor.start] if anchor.start >= end else ""
            if behind and re.fullmatch(of, behind):
                return anchor
        return None
