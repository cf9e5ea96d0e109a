"""More training text out of marked text: other names in the same sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from secrel.domain import Document, Entity, Pair, Span

_LEAST_NAMES = 2


def name_inventory(documents: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """The distinct names of every label, sorted; those that begin with a capital letter or a digit.

    Args:
        documents: Marked documents.
    """
    found: dict[str, set[str]] = {}
    for document in documents:
        for entity in document.entities:
            if entity.text[:1].isupper() or entity.text[:1].isdigit():
                found.setdefault(entity.label, set()).add(" ".join(entity.text.split()))
    return {label: tuple(sorted(names)) for label, names in found.items()}


def swap_names(
    document: Document,
    inventory: Mapping[str, Sequence[str]],
    *,
    share: float,
    generator: np.random.Generator,
) -> Document:
    """A copy of a document in which some names are replaced by others of their label; marks move along.

    What a sentence says of a pair does not depend on who the pair is. Two mentions with the same text and label get the
    same new name, and two with different texts different ones, as far as the inventory reaches.

    Args:
        document: A marked document with sentences.
        inventory: Names by label.
        share: Share of the distinct names that are replaced, in [0, 1].
        generator: Draws which, and by what.

    Returns:
        The copy, whose identifier ends in ``~``. Entities that overlap another one are left as they are.
    """
    names = _draw(document.entities, inventory, share, generator)
    pieces: list[str] = []
    moved: list[tuple[int, int, int]] = []  # old start, old end, growth
    position = 0
    for entity in sorted(document.entities, key=lambda e: e.span):
        new = names.get((entity.label, entity.text))
        if new is None or entity.start < position:
            continue
        pieces += [document.text[position : entity.start], new]
        moved.append((entity.start, entity.end, len(new) - (entity.end - entity.start)))
        position = entity.end
    text = "".join([*pieces, document.text[position:]])

    def place(offset: int, *, end: bool) -> int:
        # A start inside of a replaced name cannot be: overlapping names are not replaced.
        return offset + sum(growth for start, stop, growth in moved if (stop <= offset if end else start < offset))

    def span(old: Span) -> Span:
        return Span(place(old.start, end=False), place(old.end, end=True))

    renamed = {e: replace(e, span=span(e.span), text=span(e.span).of(text)) for e in document.entities}

    def pair(old: Pair) -> Pair:
        return Pair(renamed[old.head], renamed[old.tail])

    return document.replace(
        text=text,
        id=f"{document.id}~",
        sentences=tuple(span(s) for s in document.sentences) if document.sentences is not None else None,
        entities=tuple(sorted(renamed.values(), key=lambda e: e.span)),
        relations=tuple(
            replace(r, pair=pair(r.pair), evidence=span(r.evidence) if r.evidence else None) for r in document.relations
        ),
        stances=tuple(
            replace(s, pair=pair(s.pair), evidence=span(s.evidence) if s.evidence else None) for s in document.stances
        ),
        citations=(),
    )


def _draw(
    entities: Sequence[Entity], inventory: Mapping[str, Sequence[str]], share: float, generator: np.random.Generator
) -> dict[tuple[str, str], str]:
    overlapping = {e for e in entities if any(o != e and o.span.overlaps(e.span) for o in entities)}
    kept_texts = {(e.label, e.text) for e in overlapping}
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = {e.text for e in entities}
    for key in dict.fromkeys((e.label, e.text) for e in entities):
        label, text = key
        choices = inventory.get(label, ())
        if key in kept_texts or len(choices) < _LEAST_NAMES or not text[:1].isupper():
            continue
        if generator.random() >= share:
            continue
        new = choices[int(generator.integers(len(choices)))]
        if new not in taken:
            names[key] = new
            taken.add(new)
    return names
