"""Counts and what is derived from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrel.evaluation import Counts, merge, total

COUNTS = st.builds(Counts, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))


def test_scores_by_hand() -> None:
    counts = Counts(tp=6, fp=2, fn=4)
    assert (counts.precision, counts.recall, counts.support) == (0.75, 0.6, 10)
    assert counts.f1 == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        (Counts(), 0.0, 0.0, 0.0),
        (Counts(fp=3), 0.0, 0.0, 0.0),
        (Counts(fn=3), 0.0, 0.0, 0.0),
        (Counts(tp=3), 1.0, 1.0, 1.0),
        (Counts(tp=1, fp=1), 0.5, 1.0, 2 / 3),
    ],
)
def test_nothing_predicted_or_nothing_to_find(counts: Counts, precision: float, recall: float, f1: float) -> None:
    assert (counts.precision, counts.recall, counts.f1) == pytest.approx((precision, recall, f1))


@given(COUNTS)
def test_f1_is_the_harmonic_mean(counts: Counts) -> None:
    p, r = counts.precision, counts.recall
    assert counts.f1 == pytest.approx(2 * p * r / (p + r) if p + r else 0.0)
    assert min(p, r) - 1e-12 <= counts.f1 <= max(p, r) + 1e-12


@given(st.lists(COUNTS))
def test_counts_add(items: list[Counts]) -> None:
    added = sum(items, start=Counts())
    assert (added.tp, added.fp, added.fn) == tuple(
        sum(getattr(item, name) for item in items) for name in ("tp", "fp", "fn")
    )
    if items:
        assert sum(items) == added


def test_only_counts_add_to_counts() -> None:
    with pytest.raises(TypeError):
        _ = 1 + Counts()


def test_merge_and_total() -> None:
    merged = merge([{"a": Counts(1, 2, 3)}, {}, {"b": Counts(0, 0, 1), "a": Counts(1, 0, 0)}])
    assert merged == {"a": Counts(2, 2, 3), "b": Counts(0, 0, 1)}
    assert total(merged) == Counts(2, 2, 4)
    assert total({}) == Counts()
