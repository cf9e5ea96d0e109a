"""Speech by nouns and adverbs: "according to X", "in X's words", "X's claim that ...", "reportedly"."""

from __future__ import annotations

from dataclasses import replace

from secrel.domain import Entity, Span
from secrel.reading.speech.clauses import BE, MODALS, REACH, RELATIVE, Speech
from secrel.reading.speech.passives import Passives
from secrel.reading.speech.phrases import (
    DETERMINERS,
    POSSESSIVE,
    PREPOSITIONS,
    PRONOUNS,
    Voice,
    find_voice,
    is_text,
    speaks,
)
from secrel.reading.speech.verbs import DENIALS, IDIOMS, NOUNS, REJECTIONS, SPEAKING, forms, is_past

# "is said to have", "it is said that".
RUMOURED = frozenset(
    """
    said reported rumored rumoured believed understood alleged thought noted claimed feared announced confirmed revealed
    disclosed suggested assumed expected suspected
    """.split()
)
HEARSAY = frozenset("reportedly allegedly supposedly purportedly".split())
ALLEGED = frozenset("alleged purported supposed rumored rumoured".split())
WORDS = frozenset(
    """
    words view views opinion account accounts reckoning estimate estimates telling reading version judgment admission
    insinuation count calculation calculations assessment testimony recollection confession
    """.split()
)
_SEVERAL = frozenset("some several most all various other many".split())
_GUIDE = frozenset("guide indication earnest".split())
_BELIEVES = forms("believe trust")
_RIGHT = frozenset("right correct true accurate believed trusted worth".split())
# The author holds against it.
_AGAINST = frozenset("despite contrary whatever".split()) | DENIALS | REJECTIONS
_FALSE = frozenset("false untrue wrong baseless unfounded fabricated nonsense".split())
_REFUTED = frozenset("dismissed rejected refuted denied repudiated".split())
# Behind a noun of saying: whose it is.
_SOURCES = frozenset("of by from in on".split())
# "expressed fears that ...", "reiterated its position that ...".
_VOICING = forms(
    """
    express voice raise reiterate repeat restate state cite make/makes/made issue utter contradict dispute ridicule mock
    deride slap/slaps/slapped brush shrug play/plays/played publish carry run/ran/runs print air give/gives/gave/giving
    """
)
# "took the view that ...", but not "took the story that ...".
_HOLDING = forms("take/takes/took/taken/taking hold/holds/held/holding share")
_VIEWS = frozenset("view views opinion position line belief".split())
VOICED = NOUNS | frozenset(
    """
    assurance assurances concern concerns confidence conviction fear fears hope hopes doubt doubts alarm opinion
    position suspicion suspicions worry worries
    """.split()
)
_MOST_VOICED = 6


