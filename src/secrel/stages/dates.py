"""The days that dates stand for, as a stage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secrel.domain import DateInterval, Document, Entity, Span
from secrel.reading.date_words import first_day
from secrel.reading.dates import Anchor, in_year, resolve_beside, resolve_date
from secrel.reading.tense import date_direction, is_every_year

# Between dates told in one breath: "in July and August", "from October to March 2005", "April 12 of this year".
_JOINT = re.compile(r"\s*,?\s*(?:(?:and|or|to|until|till|through|of|[-–—])\s*)?(?:(?:again|in|on|by|the)\s+)*")
# Between a date and its year.
_OF_YEAR = re.compile(r",?\s*(?:of\s+|in\s+)?")
_NAMES_YEAR = re.compile(r"\b(?:\d{4}|year)\b", re.IGNORECASE)
_LONGEST_BRACKET = 500


class DateStage:
    """Fills the dates of entities: the days of each mention, ``None`` where text and header leave them open.

    Whether "July" is past or still to come is judged by the sentence (:func:`secrel.reading.tense.date_direction`).
    Dates joined by "and", "to" or a comma have the tense of the first; a bare day number takes the month of the date
    beside it ("October 9 and 17"), and a year named with one holds for both ("from July to September last year"). Where
    the header gives no day, the dates of source brackets narrow it down.

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
        for group in groups:
            number, passage = _passage(document, group[0])
            # "That year" reaches back no further than to the sentence before.
            before = previous[1] if previous and number - previous[0] <= 1 else None
            found = _share(document.text, group, _resolve(document.text, passage, group, anchor, before))
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
    text: str, passage: Span, group: Sequence[Entity], anchor: Anchor | None, before: DateInterval | None
) -> list[DateInterval | None]:
    """The dates of joined mentions, each by itself, in the tense of the first."""
    sentence, start = passage.of(text), group[0].start - passage.start
    direction = date_direction(sentence, start, group[0].end - passage.start)
    if is_every_year(sentence, start):
        anchor = None
    return [resolve_date(e.text, anchor=anchor, direction=direction, previous=before) for e in group]


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
