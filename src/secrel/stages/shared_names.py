"""Names that several states, parties or places have: which of them a document means."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from secrel.knowledge.actors import Meaning
from secrel.knowledge.actors.names import plain
from secrel.stages.bodies import BodyReader
from secrel.stages.mentions import MentionReader, Mentions
from secrel.stages.surroundings import OF_BODIES, OF_TOWNS

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
    r"(?:\d(?:st|nd|rd|th)|first|second|third|fourth|fifth|northern|southern|eastern|western|central|military|naval"
    r"|national|defen[cs]e)(?: (?:air|sea|land|ground|naval|command|military|district|corps|brigade|division"
    r"|regiment|battalion|group|forces?|airborne|assault|mechanized|motor|motorized|rifle|armou?red|tank|mountain"
    r"|marine|infantry|guards?|border|medical|academy|institute|school|college|staff|defen[cs]e|university|combined"
    r"|arms|base|special|operations|missile|rocket|artillery))+"
)
"""A force or a military school with a name that those of any country may have; of numbers, small ones alone."""
_ANY_HOUSE = re.compile(r"(?:house of representatives|congress|house|capitol|supreme soviet)")
"""A parliament with such a name."""
_ANY_BODY = re.compile(
    r"(?:prosecutor generals? office|investigative committee|foreign intelligence service|(?:joint )?chiefs of staff"
    r"|joint chiefs|airborne (?:troops|forces)|marine corps|state council|politburo|(?:public|civic) chamber|treasury"
    r"|central elect(?:ion|oral) commission|chamber of commerce)"
)
"""Another body with such a name, though it is listed for one or two states that are often in the news."""
_PLAIN = 0.3
"""Share of the scores of all countries that one must have for a body without a country to be its: on the marked texts
four out of five such bodies are then right, and few more below it are wrong."""
_OF_A_TOWN = 0.6
"""Share that one must have for a small town that is known only in countries that the text does not name."""
_OFTEN = 5
"""Times that a text must name a country for a place to be there that is known elsewhere."""
_AGAIN = 2
"""The same for a place of a name that several have."""


class SharedNames(MentionReader):
    """Settles names that others may have as well.

    Args:
        mentions: The mentions of the document.
        bodies: Reads what the words beside a body say of it.
    """

    def __init__(self, mentions: Mentions, bodies: BodyReader) -> None:
        super().__init__(mentions)
        self.bodies = bodies

    def settle(self) -> None:
        """Names that several have: whose country the document speaks of, otherwise the likeliest one."""
        for sure in (True, False):
            taken = []
            for index, options in enumerate(self.options):
                if self.chosen[index] or not options or options[0].base is None:
                    continue
                start = self.entities[index].start
                self.chosen[index] = self.owned(index) if sure else None
                if self.chosen[index]:
                    taken.append(index)
                    continue
                named = [option for option in options if self.surroundings.share(option.base or "", start) > 0.0]
                if self._usual(index) and self.entities[index].label != "MIL":  # Units go abroad.
                    named = self._likely(index, named)
                    self.chosen[index] = None if named else self._another(index)
                if self.chosen[index] is None and named:
                    self.chosen[index] = named[0] if len(named) == 1 else self._nearest(index, named)
                elif self.chosen[index] is None and not sure and options[0].kind != "variant":
                    self.chosen[index] = self._elsewhere(index)
                if self.chosen[index]:
                    taken.append(index)
            self.mentions.take(taken)

    def is_shared(self, index: int) -> bool:
        """Whether a name is one that others may have as well: several states' bodies, a party named like any other."""
        options, entity = self.options[index], self.entities[index]
        if options[0].kind == "name" and len(plain(options[0].name).split()) < len(plain(entity.text).split()):
            return False  # "France's National Front"
        if len({option.base for option in options if option.kind in {"country", "adjective"}}) > 1:
            return True
        if entity.label == "NORP" or options[0].kind != "name":
            return False
        if len({option.base for option in options}) > 1 or options[0].role in {"PTY", "OPP"}:
            return entity.label in {"ORG", "MIL"}
        return self._usual(index)

    def owned(self, index: int) -> Meaning | None:
        """A body that is listed as one state's where another one stands right beside it; not the Black Sea Fleet."""
        own_name = self.options[index][0].role == "MIL" and not self._usual(index)
        return None if own_name else self.bodies.owned(index)

    def _usual(self, index: int) -> bool:
        """Whether a party, a force, a parliament or the like has a name that those of any country may have."""
        role, name = self.options[index][0].role, plain(self.entities[index].text)
        pattern = {"PTY": _ANY_PARTY, "OPP": _ANY_PARTY, "MIL": _ANY_UNIT, "LEG": _ANY_HOUSE}.get(role or "")
        return any(known.fullmatch(name) for known in (pattern, _ANY_BODY) if known is not None)

    def _likely(self, index: int, options: list[Meaning]) -> list[Meaning]:
        """Of the bodies of a usual name, those whose country the text around speaks of enough."""
        scores = self.surroundings.scores(self.entities[index].start, self.entities[index].end, OF_BODIES)
        least = _NOT_FAR * max(scores.values(), default=0.0)
        return [option for option in options if scores.get(option.base or "", 0.0) >= least]

    def _another(self, index: int) -> Meaning | None:
        """A body of a usual name, where the text is about a country of which none is known by it."""
        entity, options = self.entities[index], self.options[index]
        base = self.surroundings.country(entity.start, entity.end, OF_BODIES, least=_PLAIN)
        if base is None or base in {option.base for option in options}:
            return None
        role = "PTY" if options[0].role == "OPP" else options[0].role
        return Meaning(base, role, "body", entity.text)

    def _nearest(self, index: int, options: list[Meaning]) -> Meaning:
        """The meaning that suits the text around best; a likelier one has some start."""
        entity = self.entities[index]
        weights = OF_TOWNS if entity.label == "GPE" else OF_BODIES
        scores = self.surroundings.scores(entity.start, entity.end, weights)
        suited = self.bodies.names_beside(index) if entity.label == "ORG" else {}

        def fitness(option: Meaning) -> float:
            base = option.base or ""
            return scores.get(base, 0.0) * _LIKELIER ** -options.index(option) * math.exp(suited.get(base, 0.0))

        return max(options, key=fitness)

    def _elsewhere(self, index: int) -> Meaning | None:
        """A name that is known in countries alone of which the document says nothing else."""
        entity, first = self.entities[index], self.options[index][0]
        called = self.bodies.role_beside(entity) if first.kind == "name" and entity.label == "ORG" else None
        if called and called != first.role and {called, first.role} != {"PTY", "OPP"}:
            return self.bodies.called(index, entity)
        if first.kind == "place":
            base = self.surroundings.country(entity.start, entity.end, OF_TOWNS, least=_OF_A_TOWN)
            least = _OFTEN if len(self.options[index]) == 1 else _AGAIN
            return replace(first, base=base) if base and self.surroundings.count(base, entity.start) >= least else first
        if first.role == "MIL":
            base = self.surroundings.country(entity.start, entity.end, OF_BODIES, least=_PLAIN)
            return Meaning(base, "MIL", "body", entity.text) if base and self._usual(index) else first
        if first.role in {"PTY", "OPP"}:
            role = self.knowledge.bodies.role(plain(entity.text), "ORG")
            base = self.surroundings.country(entity.start, entity.end, OF_BODIES, least=_PLAIN)
            return Meaning(base, role, "body", entity.text) if base and role else first
        return first
