"""How far in a sentence reaches what somebody is made to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from secrel.domain import Entity, Span
from secrel.reading.speech.phrases import (
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    SUBORDINATORS,
    Unit,
    Voice,
    is_person,
)
from secrel.reading.speech.verbs import NOUNS, VERBS

BE = frozenset("is are was were be been being".split())
BACKSHIFT = frozenset("would had could might should".split())
MODALS = BE | BACKSHIFT | frozenset("has have will may can must shall did does do".split())
RELATIVE = frozenset("who which whom whose".split())
_CLAUSES = frozenset("and but yet while whereas although though nor".split())
_ADVERSE = frozenset("while whereas although though".split())
_STOPS = frozenset(', . ; : — – ? ! " “ ” …'.split())
CLOSES = frozenset(', " ” — – ’ ? !'.split())
SAYING = frozenset(
    "saying adding arguing noting claiming insisting denying hinting suggesting warning explaining telling writing"
    " alleging admitting stressing recalling believing announcing confirming complaining".split()
)
"""Participles that open another report."""
# Stand between an outlet and what is said to it: "said after a film on TV8".
_NOT_TO = frozenset("after before since about against over report story".split())
SPEAKS = frozenset(verb for verb in VERBS if verb.endswith("ed")) | {"said", "told"}
"""Finite verbs of saying in the past."""
_NO_PARTICIPLES = frozenset("during including concerning regarding excluding morning evening nothing something".split())
_SUMMARY = NOUNS | frozenset(
    "idea step move phrase formula comment promise threat prospect offer gesture demand possibility scenario".split()
)
_MOST_SUBJECT = 6
# Units between a cue and the end of what it covers; no sentence of prose is as long. It keeps a list of thousands of
# names, or a text without sentences, from being searched again at every word.
REACH = 250


@dataclass(frozen=True, slots=True)
class Speech:
    """What a sentence makes somebody say.

    Attributes:
        scope: The stretches of the sentence that are said.
        cue: From the first to the last word of who says it and how; the phrase of the speaker lies in it.
        voice: Who says it.
        outlet: Mention of the outlet that it was said to, or that says it.
        when: Mention of a date that stands by the outlet.
        act: Whether saying it may be the pressure itself: warnings, threats, what somebody insists on.
        offer: Whether it is the promise of a thing ("pledged aid").
        vague: Whether it is hearsay or a claim of nobody in particular.
        turn: Whether it opens somebody's turn in a transcript, which goes on to the end of the paragraph.
        opens: Whether a colon opens what is said, which may go on in the sentences behind.
    """

    scope: tuple[Span, ...]
    cue: Span
    voice: Voice
    outlet: Entity | None = None
    when: Entity | None = None
    act: bool = False
    offer: bool = False
    vague: bool = False
    turn: bool = False
    opens: bool = False

    @property
    def size(self) -> int:
        """Characters that are said."""
        return sum(len(span) for span in self.scope)


class Clauses:
    """The units of one sentence, and where its clauses begin and end as far as words and marks tell.

    Args:
        text: The text.
        units: Words, marks and mentions of the sentence. Indices below go into them.
    """

    def __init__(self, text: str, units: Sequence[Unit]) -> None:
        self.text = text
        self.units = units

    def word(self, i: int) -> str:
        """The word or mark at ``i`` in lower case; empty for a mention, and outside of the sentence."""
        return self.units[i].word if 0 <= i < len(self.units) and self.units[i].entity is None else ""

    def is_stop(self, i: int) -> bool:
        """Whether a punctuation mark, or the end of the sentence, stands at ``i``."""
        return i >= len(self.units) or self.word(i) in _STOPS

    def _parts(self, k: int) -> bool:
        """Whether the mark at ``k`` parts two statements: a semicolon, or a full stop that no sentence ends with."""
        return self.word(k) == ";" or (self.word(k) == "." and k + 1 < len(self.units))

    def next_stop(self, i: int) -> int:
        """Index of the first punctuation mark from ``i`` on."""
        end = min(len(self.units), max(i, 0) + REACH)
        return next((k for k in range(i, end) if self.is_stop(k)), end)

    def phrase_end(self, first: int) -> int:
        """Index behind a noun phrase that no comma closes off: the next mark, or the next auxiliary."""
        stop = self.next_stop(first)
        return next((k for k in range(first + 1, stop) if self.word(k) in MODALS), stop)

    def clause_start(self, last: int) -> int:
        """Index at which the clause begins that ``last`` lies in; commas part no clauses here."""
        k = last + 1
        while k > max(0, last - REACH):
            k -= 1
            word = self.word(k)
            if word in {'"', "”"} and (opening := self._quote_start(k)) is not None:
                k = opening
                continue
            # "the party, that loud critic of Moscow, ..."
            aside = word == "that" and self.word(k - 1) == ","
            if self._parts(k) or word in {":", "—", "–", '"', "“", "”"} or (word in SUBORDINATORS and not aside):
                return k + 1
            if word == "as" and (k == 0 or self.word(k - 1) in CONJUNCTIONS | {",", "—", "–"}):
                return k + 1
            if word == "as" and self._is_short_phrase(k + 1, last):
                return k + 1
            part = word == "for" and {self.word(k + 1), self.word(k + 2)} & {"part", "one", "instance", "example"}
            # "Ivanov, then defense minister, ..."
            apposed = word == "then" and self.word(last) == "," and self.next_stop(k + 1) == last
            if word in CONJUNCTIONS and self.word(k - 1) == "," and not (part or apposed):
                return k + 1
        return max(k, 0)

    def _is_short_phrase(self, first: int, last: int) -> bool:
        """Whether a noun phrase of a few words, with nothing behind its noun, stands from ``first`` to ``last``."""
        opens = first <= last and (self.word(first) in DETERMINERS or self.units[first].is_actor())
        phrase = [self.word(k) for k in range(first, last + 1)]
        return opens and len(phrase) < _MOST_SUBJECT and not any(word in PREPOSITIONS | {","} for word in phrase)

    def clause_piece(self, i: int) -> int:
        """Index behind the last comma before ``i``."""
        begin = max(0, i - REACH)
        return next((k + 1 for k in range(i, begin - 1, -1) if self.word(k) in {",", ";"}), begin)

    def _quote_start(self, k: int) -> int | None:
        """Index of the mark that opens the quotation that ends at ``k``."""
        opens = {'"'} if self.word(k) == '"' else {"“"}
        return next((m for m in range(k - 1, max(-1, k - REACH), -1) if self.word(m) in opens), None)

    def clause_end(self, first: int, *, past: bool) -> int:
        """Index behind what is said, which begins at ``first``.

        Args:
            first: Where it begins.
            past: Whether it is reported in the past, so that "would" and "had" go on reporting.
        """
        end = min(len(self.units), first + REACH)
        return next((k for k in range(first, end) if self._ends(k, first, past=past)), end)

    def _ends(self, k: int, first: int, *, past: bool) -> bool:
        """Whether what is said from ``first`` on ends before ``k``."""
        word = self.word(k)
        if self._parts(k) or k == first:
            return self._parts(k)
        if word != ",":
            adverse = word in _ADVERSE and not self.goes_on(k + 1, past=past)
            return adverse or (word in {"and", "but"} and self._speaks_too(k + 1))
        following = k + 2 if self.word(k + 1) in {'"', "”"} else k + 1
        word = self.word(following)
        if word in _CLAUSES:
            return not self.goes_on(following + 1, past=past)
        if word in {"which", "whose"}:  # "..., which Borduria has deplored"
            return not any(self.word(m) == "," for m in range(following, min(len(self.units), following + REACH)))
        comments = self._is_participle(following) or self._sums_up(following)
        return comments or word == "despite" or (word in DETERMINERS and self.turns(following))

    def _is_participle(self, i: int) -> bool:
        """Whether a participle begins at ``i`` with what the author adds: "giving hope to ...", "adding that ..."."""
        word = self.word(i)
        return word.endswith("ing") and len(word) > 5 and word not in _NO_PARTICIPLES

    def _sums_up(self, i: int) -> bool:
        """Whether a comment on what was said begins at ``i``: "a claim ...", "words which ..."."""
        if self.word(i) == "words":
            return True
        return self.word(i) in {"a", "an", "the"} and any(self.word(k) in _SUMMARY for k in range(i + 1, i + 4))

    def _speaks_too(self, i: int) -> bool:
        """Whether somebody named at ``i`` says something of his own: "... and Klow declared itself content"."""
        return i + 1 < len(self.units) and self.units[i].is_actor() and self.word(i + 1) in SPEAKS

    def goes_on(self, first: int, *, past: bool) -> bool:
        """Whether a clause behind "and" or "but" is still said: "that ...", "would ...", "Baku would ..."."""
        word = self.word(first)
        if word in MODALS or (word == "that" and self.word(first + 1) not in _SUMMARY):
            return True
        end = min(len(self.units), first + REACH)
        stop = next((k for k in range(first, end) if self.word(k) in {",", ";"}), end)
        return past and any(self.word(k) in BACKSHIFT for k in range(first, stop))

    def turns(self, first: int) -> bool:
        """Whether another statement begins at ``first``: "and ...", "a step which ...", "citing ..."."""
        word = self.word(first)
        if word in _CLAUSES - {"nor"}:
            return self.word(first + 1) not in {"so", "that", "neither", "it", "he", "she", "they"}
        if word in DETERMINERS:
            return any(self.word(k) in RELATIVE | {"that"} for k in range(first + 1, first + 5))
        return word.endswith("ing") and word != "during"

    def around(self, begin: int, end: int, voice: Voice, *, past: bool = True) -> Speech:
        """Speech whose cue, from ``begin`` to before ``end``, stands before, behind or within what is said.

        Args:
            begin: Index of the first unit of who says it.
            end: Index behind the last one.
            voice: Who says it.
            past: Whether it is reported in the past.
        """
        opens = begin == 0 or self.word(begin - 1) in {":", ";", ".", "—", "–"} | CONJUNCTIONS | {"that"}
        right = (end, end)
        if self.word(end) == "," and voice.is_person() and self._is_apposition(end + 1):
            end = self.next_stop(end + 1)  # "said Ivanov, head of the mission"
        # "which the envoy announced, is ..." says nothing of what is.
        object_of = self.word(begin - 1) == "which" and self.word(begin - 2) == ","
        if opens or (self.word(end) == "," and not object_of):
            first = end + 1 if self.word(end) == "," else end
            right = (first, first if self.turns(first) else self.clause_end(first, past=past))
        elif not self.is_stop(end):
            # "may by some accounts stay", but "..., by some accounts with a hint"
            right = (end, self.clause_end(end, past=past))
            opens = self.word(begin - 1) == ","
        quotes = self._quotations(end) if self.word(begin - 1) in {'"', "”"} else []
        left = [] if opens else self.left(begin, local=right[1] > right[0])
        cue = range(begin, end)
        outlet = voice.outlet or self.outlet(cue)
        when = self.labelled(cue, "DATE")
        return Speech(self.spans(*left, right, *quotes), self.span(begin, end), voice, outlet, when)

    def _quotations(self, i: int) -> list[tuple[int, int]]:
        """What stands in quotation marks behind ``i``: the rest of what somebody is quoted with."""
        marks = [k for k in range(i, min(i + REACH, len(self.units))) if self.word(k) in {'"', "“", "”"}]
        return [(first + 1, last) for first, last in zip(marks[::2], marks[1::2], strict=False)]

    def _is_apposition(self, first: int) -> bool:
        """Whether an apposition without a verb begins at ``first``: "head of ...", "the envoy to ..."."""
        article = self.word(first) in DETERMINERS
        noun = next((k for k in range(first, first + 6) if is_person(self.word(k))), None)
        if noun is None or not (article or noun == first):
            return False
        return not any(self.word(k) in MODALS | RELATIVE for k in range(first, self.next_stop(first)))

    def left(self, end: int, *, local: bool) -> list[tuple[int, int]]:
        """What is said before ``end``, without the relative clause that the author puts in behind a subject.

        Args:
            end: Index of the first unit of who says it.
            local: Whether more of what is said follows, so that only the clause around him counts.
        """
        last = end - 1
        while last >= 0 and self.word(last) in CLOSES:
            last -= 1
        if self.word(last) in RELATIVE:
            aside = next((k for k in range(last - 1, max(0, last - 6), -1) if self.word(k) == ","), None)
            if aside is None or self.word(aside + 1) not in DETERMINERS:
                noun = last - 1  # "the airbase, to which, the commander said, ..."
                while noun > 0 and self.word(noun) in PREPOSITIONS | {","}:
                    noun -= 1
                return [(max(0, noun), end)]
            end = last = aside  # "..., a risk of which the minister has warned"
        if self.word(last) in (CONJUNCTIONS | SUBORDINATORS) - {"yet", "so", "then"}:
            return []
        if local and self.word(last) in MODALS and self.word(last - 1) in {"and", "but"}:
            # "Berlin was calm and could, the adviser said, ...": the subject stands at the head of the clause.
            subject = self.clause_start(last - 2)
            return [(subject, subject + 1), (last, end)]
        begin = self._statement_start(last, local=local)
        aside = next((k for k in range(begin + 1, last) if self._opens_aside(k)), None)
        closes = next((k for k in range(aside + 1, last) if self.word(k) == ","), None) if aside is not None else None
        if aside is not None and closes is not None and aside - begin < _MOST_SUBJECT:
            return [(begin, aside), (closes, end)]
        return [(begin, end)]

    def _statement_start(self, last: int, *, local: bool) -> int:
        begin = max(0, last - REACH)
        for k in range(last, begin - 1, -1):
            if self._parts(k) or (local and self.word(k) in _CLAUSES and self.word(k - 1) == ","):
                return k + 1
            if local and self.word(k) == "whose" and not any(self.word(m) in MODALS | {","} for m in range(k, last)):
                return k
        return begin

    def _opens_aside(self, k: int) -> bool:
        """Whether the comma at ``k`` opens a relative clause: ", which ...", ", a general who ..."."""
        if self.word(k) != ",":
            return False
        apposed = self.word(k + 1) in {"a", "an", "the"}
        return any(self.word(m) in RELATIVE for m in (range(k + 1, k + 5) if apposed else [k + 1]))

    def outlet(self, indices: range) -> Entity | None:
        """The outlet that something is said to or in: "told Interfax", but not "said after a film on TV8"."""
        stop = next((k for k in indices if self.word(k) in _NOT_TO), indices.stop)
        return self.labelled(range(indices.start, stop), "MEDIA")

    def labelled(self, indices: Iterable[int], label: str) -> Entity | None:
        """The first mention of a label at some indices."""
        entities = (self.units[k].entity for k in indices if k < len(self.units))
        return next((entity for entity in entities if entity is not None and entity.label == label), None)

    def span(self, begin: int, end: int) -> Span:
        """The characters from the unit at ``begin`` to the one before ``end``; at least one unit."""
        end = min(max(end, begin + 1), len(self.units))
        return Span(self.units[begin].span.start, self.units[end - 1].span.end)

    def spans(self, *ranges: tuple[int, int]) -> tuple[Span, ...]:
        """The characters of some ranges of units, without those that are empty."""
        return tuple(self.span(begin, end) for begin, end in ranges if begin < min(end, len(self.units)))
