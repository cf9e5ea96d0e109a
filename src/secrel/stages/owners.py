"""Whose office somebody holds, and which body somebody belongs to, by the mentions and words beside."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from secrel.domain import Entity
from secrel.knowledge.actors import Meaning
from secrel.knowledge.actors.names import plain
from secrel.knowledge.actors.words import Office
from secrel.stages.mentions import Mentions
from secrel.stages.surroundings import OF_PERSONS
from secrel.stages.titles import Held

_NO_OWNER = r"(?:and|but|or|the|an?|its|their|his|said|told|by|that|in|to|with|of|at|who)\b"
_OWNER_WORDS = re.compile(rf"(?:['’]s?)?[\s“\"-]+(?:(?!{_NO_OWNER})[\w.-]+[\s-]+){{0,4}}")
_BEHIND_OFFICE = re.compile(
    r"\s+(?:(?:of|for|in|at|from|to|on|with)\s+(?:the\s+|an?\s+)?|the\s+|an?\s+)(?:[\w’'-]+\s+){0,3}"
)
_BEHIND_DEED = re.compile(
    r"(?!\s+(?:that|this)\s)\s+(?:(?:of|for|in|at|from|on|with|as)\s+)?(?:the\s+|an?\s+)?(?:[\w’'-]+\s+){0,4}"
)
_COMMON_BODY = re.compile(r"\s+(?:of|at|for)\s+(?:an?\s+|the\s+|its\s+|his\s+)?([a-z][\w\s-]{2,50})")
_COMMON_OBJECT = re.compile(r"\s+(?:of\s+|at\s+|for\s+)?(an?|the|its|his|her|that|this)\s+([a-z][\w\s-]{2,40})")
_OF_BODY = re.compile(
    r",?\s+(?:now\s+)?(?:of|from|at|for)\s+(?:[\w’'-]+\s+){0,4}|\s+with\s+(?:the\s+)?"
    r"|\s+\((?:the\s+)?|,\s+(?:formerly\s+of\s+)?(?:the\s+)?"
)
_BODY_OF = re.compile(r"['’]s?\s+|(?:\s+[a-z]+){0,2}\s+(?:of|under|through|via)\s+(?:Mr|Mrs|Ms)?\.?\s*")
_NOUN_OF = re.compile(r"\b(?:the|this|that|its|their|whose)\s+([a-z]+)(?:['’]s?)\s+(?:[a-z-]+\s+){0,2}$", re.IGNORECASE)
_PHRASE_OF = re.compile(r"\b[Tt]he\s+([a-z-]+\s+[a-z-]+)['’]s?\s+(?:[a-z-]+\s+)?$")
_OF_NOUN = re.compile(r"\s+(?:of|from)\s+(?:the|this|that)\s+([a-z]+)\b")
_LED = re.compile(r"['’]?s?\s+([a-z]+(?: [a-z]+)?),?\s+(?:led|headed|chaired)\s+by\s+(?:the\s+)?$")
_NOUNS = frozenset(
    """ministry service movement party committee agency command fleet brigade army bureau council alliance union
    regiment company institute parliament mission center centre bank court foundation academy university school
    commission league front group organization association secretariat embassy division battalion corps directorate
    department office plant paper newspaper station church bloc fund society club firm""".split()
)
_PARTY_NOUNS = {
    "party": frozenset({"PTY", "OPP"}),
    "movement": frozenset({"PTY", "OPP", "SOC", "REB"}),
    "company": frozenset({"BUS"}),
    "firm": frozenset({"BUS"}),
    "university": frozenset({"EDU"}),
    "paper": frozenset({"JRN"}),
    "bank": frozenset({"BUS"}),
}
_OPENING = 8
"""Characters within which the name must begin that a sentence opens with."""
_COMMON_ROLES = frozenset({"BUS", "EDU", "REL", "JRN", "SOC", "COP", "JUD"})


class OwnerReader:
    """Finds the mention that an office or a person belongs to.

    Args:
        mentions: The mentions of the document, of which those that are no persons are settled.
    """

    def __init__(self, mentions: Mentions) -> None:
        self.knowledge = mentions.knowledge
        self.text = mentions.text
        self.entities = entities = mentions.entities
        self.chosen = mentions.chosen
        self.surroundings = mentions.surroundings
        self._order = sorted(
            (n for n, e in enumerate(entities) if e.label != "PERSON"), key=lambda n: entities[n].start
        )
        self._starts = [entities[n].start for n in self._order]

    def within(self, start: int, end: int) -> Iterator[tuple[Entity, Meaning]]:
        """The mentions in a range of characters that are no persons and have a meaning, from left to right."""
        for place in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            meaning = self.chosen[self._order[place]]
            if meaning is not None:
                yield self.entities[self._order[place]], meaning

    def _backwards(self, start: int, within: int) -> Iterator[tuple[Entity, Meaning]]:
        """The mentions that end before a place, within so many characters, from right to left."""
        for place in range(bisect_left(self._starts, start) - 1, -1, -1):
            entity, meaning = self.entities[self._order[place]], self.chosen[self._order[place]]
            if start - entity.end > within:
                return
            if entity.end <= start and meaning is not None:
                yield entity, meaning

    def of_office(self, held: Held, person: Entity) -> Meaning | None:
        """The mention that an office's words name: "[Georgia]'s minister", "spokesman of the [ministry]"."""
        office = held.office
        follows = _BEHIND_DEED if held.deed else _BEHIND_OFFICE
        before: Meaning | None = None
        behind: Meaning | None = None
        behind_end = -1
        for entity, meaning in self.within(*self.surroundings.sentence(office.start)):
            if meaning.base is None:
                continue
            if (
                not held.deed
                and entity.end <= office.start <= entity.end + 60
                and _OWNER_WORDS.fullmatch(self.text[entity.end : office.start])
            ):
                before = meaning  # the nearest one
            between = self.text[office.end : entity.start] if office.end <= entity.start <= office.end + 60 else ""
            crosses = person.start < entity.start and office.end <= person.start
            # "Head of [Georgia]'s [general staff]" is of the latter.
            owned = entity.start - behind_end <= 3 and re.fullmatch(r"['’]s?\s+", self.text[behind_end : entity.start])
            if (behind is None or owned) and between and not crosses and follows.fullmatch(between):
                behind, behind_end = meaning, entity.end
        return before or behind

    def common_body(self, held: Held) -> Meaning | None:
        """A body that a common noun behind an office tells: "head of a fishing cooperative", "who runs that party".

        Its base is ``None`` unless it is one that the text named before.
        """
        behind = self.text[held.office.end : held.office.end + 70]
        match = _COMMON_OBJECT.match(behind) if held.deed else None
        if match and match[1] in {"that", "this", "the"}:
            named = self.named_noun(match[2].split()[0], held.office.start)
            if named is not None:
                return named
        common = match[2] if match else None
        if not held.deed:
            noun = _COMMON_BODY.match(behind)
            common = noun[1] if noun else None
        role = self.knowledge.bodies.role(plain(common), "ORG") if common else None
        return Meaning(None, role, "body", common or "") if role else None

    def named_noun(self, noun: str, start: int) -> Meaning | None:
        """The body before a place that a common noun takes up: "the party", "the ministry"."""
        if noun not in _NOUNS:
            return None
        first, _ = self.surroundings.scope(start)
        named = self.nearest_before(start, min(900, start - first), noun)
        roles = _PARTY_NOUNS.get(noun)
        if named is not None or roles is None:
            return named
        near = (meaning for entity, meaning in self._backwards(start, start - first) if entity.label == "ORG")
        return next((meaning for meaning in near if meaning.role in roles), None)

    def body_before(self, office: Office) -> Meaning | None:
        """The body that "its spokesman", "the ministry's spokesman", "a spokesman" speaks for: one named before."""
        first, _ = self.surroundings.sentence(office.start)
        before = self.text[max(first, office.start - 50) : office.start]
        noun = _NOUN_OF.search(before)
        if noun and noun[1].lower() in _NOUNS:
            return self.named_noun(noun[1].lower(), office.start)
        if (phrase := _PHRASE_OF.search(before)) is not None:
            # "the defense committee's chairman"
            role = self.knowledge.bodies.role(plain(phrase[1]), "ORG")
            return Meaning(None, role, "body", phrase[1]) if role else None
        if not re.search(r"\b(?:its|their|the|an?|whose)\s+(?:[\w’-]+\s+){0,3}$", before, re.IGNORECASE):
            return None
        named = self.first_of_sentence(office.start, {"ORG", "MIL"})
        if named is not None:
            return named
        # "the cement works ... and its director": a common noun of the sentence.
        common = [
            (place, role)
            for place, role in self.knowledge.bodies.spans(plain(self.text[first : office.start]), "ORG")
            if role in _COMMON_ROLES
        ]
        if common:
            owner = self.owner_before(office)
            base = owner.base if owner else self.surroundings.country(office.start, office.end, OF_PERSONS)
            return Meaning(base, max(common)[1], "body", "")
        return self._of_sentence_before(office) if re.match(r"\s*(?:Its|Their)\b", before) else None

    def _of_sentence_before(self, office: Office) -> Meaning | None:
        """The body that the sentence before was about, where one begins with "Its spokesman"."""
        first, _ = self.surroundings.sentence(office.start)
        story, _ = self.surroundings.scope(office.start)
        if first <= story:
            return None
        before, end = self.surroundings.sentence(first - 2)
        named = [meaning for entity, meaning in self.within(before, end) if entity.label in {"ORG", "MIL"}]
        return named[0] if named else None

    def owner_before(self, office: Office) -> Meaning | None:
        """Whose office one with "its", "their" or "whose" before it is."""
        before = self.text[max(0, office.start - 50) : office.start]
        if not re.search(r"\b(?:its|whose|their)\s+(?:[\w’-]+\s+){0,3}$", before, re.IGNORECASE):
            return None
        if re.search(r"\bwhose\b", before, re.IGNORECASE):
            return self.nearest_before(office.start, 60)
        named = self.first_of_sentence(office.start, {"ORG", "MIL", "GPE"})
        return named or self._subject_before(office.start) or self.nearest_before(office.start, 400)

    def _subject_before(self, start: int) -> Meaning | None:
        """The name that the sentence before begins with: "[Paris] sent rifles. Its minister complained"."""
        first, _ = self.surroundings.sentence(start)
        if first <= self.surroundings.scope(start)[0]:
            return None
        before, end = self.surroundings.sentence(first - 2)
        for entity, meaning in self.within(before, end):
            if entity.label in {"GPE", "ORG"}:
                return meaning if entity.start - before <= _OPENING else None
        return None

    def first_of_sentence(self, start: int, labels: set[str]) -> Meaning | None:
        """The first mention of a sentence before a place, which mostly is its subject."""
        first, _ = self.surroundings.sentence(start)
        for entity, meaning in self.within(first, start):
            if entity.end <= start and entity.label in labels:
                return meaning
        return None

    def nearest_before(self, start: int, within: int, noun: str | None = None) -> Meaning | None:
        """The nearest body or country before a place, one with a word in its name where that is asked for."""
        for entity, meaning in self._backwards(start, within):
            if noun is None or noun in entity.text.lower():
                return meaning
        return None

    def led_by(self, start: int) -> Meaning | None:
        """The body that somebody leads: "the [forum], led by X", "the [Peruvian] delegation, headed by X"."""
        for entity, meaning in self._backwards(start, 70):
            noun = _LED.match(self.text[entity.end : start])
            role = self.knowledge.bodies.role(noun[1], "ORG") if noun and meaning.role is None else None
            return replace(meaning, role=role, kind="body") if role else meaning
        return None

    def body_beside(self, entity: Entity) -> Meaning | None:
        """The body that a person is said to be of: "X of the [Reform Party]", "X ([Reform Party])"."""
        first, last = self.surroundings.sentence(entity.start)
        noun = _NOUN_OF.search(self.text[max(first, entity.start - 40) : entity.start])
        if noun and noun[1].lower() in _NOUNS:
            return self.named_noun(noun[1].lower(), entity.start)
        noun = _OF_NOUN.match(self.text[entity.end : min(last, entity.end + 30)])
        if noun and noun[1] in _NOUNS:
            return self.named_noun(noun[1], entity.start)
        for other, meaning in self.within(first, last):
            if other.label not in {"ORG", "MIL"}:
                continue
            close = other.end <= entity.start <= other.end + 40
            between = self.text[other.end : entity.start]
            if close and (_BODY_OF.fullmatch(between) or between == " "):
                return meaning  # "The Reform Party’s X"
            near = entity.end <= other.start <= entity.end + 60
            if near and _OF_BODY.fullmatch(self.text[entity.end : other.start]):
                return meaning
        return None

    def ministry_before(self, start: int, whose: Meaning | None, person: Entity) -> Meaning | None:
        """The ministry that "the minister" is of: the nearest one named before, of a country that suits."""
        suited = self.knowledge.personal_names.countries(person.text)
        likely = 0.6 * max(suited.values(), default=0.0)
        first, _ = self.surroundings.scope(start)
        for entity, meaning in self._backwards(start, min(700, start - first)):
            if entity.label != "ORG" or not meaning.role:
                continue
            fits = whose.base == meaning.base if whose else suited.get(meaning.base or "", 0.0) >= likely
            if fits and re.search(r"\b(?:ministry|department of)\b", entity.text, re.IGNORECASE):
                return meaning
        return None
