"""Who is made to say what in a sentence, by rules over its words and mentions.

No parser is used. A verb of saying, "according to", a noun such as "claim" or a hearsay adverb is a cue; what it covers
ends where the marks and the first words behind them say that another clause begins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from secrel.domain import Entity, Span
from secrel.reading.speech.clauses import MODALS, Speech
from secrel.reading.speech.nouns import ALLEGED, HEARSAY, RUMOURED, VOICED, WORDS, ReportingNouns
from secrel.reading.speech.passives import QUOTE
from secrel.reading.speech.phrases import Voice, find_voice, split_units
from secrel.reading.speech.verbs import ACCUSATIONS, CUES, NOUNS, OCCASIONS, SPEAKING, forms

_CALL = forms("call describe brand")
# Verbs behind which a statement follows.
_ISSUE = forms("release issue make/made give/gave deliver provide publish post say/said") | {"says", "told"}
_MOST_TITLE = 9
_MOST_OTHERS = 30


def find_speech(
    text: str, sentence: Span, entities: Sequence[Entity], left_out: Sequence[Span] = ()
) -> tuple[Speech, ...]:
    """What a sentence makes somebody say, in the order of the cues.

    Args:
        text: The text.
        sentence: The sentence.
        entities: Its mentions, in order; ``PERSON``, ``ORG``, ``GPE``, ``NORP`` and ``MIL`` speak, ``MEDIA`` report.
        left_out: Brackets in it.
    """
    finder = _Finder(text, split_units(text, sentence, entities, left_out))
    finder.find()
    found = finder.found
    return tuple(_within(speech, found[i + 1 : i + 1 + _MOST_OTHERS]) for i, speech in enumerate(found))


def _within(speech: Speech, others: Sequence[Speech]) -> Speech:
    """A speech that ends where another begins to say who reports it: "Klow denied that it rained, Interfax said"."""
    scope = list(speech.scope)
    for other in others:
        if not any(span.contains(speech.cue) for span in other.scope):
            continue
        # What stands before the cue is what another says of it; hearsay has no end of its own.
        behind = [not speech.vague and speech.cue.start < span.start < other.cue.start < span.end for span in scope]
        scope = [Span(s.start, other.cue.start) if cut else s for s, cut in zip(scope, behind, strict=True)]
    return replace(speech, scope=tuple(scope))


class _Finder(ReportingNouns):
    """Looks for speech in the units of one sentence.

    Args:
        text: The text.
        units: Words, marks and mentions of the sentence.
    """

    def find(self) -> None:
        """Fills ``found``."""
        self._keep(self._turn())
        for i, unit in enumerate(self.units):
            if unit.entity is None:
                self._keep(self._at(i, unit.word))

    def _keep(self, speech: Speech | None) -> None:
        if speech is not None and speech.scope:
            self.found.append(speech)

    def _at(self, i: int, word: str) -> Speech | None:
        """What the word at ``i`` is a cue of, by the first reading of it that finds anything."""
        if word in RUMOURED and self.is_passive(i, word):
            return self.rumour(i)
        readings = (read(self, i) for read in _READINGS.get(word, ()))
        return next((speech for speech in readings if speech is not None), None)

    def _turn(self) -> Speech | None:
        """As in "Deputy Ivanov: ..." and "A: ..." in transcripts."""
        colon = next((k for k in range(1, min(2 * _MOST_TITLE, len(self.units))) if self.word(k) == ":"), None)
        if colon is None:
            return None
        if self.word(colon + 1) in {'"', "“"}:
            return self._quoted(colon)
        if colon >= _MOST_TITLE:
            return None
        last = self.units[colon - 1]
        answers = colon == 1 and last.word in {"a", "answer"}
        phrase = self.units[:colon]
        # The person of "Witness Ivanov, Defense Ministry" stands before the comma.
        speaker = self.units[colon - 3] if self.word(colon - 2) == "," and last.entity is not None else last
        if not answers and (speaker.entity is None or speaker.entity.label != "PERSON"):
            return None
        voice = Voice(last.span) if answers else find_voice(phrase, self.text)
        if voice is None:
            return None
        return Speech(self.spans((colon + 1, len(self.units))), self.span(0, colon + 1), voice, turn=True)

    def _quoted(self, colon: int) -> Speech | None:
        """As in "Deputy Ivanov, in Klow: “We have no money.”", without a verb."""
        phrase = self.units[:colon]
        voice = find_voice(phrase, self.text)
        spoken = any(unit.word in CUES or unit.word in MODALS for unit in phrase)
        if voice is None or not voice.is_person() or spoken:
            return None
        return Speech(self.spans((colon + 2, len(self.units))), self.span(0, colon + 1), voice)

    def issued(self, i: int) -> Speech | None:
        """As in "The general released the following statement:", where the sentence itself says nothing."""
        subject = self.subject(i) if self.word(len(self.units) - 1) == ":" else None
        if subject is None:
            return None
        voice, start = subject
        end = len(self.units)
        return Speech(self.spans((end - 1, end)), self.span(start, end - 1), voice, opens=True)


_Reading = Callable[[_Finder, int], Speech | None]


def _readings(*readings: tuple[Collection[str], _Reading]) -> dict[str, list[_Reading]]:
    """For every word the ways to read it as a cue, in order."""
    found: dict[str, list[_Reading]] = {}
    for words, read in readings:
        for word in words:
            found.setdefault(word, []).append(read)
    return found


_READINGS = _readings(
    ({"to"}, _Finder.according),
    ({"by"}, _Finder.passive),
    ({"if"}, _Finder.condition),
    ({"has"}, _Finder.has_it),
    ({"in"}, _Finder.published),
    ({"told"}, _Finder.was_told),
    (HEARSAY, _Finder.hearsay),
    (WORDS, _Finder.in_words),
    (_CALL, _Finder.called),
    (QUOTE, _Finder.quotes),
    (ALLEGED, _Finder.alleged),
    (ACCUSATIONS, _Finder.accused),
    (CUES, _Finder.reported),
    (_ISSUE, _Finder.issued),
    (OCCASIONS | SPEAKING, _Finder.occasion),
    (NOUNS | VOICED, _Finder.noun),
)
