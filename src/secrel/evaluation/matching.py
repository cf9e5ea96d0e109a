"""Which predicted marks are right.

*Strict* matching wants the very spans and labels of the gold marks. *Overlap* matching wants the same labels and
argument spans that share at least one character. Either way a gold mark is matched by at most one prediction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeVar

from secrel.domain import Document, Entity, LabelScheme, Relation, Stance
from secrel.evaluation.counts import Counts

Matching = Literal["strict", "overlap"]
Mark = TypeVar("Mark", Entity, Relation, Stance)


def match(
    gold: Sequence[Mark],
    predicted: Sequence[Mark],
    *,
    same: Callable[[Mark, Mark], bool],
    label: Callable[[Mark], str],
) -> dict[str, Counts]:
    """Counts per label of the one-to-one matching of :func:`hits`.

    Args:
        gold: Gold marks.
        predicted: Predicted marks.
        same: Whether a gold mark and a prediction match.
        label: Under which label a mark is counted.
    """
    counts: dict[str, Counts] = {}

    def add(name: str, **change: int) -> None:
        counts[name] = counts.get(name, Counts()) + Counts(**change)

    found, missed = hits(gold, predicted, same=same)
    for prediction, hit in zip(predicted, found, strict=True):
        add(label(prediction), **({"tp": 1} if hit else {"fp": 1}))
    for item in missed:
        add(label(item), fn=1)
    return counts


def hits(
    gold: Sequence[Mark], predicted: Sequence[Mark], *, same: Callable[[Mark, Mark], bool]
) -> tuple[list[bool], list[Mark]]:
    """A one-to-one matching: whether each prediction is matched, and the gold marks that are not.

    The matching is greedy over the predictions in order; with strict matching that is optimal, because being the
    same is then an equivalence.
    """
    open_gold = list(gold)
    found = []
    for prediction in predicted:
        hit = next((item for item in open_gold if same(item, prediction)), None)
        found.append(hit is not None)
        if hit is not None:
            open_gold.remove(hit)
    return found, open_gold


def entity_counts(gold: Document, predicted: Document, *, matching: Matching = "strict") -> dict[str, Counts]:
    """Counts per entity label."""
    return match(gold.entities, predicted.entities, same=_same_entity(matching), label=lambda entity: entity.label)


def entity_hits(gold: Document, predicted: Document, *, matching: Matching = "strict") -> list[bool]:
    """Whether each predicted entity is right."""
    return hits(gold.entities, predicted.entities, same=_same_entity(matching))[0]


def relation_counts(
    gold: Document,
    predicted: Document,
    scheme: LabelScheme,
    *,
    matching: Matching = "strict",
    with_status: bool = False,
) -> dict[str, Counts]:
    """Counts per relation label; the arguments of symmetric relations match in either order."""
    same = _same_relation(scheme, matching, with_status=with_status)
    return match(gold.relations, predicted.relations, same=same, label=lambda relation: relation.label)


def relation_hits(
    gold: Document,
    predicted: Document,
    scheme: LabelScheme,
    *,
    matching: Matching = "strict",
    with_status: bool = False,
) -> list[bool]:
    """Whether each predicted relation is right."""
    same = _same_relation(scheme, matching, with_status=with_status)
    return hits(gold.relations, predicted.relations, same=same)[0]


def stance_counts(gold: Document, predicted: Document, *, matching: Matching = "strict") -> dict[str, Counts]:
    """Counts per polarity."""
    return match(gold.stances, predicted.stances, same=_same_stance(matching), label=lambda stance: stance.polarity)


def stance_hits(gold: Document, predicted: Document, *, matching: Matching = "strict") -> list[bool]:
    """Whether each predicted stance is right."""
    return hits(gold.stances, predicted.stances, same=_same_stance(matching))[0]


def _same_entity(matching: Matching) -> Callable[[Entity, Entity], bool]:
    return lambda a, b: a.label == b.label and _spans_match(a, b, matching)


def _same_relation(
    scheme: LabelScheme, matching: Matching, *, with_status: bool
) -> Callable[[Relation, Relation], bool]:
    def same(a: Relation, b: Relation) -> bool:
        if a.label != b.label or (with_status and a.status != b.status):
            return False
        if _arguments_match((a.head, a.tail), (b.head, b.tail), matching):
            return True
        return scheme.is_symmetric(a.label) and _arguments_match((a.head, a.tail), (b.tail, b.head), matching)

    return same


def _same_stance(matching: Matching) -> Callable[[Stance, Stance], bool]:
    def same(a: Stance, b: Stance) -> bool:
        return a.polarity == b.polarity and _arguments_match((a.holder, a.target), (b.holder, b.target), matching)

    return same


def total(counts: Mapping[str, Counts]) -> Counts:
    """The sum over labels, whose F1 is the micro-average."""
    return sum(counts.values(), start=Counts())


def merge(items: Iterable[Mapping[str, Counts]]) -> dict[str, Counts]:
    """The sum over documents, label by label."""
    merged: dict[str, Counts] = {}
    for item in items:
        for label, counts in item.items():
            merged[label] = merged.get(label, Counts()) + counts
    return merged


def _arguments_match(a: tuple[Entity, Entity], b: tuple[Entity, Entity], matching: Matching) -> bool:
    return all(
        first.label == second.label and _spans_match(first, second, matching)
        for first, second in zip(a, b, strict=True)
    )


def _spans_match(a: Entity, b: Entity, matching: Matching) -> bool:
    return a.span == b.span if matching == "strict" else a.span.overlaps(b.span)
