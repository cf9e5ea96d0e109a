"""Roles of bodies and offices of persons by their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from secrel.knowledge.actors.names import plain
from secrel.knowledge.actors.tables import Row

_MOST_BETWEEN = 3
_OF = re.compile(r" (?:of|for|on|against|under)\b")
_ARMED = frozenset({"MIL", "SPY", "COP", "GOVMIL", "GOVCOP"})
_DECIDING = frozenset(
    """center centre institute university academy school college company corporation bank party union association
    foundation league federation society club museum hospital newspaper weekly daily magazine radio television
    holding airlines shipyard plant factory works court parliament ministry church""".split()
)
_TELLING = 2.5
"""What a name must suit a country by, at least, to tell it alone: a given name and some of an ending."""
_RIVAL = 0.6
"""Part of that by which it may suit another one."""


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """All phrases as whole words, the longest first; ``(s)`` may be there or not, ``*`` is up to three words."""
    written = []
    for phrase in phrases:
        marked = re.sub(r"\((?:'?s)\)", "\x01", phrase).replace("*", "\x02")
        words = [re.escape(word) for word in plain(marked).split()]
        text = " ".join(words).replace("\x01", "s?").replace(" \x02", rf"(?: \w+){{0,{_MOST_BETWEEN}}}")
        written.append(text)
    written.sort(key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(written) + r")\b")


def _unmarked(text: str) -> str:
    """The text without diacritics, each character in its place."""
    if text.isascii():
        return text
    return "".join(unicodedata.normalize("NFD", character)[0] for character in text)


class BodyWords:
    """Words by which a body shows its role, as ``roles.tsv`` lists them."""

    def __init__(self) -> None:
        self._lines: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Takes lines in; they go before those that are there already."""
        new: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for row in rows:
            for label in row.cells["labels"].split():
                new.setdefault(label, []).append((row.cells["role"], _pattern(row.listed("words"))))
        for label, lines in new.items():
            self._lines[label] = lines + self._lines.get(label, [])

    def role(self, simple: str, label: str) -> str | None:
        """Role of a body by its :func:`~secrel.knowledge.actors.names.plain` name, ``None`` where no word shows it.

        What stands before "of" and the like goes first: a bureau of fisheries is no company, though a department of
        police is police. A noun such as "company" or "center" at the end of that part decides: an energy center is no
        company either.
        """
        of = _OF.search(simple)
        head = of.start() if of else len(simple)
        decides = simple[:head].rpartition(" ")[2] in _DECIDING
        fallback: str | None = None
        for role, pattern in self._lines.get(label, ()):
            for match in pattern.finditer(simple):
                if match.start() < head and (not decides or match.end() >= head):
                    return fallback if role == "GOV" and fallback in _ARMED else role
                fallback = fallback or role
        return fallback

    def spans(self, simple: str, label: str) -> Iterator[tuple[int, str]]:
        """Where words that show a role begin, and the role, line by line."""
        for role, pattern in self._lines.get(label, ()):
            for match in pattern.finditer(simple):
                yield match.start(), role


@dataclass(frozen=True, slots=True)
class Office:
    """Words of an office in a text.

    Attributes:
        start: First character.
        end: Character behind the last.
        role: Role that it gives.
        as_body: Whether the role of the body that the person speaks for goes first.
        base: Country whose title it is, as "congressman" is American, if it is a single one's.
        plural: Whether it stands in the plural.
    """

    start: int
    end: int
    role: str
    as_body: bool
    base: str | None = None
    plural: bool = False


class OfficeWords:
    """Offices and occupations of persons, as ``offices.tsv`` lists them."""

    def __init__(self) -> None:
        self._roles: dict[str, tuple[str, bool, str | None]] = {}
        self._all: re.Pattern[str] | None = None

    def add(self, rows: Iterable[Row]) -> None:
        """Takes lines in; a word that is there already gets the new role."""
        added: dict[str, tuple[str, bool, str | None]] = {}
        for row in rows:
            role, _, base = row.cells["role"].partition(" ")
            for word in row.listed("words"):
                # Within one file the first line that has a word counts.
                added.setdefault(plain(word), (role.lstrip("*"), role.startswith("*"), base or None))
        self._roles |= added
        self._all = None

    def find(self, text: str) -> list[Office]:
        """Offices in a text from left to right, the longest at each place; plurals in -s count."""
        if self._all is None:
            words = sorted(self._roles, key=len, reverse=True)
            # A title may be written in any case, with hyphens or with points: "Lt.-Gen.", "vice-premier".
            joined = "|".join(r"[\s.'’-]+".join(re.escape(part) for part in word.split()) for word in words)
            self._all = re.compile(rf"(?:(?<![\w-])|(?<=\bex-))({joined})(s?)(?![\w])", re.IGNORECASE)
        found = []
        for match in self._all.finditer(_unmarked(text)):
            key = " ".join(re.split(r"[\s.'’-]+", match[1].casefold()))
            role, as_body, base = self._roles[key]
            singular = f"{key[:-3]}y" if key.endswith("ies") else key.removesuffix("s")
            plural = bool(match[2]) or (singular != key and singular in self._roles)
            found.append(Office(match.start(), match.end(), role, as_body, base, plural))
        return found


class PersonalNames:
    """In which countries a person's name is usual, as ``personal_names.tsv`` lists them."""

    def __init__(self) -> None:
        self._given: dict[str, list[str]] = {}
        self._surnames: dict[str, list[str]] = {}
        self._endings: dict[str, list[str]] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Takes lines in."""
        for row in rows:
            base, _ = row.code()
            for name in row.listed("given"):
                self._given.setdefault(plain(name), []).append(base)
            for name in row.listed("endings"):
                kind = self._endings if name.startswith("-") else self._surnames
                kind.setdefault(plain(name).strip(), []).append(base)

    def countries(self, name: str) -> dict[str, float]:
        """How well a name suits the countries whose names it is like; longer endings say more, and so do rare names."""
        words = plain(name).split()
        found: dict[str, float] = {}
        if not words:
            return found

        def add(bases: Iterable[str], value: float) -> None:
            for base in dict.fromkeys(bases):
                found[base] = found.get(base, 0.0) + value

        given = self._given.get("-".join(words[:1]), ()) if len(words) > 1 else ()
        add(given, 2.0)
        add(self._surnames.get(words[-1], ()), 2.0)
        surname = words[-1]
        best: dict[str, int] = {}
        for length in range(1, min(len(surname) - 1, 8)):
            for base in self._endings.get(surname[-length:], ()):
                best[base] = length
        for base, length in best.items():
            add([base], 0.35 * length)
        return found

    def is_given(self, name: str) -> bool:
        """Whether a name is a usual given name and nothing more."""
        return plain(name) in self._given

    def country(self, name: str) -> str | None:
        """The country that a name alone tells, ``None`` where several may be its."""
        suited = sorted(self.countries(name).items(), key=lambda found: found[1], reverse=True)
        if not suited or suited[0][1] < _TELLING:
            return None
        rival = suited[1][1] if len(suited) > 1 else 0.0
        return suited[0][0] if rival <= _RIVAL * suited[0][1] else None
