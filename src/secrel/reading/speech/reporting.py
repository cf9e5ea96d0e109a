"""Speech by verbs: "X said that ...", "..., said X", "X denied having ..."."""

from __future__ import annotations

from secrel.domain import Entity
from secrel.reading.speech.clauses import CLOSES, MODALS, REACH, RELATIVE, SAYING, Speech
from secrel.reading.speech.contents import MOST_BETWEEN, NEGATIVE, Contents
from secrel.reading.speech.phrases import PREPOSITIONS, SUBORDINATORS, Voice, find_voice, is_person, speaks
from secrel.reading.speech.verbs import (
    ACTS,
    AS,
    ASSERTIONS,
    DEMANDS,
    DENIALS,
    FREE,
    IDIOMS,
    KNOWN,
    LEARNS,
    NOMINAL,
    NOUNS,
    OCCASIONS,
    PROMISES,
    REJECTIONS,
    REQUESTS,
    RULES,
    SPEAKING,
    SURE,
    TELL,
    THAT,
    VERBS,
    forms,
    is_past,
)

# Stand before the phrase of a speaker behind what he says.
_OPENS = CLOSES | frozenset("as and but so or though although while what whatever which who whom".split())
_SAID = frozenset("said thought believed reported".split())
_ABOUT = frozenset("about over against of for".split())
_CONDITIONAL = frozenset("could may might would should must can will".split())
_REPORTERS = frozenset("correspondent correspondents journalist journalists reporter reporters".split())
_CONFIRMS = forms("confirm admit/admits/admitted acknowledge dispute")
_CITING = frozenset("citing quoting".split())
_WHILE = frozenset("as since after before until once".split())
_INVERTS = (FREE | THAT | NOMINAL) - ACTS - REJECTIONS - REQUESTS - DENIALS


