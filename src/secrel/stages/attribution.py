"""According to whom relations and stances hold, as a stage."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace

from secrel.domain import Attribution, Citation, Document, Entity, Relation, Span, Stance
from secrel.reading.bracket_dates import fold, resolve_day
from secrel.reading.bracket_reach import names_outlet, opens_with
from secrel.reading.citations import parse_citations
from secrel.reading.speech import Carried, Speech, Voice, find_speech

_AUTHOR = Attribution()
_HE = frozenset({"he", "she"})
_IT = frozenset({"it", "they"})
_PRONOUN = re.compile(r"\b(?:he|she|it|they|his|her|its|their|him|them)\b")
_THINGS = re.compile(r"\b(?:it|its|they|their|them)\b")
_THERE = re.compile(
    r"\bthere\b|\b(?:his|her|their) (?:army|crews|fighters|forces|men|officers|soldiers|troops|units)\b"
    r"|\b(?:at|by|for|from|of|on|to|with) (?:it|them)\b"
)
_OFFICE = re.compile(
    r"\bthe (?:president|premier|minister|governor|mayor|general|commander|chief|chairman|leader|deputy|envoy|mullah)\b"
)
_DEMANDED = re.compile(r"\b(?:should|must|ought|needs? to|ha(?:s|ve) to)\b")
_NOUN = re.compile(r"\bthe [a-z]+\b")
# "The newspaper", "it": the outlet that was named before.
_THE_OUTLET = re.compile(
    r"(?:the (?:same |)(?:[a-z]+ )?(?:agency|broadcaster|channel|daily|journal|magazine|newspaper|paper|portal|site"
    r"|station|website|weekly)|it)",
    re.IGNORECASE,
)


class AttributionStage:
    """Fills ``citations``, and the ``attribution`` of every relation and stance.

    Who says it is taken from the sentence: a speaker from reporting verbs, "according to" and the like, an outlet from
    source brackets and from outlets that are named as saying it or being told it. A whole sentence in quotation marks,
    or in somebody's turn of a transcript, has the speaker of the sentence beside it. "It added" takes up the outlet of
    an earlier sentence, with the date of the paragraph's bracket; "he also said" takes up nobody. Where nobody is named
    it is the author. ``speaker`` is the text of a mention where the sentence has one, else the words that stand for him
    ("a senior official", "he", "reportedly").

    A holder is not the speaker of his own stance, nor who warns or threatens that of his pressure, nor who promises aid
    that of his cooperation: there the speech act is the relation itself. Who denies or announces a deed of his own is
    its speaker.

    Rules only, no model: it reads ``text``, ``sentences``, ``entities`` and ``metadata``, and works in schemes
    without stances or relations.
    """

    name = "attribution"
    requires: tuple[str, ...] = ("sentences", "entities")
    assigns: tuple[str, ...] = ("attribution",)

    def __call__(self, document: Document) -> Document:
        """The document with citations, and an attribution for every relation and stance."""
        reader = _Reader(document)
        return document.replace(
            citations=reader.citations,
            relations=tuple(replace(r, attribution=reader.attribution(r)) for r in document.relations),
            stances=tuple(replace(s, attribution=reader.attribution(s)) for s in document.stances),
        )


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its mentions."""

    span: Span
    entities: tuple[Entity, ...]


