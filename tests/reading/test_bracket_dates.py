"""Days, months and years as source brackets write them."""

from __future__ import annotations

import pytest

from secrel.errors import InputError
from secrel.reading.bracket_dates import Anchor, Day, fold, join_days, read_days, resolve_day


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("July 6", [(None, 7, 6)]),
        ("6 July", [(None, 7, 6)]),
        ("July 6th", [(None, 7, 6)]),
        ("Sept. 6", [(None, 9, 6)]),
        ("July 6-8", [(None, 7, 6), (None, 7, 8)]),
        ("July 31 to August 2", [(None, 7, 31), (None, 8, 2)]),
        ("6 and 7 July 2004", [(2004, 7, 6), (2004, 7, 7)]),
        ("2004-07-06", [(2004, 7, 6)]),
        ("6.7.2004", [(2004, 7, 6)]),
        ("July 6 through 8", [(None, 7, 6), (None, 7, 8)]),
        ("December 30 to January 2 2004", [(2003, 12, 30), (2004, 1, 2)]),
        ("July 2004", [(2004, 7, None)]),
        ("July", [(None, 7, None)]),
        ("2004", [(2004, None, None)]),
        ("6", []),
    ],
)
def test_read_days(words: str, days: list[Day]) -> None:
    assert read_days(words, None) == days


def test_a_bare_day_is_of_the_month_before_it() -> None:
    assert read_days("8", 7) == [(None, 7, 8)]


def test_a_year_behind_days_is_theirs() -> None:
    assert join_days([(None, 5, 3)], [(None, 5, 4)]) == [(None, 5, 3), (None, 5, 4)]
    assert join_days([(None, 5, 3), (None, 5, 4)], [(2004, None, None)]) == [(2004, 5, 3), (2004, 5, 4)]


def test_days_before_a_turn_of_the_year_are_of_the_year_before() -> None:
    days = [(None, 11, 30), (None, 12, 31), (None, 1, 2)]
    assert join_days(days, [(2004, None, None)]) == [(2003, 11, 30), (2003, 12, 31), (2004, 1, 2)]
    # Out of order.
    assert join_days([(None, 7, 6), (None, 6, 8)], [(2004, None, None)]) == [(2004, 7, 6), (2004, 6, 8)]
    assert join_days([(2002, 12, 30), (None, 1, 2)], [(2004, None, None)]) == [(2002, 12, 30), (2004, 1, 2)]


def test_places_are_given_once_and_only_where_they_exist() -> None:
    anchor = Anchor.of("2004-03-01", None)
    assert anchor.places([(None, 2, 29), (None, 2, 29), (None, 2, 30), (None, 12, 1)]) == ["2004-02-29", "2003-12-01"]
    assert Anchor.of(None, None).places([(None, 7, 6), (2004, 7, None), (2003, None, None)]) == ["2004-07", "2003"]
    with pytest.raises(InputError, match="2004-7"):
        Anchor.of("2004-7", None)


def test_resolve_day() -> None:
    assert resolve_day("July 6", year=2004) == "2004-07-06"
    assert resolve_day("July\n6", day="2004-07-11") == "2004-07-06"
    assert resolve_day("July 6, 7", year=2004) is None
    assert resolve_day("July", year=2004) is None
    assert resolve_day("last Monday", year=2004) is None
    assert resolve_day("July 6") is None


def test_fold() -> None:
    assert fold(" Lantern\r\n  Post ") == "Lantern Post"
