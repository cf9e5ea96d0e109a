"""Files of resolutions: what the marks of an article stand for (``annotations/RESOLUTIONS.md``).

One line a mark, three columns parted by tabs: identifier in the ``.ann`` file, kind, value; ``-`` is an open one. The
first line may give the date of the article. Texts are not repeated::

    -<TAB>issued<TAB>2013-09-24
    T4<TAB>actor<TAB>LVAGOV
    T13<TAB>date<TAB>2013-09-12/2013-09-12 day
    R3<TAB>attribution<TAB>speaker=T4 outlet=LETA date=2013-09-12
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import TypeVar

from secrel.domain import GRANULARITIES, UNNAMED, DateInterval, Document, Resolutions, Source
from secrel.errors import AnnotationError
from secrel.reading.checks import Offence

RESOLVED = "resolved"
"""Folder of a corpus with files of resolutions, ``NAME.tsv``."""
ACTOR_LABELS = frozenset({"PERSON", "NORP", "GPE", "ORG", "MIL"})
"""Labels of the mentions that have an actor."""
DATE_LABEL = "DATE"
_T = TypeVar("_T")
_OPEN, _AUTHOR = "-", "author"
_CODE = re.compile(r"[A-Z]{2,14}")
_REDUCED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_SOURCE = re.compile(
    r"(?:speaker=(?P<speaker>[A-Z]\d+|\?))?(?: ?outlet=(?P<outlet>[^=]+?)(?: date=(?P<date>\d{4}(?:-\d\d){0,2}))?)?"
)


def read_resolutions(path: str | Path) -> Resolutions:
    """Reads one file of resolutions.

    Raises:
        AnnotationError: If the file is missing, or a line of it is malformed or there twice.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AnnotationError(path, found=str(error), expected="a file of resolutions in UTF-8") from error
    return parse_resolutions(text, where=str(path))


def parse_resolutions(text: str, *, where: str = "resolutions") -> Resolutions:
    """The resolutions of the text of a file.

    Raises:
        AnnotationError: If a line is malformed or there twice.
    """
    issued: str | None = None
    actors: dict[str, str | None] = {}
    dates: dict[str, DateInterval | None] = {}
    sources: dict[str, Source] = {}
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{where}, line {number}"
        cells = line.split("\t")
        if len(cells) != 3:
            raise AnnotationError(place, found=repr(line), expected="three columns parted by tabs")
        id, kind, value = cells
        if (id, kind) == (_OPEN, "issued"):
            issued = _parsed(_reduced, value, place, "an ISO 8601 date or a year")
        elif kind == "actor" and id not in actors:
            actors[id] = None if value == _OPEN else _parsed(_code, value, place, "a code such as TJKMIL, or -")
        elif kind == "date" and id not in dates:
            expected = f"FIRST/LAST GRANULARITY, days and one of {', '.join(GRANULARITIES)}, or -"
            dates[id] = None if value == _OPEN else _parsed(_interval, value, place, expected)
        elif kind == "attribution" and id not in sources:
            sources[id] = _parsed(
                _source, value, place, "author, or speaker=T1 or speaker=?, outlet=NAME, date=2006-07-06 in this order"
            )
        else:
            raise AnnotationError(place, found=repr(line), expected="actor, date or attribution, once for each mark")
    return Resolutions(issued, actors, dates, sources)


def check_resolutions(
    resolutions: Resolutions,
    document: Document,
    *,
    actor_labels: Collection[str] = ACTOR_LABELS,
    date_label: str = DATE_LABEL,
    where: str = "resolutions",
) -> list[Offence]:
    """Marks of a document without a resolution, and resolutions without a mark."""
    marks = {
        "actor": ({e.id for e in document.entities if e.label in actor_labels}, resolutions.actors),
        "date": ({e.id for e in document.entities if e.label == date_label}, resolutions.dates),
        "attribution": ({m.id for m in document.marks}, resolutions.sources),
    }
    offences = []
    for kind, (expected, there) in marks.items():
        for id in sorted(expected ^ set(there), key=lambda id: (id[0], int(id[1:]))):
            message = f"found none for {id}" if id in expected else f"found one for {id}, which is no such mark"
            offences.append(Offence(where, f"{kind}-resolution", message))
    mentions = {entity.id for entity in document.entities}
    for id, source in resolutions.sources.items():
        if source.speaker not in {None, UNNAMED, *mentions}:
            message = f"found speaker {source.speaker} of {id}; expected a mention of the article"
            offences.append(Offence(where, "attribution-resolution", message))
    return offences


def _parsed(parse: Callable[[str], _T], value: str, where: str, expected: str) -> _T:
    try:
        return parse(value)
    except ValueError as error:
        raise AnnotationError(where, found=repr(value), expected=expected) from error


def _code(value: str) -> str:
    if not _CODE.fullmatch(value):
        raise ValueError(value)
    return value


def _reduced(value: str) -> str:
    match = _REDUCED.fullmatch(value)
    if match is None:
        raise ValueError(value)
    date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    return value


def _interval(value: str) -> DateInterval:
    days, granularity = value.split(" ")
    first, last = days.split("/")
    if date.fromisoformat(first) > date.fromisoformat(last) or granularity not in GRANULARITIES:
        raise ValueError(value)
    return DateInterval(first, last, granularity)


def _source(value: str) -> Source:
    if value == _AUTHOR:
        return Source()
    match = _SOURCE.fullmatch(value)
    if match is None or not value:
        raise ValueError(value)
    return Source(match["speaker"], match["outlet"], _reduced(match["date"]) if match["date"] else None)
