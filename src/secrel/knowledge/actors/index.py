"""Look-up of a single mention by its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secrel.domain import Actor
from secrel.knowledge.actors.meanings import Kind, Meaning
from secrel.knowledge.actors.names import folded, joined, plain, spellings
from secrel.knowledge.actors.persons import KnownPersons
from secrel.knowledge.actors.words import BodyWords, OfficeWords, PersonalNames

LABELS = ("PERSON", "NORP", "GPE", "ORG", "MIL")
"""Entity labels that stand for parties in the world."""
MOST_WORDS = 7
"""Words of the longest name that is looked up within a longer one."""
_TOKEN = re.compile(r"[^\s\-‐‑–—/,()“”\"]+")
# Kinds of names that a longer name may contain, and that tell its country.
_LONG = 8
"""Letters from which on a name is known in other transliterations, too."""
_SHORTEST = 3
"""Letters up to which an -s is taken for the name's own, not for one that lost its apostrophe."""
_SHORT = 6
"""Letters up to which the name of a force may as well be an ordinary word."""
_INSIDE = frozenset({"country", "adjective", "capital", "region", "people", "seat", "breakaway", "name"})


def _any(words: str) -> str:
    """A pattern for any of the words, parted by white space; ``_`` is a space."""
    return r"\b(?:" + "|".join(words.split()).replace("_", " ") + r")\b"


_PLACE_WORDS = re.compile(
    _any(
        """district province region oblast krai kray county governorate territory voivodeship state prefecture canton
        rayon raion municipality city village town valley peninsula republic autonomous island islands parish department
        directorate the of and greater settlement township division okrug area port vilayat velayat viloyat municipal
        commune emirate agency kingdom camp"""
    )
)
_DIRECTION = re.compile(_any("northern southern eastern western central upper lower north south east west new old"))
_FORCE = re.compile(
    _any(
        r"""force forces peacekeep\w+ troops contingent brigade battalion battlegroup soldiers military blue_helmets
        unit units corps army division command navy fleet patrol patrols convoy"""
    )
)
# What belongs to several states, or to none; but not "Baltic Fleet" and the like.
_SEVERAL = re.compile(
    _any(
        """european western multinational multilateral international trilateral quadrilateral turkic turan arab
        nordic baltic central_asian coalition allied interstate inter_state transatlantic"""
    )
    + r"(?! (?:railways?|fleet|(?:air |naval )?command|military district|shipyard|gas systems|university|state))"
)
_DOTTED = re.compile(r"(?:\w\.){2,}")
_LED = re.compile(
    r"(.+) (?:(administrations?|governments?|cabinets?|presidency|white house|regime|junta)"
    r"|(?:re election |reelection |presidential )?(?:camp|campaign|team))"
)
# Behind the name of a body such a word makes it part of another name.
_JOINING = (["for"], ["of"], ["and"], ["on"])
_UNLIKE_OWNERS = frozenset({"EDU", "SOC", "PTY", "OPP", "JRN"})
_FIRST_OF_TWO = frozenset("sino russo franco anglo indo greco italo austro turco serbo hispano luso".split())
"""How the first of two states is called in an adjective of both."""
_OFFICES = re.compile(r"\b(?:department|directorate|branch|section|division|office|academy|headquarters|troops)$")


