"""Look-up of office holders by the names that texts give them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secrel.knowledge.actors.meanings import Meaning
from secrel.knowledge.actors.names import folded, plain

_HONORIFIC = re.compile(
    r"(?:mr|mrs|ms|dr|sir|lord|lady|dame|president|king|queen|prince|princess|pope|patriarch|mullah|ayatollah|sheikh"
    r"|marshal|sen|rep|gov|gen|imam|emir|sultan)\.?\s+"
)
_INITIAL = re.compile(r"(?<= )[a-z]\.?(?: [a-z]\.?)* (?=\w{2})")
_SUFFIX = re.compile(r" (?:jr|sr|ii|iii)\.?$")
# Words with which a surname begins; it may stand with them or without.
_PARTICLES = frozenset("le la du de da di del van von der den al el bin ibn ter".split())
# Where the surname goes first.
_FAMILY_FIRST = frozenset({"CHN", "TWN", "KOR", "PRK", "VNM", "KHM", "SGP"})
ENGLISH = frozenset({"USA", "GBR", "CAN", "AUS", "NZL", "IRL"})
"""Countries whose names are not transliterated: "Meyers" is not "Myers" there."""
_STAY = frozenset({"REB", "OPP", "BUS", "REL", "ELI", "JRN", "EDU", "SOC", "CRM"})
"""Roles that do not end with an office."""
_LONG_AGO = "2002"
"""Year before which nobody is likely to be spoken of as holding an office where a text has no date."""
_BY_FULL_NAME = frozenset({"ELI", "CRM", "CVL", "JRN", "SOC", "EDU", "REL"})


class KnownPersons:
    """Persons with what they stood for when; made by :func:`~secrel.knowledge.actors.load_knowledge`."""

    def __init__(self) -> None:
        self._periods: dict[str, tuple[Meaning, ...]] = {}
        self._folded: dict[str, tuple[Meaning, ...]] = {}
        self._surnames: dict[str, tuple[str, ...]] = {}

    def add(self, persons: dict[str, list[Meaning]], *, replace_known: bool = False, less_known: bool = False) -> None:
        """Takes persons in, by their plain names; their periods go behind those known, or in their place.

        Args:
            persons: Periods by plain name.
            replace_known: Whether they replace those of the same name.
            less_known: Whether they are called by a bare surname only where nobody else bears it.
        """
        borne = Counter(surname for name, added in persons.items() for surname in _surnames(name, added))
        taken = {s for s, count in borne.items() if count > 1} | set(self._surnames) if less_known else set()
        for name, added in persons.items():
            known = () if replace_known else self._periods.get(name, ())
            self._periods[name] = periods = (*known, *added)
            key = folded(name)
            others = [meaning for meaning in self._folded.get(key, ()) if meaning.name != added[0].name]
            self._folded[key] = (*others, *periods)
            # Of a celebrity whom everybody calls by the full name the surname alone says little.
            for surname in () if {meaning.role for meaning in periods} <= _BY_FULL_NAME else _surnames(name, periods):
                if surname not in taken and name not in self._surnames.get(surname, ()):
                    self._surnames[surname] = (*self._surnames.get(surname, ()), name)

    def meanings(self, text: str, when: str | None) -> tuple[Meaning, ...]:
        """What a person's name stands for at a time, the likeliest first; nothing where he is not known."""
        for name in _forms(plain(text)):
            periods = self._periods.get(name) or self._folded.get(folded(name), ())
            found = _in_office(periods, when) if periods else self._by_surname(name, when)
            if found or periods:
                return found
        return ()

    def _by_surname(self, name: str, when: str | None) -> tuple[Meaning, ...]:
        """Whoever of that surname held an office then, if all of them stand for the same.

        Whoever led a state then goes before the others.
        """
        bearers: dict[str, dict[Meaning, None]] = {}
        for full in self._surnames.get(folded(name), ()):
            for period in self._periods[full] if _may_be(name, full, self._periods[full]) else ():
                bearers.setdefault(period.name, {})[period] = None
        offices = [_in_office(tuple(periods), when) for periods in bearers.values()]
        holding = [found[0] for found in offices if found and (found[0].holds(when) or len(offices) == 1)]
        # Former officials are meant less often than those of their surname who hold an office.
        holding = [meaning for meaning in holding if meaning.role != "ELI"] or holding
        holding = [meaning for meaning in holding if when and meaning.leads] or holding
        return (holding[0],) if holding and len({meaning.code for meaning in holding}) == 1 else ()


def _may_be(surname: str, full: str, periods: Sequence[Meaning]) -> bool:
    """Whether a surname that sounds like somebody's is spelled like it, where spelling counts."""
    return full.endswith(f" {surname}") or not any(period.base in ENGLISH for period in periods)


def _surnames(name: str, periods: Sequence[Meaning]) -> set[str]:
    """The surname of a full name, with its particles and without, with all that hyphens join and the end of it, folded.

    What hyphens join is known from the readable name; :func:`~secrel.knowledge.actors.names.plain` ones have none.
    """
    words = name.split()
    if len(words) < 2 or _HONORIFIC.match(name):
        return set()
    if any(period.base in _FAMILY_FIRST for period in periods):
        return {folded(words[0])}
    first = next((n for n, word in enumerate(words[1:-1], 1) if word in _PARTICLES), len(words) - 1)
    parts = len(plain(periods[0].name.rpartition(" ")[2]).split())
    if 1 < parts < len(words):
        first = min(first, len(words) - parts)
    whole = folded(" ".join(words[first:]))
    # "bin" goes before the name of the father.
    return {whole} if words[first] in {"bin", "ibn"} else {whole, folded(words[-1])}


def _forms(name: str) -> Iterator[str]:
    """A plain name as it stands, then without titles, initials and the like, and without an -s that lost its sign."""
    yield name
    bare = _SUFFIX.sub("", _INITIAL.sub("", _HONORIFIC.sub("", name)))
    if bare != name:
        yield bare
    if bare.endswith("s") and len(bare) > 4:
        yield bare[:-1]


def _in_office(periods: Sequence[Meaning], when: str | None) -> tuple[Meaning, ...]:
    """The office at a time; behind the last one a former official.

    Where no time is known, all of them: the last one first, and behind them times as a former official. Who left long
    ago is then a former official.
    """
    if when is None and all(period.last and period.last < _LONG_AGO for period in periods):
        when = _LONG_AGO
    if when is None:
        latest = sorted(periods, key=lambda period: period.first, reverse=True)
        return tuple(sorted(latest, key=lambda period: period.role == "ELI"))
    now = tuple(period for period in periods if period.holds(when))
    if now:
        return now
    before = [period for period in periods if period.is_over(when)]
    if not before:
        return ()
    last = max(before, key=lambda period: period.last)
    former = last.role if last.role in _STAY else "ELI"
    return (replace(last, role=former),) if last.base and last.base.isalpha() and len(last.base) == 3 else (last,)
