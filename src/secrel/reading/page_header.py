"""What stands above an article, on its page or in a text: title, publication line, byline, date.

Articles of *Eurasia Daily Monitor* carry a header such as::

    Publication: Eurasia Daily Monitor Volume: 3 Issue: 133
    July 11, 2006 12:00 AM Age: 2 yrs
    Category: Eurasia Daily Monitor, Home Page
    By: Name

with or without labels, on lines of their own, above or below the title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from secrel.reading.markup import Block

Found = TypeVar("Found")

_LONGEST_LINE = 200
_PUBLICATION = re.compile(
    r"(?:Publication:\s*)?(?P<publication>[A-Z][^.!?;:]{2,79}?),?\s+Vol(?:ume\b|\.)?:?\s*(?P<volume>\d{1,4}),?\s*"
    r"(?:Issue|Number|No)\b\.?:?\s*(?P<issue>\d{1,4})\b",
    re.IGNORECASE,
)
_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = re.compile(
    r"(?:(?:Published|Posted|Date|Issued)(?:\s+on)?:?\s*)?"
    r"(?:(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s*)?"
    rf"(?P<date>{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTHS},?\s+\d{{4}}"
    rf"|\d{{4}}-\d\d-\d\d|\d{{1,2}}\.\d{{1,2}}\.\d{{4}})\b(?P<rest>.{{0,40}})$",
    re.IGNORECASE,
)
# "July 11, 2006 was hot", "July 11, 2006, Baku": prose behind a date.
_PROSE = re.compile(r"[\s,]+(?!(?:age|ago|am|at|by|edt|est|gmt|in|pm|utc)\b)[a-z]|.*[a-z]{3}[.!?]$")
_DATE_FORMATS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d", "%d.%m.%Y")
_BYLINE = re.compile(
    r"(?:(?:Written\s+)?By(?P<label>\s*:)?\s+|(?P<author>Authors?\s*:)\s*)(?P<names>\S.{2,118})$", re.IGNORECASE
)
_FURNITURE = re.compile(
    r"(?:Categor(?:y|ies)|Tags?|Filed under|Age|Print(?: this)?|E-?mail(?: this)?|Share|Download(?: PDF)?|Topics?"
    r"|Region)\b(?:\s*:.*)?$",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:(?:Dr|Prof|Gen|Col|Lt|Maj|Amb|Sen)\.\s*)*(?:[^\W\d_]\.\s*)*[^\W\d_][\w’'.-]*"
    r"(?:\s+(?:(?:de|der|van|von|al|bin|ibn|el|la|du|da|di|ben|ter)\b|[^\W\d_][\w’'.-]*))*"
)
_NO_AUTHOR = frozenset(
    {"admin", "administrator", "editor", "editors", "staff", "webmaster", "web admin", "guest", "author", "root"}
)
_SEPARATOR = r"\s+[-–—|·•:»]+\s+"


@dataclass(frozen=True, slots=True)
class PageHeader:
    """What the lines above an article say; ``None`` where they do not.

    Attributes:
        publication: Name of the publication.
        volume: Volume number.
        issue: Issue number.
        author: The byline's names, parted by ``; ``.
        dates: ISO 8601 dates, the likelier first.
    """

    publication: str | None = None
    volume: int | None = None
    issue: int | None = None
    author: str | None = None
    dates: tuple[str, ...] = ()


def read_header(lines: Sequence[str], *, title: str | None = None) -> PageHeader:
    """What some lines say of the article below them; of two that say the same, the one nearer to it counts.

    Args:
        lines: The lines between navigation and article, in the order of the page.
        title: The title: dates above it (today's date, in the page's banner) do not count, unless right above.
    """
    found = _nearest(lines, publication_line)
    author = _nearest(lines, byline)
    first = 0
    if title is not None:
        first = max((index for index, line in enumerate(lines) if _same(line, title)), default=2) - 2
    dates = dict.fromkeys(date for line in reversed(lines[max(first, 0) :]) if (date := date_line(line)))
    publication, volume, issue = found or (None, None, None)
    return PageHeader(publication, volume, issue, author, tuple(dates))


def publication_line(line: str) -> tuple[str, int, int] | None:
    """Publication, volume and issue that a line begins with: ``Eurasia Daily Monitor Volume 3, Issue 133``."""
    match = _PUBLICATION.match(line) if len(line) <= _LONGEST_LINE else None
    if match is None:
        return None
    return match["publication"].strip(" \t\u00a0,|–—-"), int(match["volume"]), int(match["issue"])


def date_line(line: str) -> str | None:
    """ISO 8601 date of a line that says little else: ``July 11, 2006 12:00 AM Age: 2 yrs``."""
    match = _DATE.match(line)
    if match is None or _PROSE.match(match["rest"]):
        return None
    day = re.sub(r"(?<=[a-z])\.", "", re.sub(r"\s+", " ", match["date"]), flags=re.IGNORECASE)
    day = re.sub(r"(?<=\bSep)t\b|(?<=\d)(?:st|nd|rd|th)\b", "", day, flags=re.IGNORECASE)
    # "July 11 2006" and "11 July, 2006": the comma belongs behind the day of the first, nowhere in the second.
    day = re.sub(r"^([A-Za-z]+ \d+),? ", r"\1, ", day) if day[0].isalpha() else day.replace(",", "")
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(day, form).date().isoformat()
        except ValueError:
            continue
    return None


def byline(line: str) -> str | None:
    """The names of a byline, parted by ``; ``: ``By: Ilse Brandt and Marat Seitov``."""
    match = _BYLINE.match(line)
    if match is None:
        return None
    names = [name for name in re.split(r"\s*(?:[,;&]|\band\b)\s*", match["names"]) if name]
    least = 1 if match["label"] or match["author"] else 2
    for name in names:
        words = name.split()
        if not _NAME.fullmatch(name) or not least <= len(words) <= 6 or not words[0][0].isupper():
            return None
        if words[-1].islower():
            return None
    return "; ".join(names)


def is_author(name: str | None, site: str | None) -> bool:
    """Whether a name is that of an author, not of an account or of the site itself."""
    if not name:
        return False
    folded = name.casefold().strip()
    return folded not in _NO_AUTHOR and folded != (site or "").casefold() and "://" not in folded


def is_header_line(line: str, title: str | None) -> bool:
    """Whether a line is the title, a publication line, byline or date, or names a category and the like."""
    return _is_labelled(line) or (title is not None and _same(line, title))


def split_head(paragraphs: Iterable[Block], title: str | None) -> tuple[list[str], list[Block]]:
    """Parts the header of an article from its body, where the header was extracted along with it.

    Args:
        paragraphs: What was extracted.
        title: The title that the page states.

    Returns:
        The lines of the header, and the paragraphs below it.
    """
    body = list(paragraphs)
    lines = [line for block in body for line in block.lines][:12]
    n_head = 0
    for index, line in enumerate(lines):
        if len(line) > _LONGEST_LINE or (_is_prose(line) and not is_header_line(line, title)):
            break
        if is_header_line(line, title):
            n_head = index + 1
    head = lines[:n_head]
    for _ in head:
        first = body.pop(0)
        if len(first.lines) > 1:
            body.insert(0, Block(first.tag, first.lines[1:]))
    return head, body


def choose_title(stated: str | None, *, is_meta: bool, headings: Sequence[str], head: Sequence[str]) -> str | None:
    """The title of an article.

    Args:
        stated: What the page states, perhaps with the name of the site behind it.
        is_meta: Whether a meta tag or structured data say so, which may be trusted, and not only ``<title>``.
        headings: The headings above the article, in order.
        head: Lines of its header.

    Returns:
        The heading that the stated title begins with; else the stated one, if it may be trusted; else the nearest
        heading, the first line of a header that is neither date nor byline, or the stated title.
    """
    for heading in reversed(headings):
        if stated and _same(heading, stated):
            return heading
    if stated and is_meta:
        return stated
    unlabelled = [line for line in head if not _is_labelled(line)]
    return next(iter(reversed(headings)), None) or next(iter(unlabelled), None) or stated


def without_site(title: str | None, site: str | None) -> str | None:
    """A title without the name of the site behind or before it."""
    if not title or not site:
        return title
    name = re.escape(site)
    return re.sub(rf"{_SEPARATOR}{name}$|^{name}{_SEPARATOR}", "", title, flags=re.IGNORECASE) or title


def _is_labelled(line: str) -> bool:
    return bool(publication_line(line) or date_line(line) or byline(line) or _FURNITURE.match(line))


def _is_prose(line: str) -> bool:
    return len(line.split()) >= 8 and line.rstrip("”\"’')]").endswith((".", "!", "?", "…", ":"))


def _same(line: str, title: str) -> bool:
    """Whether a line is a title, or its part before the name of the site."""
    line, title = line.casefold(), title.casefold()
    return line == title or (title.startswith(line) and bool(re.match(_SEPARATOR, title[len(line) :])))


def _nearest(lines: Sequence[str], read: Callable[[str], Found | None]) -> Found | None:
    return next((found for line in reversed(lines) if (found := read(line)) is not None), None)
