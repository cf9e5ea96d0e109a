"""Bodies whose words tell no country, and names that nothing is known of."""

from __future__ import annotations

import re
from dataclasses import replace

from secrel.domain import Entity
from secrel.knowledge.actors import Meaning
from secrel.knowledge.actors.names import plain
from secrel.stages.mentions import MentionReader, Mentions
from secrel.stages.sports import is_of_sports
from secrel.stages.surroundings import OF_BODIES, OF_TOWNS

_PLAIN = 0.3
"""Share of the scores of all countries that one must have for a body without a country to be its: on the marked texts
four out of five such bodies are then right, and few more below it are wrong."""
_OF_AN_UNKNOWN_TOWN = 0.5
"""Share that one must have for a town that is not known at all."""
_CAPITALIZED = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_SHORT_NAME = 3
"""Letters of a name within a body's up to which it is no town."""
_OF_IT = re.compile(
    r"(?:,\s+[^.;:]{3,50}?)?\s+(?:of|at|from|with|for|in|heads|chairs|leads|runs|commands)\s+(?:the\s+)?|\s+\((?:the\s+)?"
)
_ITS_PERSON = re.compile(r"(?:['’]s?)?\s+(?:[a-z-]+\s+){0,4}")
_LONG = 5
"""Letters of a name from which on a longer one before may be shortened to it."""
_STAYS = re.compile(r"\b(?:national guard|border|coast guard|army|navy|air force|armed forces|marines?|police)\b", re.I)
"""A force that is at home where it is."""
_OF_FORCE = re.compile(r"(?:['’]s?)?\s+|-(?:led|mandated)\s+")
_OF_ITS_STAFF = re.compile(
    r"(?:['’]s)?\s+(?:(?:deputy|acting|first|then)\s+)*(?:secretary|chief|head|chair|staff|apparatus)", re.I
)
"""Behind the name of a national security council; the one of the United Nations has a president and members."""
_OF_STATES = frozenset({"GOV", "GOVMIL", "GOVCOP", "MIL", "COP", "SPY", "JUD", "LEG"})
_ITS = re.compile(r"\b(?:its|their)\s+$")


