"""Who speaks in a sentence that names nobody: whose turn, quotation or statement it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from secrel.domain import Span
from secrel.reading.paragraphs import paragraph_end, same_paragraph
from secrel.reading.speech.clauses import Speech
from secrel.reading.speech.phrases import Voice

# How many sentences apart a quotation and who is quoted may stand, and how many paragraphs a statement may have.
_NEAR = 6
_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Uu]s|[Mm]y|I(?= (?!and\b)[a-z]))\b")
_QUESTION = re.compile(r"(?:Q|Question)\s*[:.]")
_MARK = re.compile(r"[“”\"]")
_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"?")


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What the sentences of its paragraph before a sentence open.

    Attributes:
        turn: Who has the word in a transcript.
        opening: The last sentence with a colon that opens a statement, and who makes it.
    """

    turn: Voice | None = None
    opening: tuple[int, Voice] | None = None


class Carried:
    """Looks for who speaks in the sentences of a text around one that names nobody.

    Three signs are read: a turn of a transcript ("Deputy Ivanov: ..."), to the end of its paragraph; a sentence wholly
    in quotation marks beside one that says who is quoted; and a statement behind a colon ("The minister said: ..."), as
    long as its paragraphs speak in the first person.

    Args:
        text: The text.
        sentences: Its sentences in order.
        speeches: What the sentence of an index makes somebody say.
    """

    def __init__(self, text: str, sentences: Sequence[Span], speeches: Callable[[int], tuple[Speech, ...]]) -> None:
        self.text = text
        self.sentences = sentences
        self.speeches = speeches
        self._earlier_of: dict[int, _Earlier] = {}
        self._personal: dict[int, bool] = {}
        self._starts: list[int] = []

    def voice(self, index: int) -> Voice | None:
        """Who speaks in the sentence of an index; ``None`` if it is the author, or plainly nobody else."""
        return (
            self._earlier(index).turn
            or (self._quoted(index) if self._is_quoted(index) else None)
            or self._stated(index)
        )

    def paragraph_start(self, index: int) -> int:
        """Index of the first sentence of the paragraph of a sentence."""
        for k in range(len(self._starts), index + 1):
            same = k > 0 and same_paragraph(self.text, self.sentences[k - 1], self.sentences[k])
            self._starts.append(self._starts[-1] if same else k)
        return self._starts[index]

    def _earlier(self, index: int) -> _Earlier:
        first, known = self.paragraph_start(index), index
        while known > first and known not in self._earlier_of:
            known -= 1
        earlier = self._earlier_of.setdefault(known, _Earlier())
        for k in range(known + 1, index + 1):
            spoken = self.speeches(k - 1)
            turn = next((speech.voice for speech in spoken if speech.turn), earlier.turn)
            asked = _QUESTION.match(self.sentences[k].of(self.text)) is not None
            opening = next(((k - 1, speech.voice) for speech in spoken if speech.opens), earlier.opening)
            earlier = self._earlier_of[k] = _Earlier(None if asked else turn, opening)
        return earlier

    def _quoted(self, index: int) -> Voice | None:
        """Who is quoted, by the nearest sentence before or behind that says it."""
        for step in (-1, 1):
            other = index + step
            while 0 <= other < len(self.sentences) and abs(other - index) <= _NEAR and self._is_quoted(other):
                other += step
            spoken = self.speeches(other) if 0 <= other < len(self.sentences) else ()
            voices = [speech.voice for speech in spoken if not (speech.vague or speech.offer or speech.voice.silent)]
            if voices:
                return voices[-1] if other < index else voices[0]
        return self._quoted_before(index)

    def _quoted_before(self, index: int) -> Voice | None:
        """Who was quoted last, where neither neighbor says it: the answer to an interviewer's question."""
        for other in range(index - 1, max(-1, index - 2 * _NEAR), -1):
            if _MARK.search(self.sentences[other].of(self.text)) is None:
                continue
            for speech in reversed(self.speeches(other)):
                if not (speech.vague or speech.offer or speech.voice.silent):
                    return speech.voice
        return None

    def _is_quoted(self, index: int) -> bool:
        """Whether a sentence stands wholly in quotation marks."""
        sentence = self.sentences[index]
        before = self.text[self.sentences[self.paragraph_start(index)].start : sentence.start]
        inside = sentence.of(self.text).rstrip(" .")
        opened = before.count("“") > before.count("”") or before.count('"') % 2 == 1
        body = inside.lstrip('“"') if not opened else inside
        return (opened or body != inside) and not re.search(r"[”\"]", body.rstrip('”"'))

    def _stated(self, index: int) -> Voice | None:
        """Who makes the statement that a sentence belongs to."""
        opening = self._earlier(index).opening
        if opening is not None:
            return opening[1] if self._is_personal(opening[0] + 1) else None
        first = self.paragraph_start(index)
        for _ in range(_NEAR - 1):
            if first == 0 or not self._is_personal(first):
                return None
            last = first - 1
            voice = next((speech.voice for speech in self.speeches(last) if speech.opens), None)
            opening = self._earlier(last).opening
            if voice is not None or opening is not None:
                return voice or (opening and opening[1])
            first = self.paragraph_start(last)
        return None

    def _is_personal(self, index: int) -> bool:
        """Whether a paragraph, from a sentence on, speaks in the first person outside of quotation marks."""
        if index not in self._personal:
            last = paragraph_end(self.text, self.sentences, index)
            words = self.text[self.sentences[index].start : self.sentences[last].end]
            self._personal[index] = _FIRST_PERSON.search(_QUOTED.sub("", words)) is not None
        return self._personal[index]