class ActorKnowledge:
    """All that is known of names, and the look-up of a mention in it.

    Made by :func:`~secrel.knowledge.actors.load_knowledge`.

    Attributes:
        countries: Readable names of countries by their code.
        bodies: Words by which bodies show their role.
        offices: Words by which persons show theirs.
        personal_names: In which countries personal names are usual.
        persons: Office holders and other persons in the news, by their names.
    """

    def __init__(self) -> None:
        self.countries: dict[str, str] = {}
        self.bodies = BodyWords()
        self.offices = OfficeWords()
        self.personal_names = PersonalNames()
        self.persons = KnownPersons()
        self._names: dict[str, tuple[Meaning, ...]] = {}
        self._folded: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._cities: set[str] = set()

    def add_names(self, meanings: dict[str, list[Meaning]], *, replace_known: bool) -> None:
        """Takes meanings of names in, by their plain names; they go behind those known, or in their place."""
        for name, added in meanings.items():
            known = () if replace_known else self._names.get(name, ())
            self._names[name] = (*known, *added)
            if len(name) >= _LONG and added[0].kind == "name":
                self._folded.setdefault(folded(name), name)

    def add_places(self, places: dict[str, str], *, cities: bool = False, replace_known: bool = False) -> None:
        """Takes places in, by their plain names, with country codes parted by spaces.

        Args:
            places: Codes by name.
            cities: Whether they are so large that they are meant even where the text does not speak of their country.
            replace_known: Whether they replace those of the same name, rather than go before them.
        """
        if cities or replace_known or not self._places:
            self._places |= places
            self._cities.update(places if cities or replace_known else ())
            return
        for name, codes in places.items():
            known = self._places.get(name, "")
            self._cities.add(name)
            self._places[name] = " ".join(dict.fromkeys([*codes.split(), *known.split()]))

    def bases(self) -> set[str]:
        """Codes of all countries and organisations that are known, without roles."""
        return {meaning.base for known in self._names.values() for meaning in known if meaning.base} | set(
            self.countries
        )

    def actor(self, meaning: Meaning) -> Actor | None:
        """The actor that a meaning stands for, ``None`` where its country is open."""
        if meaning.base is None:
            return None
        country = meaning.base if meaning.base in self.countries else None
        return Actor(meaning.code, country, meaning.role, meaning.name)

    def resolve(self, text: str, label: str, *, when: str | None = None) -> Actor | None:
        """The party in the world that a single mention stands for by its own words.

        Args:
            text: The mention.
            label: Its entity label, one of :data:`LABELS`.
            when: Day, month or year of the text, ISO 8601, where it is known.

        Returns:
            The actor, or ``None`` where the words alone do not settle it. A capital is the town.
        """
        meanings = self.meanings(text, label, when=when)
        return self.actor(meanings[0]) if meanings else None

    def meanings(self, text: str, label: str, *, when: str | None = None) -> tuple[Meaning, ...]:
        """What a mention can mean by its own words, the likeliest first; see :meth:`resolve`.

        A meaning without a base is a body whose country is open.
        """
        if label == "PERSON":
            return self.persons.meanings(text, when)
        text = joined(text)
        found = self._meant(text, plain(text), label, when)
        if not found and text[:4].lower() == "the ":
            return self.meanings(text[4:], label, when=when)
        if not found and text.endswith("s") and len(text) > _SHORTEST:
            # "Gazproms exports", where the apostrophe was lost
            found = self._meant(text[:-1], plain(text[:-1]), label, when)
        if not found and _DOTTED.fullmatch(text):
            found = self._meant(text, plain(text.replace(".", "")), label, when)
        return found

    def _meant(self, text: str, simple: str, label: str, when: str | None) -> tuple[Meaning, ...]:
        known = self._known(simple, when)
        own = tuple(meaning for meaning in known if meaning.own and meaning.kind == "name")
        if own:
            return own  # Just as the caller wrote it, whatever label the mention has.
        if label == "GPE":
            return self._place(simple, known)
        if label == "NORP":
            peoples = tuple(meaning for meaning in known if meaning.role != "BUS")  # "Anglo-American" is no company.
            return peoples or self._composed(text, simple, label, when) or self._people(text, simple)
        bodies = sorted(known, key=lambda meaning: meaning.kind != "name") if len(known) > 1 else known
        acting = tuple(_acting(meaning) for meaning in bodies if meaning.kind != "place")
        if acting and not (label == "ORG" and acting[0].kind in {"adjective", "people"}):
            return acting if label == "ORG" else tuple(_military(meaning) for meaning in acting)
        return self._composed(text, simple, label, when)

    def _people(self, text: str, simple: str) -> tuple[Meaning, ...]:
        """The people that a longer name ends with: "Arab Israelis", though not one of two, as "Sino-Indian" is."""
        first, _, last = simple.rpartition(" ")
        known = self._names.get(last, ()) if first and "and" not in first.split() else ()
        if re.search(r"[\w.][-‐‑–—/]\w+$", text) and not last.endswith("ns"):
            before = self._names.get(first, ())
            if first in _FIRST_OF_TWO or any(meaning.kind in {"country", "adjective"} for meaning in before):
                return ()
        return tuple(meaning for meaning in known if meaning.kind == "adjective")

    def towns(self, simple: str) -> list[Meaning]:
        """Meanings as places of a plain name, the likelier one first."""
        codes = self._places.get(simple, "").split()
        kind: Kind = "city" if simple in self._cities else "place"
        if not codes and len(simple) > 4:
            kind = "variant"
            codes = next((c.split() for s in spellings(simple) if (c := self._places.get(s))), [])
        # Only the largest place of a name is a city.
        kinds: list[Kind] = [kind if kind == "variant" or n == 0 else "place" for n in range(len(codes))]
        return [Meaning(c, None, k, self.countries.get(c, c)) for c, k in zip(codes, kinds, strict=True)]

    def _known(self, simple: str, when: str | None) -> tuple[Meaning, ...]:
        all_times = self._names.get(simple, ())
        if not all_times and len(simple) >= _LONG:
            all_times = self._names.get(self._folded.get(folded(simple), ""), ())
        if not when:
            # Of the times of a name the longest is the likeliest.
            return tuple(sorted(all_times, key=lambda meaning: -meaning.years)) if len(all_times) > 1 else all_times
        # What a name meant for a time goes before what it means otherwise.
        holding = [meaning for meaning in all_times if meaning.holds(when)]
        if not holding:
            # A movement that is no more is still called what it was.
            ended = [meaning for meaning in all_times if meaning.kind == "name" and meaning.is_over(when)]
            return tuple(sorted(ended, key=lambda meaning: meaning.last, reverse=True)[:1])
        return tuple(sorted(holding, key=lambda meaning: not (meaning.first or meaning.last)))

    def _place(self, simple: str, known: Sequence[Meaning]) -> tuple[Meaning, ...]:
        sites = (
            meaning for meaning in known if meaning.kind != "name" or meaning.role in {"GOV", "GOVMIL", "REB", None}
        )
        found = [_site(meaning) for meaning in sites if meaning.kind != "adjective" or len(known) == 1]
        found += self.towns(simple)
        for words in (_PLACE_WORDS, _DIRECTION):
            if found and found[0].kind != "variant":
                break
            stripped = " ".join(words.sub(" ", simple).split())
            if stripped and stripped != simple:
                named = [_land(m) for m in self._names.get(stripped, ()) if m.kind in _INSIDE]
                found = named + self.towns(stripped) or found
                simple = stripped
        # Of the same country only the first meaning counts.
        first = {meaning.base: meaning for meaning in reversed(found)}
        return tuple(first[base] for base in dict.fromkeys(meaning.base for meaning in found))

    def _composed(self, text: str, simple: str, label: str, when: str | None) -> tuple[Meaning, ...]:
        """A body put together out of words: its country from a name within, its role from words."""
        owner, rest, closed = self._owner(text, when)
        if closed or _SEVERAL.search(simple):
            return ()
        named = self._names.get(rest.removesuffix(" of"), ()) if owner is not None else ()
        own = tuple(
            m for m in named if owner and m.kind == "name" and m.role and m.base == owner.base and m.holds(when)
        )
        if own:
            # "Turkey's Aselsan"
            return own
        role = self.bodies.role(rest or simple, label)
        if role == "SOC" and any(m.kind == "name" and m.role == "LEG" for m in named):
            role = "LEG"  # "Peruvian Congress", as there is one of the USA
        if label == "MIL":
            role = role or "MIL"
        if owner is None:
            led = self._of_person(simple, when)
            return led or self._of_company(simple) or ((Meaning(None, role, "body", text),) if role else ())
        if owner.base not in self.countries:
            return (Meaning(owner.base, _inner_role(owner, rest, label), "body", text),)
        if (owner.role == "REB" and owner.kind == "breakaway") or (
            owner.role in {"REB", "PRM"} and owner.kind == "name"
        ):
            return (Meaning(owner.base, owner.role, "body", text),)
        if owner.kind == "name" and owner.role and (role is None or label == "ORG"):
            role = owner.role if role is None or not _changes(owner.role, role) else role
        return (Meaning(owner.base, role, "body", text),) if role else ()

    def _of_person(self, simple: str, when: str | None) -> tuple[Meaning, ...]:
        """The body that is called after who leads it: "Mitterrand administration", "Gore campaign"."""
        match = _LED.fullmatch(simple)
        leader = self.persons.meanings(match[1], when) if match else ()
        if not match or not leader or leader[0].base not in self.countries:
            return ()
        governs = match[2] is not None and leader[0].role in {"GOV", "ELI"}
        role = "GOV" if governs else leader[0].role if match[2] else "PTY"
        return (Meaning(leader[0].base, role, "body", simple),)

    def _of_company(self, simple: str) -> tuple[Meaning, ...]:
        """The company that a longer name begins with: "Hyundai Samho", "Naftogaz Trading"."""
        words = simple.split()
        for end in range(len(words) - 1, 0, -1):
            known = self._names.get(" ".join(words[:end]), ())
            if known and known[0].role == "BUS":
                # "Orange Revolution Committee" is not the company.
                other = self.bodies.role(simple, "ORG")
                return () if end == 1 and other not in {None, "BUS"} else known
        return ()

    def _owner(self, text: str, when: str | None) -> tuple[Meaning | None, str, bool]:
        """Whose body a name speaks of, its words without the owner, and whether it is that of two at once."""
        spans = [(match.start(), match.end()) for match in _TOKEN.finditer(text)]
        words = [plain(text[start:end]) for start, end in spans]
        found: list[tuple[int, int, Meaning]] = []
        index = 0
        while index < len(words):
            for end in range(min(len(words), index + MOST_WORDS), index, -1):
                if end - index == len(words):
                    continue
                meaning = self._inside(" ".join(words[index:end]), text[spans[index][0] : spans[end - 1][1]], when)
                if meaning is not None and not _is_apart(meaning, index, words[end : end + 1]):
                    found.append((index, end, meaning))
                    index = end - 1
                    break
            index += 1
        if not found:
            return None, " ".join(words), False
        start, end, owner = found[0]
        if len(found) > 1:
            second = found[1]
            between = text[spans[end - 1][1] : spans[second[0]][0]]
            joined = re.fullmatch(r"\s*[-‐‑–—/]\s*|\s+and\s+", between)
            if joined and second[2].base != owner.base and "name" not in {owner.kind, second[2].kind}:
                return None, "", True
            head = " ".join(words[end : second[0]])
            if (
                second[2].kind == "name"
                and re.search(r"\b(?:of|for)(?: the)?$", head)
                and _OFFICES.search(head.rsplit(" of", 1)[0])
            ):
                start, end, owner = second
        rest = " ".join(word for n, word in enumerate(words) if not start <= n < end)
        return owner, rest, False

    def _inside(self, simple: str, raw: str, when: str | None) -> Meaning | None:
        """The meaning of a part of a longer name, where that part tells whose it is."""
        if not raw[:1].isupper() and not raw[:1].isdigit():
            return None
        known = self._names.get(simple, ())
        if not known and raw.endswith("s") and len(raw) > _SHORTEST:
            # "Albanias navy", where the apostrophe was lost
            known = tuple(meaning for meaning in self._names.get(simple[:-1], ()) if meaning.kind == "country")
        for meaning in known:
            if meaning.kind not in _INSIDE or not meaning.holds(when):
                continue
            # A single word may be an ordinary one, as in "Progress" or "Alliance"; an abbreviation is not.
            armed = meaning.role in {"REB", "PRM"} or meaning.base == "IMG"
            armed = armed or (meaning.role == "MIL" and len(simple) > _SHORT)
            shout = raw.isupper() and len(raw) > 1
            if meaning.kind == "name" and " " not in simple and not (shout or (armed and not meaning.name.isupper())):
                continue
            return meaning
        return None


