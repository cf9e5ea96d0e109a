"""Days, months and years as source brackets write them: ``April 20, 23``, ``September 5-6``, ``3 May 2005``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from secrel.errors import InputError

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH = (
    r"(?:(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?)"
)
DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b"
_YEAR = r"(?:1[89]|20)\d\d"
_TO = r"\s*(?:[-–—]|\b(?:to|through)\b)\s*"
_AND = r"\s*(?:\band\b|&|/)\s*"
# Days of one month: "6", "5-6", "3 and 4".
_DAYS = rf"{DAY}(?:(?:{_TO}|{_AND}){DAY})*"
DATES = re.compile(
    rf"(?:{MONTH}\s+{DAY}{_TO}{MONTH}\s+{DAY}|{MONTH}\s+{_DAYS}|{_DAYS}\s+{MONTH}|{MONTH}|{_DAYS})"
    rf"(?:\s+{_YEAR})?|{_YEAR}-\d\d-\d\d|\d?\d\.\d?\d\.{_YEAR}|{_YEAR}",
    re.IGNORECASE,
)
"""One date expression: days of a month, a range of days, a month, a year."""
_ISO = re.compile(rf"({_YEAR})-(\d\d)-(\d\d)")
# "6.7.2006": with full stops the day comes first.
_DOTTED = re.compile(rf"(\d?\d)\.(\d?\d)\.({_YEAR})")
_PART = re.compile(rf"(?P<month>{MONTH})|(?P<year>{_YEAR})|(?P<day>\d\d?)", re.IGNORECASE)
# How long after an article's date a day without a year may lie that is still of this year.
_AHEAD = timedelta(days=7)
# Between December and January, and not days given out of order.
_TURN = 6

Day = tuple[int | None, int | None, int | None]
"""Year, month and day, as far as a text states them."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What is known of the day of an article.

    Attributes:
        day: The day, or ``None``.
        year: Its year, or ``None``.
    """

    day: date | None
    year: int | None

    @classmethod
    def of(cls, day: str | None, year: int | None) -> Anchor:
        """From an ISO 8601 date, or from a year where no more is known.

        Raises:
            InputError: If ``day`` is no ISO 8601 date.
        """
        try:
            issued = date.fromisoformat(day) if day else None
        except ValueError as error:
            raise InputError(
                "date of the article", found=repr(day), expected="an ISO 8601 date such as 2006-07-11"
            ) from error
        return cls(issued, issued.year if issued else year)

    def places(self, days: Sequence[Day]) -> list[str]:
        """ISO 8601 dates of those days that exist and whose year is known, each once.

        A day without a year falls into the year of the article, or into the year before where it would otherwise lie
        more than a week after the article.
        """
        return list(dict.fromkeys(found for day in days if (found := self._place(*day))))

    def _place(self, year: int | None, month: int | None, day: int | None) -> str | None:
        if year is None and month is not None:
            year = self._year(month, day or 1)
        if year is None:
            return None
        if month is None or day is None:
            return str(year) if month is None else f"{year}-{month:02d}"
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return None

    def _year(self, month: int, day: int) -> int | None:
        if self.day is None:
            return self.year
        last = self.day + _AHEAD
        # In the last days of December a January day may be of the next year.
        for year in (last.year, self.day.year):
            if (year, month, day) <= (last.year, last.month, last.day):
                return year
        return self.day.year - 1


def resolve_day(text: str, *, day: str | None = None, year: int | None = None) -> str | None:
    """The first day that words such as "October 9" or "9 October 2001" name, by the rules of :class:`Anchor`.

    Args:
        text: The words.
        day: ISO 8601 date of the article, if it is known.
        year: Its year, if no more is known.

    Returns:
        An ISO 8601 date; ``None`` if the words name no single day, or its year is not known.
    """
    if not DATES.fullmatch(fold(text)):
        return None
    days = [found for found in read_days(fold(text), None) if found[2] is not None]
    places = Anchor.of(day, year).places(days)
    return places[0] if places else None


def join_days(days: list[Day], more: list[Day]) -> list[Day]:
    """Days with those behind the next comma; a year alone is that of the days before it."""
    if days and len(more) == 1 and more[0][1] is None:
        return _of_year(days, more[0][0])
    return days + more


def _of_year(days: Sequence[Day], year: int | None) -> list[Day]:
    """Days without a year, of one that stands behind them: "December 30, January 3, 2006" are of two years."""
    found: list[Day] = []
    for stated, month, day in reversed(days):
        following = found[-1][1] if found else None
        if year is not None and month is not None and following is not None and month - following > _TURN:
            year -= 1
        year = stated or year
        found.append((year, month, day))
    return found[::-1]


def read_days(content: str, month: int | None) -> list[Day]:
    """The days, months or years that a date expression states; days without a month are of ``month``, if any."""
    iso = _ISO.fullmatch(content)
    if iso:
        return [(int(iso[1]), int(iso[2]), int(iso[3]))]
    dotted = _DOTTED.fullmatch(content)
    if dotted:
        return [(int(dotted[3]), int(dotted[2]), int(dotted[1]))]
    year: int | None = None
    days: list[tuple[int | None, int]] = []
    months: list[int] = []
    for part in _PART.finditer(content):
        if part["year"]:
            year = int(part["year"])
        elif part["month"]:
            month = _MONTHS.index(part["month"][:3].lower()) + 1
            months.append(month)
            days = [(of or month, day) for of, day in days]
        else:
            days.append((month, int(part["day"])))
    if days:
        return _of_year([(None, of, day) for of, day in days if of is not None], year)
    if months:
        return _of_year([(None, of, None) for of in months], year)
    return [(year, None, None)] if year else []


def fold(text: str) -> str:
    """The text with its white space made single."""
    return " ".join(text.split())
