"""Intervals by resampling (Efron and Tibshirani, 1993), over whole units so that what belongs together stays so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from secrel.evaluation.counts import Counts

RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided percentile interval.

    Attributes:
        low: Lower end.
        high: Upper end.
    """

    low: float
    high: float


def f1_interval(units: Sequence[Counts], *, level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0) -> Interval:
    """Interval of the micro-F1 over resampled units.

    Args:
        units: Counts of every unit (a document, or a sentence).
        level: Coverage.
        resamples: Number of resamples.
        seed: Seed of the resampling.

    Raises:
        ValueError: If there is no unit.
    """
    return _interval(_resampled_f1(_array(units), resamples, seed), level)


def difference_interval(
    units: Sequence[Counts],
    others: Sequence[Counts],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Interval of the difference in micro-F1 of two systems on the same units (paired bootstrap).

    Args:
        units: Counts of the first system.
        others: Counts of the second system on the same units, in the same order.
        level: Coverage.
        resamples: Number of resamples.
        seed: Seed of the resampling.

    Raises:
        ValueError: If there is no unit, or the two have different numbers of units.
    """
    if len(units) != len(others):
        raise ValueError(f"paired systems have the same units, not {len(units)} and {len(others)}")
    first = _resampled_f1(_array(units), resamples, seed)
    return _interval(first - _resampled_f1(_array(others), resamples, seed), level)


def _array(units: Sequence[Counts]) -> NDArray[np.float64]:
    if not units:
        raise ValueError("an interval needs at least one unit")
    return np.array([(unit.tp, unit.fp, unit.fn) for unit in units], dtype=np.float64)


def _resampled_f1(array: NDArray[np.float64], resamples: int, seed: int) -> NDArray[np.float64]:
    generator = np.random.default_rng(seed)
    drawn = generator.integers(0, len(array), size=(resamples, len(array)))
    sums = array[drawn].sum(axis=1)
    denominator = 2 * sums[:, 0] + sums[:, 1] + sums[:, 2]
    f1: NDArray[np.float64] = np.zeros(resamples)
    np.divide(2 * sums[:, 0], denominator, out=f1, where=denominator > 0)
    return f1


def _interval(values: NDArray[np.float64], level: float) -> Interval:
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(float(low), float(high))
