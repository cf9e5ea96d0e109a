"""Actor resolution as a stage: which party in the world a mention stands for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from secrel.domain import Document, Entity
from secrel.knowledge.actors import LABELS, ActorKnowledge, Meaning, load_knowledge
from secrel.knowledge.actors.names import plain
from secrel.stages.capitals import acts, is_town
from secrel.stages.persons import PersonReader
from secrel.stages.surroundings import OF_BODIES, OF_TOWNS, Anchor, Surroundings

_WEIGHTS = {"GPE": 1.0, "NORP": 0.9, "ORG": 1.1, "MIL": 0.8}
_PLACE_KINDS = frozenset({"city", "place", "variant", "region", "seat", "people"})
_SURE = frozenset({"country", "adjective", "capital", "breakaway", "people", "seat", "name", "body"})
_LIKELIER = 2.0
"""How much more a text must speak of a country for each place that its meaning stands behind in the list."""
_NOT_FAR = 0.35
"""Part of the best country's score that another one must have for a party with a common name to be its."""
_ANY_PARTY = re.compile(
    r"(?:(?:social|christian|liberal|national|new|peoples?|free|united|independent|islamic|green|left|right|radical"
    r"|conservative) ?)*"
    r"(?:(?:democratic|democrats?|party|liberals?|labou?r|centre|center|republicans?|socialists?|communists?|progress"
    r"|reform|greens?|movement|front|popular|union|alliance|conservatives?|freedom|agrarians?|peasants?|unity|justice"
    r"|workers|independence|renewal|radicals?|of|and|for) ?)+"
)
_ANY_UNIT = re.compile(
    r"(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|northern|southern|eastern|western|central|military|naval"
    r"|national|defen[cs]e)(?: (?:air|sea|land|ground|naval|command|military|district|corps|brigade|division"
    r"|regiment|battalion|group|forces?|airborne|assault|mechanized|motor|motorized|rifle|armou?red|tank|mountain"
    r"|marine|infantry|guards?|border|medical|academy|institute|school|college|staff|defen[cs]e|university|combined"
    r"|arms|base|special|operations|missile|rocket|artillery))+"
)
"""A force or a military school with a name that those of any country may have."""
_PLAIN = 0.3
"""Share of the scores of all countries that one must have for a body without a country to be its: on the marked texts
four out of five such bodies are then right, and few more below it are wrong."""
_OF_A_TOWN = 0.6
"""Share that one must have for a small town that is known only in countries that the text does not name."""
_OF_AN_UNKNOWN_TOWN = 0.5
"""Share that one must have for a town that is not known at all."""
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
_CAPITALIZED = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_SHORT_NAME = 3
"""Letters of a name within a body's up to which it is no town."""
_OF_IT = re.compile(
    r"(?:,\s+[^.;:]{3,50}?)?\s+(?:of|at|from|with|for|in|heads|chairs|leads|runs|commands)\s+(?:the\s+)?|\s+\((?:the\s+)?"
)
_ITS_PERSON = re.compile(r"(?:['’]s?)?\s+(?:[a-z-]+\s+){0,4}")
_ITS = re.compile(r"\b(?:its|their)\s+$")
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
        chosen = _Resolver(self.knowledge, document).resolve()
        entities = [
            replace(entity, actor=self.knowledge.actor(meaning) if meaning else None)
            for entity, meaning in zip(document.entities, chosen, strict=True)
        ]
        return document.with_entities(entities)


