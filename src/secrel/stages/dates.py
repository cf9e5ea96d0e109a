"""The days that dates stand for, as a stage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from secrel.domain import DateInterval, Document, Entity, Span
from secrel.reading.bracket_dates import resolve_day
from secrel.reading.date_words import first_day
from secrel.reading.dates import Anchor, in_year, resolve_beside, resolve_date, resolve_ends
from secrel.reading.tense import date_direction, is_every_year

# Between dates told in one breath: "in July and August", "from October to March 2005", "April 12 of this year".
_JOINT = re.compile(r"\s*,?\s*(?:(?:and|or|to|until|till|through|of|[-–—])\s*)?(?:(?:again|in|on|by|the)\s+)*")
# Between the ends of one range: "from July 10 to July 21".
_TO = re.compile(r"\s*(?:to|until|till|through|[-–—])\s*(?:the\s+)?")
# Before a date that opens its sentence, and the year of what is told there.
_OPENING = re.compile(r"\W*(?:in|on)\s+(?:the\s+)?", re.IGNORECASE)
# Between a date and its year.
_OF_YEAR = re.compile(r",?\s*(?:of\s+|in\s+)?")
_NAMES_YEAR = re.compile(r"\b(?:\d{4}|year)\b", re.IGNORECASE)
_LONGEST_BRACKET = 500


class DateStage:
    """Fills the dates of entities: the days of each mention, ``None`` where text and header leave them open.

    Whether "July" is past or still to come is judged by the sentence (:func:`secrel.reading.tense.date_direction`).
    Dates joined by "and", "to" or a comma have the tense of the first; a bare day number takes the month of the date
    beside it ("October 9 and 17"), and a year named with one holds for both ("from July to September last year"). The
    year with which a sentence opens ("In 1999") holds for what it tells of the past. Dates in brackets are of the year
    that their citation has. Where the header gives no day, the dates of source brackets narrow it down.

    Args:
        label: Label of the entities that are dates.
    """

    name = "dates"
    requires: tuple[str, ...] = ("entities",)
    assigns: tuple[str, ...] = ("dates",)

    def __init__(self, *, label: str = "DATE") -> None:
        self.label = label

    def __call__(self, document: Document) -> Document:
        """The document with the dates of its mentions; all else is as it was.

        Raises:
            InputError: If the document's date is not an ISO 8601 date.
        """
        groups = list(self._groups(document))
        anchor = _anchor(document, groups)
        dates: dict[Span, DateInterval | None] = {}
        previous: tuple[int, DateInterval] | None = None
        opening: tuple[int, DateInterval] | None = None
        for group in groups:
            number, passage = _passage(document, group[0])
            # "That year" reaches back no further than to the sentence before.
            before = previous[1] if previous and number - previous[0] <= 1 else None
            found = _share(document.text, group, _resolve(document, group, anchor, before))
            if found[0] is not None and _opens_with_year(document.text, passage, group[0]):
                opening = number, found[0]
            if opening and opening[0] == number:
                found = _in_its_year(document, group, found, opening[1], anchor)
            dates.update(zip((entity.span for entity in group), found, strict=True))
            if found[-1] is not None and not _in_brackets(document.text, passage, group[-1]):
                previous = number, found[-1]
        return document.with_entities(
            [replace(e, date=dates[e.span]) if e.label == self.label else e for e in document.entities]
        )

    def _groups(self, document: Document) -> Iterator[list[Entity]]:
        """The mentions in the order of the text; those that are joined together."""
        group: list[Entity] = []
        for entity in sorted((e for e in document.entities if e.label == self.label), key=lambda entity: entity.span):
            if group:
                joint = _JOINT.fullmatch(document.text, group[-1].end, max(entity.start, group[-1].end))
                if not joint or _passage(document, group[-1]) != _passage(document, entity):
                    yield group
                    group = []
            group.append(entity)
        if group:
            yield group


def _anchor(document: Document, groups: Sequence[Sequence[Entity]]) -> Anchor | None:
    """The anchor of the header; where that is no single day, the dates of source brackets narrow it down."""
    anchor = Anchor.of(document.metadata)
    if anchor is None or anchor.earliest == anchor.latest:
        return anchor
    cited: list[DateInterval | None] = []
    for group in groups:
        _, passage = _passage(document, group[0])
        # "(Avesta, July 6": the outlet, a comma, the date.
        behind_comma = document.text[max(group[0].start - 2, 0) : group[0].start].rstrip().endswith(",")
        if anchor.year and behind_comma and _in_brackets(document.text, passage, group[0]):
            cited += [in_year(entity.text, anchor.year) for entity in group]
    return anchor.narrowed(first_day(found) for found in cited if found and found.granularity == "day")


def _resolve(
    document: Document, group: Sequence[Entity], anchor: Anchor | None, before: DateInterval | None
) -> list[DateInterval | None]:
    """The dates of joined mentions, each by itself but for the ends of ranges, in the tense of the first."""
    _, passage = _passage(document, group[0])
    sentence, start = passage.of(document.text), group[0].start - passage.start
    direction = date_direction(sentence, start, group[0].end - passage.start)
    if is_every_year(sentence, start):
        anchor = None
    found = [resolve_date(e.text, anchor=anchor, direction=direction, previous=before) for e in group]
    if anchor and document.metadata.date and _in_brackets(document.text, passage, group[0]):
        # A report is cited with the day of its paper, which may be that of tomorrow.
        cited = [resolve_day(e.text, day=document.metadata.date) for e in group]
        return [in_year(e.text, int(c[:4])) or f if c else f for e, c, f in zip(group, cited, found, strict=True)]
    for i, (first, last) in enumerate(pairwise(group)):
        if _TO.fullmatch(document.text, first.end, last.start):
            ends = resolve_ends(first.text, last.text, anchor=anchor, direction=direction)
            found[i : i + 2] = ends or found[i : i + 2]
    return found


def _opens_with_year(text: str, passage: Span, entity: Entity) -> bool:
    """Whether a sentence begins with "In 1999" or "On May 3, 1999"."""
    named = re.search(r"\b\d{4}\b", entity.text)
    return named is not None and _OPENING.fullmatch(text, passage.start, entity.start) is not None


def _in_its_year(
    document: Document,
    group: Sequence[Entity],
    found: list[DateInterval | None],
    opening: DateInterval,
    anchor: Anchor | None,
) -> list[DateInterval | None]:
    """Dates without a year of what a sentence tells of the time that it opens with: "In 1999, on *August 7*"."""
    _, passage = _passage(document, group[0])
    start, end = group[0].start - passage.start, group[0].end - passage.start
    told = date_direction(passage.of(document.text), start, end) == "past"
    if not told or opening.granularity == "range" or _in_brackets(document.text, passage, group[0]):
        return found
    dates, year = list(found), first_day(opening).year
    for i, entity in enumerate(group):
        if not _NAMES_YEAR.search(entity.text):
            then = [day for day in (in_year(entity.text, y) for y in (year, year + 1)) if day]
            told_then = next((day for day in then if day.end >= opening.start), None)
            if told_then and (anchor is None or first_day(told_then) <= anchor.latest):
                dates[i] = told_then
    return dates


def _share(text: str, group: Sequence[Entity], found: Sequence[DateInterval | None]) -> list[DateInterval | None]:
    """Gives joined dates the month or year that one of them names for all: from the left, then from the right."""
    found = list(found)
    named = [bool(_NAMES_YEAR.search(entity.text)) for entity in group]
    last = len(group) - 1
    for this, other in [(i, i - 1) for i in range(1, last + 1)] + [(i, i + 1) for i in range(last - 1, -1, -1)]:
        neighbour = found[other]
        if neighbour is None or named[this]:
            continue
        gap = text[group[this].end : group[other].start]
        if neighbour.granularity == "year" and not _OF_YEAR.fullmatch(gap):
            continue
        shared = resolve_beside(group[this].text, neighbour, behind=this > other, year_named=named[other])
        if shared is not None:
            found[this], named[this] = shared, named[other]
    return found


def _passage(document: Document, entity: Entity) -> tuple[int, Span]:
    """Number and span of a mention's sentence; of its line, where it lies in none."""
    index = document.sentence_index(entity.span)
    if index is not None and document.sentences is not None:
        return index, document.sentences[index]
    start = document.text.rfind("\n", 0, entity.start) + 1
    end = document.text.find("\n", entity.end)
    return document.text.count("\n", 0, start), Span(start, end if end >= 0 else len(document.text))


def _in_brackets(text: str, passage: Span, entity: Entity) -> bool:
    before = text[max(passage.start, entity.start - _LONGEST_BRACKET) : entity.start]
    return before.rfind("(") > before.rfind(")")
