"""Counts of hits and misses; everything else is derived from them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives and false negatives; two can be added.

    Attributes:
        tp: Predicted and right.
        fp: Predicted and wrong.
        fn: Missed, whether or not a candidate was made for it.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    def __radd__(self, other: int) -> Counts:
        # So that sum() works.
        if other == 0:
            return self
        return NotImplemented

    @property
    def precision(self) -> float:
        """Tp / (tp + fp), 0 where nothing was predicted."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Tp / (tp + fn), 0 where there was nothing to find."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 where both are."""
        denominator = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / denominator if denominator else 0.0

    @property
    def support(self) -> int:
        """Gold items: tp + fn."""
        return self.tp + self.fn