class _Resolver:
    """One document on its way: what each of its mentions can mean, and what was chosen."""

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
        self.chosen: list[Meaning | None] = [None] * len(self.entities)

    def resolve(self) -> list[Meaning | None]:
        """The meaning of every entity, in their order, ``None`` where it stays open."""
        self._plain_ones()
        self._ambiguous_ones()
        self._open_bodies()
        self._unknown_ones()
        self._groups()
        self._governments()
        persons = PersonReader(self.knowledge, self.entities, self.chosen, self.surroundings, self.when)
        for index, meaning in persons.read():
            self.chosen[index] = meaning
        return self.chosen

    def _anchor(self, index: int) -> Anchor:
        entity, meaning = self.entities[index], self.chosen[index]
        assert meaning is not None
        rebel = meaning.role == "REB" and meaning.kind in {"breakaway", "seat"}
        return Anchor(entity.start, entity.end, meaning.base or "", rebel, _WEIGHTS[entity.label])

    def _take(self, indices: list[int]) -> None:
        countries = self.knowledge.countries
        self.surroundings.add(
            self._anchor(index) for index in indices if (meaning := self.chosen[index]) and meaning.base in countries
        )

    def _plain_ones(self) -> None:
        """Mentions of which the first meaning goes without saying, as "Georgia" is the country, and cities."""
        taken = []
        for index, options in enumerate(self.options):
            sure = (
                options
                and options[0].base
                and (options[0].kind in _SURE or (len(options) == 1 and options[0].kind in {"city", "region"}))
            )
            if sure and not self._common(index):
                self.chosen[index] = options[0]
                taken.append(index)
        self._take(taken)

    def _common(self, index: int) -> bool:
        """Whether a name is one that others may have as well: several states' bodies, a party named like any other."""
        options, entity = self.options[index], self.entities[index]
        if len({option.base for option in options if option.kind in {"country", "adjective"}}) > 1:
            return True
        if entity.label == "NORP" or options[0].kind != "name":
            return False
        if options[0].role == "MIL" and _ANY_UNIT.fullmatch(plain(entity.text)):
            return True
        return entity.label == "ORG" and (
            len({option.base for option in options}) > 1 or options[0].role in {"PTY", "OPP"}
        )

    def _ambiguous_ones(self) -> None:
        """Names that several have: whose country the document speaks of, otherwise the likeliest one."""
        for sure in (True, False):
            taken = []
            for index, options in enumerate(self.options):
                if self.chosen[index] or not options or options[0].base is None:
                    continue
                start = self.entities[index].start
                named = [option for option in options if self.surroundings.share(option.base or "", start) > 0.0]
                if options[0].role in {"PTY", "OPP"} and _ANY_PARTY.fullmatch(plain(self.entities[index].text)):
                    named = self._likely(index, named)
                    self.chosen[index] = None if named else self._another_party(index)
                if self.chosen[index] is None and named:
                    self.chosen[index] = named[0] if len(named) == 1 else self._nearest(index, named)
                elif self.chosen[index] is None and not sure and options[0].kind != "variant":
                    self.chosen[index] = self._elsewhere(index)
                if self.chosen[index]:
                    taken.append(index)
            self._take(taken)

    def _likely(self, index: int, options: list[Meaning]) -> list[Meaning]:
        """Of the parties of a name that any party may have, those whose country the text around speaks of enough."""
        scores = self.surroundings.scores(self.entities[index].start, self.entities[index].end, OF_BODIES)
        least = _NOT_FAR * max(scores.values(), default=0.0)
        return [option for option in options if scores.get(option.base or "", 0.0) >= least]

    def _another_party(self, index: int) -> Meaning | None:
        """A party of a name that any may have, where the text is about a country of which none is known by it."""
        entity, options = self.entities[index], self.options[index]
        base = self.surroundings.country(entity.start, entity.end, OF_BODIES, least=_PLAIN)
        if base is None or base in {option.base for option in options}:
            return None
        return Meaning(base, "PTY", "body", entity.text)

    def _nearest(self, index: int, options: list[Meaning]) -> Meaning:
        """The meaning that suits the text around best; a likelier one has some start."""
        entity = self.entities[index]
        weights = OF_TOWNS if entity.label == "GPE" else OF_BODIES
        scores = self.surroundings.scores(entity.start, entity.end, weights)
        suited = self._names_beside(index) if entity.label == "ORG" else {}

        def fitness(option: Meaning) -> float:
            base = option.base or ""
            return scores.get(base, 0.0) * _LIKELIER ** -options.index(option) * math.exp(suited.get(base, 0.0))

        return max(options, key=fitness)

    def _elsewhere(self, index: int) -> Meaning | None:
        """A name that is known in countries alone of which the document says nothing else."""
        entity, first = self.entities[index], self.options[index][0]
        called = self._role_beside(entity) if first.kind == "name" and entity.label == "ORG" else None
        if called and called != first.role and {called, first.role} != {"PTY", "OPP"}:
            return self._called(index, entity)
        if first.kind == "place":
            base = self.surroundings.country(entity.start, entity.end, OF_TOWNS, least=_OF_A_TOWN)
            return replace(first, base=base) if base else first
        if first.role == "MIL":
            base = self.surroundings.country(entity.start, entity.end, OF_BODIES, least=_PLAIN)
            return Meaning(base, "MIL", "body", entity.text) if base and self._common(index) else first
        if first.role in {"PTY", "OPP"}:
            role = self.knowledge.bodies.role(plain(entity.text), "ORG")
            base = self.surroundings.country(entity.start, entity.end, OF_BODIES, least=_PLAIN)
            return Meaning(base, role, "body", entity.text) if base and role else first
        return first

    def _open_bodies(self) -> None:
        """Bodies whose words show a role but no country; those of one name are taken for one body."""
        alike: dict[tuple[str, int], list[int]] = {}
        for index, options in enumerate(self.options):
            if options and options[0].base is None:
                entity = self.entities[index]
                alike.setdefault((plain(entity.text), self.surroundings.scope(entity.start)[0]), []).append(index)
        taken = []
        for indices in alike.values():
            beside = {index: self._owned_beside(index, self.options[index][0]) for index in indices}
            owners = {meaning.base: meaning for meaning in beside.values() if meaning}
            common = self._named_before(indices[0]) or (next(iter(owners.values())) if len(owners) == 1 else None)
            common = common or self._owned_by_text(indices)
            last: Meaning | None = None
            for index in indices:
                last = beside[index] or last
                found = last or common
                if found is not None and found.base is not None:
                    self.chosen[index] = replace(self.options[index][0], base=found.base, role=found.role)
                    taken.append(index)
        self._take(sorted(taken))

    def _owned_beside(self, index: int, body: Meaning) -> Meaning | None:
        """The body with the country that stands beside it as its owner."""
        entity = self.entities[index]
        owner = self.surroundings.owner_beside(entity.start, entity.end, sited=entity.label == "ORG")
        if owner is None and _ITS.search(self.text[max(0, entity.start - 8) : entity.start]):
            owner = self.surroundings.subject(entity.start)
        return replace(body, base=owner.base, role="REB" if owner.rebel else body.role) if owner else None

    def _owned_by_text(self, indices: list[int]) -> Meaning | None:
        """The body with the country that the text around its mentions most speaks of."""
        body = self.options[indices[0]][0]
        shares: dict[str, float] = {}
        for index in indices:
            entity = self.entities[index]
            base = self._town_within(entity)
            if base:
                return replace(body, base=base)
            suited = self._names_beside(index)
            for country, share in self.surroundings.shares(entity.start, entity.end, OF_BODIES, suited=suited).items():
                shares[country] = shares.get(country, 0.0) + share / len(indices)
        best = max(shares, key=lambda country: shares[country], default=None)
        return replace(body, base=best) if best and shares[best] >= _PLAIN else None

    def _names_beside(self, index: int) -> dict[str, float]:
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
        simple = plain(self.entities[index].text)
        for earlier in range(index - 1, -1, -1):
            meaning = self.chosen[earlier]
            if meaning is None or self.entities[earlier].label not in {"ORG", "MIL"}:
                continue
            other = plain(self.entities[earlier].text)
            begins = other.startswith(f"{simple} ") if simple[:1].isdigit() else other.startswith(f"{simple} of ")
            if other == simple or other.endswith(f" {simple}") or begins:
                return meaning
        return None

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
        earlier = index - 1
        if earlier < 0 or self.entities[earlier].end < self.entities[index].start - 20:
            return False
        if earlier in towns:
            return towns[earlier]
        other = self.chosen[earlier]
        return bool(
            other and other.kind in _PLACE_KINDS and self.entities[earlier].label == "GPE" and other.role is None
        )

    def _seat(self, meaning: Meaning, town: bool) -> Meaning:
        if meaning.name in {"Brussels", "Bruxelles"}:
            return meaning if town else replace(meaning, base="EU")
        if town:
            return replace(meaning, role=None)
        return meaning if meaning.role else replace(meaning, role="GOV")

    def _unknown_ones(self) -> None:
        """Names that nothing is known of: what words beside them call them, and abbreviations behind a full name."""
        for index, entity in enumerate(self.entities):
            if self.chosen[index] or entity.label not in {"ORG", "MIL", "GPE"}:
                continue
            self.chosen[index] = self._same_as(index) or self._called(index, entity)

    def _same_as(self, index: int) -> Meaning | None:
        """An abbreviation in brackets behind a name, and a name that was resolved before."""
        entity = self.entities[index]
        if index and self.text[self.entities[index - 1].end : entity.start] in {" (", " (the "}:
            return self.chosen[index - 1]
        simple = plain(entity.text)
        for earlier in range(index - 1, -1, -1):
            if self.chosen[earlier] and plain(self.entities[earlier].text) == simple:
                return self.chosen[earlier]
        return None

    def _called(self, index: int, entity: Entity) -> Meaning | None:
        if entity.label == "GPE":
            base = self.surroundings.country(entity.start, entity.end, OF_TOWNS, least=_OF_AN_UNKNOWN_TOWN)
            return Meaning(base, None, "place", entity.text) if base else None
        if entity.label == "MIL" and not self.options[index]:
            return None
        role = self._role_beside(entity)
        if role is None:
            return None
        owner = self.surroundings.owner_beside(entity.start, entity.end, sited=False)
        base = owner.base if owner else self.surroundings.country(entity.start, entity.end, OF_BODIES, least=_PLAIN)
        return Meaning(base, role, "body", entity.text) if base else None

    def _role_beside(self, entity: Entity) -> str | None:
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
