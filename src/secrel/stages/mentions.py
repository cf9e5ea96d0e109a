"""One document on its way to actors: what each of its mentions can mean, and what was chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable

from secrel.domain import Document
from secrel.knowledge.actors import LABELS, ActorKnowledge, Meaning
from secrel.stages.surroundings import Anchor, Surroundings

_WEIGHTS = {"GPE": 1.0, "NORP": 0.9, "ORG": 1.1, "MIL": 0.8}
_OF_A_PERSON = 0.5
"""Weight of a person who is known, as against the name of a country."""


class Mentions:
    """The mentions of a document, with what they can mean by their own words.

    Args:
        knowledge: What is known of names.
        document: The document.

    Attributes:
        knowledge: The same.
        text: The document's text.
        entities: Its entities.
        when: Day or year of the text, ``None`` where it is not known.
        surroundings: The text, and the countries that it speaks of where.
        options: What each entity can mean, the likeliest first.
        chosen: The meaning of each, ``None`` as long as it is open.
    """

    def __init__(self, knowledge: ActorKnowledge, document: Document) -> None:
        self.knowledge = knowledge
        self.text = document.text
        self.entities = document.entities
        metadata = document.metadata
        self.when = metadata.date or (str(metadata.year) if metadata.year else None)
        self.surroundings = Surroundings(document)
        self.options: list[tuple[Meaning, ...]] = [
            knowledge.meanings(e.text, e.label, when=self.when) if e.label in LABELS and e.label != "PERSON" else ()
            for e in self.entities
        ]
        self._abbreviated()
        self.chosen: list[Meaning | None] = [None] * len(self.entities)

    def _abbreviated(self) -> None:
        """An abbreviation in brackets behind a name, and wherever else it stands, means what the name does."""
        meant: dict[str, tuple[Meaning, ...]] = {}
        for index in range(1, len(self.entities)):
            full, short = self.entities[index - 1], self.entities[index]
            between = self.text[full.end : short.start]
            if full.label in {"ORG", "MIL"} and between in {" (", " (the "} and _is_short_for(short.text, full.text):
                meant[short.text] = self.options[index - 1]
                if not meant[short.text]:
                    meant[short.text] = self.options[index - 1] = self.options[index]
        for index, entity in enumerate(self.entities):
            if entity.label in {"ORG", "MIL"}:
                self.options[index] = meant.get(entity.text) or self.options[index]

    def take(self, indices: Iterable[int]) -> None:
        """Lets mentions that were chosen tell whose others are."""
        countries = self.knowledge.countries
        self.surroundings.add(
            self._anchor(index) for index in indices if (meaning := self.chosen[index]) and meaning.base in countries
        )

    def base_of_teams(self, start: int) -> str | None:
        """The country of the teams and clubs that the sentence around a character names, if it is one."""
        first, last = self.surroundings.sentence(start)
        bases = {
            meaning.base
            for entity, meaning in zip(self.entities, self.chosen, strict=True)
            if meaning and meaning.role == "SOC" and entity.label == "ORG" and first <= entity.start < last
        }
        return bases.pop() if len(bases) == 1 else None

    def _anchor(self, index: int) -> Anchor:
        entity, meaning = self.entities[index], self.chosen[index]
        assert meaning is not None
        rebel = meaning.role == "REB" and meaning.kind in {"breakaway", "seat"}
        return Anchor(entity.start, entity.end, meaning.base or "", rebel, _WEIGHTS[entity.label])

    def take_known_persons(self) -> None:
        """Persons who are known, and by whom a text that names no country may tell one."""
        anchors = []
        for entity in self.entities:
            if entity.label == "PERSON" and " " in entity.text.strip():
                bases = {meaning.base for meaning in self.knowledge.meanings(entity.text, "PERSON", when=self.when)}
                base = bases.pop() if len(bases) == 1 else None
                if base in self.knowledge.countries:
                    anchors.append(Anchor(entity.start, entity.end, base, False, _OF_A_PERSON, person=True))
        self.surroundings.add(anchors)


class MentionReader:
    """What settles some of a document's mentions, with their parts at hand.

    Args:
        mentions: The mentions of the document; choices are made in its lists.
    """

    def __init__(self, mentions: Mentions) -> None:
        self.mentions = mentions
        self.knowledge = mentions.knowledge
        self.text = mentions.text
        self.entities = mentions.entities
        self.options = mentions.options
        self.chosen = mentions.chosen
        self.surroundings = mentions.surroundings


def _is_short_for(short: str, full: str) -> bool:
    """Whether the letters of an abbreviation, most of them capitals, are initials of a name's words in their order."""
    if 2 * sum(map(str.isupper, short)) <= len(short) or not 2 <= len(short) <= 8:
        return False
    initials = iter(word[0].upper() for word in re.findall(r"[^\W\d_]+", full))
    return all(letter in initials for letter in short.upper())
