"""What the words of a date mean, apart from the day on which they are written.

``python-dateutil`` reads calendar dates ("6 July 2006", "Sept. 5", "4th of July") and counts months and weekdays. The
rules here add what it does not know: granularity, relative words, seasons, quarters, halves, decades and ranges.

A part of a period ("early May", "mid-2005", "the end of July") is the period. Winter runs from December of the year
before to February of the year named; spring, summer and autumn begin in March, June and September. "Last July" is the
latest July that is over, "this July" that of the year, "next July" the first to begin. Weeks run from Monday to Sunday.
Centuries, fiscal years, sports seasons, the weeks of a month and what is counted back ("the past week", "the last three
years") stay open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from dateutil.parser import ParserError, parse, parserinfo
from dateutil.relativedelta import relativedelta, weekday

from secrel.domain import DateInterval

Direction = Literal["past", "future", "planned", "near"]
"""Which of the Julys "July" is: the latest that has begun, the next that is not over, or the nearer one of the two; to
come and only ``near``, it must be twice as near."""


@dataclass(frozen=True, slots=True)
class Yearly:
    """What comes back every year: "July 6", "May", "autumn", "first quarter".

    Attributes:
        in_year: The one of a year, or ``None`` where that year has none (February 29).
    """

    in_year: Callable[[int], DateInterval | None]

    def seen_from(self, day: date, direction: Direction) -> DateInterval:
        """The one that is meant on ``day``."""
        past = next(interval for interval in self._around(day, -1) if first_day(interval) <= day)
        future = next(interval for interval in self._around(day, 1) if last_day(interval) >= day)
        if direction in ("past", "future"):
            return past if direction == "past" else future
        # Without a sign of tense the past is likelier: what is to come must be twice as near.
        ahead, back = first_day(future) - day, day - last_day(past)
        return future if (ahead if direction == "planned" else 2 * ahead) < back else past

    def last(self, day: date) -> DateInterval:
        """The latest that was over before ``day``."""
        return next(interval for interval in self._around(day, -1) if last_day(interval) < day)

    def next(self, day: date) -> DateInterval:
        """The first to begin after ``day``."""
        return next(interval for interval in self._around(day, 1) if first_day(interval) > day)

    def this(self, day: date, direction: Direction) -> DateInterval | None:
        """The one under way on ``day``, else that of its year; one that spans two years by ``direction``."""
        found = self.seen_from(day, direction)
        if first_day(found) <= day <= last_day(found):
            return found
        of_year = self.in_year(day.year)
        return of_year if of_year and first_day(of_year).year == last_day(of_year).year else found

    def _around(self, day: date, step: int) -> Iterator[DateInterval]:
        """Those of 8 years before and after, forwards or backwards: leap years can be so far apart."""
        for year in range(day.year - 8 * step, day.year + 9 * step, step):
            if (found := self.in_year(year)) is not None:
                yield found


@dataclass(frozen=True, slots=True)
class Relative:
    """What depends on the day on which it is written: "last year", "Monday", "tomorrow"."""

    seen_from: Callable[[date, Direction], DateInterval | None]


Meaning = DateInterval | Yearly | Relative


class _Fields(NamedTuple):
    """What a calendar date states."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