class ReportingVerbs(Contents):
    """The clauses of a sentence, with what its verbs make somebody say.

    Args:
        text: The text.
        units: Words, marks and mentions of the sentence.
    """

    def reported(self, i: int) -> Speech | None:
        """What the verb at ``i`` makes somebody say; ``None`` if nobody, or if it is no such verb there."""
        word = self.word(i)
        if not self._is_cue(i, word):
            return None
        inverted = self._opening(word) if i == 0 else self._inverted(i, word)
        if inverted is not None:
            return inverted
        subject = self.subject(i)
        if subject is None or self.word(subject[1] - 1) in {"what", "whatever"}:
            return None
        voice, start = subject
        that, end = self.content_start(i, word), self.adverbials_end(i, tells=word in TELL)
        infinitive = word in PROMISES and self.word(i + 1) == "to"
        closes = self.is_stop(end) and self.word(end) != ":" and not infinitive
        opened = start > 0 and (self.word(start - 1) in _OPENS or self._comments(start) is not None)
        if that is None and closes and opened:
            return self._behind(start, i, end, voice)
        return self._before(i, word, voice, start) if self._says(i, word, that, voice) else None

    def _says(self, i: int, word: str, that: int | None, voice: Voice) -> bool:
        """Whether what the verb at ``i`` says may follow it, behind "that" perhaps."""
        if word in SURE:
            return that == i + 1
        known = that is not None and any(self.word(k) in KNOWN for k in range(i + 1, that))
        return known or word in VERBS or (word in LEARNS and that is not None and self._reports(voice))

    def _reports(self, voice: Voice) -> bool:
        """Whether somebody reports what he learns: a named person, a correspondent, a paper."""
        noun = voice.words.of(self.text).lower().split()[-1]
        return voice.is_person() or voice.outlet is not None or voice.written or noun in _REPORTERS

    def _is_cue(self, i: int, word: str) -> bool:
        """Whether a word that may be a verb of saying is one, and affirmed."""
        by = self.word(i - 1) == "by" and word in SAYING  # "began by saying"
        if self.is_noun(i, word) or (word.endswith("ing") and self.word(i - 1) in PREPOSITIONS and not by):
            return False
        if (word in IDIOMS and not self.is_idiom(i)) or self.word(i - 1) in _CONDITIONAL:
            return False
        if word in _SAID and self.word(i + 1) == "to" and self.is_infinitive(i + 2):
            return False  # "arrangements said to resemble those with Japan"
        if word in SURE:
            return self.is_passive(i, word)
        denies = word in DENIALS or (word in RULES and self.word(i + 1) == "out")
        denies = denies and not any(self.is_nobody(k) for k in range(max(0, i - 5), i))
        return not self.is_passive(i, word) and (denies or not self.is_negated(i))

    def _behind(self, start: int, verb: int, end: int, voice: Voice) -> Speech | None:
        """As in "..., the ministry said on Monday, ..."."""
        if self.word(verb) in DENIALS | _CONFIRMS and (comma := self._comments(start)) is not None:
            scope = self.spans((self.clause_piece(comma - 1), comma))
            return Speech(scope, self.span(start, end), voice, voice.outlet)
        if not self._vouches(start, verb, voice):
            return None
        begin = start - 1 if self.word(start - 1) == "as" else start
        while self.word(begin - 1) in {"or", "so"}:
            begin -= 1
        voice, end = self._citing(voice, end)
        return self.around(begin, end, voice)

    def _vouches(self, start: int, verb: int, voice: Voice) -> bool:
        """Whether who speaks behind what is said says that it is so."""
        word = self.word(verb)
        if "as" not in {self.word(start - 1), self.word(start)}:
            return word not in REJECTIONS | REQUESTS | AS
        if self.word(start - 2) in {"even", "just"} or self.word(verb + 1) in _ABOUT:
            return False  # "even as Moscow grumbles about ..."
        denied = any(self.word(k) in NEGATIVE | DENIALS for k in range(max(0, start - REACH), start))
        if word in REJECTIONS or (denied and word in ASSERTIONS):
            return False
        return word not in AS or voice.outlet is not None or self.word(verb + 1) == "it"

    def _comments(self, start: int) -> int | None:
        """Index of the comma behind which somebody comments on what stands before it.

        As in "..., which Klow denies", "..., a charge it denies", "..., something that Klow denies".
        """
        if self.word(start - 1) in {"which", "that"}:
            start -= 1
        noun = self.word(start - 1) in NOUNS | {"fact", "something"}
        comma = next((k for k in range(start - 1, max(-1, start - 4), -1) if self.word(k) == ","), None)
        return comma if comma is not None and (noun or (self.word(start) == "which" and comma == start - 1)) else None

    def _asked(self, start: int) -> list[tuple[int, int]]:
        """What somebody is asked who answers: "Asked whether it rained, he replied that ..."."""
        comma = next((k for k in range(min(start, REACH)) if self.word(k) == ","), None)
        asked = self.word(0) in SPEAKING and self.word(1) in {"if", "whether", "about"}
        return [(1, comma)] if asked and comma is not None else []

    def _cited(self, voice: Voice) -> Voice:
        """As in "Citing the ministry, Interfax reported", "Interfax, citing the ministry, reported"."""
        if not voice.silent:
            return voice
        near = range(max(0, self._index(voice) - MOST_BETWEEN), self._index(voice) + MOST_BETWEEN)
        citing = next((k for k in near if self.word(k) in _CITING), None)
        if citing is None:
            return voice
        cited = find_voice(self.units[citing + 1 : self.next_stop(citing + 1)], self.text)
        return voice if cited is None else Voice(cited.words, cited.speaker, voice.outlet)

    def _heard_by(self, start: int) -> Entity | None:
        """The outlet of an opening such as "In an interview with Interfax, ..."."""
        comma = next((k for k in range(min(start, REACH)) if self.word(k) == ","), 0)
        spoken = any(self.word(k) in OCCASIONS | SPEAKING for k in range(comma))
        return self.labelled(range(comma), "MEDIA") if spoken else None

    def _citing(self, voice: Voice, end: int) -> tuple[Voice, int]:
        """As in "Interfax reported, citing the ministry": the ministry speaks through the outlet."""
        if not voice.silent or self.word(end) != "," or self.word(end + 1) not in _CITING:
            return voice, end
        stop = self.next_stop(end + 2)
        cited = find_voice(self.units[end + 2 : stop], self.text)
        return (voice, end) if cited is None else (Voice(cited.words, cited.speaker, voice.outlet), stop)

    def _before(self, i: int, word: str, voice: Voice, start: int) -> Speech | None:
        """As in "The ministry said that ..."."""
        that, end = self.content_start(i, word), self.adverbials_end(i, tells=word in TELL)
        first = i + 1 if that is None or (word in NOMINAL and word not in TELL | ACTS) else that + 1
        quoted = self.quotation(end) if that is None else None
        if that is None and (word in REQUESTS or (quoted is None and not self.opens_content(i, word, end))):
            return None
        first, stop = quoted or (first, self.clause_end(first, past=is_past(word)))
        if self._is_subordinate(start, i):
            stop = next((k for k in range(first, stop) if self.word(k) == ","), stop)
        region = range(i + 1, that if that is not None else max(end, i + 1))
        return Speech(
            self.spans(*self._asked(start), (first, stop)),
            self.span(start, first),
            self._cited(voice),
            voice.outlet or self.outlet(region) or self._heard_by(start),
            self.labelled([*range(start, i), *region], "DATE"),
            act=word in DEMANDS,
            offer=that is None and word in PROMISES | REJECTIONS,
            opens=self.word(end) == ":",
        )

    def _is_subordinate(self, start: int, i: int) -> bool:
        """As in "Belgrade, which insists that ..., withdrew", "While Belgrade says that ..., it withdrew"."""
        relative = range(max(0, start - 1, self.clause_piece(i) - 1), i)
        opens = start == 1 and self.word(0) in SUBORDINATORS | _WHILE
        return opens or any(self.word(k) in RELATIVE for k in relative)

    def _inverted(self, i: int, word: str) -> Speech | None:
        """As in "..., said the minister"."""
        if self.word(i - 1) not in CLOSES or word not in _INVERTS or word.endswith("ing"):
            return None
        stop = self.next_stop(i + 1)
        # No inversion: "..., said it would", "..., declared Baku “a partner”".
        if self.word(i + 1) in PREPOSITIONS | MODALS | {"that", "it", "so"} or self.word(stop) in {'"', "“"}:
            return None
        phrase = self.units[i + 1 : stop]
        if not 0 < len(phrase) <= MOST_BETWEEN or any(unit.word in MODALS | VERBS for unit in phrase):
            return None
        named = [k for k in range(i + 1, stop) if self.units[k].entity is not None]
        follows = self.word(named[-1] + 1) if named else ""
        ends = self.is_stop(named[-1] + 1) if named else True
        if not (ends or follows in PREPOSITIONS or is_person(follows) or is_person(self.word(stop - 1))):
            return None  # "..., said Dowd put up a defense"
        voice = find_voice(phrase, self.text)
        if voice is None or not speaks(voice, phrase) or (word in NOMINAL - FREE and not self._reports(voice)):
            return None
        voice, stop = self._citing(*self.apposed(voice, i + 1, stop))
        return self.around(i, stop, voice)

    def _opening(self, word: str) -> Speech | None:
        """As in "Said the minister: “We stay.”"."""
        end = len(self.units)
        colon = next((k for k in range(1, min(MOST_BETWEEN, end)) if self.word(k) == ":"), None)
        voice = find_voice(self.units[1:colon], self.text) if colon is not None and word in FREE else None
        if colon is None or voice is None or not speaks(voice, self.units[1:colon]):
            return None
        return Speech(
            self.spans((min(colon + 1, end - 1), end)), self.span(0, colon + 1), voice, voice.outlet, opens=True
        )
