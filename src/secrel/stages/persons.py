"""What persons stand for: their office, as the words beside their name tell it or as it is known, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secrel.domain import Entity
from secrel.knowledge.actors import Meaning
from secrel.knowledge.actors.names import folded, plain
from secrel.knowledge.actors.persons import ENGLISH
from secrel.knowledge.actors.words import Office
from secrel.stages.mentions import Mentions
from secrel.stages.owners import OwnerReader
from secrel.stages.sports import is_of_sports
from secrel.stages.surroundings import OF_ENVOYS, OF_PERSONS
from secrel.stages.titles import STATE_ROLES, Held, TitleReader, is_rank

_BEFORE = 120
"""Characters before a name within which its title may begin."""
_BEHIND = 170
"""Characters behind a name within which an apposition may end."""
_LED_BY = re.compile(r"\b(?:under|led by|headed by|commanded by|command of|chaired by)\s+(?:the\s+)?$")
_CHAIR = re.compile(r"(?:vice |deputy )?chair(?:man|woman|person)?", re.IGNORECASE)
_CHAIRED = re.compile(r"\bchair(?:man|woman)ship of\s+$")
_COUNTERPART = re.compile(r"([\w-]+)\s+(?:counterpart|colleague),?\s+$")
_OPPOSITE = re.compile(r",\s+(?:his|her|their)\s+(?:[\w-]+\s+)?(?:opposite\s+number|counterpart)\b")
_PREDECESSOR = re.compile(r"\b[Pp]redecessor,?\s+$")
_RETIRES = re.compile(r"\s+\(ret(?:ired|d)?\.?\)|,?\s+(?:who\s+)?(?:has\s+|had\s+)?(?:since\s+)?retired\b")
_JOINED = re.compile(r"(?:,\s+|,?\s+and\s+)(?:[A-Z][a-z]+\s+)?$")
_CAMPAIGN = re.compile(
    r"\b(?:campaign\w*|candida\w+|(?:presidential|party|republican|democratic)\s+nomin(?:ee|ation)s?|election"
    r"|primar(?:y|ies)|(?:super)?delegates?|endors\w+"
    r"|debates?|polls?|polling|supporters?|running\s+mate|voters?|caucus(?:es)?|ballot|hustings)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(r",?\s+and\s+")
_THROUGH = re.compile(r"\b(?:through|via)\s+(?:the\s+|its\s+)?(?:[a-z]+\s+)?$")
_OF_COUNTRY = re.compile(r"\s+(?:of|for)\s+(?:the\s+)?")
_FROM_TOWN = re.compile(r",?\s+(?:from|of)\s+")
_SEEDED = re.compile(r",?\s+(?:the\s+[^,;:]{0,25}\s+)?(?:from|of)\s+|\s+\((?:the\s+)?")
_OFFICE_OF_A_PARTY = re.compile(r"\s+\((?:R|D)-")
_DOCTOR = re.compile(r"doctor|dr|physician|engineer", re.IGNORECASE)
_ENVOY = re.compile(r"\b(?:ambassador|high commissioner|consul|attach|envoy|charg[eé])", re.IGNORECASE)
_STUDIES = re.compile(r"(?:chronicler|historian|biographer|scholar|student)s?\s+of\b")
_PRIVATE = tuple("warrant_officer sergeant policeman submariner soldier driver teacher nurse engineer sailor".split())
_OTHER_BODIES = frozenset({"BUS", "EDU", "SOC", "PTY", "OPP", "JRN", "REL", "JUD", "LEG"})
_BARE = frozenset(
    ["minister", "deputy minister", "vice minister", "undersecretary", "state secretary", "assistant secretary"]
)
"""Offices of a ministry that the title does not name."""
_STATE_BODIES = frozenset({"GOV", "GOVMIL", "GOVCOP", "MIL", "COP", "SPY"})
_PLAIN = 0.3
"""Share of the scores of all countries that one must have for a person whose office names no country to be its."""
_TOWNS = frozenset({"city", "place", "variant", "region"})


class PersonReader:
    """The persons of one document.

    Args:
        mentions: The mentions of the document, of which those that are no persons are settled.
    """

    def __init__(self, mentions: Mentions) -> None:
        self.mentions = mentions
        self.knowledge = mentions.knowledge
        self.text = mentions.text
        self.entities = mentions.entities
        self.surroundings = mentions.surroundings
        self.owners = OwnerReader(mentions)
        self.titles = TitleReader(mentions.knowledge.offices, self.text)
        self.when = mentions.when
        self._before: Meaning | None = None

    def read(self) -> Iterator[tuple[int, Meaning]]:
        """Index and meaning of every person that the text or what is known settles."""
        persons = [n for n, entity in enumerate(self.entities) if entity.label == "PERSON" and plain(entity.text)]
        persons.sort(key=lambda index: self.entities[index].start)
        keys = self._keys(persons)
        shared: dict[tuple[str, int], Meaning] = {}
        held: Held | None = None
        for place, index in enumerate(persons):
            earlier = self.entities[persons[place - 1]] if place else None
            later = self.entities[persons[place + 1]] if place + 1 < len(persons) else None
            held = self._held(self.entities[index], earlier, later, held)
            meaning = self._told(self.entities[index], keys[index][0], held)
            self._before = meaning or self._before
            if meaning is not None:
                shared.setdefault(keys[index], meaning)
        for index in persons:
            # Somebody stays who he is throughout a text.
            entity = self.entities[index]
            meaning = shared.get(keys[index]) or self._known(keys[index][0], entity) or self._athlete(entity)
            if meaning is not None:
                yield index, meaning

    def _athlete(self, entity: Entity) -> Meaning | None:
        """Somebody in a sentence on sports of whom nothing else is told: whose team is named beside."""
        first, last = self.surroundings.sentence(entity.start)
        base = self.mentions.base_of_teams(entity.start) if is_of_sports(self.text[first:last]) else None
        return Meaning(base, "ELI", "body", entity.text) if base else None

    def _keys(self, persons: Sequence[int]) -> dict[int, tuple[str, int]]:
        """The fullest name that each person has in his story: a bare surname is that of whoever bears it there."""
        full: dict[tuple[str, int], str] = {}
        found: dict[int, tuple[str, int]] = {}
        stories = {index: self.surroundings.scope(self.entities[index].start)[0] for index in persons}
        for index in persons:
            name = plain(self.entities[index].text)
            words = name.split()
            for first in range(1, len(words)):
                full.setdefault((folded(" ".join(words[first:])), stories[index]), name)
        for index in persons:
            name, story = plain(self.entities[index].text), stories[index]
            while (fuller := full.get((folded(name), story), name)) != name:
                name = fuller  # "Lund", "Berg-Lund", "Kari Berg-Lund"
            found[index] = (name, story)
        return found

    def _known(self, name: str, entity: Entity) -> Meaning | None:
        known = self.knowledge.meanings(name, "PERSON", when=self.when)
        if known and " " not in name and self._is_another(name, known[0], entity):
            return None
        if self.when is None and len(known) > 1 and known[0].role != "PTY":
            # Of a time that is not known, but is one of elections.
            running = [meaning for meaning in known if meaning.role == "PTY"]
            if running and self._campaigns(entity, running[0]):
                return running[0]
        return known[0] if known else None

    def _is_another(self, name: str, known: Meaning, entity: Entity) -> bool:
        """Whether a single name is rather somebody else's: a given name, or an athlete's."""
        if known.base not in ENGLISH and self.knowledge.personal_names.is_given(name):
            # Unless the text speaks of the state that somebody of the name leads.
            leads = self.when is not None and known.leads and known.role == "GOV" and known.base is not None
            return not (leads and self.surroundings.share(known.base or "", entity.start))
        first, last = self.surroundings.sentence(entity.start)
        return known.role not in {"ELI", "SOC"} and is_of_sports(self.text[first:last])

    def _campaigns(self, entity: Entity, candidate: Meaning) -> bool:
        """Whether the words around speak of an election, or another candidate is named beside."""
        first, last = self.surroundings.sentence(entity.start)
        if _CAMPAIGN.search(self.text[first:last]):
            return True
        for other in self.entities:
            if other.label != "PERSON" or not first <= other.start < last:
                continue
            for meaning in self.knowledge.meanings(other.text, "PERSON"):
                rival = meaning.role == "PTY" and meaning.base == candidate.base and meaning.name != candidate.name
                if rival and meaning.first[:4] == candidate.first[:4]:
                    return True
        return False

    def _held(  # noqa: PLR0911
        self, entity: Entity, earlier: Entity | None, later: Entity | None, held: Held | None
    ) -> Held | None:
        """The office that the words beside the name tell."""
        first, last = self.surroundings.sentence(entity.start)
        left = max(first, entity.start - _BEFORE)
        right = min(last, entity.end + _BEHIND)
        title, apposition = self.titles.before(left, entity.start), self.titles.behind(entity.end, right)
        if title and _RETIRES.match(self.text[entity.end : right]):
            return replace(title, former=True)
        if title and apposition:
            if is_rank(title.office) and self._bare_minister(apposition.office):
                # "General X, the deputy minister"
                return replace(apposition, office=replace(apposition.office, role="GOVMIL"))
            return apposition if self._tells_more(apposition, title, entity) else title
        if title or apposition:
            return title or apposition
        if later and _JOINS.fullmatch(self.text[entity.end : later.start]):
            return self.titles.joint(later.end, min(last, later.end + _BEHIND))
        if earlier and earlier.start >= first and _JOINED.fullmatch(self.text[earlier.end : entity.start]):
            return held if held and held.office.plural else None
        return None

    def _tells_more(self, apposition: Held, title: Held, entity: Entity) -> bool:
        """Whether an apposition is more than a rank before the name: "Colonel X, the ministry’s spokesman"."""
        if not is_rank(title.office) or title.former:
            return False
        if not apposition.deed:
            return apposition.office.as_body or apposition.former or apposition.office.role in STATE_ROLES
        body = self.owners.of_office(apposition, entity)
        return body is not None and body.role is not None and body.kind in {"name", "body"}

    def _told(self, entity: Entity, key: str, held: Held | None) -> Meaning | None:
        """What the words beside the name say."""
        first, _ = self.surroundings.sentence(entity.start)
        left_start = max(first, entity.start - _BEFORE)
        left = self.text[left_start : entity.start]
        likened = self._likened(entity, left, left_start)
        if likened is not None:
            return likened
        body = self.owners.body_beside(entity)
        if held:
            return self._settled(entity, held, body, self._known(key, entity))
        if (athlete := self._from_a_country(entity)) is not None:
            return athlete
        owner = self.owners.led_by(entity.start) if _LED_BY.search(left) else body
        if _CHAIRED.search(left):
            owner = self.owners.first_of_sentence(entity.start, {"ORG"})
        if owner and (owner.role or owner.base not in self.knowledge.countries):
            return replace(owner, kind="body", name=entity.text)
        return self._of_a_country(entity, left)

    def _likened(self, entity: Entity, left: str, left_start: int) -> Meaning | None:
        """Somebody who is called the predecessor or the counterpart of the person named before."""
        before = self._before
        if before is not None and _PREDECESSOR.search(left):
            return replace(before, role="ELI" if before.role in STATE_ROLES else before.role)
        counterpart = _COUNTERPART.search(left)
        if counterpart and (same := self._counterpart(entity, left_start + counterpart.start(1))) is not None:
            return same
        return self._opposite(entity) if _OPPOSITE.match(self.text[entity.end : entity.end + 40]) else None

    def _from_a_country(self, entity: Entity) -> Meaning | None:
        """An athlete whose country is named beside: "Peru’s X", "Peruvian X", "X, the No. 5 seed from Peru"."""
        first, last = self.surroundings.sentence(entity.start)
        if not is_of_sports(self.text[first:last]):
            return None
        for other, meaning in self.owners.within(max(first, entity.start - 30), min(last, entity.end + 40)):
            before = self.text[other.end : entity.start]
            behind = self.text[entity.end : other.start]
            beside = re.fullmatch(r"(?:['’]s?)?\s+", before) or _SEEDED.fullmatch(behind)
            if beside and meaning.kind in {"country", "adjective", "capital"}:
                return Meaning(meaning.base, "ELI", "body", entity.text)
        return None

    def _of_a_country(self, entity: Entity, left: str) -> Meaning | None:
        """Somebody of whom only the country is told: "Peru’s X", "X of Peru", "X from Lima"."""
        if _OFFICE_OF_A_PARTY.match(self.text[entity.end : entity.end + 5]):
            return Meaning("USA", "LEG", "body", entity.text)
        if _THROUGH.search(left):
            speaker = self.owners.first_of_sentence(entity.start, {"GPE", "ORG", "MIL"})
            return replace(speaker, role=speaker.role or "GOV", kind="body", name=entity.text) if speaker else None
        for other, meaning in self.owners.within(entity.start - 60, entity.end + 30):
            before = self.text[other.end : entity.start]
            behind = self.text[entity.end : other.start]
            if other.label != "GPE":
                continue
            acts = meaning.kind in {"country", "breakaway"} or meaning.role == "GOV"
            if acts and (re.fullmatch(r"['’]s?\s+", before) or _OF_COUNTRY.fullmatch(behind)):
                return Meaning(meaning.base, meaning.role or "GOV", "body", entity.text)
            if meaning.kind not in {"country", "breakaway"} and _FROM_TOWN.fullmatch(behind):
                return Meaning(meaning.base, "CVL", "body", entity.text)
        return None

    def _settled(self, entity: Entity, held: Held, body: Meaning | None, known: Meaning | None) -> Meaning | None:
        """Role and country of an office; of somebody known, what is known goes before what the text lets guess."""
        office = held.office
        whose = self.owners.of_office(held, entity)
        role = office.role
        if office.as_body:
            whose, role = self._acting(held, whose, body)
        elif office.role == "GOV" and self._bare_minister(office):
            ministry = self.owners.ministry_before(office.start, whose, entity)
            whose, role = ministry or whose, ministry.role or role if ministry else role
        if whose and office.role == "EDU" and whose.role != "EDU" and _STUDIES.match(self.text, office.start):
            whose = None  # "a chronicler of the Soviet air force"
        whose = whose or self.owners.owner_before(office) or body
        if whose is None and (country := self._of_a_country(entity, "")):
            whose = replace(country, role=None, kind="country")
        role = self._role_among(office, whose) or role
        base = (whose.base if whose else None) or office.base or self._country(office, entity, role, known)
        if base is None:
            return None
        if base not in self.knowledge.countries:
            return Meaning(base, whose.role if whose else role if office.base else None, "body", entity.text)
        if known is not None and known.base == base:
            role = _role_of_known(known, office, role, told=whose is not None)
        if held.former and role in STATE_ROLES:
            private = any(word.replace("_", " ") in self.text[office.start : office.end].lower() for word in _PRIVATE)
            role = "CVL" if private else "ELI"
        if whose is not None and self._is_rebel(whose, role):
            role = "REB"
        return Meaning(base, role, "body", entity.text)

    def _role_among(self, office: Office, whose: Meaning | None) -> str | None:
        """Role that a body gives to those of its people whose occupation is not its own."""
        if whose is None or not whose.role:
            return None
        if _DOCTOR.fullmatch(self.text[office.start : office.end]):
            return whose.role  # "Doctor X of the university"
        if whose.kind not in {"name", "body"}:
            return None
        presides = whose.role in _OTHER_BODIES and self._presides(office)
        # "an economist at the central bank"
        return whose.role if presides or (whose.role in _STATE_BODIES and office.role == "EDU") else None

    def _acting(self, held: Held, whose: Meaning | None, body: Meaning | None) -> tuple[Meaning | None, str]:
        """Whom an office that goes by its body is of, and the role of that body."""
        office = held.office
        acting = whose if whose and whose.role and whose.kind in {"body", "name"} else body
        if acting is not None:
            return acting, acting.role or office.role
        common = self.owners.common_body(held)
        if common is not None and common.base is not None:
            return common, common.role or office.role
        if held.deed:
            role = common.role if common else "GOV" if whose and whose.kind in {"country", "capital"} else None
            return whose, role or office.role
        sited = whose is not None and whose.kind in _TOWNS
        before = self.owners.body_before(office) if common is None and (whose is None or sited) else None
        if before is None and whose is None and _CHAIR.fullmatch(self.text[office.start : office.end]):
            before = self.owners.named_noun("committee", office.start)
        if before is not None and whose is not None and before.base != whose.base:
            before = None
        if before is not None:
            return before, before.role or office.role
        return whose, (common.role if common else None) or office.role

    def _country(self, office: Office, entity: Entity, role: str, known: Meaning | None) -> str | None:
        """The country that somebody is known of; otherwise one that the text around speaks of and the name suits."""
        if known is not None and known.base in self.knowledge.countries:
            return known.base
        suited = self.knowledge.personal_names.countries(entity.text)
        weights = OF_ENVOYS if _ENVOY.search(self.text[office.start : office.end]) else OF_PERSONS
        around = self.surroundings.country(office.start, office.end, weights, least=_PLAIN, suited=suited)
        if not self.surroundings.names_countries(office.start):
            # The country of the paper alone: of its officials, unless the name is a foreign one.
            foreign = suited.get(around or "", 0.0) < 0.5 * max(suited.values(), default=0.0)
            around = None if foreign or role not in STATE_ROLES else around
        return around or self.knowledge.personal_names.country(entity.text)

    def _is_rebel(self, whose: Meaning, role: str) -> bool:
        """Whether an office is one of a breakaway entity, as that of a vice president in its seat."""
        if whose.role == "REB":
            return True
        if whose.kind != "seat" or role not in STATE_ROLES:
            return False
        known = self.knowledge.meanings(whose.name, "GPE", when=self.when)
        return bool(known) and known[0].role == "REB"

    def _counterpart(self, entity: Entity, start: int) -> Meaning | None:
        """A person called somebody's counterpart: the office of the person named before, of another country."""
        beside = [
            meaning
            for other, meaning in self.owners.within(start, start + 1)
            if other.start == start and meaning.base in self.knowledge.countries
        ]
        if not beside or self._before is None or self._before.role is None:
            return None
        return Meaning(beside[0].base, self._before.role, "body", entity.text)

    def _opposite(self, entity: Entity) -> Meaning | None:
        """Somebody called the opposite number of the person named before."""
        suited = self.knowledge.personal_names.countries(entity.text)
        base = self.surroundings.country(entity.start, entity.end, OF_PERSONS, least=_PLAIN, suited=suited)
        for other, meaning in self.owners.within(entity.end, entity.end + 60):
            base = meaning.base if other.label in {"GPE", "ORG"} and meaning.base else base
        if base is None or self._before is None or self._before.role is None:
            return None
        return Meaning(base, self._before.role, "body", entity.text)

    def _presides(self, office: Office) -> bool:
        """Whether a title is one that companies and universities give as well as states."""
        return re.search(r"\b(?:president|chancellor)\b", self.text[office.start : office.end].lower()) is not None

    def _bare_minister(self, office: Office) -> bool:
        return self.text[office.start : office.end].lower() in _BARE


def _role_of_known(known: Meaning, office: Office, role: str, *, told: bool) -> str:
    """Role of somebody known by an office that does not tell it alone.

    Args:
        known: What he is known for.
        office: The office that the text gives him.
        role: The role that this would give.
        told: Whether the text tells whose office it is.
    """
    if role == "PTY" and known.role in {"OPP", "LEG"}:
        return known.role  # "presidential candidate X", whose camp is known
    if office.as_body and role == office.role and not told and known.role != "ELI":
        return known.role or role  # "deputy leader X", of an opposition party
    return role
