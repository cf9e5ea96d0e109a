"""Decision thresholds, tuned on the development split."""

from __future__ import annotations

from collections.abc import Sequence

from secrel.config import Decision
from secrel.domain import Document, Relation, Stance
from secrel.evaluation import Counts, relation_counts, stance_counts, total
from secrel.pipeline import Pipeline

GRID = tuple(round(0.05 * step, 2) for step in range(2, 19))
"""Thresholds that are tried: 0.10 to 0.90."""


def tune_decision(pipeline: Pipeline, gold: Sequence[Document]) -> Decision:
    """The thresholds with the highest micro-F1 of relations and stances, end to end, on ``gold``.

    Args:
        pipeline: A pipeline whose stages have thresholds no higher than the lowest of :data:`GRID`.
        gold: Marked development documents.

    Returns:
        The thresholds; between equals the one nearest to 0.5.
    """
    bare = [document.replace(entities=(), relations=(), stances=()) for document in gold]
    predicted = list(pipeline.pipe(bare))
    order = sorted(GRID, key=lambda threshold: abs(threshold - 0.5))

    def relations(threshold: float) -> Counts:
        kept = [_relations_above(document, threshold) for document in predicted]
        return sum(
            (total(relation_counts(g, p, pipeline.scheme)) for g, p in zip(gold, kept, strict=True)),
            start=Counts(),
        )

    def stances(threshold: float) -> Counts:
        kept = [_stances_above(document, threshold) for document in predicted]
        return sum((total(stance_counts(g, p)) for g, p in zip(gold, kept, strict=True)), start=Counts())

    return Decision(
        relation=max(order, key=lambda threshold: relations(threshold).f1),
        stance=max(order, key=lambda threshold: stances(threshold).f1),
    )


def _relations_above(document: Document, threshold: float) -> Document:
    kept: tuple[Relation, ...] = tuple(r for r in document.relations if r.score >= threshold)
    return document.replace(relations=kept)


def _stances_above(document: Document, threshold: float) -> Document:
    kept: tuple[Stance, ...] = tuple(s for s in document.stances if s.score >= threshold)
    return document.replace(stances=kept)
