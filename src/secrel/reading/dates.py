"""The calendar days that a date mention stands for, seen from the day of its article.

Nothing is guessed: what words and header leave open is ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from secrel.domain import DateInterval, Metadata
from secrel.errors import InputError
from secrel.reading.date_words import (
    Direction,
    Meaning,
    Relative,
    Yearly,
    first_day,
    last_day,
    normalize,
    one_day,
    read_words,
)

# Other numbers are no years of articles, nor of what these tell.
_YEARS = range(1000, 3000)
# Issues of Eurasia Daily Monitor a year: at most one a weekday; in volumes 2 to 12 (2005 to 2015) at least 225.
_MOST_ISSUES, _LEAST_ISSUES, _STEADY_VOLUMES, _SLACK = 261, 225, range(2, 13), timedelta(days=7)
# A daily cites reports of the last days; two months leave room for an article without a fresh source.
_LATEST_SOURCE, _HALF_A_YEAR = timedelta(days=60), timedelta(days=182)

# Words that refer to the date before them.
_STEPS = {"previous": -1, "preceding": -1, "next": 1, "following": 1}
_THAT_DAY = re.compile(r"(same|that|that same|(?:previous|preceding|next|following)(?= day)) (day|week|month)")
_OF_THAT_YEAR = re.compile(r"\b(that same|same|that|(?<= )(?:previous|preceding|following)) year$")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The days on one of which an article appeared: a single day, or what is known of it.

    Attributes:
        earliest: First of these days.
        latest: Last of them.
    """

    earliest: date
    latest: date

    @classmethod
    def of(cls, metadata: Metadata) -> Anchor | None:
        """The anchor that a header gives, or ``None`` if it gives neither date nor year, or a year that cannot be.

        Without a date it is the year. The issue of an *Eurasia Daily Monitor* of 2005 to 2015 narrows that down to some
        weeks: between 225 and 261 issues appeared a year.

        Raises:
            InputError: If the date is not an ISO 8601 date.
        """
        if metadata.date is not None:
            try:
                day = date.fromisoformat(metadata.date)
            except ValueError as error:
                where = metadata.source or "metadata"
                raise InputError(where, found=f"date {metadata.date!r}", expected="an ISO 8601 date") from error
            return cls(day, day) if day.year in _YEARS else None
        if metadata.year is None or metadata.year not in _YEARS:
            return None
        first, last = date(metadata.year, 1, 1), date(metadata.year, 12, 31)
        publication = (metadata.publication or "").casefold()
        if publication == "eurasia daily monitor" and metadata.issue and metadata.volume in _STEADY_VOLUMES:
            earliest = first + timedelta(days=(metadata.issue - 1) * 365 // _MOST_ISSUES)
            latest = first + timedelta(days=metadata.issue * 365 // _LEAST_ISSUES) + _SLACK
            return cls(min(earliest, last), min(latest, last))
        return cls(first, last)

    def narrowed(self, cited: Iterable[date]) -> Anchor:
        """What the days of the reports that the article cites leave of it: the two months from the latest one on.

        Nothing is concluded from citations half a year apart, which may be from two years.

        Args:
            cited: Days as if all were in the anchor's year.
        """
        days = sorted(day for day in cited if day.year == self.year)
        if not days or days[-1] - days[0] > _HALF_A_YEAR:
            return self
        earliest, latest = max(self.earliest, days[-1]), min(self.latest, days[-1] + _LATEST_SOURCE)
        return Anchor(earliest, latest) if earliest <= latest else self

    @property
    def year(self) -> int | None:
        """The year, where all the days are of one."""
        return self.earliest.year if self.earliest.year == self.latest.year else None


def resolve_date(
    text: str, *, anchor: Anchor | None, direction: Direction = "near", previous: DateInterval | None = None
) -> DateInterval | None:
    """The days that the words of one mention stand for, or ``None`` if they leave it open.

    Words that need the article's day are resolved if they mean the same on each of the days of ``anchor``. Failing
    that, what comes back every year ("July 6", "first quarter") is that of the anchor's year.

    Args:
        text: The mention, with or without preposition and article.
        anchor: When the article appeared; without it, only dates with a year are resolved.
        direction: Whether the sentence tells what was or what is to come.
        previous: The date before in the same passage, to which "that year", "the same day", "the previous May" refer.
    """
    meaning = read_meaning(text, previous)
    if meaning is None or isinstance(meaning, DateInterval):
        return meaning
    if anchor is None:
        return None
    found = meaning.seen_from(anchor.earliest, direction)
    # A later day never gives an earlier date: what is equal at both ends is equal between.
    if found == meaning.seen_from(anchor.latest, direction):
        return found
    return meaning.in_year(anchor.year) if isinstance(meaning, Yearly) and anchor.year else None


def read_meaning(text: str, previous: DateInterval | None = None) -> Meaning | None:
    """What the words mean, apart from when they are written; ``None`` if it is unknown or open."""
    text = normalize(text)
    known = all(re.fullmatch(r"[12][0-9]{3}", number) for number in re.findall(r"\d{4,}", text))
    return _refer(text, previous) if known else None


def _refer(text: str, previous: DateInterval | None) -> Meaning | None:
    """What normalized words mean behind another date."""
    if found := _THAT_DAY.fullmatch(text):
        return _that_day(found[1], found[2], previous)
    if found := _OF_THAT_YEAR.search(text):
        step = _STEPS.get(found[1], 0)
        if previous:
            return read_words(f"{text[: found.start()]}{first_day(previous).year + step}")
        # "May of the previous year" is that of the year before the article.
        return read_words(text) if step < 0 else None
    meaning = read_words(text)
    if found := re.match(r"(?:late |early )?(previous|preceding|following) ", text):
        if isinstance(meaning, Yearly | Relative) and previous:
            return meaning.seen_from(last_day(previous) if found[1] == "following" else first_day(previous), "past")
        # Without a date before it, "the previous May" is that before the article.
        return None if found[1] == "following" else meaning
    return meaning


def _that_day(which: str, unit: str, previous: DateInterval | None) -> DateInterval | None:
    """The day, week or month of the date before, or the day beside it."""
    step = _STEPS.get(which, 0)
    if previous is None or previous.granularity != unit or (step and unit != "day"):
        return None
    return one_day(first_day(previous) + timedelta(days=step)) if step else previous


def in_year(text: str, year: int) -> DateInterval | None:
    """The days of words without a year ("July 6", "early May", "autumn") in a given one; ``None`` for other words."""
    meaning = read_meaning(text)
    return meaning.in_year(year) if isinstance(meaning, Yearly) else None


def resolve_ends(
    first: str, last: str, *, anchor: Anchor | None, direction: Direction
) -> tuple[DateInterval, DateInterval] | None:
    """The days of "from *July 10* to *July 21*", of one range; ``None`` if the words name none without their years.

    Args:
        first: Words of its beginning.
        last: Words of its end.
        anchor: As for :func:`resolve_date`.
        direction: Whether the sentence tells what was or what is to come: the latest range that has begun, or the next
            that is not over.
    """
    ends = read_meaning(first), read_meaning(last)
    span = resolve_date(f"{first} to {last}", anchor=anchor, direction=direction)
    if span is None or not isinstance(ends[0], Yearly) or not isinstance(ends[1], Yearly):
        return None
    begin, end = ends[0].in_year(first_day(span).year), ends[1].in_year(last_day(span).year)
    return (begin, end) if begin and end else None


def resolve_beside(text: str, neighbour: DateInterval, *, behind: bool, year_named: bool) -> DateInterval | None:
    """The days of words that share their month or year with a date beside them.

    Args:
        text: A bare day number ("October 9 and *17*"), which takes the month of a day, or words without a year ("from
            *July* to September last year"), which take the year that keeps the two in the order of time.
        neighbour: The date beside it.
        behind: Whether the words stand behind the neighbour.
        year_named: Whether the neighbour's words name a year.
    """
    first = first_day(neighbour)
    if number := re.fullmatch(r"(?:the )?(\d\d?)(?:st|nd|rd|th)?", text.strip()):
        if neighbour.granularity != "day" or (int(number[1]) > first.day) != behind:
            return None
        found = resolve_date(f"{first.year:04}-{first.month:02}-{int(number[1]):02}", anchor=None)
        return found if found != neighbour else None
    meaning = read_meaning(text)
    if not year_named or not isinstance(meaning, Yearly):
        return None
    if neighbour.granularity in {"year", "decade", "range"}:
        return meaning.in_year(first.year) if neighbour.granularity == "year" and not behind else None
    return meaning.next(first) if behind else meaning.seen_from(first, "past")
