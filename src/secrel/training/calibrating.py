"""Fitting the calibration of a model on the development split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from secrel.config import Calibration, Scaling
from secrel.domain import Document, LabelScheme
from secrel.evaluation import ScoredMarks, scored_marks

_LEAST_MARKS = 20
_LEAST_SCALE, _MOST_SCALE = 0.05, 20.0
_LEAST = 1e-6
_STEPS = 100
_RIDGE = 1e-3


def fit_calibration(gold: Sequence[Document], predicted: Sequence[Document], scheme: LabelScheme) -> Calibration:
    """The calibration under which the scores of ``predicted`` mean the share of marks that are right.

    Relations of a label with at least 20 marks that are right and 20 that are wrong are calibrated on their own, all
    others together: what a network makes too probable of one label it makes too little so of another, and one threshold
    is best for all labels only if scores mean the same.

    Args:
        gold: Marked development documents.
        predicted: What an uncalibrated pipeline with low thresholds made of them, end to end.
        scheme: The label scheme.
    """
    marks = scored_marks(gold, predicted, scheme)
    labels = {}
    for label in scheme.relation_labels:
        of_label = [d.replace(relations=tuple(r for r in d.relations if r.label == label)) for d in predicted]
        own = scored_marks(gold, of_label, scheme)["relation"]
        if min(sum(own.right), len(own.right) - sum(own.right)) >= _LEAST_MARKS:
            labels[label] = fit_scaling(own)
    return Calibration(
        entity=fit_scaling(marks["entity"]),
        relation=fit_scaling(marks["relation"]),
        status=fit_scaling(marks["status"]),
        stance=fit_scaling(marks["stance"]),
        labels=labels,
    )


def fit_scaling(marks: ScoredMarks) -> Scaling:
    """The scaling of the log-odds with the highest likelihood (Platt, 1999), by Newton's method.

    Platt's smoothed targets keep it finite where all marks are right or none is; a slight pull towards no change keeps
    it finite where scores separate right from wrong.

    Args:
        marks: Scores and whether each is right. With fewer than 20 marks nothing is changed; where higher scores are
            not more often right, all come close to the share that is right.
    """
    if len(marks.scores) < _LEAST_MARKS:
        return Scaling()
    scores = np.clip(np.asarray(marks.scores, dtype=np.float64), _LEAST, 1 - _LEAST)
    right = np.asarray(marks.right, dtype=bool)
    n_right, n_wrong = int(right.sum()), int((~right).sum())
    target = np.where(right, (n_right + 1) / (n_right + 2), 1 / (n_wrong + 2))
    columns = np.stack([np.log(scores / (1 - scores)), np.ones_like(scores)], axis=1)
    scale, shift = _newton(columns, target, np.array([1.0, 0.0]), free=(True, True))
    if scale < _LEAST_SCALE:
        scale, shift = _newton(columns, target, np.array([_LEAST_SCALE, 0.0]), free=(False, True))
    if scale > _MOST_SCALE:
        # Scores that all but separate right from wrong: steeper says no more.
        scale, shift = _newton(columns, target, np.array([_MOST_SCALE, 0.0]), free=(False, True))
    return Scaling(round(scale, 4), round(shift, 4))


def _newton(
    columns: NDArray[np.float64], target: NDArray[np.float64], start: NDArray[np.float64], *, free: tuple[bool, bool]
) -> tuple[float, float]:
    weights, mask = start.copy(), np.array(free, dtype=np.float64)
    for _ in range(_STEPS):
        probability = 1 / (1 + np.exp(-np.clip(columns @ weights, -30, 30)))
        gradient = columns.T @ (probability - target) + _RIDGE * (weights - start)
        curvature = (columns * (probability * (1 - probability))[:, None]).T @ columns + _RIDGE * np.eye(2)
        # A weight that is not free has no gradient and no coupling, so that its step is 0.
        curvature = curvature * np.outer(mask, mask) + np.diag(1 - mask)
        step = np.linalg.solve(curvature, gradient * mask)
        # Newton's method overshoots far from the optimum.
        weights = weights - step * min(1.0, 1.0 / max(1e-12, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0]), float(weights[1])
