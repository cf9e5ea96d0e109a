"""Whether a score of 0.8 means that four marks in five are right.

A mark is right if it matches a gold mark strictly, so that an entity's score answers for its span and label, and a
relation's or a stance's score for its label and for both of its arguments. A relation's status score answers for its
status, given that the relation is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from secrel.domain import Document, LabelScheme
from secrel.evaluation.matching import entity_hits, relation_hits, stance_hits

Layer = Literal["entity", "relation", "status", "stance"]

LAYERS: tuple[Layer, ...] = ("entity", "relation", "status", "stance")


@dataclass(frozen=True, slots=True)
class Bin:
    """The marks whose score lies in one interval.

    Attributes:
        low: Lower end of the interval; a score of exactly ``low`` belongs to it.
        high: Upper end, which belongs to the next interval, but for the last.
        n: Number of marks.
        score: Their mean score; 0 if there is none.
        right: Share of them that is right; 0 if there is none.
    """

    low: float
    high: float
    n: int
    score: float
    right: float


@dataclass(frozen=True, slots=True)
class ScoredMarks:
    """Scores of one layer's marks, with whether each is right.

    Attributes:
        scores: A probability a mark.
        right: Whether it is right.
    """

    scores: tuple[float, ...] = ()
    right: tuple[bool, ...] = ()

    def __add__(self, other: ScoredMarks) -> ScoredMarks:
        return ScoredMarks(self.scores + other.scores, self.right + other.right)

    def bins(self, n_bins: int = 10) -> list[Bin]:
        """The marks in intervals of equal width: the points of a reliability diagram.

        Raises:
            ValueError: If there is less than one bin.
        """
        if n_bins < 1:
            raise ValueError(f"n_bins is at least 1, not {n_bins}")
        scores, right = np.asarray(self.scores, dtype=np.float64), np.asarray(self.right, dtype=np.float64)
        index = np.clip((scores * n_bins).astype(int), 0, n_bins - 1)
        bins = []
        for number in range(n_bins):
            inside = index == number
            n = int(inside.sum())
            bins.append(
                Bin(
                    number / n_bins,
                    (number + 1) / n_bins,
                    n,
                    float(scores[inside].mean()) if n else 0.0,
                    float(right[inside].mean()) if n else 0.0,
                )
            )
        return bins

    def expected_error(self, n_bins: int = 10) -> float:
        """Expected calibration error (Naeini et al., 2015): mean distance of score and share that is right.

        Returns:
            A value in [0, 1], 0 if there is no mark.
        """
        bins = self.bins(n_bins)
        total = sum(item.n for item in bins)
        return sum(item.n * abs(item.score - item.right) for item in bins) / total if total else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Number of marks, expected calibration error and bins, as plain data."""
        return {
            "n": len(self.scores),
            "ece": round(self.expected_error(), 4),
            "bins": [{key: round(value, 4) for key, value in asdict(item).items()} for item in self.bins()],
        }


def scored_marks(
    gold: Sequence[Document], predicted: Sequence[Document], scheme: LabelScheme
) -> dict[Layer, ScoredMarks]:
    """The marks of each layer with their scores and whether they are right.

    Args:
        gold: Marked documents.
        predicted: What a system made of the same texts, in the same order.
        scheme: The label scheme.
    """
    found: dict[Layer, ScoredMarks] = {layer: ScoredMarks() for layer in LAYERS}
    for g, p in zip(gold, predicted, strict=True):
        for layer, marks in _of_document(g, p, scheme):
            found[layer] += marks
    return found


def _of_document(gold: Document, predicted: Document, scheme: LabelScheme) -> Iterator[tuple[Layer, ScoredMarks]]:
    yield "entity", ScoredMarks(tuple(e.score for e in predicted.entities), tuple(entity_hits(gold, predicted)))
    hits = relation_hits(gold, predicted, scheme)
    yield "relation", ScoredMarks(tuple(r.score for r in predicted.relations), tuple(hits))
    exact = relation_hits(gold, predicted, scheme, with_status=True)
    judged = [
        (r.status_score, same)
        for r, hit, same in zip(predicted.relations, hits, exact, strict=True)
        if hit and r.status is not None
    ]
    yield "status", ScoredMarks(tuple(s for s, _ in judged), tuple(same for _, same in judged))
    yield "stance", ScoredMarks(tuple(s.score for s in predicted.stances), tuple(stance_hits(gold, predicted)))
