"""Speech in the passive, and of which another tells: "told by X", "X is quoted as saying", "Y accused X of ..."."""

from __future__ import annotations

from secrel.reading.speech.clauses import REACH, Speech
from secrel.reading.speech.contents import MOST_BETWEEN
from secrel.reading.speech.phrases import PREPOSITIONS, Voice, find_voice, is_text, speaks
from secrel.reading.speech.reporting import ReportingVerbs
from secrel.reading.speech.verbs import TELL, forms

QUOTE = frozenset("quote quotes quoted cite cites cited".split())
_PASSIVE = frozenset(
    "told reported claimed said quoted cited floated confirmed alleged suggested denied announced informed assured"
    " voiced mooted aired disclosed revealed dismissed rejected refuted thought believed considered understood".split()
)
_RUMOURED_BY = frozenset("said reported claimed alleged thought believed considered understood".split())
# "as notified by Klow".
_NOTIFIED = frozenset("notified stated noted described explained promised agreed admitted acknowledged".split())
_BLAME = forms("blame")


class Passives(ReportingVerbs):
    """The clauses of a sentence, with what its passives, its quotations and its accusations make somebody say.

    Args:
        text: The text.
        units: Words, marks and mentions of the sentence.
    """

    def passive(self, i: int) -> Speech | None:
        """As in "we were told by Ivanov that ...", "an option floated by Ivanov", "is quoted by Interfax as saying"."""
        if self.word(i - 1) in _NOTIFIED and self.word(i - 2) == "as":
            return self._notified(i)
        verb = next((k for k in range(i - 1, max(-1, i - 6), -1) if self.is_stop(k) or self.word(k) in _PASSIVE), i)
        told = self.word(verb)
        ahead = any(self.word(k) == "be" for k in range(verb - 1, i))
        if told not in _PASSIVE or ahead or (verb < i - 1 and not self.is_passive(verb, told)):
            return None
        stop = self.next_stop(i + 1)
        that = next((k for k in range(i + 1, min(len(self.units), i + 24)) if self.word(k) == "that"), None)
        end = stop if that is None else min(stop, that)
        voice = find_voice(self.units[i + 1 : end], self.text)
        # "That it rained is denied by all three."
        if voice is None or not (voice.speaker or voice.outlet or self.word(0) == "that"):
            return None
        to = next((k for k in range(i + 2, stop) if self.word(k) == "to"), None)
        if to is not None and told in _RUMOURED_BY:
            # "Klow is said by Borduria to have armed the rebels".
            scope = self.spans((self.clause_start(verb - 1), verb), (to, self.clause_end(to, past=False)))
            voice = find_voice(self.units[i + 1 : to], self.text) or voice
            return Speech(scope, self.span(verb, to), voice, voice.outlet)
        voice = self._quoted_by(verb, voice) if told in QUOTE else voice
        begin = self._aside_start(verb, stop)
        if begin is not None:
            return self.around(begin, stop, voice)
        if that is not None and (told in TELL or that < stop):
            ranges = [(that + 1, self.clause_end(that + 1, past=True))]
        else:
            ranges = self.left(verb, local=False)
        when = self.labelled(range(i, end), "DATE")
        return Speech(self.spans(*ranges), self.span(verb, stop), voice, voice.outlet, when)

    def _quoted_by(self, verb: int, voice: Voice) -> Voice:
        """Who is quoted by the voice behind the passive verb at ``verb``, through its outlet."""
        phrase = self.units[self.clause_start(verb - 1) : verb]
        quoted = find_voice(phrase, self.text)
        named = quoted is not None and speaks(quoted, phrase)
        return Voice(quoted.words, quoted.speaker, voice.outlet) if quoted is not None and named else voice

    def _aside_start(self, verb: int, stop: int) -> int | None:
        """Index at which "as earlier reported by Interfax, ...", or "..., we were told by a trader, ...", begins."""
        as_is = next((k for k in range(verb - 1, max(-1, verb - 3), -1) if self.word(k) == "as"), None)
        begin = self.clause_piece(verb)
        that = any(self.word(k) == "that" for k in range(stop, stop + MOST_BETWEEN))
        told = self.word(verb) == "told" and self.word(stop) == "," and begin > 0 and not that
        return as_is if as_is is not None or not told else begin

    def _notified(self, i: int) -> Speech | None:
        """As in "..., as promised by Klow"."""
        stop = self.next_stop(i + 1)
        voice = find_voice(self.units[i + 1 : stop], self.text)
        return None if voice is None else self.around(i - 2, stop, voice)

    def _was_quoted(self, i: int) -> Speech | None:
        """As in "..., the minister was quoted as saying"."""
        subject = self.subject(i)
        if subject is None or self.word(i + 1) != "as" or not self.is_stop(i + 3):
            return None
        return self.around(subject[1], i + 3, subject[0])

    def was_told(self, i: int) -> Speech | None:
        """As in "..., Interfax was told"."""
        subject = self.subject(i) if self.is_passive(i, "told") else None
        if subject is None or not subject[0].silent or not self.is_stop(self.adverbials_end(i, tells=False)):
            return None
        return self.around(subject[1], self.adverbials_end(i, tells=False), subject[0])

    def quotes(self, i: int) -> Speech | None:
        """As in "..., Interfax quoted an officer as saying"."""
        if self.is_passive(i, self.word(i)):
            return self._was_quoted(i)
        before = next((k for k in range(i - 1, -1, -1) if not is_text(self.word(k))), -1)
        outlet = self.units[before].entity if before >= 0 else None
        outlet = outlet if outlet is not None and outlet.label == "MEDIA" else None
        if self.word(before) == "it":
            outlet = self.labelled(
                range(before), "MEDIA"
            )  # "Interfax printed denials: ..., it quoted an aide as saying"
        end = next((k + 2 for k in range(i + 1, min(i + 12, len(self.units))) if self.word(k) == "as"), None)
        if end is None or (outlet is None and self.word(end - 1) != "saying"):
            return None
        voice = find_voice(self.units[i + 1 : end - 2], self.text)
        if voice is None:
            return None
        voice = Voice(voice.words, voice.speaker, outlet)
        begin = before - 1 if self.word(before - 1) == "the" else before
        if self.is_stop(end):
            return self.around(begin, end, voice)
        that = next((k + 1 for k in range(end, min(end + 6, len(self.units))) if self.word(k) == "that"), None)
        first = end if that is None or self.word(end - 1) not in TELL | {"saying"} else that
        scope = self.spans((first, self.clause_end(first, past=True)))
        return Speech(scope, self.span(begin, end), voice, outlet)

    def accused(self, i: int) -> Speech | None:
        """As in "Klow accused Borduria of arming the rebels"; to accuse is a deed of who does."""
        word = self.word(i)
        preposition = "for" if word in _BLAME else "of"
        of = next((k for k in range(i + 2, self._pause(i + 1)) if self.word(k) == preposition), None)
        gerund = word.endswith("ing") and self.word(i - 1) in PREPOSITIONS
        if of is None or gerund or self.is_noun(i, word):
            return None
        if self.word(i + 1) == "by":
            return self._accused_by(i, of)
        if self.is_passive(i, word):
            return None
        subject = self.subject(i)
        if subject is None:
            return None
        voice, start = subject
        scope = self.spans((i + 1, self._pause(of)))
        when = self.labelled(range(start, of), "DATE")
        return Speech(scope, self.span(start, i + 1), voice, voice.outlet, when, act=True, offer=True)

    def _accused_by(self, i: int, of: int) -> Speech | None:
        """As in "Borduria, accused by Klow of arming the rebels, ..."."""
        voice = find_voice(self.units[i + 2 : of], self.text)
        if voice is None:
            return None
        begin = self.clause_start(i - 1)
        return Speech(self.spans((begin, i), (of, self._pause(of))), self.span(i, of), voice, voice.outlet)

    def _pause(self, i: int) -> int:
        """Index of the first comma, semicolon or colon from ``i`` on; quotation marks are none."""
        end = min(i + REACH, len(self.units))
        return next((k for k in range(i, end) if self.word(k) in {",", ";", ":"}), end)
