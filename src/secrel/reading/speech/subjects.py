"""Subjects of verbs of saying, without a parser: the phrase before a verb, or what that phrase stands for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from secrel.reading.speech.clauses import MODALS, REACH, RELATIVE, Clauses, Speech
from secrel.reading.speech.phrases import (
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
    Unit,
    Voice,
    find_voice,
    is_adverb,
    is_person,
    is_text,
    is_titled,
    speaks,
)
from secrel.reading.speech.verbs import NOUNS, WEAK

_EAGER = frozenset("far pains quick like likes liked eager keen careful hastened rushed went on".split())
_OWNS = frozenset("its his her their".split())
_MOST_SUBJECT = 6
_DASHES = frozenset("- – —".split())
_QUOTED = frozenset("quoted cited reported paraphrased".split())


class Subjects(Clauses):
    """The clauses of a sentence, with who is the subject of a verb.

    Args:
        text: The text.
        units: Words, marks and mentions of the sentence.

    Attributes:
        found: What was found so far to be said by somebody, in the order of the cues.
    """

    def __init__(self, text: str, units: Sequence[Unit]) -> None:
        super().__init__(text, units)
        self.found: list[Speech] = []

    def subject(self, i: int) -> tuple[Voice, int] | None:
        """Who says what the verb at ``i`` says, and the index at which the phrase that names him begins."""
        last = self._before_adverbs(i)
        if self.word(last) == "to" and self._had(last - 1):
            last = self._before_adverbs(last)  # "had to concede"
        if self.word(last) in PRONOUNS and self.word(last - 1) in NOUNS:
            return Voice(self.units[last].span), last  # "a charge it denies"
        if self.word(last) == "by" and self.word(i).endswith("ing"):
            return self._coordinated(self.clause_start(last - 1), i, same=True)  # "began by saying"
        begin = self.clause_start(last)
        if self.word(last) == "to":
            eager = any(self.word(k) in _EAGER for k in range(max(0, i - 4), i))
            return self._coordinated(begin, i, same=True) if eager else None
        aside = self._closed_relative(last) or self._between_dashes(last)
        if aside is not None:
            return self._voiced(self._phrase_start(aside - 1), aside - 1, i, self.clause_start(aside - 1))
        return self._of_clause(begin, last, i)

    def _of_clause(self, begin: int, last: int, i: int) -> tuple[Voice, int] | None:
        """The subject of the verb at ``i`` in a clause that begins at ``begin``, with ``last`` before its adverbs."""
        if last < begin or self.word(last) in CONJUNCTIONS:
            return self._relative(last) or self._coordinated(begin, i)
        commas = [k for k in range(begin, last + 1) if self.word(k) in {",", '"', "”"}]
        if commas and commas[-1] == last:
            return self._behind_apposition(commas, begin, i)
        if self.word(i).endswith("ing") and is_text(self.word(last)):
            return self._coordinated(begin, i)  # "issued a statement saying that ..."
        first = self._list_start(commas[-1] + 1 if commas else begin, begin)
        relative = next((k for k in range(last, first - 1, -1) if self.word(k) in RELATIVE), None)
        if relative == last:
            return self._relative(last)
        if relative is not None and self._is_object(relative, first):
            first = relative + 1
        elif relative is not None:  # "a general who knows Kabul said"
            last = relative - 1
        return self._voiced(first, last, i, begin)

    def _closed_relative(self, last: int) -> int | None:
        """Index of the comma that opens the relative clause which the comma at ``last`` closes.

        Only where another "that" or "who" within it hides the subject: "the rebels, who fight a force that Klow sent,
        said ...", "Ivanov, as quoted by Interfax, said ...".
        """
        if self.word(last) != ",":
            return None
        opens = next((k for k in range(last - 1, max(0, last - REACH), -1) if self._opens_relative(k)), None)
        hidden = opens is not None and any(self.word(k) in SUBORDINATORS | _QUOTED for k in range(opens + 2, last))
        return opens if hidden else None

    def _opens_relative(self, k: int) -> bool:
        quoted = self.word(k + 1) == "as" and self.word(k + 2) in _QUOTED
        return self.word(k) == "," and (quoted or self.word(k + 1) in RELATIVE)

    def _between_dashes(self, last: int) -> int | None:
        """Index of the dash that opens the aside which the dash at ``last`` closes: "Ivanov – an ally – said"."""
        if self.word(last) not in _DASHES:
            return None
        opens = next((k for k in range(last - 2, max(0, last - REACH), -1) if self.word(k) in _DASHES), None)
        return opens - 1 if opens is not None and self.word(opens - 1) in _DASHES else opens  # "--"

    def _phrase_start(self, last: int) -> int:
        """Index of the first unit of the phrase that ends with ``last``, behind a comma or the head of its clause."""
        return max(self.clause_start(last), self.clause_piece(last))

    def _before_adverbs(self, i: int) -> int:
        """Index of the last unit before ``i`` that is no adverb and no auxiliary."""
        return next((k for k in range(i - 1, -1, -1) if not is_adverb(self.units[k])), -1)

    def _behind_apposition(self, commas: Sequence[int], begin: int, i: int) -> tuple[Voice, int] | None:
        """A subject whose apposition or relative clause ends with the last of ``commas``, before the verb at ``i``."""
        word = self.word(i)
        if word.endswith("ing"):
            return self._coordinated(begin, i)
        if len(commas) == 1 and word.endswith("ed"):
            return None  # "The delegation, admitted as an observer, ..."
        last = commas[-1]
        first = self._list_start(commas[-3] + 1 if len(commas) > 2 else begin, begin)
        if first - 2 >= begin and self._is_person(first - 2) and not self._names_person(first, last):
            first -= 2  # "Holloway, the deputy secretary, took the news calmly, recalled that ..."
        return self._voiced(first, last, i, begin)

    def _voiced(self, first: int, last: int, i: int, begin: int) -> tuple[Voice, int] | None:
        """The voice of the phrase from ``first`` to ``last``, if it can say what the verb at ``i`` says."""
        # "Ivanov, after talks in Klow, said" has no clause behind "after".
        aside = next((k for k in range(first, last) if self.word(k) == ","), last) if self.word(last) == "," else last
        clause = next((k for k in range(aside, first, -1) if self.word(k) in {"since", "after", "before"}), None)
        if clause is not None and find_voice(self.units[clause + 1 : last + 1], self.text) is not None:
            first = clause + 1
        phrase = self.units[first : last + 1]
        voice = find_voice(phrase, self.text)
        if voice is None:
            return None
        alone = first == begin and self.word(last) != ","
        joined = any(u.word in {"and", "but", "or"} and voice.words.contains(u.span) for u in phrase[:-1])
        if alone and joined and not is_titled(phrase, self.text):
            return self._coordinated(begin, i)
        voice = self.resolved(voice, i)
        weak = self.word(i) in WEAK or (voice.speaker is None and voice.outlet is None)
        if weak and not speaks(voice, phrase):
            return None
        while self.units[first].span.start < voice.words.start:
            first += 1
        while first > begin and (is_adverb(self.units[first - 1]) or self.word(first - 1) == "even"):
            first -= 1
        return voice, first

    def _is_person(self, i: int) -> bool:
        entity = self.units[i].entity
        return entity is not None and entity.label == "PERSON"

    def _names_person(self, first: int, last: int) -> bool:
        voice = find_voice(self.units[first : last + 1], self.text)
        return voice is not None and voice.is_person()

    def _had(self, i: int) -> bool:
        return self.word(i) in {"had", "has", "have"}

    def _is_object(self, relative: int, first: int) -> bool:
        """Whether a relative pronoun is what is said: "which the ministry says", "of which Ivanov warned"."""
        return relative == first or self.word(relative) == "whose" or self.word(relative - 1) in PREPOSITIONS

    def _relative(self, index: int) -> tuple[Voice, int] | None:
        """As in "Ivanov, who said ...", with ``index`` at the pronoun."""
        if self.word(index) not in RELATIVE or index == 0:
            return None
        if self.word(index - 1) in CONJUNCTIONS:
            earlier = next((k for k in range(index - 2, -1, -1) if self.word(k) in RELATIVE), 0)
            return self._relative(earlier)
        noun = index - 2 if self.word(index - 1) == "," else index - 1
        if self.word(noun - 1) in {"in", "at", "near"}:
            noun -= 2  # "the ministry in Kyiv, which said ..."
        comma = next((k for k in range(noun, max(0, noun - REACH), -1) if self.word(k) == ","), 0)
        if comma and noun < index - 1 and self._is_person(comma - 1) and not self._is_person(noun):
            noun = comma - 1  # "Ivanov, deputy head of the committee, who said ..."
        if noun >= 0 and (self.units[noun].is_actor() or is_person(self.word(noun))):
            voice = find_voice(self.units[noun : noun + 1], self.text)
            return (voice, noun) if voice is not None else None
        return None

    def _list_start(self, first: int, begin: int) -> int:
        """Where "Finland, Turkey and Sweden" begins, from the index of "Turkey"."""
        joined = {"and"}
        while first - 2 >= begin and self.units[first - 2].is_actor() and self.word(first + 1) in joined:
            first, joined = first - 2, {"and", ","}
        return first

    def _coordinated(self, begin: int, i: int, *, same: bool = False) -> tuple[Voice, int] | None:
        """Who is the subject of the clause before: "The ministry praised Baku and said ..."."""
        if not same and self.found and not self.found[-1].vague:
            before = self.found[-1].voice
            return before, self._index(before)
        while not same and begin > max(0, i - REACH) and self.word(begin - 1) in CONJUNCTIONS | {","}:
            begin = self.clause_start(begin - 2)
        stop = self._subject_end(begin, i)
        opening = self.word(begin) in PREPOSITIONS and self.word(stop) == ","
        if opening and find_voice(self.units[begin:stop], self.text) is None:
            begin, stop = stop + 1, self._subject_end(stop + 1, i)
        voice = find_voice(self.units[begin:stop], self.text)
        if voice is not None:
            voice, _ = self.apposed(voice, begin, stop)  # "Its director, Ivanov, praised Baku and said ..."
        first = self._index(voice) if voice is not None else begin
        if self.word(first) in PRONOUNS:
            pronoun = find_voice(self.units[first : first + 1], self.text)
            return (pronoun, first) if pronoun is not None else None
        if voice is not None and voice.speaker is None and speaks(voice, self.units[begin:stop]):
            return voice, first
        if voice is None or voice.speaker is None:
            return None
        near = any(unit.entity is voice.speaker for unit in self.units[first : first + _MOST_SUBJECT])
        return (voice, first) if near else None

    def _subject_end(self, begin: int, i: int) -> int:
        """Index behind the subject that begins at ``begin``: of a comma, an auxiliary, or "praised the ..."."""
        return next((k for k in range(begin, i) if self.word(k) in {","} | MODALS or self._is_past_verb(begin, k)), i)

    def _is_past_verb(self, begin: int, k: int) -> bool:
        if k <= begin or not (self.word(k).endswith("ed") or self.word(k) in {"told", "met", "made", "gave"}):
            return False
        follows = self.word(k + 1) in DETERMINERS | PREPOSITIONS or self.units[k + 1].entity is not None
        phrase = self.units[begin:k]
        voice = find_voice(phrase, self.text) if follows else None
        return voice is not None and speaks(voice, phrase)

    def _index(self, voice: Voice) -> int:
        return bisect_left(self.units, voice.words.start, key=lambda unit: unit.span.start)

    def resolved(self, voice: Voice, i: int) -> Voice:
        """A phrase that stands for the subject of the sentence, or belongs to it, becomes that subject.

        As in "Klow declined, and its spokesman (it, the same ministry) said ...".
        """
        words = voice.words.of(self.text).lower()
        word = words.split()[0]
        stands = words in PRONOUNS or word in _OWNS or words.startswith("the same ")
        if voice.speaker is not None or not stands or is_text(words.split()[-1]):
            return voice
        end = min(i, REACH)
        stop = next((k for k in range(1, end) if self.word(k) in {","} | MODALS | PREPOSITIONS), end)
        subject = find_voice(self.units[:stop], self.text)
        if subject is None or subject.speaker is None:
            subject = self._clause_before(self._index(voice))
        if subject is None or subject.speaker is None or subject.words.contains(voice.words):
            return voice
        person = subject.speaker.label == "PERSON"
        final = words in PRONOUNS and self.is_stop(i + 1) and self.next_stop(i + 1) >= len(self.units) - 2
        personal = is_person(words.split()[-1]) if word == "the" else word in {"he", "she", "his", "her"}
        if person != personal or final:
            return voice
        return Voice(voice.words, subject.speaker, voice.outlet)

    def _clause_before(self, i: int) -> Voice | None:
        """The subject of the clause before the one that begins at ``i``."""
        begin = self.clause_start(i - 2) if i > 1 else 0
        return find_voice(self.units[begin : self._subject_end(begin, i)], self.text)

    def apposed(self, voice: Voice, first: int, stop: int) -> tuple[Voice, int]:
        """The voice of a phrase with its apposition, and where it ends: "its spokesman, Captain Ivanov"."""
        if self.word(stop) != "," or voice.is_person():
            return voice, stop
        after = self.next_stop(stop + 1)
        apposed = find_voice(self.units[first:after], self.text)
        return (apposed, after) if apposed is not None and apposed.is_person() else (voice, stop)
