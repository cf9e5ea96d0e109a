"""All scores of one system on one set of documents, as data and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from secrel.domain import Document, LabelScheme, Span
from secrel.evaluation.bootstrap import Interval, difference_interval, f1_interval
from secrel.evaluation.counts import Counts
from secrel.evaluation.matching import entity_counts, merge, relation_counts, stance_counts, total

Unit = Literal["document", "sentence"]

METRICS = (
    "entities, strict",
    "entities, overlap",
    "relations, strict",
    "relations, overlap",
    "relations with status, strict",
    "relations with status, overlap",
    "stances, strict",
    "stances, overlap",
)
"""What is counted. Strict is exact spans and labels of the mark and of its arguments."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts of one system on one set of documents.

    Attributes:
        units: For each metric, the counts per label of every unit, in the order of the units.
        unit: What the bootstrap draws.
    """

    units: Mapping[str, Sequence[Mapping[str, Counts]]]
    unit: Unit

    def counts(self, metric: str) -> dict[str, Counts]:
        """Counts per label over all units."""
        return merge(self.units[metric])

    def total(self, metric: str) -> Counts:
        """Counts over all labels and units."""
        return total(self.counts(metric))

    def interval(self, metric: str) -> Interval:
        """95 % bootstrap interval of the micro-F1."""
        return f1_interval([total(unit) for unit in self.units[metric]])

    def difference(self, other: Scores, metric: str) -> Interval:
        """95 % paired bootstrap interval of the difference in micro-F1 to another system."""
        return difference_interval(
            [total(unit) for unit in self.units[metric]], [total(unit) for unit in other.units[metric]]
        )

    def to_dict(self) -> dict[str, Any]:
        """The scores as plain data, for ``metrics.json``."""
        result: dict[str, Any] = {}
        for metric in self.units:
            counts, interval = self.total(metric), self.interval(metric)
            result[metric] = {
                **_numbers(counts),
                "f1_low": round(interval.low, 4),
                "f1_high": round(interval.high, 4),
                "labels": {label: _numbers(item) for label, item in sorted(self.counts(metric).items())},
            }
        return result


def score(
    gold: Sequence[Document], predicted: Sequence[Document], scheme: LabelScheme, *, unit: Unit = "document"
) -> Scores:
    """Compares predicted with gold documents of the same texts, in the same order.

    Args:
        gold: Marked documents, with sentences.
        predicted: What a system made of the same texts.
        scheme: The label scheme.
        unit: What the bootstrap draws: documents, or sentences where there are few documents.

    Raises:
        ValueError: If the two are not of the same texts.
    """
    if [document.text for document in gold] != [document.text for document in predicted]:
        raise ValueError("gold and predicted documents are of different texts, or in different order")
    pairs = list(zip(gold, predicted, strict=True))
    if unit == "sentence":
        pairs = [piece for pair in pairs for piece in _by_sentence(*pair)]
    return Scores({metric: [_count(metric, g, p, scheme) for g, p in pairs] for metric in METRICS}, unit)


def _count(metric: str, gold: Document, predicted: Document, scheme: LabelScheme) -> dict[str, Counts]:
    layer, _, how = metric.partition(", ")
    matching: Literal["strict", "overlap"] = "strict" if how == "strict" else "overlap"
    if layer == "entities":
        return entity_counts(gold, predicted, matching=matching)
    if layer == "stances":
        return stance_counts(gold, predicted, matching=matching)
    with_status = layer.endswith("with status")
    return relation_counts(gold, predicted, scheme, matching=matching, with_status=with_status)


def _by_sentence(gold: Document, predicted: Document) -> list[tuple[Document, Document]]:
    # Marks outside of the gold sentences, or across them, must count too: they go to the sentence they begin in.
    starts = [sentence.start for sentence in gold.sentences or ()]
    if not starts:
        return [(gold, predicted)]
    bounds = list(zip([0, *starts[1:]], [*starts[1:], len(gold.text) + 1], strict=True))
    return [(_within(gold, Span(start, end)), _within(predicted, Span(start, end))) for start, end in bounds]


def _within(document: Document, span: Span) -> Document:
    def inside(start: int) -> bool:
        return span.start <= start < span.end

    return document.replace(
        entities=tuple(e for e in document.entities if inside(e.start)),
        relations=tuple(r for r in document.relations if inside(r.head.start)),
        stances=tuple(s for s in document.stances if inside(s.holder.start)),
    )


def _numbers(counts: Counts) -> dict[str, float | int]:
    return {
        "precision": round(counts.precision, 4),
        "recall": round(counts.recall, 4),
        "f1": round(counts.f1, 4),
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
    }
