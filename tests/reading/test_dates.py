"""What dates mean: table of expressions, round trips, and what is left open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from secrel.domain import DateInterval, Metadata
from secrel.errors import InputError
from secrel.reading.date_words import Direction
from secrel.reading.dates import Anchor, resolve_beside, resolve_date, resolve_ends

TUESDAY = Anchor(date(2006, 7, 11), date(2006, 7, 11))
YEAR = Anchor(date(2006, 1, 1), date(2006, 12, 31))
DIRECTIONS: tuple[Direction, ...] = ("past", "future", "planned", "near")


def resolved(text: str, anchor: Anchor | None = TUESDAY, direction: Direction = "past") -> str:
    found = resolve_date(text, anchor=anchor, direction=direction)
    return "-" if found is None else f"{found} {found.granularity}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("July 6, 2005", "2005-07-06 day"),
        ("6 July 2005", "2005-07-06 day"),
        ("6th of July, 2005", "2005-07-06 day"),
        ("Wednesday, July 6, 2005", "2005-07-06 day"),
        ("on Sept. 5, 2001", "2001-09-05 day"),
        ("2005-07-06", "2005-07-06 day"),
        ("night of July 6, 2005", "2005-07-06 day"),
        ("July 2004", "2004-07-01/2004-07-31 month"),
        ("February of 2004", "2004-02-01/2004-02-29 month"),
        ("the end of February 2005", "2005-02-01/2005-02-28 month"),
        ("mid-July 2004", "2004-07-01/2004-07-31 month"),
        ("2005", "2005-01-01/2005-12-31 year"),
        ("since 1992", "1992-01-01/1992-12-31 year"),
        ("late 2004", "2004-01-01/2004-12-31 year"),
        ("mid-2005", "2005-01-01/2005-12-31 year"),
        ("by the end of 2002", "2002-01-01/2002-12-31 year"),
        ("first weeks of 2003", "2003-01-01/2003-12-31 year"),
        ("spring 2005", "2005-03-01/2005-05-31 season"),
        ("summer of 2005", "2005-06-01/2005-08-31 season"),
        ("late autumn 2005", "2005-09-01/2005-11-30 season"),
        ("winter 2004", "2003-12-01/2004-02-29 season"),
        ("winter of 2004-05", "2004-12-01/2005-02-28 season"),
        ("winter of 2004-2005", "2004-12-01/2005-02-28 season"),
        ("the first quarter of 2004", "2004-01-01/2004-03-31 quarter"),
        ("last quarter of 2004", "2004-10-01/2004-12-31 quarter"),
        ("Q3 2004", "2004-07-01/2004-09-30 quarter"),
        ("second half of 2005", "2005-07-01/2005-12-31 half-year"),
        ("first four months of 1995", "1995-01-01/1995-04-30 range"),
        ("1990s", "1990-01-01/1999-12-31 decade"),
        ("early 1990s", "1990-01-01/1999-12-31 decade"),
        ("1990's", "1990-01-01/1999-12-31 decade"),
        ("early 1990’s", "1990-01-01/1999-12-31 decade"),
        ("1995's", "1995-01-01/1995-12-31 year"),
        ("the first half of the 1990s", "1990-01-01/1999-12-31 decade"),
        ("’90s", "1990-01-01/1999-12-31 decade"),
        ("nineties", "1990-01-01/1999-12-31 decade"),
        ("2000s", "2000-01-01/2009-12-31 decade"),
        ("2003-2005", "2003-01-01/2005-12-31 range"),
        ("1996–97", "1996-01-01/1997-12-31 range"),
        ("1998-02", "1998-01-01/2002-12-31 range"),
        ("1991/92", "1991-01-01/1992-12-31 range"),
        ("2006-05", "2006-05-01/2006-05-31 month"),
        ("May 3/4, 2005", "2005-05-03/2005-05-04 range"),
        ("May 3 & 4, 2005", "2005-05-03/2005-05-04 range"),
        ("June/July 2005", "2005-06-01/2005-07-31 range"),
        ("February 29-March 2, 2004", "2004-02-29/2004-03-02 range"),
        ("July 6-9, 2005", "2005-07-06/2005-07-09 range"),
        ("6 to 9 July 2005", "2005-07-06/2005-07-09 range"),
        ("December 30-January 2, 2006", "2005-12-30/2006-01-02 range"),
        ("December 2004-February", "2004-12-01/2005-02-28 range"),
        ("April 20, 23, 2005", "2005-04-20/2005-04-23 range"),
        ("July-August 2005", "2005-07-01/2005-08-31 range"),
        ("June 30, 2004 to July 2, 2005", "2004-06-30/2005-07-02 range"),
    ],
)
def test_dates_that_need_no_article(text: str, expected: str) -> None:
    assert resolved(text, None) == resolved(text) == expected


@pytest.mark.parametrize(
    ("text", "past", "future"),
    [
        ("July 6", "2006-07-06 day", "2007-07-06 day"),
        ("July 11", "2006-07-11 day", "2006-07-11 day"),
        ("Sept. 5", "2005-09-05 day", "2006-09-05 day"),
        ("12 JANUARY", "2006-01-12 day", "2007-01-12 day"),
        ("February 29", "2004-02-29 day", "2008-02-29 day"),
        ("May", "2006-05-01/2006-05-31 month", "2007-05-01/2007-05-31 month"),
        ("July", "2006-07-01/2006-07-31 month", "2006-07-01/2006-07-31 month"),
        ("early November", "2005-11-01/2005-11-30 month", "2006-11-01/2006-11-30 month"),
        ("second half of May", "2006-05-01/2006-05-31 month", "2007-05-01/2007-05-31 month"),
        ("first quarter", "2006-01-01/2006-03-31 quarter", "2007-01-01/2007-03-31 quarter"),
        ("autumn", "2005-09-01/2005-11-30 season", "2006-09-01/2006-11-30 season"),
        ("June 30-July 2", "2006-06-30/2006-07-02 range", "2007-06-30/2007-07-02 range"),
        ("April 20, 23", "2006-04-20/2006-04-23 range", "2007-04-20/2007-04-23 range"),
        ("Monday", "2006-07-10 day", "2006-07-17 day"),
        ("Tuesday", "2006-07-04 day", "2006-07-18 day"),
        ("late Monday night", "2006-07-10 day", "2006-07-17 day"),
        ("this weekend", "2006-07-08/2006-07-09 range", "2006-07-15/2006-07-16 range"),
        ("this winter", "2005-12-01/2006-02-28 season", "2006-12-01/2007-02-28 season"),
    ],
)
def test_dates_that_need_the_tense(text: str, past: str, future: str) -> None:
    assert (resolved(text), resolved(text, direction="future")) == (past, future)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2006-07-11 day"),
        ("yesterday", "2006-07-10 day"),
        ("last night", "2006-07-10 day"),
        ("tomorrow", "2006-07-12 day"),
        ("last Monday", "2006-07-10 day"),
        ("last Tuesday", "2006-07-04 day"),
        ("this Friday", "2006-07-14 day"),
        ("next Monday", "2006-07-17 day"),
        ("Monday of last week", "2006-07-03 day"),
        ("last week", "2006-07-03/2006-07-09 week"),
        ("earlier this week", "2006-07-10/2006-07-16 week"),
        ("next week", "2006-07-17/2006-07-23 week"),
        ("last weekend", "2006-07-08/2006-07-09 range"),
        ("last month", "2006-06-01/2006-06-30 month"),
        ("later this month", "2006-07-01/2006-07-31 month"),
        ("the end of the month", "2006-07-01/2006-07-31 month"),
        ("next month", "2006-08-01/2006-08-31 month"),
        ("last quarter", "2006-04-01/2006-06-30 quarter"),
        ("last year", "2005-01-01/2005-12-31 year"),
        ("the end of the year", "2006-01-01/2006-12-31 year"),
        ("early next year", "2007-01-01/2007-12-31 year"),
        ("last decade", "1990-01-01/1999-12-31 decade"),
        ("end of the decade", "2000-01-01/2009-12-31 decade"),
        ("last July", "2005-07-01/2005-07-31 month"),
        ("last June", "2006-06-01/2006-06-30 month"),
        ("this October", "2006-10-01/2006-10-31 month"),
        ("next May", "2007-05-01/2007-05-31 month"),
        ("next July", "2007-07-01/2007-07-31 month"),
        ("last Sept. 30", "2005-09-30 day"),
        ("last summer", "2005-06-01/2005-08-31 season"),
        ("previous spring", "2006-03-01/2006-05-31 season"),
        ("this summer", "2006-06-01/2006-08-31 season"),
        ("this autumn", "2006-09-01/2006-11-30 season"),
        ("coming winter", "2006-12-01/2007-02-28 season"),
        ("first half of the year", "2006-01-01/2006-06-30 half-year"),
        ("autumn of last year", "2005-09-01/2005-11-30 season"),
        ("last year’s July", "2005-07-01/2005-07-31 month"),
        ("12 January this year", "2006-01-12 day"),
        ("July 1 of next year", "2007-07-01 day"),
        ("May and June last year", "2005-05-01/2005-06-30 range"),
    ],
)
def test_dates_that_need_the_article(text: str, expected: str) -> None:
    assert {resolved(text, direction=direction) for direction in DIRECTIONS} == {expected}
    assert resolved(text, None) == "-"


@pytest.mark.parametrize(
    "text",
    [
        *("17th century", "19th-century", "1900s", "20s", "fiscal 2005", "2004/05 season", "this season", "Mondays"),
        *("last three years", "past week", "recent years", "post-war years", "second week of May", "last week of July"),
        *(
            "23",
            "July 90",
            "February 30",
            "February 29, 2005",
            "June 31-July 5",
            "12345",
            "the Soviet era",
            "now",
            "",
            " . ",
        ),
        *(
            "year",
            "that year",
            "same day",
            "following year",
            "July 9-6, 2005",
            "fifth quarter",
            "May 2005 2006",
            "9999",
            "9/11",
            "2006-00",
            "May of the following year",
            "the next day",
        ),
    ],
)
def test_open(text: str) -> None:
    assert {resolved(text, direction=direction) for direction in DIRECTIONS} == {"-"}


def test_without_sign_of_tense_the_nearer_with_a_bias_to_the_past() -> None:
    assert resolved("August", direction="near").startswith("2006")
    assert resolved("October", direction="near").startswith("2006")
    assert resolved("December", direction="near").startswith("2005")
    assert resolved("Friday", direction="near") == "2006-07-07 day"


def test_what_is_planned_is_the_nearer_one_and_the_next_weekday() -> None:
    assert resolved("December 31", direction="planned") == "2006-12-31 day"
    assert resolved("April 1", direction="planned") == "2006-04-01 day"
    assert resolved("Friday", direction="planned") == "2006-07-14 day"


def test_a_range_with_a_leap_day_ends_in_its_year() -> None:
    leap = date(2008, 2, 29)
    assert resolved("February 29-March 2", Anchor(leap, leap)) == "2008-02-29/2008-03-02 range"


@pytest.mark.parametrize(
    ("first", "last", "direction", "expected"),
    [
        ("July 10", "July 21", "future", "2006-07-10 2006-07-21"),
        ("May 12", "September 30", "past", "2006-05-12 2006-09-30"),
        ("November 3", "March 2", "past", "2005-11-03 2006-03-02"),
        ("November 3", "March 2", "future", "2006-11-03 2007-03-02"),
        ("May 12, 2005", "September 30", "past", None),
        ("Monday", "Friday", "past", None),
    ],
)
def test_the_ends_of_a_range(first: str, last: str, direction: Direction, expected: str | None) -> None:
    ends = resolve_ends(first, last, anchor=TUESDAY, direction=direction)
    assert (ends and f"{ends[0]} {ends[1]}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("July 6", "2006-07-06 day"),
        ("December", "2006-12-01/2006-12-31 month"),
        ("July 6-9", "2006-07-06/2006-07-09 range"),
        ("first quarter", "2006-01-01/2006-03-31 quarter"),
        ("last year", "2005-01-01/2005-12-31 year"),
        ("January of next year", "2007-01-01/2007-01-31 month"),
        ("this July", "2006-07-01/2006-07-31 month"),
        ("end of the decade", "2000-01-01/2009-12-31 decade"),
        ("last July", "-"),
        ("this winter", "-"),
        ("last month", "-"),
        ("Monday", "-"),
        ("yesterday", "-"),
    ],
)
def test_with_the_year_alone(text: str, expected: str) -> None:
    assert {resolved(text, YEAR, direction) for direction in DIRECTIONS} == {expected}


def test_what_refers_to_the_text_before() -> None:
    may, day = DateInterval("1993-05-01", "1993-05-31", "month"), DateInterval("1993-05-04", "1993-05-04", "day")

    def referring(text: str, previous: DateInterval) -> str | None:
        found = resolve_date(text, anchor=TUESDAY, previous=previous)
        return found and str(found)

    assert referring("the same day", day) == "1993-05-04"
    assert referring("the same day", may) is None
    assert referring("that month", may) == "1993-05-01/1993-05-31"
    assert referring("that year", day) == referring("later that year", may) == "1993-01-01/1993-12-31"
    assert referring("July of that year", may) == "1993-07-01/1993-07-31"
    assert referring("the previous May", day) == "1992-05-01/1992-05-31"
    assert referring("late the following year", may) == "1994-01-01/1994-12-31"
    assert referring("last year", may) == "2005-01-01/2005-12-31"
    assert referring("May of the following year", day) == "1994-05-01/1994-05-31"
    assert referring("July of the previous year", may) == "1992-07-01/1992-07-31"
    assert referring("that same year", may) == "1993-01-01/1993-12-31"
    assert referring("that same day", day) == "1993-05-04"
    assert referring("the next day", day) == "1993-05-05"
    assert referring("the previous day", day) == "1993-05-03"
    assert referring("the next day", may) is None


def test_dates_side_by_side() -> None:
    ninth, last_autumn = (
        DateInterval("2001-10-09", "2001-10-09", "day"),
        DateInterval("1999-09-01", "1999-09-30", "month"),
    )

    def beside(text: str, neighbour: DateInterval, behind: bool, year_named: bool = True) -> str | None:
        found = resolve_beside(text, neighbour, behind=behind, year_named=year_named)
        return found and str(found)

    assert beside("17", ninth, behind=True, year_named=False) == "2001-10-17"
    assert beside("the 8th", ninth, behind=False) == "2001-10-08"
    assert beside("8", ninth, behind=True) is None
    assert beside("32", ninth, behind=True) is None
    assert beside("17", last_autumn, behind=True) is None
    assert beside("July", last_autumn, behind=False) == "1999-07-01/1999-07-31"
    assert beside("December", last_autumn, behind=False) == "1998-12-01/1998-12-31"
    assert beside("March", last_autumn, behind=True) == "2000-03-01/2000-03-31"
    assert beside("March", last_autumn, behind=True, year_named=False) is None
    assert beside("last month", last_autumn, behind=True) is None
    assert beside("April 12", DateInterval("2004-01-01", "2004-12-31", "year"), behind=False) == "2004-04-12"


def test_anchor_of_a_header() -> None:
    edm = "Eurasia Daily Monitor"
    assert Anchor.of(Metadata()) is None
    assert Anchor.of(Metadata(year=102002)) is None
    assert Anchor.of(Metadata(date="2006-07-11", year=2006)) == TUESDAY
    assert Anchor.of(Metadata(year=2006)) == Anchor.of(Metadata("Elsewhere", 3, 133, year=2006)) == YEAR
    assert Anchor.of(Metadata(edm, 15, 90, year=2018)) == Anchor(date(2018, 1, 1), date(2018, 12, 31))
    with pytest.raises(InputError, match="2006-13-01"):
        Anchor.of(Metadata(date="2006-13-01"))


def test_the_issue_of_edm_narrows_the_year_down() -> None:
    # Issue 133 of 2006 appeared on July 11.
    anchor = Anchor.of(Metadata("Eurasia Daily Monitor", 3, 133, year=2006))
    assert anchor is not None
    assert anchor.earliest <= date(2006, 7, 11) <= anchor.latest
    assert resolved("December", anchor) == "2005-12-01/2005-12-31 month"
    assert resolved("January", anchor, "future") == "2007-01-01/2007-01-31 month"
    # It may have appeared before July 20 or after: the year alone decides.
    assert resolved("July 20", anchor) == "2006-07-20 day"
    assert resolved("last month", anchor) == "-"


def test_citations_narrow_the_year_down() -> None:
    anchor = YEAR.narrowed([date(2006, 5, 10), date(2006, 5, 8)])
    assert (anchor.earliest, anchor.latest) == (date(2006, 5, 10), date(2006, 7, 9))
    assert resolved("December", anchor) == "2005-12-01/2005-12-31 month"
    assert resolved("June 9", anchor) == "2006-06-09 day"
    assert YEAR.narrowed([]) == YEAR.narrowed([date(2006, 1, 3), date(2006, 12, 28)]) == YEAR
    assert TUESDAY.narrowed([date(2006, 12, 1)]) == TUESDAY


DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
FORMATS = [
    "%B {d}, %Y",
    "{d} %B %Y",
    "%b. {d}, %Y",
    "%B {d}th, %Y",
    "{d} of %B %Y",
    "%A, %B {d}, %Y",
    "%Y-%m-%d",
    "%B %d %Y",
]


@given(day=DAYS, form=st.sampled_from(FORMATS), anchor=st.sampled_from([None, TUESDAY, YEAR]))
def test_full_dates_come_back(day: date, form: str, anchor: Anchor | None) -> None:
    text = day.strftime(form).replace("{d}", str(day.day)).replace("May.", "May")
    assert resolve_date(text, anchor=anchor) == DateInterval(day.isoformat(), day.isoformat(), "day")


@given(day=DAYS, back=st.integers(0, 364), form=st.sampled_from(["%B {d}", "{d} %B", "%b. {d}", "%B {d}th"]))
def test_a_day_of_the_last_year_comes_back_without_its_year(day: date, back: int, form: str) -> None:
    told = day - timedelta(days=back)
    text = told.strftime(form).replace("{d}", str(told.day)).replace("May.", "May")
    assert resolve_date(text, anchor=Anchor(day, day), direction="past") == DateInterval(
        told.isoformat(), told.isoformat(), "day"
    )


@given(day=DAYS, ahead=st.integers(0, 364))
def test_a_day_of_the_next_year_comes_back_without_its_year(day: date, ahead: int) -> None:
    told = day + timedelta(days=ahead)
    found = resolve_date(f"{told:%B} {told.day}", anchor=Anchor(day, day), direction="future")
    assert found == DateInterval(told.isoformat(), told.isoformat(), "day")


@given(day=DAYS, back=st.integers(1, 7))
def test_weekdays_come_back(day: date, back: int) -> None:
    anchor = Anchor(day, day)
    for told, direction in ((day - timedelta(days=back), "past"), (day + timedelta(days=back), "future")):
        found = resolve_date(f"{told:%A} evening", anchor=anchor, direction=direction)
        assert found == DateInterval(told.isoformat(), told.isoformat(), "day")


@given(day=DAYS, back=st.integers(0, 11))
def test_months_come_back(day: date, back: int) -> None:
    told = day.replace(day=1) - relativedelta(months=back)
    found = resolve_date(f"late {told:%B}", anchor=Anchor(day, day), direction="past")
    assert found is not None
    assert (found.start, found.granularity) == (told.isoformat(), "month")
    assert found.end == (told + relativedelta(months=1, days=-1)).isoformat()


@given(first=DAYS, length=st.integers(1, 300))
def test_ranges_come_back(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    expected = DateInterval(first.isoformat(), last.isoformat(), "range")
    assert resolve_date(f"{first:%B} {first.day} to {last:%B} {last.day}, {last.year}", anchor=None) == expected
    assert resolve_date(f"{first:%B} {first.day}, {first.year}–{last:%B} {last.day}", anchor=None) == expected
    if (first.year, first.month) == (last.year, last.month):
        assert resolve_date(f"{first:%B} {first.day}-{last.day}, {last.year}", anchor=None) == expected


WORDS = """
    last this next previous mid- early end of the first half quarter July 6 29 February 2005 winter Monday week
    year - to
""".split()


@given(words=st.lists(st.sampled_from(WORDS), max_size=6), day=DAYS, length=st.integers(0, 60))
def test_any_words_give_an_interval_in_order_and_the_same_from_all_days_between(
    words: list[str], day: date, length: int
) -> None:
    anchor = Anchor(day, day + timedelta(days=length))
    for direction in DIRECTIONS:
        found = resolve_date(" ".join(words), anchor=anchor, direction=direction)
        assert found is None or found.start <= found.end
        ends = {resolve_date(" ".join(words), anchor=Anchor(d, d), direction=direction) for d in (day, anchor.latest)}
        if len(ends) == 1:
            middle = day + timedelta(days=length // 2)
            assert {resolve_date(" ".join(words), anchor=Anchor(middle, middle), direction=direction)} == ends


@given(text=st.text(max_size=30))
def test_any_text_is_read(text: str) -> None:
    resolve_date(text, anchor=TUESDAY)