class _Reader:
    """Reads who says what in the sentences of one document, each sentence once."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.document = document
        self.day, self.year = document.metadata.date, document.metadata.year
        self.citations = parse_citations(
            document.text, document.sentences or (), day=self.day, year=self.year, entities=document.entities
        )
        self.sentences = [_Sentence(span, entities) for _, span, entities in document.entities_by_sentence()]
        self._covering: dict[int, list[Citation]] = defaultdict(list)
        for citation in self.citations:
            for index in citation.sentences:
                self._covering[index].append(citation)
        self._speeches: dict[int, tuple[Speech, ...]] = {}
        self.carried = Carried(document.text, [sentence.span for sentence in self.sentences], self.speeches)

    def attribution(self, mark: Relation | Stance) -> Attribution:
        """According to whom a relation or stance holds."""
        index = self.document.sentence_index(mark.pair.head.span)
        if index is None:
            return _AUTHOR
        cited = self._cited(index, mark)
        speaker = outlet = date = None
        heard = False
        covering = [speech for speech in self.speeches(index) if _covers(speech, mark, self.text)]
        # What is said within what is said comes first.
        for speech in sorted(covering, key=lambda speech: (speech.vague, speech.size)):
            voice = speech.voice
            before = self._outlet_before(index, speech)
            named = before is None and not voice.silent and not (voice.written and cited is not None)
            if not heard and named and not _is_deed(speech, mark, self.text):
                speaker = _words(voice, mark, self.text)
            heard = heard or speaker is not None or voice.silent or before is not None
            reports = (speech.outlet, speech) if speech.outlet is not None else before
            if outlet is None and reports is not None:
                outlet, date = fold(reports[0].text), self._date(index, *reports)
        if speaker is None and not heard:
            speaker = self._carried(index, mark)
        if cited is not None and outlet is None:
            outlet, date = cited.outlet, cited.date
        return Attribution(outlet, speaker, date)

    def speeches(self, index: int) -> tuple[Speech, ...]:
        """What a sentence makes somebody say."""
        if index not in self._speeches:
            sentence = self.sentences[index]
            brackets = [c.span for c in self._starting(sentence.span) if c.span.end <= sentence.span.end]
            self._speeches[index] = find_speech(self.text, sentence.span, sentence.entities, brackets)
        return self._speeches[index]

    def _starting(self, span: Span) -> list[Citation]:
        """The citations whose brackets begin within ``span``."""
        first, end = (
            bisect_left(self.citations, place, key=lambda citation: citation.span.start)
            for place in (span.start, span.end)
        )
        return list(self.citations[first:end])

    def _cited(self, index: int, mark: Relation | Stance) -> Attribution | None:
        """The first source of the bracket that covers a mark: the next one behind it, or that of a dateline."""
        end = max(mark.pair.head.end, mark.pair.tail.end)
        covering = self._covering.get(index, [])
        for citation in covering:
            if citation.span.start >= end and self._covers_before(citation):
                return citation.sources[0]
        for citation in covering:
            first = self.sentences[citation.sentences[0]].span
            if citation.span.end <= end and opens_with(self.text, first, citation.span):
                return citation.sources[0]
        return None

    def _covers_before(self, citation: Citation) -> bool:
        """Whether a bracket documents what stands before it, and not only the outlet that it gives the day of."""
        sentence = self.sentences[citation.sentences[-1]].span
        first, *_ = (citation.sources[0].outlet or "").split() or [""]
        return first in citation.span.of(self.text) or not self.text[citation.span.end : sentence.end].strip(' .”"')

    def _outlet_before(self, index: int, speech: Speech) -> tuple[Entity, Speech] | None:
        """The outlet that "it" or "the newspaper" stands for, with what it was said to report before."""
        voice = speech.voice
        if voice.speaker is not None or not _THE_OUTLET.fullmatch(fold(voice.words.of(self.text))):
            return None
        for other in range(index, self.carried.paragraph_start(index) - 1, -1):
            for earlier in reversed(self.speeches(other)):
                reports = earlier.outlet is not None and earlier.voice.silent
                if earlier.outlet is not None and reports and earlier.cue.end <= speech.cue.start:
                    return earlier.outlet, earlier
        return None

    def _date(self, index: int, outlet: Entity, speech: Speech) -> str | None:
        """The day on which an outlet had it: of the bracket behind its name, of the words there, of a later bracket."""
        name = fold(outlet.text)
        for citation in self._starting(Span(speech.cue.start, speech.cue.end + 2)):
            if names_outlet(citation.sources[0].outlet or "", name):
                return citation.sources[0].date
        if speech.when is not None:
            return resolve_day(speech.when.text, day=self.day, year=self.year)
        covering = self._covering.get(index, [])
        return next((c.sources[0].date for c in covering if names_outlet(c.sources[0].outlet or "", name)), None)

    def _carried(self, index: int, mark: Relation | Stance) -> str | None:
        """Who speaks in a sentence that names nobody, by the sentences beside it."""
        voice = self.carried.voice(index)
        if voice is None:
            return None
        words = voice.speaker.text if voice.speaker is not None else fold(voice.words.of(self.text))
        own = isinstance(mark, Stance) and words == mark.holder.text
        return None if own else words


def _covers(speech: Speech, mark: Relation | Stance, text: str) -> bool:
    """Whether a relation or stance is what is said, one of its arguments perhaps being who says it.

    Of two arguments the sentence may name one before what is said and take it up there with a pronoun or a noun
    ("praised the company and said that it will teach the brigade"); of a person who speaks "he" is the speaker.
    """
    spans = (mark.pair.head.span, mark.pair.tail.span)
    said = [any(scope.contains(span) for scope in speech.scope) for span in spans]
    if not any(said):
        return _answers(speech, mark, text)
    scopes = [scope.of(text) for scope in speech.scope]
    pronoun = _THINGS if speech.voice.is_person() else _PRONOUN
    taken_up = any(pronoun.search(scope) for scope in scopes)
    taken_up = taken_up or (isinstance(mark, Relation) and any(_NOUN.search(scope) for scope in scopes))
    first = min(scope.start for scope in speech.scope)
    return all(
        inside or _is_voice(speech.voice, span) or (taken_up and span.end <= first)
        for inside, span in zip(said, spans, strict=True)
    )


def _answers(speech: Speech, mark: Relation | Stance, text: str) -> bool:
    """Whether one argument speaks and takes up the other: "... to Gali, but Kyiv said that nobody would go there"."""
    spans = (mark.pair.head.span, mark.pair.tail.span)
    speaks = any(_is_voice(speech.voice, span) for span in spans)
    before = any(span.end <= speech.cue.start for span in spans)
    if not (isinstance(mark, Relation) and speaks and before):
        return False
    person = "PERSON" in {argument.label for argument in (mark.pair.head, mark.pair.tail)}
    scopes = [scope.of(text) for scope in speech.scope]
    return any(_THERE.search(scope) or (person and _OFFICE.search(scope)) for scope in scopes)


def _is_voice(voice: Voice, span: Span) -> bool:
    return voice.words.contains(span) or (voice.speaker is not None and voice.speaker.span == span)


def _words(voice: Voice, mark: Relation | Stance, text: str) -> str:
    """The speaker, in the words of the text: his mention, or else the noun phrase."""
    head = mark.pair.head
    if voice.speaker is None:
        return fold(voice.words.of(text))
    # "Turkey and Sweden have promised": each speaks for itself.
    alike = (head.label == "PERSON") == voice.is_person()
    each = alike and voice.words.contains(head.span) and " and " in voice.words.of(text)
    return head.text if each else voice.speaker.text


def _is_deed(speech: Speech, mark: Relation | Stance, text: str) -> bool:
    """Whether to say it is itself the stance, the pressure or the offer that is marked."""
    voice, head = speech.voice, mark.pair.head
    within = voice.speaker is not None and _is_voice(voice, head.span)
    own = voice.speaker == head or (within and (not voice.is_person() or head.label == "PERSON"))
    if isinstance(mark, Stance):
        # "likes her colleagues, the only people, she says, who call": the holder again.
        again = voice.words.of(text).lower() in (_HE if head.label == "PERSON" else _IT)
        return own or (again and voice.speaker is None and head.end <= speech.cue.start)
    if mark.label == "pressures":
        return own and (speech.act or speech.offer or any(_DEMANDED.search(scope.of(text)) for scope in speech.scope))
    return own and speech.offer and mark.label == "cooperates-with"
