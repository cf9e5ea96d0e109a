"""Actor resolution as a stage: which party in the world a mention stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from secrel.domain import Document
from secrel.knowledge.actors import ActorKnowledge, Meaning, load_knowledge
from secrel.stages.bodies import BodyReader
from secrel.stages.capitals import acts, is_town
from secrel.stages.mentions import MentionReader, Mentions
from secrel.stages.persons import PersonReader
from secrel.stages.shared_names import SharedNames

_PLACE_KINDS = frozenset({"city", "place", "variant", "region", "seat", "people"})
_SURE = frozenset({"country", "adjective", "capital", "breakaway", "people", "seat", "name", "body"})
_NOT_OF_THE_UNION = re.compile(
    r"\s+(?:states?|countries|customers|capitals?|allies|partners|neighbors|powers?|nations?|consumers|markets?)\b"
)
_FIGHTERS = re.compile(
    r"\s+(?:fighters?|rebels?|guerrillas?|separatists?|insurgents?|militants?|gunmen|field commanders?|warlords?"
    r"|resistance)\b"
)
_ARMED = re.compile(r"\b(?:armed men|gunmen|fighters|rebels),?\s+$|\barmed\s+$")
_LIVING = re.compile(r"\s+(?:diaspora|communit\w+|minorit\w+|villages?|associations?|emigr\w+|refugees|exiles)\b")
_FROM_PLACE = re.compile(r"\s+(?:[a-z-]+\s+){0,3}(?:of|in|from)\s+(?:the\s+)?(?:\w+ern\s+)?")
_LISTED = 25
"""Characters between two names of a list, at most."""
_IN_COUNTRY = re.compile(r"\b(?:in|across|throughout|inside)\s+(?:the\s+)?$")
_OPPOSITION = re.compile(r"\bopposition\s+(?:[\w-]+\s+)?[“\"]?$", re.IGNORECASE)


class ActorStage:
    """Fills ``actor`` of all mentions that stand for a party in the world, where their words and the text settle it.

    Args:
        knowledge: What is known of names, or files of names that go before those that come with the library (see
            :func:`secrel.knowledge.actors.load_knowledge`).

    Raises:
        ConfigError: If such a file cannot be read.
    """

    name = "actors"
    requires: tuple[str, ...] = ("entities",)
    assigns: tuple[str, ...] = ("actors",)

    def __init__(self, knowledge: ActorKnowledge | Sequence[str | Path] = ()) -> None:
        self.knowledge = knowledge if isinstance(knowledge, ActorKnowledge) else load_knowledge(knowledge)

    def __call__(self, document: Document) -> Document:
        """The document with actors; relations and stances go to the same entities as before."""
        chosen = _Resolver(Mentions(self.knowledge, document)).resolve()
        entities = [
            replace(entity, actor=self.knowledge.actor(meaning) if meaning else None)
            for entity, meaning in zip(document.entities, chosen, strict=True)
        ]
        return document.with_entities(entities)


class _Resolver(MentionReader):
    """Chooses the meanings of a document's mentions."""

    def __init__(self, mentions: Mentions) -> None:
        super().__init__(mentions)
        self.bodies = BodyReader(mentions)
        self.shared_names = SharedNames(mentions, self.bodies)

    def resolve(self) -> list[Meaning | None]:
        """The meaning of every entity, in their order, ``None`` where it stays open."""
        self._plain_ones()
        self.shared_names.settle()
        self.bodies.open_ones()
        self.bodies.unknown_ones()
        self.bodies.teams()
        self._groups()
        self._governments()
        persons = PersonReader(self.mentions)
        for index, meaning in persons.read():
            self.chosen[index] = meaning
        return self.chosen

    def _plain_ones(self) -> None:
        """Mentions of which the first meaning goes without saying, as "Georgia" is the country, and cities."""
        for named in (False, True):  # Whose a listed body is, a country beside it may tell.
            taken = []
            for index, options in enumerate(self.options):
                if not options or options[0].base is None or (options[0].kind == "name") is not named:
                    continue
                sure = options[0].kind in _SURE or (len(options) == 1 and options[0].kind in {"city", "region"})
                if sure and not self.shared_names.is_shared(index):
                    self.chosen[index] = (self.shared_names.owned(index) if named else None) or options[0]
                    taken.append(index)
            self.mentions.take(taken)
        self.mentions.take_known_persons()

    def _groups(self) -> None:
        """Peoples, blocs and parties, whose meaning the words beside them may change."""
        europe = any(meaning is not None and meaning.base == "EU" for meaning in self.chosen)
        for index, entity in enumerate(self.entities):
            meaning = self.chosen[index]
            before = self.text[max(0, entity.start - 40) : entity.start]
            behind = self.text[entity.end : entity.end + 60]
            if entity.label == "NORP" and meaning is None and europe and entity.text in {"European", "Europeans"}:
                of_it = _NOT_OF_THE_UNION.match(behind) is None
                self.chosen[index] = Meaning("EU", None, "adjective", "European Union") if of_it else None
            elif entity.label == "NORP" and meaning is not None and meaning.kind in {"people", "breakaway"}:
                self.chosen[index] = self._people(index, meaning, before, behind)
            elif entity.label == "ORG" and meaning is not None and meaning.role == "PTY" and _OPPOSITION.search(before):
                self.chosen[index] = replace(meaning, role="OPP")

    def _people(self, index: int, meaning: Meaning, before: str, behind: str) -> Meaning:
        """A people without a state of its own: where it is said to live, and whether it is in arms."""
        if meaning.name == "Chechnya" and (_FIGHTERS.match(behind) or _ARMED.search(before)):
            return replace(meaning, role="REB")
        if _LIVING.match(behind) or meaning.kind == "people":
            place = self._place_behind(index)
            if place is not None and place.base != meaning.base:
                return replace(meaning, base=place.base, role=None)
        return meaning

    def _place_behind(self, index: int) -> Meaning | None:
        """The place that a people is said to live in: "Uyghur associations of [Almaty]"."""
        entity = self.entities[index]
        for other in range(index + 1, min(index + 3, len(self.entities))):
            between = self.text[entity.end : self.entities[other].start]
            if self.entities[other].label == "GPE" and self.chosen[other] and _FROM_PLACE.fullmatch(between):
                return self.chosen[other]
        return None

    def _governments(self) -> None:
        """Capitals that stand for their governments."""
        towns: dict[int, bool] = {}
        for index, entity in enumerate(self.entities):
            meaning = self.chosen[index]
            if meaning is None or meaning.kind not in {"capital", "seat"} or entity.label != "GPE":
                continue
            sentence = self.surroundings.sentence(entity.start)
            town = is_town(self.text, entity.start, entity.end, sentence)
            if town is None:
                town = self._town_before(index, towns)
            if meaning.kind == "seat" and meaning.role is None:
                town = town or not acts(self.text, entity.start, entity.end, sentence)
            towns[index] = town
            self.chosen[index] = self._seat(meaning, town)

    def _town_before(self, index: int, towns: dict[int, bool]) -> bool:
        """Whether the name before it in its list is a town's: "in Moscow and Kyiv", unlike "Moscow and Kyiv agreed"."""
        start = self.entities[index].start
        for earlier in range(index - 1, -1, -1):
            entity, meaning = self.entities[earlier], self.chosen[earlier]
            if entity.end < start - _LISTED or entity.label != "GPE" or meaning is None:
                return False
            if earlier in towns:
                return towns[earlier]
            if meaning.kind in _PLACE_KINDS and meaning.role is None:
                return True
            if _IN_COUNTRY.search(self.text[max(0, entity.start - 20) : entity.start]):
                return True  # "in Israel, Gaza and Jerusalem"
            start = entity.start
        return False

    def _seat(self, meaning: Meaning, town: bool) -> Meaning:
        if meaning.name in {"Brussels", "Bruxelles"}:
            return meaning if town else replace(meaning, base="EU")
        if town:
            return replace(meaning, role=None)
        return meaning if meaning.role else replace(meaning, role="GOV")