class BodyReader(MentionReader):
    """Finds whose a body is that names no country, and what an unknown name is.

    Args:
        mentions: The mentions of the document.
    """

    def __init__(self, mentions: Mentions) -> None:
        super().__init__(mentions)
        self.plain = [plain(entity.text) for entity in self.entities]
        self._with_name: dict[str, list[int]] = {}
        self._with_word: dict[str, list[int]] = {}  # Bodies, by the first and the last word of their names.
        for index, entity in enumerate(self.entities):
            self._with_name.setdefault(self.plain[index], []).append(index)
            words = self.plain[index].split() if entity.label in {"ORG", "MIL"} else ()
            for word in {words[0], words[-1]} if words else ():
                self._with_word.setdefault(word, []).append(index)

    def open_ones(self) -> None:
        """Bodies whose words show a role but no country; those of one name are taken for one body."""
        alike: dict[tuple[str, int], list[int]] = {}
        for index, options in enumerate(self.options):
            if options and options[0].base is None:
                entity = self.entities[index]
                alike.setdefault((self.plain[index], self.surroundings.scope(entity.start)[0]), []).append(index)
        taken = []
        for indices in alike.values():
            beside = {index: self._owned_beside(index, self.options[index][0]) for index in indices}
            owners = {meaning.base: meaning for meaning in beside.values() if meaning}
            common = self._named_before(indices[0]) or (next(iter(owners.values())) if len(owners) == 1 else None)
            if common is None and self._of_the_united_nations(indices[0]):
                common = Meaning("UN", None, "body", "Security Council")
            common = common or self._owned_by_text(indices)
            last: Meaning | None = None
            for index in indices:
                last = beside[index] or last
                found = last or common or (self._owned_by_text([index]) if len(indices) > 1 else None)
                if found is not None and found.base is not None:
                    self.chosen[index] = replace(self.options[index][0], base=found.base, role=found.role)
                    taken.append(index)
        self.mentions.take(sorted(taken))

    def owned(self, index: int) -> Meaning | None:
        """A body that is listed as one state's, where another one stands right beside it: "[Peru]'s [Congress]"."""
        entity, options = self.entities[index], self.options[index]
        listed = options[0]
        if listed.kind != "name" or listed.role not in _OF_STATES or listed.base not in self.knowledge.countries:
            return None
        if self.knowledge.bodies.role(self.plain[index], "ORG") is None:
            return None  # "Pentagon": a name of its own
        owner = self.surroundings.owner_beside(entity.start, entity.end, sited=False, plainly=True)
        if owner is None:
            return None
        own = next((option for option in options if option.base == owner.base and not owner.rebel), None)
        return own or Meaning(owner.base, "REB" if owner.rebel else listed.role, "body", entity.text)

    def _owned_beside(self, index: int, body: Meaning) -> Meaning | None:
        """The body with the country that stands beside it as its owner."""
        entity = self.entities[index]
        sited = entity.label == "ORG" or _STAYS.search(entity.text) is not None
        if entity.label == "MIL" and (joint := self._organisation_before(index)) is not None:
            return replace(body, base=joint)
        owner = self.surroundings.owner_beside(entity.start, entity.end, sited=sited)
        if owner is None and _ITS.search(self.text[max(0, entity.start - 8) : entity.start]):
            owner = self.surroundings.subject(entity.start)
        return replace(body, base=owner.base, role="REB" if owner.rebel else body.role) if owner else None

    def _organisation_before(self, index: int) -> str | None:
        """The organisation of several states of which a force is said to be: "[NATO] [troops]", "the [UN]’s [army]"."""
        if index == 0:
            return None
        meaning, before = self.chosen[index - 1], self.entities[index - 1]
        if meaning is None or before.label != "ORG" or meaning.base in {*self.knowledge.countries, "IMG", "NGO"}:
            return None
        return meaning.base if _OF_FORCE.fullmatch(self.text[before.end : self.entities[index].start]) else None

    def _of_the_united_nations(self, index: int) -> bool:
        """Whether a body is the Security Council of the United Nations, of which the story speaks, too."""
        entity = self.entities[index]
        if self.plain[index] != "security council" or _OF_ITS_STAFF.match(self.text, entity.end):
            return False
        first, last = self.surroundings.scope(entity.start)
        return any(
            meaning is not None and meaning.base == "UN" and first <= other.start < last
            for other, meaning in zip(self.entities, self.chosen, strict=True)
        )

    def _owned_by_text(self, indices: list[int]) -> Meaning | None:
        """The body with the country that the text around its mentions most speaks of."""
        body = self.options[indices[0]][0]
        shares: dict[str, float] = {}
        for index in indices:
            entity = self.entities[index]
            base = self._town_within(entity)
            if base:
                return replace(body, base=base)
            suited = self.names_beside(index)
            for country, share in self.surroundings.shares(entity.start, entity.end, OF_BODIES, suited=suited).items():
                shares[country] = shares.get(country, 0.0) + share / len(indices)
        best = max(shares, key=lambda country: shares[country], default=None)
        return replace(body, base=best) if best and shares[best] >= _PLAIN else None

    def names_beside(self, index: int) -> dict[str, float]:
        """How well countries suit the name of the person who is said to be of a body: "[X] of the [ministry]"."""
        entity = self.entities[index]
        for other in self.entities[max(0, index - 2) : index + 3]:
            if other.label != "PERSON":
                continue
            before, behind = self.text[other.end : entity.start], self.text[entity.end : other.start]
            if _OF_IT.fullmatch(before) or _ITS_PERSON.fullmatch(behind):
                return self.knowledge.personal_names.countries(other.text)
        return {}

    def _town_within(self, entity: Entity) -> str | None:
        """Country of a city in the name of a body, as in "Tver police", if the document speaks of that country."""
        for names in _CAPITALIZED.findall(entity.text):
            words = names.split()
            for name in (names, *words) if len(words) > 1 else words:
                for meaning in self.knowledge.towns(plain(name)) if len(name) > _SHORT_NAME else ():
                    if meaning.kind == "city" and meaning.base and self.surroundings.share(meaning.base, entity.start):
                        return meaning.base
        return None

    def _named_before(self, index: int) -> Meaning | None:
        """The meaning of an earlier mention that this one shortens: "Georgian army", then "the army"."""
        simple = self.plain[index]
        words = simple.split()
        alike = {other for word in {*words[:1], *words[-1:]} for other in self._with_word.get(word, ())}
        for earlier in sorted((other for other in alike if other < index), reverse=True):
            meaning, other = self.chosen[earlier], self.plain[earlier]
            begins = other.startswith(f"{simple} ") if simple[:1].isdigit() else other.startswith(f"{simple} of ")
            if meaning is not None and (other == simple or other.endswith(f" {simple}") or begins):
                return meaning
        return None

    def unknown_ones(self) -> None:
        """Names that nothing is known of: what words beside them call them, and abbreviations behind a full name."""
        for index, entity in enumerate(self.entities):
            if self.chosen[index] or entity.label not in {"ORG", "MIL", "GPE"}:
                continue
            self.chosen[index] = self._same_as(index) or self.called(index, entity)

    def _same_as(self, index: int) -> Meaning | None:
        """An abbreviation in brackets behind a name, and a name that was resolved before."""
        entity = self.entities[index]
        if index and self.text[self.entities[index - 1].end : entity.start] in {" (", " (the "}:
            return self.chosen[index - 1]
        simple = self.plain[index]
        for earlier in reversed(self._with_name[simple]):
            if earlier < index and self.chosen[earlier]:
                return self.chosen[earlier]
        # "Eximbank" behind "Eximbank of China"
        return self._named_before(index) if entity.label == "ORG" and len(simple) >= _LONG else None

    def teams(self) -> None:
        """Names of towns, provinces and universities that are those of teams: "[Leeds] lost the match"."""
        for index, entity in enumerate(self.entities):
            if entity.label != "ORG" or not self._is_town(index) or not self._is_sports(entity):
                continue
            meaning, towns = self.chosen[index], self.knowledge.towns(plain(entity.text))
            base = meaning.base if meaning else towns[0].base
            self.chosen[index] = Meaning(base, "SOC", "body", entity.text)
        for index, entity in enumerate(self.entities):
            if entity.label != "ORG" or self.chosen[index] is not None or not self._is_sports(entity):
                continue
            base = self.mentions.base_of_teams(entity.start)
            self.chosen[index] = Meaning(base, "SOC", "body", entity.text) if base else None

    def _is_town(self, index: int) -> bool:
        meaning = self.chosen[index]
        if meaning is None:
            towns = self.knowledge.towns(plain(self.entities[index].text))
            return bool(towns) and towns[0].kind == "city"
        return meaning.kind in {"region", "capital", "seat"} and meaning.role in {None, "GOV"}

    def _is_sports(self, entity: Entity) -> bool:
        first, last = self.surroundings.sentence(entity.start)
        return is_of_sports(self.text[first:last])

    def called(self, index: int, entity: Entity) -> Meaning | None:
        """What an unknown name is by the words beside it: the role of a body, the country of a town."""
        if entity.label == "GPE":
            base = self.surroundings.country(entity.start, entity.end, OF_TOWNS, least=_OF_AN_UNKNOWN_TOWN)
            return Meaning(base, None, "place", entity.text) if base else None
        if entity.label == "MIL" and not self.options[index]:
            return None
        role = self.role_beside(entity)
        if role is None:
            return None
        owner = self.surroundings.owner_beside(entity.start, entity.end, sited=False)
        base = owner.base if owner else self.surroundings.country(entity.start, entity.end, OF_BODIES, least=_PLAIN)
        return Meaning(base, role, "body", entity.text) if base else None

    def role_beside(self, entity: Entity) -> str | None:
        """Role of a body by the noun right behind or before its name, or by what an apposition calls it."""
        behind = self.text[entity.end : entity.end + 90]
        noun = re.match(r"[”\"’']?\s+((?:[a-z-]+(?:['’]s?)?\s?){1,2})", behind)
        before = re.search(r"((?:[A-Za-z-]+\s+){1,3})[“\"‘']?$", self.text[max(0, entity.start - 60) : entity.start])
        apposition = re.match(r"[”\"’']?,\s+((?:an?|the|one of|its|his|whose)\s[^,;.]{3,80})", behind)
        for words in (noun, before, apposition):
            role = self.knowledge.bodies.role(plain(words[1]), "ORG") if words else None
            if role:
                return role
        return None