_NAMES = parserinfo()
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEASONS = {"winter": 0, "spring": 3, "summer": 6, "autumn": 9, "fall": 9}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_NUMBERS = {word: n for n, word in enumerate("two three four five six seven eight nine ten eleven".split(), 2)}
_DECADES = {
    word: n for n, word in enumerate("thirties forties fifties sixties seventies eighties nineties".split(), 193)
}
_DAYS = {"day before yesterday": -2, "yesterday": -1, "last night": -1, "last evening": -1, "today": 0, "tonight": 0}
_DAYS |= {"this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1, "day after tomorrow": 2}
_UNITS = ("week", "weekend", "month", "quarter", "year", "decade")
_WHICH = dict.fromkeys(("last", "previous", "preceding", "past", "this past"), -1)
_WHICH |= dict.fromkeys(("this", "current", "present"), 0)
_WHICH |= dict.fromkeys(("next", "coming", "upcoming", "following", "this coming"), 1)

_WHICH_WORDS = "|".join(sorted(_WHICH, key=len, reverse=True))
_OF_YEAR = re.compile(rf"(.+?)(?:,? of|,? in|,)? (\d{{4}}|(?:{_WHICH_WORDS}) year)")
_IN_FRONT = re.compile(r"^(?:(?:in|on|by|at|for|since|until|till|during|from|between|of|around|about|the|a)\s)+")
_TIMES = "night|evening|morning|afternoon|noon|midnight"
_TIME_OF_DAY = re.compile(rf"^(?:{_TIMES}) of | (?:late )?(?:{_TIMES})$")
_PART = re.compile(
    r"^(?:very )?(?:early|mid|late|later|earlier|(?:middle|beginning|start|end|close|rest|remainder|most)(?: of)?"
    r"|(?:first|last|final|closing|opening) (?:days|weeks|months|part) of|(?:first|second|latter) half of)(?: in)?[ -]"
)
# Years: "1998-02" is a span of them, "2006-05" a month.
_LONGEST_SPAN = 20
# A comma before a year does not part two dates.
_BETWEEN = re.compile(r"\s*(?:[-/&]|,(?! ?\d{4})|\b(?:to|and|or|through|till|until)\b)\s*")


def normalize(text: str) -> str:
    """The words in lower case with single spaces, plain hyphens and apostrophes, without prepositions and articles."""
    text = re.sub(r"[‐-―−]", "-", text.casefold()).replace("’", "'").replace("‘", "'")
    text = re.sub(r"\s+", " ", text).strip(' .,;:()[]"“”')
    # "1990's" is the decade.
    text = re.sub(r"(?<!\b\d\d\d0)'s$", "", text)
    text = re.sub(r"\bthe ", "", _IN_FRONT.sub("", text))
    text = re.sub(r"^(last|this|next) year's (.+)", r"\2 \1 year", text)
    return re.sub(rf"\b(of|in) ({'|'.join(_UNITS)})$", r"\1 this \2", text)


def read_words(text: str) -> Meaning | None:
    """The meaning of words in the form that :func:`normalize` gives them; ``None`` if it is unknown or open."""
    if text in _DAYS:
        return Relative(lambda day, _: one_day(day + timedelta(days=_DAYS[text])))
    for reader in (_decade, _calendar, _period, _weekday, _share, _of_year, _range):
        if (meaning := reader(text)) is not None:
            return meaning
    for affix in (_PART, _TIME_OF_DAY):
        rest = affix.sub("", text, count=1)
        if rest and rest != text:
            return read_words(rest)
    return None


def first_day(interval: DateInterval) -> date:
    """First day of an interval."""
    return date.fromisoformat(interval.start)


def last_day(interval: DateInterval) -> date:
    """Last day of an interval."""
    return date.fromisoformat(interval.end)


def one_day(day: date) -> DateInterval:
    """A day as an interval."""
    return _interval(day, day, "day")


def whole_year(year: int) -> DateInterval:
    """A year as an interval."""
    return _interval(date(year, 1, 1), date(year, 12, 31), "year")


def _interval(first: date, last: date, granularity: str) -> DateInterval:
    return DateInterval(first.isoformat(), last.isoformat(), granularity)


def _months(first: date, months: int, granularity: str) -> DateInterval:
    """Whole months from the first of a month."""
    return _interval(first, first + relativedelta(months=months, days=-1), granularity)


def _decade(text: str) -> DateInterval | None:
    """Reads "1990s", "90s", "nineties". "1900s" may be a century, "20s" one of two decades."""
    number = _DECADES.get(text)
    if found := re.fullmatch(r"'?(?:(1[89]|20)(\d)|([3-9]))0'?s", text):
        number = int((found[1] or "19") + (found[2] or found[3]))
    if number is None or number in {180, 190}:
        return None
    return _interval(date(number * 10, 1, 1), date(number * 10 + 9, 12, 31), "decade")


def _calendar(text: str) -> Meaning | None:
    """Reads a year, a month, a day, or what combines them."""
    fields = _fields(text)
    return _of_fields(fields) if fields else None


def _fields(text: str) -> _Fields | None:
    """The fields of a calendar date: those that ``dateutil`` finds whatever the others are filled in with."""
    text = re.sub(rf"^{_WEEKDAY},? (?=\w)", "", text)
    words = re.findall(r"[a-z]+|\d+|\S", text)
    days = [word for word in words if re.fullmatch(r"\d\d?", word)]
    years = [word for word in words if re.fullmatch(r"\d{4}", word)]
    names = [word for word in words if not word.isdigit() and word not in {"of", "st", "nd", "rd", "th", ",", "."}]
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        # dateutil would make a date of more than that as well, and in "6, 2005" a month of the day.
        one_each = len(days) <= 1 and len(years) <= 1 and len(names) <= 1
        if not one_each or not all(1 <= int(day) <= 31 for day in days):
            return None
        if not names:
            found = _Fields(year=int(years[0]) if years else None, day=int(days[0]) if days else None)
            return found if any(found) else None
        if not _NAMES.month(names[0]):
            return None
    try:
        # Both of leap years, so that February 29 is read.
        one, other = (
            parse(text, default=default).timetuple() for default in (datetime(2000, 1, 1), datetime(2004, 2, 2))
        )
    except (ParserError, OverflowError):
        return None
    return _Fields(*(a if a == b else None for a, b in zip(one[:3], other[:3], strict=True)))


def _of_fields(fields: _Fields) -> Meaning | None:
    """The meaning of a year, a month, or a day of a month, with or without its year; of a bare day ``None``."""
    year, month, day = fields
    if month is None:
        return whole_year(year) if year and not day else None

    def in_year(year: int) -> DateInterval | None:
        try:
            return one_day(date(year, month, day)) if day else _months(date(year, month, 1), 1, "month")
        except ValueError:
            return None

    return in_year(year) if year else Yearly(in_year)


def _period(text: str) -> Meaning | None:
    """Reads "last year", "this weekend", "next Monday", "the coming winter"."""
    found = re.fullmatch(rf"({_WHICH_WORDS}) (.+)", f"this {text}" if text == "weekend" else text)
    if not found:
        return None
    step, noun = _WHICH[found[1]], found[2]
    if noun in _UNITS:
        # "The past week" is counted back from today.
        return None if "past" in found[1] else Relative(lambda day, direction: _unit(noun, step, day, direction))
    if re.fullmatch(_WEEKDAY, noun):
        number = _WEEKDAYS.index(noun[:3])
        return Relative(lambda day, _: one_day(_of_week(number, step, day)))
    meaning = read_words(noun)
    if not isinstance(meaning, Yearly):
        return None
    choose = {-1: lambda day, _: meaning.last(day), 0: meaning.this, 1: lambda day, _: meaning.next(day)}
    return Relative(choose[step])


def _unit(unit: str, step: int, day: date, direction: Direction) -> DateInterval | None:
    """The unit that is ``step`` behind the one of ``day``."""
    monday = day - timedelta(days=day.weekday())
    if unit == "week":
        return _interval(monday + timedelta(weeks=step), monday + timedelta(weeks=step, days=6), "week")
    if unit == "weekend":
        over = step < 0 or (step == 0 and direction == "past" and day.weekday() < 5)
        weeks = timedelta(weeks=-1 if over else int(step > 0 and day.weekday() >= 5))
        return _interval(monday + timedelta(days=5) + weeks, monday + timedelta(days=6) + weeks, "range")
    if unit == "decade":
        return _decade(f"{day.year // 10 + step}0s")
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = date(day.year, (day.month - 1) // months * months + 1, 1) + relativedelta(months=step * months)
    return _months(first, months, unit)


def _of_week(number: int, step: int, day: date) -> date:
    """The last weekday of that number before ``day``, that of the week of ``day``, or the next one after it."""
    if step == 0:
        return day + timedelta(days=number - day.weekday())
    found: date = day + relativedelta(days=step, weekday=weekday(number)(step))
    return found


def _weekday(text: str) -> Relative | None:
    """Reads "Monday", "Monday of last week"."""
    found = re.fullmatch(rf"({_WEEKDAY})(?: (?:of )?({_WHICH_WORDS}) week)?", text)
    if not found:
        return None
    number = _WEEKDAYS.index(found[1][:3])
    if found[2]:
        weeks = timedelta(weeks=_WHICH[found[2]])
        return Relative(lambda day, _: one_day(_of_week(number, 0, day + weeks)))
    steps = {"past": -1, "near": -1, "planned": 1, "future": 1}
    return Relative(lambda day, direction: one_day(_of_week(number, steps[direction], day)))


def _share(text: str) -> Meaning | None:
    """Reads a season, a quarter, a half or the first months of a year, without the year."""
    if found := re.fullmatch(r"winter (?:of )?(\d{4})[-/](\d\d|\d{4})", text):
        year = int(found[1]) + 1
        return _share_of_year(0, 3, "season", year) if str(year).endswith(found[2]) else None
    if text in _SEASONS:
        month, months, granularity = _SEASONS[text], 3, "season"
    elif found := re.fullmatch(r"(?:q([1-4])|(\w+)[ -]quarter)", text):
        number = int(found[1] or _ORDINALS.get(found[2], 0))
        month, months, granularity = 3 * number - 2, 3, "quarter"
    elif found := re.fullmatch(r"(first|second) half", text):
        month, months, granularity = 6 * _ORDINALS[found[1]] - 5, 6, "half-year"
    elif found := re.fullmatch(r"first (\w+) months", text):
        month, months, granularity = 1, _NUMBERS.get(found[1], -1), "range"
    else:
        return None
    if month < 0 or months < 0:
        return None
    return Yearly(lambda year: _share_of_year(month, months, granularity, year))


def _share_of_year(month: int, months: int, granularity: str, year: int) -> DateInterval:
    """Months of a year from ``month`` on, which is 0 for December of the year before."""
    return _months(date(year, 1, 1) + relativedelta(months=month - 1), months, granularity)


def _of_year(text: str) -> Meaning | None:
    """Reads what comes back every year with its year: "spring 2005", "May of this year", "January 5 last year"."""
    found = _OF_YEAR.fullmatch(text)
    if not found:
        return None
    head = read_words(re.sub(r"^(?:last|final) (?=quarter$)", "fourth ", found[1]))
    if not isinstance(head, Yearly):
        return None
    if found[2].isdigit():
        return head.in_year(int(found[2]))
    step = _WHICH[found[2].removesuffix(" year")]
    return Relative(lambda day, _: head.in_year(day.year + step))


def _range(text: str) -> Meaning | None:
    """Reads "July 6-9", "6 to 9 July", "December 30-January 2, 2006", "April 20, 23", "1996-97": first to last."""
    if found := re.fullmatch(r"(\d\d)(\d\d)(?:[-/]| to | and )(\d\d)", text):
        first_year, last_year = int(found[1] + found[2]), int(found[1] + found[3])
        last_year += 100 * (last_year < first_year)
        if last_year - first_year > _LONGEST_SPAN:
            return _of_fields(_Fields(first_year, int(found[3]))) if 1 <= int(found[3]) <= 12 else None
        text = f"{first_year}-{last_year}"
    pieces = [_fields(_PART.sub("", piece)) for piece in _BETWEEN.split(text)]
    if len(pieces) < 2 or not all(pieces):
        return None
    first, last = pieces[0] or _Fields(), pieces[-1] or _Fields()
    if first.day and not first.month:
        first = first._replace(month=last.month)
    if last.day and not last.month:
        last = last._replace(month=first.month)
    if (
        first.month == last.month
        and first.day
        and last.day
        and first.day >= last.day
        and not (first.year and last.year)
    ):
        return None
    begin, end = (_of_fields(fields._replace(year=None) if fields.month else fields) for fields in (first, last))
    if isinstance(begin, DateInterval) and isinstance(end, DateInterval):
        return _interval(first_day(begin), last_day(end), "range") if begin.start < end.start else None
    if not isinstance(begin, Yearly) or not isinstance(end, Yearly):
        return None
    return _yearly_range(begin, end, first.year, last.year)


def _yearly_range(begin: Yearly, end: Yearly, first_year: int | None, last_year: int | None) -> Meaning | None:
    """From one to the other; over the turn of the year if the end comes before the beginning in the calendar."""
    # In a leap year there are all days.
    first, last = begin.in_year(2000), end.in_year(2000)
    if first is None or last is None:
        return None
    turns = int(first.start >= last.end)

    def between(first_year: int, last_year: int) -> DateInterval | None:
        first, last = begin.in_year(first_year), end.in_year(last_year)
        if first is None or last is None or first.start >= last.end:
            return None
        return _interval(first_day(first), last_day(last), "range")

    if first_year:
        return between(first_year, last_year or first_year + turns)
    if last_year:
        return between(last_year - turns, last_year)
    return Yearly(lambda year: between(year - turns, year))