def _is_apart(meaning: Meaning, place: int, following: list[str]) -> bool:
    """Whether the name of a body within a longer one does not tell whose the latter is.

    "State Department" does not in "State Department of Roads", nor does "Foreign Policy", the journal, in "Institute of
    Foreign Policy".
    """
    if meaning.kind != "name":
        return False
    return following in _JOINING or (place > 0 and meaning.role in _UNLIKE_OWNERS and not meaning.name.isupper())


def _acting(meaning: Meaning) -> Meaning:
    """The meaning of a name that is marked as a body: a capital that is a body is the government."""
    return replace(meaning, role="GOV") if meaning.kind == "capital" else meaning


def _military(meaning: Meaning) -> Meaning:
    """The meaning of a name that is marked as a force."""
    if meaning.role is None and meaning.kind in {"country", "adjective"}:
        return replace(meaning, role="MIL")
    itself = meaning.base is not None and plain(meaning.name).replace(" ", "") == meaning.base.casefold()
    return replace(meaning, role="MIL") if meaning.role is None and meaning.kind == "name" and not itself else meaning


def _site(meaning: Meaning) -> Meaning:
    """The meaning of a name that is marked as a place: the seat of a government is like its capital."""
    if meaning.kind == "name" and meaning.role in {"GOV", "GOVMIL"}:
        return replace(meaning, kind="capital", role=None)
    return meaning


def _land(meaning: Meaning) -> Meaning:
    """The land of a name, as "Kyiv Oblast" is of Kyiv: no government and no capital."""
    return replace(meaning, kind="region", role=None if meaning.kind in {"seat", "capital"} else meaning.role)


def _inner_role(owner: Meaning, rest: str, label: str) -> str | None:
    """Role of a body inside an organisation of several states."""
    if owner.role or owner.base in {"IMG", "NGO"}:
        return owner.role
    if label == "MIL" or _FORCE.search(rest):
        return "MIL"
    if re.search(r"\bparliament\b", rest):
        return "LEG"
    return "GOV" if owner.base in {"EU", "EAEU"} and re.search(r"\bcommission\b", rest) else None


def _changes(owner: str, role: str) -> bool:
    """Whether a word makes a body of a named one something else: "FSB Border Service" is no FSB."""
    return role in {"MIL", "COP", "EDU", "LEG"} and role != owner
