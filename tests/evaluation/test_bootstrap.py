"""Bootstrap intervals."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrel.evaluation import Counts, Interval, difference_interval, f1_interval

UNITS = st.lists(st.builds(Counts, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12)


@settings(max_examples=30, deadline=None)
@given(UNITS)
def test_intervals_repeat_and_lie_in_0_to_1(units: list[Counts]) -> None:
    interval = f1_interval(units, resamples=200)
    assert interval == f1_interval(units, resamples=200)
    assert 0.0 <= interval.low <= interval.high <= 1.0
    lowest, highest = min(unit.f1 for unit in units), max(unit.f1 for unit in units)
    assert interval.low >= lowest - 1e-9
    assert interval.high <= highest + 1e-9


@pytest.mark.parametrize(
    "units",
    [
        [Counts(5, 2, 1), Counts(0, 3, 4), Counts(8, 1, 1), Counts(3, 3, 3), Counts(6, 0, 2)],
        [Counts(n % 4, n % 3, n % 5) for n in range(40)],
    ],
)
def test_the_interval_contains_the_estimate(units: list[Counts]) -> None:
    interval = f1_interval(units)
    assert interval.low < sum(units).f1 < interval.high


def test_units_that_are_all_alike_leave_no_doubt() -> None:
    interval = f1_interval([Counts(2, 1, 1)] * 7)
    assert (interval.low, interval.high) == pytest.approx((2 / 3, 2 / 3))
    assert f1_interval([Counts(0, 0, 0)]) == Interval(0.0, 0.0)


def test_two_units_give_the_four_ways_to_draw_them() -> None:
    # F1 0 with chance 1/4, 2/3 with 1/2, 1 with 1/4: the quantiles at 20 % and 80 % are the ends.
    units = [Counts(2, 0, 0), Counts(0, 1, 1)]
    assert f1_interval(units, level=0.6) == Interval(0.0, 1.0)
    narrow = f1_interval(units, level=0.4)
    assert (narrow.low, narrow.high) == pytest.approx((2 / 3, 2 / 3))


def test_a_higher_level_is_wider_and_the_seed_counts() -> None:
    units = [Counts(n % 4, n % 3, n % 5) for n in range(30)]
    wide, narrow = f1_interval(units, level=0.99), f1_interval(units, level=0.5)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert f1_interval(units, seed=1) != f1_interval(units, seed=2)


@settings(max_examples=30, deadline=None)
@given(UNITS)
def test_a_system_does_not_differ_from_itself(units: list[Counts]) -> None:
    assert difference_interval(units, list(units), resamples=200) == Interval(0.0, 0.0)


def test_differences_are_paired() -> None:
    # The second system misses one more in every unit: unpaired resamples would overlap, paired ones never do.
    first = [Counts(n, 0, 10 - n) for n in range(2, 10)]
    second = [Counts(n - 1, 0, 11 - n) for n in range(2, 10)]
    interval = difference_interval(first, second)
    assert 0 < interval.low <= interval.high < 0.2
    reverse = difference_interval(second, first)
    assert (reverse.low, reverse.high) == pytest.approx((-interval.high, -interval.low))


def test_no_unit_and_unequal_units_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one unit"):
        f1_interval([])
    with pytest.raises(ValueError, match="not 1 and 2"):
        difference_interval([Counts()], [Counts(), Counts()])
