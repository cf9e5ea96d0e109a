"""Directed sentiment (Park et al., ACL Findings 2021): two bracketed entities p and q, and one of five classes.

A class is at most one stance; a model's stances give a class back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from marked import BLANK, MarkedSentence, Mention

from secrel.domain import Document, Entity, LabelScheme, Pair, Span, Stance, StanceType
from secrel.features.words import split_words

ENTITY, FAVOR, AGAINST = "ENTITY", "favor", "against"
CLASSES = ("neutral", "p to q positive", "q to p positive", "p to q negative", "q to p negative")
NO_BRACKET = "rows whose brackets are not their p and q: left out"
TOUCHING = "rows whose p and q share a word: left out"
NO_WORD = "rows with a bracket around no word: left out"
WIDENED = "entities that cut a word: widened to whole words"
NARROWED = "entities that end in the apostrophe of a possessive: marked without it"

DSE_SCHEME = LabelScheme(
    "dse", "1", (ENTITY,), stance=StanceType((FAVOR, AGAINST), frozenset({ENTITY}), frozenset({ENTITY}))
)
_STANCES = {1: (0, 1, FAVOR), 2: (1, 0, FAVOR), 3: (0, 1, AGAINST), 4: (1, 0, AGAINST)}
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
# Brackets like "[Kratz’]s" stop before the s of a possessive.
_APOSTROPHE = re.compile(r"['’‘`]+$")


def directed_sentence(marked: str, p: str, q: str, class_: int, lost: Counter[str]) -> MarkedSentence | None:
    """A sentence with p and q as its mentions, in this order, and the stance of its class, if any.

    Args:
        marked: The sentence with brackets around p and q.
        p: What the first entity's brackets hold.
        q: What the second's hold.
        class_: Index into :data:`CLASSES`.
        lost: Where to count what is left out or changed.

    Returns:
        The sentence without those brackets, or ``None`` if p and q cannot be marked.
    """
    groups = list(_BRACKETS.finditer(marked))
    first = next((g for g in groups if g[1].strip() == p.strip()), None)
    second = next((g for g in groups if g is not first and g[1].strip() == q.strip()), None)
    if first is None or second is None:
        lost[NO_BRACKET] += 1
        return None
    text, spans = _without_brackets(marked, sorted((first, second), key=lambda g: g.start()))
    words = split_words(text, Span(0, len(text)))
    changed: Counter[str] = Counter()
    mentions = [_whole_words(text, words, span, changed) for span in spans]
    if first.start() > second.start():
        mentions.reverse()
    if mentions[0] is None or mentions[1] is None:
        lost[NO_WORD] += 1
        return None
    if mentions[0].overlaps(mentions[1]):
        lost[TOUCHING] += 1
        return None
    lost.update(changed)
    stances = (_STANCES[class_],) if class_ in _STANCES else ()
    both = (Mention(mentions[0], ENTITY), Mention(mentions[1], ENTITY))
    return MarkedSentence(text, both, stances=stances)


def _without_brackets(marked: str, groups: Iterable[re.Match[str]]) -> tuple[str, list[tuple[int, int]]]:
    # White space is made single before offsets are taken, piece by piece.
    pieces, spans, position = "", [], 0
    for group in groups:
        pieces = _joined(pieces, marked[position : group.start()])
        start = len(pieces)
        pieces = _joined(pieces, group[1])
        spans.append((start, len(pieces)))
        position = group.end()
    return _joined(pieces, marked[position:]).rstrip(), spans


def _joined(text: str, piece: str) -> str:
    piece = BLANK.sub(" ", piece)
    return text + (piece.lstrip() if not text or text.endswith(" ") else piece)


def _whole_words(text: str, words: Iterable[Span], place: tuple[int, int], changed: Counter[str]) -> Span | None:
    start, end = place
    covered = text[start:end]
    # Some brackets hold nothing but the apostrophe of a possessive.
    shown = _APOSTROPHE.sub("", covered.strip()) or covered.strip()
    if not shown:
        return None
    start += covered.index(shown)
    mark = Span(start, start + len(shown))
    touched = [word for word in words if word.overlaps(mark)]
    if not touched:
        return None
    whole = Span(touched[0].start, touched[-1].end)
    changed[WIDENED] += whole != mark
    changed[NARROWED] += shown != covered.strip()
    return whole


def gold_pairs(document: Document) -> Iterator[tuple[Entity, Entity]]:
    """The two entities of every sentence, p first: it has the lower number in the annotation, wherever it stands."""
    for _, _, entities in document.entities_by_sentence():
        p, q = sorted(entities, key=lambda entity: int(entity.id.removeprefix("T")))
        yield p, q


def stance_of(class_: int, p: Entity, q: Entity) -> Stance | None:
    """The stance that a class says, ``None`` for class 0; :func:`classes` gives the class back."""
    if class_ not in _STANCES:
        return None
    holder, target, polarity = _STANCES[class_]
    return Stance(Pair((p, q)[holder], (p, q)[target]), polarity)


def classes(document: Document, pairs: Iterable[tuple[Entity, Entity]]) -> list[int]:
    """The class of every pair: that of its stance of the highest score, 0 where it has none."""
    stances: dict[tuple[Entity, Entity], Stance] = {(s.holder, s.target): s for s in document.stances}
    result = []
    for p, q in pairs:
        found = [
            (stance.score, class_)
            for class_, (holder, _, polarity) in _STANCES.items()
            if (stance := stances.get((p, q) if holder == 0 else (q, p))) is not None and stance.polarity == polarity
        ]
        result.append(max(found)[1] if found else 0)
    return result
