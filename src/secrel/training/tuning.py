"""Decision thresholds, tuned on the development split."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from secrel.config import Calibration, Decision
from secrel.domain import Document, Relation, Stance
from secrel.evaluation import Counts, entity_counts, relation_counts, stance_counts, total
from secrel.pipeline import Pipeline
from secrel.training.calibrating import fit_calibration

if TYPE_CHECKING:
    from secrel.checkpoints import Checkpoint

_LOG = logging.getLogger(__name__)
# Marks less probable than this say nothing about which threshold is best, and are too many to keep.
_ALMOST_ALL = Decision(relation=0.05, stance=0.05)

GRID = tuple(round(0.05 * step, 2) for step in range(2, 19))
"""Thresholds that are tried: 0.10 to 0.90."""

TOLERANCE = 0.01
"""F1 on a small development set is flat and jagged; thresholds whose F1 is this close to the best count as equal."""


def settle(checkpoint: Checkpoint, development: Sequence[Document]) -> Checkpoint:
    """A model with its calibration, its thresholds and its choice of one label a name settled on development documents.

    Args:
        checkpoint: The model; what was settled before has no influence.
        development: Marked documents that the model was not trained on.
    """

    def pipeline(decision: Decision, calibration: Calibration | None = None) -> Pipeline:
        return Pipeline.from_checkpoint(
            replace(checkpoint, decision=decision, calibration=calibration or Calibration()), resolve=False
        )

    agreed = replace(_ALMOST_ALL, one_label=True)
    one_label = prefers_one_label(pipeline(_ALMOST_ALL), pipeline(agreed), development)
    almost_all = agreed if one_label else _ALMOST_ALL
    bare = [document.replace(entities=(), relations=(), stances=()) for document in development]
    calibration = fit_calibration(development, list(pipeline(almost_all).pipe(bare)), checkpoint.scheme)
    decision = tune_decision(pipeline(almost_all, calibration), development, one_label=one_label)
    return replace(checkpoint, decision=decision, calibration=calibration)


def prefers_one_label(separate: Pipeline, agreed: Pipeline, gold: Sequence[Document]) -> bool:
    """Whether entities are better if all mentions of a name in a document get one label.

    Args:
        separate: A pipeline that labels each mention on its own.
        agreed: The same that does not.
        gold: Marked development documents.
    """
    bare = [document.replace(entities=(), relations=(), stances=()) for document in gold]
    scores = []
    for pipeline in (separate, agreed):
        counts = (total(entity_counts(g, p)) for g, p in zip(gold, pipeline.pipe(bare), strict=True))
        scores.append(sum(counts, start=Counts()).f1)
    _LOG.info("entities on dev, F1: %.4f; with one label for all mentions of a name %.4f", *scores)
    return scores[1] > scores[0]


def tune_decision(pipeline: Pipeline, gold: Sequence[Document], *, one_label: bool = False) -> Decision:
    """The thresholds with the highest micro-F1 of relations and stances, end to end, on ``gold``.

    Args:
        pipeline: A pipeline whose stages have thresholds no higher than the lowest of :data:`GRID`.
        gold: Marked development documents.
        one_label: Whether the pipeline gives all mentions of a name one label, to be noted.

    Returns:
        The thresholds; of those within :data:`TOLERANCE` of the best F1 the one nearest to 0.5.
    """
    bare = [document.replace(entities=(), relations=(), stances=()) for document in gold]
    predicted = list(pipeline.pipe(bare))

    def relations(threshold: float) -> Counts:
        kept = [_relations_above(document, threshold) for document in predicted]
        return sum(
            (total(relation_counts(g, p, pipeline.scheme)) for g, p in zip(gold, kept, strict=True)),
            start=Counts(),
        )

    def stances(threshold: float) -> Counts:
        kept = [_stances_above(document, threshold) for document in predicted]
        return sum((total(stance_counts(g, p)) for g, p in zip(gold, kept, strict=True)), start=Counts())

    return Decision(relation=_moderate(relations), stance=_moderate(stances), one_label=one_label)


def _moderate(counts: Callable[[float], Counts]) -> float:
    f1 = {threshold: counts(threshold).f1 for threshold in GRID}
    best = max(f1.values())
    near = [threshold for threshold in GRID if f1[threshold] >= best - TOLERANCE]
    return min(near, key=lambda threshold: (abs(threshold - 0.5), threshold))


def _relations_above(document: Document, threshold: float) -> Document:
    kept: tuple[Relation, ...] = tuple(r for r in document.relations if r.score >= threshold)
    return document.replace(relations=kept)


def _stances_above(document: Document, threshold: float) -> Document:
    kept: tuple[Stance, ...] = tuple(s for s in document.stances if s.score >= threshold)
    return document.replace(stances=kept)