class ReportingNouns(Passives):
    """The clauses of a sentence, with what its nouns and adverbs make somebody say.

    Args:
        text: The text.
        units: Words, marks and mentions of the sentence.
    """

    def according(self, i: int) -> Speech | None:
        """As in "according to ...", with ``i`` at "to"."""
        if self.word(i - 1) != "according" or i + 1 >= len(self.units):
            return None
        stop = self.phrase_end(i + 1)
        if self.units[i + 1].entity is not None and self.opens_phrase(i + 2):
            stop = i + 2  # "according to Interfax the ministry ..."
        voice = find_voice(self.units[i + 1 : stop], self.text)
        if voice is None:
            return None
        voice, stop = self.apposed(voice, i + 1, stop)
        return self.around(i - 1, stop, voice)

    def in_words(self, i: int) -> Speech | None:
        """As in "in the words of Ivanov", "in Ivanov's words", "by his account"."""
        begin = next((k for k in range(i - 1, max(-1, i - 8), -1) if self.word(k) in {"in", "by"}), None)
        whose = i - 2 if self.word(i - 1) == "own" else i - 1
        if begin is None or any(self.word(k) in {",", "to"} for k in range(begin, i)):
            return None
        if self.word(i + 1) == "of":
            stop = self.phrase_end(i + 2)
            voice = find_voice(self.units[i + 2 : stop], self.text)
        elif self.word(i - 1) in _SEVERAL and begin == i - 2 and self.word(begin) == "by":
            stop, voice = i + 1, Voice(self.span(i - 1, i + 1))  # "by some accounts"
        elif self.word(whose) in POSSESSIVE or (self.word(whose) in {"his", "her", "their"} and begin == whose - 1):
            stop = i + 1
            voice = find_voice(self.units[begin + 1 : whose + 1], self.text) or Voice(self.units[whose].span)
        else:
            return None
        named = voice is not None and (voice.speaker or voice.outlet or self.word(i + 1) != "of")
        if voice is None or not (named or speaks(voice, self.units[i + 2 : stop])):
            return None
        if self.word(stop) in {'"', "“"}:
            return None  # "in his words “neither proud nor ashamed”": no more than that
        return self.around(begin, stop, voice, past=False)

    def condition(self, i: int) -> Speech | None:
        """As in "if the American account is right", "if one believes the ministry"."""
        believes = next((k for k in range(i + 1, min(i + 7, len(self.units))) if self.word(k) in _BELIEVES), None)
        if believes is not None and self.word(i + 1) in {"one", "we", "you"}:
            stop = self.next_stop(believes)
            voice = find_voice(self.units[believes + 1 : stop], self.text)
            return None if voice is None else self.around(i, stop, voice)
        be = next((k for k in range(i + 1, min(i + 12, len(self.units))) if self.word(k) in BE), None)
        trusted = be is not None and [self.word(k) for k in range(be + 1, be + 4)] == ["to", "be", "believed"]
        trusted = trusted or (be is not None and any(self.word(k) in _GUIDE for k in range(be + 1, be + 4)))
        if be is None or not (trusted or self.word(be + 1) in _RIGHT):
            return None
        phrase = self.units[i + 1 : be]
        voice = find_voice(phrase, self.text)
        named = trusted or any(unit.word in WORDS | NOUNS or is_text(unit.word) for unit in phrase)
        if voice is None or not (named or voice.outlet):
            return None
        reads = voice.speaker is None and voice.outlet is not None
        return self.around(i, self.next_stop(be), replace(voice, silent=reads))

    def occasion(self, i: int) -> Speech | None:
        """As in "In an interview with Interfax, ...", "Asked by Interfax, ...": an outlet that is told something."""
        last = min(i + _MOST_VOICED, len(self.units))
        k = next((k for k in range(i + 1, last) if self.units[k].entity or self.is_stop(k)), last)
        outlet = self.labelled([k], "MEDIA")
        if outlet is None or not any(self.word(m) in PREPOSITIONS for m in range(i + 1, k)):
            return None
        first = next((m for m in range(i, max(-1, i - 5), -1) if self.word(m) in {"in", "during"}), i)
        if first == i and self.word(i) not in SPEAKING:
            return None
        scope = [(k + 1, self.clause_end(k + 2, past=True))] if first == 0 else self.left(first, local=False)
        voice = Voice(self.span(first, k + 1), None, outlet, silent=True)
        return Speech(self.spans(*scope), self.span(first, k + 1), voice, outlet)

    def published(self, i: int) -> Speech | None:
        """As in "derided the talks in Zerkalo", with ``i`` at "in"."""
        outlet = self.labelled([i + 1], "MEDIA")
        end = self.adverbials_end(i + 1, tells=False)
        if outlet is None or i == 0 or is_text(self.word(i - 1)) or not self.is_stop(end) or self.word(end) == ":":
            return None
        voice = Voice(outlet.span, None, outlet, silent=True)
        return Speech(self.spans(*self.left(i, local=False)), self.span(i, end), voice, outlet, self._day(i, end))

    def _day(self, begin: int, end: int) -> Entity | None:
        return self.labelled(range(begin, end), "DATE")

    def called(self, i: int) -> Speech | None:
        """As in "what the ministry calls ..."."""
        what = next((k for k in range(i - 1, max(-1, i - 6), -1) if self.word(k) == "what"), None)
        voice = find_voice(self.units[what + 1 : i], self.text) if what is not None else None
        if what is None or voice is None:
            return None
        scope = self.spans((i + 1, self.clause_end(i + 1, past=False)))
        return Speech(scope, self.span(what, i + 1), self.resolved(voice, i))

    def noun(self, i: int) -> Speech | None:
        """As in "the claim of Ivanov that ...", "Ivanov's report that ...", "claims that ..."."""
        that = next((k for k in range(i + 1, min(i + 9, len(self.units))) if self.word(k) in {"that", ","}), None)
        behind = self.word(i + 1)
        if that is None or self.word(that) != "that" or behind not in PREPOSITIONS | {"that"}:
            return None
        begin = i
        while begin > 0 and (self.units[begin - 1].entity or self.word(begin - 1) in POSSESSIVE | DETERMINERS):
            begin -= 1
        if self.word(begin) in POSSESSIVE and is_text(self.word(begin - 1)) and self.units[begin - 2].entity:
            begin -= 2  # "the Interfax agency's report that ..."
        voiced = self._voiced_noun(i, that)
        if voiced is not None or self.word(i) not in NOUNS:
            return voiced
        before = range(max(0, begin - 4), begin)
        if any(self.word(k) in _AGAINST for k in before) or self._is_verb(that + 1) or self._is_refuted(that):
            return None
        phrase = self.units[i + 2 : that] if behind in _SOURCES else self.units[begin:i]
        voice = find_voice([unit for unit in phrase if unit.word not in POSSESSIVE], self.text)
        # "a report in Lantern Post", but not "claims in Klow".
        named = voice is not None and (voice.outlet or (voice.speaker and behind not in {"in", "on"}))
        scope = self.spans((that + 1, self.next_stop(that + 1)))
        cue = self.span(begin, that + 1)
        if voice is None or not named:
            return Speech(scope, cue, Voice(self.span(begin, i + 1)), vague=True)
        return Speech(scope, cue, voice, voice.outlet, self.labelled(range(i, that), "DATE"))

    def _voiced_noun(self, i: int, that: int) -> Speech | None:
        """As in "expressed concern that ...", with ``i`` at the noun."""
        verbs = _VOICING | (_HOLDING if self.word(i) in _VIEWS else frozenset())
        verb = next((k for k in range(i - 1, max(-1, i - _MOST_VOICED), -1) if self.word(k) in verbs), None)
        if verb is None or that != i + 1 or any(self.is_stop(k) for k in range(verb, i)):
            return None
        subject = self.subject(verb)
        if subject is None:
            return None
        scope = self.spans((that + 1, self.clause_end(that + 1, past=is_past(self.word(verb)))))
        return Speech(scope, self.span(subject[1], that + 1), subject[0], subject[0].outlet)

    def _is_refuted(self, that: int) -> bool:
        """Whether somebody refutes the claim that begins at ``that``: "... was dismissed by the ministry"."""
        words = [(k, self.word(k)) for k in range(that, min(that + REACH, len(self.units)))]
        refuted = [k for k, word in words if word in _REFUTED and self.is_passive(k, word)]
        if any(word in BE and self.word(k + 1) in _FALSE for k, word in words):
            return True
        return any(self.word(m) == "by" for k in refuted for m in range(k + 1, k + 5))

    def hearsay(self, i: int, words: Span | None = None) -> Speech | None:
        """As in "reportedly", "is said to": somebody says it, but nobody is named."""
        begin = self.clause_start(i - 1)
        begin = next((k for k in range(i - 1, begin - 1, -1) if self.word(k) in RELATIVE), begin)
        if self.word(i - 1) in PREPOSITIONS:
            begin = i + 1
        scope = self.spans((begin, self.clause_end(i + 1, past=False)))
        return Speech(scope, self.span(i, i + 1), Voice(words or self.units[i].span), vague=True)

    def rumour(self, i: int) -> Speech | None:
        """As in "is said to have ...", "it is said that ..."."""
        if self.word(i + 1) == "to":
            return self.hearsay(i, self.span(i - 1, i + 1)) if self.is_infinitive(i + 2) else None
        if self.word(i - 2) == "it" and self.word(i - 3) in IDIOMS:
            return None  # "let it be understood that ..."
        that = self.that(i)
        it = next((k for k in range(i - 1, max(-1, i - 4), -1) if self.word(k) == "it"), None)
        if it is not None and self.is_stop(end := self.adverbials_end(i, tells=False)):
            voice = Voice(self.span(it, i + 1))  # "..., it is thought in Klow, ..."
            return replace(self.around(it, end, voice), vague=True)
        if that is None or it is None:
            return None
        scope = self.spans((that + 1, self.clause_end(that + 1, past=is_past(self.word(i)))))
        return Speech(scope, self.span(it, that + 1), Voice(self.span(it, i + 1)), vague=True)

    def alleged(self, i: int) -> Speech | None:
        """As in "alleged ties between Klow and the rebels"."""
        if self.is_passive(i, self.word(i)) or self.units[i - 1].is_actor() or self.word(i - 1) in PRONOUNS | RELATIVE:
            return None
        begin = i - 2 if self.word(i - 1) in POSSESSIVE else i
        if self.is_stop(i + 1) or self.word(i + 1) in PREPOSITIONS | DETERMINERS | {"that"}:
            return None
        return Speech(
            self.spans((begin, self.phrase_end(i))), self.span(i, i + 1), Voice(self.units[i].span), vague=True
        )

    def has_it(self, i: int) -> Speech | None:
        """As in "rumor has it that ...", with ``i`` at "has"."""
        if self.word(i + 1) != "it" or self.word(i + 2) != "that" or self.word(i - 1) not in NOUNS | {"word", "legend"}:
            return None
        scope = self.spans((i + 3, self.clause_end(i + 3, past=False)))
        return Speech(scope, self.span(i - 1, i + 3), Voice(self.units[i - 1].span), vague=True)

    def _is_verb(self, i: int) -> bool:
        """Whether a word behind "that" is a verb, so that "that" is a relative pronoun."""
        word = self.word(i)
        return word in MODALS or word.endswith("ed") or (word.endswith("s") and self.word(i + 1) in DETERMINERS)
