"""Marked sentences, as the readers of public sets make them and a corpus folder of secrel takes them."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from secrel.config import scheme_to_dict
from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.reading import format_splits, from_document, write_standoff

BLANK = re.compile(r"[\s\ufeff\u200b]+")
"""What no sentence begins or ends with, line ends included."""

OVERLAP = "mentions that overlap a longer one, or the same one twice: left out, marks are flat"
EMPTY = "mentions of blank tokens only: left out"
DUPLICATE = "pairs marked twice with the same label: one is kept"
LOST_ARGUMENT = "relations of a mention that is left out, or of a mention with itself: left out"

PairMark = tuple[int, int, str]
"""Index of the first and of the second argument among the mentions, and label or polarity."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention, with offsets in its sentence."""

    span: Span
    label: str


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """One sentence of a public set.

    Attributes:
        text: Its characters, without a line end.
        mentions: Its mentions, in the order in which the set names them.
        relations: Its relations.
        stances: Its stances.
    """

    text: str
    mentions: tuple[Mention, ...] = ()
    relations: tuple[PairMark, ...] = ()
    stances: tuple[PairMark, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A public set, read.

    Attributes:
        name: Its name.
        scheme: Its labels.
        parts: Its sentences by part, ``train`` and ``dev``.
        lost: How many marks were left out or changed, by reason.
    """

    name: str
    scheme: LabelScheme
    parts: Mapping[str, Sequence[MarkedSentence]]
    lost: Mapping[str, int]


def from_tokens(
    tokens: Sequence[str],
    mentions: Iterable[tuple[int, int, str]],
    lost: Counter[str],
    pairs: Iterable[tuple[tuple[int, int], tuple[int, int], str]] = (),
) -> MarkedSentence | None:
    """A sentence of tokens, joined by single spaces.

    Args:
        tokens: The tokens. White space inside a token becomes one space, blank tokens are left out of the text.
        mentions: First token, token behind the last, and label.
        lost: Where to count what cannot be represented.
        pairs: Relations by the token ranges of their arguments.

    Returns:
        The sentence, or ``None`` if all its tokens are blank.
    """
    text, places = "", []
    for token in tokens:
        shown = BLANK.sub(" ", token).strip()
        start = len(text) + bool(text and shown)
        text = f"{text} {shown}" if text and shown else text + shown
        places.append((start, len(text)) if shown else None)
    placed: list[tuple[tuple[int, int], Mention]] = []
    for first, last, label in mentions:
        inside = [place for place in places[first:last] if place is not None]
        if inside:
            placed.append(((first, last), Mention(Span(inside[0][0], inside[-1][1]), label)))
        else:
            lost[EMPTY] += 1
    kept = _flat(placed, lost)
    index = {tokens_of: n for n, (tokens_of, _) in enumerate(kept)}
    relations: list[PairMark] = []
    for head, tail, label in pairs:
        if head not in index or tail not in index or head == tail:
            lost[LOST_ARGUMENT] += 1
        elif (mark := (index[head], index[tail], label)) in relations:
            lost[DUPLICATE] += 1
        else:
            relations.append(mark)
    return MarkedSentence(text, tuple(mention for _, mention in kept), tuple(relations)) if text else None


def _flat(
    placed: Sequence[tuple[tuple[int, int], Mention]], lost: Counter[str]
) -> list[tuple[tuple[int, int], Mention]]:
    kept: list[tuple[tuple[int, int], Mention]] = []
    for item in sorted(placed, key=lambda entry: -len(entry[1].span)):  # stable: of equal length the first stays
        if any(item[1].span.overlaps(other.span) for _, other in kept):
            lost[OVERLAP] += 1
        else:
            kept.append(item)
    return [item for item in placed if any(item is other for other in kept)]


def divide(
    blocks: Sequence[Sequence[MarkedSentence]], *, share: float, seed: int
) -> dict[str, tuple[MarkedSentence, ...]]:
    """Deals blocks of sentences out to ``train`` and ``dev`` at random; a block stays together.

    Args:
        blocks: The blocks, for instance documents.
        share: Share of the blocks that goes to ``dev``, in (0, 1); at least one does.
        seed: Seed of the deal.
    """
    order = list(range(len(blocks)))
    random.Random(seed).shuffle(order)
    held = set(order[: max(1, round(share * len(blocks)))])
    return {
        part: tuple(sentence for n, block in enumerate(blocks) if (n in held) == (part == "dev") for sentence in block)
        for part in ("train", "dev")
    }


def thinned(sentences: Sequence[MarkedSentence], limit: int | None, *, seed: int) -> Sequence[MarkedSentence]:
    """At most ``limit`` of the sentences, drawn at random, in their order; all without a limit."""
    if limit is None or limit >= len(sentences):
        return sentences
    return [sentences[n] for n in sorted(random.Random(seed).sample(range(len(sentences)), limit))]


def to_document(name: str, sentences: Sequence[MarkedSentence]) -> Document:
    """A document with one sentence a line. Entities keep the order of their set, which their numbers then show."""
    text = ""
    spans, entities, relations, stances = [], [], [], []
    for sentence in sentences:
        shift = len(text)
        spans.append(Span(shift, shift + len(sentence.text)))
        own = [
            Entity(
                Span(shift + mention.span.start, shift + mention.span.end),
                mention.label,
                mention.span.of(sentence.text),
            )
            for mention in sentence.mentions
        ]
        entities += own
        relations += [Relation(Pair(own[i], own[j]), label, evidence=spans[-1]) for i, j, label in sentence.relations]
        stances += [Stance(Pair(own[i], own[j]), label, evidence=spans[-1]) for i, j, label in sentence.stances]
        text += sentence.text + "\n"
    return Document(
        text,
        name,
        sentences=tuple(spans),
        entities=tuple(entities),
        relations=tuple(relations),
        stances=tuple(stances),
    )


def write_corpus(
    data: PublicSet, folder: Path, *, limit: int | None = None, seed: int = 0, size: int = 200
) -> dict[str, int]:
    """Writes a corpus folder; articles of an earlier call are replaced.

    Args:
        data: The set.
        folder: The folder, made where it is not there.
        limit: Most sentences of a part.
        seed: Seed of the draw, where there is a limit.
        size: Sentences in a document. Documents are a matter of files only: nothing is read across sentences.

    Returns:
        How many sentences each part has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    splits: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for part, all_sentences in data.parts.items():
        inside = folder / part
        inside.mkdir(exist_ok=True)
        for old in [*inside.glob(f"{data.name}-*.ann"), *inside.glob(f"{data.name}-*.txt")]:
            old.unlink()
        sentences = thinned(all_sentences, limit, seed=seed)
        counts[part] = len(sentences)
        splits[part] = []
        for number, start in enumerate(range(0, len(sentences), size)):
            document = to_document(f"{data.name}-{part}-{number:03d}", sentences[start : start + size])
            (inside / f"{document.id}.txt").write_bytes(document.text.encode("utf-8"))
            write_standoff(from_document(document), inside / f"{document.id}.ann")
            splits[part].append(document.id)
    (folder / "labels.toml").write_text(tomli_w.dumps(scheme_to_dict(data.scheme)), encoding="utf-8")
    (folder / "splits.toml").write_text(format_splits(splits, {}), encoding="utf-8")
    (folder / "corpus.toml").write_text(
        '# Every line of a text is one sentence.\nsentences = "lines"\n', encoding="utf-8"
    )
    return counts
