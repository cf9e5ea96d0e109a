"""How far two independent annotations of the same texts agree.

Mentions have no natural set of items to classify, so their agreement is an F1 (Hripcsak and Rothschild, 2005), in which
neither side is gold: the F1 of a against b is that of b against a. Pairs do have one, every ordered pair of mentions
that both sides marked alike and that the scheme allows, so that Cohen's kappa (1960) can take out what two annotators
would agree on by chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from secrel.domain import Document, Entity, LabelScheme
from secrel.evaluation.baselines import ordered_pairs
from secrel.evaluation.counts import Counts
from secrel.evaluation.matching import entity_counts, merge, relation_counts, stance_counts, total

Judgements = list[tuple[Hashable, Hashable]]
"""The two annotators' judgements of the same items."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa over some items.

    Attributes:
        items: Number of items that both judged.
        observed: Share of them judged alike, in [0, 1].
        expected: Share that would be judged alike by chance, in [0, 1].
    """

    items: int
    observed: float
    expected: float

    @property
    def value(self) -> float | None:
        """Kappa, at most 1; ``None`` where it is not defined: no item, or both used one and the same category."""
        return None if self.expected >= 1 or not self.items else (self.observed - self.expected) / (1 - self.expected)


def cohen_kappa(judgements: Sequence[tuple[Hashable, Hashable]]) -> Kappa:
    """Cohen's kappa (Educational and Psychological Measurement 20, 1960) of two annotators' judgements.

    Args:
        judgements: The category that each of the two gave to every item.
    """
    n = len(judgements)
    if not n:
        return Kappa(0, 0.0, 0.0)
    first, second = Counter(a for a, _ in judgements), Counter(b for _, b in judgements)
    observed = sum(a == b for a, b in judgements) / n
    expected = sum(count * second[category] for category, count in first.items()) / n**2
    return Kappa(n, observed, expected)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two annotations.

    Attributes:
        documents: Number of documents.
        f1: Counts per layer and label, with the first annotation as gold.
        judgements: Judgements of pairs per layer and label; label ``all`` for the layer as a whole.
    """

    documents: int
    f1: dict[str, dict[str, Counts]]
    judgements: dict[str, dict[str, Judgements]] = field(repr=False)

    def total(self, layer: str) -> Counts:
        """Counts of a layer over all labels."""
        return total(self.f1[layer])

    def kappa(self, layer: str, label: str = "all") -> Kappa:
        """Cohen's kappa of a layer (``relations``, ``status`` or ``stances``) or one of its labels."""
        return cohen_kappa(self.judgements[layer].get(label, []))


def agree(first: Sequence[Document], second: Sequence[Document], scheme: LabelScheme) -> Agreement:
    """Compares two annotations of the same texts.

    Args:
        first: Marked documents with sentences.
        second: Documents of the same texts in the same order, marked by somebody else.
        scheme: The label scheme.

    Raises:
        ValueError: If the two are not the same texts in the same order.
    """
    if [document.text for document in first] != [document.text for document in second]:
        raise ValueError("two annotations of the same texts, in the same order, can be compared")
    both = list(zip(first, second, strict=True))
    judgements: dict[str, dict[str, Judgements]] = {"relations": {}, "status": {}, "stances": {}}
    for a, b in both:
        _judge(a, b, scheme, judgements)
    return Agreement(
        len(both),
        {
            "entities": merge(entity_counts(a, b) for a, b in both),
            "relations": merge(relation_counts(a, b, scheme) for a, b in both),
            "relations with status": merge(relation_counts(a, b, scheme, with_status=True) for a, b in both),
            "stances": merge(stance_counts(a, b) for a, b in both),
        },
        judgements,
    )


def _judge(a: Document, b: Document, scheme: LabelScheme, judgements: dict[str, dict[str, Judgements]]) -> None:
    """Adds the judgements of all pairs of mentions that both sides marked alike."""
    relations = [_relations(document, scheme) for document in (a, b)]
    stances = [{(s.holder, s.target): s.polarity for s in document.stances} for document in (a, b)]
    shared = set(b.entities)

    def add(layer: str, label: str, first: Hashable, second: Hashable) -> None:
        judgements[layer].setdefault(label, []).append((first, second))

    for _, head, tail in ordered_pairs(a):
        if head in shared and tail in shared:
            labels = [
                r.label
                for r in scheme.relations
                if r.allows(head.label, tail.label) and not (r.symmetric and tail.span < head.span)
            ]
            held = [
                {label: side[head, tail, label] for label in labels if (head, tail, label) in side}
                for side in relations
            ]
            if labels:
                add("relations", "all", frozenset(held[0]), frozenset(held[1]))
            for label in labels:
                add("relations", label, label in held[0], label in held[1])
                if label in held[0] and label in held[1]:
                    add("status", "all", held[0][label], held[1][label])
                    add("status", label, held[0][label], held[1][label])
            if scheme.stance and scheme.stance.allows(head.label, tail.label):
                found = [side.get((head, tail)) for side in stances]
                add("stances", "all", found[0], found[1])
                for polarity in scheme.polarities:
                    add("stances", polarity, found[0] == polarity, found[1] == polarity)


def _relations(document: Document, scheme: LabelScheme) -> dict[tuple[Entity, Entity, str], str | None]:
    found = {}
    for relation in document.relations:
        head, tail = relation.head, relation.tail
        if scheme.is_symmetric(relation.label) and tail.span < head.span:
            head, tail = tail, head
        found[head, tail, relation.label] = relation.status
    return found


def agreement_table(agreement: Agreement) -> list[str]:
    """A Markdown table: F1 in percent and Cohen's kappa, layer by layer and label by label."""
    lines = ["| | F1 | marks a | marks b | kappa | items |", "|---|---:|---:|---:|---:|---:|"]
    kappas = {"relations": "relations", "relations with status": "status", "stances": "stances"}
    for layer, labels in agreement.f1.items():
        rows = [(f"**{layer}**", agreement.total(layer), "all")]
        rows += [(f"`{label}`", counts, label) for label, counts in sorted(labels.items())]
        for name, counts, label in rows:
            cells = [f"{100 * counts.f1:.1f}", str(counts.support), str(counts.tp + counts.fp)]
            if layer in kappas:
                kappa = agreement.kappa(kappas[layer], label)
                cells += ["" if kappa.value is None else f"{kappa.value:.2f}", str(kappa.items)]
            else:
                cells += ["", ""]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines
