from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrel.domain import Span

spans = st.tuples(st.integers(0, 30), st.integers(1, 30)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 3), (4, 3), (-1, 2), (-2, -1)])
def test_empty_reversed_and_negative_ranges_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"0 <= start < end, not \[{start}, {end}\)"):
        Span(start, end)


@pytest.mark.parametrize(
    ("text", "start", "end", "covered"),
    [
        ("Kyiv", 0, 4, "Kyiv"),
        ("a\U0001f600b", 1, 2, "\U0001f600"),
        ("a\U0001f600b", 2, 3, "b"),
        ("Cafe\u0301 bar", 3, 5, "e\u0301"),
        ("\ufeffOsh", 1, 4, "Osh"),
        ("a\r\nb", 1, 3, "\r\n"),
    ],
)
def test_covers_code_points(text: str, start: int, end: int, covered: str) -> None:
    span = Span(start, end)
    assert span.of(text) == covered
    assert len(span) == len(covered)


@pytest.mark.parametrize(
    ("first", "second", "overlap", "contains"),
    [
        ((0, 5), (5, 6), False, False),
        ((0, 5), (4, 6), True, False),
        ((0, 5), (0, 5), True, True),
        ((0, 5), (1, 4), True, True),
        ((1, 4), (0, 5), True, False),
        ((0, 5), (4, 5), True, True),
        ((0, 5), (7, 9), False, False),
    ],
)
def test_overlap_and_containment(
    first: tuple[int, int], second: tuple[int, int], overlap: bool, contains: bool
) -> None:
    assert Span(*first).overlaps(Span(*second)) is overlap
    assert Span(*first).contains(Span(*second)) is contains


@settings(deadline=None)
@given(spans, spans)
def test_agree_with_the_sets_of_characters(first: Span, second: Span) -> None:
    a, b = set(range(first.start, first.end)), set(range(second.start, second.end))
    assert first.overlaps(second) == second.overlaps(first) == bool(a & b)
    assert first.contains(second) == (b <= a)


def test_sorts_by_start_then_end_and_is_frozen() -> None:
    assert sorted([Span(3, 4), Span(0, 9), Span(0, 2)]) == [Span(0, 2), Span(0, 9), Span(3, 4)]
    with pytest.raises(dataclasses.FrozenInstanceError):
        Span(0, 1).start = 2  # type: ignore[misc]
