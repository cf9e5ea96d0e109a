"""The header of a plain text: title, publication line, byline and date above its first sentence, in any order.

A line is read as header only where it plainly is one. A publication line, a date on a line of its own, a byline and
labelled lines (``Title:``, ``Date:``, ``By:``, ``Author:``, ``Publication:``) are; a title is a short line without a
full stop that stands above one of them, or between the date or byline and a blank line. Everything from the first other
line on is the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from secrel.reading.page_header import byline, date_line, is_header_line, publication_line

_PUBLICATION = re.compile(
    r"Publication:[ \t\u00a0]*(?P<publication>[^\r\n]+?)[ \t\u00a0]+Volume:[ \t\u00a0]*(?P<volume>\d+)"
    r"[ \t\u00a0]*,?[ \t\u00a0]*Issue:[ \t\u00a0]*(?P<issue>\d+)[^\S\r\n]*,?[^\S\r\n]*(?P<rest>[^\r\n]*)"
)
_ISSUE = re.compile(r".*?\b(?:Issue|Number|No)\b\.?:?\s*\d+[\s,|–—-]*", re.IGNORECASE)
_LABELLED = re.compile(
    r"(?:Title|Headline|Publication|Date|Published|Posted|Issued|By|Authors?)(?: on)?\s*:\s*\S", re.IGNORECASE
)
_TITLE = re.compile(r"(?:Title|Headline)\s*:\s*(?P<title>\S.*)", re.IGNORECASE)
_NAMED = re.compile(r"Publication\s*:\s*(?P<publication>[^\s:][^:]*)", re.IGNORECASE)
# What parts byline and date on one line.
_BAR = re.compile(r"\s+[|•·]\s+")
_YEAR = re.compile(r"(?:19|20)\d\d")
# "July 11, 2006: the troops left" of a chronicle, and "July 11, 2006," at the end of a line of prose.
_TOLD = re.compile(r".*?\b\d{4}(?:-\d\d-\d\d)?\s*[:–—-].*\s[a-z]{2,}\b|.*,$")
_UNTITLED = re.compile(r"\d+[.)]\s|.*[.!:;,…–—-][”\"’')\]]*$")
_MOST_LINES = 10
_LONGEST_LINE = 200
_MOST_TITLE_WORDS = 15
# A title, and perhaps a second title or a name below it.
_MOST_TITLE_LINES = 2
_SPACE = re.compile(r"[\s\ufeff]*")
_LINE = re.compile(r"[^\r\n]+")
_BLANK = re.compile(r"(?:\r\n|\n|\r(?!\n))[^\S\r\n]*[\r\n]")


@dataclass(slots=True)
class TextHeader:
    """What the lines above the body of a text say; ``None`` where they do not.

    Attributes:
        end: Offset behind the last line of the header; 0 without one.
        publication: Name of the publication.
        volume: Volume number.
        issue: Issue number.
        date: ISO 8601 date.
        year: Year from 1900 to 2099 that stands in place of a date.
        title: The title.
        author: The byline's names, parted by ``; ``.
    """

    end: int = 0
    publication: str | None = None
    volume: int | None = None
    issue: int | None = None
    date: str | None = None
    year: int | None = None
    title: str | None = None
    author: str | None = None


@dataclass(slots=True)
class _Reading:
    """How far a header was read.

    Attributes:
        header: What it says so far.
        n_lines: Lines that say something.
        lone: Whether the last of them has no label.
        above: Lines behind it that may be titles of a line to come.
    """

    header: TextHeader = field(default_factory=TextHeader)
    n_lines: int = 0
    lone: bool = False
    above: list[str] = field(default_factory=list)


def read_text_header(text: str) -> TextHeader:
    """The header of a text; an empty one where its first line is none.

    What is said twice counts as it was said first.
    """
    reading = _Reading()
    header = reading.header
    last_title: int | None = None
    for line, end in _lines(text):
        said = _said(line, below_publication=header.volume is not None and not reading.above)
        if said is None:
            titled = header.title is not None or len(reading.above) == _MOST_TITLE_LINES
            if titled or not _may_be_title(line):
                break
            if not reading.above and _BLANK.match(text, end):
                last_title = end
            reading.above.append(line)
            continue
        if reading.above and not said and ":" not in line:
            break
        if reading.above:
            said.setdefault("title", reading.above[0])
            reading.n_lines += len(reading.above)
            reading.above = []
        last_title = None
        _take(header, said)
        reading.n_lines += bool(said)
        reading.lone = not _LABELLED.match(line)
        header.end = end
    if header.title is None and last_title is not None and (header.date or header.author):
        header.title, header.end = reading.above[0], last_title
        reading.n_lines += 1
    return header if _is_plain(text, reading) else TextHeader()


def _is_plain(text: str, reading: _Reading) -> bool:
    """Whether what was read is a header, and not the beginning of the body."""
    header = reading.header
    if header.volume is not None:
        return True
    if not reading.n_lines or not text[header.end :].strip():
        return False
    return reading.n_lines > 1 or not reading.lone or bool(_BLANK.match(text, header.end))


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """The first lines of a text that are not blank, and where each ends, until one is too long for a header."""
    position = 0
    for _ in range(_MOST_LINES):
        found = _LINE.match(text, _SPACE.match(text, position).end())  # type: ignore[union-attr]
        line = found[0].rstrip() if found else ""
        if found is None or (len(line) > _LONGEST_LINE and not _PUBLICATION.match(line)):
            return
        position = found.end()
        yield line, position


def _said(line: str, *, below_publication: bool) -> dict[str, str | int] | None:
    """What a line of a header says, by the attributes of :class:`TextHeader`; ``None`` if it is none."""
    published = _published(line)
    if published is not None:
        return published
    if title := _TITLE.fullmatch(line):
        return {"title": title["title"]}
    if named := _NAMED.fullmatch(line):
        return {"publication": named["publication"]}
    if (year := parse_year(line)) is not None:
        return {"year": year} if below_publication or _LABELLED.match(line) else None
    said: dict[str, str | int] = {}
    for part in _BAR.split(line):
        date, author = _date(part), byline(part)
        if date is not None:
            said.setdefault("date", date)
        elif author is not None:
            said.setdefault("author", author)
        elif publication_line(part) or not is_header_line(part, None) or date_line(part):
            return None
    return said


def _published(line: str) -> dict[str, str | int] | None:
    """What a line with publication, volume and issue says, and perhaps date or year behind them."""
    labelled = _PUBLICATION.fullmatch(line)
    if labelled is not None:
        name = labelled["publication"].strip(" \t\u00a0,|–—-")
        volume, issue, rest = int(labelled["volume"]), int(labelled["issue"]), labelled["rest"].strip()
    elif (found := publication_line(line)) is not None and (behind := _ISSUE.match(line)) is not None:
        (name, volume, issue), rest = found, line[behind.end() :].strip()
        if rest and _date(rest) is None and parse_year(rest) is None:
            return None
    else:
        return None
    said: dict[str, str | int] = {"publication": name, "volume": volume, "issue": issue}
    if (date := _date(rest)) is not None:
        said["date"] = date
    elif (year := parse_year(rest)) is not None:
        said["year"] = year
    return said


def _take(header: TextHeader, said: dict[str, str | int]) -> None:
    for name, value in said.items():
        if getattr(header, name) is None:
            setattr(header, name, value)


def _date(line: str) -> str | None:
    return None if _TOLD.match(line) else date_line(line)


def parse_year(text: str) -> int | None:
    """The year from 1900 to 2099 that a line says, perhaps behind ``Date:``, and nothing else."""
    text = re.sub(r"^Date:\s*", "", text.strip())
    return int(text) if _YEAR.fullmatch(text) else None


def _may_be_title(line: str) -> bool:
    first = line.lstrip("“\"‘'«(")[:1]
    begins = first.isupper() or first.isdigit()
    return begins and len(line.split()) <= _MOST_TITLE_WORDS and not _UNTITLED.match(line)
